//! What already runs for a customer: plays that were handed off, and those that `interventions.json`
//! and `outcomes.json` record, since the customer entered its stage.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use rustc_hash::{FxHashMap, FxHashSet};

use super::entries::HandOffs;
use crate::domain::policy::Contact;
use crate::domain::status::RunBegan;
use crate::domain::time::{date_of, days_after};
use crate::domain::{Entry, Intervention, Moment, Outcome, Run};
use crate::store::dataset::fields;
use crate::store::{CustomerIx, Dataset, RowIx};

/// A point in time as a file tells it: a day, or more exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum When {
    Day(Date),
    At(Timestamp, Date),
}

impl When {
    /// `2025-02-02`, `2025-02-02T10:00:00Z`; `None` of anything else.
    pub(super) fn parse(text: Option<&str>) -> Option<Self> {
        let text = text?.trim();
        let day = date_of(text)?;
        match text.parse::<Timestamp>() {
            Ok(at) => Some(Self::At(at, day)),
            Err(_) => Some(Self::Day(day)),
        }
    }

    /// True where a date is given that cannot be read: when that was is unknown.
    pub(super) fn is_unreadable(text: Option<&str>) -> bool {
        text.is_some_and(|text| !text.trim().is_empty()) && Self::parse(text).is_none()
    }

    /// The day, where it happened.
    pub(super) fn day(self) -> Date {
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
pub(super) struct Stay<'a> {
    stage: Option<&'a str>,
    entered: Option<When>,
    /// The same as the file has it.
    told: Option<&'a str>,
}

impl<'a> Stay<'a> {
    pub(super) fn of(dataset: &'a Dataset, number: usize) -> Self {
        let view = dataset.customer(number);
        let told = view.and_then(|view| view.state_entered_at());
        Self { stage: view.and_then(|view| view.stage()), entered: When::parse(told), told }
    }

    /// True where something of that date happened during it. Where a date is missing, the stage that
    /// it is about has to tell; one that says nothing counts: what may have run is not run again.
    pub(super) fn covers(&self, at: Option<When>, stage: Option<&str>) -> bool {
        match (self.entered, at) {
            (Some(entered), Some(at)) => at.not_before(entered),
            _ => stage.is_none() || stage == self.stage,
        }
    }

