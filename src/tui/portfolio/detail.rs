//! The detail: what the selected line says in full, and charts of its group.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::heat::Marked;
use super::items::{Group, Item, Series};
use super::{Shown, calibration, experiments, heat, names};
use crate::domain::money::{count, counted, dollars, plain, rate, ratio, short_dollars};
use crate::domain::number::{Num, round};
use crate::insight::Portfolio;
use crate::insight::experiment::holdout::{self, against_holdout};
use crate::insight::portfolio::{CommittedPlays, Investment, KpiStatus, Target};
use crate::insight::words::{self, percent};
use crate::matching::words::{runs, share};
use crate::tui::keys::action::Action;
use crate::tui::keys::keymap::Keymap;
use crate::tui::widget::charts::{Bar, bars, gauge, line};
use crate::tui::widget::detail_builder::DetailBuilder;
use crate::tui::widget::text::{fit, left, right};
use crate::tui::widget::theme::Theme;

/// The most bars under each other: the selected one is among them.
const MOST: usize = 12;
/// Rows of a line over time.
const HIGH: usize = 5;

/// Writes what the selected line says in full.
pub fn tell(builder: &mut DetailBuilder<'_>, shown: Shown<'_>, item: &Item<'_>, keys: &Keymap) {
    let Shown { figures, policy, .. } = shown;
    let theme = builder.theme;
    match item.behind(figures, policy) {
        Ok(behind) => {
            let words = format!(
                "{} lists the {} behind this line",
                keys.key(Action::ShowCustomers),
                counted(behind.customers, "customer")
            );
            builder.text(0, &words, theme.quiet());
        }
        Err(why) => builder.text(0, &why, theme.quiet()),
    }
    match item.group() {
        Group::Headline => headline(builder, shown),
        Group::Investment => {
            committed(builder, &figures.committed);
            builder.heading("All recommendations");
            builder.labelled("Plays", &count(figures.recommendations), Style::new());
            investment(builder, &figures.investment);
            plays(builder, figures, None);
        }
        Group::Kpis => kpis(builder, figures),
        Group::Calibration => calibration::tell(builder, shown),
        Group::Experiments => {
            if let Item::Experiment(result) | Item::Arm(result, _) = item {
                experiments::tell(builder, result, shown.dataset);
            }
        }
        Group::Segments | Group::Stages | Group::Spots => stages_and_segments(builder, shown, item),
        Group::Paths => paths(builder, shown, item),
        Group::Playbooks => playbooks(builder, figures, item),
        Group::Leaders | Group::Review => leaders(builder, shown, item),
        Group::Trend => trend(builder, shown),
        Group::Decided => decided(builder, shown, item),
    }
}

fn headline(builder: &mut DetailBuilder<'_>, shown: Shown<'_>) {
    let Shown { figures, policy, .. } = shown;
    for target in &figures.targets {
        against(builder, target, share(policy.targets.high_risk_at));
    }
    let awaiting = &figures.awaiting;
    let all = [
        (awaiting.pending, "pending"),
        (awaiting.held, "held"),
        (awaiting.stale, "stale"),
        (awaiting.expired, "expired"),
    ];
    let waiting = all.into_iter().filter(|(number, _)| *number > 0);
    let waiting = waiting.map(|(number, name)| bar(name, number as f64, count(number), "", false));
    let revenue = dollars(awaiting.revenue_at_risk);
    let title = format!("Need a decision: {}, {revenue} at risk", count(awaiting.plays));
    chart(builder, &title, waiting.collect());
    map(builder, shown, Marked::default());
    statements(builder, figures);
}

/// A headline figure with a bar that reaches to it and a mark at its target.
fn against(builder: &mut DetailBuilder<'_>, target: &Target, high_risk_at: String) {
    let theme = builder.theme;
    let is_count = target.name == "customers_at_high_risk";
    let number_text =
        |number: f64| if is_count { Num(number).to_string() } else { dollars(number) };
    let mut name = names::target_name(target).to_owned();
    if is_count {
        name.push_str(&format!(": risk {high_risk_at} and above"));
    }
    builder.heading(&name);
    let Some((most, met)) = target.target.zip(target.met) else {
        builder.text(0, &format!("{}; no target set", number_text(target.actual)), Style::new());
        return;
    };
    let (words, style) = match met {
        true => ("✓ on target", theme.good()),
        false => ("✗ above target", theme.bad()),
    };
    let text =
        format!("{words}: {}, target at most {}", number_text(target.actual), number_text(most));
    builder.text(0, &text, style);
    meter(builder, target.actual, most, style);
}

