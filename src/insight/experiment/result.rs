//! Counts of an experiment's arms to intervals that hold at every look, and what they recommend.

use serde::Serialize;

use crate::domain::experiment::Experiment;
use crate::domain::money::count;
use crate::domain::number;
use crate::statistics::chi_square::chi_square;
use crate::statistics::mixture::{Count, difference};
use crate::statistics::size::{self, outcomes};

/// The chance that any of an experiment's intervals misses, at any look.
const ALPHA: f64 = 0.05;
/// Below this chance arms are not filled as planned.
const BROKEN_BELOW: f64 = 0.001;

/// What was counted of an arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ArmCount {
    /// Customers who count.
    pub assigned: u64,
    /// Those with a result.
    pub outcomes: u64,
    /// Those whose result is a success.
    pub successes: u64,
}

/// What an experiment shows so far. Serialized it is an element of `experiment --format json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExperimentResult {
    /// The experiment's id.
    pub id: String,
    /// How many outcomes it takes, as it is planned; `None` where that is not known.
    pub planned_outcomes: Option<u64>,
    /// Its arms, the control first.
    pub arms: Vec<ArmResult>,
    /// Every other arm against the control.
    pub differences: Vec<Difference>,
    /// Whether the arms are filled as planned.
    pub srm: SampleRatio,
    /// What to do.
    pub recommendation: Advice,
}

/// An arm and its rate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArmResult {
    /// A playbook, `holdout` or `ranking`.
    pub arm: String,
    /// 0 to 1.
    #[serde(serialize_with = "number::serialize")]
    pub share: f64,
    /// Customers who count.
    pub assigned: u64,
    /// Those with a result.
    pub outcomes: u64,
    /// Those whose result is a success.
    pub successes: u64,
    /// 0 to 1; `None` without outcomes.
    #[serde(serialize_with = "number::serialize_option")]
    pub rate: Option<f64>,
    /// The ends of the interval, 0 to 1.
    #[serde(serialize_with = "number::serialize")]
    pub low: f64,
    /// See `low`.
    #[serde(serialize_with = "number::serialize")]
    pub high: f64,
}

/// An arm's rate less the control's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The arm.
    pub arm: String,
    /// The control.
    pub against: String,
    /// −1 to 1; `None` without outcomes in either.
    #[serde(serialize_with = "number::serialize_option")]
    pub difference: Option<f64>,
    /// The ends of the interval, −1 to 1.
    #[serde(serialize_with = "number::serialize")]
    pub low: f64,
    /// See `low`.
    #[serde(serialize_with = "number::serialize")]
    pub high: f64,
}

/// The counts of assigned customers against the shares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SampleRatio {
    /// 0 where no one is assigned.
    #[serde(serialize_with = "number::serialize")]
    pub chi2: f64,
    /// The probability of a greater one by chance.
    #[serde(serialize_with = "number::serialize")]
    pub p: f64,
    /// True where that is below 0.001.
    pub broken: bool,
}

/// What to do about an experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// An arm is better than the control.
    Promote,
    /// Every arm is worse than the control.
    Stop,
    /// There is no difference yet.
    Wait,
    /// The arms are not filled as planned: their outcomes prove nothing.
    Broken,
}

/// What to do about an experiment, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Advice {
    /// What to do.
    pub action: Action,
    /// The arm to go on with; `None` where that is not known.
    pub arm: Option<String>,
    /// How many more outcomes it takes at the rates so far; `None` where that is not known.
    pub more_outcomes: Option<u64>,
    /// The same in words.
    pub text: String,
}

impl ExperimentResult {
    /// Of an experiment whose arms were counted, in their order.
    pub fn new(experiment: &Experiment, counts: &[ArmCount]) -> Self {
        let arms = experiment.arms.iter().zip(&experiment.share).zip(counts);
        let of_arms = ALPHA / counts.len() as f64;
        let arms: Vec<ArmResult> = arms
            .map(|((arm, share), counted)| {
                let (low, high) = counted.count().interval(of_arms);
                let ArmCount { assigned, outcomes, successes } = *counted;
                let rate = counted.count().rate();
                let (arm, share) = (arm.clone(), *share);
                ArmResult { arm, share, assigned, outcomes, successes, rate, low, high }
            })
            .collect();
        let of_differences = ALPHA / arms.len().saturating_sub(1).max(1) as f64;
        let differences = differences(&arms, of_differences);
        let assigned: Vec<u64> = counts.iter().map(|counted| counted.assigned).collect();
        let srm = SampleRatio::new(&assigned, &experiment.share);
        let planned = |arm: &ArmResult| {
            let control = arms.first()?;
            let rate = experiment.baseline + experiment.detect;
            size_of((experiment.baseline, control.share), (rate, arm.share), of_differences)
        };
        let recommendation = Advice::new(&arms, &differences, srm, of_differences);
        Self {
            id: experiment.id().to_owned(),
            planned_outcomes: most(arms.iter().skip(1).map(planned)),
            arms,
            differences,
            srm,
            recommendation,
        }
    }
}

