//! The dialog in which a decision is confirmed: what is being signed, and where its numbers come
//! from.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::dialog::{Dialog, FormField, Subject};
use super::form::Form;
use crate::domain::labels::Labels;
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
use crate::workspace::bulk::BulkPreview;
use crate::workspace::{HashedBasis, Snapshot};

/// Columns of the dialog where the screen has them.
const WIDTH: u16 = 74;
/// Playbooks that can be chosen, shown at once; and how many where there is little room.
const CHOICES: usize = 5;
const FEW_CHOICES: usize = 3;
/// Rows with which there is room for all of it.
const ROOMY: usize = 28;

/// Draws the dialog over the screen.
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
        DecisionKind::Undo => "Undo this decision?",
        DecisionKind::Defer => "Defer to a later date?",
        DecisionKind::Override => "Override?",
        DecisionKind::HandOff => "Hand off?",
        DecisionKind::Recover => "Recover?",
    };
    let inner = over(area, title, theme, buffer);
    draw_lines(&lines, 0, inner, buffer);
}

/// The dialog in at most `room` lines. In a low window the facts give way to what has moved, to
/// refusals and to the keys, without which `y` would be a guess.
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
                let text = format!("{} of them not in the list", count(*unlisted));
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
        let empty = Labels::default();
        let snapshot = state.snapshot.as_ref();
        page.reasons(form, snapshot.map_or(&empty, |shown| &shown.matching.policy().labels));
    }
    page.note(form);
    let fields = page.lines.len();
    if let Some(moved) = &dialog.moved {
        page.text(&format!("◆ Changed while you were reviewing: {moved}"), theme.changed());
        page.text("Press Enter to review the new numbers.", Style::new());
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
        "Gates !" | "Note !" | "Held !" | "Stale ~" | "Approvals" => 9,
        "Playbook" | "Replaces" | "Before" => 8,
        "Cost" | "Value" | "Count" | "Largest" => 7,
        "ROI" | "Approval" | "Status" => 6,
        "Risk" | "Decided" => 5,
        "Account" => 4,
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

    fn play(&mut self, state: &State, stated: &HashedBasis, dialog: &Dialog) {
        let Some(snapshot) = &state.snapshot else { return };
        let labels = &snapshot.matching.policy().labels;
        let basis = &stated.basis;
        let play = &basis.recommendation;
        let number = snapshot.matching.dataset().customer_number(&play.customer_id);
        let stage = play.journey_stage.as_deref();
        let stage = stage.map_or("no stage".to_owned(), |code| with_code(labels.stage(code), code));
        self.strong(&format!("{}  {}", play.customer_id, name_of(snapshot, &play.customer_id)));
        self.row(
            "Account",
            &format!("{}, {stage}, {} a year", play.segment, dollars(play.account_value)),
        );
        // What is signed is what runs: of an override the playbook that is chosen.
        match dialog.form.chosen().and_then(|choice| choice.chosen.as_ref()) {
            Some(chosen) => {
                self.row("Replaces", &format!("{} ({})", play.playbook_title(), play.playbook_id));
                self.chosen(chosen, labels);
            }
            None => self.recommended(basis, labels),
        }
        self.row(
            "Risk",
            &format!("{}, from {}", share(play.risk_score), basis.risk_source.words()),
        );
        let Some(number) = number else { return };
        let standing = snapshot.standing(number);
        let at_risk = dollars(snapshot.matching.revenue_at_risk(number));
        self.row("At risk", &format!("{at_risk} of revenue"));
        match standing.status {
            Status::Automatic => self.row("Status", "automatic: may run without approval"),
            Status::Held => {
                let rows = snapshot.findings_behind(number).map(|finding| finding.to_string());
                let rows: Vec<String> = rows.collect();
                self.row("Held !", &rows.join("; "));
            }
            Status::Stale => {
                let moved: Vec<String> = standing.changed.iter().map(|c| c.words()).collect();
                self.row("Stale ~", &moved.join(", "));
            }
            Status::Expired => {
                self.row("Status", "expired: the approval is older than the policy allows");
            }
            _ => {}
        }
        let needed =
            snapshot.matching.policy().approval.approvers_needed(basis.stake().account_value);
        let choice = standing.decision.as_ref().filter(|d| d.kind == DecisionKind::Override);
        match (standing.progress(), choice) {
            (Some(progress), Some(_)) if dialog.kind() != DecisionKind::Override => self.row(
                "Note !",
                &format!(
                    "Replaces an override ({progress}); to join it, press o and choose the same playbook"
                ),
            ),
            (Some(progress), _) => self.row("Approvals", &progress),
            (None, _) if needed > 1 && dialog.kind() == DecisionKind::Approve => {
                self.row(
                    "Approvals",
                    &format!("1 of {needed} with yours; needs one more approver"),
                );
            }
            (None, _) => {}
        }
        if let Some(decision) = &standing.decision {
            let when = ago(decision.at, state.now);
            let mut text = format!("{} by {} {when}", decision.kind.done(), decision.by);
            text.extend(decision.reason.as_ref().map(|code| format!(" · {}", labels.reason(code))));
            text.extend(decision.note.as_ref().map(|note| format!(" · {note}")));
            self.row("Before", &text);
        }
    }

    fn recommended(&mut self, basis: &Basis, labels: &Labels) {
        let play = &basis.recommendation;
        self.row("Playbook", &format!("{} ({})", play.playbook_title(), play.playbook_id));
        let action = &play.recommended_action;
        self.row("Action", &with_code(labels.action(action), action));
        self.numbers(&Numbers {
            cost: (play.expected_cost, basis.cost_source.words()),
            value: (play.expected_value, basis.value_source.words()),
            roi: (basis.roi_ratio, basis.roi_source.words()),
            evidence: basis.evidence,
        });
        if basis.approval_reasons.iter().any(|reason| *reason != ApprovalReason::Playbook) {
            self.row("Approval", &basis.asks().join("; "));
        }
    }

    fn chosen(&mut self, chosen: &Chosen, labels: &Labels) {
        self.row("Playbook", &format!("{} ({})", chosen.title(), chosen.playbook_id));
        let action = &chosen.recommended_action;
        self.row("Action", &with_code(labels.action(action), action));
        self.numbers(&Numbers {
            cost: (chosen.expected_cost, chosen.cost_source.words()),
            value: (chosen.expected_value, chosen.value_source.words()),
            roi: (chosen.roi_ratio, chosen.roi_source.words()),
            evidence: chosen.evidence,
        });
        let failed: Vec<String> = chosen.failed.iter().map(FailedGate::words).collect();
        if !failed.is_empty() {
            self.row("Gates !", &failed.join("; "));
        }
    }

    fn numbers(&mut self, numbers: &Numbers) {
        let Numbers { cost, value, roi, evidence } = numbers;
        self.row("Cost", &format!("{}, {}", dollars(cost.0), cost.1));
        self.row("Value", &format!("{}, {}", dollars(value.0), value.1));
        self.row("ROI", &format!("{}, {}; net {}", ratio(roi.0), roi.1, dollars(value.0 - cost.0)));
        let mut proof = match evidence.grade {
            EvidenceGrade::Assumed => evidence.grade.words().to_owned(),
            grade => format!("{}, {}", runs(evidence.runs), grade.words()),
        };
        if let Some(rate) = evidence.success_rate {
            let percent = crate::domain::number::round(rate * 100.0, 1);
            proof = format!("{proof}, {}% success rate", Num(percent));
        }
        self.row("Evidence", &proof);
    }

    fn entry(&mut self, state: &State, entry: &Entry) {
        let name = state.snapshot.as_ref().map(|snapshot| name_of(snapshot, &entry.customer_id));
        self.strong(&format!("{}  {}", entry.customer_id, name.unwrap_or_default()));
        self.row("Playbook", entry.basis.playbook_title());
        self.row(
            "Decided",
            &format!("{} by {} {}", entry.kind.done(), entry.by, ago(entry.at, state.now)),
        );
        let said = [entry.reason.as_deref(), entry.note.as_deref()];
        for said in said.into_iter().flatten() {
            self.row("", said);
        }
        self.row("Entry", &format!("#{}, {}", entry.seq, entry.id));
        let then = match entry.kind {
            DecisionKind::HandOff => "The play may be handed off again.",
            _ => "Restores the previous decision.",
        };
        self.text(then, self.theme.quiet());
    }

    /// What a decision about several customers adds up to.
    fn sum(&mut self, sum: Option<&BulkPreview>, chosen: bool) {
        let Some(sum) = sum else {
            self.row("", if chosen { "Calculating…" } else { "Choose a playbook with j and k." });
            return;
        };
        let noun = if sum.kind == DecisionKind::Undo { "decision" } else { "recommendation" };
        self.row("Count", &counted(sum.items.len(), noun));
        self.row("Cost", &dollars(sum.cost));
        self.row("Value", &format!("{}; net {}", dollars(sum.value), dollars(sum.net_value())));
        if let Some((id, value)) = &sum.largest {
            self.row("Largest", &format!("{id}, {} a year", dollars(*value)));
        }
        for sentence in sum.told.sentences(sum.kind) {
            self.row("Note !", &sentence);
        }
        let Some((id, why)) = sum.refused.first() else { return };
        let text = match sum.refused.len() {
            1 => "1 will be refused and stays as it is:".to_owned(),
            many => format!("{} will be refused and stay as they are:", count(many)),
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
        let label = if focused { "▸Choose" } else { " Choose" };
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
            let text = format!("{:11} {} of {}; j and k move", "", at + 1, form.choices.len());
            self.lines.push(Line::from(Span::styled(text, self.theme.quiet())));
        }
    }

    fn until(&mut self, state: &State, form: &Form) {
        let focused = form.focus == FormField::Until;
        let label = if focused { "▸Until" } else { " Until" };
        let mut spans =
            vec![Span::styled(format!("{label:<11}"), self.label(form, FormField::Until))];
        spans.extend(field(&form.until, "", 14, focused).spans);
        let today = state.moment().today();
        let words = match form.day(today) {
            None => "a date like 2026-03-01, or +7 for days".to_owned(),
            Some(day) => {
                let days = (day - today).get_days();
                let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
                format!("{}, in {days}; then it returns to the queue", day.strftime("%A"))
            }
        };
        spans.push(Span::styled(format!("  {words}"), self.theme.quiet()));
        self.lines.push(Line::from(spans));
    }

    fn reasons(&mut self, form: &Form, labels: &Labels) {
        let label = if form.focus == FormField::Reason { "▸Reason" } else { " Reason" };
        let mut spans =
            vec![Span::styled(format!("{label:<11}"), self.label(form, FormField::Reason))];
        let mut used = 11;
        if !form.reason_required {
            spans.push(Span::styled("optional: ", self.theme.quiet()));
            used += 10;
        }
        for (number, reason) in form.reasons.iter().enumerate() {
            let chosen = form.reason == Some(number);
            let text = fit(
                &format!("{} {}", number + 1, labels.reason(reason)),
                self.width.saturating_sub(13).max(4),
            );
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
        let label = if focused { "▸Note" } else { " Note" };
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
            self.text("Saving…", self.theme.accent());
            return;
        }
        let focused = dialog.form.focus == FormField::Cancel;
        let cancel = if focused { "▸[ Esc Cancel ]" } else { " [ Esc Cancel ]" };
        let verb = match (dialog.kind(), &dialog.subject) {
            (DecisionKind::Override, Subject::Play { .. }) => "override".to_owned(),
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
            spans.push(Span::styled("[ Enter  Review ]", self.theme.strong()));
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

/// Returns the label of a code with the code itself, where that differs by more than its case.
fn with_code(label: Cow<'_, str>, code: &str) -> String {
    if label.eq_ignore_ascii_case(code) { label.into_owned() } else { format!("{label} ({code})") }
}

/// Returns the name of a customer, empty where there is none.
fn name_of(snapshot: &Snapshot, id: &str) -> String {
    let matching = &snapshot.matching;
    let view = matching.dataset().customer_number(id).and_then(|number| matching.customer(number));
    view.and_then(|view| view.name()).unwrap_or_default().to_owned()
}

fn refusal(id: &str, why: &str) -> String {
    match why.strip_prefix(id) {
        Some(_) => why.to_owned(),
        None => format!("{id}: {why}"),
    }
}
