//! Customers by stage and segment: whom a playbook could reach, and why it reaches no one.

use rayon::prelude::*;

use crate::matching::Matching;
use crate::matching::population::CHUNK;
use crate::matching::risk::passes_confidence;
use crate::store::{PairIx, PlaybookIx};

/// Some of the (stage, segment) pairs that customers have, by their numbers.
#[derive(PartialEq)]
pub(super) struct Pairs(pub Vec<bool>);

impl Pairs {
    pub fn is_empty(&self) -> bool {
        !self.0.contains(&true)
    }

    pub fn has(&self, pair: PairIx) -> bool {
        self.0.get(pair.index()) == Some(&true)
    }

    /// True where some customer of these has such a risk.
    pub fn anybody(&self, matching: &Matching, test: impl Fn(f64) -> bool + Sync) -> bool {
        let population = matching.population();
        let customers = population.pair_of.par_iter().zip(&population.risks).with_min_len(CHUNK);
        customers.into_par_iter().any(|(pair, risk)| self.has(*pair) && test(*risk))
    }

    /// To how many customers of these a playbook is recommended.
    pub fn recommended(&self, matching: &Matching, playbook: PlaybookIx) -> usize {
        let counts = matching.customers_by_play();
        let of_these = matching.play_numbers().zip(&counts).filter(|(play, _)| {
            matching.pair_of_play(*play).is_some_and(|pair| self.has(pair))
                && matching.ranked(*play).is_some_and(|ranked| ranked.playbook == playbook)
        });
        of_these.map(|(_, count)| count).sum()
    }

    /// Why a playbook is recommended to no one of these, who all could get it but for their risk;
    /// `None` where it is recommended to some.
    pub fn why_nobody(&self, matching: &Matching, playbook: PlaybookIx) -> Option<Nobody> {
        if self.recommended(matching, playbook) > 0 {
            return None;
        }
        let threshold = matching.dataset().playbook(playbook)?.risk_threshold();
        if !self.anybody(matching, |risk| risk >= threshold) {
            return Some(Nobody::Reaches);
        }
        let passes = |risk: f64| risk >= threshold && passes_confidence(risk, matching.policy());
        Some(if self.anybody(matching, passes) { Nobody::Wins } else { Nobody::Passes })
    }
}

/// Why no one is recommended a playbook; each goes further than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nobody {
    /// No one's risk is high enough for it.
    Reaches,
    /// No one of those passes the confidence minimum.
    Passes,
    /// Another one ranks ahead for all of those.
    Wins,
}
