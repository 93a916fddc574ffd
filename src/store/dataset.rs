//! A checked data directory: rows of each file, joined by customer.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::interned::CustomerIds;
use super::ix::{CustomerIx, CustomerKey, PlaybookIx, RowIx};
use super::joined::{Customers, Grouped, JoinedRows};
use super::row::{Row as _, position};
use super::table::{SkippedRow, Table, Tables};
use crate::domain::customer::{Customer, Forecast, FusedSignals, JourneyState, Signal};
use crate::domain::finding::Finding;
use crate::domain::history::{Intervention, Outcome};
use crate::domain::number;
use crate::domain::place::Location;
use crate::domain::playbook::{PerformanceRow, Playbook};
use crate::domain::recommendation::RiskSource;

/// The segment of a customer without one (`matching.md`, rule 2).
pub const DEFAULT_SEGMENT: &str = "SMB";

/// Fields that are read for one customer after the other, by their place in the type's table.
pub mod fields {
    use super::*;

    /// Customer: `name`.
    pub const NAME: usize = position(Customer::NAMES, "name");
    /// Customer: `segment`.
    pub const SEGMENT: usize = position(Customer::NAMES, "segment");
    /// Customer: `account_value`.
    pub const ACCOUNT_VALUE: usize = position(Customer::NAMES, "account_value");
    /// Customer: `owner`.
    pub const OWNER: usize = position(Customer::NAMES, "owner");
    /// Customer: `renewal_date`.
    pub const RENEWAL: usize = position(Customer::NAMES, "renewal_date");
    /// Playbook: `playbook_id`.
    pub const PLAYBOOK_ID: usize = position(Playbook::NAMES, "playbook_id");
    /// State: `journey_stage`.
    pub const STAGE: usize = position(JourneyState::NAMES, "journey_stage");
    /// State: `state_entered_at`.
    pub const ENTERED: usize = position(JourneyState::NAMES, "state_entered_at");
    /// Fused signals: `fused_risk_score`.
    pub const FUSED_SCORE: usize = position(FusedSignals::NAMES, "fused_risk_score");
    /// Fused signals: `total_signals`.
    pub const TOTAL_SIGNALS: usize = position(FusedSignals::NAMES, "total_signals");
    /// Forecast: `churn_probability`.
    pub const CHURN: usize = position(Forecast::NAMES, "churn_probability");
    /// Forecast: `revenue_at_risk`.
    pub const REVENUE_AT_RISK: usize = position(Forecast::NAMES, "revenue_at_risk");
    /// Forecast: `predicted_path`.
    pub const PREDICTED_PATH: usize = position(Forecast::NAMES, "predicted_path");
    /// Forecast: `generated_at`.
    pub const FORECAST_AT: usize = position(Forecast::NAMES, "generated_at");
    /// Signal: `signal_id`.
    pub const SIGNAL_ID: usize = position(Signal::NAMES, "signal_id");
    /// Signal: `detected_at`.
    pub const SIGNAL_AT: usize = position(Signal::NAMES, "detected_at");
    /// Customer: `churned_at`.
    pub const CHURNED: usize = position(Customer::NAMES, "churned_at");
    /// Intervention: `segment`.
    pub const INTERVENTION_SEGMENT: usize = position(Intervention::NAMES, "segment");
    /// Intervention: `expected_cost`.
    pub const INTERVENTION_COST: usize = position(Intervention::NAMES, "expected_cost");
    /// Intervention: `expected_value`.
    pub const INTERVENTION_VALUE: usize = position(Intervention::NAMES, "expected_value");
    /// Outcome: `estimated_revenue_saved`.
    pub const OUTCOME_SAVED: usize = position(Outcome::NAMES, "estimated_revenue_saved");
    /// Outcome: `actual_cost`.
    pub const OUTCOME_COST: usize = position(Outcome::NAMES, "actual_cost");
    /// Outcome: `human_override`.
    pub const OUTCOME_OVERRIDE: usize = position(Outcome::NAMES, "human_override");
    /// Outcome: `playbook_success`.
    pub const OUTCOME_SUCCESS: usize = position(Outcome::NAMES, "playbook_success");
    /// Intervention: `intervention_id`.
    pub const INTERVENTION_ID: usize = position(Intervention::NAMES, "intervention_id");
    /// Intervention: `generated_at`.
    pub const INTERVENTION_AT: usize = position(Intervention::NAMES, "generated_at");
    /// Outcome: `intervention_id`.
    pub const OUTCOME_INTERVENTION: usize = position(Outcome::NAMES, "intervention_id");
    /// Outcome: `measured_at`.
    pub const OUTCOME_AT: usize = position(Outcome::NAMES, "measured_at");
    /// Intervention: `playbook_id`.
    pub const INTERVENTION_PLAYBOOK: usize = position(Intervention::NAMES, "playbook_id");
    /// Outcome: `playbook_id`.
    pub const OUTCOME_PLAYBOOK: usize = position(Outcome::NAMES, "playbook_id");
}

