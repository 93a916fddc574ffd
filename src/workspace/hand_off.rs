//! What may run now, and its hand-off: the record in the ledger that it was handed over to be
//! carried out. From then on it runs, and is not given out again.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;

use compact_str::CompactString;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::decide::{DecideError, decide_error, internal, outcome};
use super::refresh::Workspace;
use super::sign::Signing;
use super::snapshot::Snapshot;
use crate::approval::{limits, rules};
use crate::domain::experiment::Experiment;
use crate::domain::{DecisionKind, Entry, Error, ErrorKind, Moment, Policy, Status};
use crate::insight::ExportRow;
use crate::ledger::{self, Continuity, Draft, Drafts, EntryIds, NewLedger, Recorded};

/// What was handed off.
#[derive(Debug, Clone)]
pub struct HandedOff<T> {
    /// In customer file order, as they stood before.
    pub rows: Arc<[ExportRow]>,
    /// The numbers of their entries in the ledger; none where nothing may run.
    pub entries: Option<RangeInclusive<u64>>,
    /// How many customers were recorded as held out.
    pub enrolled: usize,
    /// Why one or the other was not recorded after all; those are not among the rows.
    pub left_out: Vec<DecideError>,
    /// What was made of all rows before they were recorded.
    pub prepared: T,
    /// Where an unfinished last line of the ledger was put, if there was one.
    pub set_aside: Option<PathBuf>,
}

impl Snapshot {
    /// The row of a customer in what may run now; `None` where nothing may.
    pub fn export(&self, number: usize) -> Option<ExportRow> {
        match self.status(number) {
            Status::Automatic => ExportRow::automatic(&self.matching, number),
            status if status.may_run() => {
                ExportRow::new(&self.matching, number, &self.standing(number))
            }
            _ => None,
        }
    }

    /// True of a customer whom an experiment leaves alone, and of whom that is not recorded yet.
    fn is_to_enroll(&self, number: usize) -> bool {
        if self.status(number) != Status::HeldOut {
            return false;
        }
        let experiment = self.matching.in_experiment(number);
        let is_of_it = |entry: &Arc<Entry>| {
            let basis = entry.basis.get().filter(|_| entry.kind == DecisionKind::Enroll);
            basis.is_some_and(|basis| basis.experiment == experiment)
        };
        let id = self.matching.customer(number).map(|view| view.id()).unwrap_or_default();
        !self.history.of_customer(id).any(is_of_it)
    }

    /// The entries that record who is held out, with the ids that are planned for them; those without one where
    /// that matters are left for the next time.
    fn enrollments(
        &self,
        by: &str,
        now: &Moment,
        id_of: impl Fn(&str) -> Option<Option<CompactString>>,
    ) -> Vec<Draft> {
        let draft = |number: usize| {
            let customer = CompactString::from(self.matching.customer(number)?.id());
            let id = id_of(&customer)?;
            let mut stated = self.hashed_basis(number)?;
            stated.basis.experiment_as = self.experiment_of(number);
            let about = (customer.clone(), stated.basis.recommendation.playbook_id.clone());
            let after = self.last_entry(&customer);
            let draft = Draft::new(
                DecisionKind::Enroll,
                by,
                about,
                ledger::basis_text(&stated.basis),
                now.at,
            );
            Some(Draft { id, after, ..draft })
        };
        (0..self.len()).filter(|number| self.is_to_enroll(*number)).filter_map(draft).collect()
    }

    /// The experiment that a customer is in, as the policy has it.
    fn experiment_of(&self, number: usize) -> Option<Box<Experiment>> {
        self.matching.experiment(number).map(|(experiment, _)| Box::new(experiment.clone()))
    }

