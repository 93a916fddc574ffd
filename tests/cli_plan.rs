//! `plan`: the plays that bring the most for a sum of money.

use crate::common;

use common::{Data, Ran};
use rstest::rstest;
use serde_json::{Value, json};

fn plan(data: &Data, args: &[&str]) -> Ran {
    data.run(&[&["plan"], args].concat())
}

/// The plan as JSON, and `ID PLAYBOOK` of each of its plays.
fn best(data: &Data, budget: &str) -> (Value, Vec<String>) {
    let ran = plan(data, &["--budget", budget, "--format", "json"]).ends(0);
    let mut told = ran.json();
    let plays = told["plays"].take();
    let play = |row: &Value| {
        let text = |field: &str| row[field].as_str().unwrap().to_owned();
        format!("{} {}", text("customer_id"), text("playbook_id"))
    };
    let plays = plays.as_array().unwrap().iter().map(play).collect();
    (told, plays)
}

#[test]
fn money_goes_to_what_brings_the_most_for_it() {
    let data = Data::good();
    // C1: P1 at $75 brings $3,425, P2 at $4 brings $96. C2: P3 at $29 brings $861.
    for (budget, spent, net, plays) in [
        ("0", 0, 0, &[][..]),
        ("3.99", 0, 0, &[]),
        ("4", 4, 96, &["C1 P2"]),
        ("32", 29, 861, &["C2 P3"]),
        ("33", 33, 957, &["C1 P2", "C2 P3"]),
        ("75", 75, 3425, &["C1 P1"]),
        ("104", 104, 4286, &["C1 P1", "C2 P3"]),
        ("1e9", 104, 4286, &["C1 P1", "C2 P3"]),
    ] {
        let (told, chosen) = best(&data, budget);
        assert_eq!(chosen, plays, "{budget}");
        let sums = (told["spent"].clone(), told["net_value"].clone());
        assert_eq!(sums, (json!(spent), json!(net)), "{budget}");
        assert_eq!((&told["bound"], &told["gap"]), (&json!(net), &json!(0)), "{budget}");
        assert_eq!(told["next_1000"], json!(4286 - net), "{budget}");
    }
    let ran = plan(&data, &["--budget", "104", "--format", "json"]);
    let recommended = data.run(&["match", "--format", "json"]).json();
    assert_eq!(ran.json()["plays"], recommended, "all 12 fields");
    let names = "{\"budget\":104,\"spent\":104,\"net_value\":4286,\"bound\":4286,\"gap\":0,\"next_1000\":0,\"plays\":[";
    assert!(ran.out.starts_with(names), "{}", ran.out);
}

#[test]
fn a_play_that_is_not_the_recommended_one_has_its_own_numbers() {
    let ran = plan(&Data::good(), &["--budget", "4", "--format", "json"]).ends(0);
    assert_eq!(
        ran.json()["plays"],
        json!([{"customer_id": "C1", "segment": "Mid-Market", "journey_stage": "support",
            "playbook_id": "P2", "playbook_name": "Nudge", "recommended_action": "send_article",
            "confidence": 1, "expected_cost": 4, "expected_value": 100,
            "requires_human_approval": false, "risk_score": 0.98, "account_value": 38000}])
    );
}

#[test]
fn what_was_turned_down_is_not_planned_and_what_was_chosen_is() {
    let data = Data::good();
    data.run(&["reject", "C2", "--reason", "other"]).ends(0);
    assert_eq!(best(&data, "1000").1, ["C1 P1"]);
    data.run(&["override", "C1", "--playbook", "P2", "--reason", "budget"]).ends(0);
    assert_eq!(best(&data, "1000").1, ["C1 P2"]);
    assert_eq!(best(&data, "3").1, [""; 0]);
    data.run(&["approve", "C1"]).ends(0);
    assert_eq!(best(&data, "1000").1, ["C1 P1"]);
    data.run(&["export", "--hand-off"]).ends(0);
    assert_eq!(best(&data, "1000").1, [""; 0], "it runs");
}

#[rstest]
#[case("-1")]
#[case("nan")]
#[case("inf")]
#[case("much")]
#[case("")]
fn a_budget_is_an_amount(#[case] budget: &str) {
    plan(&Data::good(), &["--budget", budget]).fails(2, &["an amount in dollars"]);
}

