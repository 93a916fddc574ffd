//! Experiments and holdouts, seen from outside.

use serde_json::{Value, json};

use crate::common::Data;

/// Forty customers in one stage, all of them eligible for both playbooks, of which `A` ranks first.
pub(crate) fn forty(policy: &str) -> Data {
    let customers: Vec<Value> = (0..40)
        .map(|n| json!({"customer_id": format!("C{n}"), "segment": "SMB", "account_value": 1000}))
        .collect();
    let states: Vec<Value> = (0..40)
        .map(|n| json!({"customer_id": format!("C{n}"), "journey_stage": "support"}))
        .collect();
    let risks: Vec<Value> =
        (0..40).map(|n| json!({"customer_id": format!("C{n}"), "fused_risk_score": 0.7})).collect();
    let playbook = |id: &str, value: u32| {
        json!({"playbook_id": id, "name": id, "journey_stage": "support", "eligible_segments": ["SMB"],
            "risk_threshold": 0.5, "default_actions": ["call"], "approval_required": false,
            "avg_cost_estimate": 10, "expected_value_range": [value, value], "status": "active"})
    };
    let playbooks = json!([playbook("A", 500), playbook("B", 400)]);
    Data::empty()
        .with("customers.json", Value::from(customers).to_string())
        .with("journey_state_log.json", Value::from(states).to_string())
        .with("fused_signals.json", Value::from(risks).to_string())
        .with("journey_playbooks.json", playbooks.to_string())
        .with("nextplay.toml", policy)
}

pub(crate) const COMPARED: &str = "[[experiment]]\nid = \"q1\"\nstage = \"support\"\narms = [\"A\", \"B\"]\n\
    share = [0.5, 0.5]\nstarts = 2026-01-05\n";
pub(crate) const HELD_OUT: &str = "[[experiment]]\nid = \"h1\"\nstage = \"support\"\n\
    arms = [\"holdout\", \"ranking\"]\nshare = [0.3, 0.7]\noutcome = \"retained\"\nhorizon_days = 30\n\
    starts = 2026-01-05\n";

fn matched(data: &Data, as_of: &str) -> Vec<Value> {
    let told = data.run(&["match", "--format", "json", "--as-of", as_of]).ends(0).json();
    told.as_array().unwrap().clone()
}

#[test]
fn each_customer_gets_the_playbook_of_its_arm_from_the_first_day_on() {
    let data = forty(COMPARED);
    let before = matched(&data, "2026-01-04T12:00:00Z");
    assert!(before.iter().all(|row| row["playbook_id"] == "A" && row.get("experiment").is_none()));
    let rows = matched(&data, "2026-01-06T12:00:00Z");
    assert_eq!(rows.len(), 40);
    for row in &rows {
        assert_eq!(row["experiment"]["id"], "q1");
        assert_eq!(row["experiment"]["arm"], row["playbook_id"], "{row}");
    }
    let of_b = rows.iter().filter(|row| row["playbook_id"] == "B").count();
    assert!((8..32).contains(&of_b), "{of_b}");
    data.run(&["match", "--format", "csv"])
        .ends(0)
        .prints(&[",risk_score,account_value,experiment,arm\n", ",1000,\"q1\",\"A\"\n"]);
    data.run(&["export", "--format", "csv"])
        .ends(0)
        .prints(&[",decision,experiment,arm\n", ",,\"q1\",\"B\"\n"]);
    data.run(&["match"]).ends(0).prints(&["experiment", "q1: B"]);
    let of_arm = data.run(&[
        "match",
        "--format",
        "json",
        "--as-of",
        "2026-01-06T12:00:00Z",
        "--filter",
        "experiment:q1 arm=B",
    ]);
    assert_eq!(of_arm.json().as_array().unwrap().len(), of_b);
    // The same by every way of asking.
    let filtered =
        data.run(&["match", "--format", "json", "--filter", "segment:SMB"]).ends(0).json();
    assert_eq!(filtered.as_array().unwrap(), &rows);
    let one = rows.iter().find(|row| row["playbook_id"] == "B").unwrap();
    let id = one["customer_id"].as_str().unwrap();
    let told = data.run(&["explain", id, "--format", "json"]).ends(0).json();
    assert_eq!(told["experiment"], json!({"id": "q1", "arm": "B"}));
    assert_eq!(told["recommendation"]["playbook_id"], "B");
    assert_eq!(told["candidates"][0]["playbook_id"], "A", "the ranking stays as it is");
    // What is shown is what would be signed.
    let card = data.run(&["explain", id]).ends(0);
    card.prints(&[
        "DO       Call (B) ",
        "Experiment q1: in the arm B\n",
        "chosen by the experiment q1\n",
    ]);
    let exported = data.run(&["export"]).ends(0).json();
    let row = exported.as_array().unwrap().iter().find(|row| row["customer_id"] == id).unwrap();
    assert_eq!((&row["playbook_id"], &row["experiment"]["arm"]), (&json!("B"), &json!("B")));
}

