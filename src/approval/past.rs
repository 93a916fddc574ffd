//! What was done for a customer before, as contact limits count it: interventions and standing
//! hand-offs, of which one and its row count once, and whether the last one of a playbook in the
//! customer's stage failed.

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use super::entries::HandOffs;
use super::run::{Stay, When};
use crate::domain::{Moment, Outcome};
use crate::matching::PastPlay;
use crate::store::Dataset;

/// An intervention or a hand-off.
struct Started {
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
    let failed = failed(dataset, number, hand_offs, &all);
    let play = |(at, started): (usize, &Started)| PastPlay {
        playbook: dataset.playbook_numbers.get(&started.playbook).copied(),
        date: started.day,
        failed_in_stage: failed.contains(&at),
    };
    all.iter().enumerate().map(play).collect()
}

fn started(
    dataset: &Dataset,
    number: usize,
    hand_offs: &HandOffs<'_>,
    now: &Moment,
) -> Vec<Started> {
    let stay = Stay::of(dataset, number);
    let undone: FxHashSet<&str> = hand_offs.undone.iter().map(|entry| entry.id.as_str()).collect();
    let handed_off: FxHashMap<&str, _> =
        hand_offs.standing.iter().map(|entry| (entry.id.as_str(), *entry)).collect();
    let rows = dataset.interventions(number).filter(|row| !undone.contains(&*row.intervention_id));
    let mut all: Vec<Started> = rows
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
            Some(Started { id: row.intervention_id, playbook, day: at.map(When::day), in_stay })
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
            all.push(Started {
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
    all: &[Started],
) -> FxHashSet<usize> {
    let undone: FxHashSet<&str> = hand_offs.undone.iter().map(|entry| entry.id.as_str()).collect();
    // By id and playbook, and by the id of an outcome that names no playbook; the last of equals.
    let mut by_id: FxHashMap<(&str, &str), usize> = FxHashMap::default();
    for (at, started) in all.iter().enumerate().filter(|(_, started)| !started.id.is_empty()) {
        by_id.insert((&started.id, &started.playbook), at);
        by_id.insert((&started.id, ""), at);
    }
    // Of each playbook by their dates; those without one come first.
    let mut by_playbook: FxHashMap<&str, Vec<(Option<Date>, usize)>> = FxHashMap::default();
    for (at, started) in all.iter().enumerate() {
        by_playbook.entry(&started.playbook).or_default().push((started.day, at));
    }
    by_playbook.values_mut().for_each(|plays| plays.sort_unstable());
    let mut outcomes: FxHashMap<usize, (Measured, Outcome)> = FxHashMap::default();
    for outcome in dataset.outcomes(number) {
        let id = outcome.intervention_id.as_str();
        if undone.contains(id) {
            continue;
        }
        let named = by_id.get(&(id, outcome.playbook_id.as_str())).copied();
        let measured = measured(&outcome);
        let latest = || {
            let plays = by_playbook.get(outcome.playbook_id.as_str())?;
            let day = Some(measured.0?);
            let until = plays.partition_point(|(start, _)| *start <= day);
            plays.get(until.checked_sub(1)?).filter(|(start, _)| start.is_some()).map(|(_, at)| *at)
        };
        let Some(at) = named.or_else(latest) else { continue };
        // Of equals the last row counts.
        if outcomes.get(&at).is_none_or(|(before, _)| *before <= measured) {
            outcomes.insert(at, (measured, outcome));
        }
    }
    let last = |plays: &Vec<(Option<Date>, usize)>| {
        let in_stay = |(_, at): &&(Option<Date>, usize)| all.get(*at).is_some_and(|s| s.in_stay);
        plays.iter().rev().find(in_stay).map(|(_, at)| *at)
    };
    let has_failed = |at: &usize| {
        outcomes.get(at).is_some_and(|(_, outcome)| outcome.playbook_success == Some(false))
    };
    by_playbook.values().filter_map(last).filter(has_failed).collect()
}

/// When an outcome was measured, as far as that is known.
type Measured = (Option<Date>, Option<Timestamp>);

fn measured(outcome: &Outcome) -> Measured {
    match When::parse(outcome.measured_at.as_deref()) {
        None => (None, None),
        Some(When::Day(day)) => (Some(day), None),
        Some(When::At(at, day)) => (Some(day), Some(at)),
    }
}
