//! What already runs for a customer: plays that were handed off, and those that `interventions.json`
//! and `outcomes.json` tell of, since the customer entered its stage (`decisions.md`, *Status*).

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::dataset::fields;
use crate::domain::status::RunBegan;
use crate::domain::{Dataset, Entry, Moment, Run};

/// The date that a text begins with: of `2025-02-02` and of `2025-02-02T10:00:00Z` alike.
fn date(text: Option<&str>) -> Option<Date> {
    text?.get(..10)?.parse().ok()
}

/// The stage that a customer is in, and since when, as far as that is known.
struct Stay<'a> {
    stage: Option<&'a str>,
    entered: Option<Date>,
}

impl<'a> Stay<'a> {
    fn of(dataset: &'a Dataset, number: usize) -> Self {
        let view = dataset.customer(number);
        Self {
            stage: view.and_then(|view| view.stage()),
            entered: date(view.and_then(|view| view.state_entered_at())),
        }
    }

    /// True where something of that date happened during it. Where a date is missing, the stage that
    /// it is about has to tell; one that says nothing counts: what may have run is not run again.
    fn covers(&self, at: Option<Date>, stage: Option<&str>) -> bool {
        match (self.entered, at) {
            (Some(entered), Some(at)) => at >= entered,
            _ => stage.is_none() || stage == self.stage,
        }
    }
}

/// What runs or ran for a customer by one of these playbooks, as the data says; `None` where nothing
/// of that happened since the customer entered its stage.
pub fn ran_in_data(dataset: &Dataset, number: usize, playbooks: &[&str]) -> Option<Run> {
    if !is_told_of(dataset, number) {
        return None;
    }
    let stay = Stay::of(dataset, number);
    let meant = |id: &str| playbooks.contains(&id);
    let interventions: Vec<_> = dataset.interventions(number).collect();
    let counts = interventions.iter().filter(|row| {
        meant(&row.playbook_id)
            && stay.covers(date(row.generated_at.as_deref()), row.journey_stage.as_deref())
    });
    let began = counts.clone().max_by_key(|row| date(row.generated_at.as_deref()));
    let counted: Vec<&str> = counts.map(|row| row.intervention_id.as_str()).collect();
    let known = |id: &str| interventions.iter().any(|row| row.intervention_id == id);
    // An outcome belongs to its intervention; without that, its own date has to tell.
    let outcome = dataset.outcomes(number).filter(|row| meant(&row.playbook_id)).find(|row| {
        let id = row.intervention_id.as_str();
        match !id.is_empty() && known(id) {
            true => counted.contains(&id),
            false => stay.covers(date(row.measured_at.as_deref()), None),
        }
    });
    let told = outcome.as_ref().map(|row| row.outcome.clone().unwrap_or("an outcome".into()));
    match (began, outcome) {
        (Some(row), _) => Some(Run {
            playbook_id: row.playbook_id.clone(),
            began: RunBegan::InData {
                id: row.intervention_id.clone(),
                at: row.generated_at.clone(),
            },
            outcome: told,
        }),
        (None, Some(row)) => Some(Run {
            playbook_id: row.playbook_id,
            began: RunBegan::InData { id: row.outcome_id, at: row.measured_at },
            outcome: told,
        }),
        (None, None) => None,
    }
}

/// True where any intervention or outcome of a customer is known.
pub fn is_told_of(dataset: &Dataset, number: usize) -> bool {
    !dataset.interventions_of.of(number).is_empty() || !dataset.outcomes_of.of(number).is_empty()
}

/// True where a row about a customer is about this playbook, whenever that was: a quick look before
/// [`ran_in_data`].
pub fn may_have_run(dataset: &Dataset, number: usize, playbook: &str) -> bool {
    let interventions = dataset.tables.interventions.texts(fields::INTERVENTION_PLAYBOOK);
    let outcomes = dataset.tables.outcomes.texts(fields::OUTCOME_PLAYBOOK);
    let mut ran =
        dataset.interventions_of.of(number).iter().map(|row| interventions.get(*row as usize));
    let mut came = dataset.outcomes_of.of(number).iter().map(|row| outcomes.get(*row as usize));
    ran.any(|id| id == Some(playbook)) || came.any(|id| id == Some(playbook))
}

/// What was handed off of a recommended playbook, or of one chosen in its place, since the customer
/// entered its stage. `hand_offs` are those that were not taken back, in the order of the ledger.
pub fn handed_off(
    dataset: &Dataset,
    number: usize,
    recommended: &str,
    hand_offs: &[&Arc<Entry>],
    now: &Moment,
) -> Option<Run> {
    let stay = Stay::of(dataset, number);
    let counts = |entry: &&&Arc<Entry>| {
        let of_this = entry.playbook_id == recommended
            || entry.basis.recommendation.playbook_id == recommended;
        let same_stage = entry.basis.recommendation.journey_stage.as_deref() == stay.stage;
        // The day it was handed off is a day in the stage that was entered on that very day.
        let since = stay.entered.is_none_or(|entered| now.day_of(entry.at) >= entered);
        of_this && same_stage && since
    };
    let entry = hand_offs.iter().rev().find(counts)?;
    Some(Run {
        playbook_id: entry.playbook_id.clone(),
        outcome: outcome_since(dataset, number, &entry.playbook_id, entry.at, now),
        began: RunBegan::HandedOff(Arc::clone(entry)),
    })
}

/// What came of a play of a customer from a day on.
fn outcome_since(
    dataset: &Dataset,
    number: usize,
    playbook: &CompactString,
    since: Timestamp,
    now: &Moment,
) -> Option<CompactString> {
    let since = now.day_of(since);
    let of_it = |row: &crate::domain::Outcome| {
        row.playbook_id == *playbook
            && date(row.measured_at.as_deref()).is_none_or(|measured| measured >= since)
    };
    let row = dataset.outcomes(number).find(of_it)?;
    Some(row.outcome.unwrap_or("an outcome".into()))
}