#[test]
fn people_read_what_it_comes_to() {
    let ran = plan(&Data::good(), &["--budget", "33"]).ends(0);
    assert_eq!(
        ran.out,
        "budget                     $33
spent                      $33  for 2 plays
net value                 $957  the highest possible for this budget
gain from $1,000 more  +$3,329  net value

id  customer  segment     stage       risk  playbook    cost  value   net  approval   instead of
C1  Acme      Mid-Market  Support     0.98  Nudge         $4   $100   $96  automatic  Escalation
C2  Birch     SMB         Engagement  0.60  Usage Call   $29   $890  $861  automatic
"
    );
    let none = plan(&Data::good(), &["--budget", "1"]).ends(0);
    none.says(&["note: no plays with a net benefit fit the budget"]);
    let csv = plan(&Data::good(), &["--budget", "4", "--format", "csv"]).ends(0).out;
    assert_eq!(csv.lines().count(), 2);
    assert!(csv.starts_with("customer_id,segment,journey_stage,playbook_id,"), "{csv}");
}

#[test]
fn the_sample_is_planned_within_its_bound() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data");
    let run = |budget: &str| {
        let mut command = common::program();
        command.args([
            "--data",
            sample,
            "--read-only",
            "plan",
            "--format",
            "json",
            "--budget",
            budget,
        ]);
        Ran::of(command.output().unwrap()).ends(0).json()
    };
    for budget in ["0", "500", "5000", "50000"] {
        let told = run(budget);
        let amount = |field: &str| told[field].as_f64().unwrap();
        let sum = |field: &str| -> f64 {
            told["plays"].as_array().unwrap().iter().map(|p| p[field].as_f64().unwrap()).sum()
        };
        assert!((sum("expected_cost") - amount("spent")).abs() < 0.005);
        assert!(amount("spent") <= amount("budget"));
        let net = sum("expected_value") - sum("expected_cost");
        assert!((net - amount("net_value")).abs() < 0.005);
        assert!((amount("bound") - amount("net_value") - amount("gap")).abs() < 1e-6);
        let more = run(&(amount("budget") + 1000.0).to_string());
        let next = more["net_value"].as_f64().unwrap() - amount("net_value");
        assert!((next - amount("next_1000")).abs() < 1e-6);
    }
}

#[test]
fn a_plan_under_other_settings_is_that_of_files_that_say_so() {
    let data = Data::good();
    let set = ["--set", "playbook.P3.status=retired", "--set", "matching.ranking=net_value"];
    let with = plan(&data, &[&["--budget", "60", "--format", "json"], &set[..]].concat());
    let with = with.ends(0).json();
    let file = std::fs::read_to_string(data.path("journey_playbooks.json")).unwrap();
    let mut rows: Vec<Value> = serde_json::from_str(&file).unwrap();
    let row = rows.iter_mut().find(|row| row["playbook_id"] == "P3").unwrap();
    row["status"] = json!("retired");
    data.write("journey_playbooks.json", serde_json::to_string(&rows).unwrap());
    data.write("nextplay.toml", "[matching]\nranking = \"net_value\"\n");
    let written = plan(&data, &["--budget", "60", "--format", "json"]).ends(0).json();
    assert_eq!(with, written);
    let ran = plan(&data, &["--budget", "60", "--set", "matching.nothing=1"]).ends(2);
    assert!(ran.err.contains("--set"), "{}", ran.err);
}

/// Four customers of dana, whose play brings $50, $100, $200 and $300 more than its $10, and two of sam with $20
/// and $30.
fn of_two_owners(policy: &str) -> Data {
    let worth = [("C1", "dana", 60), ("C2", "Dana", 110), ("C3", "dana", 210), ("C4", "dana", 310)];
    let all = worth.into_iter().chain([("C5", "sam", 30), ("C6", "sam", 40)]);
    let rows = |row: &dyn Fn(&str, &str, u32) -> Value| {
        Value::from(all.clone().map(|(id, owner, value)| row(id, owner, value)).collect::<Vec<_>>())
            .to_string()
    };
    let customer = |id: &str, owner: &str, _| json!({"customer_id": id, "owner": owner, "segment": format!("S{id}"), "account_value": 1000});
    let measured = |id: &str, _: &str, value| {
        json!({"playbook_id": "A", "segment": format!("S{id}"), "runs": 50, "success_rate": 0.5,
            "avg_cost": 10, "avg_value": value, "roi_ratio": f64::from(value) / 10.0})
    };
    let playbook = json!([{"playbook_id": "A", "name": "Call", "journey_stage": "s",
        "eligible_segments": ["All"], "risk_threshold": 0.5, "default_actions": ["call"],
        "approval_required": true, "avg_cost_estimate": 10, "expected_value_range": [1, 1],
        "status": "active"}]);
    Data::empty()
        .with("customers.json", rows(&customer))
        .with(
            "journey_state_log.json",
            rows(&|id, _, _| json!({"customer_id": id, "journey_stage": "s"})),
        )
        .with(
            "fused_signals.json",
            rows(&|id, _, _| json!({"customer_id": id, "fused_risk_score": 0.7})),
        )
        .with("journey_playbooks.json", playbook.to_string())
        .with("playbook_performance_log.json", rows(&measured))
        .with("nextplay.toml", policy)
}

