//! Customers and playbooks as people name them: a customer by its id in any case or by its whole name,
//! a playbook by its id in any case.

use rayon::prelude::*;

use super::decide::DecideError;
use super::snapshot::Snapshot;
use crate::domain::form::{folded, same_but_case};
use crate::domain::suggestion::{Suggestion, alike, named_alike, suggestions};
use crate::domain::{Code, Finding};
use crate::intake::DataFile;
use crate::store::dataset::CustomerView;

impl Snapshot {
    /// Returns the number of the customer with exactly this id.
    ///
    /// # Errors
    /// Where there is none: with the nearest ids and names, or with what is wrong with its row.
    pub fn find_customer(&self, id: &str) -> Result<usize, DecideError> {
        self.matching.dataset().customer_number(id).ok_or_else(|| self.unknown_customer(id))
    }

    /// Returns the number of the customer that a person names: by its id, or by its id or its whole name
    /// in any case, where no other customer has that as its id or its name.
    ///
    /// # Errors
    /// Where there is none, or more than one.
    pub fn named_customer(&self, typed: &str) -> Result<usize, DecideError> {
        let dataset = self.matching.dataset();
        if let Some(number) = dataset.customer_number(typed) {
            return Ok(number);
        }
        if self.skipped_row_of(typed).is_some() {
            return Err(self.unknown_customer(typed));
        }
        let name = folded(typed);
        let views = || {
            (0..dataset.len())
                .into_par_iter()
                .filter_map(|number| Some((number, dataset.customer(number)?)))
        };
        // A name that is the id of another customer, but for its case, means either.
        let is_meant = |view: &CustomerView<'_>| {
            let has_name = |n: &str| !name.is_empty() && folded(n) == name;
            same_but_case(view.id(), typed) || view.name().is_some_and(has_name)
        };
        let found: Vec<usize> =
            views().filter(|(_, view)| is_meant(view)).map(|(number, _)| number).collect();
        match found.as_slice() {
            [] => Err(self.unknown_customer(typed)),
            [only] => Ok(*only),
            several => {
                let id = |number: &usize| Some(dataset.customer(*number)?.id().to_owned());
                let ids = several.iter().filter_map(id).collect();
                Err(DecideError::AmbiguousCustomer { name: typed.to_owned(), ids })
            }
        }
    }

    /// Returns the id of the playbook that a person names, in any case. Its row may have been skipped.
    ///
    /// # Errors
    /// Where there is none, or more than one.
    pub fn named_playbook(&self, typed: &str) -> Result<String, DecideError> {
        if self.find_playbook(typed).is_ok() {
            return Ok(typed.to_owned());
        }
        let dataset = self.matching.dataset();
        let mut same = dataset.playbooks().filter(|playbook| same_but_case(&playbook.id, typed));
        match (same.next(), same.next()) {
            (Some(only), None) => Ok(only.id.to_string()),
            _ => Err(self.unknown_playbook(typed)),
        }
    }

    /// Checks that there is a playbook with exactly this id; its row may have been skipped.
    ///
    /// # Errors
    /// Where there is none: with the nearest ids.
    pub(super) fn find_playbook(&self, id: &str) -> Result<(), DecideError> {
        let dataset = self.matching.dataset();
        let skipped = || dataset.skipped_playbooks().any(|row| row.playbook_id == id);
        if dataset.playbook_by_id(id).is_some() || skipped() {
            return Ok(());
        }
        Err(self.unknown_playbook(id))
    }

    fn unknown_playbook(&self, id: &str) -> DecideError {
        let ids = self.matching.dataset().playbooks().map(|playbook| playbook.id.as_str());
        let file = self.matching.dataset().tables.name_of(DataFile::Playbooks).into();
        DecideError::UnknownPlaybook { id: id.to_owned(), file, nearest: suggestions(id, ids) }
    }

    fn skipped_row_of(&self, id: &str) -> Option<&Finding> {
        self.matching.dataset().findings.iter().find(|finding| {
            finding.code == Code::BadRow
                && finding.is_in(DataFile::Customers)
                && finding.customer_id.as_deref() == Some(id)
        })
    }

    fn unknown_customer(&self, id: &str) -> DecideError {
        if let Some(finding) = self.skipped_row_of(id) {
            return DecideError::SkippedRow(finding.to_string());
        }
        let dataset = self.matching.dataset();
        let mut nearest = suggestions(id, dataset.customers().map(|view| view.id()));
        if nearest.iter().all(|suggestion| suggestion.differs.is_none()) {
            let score = |number: usize| {
                let view = dataset.customer(number)?;
                Some((named_alike(id, view.id(), view.name()), number))
            };
            let scores = (0..dataset.len()).into_par_iter().filter_map(score).collect();
            let suggestion = |number| {
                let view = dataset.customer(number)?;
                let name = view.name().map(str::to_owned);
                Some(Suggestion { name, ..Suggestion::of(view.id()) })
            };
            nearest = alike(scores).into_iter().filter_map(suggestion).collect();
        }
        let file = dataset.tables.name_of(DataFile::Customers).into();
        DecideError::UnknownCustomer { id: id.to_owned(), file, nearest }
    }

    /// Returns a customer as people read it: `Meridian Health Systems (C006)`; the id alone where it has
    /// no name here.
    pub fn customer_words(&self, id: &str) -> String {
        let number = self.matching.dataset().customer_number(id);
        let view = number.and_then(|number| self.matching.customer(number));
        match view.and_then(|view| view.name()) {
            Some(name) => format!("{name} ({id})"),
            None => id.to_owned(),
        }
    }
}