fn meter(builder: &mut DetailBuilder<'_>, number: f64, bound: f64, style: Style) {
    let gauge = gauge(number, bound, builder.width.min(48));
    builder.lines.push(Line::from(vec![Span::raw(" "), Span::styled(gauge, style)]));
}

fn statements(builder: &mut DetailBuilder<'_>, figures: &Portfolio) {
    if !figures.statements.is_empty() {
        builder.heading("Summary");
    }
    for sentence in &figures.statements {
        builder.text(0, sentence, Style::new());
    }
}

/// What counts as committed, and what it comes to.
fn committed(builder: &mut DetailBuilder<'_>, committed: &CommittedPlays) {
    builder.heading("Committed: cleared to run or running");
    builder.labelled("Plays", &count(committed.plays), Style::new());
    investment(builder, &committed.investment);
    let quiet = builder.theme.quiet();
    let text = "Automatic, approved, overridden and running plays, each customer once. A running play \
                counts with the numbers it was handed off with.";
    builder.text(0, text, quiet);
    if committed.beside > 0 {
        let run = if committed.beside == 1 { "runs" } else { "run" };
        let plays = counted(committed.beside, "play");
        builder.text(0, &format!("{plays} {run} beside the current recommendation."), quiet);
    }
}

fn investment(builder: &mut DetailBuilder<'_>, run: &Investment) {
    builder.labelled("Cost", &dollars(run.expected_cost), Style::new());
    builder.labelled("Value", &dollars(run.expected_value), Style::new());
    builder.labelled(
        "Net benefit",
        &format!("{} (value − cost)", dollars(run.net_benefit)),
        Style::new(),
    );
    let roi = match run.roi_percent {
        Some(percent) => format!("{}% (net ÷ cost)", plain(round(percent, 0))),
        None => "no cost".to_owned(),
    };
    builder.labelled("Return", &roi, Style::new());
}

/// What the playbooks that are recommended bring and cost.
fn plays(builder: &mut DetailBuilder<'_>, figures: &Portfolio, selected: Option<usize>) {
    let rows = |number: &dyn Fn(usize) -> Option<Bar>| {
        let rows = (0..figures.playbooks.len()).filter_map(number);
        around(rows.collect(), selected)
    };
    let is = |n| selected == Some(n);
    let value = rows(&|n| {
        let row = figures.playbooks.get(n)?;
        let plays = counted(row.recommendations, "recommendation");
        Some(bar(&row.title, row.expected_value, short_dollars(row.expected_value), &plays, is(n)))
    });
    chart(builder, "Value by playbook", value);
    let cost = rows(&|n| {
        let row = figures.playbooks.get(n)?;
        Some(bar(&row.title, row.expected_cost, short_dollars(row.expected_cost), "", is(n)))
    });
    chart(builder, "Cost by playbook", cost);
}

fn kpis(builder: &mut DetailBuilder<'_>, figures: &Portfolio) {
    for kpi in &figures.kpis {
        let (sign, words, style) = names::kpi_status(kpi, builder.theme);
        builder.heading(words::kpi_title(kpi));
        let bound = if kpi.at_least { "target at least" } else { "target at most" };
        let target = words::kpi_amount(kpi, kpi.target);
        match kpi.actual {
            Some(actual) => {
                let actual_words = words::kpi_actual(kpi).unwrap_or_default();
                let text = format!("{sign} {words}: {actual_words}, {bound} {target}");
                builder.text(0, &text, style);
                meter(builder, actual, kpi.target, style);
            }
            None => builder.text(0, &format!("{sign} {words}; {bound} {target}"), style),
        }
        let how = match kpi.name {
            "success_rate" => "all plays that were measured; gross: without a comparison group",
            "override_rate" => "share of outcomes with an override",
            _ => "average of the outcomes that have it",
        };
        let how = format!("{how}; {}", words::kpi_count(kpi));
        builder.text(0, &how, builder.theme.quiet());
    }
    let at_risk = figures.kpis.iter().filter(|kpi| kpi.status == Some(KpiStatus::AtRisk)).count();
    builder.blank();
    let all = figures.kpis.len();
    let text = format!("{} of {} KPIs at risk; ┃ marks the target", count(at_risk), count(all));
    builder.text(0, &text, builder.theme.quiet());
}

