//! The lines of the portfolio: which there are, what each is about, and which customers are behind it.

use crate::domain::Policy;
use crate::domain::number::Num;
use crate::filter::write::{exactly, path_text};
use crate::insight::Portfolio;
use crate::insight::portfolio::decided::{DAYS, Person};
use crate::insight::portfolio::tally::Count;
use crate::insight::portfolio::{Kpi, Leader, Path, PlaybookPlays, Segment, Stage, UnderReview};

/// The most lines of a group; the others are counted.
const MOST: usize = 20;
/// Of stages in segments only the greatest are of interest: the heat map has all of them.
const MOST_SPOTS: usize = 8;

/// Lines that belong together, and have one detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Headline,
    Investment,
    Kpis,
    Segments,
    Stages,
    Spots,
    Paths,
    Playbooks,
    Leaders,
    Review,
    Trend,
    Decided,
}

/// What is said of what is committed, and of all recommendations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Money {
    Plays,
    Cost,
    Value,
    Net,
    Roi,
}

/// A figure over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    HighRisk,
    Revenue,
}

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub enum Item<'a> {
    Heading(Group),
    /// Something said in place of lines, or after them.
    Note(Group, String),
    HighRisk,
    AtRisk,
    Plays,
    Waiting,
    /// Of what is committed, beside that of all recommendations.
    Money(Money),
    Kpi(&'a Kpi),
    Segment(&'a Segment),
    Stage(&'a Stage),
    /// The customers of a stage and segment.
    Spot(Spot<'a>),
    Path(&'a Path),
    Playbook(&'a PlaybookPlays),
    /// With its place.
    Leader(usize, &'a Leader),
    Review(&'a UnderReview),
    Direction,
    Series(Series),
    LastSnapshot,
    Person(&'a Person),
    Reason(&'a str, usize),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot<'a> {
    pub stage: Option<&'a str>,
    pub segment: &'a str,
    pub count: &'a Count,
}

/// The customers behind a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Behind {
    pub customers: usize,
    /// The filter that leaves them.
    pub filter: String,
}

/// All lines, in order.
pub fn items(figures: &Portfolio) -> Vec<Item<'_>> {
    let mut all = vec![Item::HighRisk, Item::AtRisk, Item::Plays, Item::Waiting];
    all.push(Item::Heading(Group::Investment));
    let money = [Money::Plays, Money::Cost, Money::Value, Money::Net, Money::Roi];
    all.extend(money.map(Item::Money));
    let group = |all: &mut Vec<Item<'_>>, group, none: &str, lines: usize| {
        all.push(Item::Heading(group));
        if lines == 0 {
            all.push(Item::Note(group, none.to_owned()));
        }
    };
    fn add<'a>(
        all: &mut Vec<Item<'a>>,
        group: Group,
        most: usize,
        lines: impl ExactSizeIterator<Item = Item<'a>>,
    ) {
        let more = lines.len().saturating_sub(most);
        all.extend(lines.take(most));
        if more > 0 {
            let more = crate::domain::money::count(more);
            all.push(Item::Note(group, format!("and {more} more")));
        }
    }
    group(&mut all, Group::Kpis, "no data", figures.kpis.len());
    add(&mut all, Group::Kpis, MOST, figures.kpis.iter().map(Item::Kpi));
    group(&mut all, Group::Segments, "no customers", figures.segments.len());
    add(&mut all, Group::Segments, MOST, figures.segments.iter().map(Item::Segment));
    group(&mut all, Group::Stages, "no customers", figures.stages.len());
    add(&mut all, Group::Stages, MOST, figures.stages.iter().map(Item::Stage));
    let spots = spots(figures);
    group(&mut all, Group::Spots, "no customers", spots.len());
    add(&mut all, Group::Spots, MOST_SPOTS, spots.into_iter().map(Item::Spot));
    group(&mut all, Group::Paths, "no forecast has a path", figures.paths.len());
    add(&mut all, Group::Paths, MOST, figures.paths.iter().map(Item::Path));
    group(&mut all, Group::Playbooks, "no recommendations", figures.playbooks.len());
    add(&mut all, Group::Playbooks, MOST, figures.playbooks.iter().map(Item::Playbook));
    group(&mut all, Group::Leaders, "no runs in the performance log", figures.leaderboard.len());
    let leaders = figures.leaderboard.iter().enumerate();
    add(&mut all, Group::Leaders, MOST, leaders.map(|(n, row)| Item::Leader(n + 1, row)));
    group(&mut all, Group::Review, "no playbook is below its limits", figures.under_review.len());
    add(&mut all, Group::Review, MOST, figures.under_review.iter().map(Item::Review));
    let snapshots = figures.trend.snapshots.len();
    let none = "no dated snapshot in portfolio_snapshots.json";
    group(&mut all, Group::Trend, none, snapshots);
    if snapshots > 1 {
        all.extend([Series::HighRisk, Series::Revenue].map(Item::Series));
        all.push(Item::Direction);
    }
    all.extend((snapshots > 0).then_some(Item::LastSnapshot));
    let decided = &figures.decided;
    let none = format!("no decisions in the last {DAYS} days");
    group(&mut all, Group::Decided, &none, decided.entries);
    add(&mut all, Group::Decided, MOST, decided.people.iter().map(Item::Person));
    let reasons = decided.reasons.iter().map(|(reason, times)| Item::Reason(reason, *times));
    add(&mut all, Group::Decided, MOST, reasons);
    all
}

/// Stages in segments with someone in them, the most revenue at risk first.
fn spots(figures: &Portfolio) -> Vec<Spot<'_>> {
    let spot = |(stage, segment, count)| Spot { stage, segment, count };
    let mut spots: Vec<Spot<'_>> = figures.grid.filled().map(spot).collect();
    spots.sort_by(|a, b| b.count.revenue.value().total_cmp(&a.count.revenue.value()));
    spots
}

impl Item<'_> {
    pub fn is_heading(&self) -> bool {
        matches!(self, Self::Heading(_))
    }

    pub fn group(&self) -> Group {
        match self {
            Self::Heading(group) | Self::Note(group, _) => *group,
            Self::HighRisk | Self::AtRisk | Self::Plays | Self::Waiting => Group::Headline,
            Self::Money(_) => Group::Investment,
            Self::Kpi(_) => Group::Kpis,
            Self::Segment(_) => Group::Segments,
            Self::Stage(_) => Group::Stages,
            Self::Spot(_) => Group::Spots,
            Self::Path(_) => Group::Paths,
            Self::Playbook(_) => Group::Playbooks,
            Self::Leader(..) => Group::Leaders,
            Self::Review(_) => Group::Review,
            Self::Direction | Self::Series(_) | Self::LastSnapshot => Group::Trend,
            Self::Person(_) | Self::Reason(..) => Group::Decided,
        }
    }

    /// What the line is about, whatever its numbers: another text for each line.
    pub fn about(&self) -> String {
        let of_two = |kind: &str, a: Option<&str>, b: Option<&str>| format!("{kind} {a:?} {b:?}");
        match self {
            Self::Heading(group) => format!("heading {group:?}"),
            // A group has one at a time, whatever it counts.
            Self::Note(group, _) => format!("note {group:?}"),
            Self::HighRisk
            | Self::AtRisk
            | Self::Plays
            | Self::Waiting
            | Self::Money(_)
            | Self::Direction
            | Self::Series(_)
            | Self::LastSnapshot => format!("{self:?}"),
            Self::Kpi(kpi) => of_two("kpi", Some(kpi.name), None),
            Self::Segment(row) => of_two("segment", Some(&row.segment), None),
            Self::Stage(row) => of_two("stage", row.stage.as_deref(), None),
            Self::Spot(spot) => of_two("spot", spot.stage, Some(spot.segment)),
            Self::Path(row) => of_two("path", Some(&path_text(&row.path)), None),
            Self::Playbook(row) => of_two("playbook", Some(&row.playbook_id), None),
            Self::Leader(_, row) => {
                of_two("leader", Some(&row.playbook_id), row.segment.as_deref())
            }
            Self::Review(row) => of_two("review", Some(&row.playbook_id), row.segment.as_deref()),
            Self::Person(person) => of_two("person", Some(&person.by), None),
            Self::Reason(reason, _) => of_two("reason", Some(reason), None),
        }
    }

    /// The customers behind the line's number, or why there are none.
    pub fn behind(&self, figures: &Portfolio, policy: &Policy) -> Result<Behind, String> {
        let behind = |customers, filter: String| match customers {
            0 => Err("No customers behind this line".to_owned()),
            customers => Ok(Behind { customers, filter }),
        };
        let none = |why: &str| Err(why.to_owned());
        match self {
            Self::HighRisk => {
                let filter = format!("risk>={}", Num(policy.targets.high_risk_at));
                behind(figures.customers_at_high_risk, filter)
            }
            // Everybody adds to it.
            Self::AtRisk => behind(figures.customers, String::new()),
            // What runs beside a customer's status has no term of the filter.
            Self::Money(_) => behind(
                figures.committed.plays - figures.committed.beside,
                "status:automatic,approved,overridden,running".to_owned(),
            ),
            Self::Plays => behind(figures.recommendations, "play=yes".to_owned()),
            Self::Waiting => {
                behind(figures.awaiting.plays, "status:pending,held,stale,expired".to_owned())
            }
            Self::Segment(row) => behind(row.customers, exactly("segment", Some(&row.segment))),
            Self::Stage(row) => behind(row.customers, exactly("stage", row.stage.as_deref())),
            Self::Spot(Spot { stage, segment, count }) => {
                let stage = exactly("stage", *stage);
                behind(count.customers, format!("{stage} {}", exactly("segment", Some(segment))))
            }
            Self::Path(row) => behind(row.customers, exactly("path", Some(&path_text(&row.path)))),
            Self::Playbook(row) => {
                behind(row.recommendations, exactly("playbook", Some(&row.playbook_id)))
            }
            Self::Kpi(_) => none("Measured over past runs, so there are no customers to list"),
            Self::Leader(..) | Self::Review(_) => {
                none("From the performance log, which names no customers; see Playbooks (3)")
            }
            Self::Direction | Self::Series(_) | Self::LastSnapshot => {
                none("From portfolio_snapshots.json, which names no customers")
            }
            Self::Person(_) | Self::Reason(..) => none("Counts decisions; see Activity (6)"),
            Self::Note(..) => none("The rest is in `nextplay report`"),
            Self::Heading(_) => none("No customers behind this line"),
        }
    }
}
