//! What the sections below a customer's card say.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::sections::Section;
use crate::approval::words::status_words;
use crate::domain::labels::{self, Labels};
use crate::domain::money::{dollars, ratio};
use crate::domain::number::Num;
use crate::domain::time::relative_day;
use crate::domain::{CostSource, Standing, Status, ValueSource};
use crate::insight::card::NearMisses;
use crate::insight::card::near_misses::Miss;
use crate::matching::stability::Stability;
use crate::matching::words::share;
use crate::matching::{Candidate, Explanation};
use crate::tui::activity::journal::done_about;
use crate::tui::state::State;
use crate::tui::widget::detail_builder::DetailBuilder;
use crate::tui::widget::text::bar;
use crate::tui::widget::theme::{Theme, sign};
use crate::workspace::Snapshot;

/// Returns the lines of a section of a customer's detail, each at most `width` columns wide.
pub(super) fn lines(
    section: Section,
    state: &State,
    (snapshot, number, standing): (&Snapshot, usize, &Standing),
    misses: &NearMisses,
    (width, theme): (u16, Theme),
) -> Vec<Line<'static>> {
    let mut builder = DetailBuilder::new(width, theme, state.now, &state.zone);
    let labels = &snapshot.matching.policy().labels;
    match section {
        Section::Numbers => builder.numbers(snapshot, number, standing),
        Section::NearMisses => builder.misses(&misses.near, labels),
        Section::SameStage => builder.misses(&misses.farther, labels),
        Section::OtherStages => {
            builder.misses(&NearMisses::elsewhere(&snapshot.matching, number), labels);
        }
        Section::SkippedPlaybooks => builder.misses(&misses.skipped, labels),
        Section::Signals => builder.signals(snapshot, number),
        Section::Account => builder.account(snapshot, number),
        Section::SkippedRows => builder.skipped_rows(snapshot, number),
        Section::History => {
            builder.decisions(snapshot, number);
            builder.done(snapshot, number);
        }
    }
    builder.lines
}

