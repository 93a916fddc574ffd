//! Decisions on the command line as people make them: customers by name, dates in words, one sentence
//! for an answer, and several decisions undone together.

use crate::common;

use common::{Data, LEDGER};
use nextplay::approval::Request;
use nextplay::domain::DecisionKind;
use nextplay::workspace::{DecisionRequest, Options, Workspace};
use serde_json::Value;

#[test]
fn a_decision_is_one_sentence() {
    let data = Data::good().with(
        "nextplay.toml",
        "[approval]\ntwo_approvers_at_account_value = 30_000\n[matching]\nconfidence_threshold = 0.5\n",
    );
    let says = |args: &[&str]| data.run(args).ends(0).out;
    assert_eq!(
        says(&["approve", "C1"]),
        "Approved Escalation for Acme (C1) as dana, saved as #1, 1 of 2; needs one more approver\n"
    );
    assert_eq!(
        says(&["approve", "C1", "--by", "sam"]),
        "Approved Escalation for Acme (C1) as sam, saved as #2\n"
    );
    assert_eq!(
        says(&["reject", "C1", "--reason", "budget", "--by", "lee"]),
        "Rejected Escalation for Acme (C1) as lee, saved as #3, replaces sam's approval #2\n"
    );
    assert_eq!(
        says(&["undo", "3"]),
        "Undid lee's rejection #3 of Escalation for Acme (C1) as dana, saved as #4\n"
    );
    assert_eq!(
        says(&["defer", "C2", "--until", "2999-01-31", "--reason", "other"]),
        "Deferred Usage Call for Birch (C2) until 2999-01-31 as dana, saved as #5\n"
    );
    assert_eq!(
        says(&["override", "C2", "--playbook", "P2", "--reason", "other"]),
        "Overrode Usage Call with Nudge for Birch (C2) as dana, saved as #6, replaces dana's deferral #5\n"
    );
}

#[test]
fn customers_are_found_by_id_in_any_case_and_by_whole_name() {
    let data = Data::good();
    let recommended = |named: &str| {
        let args = ["match", "--customer", named, "--format", "json"];
        data.run(&args).ends(0).json()[0]["customer_id"].as_str().unwrap().to_owned()
    };
    for named in ["C1", "c1", "Acme", "ACME", " acme "] {
        assert_eq!(recommended(named), "C1", "{named}");
    }
    data.run(&["explain", "birch"]).ends(0).prints(&["C2  Birch"]);
    data.run(&["approve", "acme", "--playbook", "p1"]).ends(0).prints(&["for Acme (C1)"]);
    data.run(&["approve", "c1", "--by", "sam"]).fails(1, &["already approved by dana"]);
    data.run(&["reject", "c1", "--reason", "other"])
        .ends(0)
        .prints(&["replaces dana's approval #1"]);
    data.run(&["log", "--customer", "aCME"]).ends(0).prints(&["reject", "approve"]);
    data.run(&["log", "--customer", "C2"]).fails(0, &["no decisions about C2 yet"]);
}

#[test]
fn who_is_not_found_is_suggested_by_name_and_id() {
    let data = Data::good();
    let hint = "hint: did you mean C1 (Acme)?";
    for command in [&["approve", "acne"][..], &["explain", "acne"], &["log", "--customer", "acne"]]
    {
        data.run(command).fails(2, &["no customer \"acne\" in customers.json", hint]);
    }
    data.run(&["explain", "C9"]).fails(2, &["did you mean C1 (Acme), C2 (Birch) or C3?"]);
    data.run(&["approve", "C1", "--playbook", "P9"]).fails(2, &["no playbook \"P9\"", "P1"]);
    assert!(!data.path(LEDGER).exists());
}

#[test]
fn a_name_of_two_customers_needs_an_id() {
    let customers = r#"[{"customer_id":"C1","name":"Acme"},{"customer_id":"C2","name":"ACME"},{"customer_id":"c2"}]"#;
    let data = Data::good().with("customers.json", customers);
    data.run(&["explain", "acme"])
        .fails(2, &["2 customers are named \"acme\"", "hint: name one by its id: C1, C2"]);
    // An id that is written exactly is that one.
    data.run(&["explain", "c2"]).ends(0).prints(&["c2"]);
    data.run(&["explain", "C2"]).ends(0).prints(&["ACME"]);
}

#[test]
fn a_name_that_is_the_id_of_another_customer_needs_an_id() {
    let customers = r#"[{"customer_id":"C1","name":"c2"},{"customer_id":"C2","name":""},
        {"customer_id":"C3","name":"\u200b"}]"#;
    let data = Data::good().with("customers.json", customers);
    data.run(&["approve", "c2"])
        .fails(2, &["2 customers are named \"c2\"", "hint: name one by its id: C1, C2"]);
    data.run(&["explain", "C2"]).ends(0).prints(&["C2"]);
    data.run(&["explain", "c1"]).ends(0).prints(&["C1"]);
    for nothing in ["", " ", "\u{200b}"] {
        data.run(&["approve", nothing]).fails(2, &["no customer"]);
    }
}

#[test]
fn an_assignment_that_replaces_an_unfinished_one_says_so() {
    let policy = "[approval]\ntwo_approvers_at_account_value = 1\n";
    let data = Data::good().with("nextplay.toml", policy);
    let assign = |playbook: &str, by: &str| {
        let args = ["override", "C4", "--playbook", playbook, "--reason", "other", "--by", by];
        data.run(&args).ends(0).out
    };
    assert!(assign("P2", "lee").ends_with("saved as #1, 1 of 2; needs one more approver\n"));
    data.run(&["queue"]).ends(0).prints(&["1 of 2, lee, for Nudge\n"]);
    let said = assign("P1", "dana");
    assert!(said.contains("replaces lee's override #1, 1 of 2; needs"), "{said}");
    let said = assign("P1", "sam");
    assert!(said.ends_with("saved as #3\n"), "{said}");
}