impl ArmCount {
    fn count(self) -> Count {
        Count { successes: self.successes as f64, outcomes: self.outcomes as f64 }
    }
}

impl ArmResult {
    fn count(&self) -> Count {
        Count { successes: self.successes as f64, outcomes: self.outcomes as f64 }
    }
}

fn differences(arms: &[ArmResult], alpha: f64) -> Vec<Difference> {
    let Some((control, others)) = arms.split_first() else { return Vec::new() };
    let of = |arm: &ArmResult| {
        let (low, high) = difference(arm.count(), control.count(), alpha);
        Difference {
            arm: arm.arm.clone(),
            against: control.arm.clone(),
            difference: arm.rate.zip(control.rate).map(|(rate, control)| rate - control),
            low,
            high,
        }
    };
    others.iter().map(of).collect()
}

/// The outcomes it takes to tell two arms of a rate and a share apart.
fn size_of(control: (f64, f64), arm: (f64, f64), alpha: f64) -> Option<u64> {
    let planned = |(rate, share): (f64, f64)| size::Arm { rate, share };
    outcomes(planned(control), planned(arm), alpha)
}

/// The most of some sizes; `None` where any is not known.
fn most(sizes: impl Iterator<Item = Option<u64>>) -> Option<u64> {
    sizes.collect::<Option<Vec<u64>>>()?.into_iter().max()
}

impl SampleRatio {
    fn new(assigned: &[u64], shares: &[f64]) -> Self {
        let (chi2, p) = chi_square(assigned, shares).unwrap_or((0.0, 1.0));
        Self { chi2, p, broken: p < BROKEN_BELOW }
    }
}

impl Advice {
    fn new(arms: &[ArmResult], differences: &[Difference], srm: SampleRatio, alpha: f64) -> Self {
        let told = |action, arm: Option<&str>, more_outcomes, text: String| Self {
            action,
            arm: arm.map(str::to_owned),
            more_outcomes,
            text,
        };
        if srm.broken {
            let text = "Assignment is broken: arms are not filled as planned";
            return told(Action::Broken, None, None, text.to_owned());
        }
        let better = differences.iter().filter(|difference| difference.low > 0.0);
        let greatest = |a: &&Difference, b: &&Difference| {
            // Of equals the first.
            a.difference.partial_cmp(&b.difference).unwrap_or(std::cmp::Ordering::Equal).reverse()
        };
        if let Some(best) = better.min_by(greatest) {
            let text = format!("Promote: {} performs better", best.arm);
            return told(Action::Promote, Some(&best.arm), None, text);
        }
        if !differences.is_empty() && differences.iter().all(|difference| difference.high < 0.0) {
            let control = differences.first().map(|difference| difference.against.as_str());
            let names: Vec<&str> = differences.iter().map(|one| one.arm.as_str()).collect();
            let perform = if names.len() == 1 { "performs" } else { "perform" };
            let text = format!("Stop: {} {perform} worse", names.join(" and "));
            return told(Action::Stop, control, None, text);
        }
        let more = more_outcomes(arms, differences, alpha);
        let text = match more {
            Some(more) => format!("No difference yet: about {} more outcomes needed", about(more)),
            None => "No difference yet: more outcomes needed".to_owned(),
        };
        told(Action::Wait, None, more, text)
    }
}