/// Everything known, joined. Customers and playbooks are told by their number in file order, an id
/// that comes twice at the first one's place with the later row.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    /// The rows of every file.
    pub tables: Tables,
    /// The ids of customers by key.
    pub ids: Arc<CustomerIds>,
    /// Which customers there are.
    pub customers: Arc<Customers>,
    /// Those whose row fits, in file order.
    pub playbooks: Arc<Vec<Playbook>>,
    /// The number of each playbook by id.
    pub playbook_numbers: FxHashMap<CompactString, PlaybookIx>,
    /// Skipped playbooks, as indices into `tables.playbooks.skipped`: one for each id, and all
    /// whose id could not be read.
    pub skipped_playbooks: Vec<u32>,
    /// The measured results, in file order.
    pub performance: Arc<Vec<PerformanceRow>>,
    /// The rows of each customer in every file.
    pub rows: JoinedRows,
    /// Scores fused on load from raw signals, of each customer; `None` where there is a fused file.
    pub fused_scores: Option<Arc<Vec<Option<f64>>>>,
    /// Where fused scores come from (`matching.md`, rule 1); `None` without either file.
    pub fused_source: Option<RiskSource>,
    /// Customers with a skipped row in any file.
    pub doubtful_customers: FxHashSet<CompactString>,
    /// Playbooks with a performance skipped row.
    pub doubtful_playbooks: FxHashSet<CompactString>,
    /// All findings about the data, files in reading order, then across files.
    pub findings: Vec<Finding>,
}

/// One customer with everything that is known about it.
#[derive(Debug, Clone, Copy)]
pub struct CustomerView<'a> {
    /// In file order, from 0.
    pub number: usize,
    /// Stays the same across loads.
    pub key: CustomerKey,
    row: RowIx,
    dataset: &'a Dataset,
}

