//! The figures as a document.

use super::Report;
use super::document::{Block, Cell, Document, Layout, Section, Table, Text, Tile, Tone};
use super::words::{self, or_none};
use super::{cards, charts, learned, steps, tables};
use crate::domain::money::{count, counted, dollars, short_dollars};
use crate::insight::words::{
    Health, NONE, committed, headline, number, target_amount, target_title,
};

impl Document {
    /// Makes the document of a report.
    pub fn new(report: &Report<'_>) -> Self {
        let local = report.now.at.to_zoned(report.now.zone.get());
        Self {
            title: "Portfolio report".into(),
            subtitle: format!("{}, {}", report.name, local.strftime("%Y-%m-%d %H:%M %Z")).into(),
            committed: committed(&report.portfolio.committed).into(),
            verdict: verdict(report),
            warnings: filter_words(report).iter().chain(report.warnings).map(Into::into).collect(),
            tiles: tiles(report),
            sections: sections(report),
        }
    }
}

/// Which customers a filtered report is about.
fn filter_words(report: &Report<'_>) -> Option<String> {
    let (customers, of) = (count(report.portfolio.customers), count(report.matching.len()));
    report.filter.map(|filter| {
        format!(
            "Filtered to {customers} of {of} customers: {filter}. Play performance, leaderboard, trend, \
             what we learned, decisions and findings cover the whole portfolio."
        )
    })
}

fn verdict(report: &Report<'_>) -> Cell {
    let (health, words) = headline(report.portfolio);
    let tone = match health {
        Health::AboveTarget => Tone::Bad,
        Health::Watch => Tone::Watch,
        Health::OnTarget => Tone::Good,
        Health::NoTargets => Tone::Plain,
    };
    Cell::toned(words, tone)
}

fn tiles(report: &Report<'_>) -> Vec<Tile> {
    let portfolio = report.portfolio;
    let mut tiles: Vec<Tile> = portfolio
        .targets
        .iter()
        .map(|target| {
            let of = format!("of {}", counted(portfolio.customers, "customer"));
            let note = target
                .target
                .map_or(of, |limit| format!("target: {} or less", target_amount(target, limit)));
            let actual = target_amount(target, target.actual);
            Tile {
                label: target_title(target).into(),
                figure: Cell::toned(actual, words::met_tone(target.met)),
                note: note.into(),
            }
        })
        .collect();
    let awaiting = &portfolio.awaiting;
    tiles.push(Tile {
        label: "Recommendations".into(),
        figure: count(portfolio.recommendations).into(),
        note: format!("for {}", counted(portfolio.customers, "customer")).into(),
    });
    tiles.push(Tile {
        label: "Needs a decision".into(),
        figure: count(awaiting.plays).into(),
        note: format!("{} revenue at risk", short_dollars(awaiting.revenue_at_risk)).into(),
    });
    let investment = &portfolio.committed.investment;
    tiles.push(Tile {
        label: "Net benefit of committed plays".into(),
        figure: dollars(investment.net_benefit).into(),
        note: format!(
            "{} value, {} cost",
            dollars(investment.expected_value),
            dollars(investment.expected_cost)
        )
        .into(),
    });
    let trend = &portfolio.trend;
    tiles.push(Tile {
        label: "Trend".into(),
        figure: words::direction(trend.direction),
        note: match trend.direction {
            Some(_) => format!(
                "at high risk {}, revenue at risk {}",
                words::change(trend.high_risk_change),
                words::change(trend.revenue_change)
            )
            .into(),
            None => "fewer than two snapshots".into(),
        },
    });
    tiles
}

/// A table, or a sentence in its place where it is empty.
fn or_else(table: Table, nothing: &str) -> Block {
    if table.rows.is_empty() { Block::Paragraph(nothing.into()) } else { Block::Table(table) }
}

fn section(title: &'static str, blocks: impl IntoIterator<Item = Block>) -> Section {
    Section { title, blocks: blocks.into_iter().collect(), layout: Layout::Whole }
}

fn half(title: &'static str, blocks: impl IntoIterator<Item = Block>) -> Section {
    Section { layout: Layout::Half, ..section(title, blocks) }
}

