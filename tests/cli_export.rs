//! `nextplay export`, seen from outside: what may run now.

use crate::common;

use common::{Data, LEDGER, PLAYBOOKS};
use serde_json::{Value, json};

const C2: &str = r#"{"customer_id":"C2","journey_stage":"engagement","playbook_id":"P3","recommended_action":"call","confidence":0.8,"expected_cost":29,"expected_value":890,"requires_human_approval":false,"triggered_by_signals":[],"generated_at":null,"status":"automatic","decision":null}"#;

/// The customers in an export, in order.
fn exported(data: &Data) -> Vec<String> {
    let rows = data.run(&["export"]).ends(0).json();
    let id = |row: &Value| row["customer_id"].as_str().unwrap().to_owned();
    rows.as_array().unwrap().iter().map(id).collect()
}

#[test]
fn it_gives_what_may_run_now_in_file_order() {
    let data = Data::good();
    assert_eq!(data.run(&["export"]).ends(0).out, format!("[\n{C2}\n]\n"));
    let entry = data.run(&["approve", "C1", "--format", "json"]).ends(0).json();
    let ran = data.run(&["export"]).ends(0);
    let (id, at) = (entry["id"].as_str().unwrap(), entry["at"].as_str().unwrap());
    let c1 = format!(
        r#"{{"customer_id":"C1","journey_stage":"support","playbook_id":"P1","recommended_action":"assign_engineer","confidence":1,"expected_cost":75,"expected_value":3500,"requires_human_approval":true,"triggered_by_signals":[],"generated_at":"{at}","status":"approved","decision":"{id}"}}"#
    );
    assert_eq!(ran.out, format!("[\n{c1},\n{C2}\n]\n"));
    assert_eq!(data.run(&["export"]).out, ran.out, "the same input gives the same bytes");
}

#[test]
fn what_waits_or_was_stopped_is_not_in_it() {
    let data = Data::good();
    for (stop, more) in
        [("reject", &[][..]), ("defer", &["--until", "2999-01-01"]), ("reject", &[])]
    {
        for customer in ["C1", "C2"] {
            let args = [&[stop, customer, "--reason", "budget"], more].concat();
            data.run(&args).ends(0);
        }
        assert_eq!(data.run(&["export"]).ends(0).out, "[]\n", "{stop}");
    }
    let held = Data::good().with(
        "journey_forecasts.json",
        r#"[{"customer_id":"C2","churn_probability":"?"},{"customer_id":"C1"}]"#,
    );
    assert!(exported(&held).is_empty(), "a row of its data was skipped");
    held.run(&["approve", "C2"]).ends(0);
    assert_eq!(exported(&held), ["C2"]);

    let moved = Data::good();
    moved.run(&["approve", "C1"]).ends(0);
    moved.write("fused_signals.json", r#"[{"customer_id":"C1","fused_risk_score":0.7}]"#);
    assert!(exported(&moved).is_empty(), "stale");
}

#[test]
fn an_override_gives_the_chosen_playbook() {
    let data = Data::good();
    let args =
        ["override", "C1", "--playbook", "P3", "--reason", "relationship", "--format", "json"];
    let entry = data.run(&args).ends(0).json();
    let row = &data.run(&["export"]).ends(0).json()[0];
    let want = json!({
        "customer_id": "C1", "journey_stage": "support", "playbook_id": "P3",
        "recommended_action": "call", "confidence": 1, "expected_cost": 30,
        "expected_value": 1050, "requires_human_approval": false, "triggered_by_signals": [],
        "generated_at": entry["at"], "status": "overridden", "decision": entry["id"],
    });
    assert_eq!(*row, want);
    data.run(&["explain", "C1"]).ends(0).prints(&[
        "overridden; P3 chosen instead of P1 by dana",
        "Recommended  Escalation (P1)",
        "Chosen       Usage Call (P3): Call; value $1,050, cost $30, ROI 35",
        "Engagement stage only; SMB only",
    ]);
    data.run(&["log", "--entry", "1"]).ends(0).prints(&[
        "recommended  Escalation: Assign engineer",
        "chosen       Usage Call (P3): Call",
        "not eligible Engagement stage only; SMB only",
    ]);
}

#[test]
fn an_automatic_play_is_as_old_as_the_newest_row_about_the_customer() {
    let data = Data::good()
        .with("customers.json", r#"[{"customer_id":"C2","renewal_date":"2031-01-01"}]"#)
        .with(
            "journey_state_log.json",
            r#"[{"customer_id":"C2","journey_stage":"engagement","state_entered_at":"2025-01-03"}]"#,
        )
        .with(
            "signals.json",
            r#"[{"signal_id":"S2","customer_id":"C2","detected_at":"2025-02-01T10:00:00+02:00"},
                {"signal_id":"S9","customer_id":"C1","detected_at":"2030-01-01"},
                {"signal_id":"S1","customer_id":"C2","detected_at":"whenever"}]"#,
        );
    let row = || data.run(&["export"]).ends(0).json()[0].clone();
    assert_eq!(row()["triggered_by_signals"], json!(["S2", "S1"]));
    assert_eq!(row()["generated_at"], "2025-02-01T10:00:00+02:00");
    for (file, date, text) in [
        ("journey_forecasts.json", "2025-02-01 08:00:01Z", "generated_at"),
        ("interventions.json", "2025-02-02", "generated_at"),
        ("outcomes.json", "2025-02-03T00:00", "measured_at"),
    ] {
        let rows = json!([{"customer_id": "C2", "playbook_id": "P2", text: date}]);
        data.write(file, rows.to_string());
        assert_eq!(row()["generated_at"], date, "{file}");
    }
    let csv = data.run(&["export", "--format", "csv"]).ends(0);
    let want = concat!(
        r#""C2","engagement","P3","call",0.8,29,890,false,"S2;S1","2025-02-03T00:00","automatic","#,
        "\n"
    );
    assert!(csv.out.ends_with(want), "{}", csv.out);
    assert!(csv.out.starts_with("customer_id,journey_stage,playbook_id,recommended_action,"));
}

#[test]
fn nothing_is_an_empty_result() {
    let data = Data::good();
    data.run(&["reject", "C2", "--reason", "other"]).ends(0);
    let ran = data.run(&["export"]).ends(0).says(&["no plays are cleared to run"]);
    assert_eq!(ran.out, "[]\n");
    let csv = data.run(&["export", "--format", "csv"]).ends(0);
    assert_eq!(csv.out.lines().count(), 1, "the titles");
}

#[test]
fn texts_from_data_are_escaped() {
    let playbooks = PLAYBOOKS.replace("\"call\"", "\"=cmd\\u001b[2J\\u202e\"");
    let data = Data::good().with("journey_playbooks.json", playbooks);
    let json = data.run(&["export"]).ends(0).escape_controls();
    assert_eq!(json.json()[0]["recommended_action"], "=cmd\u{1b}[2J\u{202e}");
    let csv = data.run(&["export", "--format", "csv"]).ends(0).escape_controls();
    assert!(csv.out.contains(",\"'=cmd␛[2J<U+202E>\","), "{}", csv.out);
}

#[test]
fn without_good_data_and_a_sound_ledger_nothing_is_exported() {
    let data = Data::good();
    data.write("customers.json", "[{");
    data.run(&["export"]).fails(2, &["customers.json"]);
    let data = Data::good().with("nextplay.toml", b"\xff");
    data.run(&["export"]).fails(2, &["nextplay.toml"]);

    let data = Data::good();
    data.run(&["approve", "C1"]).ends(0);
    data.run(&["reject", "C1", "--reason", "other"]).ends(0);
    let broken = data.ledger().replace("\"reject\"", "\"rejact\"");
    data.write(LEDGER, &broken);
    for args in [&["export"][..], &["export", "--hand-off"], &["export", "-o", "x.json"]] {
        data.run(args).fails(1, &["ledger broken at line 2", "a rejection may be"]);
    }
    assert_eq!(data.ledger(), broken);

    let data = Data::good();
    std::fs::create_dir(data.path(LEDGER)).unwrap();
    for args in [&["export"][..], &["export", "--hand-off"]] {
        data.run(args).fails(2, &["is a directory, not a file"]);
    }
}

/// The arguments of an export into a file of the directory.
fn into<'a>(path: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["export", "-o", path], more].concat()
}

