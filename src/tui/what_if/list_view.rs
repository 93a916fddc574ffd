//! The list of the What-if screen: every setting, its current and its proposed value.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::figures::{amount_change, count_change};
use super::row_kind::{RowKind, ScenarioIx};
use super::search;
use super::setting_row::{self, base, rows, setting_row};
use super::state::WhatIf;
use super::update::next_change;
use crate::domain::money::{count, counted};
use crate::domain::width::Width;
use crate::filter::write::exactly;
use crate::insight::scenario::NextChange;
use crate::tui::state::{Pane, State};
use crate::tui::subject::Subject;
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::line_list::{self, line_width};
use crate::tui::widget::pane::Sheet;
use crate::tui::widget::text::{fit, left};
use crate::tui::widget::theme::Theme;

/// How many lines.
pub fn len(state: &State) -> usize {
    rows(state).len()
}

/// The filter that leaves the customers for whom the line's playbook is recommended today.
///
/// # Errors
/// Why there are none behind the selected line.
pub fn customers_behind(state: &State) -> Result<String, String> {
    let playbook = match setting_row::selected(state) {
        Some(RowKind::Playbook(number) | RowKind::Field(number, _)) => {
            base(state).and_then(|base| base.matching.dataset().playbook(number))
        }
        _ => None,
    };
    playbook
        .map(|playbook| exactly("playbook", Some(&playbook.id)))
        .ok_or_else(|| "This line has no playbook to list customers for".to_owned())
}

/// What the selected line sets: a key of the policy, or a playbook.
pub fn subject(state: &State) -> Option<Subject> {
    match setting_row::selected(state)? {
        RowKind::Policy(key) => Some(Subject::PolicyKey(key.key)),
        RowKind::Playbook(number) | RowKind::Field(number, _) => {
            let playbook = base(state)?.matching.dataset().playbook(number)?;
            Some(Subject::Playbook(playbook.id.clone()))
        }
        RowKind::Group(_) | RowKind::Budget | RowKind::Scenario(_) | RowKind::Gone(_) => None,
    }
}

/// Draws the list.
pub fn render(state: &State, theme: Theme, area: Rect, canvas: &mut Canvas<'_>) {
    let sheet = sheet(state, line_width(area), theme);
    let focused = state.is_focused(Pane::List);
    line_list::render(&sheet, state.what_if.position, focused, theme, area, canvas);
}

/// Columns of a line's name.
const LABEL: usize = 21;

/// The lines, with their title.
pub fn sheet(state: &State, width: u16, theme: Theme) -> Sheet {
    if base(state).is_none() {
        return Sheet::empty("What-if", "Loading…", theme);
    }
    let width = usize::from(width).saturating_sub(2);
    let what_if = &state.what_if;
    let title = match what_if.name() {
        Some(name) => fit(name, 30),
        None if what_if.is_unchanged() => "unchanged".to_owned(),
        None => counted(changes(what_if), "change"),
    };
    let room = width.saturating_sub(title.width() + 14);
    let effect = effect(what_if).into_iter().flatten().find(|text| text.width() <= room);
    let effect = effect.unwrap_or_default();
    // Only what may be seen is made.
    let top = what_if.position.top;
    let seen = top..top + usize::from(state.size.1);
    let row = |(number, row)| match seen.contains(&number) {
        true if number == what_if.position.cursor => {
            with_next_change(state, row, line(state, row, width, theme), width, theme)
        }
        true => line(state, row, width, theme),
        false => Line::default(),
    };
    Sheet {
        title: Line::from(vec![
            Span::raw(" "),
            Span::styled("What-if", theme.strong()),
            Span::raw(format!(" ─ {title}{effect} ")),
        ]),
        titles: Some(Line::from(Span::styled(
            format!("      {} current → proposed", left("Setting", LABEL)),
            theme.quiet(),
        ))),
        rows: rows(state).into_iter().enumerate().map(row).collect(),
        sorts: Vec::new(),
    }
}

/// What the changes come to, for where the table is not beside the list:
/// `: plays -6, net -$6,463, 6 affected`; and shorter, for where that has no room.
fn effect(what_if: &WhatIf) -> Option<[String; 3]> {
    let any = !what_if.scenario.settings.is_empty();
    let result = what_if.result.as_deref().filter(|_| any)?;
    let (before, after) = (&result.before, &result.after);
    let waits = if what_if.waits() { " …" } else { "" };
    if result.customers() == 0 {
        return Some(
            [": no customers affected", ": none affected", ""].map(|text| format!("{text}{waits}")),
        );
    }
    let plays = count_change(before.recommendations, after.recommendations);
    let net = amount_change(before.net_benefit, after.net_benefit);
    Some([
        format!(": plays {plays}, net {net}, {} affected{waits}", count(result.customers())),
        format!(": plays {plays}, net {net}{waits}"),
        format!(": plays {plays}{waits}"),
    ])
}

