//! Rates, values and costs of playbooks and segments, each drawn towards what is known of more plays: the
//! fewer runs of its own, the more (empirical Bayes with a prior of so many runs).

use crate::domain::Sum;

/// An average of which each part counts so many times.
#[derive(Debug, Clone, Copy, Default)]
pub struct Average {
    sum: Sum,
    count: Sum,
}

impl Average {
    /// Adds so many of a number.
    pub fn add(&mut self, number: f64, times: f64) {
        self.sum.add(number * times);
        self.count.add(times);
    }

    /// Adds another average's numbers.
    pub fn join(&mut self, other: &Self) {
        self.sum.join(other.sum);
        self.count.join(other.count);
    }

    /// How many numbers.
    pub fn count(&self) -> f64 {
        self.count.value()
    }

    /// Their sum.
    pub fn sum(&self) -> f64 {
        self.sum.value()
    }

    /// Returns the average, in which `prior_runs` are as `prior` says; `None` where there is nothing to tell by.
    pub fn drawn_to(&self, prior: Option<f64>, prior_runs: f64) -> Option<f64> {
        let prior_runs = if prior.is_some() { prior_runs } else { 0.0 };
        let count = self.count() + prior_runs;
        (count > 0.0).then(|| (self.sum() + prior_runs * prior.unwrap_or(0.0)) / count)
    }
}

/// What is known of some runs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known {
    /// 1 for each success, 0 for each failure.
    pub rate: Average,
    /// What was saved, in dollars a run.
    pub value: Average,
    /// What it cost, in dollars a run.
    pub cost: Average,
}

impl Known {
    /// Adds what is known of other runs.
    pub fn join(&mut self, other: &Self) {
        self.rate.join(&other.rate);
        self.value.join(&other.value);
        self.cost.join(&other.cost);
    }
}

/// The three averages of some runs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pooled {
    /// 0 to 1.
    pub rate: Option<f64>,
    /// Dollars a run.
    pub value: Option<f64>,
    /// Dollars a run.
    pub cost: Option<f64>,
}

impl Pooled {
    /// Of runs alone.
    pub fn alone(known: &Known) -> Self {
        Self::new(known, Self::default(), 0.0)
    }

    /// Of runs drawn towards what is known of more of them.
    pub fn new(known: &Known, more: Self, prior_runs: f64) -> Self {
        Self {
            rate: known.rate.drawn_to(more.rate, prior_runs),
            value: known.value.drawn_to(more.value, prior_runs),
            cost: known.cost.drawn_to(more.cost, prior_runs),
        }
    }
}
