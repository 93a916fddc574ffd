//! A scenario to be computed, and its result with everything that the screen shows of it.

use std::sync::Arc;

use compact_str::CompactString;

use super::named::NamedScenario;
use super::plan::{PlanFigures, PlanResult, Planned};
use crate::insight::scenario::affected::Affected;
use crate::insight::scenario::{
    Change, Comparison, Exposure, MostAffected, Scenario, Totals, compare,
};
use crate::matching::Matching;
use crate::workspace::Snapshot;

/// Key of the risk from which on a customer is at high risk.
const HIGH_RISK_AT: &str = "targets.high_risk_at";

/// The most customers that a result lists one by one.
pub const MAX_CUSTOMERS: usize = 200;

/// A scenario to be computed. Its parts come from one moment.
#[derive(Debug, Clone)]
pub struct ScenarioRequest {
    /// The view that it is about.
    pub snapshot: Arc<Snapshot>,
    /// Counts up with every change.
    pub number: u64,
    /// The changed settings.
    pub scenario: Scenario,
    /// Dollars of the plan, if one is wanted.
    pub budget: Option<f64>,
    /// The scenario to compare with.
    pub compared: Option<NamedScenario>,
}

impl PartialEq for ScenarioRequest {
    fn eq(&self, other: &Self) -> bool {
        self.snapshot.generation == other.snapshot.generation && self.number == other.number
    }
}

/// The result of a scenario. Small, however many customers there are.
#[derive(Debug, Clone, Default)]
pub struct ScenarioResult {
    /// Generation of the view that it is about.
    pub generation: u64,
    /// Number of the request.
    pub number: u64,
    /// Totals with the current settings.
    pub before: Totals,
    /// Totals with the proposed settings.
    pub after: Totals,
    /// Customers at high risk with the current and with the proposed settings.
    pub exposure: (Exposure, Exposure),
    /// How many customers have another recommendation, in the order of [`Change::ALL`].
    pub counts: [usize; Change::ALL.len()],
    /// How many customers are newly at high risk, and how many no longer are.
    pub high_risk: (usize, usize),
    /// The first of those customers, by money.
    pub customers: Arc<[ChangedCustomer]>,
    /// What is known of the scenario that it is compared with.
    pub compared: Option<ComparedScenario>,
    /// Keys of the settings without effect, and why; empty while the result is not complete.
    pub idle: Vec<(String, String)>,
    /// The best plan for the budget.
    pub plan: Option<PlanResult>,
    /// False where reasons and plans are still to come.
    pub whole: bool,
}

/// A customer with another recommendation, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedCustomer {
    /// Id of the customer.
    pub customer_id: CompactString,
    /// Name of the customer, or the id again.
    pub name: CompactString,
    /// What kind of change it is; `None` where only the side of high risk is another one.
    pub change: Option<Change>,
    /// What the net value changes by, in dollars.
    pub net_change: f64,
    /// What changes, in words.
    pub words: String,
}

/// What is known of the scenario that is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedScenario {
    /// Its name.
    pub name: String,
    /// Its totals.
    pub totals: Totals,
    /// Customers at high risk with its settings.
    pub exposure: Exposure,
    /// How many customers have another recommendation, in the order of [`Change::ALL`].
    pub counts: [usize; Change::ALL.len()],
    /// Its plan for the budget, if there is one.
    pub plan: Option<PlanFigures>,
}

impl ScenarioResult {
    /// How many customers have another recommendation.
    pub fn customers(&self) -> usize {
        self.counts.iter().sum()
    }

    /// Why a setting has no effect, if so.
    pub fn why_idle(&self, key: &str) -> Option<&str> {
        self.idle.iter().find(|(idle, _)| idle == key).map(|(_, why)| why.as_str())
    }
}

impl ChangedCustomer {
    fn new(affected: &Affected, before: &Matching, after: &Matching) -> Option<Self> {
        let view = before.customer(affected.number)?;
        let row = affected.changed.and_then(|changed| changed.row(before, after));
        let side = affected.high_risk.map(|high| match high {
            true => "now at high risk".to_owned(),
            false => "no longer at high risk".to_owned(),
        });
        let labels = &after.policy().labels;
        let words: Vec<String> = row.map(|row| row.words(labels)).into_iter().chain(side).collect();
        Some(Self {
            customer_id: view.id().into(),
            name: view.name().unwrap_or(view.id()).into(),
            change: affected.change(),
            net_change: affected.net_change,
            words: words.join(", "),
        })
    }
}

