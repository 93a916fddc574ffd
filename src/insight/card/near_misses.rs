//! Playbooks that are not eligible, those that came nearest first.

use std::cmp::Ordering;

use compact_str::CompactString;

use crate::domain::labels::Labels;
use crate::domain::{FailedGate, Gate, Playbook};
use crate::matching::Matching;
use crate::matching::flips::in_order;
use crate::matching::gates;

/// A playbook that did not pass, with each gate at which it failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Miss {
    /// The playbook's id; may be empty where its row was skipped.
    pub playbook_id: CompactString,
    /// The playbook's name, or its id where it has none.
    pub title: CompactString,
    /// The gates that it did not pass.
    pub failed: Vec<FailedGate>,
}

impl Miss {
    fn new(playbook: &Playbook, failed: Vec<FailedGate>) -> Self {
        Self { playbook_id: playbook.id.clone(), title: playbook.title().into(), failed }
    }

    /// Returns why it is not eligible: `risk 0.58 is below the 0.65 minimum (+0.07)`.
    pub fn words(&self, labels: &Labels) -> String {
        let failed = in_order(&self.failed).into_iter().map(|failed| failed.labeled(labels));
        failed.collect::<Vec<_>>().join("; ")
    }

    /// Which gate it failed at, and by how much: what may change by itself is nearer.
    fn distance(&self) -> (u8, f64) {
        let Some(failed) = self.failed.first() else { return (0, 0.0) };
        let gap = failed.needs.as_f64().zip(failed.found.as_f64());
        let gap = gap.map_or(0.0, |(needs, found)| needs - found);
        match failed.gate {
            Gate::Risk => (0, gap),
            Gate::Contact => (1, 0.0),
            Gate::Status => (2, 0.0),
            Gate::Segment => (3, 0.0),
            Gate::Stage | Gate::Row => (4, 0.0),
        }
    }
}

/// The playbooks that are not eligible for a customer, by how near they came.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NearMisses {
    /// Those of the customer's stage that fail by risk, contact limits, status or segment alone, nearest
    /// first.
    pub near: Vec<Miss>,
    /// Those of the customer's stage that fail at more than one gate, in file order.
    pub farther: Vec<Miss>,
    /// Those whose row was skipped, in file order.
    pub skipped: Vec<Miss>,
    /// How many are for other stages.
    pub elsewhere: usize,
}

impl NearMisses {
    /// Finds them for a customer; none if there is no customer of that number.
    pub fn new(matching: &Matching, number: usize) -> Self {
        let mut misses = Self::default();
        let Some(subject) = matching.subject(number) else { return misses };
        for (place, playbook) in matching.dataset().numbered_playbooks() {
            if playbook.journey_stage.as_deref() != subject.stage {
                misses.elsewhere += 1;
                continue;
            }
            let failed = gates::failed(place, playbook, subject);
            match failed.len() {
                0 => {}
                1 => misses.near.push(Miss::new(playbook, failed)),
                _ => misses.farther.push(Miss::new(playbook, failed)),
            }
        }
        misses
            .near
            .sort_by(|a, b| a.distance().partial_cmp(&b.distance()).unwrap_or(Ordering::Equal));
        let skipped = matching.dataset().skipped_playbooks().map(|row| {
            let name = row.name.as_ref().filter(|name| !name.is_empty());
            let title = match name.unwrap_or(&row.playbook_id).as_str() {
                "" => "a playbook without a readable id",
                title => title,
            };
            Miss {
                playbook_id: row.playbook_id.clone(),
                title: title.into(),
                failed: vec![gates::failed_row(row)],
            }
        });
        misses.skipped = skipped.collect();
        misses
    }

    /// Returns the playbooks for other stages than a customer's, in file order.
    pub fn elsewhere(matching: &Matching, number: usize) -> Vec<Miss> {
        let Some(subject) = matching.subject(number) else { return Vec::new() };
        let others = matching.dataset().numbered_playbooks();
        let others = others.filter(|(_, other)| other.journey_stage.as_deref() != subject.stage);
        let miss = |(place, other)| Miss::new(other, gates::failed(place, other, subject));
        others.map(miss).collect()
    }
}
