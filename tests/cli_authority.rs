//! Who decides, seen from outside: approvers who are approvers no more, one person under two names,
//! limits that cannot be checked, hand-offs, and what `check` says of all that.

use crate::common;

use std::fs;

use common::{Data, LEDGER};
use serde_json::{Value, json};

const DANA_AND_LEE: &str = "[[approver]]\nname = \"dana\"\n[[approver]]\nname = \"lee\"\n";
const LEE: &str = "[[approver]]\nname = \"lee\"\n";

fn explained(data: &Data, id: &str) -> Value {
    data.run(&["explain", id, "--format", "json"]).ends(0).json()
}

/// Every finding with that code.
fn findings(data: &Data, code: &str) -> Vec<Value> {
    let all = data.run(&["check", "--format", "json"]).json();
    all.as_array().unwrap().iter().filter(|finding| finding["code"] == code).cloned().collect()
}

/// The ledger with the last entry's name replaced and its hash made anew.
fn forge(data: &Data, was: &str, name: &str) {
    use sha2::{Digest, Sha256};
    let ledger = data.ledger().replace(&format!("\"by\":\"{was}\""), &format!("\"by\":\"{name}\""));
    let covered = &ledger[..ledger.rfind(",\"hash\":").unwrap()];
    let hash: String = Sha256::digest(covered).iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(data.path(LEDGER), format!("{covered},\"hash\":\"{hash}\"}}\n")).unwrap();
}

#[test]
fn who_is_no_approver_any_more_approves_nothing() {
    let data = Data::good().with("nextplay.toml", DANA_AND_LEE);
    data.run(&["approve", "C1", "--by", "Dana"]).ends(0);
    assert_eq!(explained(&data, "C1")["status"], "approved");
    assert!(findings(&data, "not_an_approver").is_empty());
    data.write("nextplay.toml", LEE);
    let told = explained(&data, "C1");
    assert_eq!(told["status"], "pending");
    assert_eq!(told["uncounted"][0]["by"], "Dana");
    assert_eq!(told["uncounted"][0]["why"], "not_authorized");
    let text = data.run(&["explain", "C1"]).ends(0).out.replace("\n             ", " ");
    assert!(text.contains(" but is no longer authorized"), "{text}");
    let item = &data.run(&["queue", "--format", "json"]).ends(0).json()[0];
    assert_eq!((&item["approvals"], &item["uncounted"][0]["by"]), (&json!([]), &json!("Dana")));
    data.run(&["queue", "--format", "csv"]).prints(&["Dana approved on "]);
    assert!(!data.run(&["export", "--hand-off", "--by", "lee"]).ends(0).out.contains("\"C1\""));
    let found = findings(&data, "not_an_approver");
    assert_eq!((found.len(), &found[0]["severity"]), (1, &json!("warning")));
    let message = found[0]["message"].as_str().unwrap();
    for part in ["Dana", "entry 1", "C1"] {
        assert!(message.contains(part), "{message}");
    }
    data.run(&["approve", "C1", "--by", "lee"]).ends(0);
    assert_eq!(explained(&data, "C1")["status"], "approved");
}

#[test]
fn an_entry_of_somebody_who_never_was_one_is_found() {
    let data = Data::good().with("nextplay.toml", LEE).forgotten();
    data.run(&["approve", "C1", "--by", "lee"]).ends(0);
    forge(&data, "lee", "mallory");
    data.run(&["verify"]).ends(0);
    assert_eq!(explained(&data, "C1")["status"], "pending");
    data.run(&["check"])
        .prints(&["mallory is not allowed to decide this", "entry 1 (approved C1)"]);
    data.run(&["undo", "1", "--by", "lee"]).ends(0);
    assert!(findings(&data, "not_an_approver").is_empty(), "it does not stand any more");
}

#[test]
fn names_that_look_alike_are_one_person_for_two_approvals_and_a_warning() {
    let two = "approval.two_approvers_at_account_value = 1\n";
    let data = Data::good().with("nextplay.toml", two);
    data.run(&["approve", "C1", "--by", "dana"]).ends(0);
    assert!(findings(&data, "look_alike_names").is_empty());
    let again = data.run(&["approve", "C1", "--by", "d\u{430}na"]);
    again.fails(1, &["already approved by dana", "confusable"]);
    let named = "[[approver]]\nname = \"dana\"\n[[approver]]\nname = \"d\u{430}na\"\n";
    data.write("nextplay.toml", format!("{two}{named}"));
    let found = findings(&data, "look_alike_names");
    assert_eq!((found.len(), &found[0]["severity"]), (1, &json!("warning")));
    assert!(found[0]["message"].as_str().unwrap().contains("U+0430"));
}

#[test]
fn a_reviewer_has_a_name_of_1_to_64_characters() {
    let data = Data::good();
    for (name, said) in [
        ("a\u{7}b", "--by contains the control character U+0007"),
        ("a\nb", "--by contains the control character U+000A"),
        ("\u{2800}\u{200b}", "--by is empty"),
        (&"x".repeat(65), "--by is 65 characters long; use at most 64"),
    ] {
        data.run(&["approve", "C1", "--by", name]).fails(2, &[said]);
    }
    let mut named = data.command(&["approve", "C1"]);
    named.env("NEXTPLAY_REVIEWER", "a\u{1b}b");
    let said = "NEXTPLAY_REVIEWER contains the control character U+001B";
    common::Ran::of(named.output().unwrap()).fails(2, &[said]);
    let entry = data
        .run(&["approve", "C1", "--by", " da\u{200b}na\u{a0}", "--format", "json"])
        .ends(0)
        .json();
    assert_eq!(entry["by"], "dana");
}

