//! What must not run twice, and what one person must not decide alone: approvals, hand-offs and
//! overrides in sequence, from outside.

use crate::common;

use common::Data;
use serde_json::{Value, json};

/// One customer in support since a day, with a play that needs approval and one that needs none.
fn data(entered: &str, first_status: &str) -> Data {
    let data = Data::empty();
    let playbook = |id: &str, value: u32, approval: bool, status: &str| {
        json!({"playbook_id": id, "name": id, "journey_stage": "support", "eligible_segments": ["All"],
            "risk_threshold": 0.5, "approval_required": approval, "avg_cost_estimate": 100,
            "expected_value_range": [value, value], "status": status})
    };
    write(
        &data,
        "customers.json",
        json!([{"customer_id": "C1", "segment": "SMB", "account_value": 10_000}]),
    );
    write(&data, "fused_signals.json", json!([{"customer_id": "C1", "fused_risk_score": 0.8}]));
    write(
        &data,
        "journey_state_log.json",
        json!([{"customer_id": "C1", "journey_stage": "support", "state_entered_at": entered}]),
    );
    write(
        &data,
        "journey_playbooks.json",
        json!([playbook("P1", 1000, true, first_status), playbook("P2", 500, false, "active")]),
    );
    data
}

fn write(data: &Data, file: &str, rows: Value) {
    data.write(file, rows.to_string());
}

fn read(data: &Data, file: &str) -> String {
    std::fs::read_to_string(data.path(file)).unwrap()
}

fn exported(data: &Data, args: &[&str]) -> Vec<String> {
    let rows = data.run(&[&["export"], args].concat()).ends(0).json();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["playbook_id"].as_str().unwrap().to_owned()).collect()
}

fn status(data: &Data) -> String {
    let told = data.run(&["explain", "C1", "--format", "json"]).ends(0).json();
    told["status"].as_str().unwrap().to_owned()
}

#[test]
fn what_was_handed_off_is_not_chosen_and_handed_off_again() {
    let data = data("2026-11-01", "draft");
    assert_eq!(exported(&data, &["--hand-off", "--by", "ops"]), ["P2"]);
    let playbooks = read(&data, "journey_playbooks.json").replace("\"draft\"", "\"active\"");
    data.write("journey_playbooks.json", &playbooks);
    assert_eq!(status(&data), "running", "one play runs at a time");
    let choose = ["override", "C1", "--playbook", "P2", "--reason", "other", "--by", "sam"];
    data.run(&choose).fails(1, &["P2 was handed off by ops"]);
    data.write("nextplay.toml", "contact.parallel = true");
    assert_eq!(status(&data), "pending", "another play");
    data.run(&choose).fails(1, &["P2 was handed off by ops", "name a playbook that has not run"]);
    assert_eq!(exported(&data, &[]), [""; 0]);
}

#[test]
fn what_ran_elsewhere_is_not_chosen_either() {
    let data = data("2026-11-01", "active");
    write(
        &data,
        "interventions.json",
        json!([{"intervention_id": "I1", "customer_id": "C1", "playbook_id": "P2", "generated_at": "2026-11-10"}]),
    );
    let choose = ["override", "C1", "--playbook", "P2", "--reason", "other"];
    data.run(&choose).fails(1, &["P2 runs (I1, 2026-11-10)", "name a playbook that has not run"]);
    data.run(&["approve", "C1"]).fails(1, &["one play runs at a time"]);
    data.write("nextplay.toml", "contact.parallel = true");
    data.run(&choose).fails(1, &["P2 runs (I1, 2026-11-10)", "name a playbook that has not run"]);
    data.run(&["approve", "C1"]).ends(0);
}

#[test]
fn a_day_that_began_elsewhere_hands_nothing_off_twice() {
    for entered in ["2026-11-26T05:00:35+14:00", "2999-12-31", "2026-11-01"] {
        let data = data(entered, "draft");
        assert_eq!(exported(&data, &["--hand-off", "--by", "ops"]), ["P2"], "{entered}");
        assert_eq!(exported(&data, &["--hand-off", "--by", "ops"]), [""; 0], "{entered}");
        assert_eq!(status(&data), "running");
    }
}

