//! How firmly every customer's recommendation stands, worked out once for all who have the same options: those of a
//! list whose risk reaches as many of its thresholds, and with contact limits those who have the same of them left.

use std::sync::{OnceLock, RwLock};

use rustc_hash::FxHashMap;

use super::Matching;
use super::lists::Lists;
use super::ranking::Ranked;
use super::stability::Stability;

/// The stability of a recommendation, and with what probability (0 to 1) it is the best of the options.
pub type Firm = (Stability, Option<f64>);

/// What was worked out so far about the lists of a ranking.
#[derive(Debug, Default)]
pub struct Firmness {
    bands: OnceLock<Vec<Bands>>,
    /// By list and by the places in it that are left, a bit for each.
    left: RwLock<FxHashMap<(u32, u64), Firm>>,
}

/// Of a list its thresholds, rising, and what holds for a risk that reaches the first so many of them.
#[derive(Debug)]
struct Bands {
    thresholds: Vec<f64>,
    firm: Vec<OnceLock<Firm>>,
}

impl Bands {
    fn all(lists: &Lists) -> Vec<Self> {
        let bands = lists.iter().map(|list| {
            let mut thresholds: Vec<f64> =
                list.all().iter().map(|ranked| ranked.threshold).collect();
            thresholds.sort_by(f64::total_cmp);
            thresholds.dedup();
            let firm = std::iter::repeat_with(OnceLock::new).take(thresholds.len() + 1).collect();
            Self { thresholds, firm }
        });
        bands.collect()
    }

    fn of(&self, risk: f64) -> Option<&OnceLock<Firm>> {
        self.firm.get(self.thresholds.partition_point(|threshold| *threshold <= risk))
    }
}

impl Matching {
    /// How firmly a customer's recommendation stands, as [`Matching::explain`] has it; `None` without one, and where
    /// an experiment chose it or holds it back.
    pub fn firm(&self, number: usize) -> Option<Firm> {
        let winner = self.winner(number)?;
        if self.experiment(number).is_some() {
            let is_first = |first: &Ranked| first.playbook == winner.playbook;
            if self.is_held_out(number) || !self.candidates(number).next().is_some_and(is_first) {
                return None;
            }
        }
        let firm = || {
            let candidates: Vec<&Ranked> = self.candidates(number).collect();
            Stability::of(self.policy().ranking, &candidates)
        };
        let pair = self.population().pair_of.get(number)?;
        let list = *self.lists().of_pairs().get(pair.index())?;
        let known = self.lists().firmness();
        if self.is_contacted(number) {
            let Some(key) = self.places_left(number).map(|places| (list, places)) else {
                return Some(firm());
            };
            if let Some(firm) = known.left.read().ok().and_then(|known| known.get(&key).copied()) {
                return Some(firm);
            }
            let firm = firm();
            if let Ok(mut known) = known.left.write() {
                known.insert(key, firm);
            }
            return Some(firm);
        }
        let bands = known.bands.get_or_init(|| Bands::all(self.lists()));
        let band = bands.get(list as usize)?.of(self.risk_score(number)?)?;
        Some(*band.get_or_init(firm))
    }

    /// The places of a customer's candidates in the list, a bit for each; `None` of a list too long for that.
    fn places_left(&self, number: usize) -> Option<u64> {
        let all = self.list_of_pair(*self.population().pair_of.get(number)?)?.all();
        if all.len() > u64::BITS as usize {
            return None;
        }
        let mut left = self.candidates(number).map(|ranked| ranked.playbook).peekable();
        let mut places = 0;
        for (place, ranked) in all.iter().enumerate() {
            if left.next_if_eq(&ranked.playbook).is_some() {
                places |= 1 << place;
            }
        }
        Some(places)
    }
}