#[test]
fn what_is_missing_is_not_zero_for_a_limit() {
    let data = Data::one(r#"{"customer_id":"C1","segment":"SMB"}"#);
    let play = json!([{
        "playbook_id": "P1", "journey_stage": "support", "eligible_segments": ["All"],
        "risk_threshold": 0.5, "expected_value_range": [10, 10], "status": "active",
    }]);
    data.write("journey_playbooks.json", play.to_string());
    for (key, reason) in [
        ("required_at_account_value", "account_value"),
        ("required_at_cost", "cost"),
        ("required_below_runs", "evidence"),
    ] {
        data.write("nextplay.toml", format!("approval.{key} = 1_000_000\n"));
        let item = &data.run(&["queue", "--format", "json"]).ends(0).json()[0];
        let told = (&item["status"], &item["approval_reasons"]);
        assert_eq!(told, (&json!("pending"), &json!([reason])));
        assert_eq!(data.run(&["export"]).ends(0).out, "[]\n");
    }
    data.run(&["explain", "C1"]).prints(&["required by the policy: no runs are"]);
    data.write("nextplay.toml", "");
    assert_eq!(explained(&data, "C1")["status"], "automatic", "no limit, nothing to check");
}

#[test]
fn a_limit_that_cannot_be_checked_asks_for_somebody_without_it() {
    let data = Data::one(r#"{"customer_id":"C1","segment":"SMB"}"#);
    let junior = "[[approver]]\nname = \"junior\"\naccount_value_up_to = 5_000\n";
    data.write("nextplay.toml", format!("{junior}{LEE}"));
    let refused = data.run(&["approve", "C1", "--by", "junior"]);
    refused.fails(1, &["account value is missing", "lee can decide this"]);
    assert!(findings(&data, "nobody_can_approve").is_empty());
    data.write("nextplay.toml", junior);
    let found = findings(&data, "nobody_can_approve");
    assert_eq!((found.len(), &found[0]["severity"]), (1, &json!("error")));
    assert_eq!((&found[0]["playbook_id"], &found[0]["customers"]), (&json!("P1"), &json!(1)));
    data.run(&["check"]).ends(1).prints(&["the account value is missing", "C1"]);
    data.write("nextplay.toml", format!("approval.two_approvers_at_account_value = 1\n{LEE}"));
    data.run(&["check"]).ends(1).prints(&["only 1 of 2 required approvers can approve P1"]);
}

#[test]
fn amounts_are_compared_to_the_cent() {
    let data =
        Data::good().with("nextplay.toml", "[[approver]]\nname = \"dana\"\ncost_up_to = 75\n");
    let costs = |cost: &str| {
        let playbooks = common::PLAYBOOKS
            .replace("\"avg_cost_estimate\":75", &format!("\"avg_cost_estimate\":{cost}"));
        data.write("journey_playbooks.json", playbooks);
    };
    costs("75.006");
    let refused = data.run(&["approve", "C1"]);
    refused.fails(1, &["cost $75.01 is above the limit of $75 for dana"]);
    costs("75.004");
    data.run(&["approve", "C1"]).ends(0);
}

#[test]
fn entries_of_a_wrong_clock_are_told() {
    let data = Data::good().forgotten();
    data.run(&["approve", "C1"]).ends(0);
    let year = &data.ledger()[data.ledger().find("\"at\":\"").unwrap() + 6..][..4];
    let ahead = data.ledger().replace(&format!("\"at\":\"{year}"), "\"at\":\"2999");
    fs::write(data.path(LEDGER), ahead).unwrap();
    forge(&data, "dana", "sam");
    let told = explained(&data, "C1");
    assert_eq!(
        (&told["status"], &told["uncounted"][0]["why"]),
        (&json!("pending"), &json!("dated_in_future"))
    );
    data.run(&["explain", "C1"]).prints(&["dated in the"]);
    let found = findings(&data, "clock");
    assert_eq!((found.len(), &found[0]["severity"]), (1, &json!("warning")));
    data.run(&["reject", "C1", "--reason", "other"]).ends(0);
    assert_eq!(explained(&data, "C1")["status"], "rejected");
    let found = findings(&data, "clock");
    assert_eq!(found.len(), 2, "and a step back");
    assert!(found[1]["message"].as_str().unwrap().contains("entry 2 (by dana"));
}

#[test]
fn a_pending_choice_is_told_with_who_chose_it() {
    let two = "approval.two_approvers_at_account_value = 1\n";
    let data = Data::good().with("nextplay.toml", two);
    let choose = ["override", "C1", "--playbook", "P2", "--reason", "budget", "--by", "sam"];
    data.run(&choose).ends(0);
    let item = &data.run(&["queue", "--format", "json"]).ends(0).json()[0];
    assert_eq!((&item["playbook_id"], &item["approvals"]), (&json!("P1"), &json!([])));
    let chosen = &item["chosen"];
    for (field, want) in [
        ("playbook_id", json!("P2")),
        ("playbook_name", json!("Nudge")),
        ("recommended_action", json!("send_article")),
        ("expected_cost", json!(4)),
        ("expected_value", json!(100)),
        ("roi_ratio", json!(25)),
        ("approvals", json!(["sam"])),
    ] {
        assert_eq!(chosen[field], want, "{field}");
    }
    data.run(&["queue"]).prints(&["1 of 2, sam, for Nudge instead"]);
    let plan = data.run(&["plan", "--budget", "100000", "--format", "json"]).ends(0).json();
    let plays = plan["plays"].as_array().unwrap();
    assert_eq!(plays.iter().find(|play| play["customer_id"] == "C1").unwrap()["playbook_id"], "P2");
    data.run(&["override", "C1", "--playbook", "P2", "--reason", "budget", "--by", "lee"]).ends(0);
    assert_eq!(explained(&data, "C1")["status"], "overridden");
}
