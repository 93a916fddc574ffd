//! `nextplay learn`, seen from outside, and held against a plain calculation from the raw rows.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::common::Data;

fn data(interventions: &[Value], outcomes: &[Value]) -> Data {
    let text = |rows: &[Value]| Value::from(rows.to_vec()).to_string();
    Data::good()
        .with("interventions.json", text(interventions))
        .with("outcomes.json", text(outcomes))
}

fn learned(data: &Data, more: &[&str]) -> Value {
    let mut args = vec!["learn", "--format", "json", "--as-of", "2026-11-30T12:00:00Z"];
    args.extend(more);
    data.run(&args).ends(0).json()
}

fn intervention(id: &str, customer: &str, playbook: &str, date: &str) -> Value {
    json!({"intervention_id": id, "customer_id": customer, "playbook_id": playbook,
        "expected_cost": 30, "expected_value": 900, "generated_at": date})
}

fn outcome(id: &str, customer: &str, playbook: &str, success: bool, date: &str) -> Value {
    json!({"intervention_id": id, "customer_id": customer, "playbook_id": playbook,
        "playbook_success": success, "estimated_revenue_saved": 100, "measured_at": date})
}

/// Three successes of three for P3, one of two for P1.
fn five() -> Data {
    let interventions: Vec<Value> = [
        ("1", "C2", "P3"),
        ("2", "C2", "P3"),
        ("3", "C3", "P3"),
        ("4", "C1", "P1"),
        ("5", "C1", "P1"),
    ]
    .map(|(id, customer, playbook)| intervention(id, customer, playbook, "2026-05-01"))
    .to_vec();
    let outcomes: Vec<Value> = [
        ("1", "C2", "P3", true),
        ("2", "C2", "P3", true),
        ("3", "C3", "P3", true),
        ("4", "C1", "P1", true),
        ("5", "C1", "P1", false),
    ]
    .map(|(id, customer, playbook, success)| outcome(id, customer, playbook, success, "2026-06-01"))
    .to_vec();
    data(&interventions, &outcomes)
}

#[test]
fn few_runs_are_drawn_to_those_of_more() {
    let data = five();
    let told = learned(&data, &[]);
    assert_eq!((&told["prior_runs"], &told["counted"]), (&json!(20), &json!(5)));
    let rows = told["rows"].as_array().unwrap();
    let row = |at: usize| {
        (rows[at]["playbook_id"].as_str().unwrap(), rows[at]["segment"].as_str().unwrap())
    };
    assert_eq!((row(0), row(1)), (("P1", "All"), ("P1", "Mid-Market")));
    // Of all 4 in 5; P3 alone 3 in 3.
    let p3 = rows.iter().find(|row| row["playbook_id"] == "P3").unwrap();
    let want = (3.0 + 20.0 * 0.8) / 23.0;
    assert!((p3["success_rate"].as_f64().unwrap() - want).abs() < 1e-12, "{p3}");
    assert_eq!((&p3["raw_rate"], &p3["runs"]), (&json!(1), &json!(3)));
    data.run(&["learn"]).ends(0).prints(&[
        "100% (44–100%)",
        "Learned from 5 outcomes\n",
        "A learned rate is adjusted toward the rate of more plays, which counts for 20 runs\n",
    ]);
    data.run(&["learn", "--format", "csv"]).ends(0).prints(&[
        "playbook_id,segment,runs,outcomes,successes,raw_rate,low,high,success_rate,avg_value,avg_cost,roi_ratio\n",
    ]);
}

#[test]
fn nothing_to_learn_from_is_said_with_why() {
    data(&[], &[outcome("9", "C1", "P1", true, "2026-06-01")]).run(&["learn"]).ends(0).prints(&[
        "Nothing to learn from: no outcome counts\n",
        "Not counted: 1 without an intervention\n",
    ]);
}

