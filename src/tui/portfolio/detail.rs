//! The detail: what the selected line says in full, and charts of its group.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::heat::Marked;
use super::items::{Group, Item, Series};
use super::{Shown, heat, names, percent};
use crate::domain::money::{count, counted, dollars, ratio, short_dollars};
use crate::domain::number::Num;
use crate::insight::Portfolio;
use crate::insight::portfolio::{KpiStatus, Target};
use crate::matching::words::{runs, share};
use crate::tui::customers::detail::Story;
use crate::tui::widget::charts::{Bar, bars, gauge, line};
use crate::tui::widget::text::{fit, left, right};
use crate::tui::widget::theme::Theme;

/// The most bars under each other: the selected one is among them.
const MOST: usize = 12;
/// Rows of a line over time.
const HIGH: usize = 5;

pub fn tell(story: &mut Story<'_>, shown: Shown<'_>, item: &Item<'_>) {
    let Shown { figures, policy, .. } = shown;
    let theme = story.theme;
    match item.behind(figures, policy) {
        Ok(behind) => {
            let words =
                format!("Enter lists the {} behind it", counted(behind.customers, "customer"));
            story.text(0, &words, theme.quiet());
        }
        Err(why) => story.text(0, &why, theme.quiet()),
    }
    match item.group() {
        Group::Headline => headline(story, shown),
        Group::Run => run(story, figures),
        Group::Kpis => kpis(story, figures),
        Group::Segments | Group::Stages | Group::Spots => places(story, figures, item),
        Group::Paths => paths(story, figures, item),
        Group::Playbooks => playbooks(story, figures, item),
        Group::Leaders | Group::Review => leaders(story, shown, item),
        Group::Trend => trend(story, figures),
        Group::Decided => decided(story, figures, item),
    }
}