impl<'a> CustomerView<'a> {
    /// Returns the customer's id.
    pub fn id(&self) -> &'a str {
        self.dataset.ids.id(self.key).unwrap_or_default()
    }

    /// Number of the row that counts, in the customers' table.
    pub fn row(&self) -> RowIx {
        self.row
    }

    fn ix(&self) -> CustomerIx {
        CustomerIx::at(self.number)
    }

    /// All fields of the customer's row.
    pub fn customer(&self) -> Customer {
        self.dataset.tables.customers.row(self.row.index(), &self.dataset.ids).unwrap_or_default()
    }

    /// Returns the customer's name.
    pub fn name(&self) -> Option<&'a str> {
        self.dataset.tables.customers.texts(fields::NAME).get(self.row.index())
    }

    /// The customer success manager in charge.
    pub fn owner(&self) -> Option<&'a str> {
        self.dataset.tables.customers.texts(fields::OWNER).get(self.row.index())
    }

    /// Number of the owner among the texts of its column.
    pub fn owner_code(&self) -> Option<u32> {
        self.dataset.tables.customers.texts(fields::OWNER).code(self.row.index())
    }

    /// `segment or "SMB"` (`matching.md`, rule 2).
    pub fn segment(&self) -> &'a str {
        let segment = self.dataset.tables.customers.texts(fields::SEGMENT).get(self.row.index());
        segment.filter(|segment| !segment.is_empty()).unwrap_or(DEFAULT_SEGMENT)
    }

    /// `account_value or 0`, in dollars a year.
    pub fn account_value(&self) -> f64 {
        number::or(self.known_account_value(), 0.0)
    }

    /// In dollars a year; `None` where the file does not say.
    pub fn known_account_value(&self) -> Option<f64> {
        self.dataset.tables.customers.numbers(fields::ACCOUNT_VALUE).get(self.row.index())
    }

    /// The next renewal, as the file has it.
    pub fn renewal_date(&self) -> Option<&'a str> {
        self.dataset.tables.customers.texts(fields::RENEWAL).get(self.row.index())
    }

    /// The day of the next renewal; `None` where the file does not say, or says no date.
    pub fn renewal_day(&self) -> Option<Date> {
        self.dataset.tables.customers.texts(fields::RENEWAL).day(self.row.index())
    }

    fn state_row(&self) -> Option<usize> {
        self.dataset.rows.states.get(self.ix()).map(RowIx::index)
    }

    fn forecast_row(&self) -> Option<usize> {
        self.dataset.rows.forecasts.get(self.ix()).map(RowIx::index)
    }

    /// The stage of the last state row; none is a value of its own (`matching.md`, rule 2).
    pub fn stage(&self) -> Option<&'a str> {
        self.dataset.tables.states.texts(fields::STAGE).get(self.state_row()?)
    }

    /// When the customer entered its stage, as the file has it.
    pub fn state_entered_at(&self) -> Option<&'a str> {
        self.dataset.tables.states.texts(fields::ENTERED).get(self.state_row()?)
    }

    /// The day on which the customer entered its stage; `None` where the file does not say, or says
    /// no date.
    pub fn entered_day(&self) -> Option<Date> {
        self.dataset.tables.states.texts(fields::ENTERED).day(self.state_row()?)
    }

    /// The last state row.
    pub fn state(&self) -> Option<JourneyState> {
        self.dataset.tables.states.row(self.state_row()?, &self.dataset.ids)
    }

    /// The fused score, read or fused on load; usually 0 to 1.
    pub fn fused_score(&self) -> Option<f64> {
        match &self.dataset.fused_scores {
            Some(scores) => scores.get(self.number).copied().flatten(),
            None => {
                let row = self.dataset.rows.fused.get(self.ix())?;
                self.dataset.tables.fused.numbers(fields::FUSED_SCORE).get(row.index())
            }
        }
    }

    /// How many signals are behind the fused score, as the fused file says.
    pub fn total_signals(&self) -> Option<f64> {
        let row = self.dataset.rows.fused.get(self.ix())?;
        self.dataset.tables.fused.numbers(fields::TOTAL_SIGNALS).get(row.index())
    }

    /// The last forecast row.
    pub fn forecast(&self) -> Option<Forecast> {
        self.dataset.tables.forecasts.row(self.forecast_row()?, &self.dataset.ids)
    }

    /// The forecast's churn probability; usually 0 to 1.
    pub fn churn_probability(&self) -> Option<f64> {
        self.dataset.tables.forecasts.numbers(fields::CHURN).get(self.forecast_row()?)
    }

    /// The forecast's revenue at risk, in dollars.
    pub fn forecast_at_risk(&self) -> Option<f64> {
        self.dataset.tables.forecasts.numbers(fields::REVENUE_AT_RISK).get(self.forecast_row()?)
    }

    /// The forecast's day; `None` where the file does not say, or says no date.
    pub fn forecast_day(&self) -> Option<Date> {
        self.dataset.tables.forecasts.texts(fields::FORECAST_AT).day(self.forecast_row()?)
    }

    /// The forecast's path: the text of a JSON array.
    pub fn path(&self) -> Option<&'a str> {
        self.dataset.tables.forecasts.texts(fields::PREDICTED_PATH).get(self.forecast_row()?)
    }

    /// Number of the forecast's path among the texts of its column: each the text of a JSON array.
    pub fn path_code(&self) -> Option<u32> {
        self.dataset.tables.forecasts.texts(fields::PREDICTED_PATH).code(self.forecast_row()?)
    }
}

impl Dataset {
    /// How many customers.
    pub fn len(&self) -> usize {
        self.customers.len
    }

    /// Returns true where there are no customers.
    pub fn is_empty(&self) -> bool {
        self.customers.len == 0
    }