#[test]
fn an_approval_lets_one_run_and_no_second_one() {
    let data = data("2026-11-01", "active");
    data.run(&["approve", "C1", "--by", "dana"]).ends(0);
    assert_eq!(exported(&data, &["--hand-off", "--by", "ops"]), ["P1"]);
    assert_eq!(status(&data), "running");
    let log = read(&data, "journey_state_log.json").replace("2026-11-01", "2999-12-31");
    data.write("journey_state_log.json", &log);
    assert_eq!(status(&data), "pending", "it entered the stage anew: somebody decides anew");
    data.run(&["approve", "C1", "--by", "dana"]).ends(0);
    assert_eq!(exported(&data, &["--hand-off", "--by", "ops"]), ["P1"]);
}

#[test]
fn two_approvers_are_two_people_however_one_writes_the_name() {
    let data = data("2026-11-01", "active");
    data.write("nextplay.toml", "[approval]\ntwo_approvers_at_account_value = 1\n");
    data.run(&["approve", "C1", "--by", "dana"]).ends(0);
    for name in ["dana", " dana ", "Dana", "dana\u{200b}", "da\u{ad}na", "dana\u{fe0f}"] {
        data.run(&["approve", "C1", "--by", name]).fails(1, &["already approved by"]);
    }
    data.run(&["approve", "C1", "--by", "\u{200b}"]).fails(2, &["--by is empty"]);
    assert_eq!(status(&data), "pending");
    data.run(&["approve", "C1", "--by", "sam"]).ends(0);
    assert_eq!(status(&data), "approved");
}

#[test]
fn neither_of_two_approvals_may_be_stale_against_the_other() {
    for (first, second, want) in
        [(11_100, 10_000, "pending"), (10_000, 11_100, "pending"), (10_900, 10_000, "approved")]
    {
        let data = data("2026-11-01", "active");
        data.write("nextplay.toml", "[approval]\ntwo_approvers_at_account_value = 1\n");
        let customers = read(&data, "customers.json");
        let worth = |value: u32| {
            data.write("customers.json", customers.replace("10000", &value.to_string()));
        };
        worth(first);
        data.run(&["approve", "C1", "--by", "dana"]).ends(0);
        worth(second);
        data.run(&["approve", "C1", "--by", "sam"]).ends(0);
        assert_eq!(status(&data), want, "{first} then {second}");
    }
}

#[test]
fn who_may_not_decide_any_more_keeps_nobody_from_it() {
    let data = data("2026-11-01", "active");
    data.write("nextplay.toml", "[[approver]]\nname = \"dana\"\n");
    data.run(&["approve", "C1", "--by", "dana"]).ends(0);
    data.write("nextplay.toml", "[[approver]]\nname = \"sam\"\n");
    assert_eq!(status(&data), "pending", "an approval counts while its maker may give it");
    data.run(&["approve", "C1", "--by", "sam"]).ends(0);
    data.run(&["approve", "C1", "--by", "sam"]).fails(1, &["already approved by sam"]);
}

#[test]
fn approvers_and_those_named_for_it_hand_off_and_take_that_back() {
    let data = data("2026-11-01", "active");
    data.write("nextplay.toml", "hand_off.by = [\"ops\"]\n[[approver]]\nname = \"dana\"\n");
    data.run(&["approve", "C1", "--by", "dana"]).ends(0);
    let by_mallory = data.run(&["export", "--hand-off", "--by", "mallory"]);
    by_mallory.fails(1, &["mallory may not hand off", "dana or ops may"]);
    assert_eq!(exported(&data, &["--hand-off", "--by", "OPS"]), ["P1"]);
    data.run(&["undo", "2", "--by", "mallory"]).fails(1, &["mallory", "dana or ops may"]);
    data.run(&["undo", "2", "--by", "ops"]).ends(0);
    assert_eq!(status(&data), "approved");
    assert_eq!(exported(&data, &["--hand-off", "--by", "dana"]), ["P1"]);
    data.run(&["undo", "4", "--by", "dana"]).ends(0);
    assert_eq!(status(&data), "approved");
}

