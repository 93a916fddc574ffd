//! What ran: every row of the interventions, and every hand-off that no row tells of as well.

use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::FxHashSet;

use crate::approval::join::Started;
use crate::domain::Entry;
use crate::store::dataset::fields;
use crate::store::{CustomerKey, Dataset};

/// A play that ran.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Play<'a> {
    /// The id of the intervention, or of the hand-off's entry; empty where it has none.
    pub id: &'a str,
    /// `None` of a customer that no data file names.
    pub customer: Option<CustomerKey>,
    /// The playbook's id; empty where the row has none.
    pub playbook: &'a str,
    /// The day; `None` where that is not known.
    pub date: Option<Date>,
    /// The customer's segment at that time, where it is known.
    pub segment: Option<&'a str>,
    /// The expected cost, in dollars.
    pub cost: Option<f64>,
    /// The expected value, in dollars.
    pub value: Option<f64>,
}

/// The hand-offs beside the data.
#[derive(Debug, Clone, Default)]
pub struct HandedOff {
    /// Standing ones that no row of the interventions reports, each with its day.
    pub alone: Vec<(Arc<Entry>, Date)>,
    /// Standing ones that a row reports under an id of its own, each with its day.
    pub reported: Vec<(Arc<Entry>, Date)>,
    /// Ids of those that were undone: a row with such an id never ran.
    pub undone: FxHashSet<String>,
}

/// What ran, in the order of the data and then of the ledger, and how it is found.
#[derive(Debug, Clone, Default)]
pub struct Plays<'a> {
    all: Vec<Play<'a>>,
    started: Started<'a>,
}

impl<'a> Plays<'a> {
    /// Of a dataset and what the ledger knows beside it.
    pub fn new(dataset: &'a Dataset, handed_off: &'a HandedOff) -> Self {
        let table = &dataset.tables.interventions;
        let ids = table.texts(fields::INTERVENTION_ID);
        let playbooks = table.texts(fields::INTERVENTION_PLAYBOOK);
        let dates = table.texts(fields::INTERVENTION_AT);
        let segments = table.texts(fields::INTERVENTION_SEGMENT);
        let costs = table.numbers(fields::INTERVENTION_COST);
        let values = table.numbers(fields::INTERVENTION_VALUE);
        let row = |(row, customer): (usize, Option<CustomerKey>)| Play {
            id: ids.get(row).unwrap_or_default(),
            customer,
            playbook: playbooks.get(row).unwrap_or_default(),
            date: dates.day(row),
            segment: segments.get(row).filter(|segment| !segment.is_empty()),
            cost: costs.get(row),
            value: values.get(row),
        };
        let rows = table.customers().iter().enumerate().map(row);
        let ran = |play: &Play<'_>| !handed_off.undone.contains(play.id);
        let rows = rows.filter(ran);
        let hand_off = |(entry, date): &'a (Arc<Entry>, Date)| Play {
            id: &entry.id,
            customer: dataset.ids.key(&entry.customer_id),
            playbook: &entry.playbook_id,
            date: Some(*date),
            segment: entry.basis.get().map(|basis| basis.stake().segment),
            cost: entry.basis.get().map(|basis| basis.cost()),
            value: entry.basis.get().map(|basis| basis.value()),
        };
        let mut plays = Self::of(rows.chain(handed_off.alone.iter().map(hand_off)).collect());
        for (entry, day) in &handed_off.reported {
            if let Some(customer) = dataset.ids.key(&entry.customer_id) {
                plays.started.also(&entry.id, customer, &entry.playbook_id, *day);
            }
        }
        plays
    }

    /// Of plays in their order.
    pub fn of(all: Vec<Play<'a>>) -> Self {
        let traits = |play: &Play<'a>| (play.id, play.customer, play.playbook, play.date);
        Self { started: Started::new(all.iter().map(traits)), all }
    }

    /// Returns what ran, in order.
    pub fn all(&self) -> &[Play<'a>] {
        &self.all
    }

    /// Returns how an outcome finds its place among them.
    pub fn started(&self) -> &Started<'a> {
        &self.started
    }
}
