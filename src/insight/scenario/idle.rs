//! Settings that change no recommendation, and why. A reason is given only where the whole scenario
//! and the one without the setting recommend the same to everyone; what is said then follows from
//! that, or was looked at.

use super::comparison::is_same;
use super::setting::Place;
use super::{Scenario, Setting, idle_playbook, idle_policy};
use crate::matching::Matching;

/// A setting without effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idle {
    /// Its place in [`Scenario::settings`].
    pub setting: usize,
    /// Why, as a person reads it. Text from data files in it is not yet escaped.
    pub why: String,
}

impl Scenario {
    /// The settings without which everyone would be recommended the same, and why each of them
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