    /// The entry that records the hand-off of a row.
    pub(super) fn hand_off(
        &self,
        row: &ExportRow,
        by: &str,
        now: &Moment,
    ) -> Result<Draft, DecideError> {
        let number = self.find_customer(&row.customer_id)?;
        let stated = match row.status {
            Status::Overridden => self.hashed_basis_with(number, &row.playbook_id),
            _ => self.hashed_basis(number),
        };
        let none = || internal("a hand-off without a recommendation");
        let mut stated = stated.ok_or_else(none)?;
        let view = self.matching.customer(number);
        stated.basis.state_entered_at = view.and_then(|v| v.state_entered_at()).map(Into::into);
        stated.basis.experiment_as = self.experiment_of(number);
        let about = (row.customer_id.clone(), row.playbook_id.clone());
        let basis = ledger::basis_text(&stated.basis);
        Ok(Draft {
            id: row.intervention_id.clone(),
            after: self.last_entry(&row.customer_id),
            ..Draft::new(DecisionKind::HandOff, by, about, basis, now.at)
        })
    }
}

/// How many hand-offs are made at once: enough for all cores, few enough to hold.
const BATCH: usize = 4096;

/// Why nothing is exported from a ledger that no one has accepted yet.
pub fn not_accepted(new: &NewLedger, snapshot: &Snapshot) -> DecideError {
    let error = Continuity::New(new.clone()).error(snapshot.history.head());
    let Some(error) = error else { return internal("a new ledger without a message") };
    let error = Error { kind: ErrorKind::Refused, ..error };
    DecideError::NotRecorded(error.context("nothing was exported"))
}

