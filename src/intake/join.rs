//! Tables to a dataset: rows joined by customer, and the findings that need more than one file.

use std::sync::Arc;

use compact_str::CompactString;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::count::{which_customers, which_playbooks};
use super::file::{DataFile, data_files};
use super::reported::counted_once;
use super::signal_score::{Strength, fused_score};
use super::unknown_ids::Known;
use crate::domain::{Code, Customer, Finding, Outcome, Playbook, RiskSource, Signal};
use crate::store::dataset::fields;
use crate::store::interned::CustomerIds;
use crate::store::joined::{
    Customers, EveryRow, Grouped, Join, JoinedRows, LastRow, NoCustomer, OwnIds,
};
use crate::store::row::{Row, position};
use crate::store::{CustomerIx, Dataset, RowIx, SkippedRow, Table, Tables};

/// Joins what the files hold, and keeps what each join gave: of a load that changed one file, only
/// what that file touches is joined again.
#[derive(Debug, Default)]
pub struct Joiner {
    customers: Joined<Customer, Customers>,
    fused_scores: Joined<Signal, Vec<Option<f64>>>,
    outcomes: Joined<Outcome, Option<Arc<Table<Outcome>>>>,
    rows: LastJoins,
}

macro_rules! last_joins {
    ($($file:ident $field:ident: $row:ty, $join:ident { $($properties:tt)* })*) => {
        /// What the last join of each file gave.
        #[derive(Debug, Default)]
        struct LastJoins {
            $($field: Joined<$row, <$join as Join>::Rows>,)*
        }

        impl LastJoins {
            /// Finds the rows of each customer in every file, and the rows that refer to no one.
            fn rows(
                &mut self,
                tables: &Tables,
                known: &Known<'_>,
                findings: &mut Vec<Finding>,
            ) -> JoinedRows {
                $(let mut $field = Default::default();)*
                rayon::scope(|scope| {
                    $(scope.spawn(|_| {
                        let inputs = Inputs::of(tables, &tables.$field);
                        let mut found = Vec::new();
                        let joined = self.$field.of(inputs, &mut found, |table, findings| {
                            if $join::REFERS {
                                known.check(table, DataFile::$file, findings);
                            }
                            $join::rows(table, known.customers)
                        });
                        $field = (joined, found);
                    });)*
                });
                JoinedRows {
                    $($field: {
                        let (joined, mut found) = $field;
                        findings.append(&mut found);
                        joined
                    },)*
                }
            }
        }
    };
}
data_files!(last_joins);

/// The result of joining a table, and what it was joined with.
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

