//! The lines as they are drawn, in columns that all groups share.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Shown;
use super::calibration::ratio as ratio_of;
use super::experiments::{advice, arm_interval, arm_picture, number};
use super::items::{BY_AMOUNT, BY_COUNT, BY_NAME, Group, Item, Money, Series, items};
use super::names::{
    bound, direction, kinds, kpi_status, label, level, numbers, reasons, series_change,
    series_number, title,
};
use crate::domain::money::{count, counted, dollars, percent, plain, rate, ratio, short_dollars};
use crate::domain::number::{Num, round};
use crate::domain::width::Width;
use crate::insight::Portfolio;
use crate::insight::portfolio::{Investment, KpiStatus, Target, Trend};
use crate::insight::words::{self, Health, kpi_actual, kpi_amount, kpi_target, segment};
use crate::tui::widget::charts::{greatest, share, spark};
use crate::tui::widget::pane::SortTitle;
use crate::tui::widget::text::{bar, fit, left, right};
use crate::tui::widget::theme::Theme;
use crate::tui::widget::words::Words;

const SIGN: usize = 2;
const PLAYS: usize = 6;
const COUNT: usize = 10;
const AMOUNT: usize = 11;

/// The portfolio in one line, with what is off first, and what is committed where there is room. Where
/// the policy cannot be read, its targets are not known.
pub fn headline(figures: &Portfolio, readable: bool, width: usize, theme: Theme) -> Line<'static> {
    let (health, mut words) = words::headline(figures);
    let (sign, style) = match health {
        Health::AboveTarget => ("✗", theme.bad()),
        Health::Watch => ("!", theme.warning()),
        Health::OnTarget => ("✓", theme.good()),
        Health::NoTargets => ("·", theme.quiet()),
    };
    if health == Health::NoTargets {
        words.push_str(match readable {
            true => " in nextplay.toml",
            false => ", as nextplay.toml cannot be read",
        });
    }
    let words = fit(&format!("  {sign} {words}"), width + 2);
    let room = (width + 2).saturating_sub(words.width());
    let net = dollars(figures.committed.investment.net_benefit);
    let committed = format!(" · {net} net benefit committed");
    let committed = if committed.width() > room { String::new() } else { committed };
    Line::from(vec![Span::styled(words, style), Span::styled(committed, theme.quiet())])
}

/// An amount in its column: without cents, and short where it is very large.
fn whole(amount: f64) -> String {
    let text = dollars(round(amount, 0));
    if text.len() < AMOUNT { text } else { short_dollars(amount) }
}

/// How wide the columns are; the label and what comes after the amount take what is left.
#[derive(Clone, Copy)]
struct Columns {
    label: usize,
    rest: usize,
    theme: Theme,
}

/// A line before it is put into the columns.
struct Row<'a> {
    sign: (&'a str, Style),
    label: String,
    plays: Option<String>,
    count: String,
    amount: String,
    rest: Vec<(String, Style)>,
    /// Left out where there is no room for all of it.
    remark: &'a str,
}

impl<'a> Row<'a> {
    fn new(label: impl Into<String>) -> Self {
        Self {
            sign: ("", Style::new()),
            label: label.into(),
            plays: None,
            count: String::new(),
            amount: String::new(),
            rest: Vec::new(),
            remark: "",
        }
    }

    fn sign(self, sign: &'a str, style: Style) -> Self {
        Self { sign: (sign, style), ..self }
    }

    fn count(self, count: String) -> Self {
        Self { count, ..self }
    }

    fn amount(self, amount: String) -> Self {
        Self { amount, ..self }
    }

    fn rest(mut self, text: impl Into<String>, style: Style) -> Self {
        self.rest.push((text.into(), style));
        self
    }
}

impl Columns {
    fn new(width: usize, theme: Theme) -> Self {
        let numbers = PLAYS + COUNT + AMOUNT;
        let label = width.saturating_sub(SIGN + numbers + 10).clamp(12, 26);
        Self { label, rest: width.saturating_sub(SIGN + label + numbers), theme }
    }

    /// All of the line.
    fn whole(self) -> usize {
        SIGN + self.label + PLAYS + COUNT + AMOUNT + self.rest
    }

