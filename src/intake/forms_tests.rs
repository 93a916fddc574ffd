//! A table gives the same, whatever files it is in.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::file::DataFile;
use super::load::{Loaded, Loader, Reread};
use crate::domain::{Code, Policy, json};
use crate::matching::Matching;

/// What is told of a directory: recommendations as they are printed, and findings without their places.
type Place = (Code, Option<String>, Option<usize>);

fn told(loaded: &Loaded) -> (Vec<String>, Vec<Place>) {
    assert_eq!(loaded.problems, []);
    let of_finding = |finding: &crate::domain::Finding| {
        (finding.code, finding.field.as_ref().map(ToString::to_string), finding.customers)
    };
    let findings = loaded.dataset.findings.iter().map(of_finding).collect();
    let matching = Matching::new(Arc::clone(&loaded.dataset), Arc::new(Policy::default()));
    (matching.recommendations().map(|r| json::line(&r)).collect(), findings)
}

fn load(directory: &Path) -> Loaded {
    Loader::new(directory).load(Reread::All)
}

/// The rows of one part, as an array or as lines.
fn part(rows: &[String], as_array: bool) -> String {
    match as_array {
        true => format!("[{}]", rows.join(",\n ")),
        false => rows.iter().map(|row| format!("{row}\n")).collect(),
    }
}

fn customer() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => (0..9_u32, 0..3_u32).prop_map(|(id, value)| format!(
            r#"{{"customer_id":"C{id}","segment":"SMB","account_value":{}}}"#,
            value * 1_000
        )),
        1 => Just(r#"{"customer_id":"C1","account_value":"much"}"#.to_owned()),
        1 => Just(r#"{"segment":"SMB"}"#.to_owned()),
        1 => Just("7".to_owned()),
    ]
}

fn score() -> impl Strategy<Value = String> {
    (0..11_u32, 0..20_u32).prop_map(|(id, risk)| {
        format!(r#"{{"customer_id":"C{id}","fused_risk_score":{}}}"#, f64::from(risk) / 20.0)
    })
}

const PLAYBOOKS: [&str; 3] = [
    r#"{"playbook_id":"P1","status":"active","risk_threshold":0.5,"eligible_segments":["SMB"],"avg_cost_estimate":10,"expected_value_range":[100,200]}"#,
    r#"{"playbook_id":"P2","status":"active","risk_threshold":0.8,"eligible_segments":["All"],"avg_cost_estimate":5,"expected_value_range":[100,200]}"#,
    r#"{"playbook_id":"P1","status":"active","risk_threshold":0.6,"eligible_segments":["SMB"],"avg_cost_estimate":9,"expected_value_range":[100,200]}"#,
];

/// Writes a table in parts that end where `cuts` says, each as an array or as lines.
fn write_parts(directory: &Path, table: DataFile, rows: &[String], cuts: &[(usize, bool)]) {
    let parts = directory.join(table.stem());
    fs::create_dir(&parts).unwrap();
    let mut ends: Vec<(usize, bool)> =
        cuts.iter().map(|(at, array)| (at % (rows.len() + 1), *array)).collect();
    ends.sort_unstable();
    ends.push((rows.len(), false));
    let mut from = 0;
    for (number, (end, as_array)) in ends.into_iter().enumerate() {
        let ending = if number % 3 == 1 && !as_array { "jsonl" } else { "json" };
        let name = format!("part-{number:05}.{ending}");
        fs::write(parts.join(name), part(&rows[from..end], as_array)).unwrap();
        from = end;
    }
    fs::write(parts.join("_SUCCESS"), "").unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        rng_seed: RngSeed::Fixed(14),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn arrays_lines_and_any_split_into_parts_give_the_same_bytes(
        customers in proptest::collection::vec(customer(), 4..40),
        scores in proptest::collection::vec(score(), 0..40),
        cuts in proptest::collection::vec((0..100_usize, any::<bool>()), 0..6),
    ) {
        let playbooks = PLAYBOOKS.map(str::to_owned).to_vec();
        let tables = [
            (DataFile::Customers, customers),
            (DataFile::Playbooks, playbooks),
            (DataFile::Fused, scores),
        ];
        let [arrays, lines, parts] = [(); 3].map(|()| tempfile::tempdir().unwrap());
        for (table, rows) in &tables {
            fs::write(arrays.path().join(table.name()), part(rows, true)).unwrap();
            fs::write(lines.path().join(format!("{}l", table.name())), part(rows, false)).unwrap();
            write_parts(parts.path(), *table, rows, &cuts);
        }
        let wanted = load(arrays.path());
        if !wanted.problems.is_empty() {
            // Next to no row can be used: so it is in every form.
            prop_assert_eq!(load(lines.path()).problems.len(), wanted.problems.len());
            prop_assert_eq!(load(parts.path()).problems.len(), wanted.problems.len());
            return Ok(());
        }
        let wanted = told(&wanted);
        prop_assert_eq!(&told(&load(lines.path())), &wanted);
        prop_assert_eq!(&told(&load(parts.path())), &wanted);
    }
}

struct Dir(tempfile::TempDir);

impl Dir {
    fn new() -> Self {
        let dir = Self(tempfile::tempdir().unwrap());
        dir.write("journey_playbooks.jsonl", "{\"playbook_id\":\"P1\"}\n");
        dir
    }

    /// By rename, as careful writers do.
    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let beside = self.0.path().join("beside");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, path).unwrap();
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.0.path().join(name)).unwrap();
    }
}