#[test]
fn only_those_take_part_whom_every_playbook_of_the_experiment_is_open_to() {
    let data = forty(COMPARED);
    let text = std::fs::read_to_string(data.path("journey_playbooks.json")).unwrap();
    let narrow = text.replacen("0.5", "0.9", 1);
    let data = data.with("journey_playbooks.json", narrow);
    assert!(
        matched(&data, "2026-01-06T12:00:00Z").iter().all(|row| row.get("experiment").is_none())
    );
    let few = forty(&format!("{COMPARED}exposure = 0.2\n"));
    let rows = matched(&few, "2026-01-06T12:00:00Z");
    let part = rows.iter().filter(|row| row.get("experiment").is_some()).count();
    assert!((1..20).contains(&part), "{part}");
    let all = matched(&forty(COMPARED), "2026-01-06T12:00:00Z");
    for (row, all) in rows.iter().zip(&all).filter(|(row, _)| row.get("experiment").is_some()) {
        assert_eq!(row["experiment"], all["experiment"], "the arm stays as more take part");
    }
}

#[test]
fn a_holdout_is_listed_and_nothing_else() {
    let data = forty(HELD_OUT);
    let rows = matched(&data, "2026-01-06T12:00:00Z");
    let held: Vec<&str> = rows
        .iter()
        .filter(|row| row["experiment"]["arm"] == "holdout")
        .map(|row| row["customer_id"].as_str().unwrap())
        .collect();
    assert!((4..24).contains(&held.len()), "{held:?}");
    let id = held[0];
    let told = data.run(&["explain", id, "--format", "json"]).ends(0).json();
    assert_eq!(told["status"], "held_out");
    data.run(&["approve", id]).fails(
        1,
        &[
            &format!("{id} is held out: an experiment compares others with it"),
            "to decide about it, end the experiment in nextplay.toml",
        ],
    );
    data.run(&["override", id, "--playbook", "B", "--reason", "other"]).fails(1, &["is held out"]);
    let exported = data.run(&["export"]).ends(0).json();
    let exported = exported.as_array().unwrap();
    assert_eq!(exported.len(), 40 - held.len());
    assert!(exported.iter().all(|row| !held.contains(&row["customer_id"].as_str().unwrap())));
    let plan = data.run(&["plan", "--budget", "100000", "--format", "json"]).ends(0).json();
    assert_eq!(plan["plays"].as_array().unwrap().len(), 40 - held.len());
}

