//! Tables to a dataset: rows joined by customer, and the findings that need more than one file.

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::file::DataFile;
use super::fuse::fused_score;
use super::row::Row;
use crate::domain::dataset::{Grouped, Tables};
use crate::domain::recommendation::RiskSource;
use crate::domain::{Code, Dataset, Finding, Table};

/// Joins what the files hold.
pub fn dataset(tables: Tables) -> Dataset {
    let mut findings = Vec::new();
    let customers = ids(&tables.customers, DataFile::Customers, &mut findings);
    let playbooks = ids(&tables.playbooks, DataFile::Playbooks, &mut findings);

    // A later row of a playbook that cannot be read takes the earlier one with it: what the
    // playbook's owner wrote last may well have asked for an approval.
    let mut set_aside = FxHashMap::default();
    for (number, row) in tables.playbooks.set_aside.iter().enumerate() {
        if !row.playbook_id.is_empty() {
            set_aside.insert(row.playbook_id.clone(), number as u32);
        }
    }
    let later_is_bad = |id: &CompactString, row: u32| {
        let good = tables.playbooks.places.get(row as usize);
        let bad = set_aside.get(id).and_then(|n| tables.playbooks.set_aside.get(*n as usize));
        good.zip(bad).is_some_and(|(good, bad)| bad.place > *good)
    };
    let mut playbook_rows = Vec::new();
    let mut playbook_numbers = FxHashMap::default();
    let mut playbooks_set_aside: FxHashSet<u32> = set_aside.values().copied().collect();
    for (id, row) in &playbooks.in_order {
        if later_is_bad(id, *row) {
            continue;
        }
        if let Some(earlier) = set_aside.get(id) {
            playbooks_set_aside.remove(earlier);
        }
        playbook_numbers.insert(id.clone(), playbook_rows.len() as u32);
        playbook_rows.push(*row);
    }
    // A row whose id cannot be read is a playbook of the file all the same.
    for (number, row) in tables.playbooks.set_aside.iter().enumerate() {
        if row.playbook_id.is_empty() {
            playbooks_set_aside.insert(number as u32);
        }
    }
    let mut playbooks_set_aside: Vec<u32> = playbooks_set_aside.into_iter().collect();
    playbooks_set_aside.sort_unstable();

    let known = Known {
        customers_known: tables.customers.present,
        playbooks_known: tables.playbooks.present,
        customers: &customers.numbers,
        customers_set_aside: set_aside_ids(&tables.customers, |row| &row.customer_id),
        playbooks: &playbooks.numbers,
        playbooks_set_aside: set_aside_ids(&tables.playbooks, |row| &row.playbook_id),
    };
    let mut owners = Owners { known, findings };
    let states = owners.of(&tables.states, DataFile::States);
    let fused = owners.of(&tables.fused, DataFile::Fused);
    let signals = owners.of(&tables.signals, DataFile::Signals);
    let forecasts = owners.of(&tables.forecasts, DataFile::Forecasts);
    owners.of(&tables.performance, DataFile::Performance);
    let interventions = owners.of(&tables.interventions, DataFile::Interventions);
    let outcomes = owners.of(&tables.outcomes, DataFile::Outcomes);

    let mut across_files = owners.findings;
    let count = customers.in_order.len();
    let signals_of = Grouped::new(count, &signals);
    let (fused_scores, fused_source) = if tables.fused.present {
        let last = last(count, &fused);
        let score = |row: Option<u32>| tables.fused.rows.get(row? as usize)?.fused_risk_score;
        (last.into_iter().map(score).collect(), Some(RiskSource::FusedSignals))
    } else if tables.signals.present {
        let score = |customer| {
            let rows = signals_of.of(customer).iter();
            fused_score(rows.filter_map(|row| tables.signals.rows.get(*row as usize)))
        };
        ((0..count).map(score).collect(), Some(RiskSource::Signals))
    } else {
        (vec![None; count], None)
    };

    let mut dataset = Dataset {
        customer_rows: customers.in_order.iter().map(|(_, row)| *row).collect(),
        customer_numbers: customers.numbers,
        playbook_rows,
        playbook_numbers,
        playbooks_set_aside,
        state_rows: last(count, &states),
        fused_scores,
        fused_source,
        forecast_rows: last(count, &forecasts),
        signals_of,
        interventions_of: Grouped::new(count, &interventions),
        outcomes_of: Grouped::new(count, &outcomes),
        doubtful_customers: doubtful_customers(&tables),
        doubtful_playbooks: set_aside_ids(&tables.performance, |row| &row.playbook_id),
        findings: own_findings(&tables),
        tables,
    };
    dataset.findings.append(&mut across_files);
    stageless(&mut dataset);
    dataset
}

