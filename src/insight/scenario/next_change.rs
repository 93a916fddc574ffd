//! The next value of a setting at which some customer changes.
//!
//! A customer changes where another playbook is recommended, or none; where the recommendation needs
//! an approval and did not, or no longer does; and where the customer is at high risk and was not, or
//! no longer is. Amounts alone are no change: every cent of a cost changes them.
//!
//! The values are stepped in the precision of the setting: hundredths, dollars, runs. Each gate, limit
//! and rank changes once on the way up, so that where one value changes nothing for a customer against
//! the next one, the first change is found by halving: some dozen runs for a million dollars. Two values
//! are tried by themselves: the nearest one, as a value that is not there may stand for another, and 0,
//! which counts as not given.

use rayon::prelude::*;

use super::setting::Setting;
use super::totals::approved_anyway;
use super::{Scenario, SettingError};
use crate::domain::number::Num;
use crate::domain::policy_text::OFF;
use crate::domain::{json, number};
use crate::matching::Matching;
use crate::matching::population::CHUNK;
use crate::store::{PlayIx, PlaybookIx};

/// The highest amount, in dollars or runs, up to which a change is looked for.
const MOST: u64 = 1_000_000_000;

/// What the values of a setting are multiples of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// Hundredths from 0 to 1.
    Hundredths,
    /// Dollars; a limit that is off is above every amount.
    Dollars,
    /// Whole numbers; a limit that is off is below all of them.
    Count,
    /// The amounts of a list, all moved by as many dollars, none below 0.
    Range,
}

/// A search for the next change.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// The run that the scenario changes.
    pub current: &'a Matching,
    /// The changes so far.
    pub scenario: &'a Scenario,
    /// The setting, with the value to start from; it need not be one of the changes.
    pub setting: &'a Setting,
    /// What its values are multiples of.
    pub precision: Precision,
    /// The number to start from where the value is not set.
    pub initial: f64,
    /// True for the next higher value, false for the next lower one.
    pub up: bool,
}

/// What a search finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextChange {
    /// The nearest value at which a customer changes.
    At {
        /// The value, as a setting takes it.
        value: String,
        /// How many customers change there.
        customers: usize,
    },
    /// No customer changes up to the last value that was tried.
    NoneUpTo(String),
    /// There is no value in that direction.
    AtTheEnd,
}

impl Search<'_> {
    /// Finds the nearest value in one direction at which some customer changes. Returns `None` once
    /// `outdated` returns true.
    ///
    /// # Errors
    /// Where the setting does not take a value in between; it takes every one that a precision of its
    /// own kind gives.
    pub fn find(
        &self,
        outdated: &(dyn Fn() -> bool + Sync),
    ) -> Option<Result<NextChange, SettingError>> {
        let Some(ladder) = Ladder::new(self) else { return Some(Ok(NextChange::AtTheEnd)) };
        let mut refused = None;
        let from = Outcomes::of(self.scenario.run(self.current));
        let mut at = |step: u64| {
            let setting = self.setting.with_value(&ladder.at(step));
            let setting = setting.map_err(|error| refused = Some(error)).ok()?;
            let mut scenario = self.scenario.clone();
            scenario.put(setting);
            Some(Outcomes::of(scenario.run(self.current)))
        };
        let first = first_difference(ladder.steps, |step| from.differ(&at(step)?, outdated));
        let found = first.and_then(|first| {
            let Some(step) = first else {
                return Some(NextChange::NoneUpTo(ladder.at(ladder.steps)));
            };
            let customers = from.count(&at(step)?, outdated)?;
            Some(NextChange::At { value: ladder.at(step), customers })
        });
        match refused {
            Some(error) => Some(Err(error)),
            None => found.map(Ok),
        }
    }
}

/// The first of the steps from 1 that differs. They differ from one step on, but for the first and the
/// last one, which are tried by themselves.
fn first_difference(
    steps: u64,
    mut differs: impl FnMut(u64) -> Option<bool>,
) -> Option<Option<u64>> {
    if differs(1)? {
        return Some(Some(1));
    }
    let (mut same, mut other) = (1, steps.saturating_sub(1));
    if other > same && differs(other)? {
        while other - same > 1 {
            let middle = same + (other - same) / 2;
            *(if differs(middle)? { &mut other } else { &mut same }) = middle;
        }
        return Some(Some(other));
    }
    Some((steps > 1 && differs(steps)?).then_some(steps))
}

