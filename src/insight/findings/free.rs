//! `free_play`: active playbooks that cost nothing. Their ROI counts as 0, so they rank behind all that
//! cost something.

use rustc_hash::FxHashSet;

use super::ground::Ground;
use crate::domain::{Code, Finding, Playbook, Ranking, RoiSource};
use crate::matching::Economics;
use crate::store::PlaybookIx;

/// One for each active playbook that is open to a segment in which it costs nothing and no one measured
/// its ROI, in file order; none where net value ranks.
pub fn findings(ground: &Ground<'_>) -> Vec<Finding> {
    if ground.matching.policy().ranking != Ranking::Roi {
        return Vec::new();
    }
    let is_free = |its: &Economics| its.cost == 0.0 && its.roi_source == RoiSource::Computed;
    // At a risk without end everything that is open qualifies.
    let plays = ground.lists().flat_map(|(_, list)| list.candidates(f64::INFINITY));
    let free: FxHashSet<PlaybookIx> =
        plays.filter(|ranked| is_free(&ranked.economics)).map(|ranked| ranked.playbook).collect();
    let finding = |(_, playbook): (PlaybookIx, &Playbook)| {
        let message = format!(
            "{} has no cost, so it ranks last by ROI; matching.ranking = \"net_value\" ranks it by \
             net value",
            playbook.id
        );
        let finding = Finding::new(Code::FreePlay, message).field("avg_cost_estimate");
        ground.at_playbook(finding, playbook)
    };
    ground.active().filter(|(number, _)| free.contains(number)).map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::domain::{Code, Policy, Ranking};
    use crate::insight::findings::any_data::{Files, matching};
    use crate::insight::findings::strategy_findings;
    use serde_json::json;

    #[test]
    fn a_playbook_without_a_cost_is_told_where_roi_ranks() {
        let playbook = |id: &str, cost: Option<f64>, segment: &str| {
            json!({"playbook_id": id, "journey_stage": "s", "eligible_segments": [segment],
                "risk_threshold": 0.5, "avg_cost_estimate": cost, "expected_value_range": [9, 9],
                "status": "active"})
        };
        let files = Files {
            customers: vec![json!({"customer_id": "A", "segment": "SMB"})],
            states: vec![json!({"customer_id": "A", "journey_stage": "s"})],
            scores: vec![json!({"customer_id": "A", "fused_risk_score": 0.9})],
            playbooks: vec![
                playbook("NONE", None, "SMB"),
                playbook("ZERO", Some(0.0), "SMB"),
                playbook("COSTS", Some(3.0), "SMB"),
                playbook("MEASURED", Some(0.0), "SMB"),
                playbook("ELSEWHERE", None, "Public"),
            ],
            performance: vec![json!({"playbook_id": "MEASURED", "roi_ratio": 9.0, "runs": 9})],
        };
        let told = |ranking| {
            let policy = Policy { ranking, ..Policy::default() };
            let findings = strategy_findings(&matching(&files, &policy));
            let free = findings.into_iter().filter(|finding| finding.code == Code::FreePlay);
            free.filter_map(|finding| finding.playbook_id).collect::<Vec<_>>()
        };
        assert_eq!(told(Ranking::Roi), ["NONE", "ZERO"]);
        assert!(told(Ranking::NetValue).is_empty());
    }
}
