//! What is weak in the strategy, told from the matching of all customers (`strategy.md`, *Findings of
//! `check`*).
//!
//! - `ground`: what all of them look at.
//! - `survey`: how many customers there are for each question, counted in one walk.
//! - `similar_ids`, `similar_codes`: ids and codes that differ only in their form.
//! - `coverage`, `weak`, `dominated`, `never`, `threshold`: the warnings.
//! - `free`, `evidence`, `unused`, `review`: the notes.

#[cfg(test)]
mod any_data;
mod coverage;
mod dominated;
#[cfg(test)]
mod edges;
mod evidence;
mod experiments;
mod free;
mod ground;
mod never;
mod owners;
mod review;
mod similar_codes;
mod similar_ids;
mod survey;
#[cfg(test)]
mod tests;
mod threshold;
mod unused;
mod weak;
mod words;

pub use review::{Reason, below_policy, measured_roi};

use ground::Ground;
use survey::Survey;

use crate::domain::Finding;
use crate::matching::Matching;

/// All findings about the strategy: warnings first, then notes; in each kind by what they are about,
/// in the order of the files.
pub fn strategy_findings(matching: &Matching) -> Vec<Finding> {
    let ground = Ground::new(matching);
    let dominated = dominated::find(&ground);
    let zero = threshold::find(&ground);
    let watches: Vec<survey::Watch> = dominated
        .iter()
        .map(|found| found.watch(&ground))
        .chain(zero.iter().map(|playbook| threshold::watch(*playbook)))
        .collect();
    let survey = Survey::new(&ground, &watches);
    let (of_dominated, of_zero) = survey.watched.split_at(dominated.len());

    let mut findings = similar_ids::findings(&ground);
    findings.extend(experiments::findings(&ground));
    findings.extend(owners::findings(&ground));
    findings.extend(similar_codes::findings(&ground));
    findings.extend(coverage::findings(&ground, &survey));
    findings.extend(weak::findings(&ground, &survey));
    let dominated = dominated.iter().zip(of_dominated);
    findings.extend(dominated.map(|(found, touched)| found.finding(&ground, *touched)));
    findings.extend(never::findings(&ground, &survey));
    let zero = zero.iter().zip(of_zero);
    findings.extend(zero.map(|(playbook, of)| threshold::finding(&ground, *playbook, *of)));
    findings.extend(free::findings(&ground));
    findings.extend(evidence::findings(&ground, &survey));
    findings.extend(unused::findings(&ground));
    findings.extend(review::findings(&ground, &survey));
    findings
}
