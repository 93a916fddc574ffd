//! The lines of the portfolio: which there are, what each is about, and which customers are behind it.

use super::calibration::name;
use super::{Shown, experiments, names};
use crate::domain::number::Num;
use crate::domain::{Labels, Policy};
use crate::filter::write::{exactly, path_text};
use crate::insight::Portfolio;
use crate::insight::experiment::ExperimentResult;
use crate::insight::experiment::result::ArmResult;
use crate::insight::learning::calibration::Saved;
use crate::insight::portfolio::decided::Person;
use crate::insight::portfolio::tally::Count;
use crate::insight::portfolio::{Kpi, Leader, Path, PlaybookPlays, Segment, Stage, UnderReview};
use crate::tui::widget::list_order::{SortColumn, SortKey};
use crate::tui::widget::words::Words;

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
    Experiments,
    Calibration,
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
    HighRiskRevenue,
    Plays,
    Waiting,
    /// Of what is committed, beside that of all recommendations.
    Money(Money),
    Kpi(&'a Kpi),
    Experiment(&'a ExperimentResult),
    /// An arm of an experiment.
    Arm(&'a ExperimentResult, &'a ArmResult),
    /// What was saved against what was expected, by a playbook or by all.
    Saved(SavedRow<'a>),
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
pub struct SavedRow<'a> {
    /// The playbook; all of them where `None`.
    pub id: Option<&'a str>,
    pub title: &'a str,
    pub saved: &'a Saved,
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

/// Tells what a line is sorted by.
type KeyOf = fn(&Item<'_>, &Labels) -> SortKey;

/// What the lines of a group can be sorted by, and how; first the order of the report.
pub const ORDERS: [(SortColumn, KeyOf); 4] = [
    (by("report_order", "report order", false), |_, _| SortKey::Number(None)),
    (by("name", "name", false), |item, labels| SortKey::text(&names::label(item, labels))),
    (by("count", "count", true), |item, _| SortKey::Number(item.count())),
    (by("amount", "amount", true), |item, _| SortKey::Number(item.amount())),
];

/// Places in [`ORDERS`].
pub const BY_NAME: usize = 1;
pub const BY_COUNT: usize = 2;
pub const BY_AMOUNT: usize = 3;

const fn by(code: &'static str, name: &'static str, largest_first: bool) -> SortColumn {
    SortColumn { code, name, largest_first }
}

/// All lines that the filter leaves, in order, with the headings of their groups.
pub fn items<'a>(shown: Shown<'a>) -> Vec<Item<'a>> {
    let figures = shown.figures;
    let mut lines = Lines { shown, words: Words::new(shown.filter), all: Vec::new() };
    let headline =
        [Item::HighRisk, Item::AtRisk, Item::HighRiskRevenue, Item::Plays, Item::Waiting];
    lines.add(Group::Headline, headline, usize::MAX);
    let money = [Money::Plays, Money::Cost, Money::Value, Money::Net, Money::Roi];
    lines.add(Group::Investment, money.map(Item::Money), usize::MAX);
    lines.add(Group::Kpis, figures.kpis.iter().map(Item::Kpi), MOST);
    if !shown.experiments.is_empty() {
        let arms = |result: &'a ExperimentResult| {
            let arms = result.arms.iter().map(|arm| Item::Arm(result, arm));
            std::iter::once(Item::Experiment(result)).chain(arms)
        };
        let results = experiments::in_order(shown.experiments).into_iter();
        lines.add(Group::Experiments, results.flat_map(arms), 2 * MOST);
    }
    lines.add(Group::Segments, figures.segments.iter().map(Item::Segment), MOST);
    lines.add(Group::Stages, figures.stages.iter().map(Item::Stage), MOST);
    lines.add(Group::Spots, spots(figures).into_iter().map(Item::Spot), MOST_SPOTS);
    lines.add(Group::Paths, figures.paths.iter().map(Item::Path), MOST);
    lines.add(Group::Playbooks, figures.playbooks.iter().map(Item::Playbook), MOST);
    let leaders = figures.leaderboard.iter().enumerate();
    lines.add(Group::Leaders, leaders.map(|(n, row)| Item::Leader(n + 1, row)), MOST);
    lines.add(Group::Review, figures.under_review.iter().map(Item::Review), MOST);
    let calibration = shown.calibration;
    if calibration.all.ratio.is_some() {
        let playbooks = calibration.playbooks.iter();
        let row = |id: Option<&'a str>, saved: &'a Saved| {
            Item::Saved(SavedRow { id, title: name(id, shown.dataset), saved })
        };
        let playbooks = playbooks.map(|of| row(Some(&of.playbook_id), &of.saved));
        let all = std::iter::once(row(None, &calibration.all));
        lines.add(Group::Calibration, all.chain(playbooks), MOST);
    }
    let snapshots = figures.trend.snapshots.len();
    let over_time = [Series::HighRisk, Series::Revenue].map(Item::Series);
    let over_time = over_time.into_iter().chain([Item::Direction]).filter(|_| snapshots > 1);
    lines.add(Group::Trend, over_time.chain((snapshots > 0).then_some(Item::LastSnapshot)), MOST);
    let people = figures.decided.people.iter().map(Item::Person);
    let reasons = figures.decided.reasons.iter();
    let reasons = reasons.map(|(reason, times)| Item::Reason(reason, *times));
    lines.add(Group::Decided, people.chain(reasons), 2 * MOST);
    lines.all
}

/// The lines so far.
struct Lines<'a> {
    shown: Shown<'a>,
    words: Words,
    all: Vec<Item<'a>>,
}