#[test]
fn a_file_is_written_once_and_then_only_on_confirmation() {
    let data = five();
    let path = data.path("learned.json");
    let path = path.to_str().unwrap();
    data.run(&["learn", "-o", path]).ends(0).says(&["wrote 4 rows to "]);
    data.run(&["learn", "-o", path]).ends(0).says(&["is as it would be written"]);
    let more = data.with("nextplay.toml", "[learning]\nprior_runs = 5\n");
    let before = std::fs::read(path).unwrap();
    more.run(&["learn", "-o", path])
        .ends(1)
        .says(&["is not changed: 4 rows would be different", "add --yes"])
        .prints(&["P1 All: success rate 77.3% → 71.4%\n"]);
    assert_eq!(std::fs::read(path).unwrap(), before);
    more.run(&["learn", "-o", path, "--yes"]).ends(0).says(&["wrote 4 rows"]);
    let written: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let told = learned(&more, &[]);
    for (row, told) in written.as_array().unwrap().iter().zip(told["rows"].as_array().unwrap()) {
        for field in
            ["playbook_id", "segment", "runs", "success_rate", "avg_cost", "avg_value", "roi_ratio"]
        {
            assert_eq!(row[field], told[field], "{field}");
        }
        assert_eq!(row["last_updated"], "2026-06-01");
    }
}

#[test]
fn what_was_written_is_a_base_to_go_on_from() {
    let data = five().with("nextplay.toml", "[learning]\nprior_runs = 0\n");
    let file = data.path("playbook_performance_log.json");
    let file = file.to_str().unwrap();
    data.run(&["learn", "-o", file, "--yes"]).ends(0);
    let again = learned(&data, &["--base", file]);
    assert_eq!((&again["counted"], &again["skipped"]["in_base"]), (&json!(0), &json!(5)));
    for (row, first) in again["rows"]
        .as_array()
        .unwrap()
        .iter()
        .zip(learned(&data, &[])["rows"].as_array().unwrap())
    {
        assert_eq!(
            (&row["runs"], &row["success_rate"], &row["outcomes"]),
            (&first["runs"], &first["success_rate"], &json!(0))
        );
    }
    data.run(&["learn", "--base", "nowhere.json"]).fails(2, &["no file \"nowhere.json\""]);
}

#[test]
fn a_hand_off_is_an_intervention_and_an_undone_one_is_not() {
    let data = Data::good();
    data.run(&["export", "--hand-off", "--by", "ops"]).ends(0);
    let log = data.run(&["log", "--format", "jsonl"]).ends(0);
    let entry: Value =
        serde_json::from_str(log.out.lines().find(|line| line.contains("hand_off")).unwrap())
            .unwrap();
    let (id, customer) = (entry["id"].as_str().unwrap(), entry["customer_id"].as_str().unwrap());
    let playbook = entry["playbook_id"].as_str().unwrap();
    data.write(
        "outcomes.json",
        json!([outcome(id, customer, playbook, true, "2099-01-01")]).to_string(),
    );
    let told = data.run(&["learn", "--format", "json"]).ends(0).json();
    assert_eq!(told["counted"], 1);
    assert_eq!(told["rows"][1]["segment"], entry["basis"]["recommendation"]["segment"]);
    // The other program reports the run under an id of its own; the outcome keeps the id that was handed off.
    let stage = &entry["basis"]["recommendation"]["journey_stage"];
    let row = |id: &str, day: &str, cost: u32| {
        json!({"intervention_id": id, "customer_id": customer, "playbook_id": playbook,
            "journey_stage": stage, "generated_at": day, "expected_cost": cost})
    };
    data.write(
        "interventions.json",
        json!([row("CRM-1", "2098-01-01", 11), row("CRM-2", "2098-06-01", 77)]).to_string(),
    );
    let later = ["learn", "--format", "json", "--as-of", "2099-02-01T12:00:00Z"];
    let told = data.run(&later).ends(0).json();
    assert_eq!((&told["counted"], &told["rows"][0]["avg_cost"]), (&json!(1), &json!(11)));
    std::fs::remove_file(data.path("interventions.json")).unwrap();
    data.run(&["undo", id, "--by", "ops"]).ends(0);
    let told = data.run(&["learn", "--format", "json"]).ends(0).json();
    assert_eq!((&told["counted"], &told["skipped"]["not_joined"]), (&json!(0), &json!(1)));
}