fn headline(story: &mut Story<'_>, shown: Shown<'_>) {
    let Shown { figures, policy, .. } = shown;
    for target in &figures.targets {
        against(story, target, share(policy.targets.high_risk_at));
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
    let title = format!("{} waiting, {revenue} at risk", count(awaiting.plays));
    chart(story, &title, waiting.collect());
    map(story, figures, Marked::default());
    statements(story, figures);
}

/// A headline figure with a bar that reaches to it and a mark at its target.
fn against(story: &mut Story<'_>, target: &Target, high_risk_at: String) {
    let theme = story.theme;
    let is_count = target.name == "customers_at_high_risk";
    let told = |number: f64| if is_count { Num(number).to_string() } else { dollars(number) };
    let mut name = names::target_name(target).to_owned();
    if is_count {
        name.push_str(&format!(": risk {high_risk_at} and above"));
    }
    story.heading(&name);
    let Some((most, met)) = target.target.zip(target.met) else {
        story.text(0, &format!("{}; no target is set", told(target.actual)), Style::new());
        return;
    };
    let (words, style) = match met {
        true => ("✓ on target", theme.good()),
        false => ("✗ above target", theme.bad()),
    };
    let told = format!("{words}: {}, at most {}", told(target.actual), told(most));
    story.text(0, &told, style);
    meter(story, target.actual, most, style);
}

fn meter(story: &mut Story<'_>, number: f64, bound: f64, style: Style) {
    let gauge = gauge(number, bound, story.width.min(48));
    story.lines.push(Line::from(vec![Span::raw(" "), Span::styled(gauge, style)]));
}

fn statements(story: &mut Story<'_>, figures: &Portfolio) {
    if !figures.statements.is_empty() {
        story.heading("In words");
    }
    for sentence in &figures.statements {
        story.text(0, sentence, Style::new());
    }
}

fn run(story: &mut Story<'_>, figures: &Portfolio) {
    let run = &figures.investment;
    story.blank();
    story.labelled("Cost", &dollars(run.expected_cost), Style::new());
    story.labelled("Value", &dollars(run.expected_value), Style::new());
    story.labelled(
        "Net benefit",
        &format!("{}, value − cost", dollars(run.net_benefit)),
        Style::new(),
    );
    let roi = match run.roi_percent {
        Some(roi) => format!("{} %, net ÷ cost", crate::domain::money::plain(roi)),
        None => "nothing is spent".to_owned(),
    };
    story.labelled("ROI", &roi, Style::new());
    plays(story, figures, None);
}

/// What the playbooks that are recommended bring and cost.
fn plays(story: &mut Story<'_>, figures: &Portfolio, selected: Option<usize>) {
    let rows = |number: &dyn Fn(usize) -> Option<Bar>| {
        let rows = (0..figures.playbooks.len()).filter_map(number);
        around(rows.collect(), selected)
    };
    let is = |n| selected == Some(n);
    let value = rows(&|n| {
        let row = figures.playbooks.get(n)?;
        let plays = counted(row.recommendations, "play");
        Some(bar(&row.title, row.expected_value, short_dollars(row.expected_value), &plays, is(n)))
    });
    chart(story, "Value by playbook", value);
    let cost = rows(&|n| {
        let row = figures.playbooks.get(n)?;
        Some(bar(&row.title, row.expected_cost, short_dollars(row.expected_cost), "", is(n)))
    });
    chart(story, "Cost by playbook", cost);
}

fn kpis(story: &mut Story<'_>, figures: &Portfolio) {
    for kpi in &figures.kpis {
        let (sign, words, style) = names::kpi_status(kpi, story.theme);
        story.heading(names::kpi_name(kpi));
        let bound = if kpi.at_least { "at least" } else { "at most" };
        let target = names::kpi_number(kpi, kpi.target);
        match kpi.actual {
            Some(actual) => {
                let actual_words = names::kpi_number(kpi, actual);
                let told = format!("{sign} {words}: {actual_words}, {bound} {target}");
                story.text(0, &told, style);
                meter(story, actual, kpi.target, style);
            }
            None => story.text(0, &format!("{sign} {words}; {bound} {target}"), style),
        }
        let how = match kpi.name {
            "success_rate" => "all rows of the performance log, weighted by their runs",
            "override_rate" => "share of outcomes in which a person overrode",
            _ => "mean of the outcomes that tell",
        };
        story.text(0, how, story.theme.quiet());
    }
    let at_risk = figures.kpis.iter().filter(|kpi| kpi.status == Some(KpiStatus::AtRisk)).count();
    story.blank();
    let all = figures.kpis.len();
    let told = format!("{} of {} at risk; ┃ marks the target", count(at_risk), count(all));
    story.text(0, &told, story.theme.quiet());
}

fn places(story: &mut Story<'_>, figures: &Portfolio, item: &Item<'_>) {
    let theme = story.theme;
    let mut marked = Marked::default();
    story.blank();
    match item {
        Item::Segment(row) => {
            marked.segment = Some(&row.segment);
            story.labelled("Segment", &row.segment, theme.strong());
            let (sign, style) = names::level(row.level, theme);
            let told = format!("{} {}", sign, row.level.name());
            story.labelled("At risk", &format!("{}  {told}", dollars(row.revenue_at_risk)), style);
            let plays = format!(
                "{}, {} need approval",
                count(row.recommendations),
                count(row.need_approval)
            );
            story.labelled("Plays", &plays, Style::new());
        }
        Item::Stage(row) => {
            marked.stage = Some(row.stage.as_deref());
            story.labelled("Stage", names::stage_name(row.stage.as_deref()), theme.strong());
            story.labelled("At risk", &dollars(row.revenue_at_risk), Style::new());
        }
        Item::Spot(spot) => {
            marked = Marked { stage: Some(spot.stage), segment: Some(spot.segment) };
            story.labelled("In", &names::spot_name(spot), theme.strong());
            story.labelled("At risk", &dollars(spot.count.revenue.value()), Style::new());
            let high = counted(spot.count.high_risk, "customer");
            story.labelled("High risk", &high, Style::new());
            let plays = format!(
                "{}, {} need approval",
                count(spot.count.recommendations),
                count(spot.count.need_approval)
            );
            story.labelled("Plays", &plays, Style::new());
        }
        _ => {}
    }
    map(story, figures, marked);
    let segments = figures.segments.iter().map(|row| {
        let selected = matches!(item, Item::Segment(one) if one.segment == row.segment);
        let amount = short_dollars(row.revenue_at_risk);
        bar(&row.segment, row.revenue_at_risk, amount, row.level.name(), selected)
    });
    let stages = figures.stages.iter().map(|row| {
        let selected = matches!(item, Item::Stage(one) if one.stage == row.stage);
        let name = names::stage_name(row.stage.as_deref());
        let words = counted(row.customers, "customer");
        bar(name, row.revenue_at_risk, short_dollars(row.revenue_at_risk), &words, selected)
    });
    let at = |rows: &[Bar]| rows.iter().position(|row| row.selected);
    let (segments, stages): (Vec<Bar>, Vec<Bar>) = (segments.collect(), stages.collect());
    let (segment, stage) = (at(&segments), at(&stages));
    chart(story, "Revenue at risk by segment", around(segments, segment));
    chart(story, "Revenue at risk by stage", around(stages, stage));
}

fn map(story: &mut Story<'_>, figures: &Portfolio, marked: Marked<'_>) {
    if figures.grid.cells.is_empty() {
        return;
    }
    story.heading("Revenue at risk by stage and segment");
    let lines = heat::lines(&figures.grid, marked, story.width, story.theme);
    story.lines.extend(lines);
}

fn paths(story: &mut Story<'_>, figures: &Portfolio, item: &Item<'_>) {
    story.blank();
    if let Item::Path(row) = item {
        story.labelled("Path", &names::path_name(row), story.theme.strong());
        story.labelled("At risk", &dollars(row.revenue_at_risk), Style::new());
    }
    let place = figures.paths.iter().position(|row| matches!(item, Item::Path(one) if *one == row));
    let rows = figures.paths.iter().enumerate().map(|(n, row)| {
        let words = counted(row.customers, "customer");
        let amount = short_dollars(row.revenue_at_risk);
        bar(&names::path_name(row), row.revenue_at_risk, amount, &words, place == Some(n))
    });
    chart(story, "Revenue at risk by predicted path", around(rows.collect(), place));
}

fn playbooks(story: &mut Story<'_>, figures: &Portfolio, item: &Item<'_>) {
    let mut selected = None;
    story.blank();
    if let Item::Playbook(row) = item {
        selected = figures.playbooks.iter().position(|one| one == *row);
        story.labelled("Playbook", &row.title, story.theme.strong());
        story.labelled("Id", &row.playbook_id, Style::new());
        story.labelled("Plays", &count(row.recommendations), Style::new());
        story.labelled("Cost", &dollars(row.expected_cost), Style::new());
        story.labelled("Value", &dollars(row.expected_value), Style::new());
    }
    plays(story, figures, selected);
}

fn leaders(story: &mut Story<'_>, shown: Shown<'_>, item: &Item<'_>) {
    let Shown { figures, policy, .. } = shown;
    let theme = story.theme;
    let mut selected = None;
    story.blank();
    match item {
        Item::Leader(place, row) => {
            selected = Some(place - 1);
            story.labelled("Playbook", names::leader_name(row), theme.strong());
            story.labelled("Id", &row.playbook_id, Style::new());
            story.labelled("Segment", names::segment_name(row.segment.as_deref()), Style::new());
            let rate = row.success_rate.map(|rate| format!(", {} succeeded", percent(rate)));
            let told = row.runs.map_or("runs not told".to_owned(), runs);
            story.labelled(
                "Measured",
                &format!("{told}{}", rate.unwrap_or_default()),
                Style::new(),
            );
            let money = |amount: Option<f64>| amount.map_or("–".to_owned(), dollars);
            let told = format!("value {}, cost {}", money(row.avg_value), money(row.avg_cost));
            story.labelled("A run", &told, Style::new());
            story.labelled("ROI", &row.roi_ratio.map_or("–".to_owned(), ratio), Style::new());
        }
        Item::Review(row) => {
            let same = |one: &&_| -> bool {
                let one: &crate::insight::portfolio::Leader = one;
                one.playbook_id == row.playbook_id && one.segment == row.segment
            };
            selected = figures.leaderboard.iter().position(|one| same(&one));
            story.labelled("Playbook", &row.playbook_id, theme.strong());
            story.labelled("Segment", names::segment_name(row.segment.as_deref()), Style::new());
            story.labelled("Measured", &names::reasons(row), theme.warning());
            let least = format!(
                "success {}, ROI {}",
                percent(policy.targets.review_below_success_rate),
                ratio(policy.targets.review_below_roi)
            );
            story.labelled("At least", &least, Style::new());
        }
        _ => {}
    }
    let rows = figures.leaderboard.iter().enumerate().map(|(n, row)| {
        let name = format!("{} {}", n + 1, names::leader_name(row));
        let segment = names::segment_name(row.segment.as_deref());
        let roi = row.roi_ratio.map_or("–".to_owned(), ratio);
        bar(&name, row.roi_ratio.unwrap_or(0.0), roi, segment, selected == Some(n))
    });
    chart(story, "Measured ROI", around(rows.collect(), selected));
}

fn trend(story: &mut Story<'_>, figures: &Portfolio) {
    let trend = &figures.trend;
    let (sign, words, style) = names::direction(trend, story.theme);
    story.blank();
    story.text(0, &format!("{sign} {words}"), style);
    let date = |row: Option<&crate::domain::PortfolioSnapshot>| {
        row.and_then(|row| row.generated_at.as_deref()).unwrap_or_default().to_owned()
    };
    let (first, last) = (date(trend.snapshots.first()), date(trend.snapshots.last()));
    let all = [(Series::HighRisk, "Customers at high risk"), (Series::Revenue, "Revenue at risk")];
    for (series, name) in all {
        let numbers = names::numbers(trend, series);
        let Some((from, to)) = numbers.first().zip(numbers.last()) else { continue };
        let told = |number: f64| names::series_number(series, number);
        let change = names::series_change(trend, series);
        story.heading(&format!("{name}  {} → {}  {change}", told(*from), told(*to)));
        over_time(story, &numbers, &told);
        let room = story.width.saturating_sub(10);
        let dates = format!("{}{}", left(&first, room / 2), right(&last, room - room / 2));
        story
            .lines
            .push(Line::from(Span::styled(format!("{:10}{dates}", ""), story.theme.quiet())));
    }
    story.blank();
    let told = format!("{}, one step each", counted(trend.snapshots.len(), "snapshot"));
    story.text(0, &told, story.theme.quiet());
    let leaking = trend.latest().and_then(|row| row.top_leaking_stage.as_deref());
    if let Some(stage) = leaking {
        story.text(0, &format!("most leaked, by the last one: {stage}"), story.theme.quiet());
    }
}

/// A line with the highest and the lowest number beside it.
fn over_time(story: &mut Story<'_>, numbers: &[f64], told: &dyn Fn(f64) -> String) {
    const SCALE: usize = 8;
    let theme = story.theme;
    let finite = || numbers.iter().copied().filter(|number| number.is_finite());
    let (high, low) = (finite().reduce(f64::max), finite().reduce(f64::min));
    let rows = line(numbers, story.width.saturating_sub(SCALE + 2), HIGH);
    for (n, row) in rows.into_iter().enumerate() {
        let scale = match n {
            0 => high.map(told),
            n if n + 1 == HIGH => low.map(told),
            _ => None,
        };
        story.lines.push(Line::from(vec![
            Span::styled(format!(" {} ", right(&scale.unwrap_or_default(), SCALE)), theme.quiet()),
            Span::styled(row, theme.accent()),
        ]));
    }
}

fn decided(story: &mut Story<'_>, figures: &Portfolio, item: &Item<'_>) {
    let people = figures.decided.people.iter().map(|person| {
        let selected = matches!(item, Item::Person(one) if one.by == person.by);
        let entries = person.entries;
        bar(&person.by, entries as f64, count(entries), &names::kinds(person), selected)
    });
    let reasons = figures.decided.reasons.iter().map(|(reason, times)| {
        let selected = matches!(item, Item::Reason(one, _) if *one == reason.as_str());
        bar(reason, *times as f64, count(*times), "", selected)
    });
    let (people, reasons): (Vec<Bar>, Vec<Bar>) = (people.collect(), reasons.collect());
    let at = |rows: &[Bar]| rows.iter().position(|row| row.selected);
    let (person, reason) = (at(&people), at(&reasons));
    chart(story, "By person", around(people, person));
    chart(story, "By reason", around(reasons, reason));
}

fn bar(label: &str, number: f64, amount: String, words: &str, selected: bool) -> Bar {
    Bar { label: label.to_owned(), number, amount, words: words.to_owned(), selected }
}

/// As many rows as are shown, the selected one among them.
fn around(rows: Vec<Bar>, selected: Option<usize>) -> Vec<Bar> {
    let first = selected.map_or(0, |place| (place + 1).saturating_sub(MOST));
    rows.into_iter().skip(first).take(MOST).collect()
}

fn chart(story: &mut Story<'_>, title: &str, rows: Vec<Bar>) {
    if rows.is_empty() {
        return;
    }
    story.heading(title);
    let theme: Theme = story.theme;
    for drawn in bars(&rows, story.width) {
        let style = if drawn.selected { theme.strong() } else { Style::new() };
        story.lines.push(Line::from(vec![
            Span::styled(drawn.label, style),
            Span::raw(" "),
            Span::styled(drawn.bar, theme.accent()),
            Span::styled(fit(&drawn.words, story.width), theme.quiet()),
        ]));
    }
}