#[test]
fn the_first_hand_off_enrolls_and_what_came_of_it_is_counted_from_then_on() {
    let data = forty(HELD_OUT);
    let held = matched(&data, "2026-01-06T12:00:00Z")
        .iter()
        .filter(|row| row["experiment"]["arm"] == "holdout")
        .count();
    data.run(&["export", "--hand-off", "--by", "ops"])
        .ends(0)
        .says(&[&format!("{held} customers are held out by an experiment from now on")]);
    let entries: Vec<Value> =
        data.ledger().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let enrolled: Vec<&Value> = entries.iter().filter(|entry| entry["kind"] == "enroll").collect();
    assert_eq!(enrolled.len(), held);
    assert_eq!(enrolled[0]["basis"]["experiment"], json!({"id": "h1", "arm": "holdout"}));
    let handed: Vec<&Value> = entries.iter().filter(|entry| entry["kind"] == "hand_off").collect();
    assert_eq!(handed[0]["basis"]["experiment"], json!({"id": "h1", "arm": "ranking"}));
    data.run(&["verify"]).ends(0);
    // Once is enough, and it is not undone.
    data.run(&["export", "--hand-off", "--by", "ops"]).ends(0);
    assert_eq!(data.ledger().lines().count(), 40);
    data.run(&["undo", enrolled[0]["id"].as_str().unwrap(), "--by", "ops"]).ends(1);

    let told = |as_of: &str| {
        data.run(&["experiment", "--format", "json", "--as-of", as_of]).ends(0).json()[0].clone()
    };
    let arm = |result: &Value, at: usize, field: &str| result["arms"][at][field].clone();
    let soon = told("2099-01-01T00:00:00Z");
    assert_eq!((arm(&soon, 0, "assigned"), arm(&soon, 0, "outcomes")), (json!(held), json!(held)));
    assert_eq!(arm(&soon, 0, "successes"), json!(held), "no one churned");
    assert_eq!(arm(&soon, 1, "assigned"), json!(40 - held));
    // One of the holdout churned, whenever that is within the horizon.
    let day = entries[0]["at"].as_str().unwrap().split('T').next().unwrap().to_owned();
    let id = enrolled[0]["customer_id"].as_str().unwrap();
    let customers = std::fs::read_to_string(data.path("customers.json")).unwrap();
    let of = format!("\"customer_id\":\"{id}\"");
    assert!(customers.contains(&of), "{customers}");
    data.write("customers.json", customers.replace(&of, &format!("{of},\"churned_at\":\"{day}\"")));
    let later = told("2099-01-01T00:00:00Z");
    assert_eq!(arm(&later, 0, "successes"), json!(held - 1));
}

#[test]
fn outcomes_are_counted_by_the_arm_that_the_hash_says() {
    let data = forty(COMPARED);
    let rows = matched(&data, "2026-01-06T12:00:00Z");
    let mut want = [[0u64; 3]; 2];
    let (mut interventions, mut outcomes) = (Vec::new(), Vec::new());
    for (n, row) in rows.iter().enumerate() {
        let arm = usize::from(row["playbook_id"] == "B");
        want[arm][0] += 1;
        let date = if n % 4 == 3 { "2026-01-04" } else { "2026-02-01" };
        interventions.push(json!({"intervention_id": n, "customer_id": row["customer_id"],
            "playbook_id": row["playbook_id"], "generated_at": date}));
        // The first result counts, overridden or not; the one before has none.
        for (at, success) in [
            ("2026-02-02", Value::Null),
            ("2026-02-03", json!(n % 3 == 0)),
            ("2026-02-04", json!(true)),
        ] {
            outcomes.push(json!({"intervention_id": n, "customer_id": row["customer_id"],
                "playbook_id": row["playbook_id"], "playbook_success": success,
                "human_override": n % 2 == 0, "measured_at": at}));
        }
        if n % 4 != 3 {
            want[arm][1] += 1;
            want[arm][2] += u64::from(n % 3 == 0);
        }
    }
    let data = data
        .with("interventions.json", Value::from(interventions).to_string())
        .with("outcomes.json", Value::from(outcomes).to_string());
    let told = data.run(&["experiment", "q1", "--format", "json"]).ends(0).json();
    for (arm, [assigned, outcomes, successes]) in
        told[0]["arms"].as_array().unwrap().iter().zip(want)
    {
        let found = (&arm["assigned"], &arm["outcomes"], &arm["successes"]);
        assert_eq!(found, (&json!(assigned), &json!(outcomes), &json!(successes)), "{arm}");
    }
    assert_eq!(told[0]["planned_outcomes"], 2736);
    assert_eq!(told[0]["recommendation"]["action"], "wait");
    data.run(&["experiment"]).ends(0).prints(&[
        "q1: No difference yet",
        "30 of 2,736 planned outcomes\n",
        "control",
    ]);
    data.run(&["experiment", "q2"])
        .fails(2, &["no experiment \"q2\" in nextplay.toml", "did you mean q1?"]);
    Data::good().run(&["experiment"]).ends(0).says(&["there are no experiments"]);
}

