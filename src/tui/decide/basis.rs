//! What a decision was based on, field by field beside the current values.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::approval::drift::drift;
use crate::domain::labels::Labels;
use crate::domain::money::{dollars, ratio};
use crate::domain::number::Num;
use crate::domain::width::Width;
use crate::domain::{
    AfterFailure, ApprovalReason, Basis, Change, Chosen, Entry, Evidence, FailedGate, Missing,
};
use crate::matching::words::{runs, share};
use crate::tui::widget::detail_builder::DetailBuilder;
use crate::tui::widget::text::{left, wrap};
use crate::workspace::Snapshot;

/// Columns of the marks and of the labels, each with its blanks.
const MARK: usize = 3;
const LABEL: usize = 15;
/// Shown where there is no value.
const NOTHING: &str = "–";

/// How a field is now, against what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Same,
    Moved,
    /// By more than the policy tolerates.
    Beyond,
}

impl Mark {
    fn sign(self) -> &'static str {
        match self {
            Self::Same => " ",
            Self::Moved => "≠",
            Self::Beyond => "!",
        }
    }
}

struct BasisRow {
    label: &'static str,
    was: String,
    now: String,
    mark: Mark,
}

/// Who asks for an approval, and which inputs are missing.
type Reasons<'a> = (&'a [ApprovalReason], &'a [Missing]);

/// A heading and the fields under it.
struct Section {
    title: &'static str,
    fields: Vec<BasisRow>,
}

/// The table of everything that the entry's decision was made on.
pub(crate) fn compare(builder: &mut DetailBuilder<'_>, snapshot: &Snapshot, entry: &Entry) {
    let was = &entry.basis;
    let matching = &snapshot.matching;
    let number = matching.dataset().customer_number(&entry.customer_id);
    let now = number.and_then(|number| {
        let mut now = matching.basis(number)?;
        let chosen = was.chosen.as_ref();
        now.chosen =
            chosen.and_then(|chosen| matching.choose(number, &chosen.playbook_id)).map(Box::new);
        Some(now)
    });
    let drifted = now.as_ref().map(|now| drift(was, now, matching.policy())).unwrap_or_default();
    let mut table =
        Table { sections: Vec::new(), drifted, labels: matching.policy().labels.clone() };
    table.recommended(snapshot, number, was, now.as_ref());
    if let Some(chosen) = &was.chosen {
        table.chosen(chosen, now.as_ref().map(|now| now.chosen.as_deref()));
    }
    table.policy(snapshot, was, now.as_ref());

    builder.heading("Decided and current");
    let quiet = builder.theme.quiet();
    if snapshot.partial {
        return builder.text(0, "Current values are still loading", quiet);
    }
    match (number, &now) {
        (None, _) => {
            let text = format!("{} is not in the data.", entry.customer_id);
            builder.text(0, &text, builder.theme.warning());
        }
        (Some(_), None) => {
            let text = format!("{} has no recommendation now.", entry.customer_id);
            builder.text(0, &text, builder.theme.warning());
        }
        (Some(_), Some(_)) => {}
    }
    let has = |mark| table.sections.iter().flat_map(|s| &s.fields).any(|field| field.mark == mark);
    if has(Mark::Beyond) {
        builder.text(0, "! changed by more than the policy tolerates: a decision is stale", quiet);
    }
    if has(Mark::Moved) {
        builder.text(0, "≠ changed", quiet);
    }
    if now.is_some() && !has(Mark::Beyond) && !has(Mark::Moved) {
        builder.text(0, "Nothing has changed since the decision.", quiet);
    }
    for section in &table.sections {
        write(builder, section);
    }
}

fn write(builder: &mut DetailBuilder<'_>, section: &Section) {
    let theme = builder.theme;
    let column = (builder.width.saturating_sub(MARK + LABEL + 1) / 2).max(6);
    let head = format!(
        " {} {} {}",
        left(section.title, MARK + LABEL - 2),
        left("Decided", column),
        left("Current", column)
    );
    builder.blank();
    builder.lines.push(Line::from(Span::styled(head, theme.strong())));
    for field in &section.fields {
        let style = match field.mark {
            Mark::Same => Style::new(),
            Mark::Moved => theme.warning(),
            Mark::Beyond => theme.changed(),
        };
        let (was, now) = (wrap(&field.was, column), wrap(&field.now, column));
        for row in 0..was.len().max(now.len()) {
            let cell = |lines: &[String]| lines.get(row).cloned().unwrap_or_default();
            let (sign, label) = match row {
                0 => (field.mark.sign(), field.label),
                _ => (" ", ""),
            };
            let was = cell(&was);
            let blanks = column.saturating_sub(was.width());
            builder.lines.push(Line::from(vec![
                Span::styled(format!(" {sign} "), style),
                Span::styled(left(label, LABEL), theme.quiet()),
                Span::raw(format!("{was}{:blanks$} ", "")),
                Span::styled(cell(&now), style),
            ]));
        }
    }
}

/// The sections as they grow.
struct Table {
    sections: Vec<Section>,
    drifted: Vec<Change>,
    labels: Labels,
}

