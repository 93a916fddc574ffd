//! Simulated experiments, for the two promises of their intervals: `cargo bench --bench simulation`. Two arms are
//! looked at after every 40 outcomes of each, until an arm is promoted or stopped, or the planned size is reached.
//! Without a difference (0.55 and 0.55) at most 5% name a winner; with one (0.50 and 0.60) at least 80% promote.

// What cannot go on fails, and may print what it found.
#![allow(clippy::print_stdout)]

use std::process::ExitCode;

use fastrand::Rng;
use nextplay::domain::experiment::Experiment;
use nextplay::insight::experiment::result::{Action, ArmCount, ExperimentResult};
use nextplay::statistics::mixture::{Count, difference};

const SEED: u64 = 1;
const EXPERIMENTS: usize = 10_000;
/// Outcomes of each arm from one look to the next.
const LOOK: u64 = 40;

fn main() -> ExitCode {
    let false_alarms = share(EXPERIMENTS, [0.55, 0.55], |action| action != Action::Wait);
    let found = share(EXPERIMENTS, [0.50, 0.60], |action| action == Action::Promote);
    println!("{EXPERIMENTS} experiments each, looked at after every {LOOK} outcomes per arm");
    println!("0.55 and 0.55: {:.2}% name a winner (at most 5%)", 100.0 * false_alarms);
    println!("0.50 and 0.60: {:.2}% promote by the planned size (at least 80%)", 100.0 * found);
    match false_alarms <= 0.05 && found >= 0.80 {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// The share of so many experiments whose last word counts.
pub fn share(experiments: usize, rates: [f64; 2], counts: fn(Action) -> bool) -> f64 {
    let mut rng = Rng::with_seed(SEED);
    let experiment = Experiment {
        id: Some("simulated".into()),
        arms: vec!["A".to_owned(), "B".to_owned()],
        share: vec![0.5, 0.5],
        ..Experiment::default()
    };
    let planned = ExperimentResult::new(&experiment, &[ArmCount::default(); 2]).planned_outcomes;
    let planned = planned.unwrap_or_default();
    let mut end = || end(&experiment, planned, rates, &mut rng);
    (0..experiments).filter(|_| counts(end())).count() as f64 / experiments as f64
}

/// What an experiment recommends at its end: at the first difference, or at the planned size.
fn end(experiment: &Experiment, planned: u64, rates: [f64; 2], rng: &mut Rng) -> Action {
    let mut counts = [ArmCount::default(); 2];
    loop {
        for (count, rate) in counts.iter_mut().zip(rates) {
            count.assigned += LOOK;
            count.outcomes += LOOK;
            count.successes += (0..LOOK).filter(|_| rng.f64() < rate).count() as u64;
        }
        // The same interval that the result has, without the sizes that take it most of its time.
        let [control, treatment] =
            counts.map(|c| Count { successes: c.successes as f64, outcomes: c.outcomes as f64 });
        let (low, high) = difference(treatment, control, 0.05);
        let so_far = counts.iter().map(|count| count.outcomes).sum::<u64>();
        if low > 0.0 || high < 0.0 || so_far >= planned {
            return ExperimentResult::new(experiment, &counts).recommendation.action;
        }
    }
}
