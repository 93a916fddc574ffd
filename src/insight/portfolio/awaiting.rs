//! What needs a decision, and since when.

use jiff::Timestamp;

use super::tally::Tally;
use crate::domain::{Status, Sum};
use crate::insight::export::{newest_date, point_in_time};
use crate::matching::Matching;

/// How much needs a decision.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Awaiting {
    /// All that need a decision: the queue.
    pub plays: usize,
    /// Those that need an approval and have no decision that stands.
    pub pending: usize,
    /// Those whose last decision was about something else than what stands now.
    pub stale: usize,
    /// Those whose approval is older than the policy allows.
    pub expired: usize,
    /// Those that need no approval, but whose source data has an error.
    pub held: usize,
    /// Dollars, of those customers.
    pub revenue_at_risk: f64,
}

impl Awaiting {
    /// Returns the counts of the statuses that need a decision.
    pub fn new(tally: &Tally) -> Self {
        let of = |status| tally.of_status(status).copied().unwrap_or_default();
        let (pending, stale) = (of(Status::Pending), of(Status::Stale));
        let (expired, held) = (of(Status::Expired), of(Status::Held));
        let all = [pending, stale, expired, held];
        let mut revenue = Sum::default();
        all.iter().for_each(|one| revenue.join(one.revenue));
        Self {
            plays: all.iter().map(|one| one.customers).sum(),
            pending: pending.customers,
            stale: stale.customers,
            expired: expired.customers,
            held: held.customers,
            revenue_at_risk: revenue.value(),
        }
    }
}

/// A customer that needs a decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wait {
    /// The customer's.
    pub number: usize,
    /// Since when; `None` where no date tells.
    pub since: Option<Since>,
}

/// Since when a customer waits, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Since {
    /// A deferral was over, or an approval expired.
    Decision(Timestamp),
    /// The newest row about the customer: with it the play came to be what it is.
    Data(Timestamp),
}

impl Since {
    /// Returns the moment, whichever way it is known.
    pub fn at(self) -> Timestamp {
        match self {
            Self::Decision(at) | Self::Data(at) => at,
        }
    }

    /// Whole days until then; 0 for a date to come.
    pub fn days(self, now: Timestamp) -> i64 {
        (now.as_second().saturating_sub(self.at().as_second()) / 86_400).max(0)
    }
}

impl Wait {
    /// `dated` is the moment from which a decision made the customer wait, where one did.
    pub fn new(matching: &Matching, number: usize, dated: Option<Timestamp>) -> Self {
        let of_data = || newest_date(matching.dataset(), number).and_then(point_in_time);
        let since = dated.map(Since::Decision).or_else(|| of_data().map(Since::Data));
        Self { number, since }
    }
}