fn stages_and_segments(builder: &mut DetailBuilder<'_>, shown: Shown<'_>, item: &Item<'_>) {
    let Shown { figures, policy, .. } = shown;
    let labels = &policy.labels;
    let theme = builder.theme;
    let mut marked = Marked::default();
    builder.blank();
    match item {
        Item::Segment(row) => {
            marked.segment = Some(&row.segment);
            builder.labelled("Segment", &row.segment, theme.strong());
            let (sign, style) = names::level(row.level, theme);
            let text = format!("{} {}", sign, row.level.name());
            builder.labelled(
                "At risk",
                &format!("{}  {text}", dollars(row.revenue_at_risk)),
                style,
            );
            let plays = format!(
                "{} recommended, {} need approval",
                count(row.recommendations),
                count(row.need_approval)
            );
            builder.labelled("Plays", &plays, Style::new());
        }
        Item::Stage(row) => {
            marked.stage = Some(row.stage.as_deref());
            builder.labelled("Stage", &words::stage(labels, row.stage.as_deref()), theme.strong());
            builder.labelled("At risk", &dollars(row.revenue_at_risk), Style::new());
        }
        Item::Spot(spot) => {
            marked = Marked { stage: Some(spot.stage), segment: Some(spot.segment) };
            builder.labelled("In", &names::spot_name(spot, labels), theme.strong());
            builder.labelled("At risk", &dollars(spot.count.revenue.value()), Style::new());
            let high = counted(spot.count.high_risk, "customer");
            builder.labelled("High risk", &high, Style::new());
            let plays = format!(
                "{} recommended, {} need approval",
                count(spot.count.recommendations),
                count(spot.count.need_approval)
            );
            builder.labelled("Plays", &plays, Style::new());
        }
        _ => {}
    }
    map(builder, shown, marked);
    let segments = figures.segments.iter().map(|row| {
        let selected = matches!(item, Item::Segment(one) if one.segment == row.segment);
        let amount = short_dollars(row.revenue_at_risk);
        bar(&row.segment, row.revenue_at_risk, amount, row.level.name(), selected)
    });
    let stages = figures.stages.iter().map(|row| {
        let selected = matches!(item, Item::Stage(one) if one.stage == row.stage);
        let name = words::stage(labels, row.stage.as_deref());
        let words = counted(row.customers, "customer");
        bar(&name, row.revenue_at_risk, short_dollars(row.revenue_at_risk), &words, selected)
    });
    let at = |rows: &[Bar]| rows.iter().position(|row| row.selected);
    let (segments, stages): (Vec<Bar>, Vec<Bar>) = (segments.collect(), stages.collect());
    let (segment, stage) = (at(&segments), at(&stages));
    chart(builder, "Revenue at risk by segment", around(segments, segment));
    chart(builder, "Revenue at risk by stage", around(stages, stage));
}

fn map(builder: &mut DetailBuilder<'_>, shown: Shown<'_>, marked: Marked<'_>) {
    let Shown { figures, policy, .. } = shown;
    let labels = &policy.labels;
    if figures.grid.cells.is_empty() {
        return;
    }
    builder.heading("Revenue at risk by stage and segment");
    let lines = heat::lines(&figures.grid, marked, labels, builder.width, builder.theme);
    builder.lines.extend(lines);
}

fn paths(builder: &mut DetailBuilder<'_>, shown: Shown<'_>, item: &Item<'_>) {
    let Shown { figures, policy, .. } = shown;
    let labels = &policy.labels;
    builder.blank();
    if let Item::Path(row) = item {
        builder.labelled("Path", &words::path(labels, &row.path), builder.theme.strong());
        builder.labelled("At risk", &dollars(row.revenue_at_risk), Style::new());
    }
    let place = figures.paths.iter().position(|row| matches!(item, Item::Path(one) if *one == row));
    let rows = figures.paths.iter().enumerate().map(|(n, row)| {
        let words = counted(row.customers, "customer");
        let amount = short_dollars(row.revenue_at_risk);
        bar(&words::path(labels, &row.path), row.revenue_at_risk, amount, &words, place == Some(n))
    });
    chart(builder, "Revenue at risk by predicted path", around(rows.collect(), place));
}