#[test]
fn an_experiment_with_a_playbook_that_there_is_not_is_said_to_have_no_one_in_it() {
    let data = forty(&COMPARED.replace("\"B\"", "\"BB\""));
    assert!(matched(&data, "2026-01-06T12:00:00Z").iter().all(|row| row["playbook_id"] == "A"));
    data.run(&["check"]).ends(0).prints(&[
        "warning: nextplay.toml: the experiment \"q1\" compares \"BB\", which is not in the playbooks",
        "no customer is in it; fix arms in nextplay.toml",
    ]);
}

#[test]
fn a_strategy_with_experiments_is_no_statement() {
    let data = forty(COMPARED);
    data.run(&["sql"]).fails(2, &["experiment"]);
}

#[test]
fn an_experiment_that_no_customer_can_be_in_is_a_warning() {
    let with = |from: &str, to: &str| forty(&COMPARED.replace(from, to)).run(&["check"]);
    with("\"support\"", "\"suport\"")
        .prints(&["compares \"A\", a playbook of the stage \"support\", in the stage \"suport\": no customer is in it"]);
    with("starts", "segments = [\"SBM\"]\nstarts")
        .prints(&["compares \"B\", which is for other segments (SMB): no customer is in it"]);
    let data = forty(COMPARED);
    let playbooks = std::fs::read_to_string(data.path("journey_playbooks.json")).unwrap();
    data.write("journey_playbooks.json", playbooks.replacen("active", "retired", 1));
    data.run(&["check"]).prints(&["compares \"A\", which is not active (status: retired)"]);
    let fine = forty(COMPARED).run(&["check", "--format", "json"]);
    assert!(!fine.out.contains("experiment_empty"), "{}", fine.out);
}

/// The findings of `check` about changed experiments.
fn changed(data: &Data) -> Vec<Value> {
    let all = data.run(&["check", "--format", "json"]).json();
    let all = all.as_array().unwrap().iter().filter(|one| one["code"] == "experiment_changed");
    all.cloned().collect()
}

#[test]
fn while_it_runs_only_the_exposure_may_grow() {
    let policy = format!("{COMPARED}exposure = 0.5\n");
    let data = forty(&policy);
    let with = |from: &str, to: &str| {
        assert!(policy.contains(from), "{from}");
        data.write("nextplay.toml", policy.replace(from, to));
        changed(&data)
    };
    assert_eq!(with("0.5, 0.5", "0.3, 0.7"), [Value::Null; 0], "no one is in it yet");
    data.write("nextplay.toml", &policy);
    data.run(&["export", "--hand-off", "--by", "ops"]).ends(0);
    assert_eq!(with("exposure = 0.5", "exposure = 0.8"), [Value::Null; 0]);
    for (from, to, said) in [
        ("share = [0.5, 0.5]", "share = [0.3, 0.7]", "share [0.5, 0.5] → [0.3, 0.7]"),
        ("\"A\", \"B\"", "\"B\", \"A\"", "arms [\"A\", \"B\"] → [\"B\", \"A\"]"),
        ("stage = \"support\"", "stage = \"other\"", "stage \"support\" → \"other\""),
        (
            "stage = \"support\"",
            "stage = \"support\"\nsegments = [\"SMB\"]",
            "segments all → [\"SMB\"]",
        ),
        ("starts = 2026-01-05", "starts = 2026-01-06", "starts 2026-01-05 → 2026-01-06"),
        (
            "exposure = 0.5",
            "outcome = \"retained\"\nhorizon_days = 90\nexposure = 0.5",
            "outcome \"success\" → \"retained\", horizon_days off → 90",
        ),
        ("exposure = 0.5", "exposure = 0.4", "exposure 0.5 → 0.4"),
        ("exposure = 0.5", "exposure = 0.5\ndetect = 0.2", "detect 0.1 → 0.2"),
        ("\"q1\"", "\"q2\"", "id \"q1\" → \"q2\""),
    ] {
        let found = with(from, to);
        let [finding] = &found[..] else { panic!("{to}: {found:?}") };
        let message = finding["message"].as_str().unwrap();
        assert!(message.starts_with("the experiment \"q1\" is not what it was on 20"), "{message}");
        assert!(message.contains(said), "{message}");
        assert!(message.ends_with("or give it a new id and a new day to start"), "{message}");
        assert_eq!(finding["severity"], "warning");
        assert!((1..40).contains(&finding["customers"].as_u64().unwrap()), "{finding}");
    }
    // A new experiment beside what the old one left is none that changed; and one that is over is gone.
    let new = policy.replace("q1", "q2").replace("0.5, 0.5", "0.3, 0.7");
    data.write("nextplay.toml", &new);
    assert_eq!(changed(&data), [Value::Null; 0]);
    data.write("nextplay.toml", "");
    assert_eq!(changed(&data), [Value::Null; 0]);
    data.write("nextplay.toml", &policy);
    assert_eq!(changed(&data), [Value::Null; 0], "as it was");
}

