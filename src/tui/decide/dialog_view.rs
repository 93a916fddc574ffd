//! The dialog in which a decision is confirmed: what is being signed, and where its numbers come
//! from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::dialog::{Dialog, FormField, Subject};
use super::form::Form;
use crate::domain::money::{count, counted, dollars, ratio};
use crate::domain::number::Num;
use crate::domain::time::ago;
use crate::domain::{
    ApprovalReason, Basis, Chosen, DecisionKind, Entry, Evidence, EvidenceGrade, FailedGate, Status,
};
use crate::matching::words::{runs, share};
use crate::tui::state::State;
use crate::tui::widget::field::field;
use crate::tui::widget::pane::{draw_lines, over};
use crate::tui::widget::text::{fit, wrap};
use crate::tui::widget::theme::Theme;
use crate::workspace::Stated;
use crate::workspace::bulk::BulkPreview;

/// Columns of the dialog where the screen has them.
const WIDTH: u16 = 74;
/// Playbooks that can be chosen, shown at once; and how many where there is little room.
const CHOICES: usize = 5;
const FEW_CHOICES: usize = 3;
/// Rows with which there is room for all of it.
const ROOMY: usize = 28;

pub fn render(state: &State, theme: Theme, dialog: &Dialog, buffer: &mut Buffer) {
    let width = WIDTH.min(state.size.0.saturating_sub(2));
    let room = usize::from(state.size.1).saturating_sub(2);
    let lines = lines(state, theme, dialog, usize::from(width).saturating_sub(4), room);
    let height = (lines.len() as u16 + 2).min(state.size.1);
    let area = Rect::new(
        state.size.0.saturating_sub(width) / 2,
        state.size.1.saturating_sub(height) / 2,
        width,
        height,
    );
    let title = match dialog.kind() {
        DecisionKind::Approve => "Approve?",
        DecisionKind::Reject => "Reject?",
        DecisionKind::Undo => "Take back?",
        DecisionKind::Defer => "Defer?",
        DecisionKind::Override => "Choose another playbook?",
        DecisionKind::HandOff => "Hand off?",
        DecisionKind::Recover => "Recover?",
    };
    let inner = over(area, title, theme, buffer);
    draw_lines(&lines, 0, inner, buffer);
}

/// The dialog in at most `room` lines. In a low window the facts give way to what has moved, to
/// refusals and to the keys: without those nobody knows what `y` does.
fn lines(
    state: &State,
    theme: Theme,
    dialog: &Dialog,
    width: usize,
    room: usize,
) -> Vec<Line<'static>> {
    let mut page = Page { lines: Vec::new(), weights: Vec::new(), width, theme };
    match &dialog.subject {
        Subject::Play { stated, .. } => page.play(state, stated, dialog),
        Subject::Undo { entry, .. } => page.entry(state, entry),
        Subject::Many { customers, unlisted, sum, .. } => {
            page.strong(&counted(customers.len(), "selected customer"));
            if *unlisted > 0 {
                let text = format!("{} of them not in the list as it is now", count(*unlisted));
                page.text(&text, theme.warning());
            }
            let form = &dialog.form;
            let chosen = form.kind != DecisionKind::Override || form.choice.is_some();
            page.sum(sum.as_deref(), chosen);
        }
    }
    let mut facts = std::mem::take(&mut page.lines);
    let mut weights = std::mem::take(&mut page.weights);
    weights.resize(facts.len(), MOST_WEIGHT);
    let form = &dialog.form;
    if form.kind == DecisionKind::Override {
        page.choices(form, if room < ROOMY { FEW_CHOICES } else { CHOICES });
    }
    if form.kind == DecisionKind::Defer {
        page.until(state, form);
    }
    if !form.reasons.is_empty() {
        page.reasons(form);
    }
    page.note(form);
    let fields = page.lines.len();
    if let Some(moved) = &dialog.moved {
        page.text(&format!("◆ Moved while this was open: {moved}"), theme.changed());
        page.text("It cannot be confirmed like this. Enter shows the new numbers.", Style::new());
    }
    if let Some(refusal) = &dialog.refusal {
        page.text(&format!("✗ {refusal}"), theme.warning());
    }
    page.buttons(state, dialog);
    let mut rest = page.lines;
    if facts.len() + rest.len() < room {
        rest.insert(fields, Line::default());
    }
    let for_facts = room.saturating_sub(rest.len());
    if facts.len() > for_facts {
        let keep = for_facts.saturating_sub(1);
        let hidden = facts.len() - keep;
        facts = weightiest(facts, &weights, keep);
        let more = format!(" … {hidden} more lines in a taller window");
        facts.push(Line::from(Span::styled(more, theme.warning())));
    }
    facts.extend(rest);
    let too_many = facts.len().saturating_sub(room);
    facts.drain(..too_many);
    facts
}

