//! Why a key of the policy changes no recommendation.

use rayon::prelude::*;

use crate::domain::Policy;
use crate::domain::money::{counted, dollars};
use crate::domain::number::Num;
use crate::domain::policy_key::{BearsOn, Key};
use crate::matching::Matching;
use crate::matching::population::CHUNK;
use crate::store::PlayIx;

/// Two runs that recommend the same to everyone, and a key that differs between them.
pub fn why(key: &Key<Policy>, without: &Matching, after: &Matching) -> String {
    let (was, now) = (without.policy(), after.policy());
    match key.name {
        "matching.confidence_threshold" => {
            let (low, high) = ordered(was.confidence_threshold, now.confidence_threshold);
            format!(
                "no customer with an eligible playbook has a confidence from {} to below {}",
                Num(low),
                Num(high)
            )
        }
        "matching.confidence_margin" => {
            "no recommendation and no reported confidence is another one with it".to_owned()
        }
        "matching.ranking" => "every customer gets the same playbook either way".to_owned(),
        "approval.required_at_account_value" => {
            let of = |policy: &Policy| policy.approval.required_at_account_value;
            let band = Band::at(of(was), of(now));
            told(in_accounts(after, band), "for an account worth", &band.words(dollars))
        }
        "approval.required_at_cost" => {
            let of = |policy: &Policy| policy.approval.required_at_cost;
            let band = Band::at(of(was), of(now));
            let count = in_plays(after, |play| band.has(cost(after, play)));
            told(count, "at a cost of", &band.words(dollars))
        }
        "approval.required_below_runs" => {
            let of = |policy: &Policy| policy.approval.required_below_runs;
            let band = Band::below(of(was), of(now));
            let count = in_plays(after, |play| band.has(runs(after, play)));
            told(count, "with", &format!("{} runs", band.words(|runs| Num(runs).to_string())))
        }
        "contact.max_plays" | "contact.per_days"
            if was.contact.most_plays().is_none() && now.contact.most_plays().is_none() =>
        {
            "set both contact.max_plays and contact.per_days: one alone limits nothing".to_owned()
        }
        _ => match key.bears_on {
            BearsOn::Approvals | BearsOn::Decisions => {
                "it bears on decisions, and no recommendation depends on it"
            }
            BearsOn::Targets => "it only sets a target, and no recommendation depends on it",
            BearsOn::Recommendations | BearsOn::Data => "every recommendation is the same with it",
        }
        .to_owned(),
    }
}

/// What lies between two limits: on one side of it an approval is asked for, on the other it is not.
#[derive(Clone, Copy)]
struct Band {
    low: f64,
    high: f64,
}

impl Band {
    /// Of limits that ask from there on.
    fn at(was: Option<f64>, now: Option<f64>) -> Self {
        let limit = |limit: Option<f64>| limit.unwrap_or(f64::INFINITY);
        let (low, high) = ordered(limit(was), limit(now));
        Self { low, high }
    }

    /// Of limits that ask below them.
    fn below(was: Option<f64>, now: Option<f64>) -> Self {
        let limit = |limit: Option<f64>| limit.unwrap_or(f64::NEG_INFINITY);
        let (low, high) = ordered(limit(was), limit(now));
        Self { low, high }
    }

    fn has(self, amount: f64) -> bool {
        (self.low..self.high).contains(&amount)
    }

    fn words(self, told: impl Fn(f64) -> String) -> String {
        match (self.low.is_finite(), self.high.is_finite()) {
            (true, false) => format!("{} or more", told(self.low)),
            (false, _) => format!("fewer than {}", told(self.high)),
            (true, true) => format!("from {} to below {}", told(self.low), told(self.high)),
        }
    }
}

/// What is asked of those in between is asked anyway, as the recommendations are the same.
fn told(count: usize, what: &str, band: &str) -> String {
    match count {
        0 => format!("no recommendation is {what} {band}"),
        n => format!("{} {what} {band} needs an approval anyway", each(n)),
    }
}

fn each(n: usize) -> String {
    match n {
        1 => "the one recommendation".to_owned(),
        n => format!("each of {}", counted(n, "recommendation")),
    }
}

fn ordered(a: f64, b: f64) -> (f64, f64) {
    (a.min(b), a.max(b))
}

fn cost(matching: &Matching, play: PlayIx) -> f64 {
    matching.ranked(play).map_or(0.0, |ranked| ranked.economics.cost)
}

fn runs(matching: &Matching, play: PlayIx) -> f64 {
    matching.ranked(play).map_or(0.0, |ranked| ranked.economics.evidence.runs)
}

/// How many recommendations are such plays.
fn in_plays(matching: &Matching, test: impl Fn(PlayIx) -> bool) -> usize {
    let counts = matching.customers_by_play();
    matching
        .play_numbers()
        .zip(counts)
        .filter(|(play, _)| test(*play))
        .map(|(_, count)| count)
        .sum()
}

/// How many recommendations are for accounts of such a value.
fn in_accounts(matching: &Matching, band: Band) -> usize {
    let in_chunk = |chunk: usize| {
        let first = chunk * CHUNK;
        let plays = (first..).zip(matching.plays_from(first).take(CHUNK));
        let within = |number: usize| {
            matching.customer(number).is_some_and(|view| band.has(view.account_value()))
        };
        plays.filter(|(number, play)| play.is_some() && within(*number)).count()
    };
    (0..matching.len().div_ceil(CHUNK)).into_par_iter().map(in_chunk).sum()
}
