//! What already runs for a customer: plays that were handed off, and those that `interventions.json`
//! and `outcomes.json` tell of, since the customer entered its stage (`decisions.md`, *Status*).

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::domain::dataset::fields;
use crate::domain::status::RunBegan;
use crate::domain::{Dataset, Entry, Moment, Run};

/// A point in time as a file tells it: a day, or more exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    Day(Date),
    At(Timestamp, Date),
}

impl When {
    /// `2025-02-02`, `2025-02-02T10:00:00Z`; `None` of anything else.
    fn parse(text: Option<&str>) -> Option<Self> {
        let text = text?.trim();
        let day: Date = text.get(..10)?.parse().ok()?;
        match text.parse::<Timestamp>() {
            Ok(at) => Some(Self::At(at, day)),
            Err(_) => Some(Self::Day(day)),
        }
    }

    /// The day, where it happened.
    fn day(self) -> Date {
        match self {
            Self::Day(day) | Self::At(_, day) => day,
        }
    }

    /// True where this cannot have been before the other: what is only known by its day may have
    /// been at any time of it.
    fn not_before(self, other: Self) -> bool {
        match (self, other) {
            (Self::At(at, _), Self::At(other, _)) => at >= other,
            _ => self.day() >= other.day(),
        }
    }
}

/// The stage that a customer is in, and since when, as far as that is known.
struct Stay<'a> {
    stage: Option<&'a str>,
    entered: Option<When>,
    /// The same as the file has it.
    told: Option<&'a str>,
}

impl<'a> Stay<'a> {
    fn of(dataset: &'a Dataset, number: usize) -> Self {
        let view = dataset.customer(number);
        let told = view.and_then(|view| view.state_entered_at());
        Self { stage: view.and_then(|view| view.stage()), entered: When::parse(told), told }
    }

    /// True where something of that date happened during it. Where a date is missing, the stage that
    /// it is about has to tell; one that says nothing counts: what may have run is not run again.
    fn covers(&self, at: Option<When>, stage: Option<&str>) -> bool {
        match (self.entered, at) {
            (Some(entered), Some(at)) => at.not_before(entered),
            _ => stage.is_none() || stage == self.stage,
        }
    }

    /// True where a hand-off was made during it: in the same stage, and as its own record says since
    /// the same entry, or else not before this one.
    fn covers_hand_off(&self, entry: &Entry, now: &Moment) -> bool {
        let basis = &entry.basis;
        if basis.recommendation.journey_stage.as_deref() != self.stage {
            return false;
        }
        let same_entry =
            basis.state_entered_at.is_some() && basis.state_entered_at.as_deref() == self.told;
        // A clock east of here may have begun a day that has not begun here: the day counts there.
        let day = now.day_of(entry.at).max(LATEST_ZONE.to_datetime(entry.at).date());
        let at = When::At(entry.at, day);
        same_entry || self.entered.is_none_or(|entered| at.not_before(entered))
    }
}

/// Where a day begins first.
const LATEST_ZONE: Offset = Offset::constant(14);

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
            && stay.covers(When::parse(row.generated_at.as_deref()), row.journey_stage.as_deref())
    });
    let began =
        counts.clone().max_by_key(|row| When::parse(row.generated_at.as_deref()).map(When::day));
    let counted: Vec<&str> = counts.map(|row| row.intervention_id.as_str()).collect();
    let known = |id: &str| interventions.iter().any(|row| row.intervention_id == id);
    // An outcome belongs to its intervention; without that, its own date has to tell.
    let outcome = dataset.outcomes(number).filter(|row| meant(&row.playbook_id)).find(|row| {
        let id = row.intervention_id.as_str();
        match !id.is_empty() && known(id) {
            true => counted.contains(&id),
            false => stay.covers(When::parse(row.measured_at.as_deref()), None),
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

/// What was handed off of a playbook, or of one chosen in its place, since the customer entered its
/// stage. `hand_offs` are those that were not taken back, in the order of the ledger.
pub fn handed_off(
    dataset: &Dataset,
    number: usize,
    playbook: &str,
    hand_offs: &[&Arc<Entry>],
    now: &Moment,
) -> Option<Run> {
    let stay = Stay::of(dataset, number);
    let counts = |entry: &&&Arc<Entry>| {
        let of_this =
            entry.playbook_id == playbook || entry.basis.recommendation.playbook_id == playbook;
        of_this && stay.covers_hand_off(entry, now)
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
    let since = When::At(since, now.day_of(since));
    let of_it = |row: &crate::domain::Outcome| {
        row.playbook_id == *playbook
            && When::parse(row.measured_at.as_deref()).is_none_or(|m| m.not_before(since))
    };
    let row = dataset.outcomes(number).find(of_it)?;
    Some(row.outcome.unwrap_or("an outcome".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(text: &str) -> When {
        When::parse(Some(text)).unwrap()
    }

    #[test]
    fn instants_are_compared_as_such_and_days_as_days() {
        let entered = when("2025-03-01T00:00:00Z");
        assert!(when("2025-02-28T22:00:00-08:00").not_before(entered), "six hours after it");
        assert!(!when("2025-03-01T06:00:00+08:00").not_before(entered), "two hours before it");
        assert!(when("2025-03-01").not_before(when("2025-03-01")));
        assert!(when("2025-03-01").not_before(when("2025-03-01T23:00:00Z")), "some time that day");
        assert!(!when("2025-02-28").not_before(when("2025-03-01")));
        assert_eq!(When::parse(Some("soon")), None);
    }
}
