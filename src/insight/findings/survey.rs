//! One walk over all customers that counts whom each finding touches.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::ground::Ground;
use crate::matching::RankedList;
use crate::matching::population::CHUNK;
use crate::matching::risk::MinimumConfidence;
use crate::store::{PlayIx, PlaybookIx};

/// From this account value on a weak play is worth a finding, where the policy names none. Dollars a
/// year.
const LARGE_ACCOUNT: f64 = 50_000.0;
/// A recommendation is weak where the account value is more than so many times its net value.
const WEAK: f64 = 100.0;

/// Customers, and their account value in dollars a year.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Touched {
    pub customers: usize,
    pub account_value: f64,
}

impl Touched {
    fn add(&mut self, account_value: f64) {
        self.customers += 1;
        self.account_value += account_value;
    }

    pub fn join(&mut self, other: Self) {
        self.customers += other.customers;
        self.account_value += other.account_value;
    }
}

/// Customers at high risk without a candidate.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gap {
    pub touched: Touched,
    /// Dollars.
    pub revenue_at_risk: f64,
}

/// Large accounts at high risk whose recommendation is weak.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weak {
    pub touched: Touched,
    /// Number and account value of the largest, the first of several.
    pub largest: Option<(usize, f64)>,
}

impl Weak {
    pub fn join(&mut self, other: Self) {
        self.touched.join(other.touched);
        let larger = |(_, value): (usize, f64)| self.largest.is_none_or(|(_, most)| value > most);
        self.largest = other.largest.filter(|found| larger(*found)).or(self.largest);
    }
}

/// A question: how many customers of a playbook's stage and segments have a risk in this range?
#[derive(Debug, Clone, Copy)]
pub struct Watch {
    pub playbook: PlaybookIx,
    pub from: f64,
    /// Not included.
    pub to: f64,
}

/// The answers.
#[derive(Debug, Clone)]
pub struct Survey {
    /// All customers of each stage and segment, by number of the pair.
    pub of_pairs: Vec<Touched>,
    /// By number of the pair.
    pub gaps: Vec<Gap>,
    /// To whom each play is recommended.
    pub of_plays: Vec<Touched>,
    /// By play.
    pub weak: Vec<Weak>,
    /// The answer to each watch.
    pub watched: Vec<Touched>,
}

/// The account value from which a weak play is worth a finding, in dollars a year.
pub fn large_account(ground: &Ground<'_>) -> f64 {
    ground.matching.policy().approval.required_at_account_value.unwrap_or(LARGE_ACCOUNT)
}

impl Survey {
    pub fn new(ground: &Ground<'_>, watches: &[Watch]) -> Self {
        let (pairs, plays) = (ground.pairs.len(), ground.matching.plays());
        let walk = Walk::new(ground, watches);
        // Always the same parts, added up in their order: the same data gives the same sums. With
        // very many stages and segments the parts are fewer, so that their counts need no more room
        // than the customers.
        let part = (2 * CHUNK).max(pairs + plays + watches.len());
        let firsts: Vec<usize> = (0..ground.matching.len()).step_by(part).collect();
        let blank = || Self {
            of_pairs: vec![Touched::default(); pairs],
            gaps: vec![Gap::default(); pairs],
            of_plays: vec![Touched::default(); plays],
            weak: vec![Weak::default(); plays],
            watched: vec![Touched::default(); watches.len()],
        };
        let parts: Vec<Self> = firsts
            .into_par_iter()
            .map(|first| {
                let mut survey = blank();
                walk.part(first, part, &mut survey);
                survey
            })
            .collect();
        let mut all = blank();
        parts.into_iter().for_each(|part| all.join(part));
        all
    }

    fn join(&mut self, other: Self) {
        let touched = |all: &mut [Touched], other: Vec<Touched>| {
            all.iter_mut().zip(other).for_each(|(all, other)| all.join(other));
        };
        touched(&mut self.of_pairs, other.of_pairs);
        touched(&mut self.of_plays, other.of_plays);
        touched(&mut self.watched, other.watched);
        for (all, other) in self.gaps.iter_mut().zip(other.gaps) {
            all.touched.join(other.touched);
            all.revenue_at_risk += other.revenue_at_risk;
        }
        self.weak.iter_mut().zip(other.weak).for_each(|(all, other)| all.join(other));
    }
}