impl DetailBuilder<'_> {
    fn numbers(&mut self, snapshot: &Snapshot, number: usize, standing: &Standing) {
        let Some(explanation) = snapshot.matching.explain(number) else { return };
        self.status(snapshot, number, standing);
        self.risk(snapshot, number, &explanation);
        self.candidates(snapshot, &explanation);
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
                words.push_str(&format!(": {}", basis.playbook_title()));
                if let Some(told) = basis.recommended() {
                    words.push_str(&format!(" instead of {}", told.playbook_title()));
                }
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
            let since = format!("Waiting since {since}, {}", relative_day(since, snapshot.today()));
            self.labelled("", &since, theme.quiet());
        }
        if status == Status::Stale {
            self.labelled("", &format!("previously {}", decided.unwrap_or_default()), Style::new());
            let labels = &snapshot.matching.policy().labels;
            for change in &standing.changed {
                self.labelled("", &change.labeled(labels), theme.changed());
            }
        }
        if let Some(decision) = &standing.decision
            && status != Status::Stale
        {
            let labels = &snapshot.matching.policy().labels;
            let mut said = Vec::new();
            let reason = decision.reason.as_ref();
            said.extend(reason.map(|reason| format!("Reason: {}", labels.reason(reason))));
            said.extend(decision.note.as_ref().map(|note| format!("“{note}”")));
            if !said.is_empty() {
                self.labelled("", &said.join("  "), Style::new());
            }
        }
    }

    /// The skipped rows that may affect the recommendation.
    pub(crate) fn skipped_rows(&mut self, snapshot: &Snapshot, number: usize) {
        for finding in snapshot.findings_behind(number) {
            self.text(2, &finding.to_string(), self.theme.warning());
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
        let forecast = snapshot.matching.customer(number).and_then(|view| view.forecast_at_risk());
        let source = if forecast.is_some() {
            "from the forecast".to_owned()
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

    fn candidates(&mut self, snapshot: &Snapshot, explanation: &Explanation) {
        if explanation.candidates.is_empty() {
            self.heading("No eligible playbook");
            return;
        }
        let below =
            if explanation.confidence.passes { "" } else { ", below the minimum confidence" };
        self.heading(&format!("Eligible playbooks, best first{below}"));
        for candidate in &explanation.candidates {
            let action = snapshot.matching.policy().labels.action(&candidate.action);
            let action = format!("action: {action}");
            self.candidate(candidate, &explanation.segment, &action, explanation.confidence.passes);
        }
    }

    fn candidate(&mut self, candidate: &Candidate, segment: &str, action: &str, passes: bool) {
        let theme = self.theme;
        let wins = candidate.rank == 1 && passes;
        let need = if candidate.requires_human_approval { "needs approval" } else { "automatic" };
        let head =
            format!("{} {} {}", if wins { "●" } else { " " }, candidate.rank, candidate.title());
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
            self.amount("Value", &dollars(candidate.value.amount), &value, style);
            self.amount("Cost", &dollars(candidate.cost.amount), &cost, style);
            self.amount("ROI", &ratio(candidate.roi.ratio), &roi, style);
            self.amount("Net", &dollars(candidate.net_value), action, style);
        } else {
            // One row measured all of it: the numbers in one line, their source in the next.
            let numbers = format!(
                "ROI {} · value {} − cost {} = net {}",
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

    fn misses(&mut self, misses: &[Miss], labels: &Labels) {
        for miss in misses {
            self.text(2, &format!("{}: {}", miss.title, miss.words(labels)), Style::new());
        }
    }

    fn signals(&mut self, snapshot: &Snapshot, number: usize) {
        let labels = &snapshot.matching.policy().labels;
        for signal in snapshot.matching.dataset().signals(number) {
            let strength = signal.normalized_strength.or(signal.signal_strength);
            let kind = signal.signal_type.as_deref().map(|code| labels.signal(code).into_owned());
            let mut facts = vec![kind.unwrap_or_else(|| "Signal".to_owned())];
            facts.extend(strength.map(|s| format!("strength {}", Num(s))));
            facts.extend(signal.risk_weight.map(|w| format!("weight {}", Num(w))));
            facts.extend(signal.detected_at.as_ref().map(ToString::to_string));
            facts.extend(signal.source.as_ref().map(ToString::to_string));
            self.text(2, &facts.join(" · "), Style::new());
        }
    }

    /// What the customer's row, its stage and its forecast say.
    fn account(&mut self, snapshot: &Snapshot, number: usize) {
        let Some(view) = snapshot.matching.customer(number) else { return };
        let labels = &snapshot.matching.policy().labels;
        let customer = view.customer();
        let mut facts = Vec::new();
        facts.extend(
            customer.tenure_months.map(|months| format!("customer for {} months", Num(months))),
        );
        facts.extend(customer.risk_tier.as_ref().map(|tier| format!("risk tier {tier}")));
        facts.extend(customer.renewal_date.as_ref().map(|date| format!("renews {date}")));
        if !facts.is_empty() {
            self.labelled("Account", &facts.join(" · "), Style::new());
        }
        let stage = view.stage().map(|code| labels.stage(code).into_owned());
        let mut facts = vec![stage.unwrap_or_else(|| "No stage".to_owned())];
        if let Some(journey) = view.state() {
            facts.extend(journey.state_entered_at.as_ref().map(|at| format!("since {at}")));
            let previous = journey.previous_stage.as_deref().map(|code| labels.stage(code));
            facts.extend(previous.map(|stage| format!("previous stage: {stage}")));
            let next = journey.predicted_next_stage.as_deref().map(|code| labels.stage(code));
            facts.extend(next.map(|stage| format!("predicted next: {stage}")));
        }
        self.labelled("Stage", &facts.join(" · "), Style::new());
        let Some(forecast) = view.forecast() else { return };
        let mut facts = Vec::new();
        facts.extend(forecast.churn_probability.map(|p| format!("churn probability {}", share(p))));
        facts.extend(
            forecast.recovery_probability.map(|p| format!("recovery probability {}", share(p))),
        );
        facts.extend(forecast.generated_at.as_ref().map(|at| format!("as of {at}")));
        let path = forecast.predicted_path.as_deref().unwrap_or_default();
        if !path.is_empty() {
            let stages: Vec<_> = path.iter().map(|code| labels.stage(code)).collect();
            facts.push(format!("predicted path: {}", stages.join(" → ")));
        }
        self.labelled("Forecast", &facts.join(" · "), Style::new());
    }

    fn done(&mut self, snapshot: &Snapshot, number: usize) {
        let dataset = snapshot.matching.dataset();
        let title = |id: &str| {
            let playbook = dataset.playbook_by_id(id);
            playbook.map_or(id, |playbook| playbook.title()).to_owned()
        };
        let labels = &snapshot.matching.policy().labels;
        let ran = dataset.interventions(number).map(|intervention| {
            let mut facts = vec![title(&intervention.playbook_id)];
            let action = intervention.recommended_action.as_deref();
            facts.extend(action.map(|code| labels.action(code).into_owned()));
            facts.extend(intervention.generated_at.as_ref().map(ToString::to_string));
            let date = intervention.generated_at.unwrap_or_default().to_string();
            (date, intervention.intervention_id.to_string(), facts.join(" · "))
        });
        let handed_off = snapshot.only_handed_off(number).into_iter().map(|entry| {
            let date = entry.at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d").to_string();
            let (title, action) = (title(&entry.playbook_id), labels.action(entry.basis.action()));
            let text = format!("{title} · {action} · {date} · handed off by {}", entry.by);
            (date, entry.id.to_string(), text)
        });
        let mut plays: Vec<(String, String, String)> = ran.chain(handed_off).collect();
        // The latest first; of one day the last row.
        plays.sort_by(|a, b| a.0.cmp(&b.0));
        for (_, id, text) in plays.iter().rev() {
            self.text(2, text, Style::new());
            self.outcomes(snapshot, number, id);
        }
    }

    /// The outcomes of an intervention.
    fn outcomes(&mut self, snapshot: &Snapshot, number: usize, intervention: &str) {
        let outcomes = snapshot.matching.dataset().outcomes(number);
        let of_it = |id: &str| id == intervention && !id.is_empty();
        for outcome in outcomes.filter(|outcome| of_it(&outcome.intervention_id)) {
            let result = outcome.outcome.as_deref().map(|code| labels::words(code).into_owned());
            let mut facts = vec![result.unwrap_or_else(|| "Outcome".to_owned())];
            facts.extend(
                outcome.resolution_time_days.map(|days| format!("after {} days", Num(days))),
            );
            facts.extend(outcome.churn_risk_delta.map(|d| format!("risk {:+}", Num(d).0)));
            facts.extend(outcome.estimated_revenue_saved.map(|x| format!("{} saved", dollars(x))));
            facts.extend(outcome.measured_at.as_ref().map(ToString::to_string));
            self.text(4, &format!("→ {}", facts.join(" · ")), Style::new());
        }
    }

    fn decisions(&mut self, snapshot: &Snapshot, number: usize) {
        let Some(view) = snapshot.matching.customer(number) else { return };
        for entry in snapshot.history.of_customer(view.id()).rev() {
            let basis = &entry.basis;
            let mut text = format!("{} {}, {}", entry.by, done_about(entry), self.when(entry.at));
            text.extend(entry.until.map(|until| format!(" · until {until}")));
            let labels = &snapshot.matching.policy().labels;
            text.extend(entry.reason.as_ref().map(|code| format!(" · {}", labels.reason(code))));
            text.extend(entry.note.as_ref().map(|note| format!(" · {note}")));
            self.text(2, &text, Style::new());
            let numbers = format!(
                "Based on risk {}, cost {}, value {}, ROI {}",
                share(basis.recommendation.risk_score),
                dollars(basis.cost()),
                dollars(basis.value()),
                ratio(basis.roi())
            );
            self.text(4, &numbers, self.theme.quiet());
        }
    }
}

/// Returns where a measured number comes from, without the runs, which the evidence names once for all
/// of them.
fn short(words: String, source: &str) -> String {
    match source {
        "segment_performance" => "measured for this segment".to_owned(),
        "all_performance" => "measured across segments".to_owned(),
        _ => words,
    }
}