#[test]
fn an_exposure_that_grew_does_not_shrink_again() {
    let with = |exposure: &str| format!("{COMPARED}exposure = {exposure}\n");
    let data = forty(&with("0.2"));
    let all = std::fs::read_to_string(data.path("fused_signals.json")).unwrap();
    let rows: Vec<Value> = serde_json::from_str(&all).unwrap();
    data.write("fused_signals.json", Value::from(rows[..20].to_vec()).to_string());
    data.run(&["export", "--hand-off", "--by", "ops"]).ends(0);
    data.write("nextplay.toml", with("0.8"));
    data.write("fused_signals.json", all);
    data.run(&["export", "--hand-off", "--by", "ops"]).ends(0);
    assert_eq!(changed(&data), [Value::Null; 0]);
    data.write("nextplay.toml", with("0.5"));
    let found = changed(&data);
    let [finding] = &found[..] else { panic!("{found:?}") };
    assert!(finding["message"].as_str().unwrap().contains(": exposure 0.8 → 0.5; "), "{finding}");
}

#[test]
fn a_holdout_that_changed_is_told_by_its_enrollments() {
    let data = forty(HELD_OUT);
    data.run(&["export", "--hand-off", "--by", "ops"]).ends(0);
    let first: Value = serde_json::from_str(data.ledger().lines().next_back().unwrap()).unwrap();
    assert_eq!(
        first["basis"]["experiment_as"],
        json!({"id": "h1", "stage": "support", "segments": null, "arms": ["holdout", "ranking"],
            "share": [0.3, 0.7], "exposure": 1, "outcome": "retained", "horizon_days": 30,
            "starts": "2026-01-05", "baseline": 0.5, "detect": 0.1})
    );
    data.write("nextplay.toml", HELD_OUT.replace("horizon_days = 30", "horizon_days = 60"));
    let found = changed(&data);
    assert!(found[0]["message"].as_str().unwrap().contains("horizon_days 30 → 60"), "{found:?}");
    assert_eq!(found[0]["customers"], 40);
}

/// Customers of two arms of whom those of `better` had success, and the others had none.
pub(crate) fn decided(policy: &str, better: &str) -> Data {
    let data = forty(policy);
    let rows = matched(&data, "2026-01-06T12:00:00Z");
    let (mut interventions, mut outcomes) = (Vec::new(), Vec::new());
    for (n, row) in rows.iter().enumerate() {
        let (customer, playbook) = (&row["customer_id"], &row["playbook_id"]);
        interventions.push(json!({"intervention_id": n, "customer_id": customer,
            "playbook_id": playbook, "generated_at": "2026-02-01", "status": "completed"}));
        outcomes
            .push(json!({"intervention_id": n, "customer_id": customer, "playbook_id": playbook,
            "playbook_success": playbook == better, "measured_at": "2026-02-03"}));
    }
    data.with("interventions.json", Value::from(interventions).to_string())
        .with("outcomes.json", Value::from(outcomes).to_string())
}

