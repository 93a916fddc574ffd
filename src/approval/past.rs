//! What was done for a customer before, as contact limits count it: interventions and standing
//! hand-offs, of which one and its row count once, and whether the last one of a playbook in the
//! customer's stage failed.

use compact_str::CompactString;
use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use super::entries::HandOffs;
use super::join::{Measured, Started, last_of_each};
use super::run::{Stay, When};
use crate::domain::{Moment, Outcome};
use crate::matching::PastPlay;
use crate::store::Dataset;

/// An intervention or a hand-off.
struct Begun {
    id: CompactString,
    playbook: CompactString,
    day: Option<Date>,
    /// Since the customer entered its stage.
    in_stay: bool,
}

/// The plays that were started for a customer, in the order of the file, hand-offs without a row in it
/// last.
pub fn past_plays(
    dataset: &Dataset,
    number: usize,
    hand_offs: &HandOffs<'_>,
    now: &Moment,
) -> Vec<PastPlay> {
    let all = started(dataset, number, hand_offs, now);
    let failed = failed(dataset, number, hand_offs, &all, now);
    let play = |(at, started): (usize, &Begun)| PastPlay {
        playbook: dataset.playbook_numbers.get(&started.playbook).copied(),
        date: started.day,
        failed_in_stage: failed.contains(&at),
    };
    all.iter().enumerate().map(play).collect()
}

fn started(dataset: &Dataset, number: usize, hand_offs: &HandOffs<'_>, now: &Moment) -> Vec<Begun> {
    let stay = Stay::of(dataset, number);
    let undone: FxHashSet<&str> = hand_offs.undone.iter().map(|entry| entry.id.as_str()).collect();
    let handed_off: FxHashMap<&str, _> =
        hand_offs.standing.iter().map(|entry| (entry.id.as_str(), *entry)).collect();
    let rows = dataset.interventions(number).filter(|row| !undone.contains(&*row.intervention_id));
    let mut all: Vec<Begun> = rows
        .filter_map(|row| {
            let at = When::parse(row.generated_at.as_deref());
            // A row with a hand-off's id is that hand-off's run, whatever it says.
            let (playbook, in_stay) = match handed_off.get(row.intervention_id.as_str()) {
                // The hand-off has a date.
                Some(_) if at.is_none() => return None,
                Some(entry) => (entry.playbook_id.clone(), stay.covers_hand_off(entry, now)),
                None => {
                    let unreadable = When::is_unreadable(row.generated_at.as_deref());
                    let in_stay = !unreadable && stay.covers(at, row.journey_stage.as_deref());
                    (row.playbook_id, in_stay)
                }
            };
            Some(Begun { id: row.intervention_id, playbook, day: at.map(When::day), in_stay })
        })
        .collect();
    let dated = || all.iter().filter(|started| started.day.is_some());
    let ids: FxHashSet<CompactString> = dated().map(|row| row.id.clone()).collect();
    let of_stay = dated().filter(|started| started.in_stay);
    let of_stay: FxHashSet<CompactString> = of_stay.map(|row| row.playbook.clone()).collect();
    for entry in &hand_offs.standing {
        let in_stay = stay.covers_hand_off(entry, now);
        let is_of_stay = in_stay && of_stay.contains(&entry.playbook_id);
        if !ids.contains(&entry.id) && !is_of_stay {
            all.push(Begun {
                id: entry.id.clone(),
                playbook: entry.playbook_id.clone(),
                day: Some(now.day_of(entry.at)),
                in_stay,
            });
        }
    }
    all
}

/// Places of the plays that are the last ones of their playbooks in this stay, and failed.
fn failed(
    dataset: &Dataset,
    number: usize,
    hand_offs: &HandOffs<'_>,
    all: &[Begun],
    now: &Moment,
) -> FxHashSet<usize> {
    let Some(customer) = dataset.customer(number).map(|view| view.key) else {
        return FxHashSet::default();
    };
    let undone: FxHashSet<&str> = hand_offs.undone.iter().map(|entry| entry.id.as_str()).collect();
    let traits = all.iter().map(|its| (&*its.id, Some(customer), &*its.playbook, its.day));
    let mut started = Started::new(traits);
    for entry in hand_offs.standing.iter().filter(|entry| all.iter().all(|its| its.id != entry.id))
    {
        started.also(&entry.id, customer, &entry.playbook_id, now.day_of(entry.at));
    }
    let outcome = |outcome: Outcome| {
        let (id, text) = (outcome.intervention_id.as_str(), outcome.measured_at.as_deref());
        let day = When::parse(text).map(When::day);
        let place = started.of_outcome(id, customer, &outcome.playbook_id, day)?;
        Some((place, Measured::new(day, text), outcome.playbook_success))
    };
    let outcomes = dataset.outcomes(number).filter(|one| !undone.contains(&*one.intervention_id));
    let success = last_of_each(all.len(), outcomes.filter_map(outcome));
    let mut last: FxHashMap<&str, (Option<Date>, usize)> = FxHashMap::default();
    for (at, its) in all.iter().enumerate().filter(|(_, its)| its.in_stay) {
        let last = last.entry(&its.playbook).or_insert((its.day, at));
        *last = (*last).max((its.day, at));
    }
    let has_failed = |at: &usize| success.get(*at) == Some(&Some(Some(false)));
    last.into_values().map(|(_, at)| at).filter(has_failed).collect()
}