fn playbooks(builder: &mut DetailBuilder<'_>, figures: &Portfolio, item: &Item<'_>) {
    let mut selected = None;
    builder.blank();
    if let Item::Playbook(row) = item {
        selected = figures.playbooks.iter().position(|one| one == *row);
        builder.labelled("Playbook", &row.title, builder.theme.strong());
        builder.labelled("ID", &row.playbook_id, Style::new());
        builder.labelled("Plays", &count(row.recommendations), Style::new());
        builder.labelled("Cost", &dollars(row.expected_cost), Style::new());
        builder.labelled("Value", &dollars(row.expected_value), Style::new());
    }
    plays(builder, figures, selected);
}

fn leaders(builder: &mut DetailBuilder<'_>, shown: Shown<'_>, item: &Item<'_>) {
    let Shown { figures, policy, .. } = shown;
    let theme = builder.theme;
    let mut selected = None;
    builder.blank();
    match item {
        Item::Leader(place, row) => {
            selected = Some(place - 1);
            builder.labelled("Playbook", names::leader_name(row), theme.strong());
            builder.labelled("ID", &row.playbook_id, Style::new());
            builder.labelled("Segment", words::segment(row.segment.as_deref()), Style::new());
            let playbook = shown.dataset.playbook_by_id(&row.playbook_id);
            let holdout = playbook.zip(row.segment.as_deref()).and_then(|(playbook, segment)| {
                against_holdout(playbook, segment, policy, shown.experiments)
            });
            let gross = if holdout.is_some() { "" } else { "gross " };
            let told = |share| format!("; {} {gross}success rate", rate(share, row.interval()));
            let rate = row.success_rate.map(told);
            let text = row.runs.map_or("runs not recorded".to_owned(), runs);
            builder.labelled(
                "Measured",
                &format!("{text}{}", rate.unwrap_or_default()),
                Style::new(),
            );
            if let Some(difference) = holdout {
                builder.labelled("Holdout", &holdout::words(difference), Style::new());
            }
            let money = |amount: Option<f64>| amount.map_or("–".to_owned(), dollars);
            let text = format!("value {}, cost {}", money(row.avg_value), money(row.avg_cost));
            builder.labelled("Per run", &text, Style::new());
            builder.labelled("ROI", &row.roi_ratio.map_or("–".to_owned(), ratio), Style::new());
        }
        Item::Review(row) => {
            let same = |one: &&_| -> bool {
                let one: &crate::insight::portfolio::Leader = one;
                one.playbook_id == row.playbook_id && one.segment == row.segment
            };
            selected = figures.leaderboard.iter().position(|one| same(&one));
            builder.labelled("Playbook", &row.title, theme.strong());
            builder.labelled("ID", &row.playbook_id, Style::new());
            builder.labelled("Segment", words::segment(row.segment.as_deref()), Style::new());
            builder.labelled("Found", &names::reasons(row), theme.warning());
            let least = format!(
                "success rate {}, ROI {}",
                percent(policy.targets.review_below_success_rate),
                ratio(policy.targets.review_below_roi)
            );
            builder.labelled("Limits", &least, Style::new());
        }
        _ => {}
    }
    let rows = figures.leaderboard.iter().enumerate().map(|(n, row)| {
        let name = format!("{} {}", n + 1, names::leader_name(row));
        let segment = words::segment(row.segment.as_deref());
        let roi = row.roi_ratio.map_or("–".to_owned(), ratio);
        bar(&name, row.roi_ratio.unwrap_or(0.0), roi, segment, selected == Some(n))
    });
    chart(builder, "Measured ROI", around(rows.collect(), selected));
}

