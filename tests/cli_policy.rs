//! The policy file, seen from outside: what it changes, and what happens with a bad one.

use crate::common;

use common::{Data, LEDGER, PLAYBOOKS, Ran};
use rstest::rstest;
use serde_json::{Value, json};

const POLICY: &str = "nextplay.toml";

fn with_policy(policy: &str) -> Data {
    Data::good().with(POLICY, policy)
}

/// `ID PLAYBOOK` of each recommendation.
#[track_caller]
fn plays(data: &Data, args: &[&str]) -> Vec<String> {
    let ran = data.run(&[&["match", "--format", "json"], args].concat()).ends(0);
    let play =
        |told: &Value| format!("{} {}", text(&told["customer_id"]), text(&told["playbook_id"]));
    ran.json().as_array().unwrap().iter().map(play).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

#[track_caller]
fn status(data: &Data, customer: &str) -> Value {
    data.run(&["explain", customer, "--format", "json"]).ends(0).json()["status"].clone()
}

/// What waits, of those asked for.
#[track_caller]
fn queue(data: &Data, args: &[&str]) -> Vec<Value> {
    let ran = data.run(&[&["queue", "--format", "json"], args].concat()).ends(0);
    ran.json().as_array().unwrap().clone()
}

fn waiting(data: &Data, args: &[&str]) -> Vec<String> {
    queue(data, args).iter().map(|item| text(&item["customer_id"]).to_owned()).collect()
}

/// The commands that print what stands.
const LOOKS: [&[&str]; 8] = [
    &["match"],
    &["match", "--format", "json"],
    &["match", "--format", "csv"],
    &["explain", "C1"],
    &["explain", "C1", "--format", "json"],
    &["queue"],
    &["queue", "--format", "json"],
    &["check"],
];

#[test]
fn a_policy_that_sets_nothing_differs_in_nothing() {
    let without = Data::good();
    for policy in ["", "\u{feff}# nothing yet\r\n[matching]\r\n[approval]\r\n[targets]\r\n"] {
        let with = with_policy(policy);
        for look in LOOKS {
            let [a, b] = [&without, &with].map(|data| data.run(look));
            assert_eq!((a.status, a.out, a.err), (b.status, b.out, b.err), "{look:?}");
        }
    }
}

#[test]
fn the_threshold_is_the_policys_and_the_flag_goes_before_it() {
    let data = with_policy("[matching]\nconfidence_threshold = 0.9\n");
    assert_eq!(plays(&data, &[]), ["C1 P1"], "C2 has a confidence of 0.8");
    assert_eq!(plays(&data, &["--confidence-threshold", "0.8"]), ["C1 P1", "C2 P3"]);
    let braked = data.run(&["match", "--customer", "C2"]).ends(0);
    braked.says(&["confidence 0.80 is below the 0.90 minimum"]);
    let told = data.run(&["explain", "C2", "--format", "json"]).ends(0).json();
    assert_eq!(told["confidence"], json!({"value": 0.8, "threshold": 0.9, "passes": false}));
    let zero = with_policy("matching.confidence_threshold = 0");
    assert_eq!(plays(&zero, &["--confidence-threshold", "0.9"]), ["C1 P1"]);
}

#[test]
fn the_margin_is_the_policys() {
    let data = with_policy("[matching]\nconfidence_margin = 0.1\nconfidence_threshold = 0.75\n");
    assert_eq!(plays(&data, &[]), ["C1 P1"]);
    data.run(&["match", "--customer", "C2"]).ends(0).says(&["confidence 0.70"]);
    let told = data.run(&["match", "--customer", "C1", "--format", "json"]).ends(0).json();
    assert_eq!(told[0]["confidence"], 1, "0.98 and the margin, at most 1");
}

#[test]
fn candidates_are_ranked_by_net_value_where_the_policy_says_so() {
    // P2 brings 100 times what it costs, P1 more than $3,000.
    let cheap = PLAYBOOKS.replace(r#""avg_cost_estimate":4,"#, r#""avg_cost_estimate":1,"#);
    let data = Data::good().with("journey_playbooks.json", cheap);
    assert_eq!(plays(&data, &["--customer", "C1"]), ["C1 P2"]);
    data.write(POLICY, "[matching]\nranking = \"net_value\"\n");
    assert_eq!(plays(&data, &["--customer", "C1"]), ["C1 P1"]);
    let told = data.run(&["explain", "C1", "--format", "json"]).ends(0).json();
    let ranks: Vec<&str> =
        told["candidates"].as_array().unwrap().iter().map(|c| text(&c["playbook_id"])).collect();
    assert_eq!(ranks, ["P1", "P2"]);
    data.write(POLICY, "[matching]\nranking = \"roi\"\n");
    assert_eq!(plays(&data, &["--customer", "C1"]), ["C1 P2"]);
}

/// C2 is an account of $5,000 with a play for $29 on 42 runs that runs by itself.
#[rstest]
#[case(
    "required_at_account_value = 5_000",
    "required_at_account_value = 5_000.01",
    "account_value"
)]
#[case("required_at_cost = 29", "required_at_cost = 29.01", "cost")]
#[case("required_below_runs = 43", "required_below_runs = 42", "evidence")]
fn the_policy_asks_for_approvals(#[case] asks: &str, #[case] short: &str, #[case] reason: &str) {
    let data = with_policy(&format!("[approval]\n{asks}\n"));
    let json = data.run(&["match", "--customer", "C2", "--format", "json"]).ends(0);
    assert_eq!(json.json()[0]["requires_human_approval"], true);
    let jsonl = data.run(&["match", "--customer", "C2", "--format", "jsonl"]).ends(0);
    assert_eq!(jsonl.json()["requires_human_approval"], true);
    data.run(&["match", "--customer", "C2", "--format", "csv"])
        .ends(0)
        .prints(&["\"P3\",\"Usage Call\",\"call\",0.8,29,890,true,0.6,5000\n"]);
    let table = data.run(&["match", "--customer", "C2"]).ends(0);
    assert!(table.out.ends_with("needed\n"), "{}", table.out);
    let told = data.run(&["explain", "C2", "--format", "json"]).ends(0).json();
    assert_eq!(told["candidates"][0]["requires_human_approval"], true);
    assert_eq!(
        (&told["status"], &told["recommendation"]["requires_human_approval"]),
        (&json!("pending"), &json!(true))
    );

    let items = queue(&data, &[]);
    assert_eq!(items.len(), 2, "{items:?}");
    let item = items.iter().find(|item| item["customer_id"] == "C2").unwrap();
    assert_eq!((&item["status"], &item["approval_reasons"]), (&json!("pending"), &json!([reason])));
    assert_eq!(item["requires_human_approval"], true);
    let entry = data.run(&["approve", "C2", "--format", "json"]).ends(0).json();
    assert_eq!(entry["basis"]["approval_reasons"], json!([reason]));
    assert_eq!(status(&data, "C2"), "approved");

    let data = with_policy(&format!("[approval]\n{short}\n"));
    assert_eq!(status(&data, "C2"), "automatic", "just short of it");
    assert_eq!(waiting(&data, &[]), ["C1"]);
}