    /// The same data with other playbooks and performance rows, which have to be about the same ids in
    /// the same order. All that is known about customers is shared; the findings stay behind, as they
    /// are about the files, and `tables` is what the files hold.
    pub fn with(
        &self,
        playbooks: Arc<Vec<Playbook>>,
        performance: Arc<Vec<PerformanceRow>>,
    ) -> Self {
        Self {
            playbooks,
            performance,
            findings: Vec::new(),
            tables: self.tables.clone(),
            ids: Arc::clone(&self.ids),
            customers: Arc::clone(&self.customers),
            playbook_numbers: self.playbook_numbers.clone(),
            skipped_playbooks: self.skipped_playbooks.clone(),
            rows: self.rows.clone(),
            fused_scores: self.fused_scores.clone(),
            fused_source: self.fused_source,
            doubtful_customers: self.doubtful_customers.clone(),
            doubtful_playbooks: self.doubtful_playbooks.clone(),
        }
    }

    /// The customer of that number; `None` from [`Dataset::len`] on.
    pub fn customer(&self, number: usize) -> Option<CustomerView<'_>> {
        let row = self.customers.rows.get(ix(number)?)?;
        let key = self.tables.customers.customers().get(row)?;
        Some(CustomerView { number, key, row, dataset: self })
    }

    /// All customers in file order.
    pub fn customers(&self) -> impl Iterator<Item = CustomerView<'_>> {
        (0..self.len()).filter_map(|number| self.customer(number))
    }

    /// Account value of each customer from `first` on, as [`CustomerView::account_value`], with the
    /// column found once for all of them.
    pub fn account_values_from(&self, first: usize) -> impl Iterator<Item = f64> {
        let values = self.tables.customers.numbers(fields::ACCOUNT_VALUE);
        (first..self.len()).map(|number| {
            let row = ix(number).and_then(|customer| self.customers.rows.get(customer));
            number::or(row.and_then(|row| values.get(row.index())), 0.0)
        })
    }

    /// The number of the customer with that id.
    pub fn customer_number(&self, id: &str) -> Option<usize> {
        self.number_of_key(self.ids.key(id)?)
    }

    /// The number of the customer with that key.
    pub fn number_of_key(&self, key: CustomerKey) -> Option<usize> {
        self.customers.numbers.get(key).map(CustomerIx::index)
    }

    /// The playbook of that number, in file order.
    pub fn playbook(&self, number: PlaybookIx) -> Option<&Playbook> {
        self.playbooks.get(number.index())
    }

    /// All playbooks that were not skipped, in file order.
    pub fn playbooks(&self) -> impl Iterator<Item = &Playbook> {
        self.playbooks.iter()
    }

    /// All playbooks with their numbers, in file order.
    pub fn numbered_playbooks(&self) -> impl Iterator<Item = (PlaybookIx, &Playbook)> {
        self.playbooks.iter().enumerate().map(|(at, playbook)| (PlaybookIx::at(at), playbook))
    }

    /// The playbook with that id.
    pub fn playbook_by_id(&self, id: &str) -> Option<&Playbook> {
        self.playbook(self.playbook_number(id)?)
    }

    /// The number of the playbook with this id.
    pub fn playbook_number(&self, id: &str) -> Option<PlaybookIx> {
        self.playbook_numbers.get(id).copied()
    }

    /// Where the row of a customer stands.
    pub fn place_of_customer(&self, id: &str) -> Option<Location> {
        let view = self.customer(self.customer_number(id)?)?;
        self.tables.customers.places.locate(view.row().index())
    }

    /// Where the row of a playbook stands: of an id that comes twice the later one, which counts.
    pub fn place_of_playbook(&self, id: &str) -> Option<Location> {
        let table = &self.tables.playbooks;
        let ids = table.texts(fields::PLAYBOOK_ID);
        let row = (0..table.len).rev().find(|row| ids.get(*row) == Some(id))?;
        table.places.locate(row)
    }

    /// Playbooks that were skipped, in file order.
    pub fn skipped_playbooks(&self) -> impl Iterator<Item = &SkippedRow> {
        let all = &self.tables.playbooks.skipped;
        self.skipped_playbooks.iter().filter_map(|n| all.get(*n as usize))
    }

    /// Raw signals of a customer, in file order.
    pub fn signals(&self, customer: usize) -> impl Iterator<Item = Signal> {
        self.rows_of(&self.tables.signals, &self.rows.signals, customer)
    }

    /// Earlier interventions of a customer, in file order.
    pub fn interventions(&self, customer: usize) -> impl Iterator<Item = Intervention> {
        self.rows_of(&self.tables.interventions, &self.rows.interventions, customer)
    }

    /// Returns the customers of the interventions with that id, in file order.
    pub fn customers_of_intervention(&self, id: &str) -> Vec<usize> {
        let table = &self.tables.interventions;
        let ids = table.texts(fields::INTERVENTION_ID);
        let rows = table.customers().iter().enumerate();
        let of_id = rows.filter(|(row, _)| !id.is_empty() && ids.get(*row) == Some(id));
        of_id.filter_map(|(_, key)| self.number_of_key(key?)).collect()
    }

    /// Outcomes of a customer's interventions, in file order.
    pub fn outcomes(&self, customer: usize) -> impl Iterator<Item = Outcome> {
        self.rows_of(&self.tables.outcomes, &self.rows.outcomes, customer)
    }

    /// The ids of a customer's raw signals, in file order; those without one are passed over.
    pub fn signal_ids(&self, customer: usize) -> impl Iterator<Item = &str> {
        texts_of(&self.tables.signals, &self.rows.signals, customer, fields::SIGNAL_ID)
            .filter(|id| !id.is_empty())
    }

    /// The day of a customer's newest raw signal.
    pub fn newest_signal_day(&self, customer: usize) -> Option<Date> {
        let days = self.tables.signals.texts(fields::SIGNAL_AT);
        rows_of(&self.rows.signals, customer).filter_map(|row| days.day(row)).max()
    }

    /// Reads the dates of which the days are asked for, on every core. Whoever asks for the first day of
    /// a column does so else, and waits for every distinct text of it.
    pub fn read_days(&self) {
        let Tables { customers, states, forecasts, signals, .. } = &self.tables;
        let columns = [
            customers.texts(fields::RENEWAL),
            states.texts(fields::ENTERED),
            forecasts.texts(fields::FORECAST_AT),
            signals.texts(fields::SIGNAL_AT),
        ];
        columns.par_iter().for_each(|texts| {
            texts.day(0);
        });
    }

    /// The date of every row about a customer, as the files have them: when its stage was entered,
    /// signals, forecast, interventions, outcomes. What is to come (a renewal) is not among them.
    pub fn dates(&self, customer: usize) -> impl Iterator<Item = &str> {
        let Tables { signals, interventions, outcomes, forecasts, .. } = &self.tables;
        let view = self.customer(customer);
        let entered = view.and_then(|view| view.state_entered_at());
        let forecast =
            view.and_then(|view| forecasts.texts(fields::FORECAST_AT).get(view.forecast_row()?));
        let of_interventions = &self.rows.interventions;
        entered
            .into_iter()
            .chain(texts_of(signals, &self.rows.signals, customer, fields::SIGNAL_AT))
            .chain(forecast)
            .chain(texts_of(interventions, of_interventions, customer, fields::INTERVENTION_AT))
            .chain(texts_of(outcomes, &self.rows.outcomes, customer, fields::OUTCOME_AT))
    }

    fn rows_of<R: super::row::Row>(
        &self,
        table: &Table<R>,
        grouped: &Grouped,
        customer: usize,
    ) -> impl Iterator<Item = R> {
        rows_of(grouped, customer).filter_map(|row| table.row(row, &self.ids))
    }
}

/// The customer of a number; `None` where no file has so many.
fn ix(number: usize) -> Option<CustomerIx> {
    u32::try_from(number).ok().map(CustomerIx)
}

fn rows_of(grouped: &Grouped, customer: usize) -> impl Iterator<Item = usize> {
    let rows = ix(customer).map(|customer| grouped.of(customer));
    rows.into_iter().flatten().map(|row| row.index())
}

/// One field of a customer's rows, in file order; rows without it are passed over.
fn texts_of<'a, R: super::row::Row>(
    table: &'a Table<R>,
    grouped: &'a Grouped,
    customer: usize,
    field: usize,
) -> impl Iterator<Item = &'a str> {
    let texts = table.texts(field);
    rows_of(grouped, customer).filter_map(|row| texts.get(row))
}
