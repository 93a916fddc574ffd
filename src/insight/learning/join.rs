//! Which intervention each outcome belongs to, and which outcome of an intervention is the one that says.

use jiff::Timestamp;
use jiff::civil::Date;

use super::plays::Plays;
use crate::store::dataset::fields;
use crate::store::{CustomerKey, Dataset};

/// Outcomes joined to what ran.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Joined {
    /// For each row of the outcomes the place of its intervention among the [`Plays`].
    pub play_of: Vec<Option<usize>>,
    /// For each of these the row of the outcome that counts.
    pub outcome_of: Vec<Option<usize>>,
}

impl Joined {
    /// Joins every outcome of a dataset. Of several of an intervention the one that was measured last counts, of
    /// equals the last row.
    pub fn new(dataset: &Dataset, plays: &Plays<'_>) -> Self {
        let table = &dataset.tables.outcomes;
        let ids = table.texts(fields::OUTCOME_INTERVENTION);
        let playbooks = table.texts(fields::OUTCOME_PLAYBOOK);
        let dates = table.texts(fields::OUTCOME_AT);
        let play_of = |(row, customer): (usize, &CustomerKey)| {
            let (id, playbook) = (ids.get(row), playbooks.get(row));
            let (id, playbook) = (id.unwrap_or_default(), playbook.unwrap_or_default());
            plays.of_outcome(id, *customer, playbook, dates.day(row))
        };
        let play_of: Vec<Option<usize>> =
            table.customers().iter().enumerate().map(play_of).collect();
        let mut outcome_of: Vec<Option<usize>> = vec![None; plays.all().len()];
        for (row, play) in play_of.iter().enumerate() {
            let Some(last) = play.and_then(|play| outcome_of.get_mut(play)) else { continue };
            let measured = |row: usize| Measured::new(dates.day(row), dates.get(row));
            if last.is_none_or(|last| measured(last) <= measured(row)) {
                *last = Some(row);
            }
        }
        Self { play_of, outcome_of }
    }
}

/// When something was measured, as far as that is known: by the day, then by the time of day where a text has
/// one; before everything else where it has none.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Measured(Option<Date>, Option<Timestamp>);

impl Measured {
    /// By the day of a text and the text itself.
    pub fn new(day: Option<Date>, text: Option<&str>) -> Self {
        Self(day, day.and(text).and_then(|text| text.trim().parse().ok()))
    }
}