#[test]
fn whoever_asks_for_an_approval_is_named() {
    let data = with_policy(
        "[approval]\nrequired_at_account_value = 0\nrequired_at_cost = 0\nrequired_below_runs = 99\n",
    );
    let reasons = |item: &Value| item["approval_reasons"].clone();
    let items = queue(&data, &[]);
    assert_eq!(reasons(&items[0]), json!(["playbook", "account_value", "cost", "evidence"]));
    assert_eq!(reasons(&items[1]), json!(["account_value", "cost", "evidence"]));
    let csv = data.run(&["queue", "--format", "csv"]).ends(0);
    csv.prints(&["playbook", "account_value", "evidence"]);
}

#[test]
fn a_need_for_approval_that_comes_later_makes_a_decision_stale() {
    let data = Data::good();
    let entry = data.run(&["approve", "C2", "--format", "json"]).ends(0).json();
    data.write(POLICY, "[approval]\nrequired_at_cost = 10\n");
    let items = queue(&data, &["--by", "dana"]);
    let item = items.iter().find(|item| item["customer_id"] == "C2").unwrap();
    assert_eq!((&item["status"], &item["stale"]["decision"]), (&json!("stale"), &entry["id"]));
    std::fs::remove_file(data.path(POLICY)).unwrap();
    assert_eq!(status(&data, "C2"), "approved");
}