/// How many more outcomes it takes if rates stay as they are: until the best arm is better, or else until every
/// arm is worse.
fn more_outcomes(arms: &[ArmResult], differences: &[Difference], alpha: f64) -> Option<u64> {
    let (control, others) = arms.split_first()?;
    let size =
        |arm: &ArmResult| size_of((control.rate?, control.share), (arm.rate?, arm.share), alpha);
    let gain = |difference: &Difference| difference.difference.unwrap_or(f64::NEG_INFINITY);
    let best = others.iter().zip(differences).max_by(|a, b| gain(a.1).total_cmp(&gain(b.1)));
    let total = match best {
        Some((best, difference)) if gain(difference) > 0.0 => size(best)?,
        _ => most(others.iter().map(size))?,
    };
    let so_far: u64 = arms.iter().map(|arm| arm.outcomes).sum();
    Some(total.saturating_sub(so_far).max(1))
}

/// A count with three digits that count, as people read one that is only about right.
fn about(number: u64) -> String {
    let mut unit = 1;
    while number / unit >= 1_000 {
        unit *= 10;
    }
    count(((number + unit / 2) / unit * unit) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::experiment::Endpoint;

    fn experiment(arms: &[&str], share: &[f64]) -> Experiment {
        Experiment {
            id: Some("q1".into()),
            arms: arms.iter().map(|arm| (*arm).to_owned()).collect(),
            share: share.to_vec(),
            outcome: Endpoint::Success,
            ..Experiment::default()
        }
    }

    fn counted(assigned: u64, outcomes: u64, successes: u64) -> ArmCount {
        ArmCount { assigned, outcomes, successes }
    }

    fn told(counts: &[ArmCount]) -> ExperimentResult {
        let arms = &["A", "B", "C"][..counts.len()];
        let share = vec![1.0 / counts.len() as f64; counts.len()];
        ExperimentResult::new(&experiment(arms, &share), counts)
    }

    #[test]
    fn nothing_counted_says_nothing() {
        let result = told(&[ArmCount::default(); 2]);
        assert_eq!(result.planned_outcomes, Some(2_736));
        assert_eq!(result.srm, SampleRatio { chi2: 0.0, p: 1.0, broken: false });
        let [one] = &result.differences[..] else { panic!("{result:?}") };
        assert_eq!((one.difference, one.low, one.high), (None, -1.0, 1.0));
        assert_eq!(
            (result.arms[0].rate, result.arms[0].low, result.arms[0].high),
            (None, 0.0, 1.0)
        );
        assert_eq!(result.recommendation.text, "No difference yet: more outcomes needed");
        assert_eq!(result.recommendation.more_outcomes, None);
    }

    #[test]
    fn each_recommendation_has_its_words() {
        let advice = |counts: &[ArmCount]| {
            let Advice { action, arm, text, .. } = told(counts).recommendation;
            (action, arm, text)
        };
        let arm = |arm: &str| Some(arm.to_owned());
        let better = advice(&[counted(5_000, 4_000, 2_000), counted(5_000, 4_000, 2_400)]);
        assert_eq!(better, (Action::Promote, arm("B"), "Promote: B performs better".into()));
        let worse = advice(&[counted(5_000, 4_000, 2_400), counted(5_000, 4_000, 2_000)]);
        assert_eq!(worse, (Action::Stop, arm("A"), "Stop: B performs worse".into()));
        let broken = advice(&[counted(5_000, 4_000, 2_000), counted(4_000, 4_000, 2_400)]);
        let text = "Assignment is broken: arms are not filled as planned";
        assert_eq!(broken, (Action::Broken, None, text.into()));
        let three = [counted(900, 800, 400), counted(900, 800, 600), counted(900, 800, 700)];
        assert_eq!(advice(&three).1, arm("C"), "the greatest difference");
    }

    #[test]
    fn waiting_says_how_long_at_these_rates() {
        let result = told(&[counted(700, 658, 329), counted(700, 658, 395)]).recommendation;
        assert_eq!(result.action, Action::Wait);
        let more = result.more_outcomes.unwrap();
        assert!((1_300..1_500).contains(&more), "{more}");
        assert_eq!(
            result.text,
            format!("No difference yet: about {} more outcomes needed", about(more))
        );
        let equal = told(&[counted(70, 60, 30), counted(70, 60, 30)]).recommendation;
        assert_eq!((equal.action, equal.more_outcomes), (Action::Wait, None));
    }

    #[test]
    fn a_rough_count_keeps_three_digits() {
        for (number, text) in [(1, "1"), (999, "999"), (1_418, "1,420"), (123_456, "123,000")] {
            assert_eq!(about(number), text);
        }
    }
}
