//! `nextplay convert`: what was read, as JSON files on which matching gives the same.

use std::fs;

use proptest::prelude::*;

use crate::common::{Data, Ran, program};

/// What `match` prints for a directory.
fn matched(directory: &std::path::Path) -> String {
    let ran = program().arg("--data").arg(directory).args(["match", "--format", "json"]).output();
    String::from_utf8(ran.unwrap().stdout).unwrap()
}

#[test]
fn the_copy_matches_to_the_same_bytes() {
    let data = Data::good()
        .with("nextplay.toml", "[matching]\nconfidence_threshold = 0.9\n")
        .with("journey_forecasts.jsonl", "{\"customer_id\":\"C1\",\"churn_probability\":0.3}\n");
    fs::remove_file(data.path("journey_state_log.json")).unwrap();
    fs::create_dir(data.path("journey_state_log")).unwrap();
    for (part, id) in [("a", "C1"), ("b", "C2")] {
        let row = format!("{{\"customer_id\":\"{id}\",\"journey_stage\":\"support\"}}\n");
        data.write(&format!("journey_state_log/{part}.jsonl"), row);
    }
    let out = data.path("copies/json");
    fs::create_dir(data.path("copies")).unwrap();
    let ran = data.run(&["convert", "-o", out.to_str().unwrap()]).ends(0);
    ran.prints(&["copies/json\"\n", "  customers.json  4 rows\n", "  nextplay.toml\n"]);
    let (before, after) = (matched(data.path("").as_path()), matched(&out));
    assert!(before.contains("C1"), "{before}");
    assert_eq!(after, before);
    let mut names: Vec<_> =
        fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(
        names,
        [
            "customers.json",
            "fused_signals.json",
            "journey_forecasts.json",
            "journey_playbooks.json",
            "journey_state_log.json",
            "nextplay.toml",
            "playbook_performance_log.json"
        ]
    );
    // Nothing half-written is left beside it.
    assert_eq!(fs::read_dir(data.path("copies")).unwrap().count(), 1);
}

#[test]
fn the_copy_of_the_sample_data_matches_to_the_same_bytes() {
    let data = Data::empty();
    let out = data.path("json");
    let mut convert = program();
    convert.args(["--data", "sample_data", "convert", "-o", out.to_str().unwrap()]);
    convert.current_dir(env!("CARGO_MANIFEST_DIR"));
    Ran::of(convert.output().unwrap())
        .ends(0)
        .says(&["warning: 1 row could not be read and is left out"]);
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
    assert_eq!(matched(&out), matched(&sample));
}

#[test]
fn nothing_is_written_over_anything() {
    let data = Data::good();
    let here = data.path("");
    data.run(&["convert", "-o", here.to_str().unwrap()])
        .fails(2, &["\" is not empty\n", "hint: name a directory that does not exist"]);
    data.write("file", "x");
    data.run(&["convert", "-o", data.path("file").to_str().unwrap()])
        .fails(2, &["file\" is not a directory\n"]);
    data.run(&["convert", "-o", data.path("no/such").to_str().unwrap()])
        .fails(2, &["error: cannot write \""]);
    let broken = Data::good().with("customers.json", "[");
    broken
        .run(&["convert", "-o", broken.path("out").to_str().unwrap()])
        .fails(2, &["customers.json"]);
    assert!(!broken.path("out").exists());
}

/// Cells of a CSV as people have them, right and wrong.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "", " ", "support", "Support", "engagement", "SMB", "Tier 1", "0", "007", "1", "100", "55.5", "-3",
            "$1,234.50", "(1,234)", "1e400", "9007199254740993", "0.1", "n/a", "45%", "01/31/2027", "31/01/2027",
            "2027-01-31", "line\nbreak", "quote \" here", "é", "e\u{301}", "\u{1b}[31m", "null",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
    ]
}

const SOURCES: &str = r#"
[customers]
file = "crm*.csv"
[customers.columns]
customer_id = "ID"
name = "Name"
segment = { column = "Tier", values = { "Tier 1" = "Enterprise", "SMB" = "SMB" }, otherwise = "Mid-Market" }
account_value = { column = "ARR", number = "us" }
renewal_date = { column = "Renewal", date = "%m/%d/%Y" }
[journey_state_log]
file = "crm*.csv"
columns = { customer_id = "ID", journey_stage = { column = "Stage", values = { "Support" = "support", "support" = "support", "engagement" = "engagement" } } }
[journey_forecasts]
file = "crm*.csv"
columns = { customer_id = "ID", churn_probability = { column = "Health", from = [0, 100], to = [1, 0] } }
"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever is read through a mapping matches as it does once it is converted.
    #[test]
    fn mapped_data_and_its_copy_match_to_the_same_bytes(
        rows in prop::collection::vec(prop::collection::vec(cell(), 6), 0..12),
        good in 1..9_u32,
    ) {
        let quote = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
        let mut text = "ID,Name,Tier,ARR,Renewal,Stage,Health\n".to_owned();
        for (at, row) in rows.iter().enumerate() {
            // Some ids come twice.
            let cells: Vec<String> = row.iter().map(quote).collect();
            text.push_str(&format!("C{},{}\n", at % 8, cells.join(",")));
        }
        for at in 0..good * 4 {
            text.push_str(&format!("G{at},Good,SMB,$5,01/31/2027,Support,{at}\n"));
        }
        let data = Data::empty()
            .with("journey_playbooks.json", crate::common::PLAYBOOKS)
            .with("sources.toml", SOURCES)
            .with("crm-1.csv", text);
        let out = data.path("out");
        data.run(&["convert", "-o", out.to_str().unwrap()]).ends(0);
        let before = matched(data.path("").as_path());
        prop_assert!(before.contains("G3"), "{before}");
        prop_assert_eq!(matched(&out), before);
    }
}