const CAPACITY: &str = "[[capacity]]\nowner = \"dana\"\nplays_per_week = 2\n";

#[test]
fn an_owner_has_no_more_plays_than_time_for_them() {
    let (free, limited) = (of_two_owners(""), of_two_owners(CAPACITY));
    let (told, plays) = best(&free, "1000");
    assert_eq!((told["net_value"].as_f64(), plays.len()), (Some(700.0), 6));
    assert!(told.get("capacity").is_none(), "{told}");
    for (budget, net, plays, left_out, worth) in [
        ("1000", 550, &["C3 A", "C4 A", "C5 A", "C6 A"][..], json!(["C1", "C2"]), 150),
        ("30", 530, &["C3 A", "C4 A", "C6 A"], json!(["C2"]), 100),
        // There is no money for a third one.
        ("20", 500, &["C3 A", "C4 A"], json!([]), 0),
        ("10", 300, &["C4 A"], json!([]), 0),
    ] {
        let (told, chosen) = best(&limited, budget);
        assert_eq!(chosen, plays, "{budget}");
        let sums = [&told["net_value"], &told["bound"], &told["gap"]];
        assert_eq!(sums, [&json!(net), &json!(net), &json!(0)], "{budget}");
        let of_dana = plays.iter().filter(|play| **play < "C5").count();
        let binds = worth > 0;
        assert_eq!(
            told["capacity"],
            json!([{"owner": "dana", "plays_per_week": 2, "plays": of_dana, "binds": binds,
                "left_out": left_out, "left_out_net_value": worth}]),
            "{budget}"
        );
    }
    plan(&limited, &["--budget", "1000"]).prints(&[
        "dana: 2 plays, as many as the capacity allows; 2 more with a net value of $150 are left out\n",
    ]);
    let enough = plan(&limited, &["--budget", "20"]).ends(0);
    assert!(!enough.out.contains("dana:"), "{}", enough.out);
    // A limit that costs nothing does not bind: another customer's play brings as much.
    let same = of_two_owners(&CAPACITY.replace('2', "1"));
    let rows = std::fs::read_to_string(same.path("playbook_performance_log.json")).unwrap();
    same.write(
        "playbook_performance_log.json",
        rows.replace("\"avg_value\":40,", "\"avg_value\":210,"),
    );
    let (told, plays) = best(&same, "20");
    assert_eq!((&told["net_value"], plays), (&json!(500), vec!["C4 A".to_owned(), "C6 A".into()]));
    assert_eq!(told["capacity"][0]["binds"], false, "{told}");
    let roomy = of_two_owners(&CAPACITY.replace('2', "4"));
    assert_eq!(best(&roomy, "1000").0["net_value"], json!(700));
}

#[test]
fn the_queue_says_who_has_more_plays_than_time() {
    let item = |data: &Data| data.run(&["queue", "--format", "json"]).ends(0).json();
    let data = of_two_owners(CAPACITY);
    let words = "note: dana has 4 plays and time for 2 a week";
    data.run(&["queue"]).ends(0).says(&[words]);
    for row in item(&data).as_array().unwrap() {
        let is_danas = row["owner"] != "sam";
        let over = json!({"plays": 4, "plays_per_week": 2});
        assert_eq!(row.get("over_capacity"), is_danas.then_some(&over), "{row}");
    }
    data.run(&["queue", "--format", "csv"]).ends(0);
    let sams = data.run(&["queue", "--mine", "--by", "sam"]).ends(0);
    assert!(!sams.err.contains("a week"), "{}", sams.err);
    // What is approved is still to be done; what was turned down or runs is not.
    data.run(&["approve", "C1"]).ends(0);
    data.run(&["queue"]).says(&[words]);
    data.run(&["reject", "C2", "--reason", "other"]).ends(0);
    data.run(&["queue"]).says(&["dana has 3 plays and time for 2 a week"]);
    data.run(&["export", "--hand-off"]).ends(0);
    let two = data.run(&["queue"]).ends(0);
    assert!(!two.err.contains("a week"), "{}", two.err);
}

#[test]
fn a_capacity_of_no_ones_owner_is_told() {
    let data = of_two_owners(&CAPACITY.replace("dana", "dena"));
    data.run(&["check"]).prints(&[
        "the capacity of \"dena\" limits nothing: no customer has this owner (did you mean Dana, dana",
    ]);
    let right = of_two_owners(CAPACITY).run(&["check"]);
    assert!(!right.out.contains("capacity"), "{}", right.out);
}
