//! Writes the year before the sample's day into `sample_data`: interventions and their outcomes, made from a seed.
//! `cargo run --example history` renews `interventions.json` and `outcomes.json`; with a directory it writes there.
//! The rows with the ids I001 to I012 and O001 to O011 are written by hand and stay.

// What cannot go on fails, and may print what it found.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc
)]

use std::fs;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use nextplay::domain::experiment::Experiment;
use nextplay::matching::assignment::arm;
use serde_json::Value;

const SEED: u64 = 20_261_120;
/// The day of the sample, and a year before.
const TODAY: Date = date(2026, 11, 20);
const FIRST: Date = date(2025, 11, 21);

/// What really is in a playbook: how often it succeeds, and what it saves of what was expected. The performance
/// file is right about most of them, too hopeful about some.
const TRUTH: &[(&str, f64, f64)] = &[
    ("PB_ONB_001", 0.74, 0.95),
    ("PB_ONB_002", 0.60, 0.90),
    ("PB_ONB_003", 0.65, 1.00),
    ("PB_ENG_001", 0.66, 0.90),
    ("PB_ENG_002", 0.40, 0.60),
    ("PB_ENG_003", 0.62, 0.95),
    ("PB_ENG_004", 0.36, 0.55),
    ("PB_SUP_001", 0.92, 1.05),
    ("PB_SUP_002", 0.76, 1.00),
    ("PB_SUP_003", 0.25, 0.70),
    ("PB_RET_001", 0.50, 0.70),
    ("PB_RET_002", 0.68, 0.95),
    ("PB_RET_003", 0.34, 0.45),
    ("PB_EXP_001", 0.60, 0.90),
    ("PB_EXP_002", 0.64, 0.85),
];

/// The part of outcomes that a person overrode.
const OVERRIDDEN: f64 = 0.06;
/// The part of plays that were never measured, and of stages in which nothing ran.
const UNMEASURED: f64 = 0.04;
const QUIET: f64 = 0.10;

fn main() -> std::io::Result<()> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
    let directory = std::env::args_os().nth(1).map_or_else(|| sample.clone(), PathBuf::from);
    for (name, text) in files(&sample) {
        fs::write(directory.join(name), text)?;
        println!("{}", directory.join(name).display());
    }
    Ok(())
}

