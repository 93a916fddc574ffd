//! The detail of the What-if screen: what the changes come to, and whom they affect.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::request::{PlanTotals, ScenarioResult};
use super::search;
use super::setting_row::{self, BUDGET, SettingRow, setting_row};
use super::state::WhatIf;
use super::update::{follows_data, next_change};
use crate::domain::money::{count, counted, dollars};
use crate::domain::text::escape_controls;
use crate::domain::width::Width;
use crate::insight::scenario::{Change, Totals};
use crate::tui::state::State;
use crate::tui::widget::detail_builder::DetailBuilder;
use crate::tui::widget::text::{fit, left, right, wrap};
use crate::tui::widget::theme::Theme;

/// The title of the detail.
pub fn title(state: &State, theme: Theme) -> Line<'static> {
    let waits = if state.what_if.waits() { " …" } else { "" };
    Line::from(vec![
        Span::raw(" "),
        Span::styled("Current and proposed", theme.strong()),
        Span::raw(format!("{waits} ")),
        Span::styled(selected(state), theme.quiet()),
    ])
}

/// The selected line, for where the list is not beside it.
fn selected(state: &State) -> String {
    let setting = setting_row::selected(state).and_then(|row| setting_row(state, row));
    let text = |setting: SettingRow| {
        let text = format!("{} {}", setting.label, setting.shown(setting.value()));
        format!("─ {} ", fit(&text, 36))
    };
    setting.map(text).unwrap_or_default()
}

/// The lines of the detail, each at most `width` columns wide.
pub fn lines(state: &State, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let mut builder = DetailBuilder::new(width, theme, state.now, &state.zone);
    let what_if = &state.what_if;
    let Some(result) = what_if.result.as_deref() else {
        builder.text(0, "Comparing…", theme.quiet());
        return builder.lines;
    };
    totals(&mut builder, what_if, result);
    next_changes(&mut builder, state);
    if what_if.is_unchanged() {
        builder.blank();
        builder.text(
            0,
            "Nothing is changed yet. + and - go to the next value at which a customer changes, Shift-→ \
             and Shift-← take round steps, Enter edits the value. The effect is shown here; your data \
             stays as it is.",
            theme.quiet(),
        );
    }
    plans(&mut builder, what_if, result);
    if !what_if.is_unchanged() {
        who(&mut builder, what_if, result);
    }
    settings(&mut builder, state, result);
    one_by_one(&mut builder, result);
    builder.lines
}

/// Where the selected setting next changes something, in both directions.
fn next_changes(builder: &mut DetailBuilder<'_>, state: &State) {
    let setting = setting_row::selected(state).and_then(|row| setting_row(state, row));
    let Some(setting) = setting.filter(|setting| setting.key != BUDGET) else { return };
    let directions = [(true, "+"), (false, "-")];
    let steps = directions.into_iter().filter(|(up, _)| follows_data(&setting, *up));
    let lines = steps.filter_map(|(up, sign)| match next_change(state, &setting, up) {
        None => Some(format!("{sign} looking for the next change…")),
        Some(found) => Some(format!("{sign} {}", search::words(found, setting.kind, up)?)),
    });
    let lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        let value = setting.shown(setting.value());
        builder.heading(&format!("{} {value}", setting.label));
        lines.into_iter().for_each(|line| builder.text(0, &line, Style::new()));
    }
}

/// The columns of the table: current, proposed, and the change or the compared scenario.
struct Table {
    label: usize,
    column: usize,
}

impl Table {
    fn new(width: usize) -> Self {
        let column = (width.saturating_sub(15) / 3).clamp(8, 14);
        Self { label: width.saturating_sub(3 * (column + 1)).min(16), column }
    }

    fn row(
        &self,
        builder: &mut DetailBuilder<'_>,
        label: &str,
        cells: [String; 3],
        styles: [Style; 3],
    ) {
        let mut spans =
            vec![Span::styled(format!(" {}", left(label, self.label)), builder.theme.quiet())];
        for (cell, style) in cells.into_iter().zip(styles) {
            spans.push(Span::styled(format!(" {}", right(&cell, self.column)), style));
        }
        builder.lines.push(Line::from(spans));
    }

    fn head(&self, builder: &mut DetailBuilder<'_>, what_if: &WhatIf, compared: Option<&str>) {
        let unnamed = if what_if.is_unchanged() { "Unchanged" } else { "Proposed" };
        let proposed = what_if.name().unwrap_or(unnamed);
        let last = compared.unwrap_or("Change");
        let quiet = builder.theme.quiet();
        self.row(
            builder,
            "",
            ["Current".to_owned(), proposed.to_owned(), last.to_owned()],
            [quiet; 3],
        );
    }
}