#[test]
fn the_report_calls_a_rate_gross_until_there_is_a_holdout() {
    let outcome = json!([{"customer_id": "C1", "intervention_id": "I1", "playbook_id": "A",
        "playbook_success": true, "measured_at": "2026-01-09"}]);
    let ran = json!([{"intervention_id": "I1", "customer_id": "C1", "playbook_id": "A",
        "generated_at": "2026-01-03"}]);
    let reported = json!([{"playbook_id": "A", "segment": "SMB", "runs": 50, "success_rate": 0.6,
        "avg_cost": 10, "avg_value": 500, "roi_ratio": 50}]);
    let data = forty(HELD_OUT)
        .with("interventions.json", ran.to_string())
        .with("outcomes.json", outcome.to_string())
        .with("playbook_performance_log.json", reported.to_string());
    let report = || data.run(&["report", "--format", "md"]).ends(0);
    report().prints(&["| 60% (46–72%) gross |"]);
    data.run(&["export", "--hand-off", "--by", "ops"]).ends(0);
    report().prints(&["| 60% (46–72%); compared with a holdout, without outcomes yet |"]);
}

#[test]
fn the_only_part_of_the_playbooks_is_changed_in_its_place() {
    let data = decided(COMPARED, "B");
    std::fs::create_dir(data.path("journey_playbooks")).unwrap();
    let part = data.path("journey_playbooks/part-0.json");
    std::fs::rename(data.path("journey_playbooks.json"), &part).unwrap();
    data.run(&["experiment", "q1", "--promote", "--yes"]).ends(0).says(&["q1 has ended"]);
    assert!(std::fs::read_to_string(&part).unwrap().contains("retired"));
}

#[test]
fn promoting_shows_the_change_and_writes_it_only_on_confirmation() {
    let policy =
        format!("# ours\n[matching]\nranking = \"roi\" # for now\n\n{COMPARED}\n[targets]\n#x\n");
    let data = decided(&policy, "B");
    let read = |name: &str| std::fs::read_to_string(data.path(name)).unwrap();
    let (before, playbooks) = (read("nextplay.toml"), read("journey_playbooks.json"));
    data.run(&["experiment", "q1", "--stop"]).fails(
        1,
        &["not stopped: q1 has a better arm", "Promote: B performs better", "--promote ends it"],
    );
    let shown = data.run(&["experiment", "q1", "--promote"]).prints(&[
        "Promote: B performs better\nA: active → retired\njourney_playbooks.json, line 1\n",
        "\"status\":\"active\"",
        "\"status\":\"retired\"",
        "nextplay.toml, line 5\n",
        "- [[experiment]]\n- id = \"q1\"\n",
        "Then B is recommended for the 40 customers in the experiment\n",
        "No other customer's play changes\n",
    ]);
    shown.ends(1).says(&[
        "nothing is written: journey_playbooks.json and nextplay.toml would change",
        "add --yes to write it",
    ]);
    assert_eq!(
        (read("nextplay.toml"), read("journey_playbooks.json")),
        (before, playbooks.clone())
    );
    data.run(&["experiment", "q1", "--promote", "--yes"])
        .ends(0)
        .says(&["wrote journey_playbooks.json and nextplay.toml: q1 has ended"]);
    assert_eq!(
        read("nextplay.toml"),
        "# ours\n[matching]\nranking = \"roi\" # for now\n\n[targets]\n#x\n"
    );
    assert_eq!(read("journey_playbooks.json"), playbooks.replacen("\"active\"", "\"retired\"", 1));
    let rows = matched(&data, "2026-01-06T12:00:00Z");
    assert!(rows.iter().all(|row| row["playbook_id"] == "B" && row.get("experiment").is_none()));
    data.run(&["experiment"]).ends(0).says(&["there are no experiments"]);
}

#[test]
fn stopping_keeps_the_control_in_the_segments_that_were_compared() {
    let data = decided(&COMPARED.replace("stage =", "segments = [\"SMB\"]\nstage ="), "A");
    let text = std::fs::read_to_string(data.path("journey_playbooks.json")).unwrap();
    let open = text.replace("[\"SMB\"]", "[\"SMB\",\"Enterprise\"]");
    let data = data.with("journey_playbooks.json", open.clone());
    data.run(&["experiment", "q1", "--promote"])
        .fails(1, &["not promoted: q1 has no better arm", "Stop: B performs worse", "--stop"]);
    data.run(&["experiment", "q1", "--stop", "--yes"])
        .ends(0)
        .prints(&["B: segments SMB, Enterprise → Enterprise\njourney_playbooks.json, line 1\n"]);
    let written = std::fs::read_to_string(data.path("journey_playbooks.json")).unwrap();
    let last = open.rfind("[\"SMB\",\"Enterprise\"]").unwrap();
    let want = format!("{}{}", &open[..last], open[last..].replacen("\"SMB\",", "", 1));
    assert_eq!(written, want, "only B, and only in that segment");
    assert_eq!(std::fs::read_to_string(data.path("nextplay.toml")).unwrap(), "");
}

