//! The status of every customer at a moment.

use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::approval::run::{self, may_settle, runs, settling};
use crate::approval::{self, Authority, HandOffs, InForce, Subject};
use crate::domain::{Entry, Moment, RecoveredCustomers, Run, Standing, Status};
use crate::ledger::History;
use crate::matching::Matching;
use crate::matching::population::CHUNK;
use crate::store::PlayIx;

/// The status of each customer, and when the first of them becomes another one by time alone. Only
/// where someone decided, a row was skipped or a play ran does a customer have to be looked at
/// alone; all others stand where their play does.
pub fn statuses(
    matching: &Matching,
    history: &History,
    now: &Moment,
) -> (Arc<[Status]>, Option<Timestamp>) {
    let dataset = matching.dataset();
    let of_play: Vec<(Status, Option<&str>)> = matching
        .play_numbers()
        .map(|play| {
            let ranked = matching.ranked(play);
            let Some(playbook) = ranked.and_then(|ranked| matching.playbook(ranked)) else {
                return (Status::None, None);
            };
            let asks =
                ranked.is_some_and(|ranked| !matching.asked_for_any_account(ranked).is_empty());
            let status = if asks {
                Status::Pending
            } else if dataset.doubtful_playbooks.contains(&playbook.id) {
                Status::Held
            } else {
                Status::Automatic
            };
            (status, Some(playbook.id.as_str()))
        })
        .collect();
    let rules = &matching.policy().approval;
    let by_account = rules.required_at_account_value.is_some();
    let contact = matching.policy().contact;
    let status = |number: usize, play: Option<PlayIx>| {
        if matching.kept_back(number).is_some() {
            let standing = standing(matching, history, number, now);
            return (standing.status, standing.next_change);
        }
        let Some((status, playbook)) = play.and_then(|play| of_play.get(play.index())).copied()
        else {
            return without_play(matching, number, now);
        };
        if let Some(playbook) = playbook
            && may_settle(dataset, number, playbook)
            && let runs = runs(dataset, number, &HandOffs::default(), contact, now)
            && let Some(run) = settling(runs, &[playbook], contact)
        {
            return if run.over { (Status::Done, None) } else { (Status::Running, run.until) };
        }
        if matching.is_held_out(number) {
            return (Status::HeldOut, None);
        }
        let account = || matching.customer(number).and_then(|view| view.known_account_value());
        if by_account && status != Status::Pending && rules.asks_for_account(account()) {
            return (Status::Pending, None);
        }
        (status, None)
    };
    let mut statuses = vec![Status::None; matching.len()];
    let in_chunk = |(chunk, statuses): (usize, &mut [Status])| {
        let first = chunk * CHUNK;
        let plays = matching.plays_from(first);
        let numbered = statuses.iter_mut().zip(plays).enumerate();
        let ends = numbered.map(|(at, (slot, play))| {
            let (status, ends) = status(first + at, play);
            *slot = status;
            ends
        });
        ends.flatten().min()
    };
    let chunks = statuses.par_chunks_mut(CHUNK).enumerate();
    let mut next_change: Option<Timestamp> = chunks.filter_map(in_chunk).min();
    let doubtful = dataset.doubtful_customers.iter().map(|id| id.as_str());
    let cut_off = history.recoveries().filter_map(|entry| entry.recovered.as_ref());
    let mut about: Vec<&str> = doubtful.chain(history.customers()).collect();
    let mut everybody = false;
    for recovered in cut_off {
        match &recovered.customers {
            RecoveredCustomers::Named(named) => about.extend(named.iter().map(|id| id.as_str())),
            RecoveredCustomers::All(_) => everybody = true,
        }
    }
    let alone: Vec<usize> = match everybody {
        true => (0..statuses.len()).collect(),
        false => about.into_iter().filter_map(|id| dataset.customer_number(id)).collect(),
    };
    let looked_at: Vec<(usize, Standing)> = alone
        .into_par_iter()
        .map(|number| (number, standing(matching, history, number, now)))
        .collect();
    for (number, standing) in looked_at {
        if let Some(slot) = statuses.get_mut(number) {
            *slot = standing.status;
        }
        next_change = [next_change, standing.next_change].into_iter().flatten().min();
    }
    (statuses.into(), next_change)
}

