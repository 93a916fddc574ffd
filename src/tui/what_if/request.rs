//! What would be under other settings: the question, and its answer with everything that the screen
//! shows of it.

use std::sync::Arc;

use compact_str::CompactString;

use super::named::NamedScenario;
use crate::insight::plan::Plan;
use crate::insight::scenario::{Change, Comparison, Scenario, Totals, compare};
use crate::matching::Matching;
use crate::workspace::Snapshot;

/// The most customers that an answer tells about one by one.
pub const MAX_CUSTOMERS: usize = 200;

/// Something to be found out. Its parts come from one moment.
#[derive(Debug, Clone)]
pub struct ScenarioRequest {
    pub snapshot: Arc<Snapshot>,
    pub number: u64,
    pub scenario: Scenario,
    /// Dollars.
    pub budget: Option<f64>,
    /// A variant laid beside.
    pub compared: Option<NamedScenario>,
}

impl PartialEq for ScenarioRequest {
    fn eq(&self, other: &Self) -> bool {
        self.snapshot.generation == other.snapshot.generation && self.number == other.number
    }
}

/// What was found out. Small, however many customers there are.
#[derive(Debug, Clone, Default)]
pub struct ScenarioResult {
    /// Of the view that it is about.
    pub generation: u64,
    /// Of the question.
    pub number: u64,
    pub before: Totals,
    pub after: Totals,
    /// How many customers have another recommendation, in the order of [`Change::ALL`].
    pub counts: [usize; Change::ALL.len()],
    /// The first of those customers.
    pub customers: Arc<[ChangedCustomer]>,
    pub compared: Option<ComparedScenario>,
    /// Keys of the settings that nobody feels, and why; empty while the answer is not whole.
    pub idle: Vec<(String, String)>,
    /// What the budget brings today and here.
    pub plans: Option<(PlanTotals, PlanTotals)>,
    /// False where reasons and plans are still to come.
    pub whole: bool,
}

/// A customer with another recommendation, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedCustomer {
    pub customer_id: CompactString,
    pub change: Change,
    pub words: String,
}

/// What is known of the variant laid beside.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedScenario {
    pub name: String,
    pub totals: Totals,
    pub counts: [usize; Change::ALL.len()],
    pub plan: Option<PlanTotals>,
}

/// A plan, without its plays one by one.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanTotals {
    pub figures: Plan,
    pub plays: usize,
}

impl PlanTotals {
    fn of(snapshot: &Snapshot, budget: f64) -> Self {
        let plan = snapshot.plan(budget);
        let plays = plan.plays.len();
        Self { figures: Plan { plays: Vec::new(), ..plan }, plays }
    }
}

impl ScenarioResult {
    /// How many customers have another recommendation.
    pub fn customers(&self) -> usize {
        self.counts.iter().sum()
    }

    /// Why nobody feels a setting, if so.
    pub fn why_idle(&self, key: &str) -> Option<&str> {
        self.idle.iter().find(|(idle, _)| idle == key).map(|(_, why)| why.as_str())
    }
}

fn counts(comparison: &Comparison) -> [usize; Change::ALL.len()] {
    Change::ALL.map(|change| comparison.count(change))
}

impl ScenarioRequest {
    /// Finds it out: first the comparison, then with the same the reasons and the plans, which may take
    /// longer. Ends early where `outdated` comes true.
    pub fn answer(
        &self,
        outdated: &(dyn Fn() -> bool + Sync),
        tell: &mut dyn FnMut(ScenarioResult),
    ) {
        let found = self.compared(outdated);
        let Some((answer, after, compared)) = found else { return };
        let more = self.takes_longer();
        tell(ScenarioResult { whole: !more, ..answer.clone() });
        if more && let Some(answer) = self.in_full(answer, after, compared, outdated) {
            tell(answer);
        }
    }

    fn takes_longer(&self) -> bool {
        !self.scenario.settings.is_empty() || self.budget.is_some()
    }

    fn compared(
        &self,
        outdated: &(dyn Fn() -> bool + Sync),
    ) -> Option<(ScenarioResult, Matching, Option<Matching>)> {
        let before = &*self.snapshot.matching;
        let after = self.scenario.run(before);
        let comparison = compare(before, &after, outdated)?;
        let customers = comparison.customers.iter().take(MAX_CUSTOMERS).filter_map(|changed| {
            let row = changed.row(before, &after)?;
            let words = row.words();
            Some(ChangedCustomer { customer_id: row.customer_id, change: row.change, words })
        });
        let customers = customers.collect();
        let mut compared_run = None;
        let mut compared = None;
        if let Some(NamedScenario { name, scenario, .. }) = &self.compared {
            let run = scenario.run(before);
            let comparison = compare(before, &run, outdated)?;
            let (counts, totals) = (counts(&comparison), comparison.after);
            compared = Some(ComparedScenario { name: name.clone(), totals, counts, plan: None });
            compared_run = Some(run);
        }
        let answer = ScenarioResult {
            generation: self.snapshot.generation,
            number: self.number,
            before: comparison.before,
            after: comparison.after,
            counts: counts(&comparison),
            customers,
            compared,
            ..ScenarioResult::default()
        };
        Some((answer, after, compared_run))
    }

    fn in_full(
        &self,
        answer: ScenarioResult,
        after: Matching,
        compared_run: Option<Matching>,
        outdated: &(dyn Fn() -> bool + Sync),
    ) -> Option<ScenarioResult> {
        let idle = self.scenario.idle(&self.snapshot.matching, &after, outdated)?;
        let key = |setting: usize| self.scenario.settings.get(setting).map(|s| s.key());
        let idle = idle.into_iter().filter_map(|idle| Some((key(idle.setting)?, idle.why)));
        let mut answer = ScenarioResult { idle: idle.collect(), whole: true, ..answer };
        let Some(budget) = self.budget else { return Some(answer) };
        let today = PlanTotals::of(&self.snapshot, budget);
        let under = |matching: Matching| {
            let planned = || PlanTotals::of(&self.snapshot.under(Arc::new(matching)), budget);
            (!outdated()).then(planned)
        };
        answer.plans = Some((today, under(after)?));
        if let (Some(compared), Some(run)) = (&mut answer.compared, compared_run) {
            compared.plan = Some(under(run)?);
        }
        (!outdated()).then_some(answer)
    }
}