/// The values in one direction, the nearest first.
struct Ladder {
    precision: Precision,
    up: bool,
    /// The first value in hundredths or whole numbers.
    first: u64,
    /// The amounts of a list.
    amounts: Vec<f64>,
    /// How many values there are, at least 1.
    steps: u64,
}

impl Ladder {
    /// `None` where there is no value in that direction, or the value is not a number.
    fn new(search: &Search<'_>) -> Option<Self> {
        let Search { setting, precision, initial, up, .. } = *search;
        let value = setting.value();
        let ladder = |first, steps| {
            let amounts = Vec::new();
            (steps > 0).then_some(Self { precision, up, first, amounts, steps })
        };
        let highest = if precision == Precision::Hundredths { 100 } else { MOST };
        if precision == Precision::Range {
            let amounts: Vec<f64> = serde_json::from_str(&value).ok()?;
            let largest = amounts.iter().copied().reduce(f64::max)?;
            let steps = if up { MOST } else { largest.max(0.0).ceil() as u64 };
            return (steps > 0).then_some(Self { precision, up, first: 0, amounts, steps });
        }
        let number = match value.as_str() {
            OFF if precision == Precision::Dollars && up => return None,
            OFF if precision == Precision::Dollars => return ladder(highest, highest + 1),
            OFF if up => return ladder(0, highest + 1),
            OFF => return None,
            "null" => initial,
            text => text.parse().ok()?,
        };
        let units = if precision == Precision::Hundredths { number * 100.0 } else { number };
        // So much is within the rounding of a hundredth.
        const NEAR: f64 = 1e-9;
        // A number that is out of range is taken to the end of it.
        if up {
            let first = (units + NEAR).floor() as u64 + u64::from(units + NEAR >= 0.0);
            ladder(first, (highest + 1).saturating_sub(first))
        } else {
            let first = (units - NEAR).ceil() - 1.0;
            (first >= 0.0).then_some(())?;
            ladder((first as u64).min(highest), (first as u64).min(highest) + 1)
        }
    }

    /// The value of a step, from 1 on.
    fn at(&self, step: u64) -> String {
        if self.precision == Precision::Range {
            let by = if self.up { step as f64 } else { -(step as f64) };
            let moved = self.amounts.iter().map(|amount| Num((amount + by).max(0.0)));
            return json::line(&moved.collect::<Vec<_>>());
        }
        let further = step.saturating_sub(1);
        let units = match self.up {
            true => self.first.saturating_add(further),
            false => self.first.saturating_sub(further),
        };
        let number = match self.precision {
            Precision::Hundredths => units as f64 / 100.0,
            _ => units as f64,
        };
        number::Num(number).to_string()
    }
}

/// What is told apart of a run's customers.
struct Outcomes {
    run: Matching,
    /// Of each play its playbook, and whether it needs an approval whatever the account is worth.
    plays: Vec<Option<(PlaybookIx, bool)>>,
}

impl Outcomes {
    fn of(run: Matching) -> Self {
        let anyway = approved_anyway(&run);
        let playbook = |play: PlayIx| run.ranked(play).map(|ranked| ranked.playbook);
        let plays = run.play_numbers().zip(anyway);
        let plays = plays.map(|(play, anyway)| Some((playbook(play)?, anyway))).collect();
        Self { run, plays }
    }

    /// True where some customer is another one in the other run; `None` where `outdated` came true.
    fn differ(&self, other: &Self, outdated: &(dyn Fn() -> bool + Sync)) -> Option<bool> {
        let (same_data, same_policy) = (
            std::sync::Arc::ptr_eq(self.run.dataset(), other.run.dataset()),
            std::sync::Arc::ptr_eq(self.run.policy(), other.run.policy()),
        );
        if same_data && same_policy {
            return Some(false);
        }
        let any = |chunk: usize| outdated() || self.different(other, chunk).next().is_some();
        let found = self.chunks().into_par_iter().any(any);
        (!outdated()).then_some(found)
    }

    /// How many customers are another one in the other run; `None` where `outdated` came true.
    fn count(&self, other: &Self, outdated: &(dyn Fn() -> bool + Sync)) -> Option<usize> {
        let of_chunk = |chunk: usize| match outdated() {
            true => 0,
            false => self.different(other, chunk).count(),
        };
        let count = self.chunks().into_par_iter().map(of_chunk).sum();
        (!outdated()).then_some(count)
    }

    fn chunks(&self) -> std::ops::Range<usize> {
        0..self.run.len().div_ceil(CHUNK)
    }

