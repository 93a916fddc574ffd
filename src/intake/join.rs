//! Tables to a dataset: rows joined by customer, and the findings that need more than one file.

use std::borrow::Cow;
use std::sync::Arc;

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::count::{at_row, which_customers, which_playbooks};
use super::file::DataFile;
use super::fuse::{Strength, fused_score};
use crate::domain::form::{difference, folded};
use crate::domain::{
    Code, Customer, Finding, Forecast, FusedSignals, Intervention, JourneyState, Outcome, Playbook,
    RiskSource, Signal,
};
use crate::store::dataset::{Customers, Grouped, Lookup, fields};
use crate::store::interned::CustomerIds;
use crate::store::row::{Row, position};
use crate::store::{Dataset, Table, Tables};

/// Joins what the files hold, and keeps what each join gave: of a load that changed one file, only
/// what that file touches is joined again.
#[derive(Debug, Default)]
pub struct Joiner {
    customers: Joined<Customer, Customers>,
    states: Joined<JourneyState, Lookup>,
    fused: Joined<FusedSignals, Lookup>,
    fused_signals: Joined<Signal, Vec<Option<f64>>>,
    forecasts: Joined<Forecast, Lookup>,
    signals: Joined<Signal, Grouped>,
    interventions: Joined<Intervention, Grouped>,
    outcomes: Joined<Outcome, Grouped>,
}

/// What came of joining a table, and what it was joined with.
#[derive(Debug)]
struct Joined<R, T> {
    last: Option<(Inputs<R>, Arc<T>, Vec<Finding>)>,
}

impl<R, T> Default for Joined<R, T> {
    fn default() -> Self {
        Self { last: None }
    }
}

/// The tables that a join looks at.
#[derive(Debug)]
struct Inputs<R> {
    table: Arc<Table<R>>,
    customers: Arc<Table<Customer>>,
    /// Only where the rows name playbooks.
    playbooks: Option<Arc<Table<Playbook>>>,
}

impl<R> Inputs<R> {
    fn same(&self, other: &Self) -> bool {
        let playbooks = match (&self.playbooks, &other.playbooks) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        playbooks
            && Arc::ptr_eq(&self.table, &other.table)
            && Arc::ptr_eq(&self.customers, &other.customers)
    }
}

impl<R, T> Joined<R, T> {
    /// The join of these tables: the last one if they are the same, else a new one.
    fn of(
        &mut self,
        inputs: Inputs<R>,
        findings: &mut Vec<Finding>,
        join: impl FnOnce(&Table<R>, &mut Vec<Finding>) -> T,
    ) -> Arc<T> {
        let same = self.last.as_ref().filter(|(last, ..)| last.same(&inputs));
        if same.is_none() {
            let mut told = Vec::new();
            let joined = join(&inputs.table, &mut told);
            self.last = Some((inputs, Arc::new(joined), told));
        }
        match &self.last {
            Some((_, joined, told)) => {
                findings.extend(told.iter().cloned());
                Arc::clone(joined)
            }
            // It has just been put there.
            None => unreachable!("a join was made"),
        }
    }
}

