//! One customer's whole story: what is recommended and why, why not anything else, what is known,
//! what was done, what was decided.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::approval::words::status_words;
use crate::domain::labels::Labels;
use crate::domain::money::{dollars, ratio};
use crate::domain::number::Num;
use crate::domain::time::ago;
use crate::domain::{CostSource, Standing, Status, ValueSource};
use crate::matching::stability::Stability;
use crate::matching::words::share;
use crate::matching::{Candidate, Explanation};
use crate::tui::state::State;
use crate::tui::widget::text::{bar, fit, wrap};
use crate::tui::widget::theme::{Theme, sign};
use crate::workspace::Snapshot;

/// The lines of the selected customer's story, each at most `width` columns wide.
pub fn lines(state: &State, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let Some((snapshot, number)) = state.selected() else { return Vec::new() };
    let Some(explanation) = snapshot.matching.explain(number) else { return Vec::new() };
    let mut story = Story::new(state, width, theme);
    story.who(snapshot, number);
    if snapshot.partial {
        story.blank();
        story.text(0, "still loading", theme.quiet());
        return story.lines;
    }
    let standing = snapshot.standing(number);
    story.status(snapshot, number, &standing);
    story.risk(snapshot, number, &explanation);
    story.candidates(&explanation);
    story.why_not(&explanation, &snapshot.matching.policy().labels);
    story.known(snapshot, number);
    story.done(snapshot, number);
    story.decisions(snapshot, number);
    story.lines
}

/// The lines as they grow.
pub(crate) struct Story<'a> {
    pub(crate) lines: Vec<Line<'static>>,
    /// Columns for text, a blank on either side not counted.
    pub(crate) width: usize,
    pub(crate) theme: Theme,
    pub(crate) now: Timestamp,
    pub(crate) zone: &'a TimeZone,
}

impl<'a> Story<'a> {
    pub(crate) fn new(state: &'a State, width: u16, theme: Theme) -> Self {
        Self {
            lines: Vec::new(),
            width: usize::from(width).saturating_sub(2),
            theme,
            now: state.now,
            zone: &state.zone,
        }
    }

    pub(crate) fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    pub(crate) fn heading(&mut self, text: &str) {
        self.blank();
        self.lines.push(Line::from(Span::styled(format!(" {text}"), self.theme.strong())));
    }

    /// Text broken to the width, indented; the lines after the first a little more.
    pub(crate) fn text(&mut self, indent: usize, text: &str, style: Style) {
        let room = self.width.saturating_sub(indent + 2).max(8);
        for (number, line) in wrap(text, room).into_iter().enumerate() {
            let indent = if number == 0 { indent + 1 } else { indent + 3 };
            self.lines.push(Line::from(Span::styled(format!("{:indent$}{line}", ""), style)));
        }
    }