#[test]
fn a_deferral_takes_a_date_in_words() {
    let data = Data::good();
    let until = |date: &str| {
        let args = ["defer", "C1", "--reason", "other", "--format", "json", "--until", date];
        data.run(&args).ends(0).json()["until"].as_str().unwrap().to_owned()
    };
    let today = jiff::Zoned::now().date();
    let dates = [
        until("FRI"),
        until("next mon"),
        until("2w"),
        until("10d"),
        until("eom"),
        until("tomorrow"),
    ];
    for date in dates {
        assert!(date.parse::<jiff::civil::Date>().unwrap() > today, "{date}");
    }
    let defer = ["defer", "C1", "--reason", "other", "--until"];
    data.run(&[&defer[..], &["soon"]].concat())
        .fails(2, &["\"soon\" is not a date", "hint: expected a date: 2026-12-18, tomorrow, fri"]);
    data.run(&[&defer[..], &["0d"]].concat())
        .fails(1, &["is not after today", "hint: name a later"]);
    data.run(&["approve", "C1", "--until", "fri"]).fails(2, &["--until works only with `defer`"]);
}

#[test]
fn an_approval_takes_the_reasons_that_the_policy_has_for_it() {
    let data = Data::good();
    data.run(&["approve", "C2", "--reason", "other"]).ends(0);
    let data = Data::good();
    data.write("nextplay.toml", "[approval]\napprove_reasons = [\"as_agreed\"]\n");
    data.run(&["approve", "C1", "--reason", "other"]).fails(1, &["not a reason", "as_agreed"]);
    data.run(&["approve", "C1", "--reason", "as_agreed"]).ends(0);
    data.run(&["reject", "C1", "--reason", "as_agreed"]).fails(1, &["not a reason"]);
    data.write("nextplay.toml", "[approval]\nreason_required = [\"approve\"]\n");
    data.run(&["approve", "C2"]).fails(1, &["`approve` needs --reason", "bad_timing"]);
    data.run(&["approve", "C2", "--reason", "other"]).ends(0);
}

/// Approves C1 and C2 together, and returns their batch.
fn approve_two(data: &Data) -> String {
    let ask = |id| DecisionRequest::Decide(Request::new(DecisionKind::Approve, id, "dana"));
    let mut workspace = Workspace::new(data.path(""), Options::default());
    workspace.decide_each(&[ask("C1"), ask("C2")]).unwrap();
    let batch = line(data, 1)["batch"].clone();
    assert_eq!(batch, line(data, 2)["batch"], "they were made together");
    batch.as_str().unwrap().to_owned()
}

/// A line of the ledger, from 1.
fn line(data: &Data, number: usize) -> Value {
    serde_json::from_str(data.ledger().lines().nth(number - 1).unwrap()).unwrap()
}

#[test]
fn a_batch_is_undone_together() {
    let data = Data::good();
    let batch = approve_two(&data);
    assert!(data.ledger().lines().all(|line| {
        let after = line.find("\"after\":null,\"batch\":\"").unwrap();
        after < line.find("\"basis\":").unwrap()
    }));
    data.run(&["log", "--batch", &batch]).ends(0).prints(&["C1", "C2"]);
    data.run(&["log", "--entry", "1"]).ends(0).prints(&["batch        ", &batch]);
    let ran = data.run(&["undo", "--batch", &batch[..13], "--note", "too early"]).ends(0);
    assert_eq!(ran.out, "Undid 2 decisions as dana, saved as #3 to #4\n");
    let (one, other) = (line(&data, 3), line(&data, 4));
    assert_eq!((&one["kind"], &one["note"]), (&"undo".into(), &"too early".into()));
    assert!(one["batch"] == other["batch"] && one["batch"] != batch.as_str(), "{one}");
    data.run(&["undo", "--batch", &batch])
        .ends(1)
        .prints(&["Undid none of 2 decisions"])
        .says(&["warning: Acme (C1) was not undone: ", "already undone by dana"]);
    data.run(&["verify"]).ends(0).prints(&["4 entries, chain whole"]);
}

#[test]
fn what_of_a_batch_no_longer_stands_is_left_with_the_reason() {
    let data = Data::good();
    let batch = approve_two(&data);
    data.run(&["reject", "C1", "--by", "sam", "--reason", "budget"]).ends(0);
    let ran = data.run(&["undo", "--batch", &batch, "--format", "json"]).ends(1);
    assert_eq!(ran.json()["customer_id"], "C2");
    assert_eq!(line(&data, 4)["batch"], Value::Null, "it was undone alone");
    ran.says(&["warning: Acme (C1) was not undone: ", "no longer in force: sam rejected C1"]);
    data.run(&["undo", "--batch", "01956789"]).fails(2, &["no batch \"01956789\" in the ledger"]);
    data.run(&["undo", "--batch", &batch, "3"]).fails(2, &["cannot be used with"]);
    data.run(&["undo"]).fails(2, &["ENTRY-ID"]);
    data.run(&["log", "--batch", "x"]).fails(2, &["no batch \"x\""]);
    // Of a ledger that is broken not all entries are known.
    data.write(LEDGER, format!("nothing\n{}", data.ledger()));
    data.run(&["undo", "--batch", &batch]).fails(1, &["ledger broken at line 1"]);
}
