//! `nextplay propose`, seen from outside: a proposal decides nothing, and a decision may follow it.

use crate::common;

use common::Data;
use serde_json::{Value, json};

fn entries(data: &Data) -> Vec<Value> {
    data.ledger().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn explain(data: &Data) -> Value {
    data.run(&["explain", "C1", "--format", "json"]).ends(0).json()
}

fn propose(data: &Data, by: &str, playbook: &str) -> Value {
    let args = ["propose", "C1", "--playbook", playbook, "--by", by, "--format", "json"];
    data.run(&args).ends(0).json()
}

#[test]
fn a_proposal_is_an_entry_that_changes_no_status() {
    let data = Data::good();
    data.write("nextplay.toml", "[[approver]]\nname = \"dana\"\n");
    let args = ["propose", "C1", "--playbook", "P1", "--reason", "bad_timing"];
    let note = ["--note", "usage fell 40% since the call", "--by", "renewals-agent"];
    data.run(&[&args[..], &note].concat())
        .ends(0)
        .prints(&["Proposed ", " as renewals-agent, saved as #1"]);
    let entry = entries(&data).remove(0);
    assert_eq!(entry["kind"], "propose");
    let explained = explain(&data);
    assert_eq!(explained["status"], "pending");
    assert_eq!(
        explained["proposals"],
        json!([{
            "entry": entry["id"], "by": "renewals-agent", "at": entry["at"], "playbook_id": "P1",
            "reason": "bad_timing", "note": "usage fell 40% since the call", "stale": false
        }])
    );
    data.run(&["explain", "C1"]).ends(0).prints(&["Proposed by renewals-agent, just now: "]);
    let queue = data.run(&["queue", "--format", "json"]).ends(0).json();
    assert_eq!(queue[0]["proposals"], explained["proposals"]);
    data.run(&["queue"]).ends(0).prints(&["renewals-agent proposes "]);
    let ids = data.run(&["queue", "--filter", "proposed:yes", "--format", "json"]).ends(0).json();
    assert_eq!(ids.as_array().unwrap().len(), 1);
    let none = data.run(&["queue", "--filter", "proposed:no", "--format", "json"]).ends(0).json();
    assert!(none.as_array().unwrap().iter().all(|item| item["customer_id"] != "C1"));
    data.run(&["log"]).ends(0).prints(&["propose  C1"]);
    let checked = data.run(&["check", "--format", "json"]);
    assert!(!checked.out.contains("not_an_approver"), "{}", checked.out);
    data.run(&["verify"]).ends(0);
    // An automatic play runs all the same.
    data.run(&["propose", "C2", "--playbook", "P3", "--by", "bot"]).ends(0);
    assert_eq!(data.run(&["export", "--format", "json"]).ends(0).json()[0]["customer_id"], "C2");
}

#[test]
fn a_decision_names_the_proposal_that_it_follows() {
    let data = Data::good();
    let proposal = propose(&data, "bot", "P1");
    let other = propose(&data, "bot", "P2");
    let id = proposal["id"].as_str().unwrap();
    data.run(&["approve", "C2", "--proposal", id]).fails(
        1,
        &["bot's proposal #1 is about P1 for C1", "hint: name a proposal of this customer"],
    );
    data.run(&["approve", "C1", "--proposal", "2"]).fails(1, &["#2 is about P2 for C1"]);
    data.run(&["approve", "C1", "--proposal", "9"]).fails(2, &["no entry \"9\" in the ledger"]);
    data.run(&["reject", "C1", "--reason", "budget", "--proposal", "1"])
        .fails(2, &["--proposal works only with `approve` and `override`"]);
    let approval =
        data.run(&["approve", "C1", "--proposal", id, "--format", "json"]).ends(0).json();
    assert_eq!(approval["proposal"], id);
    assert_eq!(approval["after"], Value::Null, "a proposal is no decision");
    assert_eq!(explain(&data)["proposals"], json!([]), "answered");
    data.run(&["approve", "C1", "--proposal", "3"]).fails(1, &["already approved"]);
    let args = ["override", "C1", "--proposal", "2", "--reason", "budget", "--format", "json"];
    let chosen = data.run(&args).ends(0).json();
    assert_eq!((&chosen["playbook_id"], &chosen["proposal"]), (&"P2".into(), &other["id"]));
    assert_eq!(chosen["after"], approval["id"]);
    data.run(&["log", "--entry", "4"]).ends(0).prints(&["proposal     "]);
    // Another one follows the decision, not the proposals before it.
    assert_eq!(propose(&data, "bot", "P1")["after"], chosen["id"]);
    data.run(&["verify"]).ends(0).prints(&["5 entries, chain whole"]);
}

#[test]
fn what_cannot_be_proposed_is_refused() {
    let data = Data::good();
    for (args, status, said) in [
        (vec!["propose", "C1"], 2, "--playbook"),
        (vec!["propose", "C1", "--playbook", "P9"], 2, "no playbook \"P9\""),
        (vec!["propose", "C9", "--playbook", "P1"], 2, "no customer \"C9\""),
        (vec!["propose", "C1", "--playbook", "P1", "--reason", "whim"], 1, "is not a reason"),
        (vec!["propose", "C1", "--playbook", "P1", "--basis", "00"], 1, "changed: its basis is"),
        (
            vec!["propose", "C1", "--playbook", "P1", "--as-of", "2026-01-01T00:00:00Z"],
            2,
            "--as-of works only",
        ),
        (vec!["propose", "C1", "--playbook", "P1", "--read-only"], 1, "read-only"),
    ] {
        data.run(&args).fails(status, &[said]);
    }
    propose(&data, "bot", "P1");
    data.run(&["propose", "C1", "--playbook", "P1", "--by", "BOT"])
        .fails(1, &["already proposed by bot"]);
    data.run(&["undo", "1", "--by", "dana"])
        .fails(1, &["bot's proposal #1 can be undone only by bot"]);
    data.run(&["undo", "1", "--by", "bot"]).ends(0);
    assert_eq!(explain(&data)["proposals"], json!([]));
    data.run(&["approve", "C1", "--proposal", "1"]).fails(1, &["was already undone by bot"]);
    propose(&data, "bot", "P1");
    data.run(&["approve", "C1"]).ends(0);
    data.run(&["export", "--hand-off", "--by", "ops"]).ends(0);
    data.run(&["propose", "C1", "--playbook", "P1", "--by", "sam"])
        .fails(1, &["P1 was handed off by ops"]);
}

#[test]
fn a_proposal_is_stale_like_a_decision() {
    let data = Data::good();
    propose(&data, "bot", "P1");
    let rows = json!([{"customer_id": "C1", "fused_risk_score": 0.7}]);
    data.write("fused_signals.json", rows.to_string());
    assert_eq!(explain(&data)["proposals"][0]["stale"], true);
    data.run(&["explain", "C1"]).ends(0).prints(&["(data changed since)"]);
    propose(&data, "bot", "P1");
    let stale: Vec<Value> = explain(&data)["proposals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|proposal| proposal["stale"].clone())
        .collect();
    assert_eq!(stale, [json!(true), json!(false)]);
}
