//! What a holdout says about a playbook: without one, what followed a play is gross.

use super::result::{Difference, ExperimentResult};
use crate::domain::number::round;
use crate::domain::{Playbook, Policy};

/// Returns the difference against the holdout of those with a play in a playbook's stage and a segment. `None`
/// where no experiment with a holdout is for them, no one is enrolled in either arm, or its arms are not filled as
/// planned. For the segment `All` the experiment has to be for every segment.
pub fn against_holdout<'a>(
    playbook: &Playbook,
    segment: &str,
    policy: &Policy,
    results: &'a [ExperimentResult],
) -> Option<&'a Difference> {
    let stage = playbook.journey_stage.as_deref();
    let mut fitting =
        policy.experiments.iter().filter(|one| one.has_holdout() && one.is_for(stage, segment));
    fitting.find_map(|experiment| {
        let result = results.iter().find(|result| result.id == experiment.id())?;
        let is_enrolled = result.arms.iter().all(|arm| arm.assigned > 0);
        result.differences.first().filter(|_| is_enrolled && !result.srm.broken)
    })
}

/// Returns a difference in words: `retained +3.2 points against the holdout (-2 to +8)`.
pub fn words(difference: &Difference) -> String {
    let points = |share: f64| format!("{:+}", round(share * 100.0, 1) + 0.0);
    match difference.difference {
        Some(found) => {
            let (low, high) = (points(difference.low), points(difference.high));
            format!("retained {} points against the holdout ({low} to {high})", points(found))
        }
        None => "compared with a holdout, without outcomes yet".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::experiment::{Endpoint, Experiment, HOLDOUT, RANKING};
    use crate::insight::experiment::ArmCount;

    fn held_out(segments: Option<&[&str]>) -> Policy {
        let experiment = Experiment {
            id: Some("h1".into()),
            stage: Some("support".into()),
            segments: segments.map(|all| all.iter().map(|one| (*one).into()).collect()),
            arms: vec![HOLDOUT.into(), RANKING.into()],
            share: vec![0.5, 0.5],
            outcome: Endpoint::Retained,
            ..Experiment::default()
        };
        Policy { experiments: vec![experiment], ..Policy::default() }
    }

    fn found(policy: &Policy, stage: &str, segment: &str, assigned: [u64; 2]) -> Option<String> {
        let counts = assigned.map(|assigned| ArmCount {
            assigned,
            outcomes: assigned,
            successes: assigned.div_ceil(2),
        });
        let results: Vec<ExperimentResult> =
            policy.experiments.iter().map(|one| ExperimentResult::new(one, &counts)).collect();
        let playbook = Playbook { journey_stage: Some(stage.into()), ..Playbook::default() };
        against_holdout(&playbook, segment, policy, &results).map(words)
    }

    #[test]
    fn a_playbook_is_compared_where_a_sound_holdout_is_for_its_stage_and_segment() {
        let policy = held_out(Some(&["SMB"]));
        let words = found(&policy, "support", "SMB", [20, 20]).unwrap();
        assert!(words.starts_with("retained +0 points against the holdout (-"), "{words}");
        assert_eq!(found(&policy, "support", "Enterprise", [20, 20]), None);
        assert_eq!(found(&policy, "support", "All", [20, 20]), None);
        assert_eq!(found(&policy, "retention", "SMB", [20, 20]), None);
        assert_eq!(found(&policy, "support", "SMB", [0, 20]), None, "no one is enrolled");
        assert_eq!(found(&policy, "support", "SMB", [5, 60]), None, "not filled as planned");
        assert!(found(&held_out(None), "support", "All", [20, 20]).is_some());
    }
}
