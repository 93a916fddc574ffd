//! What may run now, and its hand-off: the record in the ledger that it was handed over to be
//! carried out. From then on it runs, and is not given out again.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use rayon::prelude::*;

use super::decide::{DecideError, decide_error};
use super::refresh::Workspace;
use super::snapshot::Snapshot;
use crate::approval::{limits, rules};
use crate::domain::{DecisionKind, Moment, Policy, Status};
use crate::insight::ExportRow;
use crate::ledger::{self, Draft, EntryIds};

/// What was handed off.
#[derive(Debug, Clone)]
pub struct HandedOff<T> {
    /// In customer file order, as they stood before.
    pub rows: Vec<ExportRow>,
    /// The numbers of their entries in the ledger; none where nothing may run.
    pub entries: Option<RangeInclusive<u64>>,
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

    /// The entry that records the hand-off of a row.
    fn hand_off(&self, row: &ExportRow, by: &str, now: &Moment) -> Result<Draft, DecideError> {
        let number = self.find_customer(&row.customer_id)?;
        let stated = match row.status {
            Status::Overridden => self.stated_with(number, &row.playbook_id),
            _ => self.stated(number),
        };
        let nothing = || DecideError::Refused("nothing is recommended".to_owned());
        let mut stated = stated.ok_or_else(nothing)?;
        let view = self.matching.customer(number);
        stated.basis.state_entered_at = view.and_then(|v| v.state_entered_at()).map(Into::into);
        Ok(Draft {
            id: row.intervention_id.clone(),
            by: by.into(),
            kind: DecisionKind::HandOff,
            customer_id: row.customer_id.clone(),
            playbook_id: row.playbook_id.clone(),
            reason: None,
            note: None,
            until: None,
            undoes: None,
            after: self.last_entry(&row.customer_id),
            basis: ledger::basis_text(&stated.basis),
            at: now.at,
        })
    }
}

impl Workspace {
    /// Records that everything that may run now was handed over. What is on disk is read under the
    /// ledger's lock, so that of two who do this at once each play goes to one of them. `locked` is
    /// called once nobody has to be waited for any more; `prepare` is given the rows before anything is recorded: whatever may fail for want of room belongs there.
    /// Returns when all is on disk.
    ///
    /// # Errors
    /// Where data cannot be read, the ledger cannot be trusted or written, nobody is named, or
    /// `prepare` fails: nothing is recorded then.
    pub fn hand_off<T>(
        &mut self,
        by: &str,
        locked: impl FnOnce(),
        prepare: impl FnOnce(&[ExportRow]) -> Result<T, DecideError>,
    ) -> Result<HandedOff<T>, DecideError> {
        let person = rules::somebody(by)?;
        let may = |policy: &Policy| limits::may_hand_off(policy, &person);
        may(self.ready()?.matching.policy())?;
        let ledger = self.ledger.clone();
        let mut made: Option<(Vec<ExportRow>, T)> = None;
        let appended = ledger.append_each(|history| {
            locked();
            let snapshot = self.ready()?;
            if snapshot.history.head() != history.head() {
                let text = "the ledger was changed meanwhile by another program; try again";
                return Err(DecideError::Refused(text.to_owned()));
            }
            may(snapshot.matching.policy())?;
            let numbers = (0..snapshot.len()).into_par_iter();
            let mut rows: Vec<ExportRow> =
                numbers.filter_map(|number| snapshot.export(number)).collect();
            let now = self.clock.now();
            let ids = EntryIds::default();
            rows.iter_mut().for_each(|row| row.intervention_id = Some(ids.next(now.at)));
            let drafts = rows.par_iter().map(|row| snapshot.hand_off(row, by, &now)).collect();
            let prepared = prepare(&rows)?;
            made = Some((rows, prepared));
            Ok(drafts)
        });
        let each = appended.map_err(decide_error)?;
        let nothing = || DecideError::Refused("nothing was asked for".to_owned());
        let (all, prepared) = made.ok_or_else(nothing)?;
        let mut rows = Vec::with_capacity(all.len());
        let mut handed_off = HandedOff {
            rows: Vec::new(),
            entries: None,
            left_out: Vec::new(),
            prepared,
            set_aside: None,
        };
        for (row, recorded) in all.into_iter().zip(each) {
            match recorded {
                Ok(appended) => {
                    let seq = appended.entry.seq;
                    let first = handed_off.entries.map_or(seq, |entries| *entries.start());
                    handed_off.entries = Some(first..=seq);
                    handed_off.set_aside = handed_off.set_aside.or(appended.set_aside);
                    rows.push(row);
                }
                Err(error) => handed_off.left_out.push(decide_error(error)),
            }
        }
        handed_off.rows = rows;
        Ok(handed_off)
    }
}
