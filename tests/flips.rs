//! Every flip and every `wins_if` proved by making the change in the files and matching again
//! (`strategy.md`, *Flips*).

use std::cell::Cell;
use std::fs;
use std::sync::Arc;

use nextplay::domain::{Policy, Ranking};
use nextplay::intake::Loader;
use nextplay::intake::load::Reread;
use nextplay::matching::Matching;
use nextplay::matching::wins_if::WinsIf;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

/// One customer, some playbooks and what they have brought, as the files have it.
#[derive(Debug, Clone)]
struct Files {
    segment: Value,
    /// No state row where `None`.
    stage: Option<&'static str>,
    risk: f64,
    playbooks: Vec<Value>,
    performance: Vec<Value>,
    ranking: Ranking,
}

impl Files {
    /// Matched anew, with a brake that stops nobody.
    fn matched(&self) -> Matching {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, rows: Value| fs::write(dir.path().join(name), rows.to_string());
        let stages: Vec<Value> =
            self.stage.iter().map(|s| json!({"customer_id": "C", "journey_stage": s})).collect();
        let customer = json!([{"customer_id": "C", "segment": self.segment, "account_value": 1}]);
        write("customers.json", customer).unwrap();
        write("journey_state_log.json", json!(stages)).unwrap();
        let fused = json!([{"customer_id": "C", "fused_risk_score": self.risk}]);
        write("fused_signals.json", fused).unwrap();
        write("journey_playbooks.json", json!(self.playbooks)).unwrap();
        write("playbook_performance_log.json", json!(self.performance)).unwrap();
        let loaded = Loader::new(dir.path()).load(Reread::All);
        assert_eq!(loaded.problems, []);
        let policy = Policy {
            ranking: self.ranking,
            confidence_threshold: 0.0,
            confidence_margin: 1.0,
            ..Policy::default()
        };
        Matching::new(loaded.dataset, Arc::new(policy))
    }

    fn explained(&self) -> Value {
        serde_json::to_value(self.matched().explain(0).unwrap()).unwrap()
    }

    fn is_candidate(&self, playbook: &str) -> bool {
        let told = self.matched().explain(0).unwrap();
        told.candidates.iter().any(|candidate| candidate.playbook_id == playbook)
    }

    fn winner(&self) -> String {
        self.matched().recommendation(0).unwrap().playbook_id.to_string()
    }

    fn playbook(&mut self, id: &str) -> &mut Map<String, Value> {
        let mut playbooks = self.playbooks.iter_mut();
        playbooks.find(|playbook| playbook["playbook_id"] == id).unwrap().as_object_mut().unwrap()
    }

    /// A change of a flip; of several segments the one of that number.
    fn change(&mut self, playbook: &str, entry: &Value, segment: usize) {
        let to = &entry["to"];
        match entry["field"].as_str().unwrap() {
            "risk" => self.risk = to.as_f64().unwrap(),
            "segment" => self.segment = to[segment].clone(),
            "stage" => self.stage = STAGES.into_iter().find(|stage| json!(stage) == *to).unwrap(),
            "status" => {
                self.playbook(playbook).insert("status".into(), to.clone());
            }
            field => panic!("{field}"),
        }
    }

    /// The performance row that serves a playbook, found as `matching.md`, rule 4 says.
    fn row(&mut self, playbook: &str) -> Option<&mut Map<String, Value>> {
        let segment = self.segment.as_str().filter(|s| !s.is_empty()).unwrap_or("SMB").to_owned();
        let best = |segment: &str| {
            let mut best: Option<(usize, f64)> = None;
            for (number, row) in self.performance.iter().enumerate() {
                let of = row.get("segment").map_or(Some("All"), Value::as_str);
                let roi = row["roi_ratio"].as_f64().unwrap_or(0.0);
                if row["playbook_id"] == playbook
                    && of == Some(segment)
                    && best.is_none_or(|(_, highest)| roi > highest)
                {
                    best = Some((number, roi));
                }
            }
            best
        };
        let (number, _) = best(&segment).or_else(|| best("All"))?;
        self.performance[number].as_object_mut()
    }

    /// A number of a playbook where it really comes from.
    fn set(&mut self, playbook: &str, field: &str, to: f64) {
        let given = |row: &&mut Map<String, Value>| {
            row.get(field).and_then(Value::as_f64).is_some_and(|x| x != 0.0)
        };
        if let Some(row) = self.row(playbook).filter(given) {
            row.insert(field.into(), json!(to));
            return;
        }
        let playbook = self.playbook(playbook);
        match field {
            "avg_value" => playbook.insert("expected_value_range".into(), json!([to, to])),
            "avg_cost" => playbook.insert("avg_cost_estimate".into(), json!(to)),
            field => panic!("{field} is not in use"),
        };
    }
}

