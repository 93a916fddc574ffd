//! A checked data directory: rows of each file, joined by customer.

use std::sync::Arc;

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::customer::{Customer, Forecast, FusedSignals, JourneyState, Signal};
use super::finding::Finding;
use super::history::{Intervention, Outcome, PortfolioSnapshot};
use super::playbook::{PerformanceRow, Playbook};
use super::recommendation::RiskSource;

/// A place in a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Place {
    /// From 1.
    pub line: u32,
    /// From 1, in characters; a byte order mark does not count.
    pub column: u32,
}

/// A row that did not fit its type: what is known about it, so that whatever it may have changed is
/// not decided without a person.
#[derive(Debug, Clone, PartialEq)]
pub struct SetAside {
    pub place: Place,
    /// Empty where the row's customer could not be read.
    pub customer_id: CompactString,
    /// Empty where the row's playbook could not be read.
    pub playbook_id: CompactString,
    pub name: Option<CompactString>,
    pub field: Option<CompactString>,
    /// What stood there, in words.
    pub found: String,
    /// What belongs there, in words.
    pub expected: String,
}

/// The rows of one file that fit their type, in file order, each with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<R> {
    pub rows: Vec<R>,
    /// Where each of `rows` starts.
    pub places: Vec<Place>,
    pub set_aside: Vec<SetAside>,
    /// What this file alone tells: bad rows, rows without an id.
    pub findings: Vec<Finding>,
    /// False where there is no such file.
    pub present: bool,
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            places: Vec::new(),
            set_aside: Vec::new(),
            findings: Vec::new(),
            present: false,
        }
    }
}

/// The content of every file, each shared with the loads before it that saw the same file.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    pub customers: Arc<Table<Customer>>,
    pub playbooks: Arc<Table<Playbook>>,
    pub states: Arc<Table<JourneyState>>,
    pub fused: Arc<Table<FusedSignals>>,
    pub signals: Arc<Table<Signal>>,
    pub forecasts: Arc<Table<Forecast>>,
    pub performance: Arc<Table<PerformanceRow>>,
    pub interventions: Arc<Table<Intervention>>,
    pub outcomes: Arc<Table<Outcome>>,
    pub snapshots: Arc<Table<PortfolioSnapshot>>,
}

/// Row numbers grouped by customer: the rows of customer `i` are contiguous, in file order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grouped {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Grouped {
    /// Groups rows by the customer number that each has, if any.
    pub fn new(customers: usize, owner_of_row: &[Option<u32>]) -> Self {
        let mut starts = vec![0u32; customers + 1];
        for owner in owner_of_row.iter().flatten() {
            if let Some(count) = starts.get_mut(*owner as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut rows = vec![0u32; sum as usize];
        for (row, owner) in owner_of_row.iter().enumerate() {
            if let Some(place) = owner.and_then(|o| next.get_mut(o as usize)) {
                if let Some(slot) = rows.get_mut(*place as usize) {
                    *slot = row as u32;
                }
                *place += 1;
            }
        }
        Self { starts, rows }
    }

    /// The rows of a customer, in file order.
    pub fn of(&self, customer: usize) -> &[u32] {
        let bounds = self.starts.get(customer).zip(self.starts.get(customer + 1));
        bounds
            .and_then(|(from, to)| self.rows.get(*from as usize..*to as usize))
            .unwrap_or_default()
    }
}

/// Everything known, joined. Customers and playbooks are told by their number in file order, an id
/// that comes twice at the first one's place with the later row.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    pub tables: Tables,
    /// Row in `tables.customers` of each customer.
    pub customer_rows: Vec<u32>,
    /// Row in `tables.playbooks` of each playbook.
    pub playbook_rows: Vec<u32>,
    /// Playbooks set aside, as indices into `tables.playbooks.set_aside`: one for each id, and all
    /// whose id could not be read.
    pub playbooks_set_aside: Vec<u32>,
    pub customer_numbers: FxHashMap<CompactString, u32>,
    pub playbook_numbers: FxHashMap<CompactString, u32>,
    /// Last state row of each customer.
    pub state_rows: Vec<Option<u32>>,
    /// Fused risk score of each customer, with its source (`matching.md`, rule 1).
    pub fused_scores: Vec<Option<f64>>,
    /// Where `fused_scores` come from: the fused file, or raw signals fused on load.
    pub fused_source: Option<RiskSource>,
    /// Last forecast row of each customer.
    pub forecast_rows: Vec<Option<u32>>,
    pub signals_of: Grouped,
    pub interventions_of: Grouped,
    pub outcomes_of: Grouped,
    /// Customers with a row set aside in any file.
    pub doubtful_customers: FxHashSet<CompactString>,
    /// Playbooks with a performance row set aside.
    pub doubtful_playbooks: FxHashSet<CompactString>,
    /// All findings about the data, files in reading order, then across files.
    pub findings: Vec<Finding>,
}

