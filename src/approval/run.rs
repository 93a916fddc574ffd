//! What already runs for a customer: plays that were handed off, and those that `interventions.json`
//! and `outcomes.json` tell of, since the customer entered its stage (`decisions.md`, *Status*;
//! `trust.md`, 11).

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use super::entries::HandOffs;
use crate::domain::dataset::fields;
use crate::domain::policy::Contact;
use crate::domain::status::RunBegan;
use crate::domain::time::{date_of, days_after};
use crate::domain::{Dataset, Entry, Intervention, Moment, Outcome, Run};

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
        let day = date_of(text)?;
        match text.parse::<Timestamp>() {
            Ok(at) => Some(Self::At(at, day)),
            Err(_) => Some(Self::Day(day)),
        }
    }

    /// True where a date is given that cannot be read: nobody knows when that was.
    fn is_unreadable(text: Option<&str>) -> bool {
        text.is_some_and(|text| !text.trim().is_empty()) && Self::parse(text).is_none()
    }

    /// The day, where it happened.
    fn day(self) -> Date {
        match self {
            Self::Day(day) | Self::At(_, day) => day,
        }
    }

    /// So many days of 24 hours later. A day without a time begins at midnight UTC, so that it ends
    /// at the same moment wherever it is looked at.
    fn days_later(self, days: f64) -> Option<Timestamp> {
        match self {
            Self::At(at, _) => days_after(at, days),
            Self::Day(day) => days_after(day.to_zoned(TimeZone::UTC).ok()?.timestamp(), days),
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

/// The plays that run or ran for a customer since it entered its stage, one for each playbook: a
/// hand-off and a row of `interventions.json` with its id, or for the same playbook, are one run.
pub fn runs(
    dataset: &Dataset,
    number: usize,
    hand_offs: &HandOffs<'_>,
    contact: Contact,
    now: &Moment,
) -> Vec<Run> {
    if hand_offs.standing.is_empty() && !is_told_of(dataset, number) {
        return Vec::new();
    }
    let known = Known::new(dataset, number, hand_offs, now);
    let handed_off = known.hand_offs.iter().map(|entry| &entry.playbook_id);
    let in_data = known.rows.iter().map(|row| &row.playbook_id);
    let reported = known.outcomes.iter().map(|row| &row.playbook_id);
    let mut playbooks: Vec<&CompactString> = Vec::new();
    for playbook in handed_off.rev().chain(in_data).chain(reported) {
        if !playbooks.contains(&playbook) {
            playbooks.push(playbook);
        }
    }
    playbooks.into_iter().filter_map(|playbook| known.run(playbook, contact, now)).collect()
}

/// The run that settles what is done about these playbooks (the recommended one, and what was chosen
/// in its place): one of them that runs, any other that runs unless plays may run side by side, or
/// one of them that is over.
pub fn settling(runs: Vec<Run>, playbooks: &[&str], contact: Contact) -> Option<Run> {
    let own_runs = |run: &Run| !run.over && run.is_of(playbooks);
    let other_runs = |run: &Run| !run.over && !contact.parallel;
    let own_ran = |run: &Run| run.is_of(playbooks);
    let tests: [&dyn Fn(&Run) -> bool; 3] = [&own_runs, &other_runs, &own_ran];
    let place = tests.iter().find_map(|test| runs.iter().position(test))?;
    runs.into_iter().nth(place)
}

/// The hand-offs of a customer that no row of `interventions.json` tells of as well, in order.
pub fn only_handed_off<'e>(
    dataset: &'e Dataset,
    number: usize,
    hand_offs: &HandOffs<'e>,
    now: &Moment,
) -> Vec<&'e Arc<Entry>> {
    let known = Known::new(dataset, number, hand_offs, now);
    let in_data = |entry: &&Arc<Entry>| {
        let in_stay = known.hand_offs.iter().any(|of_stay| of_stay.id == entry.id);
        known.ids_in_data.contains(&entry.id)
            || (in_stay && known.rows.iter().any(|row| row.playbook_id == entry.playbook_id))
    };
    hand_offs.standing.iter().copied().filter(|entry| !in_data(entry)).collect()
}

/// False where the data alone cannot settle anything about a playbook: no row is about it, and no
/// other play began after the customer entered its stage. A quick look before [`runs`].
pub fn may_settle(dataset: &Dataset, number: usize, playbook: &str) -> bool {
    let rows = dataset.interventions_of.of(number);
    let outcomes = dataset.outcomes_of.of(number);
    if rows.is_empty() && outcomes.is_empty() {
        return false;
    }
    let table = &dataset.tables.interventions;
    let (playbooks, dates) =
        (table.texts(fields::INTERVENTION_PLAYBOOK), table.texts(fields::INTERVENTION_AT));
    let entered = Stay::of(dataset, number).entered;
    let is_before = |row: usize| {
        let date = When::parse(dates.get(row));
        date.zip(entered).is_some_and(|(date, entered)| !date.not_before(entered))
    };
    let matters = |row: &u32| {
        let row = *row as usize;
        playbooks.get(row) == Some(playbook) || !is_before(row)
    };
    let reported = dataset.tables.outcomes.texts(fields::OUTCOME_PLAYBOOK);
    let reports = |row: &u32| reported.get(*row as usize) == Some(playbook);
    rows.iter().any(matters) || outcomes.iter().any(reports)
}

/// True where any intervention or outcome of a customer is known.
fn is_told_of(dataset: &Dataset, number: usize) -> bool {
    !dataset.interventions_of.of(number).is_empty() || !dataset.outcomes_of.of(number).is_empty()
}

