//! Why nothing is recommended to a customer, in one sentence.

use std::collections::BTreeMap;

use super::near_misses::{Miss, NearMisses};
use crate::domain::Gate;
use crate::domain::labels::LabelKind;
use crate::domain::money::{counted, share};
use crate::matching::Matching;

/// Returns why nothing is recommended: `confidence 0.30 is below the 0.50 minimum`, or why no playbook
/// is eligible. Text from data files in it is not yet escaped.
pub fn why_nothing(matching: &Matching, number: usize) -> String {
    let policy = matching.policy();
    match matching.risk(number).filter(|risk| !risk.passes_confidence(policy)) {
        Some(risk) => format!(
            "confidence {} is below the {} minimum",
            share(risk.reported_confidence(policy)),
            share(policy.confidence_threshold)
        ),
        None => why_uncovered(matching, number),
    }
}

/// Returns why no playbook is eligible: `3 SMB retention playbooks: 1 retired, 2 need risk 0.70 or
/// more`. Text from data files in it is not yet escaped.
pub fn why_uncovered(matching: &Matching, number: usize) -> String {
    let Some(view) = matching.customer(number) else { return String::new() };
    let labels = &matching.policy().labels;
    let misses = NearMisses::new(matching, number);
    let fails = |miss: &Miss, gate: Gate| miss.failed.iter().any(|failed| failed.gate == gate);
    // What time alone would open goes first, the nearest day.
    let contacted = misses.near.iter().filter(|miss| fails(miss, Gate::Contact));
    let day = |miss: &&Miss| {
        let needs = miss.failed.first().and_then(|failed| failed.needs.as_str());
        (needs.is_none(), needs.map(str::to_owned))
    };
    if let Some(miss) = contacted.min_by_key(day) {
        return miss.words(labels);
    }
    let of_stage: Vec<&Miss> = misses.near.iter().chain(&misses.farther).collect();
    let (others, own): (Vec<&Miss>, Vec<&Miss>) =
        of_stage.into_iter().partition(|miss| fails(miss, Gate::Segment));
    let stage = match view.stage() {
        None | Some("") => None,
        Some(code) => Some(labels.inline(LabelKind::Stage, code)),
    };
    let kind = match &stage {
        Some(stage) => format!("{stage} playbook"),
        None => "playbook".to_owned(),
    };
    let mut text = match (own.len(), others.len()) {
        (0, 0) => match &stage {
            Some(stage) => format!("no playbook is for the {stage} stage"),
            None => "no playbook is for customers without a stage".to_owned(),
        },
        (0, n) => format!("{}, none of them for {}", counted(n, &kind), view.segment()),
        (n, others) => {
            let of_segment = counted(n, &format!("{} {kind}", view.segment()));
            let more = match others {
                0 => String::new(),
                n => format!("; {n} more for other segments only"),
            };
            format!("{of_segment}: {}{more}", reasons(&own).join(", "))
        }
    };
    if !misses.skipped.is_empty() {
        let rows = counted(misses.skipped.len(), "playbook");
        let were = if misses.skipped.len() == 1 { "was" } else { "were" };
        text.push_str(&format!("; {rows} {were} skipped because of an error in the row"));
    }
    text
}

/// `1 retired, 2 need risk 0.70 or more`
fn reasons(misses: &[&Miss]) -> Vec<String> {
    let mut by_status: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut too_low, mut least) = (0, f64::INFINITY);
    for miss in misses {
        for failed in &miss.failed {
            match failed.gate {
                Gate::Status => {
                    *by_status
                        .entry(failed.found.as_str().unwrap_or("without a status"))
                        .or_default() += 1;
                    break;
                }
                Gate::Risk => {
                    too_low += 1;
                    least = failed.needs.as_f64().unwrap_or(0.0).min(least);
                }
                Gate::Segment | Gate::Stage | Gate::Contact | Gate::Row => {}
            }
        }
    }
    let mut reasons: Vec<String> =
        by_status.into_iter().map(|(status, n)| format!("{n} {status}")).collect();
    if too_low > 0 {
        let need = if too_low == 1 { "needs" } else { "need" };
        reasons.push(format!("{too_low} {need} risk {} or more", share(least)));
    }
    reasons
}