impl Joiner {
    /// Joins what the files hold.
    pub fn dataset(&mut self, tables: Tables, ids: Arc<CustomerIds>) -> Dataset {
        let mut findings = own_findings(&tables);
        fn inputs<R>(tables: &Tables, table: &Arc<Table<R>>) -> Inputs<R> {
            let customers = Arc::clone(&tables.customers);
            Inputs { table: Arc::clone(table), customers, playbooks: None }
        }
        fn with_playbooks<R>(tables: &Tables, table: &Arc<Table<R>>) -> Inputs<R> {
            let playbooks = Some(Arc::clone(&tables.playbooks));
            Inputs { playbooks, ..inputs(tables, table) }
        }
        let customers =
            self.customers.of(inputs(&tables, &tables.customers), &mut findings, |table, told| {
                which_customers(table, &ids, told)
            });
        let playbooks = which_playbooks(&tables.playbooks, &ids, &mut findings);
        let known = Known {
            customers: &customers,
            customers_table: &tables.customers,
            customers_set_aside: set_aside_ids(&tables.customers, |row| &row.customer_id),
            playbooks_known: tables.playbooks.present,
            playbooks: &playbooks.numbers,
            playbooks_set_aside: set_aside_ids(&tables.playbooks, |row| &row.playbook_id),
            ids: &ids,
        };
        let state_rows =
            self.states.of(inputs(&tables, &tables.states), &mut findings, |table, told| {
                known.check(table, DataFile::States, told);
                last_rows(table, &customers)
            });
        let fused_rows =
            self.fused.of(inputs(&tables, &tables.fused), &mut findings, |table, told| {
                known.check(table, DataFile::Fused, told);
                last_rows(table, &customers)
            });
        let signals_of =
            self.signals.of(inputs(&tables, &tables.signals), &mut findings, |table, told| {
                known.check(table, DataFile::Signals, told);
                grouped(table, &customers)
            });
        let forecast_rows =
            self.forecasts.of(inputs(&tables, &tables.forecasts), &mut findings, |table, told| {
                known.check(table, DataFile::Forecasts, told);
                last_rows(table, &customers)
            });
        known.check(&tables.performance, DataFile::Performance, &mut findings);
        let interventions_of = self.interventions.of(
            with_playbooks(&tables, &tables.interventions),
            &mut findings,
            |table, told| {
                known.check(table, DataFile::Interventions, told);
                grouped(table, &customers)
            },
        );
        let outcomes_of = self.outcomes.of(
            with_playbooks(&tables, &tables.outcomes),
            &mut findings,
            |table, told| {
                known.check(table, DataFile::Outcomes, told);
                grouped(table, &customers)
            },
        );
        let (fused_scores, fused_source) = if tables.fused.present {
            (None, Some(RiskSource::FusedSignals))
        } else if tables.signals.present {
            let inputs = inputs(&tables, &tables.signals);
            let scores = self.fused_signals.of(inputs, &mut Vec::new(), |table, _| {
                fused_scores(table, &signals_of, customers.len)
            });
            (Some(scores), Some(RiskSource::Signals))
        } else {
            (None, None)
        };
        let mut dataset = Dataset {
            customers,
            playbooks: Arc::new(playbooks.rows),
            playbook_numbers: playbooks.numbers,
            playbooks_set_aside: playbooks.set_aside,
            performance: Arc::new(tables.performance.rows(&ids)),
            state_rows,
            fused_rows,
            fused_scores,
            fused_source,
            forecast_rows,
            signals_of,
            interventions_of,
            outcomes_of,
            doubtful_customers: doubtful_customers(&tables),
            doubtful_playbooks: set_aside_ids(&tables.performance, |row| &row.playbook_id),
            findings,
            tables,
            ids,
        };
        stageless(&mut dataset);
        dataset
    }
}

/// Who and what is known, also those whose row was set aside: a row about one of these is about
/// somebody.
struct Known<'a> {
    customers: &'a Customers,
    customers_table: &'a Table<Customer>,
    customers_set_aside: FxHashSet<CompactString>,
    playbooks_known: bool,
    playbooks: &'a FxHashMap<CompactString, u32>,
    playbooks_set_aside: FxHashSet<CompactString>,
    ids: &'a CustomerIds,
}