#[test]
fn an_intervention_without_a_playbook_contradicts_no_outcome_of_its_id() {
    let data = Data::good();
    let row = json!([{"intervention_id": "I1", "customer_id": "C1", "generated_at": "2026-11-01"}]);
    data.write("interventions.json", row.to_string());
    data.write("outcomes.json", json!([outcome("I1", "C1", "P1", true, "2026-11-05")]).to_string());
    let told = data.run(&["learn", "--format", "json"]).json();
    assert_eq!((&told["counted"], &told["rows"][0]["playbook_id"]), (&json!(1), &json!("P1")));
}

const PLAYBOOKS: [&str; 3] = ["P3", "P1", "P9"];
const CUSTOMERS: [(&str, Option<&str>); 4] =
    [("C1", Some("Mid-Market")), ("C2", Some("SMB")), ("C3", Some("SMB")), ("Z", None)];

/// Rows that are about something that exists or not, with every field there or not.
fn rows() -> impl Strategy<Value = (Vec<Value>, Vec<Value>)> {
    let day = || (1u32..5).prop_map(|day| format!("2026-11-2{day}"));
    let amount = || prop::option::of(0u32..500);
    let intervention = (0..6u32, 0..4usize, 0..3usize, prop::option::of(day()), amount(), prop::option::of(0..3usize))
        .prop_map(|(id, customer, playbook, date, cost, segment)| {
            let segment = segment.map(|at| ["SMB", "All", "EDU"][at]);
            json!({"intervention_id": format!("I{id}"), "customer_id": CUSTOMERS[customer].0,
                "playbook_id": PLAYBOOKS[playbook], "generated_at": date, "expected_cost": cost, "segment": segment})
        });
    let outcome = (prop::option::of(0..7u32), 0..4usize, 0..3usize, prop::option::of(day()), amount(), amount(),
        prop::option::of(any::<bool>()), prop::option::of(any::<bool>()))
        .prop_map(|(id, customer, playbook, date, saved, cost, success, human)| {
            json!({"intervention_id": id.map(|id| format!("I{id}")), "customer_id": CUSTOMERS[customer].0,
                "playbook_id": PLAYBOOKS[playbook], "measured_at": date, "estimated_revenue_saved": saved,
                "actual_cost": cost, "playbook_success": success, "human_override": human})
        });
    (prop::collection::vec(intervention, 0..12), prop::collection::vec(outcome, 0..20))
}

/// What a set of outcomes says: runs, successes, and value and cost with how many of each.
#[derive(Clone, Copy, Default)]
struct Sums {
    n: f64,
    k: f64,
    value: (f64, f64),
    cost: (f64, f64),
}

impl Sums {
    fn add(&mut self, success: bool, value: Option<f64>, cost: Option<f64>) {
        self.n += 1.0;
        self.k += f64::from(u8::from(success));
        for (sum, number) in [(&mut self.value, value), (&mut self.cost, cost)] {
            if let Some(number) = number {
                *sum = (sum.0 + number, sum.1 + 1.0);
            }
        }
    }

    /// Rate, value and cost, each with 20 runs of another.
    fn pooled(self, prior: Option<[Option<f64>; 3]>) -> [Option<f64>; 3] {
        let of = |(sum, n): (f64, f64), prior: Option<f64>| match prior {
            Some(prior) => Some((sum + 20.0 * prior) / (n + 20.0)),
            None => (n > 0.0).then(|| sum / n),
        };
        let prior = prior.unwrap_or_default();
        [of((self.k, self.n), prior[0]), of(self.value, prior[1]), of(self.cost, prior[2])]
    }
}

/// Playbook and segment with runs, and rate, value and cost.
type Row = (String, String, f64, [Option<f64>; 3]);