impl<R: Row> Inputs<R> {
    fn of(tables: &Tables, table: &Arc<Table<R>>) -> Self {
        let playbooks = R::NAMES.contains(&"playbook_id").then(|| Arc::clone(&tables.playbooks));
        Self { table: Arc::clone(table), customers: Arc::clone(&tables.customers), playbooks }
    }

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

impl<R: Row, T> Joined<R, T> {
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
    pub fn dataset(&mut self, mut tables: Tables, ids: Arc<CustomerIds>) -> Dataset {
        let mut findings = once_per_line(tables.findings().cloned());
        let inputs = Inputs::of(&tables, &tables.outcomes);
        let outcomes = self.outcomes.of(inputs, &mut findings, |table, findings| {
            counted_once(table, &ids, findings).map(Arc::new)
        });
        if let Some(outcomes) = outcomes.as_ref() {
            tables.outcomes = Arc::clone(outcomes);
        }
        let inputs = Inputs::of(&tables, &tables.customers);
        let customers = self
            .customers
            .of(inputs, &mut findings, |table, findings| which_customers(table, &ids, findings));
        let playbooks = which_playbooks(&tables.playbooks, &ids, &mut findings);
        let known = Known {
            customers: &customers,
            customers_table: &tables.customers,
            skipped_customers: ids_of(tables.customers.skipped.iter(), |row| &row.customer_id),
            playbooks_name: tables.name_of(DataFile::Playbooks),
            playbooks_known: tables.playbooks.present,
            playbooks: &playbooks.numbers,
            skipped_playbooks: ids_of(tables.playbooks.skipped.iter(), |row| &row.playbook_id),
            ids: &ids,
        };
        let rows = self.rows.rows(&tables, &known, &mut findings);
        let (fused_scores, fused_source) = if tables.fused.present {
            (None, Some(RiskSource::FusedSignals))
        } else if tables.signals.present {
            let inputs = Inputs::of(&tables, &tables.signals);
            let scores = self.fused_scores.of(inputs, &mut Vec::new(), |table, _| {
                fused_scores(table, &rows.signals, customers.len)
            });
            (Some(scores), Some(RiskSource::Signals))
        } else {
            (None, None)
        };
        let measured = tables.performance.skipped.iter();
        let mut dataset = Dataset {
            customers,
            playbooks: Arc::new(playbooks.rows),
            playbook_numbers: playbooks.numbers,
            skipped_playbooks: playbooks.skipped,
            performance: Arc::new(tables.performance.rows(&ids)),
            rows,
            fused_scores,
            fused_source,
            doubtful_customers: ids_of(tables.skipped(), |row| &row.customer_id),
            doubtful_playbooks: ids_of(measured, |row| &row.playbook_id),
            findings,
            tables,
            ids,
        };
        stageless(&mut dataset);
        dataset
    }
}

/// Findings, each once: what is said of a line of a file that feeds several tables, or of how it was read, is
/// said for all of them together.
fn once_per_line(findings: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut all: Vec<Finding> = Vec::new();
    let mut seen: FxHashMap<_, (usize, Vec<&'static str>)> = FxHashMap::default();
    for finding in findings {
        let is_whole = match finding.code {
            Code::BadRow => finding.field.is_none(),
            Code::NotARow | Code::Source => true,
            _ => false,
        };
        let Some(stem) = finding.table.filter(|_| is_whole).map(DataFile::stem) else {
            all.push(finding);
            continue;
        };
        let how = match finding.code {
            Code::Source => finding.message.split_once(": ").map(|(_, how)| how.to_owned()),
            _ => None,
        };
        let line = (
            finding.code,
            finding.file.clone(),
            finding.sheet.clone(),
            (finding.line, finding.column),
            how,
        );
        let (_, tables) = seen.entry(line).or_insert((all.len(), Vec::new()));
        if tables.is_empty() {
            all.push(finding);
        }
        tables.push(stem);
    }
    for ((code, .., how), (at, tables)) in seen {
        let Some(finding) = all.get_mut(at).filter(|_| tables.len() > 1) else { continue };
        let (last, before) = tables.split_last().unwrap_or((&"", &[]));
        let tables = format!("{} and {last}", before.join(", "));
        match (code, how) {
            (Code::Source, Some(how)) => {
                finding.message = format!("{tables} are read from this file: {how}");
            }
            (Code::BadRow, _) => {
                finding.message.push_str(&format!("; the file feeds {tables}"));
            }
            _ => {}
        }
    }
    all
}

/// The raw signals of each customer as one score.
fn fused_scores(table: &Table<Signal>, of: &Grouped, customers: usize) -> Vec<Option<f64>> {
    const NORMALIZED: usize = position(Signal::NAMES, "normalized_strength");
    const RAW: usize = position(Signal::NAMES, "signal_strength");
    const WEIGHT: usize = position(Signal::NAMES, "risk_weight");
    let (normalized, raw) = (table.numbers(NORMALIZED), table.numbers(RAW));
    let weights = table.numbers(WEIGHT);
    let signal = |row: &RowIx| {
        let row = row.index();
        Strength { strength: normalized.get(row).or(raw.get(row)), weight: weights.get(row) }
    };
    let customers = (0..customers).map(CustomerIx::at);
    customers.map(|customer| fused_score(of.of(customer).iter().map(signal))).collect()
}

/// The ids that skipped rows give; those whose id could not be read are passed over.
fn ids_of<'a>(
    rows: impl Iterator<Item = &'a SkippedRow>,
    id: impl Fn(&SkippedRow) -> &CompactString,
) -> FxHashSet<CompactString> {
    rows.map(id).filter(|id| !id.is_empty()).cloned().collect()
}

/// Customers without a stage: one finding each, or one for all where there is no state log.
fn stageless(dataset: &mut Dataset) {
    let mut found = Vec::new();
    let mut value = 0.0;
    let without_log = !dataset.tables.states.present;
    let mut count = 0;
    let stages = dataset.tables.states.texts(fields::STAGE);
    let no_stage = |customer: &CustomerIx| {
        dataset.rows.states.get(*customer).and_then(|row| stages.code(row.index())).is_none()
    };
    let customers = (0..dataset.len()).into_par_iter().with_min_len(1 << 14).map(CustomerIx::at);
    let customers: Vec<CustomerIx> = customers.filter(no_stage).collect();
    for view in customers.iter().filter_map(|customer| dataset.customer(customer.index())) {
        count += 1;
        value += view.account_value();
        if without_log {
            continue;
        }
        let message = format!(
            "{} has no stage, so only playbooks without a stage are eligible; add a row to {}",
            view.id(),
            dataset.tables.name_of(DataFile::States)
        );
        let mut finding = Finding::new(Code::NoStage, message);
        finding.customers = Some(1);
        finding.account_value = Some(view.account_value());
        found.push(dataset.tables.customers.at_row(finding, view.row().index()));
    }
    if without_log && count > 0 {
        let message = format!(
            "{} is missing: no customer has a stage, so only playbooks without a stage are eligible",
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
            "B is known, its row was skipped"
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
            "\"A1\" is not in customers.json, but \"A1 \" is (trailing space); the row is ignored",
            "is (differs in Unicode form: NFC); the row is ignored",
            "\"p1\" is not in journey_playbooks.json, but \"P1\" is (differs in upper and lower case)",
        ]) {
            assert!(message.contains(expected), "{messages:?}");
        }
    }

