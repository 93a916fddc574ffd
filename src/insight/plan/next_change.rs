//! The next budget with another plan.

use rustc_hash::FxHashMap;

use super::{Plan, Planner};
use crate::domain::number::Num;
use crate::insight::scenario::NextChange;

/// So many dollars further are tried, one after the other: a plan follows no rule by which any could be
/// left out.
const MOST: u64 = 2_000;

impl Planner {
    /// Finds the nearest budget in whole dollars, above or below one, with other plays in its plan, and for
    /// how many customers. Returns `None` once `outdated` returns true.
    pub fn next_change(
        &self,
        budget: f64,
        up: bool,
        outdated: &dyn Fn() -> bool,
    ) -> Option<NextChange> {
        let from = self.kinds.best(budget);
        let plays = |plan: &Plan| -> FxHashMap<usize, _> {
            plan.plays.iter().map(|play| (play.customer, play.playbook)).collect()
        };
        let was = plays(&self.plan(budget));
        let first = if up { budget.floor() + 1.0 } else { budget.ceil() - 1.0 };
        if first < 0.0 {
            return Some(NextChange::AtTheEnd);
        }
        let mut last = first;
        for step in 0..MOST {
            let next = if up { first + step as f64 } else { first - step as f64 };
            if next < 0.0 {
                break;
            }
            if outdated() {
                return None;
            }
            last = next;
            // Where each kind of customer gets the same, the plays are the same.
            if self.kinds.best(next).levels == from.levels {
                continue;
            }
            let now = plays(&self.plan(next));
            let lost =
                was.iter().filter(|(customer, play)| now.get(customer) != Some(play)).count();
            let gained = now.keys().filter(|customer| !was.contains_key(customer)).count();
            if lost + gained > 0 {
                let value = Num(next).to_string();
                return Some(NextChange::At { value, customers: lost + gained });
            }
        }
        Some(NextChange::NoneUpTo(Num(last).to_string()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::May;
    use super::*;
    use crate::insight::samples::any_matching;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn the_next_budget_is_the_first_with_another_plan(
            matching in any_matching(),
            budget in 0u32..120,
            up in any::<bool>(),
        ) {
            let planner = Planner::new(&matching, |_| May::Candidates);
            let budget = f64::from(budget);
            let plays = |budget: f64| planner.plan(budget).plays;
            let was = plays(budget);
            let step = if up { 1.0 } else { -1.0 };
            let tried = (1..=150).map(|n| budget + step * f64::from(n)).filter(|next| *next >= 0.0);
            let first = tried.into_iter().find(|next| plays(*next) != was);
            let found = planner.next_change(budget, up, &|| false).unwrap();
            match (first, found) {
                (Some(first), NextChange::At { value, .. }) => {
                    prop_assert_eq!(value, Num(first).to_string());
                }
                (first, found) => prop_assert_eq!(first, None, "{:?}", found),
            }
        }
    }
}