    /// A label in a column of its own, then text.
    pub(crate) fn labelled(&mut self, label: &str, text: &str, style: Style) {
        const LABEL: usize = 12;
        let room = self.width.saturating_sub(LABEL + 1).max(8);
        for (number, line) in wrap(text, room).into_iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            self.lines.push(Line::from(vec![
                Span::styled(format!(" {label:<LABEL$}"), self.theme.quiet()),
                Span::styled(line, style),
            ]));
        }
    }

    /// A candidate's number, in a column of its own, with where it comes from.
    fn amount(&mut self, label: &str, amount: &str, words: &str, style: Style) {
        const WORDS_AT: usize = 24;
        let head = format!("      {label:<6}{amount:>10}  ");
        let room = self.width.saturating_sub(WORDS_AT).max(8);
        for (number, line) in wrap(words, room).into_iter().enumerate() {
            let head = if number == 0 { head.as_str() } else { "" };
            self.lines.push(Line::from(Span::styled(format!("{head:<WORDS_AT$}{line}"), style)));
        }
    }

    fn when(&self, at: Timestamp) -> String {
        let local = at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M");
        format!("{local}, {}", ago(at, self.now))
    }

    fn who(&mut self, snapshot: &Snapshot, number: usize) {
        let Some(view) = snapshot.matching.customer(number) else { return };
        let customer = view.customer();
        if let Some(name) = &customer.name {
            self.lines.push(Line::from(Span::styled(
                format!(" {}", fit(name, self.width)),
                self.theme.strong(),
            )));
        }
        let mut facts = Vec::new();
        facts.extend(customer.owner.as_ref().map(|owner| format!("owner {owner}")));
        facts.extend(customer.tenure_months.map(|months| format!("{} months", Num(months))));
        facts.extend(customer.risk_tier.as_ref().map(|tier| format!("risk tier {tier}")));
        facts.extend(customer.renewal_date.as_ref().map(|date| format!("renews {date}")));
        if !facts.is_empty() {
            self.text(0, &facts.join(" · "), self.theme.quiet());
        }
    }

    pub(crate) fn status(&mut self, snapshot: &Snapshot, number: usize, standing: &Standing) {
        let theme = self.theme;
        let status = standing.status;
        let style = theme.status(status);
        let decided = standing
            .decision
            .as_ref()
            .map(|d| format!("{} by {} {}", d.kind.done(), d.by, self.when(d.at)));
        let basis = snapshot.matching.basis(number);
        let asks = basis.map(|basis| basis.asks()).unwrap_or_default();
        let mut words = status_words(standing, &asks, self.now);
        if let Some(decision) = standing.decision.as_ref()
            && matches!(
                status,
                Status::Approved
                    | Status::Rejected
                    | Status::Deferred
                    | Status::Overridden
                    | Status::Expired
            )
        {
            let basis = &decision.basis;
            if basis.chosen.is_some() {
                let instead = basis.recommendation.playbook_title();
                words.push_str(&format!(": {} instead of {instead}", basis.playbook_title()));
            }
            let comma = if basis.chosen.is_some() { "," } else { "" };
            let by = match (standing.approvals.len(), status) {
                (_, Status::Expired) => format!(", {} by {}", decision.kind.done(), decision.by),
                // They are named already.
                (2.., _) => ", the last".to_owned(),
                _ => format!("{comma} by {}", decision.by),
            };
            words.push_str(&format!("{by} {}", self.when(decision.at)));
        }
        self.labelled(&format!("Status  {}", sign(status)), &words, style);
        if let Some(since) = snapshot.waits_since(number) {
            let at = since.to_zoned(self.zone.clone()).strftime("%H:%M");
            let since = format!("waits here since {at}, {}", ago(since, self.now));
            self.labelled("", &since, theme.quiet());
        }
        if status == Status::Stale {
            self.labelled("", &format!("was {}", decided.unwrap_or_default()), Style::new());
            for change in &standing.changed {
                self.labelled("", &change.words(), theme.changed());
            }
        }
        if let Some(decision) = &standing.decision
            && status != Status::Stale
        {
            let mut said = Vec::new();
            said.extend(decision.reason.as_ref().map(|reason| format!("reason {reason}")));
            said.extend(decision.note.as_ref().map(|note| format!("“{note}”")));
            if !said.is_empty() {
                self.labelled("", &said.join("  "), Style::new());
            }
        }
        for finding in snapshot.findings_behind(number) {
            self.labelled("Data  !", &finding.to_string(), theme.warning());
        }
    }

    fn risk(&mut self, snapshot: &Snapshot, number: usize, explanation: &Explanation) {
        let score = explanation.risk.score;
        let bar_width = 16.min(self.width / 4);
        let words = format!("from {}", snapshot.matching.risk_words(number));
        self.blank();
        self.lines.push(Line::from(vec![
            Span::styled(" Risk        ", self.theme.quiet()),
            Span::styled(share(score), self.theme.strong()),
            Span::raw(" "),
            Span::styled(bar(score, bar_width), self.theme.risk(score)),
        ]));
        self.labelled("", &words, Style::new());
        let confidence = explanation.confidence_words(snapshot.matching.policy());
        let style = if explanation.confidence.passes { Style::new() } else { self.theme.warning() };
        self.labelled("Confidence", &confidence, style);
        let at_risk = snapshot.matching.revenue_at_risk(number);
        let told = snapshot.matching.customer(number).and_then(|view| view.forecast_at_risk());
        let source = if told.is_some() {
            "as the forecast says".to_owned()
        } else {
            format!("account value × {}", share(score))
        };
        self.labelled("At risk", &format!("{}, {source}", dollars(at_risk)), Style::new());
        if let Some(words) = explanation.stability_words() {
            let firm = matches!(explanation.stability, Some(Stability::Holds | Stability::Only));
            let style = if firm { Style::new() } else { self.theme.warning() };
            self.labelled("Stability", &words, style);
        }
    }

    fn candidates(&mut self, explanation: &Explanation) {
        if explanation.candidates.is_empty() {
            self.heading("No playbook passes every gate");
            return;
        }
        let stopped = if explanation.confidence.passes { "" } else { ", stopped by the brake" };
        self.heading(&format!("Candidates, best first{stopped}"));
        for candidate in &explanation.candidates {
            self.candidate(candidate, &explanation.segment, explanation.confidence.passes);
        }
    }

    fn candidate(&mut self, candidate: &Candidate, segment: &str, passes: bool) {
        let theme = self.theme;
        let wins = candidate.rank == 1 && passes;
        let need = if candidate.requires_human_approval { "needs approval" } else { "automatic" };
        let head =
            format!("{} {} {}", if wins { "▸" } else { " " }, candidate.rank, candidate.title());
        let room = self.width.saturating_sub(need.len() + 2);
        self.lines.push(Line::from(vec![
            Span::styled(
                format!(" {}  ", crate::tui::widget::text::left(&head, room)),
                if wins { theme.strong() } else { Style::new() },
            ),
            Span::styled(
                need,
                if candidate.requires_human_approval { theme.warning() } else { theme.accent() },
            ),
        ]));
        let style = if wins { Style::new() } else { theme.quiet() };
        let measured = matches!(
            (candidate.value.source, candidate.cost.source),
            (ValueSource::SegmentPerformance, CostSource::SegmentPerformance)
                | (ValueSource::AllPerformance, CostSource::AllPerformance)
        );
        if wins || !measured {
            let value = short(candidate.value_words(segment), candidate.value.source.name());
            let cost = short(candidate.cost_words(segment), candidate.cost.source.name());
            let roi = short(candidate.roi_words(segment), candidate.roi.source.name());
            let net = format!("action {}", candidate.action);
            self.amount("value", &dollars(candidate.value.amount), &value, style);
            self.amount("cost", &dollars(candidate.cost.amount), &cost, style);
            self.amount("ROI", &ratio(candidate.roi.ratio), &roi, style);
            self.amount("net", &dollars(candidate.net_value), &net, style);
        } else {
            // One row measured all of it: the numbers in one line, their source in the next.
            let numbers = format!(
                "ROI {}  value {} − cost {} = net {}",
                ratio(candidate.roi.ratio),
                dollars(candidate.value.amount),
                dollars(candidate.cost.amount),
                dollars(candidate.net_value)
            );
            self.text(5, &numbers, style);
        }
        self.text(5, &candidate.evidence_words(segment), style);
        if let Some(words) = candidate.wins_words() {
            self.text(5, &words, style);
        }
    }

    fn why_not(&mut self, explanation: &Explanation, labels: &Labels) {
        if explanation.excluded.is_empty() {
            return;
        }
        self.heading("Why not");
        for excluded in explanation.nearest_excluded() {
            let text = format!("{}: {}", excluded.title(), excluded.words(labels));
            self.text(2, &text, Style::new());
        }
    }

    fn known(&mut self, snapshot: &Snapshot, number: usize) {
        let dataset = snapshot.matching.dataset();
        let mut signals = dataset.signals(number).peekable();
        if signals.peek().is_some() {
            self.heading("Signals");
        }
        for signal in signals {
            let strength = signal.normalized_strength.or(signal.signal_strength);
            let mut facts = vec![signal.signal_type.as_deref().unwrap_or("signal").to_owned()];
            facts.extend(strength.map(|s| format!("strength {}", Num(s))));
            facts.extend(signal.risk_weight.map(|w| format!("weight {}", Num(w))));
            facts.extend(signal.detected_at.as_ref().map(ToString::to_string));
            facts.extend(signal.source.as_ref().map(ToString::to_string));
            self.text(2, &facts.join(" · "), Style::new());
        }
        let Some(view) = dataset.customer(number) else { return };
        if let Some(forecast) = view.forecast() {
            self.heading("Forecast");
            let mut facts = Vec::new();
            facts.extend(forecast.churn_probability.map(|p| format!("churn {}", share(p))));
            facts.extend(forecast.recovery_probability.map(|p| format!("recovery {}", share(p))));
            facts.extend(forecast.generated_at.as_ref().map(|at| format!("as of {at}")));
            self.text(2, &facts.join(" · "), Style::new());
            let path = forecast.predicted_path.as_deref().unwrap_or_default();
            if !path.is_empty() {
                self.text(2, &format!("path {}", path.join(" → ")), Style::new());
            }
        }
        if let Some(journey) = view.state() {
            self.heading("Journey");
            let mut facts = vec![format!("in {}", view.stage().unwrap_or("no stage"))];
            facts.extend(journey.state_entered_at.as_ref().map(|at| format!("since {at}")));
            facts.extend(journey.days_in_state.map(|days| format!("{} days", Num(days))));
            facts.extend(journey.previous_stage.as_ref().map(|stage| format!("before {stage}")));
            facts
                .extend(journey.predicted_next_stage.as_ref().map(|stage| format!("next {stage}")));
            self.text(2, &facts.join(" · "), Style::new());
        }
    }

    fn done(&mut self, snapshot: &Snapshot, number: usize) {
        let dataset = snapshot.matching.dataset();
        let title = |id: &str| {
            let playbook = dataset.playbook_by_id(id);
            playbook.map_or(id, |playbook| playbook.title()).to_owned()
        };
        let hand_offs = snapshot.only_handed_off(number);
        let mut interventions = dataset.interventions(number).peekable();
        if interventions.peek().is_some() || !hand_offs.is_empty() {
            self.heading("Earlier interventions");
        }
        for intervention in interventions {
            let mut facts = vec![title(&intervention.playbook_id)];
            facts.extend(intervention.recommended_action.as_ref().map(ToString::to_string));
            facts.extend(intervention.generated_at.as_ref().map(ToString::to_string));
            self.text(2, &facts.join(" · "), Style::new());
            self.outcomes(snapshot, number, &intervention.intervention_id);
        }
        for entry in hand_offs {
            let date = entry.at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d");
            let (title, action) = (title(&entry.playbook_id), entry.basis.action());
            let text = format!("{title} · {action} · {date} · handed off by {}", entry.by);
            self.text(2, &text, Style::new());
            self.outcomes(snapshot, number, &entry.id);
        }
    }

    /// What came of an intervention.
    fn outcomes(&mut self, snapshot: &Snapshot, number: usize, intervention: &str) {
        let outcomes = snapshot.matching.dataset().outcomes(number);
        let of_it = |id: &str| id == intervention && !id.is_empty();
        for outcome in outcomes.filter(|outcome| of_it(&outcome.intervention_id)) {
            let mut facts = vec![outcome.outcome.as_deref().unwrap_or("outcome").to_owned()];
            facts.extend(outcome.resolution_time_days.map(|days| format!("{} days", Num(days))));
            facts.extend(outcome.churn_risk_delta.map(|d| format!("risk {:+}", Num(d).0)));
            facts.extend(outcome.estimated_revenue_saved.map(|x| format!("{} saved", dollars(x))));
            facts.extend(outcome.measured_at.as_ref().map(ToString::to_string));
            self.text(4, &format!("→ {}", facts.join(" · ")), Style::new());
        }
    }

    fn decisions(&mut self, snapshot: &Snapshot, number: usize) {
        let Some(view) = snapshot.matching.customer(number) else { return };
        let mut entries = snapshot.history.of_customer(view.id()).rev().peekable();
        if entries.peek().is_some() {
            self.heading("Decisions so far");
        }
        for entry in entries {
            let basis = &entry.basis;
            let mut text = format!(
                "{} {} {} {}",
                entry.by,
                crate::tui::activity::journal::done(entry.kind),
                basis.playbook_title(),
                self.when(entry.at)
            );
            if basis.chosen.is_some() {
                text.push_str(&format!(" · instead of {}", basis.recommendation.playbook_title()));
            }
            text.extend(entry.until.map(|until| format!(" · until {until}")));
            for said in entry.reason.iter().map(|r| r.as_str()).chain(entry.note.as_deref()) {
                text.push_str(&format!(" · {said}"));
            }
            self.text(2, &text, Style::new());
            let numbers = format!(
                "on risk {}, cost {}, value {}, ROI {}",
                share(basis.recommendation.risk_score),
                dollars(basis.cost()),
                dollars(basis.value()),
                ratio(basis.roi())
            );
            self.text(4, &numbers, self.theme.quiet());
        }
    }
}

/// The words of a measured number, without the runs, which the evidence tells once for all of them.
fn short(words: String, source: &str) -> String {
    match source {
        "segment_performance" => "measured".to_owned(),
        "all_performance" => "measured over all segments".to_owned(),
        _ => words,
    }
}
