//! The detail of the What-if screen: what the changes come to, and whom they affect.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::figures::{Amount, Figure, Table, UpIs, amount_change};
use super::memory;
use super::plan_view;
use super::request::{ChangedCustomer, MAX_CUSTOMERS, ScenarioResult};
use super::row_kind::RowKind;
use super::search;
use super::setting_row::{self, SettingRow, setting_row};
use super::state::WhatIf;
use super::update::{follows_data, next_change};
use crate::domain::money::{count, counted};
use crate::domain::text::escape_controls;
use crate::domain::width::Width;
use crate::insight::scenario::{Change, Exposure, Totals};
use crate::tui::state::State;
use crate::tui::widget::detail_builder::DetailBuilder;
use crate::tui::widget::text::{fit, left, right, wrap};
use crate::tui::widget::theme::Theme;

/// Columns of a change of net value.
const NET: usize = 10;

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
        if let Some(offer) = memory::offer(state) {
            builder.text(0, &offer, theme.accent());
        }
        builder.text(
            0,
            "Nothing is changed yet. + and - go to the next value at which a customer changes, Shift-→ \
             and Shift-← take round steps, Enter edits the value. The effect is shown here; your data \
             stays as it is.",
            theme.quiet(),
        );
    }
    plan_view::figures(&mut builder, what_if, result);
    // Beside the budget its plays come first, elsewhere what the changes do.
    let on_budget = setting_row::selected(state) == Some(RowKind::Budget);
    if on_budget {
        plan_view::plays(&mut builder, what_if, result);
    }
    if !what_if.is_unchanged() {
        who(&mut builder, what_if, result);
    }
    settings(&mut builder, state, result);
    one_by_one(&mut builder, result);
    if !on_budget {
        plan_view::plays(&mut builder, what_if, result);
    }
    builder.lines
}