const STAGES: [Option<&str>; 4] = [None, Some(""), Some("a"), Some("b")];

/// Numbers that often meet, and such as come out of a calculation.
fn amount() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (1..6).prop_map(|n| f64::from(n) * 10.0),
        4 => 0.01..5000.0,
        1 => Just(0.1 + 0.2),
        1 => -50.0..0.0,
    ]
}

/// Given, 0, `null` or not there.
fn field(amount: impl Strategy<Value = f64>) -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        6 => amount.prop_map(|x| Some(json!(x))),
        1 => Just(Some(json!(0))),
        1 => Just(Some(json!(null))),
        2 => Just(None),
    ]
}

fn row(fields: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    let given = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(given.collect())
}

fn playbook() -> impl Strategy<Value = Value> {
    let segments = prop_oneof![
        6 => Just(json!(["All"])),
        2 => Just(json!(["SMB"])),
        2 => Just(json!(["Mid-Market", "", "Enterprise", "Enterprise"])),
        1 => prop::sample::select(vec![json!([]), json!(null), json!([""])]),
    ];
    let range = prop_oneof![
        5 => (amount(), amount()).prop_map(|(low, high)| Some(json!([low, high]))),
        1 => amount().prop_map(|one| Some(json!([one]))),
        1 => Just(Some(json!([]))),
        1 => Just(None),
    ];
    let stage = prop_oneof![6 => Just(Some("a")), 1 => prop::sample::select(&STAGES)];
    let status =
        prop_oneof![8 => Just(json!("active")), 1 => Just(json!("draft")), 1 => Just(json!(null))];
    let threshold = prop_oneof![2 => Just(0.5), 3 => 0.0..1.0];
    (segments, range, stage, status, field(threshold), field(amount())).prop_map(
        |(segments, range, stage, status, threshold, cost)| {
            row([
                ("eligible_segments", Some(segments)),
                ("expected_value_range", range),
                ("journey_stage", Some(json!(stage))),
                ("status", Some(status)),
                ("risk_threshold", threshold),
                ("avg_cost_estimate", cost),
            ])
        },
    )
}

fn performance() -> impl Strategy<Value = Value> {
    let segment = prop::sample::select(vec![
        None,
        Some(json!(null)),
        Some(json!("SMB")),
        Some(json!("SMB")),
        Some(json!("SMB")),
        Some(json!("All")),
        Some(json!("Enterprise")),
        Some(json!("All")),
    ]);
    let roi = prop_oneof![2 => amount().prop_map(|x| Some(json!(x))), 1 => field(amount())];
    let numbers = (field(amount()), field(amount()), roi);
    (0..4usize, segment, numbers).prop_map(|(playbook, segment, (value, cost, roi))| {
        row([
            ("playbook_id", Some(json!(format!("P{playbook}")))),
            ("segment", segment),
            ("runs", Some(json!(7))),
            ("avg_value", value),
            ("avg_cost", cost),
            ("roi_ratio", roi),
        ])
    })
}

fn files() -> impl Strategy<Value = Files> {
    let segment = prop::sample::select(vec![json!("SMB"), json!("Enterprise"), json!(null)]);
    let stage = prop_oneof![4 => Just(Some("a")), 1 => prop::sample::select(&STAGES)];
    let risk = prop_oneof![1 => Just(0.5), 1 => Just(0.0), 6 => 0.3..1.0];
    let ranking = prop_oneof![3 => Just(Ranking::Roi), 1 => Just(Ranking::NetValue)];
    let playbooks = prop::collection::vec(playbook(), 2..6);
    let performance = prop::collection::vec(performance(), 3..20);
    (segment, stage, risk, playbooks, performance, ranking).prop_map(
        |(segment, stage, risk, mut playbooks, performance, ranking)| {
            for (number, playbook) in playbooks.iter_mut().enumerate() {
                playbook["playbook_id"] = json!(format!("P{number}"));
            }
            Files { segment, stage, risk, playbooks, performance, ranking }
        },
    )
}