    /// The customers of a chunk, by number, that are another one in the other run. A scenario leaves
    /// customers where they are.
    fn different<'a>(
        &'a self,
        other: &'a Self,
        chunk: usize,
    ) -> impl Iterator<Item = usize> + use<'a> {
        let first = chunk * CHUNK;
        let plays = self.run.plays_from(first).zip(other.run.plays_from(first)).take(CHUNK);
        let high_risk = |run: &Matching| run.policy().targets.high_risk_at;
        let (was_high, is_high) = (high_risk(&self.run), high_risk(&other.run));
        let by_account = [&self.run, &other.run]
            .into_iter()
            .any(|run| run.policy().approval.required_at_account_value.is_some());
        let risk_crosses = move |number: usize| {
            let risk = self.run.risk_score(number).unwrap_or_default();
            (risk >= was_high) != (risk >= is_high)
        };
        let differs = move |number: usize, (was, now): (Option<PlayIx>, Option<PlayIx>)| {
            let play = |of: &Self, play: Option<PlayIx>| {
                play.and_then(|play| of.plays.get(play.index()).copied().flatten())
            };
            let recommendations = match (play(self, was), play(other, now)) {
                (Some((was, _)), Some((now, _))) if was != now => true,
                (Some((_, was)), Some((_, now))) if by_account => {
                    let account =
                        self.run.customer(number).and_then(|view| view.known_account_value());
                    let asks = |of: &Self| of.run.policy().approval.asks_for_account(account);
                    (was || asks(self)) != (now || asks(other))
                }
                (was, now) => was != now,
            };
            recommendations || (was_high != is_high && risk_crosses(number))
        };
        (first..).zip(plays).filter(move |(number, plays)| differs(*number, *plays)).map(|(n, _)| n)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::insight::samples::{IDS, SEGMENTS, amount, any_matching, share};

    /// So many steps are tried one after the other.
    const TRIED: u64 = 150;

    /// What is told apart of a run, customer by customer.
    fn outcomes(run: &Matching) -> Vec<(Option<(String, bool)>, bool)> {
        let of = |number: usize| {
            let told = run.recommendation(number);
            let told = told.map(|r| (r.playbook_id.to_string(), r.requires_human_approval));
            let risk = run.risk_score(number).unwrap();
            (told, risk >= run.policy().targets.high_risk_at)
        };
        (0..run.len()).map(of).collect()
    }

    fn found(before: &Matching, text: &str, precision: Precision, up: bool) -> NextChange {
        let setting = Setting::parse(text, before.dataset()).unwrap();
        let scenario = Scenario { settings: vec![setting.clone()] };
        let (setting, scenario) = (&setting, &scenario);
        let search = Search { current: before, scenario, setting, precision, initial: 0.5, up };
        search.find(&|| false).unwrap().unwrap()
    }

    fn any_setting() -> impl Strategy<Value = (String, Precision)> {
        use Precision::{Count, Dollars, Hundredths, Range};
        let share = || prop_oneof![share().prop_map(|x| x.to_string()), Just("0.655".to_owned())];
        let limit =
            || prop_oneof![4 => amount().prop_map(|x| x.to_string()), 1 => Just(OFF.to_owned())];
        let key = |name: &'static str, precision| {
            move |value: String| (format!("{name}={value}"), precision)
        };
        let field = (0..4usize, 0..3usize, amount(), share(), any::<bool>());
        let field = field.prop_map(|(id, field, amount, share, null)| {
            let id = IDS[id];
            match field {
                0 if null => (format!("playbook.{id}.risk_threshold=null"), Hundredths),
                0 => (format!("playbook.{id}.risk_threshold={share}"), Hundredths),
                1 => (format!("playbook.{id}.avg_cost_estimate={amount}"), Dollars),
                _ => (format!("playbook.{id}.expected_value_range={amount},50.5"), Range),
            }
        });
        let row = (0..4usize, 0..3usize, amount()).prop_map(|(id, segment, amount)| {
            (format!("performance.{}.{}.avg_cost={amount}", IDS[id], SEGMENTS[segment]), Dollars)
        });
        prop_oneof![
            share().prop_map(key("matching.confidence_threshold", Hundredths)),
            share().prop_map(key("matching.confidence_margin", Hundredths)),
            share().prop_map(key("targets.high_risk_at", Hundredths)),
            limit().prop_map(key("approval.required_at_account_value", Dollars)),
            limit().prop_map(key("approval.required_at_cost", Dollars)),
            limit().prop_map(key("approval.required_below_runs", Count)),
            field,
            row,
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// The value that is found is the first one of all that are tried one after the other.
        #[test]
        fn the_next_change_is_that_of_trying_every_value(
            before in any_matching(),
            others in proptest::collection::vec(any_setting(), 0..3),
            (text, precision) in any_setting(),
            up in any::<bool>(),
        ) {
            let Ok(setting) = Setting::parse(&text, before.dataset()) else { return Ok(()) };
            let parsed = |text: &str| Setting::parse(text, before.dataset()).ok();
            let mut scenario = Scenario::default();
            for setting in others.iter().filter_map(|(text, _)| parsed(text)) {
                scenario.put(setting);
            }
            scenario.put(setting.clone());
            let (current, scenario, setting) = (&before, &scenario, &setting);
            let search = Search { current, scenario, setting, precision, initial: 0.5, up };
            let answer = search.find(&|| false).unwrap().unwrap();
            let Some(ladder) = Ladder::new(&search) else {
                prop_assert_eq!(answer, NextChange::AtTheEnd);
                return Ok(());
            };
            let from = outcomes(&scenario.run(&before));
            let changed = |value: &str| {
                let mut scenario = scenario.clone();
                scenario.put(setting.with_value(value).unwrap());
                let now = outcomes(&scenario.run(&before));
                from.iter().zip(&now).filter(|(was, now)| was != now).count()
            };
            let tried = (1..=ladder.steps.min(TRIED)).map(|step| ladder.at(step));
            let first = tried.map(|value| (changed(&value), value)).find(|(count, _)| *count > 0);
            match (first, &answer) {
                (Some((customers, value)), _) => {
                    prop_assert_eq!(answer, NextChange::At { value, customers }, "{}", setting);
                }
                // Further away than was tried: it changes there, and not one step before.
                (None, NextChange::At { value, customers }) => {
                    let step = (TRIED + 1..=ladder.steps).rev().take(1_000_000).chain(TRIED..1_000_000);
                    let step = step.into_iter().find(|step| ladder.at(*step) == *value);
                    prop_assert_eq!(changed(value), *customers);
                    if let Some(step) = step.filter(|step| *step != ladder.steps) {
                        prop_assert_eq!(changed(&ladder.at(step - 1)), 0);
                    }
                }
                (None, NextChange::NoneUpTo(last)) => prop_assert_eq!(changed(last), 0),
                (None, NextChange::AtTheEnd) => prop_assert!(false, "{} has values", setting),
            }
        }
    }

    #[test]
    fn values_go_by_their_precision_to_the_end() {
        use crate::insight::samples::{customer, dataset, playbook};
        let customers =
            [customer("C1", "SMB", "s", 0.62, 99_999.5), customer("C2", "SMB", "s", 0.7, 9.0)];
        let playbooks =
            [playbook("A", &["All"], 0.3, 10.0, 500.0), playbook("B", &["All"], 0.3, 9.0, 90.0)];
        let before = Matching::new(dataset(&customers, &playbooks, &[]), Default::default());
        let at = |value: &str, customers| NextChange::At { value: value.to_owned(), customers };
        let up = |text: &str, precision| found(&before, text, precision, true);
        let down = |text: &str, precision| found(&before, text, precision, false);
        use Precision::{Count, Dollars, Hundredths, Range};
        assert_eq!(up("matching.confidence_threshold=0.5", Hundredths), at("0.83", 1));
        assert_eq!(up("matching.confidence_threshold=0.83", Hundredths), at("0.9", 1));
        let none = |last: &str| NextChange::NoneUpTo(last.to_owned());
        assert_eq!(up("matching.confidence_threshold=0.9", Hundredths), none("1"));
        assert_eq!(up("matching.confidence_threshold=1", Hundredths), NextChange::AtTheEnd);
        assert_eq!(down("targets.high_risk_at=0.9", Hundredths), at("0.7", 1));
        assert_eq!(down("approval.required_at_account_value=off", Dollars), at("99999", 1));
        assert_eq!(up("approval.required_at_account_value=99999", Dollars), at("100000", 1));
        assert_eq!(up("approval.required_at_account_value=off", Dollars), NextChange::AtTheEnd);
        assert_eq!(
            up("approval.required_below_runs=off", Count),
            at("1", 2),
            "no one gave runs: no limit is met"
        );
        assert_eq!(up("approval.required_below_runs=1", Count), none("1000000000"));
        assert_eq!(up("playbook.A.avg_cost_estimate=10", Dollars), at("51", 2), "ROI below 10");
        assert_eq!(
            down("playbook.A.avg_cost_estimate=10", Dollars),
            at("0", 2),
            "then it has no ROI"
        );
        assert_eq!(down("playbook.A.expected_value_range=500,500", Range), at("[99,99]", 2));
    }
}