impl Known<'_> {
    /// A finding for each row about a customer or a playbook that there is not.
    fn check<R: Row>(&self, table: &Table<R>, file: DataFile, findings: &mut Vec<Finding>) {
        let playbook_field = R::NAMES.iter().position(|name| *name == "playbook_id");
        let playbooks = playbook_field.map(|field| table.texts(field));
        let unknown: FxHashSet<u32> = playbooks
            .map(|texts| (0u32..).zip(texts.words().iter()))
            .into_iter()
            .flatten()
            .filter(|(_, id)| self.playbooks_known && !self.knows_playbook(id))
            .map(|(code, _)| code)
            .collect();
        let about_customers = self.customers_table.present && !table.customers().is_empty();
        if !about_customers && unknown.is_empty() {
            return;
        }
        let strangers = match about_customers {
            true => self.strangers(table),
            false => FxHashMap::default(),
        };
        if strangers.is_empty() && unknown.is_empty() {
            return;
        }
        let mut by_form: FxHashMap<Cow<'_, str>, &str> = FxHashMap::default();
        for known in self.playbooks.keys().filter(|_| !unknown.is_empty()) {
            // Of several the first in the alphabet, whatever the order of the map.
            let same = by_form.entry(folded(known)).or_insert(known);
            *same = (*same).min(known);
        }
        let unknown_like: FxHashMap<u32, String> = unknown
            .iter()
            .filter_map(|code| Some((*code, playbooks?.words().get(*code)?)))
            .map(|(code, id)| {
                let same = by_form.get(&folded(id)).map(|known| like(id, [*known]));
                (code, same.unwrap_or_default())
            })
            .collect();
        for row in 0..table.len {
            let stranger = table.customers().get(row);
            if let Some((key, like)) = stranger.and_then(|key| strangers.get_key_value(key))
                && let Some(id) = self.ids.id(*key)
            {
                let message = format!(
                    "{id} is not in {}{like}; the row is not used",
                    DataFile::Customers.name()
                );
                let finding = Finding::new(Code::UnknownCustomer, message)
                    .in_file(file.name())
                    .field("customer_id");
                findings.push(at_row(finding, table, row));
            }
            let code = playbooks.filter(|_| !unknown.is_empty()).and_then(|p| p.code(row));
            if let Some(code) = code.filter(|code| unknown.contains(code)) {
                let id = playbooks.and_then(|texts| texts.words().get(code)).unwrap_or_default();
                let like = unknown_like.get(&code).map_or("", String::as_str);
                let message = format!("{id} is not in {}{like}", DataFile::Playbooks.name());
                let mut finding = Finding::new(Code::UnknownPlaybook, message)
                    .in_file(file.name())
                    .field("playbook_id");
                finding.playbook_id = Some(id.into());
                findings.push(at_row(finding, table, row));
            }
        }
    }

    /// The customers of a table that there are not, each with the known one that differs from it only
    /// in its form, as it is told.
    fn strangers<R: Row>(&self, table: &Table<R>) -> FxHashMap<u32, String> {
        let stranger = |key: &&u32| {
            self.customers.numbers.get(**key).is_none()
                && self.ids.id(**key).is_some_and(|id| !self.customers_set_aside.contains(id))
        };
        let mut strangers: FxHashMap<u32, String> =
            table.customers().iter().filter(stranger).map(|key| (*key, String::new())).collect();
        if strangers.is_empty() {
            return strangers;
        }
        let mut by_form: FxHashMap<Cow<'_, str>, Vec<u32>> = FxHashMap::default();
        for key in strangers.keys() {
            by_form.entry(folded(self.ids.id(*key).unwrap_or_default())).or_default().push(*key);
        }
        let known = (0u32..)
            .take(self.ids.len())
            .filter(|key| self.customers.numbers.get(*key).is_some())
            .filter_map(|key| self.ids.id(key));
        for known in known {
            for key in by_form.remove(&folded(known)).into_iter().flatten() {
                let id = self.ids.id(key).unwrap_or_default();
                strangers.insert(key, like(id, [known]));
            }
        }
        strangers
    }

    fn knows_playbook(&self, id: &str) -> bool {
        self.playbooks.contains_key(id) || self.playbooks_set_aside.contains(id)
    }
}

/// `, but "A1 " is (trailing space)`: which of some known ids differs only in its form.
fn like<'a>(id: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let form = folded(id);
    let mut same = known.into_iter().filter(|known| folded(known) == form);
    let with = |known| Some(format!(", but \"{known}\" is ({})", difference(id, known)?));
    same.find_map(with).unwrap_or_default()
}

/// The last row of each customer.
fn last_rows<R: Row>(table: &Table<R>, customers: &Customers) -> Lookup {
    let keys = table.customers();
    let number_of = |key: &u32| customers.numbers.get(*key);
    if keys.len() == customers.len
        && keys.iter().enumerate().all(|(row, key)| number_of(key) == Some(row as u32))
    {
        return Lookup::Same(keys.len());
    }
    let mut rows = vec![Lookup::NONE; customers.len];
    for (row, key) in keys.iter().enumerate() {
        if let Some(slot) = number_of(key).and_then(|number| rows.get_mut(number as usize)) {
            *slot = row as u32;
        }
    }
    Lookup::Other(rows)
}

/// The rows of each customer.
fn grouped<R: Row>(table: &Table<R>, customers: &Customers) -> Grouped {
    Grouped::new(customers.len, table.customers().iter().map(|key| customers.numbers.get(*key)))
}