#[test]
fn a_file_takes_the_place_of_the_one_before() {
    let data = Data::good();
    let path = data.path("plays.json");
    let name = path.to_str().unwrap();
    let ran = data.run(&into(name, &[])).ends(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
    let printed = data.run(&["export"]).ends(0).out;
    assert_eq!(std::fs::read_to_string(&path).unwrap(), printed);
    data.run(&["approve", "C1"]).ends(0);
    data.run(&into(name, &["--format", "csv"])).ends(0);
    let csv = data.run(&["export", "--format", "csv"]).out;
    assert_eq!(std::fs::read_to_string(&path).unwrap(), csv);
    let hidden = std::fs::read_dir(path.parent().unwrap())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0);
}

#[test]
fn own_files_are_never_written_over() {
    let data = Data::good();
    data.run(&["approve", "C1"]).ends(0);
    let (customers, ledger) = (std::fs::read(data.path("customers.json")).unwrap(), data.ledger());
    for name in ["customers.json", "interventions.json", "nextplay.toml", LEDGER] {
        let path = data.path(name);
        let own = "is a file that nextplay reads here";
        data.run(&into(path.to_str().unwrap(), &[])).fails(2, &[name, own]);
        data.run(&into(path.to_str().unwrap(), &["--hand-off"])).fails(2, &[name, own]);
        // By a name without a directory, from within it.
        let mut command = common::program();
        let inside = command.current_dir(data.path("")).args(into(name, &[]));
        common::Ran::of(inside.output().unwrap()).fails(2, &[name, own]);
    }
    assert_eq!(std::fs::read(data.path("customers.json")).unwrap(), customers);
    assert_eq!(data.ledger(), ledger);
    assert!(!data.path("interventions.json").exists());
    let other = tempfile::tempdir().unwrap();
    let elsewhere = other.path().join("other.jsonl");
    let elsewhere = elsewhere.to_str().unwrap();
    data.run(&into(elsewhere, &["--ledger", elsewhere])).fails(2, &["other.jsonl"]);
    let namesake = other.path().join("interventions.json");
    data.run(&into(namesake.to_str().unwrap(), &[])).ends(0);
}

#[test]
fn a_file_that_cannot_be_written_says_what_to_do() {
    let data = Data::good();
    data.run(&into(data.path("none/plays.json").to_str().unwrap(), &[]))
        .fails(2, &["/none does not exist", "create it"]);
    data.run(&into(data.path("").to_str().unwrap(), &[])).fails(2, &["a directory, not a file"]);
    data.run(&into("", &[])).fails(2, &["-o is empty"]);
}

#[cfg(unix)]
#[test]
fn without_room_the_old_file_stays() {
    let data = Data::good();
    let path = data.path("plays.json");
    std::fs::write(&path, "old").unwrap();
    let ran = common::limited(&data, 0, &into(path.to_str().unwrap(), &[]));
    ran.fails(2, &["plays.json: the file would exceed the size limit"]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
}