fn counts(comparison: &Comparison) -> [usize; Change::ALL.len()] {
    Change::ALL.map(|change| comparison.count(change))
}

impl ScenarioRequest {
    /// Computes the result: first the comparison, then the reasons and the plans, which may take longer.
    /// Ends early once `outdated` returns true.
    pub fn compute(
        &self,
        outdated: &(dyn Fn() -> bool + Sync),
        tell: &mut dyn FnMut(ScenarioResult),
    ) {
        let found = self.compared(outdated);
        let Some((result, after, compared)) = found else { return };
        let more = self.takes_longer();
        tell(ScenarioResult { whole: !more, ..result.clone() });
        if more && let Some(result) = self.in_full(result, after, compared, outdated) {
            tell(result);
        }
    }

    /// The run that the scenarios start from.
    fn start(&self) -> Arc<Matching> {
        let compared = self.compared.iter().map(|compared| &compared.scenario);
        self.snapshot.before([&self.scenario].into_iter().chain(compared))
    }

    fn takes_longer(&self) -> bool {
        !self.scenario.settings.is_empty() || self.budget.is_some()
    }

    fn compared(
        &self,
        outdated: &(dyn Fn() -> bool + Sync),
    ) -> Option<(ScenarioResult, Matching, Option<Matching>)> {
        let start = self.start();
        let before = &*start;
        let after = self.scenario.run(before);
        let comparison = compare(before, &after, outdated)?;
        let affected = MostAffected::of(&comparison, before, &after, MAX_CUSTOMERS);
        let customers = affected.first.iter();
        let customers = customers.filter_map(|one| ChangedCustomer::new(one, before, &after));
        let customers = customers.collect();
        let mut compared_run = None;
        let mut compared = None;
        if let Some(NamedScenario { name, scenario, .. }) = &self.compared {
            let run = scenario.run(before);
            let comparison = compare(before, &run, outdated)?;
            let (counts, totals) = (counts(&comparison), comparison.after);
            let (name, exposure) = (name.clone(), Exposure::of(&run));
            compared = Some(ComparedScenario { name, totals, exposure, counts, plan: None });
            compared_run = Some(run);
        }
        let result = ScenarioResult {
            generation: self.snapshot.generation,
            number: self.number,
            before: comparison.before,
            after: comparison.after,
            exposure: (Exposure::of(before), Exposure::of(&after)),
            counts: counts(&comparison),
            high_risk: (affected.to_high_risk, affected.from_high_risk),
            customers,
            compared,
            ..ScenarioResult::default()
        };
        Some((result, after, compared_run))
    }

    fn in_full(
        &self,
        result: ScenarioResult,
        after: Matching,
        compared_run: Option<Matching>,
        outdated: &(dyn Fn() -> bool + Sync),
    ) -> Option<ScenarioResult> {
        let idle = self.scenario.idle(&self.start(), &after, outdated)?;
        let key = |setting: usize| self.scenario.settings.get(setting).map(|s| s.key());
        let idle = idle.into_iter().filter_map(|idle| Some((key(idle.setting)?, idle.why)));
        // No recommendation depends on it, but who is at high risk does.
        let moves = |key: &str| key == HIGH_RISK_AT && result.high_risk != (0, 0);
        let idle = idle.filter(|(key, _)| !moves(key));
        let mut result = ScenarioResult { idle: idle.collect(), whole: true, ..result };
        let Some(budget) = self.budget else { return Some(result) };
        let current = Planned::of(&self.snapshot, budget);
        let under = |matching: Matching| {
            let planned = || Planned::of(&self.snapshot.under(Arc::new(matching)), budget);
            (!outdated()).then(planned)
        };
        result.plan = Some(PlanResult::new(&current, &under(after)?));
        if let (Some(compared), Some(run)) = (&mut result.compared, compared_run) {
            compared.plan = Some(under(run)?.figures);
        }
        (!outdated()).then_some(result)
    }
}