/// One customer with everything that is known about it.
#[derive(Debug, Clone, Copy)]
pub struct CustomerView<'a> {
    /// In file order, from 0.
    pub number: usize,
    pub customer: &'a Customer,
    pub state: Option<&'a JourneyState>,
    pub fused_score: Option<f64>,
    pub forecast: Option<&'a Forecast>,
}

impl<'a> CustomerView<'a> {
    /// The stage of the last state row; none is a value of its own (`matching.md`, rule 2).
    pub fn stage(&self) -> Option<&'a str> {
        self.state?.journey_stage.as_deref()
    }
}

fn row<R>(table: &Table<R>, number: Option<u32>) -> Option<&R> {
    table.rows.get(number? as usize)
}

impl Dataset {
    /// How many customers.
    pub fn len(&self) -> usize {
        self.customer_rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.customer_rows.is_empty()
    }

    /// The customer of that number; `None` from [`Dataset::len`] on.
    pub fn customer(&self, number: usize) -> Option<CustomerView<'_>> {
        Some(CustomerView {
            number,
            customer: row(&self.tables.customers, self.customer_rows.get(number).copied())?,
            state: row(&self.tables.states, self.state_rows.get(number).copied().flatten()),
            fused_score: self.fused_scores.get(number).copied().flatten(),
            forecast: row(
                &self.tables.forecasts,
                self.forecast_rows.get(number).copied().flatten(),
            ),
        })
    }

    /// All customers in file order.
    pub fn customers(&self) -> impl Iterator<Item = CustomerView<'_>> {
        (0..self.len()).filter_map(|number| self.customer(number))
    }

    /// The number of the customer with that id.
    pub fn customer_number(&self, id: &str) -> Option<usize> {
        self.customer_numbers.get(id).map(|n| *n as usize)
    }

    /// The playbook of that number, in file order.
    pub fn playbook(&self, number: usize) -> Option<&Playbook> {
        row(&self.tables.playbooks, self.playbook_rows.get(number).copied())
    }

    /// All playbooks that were not set aside, in file order.
    pub fn playbooks(&self) -> impl Iterator<Item = &Playbook> {
        self.playbook_rows.iter().filter_map(|n| row(&self.tables.playbooks, Some(*n)))
    }

    /// The playbook with that id.
    pub fn playbook_by_id(&self, id: &str) -> Option<&Playbook> {
        self.playbook(*self.playbook_numbers.get(id)? as usize)
    }

    /// Playbooks that were set aside, in file order.
    pub fn playbooks_set_aside(&self) -> impl Iterator<Item = &SetAside> {
        let all = &self.tables.playbooks.set_aside;
        self.playbooks_set_aside.iter().filter_map(|n| all.get(*n as usize))
    }

    /// Raw signals of a customer, in file order.
    pub fn signals(&self, customer: usize) -> impl Iterator<Item = &Signal> {
        self.signals_of.of(customer).iter().filter_map(|n| row(&self.tables.signals, Some(*n)))
    }

    /// Earlier interventions of a customer, in file order.
    pub fn interventions(&self, customer: usize) -> impl Iterator<Item = &Intervention> {
        let rows = self.interventions_of.of(customer).iter();
        rows.filter_map(|n| row(&self.tables.interventions, Some(*n)))
    }

    /// Outcomes of a customer's interventions, in file order.
    pub fn outcomes(&self, customer: usize) -> impl Iterator<Item = &Outcome> {
        self.outcomes_of.of(customer).iter().filter_map(|n| row(&self.tables.outcomes, Some(*n)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouping_keeps_file_order_and_drops_strangers() {
        let grouped = Grouped::new(3, &[Some(2), None, Some(0), Some(2)]);
        assert_eq!(grouped.of(0), [2]);
        assert_eq!(grouped.of(1), [0u32; 0]);
        assert_eq!(grouped.of(2), [0, 3]);
        assert_eq!(grouped.of(3), [0u32; 0]);
    }
}