    /// True where a hand-off was made during it: in the same stage, and as its own record says since
    /// the same entry, or else not before this one.
    pub(super) fn covers_hand_off(&self, entry: &Entry, now: &Moment) -> bool {
        let basis = &entry.basis;
        // What cannot be read may have been in this stage: what may run already is not run again.
        if basis.get().is_some() && basis.recommendation.journey_stage.as_deref() != self.stage {
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
    let by_playbook = ByPlaybook::new(&known);
    let mut seen = FxHashSet::default();
    let playbooks = handed_off.rev().chain(in_data).chain(reported);
    playbooks
        .filter(|playbook| seen.insert(playbook.as_str()))
        .filter_map(|playbook| by_playbook.run(playbook, contact, now))
        .collect()
}

/// The play that runs or ran under the id of an intervention, in whatever stay, with its outcome where
/// one is known; `None` of an intervention that there is not, or that was undone.
pub fn run_of_intervention(
    dataset: &Dataset,
    number: usize,
    hand_offs: &HandOffs<'_>,
    now: &Moment,
    id: &str,
) -> Option<Run> {
    let hand_off = hand_offs.standing.iter().copied().find(|entry| entry.id == id);
    let undone = hand_offs.undone.iter().any(|entry| entry.id == id);
    let row = dataset.interventions(number).find(|row| row.intervention_id == id && !undone);
    let (playbook_id, began) = match (hand_off, row) {
        (Some(entry), _) => (entry.playbook_id.clone(), RunBegan::HandedOff(Arc::clone(entry))),
        (None, Some(row)) => {
            (row.playbook_id, RunBegan::InData { id: row.intervention_id, at: row.generated_at })
        }
        (None, None) => return None,
    };
    let instead_of = hand_off.and_then(instead_of);
    let own = dataset.outcomes(number).find(|outcome| outcome.intervention_id == id);
    let outcome = own.or_else(|| {
        let known = Known::new(dataset, number, hand_offs, now);
        let in_data = known.rows.iter().any(|row| row.intervention_id == id);
        let in_stay = in_data || known.hand_offs.iter().any(|entry| entry.id == id);
        let since = hand_off.map(|entry| When::At(entry.at, now.day_of(entry.at)));
        let of_stay = ByPlaybook::new(&known);
        let at = of_stay.by_date(&playbook_id, instead_of.as_deref(), since, in_data);
        known.outcomes.get(at.filter(|_| in_stay)?).cloned()
    });
    let outcome = outcome.map(|row| row.outcome.unwrap_or(UNNAMED.into()));
    Some(Run { playbook_id, instead_of, began, outcome, until: None, over: true })
}

/// The recommended playbook in whose place a person chose what was handed off.
fn instead_of(entry: &Arc<Entry>) -> Option<CompactString> {
    entry.basis.chosen.as_ref()?;
    Some(entry.basis.recommended()?.playbook_id.clone())
}

/// What an outcome is called that does not say.
const UNNAMED: &str = "an outcome";

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
    let of_stay = ids(&known.hand_offs);
    let playbooks: FxHashSet<&str> =
        known.rows.iter().map(|row| row.playbook_id.as_str()).collect();
    let in_data = |entry: &&Arc<Entry>| {
        let in_stay = of_stay.contains(entry.id.as_str());
        known.ids_in_data.contains(entry.id.as_str())
            || (in_stay && playbooks.contains(entry.playbook_id.as_str()))
    };
    hand_offs.standing.iter().copied().filter(|entry| !in_data(entry)).collect()
}

/// False where the data alone cannot settle anything about a playbook: no row is about it, and no
/// other play began after the customer entered its stage. A quick look before [`runs`].
pub fn may_settle(dataset: &Dataset, number: usize, playbook: &str) -> bool {
    let rows = dataset.rows.interventions.of(CustomerIx::at(number));
    let outcomes = dataset.rows.outcomes.of(CustomerIx::at(number));
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
    let matters = |row: &RowIx| {
        let row = row.index();
        playbooks.get(row) == Some(playbook) || !is_before(row)
    };
    let reported = dataset.tables.outcomes.texts(fields::OUTCOME_PLAYBOOK);
    let reports = |row: &RowIx| reported.get(row.index()) == Some(playbook);
    rows.iter().any(matters) || outcomes.iter().any(reports)
}

/// True where any intervention or outcome of a customer is known.
fn is_told_of(dataset: &Dataset, number: usize) -> bool {
    !dataset.rows.interventions.of(CustomerIx::at(number)).is_empty()
        || !dataset.rows.outcomes.of(CustomerIx::at(number)).is_empty()
}

/// What is known of a customer's plays since it entered its stage.
struct Known<'a> {
    stay: Stay<'a>,
    hand_offs: Vec<&'a Arc<Entry>>,
    rows: Vec<Intervention>,
    /// With all of those that do not belong to a run of an earlier stay.
    outcomes: Vec<Outcome>,
    /// Ids of all rows of `interventions.json`, whenever they ran.
    ids_in_data: FxHashSet<CompactString>,
    /// And of all hand-offs.
    ids_handed_off: FxHashSet<&'a str>,
}

fn ids<'e>(entries: &[&'e Arc<Entry>]) -> FxHashSet<&'e str> {
    entries.iter().map(|entry| entry.id.as_str()).collect()
}