    fn line(self, row: Row<'_>) -> Line<'static> {
        let mut text = match &row.plays {
            Some(plays) => {
                let label = left(&row.label, self.label);
                format!("{label}{}{}", right(plays, PLAYS), right(&row.count, COUNT))
            }
            // Without that column the label is longer, and a long number takes of it.
            None => {
                let wide = Span::raw(row.count.as_str()).width() + 1;
                let more = wide.saturating_sub(COUNT).min(PLAYS);
                let label = left(&row.label, self.label + PLAYS - more);
                format!("{label}{}", right(&row.count, COUNT + more))
            }
        };
        let mut spans = vec![Span::styled(left(row.sign.0, SIGN), row.sign.1)];
        let mut room = self.rest;
        if row.amount.is_empty() {
            // What is said needs the room of the amount.
            room += AMOUNT;
        } else {
            text.push_str(&right(&row.amount, AMOUNT));
        }
        spans.push(Span::raw(text));
        for (words, style) in row.rest {
            let words = fit(&words, room.saturating_sub(1));
            let wide = Span::raw(words.as_str()).width();
            if wide > 0 {
                room = room.saturating_sub(wide + 1);
                spans.push(Span::raw(" "));
                spans.push(Span::styled(words, style));
            }
        }
        if Span::raw(row.remark).width() < room {
            spans.push(Span::styled(format!(" {}", row.remark), self.theme.quiet()));
        }
        Line::from(spans)
    }

    /// A bar over what is left of a line after so many columns.
    fn bar(self, number: f64, scale: f64, after: usize) -> String {
        let room = self.rest.saturating_sub(after + 1).min(24);
        if room < 5 { String::new() } else { bar(share(number, scale), room) }
    }

    /// The heading of a group, and its titles that sort: their columns, and by what.
    fn heading(self, group: Group) -> (Line<'static>, Vec<(Range<usize>, usize)>) {
        let (plays, count, amount, rest) = match group {
            Group::Investment => ("", "committed", "all", ""),
            Group::Experiments => ("customers", "outcomes", "rate", "interval"),
            Group::Calibration => ("", "outcomes", "saved", "interval"),
            Group::Segments => ("plays", "customers", "at risk", "level"),
            Group::Stages | Group::Spots | Group::Paths => ("", "customers", "at risk", ""),
            Group::Playbooks => ("", "plays", "value", "cost"),
            Group::Leaders => ("", "segment", "ROI", "gross success"),
            Group::Review => ("", "segment", "", "below limit"),
            _ => ("", "", "", ""),
        };
        let title = format!("{} ", title(group));
        let wide = SIGN + self.label + PLAYS - plays.len() - 1;
        let line = "─".repeat(wide.saturating_sub(Span::raw(title.as_str()).width()));
        let by_count = matches!(count, "customers" | "plays");
        let by_amount = matches!(amount, "at risk" | "value" | "ROI");
        let amount = if amount.is_empty() { String::new() } else { right(amount, AMOUNT) };
        let counts = title.width() + line.width() + 1 + plays.len();
        let amounts = counts + COUNT;
        let sorts = [
            (true, 0..title.trim_end().width(), BY_NAME),
            (by_count, counts + COUNT - count.len()..amounts, BY_COUNT),
            (by_amount, amounts + AMOUNT - amount.trim_start().len()..amounts + AMOUNT, BY_AMOUNT),
        ];
        let names = format!(" {plays}{}{amount} {rest}", right(count, COUNT));
        let line = Line::from(vec![
            Span::styled(title, self.theme.strong()),
            Span::styled(line, self.theme.border()),
            Span::styled(names, self.theme.quiet()),
        ]);
        let sorts = sorts.into_iter().filter(|(sorts, ..)| *sorts);
        (line, sorts.map(|(_, columns, sort)| (columns, sort)).collect())
    }
}

/// The lines as they are drawn, and the titles in them that sort.
pub fn rows(shown: Shown<'_>, width: usize, theme: Theme) -> (Vec<Line<'static>>, Vec<SortTitle>) {
    let columns = Columns::new(width, theme);
    let figures = shown.figures;
    let scales = Scales {
        segments: greatest(figures.segments.iter().map(|row| row.revenue_at_risk)),
        stages: greatest(figures.stages.iter().map(|row| row.revenue_at_risk)),
        spots: greatest(figures.grid.cells.iter().map(|count| count.revenue.value())),
        paths: greatest(figures.paths.iter().map(|row| row.revenue_at_risk)),
    };
    let words = Words::new(shown.filter);
    let line = |item| words.mark(line(columns, shown, &scales, &item), theme.matched());
    let items = items(shown);
    let headings = items.iter().enumerate().filter_map(|(row, item)| match item {
        Item::Heading(group) => Some((row, *group)),
        _ => None,
    });
    let sorts = headings.flat_map(|(row, group)| {
        let titles = columns.heading(group).1.into_iter();
        titles.map(move |(columns, sort)| SortTitle { row: Some(row), columns, sort })
    });
    let sorts = sorts.collect();
    (items.into_iter().map(line).collect(), sorts)
}

/// The longest bar of each group.
struct Scales {
    segments: f64,
    stages: f64,
    spots: f64,
    paths: f64,
}

fn line(columns: Columns, shown: Shown<'_>, scales: &Scales, item: &Item<'_>) -> Line<'static> {
    let Shown { figures, policy, .. } = shown;
    let (theme, labels) = (columns.theme, &policy.labels);
    let label = || label(item, labels);
    let at_risk = |customers: usize, revenue: f64, scale: f64| {
        let bar = columns.bar(revenue, scale, 0);
        Row::new(label()).count(count(customers)).amount(whole(revenue)).rest(bar, theme.accent())
    };
    let row = match item {
        Item::Heading(group) => return columns.heading(*group).0,
        Item::Note(_, text) => {
            let text = format!("  {}", fit(text, columns.label + columns.rest + PLAYS + COUNT));
            return Line::from(Span::styled(text, theme.quiet()));
        }
        Item::HighRisk => {
            let target = figures.targets.first();
            against(Row::new(label()), target, count(figures.customers_at_high_risk), theme)
        }
        Item::AtRisk => {
            let (target, amount) = (figures.targets.get(1), dollars(figures.revenue_at_risk));
            against(Row::new(label()), target, amount, theme)
        }
        Item::HighRiskRevenue => Row::new(label())
            .count(count(figures.customers_at_high_risk))
            .amount(whole(figures.revenue_at_risk_high)),
        Item::Plays => Row::new(label())
            .sign("→", theme.accent())
            .count(count(figures.recommendations))
            .rest(format!("of {}", counted(figures.customers, "customer")), theme.quiet()),
        Item::Waiting => {
            let awaiting = &figures.awaiting;
            let parts = [
                (awaiting.pending, "pending"),
                (awaiting.held, "held"),
                (awaiting.stale, "stale"),
                (awaiting.expired, "expired"),
            ];
            let parts = parts.iter().filter(|(number, _)| *number > 0);
            let parts: Vec<String> =
                parts.map(|(number, name)| format!("{} {name}", count(*number))).collect();
            Row::new(label())
                .sign("?", theme.warning())
                .count(count(awaiting.plays))
                .rest(parts.join(", "), theme.quiet())
        }
        Item::Money(money) => investment(Row::new(label()), figures, *money),
        Item::Kpi(kpi) => {
            let (sign, words, style) = kpi_status(kpi, theme);
            let text = format!("{words}, {}", kpi_target(kpi));
            // The line has no amount: the text has its room too.
            let bound = if kpi.at_least { "min" } else { "max" };
            let shorter = format!("{words}, {bound} {}", kpi_amount(kpi, kpi.target));
            let fits = |text: &String| text.width() < columns.rest + AMOUNT;
            // The target is in the detail, too.
            let words = [text, shorter].into_iter().find(fits).unwrap_or_else(|| words.to_owned());
            let actual = kpi_actual(kpi).unwrap_or("–".to_owned());
            let on_track = kpi.status == Some(KpiStatus::OnTrack);
            let said = if on_track { theme.quiet() } else { style };
            Row::new(label()).sign(sign, style).count(actual).rest(words, said)
        }
        Item::Experiment(result) => {
            let (sign, style) = advice(result, theme);
            let id = fit(&result.id, columns.label);
            let room = columns.whole().saturating_sub(SIGN + id.width() + 2);
            return Line::from(vec![
                Span::styled(left(sign, SIGN), style),
                Span::styled(id, theme.strong()),
                Span::styled(format!("  {}", fit(&result.recommendation.text, room)), style),
            ]);
        }
        Item::Arm(_, arm) => {
            // As wide as the widest, so that the pictures have one axis.
            let interval = left(&arm_interval(arm), "73–100%".width());
            let room = columns.rest.saturating_sub(interval.width() + 2).min(24);
            Row {
                plays: Some(number(arm.assigned)),
                ..Row::new(format!("  {}", label()))
                    .count(number(arm.outcomes))
                    .amount(arm.rate.map_or("–".to_owned(), percent))
                    .rest(interval, Style::new())
                    .rest(arm_picture(arm, if room < 9 { 0 } else { room }), theme.accent())
            }
        }
        Item::Saved(row) => {
            let (ratio, ends) = ratio_of(row.saved).unwrap_or(("–".to_owned(), String::new()));
            Row::new(label())
                .count(count(row.saved.outcomes))
                .amount(ratio)
                .rest(ends, theme.quiet())
        }
        Item::Segment(row) => {
            let (sign, style) = level(row.level, theme);
            let bar = columns.bar(row.revenue_at_risk, scales.segments, 9);
            Row {
                plays: Some(count(row.recommendations)),
                ..Row::new(label())
                    .sign(sign, style)
                    .count(count(row.customers))
                    .amount(whole(row.revenue_at_risk))
                    .rest(left(row.level.name(), 8), style)
                    .rest(bar, theme.accent())
            }
        }
        Item::Stage(row) => at_risk(row.customers, row.revenue_at_risk, scales.stages),
        Item::Spot(spot) => at_risk(spot.count.customers, spot.count.revenue.value(), scales.spots),
        Item::Path(row) => at_risk(row.customers, row.revenue_at_risk, scales.paths),
        Item::Playbook(row) => Row::new(label())
            .count(count(row.recommendations))
            .amount(whole(row.expected_value))
            .rest(short_dollars(row.expected_cost), theme.quiet()),
        Item::Leader(place, row) => {
            let told = row.success_rate.map(|share| rate(share, row.interval()));
            let rate = told.unwrap_or_default();
            Row::new(format!("{place} {}", label()))
                .count(segment(row.segment.as_deref()).to_owned())
                .amount(row.roi_ratio.map_or("–".to_owned(), ratio))
                .rest(rate, theme.quiet())
        }
        Item::Review(row) => Row::new(label())
            .sign("!", theme.warning())
            .count(segment(row.segment.as_deref()).to_owned())
            .rest(reasons(row), theme.warning()),
        Item::Series(series) => over_time(Row::new(label()), columns, &figures.trend, *series),
        Item::Direction => {
            let (sign, words, style) = direction(&figures.trend, theme);
            Row::new(label()).sign(sign, style).count(words.to_owned())
        }
        Item::LastSnapshot => last_snapshot(Row::new(label()), &figures.trend, theme),
        Item::Person(person) => {
            Row::new(label()).count(count(person.entries)).rest(kinds(person), theme.quiet())
        }
        Item::Reason(_, times) => Row::new(label()).count(count(*times)),
    };
    columns.line(row)
}

