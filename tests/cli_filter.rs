//! `--filter`, seen from outside.

use std::collections::BTreeMap;

use nextplay::intake::load::Reread;
use nextplay::workspace::{Options, Workspace};
use serde_json::Value;

use crate::common::Data;

fn ids(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["customer_id"].as_str().unwrap()).collect()
}

#[test]
fn every_list_shows_only_customers_that_match() {
    let data = Data::good();
    let of = |args: &[&str], filter: &str| {
        let args = [args, &["--format", "json", "--filter", filter]].concat();
        data.run(&args).ends(0).json()
    };
    assert_eq!(ids(&of(&["match"], "segment:SMB")), ["C2"]);
    assert_eq!(ids(&of(&["match"], "status:pending acme")), ["C1"]);
    assert_eq!(ids(&of(&["match", "--customer", "C1"], "segment:SMB")), Vec::<&str>::new());
    assert_eq!(ids(&of(&["queue"], "risk>0.9")), ["C1"]);
    assert_eq!(ids(&of(&["queue"], "segment:SMB")), Vec::<&str>::new());
    let all = data.run(&["match", "--format", "json"]).ends(0).json();
    assert_eq!(of(&["match"], ""), all);
}

#[test]
fn a_filtered_report_says_so_and_counts_only_what_matches() {
    let data = Data::good();
    let filter = ["report", "--filter", "segment:SMB"];
    let report = data.run(&[&filter[..], &["--format", "json"]].concat()).ends(0).json();
    let counts = ["customers", "recommendations", "awaiting_decision"].map(|name| &report[name]);
    assert_eq!(counts, [3, 1, 0]);
    assert_eq!(report["investment"]["expected_cost"], 29);
    assert_eq!(report["segments"].as_array().unwrap().len(), 1);
    assert_eq!(report["filter"]["of"], 4);
    data.run(&filter).ends(0).prints(&["Filtered to 3 of 4 customers: segment:SMB"]);
    let all = data.run(&["report", "--format", "json"]).ends(0).json();
    assert_eq!((&all["customers"], all.get("filter")), (&Value::from(4), None));
}

#[test]
fn a_filter_that_is_not_understood_is_an_error_with_a_hint() {
    let data = Data::good();
    for command in ["match", "queue", "report"] {
        for (filter, message) in [
            ("segmnt:SMB", "unknown field in \"segmnt:SMB\""),
            ("risk>", "\"risk>\" needs a value"),
            ("risk>high", "is not a number"),
        ] {
            data.run(&[command, "--filter", filter])
                .fails(2, &["error: --filter: ", message, "hint: "]);
        }
    }
}

/// Every customer of the sample is found by how firmly its recommendation stands, as `explain` has it.
#[test]
fn how_firm_a_recommendation_is_can_be_filtered_by() {
    for policy in
        ["", "[contact]\nsame_playbook_days = 200\n", "[matching]\nranking = \"net_value\"\n"]
    {
        let data = Data::sample().with("nextplay.toml", policy);
        let mut workspace = Workspace::new(data.path(""), Options::default());
        let matching = workspace.refresh(Reread::All).matching.clone();
        let mut found = BTreeMap::new();
        for number in 0..matching.len() {
            let explained = matching.explain(number).unwrap();
            let expected = explained.stability.map(|stability| (stability, explained.p_best));
            assert_eq!(matching.firm(number), expected, "{policy} {}", explained.customer_id);
            if let Some((stability, _)) = expected {
                *found.entry(stability.name()).or_insert(0) += 1;
            }
        }
        for (stability, customers) in found {
            let filter = format!("stability:{stability}");
            let args = ["match", "--format", "json", "--filter", &filter];
            let rows = data.run(&args).json();
            assert_eq!(rows.as_array().unwrap().len(), customers, "{policy} {stability}");
        }
        let unsure = data.run(&["match", "--format", "json", "--filter", "p_best<0.9"]).json();
        let is_unsure = |number: &usize| {
            matching.firm(*number).is_some_and(|(_, p_best)| p_best.is_some_and(|p| p < 0.9))
        };
        let expected = (0..matching.len()).filter(is_unsure).count();
        assert_eq!(unsure.as_array().unwrap().len(), expected);
        assert!(expected > 0, "{policy}");
    }
}

#[test]
fn a_queue_that_no_customer_matches_says_so() {
    let data = Data::good();
    data.run(&["queue", "--filter", "zzz"])
        .ends(0)
        .says(&["note: no customer who needs a decision matches the filter"]);
}