fn sections(report: &Report<'_>) -> Vec<Section> {
    use Block::{Chart, Paragraph};
    const NOBODY: &str = "There are no customers.";
    let mut all = vec![next_steps(report)];
    if !report.portfolio.statements.is_empty() {
        let statements = report.portfolio.statements.iter().map(Into::into).collect();
        all.push(half("Summary", [Block::List(statements)]));
        all.iter_mut().for_each(|section| section.layout = Layout::Half);
    }
    let segments = [
        Chart(charts::segments(report)),
        Paragraph(bounds(report)),
        or_else(tables::segments(report), NOBODY),
    ];
    let stages = [Chart(charts::stages(report)), or_else(tables::stages(report), NOBODY)];
    let grid = [Chart(charts::heat(report)), or_else(tables::grid(report), NOBODY)];
    all.extend([
        half("Targets", [Block::Table(tables::targets(report))]),
        half("Play performance", [Block::Table(tables::kpis(report))]),
        trend(report),
        Section { layout: Layout::ChartsBeside, ..section("Segments", segments) },
        Section { layout: Layout::ChartsBeside, ..section("Stages", stages) },
        Section { layout: Layout::TableFolded, ..section("Stages by segment", grid) },
        half("Predicted paths", [or_else(tables::paths(report), "No forecast has a path.")]),
        half("Investment and value", [Block::Table(tables::investment(report))]),
        section(
            "Recommendations by playbook",
            [or_else(tables::playbooks(report), "There are no recommendations.")],
        ),
        section(
            "ROI leaderboard",
            [
                Chart(charts::roi(report)),
                or_else(tables::leaderboard(report), "No playbook has been measured."),
            ],
        ),
        section(
            "Playbooks under review",
            [or_else(tables::under_review(report), "Every measured playbook meets the policy.")],
        ),
        learned::section(report),
        waits(report),
        decided(report),
        section(
            "Findings",
            [or_else(tables::findings(report), "No problems found in data and policy.")],
        ),
    ]);
    all
}

fn next_steps(report: &Report<'_>) -> Section {
    let steps: Vec<Text> = steps::steps(report).iter().map(Into::into).collect();
    let block = if steps.is_empty() {
        Block::Paragraph(
            "Nothing to do: no decision is needed, and policy and targets are met.".into(),
        )
    } else {
        Block::Steps(steps)
    };
    section("Next steps", [block])
}

fn trend(report: &Report<'_>) -> Section {
    let trend = &report.portfolio.trend;
    let Some(latest) = trend.latest() else {
        return section("Trend", [Block::Paragraph("There are no snapshots yet.".into())]);
    };
    let last = format!(
        "The latest snapshot ({}) has {} at high risk and {} revenue at risk.",
        latest.generated_at.as_deref().unwrap_or(NONE),
        or_none(latest.customers_at_high_risk, |n| format!("{} customers", number(n))),
        or_none(latest.revenue_at_risk, dollars),
    );
    let value_text = match trend.direction {
        None => last,
        Some(direction) => format!(
            "The portfolio is {}: customers at high risk {}, revenue at risk {} since the first \
             snapshot. {last}",
            direction.name(),
            words::change(trend.high_risk_change),
            words::change(trend.revenue_change),
        ),
    };
    section(
        "Trend",
        [
            Block::Paragraph(value_text.into()),
            Block::Chart(charts::high_risk_over_time(report)),
            Block::Chart(charts::revenue_over_time(report)),
            Block::Table(tables::snapshots(report)),
        ],
    )
}

/// What the levels mean.
fn bounds(report: &Report<'_>) -> Text {
    let targets = &report.matching.policy().targets;
    format!(
        "Levels: elevated at {} revenue at risk or more, critical at {} or more.",
        dollars(targets.segment_revenue_at_risk_elevated),
        dollars(targets.segment_revenue_at_risk_critical)
    )
    .into()
}

fn waits(report: &Report<'_>) -> Section {
    let awaiting = &report.portfolio.awaiting;
    if awaiting.plays == 0 {
        return section("Needs a decision", [Block::Paragraph("Nothing needs a decision.".into())]);
    }
    let kinds = [
        (awaiting.pending, "pending"),
        (awaiting.stale, "stale"),
        (awaiting.expired, "expired"),
        (awaiting.held, "held"),
    ];
    let kinds: Vec<String> = kinds
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, kind)| format!("{} {kind}", count(n)))
        .collect();
    let value_text = format!(
        "{} with {} revenue at risk: {}. Age counts from the latest of these days: the stage was entered, \
         the newest signal or forecast, a deferral ended, an approval expired, a decision was undone.",
        counted(awaiting.plays, "recommendation"),
        dollars(awaiting.revenue_at_risk),
        kinds.join(", ")
    );
    section(
        "Needs a decision",
        [
            Block::Paragraph(value_text.into()),
            Block::Table(tables::waits(report)),
            Block::Cards(report.cards.iter().map(cards::card).collect()),
        ],
    )
}

fn decided(report: &Report<'_>) -> Section {
    let decided = &report.portfolio.decided;
    let title = "Decisions in the last 7 days";
    if decided.entries == 0 {
        return section(title, [Block::Paragraph("There are no decisions.".into())]);
    }
    let mut blocks = vec![Block::Table(tables::people(report))];
    if !decided.reasons.is_empty() {
        blocks.push(Block::Table(tables::reasons(report)));
    }
    section(title, blocks)
}
