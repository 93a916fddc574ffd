//! The plan for a budget: its figures side by side, then its plays.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::figures::{Amount, Figure, Table, UpIs};
use super::plan::{PlanChange, PlanFigures, PlanPlay, PlanResult};
use super::request::ScenarioResult;
use super::state::WhatIf;
use crate::domain::money::{count, dollars};
use crate::domain::text::escape_controls;
use crate::domain::width::Width;
use crate::insight::plan::Planning;
use crate::tui::widget::detail_builder::DetailBuilder;
use crate::tui::widget::text::{left, right};

const FIGURES: [Figure<PlanFigures>; 6] = [
    ("Plays", UpIs::Either, |p| Amount::Count(p.plays)),
    ("Spent", UpIs::Either, |p| Amount::Dollars(p.plan.spent)),
    ("Net value", UpIs::Good, |p| Amount::Dollars(p.plan.net_value)),
    ("Upper bound", UpIs::Good, |p| Amount::Dollars(p.plan.bound)),
    ("Shortfall", UpIs::Bad, |p| Amount::Dollars(p.plan.gap)),
    ("Gain, $1,000 more", UpIs::Either, |p| Amount::Dollars(p.plan.next_1000)),
];

/// Adds the figures of the plan; nothing where no budget is set.
pub fn figures(builder: &mut DetailBuilder<'_>, what_if: &WhatIf, result: &ScenarioResult) {
    let Some(budget) = what_if.budget else { return };
    builder.heading(&format!("Best plan for {}", dollars(budget)));
    let Some(plan) = &result.plan else {
        return builder.text(0, "Planning…", builder.theme.quiet());
    };
    let compared = what_if.compared_result().and_then(|compared| compared.plan.as_ref());
    let table = Table::new(builder.width);
    table.figures(builder, &FIGURES, &plan.current, &plan.proposed, compared);
    for words in plan.proposed.plan.capacities.iter().filter_map(Planning::words) {
        builder.text(0, &words, builder.theme.warning());
    }
}

/// The fewest columns that a playbook has beside a long name.
const PLAYBOOK: usize = 7;

/// Adds the plays of the plan, with those that it no longer has, and the total.
pub fn plays(builder: &mut DetailBuilder<'_>, what_if: &WhatIf, result: &ScenarioResult) {
    let Some((plan, _)) = result.plan.as_ref().zip(what_if.budget) else { return };
    let theme = builder.theme;
    builder.heading(&heading(plan));
    let width = |text: &str| escape_controls(text).width();
    let longest = |of: &dyn Fn(usize) -> usize| (0..plan.plays.len()).map(of).max().unwrap_or(0);
    let texts = |row: usize| plan.plays.get(row);
    let id = longest(&|row| texts(row).map_or(0, |play| width(&play.customer_id))).clamp(2, 12);
    let name = longest(&|row| texts(row).map_or(0, |play| width(&play.name))).max(8);
    let total = &plan.proposed;
    let sums = [dollars(total.plan.spent), dollars(total.value)];
    let amounts = |play: &PlanPlay| [dollars(play.cost), dollars(play.value)];
    let [cost, value] = plan
        .plays
        .iter()
        .map(amounts)
        .fold([sums[0].width().max(4), sums[1].width().max(5)], |[cost, value], [c, v]| {
            [cost.max(c.width()), value.max(v.width())]
        });
    // The name gives way last: the playbook has what is left beside it.
    // The sign stands in the blank before the text.
    let room = builder.width.saturating_sub(2 + 1 + id + 1 + cost + 2 + value + 2);
    let name = name.min(room.saturating_sub(PLAYBOOK + 1)).max(room.min(8));
    let playbook = room.saturating_sub(name + 1);
    let mut row = |sign: &str, cells: [&str; 3], amounts: [String; 2], style: Style| {
        let [of_name, of_id, of_playbook] = cells;
        let text = format!(
            "{} {} {}{}{}",
            left(of_name, name),
            left(of_id, id),
            left(of_playbook, playbook),
            right(&amounts[0], cost + 2),
            right(&amounts[1], value + 2)
        );
        builder.lines.push(Line::from(vec![
            Span::styled(format!(" {sign} "), style),
            Span::styled(text, style),
        ]));
    };
    let titles = ["Cost".to_owned(), "Value".to_owned()];
    row(" ", ["Customer", "ID", "Playbook"], titles, theme.quiet());
    for play in plan.plays.iter() {
        let (sign, style) = match play.change {
            PlanChange::Same => (" ", Style::new()),
            PlanChange::Added => ("+", theme.good()),
            PlanChange::Dropped => ("-", theme.quiet()),
        };
        row(sign, [&play.name, &play.customer_id, &play.playbook], amounts(play), style);
    }
    row(" ", ["Total", "", ""], sums, theme.strong());
}

fn heading(plan: &PlanResult) -> String {
    let proposed = count(plan.proposed.plays);
    match (plan.in_all > plan.plays.len(), plan.current == plan.proposed) {
        (true, _) => format!("First {} plays of the plan", count(plan.plays.len())),
        (false, true) => format!("Plays of the plan ({proposed})"),
        (false, false) => format!("Plays of the plan ({proposed}), + added, - dropped"),
    }
}