/// What is known of a customer's plays since it entered its stage.
struct Known<'a> {
    stay: Stay<'a>,
    hand_offs: Vec<&'a Arc<Entry>>,
    rows: Vec<Intervention>,
    /// With all of those that do not belong to a run of an earlier stay.
    outcomes: Vec<Outcome>,
    /// Ids of all rows of `interventions.json`, whenever they ran.
    ids_in_data: Vec<CompactString>,
    /// And of all hand-offs.
    ids_handed_off: Vec<CompactString>,
}

impl<'a> Known<'a> {
    fn new(dataset: &'a Dataset, number: usize, all: &HandOffs<'a>, now: &Moment) -> Self {
        let stay = Stay::of(dataset, number);
        let is = |entries: &[&Arc<Entry>], id: &str| entries.iter().any(|entry| entry.id == id);
        let hand_offs: Vec<_> =
            all.standing.iter().copied().filter(|entry| stay.covers_hand_off(entry, now)).collect();
        let mut rows: Vec<Intervention> = dataset.interventions(number).collect();
        let ids_in_data = rows.iter().map(|row| row.intervention_id.clone()).collect();
        let ids_handed_off = all.standing.iter().map(|entry| entry.id.clone()).collect();
        // A hand-off that was taken back is taken back wherever it was written down.
        rows.retain(|row| {
            let id = row.intervention_id.as_str();
            !is(&all.taken_back, id)
                && match is(&all.standing, id) {
                    true => is(&hand_offs, id),
                    // A play with a date that cannot be read does not count as running.
                    false if When::is_unreadable(row.generated_at.as_deref()) => false,
                    false => stay.covers(
                        When::parse(row.generated_at.as_deref()),
                        row.journey_stage.as_deref(),
                    ),
                }
        });
        let outcomes =
            dataset.outcomes(number).filter(|row| !is(&all.taken_back, &row.intervention_id));
        let outcomes = outcomes.collect();
        Self { stay, hand_offs, rows, outcomes, ids_in_data, ids_handed_off }
    }

    /// True of the id of an intervention or a hand-off.
    fn is_known(&self, id: &str) -> bool {
        let is = |known: &CompactString| known == id;
        !id.is_empty() && (self.ids_in_data.iter().any(is) || self.ids_handed_off.iter().any(is))
    }

    fn run(&self, playbook: &CompactString, contact: Contact, now: &Moment) -> Option<Run> {
        let hand_offs = self.hand_offs.iter().filter(|entry| entry.playbook_id == *playbook);
        let hand_off = hand_offs.clone().next_back().copied();
        let by_id = |id: &str| hand_offs.clone().any(|entry| entry.id == id);
        // A row with a hand-off's id is that hand-off's run, whatever it says.
        let others = |id: &str| self.hand_offs.iter().any(|entry| entry.id == id) && !by_id(id);
        let rows = self.rows.iter().filter(|row| {
            let id = row.intervention_id.as_str();
            by_id(id) || (row.playbook_id == *playbook && !others(id))
        });
        let instead_of = hand_off
            .filter(|entry| entry.basis.chosen.is_some())
            .map(|entry| entry.basis.recommendation.playbook_id.clone());
        let since = hand_off.map(|entry| When::At(entry.at, now.day_of(entry.at)));
        let has_rows = rows.clone().next().is_some();
        let outcome = self.outcomes.iter().find(|row| {
            let id = row.intervention_id.as_str();
            let of_it =
                row.playbook_id == *playbook || Some(&row.playbook_id) == instead_of.as_ref();
            // An outcome belongs to its intervention; without that, its own date has to tell.
            if self.is_known(id) {
                let of_run = by_id(id) || rows.clone().any(|row| row.intervention_id == id);
                return of_run && (of_it || row.playbook_id.is_empty());
            }
            if !of_it || When::is_unreadable(row.measured_at.as_deref()) {
                return false;
            }
            let measured = When::parse(row.measured_at.as_deref());
            let since_then = since
                .is_some_and(|since| measured.is_none_or(|measured| measured.not_before(since)));
            since_then || ((since.is_none() || has_rows) && self.stay.covers(measured, None))
        });
        let row =
            rows.clone().max_by_key(|row| When::parse(row.generated_at.as_deref()).map(When::day));
        let began = match (hand_off, row, outcome) {
            (Some(entry), ..) => RunBegan::HandedOff(Arc::clone(entry)),
            (None, Some(row), _) => {
                RunBegan::InData { id: row.intervention_id.clone(), at: row.generated_at.clone() }
            }
            (None, None, Some(row)) => {
                RunBegan::InData { id: row.outcome_id.clone(), at: row.measured_at.clone() }
            }
            (None, None, None) => return None,
        };
        let dates = rows.map(|row| When::parse(row.generated_at.as_deref())).chain([since]);
        let until = dates.flatten().filter_map(|date| date.days_later(contact.running_days)).max();
        let outcome = outcome.map(|row| row.outcome.clone().unwrap_or("an outcome".into()));
        Some(Run {
            playbook_id: playbook.clone(),
            instead_of,
            began,
            over: outcome.is_some() || until.is_some_and(|until| until <= now.at),
            outcome,
            until,
        })
    }
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
        assert!(When::is_unreadable(Some("soon")) && When::is_unreadable(Some("1736640000000")));
        let none = [None, Some(""), Some(" "), Some("2025-03-01")];
        assert!(!none.into_iter().any(When::is_unreadable));
    }
}