/// The rows of a file that count, told by id.
struct Ids {
    /// Each id at its first place, with its last row.
    in_order: Vec<(CompactString, u32)>,
    numbers: FxHashMap<CompactString, u32>,
}

/// Which row counts for each id: the last, at the place of the first (`matching.md`, rule 6 and
/// *Where we differ*).
fn ids<R: Row + Clone>(table: &Table<R>, file: DataFile, findings: &mut Vec<Finding>) -> Ids {
    let mut ids = Ids { in_order: Vec::new(), numbers: FxHashMap::default() };
    for (row_number, row) in table.rows.iter().enumerate() {
        let id = match file {
            DataFile::Playbooks => row.playbook_id(),
            _ => row.customer_id(),
        };
        let row_number = row_number as u32;
        match ids.numbers.get(id).and_then(|n| ids.in_order.get_mut(*n as usize)) {
            Some(counts) => {
                let first = table.places.get(counts.1 as usize).copied().unwrap_or_default();
                let message = format!(
                    "{id} comes twice, before in line {}; the later row counts, at the place of the first",
                    first.line
                );
                counts.1 = row_number;
                let mut finding = Finding::new(Code::DuplicateId, message).in_file(file.name());
                match file {
                    DataFile::Playbooks => {
                        finding.playbook_id = Some(id.into());
                        finding = finding.field("playbook_id");
                    }
                    _ => {
                        finding.customers = Some(1);
                        finding = finding.field("customer_id");
                    }
                }
                findings.push(at_row(finding, table, row_number as usize));
            }
            None => {
                let id = CompactString::from(id);
                ids.numbers.insert(id.clone(), ids.in_order.len() as u32);
                ids.in_order.push((id, row_number));
            }
        }
    }
    ids
}

fn at_row<R>(finding: Finding, table: &Table<R>, row: usize) -> Finding {
    match table.places.get(row) {
        Some(place) => finding.at(*place),
        None => finding,
    }
}

/// The ids that are known, also those whose row was set aside: a row about one of these is about
/// somebody.
struct Known<'a> {
    /// The file could be read: what is not in it is unknown.
    customers_known: bool,
    playbooks_known: bool,
    customers: &'a FxHashMap<CompactString, u32>,
    customers_set_aside: FxHashSet<CompactString>,
    playbooks: &'a FxHashMap<CompactString, u32>,
    playbooks_set_aside: FxHashSet<CompactString>,
}

struct Owners<'a> {
    known: Known<'a>,
    findings: Vec<Finding>,
}

impl Owners<'_> {
    /// The customer number of each row of a file, with a finding for each row about a customer or
    /// playbook that there is not.
    fn of<R: Row>(&mut self, table: &Table<R>, file: DataFile) -> Vec<Option<u32>> {
        let known = &self.known;
        let mut owners = Vec::with_capacity(table.rows.len());
        for (number, row) in table.rows.iter().enumerate() {
            let customer = row.customer_id();
            let owner = known.customers.get(customer).copied();
            owners.push(owner);
            if known.customers_known
                && owner.is_none()
                && !customer.is_empty()
                && !known.customers_set_aside.contains(customer)
            {
                let message = format!(
                    "{customer} is not in {}; the row is not used",
                    DataFile::Customers.name()
                );
                let finding = Finding::new(Code::UnknownCustomer, message)
                    .in_file(file.name())
                    .field("customer_id");
                self.findings.push(at_row(finding, table, number));
            }
            let playbook = row.playbook_id();
            if known.playbooks_known
                && !playbook.is_empty()
                && !known.playbooks.contains_key(playbook)
                && !known.playbooks_set_aside.contains(playbook)
            {
                let message = format!("{playbook} is not in {}", DataFile::Playbooks.name());
                let mut finding = Finding::new(Code::UnknownPlaybook, message)
                    .in_file(file.name())
                    .field("playbook_id");
                finding.playbook_id = Some(playbook.into());
                self.findings.push(at_row(finding, table, number));
            }
        }
        owners
    }
}

/// The last row of each customer.
fn last(customers: usize, owner_of_row: &[Option<u32>]) -> Vec<Option<u32>> {
    let mut rows = vec![None; customers];
    for (row, owner) in owner_of_row.iter().enumerate() {
        if let Some(slot) = owner.and_then(|o| rows.get_mut(o as usize)) {
            *slot = Some(row as u32);
        }
    }
    rows
}

