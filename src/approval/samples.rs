//! A basis and entries for tests.

use std::sync::Arc;

use crate::domain::decision::{PolicyBasis, UncoveredCustomer};
use crate::domain::{
    ApprovalReason, Basis, Chosen, CostSource, DecisionKind, Digest, Entry, Evidence,
    EvidenceGrade, FailedGate, Gate, Moment, Policy, Recommendation, RiskSource, RoiSource,
    ValueSource,
};

/// A play that needs approval, on round numbers.
pub fn basis() -> Basis {
    Basis {
        experiment: None,
        experiment_as: None,
        recommendation: Recommendation {
            customer_id: "C1".into(),
            segment: "SMB".into(),
            journey_stage: Some("support".into()),
            playbook_id: "P1".into(),
            playbook_name: Some("Rescue".into()),
            recommended_action: "call".into(),
            confidence: 0.8,
            expected_cost: 100.0,
            expected_value: 1000.0,
            requires_human_approval: true,
            risk_score: 0.6,
            account_value: 10_000.0,
        },
        customer: None,
        risk_source: RiskSource::FusedSignals,
        value_source: ValueSource::SegmentPerformance,
        cost_source: CostSource::SegmentPerformance,
        roi_source: RoiSource::SegmentPerformance,
        roi_ratio: 10.0,
        evidence: Evidence { runs: 12.0, success_rate: Some(0.5), grade: EvidenceGrade::Measured },
        approval_reasons: vec![ApprovalReason::Playbook],
        missing: Vec::new(),
        state_entered_at: None,
        chosen: None,
        ledger_id: None,
        policy: PolicyBasis::new(&Policy::default(), &[ApprovalReason::Playbook], Some(10_000.0)),
    }
}

/// The same play with another playbook, `P2`, chosen instead, which another segment is meant for.
pub fn overridden() -> Basis {
    let mut basis = basis();
    basis.chosen = Some(Box::new(choice()));
    basis
}

/// The same customer where nothing is recommended.
pub fn uncovered() -> Basis {
    let Recommendation { customer_id, segment, journey_stage, risk_score, account_value, .. } =
        basis().recommendation;
    let customer =
        UncoveredCustomer { customer_id, segment, journey_stage, risk_score, account_value };
    let policy = PolicyBasis::new(&Policy::default(), &[], Some(account_value));
    Basis::of_uncovered(customer, RiskSource::FusedSignals, 0.8, policy)
}

/// What the playbook `P2` is.
pub fn choice() -> Chosen {
    Chosen {
        playbook_id: "P2".into(),
        playbook_name: Some("Outreach".into()),
        recommended_action: "email".into(),
        expected_cost: 200.0,
        expected_value: 900.0,
        requires_human_approval: false,
        value_source: ValueSource::ExpectedRange,
        cost_source: CostSource::Estimate,
        roi_source: RoiSource::Computed,
        roi_ratio: 4.5,
        evidence: Evidence { runs: 0.0, success_rate: None, grade: EvidenceGrade::Assumed },
        approval_reasons: Vec::new(),
        missing: Vec::new(),
        failed: vec![FailedGate {
            gate: Gate::Segment,
            found: "SMB".into(),
            needs: vec!["Enterprise"].into(),
        }],
    }
}

/// The same play where no approval is asked for.
pub fn automatic() -> Basis {
    let mut basis = basis();
    basis.recommendation.requires_human_approval = false;
    basis.approval_reasons.clear();
    basis
}

/// Entry number `seq` about a basis, with the id `e<seq>`.
pub fn entry(seq: u64, kind: DecisionKind, by: &str, basis: &Basis) -> Arc<Entry> {
    Arc::new(Entry {
        seq,
        id: compact_str::format_compact!("e{seq}"),
        at: "2026-02-03T14:00:00Z".parse().unwrap(),
        by: by.into(),
        kind,
        customer_id: basis.recommendation.customer_id.clone(),
        playbook_id: basis.playbook_id().clone(),
        reason: None,
        note: None,
        until: None,
        until_at: None,
        undoes: None,
        after: None,
        batch: None,
        proposal: None,
        recovered: None,
        basis: basis.clone().into(),
        basis_hash: Digest::default(),
        sig: None,
        prev: Digest::default(),
        hash: Digest::default(),
    })
}

/// Entry number `seq`, which takes back entry `undone`.
pub fn undo(seq: u64, undone: u64, basis: &Basis) -> Arc<Entry> {
    let mut entry = (*entry(seq, DecisionKind::Undo, "dana", basis)).clone();
    entry.undoes = Some(compact_str::format_compact!("e{undone}"));
    Arc::new(entry)
}

/// Three minutes after the entries were made.
pub fn now() -> Moment {
    Moment::new("2026-02-03T14:03:00Z".parse().unwrap(), jiff::tz::TimeZone::UTC)
}