fn trend(builder: &mut DetailBuilder<'_>, shown: Shown<'_>) {
    let Shown { figures, policy, .. } = shown;
    let labels = &policy.labels;
    let trend = &figures.trend;
    let (sign, words, style) = names::direction(trend, builder.theme);
    builder.blank();
    builder.text(0, &format!("{sign} {words}"), style);
    let date = |row: Option<&crate::domain::PortfolioSnapshot>| {
        row.and_then(|row| row.generated_at.as_deref()).unwrap_or_default().to_owned()
    };
    let (first, last) = (date(trend.snapshots.first()), date(trend.snapshots.last()));
    let all = [(Series::HighRisk, "Customers at high risk"), (Series::Revenue, "Revenue at risk")];
    for (series, name) in all {
        let numbers = names::numbers(trend, series);
        let Some((from, to)) = numbers.first().zip(numbers.last()) else { continue };
        let number_text = |number: f64| names::series_number(series, number);
        let change = names::series_change(trend, series);
        builder.heading(&format!(
            "{name}  {} → {}  {change}",
            number_text(*from),
            number_text(*to)
        ));
        over_time(builder, &numbers, &number_text);
        let room = builder.width.saturating_sub(10);
        let dates = format!("{}{}", left(&first, room / 2), right(&last, room - room / 2));
        builder
            .lines
            .push(Line::from(Span::styled(format!("{:10}{dates}", ""), builder.theme.quiet())));
    }
    builder.blank();
    let text = format!("{}, one per column step", counted(trend.snapshots.len(), "snapshot"));
    builder.text(0, &text, builder.theme.quiet());
    let leaking = trend.latest().and_then(|row| row.top_leaking_stage.as_deref());
    if let Some(stage) = leaking {
        builder.text(
            0,
            &format!("stage with the most leakage in the latest: {}", labels.stage(stage)),
            builder.theme.quiet(),
        );
    }
}

/// A line with the highest and the lowest number beside it.
fn over_time(builder: &mut DetailBuilder<'_>, numbers: &[f64], told: &dyn Fn(f64) -> String) {
    const SCALE: usize = 8;
    let theme = builder.theme;
    let finite = || numbers.iter().copied().filter(|number| number.is_finite());
    let (high, low) = (finite().reduce(f64::max), finite().reduce(f64::min));
    let rows = line(numbers, builder.width.saturating_sub(SCALE + 2), HIGH);
    for (n, row) in rows.into_iter().enumerate() {
        let scale = match n {
            0 => high.map(told),
            n if n + 1 == HIGH => low.map(told),
            _ => None,
        };
        builder.lines.push(Line::from(vec![
            Span::styled(format!(" {} ", right(&scale.unwrap_or_default(), SCALE)), theme.quiet()),
            Span::styled(row, theme.accent()),
        ]));
    }
}

fn decided(builder: &mut DetailBuilder<'_>, shown: Shown<'_>, item: &Item<'_>) {
    let Shown { figures, policy, .. } = shown;
    let labels = &policy.labels;
    let people = figures.decided.people.iter().map(|person| {
        let selected = matches!(item, Item::Person(one) if one.by == person.by);
        let entries = person.entries;
        bar(&person.by, entries as f64, count(entries), &names::kinds(person), selected)
    });
    let reasons = figures.decided.reasons.iter().map(|(reason, times)| {
        let selected = matches!(item, Item::Reason(one, _) if *one == reason.as_str());
        bar(&labels.reason(reason), *times as f64, count(*times), "", selected)
    });
    let (people, reasons): (Vec<Bar>, Vec<Bar>) = (people.collect(), reasons.collect());
    let at = |rows: &[Bar]| rows.iter().position(|row| row.selected);
    let (person, reason) = (at(&people), at(&reasons));
    chart(builder, "By person", around(people, person));
    chart(builder, "By reason", around(reasons, reason));
}

fn bar(label: &str, number: f64, amount: String, words: &str, selected: bool) -> Bar {
    Bar { label: label.to_owned(), number, amount, words: words.to_owned(), selected }
}

/// As many rows as are shown, the selected one among them.
fn around(rows: Vec<Bar>, selected: Option<usize>) -> Vec<Bar> {
    let first = selected.map_or(0, |place| (place + 1).saturating_sub(MOST));
    rows.into_iter().skip(first).take(MOST).collect()
}

fn chart(builder: &mut DetailBuilder<'_>, title: &str, rows: Vec<Bar>) {
    if rows.is_empty() {
        return;
    }
    builder.heading(title);
    let theme: Theme = builder.theme;
    for drawn in bars(&rows, builder.width) {
        let style = if drawn.selected { theme.strong() } else { Style::new() };
        builder.lines.push(Line::from(vec![
            Span::styled(drawn.label, style),
            Span::raw(" "),
            Span::styled(drawn.bar, theme.accent()),
            Span::styled(fit(&drawn.words, builder.width), theme.quiet()),
        ]));
    }
}
