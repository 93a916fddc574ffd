//! What needs a decision, and since when.

use jiff::civil::Date;

use super::tally::Tally;
use crate::domain::time::days_between;
use crate::domain::{Status, Sum};

/// How much needs a decision.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Awaiting {
    /// All that need a decision: the queue.
    pub plays: usize,
    /// Number of pending plays.
    pub pending: usize,
    /// Number of stale plays.
    pub stale: usize,
    /// Number of expired plays.
    pub expired: usize,
    /// Number of held plays.
    pub held: usize,
    /// Dollars, of those customers.
    pub revenue_at_risk: f64,
}

impl Awaiting {
    /// Counts the plays that need a decision.
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
    /// Since when; `None` where no date is known.
    pub since: Option<Date>,
}

impl Wait {
    /// Returns the days that it has waited so far; `None` where no date is known.
    pub fn days(&self, today: Date) -> Option<usize> {
        usize::try_from(days_between(self.since?, today)).ok()
    }
}