/// The raw signals of each customer as one score.
fn fused_scores(table: &Table<Signal>, of: &Grouped, customers: usize) -> Vec<Option<f64>> {
    const NORMALIZED: usize = position(Signal::NAMES, "normalized_strength");
    const RAW: usize = position(Signal::NAMES, "signal_strength");
    const WEIGHT: usize = position(Signal::NAMES, "risk_weight");
    let (normalized, raw) = (table.numbers(NORMALIZED), table.numbers(RAW));
    let weights = table.numbers(WEIGHT);
    let signal = |row: &u32| {
        let row = *row as usize;
        Strength { strength: normalized.get(row).or(raw.get(row)), weight: weights.get(row) }
    };
    (0..customers).map(|customer| fused_score(of.of(customer).iter().map(signal))).collect()
}

fn set_aside_ids<R>(
    table: &Table<R>,
    id: impl Fn(&crate::store::SetAside) -> &CompactString,
) -> FxHashSet<CompactString> {
    table.set_aside.iter().map(id).filter(|id| !id.is_empty()).cloned().collect()
}

fn doubtful_customers(tables: &Tables) -> FxHashSet<CompactString> {
    let mut ids = set_aside_ids(&tables.customers, |row| &row.customer_id);
    ids.extend(set_aside_ids(&tables.states, |row| &row.customer_id));
    ids.extend(set_aside_ids(&tables.fused, |row| &row.customer_id));
    ids.extend(set_aside_ids(&tables.signals, |row| &row.customer_id));
    ids.extend(set_aside_ids(&tables.forecasts, |row| &row.customer_id));
    ids.extend(set_aside_ids(&tables.interventions, |row| &row.customer_id));
    ids.extend(set_aside_ids(&tables.outcomes, |row| &row.customer_id));
    ids
}

/// What each file alone told when it was read, in reading order.
fn own_findings(tables: &Tables) -> Vec<Finding> {
    [
        &tables.customers.findings,
        &tables.playbooks.findings,
        &tables.states.findings,
        &tables.fused.findings,
        &tables.signals.findings,
        &tables.forecasts.findings,
        &tables.performance.findings,
        &tables.interventions.findings,
        &tables.outcomes.findings,
        &tables.snapshots.findings,
    ]
    .into_iter()
    .flatten()
    .cloned()
    .collect()
}

