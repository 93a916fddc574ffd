//! What a decision's dialog shows: what is being signed, the fields to fill in, and where the numbers come
//! from. It may be longer than the window, which then scrolls over it.

use std::ops::Range;
use std::sync::Arc;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use tui_input::Input;

use super::dialog::{Dialog, FormField, Subject};
use super::form::Form;
use super::refused::grouped;
use crate::domain::labels::Labels;
use crate::domain::money::{self, count, counted, dollars, ratio};
use crate::domain::time::ago;
use crate::domain::width::Width;
use crate::domain::{DecisionKind, Entry, Evidence, EvidenceGrade, until};
use crate::matching::words::{runs, share};
use crate::statistics::wilson;
use crate::tui::customers::card_view::{body_lines, head_lines};
use crate::tui::keys::action::{Action, Context};
use crate::tui::keys::keymap::Keymap;
use crate::tui::state::State;
use crate::tui::widget::canvas::{LineSpot, Spot};
use crate::tui::widget::field::{field, places};
use crate::tui::widget::text::{fit, left, wrap};
use crate::tui::widget::theme::Theme;
use crate::workspace::bulk::{BulkItem, BulkPreview};
use crate::workspace::{HashedBasis, Snapshot};

/// Playbooks that can be chosen, shown at once; and how many where there is little room.
const CHOICES: usize = 4;
const FEW_CHOICES: usize = 2;
/// Rows of a screen with little room.
const LOW: u16 = 20;
/// Columns of labels.
const LABEL: usize = 11;
/// Columns of a date that is typed.
const DATE: usize = 14;
/// Refusals that are shown before a decision about several customers.
const REFUSALS: usize = 200;

/// The lines of a dialog.
pub(super) struct Content {
    pub lines: Vec<Line<'static>>,
    /// The lines with cost, value and ROI of what is decided about.
    pub amounts: Option<Range<usize>>,
    /// The lines of each field.
    fields: Vec<(FormField, Range<usize>)>,
    /// What is hit in the lines.
    pub spots: Vec<LineSpot>,
    /// How many customers are listed after the lines, a line each.
    pub items: usize,
}

impl Content {
    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len() + self.items
    }

    /// The lines of a field.
    pub fn field(&self, field: FormField) -> Option<Range<usize>> {
        self.fields.iter().find(|(named, _)| *named == field).map(|(_, lines)| lines.clone())
    }
}

/// Returns what a dialog shows, in lines of at most `width` columns with a blank on either side.
pub(super) fn content(state: &State, theme: Theme, dialog: &Dialog, width: usize) -> Content {
    let content = Content {
        lines: Vec::new(),
        amounts: None,
        fields: Vec::new(),
        spots: Vec::new(),
        items: 0,
    };
    let labels = state.snapshot.as_ref().map(|s| s.matching.policy().labels.clone());
    let labels = labels.unwrap_or_default();
    let mut page = Page { content, width, theme, labels, keys: Arc::clone(&state.keymap) };
    let form = &dialog.form;
    match &dialog.subject {
        Subject::Play { stated, .. } => page.play(state, stated, dialog),
        Subject::Undo { entry, .. } => {
            page.entry(state, entry);
            page.form(state, form);
        }
        Subject::Many { customers, unlisted, batch, sum, .. } => {
            page.strong(&match (batch, customers.len()) {
                (Some(_), many) if many > 1 => format!("Your last {} decisions", count(many)),
                (Some(_), _) => "Your last decision".to_owned(),
                (None, many) => counted(many, "selected customer"),
            });
            if *unlisted > 0 {
                let text = format!("{} of them not in the list", count(*unlisted));
                page.text(&text, theme.warning());
            }
            page.choices(state, form);
            let chosen = form.kind != DecisionKind::Override || form.choice.is_some();
            page.sum(state, sum.as_deref(), chosen);
            page.form(state, form);
            page.each(state, sum.as_deref(), form.kind);
        }
    }
    page.content
}

/// Returns the line of one of several customers: the name, cost and value; the ROI too where that
/// leaves room for a name.
pub(super) fn item(snapshot: &Snapshot, item: &BulkItem, width: usize) -> Line<'static> {
    let mut amounts = format!("{} → {}", dollars(item.cost), dollars(item.value));
    if width >= WITH_ROI {
        amounts.push_str(&format!("  ROI {}", ratio(item.value / item.cost)));
    }
    let room = width.saturating_sub(amounts.width() + 2);
    let name = left(&snapshot.customer_words(&item.customer_id), room);
    Line::from(format!(" {name}  {amounts}"))
}