impl<'a> Lines<'a> {
    /// Adds a group: its heading, the lines that the filter leaves, and how many more there are than
    /// `most`.
    fn add(&mut self, group: Group, lines: impl IntoIterator<Item = Item<'a>>, most: usize) {
        let labels = &self.shown.policy.labels;
        let mut lines: Vec<Item<'_>> = lines.into_iter().collect();
        let nothing = lines.is_empty();
        if !self.words.is_empty() {
            lines.retain(|item| self.words.are_in(&names::texts(item, labels)));
            if lines.is_empty() {
                return;
            }
        }
        let order = self.shown.order;
        if let Some((_, key)) = ORDERS.get(order.column).filter(|_| group.is_sorted()) {
            order.sort(&mut lines, |item| key(item, labels));
        }
        if group != Group::Headline {
            self.all.push(Item::Heading(group));
        }
        if nothing && let Some(none) = names::nothing(group) {
            self.all.push(Item::Note(group, none));
        }
        let more = lines.len().saturating_sub(most);
        self.all.extend(lines.into_iter().take(most));
        if more > 0 {
            let more = crate::domain::money::count(more);
            self.all.push(Item::Note(group, format!("and {more} more")));
        }
    }
}

impl Group {
    /// False where each line is something of its own, in an order that means something.
    fn is_sorted(self) -> bool {
        !matches!(
            self,
            Self::Headline
                | Self::Investment
                | Self::Kpis
                | Self::Trend
                | Self::Experiments
                | Self::Calibration
        )
    }
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

    /// True of a line with a figure.
    pub fn is_line(&self) -> bool {
        !matches!(self, Self::Heading(_) | Self::Note(..))
    }

    /// How many things it counts.
    fn count(&self) -> Option<f64> {
        Some(match self {
            Self::Segment(row) => row.customers as f64,
            Self::Stage(row) => row.customers as f64,
            Self::Spot(spot) => spot.count.customers as f64,
            Self::Path(row) => row.customers as f64,
            Self::Playbook(row) => row.recommendations as f64,
            Self::Leader(_, row) => row.runs?,
            Self::Person(person) => person.entries as f64,
            Self::Reason(_, times) => *times as f64,
            _ => return None,
        })
    }

    /// Its amount in dollars, or its ROI.
    fn amount(&self) -> Option<f64> {
        Some(match self {
            Self::Segment(row) => row.revenue_at_risk,
            Self::Stage(row) => row.revenue_at_risk,
            Self::Spot(spot) => spot.count.revenue.value(),
            Self::Path(row) => row.revenue_at_risk,
            Self::Playbook(row) => row.expected_value,
            Self::Leader(_, row) => row.roi_ratio?,
            Self::Review(row) => row.roi?,
            _ => return None,
        })
    }

    pub fn group(&self) -> Group {
        match self {
            Self::Heading(group) | Self::Note(group, _) => *group,
            Self::HighRisk | Self::AtRisk | Self::HighRiskRevenue | Self::Plays | Self::Waiting => {
                Group::Headline
            }
            Self::Money(_) => Group::Investment,
            Self::Kpi(_) => Group::Kpis,
            Self::Experiment(_) | Self::Arm(..) => Group::Experiments,
            Self::Saved(_) => Group::Calibration,
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
            | Self::HighRiskRevenue
            | Self::Plays
            | Self::Waiting
            | Self::Money(_)
            | Self::Direction
            | Self::Series(_)
            | Self::LastSnapshot => format!("{self:?}"),
            Self::Kpi(kpi) => of_two("kpi", Some(kpi.name), None),
            Self::Experiment(result) => of_two("experiment", Some(&result.id), None),
            Self::Arm(result, arm) => of_two("arm", Some(&result.id), Some(&arm.arm)),
            Self::Saved(row) => of_two("saved", row.id, None),
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
            Self::HighRisk | Self::HighRiskRevenue => {
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
            Self::Saved(_) => none("Measured over past outcomes; see Playbooks (3)"),
            Self::Kpi(_) => none("Measured over past runs, so there are no customers to list"),
            // Who was in it before counts as well.
            Self::Experiment(result) | Self::Arm(result, _) => Err(format!(
                "In Customers (2), /{} lists the customers in it now",
                exactly("experiment", Some(&result.id))
            )),
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
