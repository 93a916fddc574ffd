//! The plan for a budget, with the plays that the screen lists.

use std::sync::Arc;

use compact_str::CompactString;
use rustc_hash::FxHashSet;

use crate::insight::plan::{self, Plan};
use crate::matching::Matching;
use crate::store::PlaybookIx;
use crate::workspace::Snapshot;

/// The most plays that a result lists.
pub const MAX_PLAYS: usize = 200;

/// The figures of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanFigures {
    /// Without its plays.
    pub plan: Plan,
    /// How many plays it has.
    pub plays: usize,
    /// What its plays bring, in dollars.
    pub value: f64,
}

/// The plan of one run.
pub struct Planned {
    /// Its figures.
    pub figures: PlanFigures,
    plays: Vec<plan::Planned>,
    run: Arc<Matching>,
}

impl Planned {
    /// Plans the customers of a view for a budget in dollars.
    pub fn of(snapshot: &Snapshot, budget: f64) -> Self {
        let mut plan = snapshot.plan(budget);
        let plays = std::mem::take(&mut plan.plays);
        let value = plan.spent + plan.net_value;
        let figures = PlanFigures { plan, plays: plays.len(), value };
        Self { figures, plays, run: Arc::clone(&snapshot.matching) }
    }

    /// The customers of the plan, each with the playbook.
    fn pairs(&self) -> FxHashSet<(usize, PlaybookIx)> {
        self.plays.iter().map(|play| (play.customer, play.playbook)).collect()
    }
}

/// A plan with the current and with the proposed settings.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanResult {
    /// With the current settings.
    pub current: PlanFigures,
    /// With the proposed settings.
    pub proposed: PlanFigures,
    /// The first plays of the proposed plan and those that it no longer has, in file order.
    pub plays: Arc<[PlanPlay]>,
    /// How many plays there are in all, listed or not.
    pub in_all: usize,
}

/// A play of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanPlay {
    /// How it differs from the current plan.
    pub change: PlanChange,
    /// Id of the customer.
    pub customer_id: CompactString,
    /// Name of the customer, or the id again.
    pub name: CompactString,
    /// Name of the playbook.
    pub playbook: CompactString,
    /// Dollars.
    pub cost: f64,
    /// Dollars.
    pub value: f64,
}

/// How a play differs from the current plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlanChange {
    /// In both plans.
    Same,
    /// Only in the current one.
    Dropped,
    /// Only in the proposed one.
    Added,
}

impl PlanResult {
    /// Puts two plans side by side.
    pub fn new(current: &Planned, proposed: &Planned) -> Self {
        let (was, is) = (current.pairs(), proposed.pairs());
        let dropped =
            current.plays.iter().filter(|play| !is.contains(&(play.customer, play.playbook)));
        let dropped = dropped.map(|play| (play, PlanChange::Dropped));
        let kept = proposed.plays.iter().map(|play| {
            let known = was.contains(&(play.customer, play.playbook));
            (play, if known { PlanChange::Same } else { PlanChange::Added })
        });
        let mut all: Vec<(&plan::Planned, PlanChange)> = dropped.chain(kept).collect();
        all.sort_by_key(|(play, change)| (play.customer, *change));
        let in_all = all.len();
        let row = |(play, change): (&plan::Planned, PlanChange)| {
            let run = if change == PlanChange::Dropped { &current.run } else { &proposed.run };
            let told = play.recommendation(run)?;
            let name = run.customer(play.customer)?.name().map(CompactString::from);
            Some(PlanPlay {
                change,
                name: name.unwrap_or_else(|| told.customer_id.clone()),
                playbook: told.playbook_title().into(),
                customer_id: told.customer_id,
                cost: told.expected_cost,
                value: told.expected_value,
            })
        };
        Self {
            current: current.figures.clone(),
            proposed: proposed.figures.clone(),
            plays: all.into_iter().take(MAX_PLAYS).filter_map(row).collect(),
            in_all,
        }
    }
}
