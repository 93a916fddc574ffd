//! In experiments every command counts what is really recommended, and no plan breaks a comparison.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::common::Data;

/// Two playbooks of support compared, two of engagement, and half of retention held out.
const EXPERIMENTS: &str = r#"
[[experiment]]
id = "sup-2026-q2"
stage = "support"
arms = ["PB_SUP_003", "PB_SUP_001"]
share = [0.5, 0.5]
starts = 2026-06-08

[[experiment]]
id = "eng-2026"
stage = "engagement"
segments = ["SMB"]
arms = ["PB_ENG_001", "PB_ENG_004"]
share = [0.5, 0.5]
starts = 2026-02-02

[[experiment]]
id = "ret-2027"
stage = "retention"
arms = ["holdout", "ranking"]
share = [0.5, 0.5]
outcome = "retained"
horizon_days = 90
starts = 2026-01-05
"#;

fn sample(limits: &str) -> Data {
    Data::sample().with("nextplay.toml", format!("{limits}\n{EXPERIMENTS}"))
}

/// What a command prints as JSON on 20 November 2026.
fn told(data: &Data, args: &[&str]) -> Value {
    let when = ["--as-of", "2026-11-20T12:00:00Z", "--format", "json"];
    data.run(&[args, &when[..]].concat()).json()
}

fn rows(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Number, cost and value of the plays of each playbook.
fn by_playbook(rows: &[Value]) -> BTreeMap<String, (u64, f64, f64)> {
    let mut all: BTreeMap<String, (u64, f64, f64)> = BTreeMap::new();
    for row in rows {
        let of = all.entry(row["playbook_id"].as_str().unwrap().to_owned()).or_default();
        of.0 += 1;
        of.1 += row["expected_cost"].as_f64().unwrap();
        of.2 += row["expected_value"].as_f64().unwrap();
    }
    all
}

#[test]
fn playbooks_counts_what_match_lists() {
    for limits in ["", "[contact]\nsame_playbook_days = 200\n"] {
        let data = sample(limits);
        let matched = told(&data, &["match"]);
        let plays = by_playbook(rows(&matched));
        let listed = told(&data, &["playbooks"]);
        let mut in_another_arm = 0;
        for row in rows(&listed) {
            let id = row["playbook_id"].as_str().unwrap();
            let (count, cost, value) = plays.get(id).copied().unwrap_or_default();
            assert_eq!(row["recommended"], count, "{limits}{row}");
            assert_eq!(row["expected_cost"].as_f64(), Some(cost), "{limits}{row}");
            assert_eq!(row["expected_value"].as_f64(), Some(value), "{limits}{row}");
            assert_eq!(row["net_value"].as_f64(), Some(value - cost), "{limits}{row}");
            let whole = |field: &str| row[field].as_u64().unwrap();
            let known = whole("recommended") + whole("outranked") + whole("blocked");
            in_another_arm += whole("eligible").checked_sub(known).unwrap();
        }
        let of_support = &plays["PB_SUP_003"];
        assert!(of_support.0 > 1, "the arm has its customers");
        assert!(in_another_arm > 0);
    }
}

#[test]
fn a_playbook_that_an_experiment_compares_is_not_called_dominated() {
    let dominated = |data: &Data| {
        let found = told(data, &["check"]);
        let text = found.to_string();
        text.contains("PB_ENG_004 can never rank first")
    };
    assert!(dominated(&Data::sample()));
    assert!(!dominated(&sample("")));
    // One that has not started compares nothing.
    let later = EXPERIMENTS.replace("2026-02-02", "2027-02-02");
    assert!(dominated(&Data::sample().with("nextplay.toml", later)));
}

#[test]
fn a_plan_has_the_play_of_the_arm_or_none() {
    let data = sample("");
    let matched = told(&data, &["match"]);
    let of_arm: BTreeMap<&str, &Value> = rows(&matched)
        .iter()
        .filter(|row| row.get("experiment").is_some())
        .map(|row| (row["customer_id"].as_str().unwrap(), row))
        .collect();
    let planned = told(&data, &["plan", "--budget", "100000"]);
    let mut in_support = 0;
    for play in rows(&planned["plays"]) {
        let Some(row) = of_arm.get(play["customer_id"].as_str().unwrap()) else { continue };
        assert_ne!(row["experiment"]["arm"], "holdout");
        assert_eq!(play["playbook_id"], row["playbook_id"], "{play}");
        in_support += u32::from(row["experiment"]["id"] == "sup-2026-q2");
    }
    assert!(in_support > 2, "{planned}");
}

#[test]
fn money_leaves_out_who_is_held_out() {
    let data = sample("");
    let matched = told(&data, &["match"]);
    let (held_out, others): (Vec<_>, Vec<_>) =
        rows(&matched).iter().cloned().partition(|row| row["experiment"]["arm"] == "holdout");
    let ids: HashSet<&Value> = held_out.iter().map(|row| &row["customer_id"]).collect();
    assert!(held_out.iter().any(|row| row["requires_human_approval"] == true));
    assert!(held_out.iter().any(|row| row["requires_human_approval"] == false));
    let needs = |row: &&Value| row["requires_human_approval"] == true;
    let cost = |rows: &[Value]| -> f64 { by_playbook(rows).values().map(|of| of.1).sum() };

    let report = told(&data, &["report"]);
    let waiting = rows(&told(&data, &["queue"])).to_vec();
    assert_eq!(report["awaiting_decision"], waiting.len());
    assert!(waiting.iter().all(|row| !ids.contains(&row["customer_id"])));
    let exported = told(&data, &["export"]);
    let later = Data::sample()
        .with("nextplay.toml", EXPERIMENTS.replace("starts = 2026-01-05", "starts = 2027-01-05"));
    let without = told(&later, &["report"]);
    let committed = |report: &Value| report["committed"]["expected_cost"].as_f64().unwrap();
    let automatic: Vec<Value> = held_out.iter().filter(|row| !needs(row)).cloned().collect();
    assert_eq!(committed(&report), committed(&without) - cost(&automatic));
    let awaiting = |report: &Value| report["awaiting_decision"].as_u64().unwrap();
    let needing = held_out.iter().filter(needs).count() as u64;
    assert_eq!(awaiting(&report), awaiting(&without) - needing);
    let mut all = rows(&exported).iter().chain(&waiting);
    assert!(all.all(|row| !ids.contains(&row["customer_id"])));

    let totals = told(&data, &["diff", "--set", "matching.confidence_threshold=0.55"]);
    for totals in [&totals["before"], &totals["after"]] {
        assert_eq!(totals["recommendations"], rows(&matched).len());
        assert_eq!(totals["need_approval"], others.iter().filter(needs).count());
        assert_eq!(totals["expected_cost"].as_f64(), Some(cost(&others)));
    }
}