/// What is the same for all customers.
struct Walk<'g, 'a> {
    ground: &'g Ground<'a>,
    minimum: MinimumConfidence,
    high_risk_at: f64,
    large_account: f64,
    /// Net value of each play, in dollars a run.
    net_values: Vec<f64>,
    /// The watches on each list: number, and the range.
    watches: Vec<Vec<(usize, Watch)>>,
}

impl<'g, 'a> Walk<'g, 'a> {
    fn new(ground: &'g Ground<'a>, watches: &[Watch]) -> Self {
        let mut of_playbooks: FxHashMap<PlaybookIx, Vec<(usize, Watch)>> = FxHashMap::default();
        for (number, watch) in watches.iter().enumerate() {
            of_playbooks.entry(watch.playbook).or_default().push((number, *watch));
        }
        let matching = ground.matching;
        let of_list = |list: &RankedList| -> Vec<(usize, Watch)> {
            let open = list.all().iter().filter_map(|ranked| of_playbooks.get(&ranked.playbook));
            open.flatten().copied().collect()
        };
        let net_value = |play| matching.ranked(play).map_or(0.0, |r| r.economics.net_value());
        Self {
            ground,
            minimum: MinimumConfidence::of(matching.policy()),
            high_risk_at: matching.policy().targets.high_risk_at,
            large_account: large_account(ground),
            net_values: matching.play_numbers().map(net_value).collect(),
            watches: matching.lists().iter().map(of_list).collect(),
        }
    }

    /// Counts so many customers from `first` on.
    fn part(&self, first: usize, len: usize, survey: &mut Survey) {
        let Ground { matching, dataset, .. } = self.ground;
        let population = matching.population();
        let lists = matching.lists().of_pairs();
        let pairs = population.pair_of.get(first..).unwrap_or_default();
        let risks = population.risks.get(first..).unwrap_or_default();
        let told = matching.best_from(first).zip(dataset.account_values_from(first));
        let customers = pairs.iter().zip(risks).zip(told).take(len);
        for (number, ((pair, risk), (best, account_value))) in (first..).zip(customers) {
            let pair = pair.index();
            let high = *risk >= self.high_risk_at;
            if let Some(of_pair) = survey.of_pairs.get_mut(pair) {
                of_pair.add(account_value);
            }
            match best {
                Some(play) if self.minimum.passes(*risk) => {
                    if let Some(of_play) = survey.of_plays.get_mut(play.index()) {
                        of_play.add(account_value);
                    }
                    // The best one comes back when it may be used again.
                    if high
                        && account_value >= self.large_account
                        && matching.stopped(number).is_none()
                    {
                        self.weigh(play, number, account_value, survey);
                    }
                }
                Some(_) => {}
                None if high && matching.stopped(number).is_none() => {
                    if let Some(gap) = survey.gaps.get_mut(pair) {
                        gap.touched.add(account_value);
                        gap.revenue_at_risk += matching.revenue_at_risk(number);
                    }
                }
                None => {}
            }
            let watches = lists.get(pair).and_then(|list| self.watches.get(*list as usize));
            for (watch, Watch { from, to, .. }) in watches.into_iter().flatten() {
                if let Some(of) = survey.watched.get_mut(*watch)
                    && (*from..*to).contains(risk)
                {
                    of.add(account_value);
                }
            }
        }
    }

    fn weigh(&self, play: PlayIx, number: usize, account_value: f64, survey: &mut Survey) {
        let net_value = self.net_values.get(play.index());
        if net_value.is_some_and(|net_value| *net_value < account_value / WEAK)
            && let Some(weak) = survey.weak.get_mut(play.index())
        {
            let touched = Touched { customers: 1, account_value };
            weak.join(Weak { touched, largest: Some((number, account_value)) });
        }
    }
}
