//! What was saved against what was expected, and churn against its forecasts (`learning.md`, *Calibration*).

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::counted::Counted;
use crate::domain::policy::Policy;
use crate::domain::time::days_between;
use crate::domain::{Sum, number};
use crate::store::Dataset;
use crate::store::dataset::fields;

/// Fewer outcomes than this show no ratio.
pub const SHOWN_FROM: usize = 8;
/// The horizon of forecasts, in days, where no experiment of the policy has one.
pub const HORIZON_DAYS: f64 = 90.0;

/// How far expectations came true. Serialized it is the report's `calibration`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Over all playbooks.
    pub all: Saved,
    /// Playbooks with an outcome that counts, in the order of their file.
    pub playbooks: Vec<SavedOf>,
    /// Forecasts of churn; `None` where no customer has a `churned_at` in the past, or no forecast is old enough.
    pub churn: Option<ChurnForecasts>,
}

/// What was saved against what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Saved {
    /// Outcomes that count: those that `learn` counts, with the amount saved and an expected value above 0.
    pub outcomes: usize,
    /// The sum of what was expected of them, in dollars.
    #[serde(serialize_with = "number::serialize")]
    pub expected: f64,
    /// The sum of what was saved, in dollars.
    #[serde(serialize_with = "number::serialize")]
    pub saved: f64,
    /// Saved ÷ expected; `None` below [`SHOWN_FROM`] outcomes.
    #[serde(serialize_with = "number::serialize_option")]
    pub ratio: Option<f64>,
    /// The ends of the ratio's 95% interval.
    #[serde(serialize_with = "number::serialize_option")]
    pub low: Option<f64>,
    /// See `low`.
    #[serde(serialize_with = "number::serialize_option")]
    pub high: Option<f64>,
}

/// A playbook's part of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SavedOf {
    /// The playbook's id.
    pub playbook_id: String,
    /// The figures.
    #[serde(flatten)]
    pub saved: Saved,
}

/// Forecasts of churn whose horizon has passed, one a customer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChurnForecasts {
    /// The days within which a customer churned, or not.
    #[serde(serialize_with = "number::serialize")]
    pub horizon_days: f64,
    /// Customers with such a forecast.
    pub customers: usize,
    /// Those who churned within the horizon.
    pub churned: usize,
    /// The mean of (probability − what happened)², 0 to 1; the lower, the better.
    #[serde(serialize_with = "number::serialize")]
    pub brier: f64,
    /// The same of a forecast that gives everyone the share that churned.
    #[serde(serialize_with = "number::serialize")]
    pub reference: f64,
}