/// Where the selected setting next changes something, in both directions.
fn next_changes(builder: &mut DetailBuilder<'_>, state: &State) {
    let setting = setting_row::selected(state).and_then(|row| setting_row(state, row));
    let Some(setting) = setting else { return };
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

const TOTALS: [Figure<Totals>; 5] = [
    ("Plays", UpIs::Either, |t| Amount::Count(t.recommendations)),
    ("Need approval", UpIs::Either, |t| Amount::Count(t.need_approval)),
    ("Cost", UpIs::Bad, |t| Amount::Dollars(t.expected_cost)),
    ("Value", UpIs::Good, |t| Amount::Dollars(t.expected_value)),
    ("Net", UpIs::Good, |t| Amount::Dollars(t.net_benefit)),
];

const EXPOSURE: [Figure<Exposure>; 3] = [
    ("At high risk", UpIs::Bad, |e| Amount::Count(e.high_risk)),
    ("· without a play", UpIs::Bad, |e| Amount::Count(e.uncovered)),
    ("· revenue at risk", UpIs::Bad, |e| Amount::Dollars(e.uncovered_at_risk)),
];

fn totals(builder: &mut DetailBuilder<'_>, what_if: &WhatIf, result: &ScenarioResult) {
    let table = Table::new(builder.width);
    let compared = what_if.compared_result();
    let unnamed = if what_if.is_unchanged() { "Unchanged" } else { "Proposed" };
    let proposed = what_if.name().unwrap_or(unnamed).to_owned();
    let last = compared.map_or("Change", |compared| compared.name.as_str()).to_owned();
    let quiet = builder.theme.quiet();
    table.row(builder, "", ["Current".to_owned(), proposed, last], [quiet; 3]);
    let (was, now) = (&result.before, &result.after);
    table.figures(builder, &TOTALS, was, now, compared.map(|compared| &compared.totals));
    let (was, now) = &result.exposure;
    table.figures(builder, &EXPOSURE, was, now, compared.map(|compared| &compared.exposure));
}

/// The sign of a change, and how it looks.
fn kind(change: Change, theme: Theme) -> (&'static str, Style) {
    match change {
        Change::Gains => ("+", theme.good()),
        Change::Loses => ("-", theme.bad()),
        Change::Switches => ("⇄", theme.warning()),
        Change::Numbers => ("~", Style::new()),
    }
}

fn who(builder: &mut DetailBuilder<'_>, what_if: &WhatIf, result: &ScenarioResult) {
    let theme = builder.theme;
    builder.heading(&format!("{} affected", counted(result.customers(), "customer")));
    let compared = what_if.compared_result();
    let (to, from) = result.high_risk;
    let widest = result.counts.into_iter().chain([to, from]).max().unwrap_or_default();
    let column = count(widest).width();
    for (row, (change, customers)) in Change::ALL.into_iter().zip(result.counts).enumerate() {
        let (sign, style) = kind(change, theme);
        let of_other = compared.and_then(|b| Some((b.counts.get(row)?, &b.name)));
        if customers == 0 && of_other.is_none_or(|(n, _)| *n == 0) {
            continue;
        }
        let style = if customers == 0 { theme.quiet() } else { style };
        let of_other = of_other.map(|(n, name)| format!("; {} with {name}", count(*n)));
        let words = change.words(customers);
        let text = format!(" {sign} {} {words}", right(&count(customers), column));
        let text = fit(&format!("{text}{}", of_other.unwrap_or_default()), builder.width);
        builder.lines.push(Line::from(Span::styled(text, style)));
    }
    let high_risk = [
        (to, ["is newly at high risk", "are newly at high risk"]),
        (from, ["is no longer at high risk", "are no longer at high risk"]),
    ];
    for (customers, [one, many]) in high_risk {
        if customers > 0 {
            let words = if customers == 1 { one } else { many };
            let text = format!(" ! {} {words}", right(&count(customers), column));
            let text = fit(&text, builder.width);
            builder.lines.push(Line::from(Span::styled(text, theme.warning())));
        }
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
        let text = setting_row::in_words(state, setting);
        match result.why_idle(&key) {
            Some(why) => {
                builder.text(0, &format!("· {text}"), theme.quiet());
                builder.text(2, &format!("no customers affected: {why}"), theme.warning());
            }
            None => builder.text(0, &format!("◆ {text}"), Style::new()),
        }
    }
}

/// The affected customers with the largest change of net value first, each with what changes.
fn one_by_one(builder: &mut DetailBuilder<'_>, result: &ScenarioResult) {
    if result.customers.is_empty() {
        return;
    }
    let theme = builder.theme;
    let listed = result.customers.len();
    builder.heading(&match listed < MAX_CUSTOMERS {
        true => "Affected customers by change of net value".to_owned(),
        false => format!("{} customers with the largest change of net value", count(listed)),
    });
    let width = |text: &str| escape_controls(text).width();
    let longest = |of: fn(&ChangedCustomer) -> &str| {
        result.customers.iter().map(|one| width(of(one))).max().unwrap_or_default()
    };
    let id = longest(|one| &one.customer_id).min(16);
    // Changes of nothing take no room.
    let amounts = if result.customers.iter().any(|one| one.net_change != 0.0) { NET } else { 0 };
    let room = builder.width.saturating_sub(3 + 1 + id + 1 + amounts);
    // Beside the name where each has the room for it, else below it.
    let name = longest(|one| &one.name);
    let beside = builder.width.saturating_sub(3 + name + 1 + id + 1 + amounts + 2);
    let (name, beside) = if beside >= 40 { (name, Some(beside)) } else { (name.min(room), None) };
    for customer in result.customers.iter() {
        let (sign, style) = match customer.change {
            Some(change) => kind(change, theme),
            None => ("!", theme.warning()),
        };
        let net = customer.net_change;
        let change = if net == 0.0 { String::new() } else { amount_change(0.0, net) };
        let mut first = vec![
            Span::styled(format!(" {sign} "), style),
            Span::styled(left(&customer.name, name), theme.strong()),
            Span::raw(format!(" {} ", left(&customer.customer_id, id))),
            Span::styled(right(&change, amounts), UpIs::Good.style(net, theme)),
        ];
        let (indent, room) = match beside {
            Some(room) => (builder.width.saturating_sub(room) + 1, room),
            None => (5, builder.width.saturating_sub(5).max(8)),
        };
        let mut words = wrap(&customer.words, room).into_iter();
        if beside.is_some() {
            first.push(Span::raw(format!("  {}", words.next().unwrap_or_default())));
        }
        builder.lines.push(Line::from(first));
        builder.lines.extend(words.map(|words| Line::from(format!("{:indent$}{words}", ""))));
    }
}