struct Page {
    content: Content,
    width: usize,
    theme: Theme,
    labels: Labels,
    keys: Arc<Keymap>,
}

impl Page {
    fn push(&mut self, line: Line<'static>) {
        self.content.lines.push(line);
    }

    fn blank(&mut self) {
        self.push(Line::default());
    }

    fn strong(&mut self, text: &str) {
        let text = format!(" {}", fit(text, self.width));
        self.push(Line::from(Span::styled(text, self.theme.strong())));
    }

    fn text(&mut self, text: &str, style: Style) {
        for line in wrap(text, self.width) {
            self.push(Line::from(Span::styled(format!(" {line}"), style)));
        }
    }

    fn row(&mut self, label: &str, text: &str) {
        const LABEL: usize = 10;
        for (number, line) in wrap(text, self.width.saturating_sub(LABEL)).into_iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            self.push(Line::from(vec![
                Span::styled(format!(" {label:<LABEL$}"), self.theme.quiet()),
                Span::raw(line),
            ]));
        }
    }

    /// Adds the lines of a field.
    fn field(&mut self, field: FormField, add: impl FnOnce(&mut Self)) {
        let (first, spots) = (self.content.lines.len(), self.content.spots.len());
        add(self);
        let lines = first..self.content.lines.len();
        let columns = 0..self.width + 1;
        let spot = |line| LineSpot { line, columns: columns.clone(), spot: Spot::Field(field) };
        // Under what is hit in them.
        self.content.spots.splice(spots..spots, lines.clone().map(spot));
        self.content.fields.push((field, lines));
    }

    /// Says what is hit in columns of the line that is added next.
    fn spot(&mut self, columns: Range<usize>, spot: Spot) {
        let line = self.content.lines.len();
        self.content.spots.push(LineSpot { line, columns, spot });
    }

    /// Says where the cursor goes in a text field that is added next.
    fn text_spots(&mut self, field: FormField, input: &Input, width: usize) {
        for (column, place) in places(input, "", width).into_iter().enumerate() {
            let column = LABEL + column;
            self.spot(column..column + 1, Spot::Text(Some(field), place));
        }
    }

    fn play(&mut self, state: &State, stated: &HashedBasis, dialog: &Dialog) {
        let form = &dialog.form;
        let columns = u16::try_from(self.width + 2).unwrap_or(u16::MAX);
        if let Some(card) = &dialog.card {
            self.content.lines.extend(head_lines(card, columns, self.theme));
        }
        self.choices(state, form);
        match &dialog.card {
            Some(card) if !form.names_playbook() || form.choice.is_some() => {
                self.blank();
                let (lines, amounts) = body_lines(card, columns, self.theme, &self.keys);
                let first = self.content.lines.len();
                self.content.lines.extend(lines);
                let amounts = Some(amounts).filter(|amounts| !amounts.is_empty());
                self.content.amounts = amounts.map(|at| first + at.start..first + at.end);
            }
            card => {
                self.replaces(stated);
                let why = card.as_ref().and_then(|card| card.proposal.why_none.as_ref());
                if let Some(why) = why.filter(|_| stated.basis.recommended().is_none()) {
                    self.row("Why none", why);
                }
            }
        }
        self.before(state, stated, dialog);
        self.form(state, form);
        self.sources(stated, dialog);
    }

    /// What an override replaces, where something is recommended.
    fn replaces(&mut self, stated: &HashedBasis) {
        if let Some(told) = stated.basis.recommended() {
            self.row("Replaces", &format!("{} ({})", told.playbook_title(), told.playbook_id));
        }
    }

    /// What was decided before, and how many have to approve.
    fn before(&mut self, state: &State, stated: &HashedBasis, dialog: &Dialog) {
        let Some(snapshot) = &state.snapshot else { return };
        let id = &stated.basis.recommendation.customer_id;
        let Some(number) = snapshot.matching.dataset().customer_number(id) else { return };
        let standing = snapshot.standing(number);
        let rules = &snapshot.matching.policy().approval;
        let needed = rules.approvers_needed(stated.basis.stake().account_value);
        let choice = standing.decision.as_ref().filter(|d| d.kind == DecisionKind::Override);
        match (standing.progress(), choice) {
            (Some(progress), Some(_)) if dialog.kind() != DecisionKind::Override => self.row(
                "Note !",
                &format!(
                    "Replaces an override ({progress}); to join it, press {} and choose the same \
                     playbook",
                    self.keys.key(Action::Override)
                ),
            ),
            (Some(progress), _) => self.row("Approvals", &progress),
            (None, _) if needed > 1 && dialog.kind().lets_run() => {
                self.row(
                    "Approvals",
                    &format!("1 of {needed} with yours; needs one more approver"),
                );
            }
            (None, _) => {}
        }
        if let Some(proposal) = &dialog.proposal {
            let (by, when) = (&proposal.by, ago(proposal.at, state.now));
            let title = proposal.basis.playbook_title();
            self.row("Follows", &format!("proposal #{} by {by} {when}: {title}", proposal.seq));
        }
        if let Some(decision) = &standing.decision {
            let when = ago(decision.at, state.now);
            let mut text = format!("{} by {} {when}", decision.kind.done(), decision.by);
            let reason = decision.reason.as_ref();
            text.extend(reason.map(|code| format!(" · {}", self.labels.reason(code))));
            text.extend(decision.note.as_ref().map(|note| format!(" · {note}")));
            self.row("Before", &text);
        }
    }

    /// Where each number comes from, and the codes behind the labels.
    fn sources(&mut self, stated: &HashedBasis, dialog: &Dialog) {
        let basis = &stated.basis;
        let play = &basis.recommendation;
        let choice = dialog.form.chosen().and_then(|choice| choice.chosen.as_ref());
        if choice.is_none() && basis.recommended().is_none() {
            return;
        }
        self.blank();
        self.strong("Numbers");
        let (playbook, action) = match choice {
            Some(chosen) => (&chosen.playbook_id, &chosen.recommended_action),
            None => (&play.playbook_id, &play.recommended_action),
        };
        // The code too, where the label says something else.
        let label = self.labels.action(action);
        let action = match label.eq_ignore_ascii_case(action) {
            true => label.into_owned(),
            false => format!("{label} ({action})"),
        };
        let title = choice.map_or_else(|| play.playbook_title(), |chosen| chosen.title());
        self.row("Playbook", &format!("{title} ({playbook})"));
        self.row("Action", &action);
        if choice.is_some() {
            self.replaces(stated);
        }
        match choice {
            Some(chosen) => self.numbers(&Numbers {
                cost: (chosen.expected_cost, chosen.cost_source.words()),
                value: (chosen.expected_value, chosen.value_source.words()),
                roi: (chosen.roi_ratio, chosen.roi_source.words()),
                evidence: chosen.evidence,
            }),
            None => self.numbers(&Numbers {
                cost: (play.expected_cost, basis.cost_source.words()),
                value: (play.expected_value, basis.value_source.words()),
                roi: (basis.roi_ratio, basis.roi_source.words()),
                evidence: basis.evidence,
            }),
        }
        let risk = format!("{}, from {}", share(play.risk_score), basis.risk_source.words());
        self.row("Risk", &risk);
        let asks = basis.asks();
        if !asks.is_empty() {
            self.row("Approval", &asks.join("; "));
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
            let rate = money::rate(rate, wilson(rate, evidence.runs));
            proof = format!("{proof}, {rate} gross success rate");
        }
        self.row("Evidence", &proof);
    }

    fn entry(&mut self, state: &State, entry: &Entry) {
        let snapshot = state.snapshot.as_ref();
        let name = snapshot.map(|snapshot| snapshot.customer_words(&entry.customer_id));
        self.strong(&name.unwrap_or_else(|| entry.customer_id.to_string()));
        self.row("Playbook", entry.basis.playbook_title());
        let when = ago(entry.at, state.now);
        let label = if entry.kind.decides() { "Decided" } else { "Made" };
        self.row(label, &format!("{} by {} {when}", entry.kind.done(), entry.by));
        let reason = entry.reason.as_ref().map(|code| self.labels.reason(code).into_owned());
        for said in reason.into_iter().chain(entry.note.clone()) {
            self.row("", &said);
        }
        let first = self.content.lines.len();
        let (cost, value) = (entry.basis.cost(), entry.basis.value());
        self.amounts_row(cost, value);
        self.content.amounts = Some(first..self.content.lines.len());
        self.row("Entry", &format!("#{}, {}", entry.seq, entry.id));
        let then = match entry.kind {
            DecisionKind::HandOff => "The play may be handed off again.",
            DecisionKind::Propose => "Approvers no longer see the proposal.",
            _ => "Restores the previous decision.",
        };
        self.text(then, self.theme.quiet());
    }

    fn amounts_row(&mut self, cost: f64, value: f64) {
        self.row("Cost", &dollars(cost));
        let (net, roi) = (dollars(value - cost), ratio(value / cost));
        self.row("Value", &format!("{}; net {net}; ROI {roi}", dollars(value)));
    }

    /// What a decision about several customers adds up to.
    fn sum(&mut self, state: &State, sum: Option<&BulkPreview>, chosen: bool) {
        let Some(sum) = sum else {
            self.row("", if chosen { "Calculating…" } else { "Choose a playbook with j and k." });
            return;
        };
        self.row("Count", &counted(sum.items.len(), noun(sum.kind)));
        let first = self.content.lines.len();
        self.amounts_row(sum.cost, sum.value);
        self.content.amounts = Some(first..self.content.lines.len());
        if let Some((id, value)) = &sum.largest {
            let customer = customer(state, id);
            self.row("Largest", &format!("{customer}, {} a year", dollars(*value)));
        }
        for sentence in sum.told.sentences(sum.kind) {
            self.row("Note !", &sentence);
        }
        if !sum.refused.is_empty() {
            self.text(&refused_words(sum), self.theme.warning());
        }
    }

    /// Who is refused and why, and whom the decision is about.
    fn each(&mut self, state: &State, sum: Option<&BulkPreview>, kind: DecisionKind) {
        let Some(sum) = sum else { return };
        if !sum.refused.is_empty() {
            self.blank();
            self.strong("Will be refused");
        }
        for group in grouped(&sum.refused, REFUSALS) {
            let heading = group.heading();
            if let Some(heading) = &heading {
                self.text(heading, Style::new());
            }
            for id in group.customers {
                let customer = customer(state, id);
                if heading.is_none() {
                    self.text(&format!("{customer}: {}", group.why), Style::new());
                    continue;
                }
                for line in wrap(&customer, self.width.saturating_sub(2)) {
                    self.push(Line::from(format!("   {line}")));
                }
            }
        }
        if sum.refused.len() > REFUSALS {
            self.text(&format!("and {} more", count(sum.refused.len() - REFUSALS)), Style::new());
        }
        if !sum.items.is_empty() {
            self.blank();
            self.strong(&format!("Will be {}", kind.rules().past));
            self.content.items = sum.items.len();
        }
    }

    /// The fields but the list of playbooks.
    fn form(&mut self, state: &State, form: &Form) {
        self.blank();
        if form.kind.rules().needs_until {
            self.field(FormField::Until, |page| page.until(state, form));
        }
        if !form.reasons.is_empty() {
            self.field(FormField::Reason, |page| page.reasons(form));
        }
        self.field(FormField::Note, |page| page.note(form));
    }

    /// The playbooks that can be chosen, a window of them around the chosen one: each with its figures,
    /// and why it is not eligible.
    fn choices(&mut self, state: &State, form: &Form) {
        if !form.names_playbook() {
            return;
        }
        let most = if state.size.1 < LOW { FEW_CHOICES } else { CHOICES };
        self.blank();
        self.field(FormField::Playbook, |page| {
            let focused = form.focus == FormField::Playbook;
            let at = form.choice.unwrap_or_default();
            let last = form.choices.len().saturating_sub(most);
            let first = at.saturating_sub(most / 2).min(last);
            let shown = form.choices.iter().enumerate().skip(first).take(most);
            let room = page.width.saturating_sub(LABEL + 1);
            for (row, (number, choice)) in shown.enumerate() {
                let label = match (row, focused) {
                    (0, true) => "▸Choose",
                    (0, false) => " Choose",
                    _ => "",
                };
                let figures = choice.figures().map(|figures| format!("  {figures}"));
                let figures = figures.unwrap_or_default();
                let title = fit(&choice.title, room.saturating_sub(figures.width()).max(8));
                let text = fit(&format!("{title}{figures}"), room);
                let columns = LABEL..page.width + 1;
                page.spot(columns.clone(), Spot::Choice(number));
                page.push(Line::from(vec![
                    Span::styled(format!("{label:<LABEL$}"), page.label(form, FormField::Playbook)),
                    page.option(&text, form.choice == Some(number)),
                ]));
                if let Some(why) = choice.not_eligible() {
                    page.spot(columns, Spot::Choice(number));
                    page.push(page.beside(&format!("  {why}")));
                }
            }
            if form.choices.len() > most {
                let all = form.choices.len();
                page.push(page.beside(&match form.choice {
                    Some(_) => format!("{} of {all}; j and k move", at + 1),
                    None => format!("{all} playbooks; j and k move"),
                }));
            }
        });
    }

    /// What is said beside the labels, cut where it is long.
    fn beside(&self, text: &str) -> Line<'static> {
        let text = fit(&format!("{:LABEL$} {text}", ""), self.width + 1);
        Line::from(Span::styled(text, self.theme.quiet()))
    }

    /// Something to choose. Brackets mark what is chosen, not looks alone.
    fn option(&self, text: &str, chosen: bool) -> Span<'static> {
        match chosen {
            true => Span::styled(format!("[{text}]"), self.theme.strong()),
            false => Span::raw(format!(" {text} ")),
        }
    }

    fn until(&mut self, state: &State, form: &Form) {
        let focused = form.focus == FormField::Until;
        let label = if focused { "▸Until" } else { " Until" };
        let mut spans =
            vec![Span::styled(format!("{label:<LABEL$}"), self.label(form, FormField::Until))];
        spans.extend(field(&form.until, "", DATE, focused).spans);
        self.text_spots(FormField::Until, &form.until, DATE);
        let today = state.moment().today();
        let words = match form.day(today) {
            Ok(date) => until::words(date, today),
            Err(error) => error.to_string(),
        };
        spans.push(Span::raw(format!("  {words}")));
        self.push(Line::from(spans));
        if focused || form.day(today).is_err() {
            self.push(self.beside(until::ACCEPTED));
        }
    }

    fn reasons(&mut self, form: &Form) {
        let label = if form.focus == FormField::Reason { "▸Reason" } else { " Reason" };
        let mut spans =
            vec![Span::styled(format!("{label:<LABEL$}"), self.label(form, FormField::Reason))];
        let mut used = LABEL;
        if !form.reason_required {
            spans.push(Span::styled("optional: ", self.theme.quiet()));
            used += 10;
        }
        let mut keys = self.keys.reasons().collect::<Vec<_>>().into_iter();
        for (number, reason) in form.reasons.iter().enumerate() {
            let key = keys.next().map(|key| key + " ").unwrap_or_default();
            let text = fit(
                &format!("{key}{}", self.labels.reason(reason)),
                self.width.saturating_sub(LABEL + 2).max(4),
            );
            let option = self.option(&text, form.reason == Some(number));
            let wide = option.content.width();
            if used + wide > self.width + 1 {
                self.push(Line::from(std::mem::take(&mut spans)));
                spans.push(Span::raw(" ".repeat(LABEL)));
                used = LABEL;
            }
            self.spot(used..used + wide, Spot::Reason(number));
            used += wide;
            spans.push(option);
        }
        self.push(Line::from(spans));
    }

    fn note(&mut self, form: &Form) {
        let focused = form.focus == FormField::Note;
        let label = if focused { "▸Note" } else { " Note" };
        let mut spans =
            vec![Span::styled(format!("{label:<LABEL$}"), self.label(form, FormField::Note))];
        if focused || !form.note.value().is_empty() {
            let width = self.width.saturating_sub(LABEL);
            spans.extend(field(&form.note, "", width, focused).spans);
            self.text_spots(FormField::Note, &form.note, width);
        } else {
            let next = self.keys.key_in(Context::Dialog, Action::NextField);
            spans.push(Span::styled(format!("{next} to write one"), self.theme.quiet()));
        }
        self.push(Line::from(spans));
    }

    fn label(&self, form: &Form, field: FormField) -> Style {
        if form.focus == field { self.theme.strong() } else { self.theme.quiet() }
    }
}

/// The numbers of what is signed, each with where it comes from.
struct Numbers {
    cost: (f64, &'static str),
    value: (f64, &'static str),
    roi: (f64, &'static str),
    evidence: Evidence,
}

/// What a decision about several customers is made of.
fn noun(kind: DecisionKind) -> &'static str {
    if kind == DecisionKind::Undo { "decision" } else { "recommendation" }
}

/// Columns from which each of several customers shows its ROI.
const WITH_ROI: usize = 60;

/// How many are refused.
fn refused_words(sum: &BulkPreview) -> String {
    match sum.refused.len() {
        1 => "1 will be refused and stays as it is".to_owned(),
        many => format!("{} will be refused and stay as they are", count(many)),
    }
}

/// A customer with its name, where there is a view.
fn customer(state: &State, id: &str) -> String {
    let named = state.snapshot.as_ref().map(|snapshot| snapshot.customer_words(id));
    named.unwrap_or_else(|| id.to_owned())
}