impl<'a> Known<'a> {
    fn new(dataset: &'a Dataset, number: usize, all: &HandOffs<'a>, now: &Moment) -> Self {
        let stay = Stay::of(dataset, number);
        let hand_offs: Vec<_> =
            all.standing.iter().copied().filter(|entry| stay.covers_hand_off(entry, now)).collect();
        let (of_stay, undone) = (ids(&hand_offs), ids(&all.undone));
        let ids_handed_off = ids(&all.standing);
        let mut rows: Vec<Intervention> = dataset.interventions(number).collect();
        let ids_in_data = rows.iter().map(|row| row.intervention_id.clone()).collect();
        // A hand-off that was taken back is taken back wherever it was written down.
        rows.retain(|row| {
            let id = row.intervention_id.as_str();
            !undone.contains(id)
                && match ids_handed_off.contains(id) {
                    true => of_stay.contains(id),
                    // A play with a date that cannot be read does not count as running.
                    false if When::is_unreadable(row.generated_at.as_deref()) => false,
                    false => stay.covers(
                        When::parse(row.generated_at.as_deref()),
                        row.journey_stage.as_deref(),
                    ),
                }
        });
        let outcomes =
            dataset.outcomes(number).filter(|row| !undone.contains(&*row.intervention_id));
        let outcomes = outcomes.collect();
        Self { stay, hand_offs, rows, outcomes, ids_in_data, ids_handed_off }
    }

    /// True of the id of an intervention or a hand-off.
    fn is_known(&self, id: &str) -> bool {
        !id.is_empty() && (self.ids_in_data.contains(id) || self.ids_handed_off.contains(id))
    }
}

/// What is known of a customer's plays, found by playbook: each run looks at its own part alone.
struct ByPlaybook<'k> {
    known: &'k Known<'k>,
    plays: FxHashMap<&'k str, Play<'k>>,
    /// The first outcome of an intervention that is known, by its id and the outcome's playbook.
    of_intervention: FxHashMap<(&'k str, &'k str), usize>,
    /// Outcomes of no known intervention, by their playbook.
    of_playbook: FxHashMap<&'k str, Vec<usize>>,
}

/// What is recorded of one playbook's run.
#[derive(Default)]
struct Play<'k> {
    hand_offs: Vec<&'k Arc<Entry>>,
    rows: Vec<&'k Intervention>,
}

impl<'k> ByPlaybook<'k> {
    fn new(known: &'k Known<'k>) -> Self {
        let mut plays: FxHashMap<&str, Play<'_>> = FxHashMap::default();
        let mut handed_off: FxHashMap<&str, &str> = FxHashMap::default();
        for entry in &known.hand_offs {
            handed_off.insert(&entry.id, &entry.playbook_id);
            plays.entry(&entry.playbook_id).or_default().hand_offs.push(entry);
        }
        for row in &known.rows {
            // A row with a hand-off's id is that hand-off's run, whatever it says.
            let playbook = handed_off.get(&*row.intervention_id).copied();
            plays.entry(playbook.unwrap_or(&row.playbook_id)).or_default().rows.push(row);
        }
        let mut of_intervention = FxHashMap::default();
        let mut of_playbook: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (at, row) in known.outcomes.iter().enumerate() {
            let (id, playbook) = (row.intervention_id.as_str(), row.playbook_id.as_str());
            match known.is_known(id) {
                true => _ = of_intervention.entry((id, playbook)).or_insert(at),
                false => of_playbook.entry(playbook).or_default().push(at),
            }
        }
        Self { known, plays, of_intervention, of_playbook }
    }

    fn run(&self, playbook: &CompactString, contact: Contact, now: &Moment) -> Option<Run> {
        let nothing = Play::default();
        let Play { hand_offs, rows } = self.plays.get(playbook.as_str()).unwrap_or(&nothing);
        let hand_off = hand_offs.last().copied();
        let instead_of = hand_off.and_then(instead_of);
        let since = hand_off.map(|entry| When::At(entry.at, now.day_of(entry.at)));
        let outcome = self.outcome(playbook, instead_of.as_deref(), since, (hand_offs, rows));
        let row =
            rows.iter().max_by_key(|row| When::parse(row.generated_at.as_deref()).map(When::day));
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
        let dates = rows.iter().map(|row| When::parse(row.generated_at.as_deref())).chain([since]);
        let until = dates.flatten().filter_map(|date| date.days_later(contact.running_days)).max();
        let outcome = outcome.map(|row| row.outcome.clone().unwrap_or(UNNAMED.into()));
        Some(Run {
            playbook_id: playbook.clone(),
            instead_of,
            began,
            over: outcome.is_some() || until.is_some_and(|until| until <= now.at),
            outcome,
            until,
        })
    }