fn ids(loaded: &Loaded) -> Vec<String> {
    loaded.dataset.customers().map(|view| view.id().to_owned()).collect()
}

fn rows(ids: &[&str]) -> String {
    ids.iter().map(|id| format!("{{\"customer_id\":\"{id}\"}}\n")).collect()
}

#[test]
fn parts_come_change_and_go() {
    let dir = Dir::new();
    dir.write("customers/a.jsonl", &rows(&["C1", "C2"]));
    let mut loader = Loader::new(dir.0.path());
    assert_eq!(ids(&loader.load(Reread::Changed)), ["C1", "C2"]);
    dir.write("customers/c.jsonl", &rows(&["C4"]));
    assert_eq!(ids(&loader.load(Reread::Changed)), ["C1", "C2", "C4"]);
    dir.write("customers/b.json", "[{\"customer_id\":\"C3\"}]");
    assert_eq!(ids(&loader.load(Reread::Changed)), ["C1", "C2", "C3", "C4"]);
    dir.write("customers/a.jsonl", &rows(&["C5"]));
    assert_eq!(ids(&loader.load(Reread::Changed)), ["C5", "C3", "C4"]);
    dir.remove("customers/b.json");
    assert_eq!(ids(&loader.load(Reread::Changed)), ["C5", "C4"]);
    dir.write("customers/d.jsonl", "");
    let empty = loader.load(Reread::Changed);
    assert_eq!((ids(&empty), empty.problems.len()), (vec!["C5".to_owned(), "C4".to_owned()], 0));
    assert!(!loader.load(Reread::Changed).changed);
}

#[test]
fn a_broken_part_is_named_with_its_place_and_the_last_good_content_stays() {
    let dir = Dir::new();
    dir.write("customers/a.jsonl", &rows(&["C1", "C2"]));
    dir.write("customers/b.jsonl", &rows(&["C3"]));
    let mut loader = Loader::new(dir.0.path());
    loader.load(Reread::Changed);
    dir.write("customers/b.jsonl", "{\"customer_id\":\"C3\"}\n{\"customer_id\":\n");
    let broken = loader.load(Reread::Changed);
    assert_eq!(broken.problems[0].location(), "customers/b.jsonl:2:16");
    let message = &broken.problems[0].message;
    assert!(
        message.starts_with("unexpected end of line; expected one JSON object a line"),
        "{message}"
    );
    assert_eq!(ids(&broken), ["C1", "C2", "C3"]);
    dir.write("customers/b.jsonl", &rows(&["C9"]));
    let fixed = loader.load(Reread::Changed);
    assert_eq!(
        (ids(&fixed), fixed.problems.len()),
        (["C1", "C2", "C9"].map(str::to_owned).to_vec(), 0)
    );
}

