//! `nextplay lessons`, seen from outside: what decisions say, and that `diff` takes what follows.

use serde_json::{Value, json};

use crate::common::Data;

/// Ten customers in support, each with `P1` as its recommendation, at risks from 0.60 on.
fn ten() -> Data {
    let all = |row: &dyn Fn(usize) -> Value| Value::from_iter((0..10).map(row)).to_string();
    Data::good()
        .with(
            "customers.json",
            all(&|n| {
                json!({"customer_id": format!("C{n}"), "segment": if n < 9 { "SMB" } else { "Enterprise" },
                    "account_value": 5000})
            }),
        )
        .with(
            "journey_state_log.json",
            all(&|n| json!({"customer_id": format!("C{n}"), "journey_stage": "support"})),
        )
        .with(
            "fused_signals.json",
            all(&|n| {
                json!({"customer_id": format!("C{n}"), "total_signals": 1,
                    "fused_risk_score": f64::from(60 + 4 * n as u8) / 100.0})
            }),
        )
}

fn lessons(data: &Data) -> Value {
    data.run(&["lessons", "--format", "json"]).ends(0).json()
}

#[test]
fn without_a_decision_there_are_none() {
    let data = ten();
    data.run(&["lessons"]).ends(0).says(&["note: there are no lessons"]);
    assert_eq!(lessons(&data), json!([]));
}

#[test]
fn many_rejections_for_bad_timing_propose_a_threshold_that_diff_takes() {
    let data = ten();
    for n in 0..6 {
        data.run(&["reject", &format!("C{n}"), "--reason", "bad_timing"]).ends(0);
    }
    for n in 6..8 {
        data.run(&["approve", &format!("C{n}")]).ends(0);
    }
    // An approval that was undone says nothing; another segment is another lesson.
    data.run(&["approve", "C8"]).ends(0);
    data.run(&["undo", "9"]).ends(0);
    data.run(&["reject", "C9", "--reason", "bad_timing"]).ends(0);
    let all = lessons(&data);
    let [enterprise, smb] = &all.as_array().unwrap()[..] else { panic!("{all}") };
    assert_eq!(
        (&enterprise["segment"], &enterprise["decisions"]),
        (&json!("Enterprise"), &json!(1))
    );
    assert_eq!(enterprise["proposal"], Value::Null);
    // Of 0.60, 0.64, 0.68, 0.72, 0.76 and 0.80 at most one may be left.
    let want = json!({"kind": "risk_threshold", "value": 0.8, "playbook_id": null,
        "set": "playbook.P1.risk_threshold=0.8", "would_change": {"decisions": 5, "against": 5}});
    assert_eq!(smb["proposal"], want);
    assert_eq!(
        (&smb["decisions"], &smb["against"], &smb["share"]),
        (&json!(8), &json!(6), &json!(0.75))
    );
    let names = [
        "playbook_id",
        "segment",
        "reason",
        "decisions",
        "against",
        "share",
        "low",
        "high",
        "proposal",
    ];
    let out = data.run(&["lessons", "--format", "json"]).out;
    let places: Vec<usize> =
        names.iter().map(|name| out.find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{out}");
    data.run(&["lessons"]).ends(0).prints(&[
        "Escalation (P1)\n  Bad timing in Enterprise: rejected 1 of 1",
        "  Bad timing in SMB: rejected 6 of 8 (41% to 93%)\n    Raise its minimum risk to 0.80.",
        "That would have left out 5 of these 8 decisions, all of them rejected.\n    nextplay diff --set playbook.P1.risk_threshold=0.8\n",
    ]);
    let set = smb["proposal"]["set"].as_str().unwrap();
    let diff = data.run(&["diff", "--set", set, "--format", "json"]).ends(1).json();
    assert_eq!(diff["customers"].as_array().unwrap().len(), 5, "those below the threshold");
    data.run(&["report"]).ends(0).prints(&[
        "**Escalation**  \nBad timing in SMB: rejected 6 of 8 (41% to 93%)\n",
        "- Effect: `nextplay diff --set playbook.P1.risk_threshold=0.8`\n",
    ]);
    let command = "<code>nextplay diff --set playbook.P1.risk_threshold=0.8</code>";
    data.run(&["report", "--format", "html"]).ends(0).prints(&[command]);
}

#[test]
fn the_playbook_that_most_choose_instead_closes_the_segment() {
    let data = ten();
    for n in 0..8 {
        let args = ["override", &format!("C{n}"), "--playbook", "P2", "--reason", "wrong_playbook"];
        data.run(&args).ends(0);
    }
    let proposal = &lessons(&data)[0]["proposal"];
    assert_eq!(
        (&proposal["kind"], &proposal["playbook_id"]),
        (&json!("other_playbook"), &json!("P2"))
    );
    // P1 is open to all: what is left are the other customers' segments.
    let set = proposal["set"].as_str().unwrap();
    assert_eq!(set, r#"playbook.P1.eligible_segments=["Enterprise"]"#);
    let diff = data.run(&["diff", "--set", set, "--format", "json"]).ends(1).json();
    assert_eq!(diff["customers"].as_array().unwrap().len(), 9);
    data.run(&["lessons"]).ends(0).prints(&[
        "Wrong playbook in SMB: overridden 8 of 8",
        "Exclude the SMB segment: people most often choose Nudge instead.",
        r#"nextplay diff --set 'playbook.P1.eligible_segments=["Enterprise"]'"#,
    ]);
}

#[test]
fn rejections_for_the_budget_propose_an_approval_limit() {
    let data = ten();
    for n in 0..8 {
        data.run(&["reject", &format!("C{n}"), "--reason", "budget"]).ends(0);
    }
    let proposal = &lessons(&data)[0]["proposal"];
    assert_eq!(proposal["set"], "approval.required_at_cost=75");
    assert_eq!(proposal["would_change"], json!({"decisions": 8, "against": 8}));
    data.run(&["diff", "--set", "approval.required_at_cost=75"]).says(&["changes nothing"]);
}
