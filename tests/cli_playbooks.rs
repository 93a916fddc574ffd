//! `playbooks`: the Playbooks screen as a command.

use std::path::Path;

use crate::common;

use common::{Data, Ran};
use serde_json::json;

#[test]
fn each_playbook_is_listed_with_its_counts() {
    let data = Data::good();
    let rows = data.run(&["playbooks", "--format", "json"]).ends(0).json();
    let counts = |row: &serde_json::Value| {
        let fields =
            ["playbook_id", "eligible", "recommended", "outranked", "blocked", "net_value"];
        fields.map(|field| row[field].clone())
    };
    let counts: Vec<_> = rows.as_array().unwrap().iter().map(counts).collect();
    // C1: P1 at $75 brings $3,425 and ranks ahead of P2; C2: P3 brings $861.
    let expected = [
        ["P1".into(), json!(1), json!(1), json!(0), json!(0), json!(3425)],
        ["P2".into(), json!(1), json!(0), json!(1), json!(0), json!(0)],
        ["P3".into(), json!(1), json!(1), json!(0), json!(0), json!(861)],
    ];
    assert_eq!(counts, expected);
    let table = data.run(&["playbooks"]).ends(0).out;
    assert!(table.contains("Nudge") && table.contains("recommended"), "{table}");
    let csv = data.run(&["playbooks", "--format", "csv"]).ends(0).out;
    assert_eq!(csv.lines().count(), 4);
}

#[test]
fn recommendations_counted_are_those_of_match() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
    let rows_of = |command: &str| {
        let mut program = common::program();
        program.arg("--data").arg(&sample).args([command, "--format", "json"]);
        Ran::of(program.output().unwrap()).ends(0).json()
    };
    let (matched, rows) = (rows_of("match"), rows_of("playbooks"));
    let of = |id: &serde_json::Value| {
        matched.as_array().unwrap().iter().filter(|row| row["playbook_id"] == *id).count()
    };
    let mut all = 0;
    for row in rows.as_array().unwrap() {
        assert_eq!(row["recommended"], of(&row["playbook_id"]), "{row}");
        all += of(&row["playbook_id"]);
    }
    assert_eq!(all, matched.as_array().unwrap().len());
}