#[test]
fn an_experiment_that_goes_on_is_not_ended() {
    let data = forty(COMPARED);
    data.run(&["experiment", "q1", "--promote", "--yes"])
        .fails(1, &["not promoted: q1 has no clear winner yet", "hint: No difference yet"]);
    data.run(&["experiment", "q1", "--stop"]).fails(1, &["not stopped: q1 has no clear loser yet"]);
    data.run(&["experiment", "q1", "--yes"]).fails(2, &["--yes needs --promote or --stop"]);
    data.run(&["experiment", "--promote"]).fails(2, &["ID"]);
}

/// The same with customers for whom `B` is not: one of Mid-Market, who has another playbook, and two of Enterprise.
pub(crate) fn with_others(data: Data) -> Data {
    let read = |name: &str| -> Vec<Value> {
        serde_json::from_str(&std::fs::read_to_string(data.path(name)).unwrap()).unwrap()
    };
    let (mut customers, mut states) = (read("customers.json"), read("journey_state_log.json"));
    let (mut risks, mut playbooks) = (read("fused_signals.json"), read("journey_playbooks.json"));
    for (id, name, segment, value) in [
        ("M", "Middle", "Mid-Market", 5000),
        ("E1", "Small", "Enterprise", 20_000),
        ("E2", "Ash\u{1b}grove", "Enterprise", 410_000),
    ] {
        customers.push(
            json!({"customer_id": id, "name": name, "segment": segment, "account_value": value}),
        );
        states.push(json!({"customer_id": id, "journey_stage": "support"}));
        risks.push(json!({"customer_id": id, "fused_risk_score": 0.7}));
    }
    let mut other = playbooks[0].clone();
    playbooks[0]["eligible_segments"] = json!(["SMB", "Mid-Market", "Enterprise"]);
    playbooks[0]["name"] = json!("Nudge");
    other["playbook_id"] = json!("C");
    other["eligible_segments"] = json!(["Mid-Market"]);
    other["approval_required"] = json!(true);
    other["expected_value_range"] = json!([100, 100]);
    playbooks.push(other);
    data.with("customers.json", Value::from(customers).to_string())
        .with("journey_state_log.json", Value::from(states).to_string())
        .with("fused_signals.json", Value::from(risks).to_string())
        .with("journey_playbooks.json", Value::from(playbooks).to_string())
}

#[test]
fn what_the_end_means_for_customers_outside_of_the_experiment_is_told() {
    let data = with_others(decided(COMPARED, "B"));
    data.run(&["experiment", "q1", "--promote"]).prints(&[
        "Nudge (A): active → retired\n",
        "Then B is recommended for the 40 customers in the experiment\n\
         1 other customer gets another play; 2 are left without one, the largest being Ash␛grove ($410,000 a year); \
         1 more play needs an approval\n",
    ]);
}

#[test]
fn both_files_are_written_or_neither() {
    let data = decided(COMPARED, "B");
    let read = |name: &str| std::fs::read_to_string(data.path(name)).unwrap();
    let (policy, playbooks) = (read("nextplay.toml"), read("journey_playbooks.json"));
    let mut rights = std::fs::metadata(data.path("nextplay.toml")).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(data.path("nextplay.toml"), rights).unwrap();
    data.run(&["experiment", "q1", "--promote", "--yes"]).ends(2).says(&[
        "nextplay.toml is write-protected",
        "hint: nothing is written; allow writing to nextplay.toml first",
    ]);
    assert_eq!((read("nextplay.toml"), read("journey_playbooks.json")), (policy, playbooks));
}