impl Workspace {
    /// Records that everything that may run now was handed over. What is on disk is read under the
    /// ledger's lock, so that of two who do this at once each play goes to one of them. `prepare` is
    /// given the rows before anything is recorded: whatever may fail for want of room belongs there.
    /// Returns when all is on disk.
    ///
    /// # Errors
    /// Where data cannot be read, the ledger cannot be trusted or written, no one is named, or
    /// `prepare` fails: nothing is recorded then.
    pub fn hand_off<T>(
        &mut self,
        by: &str,
        prepare: impl FnOnce(&[ExportRow]) -> Result<T, DecideError>,
    ) -> Result<HandedOff<T>, DecideError> {
        let person = rules::reviewer(by)?;
        let may = |policy: &Policy| limits::may_hand_off(policy, &person);
        let before = self.ready()?;
        may(before.matching.policy())?;
        let ledger = self.ledger.ledger.clone();
        let read = self.ledger.known();
        let (planned, signing) = self.sign_hand_off(by, &before)?;
        drop(before);
        let mut made: Option<(Arc<[ExportRow]>, T, Arc<Snapshot>)> = None;
        let recorded = ledger.append_each(read.as_deref(), |history| {
            let snapshot = self.ready_under(history)?;
            if let Some(new) = &snapshot.new_ledger {
                return Err(not_accepted(new, &snapshot));
            }
            may(snapshot.matching.policy())?;
            let numbers = (0..snapshot.len()).into_par_iter();
            let now = self.clock.now();
            let ids = EntryIds::default();
            let mut rows: Vec<ExportRow> =
                numbers.filter_map(|number| snapshot.export(number)).collect();
            if signing.is_needed() {
                // What was cleared since then was not signed: it stays for the next hand-off.
                rows.retain_mut(|row| {
                    row.intervention_id = planned.get(&row.customer_id).cloned();
                    row.intervention_id.is_some()
                });
            } else {
                rows.iter_mut().for_each(|row| row.intervention_id = Some(ids.next(now.at)));
            }
            let rows: Arc<[ExportRow]> = rows.into();
            made = Some((Arc::clone(&rows), prepare(&rows)?, Arc::clone(&snapshot)));
            let snapshot_of_enrolled = Arc::clone(&snapshot);
            let planned_id = |customer: &str| match signing.is_needed() {
                true => planned.get(customer).cloned().map(Some),
                false => Some(None),
            };
            let enrollments = snapshot.enrollments(by, &now, planned_id);
            let by = by.to_owned();
            let signing = &signing;
            let batches = (0..rows.len()).step_by(BATCH).map(move |first| {
                let batch = rows.get(first..rows.len().min(first + BATCH)).unwrap_or_default();
                let draft = |row: &ExportRow| {
                    let draft = snapshot.hand_off(row, &by, &now)?;
                    signing
                        .attach(draft, snapshot.matching.policy())
                        .map_err(DecideError::NotRecorded)
                };
                batch.par_iter().map(draft).collect()
            });
            let policy = Arc::clone(snapshot_of_enrolled.matching.policy());
            let enroll = move |draft: Draft| {
                signing.attach(draft, &policy).map_err(DecideError::NotRecorded)
            };
            let enrolled = std::iter::once(enrollments.into_iter().map(enroll).collect());
            Ok(Box::new(batches.chain(enrolled)) as Drafts<'_, DecideError>)
        });
        let Recorded { each, torn, history } = recorded.map_err(decide_error)?;
        // Where everyone stands now is for the next view to find out.
        self.ledger.take(&history, self.clock.now().at);
        let (all, prepared, snapshot) =
            made.ok_or_else(|| internal("a hand-off without its rows"))?;
        let mut handed_off = HandedOff {
            rows: Arc::clone(&all),
            entries: None,
            enrolled: 0,
            left_out: Vec::new(),
            prepared,
            set_aside: torn,
        };
        let policy = snapshot.matching.policy();
        let each: Vec<_> = each.into_par_iter().map(|made| outcome(made, policy)).collect();
        let mut is_recorded = Vec::with_capacity(all.len());
        for (place, recorded) in each.into_iter().enumerate() {
            is_recorded.push(recorded.is_ok());
            match recorded {
                // Behind the plays.
                Ok(_) if place >= all.len() => handed_off.enrolled += 1,
                Ok(entry) => {
                    let first = handed_off.entries.map_or(entry.seq, |entries| *entries.start());
                    handed_off.entries = Some(first..=entry.seq);
                }
                Err(error) => handed_off.left_out.push(error),
            }
        }
        tracing::info!(plays = all.len(), left_out = handed_off.left_out.len(), "hand-off saved");
        if !handed_off.left_out.is_empty() {
            let recorded = all.iter().zip(is_recorded).filter(|(_, is_recorded)| *is_recorded);
            handed_off.rows = recorded.map(|(row, _)| row.clone()).collect();
        }
        Ok(handed_off)
    }

    /// Signs the hand-off of everything that may run on the view before the lock is taken, if the
    /// reviewer's entries have to be signed; returns the id planned for each customer.
    fn sign_hand_off(
        &self,
        by: &str,
        before: &Snapshot,
    ) -> Result<(FxHashMap<CompactString, CompactString>, Signing), DecideError> {
        let now = self.clock.now();
        let mut signing = Signing::new(by.into(), now.at);
        let mut planned = FxHashMap::default();
        let policy = before.matching.policy();
        if !self.signer.may_sign(policy) {
            return Ok((planned, signing));
        }
        let hand = signing.hand(&self.signer, policy).map_err(DecideError::NotRecorded)?;
        let Some(hand) = hand else { return Ok((planned, signing)) };
        let ids = EntryIds::default();
        for first in (0..before.len()).step_by(BATCH) {
            let numbers = (first..before.len().min(first + BATCH)).into_par_iter();
            let mut rows: Vec<ExportRow> =
                numbers.filter_map(|number| before.export(number)).collect();
            for row in &mut rows {
                let id = ids.next(now.at);
                planned.insert(row.customer_id.clone(), id.clone());
                row.intervention_id = Some(id);
            }
            let drafts: Result<Vec<Draft>, DecideError> =
                rows.par_iter().map(|row| before.hand_off(row, by, &now)).collect();
            signing.sign(&hand, &drafts?).map_err(DecideError::NotRecorded)?;
        }
        let enrollments = before.enrollments(by, &now, |_| Some(Some(ids.next(now.at))));
        let enrolled =
            enrollments.iter().map(|draft| (draft.customer_id.clone(), draft.id.clone()));
        planned.extend(enrolled.filter_map(|(customer, id)| Some((customer, id?))));
        signing.sign(&hand, &enrollments).map_err(DecideError::NotRecorded)?;
        Ok((planned, signing))
    }
}
