//! The status of every customer at a moment.

use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::approval::run::{handed_off, is_told_of, may_have_run, ran_in_data};
use crate::approval::{self, Subject, hand_offs};
use crate::domain::{Entry, Moment, Run, Standing, Status};
use crate::ledger::History;
use crate::matching::Matching;
use crate::matching::population::CHUNK;

/// The status of each customer, and when the first of them becomes another one by time alone. Only
/// where somebody decided, a row was set aside or a play ran does a customer have to be looked at
/// alone; all others stand where their play does.
pub fn statuses(
    matching: &Matching,
    history: &History,
    now: &Moment,
) -> (Arc<[Status]>, Option<Timestamp>) {
    let dataset = matching.dataset();
    let of_play: Vec<(Status, Option<&str>)> = (0..matching.plays())
        .map(|play| {
            let ranked = matching.ranked(play);
            let Some(playbook) = ranked.and_then(|ranked| matching.playbook(ranked)) else {
                return (Status::None, None);
            };
            // Below every limit on the account: what is left is asked for by the play itself.
            let asks = ranked.is_some_and(|ranked| {
                !matching.approval_reasons(ranked, f64::NEG_INFINITY).is_empty()
            });
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
    let status = |number: usize, play: Option<usize>| {
        let Some((status, playbook)) = play.and_then(|play| of_play.get(play)).copied() else {
            return Status::None;
        };
        if let Some(playbook) = playbook
            && is_told_of(dataset, number)
            && may_have_run(dataset, number, playbook)
            && let Some(run) = ran_in_data(dataset, number, &[playbook])
        {
            return if run.outcome.is_some() { Status::Done } else { Status::Running };
        }
        let account = || matching.customer(number).map_or(0.0, |view| view.account_value());
        if by_account && status != Status::Pending && rules.asks_for_account(account()) {
            return Status::Pending;
        }
        status
    };
    let mut statuses = vec![Status::None; matching.len()];
    statuses.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, statuses)| {
        let first = chunk * CHUNK;
        let plays = matching.plays_from(first);
        let numbered = statuses.iter_mut().zip(plays).enumerate();
        numbered.for_each(|(at, (slot, play))| *slot = status(first + at, play));
    });
    let doubtful = dataset.doubtful_customers.iter().map(|id| id.as_str());
    let alone: Vec<usize> =
        doubtful.chain(history.customers()).filter_map(|id| dataset.customer_number(id)).collect();
    let looked_at: Vec<(usize, Standing)> = alone
        .into_par_iter()
        .map(|number| (number, standing(matching, history, number, now)))
        .collect();
    let mut next_change: Option<Timestamp> = None;
    for (number, standing) in looked_at {
        if let Some(slot) = statuses.get_mut(number) {
            *slot = standing.status;
        }
        next_change = [next_change, standing.next_change].into_iter().flatten().min();
    }
    (statuses.into(), next_change)
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
    let id = dataset.customer(number)?.id();
    let hand_offs = hand_offs(history.of_customer(id));
    handed_off(dataset, number, playbook, &hand_offs, now)
        .or_else(|| ran_in_data(dataset, number, &[playbook]))
}

/// Where a customer's recommendation stands.
pub fn standing(matching: &Matching, history: &History, number: usize, now: &Moment) -> Standing {
    let dataset = matching.dataset();
    let id = matching.customer(number).map(|view| view.id()).unwrap_or_default();
    let ran = |playbooks: &[&str], hand_offs: &[&Arc<Entry>]| -> Option<Run> {
        let in_data = || ran_in_data(dataset, number, playbooks);
        let handed_off = playbooks
            .iter()
            .find_map(|playbook| handed_off(dataset, number, playbook, hand_offs, now));
        match handed_off {
            None => in_data(),
            // Whoever carried it out may have written down by another name that it is over.
            Some(run) if run.outcome.is_none() => {
                Some(Run { outcome: in_data().and_then(|run| run.outcome), ..run })
            }
            run => run,
        }
    };
    let basis = matching.basis(number);
    let subject = Subject {
        basis: basis.as_ref(),
        doubtful: matching.is_doubtful(number),
        choose: &|playbook| matching.choose(number, playbook),
        ran: &ran,
    };
    approval::standing(&subject, matching.policy(), history.of_customer(id), now)
}