/// Customers without a stage: one finding each, or one for all where there is no state log.
fn stageless(dataset: &mut Dataset) {
    let mut found = Vec::new();
    let mut value = 0.0;
    let without_log = !dataset.tables.states.present;
    let mut count = 0;
    let stages = dataset.tables.states.texts(fields::STAGE);
    let no_stage = |number: &u32| {
        dataset.state_rows.get(*number).and_then(|row| stages.code(row as usize)).is_none()
    };
    let numbers = (0..dataset.len() as u32).filter(no_stage);
    for view in numbers.filter_map(|number| dataset.customer(number as usize)) {
        count += 1;
        value += view.account_value();
        if without_log {
            continue;
        }
        let message = format!(
            "{} has no stage: only a playbook without one can match; add a row to {}",
            view.id(),
            DataFile::States.name()
        );
        let mut finding = Finding::new(Code::NoStage, message).in_file(DataFile::Customers.name());
        finding.customers = Some(1);
        finding.account_value = Some(view.account_value());
        let row = dataset.customers.rows.get(view.number as u32).unwrap_or_default();
        found.push(at_row(finding, &dataset.tables.customers, row as usize));
    }
    if without_log && count > 0 {
        let message = format!(
            "there is no {}: no customer has a stage, only a playbook without one can match",
            DataFile::States.name()
        );
        let mut finding = Finding::new(Code::NoStage, message);
        finding.customers = Some(count);
        finding.account_value = Some(value);
        found = vec![finding];
    }
    dataset.findings.append(&mut found);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Loader;
    use crate::intake::load::Reread;

    /// What a directory with these files holds.
    fn dataset(files: &[(DataFile, &str)]) -> Arc<Dataset> {
        let dir = tempfile::tempdir().unwrap();
        for (file, text) in files {
            std::fs::write(dir.path().join(file.name()), text).unwrap();
        }
        Loader::new(dir.path()).load(Reread::All).dataset
    }

    fn told(dataset: &Dataset) -> Vec<(Code, Option<u32>)> {
        dataset.findings.iter().map(|f| (f.code, f.line)).collect()
    }

    #[test]
    fn of_an_id_that_comes_twice_the_later_row_counts_in_the_first_place() {
        let dataset = dataset(&[
            (
                DataFile::Customers,
                "[{\"customer_id\":\"A\",\"account_value\":1},\n{\"customer_id\":\"B\"},\n{\"customer_id\":\"A\",\"account_value\":2}]",
            ),
            (
                DataFile::Playbooks,
                r#"[{"playbook_id":"P","name":"old"},{"playbook_id":"Q"},{"playbook_id":"P","name":"new"}]"#,
            ),
            (
                DataFile::States,
                r#"[{"customer_id":"A","journey_stage":""},{"customer_id":"B","journey_stage":"x"}]"#,
            ),
        ]);
        let first = dataset.customer(0).unwrap();
        assert_eq!((first.id(), first.account_value()), ("A", 2.0));
        assert_eq!(dataset.account_values_from(0).collect::<Vec<_>>(), [2.0, 0.0]);
        assert_eq!(first.stage(), Some(""), "the empty stage is a stage");
        assert_eq!(dataset.customer(1).unwrap().id(), "B");
        assert_eq!(dataset.customer_number("A"), Some(0));
        assert_eq!(dataset.len(), 2);
        let names: Vec<_> = dataset.playbooks().map(Playbook::title).collect();
        assert_eq!(names, ["new", "Q"]);
        assert_eq!(told(&dataset), [(Code::DuplicateId, Some(3)), (Code::DuplicateId, Some(1))]);
    }

    #[test]
    fn rows_about_a_customer_who_comes_twice_are_found_in_any_order() {
        let dataset = dataset(&[
            (
                DataFile::Customers,
                r#"[{"customer_id":"A"},{"customer_id":"B"},{"customer_id":"A"},{"customer_id":"D"}]"#,
            ),
            (DataFile::Playbooks, "[]"),
            (
                DataFile::States,
                r#"[{"customer_id":"B","journey_stage":"b"},{"customer_id":"A","journey_stage":"a"},
                    {"customer_id":"D","journey_stage":"d"},{"customer_id":"A","journey_stage":"c"}]"#,
            ),
        ]);
        let stages: Vec<_> = dataset.customers().map(|view| (view.id(), view.stage())).collect();
        assert_eq!(stages, [("A", Some("c")), ("B", Some("b")), ("D", Some("d"))]);
        assert_eq!(told(&dataset), [(Code::DuplicateId, Some(1))]);
    }

    #[test]
    fn a_customer_who_comes_twice_is_one_when_the_file_is_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        let customers = r#"[{"customer_id":"A"},{"customer_id":"B"},{"customer_id":"A"}]"#;
        write("customers.json", customers);
        write("journey_playbooks.json", "[]");
        let mut loader = Loader::new(dir.path());
        let first = loader.load(Reread::All).dataset;
        write("customers.json", &customers.replace("\"B\"", "\"C\""));
        let second = loader.load(Reread::All).dataset;
        let ids = |dataset: &Dataset| -> Vec<String> {
            dataset.customers().map(|view| view.id().to_owned()).collect()
        };
        assert_eq!(ids(&first), ["A", "B"]);
        assert_eq!(ids(&second), ["A", "C"]);
        assert_eq!(told(&second).iter().filter(|(c, _)| *c == Code::DuplicateId).count(), 1);
    }

    #[test]
    fn rows_about_nobody_are_told_and_not_used() {
        let dataset = dataset(&[
            (
                DataFile::Customers,
                "[{\"customer_id\":\"A\"},{\"customer_id\":\"B\",\"segment\":1}]",
            ),
            (DataFile::Playbooks, "[]"),
            (
                DataFile::States,
                "[{\"customer_id\":\"X\"},\n{\"customer_id\":\"A\",\"journey_stage\":\"s\"},\n{\"customer_id\":\"B\"}]",
            ),
            (DataFile::Performance, "[{\"playbook_id\":\"P9\"}]"),
        ]);
        assert_eq!(
            told(&dataset),
            [
                (Code::BadRow, Some(1)),
                (Code::UnknownCustomer, Some(1)),
                (Code::UnknownPlaybook, Some(1))
            ],
            "B is known, its row was set aside"
        );
        assert!(dataset.doubtful_customers.contains("B"));
    }

    #[test]
    fn an_unknown_id_that_differs_only_in_form_says_so() {
        let dataset = dataset(&[
            (DataFile::Customers, "[{\"customer_id\":\"A1 \"},{\"customer_id\":\"Zo\u{eb}\"}]"),
            (DataFile::Playbooks, "[{\"playbook_id\":\"P1\"}]"),
            (DataFile::States, "[{\"customer_id\":\"A1\"},{\"customer_id\":\"Zoe\u{308}\"}]"),
            (
                DataFile::Outcomes,
                "[{\"outcome_id\":\"O\",\"customer_id\":\"A1 \",\"playbook_id\":\"p1\"}]",
            ),
        ]);
        let messages: Vec<&str> = dataset.findings.iter().map(|f| f.message.as_str()).collect();
        for (message, expected) in messages.iter().zip([
            "A1 is not in customers.json, but \"A1 \" is (trailing space); the row is not used",
            "is (differs in Unicode form: NFC); the row is not used",
            "p1 is not in journey_playbooks.json, but \"P1\" is (differs in upper and lower case)",
        ]) {
            assert!(message.contains(expected), "{messages:?}");
        }
    }

    #[test]
    fn a_missing_state_log_is_told_once() {
        let customers =
            r#"[{"customer_id":"A","account_value":5},{"customer_id":"B","account_value":6}]"#;
        let dataset = dataset(&[(DataFile::Customers, customers), (DataFile::Playbooks, "[]")]);
        let [finding] = &dataset.findings[..] else { panic!("{:?}", dataset.findings) };
        assert_eq!((finding.customers, finding.account_value), (Some(2), Some(11.0)));
    }

    #[test]
    fn a_later_bad_row_takes_the_playbook_with_it_an_earlier_one_does_not() {
        let playbooks = r#"[{"playbook_id":"P","approval_required":false},{"playbook_id":"Q","status":1},
                {"playbook_id":"P","approval_required":"yes"},{"playbook_id":"Q"}]"#;
        let dataset = dataset(&[(DataFile::Customers, "[]"), (DataFile::Playbooks, playbooks)]);
        assert_eq!(dataset.playbooks().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["Q"]);
        let aside: Vec<_> = dataset.playbooks_set_aside().map(|s| s.playbook_id.as_str()).collect();
        assert_eq!(aside, ["P"]);
    }

    #[test]
    fn raw_signals_are_fused_only_where_there_is_no_fused_file() {
        let mut files = vec![
            (DataFile::Customers, r#"[{"customer_id":"A"},{"customer_id":"B"}]"#),
            (DataFile::Playbooks, "[]"),
            (DataFile::Signals, r#"[{"customer_id":"A","signal_strength":0.4}]"#),
        ];
        let scores = |dataset: &Dataset| -> Vec<_> {
            dataset.customers().map(|view| view.fused_score()).collect()
        };
        let raw = dataset(&files);
        assert_eq!(scores(&raw), [Some(0.4), None]);
        assert_eq!(raw.fused_source, Some(RiskSource::Signals));
        files.push((DataFile::Fused, "[]"));
        let fused = dataset(&files);
        assert_eq!(scores(&fused), [None, None]);
        assert_eq!(fused.fused_source, Some(RiskSource::FusedSignals));
    }

    #[test]
    fn a_normalized_strength_of_zero_is_used_a_missing_one_falls_back() {
        let signals = r#"[{"customer_id":"A","normalized_strength":0,"signal_strength":0.8},
            {"customer_id":"B","normalized_strength":null,"signal_strength":0.8}]"#;
        let dataset = dataset(&[
            (DataFile::Customers, r#"[{"customer_id":"A"},{"customer_id":"B"}]"#),
            (DataFile::Playbooks, "[]"),
            (DataFile::Signals, signals),
        ]);
        let scores: Vec<_> = dataset.customers().map(|view| view.fused_score()).collect();
        assert_eq!(scores, [Some(0.0), Some(0.8)]);
    }
}