/// The same cases every time, so that what was proved here is proved everywhere.
fn for_all(check: impl Fn(&Files)) {
    let config = Config { cases: 256, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let ran = runner.run(&files(), |files| {
        check(&files);
        Ok(())
    });
    ran.unwrap();
}

#[test]
fn a_flip_makes_a_candidate_and_nothing_less_does() {
    let (flips, hopeless) = (Cell::new(0), Cell::new(0));
    for_all(|files| {
        for excluded in files.explained()["excluded"].as_array().unwrap() {
            let id = excluded["playbook_id"].as_str().unwrap();
            let Some(flip) = excluded["flip"].as_array() else {
                let segments = files.clone().playbook(id)["eligible_segments"].take();
                let named = segments.as_array().is_some_and(|all| all.iter().any(|s| s != ""));
                assert!(!named, "{excluded} can be mended");
                hopeless.set(hopeless.get() + 1);
                continue;
            };
            assert_eq!(flip.len(), excluded["failed"].as_array().unwrap().len());
            let choices = flip.iter().filter_map(|entry| entry["to"].as_array()).map(Vec::len);
            for segment in 0..choices.max().unwrap_or(1) {
                let mut flipped = files.clone();
                flip.iter().for_each(|entry| flipped.change(id, entry, segment));
                assert!(flipped.is_candidate(id), "{id} after {flip:?}");
                for left_out in flip {
                    let mut short = files.clone();
                    let others = flip.iter().filter(|entry| *entry != left_out);
                    others.for_each(|entry| short.change(id, entry, segment));
                    assert!(!short.is_candidate(id), "{id} without {left_out}");
                }
                flips.set(flips.get() + 1);
            }
        }
    });
    assert!(flips.get() > 100 && hopeless.get() > 10, "{flips:?} {hopeless:?}");
}

#[test]
fn one_change_makes_the_winner_and_one_step_short_of_it_does_not() {
    let seen = ["roi_ratio", "avg_value", "avg_cost"].map(|field| (field, Cell::new(0)));
    for_all(|files| {
        let explanation = files.matched().explain(0).unwrap();
        let told = serde_json::to_value(&explanation).unwrap();
        for (place, candidate) in told["candidates"].as_array().unwrap().iter().enumerate() {
            let id = candidate["playbook_id"].as_str().unwrap();
            let Some(entries) = candidate["wins_if"].as_array() else {
                assert_eq!(place, 0, "only the winner has nothing to gain");
                continue;
            };
            assert_ne!(place, 0);
            let said = explanation.candidates[place].wins_if.iter().flatten().map(WinsIf::words);
            for (entry, said) in entries.iter().zip(said) {
                let field = entry["field"].as_str().unwrap();
                let (from, to) = (entry["from"].as_f64().unwrap(), entry["to"].as_f64().unwrap());
                let mut changed = files.clone();
                changed.set(id, field, to);
                assert_eq!(changed.winner(), id, "{entry}");
                changed.clone_from(files);
                changed.set(id, field, if from < to { to.next_down() } else { to.next_up() });
                assert_ne!(changed.winner(), id, "one step short of {entry}");
                changed.clone_from(files);
                changed.set(id, field, number_in(&said));
                assert_eq!(changed.winner(), id, "{said}, rounded from {entry}");
                let (_, count) = seen.iter().find(|(name, _)| *name == field).unwrap();
                count.set(count.get() + 1);
            }
            enough_is_told(files.ranking, candidate, &told["candidates"][0], entries);
        }
    });
    for (field, count) in seen {
        assert!(count.get() > 10, "{field}: {count:?}");
    }
}

/// The number that is shown: `a cost of $1,041 or less` is 1041.
fn number_in(words: &str) -> f64 {
    words.split(' ').find_map(|word| word.replace(['$', ',', '×'], "").parse().ok()).unwrap()
}

/// Where a number plainly can do it, it is told.
fn enough_is_told(ranking: Ranking, candidate: &Value, winner: &Value, entries: &[Value]) {
    let number = |of: &Value, field: &str, part: &str| of[field][part].as_f64().unwrap();
    let fields: Vec<&str> = entries.iter().map(|entry| entry["field"].as_str().unwrap()).collect();
    let (value, cost) = (number(candidate, "value", "amount"), number(candidate, "cost", "amount"));
    if ranking == Ranking::NetValue {
        assert!(fields.contains(&"avg_value"), "{candidate}");
    } else if candidate["roi"]["source"] != "computed" {
        assert_eq!(fields, ["roi_ratio"]);
    } else if cost > 0.0 {
        assert!(fields.contains(&"avg_value"), "{candidate}");
        let helps = value > 0.0 && number(winner, "roi", "ratio") > 0.0;
        assert!(!helps || fields.contains(&"avg_cost"), "{candidate}");
    }
}
