//! The dialog in which a decision is confirmed: what is being signed, and where its numbers come
//! from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::foot::field;
use super::{draw_lines, over};
use crate::domain::money::{dollars, ratio};
use crate::domain::number::Num;
use crate::domain::time::ago;
use crate::domain::{DecisionKind, EvidenceGrade, Status};
use crate::matching::words::{runs, share};
use crate::tui::dialog::{Dialog, Field, Subject};
use crate::tui::state::State;
use crate::tui::text::{fit, wrap};
use crate::tui::theme::Theme;
use crate::workspace::Stated;

/// Columns of the dialog where the screen has them.
const WIDTH: u16 = 74;

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
        DecisionKind::Override => "Override?",
        DecisionKind::HandOff => "Hand off?",
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
    let mut form = Form { lines: Vec::new(), width, theme };
    match &dialog.subject {
        Subject::Play { stated, .. } => form.play(state, stated),
        Subject::Undo { entry } => {
            let recommendation = &entry.basis.recommendation;
            form.strong(&format!("{}  {}", entry.customer_id, recommendation.playbook_title()));
            form.row(
                "decided",
                &format!("{} by {} {}", entry.kind.done(), entry.by, ago(entry.at, state.now)),
            );
            let said = [entry.reason.as_deref(), entry.note.as_deref()];
            for said in said.into_iter().flatten() {
                form.row("", said);
            }
            form.row("entry", &entry.id);
            form.text(
                "A new entry takes it back; what stood before it stands again.",
                theme.quiet(),
            );
        }
    }
    let mut facts = std::mem::take(&mut form.lines);
    if dialog.has_fields() {
        form.reasons(dialog);
        form.note(dialog);
    }
    let fields = form.lines.len();
    if let Some(moved) = &dialog.moved {
        form.text(&format!("◆ Moved while this was open: {moved}"), theme.changed());
        form.text("It cannot be confirmed like this. Enter shows the new numbers.", Style::new());
    }
    if let Some(refusal) = &dialog.refusal {
        form.text(&format!("✗ {refusal}"), theme.warning());
    }
    form.buttons(state, dialog);
    let mut rest = form.lines;
    if facts.len() + rest.len() < room {
        rest.insert(fields, Line::default());
    }
    let for_facts = room.saturating_sub(rest.len());
    if facts.len() > for_facts {
        let hidden = facts.len() - for_facts.saturating_sub(1);
        facts.truncate(for_facts.saturating_sub(1));
        let more = format!(" … {hidden} more lines in a taller window");
        facts.push(Line::from(Span::styled(more, theme.warning())));
    }
    facts.extend(rest);
    let too_many = facts.len().saturating_sub(room);
    facts.drain(..too_many);
    facts
}

struct Form {
    lines: Vec<Line<'static>>,
    /// Columns for text, a blank on either side not counted.
    width: usize,
    theme: Theme,
}

impl Form {
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
        for (number, line) in wrap(text, self.width.saturating_sub(LABEL)).into_iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            self.lines.push(Line::from(vec![
                Span::styled(format!(" {label:<LABEL$}"), self.theme.quiet()),
                Span::raw(line),
            ]));
        }
    }

    fn play(&mut self, state: &State, stated: &Stated) {
        let basis = &stated.basis;
        let play = &basis.recommendation;
        let name = state.snapshot.as_ref().and_then(|snapshot| {
            let number = snapshot.matching.dataset().customer_number(&play.customer_id)?;
            snapshot.matching.customer(number)?.customer().name
        });
        let stage = play.journey_stage.as_deref().unwrap_or("no stage");
        self.strong(&format!("{}  {}", play.customer_id, name.as_deref().unwrap_or_default()));
        self.row(
            "account",
            &format!("{}, {stage}, {} a year", play.segment, dollars(play.account_value)),
        );
        self.row("playbook", &format!("{} ({})", play.playbook_title(), play.playbook_id));
        self.row("action", &play.recommended_action);
        self.row(
            "cost",
            &format!("{}, {}", dollars(play.expected_cost), basis.cost_source.words()),
        );
        self.row(
            "value",
            &format!("{}, {}", dollars(play.expected_value), basis.value_source.words()),
        );
        self.row(
            "ROI",
            &format!(
                "{}, {}; net {}",
                ratio(basis.roi_ratio),
                basis.roi_source.words(),
                dollars(play.net_value())
            ),
        );
        let grade = basis.evidence.grade;
        let mut evidence = match grade {
            EvidenceGrade::Assumed => grade.words().to_owned(),
            _ => format!("{}, {}", runs(basis.evidence.runs), grade.words()),
        };
        if let Some(rate) = basis.evidence.success_rate {
            let percent = crate::domain::number::round(rate * 100.0, 1);
            evidence = format!("{evidence}, {} % succeeded", Num(percent));
        }
        self.row("evidence", &evidence);
        self.row(
            "risk",
            &format!("{}, from {}", share(play.risk_score), basis.risk_source.words()),
        );
        let Some(snapshot) = &state.snapshot else { return };
        let Some(number) = snapshot.matching.dataset().customer_number(&play.customer_id) else {
            return;
        };
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
            _ => {}
        }
        if let Some(decision) = &standing.decision {
            let when = ago(decision.at, state.now);
            self.row("before", &format!("{} by {} {when}", decision.kind.done(), decision.by));
        }
    }

    fn reasons(&mut self, dialog: &Dialog) {
        let label = if dialog.focus == Field::Reason { "▸reason" } else { " reason" };
        let mut spans =
            vec![Span::styled(format!("{label:<11}"), self.label(dialog, Field::Reason))];
        let mut used = 11;
        if !dialog.reason_required {
            spans.push(Span::styled("if any: ", self.theme.quiet()));
            used += 8;
        }
        for (number, reason) in dialog.reasons.iter().enumerate() {
            let chosen = dialog.reason == Some(number);
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

    fn note(&mut self, dialog: &Dialog) {
        let focused = dialog.focus == Field::Note;
        let label = if focused { "▸note" } else { " note" };
        let mut spans = vec![Span::styled(format!("{label:<11}"), self.label(dialog, Field::Note))];
        if focused || !dialog.note.value().is_empty() {
            spans.extend(field(&dialog.note, "", self.width.saturating_sub(11), focused).spans);
        } else {
            spans.push(Span::styled("Tab to write one", self.theme.quiet()));
        }
        self.lines.push(Line::from(spans));
    }

    fn label(&self, dialog: &Dialog, field: Field) -> Style {
        if dialog.focus == field { self.theme.strong() } else { self.theme.quiet() }
    }

    fn buttons(&mut self, state: &State, dialog: &Dialog) {
        if dialog.sending {
            self.text("Writing to the ledger…", self.theme.accent());
            return;
        }
        let focused = dialog.focus == Field::Cancel;
        let cancel = if focused { "▸[ Esc Cancel ]" } else { " [ Esc Cancel ]" };
        let verb = dialog.kind().name();
        let mut spans = vec![
            Span::styled(cancel, if focused { self.theme.strong() } else { Style::new() }),
            Span::raw("   "),
        ];
        if dialog.moved.is_none() {
            let key = if dialog.in_note() { "Tab, then y" } else { "y" };
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