/// So many lines, those that matter most, in their order.
fn weightiest(lines: Vec<Line<'static>>, weights: &[u8], keep: usize) -> Vec<Line<'static>> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(weights.get(*place).copied().unwrap_or_default()));
    order.truncate(keep);
    let kept = |(place, line): (usize, Line<'static>)| order.contains(&place).then_some(line);
    lines.into_iter().enumerate().filter_map(kept).collect()
}

const MOST_WEIGHT: u8 = 9;

/// How much a line matters to whoever signs: what speaks against it before all, then what runs and
/// what it costs.
fn weight(label: &str) -> u8 {
    match label {
        "fails !" | "note !" | "held !" | "stale ~" | "approvals" => 9,
        "playbook" | "replaces" | "before" => 8,
        "cost" | "value" | "count" | "largest" => 7,
        "ROI" | "approval" | "status" => 6,
        "risk" | "decided" => 5,
        "account" => 4,
        _ => 3,
    }
}

struct Page {
    lines: Vec<Line<'static>>,
    /// How much each of the first lines matters, where not all of them fit.
    weights: Vec<u8>,
    /// Columns for text, a blank on either side not counted.
    width: usize,
    theme: Theme,
}

impl Page {
    fn strong(&mut self, text: &str) {
        let text = format!(" {}", fit(text, self.width));
        self.lines.push(Line::from(Span::styled(text, self.theme.strong())));
    }

    fn text(&mut self, text: &str, style: Style) {
        for line in wrap(text, self.width) {
            self.lines.push(Line::from(Span::styled(format!(" {line}"), style)));
        }
    }