/// The status of a customer to whom nothing is recommended and about whom nothing was decided, and
/// when it becomes another one by time alone.
fn without_play(matching: &Matching, number: usize, now: &Moment) -> (Status, Option<Timestamp>) {
    if !matching.is_high_risk(number) {
        return (Status::None, None);
    }
    let dataset = matching.dataset();
    // A quick look first: no row is about no playbook.
    if !may_settle(dataset, number, "") {
        return (Status::Uncovered, None);
    }
    let runs = runs(dataset, number, &HandOffs::default(), matching.policy().contact, now);
    match runs.into_iter().find(|run| !run.over) {
        None => (Status::Uncovered, None),
        Some(run) => (Status::None, run.until),
    }
}

/// What runs or ran of a playbook for a customer since it entered its stage.
pub fn run_of(
    matching: &Matching,
    history: &History,
    number: usize,
    playbook: &str,
    now: &Moment,
) -> Option<Run> {
    let dataset = matching.dataset();
    let policy = matching.policy();
    let id = dataset.customer(number)?.id();
    let authority = Authority { policy, now: now.at };
    let hand_offs = InForce::new(history.of_customer(id), &authority).hand_offs;
    let runs = runs(dataset, number, &hand_offs, policy.contact, now);
    runs.into_iter().find(|run| run.is_of(&[playbook]))
}

/// What runs or ran under the id of an intervention since a customer entered its stage: of a hand-off
/// the id of its entry, of a row of `interventions.json` its own.
pub fn run_of_intervention(
    matching: &Matching,
    history: &History,
    number: usize,
    id: &str,
    now: &Moment,
) -> Option<Run> {
    let policy = matching.policy();
    let customer = matching.customer(number)?.id();
    let authority = Authority { policy, now: now.at };
    let hand_offs = InForce::new(history.of_customer(customer), &authority).hand_offs;
    run::run_of_intervention(matching.dataset(), number, &hand_offs, now, id)
}

/// What runs for a customer, whatever is recommended.
pub fn running_of(
    matching: &Matching,
    history: &History,
    number: usize,
    now: &Moment,
) -> Option<Run> {
    let policy = matching.policy();
    let id = matching.customer(number)?.id();
    let authority = Authority { policy, now: now.at };
    let hand_offs = InForce::new(history.of_customer(id), &authority).hand_offs;
    let runs = runs(matching.dataset(), number, &hand_offs, policy.contact, now);
    runs.into_iter().find(|run| !run.over)
}

/// Returns the hand-offs of a customer that were not undone and that no row of the data reports too.
pub fn only_handed_off(
    matching: &Matching,
    history: &History,
    number: usize,
    now: &Moment,
) -> Vec<Arc<Entry>> {
    let dataset = matching.dataset();
    let Some(view) = dataset.customer(number) else { return Vec::new() };
    let authority = Authority { policy: matching.policy(), now: now.at };
    let hand_offs = InForce::new(history.of_customer(view.id()), &authority).hand_offs;
    let only = run::only_handed_off(dataset, number, &hand_offs, now);
    only.into_iter().map(Arc::clone).collect()
}

/// Where a customer's recommendation stands.
pub fn standing(matching: &Matching, history: &History, number: usize, now: &Moment) -> Standing {
    let dataset = matching.dataset();
    let policy = matching.policy();
    let id = matching.customer(number).map(|view| view.id()).unwrap_or_default();
    let basis = matching.basis(number).or_else(|| matching.uncovered_basis(number));
    let kept_back = matching.kept_back(number).and_then(|ranked| matching.playbook(ranked));
    let subject = Subject {
        kept_back: kept_back.map(|playbook| playbook.id.as_str()),
        basis: basis.as_ref(),
        held_out: matching.is_held_out(number),
        at_high_risk: matching.is_high_risk(number),
        doubtful: matching.is_doubtful(number),
        choose: &|playbook| matching.choose(number, playbook),
        runs: &|hand_offs| runs(dataset, number, hand_offs, policy.contact, now),
        recovered: history.recoveries().rev().find(|entry| {
            entry.recovered.as_ref().is_some_and(|recovered| recovered.customers.include(id))
        }),
    };
    approval::standing(&subject, policy, history.of_customer(id), now)
}
