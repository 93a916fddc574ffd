//! What happens in the demo: [`STEPS`], one row for each step. Everything is a pure function of the
//! seed, the day and the step, so that the demo is the same each time.

use jiff::civil::Date;

use crate::domain::DecisionKind;

/// The seed of the demo.
pub const SEED: u64 = 20_261_120;

/// A step of the demo.
#[derive(Debug)]
pub struct Step {
    /// How long after the step before, in beats.
    pub beats: u32,
    /// What a person who watches is shown: `{you}` stands for the reviewer, `{by}` for the other
    /// reviewer, `{customer}` for the customer of the decision.
    pub caption: &'static str,
    /// What happens.
    pub change: Change,
}

/// What happens in a step.
#[derive(Debug)]
pub enum Change {
    /// Nothing but the caption.
    Nothing,
    /// Files get other texts.
    Edit(&'static [Edit]),
    /// A file is left half written.
    Break(&'static str),
    /// The file that was left half written is whole again.
    Repair(&'static str),
    /// Another reviewer decides about the first of these customers whose play needs it.
    Decide(Decide),
}

/// A file that gets another text.
#[derive(Debug)]
pub struct Edit {
    /// Its name.
    pub file: &'static str,
    /// Its text after the step, from the text before it.
    pub text: fn(&str, Scene) -> String,
}

/// A decision of another reviewer.
#[derive(Debug)]
pub struct Decide {
    /// Who decides: the first of them who is not the reviewer.
    pub by: [&'static str; 2],
    /// What is decided.
    pub kind: DecisionKind,
    /// The reason.
    pub reason: &'static str,
    /// Ids of the customers in question; the seed says with whom to begin.
    pub customers: &'static [&'static str],
    /// The caption where the play of none of them needs a decision.
    pub otherwise: &'static str,
}

/// What an edit depends on.
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    /// The seed.
    pub seed: u64,
    /// The day of the demo.
    pub today: Date,
}

/// The steps, in their order.
pub const STEPS: &[Step] = &[
    Step {
        beats: 0,
        caption: "This is a copy of the sample data. You are {you}, and every key works. Watch what happens.",
        change: Change::Nothing,
    },
    Step {
        beats: 1,
        caption: "Three signals arrive for Meridian Health Systems (C006)",
        change: Change::Edit(&[Edit { file: "signals.json", text: signals_arrive }]),
    },
    Step {
        beats: 1,
        caption: "The risk of Meridian Health Systems rises from 0.83 to 0.94: $583k is at risk",
        change: Change::Edit(&[
            Edit { file: "fused_signals.json", text: risk_rises },
            Edit { file: "journey_forecasts.json", text: forecast_worsens },
        ]),
    },
    Step {
        beats: 1,
        caption: "A second reviewer, {by}, rejects the play for {customer}: bad timing",
        change: Change::Decide(Decide {
            by: ["maria", "lee"],
            kind: DecisionKind::Reject,
            reason: "bad_timing",
            customers: &["C026", "C011", "C015"],
            otherwise: "A second reviewer, {by}, finds that every play is decided",
        }),
    },
    Step {
        beats: 1,
        caption: "signals.json is saved half written: the last good data stays, decisions are paused",
        change: Change::Break("signals.json"),
    },
    Step {
        beats: 1,
        caption: "signals.json is complete again: you can decide",
        change: Change::Repair("signals.json"),
    },
    Step {
        beats: 1,
        caption: "The play for Telluric Energy Holdings plc (C021) has its outcome: recovered",
        change: Change::Edit(&[Edit { file: "outcomes.json", text: outcome_comes_in }]),
    },
    Step {
        beats: 1,
        caption: "The policy changes: accounts of $400,000 and more need two approvers",
        change: Change::Edit(&[Edit { file: "nextplay.toml", text: two_approvers }]),
    },
    Step {
        beats: 1,
        caption: "The demo is over. Stay as long as you like; q quits and removes the copy.",
        change: Change::Nothing,
    },
];

/// A number from 0 to 1 (exclusive) that the seed gives, another one for each `number`: SplitMix64.
fn noise(seed: u64, number: u64) -> f64 {
    let mut z = seed.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

impl Decide {
    /// The customers in question, in the order in which they are tried.
    pub fn order(&self, seed: u64) -> impl Iterator<Item = &'static str> {
        let first = (noise(seed, 100) * self.customers.len() as f64) as usize;
        self.customers.iter().cycle().skip(first).take(self.customers.len()).copied()
    }
}

fn signals_arrive(text: &str, scene: Scene) -> String {
    let kinds = ["escalation", "exec_disengaged", "usage_drop"];
    let rows = kinds.iter().zip(0_u64..).map(|(kind, number)| {
        let strength = 0.7 + 0.25 * noise(scene.seed, number);
        format!(
            r#"{{"signal_id": "S{:03}", "customer_id": "C006", "signal_type": "{kind}", "signal_strength": {strength:.2}, "detected_at": "{}", "journey_stage": "retention", "source": "automated", "normalized_strength": {strength:.2}, "risk_weight": 1.3, "segment_adjustment": 1.2}}"#,
            901 + number,
            scene.today
        )
    });
    rows.fold(text.to_owned(), |text, row| with_row(&text, &row))
}

fn risk_rises(text: &str, _: Scene) -> String {
    in_row_of(text, "C006", &[("\"fused_risk_score\": 0.8333", "\"fused_risk_score\": 0.9417")])
}

fn forecast_worsens(text: &str, scene: Scene) -> String {
    let today = format!("\"generated_at\": \"{}\"", scene.today);
    in_row_of(
        text,
        "C006",
        &[
            ("\"churn_probability\": 0.85", "\"churn_probability\": 0.94"),
            ("\"recovery_probability\": 0.08", "\"recovery_probability\": 0.03"),
            ("\"stagnation_probability\": 0.07", "\"stagnation_probability\": 0.03"),
            ("\"revenue_at_risk\": 527000", "\"revenue_at_risk\": 582800"),
            // The day before, as the sample has it.
            (
                &format!(
                    "\"generated_at\": \"{}\"",
                    scene.today.yesterday().unwrap_or(scene.today)
                ),
                &today,
            ),
        ],
    )
}

fn outcome_comes_in(text: &str, scene: Scene) -> String {
    let row = format!(
        r#"{{"outcome_id": "O901", "intervention_id": "I012", "customer_id": "C021", "playbook_id": "PB_SUP_001", "outcome": "recovered", "resolution_time_days": 3, "csat_delta": 1, "churn_risk_delta": -0.24, "estimated_revenue_saved": 9800, "human_override": false, "playbook_success": true, "measured_at": "{}"}}"#,
        scene.today
    );
    with_row(text, &row)
}

fn two_approvers(text: &str, _: Scene) -> String {
    text.replacen("\n#two_approvers_at_account_value", "\ntwo_approvers_at_account_value", 1)
}

/// A JSON array with a row more at its end.
fn with_row(text: &str, row: &str) -> String {
    match text.trim_end().strip_suffix(']') {
        Some(rows) => format!("{},\n{row}\n]\n", rows.trim_end()),
        None => text.to_owned(),
    }
}

/// A JSON array, a row a line, with replacements in the row of a customer.
fn in_row_of(text: &str, customer: &str, replacements: &[(&str, &str)]) -> String {
    let mark = format!("\"customer_id\": \"{customer}\"");
    let line = |line: &str| match line.contains(&mark) {
        true => replacements.iter().fold(line.to_owned(), |row, (was, is)| row.replace(was, is)),
        false => line.to_owned(),
    };
    text.split_inclusive('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn scene() -> Scene {
        Scene { seed: SEED, today: "2026-11-20".parse().unwrap() }
    }

    fn edits() -> impl Iterator<Item = &'static Edit> {
        STEPS.iter().flat_map(|step| match &step.change {
            Change::Edit(edits) => edits.iter(),
            _ => [].iter(),
        })
    }

    #[test]
    fn every_edit_changes_its_file_of_the_sample_and_leaves_it_readable() {
        for edit in edits() {
            let (_, before) = sample::FILES.iter().find(|(name, _)| *name == edit.file).unwrap();
            let after = (edit.text)(before, scene());
            assert_ne!(after, *before, "{}", edit.file);
            if edit.file.ends_with(".json") {
                serde_json::from_str::<Vec<serde_json::Value>>(&after).unwrap();
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_demo_and_another_one_another() {
        let texts = |seed| -> Vec<String> {
            edits().map(|edit| (edit.text)("[\n]", Scene { seed, ..scene() })).collect()
        };
        assert_eq!(texts(SEED), texts(SEED));
        assert_ne!(texts(SEED), texts(SEED + 1));
    }

    #[test]
    fn what_is_broken_is_mended() {
        let broken: Vec<_> = STEPS
            .iter()
            .filter_map(|step| match step.change {
                Change::Break(file) => Some((file, true)),
                Change::Repair(file) => Some((file, false)),
                _ => None,
            })
            .collect();
        for pair in broken.chunks(2) {
            assert!(
                matches!(pair, [(broken, true), (mended, false)] if broken == mended),
                "{pair:?}"
            );
        }
    }
}