impl Table {
    fn section(&mut self, title: &'static str) {
        self.sections.push(Section { title, fields: Vec::new() });
    }

    /// A field; `name` is the one that drift knows it by. `now` is `None` where there is no such
    /// thing now.
    fn add<T: PartialEq>(
        &mut self,
        label: &'static str,
        name: &str,
        was: T,
        now: Option<T>,
        told: impl Fn(&T) -> String,
    ) {
        let mark = match &now {
            _ if self.drifted.iter().any(|change| change.field == name) => Mark::Beyond,
            Some(now) if *now != was => Mark::Moved,
            _ => Mark::Same,
        };
        let now = now.as_ref().map_or(NOTHING.to_owned(), &told);
        let was = told(&was);
        if let Some(section) = self.sections.last_mut() {
            section.fields.push(BasisRow { label, was, now, mark });
        }
    }

    /// A number, in full where the usual words would hide that it moved.
    fn number(
        &mut self,
        label: &'static str,
        name: &str,
        was: f64,
        now: Option<f64>,
        told: fn(f64) -> String,
    ) {
        let hides = now.is_some_and(|now| now != was && told(now) == told(was));
        self.add(label, name, was, now, |x| if hides { Num(*x).to_string() } else { told(*x) });
    }

    fn words(&mut self, label: &'static str, was: &'static str, now: Option<&'static str>) {
        self.add(label, "", was, now, |text| (*text).to_owned());
    }

    fn flag(&mut self, name: &str, was: bool, now: Option<bool>) {
        let told = |needed: &bool| if *needed { "needed" } else { "not needed" }.to_owned();
        self.add("Approval", name, was, now, told);
    }

    fn reasons(&mut self, was: Reasons<'_>, now: Option<Reasons<'_>>) {
        if was.0.is_empty() && now.is_none_or(|now| now.0.is_empty()) {
            return;
        }
        self.add("  because", "", was, now, |(reasons, missing)| {
            let words: Vec<&str> =
                reasons.iter().map(|reason| reason.words_where(missing)).collect();
            if words.is_empty() { NOTHING.to_owned() } else { words.join("; ") }
        });
    }

    fn evidence(&mut self, was: Evidence, now: Option<Evidence>) {
        self.words("Evidence", was.grade.words(), now.map(|now| now.grade.words()));
        if was.runs != 0.0 || now.is_some_and(|now| now.runs != 0.0) {
            self.number("  runs", "", was.runs, now.map(|now| now.runs), runs);
        }
        let rates = (was.success_rate, now.map(|now| now.success_rate));
        if rates.0.is_some() || rates.1.flatten().is_some() {
            self.add("  success", "", rates.0, rates.1, |rate| {
                rate.map_or("unknown".to_owned(), |rate| Num(rate).to_string())
            });
        }
    }

    fn recommended(
        &mut self,
        snapshot: &Snapshot,
        number: Option<usize>,
        was: &Basis,
        now: Option<&Basis>,
    ) {
        let labels = &self.labels.clone();
        self.section("Recommended");
        let view = number.and_then(|number| snapshot.matching.customer(number));
        let risk = number.and_then(|number| snapshot.matching.risk(number));
        let (old, new) = (&was.recommendation, now.map(|now| &now.recommendation));
        let named = |id: &str, title: &str| match id == title {
            true => title.to_owned(),
            false => format!("{title}, {id}"),
        };
        let titles = [Some(old), new].map(|r| r.map(|r| named(&r.playbook_id, r.playbook_title())));
        // A playbook is the same one under another name.
        let ids = view.as_ref().map(|_| new.map(|new| new.playbook_id.as_str()));
        self.add("Playbook", "playbook_id", Some(old.playbook_id.as_str()), ids, |id| {
            let [was, now] = &titles;
            let told = if *id == Some(old.playbook_id.as_str()) { was } else { now };
            told.clone().unwrap_or("none".to_owned())
        });
        let texts = |text: &&str| (*text).to_owned();
        self.add(
            "Action",
            "recommended_action",
            old.recommended_action.as_str(),
            new.map(|new| new.recommended_action.as_str()),
            |code| labels.action(code).into_owned(),
        );
        let segment = view.as_ref().map(|view| view.segment());
        self.add("Segment", "segment", old.segment.as_str(), segment, texts);
        let stage = view.as_ref().map(|view| view.stage());
        self.add("Stage", "journey_stage", old.journey_stage.as_deref(), stage, |stage| {
            stage.map_or("none".to_owned(), |code| labels.stage(code).into_owned())
        });
        let account = view.as_ref().map(|view| view.account_value());
        self.number("Account value", "account_value", old.account_value, account, dollars);
        self.number("Risk", "risk_score", old.risk_score, risk.map(|risk| risk.score), share);
        self.words("  source", was.risk_source.words(), risk.map(|risk| risk.source.words()));
        self.number("Confidence", "", old.confidence, new.map(|new| new.confidence), share);
        let cost = new.map(|new| new.expected_cost);
        self.number("Cost", "expected_cost", old.expected_cost, cost, dollars);
        self.words("  source", was.cost_source.words(), now.map(|now| now.cost_source.words()));
        let value = new.map(|new| new.expected_value);
        self.number("Value", "expected_value", old.expected_value, value, dollars);
        self.words("  source", was.value_source.words(), now.map(|now| now.value_source.words()));
        self.number("ROI", "", was.roi_ratio, now.map(|now| now.roi_ratio), ratio);
        self.words("  source", was.roi_source.words(), now.map(|now| now.roi_source.words()));
        self.evidence(was.evidence, now.map(|now| now.evidence));
        let needed = new.map(|new| new.requires_human_approval);
        self.flag("requires_human_approval", old.requires_human_approval, needed);
        self.reasons(
            (&was.approval_reasons, &was.missing),
            now.map(|now| (now.approval_reasons.as_slice(), now.missing.as_slice())),
        );
    }