/// All rows, and how many outcomes count.
fn calculated(interventions: &[Value], outcomes: &[Value]) -> (Vec<Row>, usize) {
    let joined = |outcome: &Value| -> Option<usize> {
        let same = |row: &&Value| {
            row["customer_id"] == outcome["customer_id"]
                && row["playbook_id"] == outcome["playbook_id"]
        };
        let by_id = interventions
            .iter()
            .rposition(|row| row["intervention_id"] == outcome["intervention_id"] && same(&row));
        let by_date = || {
            let measured = outcome["measured_at"].as_str()?;
            let mut best: Option<(usize, &str)> = None;
            for (at, row) in interventions.iter().enumerate().filter(|(_, row)| same(row)) {
                if let Some(date) = row["generated_at"].as_str().filter(|date| *date <= measured)
                    && best.is_none_or(|(_, last)| last <= date)
                {
                    best = Some((at, date));
                }
            }
            best.map(|(at, _)| at)
        };
        by_id.or_else(by_date)
    };
    let mut last: BTreeMap<usize, &Value> = BTreeMap::new();
    for outcome in outcomes {
        if let Some(at) = joined(outcome) {
            let is_later =
                |one: &&Value| one["measured_at"].as_str() <= outcome["measured_at"].as_str();
            if last.get(&at).is_none_or(is_later) {
                last.insert(at, outcome);
            }
        }
    }
    let mut everything = Sums::default();
    let mut playbooks: BTreeMap<&str, Sums> = BTreeMap::new();
    let mut segments: BTreeMap<(&str, &str), Sums> = BTreeMap::new();
    let mut counted = 0;
    for (at, outcome) in last {
        let Some(success) = outcome["playbook_success"].as_bool() else { continue };
        if outcome["human_override"] == true {
            continue;
        }
        counted += 1;
        let row = &interventions[at];
        let of_customer = CUSTOMERS.iter().find(|(id, _)| row["customer_id"] == *id).unwrap().1;
        let segment = row["segment"].as_str().or(of_customer);
        let value = outcome["estimated_revenue_saved"].as_f64();
        let cost = outcome["actual_cost"].as_f64().or(row["expected_cost"].as_f64());
        let playbook = row["playbook_id"].as_str().unwrap();
        everything.add(success, value, cost);
        playbooks.entry(playbook).or_default().add(success, value, cost);
        if let Some(segment) = segment.filter(|segment| *segment != "All") {
            segments.entry((playbook, segment)).or_default().add(success, value, cost);
        }
    }
    let mut rows = Vec::new();
    // As the file of playbooks has them; the one that is not in it last.
    for id in ["P1", "P3", "P9"] {
        let Some(sums) = playbooks.get(id) else { continue };
        let all = sums.pooled(Some(everything.pooled(None)));
        rows.push((id.to_owned(), "All".to_owned(), sums.n, all));
        for ((_, segment), of) in segments.iter().filter(|((of, _), _)| *of == id) {
            rows.push((id.to_owned(), (*segment).to_owned(), of.n, of.pooled(Some(all))));
        }
    }
    (rows, counted)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn it_agrees_with_the_plain_calculation((interventions, outcomes) in rows()) {
        let told = learned(&data(&interventions, &outcomes), &[]);
        let (want, counted) = calculated(&interventions, &outcomes);
        prop_assert_eq!(&told["counted"], &json!(counted));
        let skipped: u64 = told["skipped"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
        prop_assert_eq!(skipped as usize + counted, outcomes.len());
        let rows = told["rows"].as_array().unwrap();
        prop_assert_eq!(rows.len(), want.len());
        for (row, (id, segment, runs, [rate, value, cost])) in rows.iter().zip(want) {
            prop_assert_eq!((&row["playbook_id"], &row["segment"]), (&json!(id), &json!(segment)));
            prop_assert_eq!(row["runs"].as_f64(), Some(runs));
            for (field, want) in [("success_rate", rate), ("avg_value", value), ("avg_cost", cost)] {
                let close = match (row[field].as_f64(), want) {
                    (Some(found), Some(want)) => (found - want).abs() <= 1e-9 * want.abs().max(1.0),
                    (found, want) => found == want,
                };
                prop_assert!(close, "{id} {segment} {field}: {row}, {want:?}");
            }
        }
    }
}