/// Both files: name and text.
pub fn files(sample: &Path) -> [(&'static str, String); 2] {
    let (interventions, outcomes) = History::new(sample).lines();
    [("interventions.json", interventions), ("outcomes.json", outcomes)].map(|(name, mut lines)| {
        lines.extend(by_hand(&sample.join(name)));
        (name, format!("[\n{}\n]\n", lines.join(",\n")))
    })
}

/// The rows of a file that were not made here: their ids have three digits that begin with 0.
fn by_hand(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).expect("the sample has this file");
    let rows = text.lines().map(|line| line.trim_end_matches(','));
    rows.filter(|row| row.contains(r#"_id": "I0"#) || row.contains(r#"_id": "O0"#))
        .map(str::to_owned)
        .collect()
}

/// What ran for a customer on a day.
struct Play<'a> {
    customer: &'a str,
    segment: &'a str,
    playbook: &'a Value,
    date: Date,
}

struct History {
    customers: Vec<Value>,
    playbooks: Vec<Value>,
    performance: Vec<Value>,
    states: Vec<Value>,
    experiments: [Experiment; 2],
}

impl History {
    fn new(sample: &Path) -> Self {
        let rows = |name: &str| {
            let text = fs::read_to_string(sample.join(name)).expect("the sample has this file");
            serde_json::from_str(&text).expect("an array of rows")
        };
        let experiment =
            |id: &str, stage: &str, segment: Option<&str>, arms: [&str; 2], starts| Experiment {
                id: Some(id.into()),
                stage: Some(stage.into()),
                segments: segment.map(|segment| vec![segment.into()]),
                arms: arms.map(str::to_owned).to_vec(),
                share: vec![0.5, 0.5],
                starts: Some(starts),
                ..Experiment::default()
            };
        let arms = [["PB_ENG_001", "PB_ENG_004"], ["PB_SUP_003", "PB_SUP_001"]];
        Self {
            customers: rows("customers.json"),
            playbooks: rows("journey_playbooks.json"),
            performance: rows("playbook_performance_log.json"),
            states: rows("journey_state_log.json"),
            // As the policy has them, where they are commented out.
            experiments: [
                experiment("eng-2026", "engagement", Some("SMB"), arms[0], date(2026, 2, 2)),
                experiment("sup-2026-q2", "support", None, arms[1], date(2026, 6, 8)),
            ],
        }
    }

    /// The lines of both files, by date.
    fn lines(&self) -> (Vec<String>, Vec<String>) {
        let mut rng = Rng::with_seed(SEED);
        let mut plays: Vec<Play<'_>> =
            self.customers.iter().flat_map(|customer| self.plays(customer, &mut rng)).collect();
        plays.sort_by(|a, b| (a.date, a.customer).cmp(&(b.date, b.customer)));
        let numbered = || plays.iter().enumerate().map(|(number, play)| (number + 101, play));
        let interventions =
            numbered().map(|(number, play)| self.intervention(number, play, &mut rng)).collect();
        let mut outcomes: Vec<(String, String)> =
            numbered().filter_map(|(number, play)| self.outcome(number, play, &mut rng)).collect();
        outcomes.sort();
        let line = |(number, (_, rest)): (usize, (String, String))| {
            format!(r#"{{"outcome_id": "O{}", {rest}"#, number + 101)
        };
        (interventions, outcomes.into_iter().enumerate().map(line).collect())
    }

    /// The stages of a customer before the one it is in, the latest first, each with its first day and the first
    /// day after it.
    fn stages(&self, customer: &Value, rng: &mut Rng) -> Vec<(String, Date, Date)> {
        let id = &customer["customer_id"];
        let mut known: Vec<(Date, &str, Option<&str>)> = self
            .states
            .iter()
            .filter(|state| state["customer_id"] == *id)
            .map(|state| {
                let stage = state["journey_stage"].as_str().unwrap();
                (day(&state["state_entered_at"]), stage, state["previous_stage"].as_str())
            })
            .collect();
        known.sort();
        let mut stages: Vec<(String, Date, Date)> = known
            .windows(2)
            .rev()
            .map(|pair| (pair[0].1.to_owned(), pair[0].0, pair[1].0))
            .collect();
        let Some((mut end, _, Some(mut stage))) = known.first().copied() else { return stages };
        let tenure = customer["tenure_months"].as_i64().unwrap();
        let joined = TODAY.checked_sub(tenure.months()).unwrap();
        let first = joined.max(FIRST);
        while end > first {
            let mut start = end.checked_sub(rng.i64(30..60).days()).unwrap().max(first);
            let onboarding_ends = joined.checked_add(70.days()).unwrap();
            if start < onboarding_ends {
                (stage, start) = ("onboarding", first);
            }
            stages.push((stage.to_owned(), start, end));
            end = start;
            // Support in the summer of the experiment, where it was not yet.
            let summer = (date(2026, 6, 25)..date(2026, 9, 20)).contains(&end);
            let was_there = stages.iter().any(|(stage, _, _)| stage == "support");
            stage = match summer && !was_there {
                true => "support",
                false => {
                    let others = ["engagement", "support", "retention", "expansion"];
                    let others: Vec<&str> =
                        others.into_iter().filter(|other| *other != stage).collect();
                    others[rng.usize(..others.len())]
                }
            };
        }
        stages
    }

    fn plays<'a>(&'a self, customer: &'a Value, rng: &mut Rng) -> Vec<Play<'a>> {
        let (id, segment) =
            (customer["customer_id"].as_str().unwrap(), customer["segment"].as_str().unwrap());
        let mut plays = Vec::new();
        for (stage, start, end) in self.stages(customer, rng) {
            if rng.f64() < QUIET {
                continue;
            }
            let mut date = start.checked_add(rng.i64(2..12).days()).unwrap();
            let mut before = None;
            while date < end {
                let fitting = self.playbooks.iter().filter(|playbook| {
                    let segments = playbook["eligible_segments"].as_array().unwrap();
                    playbook["journey_stage"] == *stage
                        && playbook["status"] != "draft"
                        && (playbook["status"] != "retired" || date < TODAY - 82.days())
                        && day(&playbook["created_at"]) <= date
                        && segments.iter().any(|one| one == segment || one == "All")
                        && before != Some(&playbook["playbook_id"])
                });
                let fitting: Vec<&Value> = fitting.collect();
                let compared = self.experiments.iter().find(|experiment| {
                    experiment.starts.is_some_and(|starts| starts <= date)
                        && experiment.is_for(Some(&stage), segment)
                });
                // The experiment's play comes first in a stage.
                let compared = compared.filter(|_| before.is_none());
                let playbook = match compared.and_then(|one| Some(&one.arms[arm(one, id)?])) {
                    Some(arm) => fitting.iter().find(|playbook| playbook["playbook_id"] == **arm),
                    None => (!fitting.is_empty()).then(|| &fitting[rng.usize(..fitting.len())]),
                };
                let Some(playbook) = playbook else { break };
                before = Some(&playbook["playbook_id"]);
                plays.push(Play { customer: id, segment, playbook, date });
                date = date.checked_add(rng.i64(22..50).days()).unwrap();
            }
        }
        plays
    }

    /// What is expected of a play: its cost and value, in dollars.
    fn expected(&self, play: &Play<'_>) -> (f64, f64) {
        let row = |segment: &str| {
            let is = |row: &&Value| {
                row["playbook_id"] == play.playbook["playbook_id"] && row["segment"] == *segment
            };
            self.performance.iter().find(is)
        };
        let row = row(play.segment).or_else(|| row("All"));
        let range = &play.playbook["expected_value_range"];
        let middle = f64::midpoint(range[0].as_f64().unwrap(), range[1].as_f64().unwrap());
        let number = |key: &str| row.and_then(|row| row[key].as_f64());
        let cost = || play.playbook["avg_cost_estimate"].as_f64().unwrap();
        (number("avg_cost").unwrap_or_else(cost), number("avg_value").unwrap_or(middle))
    }

    fn intervention(&self, number: usize, play: &Play<'_>, rng: &mut Rng) -> String {
        let (cost, value) = self.expected(play);
        let Play { customer, playbook, date, .. } = play;
        let actions = playbook["default_actions"].as_array().unwrap();
        let confidence = f64::from(rng.i32(62..97)) / 100.0;
        format!(
            r#"{{"intervention_id": "I{number}", "customer_id": "{customer}", "journey_stage": {}, "playbook_id": {}, "recommended_action": {}, "confidence": {confidence}, "expected_cost": {cost}, "expected_value": {value}, "requires_human_approval": {}, "triggered_by_signals": [], "evaluation_latency_ms": {}, "generated_at": "{date}"}}"#,
            playbook["journey_stage"],
            playbook["playbook_id"],
            actions[0],
            playbook["approval_required"],
            rng.i32(170..330),
        )
    }

    /// The line of a play's outcome without its id, after what it is sorted by; `None` where none was measured.
    fn outcome(&self, number: usize, play: &Play<'_>, rng: &mut Rng) -> Option<(String, String)> {
        let Play { customer, playbook, date, .. } = play;
        let (cost, value) = self.expected(play);
        let (_, rate, saves) = TRUTH.iter().find(|(id, _, _)| playbook["playbook_id"] == **id)?;
        if rng.f64() < UNMEASURED {
            return None;
        }
        let overridden = rng.f64() < OVERRIDDEN;
        let success = rng.f64() < *rate;
        let resolution = rng.i64(2..13);
        let measured = date.checked_add((resolution + rng.i64(1..6)).days()).unwrap();
        let outcome = match success {
            true if rng.f64() < 0.6 => "recovered",
            true => "partial_improvement",
            false => "no_change",
        };
        // What is saved in all is `saves` of what was expected, so a success saves more.
        let saved = value * saves / rate * (0.7 + 0.6 * rng.f64());
        let saved = if success { (saved / 10.0).round() * 10.0 } else { 0.0 };
        let spent = (cost * (0.9 + 0.3 * rng.f64())).round();
        let (delta, csat) = match success {
            true => (-rng.i32(6..26), rng.i32(0..3)),
            false => (rng.i32(-3..6), rng.i32(-1..1)),
        };
        let rest = format!(
            r#""intervention_id": "I{number}", "customer_id": "{customer}", "playbook_id": {}, "outcome": "{outcome}", "resolution_time_days": {resolution}, "csat_delta": {csat}, "churn_risk_delta": {}, "estimated_revenue_saved": {saved}, "actual_cost": {spent}, "human_override": {overridden}, "playbook_success": {success}, "measured_at": "{measured}"}}"#,
            playbook["playbook_id"],
            f64::from(delta) / 100.0,
        );
        Some((format!("{measured} {number}"), rest))
    }
}

fn day(value: &Value) -> Date {
    value.as_str().unwrap().parse().expect("a date")
}