/// A headline figure against its target.
fn against(
    row: Row<'static>,
    target: Option<&Target>,
    number: String,
    theme: Theme,
) -> Row<'static> {
    let Some(target) = target else { return row };
    let row = row.count(number);
    match target.target.zip(target.met) {
        None => row.sign("·", theme.quiet()).rest("no target set", theme.quiet()),
        Some((most, met)) => {
            // What is as it should be is told by its sign.
            let (row, words, style) = match met {
                true => (row.sign("✓", theme.good()), "at most", theme.quiet()),
                false => (row.sign("✗", theme.bad()), "above the limit of", theme.bad()),
            };
            row.rest(format!("{words} {}", bound(target, most)), style)
        }
    }
}

/// What is committed, and beside it all recommendations.
fn investment(row: Row<'static>, figures: &Portfolio, money: Money) -> Row<'static> {
    let committed = (figures.committed.plays, &figures.committed.investment);
    let all = (figures.recommendations, &figures.investment);
    let figure = |(plays, of): (usize, &Investment)| match money {
        Money::Plays => count(plays),
        Money::Cost => whole(of.expected_cost),
        Money::Value => whole(of.expected_value),
        Money::Net => whole(of.net_benefit),
        Money::Roi => of.roi_percent.map_or("–".to_owned(), |it| plain(round(it, 0)) + "%"),
    };
    let words = match money {
        Money::Plays | Money::Cost | Money::Value => "",
        Money::Net => "value − cost",
        Money::Roi => "net ÷ cost",
    };
    Row { remark: words, ..row.count(figure(committed)).amount(figure(all)) }
}

fn over_time(row: Row<'static>, columns: Columns, trend: &Trend, series: Series) -> Row<'static> {
    let theme = columns.theme;
    let numbers = numbers(trend, series);
    let Some((first, last)) = numbers.first().zip(numbers.last()) else {
        return row.rest("no data", theme.quiet());
    };
    let room = columns.rest + AMOUNT;
    let ends = format!("{} → {}", series_number(series, *first), series_number(series, *last));
    let change = series_change(trend, series);
    // The change, the ends and three blanks stand beside it.
    let wide = Span::raw(ends.as_str()).width() + 3;
    row.count(change)
        .rest(ends, Style::new())
        .rest(spark(&numbers, room.saturating_sub(wide)), theme.accent())
}

fn last_snapshot(line: Row<'static>, trend: &Trend, theme: Theme) -> Row<'static> {
    let Some(row) = trend.latest() else { return line };
    let at_risk = row.customers_at_high_risk.map(|number| format!("{} at high risk", Num(number)));
    let revenue = row.revenue_at_risk.map(short_dollars);
    let parts: Vec<String> = at_risk.into_iter().chain(revenue).collect();
    line.count(row.generated_at.as_deref().unwrap_or_default().chars().take(10).collect())
        .rest(parts.join(", "), theme.quiet())
}