#[test]
fn two_forms_of_a_table_leave_the_last_good_content() {
    let dir = Dir::new();
    dir.write("customers.jsonl", &rows(&["C1"]));
    let mut loader = Loader::new(dir.0.path());
    loader.load(Reread::Changed);
    dir.write("customers.json", "[{\"customer_id\":\"C2\"}]");
    let both = loader.load(Reread::Changed);
    assert_eq!((both.problems.len(), ids(&both)), (1, vec!["C1".to_owned()]));
    assert!(both.problems[0].message.contains("\"customers.json\" and \"customers.jsonl\""));
    dir.remove("customers.jsonl");
    assert_eq!(ids(&loader.load(Reread::Changed)), ["C2"]);
    dir.remove("customers.json");
    let gone = loader.load(Reread::Changed);
    assert_eq!(
        (gone.vanished.as_slice(), ids(&gone)),
        (&[DataFile::Customers][..], vec!["C2".to_owned()])
    );
}

#[test]
fn rows_of_parts_are_told_by_the_name_of_their_part() {
    let dir = Dir::new();
    dir.write("customers/a.json", &rows(&["C1"]));
    dir.write(
        "customers/b.json",
        "[{\"customer_id\":\"C2\"},\n {\"customer_id\":\"C1\"},\n {\"customer_id\":\"C3\",\"account_value\":\"x\"}]",
    );
    dir.write("fused_signals/x.jsonl", "\n{\"customer_id\":\"C7\",\"fused_risk_score\":0.5}\n");
    let loaded = load(dir.0.path());
    assert_eq!(loaded.problems, []);
    let told: Vec<String> = loaded.dataset.findings.iter().map(ToString::to_string).collect();
    let has =
        |text: &str| assert!(told.iter().any(|told| told.starts_with(text)), "{text}: {told:#?}");
    has("customers/b.json:3:38: row of C3 skipped: account_value is the text \"x\"");
    has(
        "customers/b.json:2:2: C1 is there twice, first in line 1 of customers/a.json; the later row",
    );
    has("fused_signals/x.jsonl:2:1: \"C7\" is not in customers/; the row is ignored");
    let place = loaded.dataset.place_of_customer("C1").unwrap();
    assert_eq!((place.file.as_str(), place.place.line), ("customers/b.json", 2));
}

#[test]
fn a_file_of_the_other_kind_says_what_its_name_has_to_be() {
    for (name, text, said) in [
        ("customers.json", rows(&["C1", "C2"]), "its name has to be customers.jsonl"),
        (
            "customers.jsonl",
            "[\n{\"customer_id\":\"C1\"}\n]".to_owned(),
            "its name has to end in .json",
        ),
        (
            "customers.jsonl",
            "[{\"customer_id\":\"C1\"}]".to_owned(),
            "its name has to end in .json",
        ),
        (
            "customers.jsonl",
            "{\"records\":[{\"customer_id\":\"C1\"}]}".to_owned(),
            "under \"records\"",
        ),
    ] {
        let dir = Dir::new();
        dir.write(name, &text);
        let problems = load(dir.0.path()).problems;
        assert!(problems[0].message.contains(said), "{name}: {problems:?}");
    }
}