    fn row(&mut self, label: &str, text: &str) {
        const LABEL: usize = 10;
        // What was written without a label before this matters most.
        self.weights.resize(self.lines.len(), MOST_WEIGHT);
        for (number, line) in wrap(text, self.width.saturating_sub(LABEL)).into_iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            self.lines.push(Line::from(vec![
                Span::styled(format!(" {label:<LABEL$}"), self.theme.quiet()),
                Span::raw(line),
            ]));
        }
        self.weights.resize(self.lines.len(), weight(label));
    }

    fn play(&mut self, state: &State, stated: &Stated, dialog: &Dialog) {
        let basis = &stated.basis;
        let play = &basis.recommendation;
        let selected = state.snapshot.as_ref().and_then(|snapshot| {
            Some((snapshot, snapshot.matching.dataset().customer_number(&play.customer_id)?))
        });
        let name = selected.and_then(|(snapshot, number)| {
            snapshot.matching.customer(number)?.name().map(str::to_owned)
        });
        let stage = play.journey_stage.as_deref().unwrap_or("no stage");
        self.strong(&format!("{}  {}", play.customer_id, name.as_deref().unwrap_or_default()));
        self.row(
            "account",
            &format!("{}, {stage}, {} a year", play.segment, dollars(play.account_value)),
        );
        // What is signed is what runs: of an override the playbook that is chosen.
        match dialog.form.chosen().and_then(|choice| choice.chosen.as_ref()) {
            Some(chosen) => {
                self.row("replaces", &format!("{} ({})", play.playbook_title(), play.playbook_id));
                self.chosen(chosen);
            }
            None => self.recommended(basis),
        }
        self.row(
            "risk",
            &format!("{}, from {}", share(play.risk_score), basis.risk_source.words()),
        );
        let Some((snapshot, number)) = selected else { return };
        let standing = snapshot.standing(number);
        let at_risk = dollars(snapshot.matching.revenue_at_risk(number));
        self.row("at stake", &format!("{at_risk} of revenue at risk"));
        match standing.status {
            Status::Automatic => self.row("status", "automatic: it may run without an approval"),
            Status::Held => {
                let rows = snapshot.findings_behind(number).map(|finding| finding.to_string());
                let rows: Vec<String> = rows.collect();
                self.row("held !", &rows.join("; "));
            }
            Status::Stale => {
                let moved: Vec<String> = standing.changed.iter().map(|c| c.words()).collect();
                self.row("stale ~", &moved.join(", "));
            }
            Status::Expired => self.row("status", "expired: approved longer ago than is allowed"),
            _ => {}
        }
        let needed =
            snapshot.matching.policy().approval.approvers_needed(basis.stake().account_value);
        let choice = standing.decision.as_ref().filter(|d| d.kind == DecisionKind::Override);
        match (standing.progress(), choice) {
            (Some(progress), Some(_)) if dialog.kind() != DecisionKind::Override => self.row(
                "note !",
                &format!(
                    "this replaces a choice: {progress}; whoever joins it chooses the same: o"
                ),
            ),
            (Some(progress), _) => self.row("approvals", &progress),
            (None, _) if needed > 1 && dialog.kind() == DecisionKind::Approve => {
                self.row(
                    "approvals",
                    &format!("this is 1 of {needed}; somebody else has to as well"),
                );
            }
            (None, _) => {}
        }
        if let Some(decision) = &standing.decision {
            let when = ago(decision.at, state.now);
            let mut text = format!("{} by {} {when}", decision.kind.done(), decision.by);
            for said in decision.reason.iter().map(|r| r.as_str()).chain(decision.note.as_deref()) {
                text.push_str(&format!(" · {said}"));
            }
            self.row("before", &text);
        }
    }

    fn recommended(&mut self, basis: &Basis) {
        let play = &basis.recommendation;
        self.row("playbook", &format!("{} ({})", play.playbook_title(), play.playbook_id));
        self.row("action", &play.recommended_action);
        self.numbers(&Numbers {
            cost: (play.expected_cost, basis.cost_source.words()),
            value: (play.expected_value, basis.value_source.words()),
            roi: (basis.roi_ratio, basis.roi_source.words()),
            evidence: basis.evidence,
        });
        if basis.approval_reasons.iter().any(|reason| *reason != ApprovalReason::Playbook) {
            self.row("approval", &basis.asks().join("; "));
        }
    }

    fn chosen(&mut self, chosen: &Chosen) {
        self.row("playbook", &format!("{} ({})", chosen.title(), chosen.playbook_id));
        self.row("action", &chosen.recommended_action);
        self.numbers(&Numbers {
            cost: (chosen.expected_cost, chosen.cost_source.words()),
            value: (chosen.expected_value, chosen.value_source.words()),
            roi: (chosen.roi_ratio, chosen.roi_source.words()),
            evidence: chosen.evidence,
        });
        let failed: Vec<String> = chosen.failed.iter().map(FailedGate::words).collect();
        if !failed.is_empty() {
            self.row("fails !", &failed.join("; "));
        }
    }

    fn numbers(&mut self, numbers: &Numbers) {
        let Numbers { cost, value, roi, evidence } = numbers;
        self.row("cost", &format!("{}, {}", dollars(cost.0), cost.1));
        self.row("value", &format!("{}, {}", dollars(value.0), value.1));
        self.row("ROI", &format!("{}, {}; net {}", ratio(roi.0), roi.1, dollars(value.0 - cost.0)));
        let mut proof = match evidence.grade {
            EvidenceGrade::Assumed => evidence.grade.words().to_owned(),
            grade => format!("{}, {}", runs(evidence.runs), grade.words()),
        };
        if let Some(rate) = evidence.success_rate {
            let percent = crate::domain::number::round(rate * 100.0, 1);
            proof = format!("{proof}, {} % succeeded", Num(percent));
        }
        self.row("evidence", &proof);
    }

    fn entry(&mut self, state: &State, entry: &Entry) {
        self.strong(&format!("{}  {}", entry.customer_id, entry.basis.playbook_title()));
        self.row(
            "decided",
            &format!("{} by {} {}", entry.kind.done(), entry.by, ago(entry.at, state.now)),
        );
        let said = [entry.reason.as_deref(), entry.note.as_deref()];
        for said in said.into_iter().flatten() {
            self.row("", said);
        }
        self.row("entry", &entry.id);
        let then = match entry.kind {
            DecisionKind::HandOff => "A new entry takes it back; the play may be handed off again.",
            _ => "A new entry takes it back; what stood before it stands again.",
        };
        self.text(then, self.theme.quiet());
    }

    /// What a decision about several customers adds up to.
    fn sum(&mut self, sum: Option<&BulkPreview>, chosen: bool) {
        let Some(sum) = sum else {
            self.row("", if chosen { "Adding up…" } else { "Choose a playbook: j and k move." });
            return;
        };
        let noun = if sum.kind == DecisionKind::Undo { "decision" } else { "play" };
        self.row("count", &counted(sum.items.len(), noun));
        self.row("cost", &dollars(sum.cost));
        self.row("value", &format!("{}; net {}", dollars(sum.value), dollars(sum.net_value())));
        if let Some((id, value)) = &sum.largest {
            self.row("largest", &format!("{id}, {} a year", dollars(*value)));
        }
        for sentence in sum.told.sentences(sum.kind) {
            self.row("note !", &sentence);
        }
        let Some((id, why)) = sum.refused.first() else { return };
        let text = match sum.refused.len() {
            1 => "1 of them cannot be decided, and stays as it is:".to_owned(),
            many => format!("{} of them cannot be decided, and stay as they are:", count(many)),
        };
        self.text(&text, self.theme.warning());
        const TOLD: usize = 4;
        self.row("", &refusal(id, why));
        for (id, why) in sum.refused.iter().take(TOLD).skip(1) {
            self.row("", &refusal(id, why));
        }
        if sum.refused.len() > TOLD {
            self.row("", &format!("and {} more", count(sum.refused.len() - TOLD)));
        }
    }

    /// The playbooks that can be chosen, a window of them around the chosen one.
    fn choices(&mut self, form: &Form, most: usize) {
        let focused = form.focus == FormField::Playbook;
        let at = form.choice.unwrap_or_default();
        let first = at.saturating_sub(most / 2).min(form.choices.len().saturating_sub(most));
        let label = if focused { "▸instead" } else { " instead" };
        for (row, (number, choice)) in
            form.choices.iter().enumerate().skip(first).take(most).enumerate()
        {
            let label = if row == 0 { label } else { "" };
            let chosen = form.choice == Some(number);
            let words = choice.words();
            let blanks = if words.is_empty() { "" } else { "  " };
            let room = self.width.saturating_sub(12);
            let text = fit(&format!("{}{blanks}{words}", choice.title), room);
            // Chosen is told by brackets, not by looks alone.
            let text = if chosen { format!("[{text}]") } else { format!(" {text} ") };
            self.lines.push(Line::from(vec![
                Span::styled(format!("{label:<11}"), self.label(form, FormField::Playbook)),
                Span::styled(text, if chosen { self.theme.strong() } else { Style::new() }),
            ]));
        }
        if form.choices.len() > most {
            let text = format!("{:11} {} of {}, j and k move", "", at + 1, form.choices.len());
            self.lines.push(Line::from(Span::styled(text, self.theme.quiet())));
        }
    }

    fn until(&mut self, state: &State, form: &Form) {
        let focused = form.focus == FormField::Until;
        let label = if focused { "▸until" } else { " until" };
        let mut spans =
            vec![Span::styled(format!("{label:<11}"), self.label(form, FormField::Until))];
        spans.extend(field(&form.until, "", 14, focused).spans);
        let today = state.moment().today();
        let words = match form.day(today) {
            None => "a day like 2026-03-01, or +7".to_owned(),
            Some(day) => {
                let days = (day - today).get_days();
                let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
                format!("{}, in {days}; then it waits again", day.strftime("%A"))
            }
        };
        spans.push(Span::styled(format!("  {words}"), self.theme.quiet()));
        self.lines.push(Line::from(spans));
    }

    fn reasons(&mut self, form: &Form) {
        let label = if form.focus == FormField::Reason { "▸reason" } else { " reason" };
        let mut spans =
            vec![Span::styled(format!("{label:<11}"), self.label(form, FormField::Reason))];
        let mut used = 11;
        if !form.reason_required {
            spans.push(Span::styled("if any: ", self.theme.quiet()));
            used += 8;
        }
        for (number, reason) in form.reasons.iter().enumerate() {
            let chosen = form.reason == Some(number);
            let text =
                fit(&format!("{} {reason}", number + 1), self.width.saturating_sub(13).max(4));
            // Chosen is told by brackets, not by looks alone.
            let text = if chosen { format!("[{text}]") } else { format!(" {text} ") };
            let wide = unicode_width::UnicodeWidthStr::width(text.as_str());
            if used + wide > self.width + 1 {
                self.lines.push(Line::from(std::mem::take(&mut spans)));
                spans.push(Span::raw(" ".repeat(11)));
                used = 11;
            }
            used += wide;
            spans.push(Span::styled(text, if chosen { self.theme.strong() } else { Style::new() }));
        }
        self.lines.push(Line::from(spans));
    }

    fn note(&mut self, form: &Form) {
        let focused = form.focus == FormField::Note;
        let label = if focused { "▸note" } else { " note" };
        let mut spans =
            vec![Span::styled(format!("{label:<11}"), self.label(form, FormField::Note))];
        if focused || !form.note.value().is_empty() {
            spans.extend(field(&form.note, "", self.width.saturating_sub(11), focused).spans);
        } else {
            spans.push(Span::styled("Tab to write one", self.theme.quiet()));
        }
        self.lines.push(Line::from(spans));
    }

    fn label(&self, form: &Form, field: FormField) -> Style {
        if form.focus == field { self.theme.strong() } else { self.theme.quiet() }
    }

    fn buttons(&mut self, state: &State, dialog: &Dialog) {
        if dialog.sending {
            self.text("Writing to the ledger…", self.theme.accent());
            return;
        }
        let focused = dialog.form.focus == FormField::Cancel;
        let cancel = if focused { "▸[ Esc Cancel ]" } else { " [ Esc Cancel ]" };
        let verb = match (dialog.kind(), &dialog.subject) {
            (DecisionKind::Override, _) => "choose it".to_owned(),
            (kind, Subject::Many { sum: Some(sum), .. }) => {
                format!("{} {}", kind.name(), count(sum.items.len()))
            }
            (kind, _) => kind.name().to_owned(),
        };
        let mut spans = vec![
            Span::styled(cancel, if focused { self.theme.strong() } else { Style::new() }),
            Span::raw("   "),
        ];
        if dialog.moved.is_none() {
            let key = if dialog.in_text() { "Tab, then y" } else { "y" };
            spans.push(Span::styled(
                format!("[ {key}  {verb} as {} ]", fit(&state.by, 20)),
                self.theme.strong(),
            ));
        } else {
            spans.push(Span::styled("[ Enter  read again ]", self.theme.strong()));
        }
        self.lines.push(Line::from(spans));
    }
}

/// The numbers of what is signed, each with where it comes from.
struct Numbers {
    cost: (f64, &'static str),
    value: (f64, &'static str),
    roi: (f64, &'static str),
    evidence: Evidence,
}

fn refusal(id: &str, why: &str) -> String {
    match why.strip_prefix(id) {
        Some(_) => why.to_owned(),
        None => format!("{id}: {why}"),
    }
}