impl Calibration {
    /// Of the outcomes that `learn` counts, and the forecasts of a dataset.
    pub fn new(dataset: &Dataset, counted: &[Counted<'_>], policy: &Policy, today: Date) -> Self {
        let mut all = Vec::new();
        let mut by_playbook: FxHashMap<&str, Vec<(f64, f64)>> = FxHashMap::default();
        for outcome in counted {
            let expected = outcome.expected.filter(|expected| *expected > 0.0);
            if let Some(pair) = outcome.value.zip(expected) {
                all.push(pair);
                by_playbook.entry(outcome.playbook).or_default().push(pair);
            }
        }
        let place =
            |id: &str| dataset.playbook_number(id).map_or(usize::MAX, |number| number.0 as usize);
        let mut playbooks: Vec<SavedOf> = by_playbook
            .into_iter()
            .map(|(id, pairs)| SavedOf { playbook_id: id.to_owned(), saved: Saved::new(&pairs) })
            .collect();
        playbooks.sort_unstable_by(|a, b| {
            let key = |one: &SavedOf| place(&one.playbook_id);
            key(a).cmp(&key(b)).then_with(|| a.playbook_id.cmp(&b.playbook_id))
        });
        let horizons = policy.experiments.iter().filter_map(|one| one.horizon_days);
        let horizon = horizons.into_iter().next().unwrap_or(HORIZON_DAYS);
        Self {
            all: Saved::new(&all),
            playbooks,
            churn: ChurnForecasts::new(dataset, horizon, today),
        }
    }
}

impl Saved {
    /// Of pairs of what was saved and what was expected: R = Σsaved ÷ Σexpected, and
    /// R ± 1.96·√(n/(n−1)·Σ(saved − R·expected)²) ÷ Σexpected.
    pub fn new(pairs: &[(f64, f64)]) -> Self {
        let saved = pairs.iter().map(|(saved, _)| *saved).collect::<Sum>().value();
        let expected = pairs.iter().map(|(_, expected)| *expected).collect::<Sum>().value();
        let ratio = saved / expected;
        let is_shown = pairs.len() >= SHOWN_FROM && ratio.is_finite();
        let n = pairs.len() as f64;
        let off = pairs.iter().map(|(saved, expected)| (saved - ratio * expected).powi(2));
        let half = 1.96 * (n / (n - 1.0) * off.collect::<Sum>().value()).sqrt() / expected;
        let shown = |number: f64| is_shown.then_some(number);
        Self {
            outcomes: pairs.len(),
            expected,
            saved,
            ratio: shown(ratio),
            low: shown(ratio - half),
            high: shown(ratio + half),
        }
    }
}

impl ChurnForecasts {
    /// Of each customer the latest forecast made at least `horizon_days` before `today`, of equals the last row. A
    /// forecast without a day, or with a probability that is not between 0 and 1, does not count; neither does
    /// one of a customer who had churned by then.
    pub fn new(dataset: &Dataset, horizon_days: f64, today: Date) -> Option<Self> {
        let (customers, forecasts) = (&dataset.tables.customers, &dataset.tables.forecasts);
        let churned = customers.texts(fields::CHURNED);
        let churned_on =
            |row: usize| churned.day(row).filter(|churned| days_between(*churned, today) >= 0);
        if !dataset.customers().any(|view| churned_on(view.row().index()).is_some()) {
            return None;
        }
        let (days, probabilities) =
            (forecasts.texts(fields::FORECAST_AT), forecasts.numbers(fields::CHURN));
        let mut latest: Vec<Option<(Date, f64)>> = vec![None; dataset.len()];
        for (row, key) in forecasts.customers().iter().enumerate() {
            let number = key.and_then(|key| dataset.number_of_key(key));
            let of = number.and_then(|number| latest.get_mut(number));
            let probability = probabilities.get(row).filter(|one| (0.0..=1.0).contains(one));
            let Some(((of, day), probability)) = of.zip(days.day(row)).zip(probability) else {
                continue;
            };
            let has_passed = days_between(day, today) as f64 >= horizon_days;
            if has_passed && of.is_none_or(|(before, _)| before <= day) {
                *of = Some((day, probability));
            }
        }
        let results: Vec<(f64, bool)> = dataset
            .customers()
            .zip(latest)
            .filter_map(|(view, latest)| {
                let (made, probability) = latest?;
                let after = churned_on(view.row().index()).map(|day| days_between(made, day));
                let was_customer = after.is_none_or(|days| days > 0);
                let has_churned = after.is_some_and(|days| days as f64 <= horizon_days);
                was_customer.then_some((probability, has_churned))
            })
            .collect();
        let n = results.len() as f64;
        let churned = results.iter().filter(|(_, churned)| *churned).count();
        let share = churned as f64 / n;
        let off = results.iter().map(|(p, churned)| (p - f64::from(u8::from(*churned))).powi(2));
        let off: f64 = off.sum();
        (!results.is_empty()).then(|| Self {
            horizon_days,
            customers: results.len(),
            churned,
            brier: off / n,
            reference: share * (1.0 - share),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::experiment::Experiment;
    use crate::insight::samples;

    fn outcome(
        playbook: &'static str,
        value: Option<f64>,
        expected: Option<f64>,
    ) -> Counted<'static> {
        Counted {
            playbook,
            segment: Some("SMB"),
            measured: None,
            success: true,
            value,
            cost: None,
            expected,
        }
    }

    proptest! {
        #[test]
        fn saved_against_expected_is_a_ratio_of_sums(
            outcomes in proptest::collection::vec(
                (any::<bool>(), proptest::option::weighted(0.9, -500i32..20_000),
                    proptest::option::weighted(0.9, prop_oneof![Just(0i32), 1i32..20_000])),
                0..60,
            ),
        ) {
            let outcomes: Vec<Counted<'_>> = outcomes.into_iter().map(|(first, value, expected)| {
                outcome(if first { "A" } else { "B" }, value.map(f64::from), expected.map(f64::from))
            }).collect();
            let playbooks = [("journey_playbooks.json", r#"[{"playbook_id":"B"},{"playbook_id":"A"}]"#)];
            let matching = samples::matching(&playbooks, Policy::default());
            let found = Calibration::new(
                matching.dataset(), &outcomes, matching.policy(), date(2026, 12, 1),
            );
            let close = |found: Option<f64>, want: f64| {
                found.is_some_and(|found| (found - want).abs() <= 1e-9 * want.abs().max(1.0))
            };
            let check = |found: &Saved, of: &dyn Fn(&str) -> bool| {
                let mut pairs = Vec::new();
                for one in outcomes.iter().filter(|one| of(one.playbook)) {
                    if let (Some(saved), Some(expected)) = (one.value, one.expected)
                        && expected > 0.0
                    {
                        pairs.push((saved, expected));
                    }
                }
                let (mut saved, mut expected, mut off) = (0.0, 0.0, 0.0);
                for (one_saved, one_expected) in &pairs {
                    saved += one_saved;
                    expected += one_expected;
                }
                for (one_saved, one_expected) in &pairs {
                    off += (one_saved - saved / expected * one_expected).powi(2);
                }
                let n = pairs.len() as f64;
                let half = 1.96 * (n * off / (n - 1.0)).sqrt() / expected;
                prop_assert_eq!((found.outcomes, found.saved, found.expected), (pairs.len(), saved, expected));
                if pairs.len() < 8 {
                    prop_assert_eq!((found.ratio, found.low, found.high), (None, None, None));
                } else {
                    let ratio = saved / expected;
                    prop_assert!(close(found.ratio, ratio), "{:?}, {}", found, ratio);
                    prop_assert!(close(found.low, ratio - half), "{:?}, {}", found, half);
                    prop_assert!(close(found.high, ratio + half), "{:?}, {}", found, half);
                }
                Ok(())
            };
            check(&found.all, &|_| true)?;
            for one in &found.playbooks {
                check(&one.saved, &|id| id == one.playbook_id)?;
            }
            let ids: Vec<&str> = found.playbooks.iter().map(|one| one.playbook_id.as_str()).collect();
            prop_assert!(["", "A", "B", "B A"].contains(&ids.join(" ").as_str()), "{:?}", ids);
        }
    }

    fn churn(customers: &str, forecasts: &str, policy: Policy) -> Option<ChurnForecasts> {
        let files = [("customers.json", customers), ("journey_forecasts.json", forecasts)];
        let matching = samples::matching(&files, policy);
        Calibration::new(matching.dataset(), &[], matching.policy(), date(2026, 12, 1)).churn
    }

    const CUSTOMERS: &str = r#"[{"customer_id":"C1","churned_at":"2026-06-30"},{"customer_id":"C2"},
        {"customer_id":"C3","churned_at":"2026-02-01"},{"customer_id":"C4","churned_at":"2026-11-01"},
        {"customer_id":"C5","churned_at":"2027-01-01"},{"customer_id":"C6"}]"#;

    #[test]
    fn the_latest_forecast_whose_horizon_has_passed_is_compared_with_what_happened() {
        // C1 churned after 90 days, C4 after more; C3 had churned before; C6's forecast is too young.
        let forecasts = r#"[{"customer_id":"C1","churn_probability":0.1,"generated_at":"2026-01-01"},
            {"customer_id":"C1","churn_probability":0.8,"generated_at":"2026-04-01"},
            {"customer_id":"C2","churn_probability":0.5,"generated_at":"2026-04-01"},
            {"customer_id":"C2","churn_probability":0.3,"generated_at":"2026-04-01"},
            {"customer_id":"C2","churn_probability":1.3,"generated_at":"2026-05-01"},
            {"customer_id":"C2","churn_probability":0.9,"generated_at":"2026-09-03"},
            {"customer_id":"C3","churn_probability":0.9,"generated_at":"2026-04-01"},
            {"customer_id":"C4","churn_probability":0.6,"generated_at":"2026-05-01"},
            {"customer_id":"C5","churn_probability":0.2,"generated_at":"2026-09-02"},
            {"customer_id":"C6","churn_probability":0.4,"generated_at":"2026-10-01"}]"#;
        let found = churn(CUSTOMERS, forecasts, Policy::default()).unwrap();
        assert_eq!((found.horizon_days, found.customers, found.churned), (90.0, 4, 1));
        let want = (0.2f64.powi(2) + 0.3f64.powi(2) + 0.6f64.powi(2) + 0.2f64.powi(2)) / 4.0;
        assert!((found.brier - want).abs() < 1e-12, "{found:?}");
        assert_eq!(found.reference, 0.25 * 0.75);
    }

    #[test]
    fn the_horizon_is_that_of_the_first_experiment_with_one() {
        let forecasts =
            r#"[{"customer_id":"C1","churn_probability":0.8,"generated_at":"2026-04-01"}]"#;
        let experiment = Experiment { horizon_days: Some(89.0), ..Experiment::default() };
        let policy =
            Policy { experiments: vec![Experiment::default(), experiment], ..Policy::default() };
        let found = churn(CUSTOMERS, forecasts, policy).unwrap();
        assert_eq!((found.horizon_days, found.churned), (89.0, 0));
    }

    #[test]
    fn without_churn_or_old_forecasts_nothing_is_said() {
        let young = r#"[{"customer_id":"C1","churn_probability":0.8,"generated_at":"2026-11-01"}]"#;
        assert_eq!(churn(CUSTOMERS, young, Policy::default()), None);
        let old = r#"[{"customer_id":"C2","churn_probability":0.8,"generated_at":"2026-01-01"}]"#;
        assert_eq!(churn(r#"[{"customer_id":"C2"}]"#, old, Policy::default()), None);
    }
}