#[test]
fn outcomes_that_were_reported_are_read_beside_the_others() {
    let dir = Dir::new();
    dir.write("customers.jsonl", &rows(&["C1"]));
    let outcome = |id: &str, end: &str| {
        format!("{{\"outcome_id\":\"{id}\",\"customer_id\":\"C1\",\"playbook_id\":\"P1\"}}{end}")
    };
    dir.write("outcomes.reported.jsonl", &outcome("R1", "\n"));
    let mut loader = Loader::new(dir.0.path());
    let told = |loaded: Loaded| {
        assert_eq!(loaded.problems, []);
        loaded.dataset.tables.outcomes.len
    };
    assert_eq!(told(loader.load(Reread::Changed)), 1);
    dir.write("outcomes.json", &format!("[{},{}]", outcome("O1", ""), outcome("O2", "")));
    assert_eq!(told(loader.load(Reread::Changed)), 3);
    dir.write("outcomes.reported.jsonl", &(outcome("R1", "\n") + &outcome("R2", "\n")));
    assert_eq!(told(loader.load(Reread::Changed)), 4);
    let torn = outcome("R1", "\n") + &outcome("R2", "\n") + "{\"outcome_id\":\"R3";
    dir.write("outcomes.reported.jsonl", &torn);
    assert_eq!(told(loader.load(Reread::Changed)), 4, "what a killed program left of a line");
}

#[test]
fn of_an_intervention_one_outcome_counts_that_of_the_data_first() {
    let dir = Dir::new();
    dir.write("customers.jsonl", &rows(&["C1", "C2"]));
    let outcome = |id: &str, of: &str, customer: &str, saved: &str| {
        format!(
            "{{\"outcome_id\":\"{id}\",\"intervention_id\":\"{of}\",\"customer_id\":\"{customer}\",\
             \"playbook_id\":\"P1\",\"outcome\":\"resolved\",\"estimated_revenue_saved\":{saved}}}"
        )
    };
    let lines = |rows: &[String]| rows.iter().map(|row| format!("{row}\n")).collect::<String>();
    let reported = [
        outcome("R1", "I1", "C1", "100"),
        outcome("R2", "I2", "C1", "200"),
        outcome("R3", "I1", "C2", "300"),
        outcome("R4", "", "C1", "400"),
        outcome("R5", "", "C1", "400"),
        outcome("R6", "I2", "C1", "200"),
        outcome("R7", "I2", "C1", "201"),
    ];
    dir.write("outcomes.reported.jsonl", &lines(&reported));
    let mut loader = Loader::new(dir.0.path());
    let mut told = || {
        let loaded = loader.load(Reread::Changed);
        assert_eq!(loaded.problems, []);
        let dataset = loaded.dataset;
        let ids = dataset.tables.outcomes.rows(&dataset.ids);
        let ids: Vec<String> = ids.iter().map(|row| row.outcome_id.to_string()).collect();
        let told = dataset.findings.iter().filter(|told| told.code == Code::OutcomesDiffer);
        (ids.join(" "), told.map(ToString::to_string).collect::<Vec<String>>())
    };
    let r7 = "outcomes.reported.jsonl:7:1: another outcome of intervention \"I2\" counts, in line 2 of \
              outcomes.reported.jsonl: estimated_revenue_saved 201 here, 200 there";
    assert_eq!(told(), ("R1 R2 R3 R4 R5".to_owned(), vec![r7.to_owned()]));
    // The data has two of them by now: one as it was reported, one with another amount.
    let data = [outcome("O1", "I1", "C1", "90"), outcome("O2", "I2", "C1", "200")];
    dir.write("outcomes.json", &format!("[{}]", data.join(",\n")));
    let r1 = "outcomes.reported.jsonl:1:1: another outcome of intervention \"I1\" counts, in line 1 of \
              outcomes.json: estimated_revenue_saved 100 here, 90 there";
    let r7 = r7.replace("line 2 of outcomes.reported.jsonl", "line 2 of outcomes.json");
    assert_eq!(told(), ("O1 O2 R3 R4 R5".to_owned(), vec![r1.to_owned(), r7]));
    std::fs::remove_file(dir.0.path().join("outcomes.json")).unwrap();
    assert_eq!(told().0, "R1 R2 R3 R4 R5", "what was left out is not lost");
}
