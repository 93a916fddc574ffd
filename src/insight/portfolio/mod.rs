//! The figures of the portfolio as a whole (`strategy.md`, *Figures of portfolio and report*): one
//! implementation for the report and for the screen.
//!
//! [`Portfolio::new`] computes all of them. Each kind has its file, and each type its place in
//! `report --format json` by its fields and their order:
//!
//! - [`tally`]: one pass over all customers, which everything that counts them is made from.
//! - [`groups`]: segments, stages, and the grid of both.
//! - [`paths`]: where forecasts see customers go.
//! - [`targets`]: the headline figures against their targets, and the level of a segment.
//! - [`investment`]: what the recommendations cost and bring, as a whole and by playbook, and what of it
//!   is committed.
//! - [`leaderboard`]: measured performance, and what of it is under review.
//! - [`kpis`]: success rate, override rate, average days to outcome.
//! - [`trend`]: the portfolio over time.
//! - [`decided`]: who decided what lately, and why.
//! - [`awaiting`]: what needs a decision, and since when.
//! - [`statements`]: sentences of fact.
//!
//! All money is in dollars. Sums do not depend on the number of threads.

pub mod awaiting;
pub mod decided;
pub mod groups;
pub mod investment;
pub mod kpis;
pub mod leaderboard;
pub mod paths;
pub mod statements;
pub mod tally;
pub mod targets;
#[cfg(test)]
mod tests;
pub mod trend;

pub use self::awaiting::{Awaiting, Wait};
pub use self::decided::Decided;
pub use self::groups::{Grid, Segment, Stage};
pub use self::investment::{Committed, CommittedPlays, Investment, PlaybookPlays};
pub use self::kpis::{Kpi, KpiStatus};
pub use self::leaderboard::{Leader, UnderReview};
pub use self::paths::Path;
pub use self::targets::{Level, Target, Verdict};
pub use self::trend::{Direction, Trend};

use self::tally::Tally;
use crate::domain::{Entry, Moment, Status};
use crate::matching::Matching;

/// What the figures are made from: a view of the workspace, whose `portfolio` gives them.
#[derive(Debug, Clone)]
pub struct Parts<'a> {
    /// The recommendations.
    pub matching: &'a Matching,
    /// Of each customer, in file order.
    pub statuses: &'a [Status],
    /// The customers that count, in ascending order; all of them where `None`.
    pub only: Option<&'a [usize]>,
    /// What runs, or may run by an override, in ascending order of the customers.
    pub committed: Vec<Committed>,
    /// All entries of the ledger.
    pub entries: Vec<&'a Entry>,
    /// The current time and time zone.
    pub now: &'a Moment,
}

/// Every figure of the portfolio at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Portfolio {
    /// Number of customers.
    pub customers: usize,
    /// At the policy's `targets.high_risk_at` and above.
    pub customers_at_high_risk: usize,
    /// Of all customers, those without a recommendation included.
    pub revenue_at_risk: f64,
    /// Of customers at high risk alone.
    pub revenue_at_risk_high: f64,
    /// Customers with a recommendation.
    pub recommendations: usize,
    /// Plays that need a decision.
    pub awaiting: Awaiting,
    /// The portfolio against its targets.
    pub verdict: Verdict,
    /// Both of them, also where no target is set.
    pub targets: Vec<Target>,
    /// Cost and value of all recommendations.
    pub investment: Investment,
    /// What is cleared to run or running.
    pub committed: CommittedPlays,
    /// By revenue at risk, the highest first, then by name.
    pub segments: Vec<Segment>,
    /// In the same order; one row without a name for customers without a stage, if there are any.
    pub stages: Vec<Stage>,
    /// Rows as in `stages`, columns as in `segments`.
    pub grid: Grid,
    /// By revenue at risk, the highest first.
    pub paths: Vec<Path>,
    /// What is recommended, by playbook; the most value first.
    pub playbooks: Vec<PlaybookPlays>,
    /// Every performance row, the highest ROI first.
    pub leaderboard: Vec<Leader>,
    /// Measured playbooks below the policy's minimum.
    pub under_review: Vec<UnderReview>,
    /// All three of them, in the order of `strategy.md`.
    pub kpis: Vec<Kpi>,
    /// The portfolio over time.
    pub trend: Trend,
    /// The last seven days of the ledger.
    pub decided: Decided,
    /// Sentences of fact.
    pub statements: Vec<String>,
}

impl Portfolio {
    /// All figures. Takes one pass over the customers and one over the outcomes; a million of each are
    /// some tens of milliseconds, so make it once for each view and keep it.
    pub fn new(parts: &Parts<'_>) -> Self {
        let Parts { matching, statuses, now, .. } = *parts;
        let (dataset, policy) = (matching.dataset(), matching.policy());
        let (tally, (kpis, saved)) = rayon::join(
            || Tally::new(matching, statuses, parts.only),
            || (kpis::kpis(dataset, &policy.targets), statements::Saved::of(dataset)),
        );
        let segments = groups::segments(&tally, &policy.targets);
        let stages = groups::stages(&tally);
        let grid = Grid::new(&tally, &stages, &segments);
        let total = tally.total();
        let targets = targets::targets(total.high_risk, total.revenue.value(), &policy.targets);
        let by_play = match parts.only {
            None => matching.customers_by_play(),
            Some(only) => investment::customers_by_play(matching, only),
        };
        let committed = investment::committed(&tally, &parts.committed, parts.only);
        let playbooks = investment::by_playbook(matching, &by_play);
        let leaderboard = leaderboard::leaderboard(dataset);
        let statements = statements::statements(matching, &tally, saved);
        Self {
            customers: total.customers,
            customers_at_high_risk: total.high_risk,
            revenue_at_risk: total.revenue.value(),
            revenue_at_risk_high: total.high_revenue.value(),
            recommendations: total.recommendations,
            awaiting: Awaiting::new(&tally),
            verdict: targets::verdict(&targets),
            targets,
            investment: Investment::of(matching, &by_play),
            committed,
            segments,
            stages,
            grid,
            paths: paths::paths(&tally, dataset),
            playbooks,
            leaderboard,
            under_review: leaderboard::under_review(dataset, &policy.targets),
            kpis,
            trend: Trend::new(dataset),
            decided: Decided::lately(parts.entries.iter().copied(), now),
            statements,
        }
    }
}