#[test]
fn a_decision_holds_as_far_as_the_policy_tolerates() {
    let data = Data::good();
    data.run(&["approve", "C1"]).ends(0);
    data.write("fused_signals.json", r#"[{"customer_id":"C1","fused_risk_score":0.8}]"#);
    assert_eq!(status(&data, "C1"), "stale");
    data.write(POLICY, "[approval]\nrisk_tolerance = 0.2\n");
    assert_eq!(status(&data, "C1"), "approved");
    let dearer = PLAYBOOKS.replace(r#""avg_cost_estimate":75"#, r#""avg_cost_estimate":100"#);
    data.write("journey_playbooks.json", dearer);
    assert_eq!(status(&data, "C1"), "stale");
    data.write(POLICY, "[approval]\nrisk_tolerance = 0.2\nmoney_tolerance = 0.5\n");
    assert_eq!(status(&data, "C1"), "approved");
}

const BAD: &str =
    "[matching]\n  confidence_treshold = 0.7\n[approval]\nrequired_at_cost = \"\u{202e}x\"\n";

#[test]
fn nothing_is_built_on_a_bad_policy() {
    let data = Data::good();
    data.run(&["approve", "C1"]).ends(0);
    let ledger = data.ledger();
    data.write(POLICY, BAD);
    for args in [
        &["match"][..],
        &["match", "--confidence-threshold", "0.7"],
        &["queue"],
        &["explain", "C1"],
        &["approve", "C2"],
        &["reject", "C1", "--reason", "other"],
        &["defer", "C1", "--until", "2999-01-01", "--reason", "other"],
        &["override", "C1", "--playbook", "P2", "--reason", "other"],
        &["undo", "1"],
    ] {
        let ran = data.run(args).fails(
            2,
            &[
                "error: nextplay.toml:2:3: unknown key matching.confidence_treshold; did you \
                 mean confidence_threshold?",
                "error: nextplay.toml:4:20: approval.required_at_cost is the text",
            ],
        );
        ran.escape_controls();
    }
    assert_eq!(data.ledger(), ledger);
    data.run(&["log"]).ends(0).prints(&["approve"]);
    data.run(&["verify"]).ends(0).prints(&["1 entry, chain whole"]);
    data.write(POLICY, BAD.replace("treshold", "threshold").replace("\"\u{202e}x\"", "100"));
    assert_eq!(plays(&data, &[]), ["C1 P1", "C2 P3"], "mended");
}

#[test]
fn check_tells_everything_that_is_wrong_with_the_policy() {
    let data = with_policy(BAD);
    data.run(&["check"])
        .ends(1)
        .prints(&[
            "error: nextplay.toml:2:3: unknown key",
            "error: nextplay.toml:4:20: ",
            "2 errors\n",
        ])
        .escape_controls();
    let ran = data.run(&["check", "--format", "json"]).ends(1);
    let findings = ran.json();
    let findings = findings.as_array().unwrap();
    assert_eq!(findings.len(), 2);
    assert_eq!(
        findings[1],
        json!({
            "code": "bad_policy", "severity": "error", "message": findings[1]["message"],
            "file": "nextplay.toml", "line": 4, "column": 20, "field": "approval.required_at_cost",
            "playbook_id": null, "customers": null, "account_value": null,
        })
    );
    assert!(!ran.out.contains('\u{202e}'), "JSON escapes it: {}", ran.out);
    let torn = with_policy("[matching]\nranking = roi\n");
    torn.run(&["check"]).ends(1).prints(&["error: nextplay.toml:2:11: found \"roi\""]);
}

#[test]
fn a_policy_that_cannot_be_read_is_a_bad_one() {
    let data = Data::good().with(POLICY, b"x = \xff");
    data.run(&["match"]).fails(2, &["nextplay.toml: line 1 is not UTF-8"]);
    let data = Data::good();
    std::fs::create_dir(data.path(POLICY)).unwrap();
    data.run(&["match"]).fails(2, &["nextplay.toml: it is not a file"]);
    let ran = data.run(&["check", "--format", "json"]).ends(1);
    assert_eq!(ran.json()[0]["code"], "bad_policy");
}

/// dana decides up to $10,000, sam about the Mid-Market, ines about everything.
const APPROVERS: &str = "
[[approver]]
name = \"dana\"
account_value_up_to = 10_000

[[approver]]
name = \"sam\"
segments = [\"Mid-Market\"]
cost_up_to = 75

[[approver]]
name = \"ines\"
";

#[test]
fn whoever_may_not_decide_is_told_the_rule_and_who_could() {
    let data = with_policy(APPROVERS);
    let stop = ["reject", "C2", "--reason", "other"];
    data.run(&["approve", "C1", "--by", "dana"]).fails(
        1,
        &[
            "account value $38,000 is above the limit of $10,000 for dana (account_value_up_to)",
            "hint: sam or ines can decide this",
        ],
    );
    data.run(&["approve", "C1", "--by", "lee"])
        .fails(1, &["lee is not an approver in the policy", "sam or ines can decide this"]);
    data.run(&[&stop[..], &["--by", "sam"]].concat()).fails(
        1,
        &["sam decides only about Mid-Market, not about SMB", "dana or ines can decide this"],
    );
    assert!(!data.path(LEDGER).exists(), "nothing is recorded");
    let entry = data.run(&["approve", "C1", "--by", "sam", "--format", "json"]).ends(0).json();
    data.run(&["undo", text(&entry["id"]), "--by", "dana"]).fails(1, &["for dana", "sam or ines"]);
    data.run(&["undo", text(&entry["id"]), "--by", "ines"]).ends(0);
    data.run(&[&stop[..], &["--by", "dana"]].concat()).ends(0);

    let narrow = with_policy(&APPROVERS.replace("75", "74.99"));
    narrow.run(&["approve", "C1", "--by", "sam"]).fails(1, &["cost $75 is above", "(cost_up_to)"]);
    let nobody = with_policy("[[approver]]\nname = \"dana\"\nsegments = [\"SMB\"]\n");
    nobody.run(&["approve", "C1"]).fails(1, &["no approver in the policy can decide this"]);
}

#[test]
fn two_blocks_with_one_name_add_up() {
    let data = with_policy(
        "[[approver]]\nname = \"dana\"\nsegments = [\"SMB\"]\n\
         [[approver]]\nname = \"dana\"\nsegments = [\"Mid-Market\"]\ncost_up_to = 100\n",
    );
    data.run(&["approve", "C1"]).ends(0);
    data.run(&["reject", "C2", "--reason", "other"]).ends(0);
}

#[test]
fn a_queue_of_ones_own_holds_what_one_may_decide() {
    let data = with_policy(&format!("[approval]\nrequired_at_cost = 0\n{APPROVERS}"));
    assert_eq!(waiting(&data, &[]), ["C1", "C2"]);
    for (name, own) in
        [("dana", &["C2"][..]), ("sam", &["C1"]), ("ines", &["C1", "C2"]), ("lee", &[])]
    {
        assert_eq!(waiting(&data, &["--can-approve", "--by", name]), own, "{name}");
    }
    data.run(&["queue", "--can-approve", "--by", "lee"])
        .fails(0, &["nothing is waiting for you", "`nextplay queue` lists everything"]);
    assert_eq!(waiting(&Data::good(), &["--can-approve", "--by", "lee"]), ["C1"], "anybody may");
}

#[test]
fn two_people_approve_where_the_policy_asks_for_two() {
    let data = with_policy("[approval]\ntwo_approvers_at_account_value = 30_000\n");
    let first = data.run(&["approve", "C1", "--by", "dana", "--format", "json"]).ends(0).json();
    let item = &queue(&data, &[])[0];
    assert_eq!((&item["status"], &item["approvals"]), (&json!("pending"), &json!(["dana"])));
    data.run(&["explain", "C1"])
        .ends(0)
        .prints(&["pending", "approved by dana; needs one more approver"]);
    data.run(&["approve", "C1", "--by", "dana"])
        .fails(1, &["already approved by dana", "1 of 2", "anyone else can decide this"]);
    assert!(
        waiting(&data, &["--can-approve", "--by", "dana"]).is_empty(),
        "dana has done her part"
    );
    assert_eq!(waiting(&data, &["--can-approve", "--by", "sam"]), ["C1"]);

    let second = data.run(&["approve", "C1", "--by", "sam", "--format", "json"]).ends(0).json();
    assert_eq!(second["after"], first["id"]);
    assert_eq!(status(&data, "C1"), "approved");
    data.run(&["undo", text(&second["id"]), "--by", "lee"]).ends(0);
    assert_eq!(queue(&data, &[])[0]["approvals"], json!(["dana"]), "1 of 2 again");
    data.run(&["reject", "C1", "--by", "lee", "--reason", "budget"]).ends(0);
    assert_eq!(status(&data, "C1"), "rejected", "one rejection rejects");

    let small = with_policy("[approval]\ntwo_approvers_at_account_value = 38_001\n");
    small.run(&["approve", "C1"]).ends(0);
    assert_eq!(status(&small, "C1"), "approved");
}

#[test]
fn the_second_approver_is_one_who_may() {
    let policy = format!("[approval]\ntwo_approvers_at_account_value = 0\n{APPROVERS}");
    let data = with_policy(&policy);
    data.run(&["approve", "C1", "--by", "sam"]).ends(0);
    data.run(&["approve", "C1", "--by", "sam"]).fails(1, &["1 of 2, sam", "ines can decide this"]);
    data.run(&["approve", "C1", "--by", "dana"])
        .fails(1, &["for dana", "hint: ines can decide this"]);
    data.run(&["approve", "C1", "--by", "ines"]).ends(0);
    assert_eq!(status(&data, "C1"), "approved");
}

#[test]
fn an_approval_expires_where_the_policy_says_so() {
    let data = with_policy("[approval]\nexpires_after_days = 30\n");
    data.run(&["approve", "C1", "--by", "sam"]).ends(0);
    assert_eq!(status(&data, "C1"), "approved");
    // Less than a tenth of a millisecond.
    data.write(POLICY, "[approval]\nexpires_after_days = 1e-9\n");
    let item = &queue(&data, &[])[0];
    assert_eq!((&item["status"], &item["approvals"]), (&json!("expired"), &json!([])));
    data.run(&["queue"]).ends(0).prints(&["expired"]);
    data.run(&["approve", "C1", "--by", "sam"]).ends(0);
    data.write(POLICY, "[approval]\nexpires_after_days = 1e300\n");
    assert_eq!(status(&data, "C1"), "approved");
}

#[test]
fn a_deferral_waits_until_its_day() {
    let data = Data::good();
    let defer = |until: &str| {
        data.run(&["defer", "C1", "--until", until, "--reason", "bad_timing", "--format", "json"])
    };
    data.run(&["defer", "C1", "--reason", "bad_timing"])
        .fails(2, &["hint: add --until DATE: 2026-12-18, tomorrow, fri"]);
    defer("2020-02-30").fails(2, &["2020-02-30"]);
    defer("2020-02-03").fails(1, &["2020-02-03 is not after today", "a later date"]);
    data.run(&["defer", "C1", "--until", "2999-01-01"]).fails(1, &["needs --reason"]);
    assert!(!data.path(LEDGER).exists());
    let entry = defer("2999-01-01").ends(0).json();
    assert_eq!((&entry["kind"], &entry["until"]), (&json!("defer"), &json!("2999-01-01")));
    assert_eq!(status(&data, "C1"), "deferred");
    assert!(waiting(&data, &[]).is_empty());
    defer("2999-01-01").fails(1, &["already deferred until 2999-01-01 by dana"]);
    defer("2999-01-02").ends(0);
    data.run(&["approve", "C1", "--until", "2999-01-01"])
        .fails(2, &["--until works only with `defer`"]);
    data.run(&["approve", "C1"]).ends(0);
    assert_eq!(status(&data, "C1"), "approved", "a later decision replaces it");
}

fn choose(data: &Data, playbook: &str) -> Ran {
    data.run(&[
        "override",
        "C1",
        "--playbook",
        playbook,
        "--reason",
        "relationship",
        "--format",
        "json",
    ])
}

#[test]
fn an_override_chooses_a_candidate() {
    let data = Data::good();
    let before = data.run(&["match", "--format", "json"]).ends(0).out;
    let entry = choose(&data, "P2").ends(0).json();
    assert_eq!((&entry["kind"], &entry["playbook_id"]), (&json!("override"), &json!("P2")));
    let basis = &entry["basis"];
    assert_eq!(basis["recommendation"]["playbook_id"], "P1", "both are told");
    let chosen = &basis["chosen"];
    assert_eq!((&chosen["playbook_id"], &chosen["expected_cost"]), (&json!("P2"), &json!(4)));
    assert_eq!(chosen["failed"], json!([]), "{chosen}");
    assert_eq!(status(&data, "C1"), "overridden");
    assert!(waiting(&data, &[]).is_empty());
    assert_eq!(data.run(&["match", "--format", "json"]).ends(0).out, before, "match never changes");
}

#[test]
fn an_override_of_an_excluded_playbook_records_why_it_was_excluded() {
    let data = Data::good();
    let entry = choose(&data, "P3").ends(0).json();
    let failed = entry["basis"]["chosen"]["failed"].as_array().unwrap();
    let gates: Vec<&str> = failed.iter().map(|gate| text(&gate["gate"])).collect();
    assert_eq!(gates, ["stage", "segment"]);
    assert_eq!(status(&data, "C1"), "overridden");
    choose(&data, "P3").fails(1, &["already overridden by dana"]);
}

#[test]
fn an_override_that_chooses_nothing_else_is_refused() {
    let data = Data::good();
    choose(&data, "P1").fails(1, &["P1 is already recommended for C1", "approve it instead"]);
    choose(&data, "P9").fails(2, &["no playbook \"P9\"", "P1"]);
    data.run(&["override", "C1", "--reason", "other"]).fails(2, &["--playbook P"]);
    data.run(&["override", "C1", "--playbook", "P2"]).fails(1, &["needs --reason"]);
    assert!(!data.path(LEDGER).exists());
}

#[test]
fn limits_look_at_what_an_override_chooses() {
    let data = with_policy("[[approver]]\nname = \"dana\"\ncost_up_to = 50\n");
    data.run(&["approve", "C1"]).fails(1, &["cost $75 is above the limit of $50 for dana"]);
    choose(&data, "P2").ends(0);
    let data = with_policy("[[approver]]\nname = \"dana\"\ncost_up_to = 3\n");
    choose(&data, "P2").fails(1, &["cost $4 is above the limit of $3 for dana"]);
}

#[test]
fn reasons_are_those_of_the_policy() {
    let data = with_policy(
        "[approval]\nreasons = [\"too_dear\", \"asked us not to\"]\nreason_required = [\"approve\"]\n",
    );
    data.run(&["approve", "C1"]).fails(1, &["needs --reason", "too_dear, asked us not to"]);
    data.run(&["approve", "C1", "--reason", "budget"])
        .fails(1, &["\"budget\" is not a reason in the policy", "use one of too_dear"]);
    let entry = data
        .run(&["approve", "C1", "--reason", "asked us not to", "--format", "json"])
        .ends(0)
        .json();
    assert_eq!(entry["reason"], "asked us not to");
    data.run(&["reject", "C1"]).ends(0);
    data.run(&["override", "C1", "--playbook", "P2"]).fails(1, &["needs --reason"]);
}

#[test]
fn a_basis_tells_the_settings_that_bore_on_it() {
    let data = with_policy("[matching]\nconfidence_threshold = 0.3\nranking = \"net_value\"\n");
    let entry = data.run(&["approve", "C1", "--format", "json"]).ends(0).json();
    let policy = &entry["basis"]["policy"];
    assert_eq!(policy["confidence_threshold"], 0.3);
    assert_eq!(policy["ranking"], "net_value");
}