    /// The first outcome in the file that is one of a run. It belongs to its intervention; without
    /// that, its own date decides.
    fn outcome(
        &self,
        playbook: &str,
        instead_of: Option<&str>,
        since: Option<When>,
        (hand_offs, rows): (&[&Arc<Entry>], &[&Intervention]),
    ) -> Option<&'k Outcome> {
        let handed_off = hand_offs.iter().map(|entry| entry.id.as_str());
        let ids = handed_off.chain(rows.iter().map(|row| row.intervention_id.as_str()));
        let named = || [Some(playbook), instead_of].into_iter().flatten();
        let of_run = ids.flat_map(|id| named().chain([""]).map(move |playbook| (id, playbook)));
        let of_run = of_run.filter_map(|key| self.of_intervention.get(&key).copied());
        let by_date = self.by_date(playbook, instead_of, since, !rows.is_empty());
        self.known.outcomes.get(of_run.chain(by_date).min()?)
    }

    /// The first outcome in the file that names no known intervention, and that by its own date is
    /// one of a run: of one that began at `since`, or that the data has.
    fn by_date(
        &self,
        playbook: &str,
        instead_of: Option<&str>,
        since: Option<When>,
        in_data: bool,
    ) -> Option<usize> {
        let measured_then = |at: &usize| {
            self.known.outcomes.get(*at).is_some_and(|row| {
                let measured = When::parse(row.measured_at.as_deref());
                let since_then = since.is_some_and(|since| {
                    measured.is_none_or(|measured| measured.not_before(since))
                });
                let may_be = since.is_none() || in_data;
                !When::is_unreadable(row.measured_at.as_deref())
                    && (since_then || (may_be && self.known.stay.covers(measured, None)))
            })
        };
        let first =
            |playbook: &str| self.of_playbook.get(playbook)?.iter().copied().find(measured_then);
        [Some(playbook), instead_of].into_iter().flatten().filter_map(first).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Policy;
    use crate::intake::Loader;
    use crate::intake::load::Reread;

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

    /// A test by count: were each playbook to look at all rows, this would not end in time.
    #[test]
    fn many_plays_of_one_customer_take_time_by_their_number() {
        const PLAYS: usize = 20_000;
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, rows: Vec<String>| {
            let text = format!("[{}]", rows.join(",\n"));
            std::fs::write(directory.path().join(name), text).unwrap();
        };
        write("customers.json", vec![r#"{"customer_id":"C1"}"#.to_owned()]);
        let plays = 0..PLAYS;
        let intervention = |n: usize| {
            format!(r#"{{"intervention_id":"I{n}","customer_id":"C1","playbook_id":"P{n}"}}"#)
        };
        write("interventions.json", plays.clone().map(intervention).collect());
        // Every other play has an outcome; one says nothing of its playbook, one is about another.
        let outcome = |n: usize| {
            let playbook = match n {
                2 => String::new(),
                4 => "P5".to_owned(),
                n => format!("P{n}"),
            };
            format!(
                r#"{{"outcome_id":"O{n}","intervention_id":"I{n}","customer_id":"C1","playbook_id":"{playbook}","outcome":"resolved"}}"#
            )
        };
        write("outcomes.json", plays.step_by(2).map(outcome).collect());
        let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
        let now = Moment::new("2026-02-03T15:00:00Z".parse().unwrap(), TimeZone::UTC);
        let contact = Policy::default().contact;
        let runs = runs(&dataset, 0, &HandOffs::default(), contact, &now);
        let of = |n: usize| runs.iter().find(|run| run.playbook_id == format!("P{n}")).unwrap();
        assert_eq!(runs.len(), PLAYS);
        for (n, over) in [(0, true), (1, false), (2, true), (4, false), (5, false), (6, true)] {
            assert_eq!(of(n).over, over, "P{n}");
        }
        assert!(runs.iter().enumerate().all(|(n, run)| run.playbook_id == format!("P{n}")));
        assert!(only_handed_off(&dataset, 0, &HandOffs::default(), &now).is_empty());
    }
}