    /// `now` is `None` where nothing is recommended, and holds `None` where the playbook is gone.
    fn chosen(&mut self, was: &Chosen, now: Option<Option<&Chosen>>) {
        let labels = &self.labels.clone();
        self.section("Override");
        let is_there = now.map(|now| now.is_some());
        let title = was.title().to_owned();
        self.add("Playbook", "chosen.playbook_id", true, is_there, |there| match there {
            true => title.clone(),
            false => "no longer exists".to_owned(),
        });
        let now = now.flatten();
        self.add(
            "Action",
            "chosen.recommended_action",
            was.recommended_action.as_str(),
            now.map(|now| now.recommended_action.as_str()),
            |code| labels.action(code).into_owned(),
        );
        let cost = now.map(|now| now.expected_cost);
        self.number("Cost", "chosen.expected_cost", was.expected_cost, cost, dollars);
        self.words("  source", was.cost_source.words(), now.map(|now| now.cost_source.words()));
        let value = now.map(|now| now.expected_value);
        self.number("Value", "chosen.expected_value", was.expected_value, value, dollars);
        self.words("  source", was.value_source.words(), now.map(|now| now.value_source.words()));
        self.number("ROI", "", was.roi_ratio, now.map(|now| now.roi_ratio), ratio);
        self.words("  source", was.roi_source.words(), now.map(|now| now.roi_source.words()));
        self.evidence(was.evidence, now.map(|now| now.evidence));
        let needed = now.map(|now| now.requires_human_approval);
        self.flag("chosen.requires_human_approval", was.requires_human_approval, needed);
        self.reasons(
            (&was.approval_reasons, &was.missing),
            now.map(|now| (now.approval_reasons.as_slice(), now.missing.as_slice())),
        );
        let failed = now.map(|now| now.failed.as_slice());
        self.add("Gates failed", "chosen.failed", was.failed.as_slice(), failed, |failed| {
            gates(failed)
        });
    }

    /// The settings that bore on it. Those of now are there also where nothing is recommended; a
    /// limit bears on a recommendation or on nothing.
    fn policy(&mut self, snapshot: &Snapshot, was: &Basis, now: Option<&Basis>) {
        self.section("Policy");
        let policy = snapshot.matching.policy();
        let (was, now) = (&was.policy, now.map(|now| &now.policy));
        let threshold = Some(policy.confidence_threshold);
        self.number("Min confidence", "", was.confidence_threshold, threshold, share);
        self.number("Margin", "", was.confidence_margin, Some(policy.confidence_margin), share);
        self.words("Ranking by", was.ranking.name(), Some(policy.ranking.name()));
        let mut limit =
            |label, was: Option<f64>, now: Option<Option<f64>>, told: fn(f64) -> String| {
                if was.is_some() || now.flatten().is_some() {
                    self.add(label, "", was, now, |limit| limit.map_or(NOTHING.to_owned(), told));
                }
            };
        limit(
            "Value limit",
            was.required_at_account_value,
            now.map(|now| now.required_at_account_value),
            dollars,
        );
        limit("Cost limit", was.required_at_cost, now.map(|now| now.required_at_cost), dollars);
        limit("Fewest runs", was.required_below_runs, now.map(|now| now.required_below_runs), runs);
        limit(
            "Two approvers",
            was.two_approvers_at_account_value,
            now.map(|now| now.two_approvers_at_account_value),
            dollars,
        );
        let number = |x: f64| Num(x).to_string();
        limit("Most plays", was.max_plays, now.map(|now| now.max_plays), number);
        limit("In days", was.per_days, now.map(|now| now.per_days), number);
        limit(
            "Same play after",
            was.same_playbook_days,
            now.map(|now| now.same_playbook_days),
            |days| format!("{} days", Num(days)),
        );
        let failure = |after: Option<AfterFailure>| after.map(AfterFailure::name);
        let (was, now) = (failure(was.after_failure), now.map(|now| failure(now.after_failure)));
        if was.is_some() || now.flatten().is_some() {
            self.add("After failure", "", was, now, |after| after.unwrap_or(NOTHING).to_owned());
        }
    }
}

fn gates(failed: &[FailedGate]) -> String {
    match failed.is_empty() {
        true => "none".to_owned(),
        false => failed.iter().map(FailedGate::words).collect::<Vec<_>>().join("; "),
    }
}