/// A row of a table: its name, and where its number is.
type Of<T, N> = (&'static str, fn(&T) -> N);

fn totals(builder: &mut DetailBuilder<'_>, what_if: &WhatIf, result: &ScenarioResult) {
    let table = Table::new(builder.width);
    let compared = what_if.compared_result();
    table.head(builder, what_if, compared.map(|compared| compared.name.as_str()));
    let (before, after) = (&result.before, &result.after);
    let counts: [Of<Totals, usize>; 2] =
        [("Plays", |t| t.recommendations), ("Need approval", |t| t.need_approval)];
    let plain = Style::new();
    for (label, of) in counts {
        let (was, now) = (of(before), of(after));
        let last = compared.map_or_else(|| count_change(was, now), |b| count(of(&b.totals)));
        let style = if was == now { plain } else { builder.theme.changed() };
        table.row(builder, label, [count(was), count(now), last], [plain, style, plain]);
    }
    let amounts: [Of<Totals, f64>; 3] = [
        ("Cost", |t| t.expected_cost),
        ("Value", |t| t.expected_value),
        ("Net", |t| t.net_benefit),
    ];
    for (label, of) in amounts {
        let (was, now) = (of(before), of(after));
        let last = compared.map_or_else(|| amount_change(was, now), |b| dollars(of(&b.totals)));
        let style = if was == now { plain } else { builder.theme.changed() };
        table.row(builder, label, [dollars(was), dollars(now), last], [plain, style, plain]);
    }
}

/// `+3`, `-12`
pub(super) fn count_change(was: usize, now: usize) -> String {
    match now.cmp(&was) {
        std::cmp::Ordering::Greater => format!("+{}", count(now - was)),
        std::cmp::Ordering::Less => format!("-{}", count(was - now)),
        std::cmp::Ordering::Equal => "0".to_owned(),
    }
}

/// `+$2,900`, `-$1,200`
pub(super) fn amount_change(was: f64, now: f64) -> String {
    let change = dollars(now - was);
    if now > was { format!("+{change}") } else { change }
}

fn plans(builder: &mut DetailBuilder<'_>, what_if: &WhatIf, result: &ScenarioResult) {
    let Some(budget) = what_if.budget else { return };
    builder.heading(&format!("Best plan for {}", dollars(budget)));
    let theme = builder.theme;
    let Some((current, proposed)) = &result.plans else {
        return builder.text(0, "Planning…", theme.quiet());
    };
    let table = Table::new(builder.width);
    let compared = what_if.compared_result().and_then(|compared| compared.plan.as_ref());
    let plain = Style::new();
    let amounts: [Of<PlanTotals, f64>; 5] = [
        ("Spent", |p| p.figures.spent),
        ("Net value", |p| p.figures.net_value),
        ("Upper bound", |p| p.figures.bound),
        ("Shortfall", |p| p.figures.gap),
        ("$1,000 more", |p| p.figures.next_1000),
    ];
    let plays = |plan: &PlanTotals| count(plan.plays);
    let last = compared.map_or_else(|| count_change(current.plays, proposed.plays), plays);
    table.row(builder, "Plays", [plays(current), plays(proposed), last], [plain; 3]);
    for (label, of) in amounts {
        let last =
            compared.map_or_else(|| amount_change(of(current), of(proposed)), |b| dollars(of(b)));
        table.row(builder, label, [dollars(of(current)), dollars(of(proposed)), last], [plain; 3]);
    }
}

/// The sign of a change, its words, and how it looks.
fn kind(change: Change, theme: Theme) -> (&'static str, &'static str, Style) {
    match change {
        Change::Gains => ("+", "gain a recommendation", theme.good()),
        Change::Loses => ("-", "lose their recommendation", theme.bad()),
        Change::Switches => ("⇄", "change to another playbook", theme.warning()),
        Change::Numbers => ("~", "keep it with other numbers", Style::new()),
    }
}

fn who(builder: &mut DetailBuilder<'_>, what_if: &WhatIf, result: &ScenarioResult) {
    let theme = builder.theme;
    builder.heading(&format!("{} affected", counted(result.customers(), "customer")));
    let compared = what_if.compared_result();
    for (row, (change, customers)) in Change::ALL.into_iter().zip(result.counts).enumerate() {
        let (sign, words, style) = kind(change, theme);
        let style = if customers == 0 { theme.quiet() } else { style };
        let of_other = compared.and_then(|b| Some((b.counts.get(row)?, &b.name)));
        let of_other = of_other.map(|(n, name)| format!("; {} with {name}", count(*n)));
        let text = format!(" {sign} {} {words}", right(&count(customers), 7));
        let text = fit(&format!("{text}{}", of_other.unwrap_or_default()), builder.width);
        builder.lines.push(Line::from(Span::styled(text, style)));
    }
}

/// Every change, and why no customer is affected where none is.
fn settings(builder: &mut DetailBuilder<'_>, state: &State, result: &ScenarioResult) {
    let settings = &state.what_if.scenario.settings;
    if settings.is_empty() {
        return;
    }
    let theme = builder.theme;
    builder.heading("Changes");
    for setting in settings {
        let key = setting.key();
        match result.why_idle(&key) {
            Some(why) => {
                builder.text(0, &format!("· {setting}"), theme.quiet());
                builder.text(2, &format!("no customers affected: {why}"), theme.warning());
            }
            None => builder.text(0, &format!("◆ {setting}"), Style::new()),
        }
    }
}

/// The first affected customers, each with what changes.
fn one_by_one(builder: &mut DetailBuilder<'_>, result: &ScenarioResult) {
    if result.customers.is_empty() {
        return;
    }
    let theme = builder.theme;
    builder.heading(&match result.customers() {
        all if all > result.customers.len() => {
            format!("First {} of {} affected customers", count(result.customers.len()), count(all))
        }
        _ => "Affected customers".to_owned(),
    });
    let ids = result.customers.iter().map(|one| escape_controls(&one.customer_id).width()).max();
    let id = ids.unwrap_or_default().min(16);
    let room = builder.width.saturating_sub(id + 4).max(8);
    for customer in result.customers.iter() {
        let (sign, _, style) = kind(customer.change, theme);
        for (number, words) in wrap(&customer.words, room).into_iter().enumerate() {
            let first = number == 0;
            let (sign, name) =
                if first { (sign, customer.customer_id.as_str()) } else { (" ", "") };
            builder.lines.push(Line::from(vec![
                Span::styled(format!(" {sign} "), style),
                Span::styled(format!("{} ", left(name, id)), theme.strong()),
                Span::raw(words),
            ]));
        }
    }
}