fn set_aside_ids<R>(
    table: &Table<R>,
    id: impl Fn(&crate::domain::SetAside) -> &CompactString,
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
    for view in dataset.customers().filter(|view| view.stage().is_none()) {
        let message = format!(
            "{} has no stage: only a playbook without one can match; add a row to {}",
            view.customer.id,
            DataFile::States.name()
        );
        let mut finding = Finding::new(Code::NoStage, message).in_file(DataFile::Customers.name());
        finding.customers = Some(1);
        finding.account_value = Some(view.customer.account_value());
        value += view.customer.account_value();
        let row = dataset.customer_rows.get(view.number).copied().unwrap_or_default();
        found.push(at_row(finding, &dataset.tables.customers, row as usize));
    }
    if !dataset.tables.states.present && !found.is_empty() {
        let message = format!(
            "there is no {}: no customer has a stage, only a playbook without one can match",
            DataFile::States.name()
        );
        let mut finding = Finding::new(Code::NoStage, message);
        finding.customers = Some(found.len());
        finding.account_value = Some(value);
        found = vec![finding];
    }
    dataset.findings.append(&mut found);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::table;
    use std::sync::Arc;

    fn load<R: Row>(file: DataFile, text: &str) -> Arc<Table<R>> {
        Arc::new(table(file, text.as_bytes()).unwrap())
    }

    fn tables(customers: &str, playbooks: &str) -> Tables {
        Tables {
            customers: load(DataFile::Customers, customers),
            playbooks: load(DataFile::Playbooks, playbooks),
            ..Tables::default()
        }
    }

    fn told(dataset: &Dataset) -> Vec<(Code, Option<u32>)> {
        dataset.findings.iter().map(|f| (f.code, f.line)).collect()
    }

    #[test]
    fn of_an_id_that_comes_twice_the_later_row_counts_in_the_first_place() {
        let mut tables = tables(
            "[{\"customer_id\":\"A\",\"account_value\":1},\n{\"customer_id\":\"B\"},\n{\"customer_id\":\"A\",\"account_value\":2}]",
            r#"[{"playbook_id":"P","name":"old"},{"playbook_id":"Q"},{"playbook_id":"P","name":"new"}]"#,
        );
        tables.states = load(
            DataFile::States,
            r#"[{"customer_id":"A","journey_stage":""},{"customer_id":"B","journey_stage":"x"}]"#,
        );
        let dataset = dataset(tables);
        let first = dataset.customer(0).unwrap();
        assert_eq!((first.customer.id.as_str(), first.customer.account_value), ("A", Some(2.0)));
        assert_eq!(first.stage(), Some(""), "the empty stage is a stage");
        let names: Vec<_> = dataset.playbooks().map(Playbook::title).collect();
        assert_eq!(names, ["new", "Q"]);
        assert_eq!(told(&dataset), [(Code::DuplicateId, Some(3)), (Code::DuplicateId, Some(1))]);
    }
    use crate::domain::Playbook;

    #[test]
    fn rows_about_nobody_are_told_and_not_used() {
        let mut tables =
            tables("[{\"customer_id\":\"A\"},{\"customer_id\":\"B\",\"segment\":1}]", "[]");
        tables.states = load(
            DataFile::States,
            "[{\"customer_id\":\"X\"},\n{\"customer_id\":\"A\",\"journey_stage\":\"s\"},\n{\"customer_id\":\"B\"}]",
        );
        tables.performance = load(DataFile::Performance, "[{\"playbook_id\":\"P9\"}]");
        let dataset = dataset(tables);
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
    fn a_missing_state_log_is_told_once() {
        let dataset = dataset(tables(
            r#"[{"customer_id":"A","account_value":5},{"customer_id":"B","account_value":6}]"#,
            "[]",
        ));
        let [finding] = &dataset.findings[..] else { panic!("{:?}", dataset.findings) };
        assert_eq!((finding.customers, finding.account_value), (Some(2), Some(11.0)));
    }

    #[test]
    fn a_later_bad_row_takes_the_playbook_with_it_an_earlier_one_does_not() {
        let dataset = dataset(tables(
            "[]",
            r#"[{"playbook_id":"P","approval_required":false},{"playbook_id":"Q","status":1},
                {"playbook_id":"P","approval_required":"yes"},{"playbook_id":"Q"}]"#,
        ));
        assert_eq!(dataset.playbooks().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["Q"]);
        let aside: Vec<_> = dataset.playbooks_set_aside().map(|s| s.playbook_id.as_str()).collect();
        assert_eq!(aside, ["P"]);
    }

    #[test]
    fn raw_signals_are_fused_only_where_there_is_no_fused_file() {
        let mut tables = tables(r#"[{"customer_id":"A"},{"customer_id":"B"}]"#, "[]");
        tables.signals = load(DataFile::Signals, r#"[{"customer_id":"A","signal_strength":0.4}]"#);
        let raw = dataset(tables.clone());
        assert_eq!(raw.fused_scores, [Some(0.4), None]);
        assert_eq!(raw.fused_source, Some(RiskSource::Signals));
        tables.fused = load(DataFile::Fused, "[]");
        let fused = dataset(tables);
        assert_eq!(fused.fused_scores, [None, None]);
        assert_eq!(fused.fused_source, Some(RiskSource::FusedSignals));
    }
}
