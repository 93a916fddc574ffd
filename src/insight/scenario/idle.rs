//! Settings that change no recommendation, and why. A reason is given only where the whole scenario
//! and the one without the setting recommend the same to everybody; what is said then follows from
//! that, or was looked at.

use rayon::prelude::*;

use super::comparison::is_same;
use super::setting::Place;
use super::{Scenario, Setting, idle_playbook, idle_policy};
use crate::matching::Matching;
use crate::matching::population::CHUNK;
use crate::matching::risk::passes_brake;

/// A setting without effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idle {
    /// Its place in [`Scenario::settings`].
    pub setting: usize,
    /// Why, as a person reads it. Text from data files in it is not yet made harmless.
    pub why: String,
}

impl Scenario {
    /// The settings without which everybody would be recommended the same, and why each of them
    /// changes nothing. `after` is what [`Scenario::run`] gave for `before`. `None` where `outdated`
    /// came true on the way.
    pub fn idle(
        &self,
        before: &Matching,
        after: &Matching,
        outdated: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<Idle>> {
        let mut idle = Vec::new();
        for (place, setting) in self.settings.iter().enumerate() {
            let without = self.without(place).run(before);
            if !is_same(&without, after, outdated)? {
                continue;
            }
            let later = self.settings.iter().skip(place + 1);
            let again = later.clone().any(|later| later.same_place(setting));
            let why = why(setting, again, &without, after);
            idle.push(Idle { setting: place, why });
        }
        Some(idle)
    }
}

/// Why a setting changes nothing between two runs that recommend the same. `again`: a later one sets
/// the same.
fn why(setting: &Setting, again: bool, without: &Matching, after: &Matching) -> String {
    let (was, now) = (without.dataset(), after.dataset());
    let is_there = match setting.place {
        Place::Policy(_) => true,
        Place::Playbook(_) => was.playbook_by_id(&setting.playbook_id).is_some(),
        Place::Performance(_) => was.performance.iter().any(|row| {
            row.playbook_id == setting.playbook_id && row.segment.as_ref() == Some(&setting.segment)
        }),
    };
    let Setting { playbook_id: id, segment, .. } = setting;
    if !is_there {
        return match setting.place {
            Place::Performance(_) => format!("{id} has no performance row for {segment}"),
            _ => format!("there is no playbook {id}"),
        };
    }
    let same = without.policy() == after.policy()
        && *was.playbooks == *now.playbooks
        && *was.performance == *now.performance;
    if same {
        return match again {
            true => "a later setting of the same key counts".to_owned(),
            false => format!("it is already {}", setting.value()),
        };
    }
    match setting.place {
        Place::Policy(key) => idle_policy::why(key, without, after),
        Place::Playbook(field) => idle_playbook::why(id, field.name, without, after),
        Place::Performance(field) => {
            idle_playbook::why_of_row(id, segment, field.name, without, after)
        }
    }
}

/// Some of the (stage, segment) pairs that customers have, by their numbers.
pub(super) struct Pairs(pub Vec<bool>);

impl Pairs {
    pub fn is_empty(&self) -> bool {
        !self.0.contains(&true)
    }

    pub fn has(&self, pair: usize) -> bool {
        self.0.get(pair) == Some(&true)
    }

    /// True where some customer of these has such a risk.
    pub fn anybody(&self, matching: &Matching, test: impl Fn(f64) -> bool + Sync) -> bool {
        let population = matching.population();
        let customers = population.pair_of.par_iter().zip(&population.risks).with_min_len(CHUNK);
        customers.into_par_iter().any(|(pair, risk)| self.has(*pair as usize) && test(*risk))
    }

    /// To how many customers of these a playbook is recommended.
    pub fn recommended(&self, matching: &Matching, playbook: usize) -> usize {
        let counts = matching.customers_by_play();
        let of_these = counts.iter().enumerate().filter(|(play, _)| {
            matching.pair_of_play(*play).is_some_and(|pair| self.has(pair))
                && matching.ranked(*play).is_some_and(|ranked| ranked.playbook == playbook)
        });
        of_these.map(|(_, count)| count).sum()
    }

    /// Why a playbook is recommended to nobody of these, who all could get it but for their risk;
    /// `None` where it is recommended to some.
    pub fn why_nobody(&self, matching: &Matching, playbook: usize) -> Option<Nobody> {
        if self.recommended(matching, playbook) > 0 {
            return None;
        }
        let threshold = matching.dataset().playbook(playbook)?.risk_threshold();
        if !self.anybody(matching, |risk| risk >= threshold) {
            return Some(Nobody::Reaches);
        }
        let passes = |risk: f64| risk >= threshold && passes_brake(risk, matching.policy());
        Some(if self.anybody(matching, passes) { Nobody::Wins } else { Nobody::Passes })
    }
}

/// Why nobody is recommended a playbook; each goes further than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nobody {
    /// Nobody's risk is high enough for it.
    Reaches,
    /// Nobody of those passes the confidence brake.
    Passes,
    /// Another one ranks ahead for all of those.
    Wins,
}
