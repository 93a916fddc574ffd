//! Which intervention each outcome belongs to, and which outcome of an intervention is the one that says.

use rayon::prelude::*;

use super::plays::Plays;
use crate::approval::join::{Measured, last_of_each};
use crate::store::dataset::fields;
use crate::store::{Dataset, RowIx};

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
        let customers = table.customers();
        let play_of = |row: usize| {
            let customer = customers.get(RowIx::at(row))?;
            let (id, playbook) = (ids.get(row), playbooks.get(row));
            let (id, playbook) = (id.unwrap_or_default(), playbook.unwrap_or_default());
            plays.started().of_outcome(id, customer, playbook, dates.day(row))
        };
        let play_of: Vec<Option<usize>> =
            (0..customers.len()).into_par_iter().map(play_of).collect();
        let joined = play_of.iter().enumerate().filter_map(|(row, play)| Some((row, (*play)?)));
        let measured = |(row, play)| (play, Measured::new(dates.day(row), dates.get(row)), row);
        let outcome_of = last_of_each(plays.all().len(), joined.map(measured));
        Self { play_of, outcome_of }
    }
}
