//! The staircase evaluated here, one customer after the other, against the engine.

use nextplay::domain::Recommendation;
use nextplay::matching::Staircase;
use nextplay::matching::staircase::Step;

use super::awkward::{Dice, Directory};

/// What the statement does: it compares.
fn recommended(
    staircase: &Staircase,
    stage: Option<&str>,
    segment: &str,
    risk: f64,
    account_value: Option<f64>,
) -> Option<(Step, f64, bool)> {
    let of_stage = || staircase.steps.iter().filter(|step| step.stage.as_deref() == stage);
    let named = of_stage().any(|step| step.segment.as_deref() == Some(segment));
    let own = named.then_some(segment);
    let mut fitting = of_stage().filter(|step| {
        step.segment.as_deref() == own
            && risk >= step.risk_from
            && step.risk_below.is_none_or(|below| risk < below)
    });
    let step = fitting.next()?;
    assert_eq!(fitting.next(), None, "steps overlap");
    let (_, confidence) = *staircase.confidences.iter().rfind(|(from, _)| risk >= *from).unwrap();
    let at_limit = |limit: f64| account_value.is_none_or(|value| value >= limit);
    let asks = step.asks || staircase.asks_from_account_value.is_some_and(at_limit);
    Some((step.clone(), confidence, asks))
}

#[test]
fn the_staircase_gives_what_the_engine_gives() {
    let directories: u64 =
        std::env::var("NEXTPLAY_SQL_DIRECTORIES").map_or(200, |count| count.parse().unwrap());
    let (mut customers, mut with_play) = (0, 0);
    for seed in 0..directories {
        let directory = Directory::random(&mut Dice::new(1_000 + seed), 200);
        let Some(matched) = directory.matched() else { continue };
        let matching = &matched.matching;
        for number in 0..matching.len() {
            let view = matching.customer(number).unwrap();
            let (segment, account_value) = (view.segment(), view.known_account_value());
            let risk = matching.risk_score(number).unwrap();
            let told = recommended(&matched.staircase, view.stage(), segment, risk, account_value);
            let told = told.map(|(step, confidence, asks)| Recommendation {
                customer_id: view.id().into(),
                segment: segment.into(),
                journey_stage: step.stage,
                playbook_id: step.playbook_id,
                playbook_name: step.playbook_name,
                recommended_action: step.recommended_action,
                confidence,
                expected_cost: step.expected_cost,
                expected_value: step.expected_value,
                requires_human_approval: asks,
                risk_score: risk,
                account_value: view.account_value(),
            });
            assert_eq!(told, matching.recommendation(number), "seed {seed}");
            customers += 1;
            with_play += usize::from(told.is_some());
        }
    }
    assert!(with_play * 10 > customers, "{with_play} of {customers} have a recommendation");
}
