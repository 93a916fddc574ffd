//! A playbook that a person picks instead of the recommended one: its numbers for the customer, and
//! the gates that it does not pass (`decisions.md`, *override*).

use super::economics::Economics;
use super::engine::Matching;
use super::gates;
use super::performance::PerformanceIndex;
use crate::domain::Chosen;

impl Matching {
    /// What a playbook would be for a customer, whether it is a candidate or not. `None` where there
    /// is no such playbook or customer, or the playbook's row was skipped: its numbers are not
    /// known then.
    pub fn choose(&self, number: usize, playbook_id: &str) -> Option<Chosen> {
        let view = self.customer(number)?;
        let place = *self.dataset().playbook_numbers.get(playbook_id)?;
        let playbook = self.dataset().playbook(place)?;
        let index = PerformanceIndex::of_playbook(&self.dataset().performance, playbook_id);
        let economics = Economics::of(playbook, view.segment(), &index);
        let account_value = view.known_account_value();
        let reasons = self.reasons_for(playbook, &economics, account_value);
        Some(Chosen {
            playbook_id: playbook.id.clone(),
            playbook_name: playbook.name.clone(),
            recommended_action: playbook.action().into(),
            expected_cost: economics.cost,
            expected_value: economics.value,
            requires_human_approval: !reasons.is_empty(),
            value_source: economics.value_source,
            cost_source: economics.cost_source,
            roi_source: economics.roi_source,
            roi_ratio: economics.roi,
            evidence: economics.evidence,
            missing: economics.missing_for(account_value, &reasons),
            approval_reasons: reasons,
            failed: gates::failed(place, playbook, self.subject(number)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::intake::Loader;
    use crate::intake::load::Reread;
    use crate::matching::evidence::EvidenceTold;

    #[test]
    fn a_choice_has_the_numbers_of_the_candidate_or_the_gates_of_the_excluded() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
        let dataset = Loader::new(directory).load(Reread::All).dataset;
        let matching = Matching::new(dataset, Arc::default());
        let mut seen = (0, 0);
        for number in 0..matching.len() {
            let told = matching.explain(number).unwrap();
            for candidate in &told.candidates {
                let chosen = matching.choose(number, &candidate.playbook_id).unwrap();
                assert_eq!(chosen.failed, []);
                assert_eq!(chosen.expected_cost, candidate.cost.amount);
                assert_eq!(chosen.expected_value, candidate.value.amount);
                assert_eq!(chosen.roi_ratio, candidate.roi.ratio);
                assert_eq!(EvidenceTold::from(chosen.evidence), candidate.evidence);
                assert_eq!(chosen.requires_human_approval, candidate.requires_human_approval);
                seen.0 += 1;
            }
            for excluded in &told.excluded {
                let chosen = matching.choose(number, &excluded.playbook_id).unwrap();
                assert_eq!(chosen.failed, excluded.failed);
                seen.1 += 1;
            }
        }
        assert!(seen.0 > 10 && seen.1 > 10);
        assert!(matching.choose(0, "no such playbook").is_none());
    }
}