#[test]
fn exactly_the_tolerance_holds_for_large_amounts_too() {
    let data = data("2026-11-01", "active");
    let customers = read(&data, "customers.json");
    data.write("customers.json", customers.replace("10000", "98765432.10"));
    data.run(&["approve", "C1"]).ends(0);
    data.write("customers.json", customers.replace("10000", "108641975.31"));
    assert_eq!(status(&data), "approved");
    data.write("customers.json", customers.replace("10000", "108642975.31"));
    assert_eq!(status(&data), "stale");
}

#[test]
fn a_choice_records_the_limits_that_bore_on_it() {
    let data = data("2026-11-01", "active");
    data.write("nextplay.toml", "[approval]\nrequired_at_cost = 100\n");
    let out = data
        .run(&[
            "override",
            "C1",
            "--playbook",
            "P2",
            "--reason",
            "other",
            "--by",
            "sam",
            "--format",
            "json",
        ])
        .ends(0)
        .out;
    let entry: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(entry["basis"]["chosen"]["approval_reasons"], json!(["cost"]));
    assert_eq!(entry["basis"]["policy"]["required_at_cost"], json!(100));
}

#[test]
fn a_ledger_is_no_data_file() {
    let data = data("2026-11-01", "active");
    let customers = read(&data, "customers.json");
    for name in ["customers.json", "outcomes.json", "nextplay.toml"] {
        let ledger = data.path(name);
        let ledger = ledger.to_str().unwrap();
        data.run(&["approve", "C1", "--ledger", ledger])
            .fails(2, &["is one of the data files", "hint: name another file"]);
    }
    assert_eq!(read(&data, "customers.json"), customers);
    data.write("notes.txt", "nothing to lose");
    let notes = data.path("notes.txt");
    data.run(&["approve", "C1", "--ledger", notes.to_str().unwrap()])
        .fails(1, &["it is no entry of a ledger"]);
    assert_eq!(read(&data, "notes.txt"), "nothing to lose");
}

#[test]
fn a_changed_last_line_does_not_pass_for_a_torn_one() {
    let data = data("2026-11-01", "draft");
    data.run(&["reject", "C1", "--reason", "other", "--by", "dana"]).ends(0);
    let changed = read(&data, "decisions.jsonl").replace("\"dana\"", "\"dane\"");
    data.write("decisions.jsonl", changed.trim_end());
    data.run(&["verify"]).ends(1).prints(&["its hash differs"]);
    data.run(&["export"]).fails(1, &["ledger broken at line 1"]);
}

#[test]
fn what_is_not_known_is_bad_usage_also_where_nothing_may_be_decided() {
    let data = data("2026-11-01", "active");
    data.run(&["approve", "NOPE", "--read-only"])
        .fails(2, &["no customer \"NOPE\" in customers.json"]);
    data.run(&["undo", "abcdefgh", "--read-only"]).fails(2, &["no entry"]);
    data.run(&["approve", "C1", "--read-only"]).fails(1, &["read-only"]);
}

#[test]
fn who_may_join_a_choice_is_judged_by_what_was_chosen() {
    let data = data("2026-11-01", "active");
    let mut playbooks: Value =
        serde_json::from_str(&read(&data, "journey_playbooks.json")).unwrap();
    playbooks[1]["avg_cost_estimate"] = json!(400);
    write(&data, "journey_playbooks.json", playbooks);
    data.write(
        "nextplay.toml",
        "approval.two_approvers_at_account_value = 10_000\n\
         [[approver]]\nname = \"dana\"\n[[approver]]\nname = \"sam\"\n\
         [[approver]]\nname = \"lee\"\ncost_up_to = 200\n",
    );
    let can = |by: &str| {
        let args = ["queue", "--can-approve", "--format", "json", "--by", by];
        data.run(&args).ends(0).json().to_string().contains("\"C1\"")
    };
    assert!(can("lee"), "the recommended playbook costs $100");
    let choose = ["override", "C1", "--playbook", "P2", "--reason", "other", "--by", "dana"];
    data.run(&choose).ends(0).prints(&["1 of 2"]);
    assert!(!can("lee"), "the chosen one costs $400");
    assert!(can("sam"));
}