    /// Ids that are numbers are found by them; those that are not there keep their text.
    #[test]
    fn numbered_ids_are_found_and_others_are_named() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, rows: Vec<String>| {
            std::fs::write(dir.path().join(name), format!("[{}]", rows.join(",\n"))).unwrap();
        };
        let customer = |number: u32| format!("{{\"customer_id\":\"C{number:03}\"}}");
        let all = || (1..=50).filter(|number| *number != 7);
        write("customers.json", all().map(customer).collect());
        write("journey_playbooks.json", Vec::new());
        let row = |id: &str| format!("{{\"customer_id\":\"{id}\",\"journey_stage\":\"{id}\"}}");
        let odd = ["X", "C007", "C1", "C999", "C0\u{e9}", "C0010"];
        let ids = all().rev().map(|number| format!("C{number:03}"));
        let odd_too = odd.iter().map(|id| (*id).to_owned());
        write("journey_state_log.json", ids.chain(odd_too).map(|id| row(&id)).collect());
        let mut loader = Loader::new(dir.path());
        let check = |dataset: &Dataset, unknown: &[&str]| {
            assert!(dataset.customers().all(|view| view.stage() == Some(view.id())));
            let ids: Vec<_> = dataset.findings.iter().map(|finding| &finding.message).collect();
            assert_eq!(ids.len(), unknown.len(), "{ids:?}");
            for (message, id) in ids.iter().zip(unknown) {
                assert!(message.starts_with(&format!("\"{id}\" is not in")), "{message}");
            }
        };
        let first = loader.load(Reread::All).dataset;
        assert!(first.ids.numbered().is_some());
        check(&first, &odd);
        // Customers who come later, one of them in the gap.
        let later = all().map(customer).chain([customer(7), customer(999)]);
        write("customers.json", later.collect());
        check(&loader.load(Reread::All).dataset, &["X", "C1", "C0\u{e9}", "C0010"]);
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
        let aside: Vec<_> = dataset.skipped_playbooks().map(|s| s.playbook_id.as_str()).collect();
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
