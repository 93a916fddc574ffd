//! Experiments keep their promises, on few simulated ones: `benches/simulation.rs` has ten thousand.

#[allow(dead_code)]
#[path = "../benches/simulation.rs"]
mod simulated;

use nextplay::insight::experiment::result::Action;

#[test]
fn without_a_difference_few_experiments_name_a_winner() {
    assert!(simulated::share(100, [0.55, 0.55], |action| action != Action::Wait) <= 0.05);
}

#[test]
fn a_difference_as_planned_is_mostly_found_by_the_planned_size() {
    assert!(simulated::share(100, [0.50, 0.60], |action| action == Action::Promote) >= 0.80);
}