/// How many values are changed.
fn changes(what_if: &WhatIf) -> usize {
    what_if.scenario.settings.len() + usize::from(what_if.budget.is_some())
}

fn line(state: &State, row: RowKind, width: usize, theme: Theme) -> Line<'static> {
    let title = |text: &str| Line::from(Span::styled(fit(text, width), theme.strong()));
    match row {
        RowKind::Group(text) => title(text),
        RowKind::Playbook(number) => {
            let playbook = base(state).and_then(|base| base.matching.dataset().playbook(number));
            playbook.map_or_else(Line::default, |playbook| {
                title(&format!("{}  {}", playbook.id, playbook.title()))
            })
        }
        RowKind::Scenario(number) => saved(state, number, width, theme),
        RowKind::Gone(number) => {
            let setting = state.what_if.scenario.settings.get(number.0);
            let text = setting.map(ToString::to_string).unwrap_or_default();
            let text = fit(&text, width.saturating_sub(2));
            Line::from(Span::styled(format!("! {text}"), theme.warning()))
        }
        RowKind::Policy(_) | RowKind::Field(..) | RowKind::Budget => {
            let Some(setting) = setting_row(state, row) else { return Line::default() };
            let current = setting.shown(&setting.current);
            let label = left(setting.label, LABEL);
            let room = width.saturating_sub(LABEL + 3);
            match &setting.changed {
                None => Line::from(format!("  {label} {}", fit(&current, room))),
                Some((_, value)) => {
                    let text = fit(&format!("{current} → {}", setting.shown(value)), room);
                    Line::from(vec![
                        Span::styled("◆ ", theme.changed()),
                        Span::raw(format!("{label} ")),
                        Span::styled(text, theme.changed()),
                    ])
                }
            }
        }
    }
}

/// The selected line with where it next changes something, as far as there is room:
/// `next change at 0.62: 3 customers`, else `+ 0.62: 3 customers`, else `+ 0.62 (3)`.
fn with_next_change(
    state: &State,
    row: RowKind,
    mut line: Line<'static>,
    width: usize,
    theme: Theme,
) -> Line<'static> {
    let Some(setting) = setting_row(state, row) else { return line };
    let Some(found) = next_change(state, &setting, true) else { return line };
    let Some(words) = search::words(found, setting.kind, true) else { return line };
    let short = words.strip_prefix("next change at ").map(|at| format!("+ {at}"));
    let taken = line.width() + 2;
    let shortest = match found {
        NextChange::At { value, customers } => {
            Some(format!("+ {} ({})", setting.shown(value), count(*customers)))
        }
        NextChange::NoneUpTo(_) | NextChange::AtTheEnd => None,
    };
    let texts = [Some(words), short, shortest].into_iter().flatten();
    if let Some(text) = texts.into_iter().find(|text| taken + text.width() <= width) {
        let blanks = width - taken - text.width() + 2;
        line.push_span(Span::raw(" ".repeat(blanks)));
        line.push_span(Span::styled(text, theme.quiet()));
    }
    line
}

fn saved(state: &State, place: ScenarioIx, width: usize, theme: Theme) -> Line<'static> {
    let what_if = &state.what_if;
    let Some(saved) = what_if.named.get(place.0) else { return Line::default() };
    let compared = what_if.compared.as_ref() == Some(&saved.name);
    let sign = if compared { "‖ " } else { "  " };
    let applied = if what_if.name() == Some(&saved.name) { ", applied" } else { "" };
    let changes = saved.scenario.settings.len() + usize::from(saved.budget.is_some());
    let changes = counted(changes + saved.unread.len(), "change");
    let words = format!(
        "{changes}, {}{applied}{}{}",
        saved.saved,
        if compared { ", compared" } else { "" },
        match saved.unread.len() {
            0 => String::new(),
            gone => format!(", ! {gone} not in the data"),
        }
    );
    let name = left(&saved.name, LABEL);
    Line::from(vec![
        Span::styled(sign, theme.accent()),
        Span::raw(format!("{name} ")),
        Span::styled(fit(&words, width.saturating_sub(LABEL + 3)), theme.quiet()),
    ])
}
