//! `unknown_owner`: a capacity of an owner whom no customer has, so that it limits nothing.

use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::ground::Ground;
use crate::domain::suggestion::{did_you_mean, suggestions};
use crate::domain::{Code, Finding, Person};
use crate::store::dataset::fields;

/// The name of the policy file, for people.
const POLICY_FILE: &str = "nextplay.toml";

/// So many owners that no customer has are given the nearest names.
const HINTS: usize = 20;

pub fn findings(ground: &Ground<'_>) -> Vec<Finding> {
    let capacities = &ground.matching.policy().capacities;
    if capacities.is_empty() {
        return Vec::new();
    }
    let owners = ground.dataset.tables.customers.texts(fields::OWNER).pool();
    let known: FxHashSet<CompactString> =
        owners.iter().map(|owner| Person::new(owner).key().into()).collect();
    let unknown = capacities.iter().filter(|one| !known.contains(one.owner.key()));
    let finding = |(place, owner): (usize, &str)| {
        // All names are compared with each: that is for the first ones only.
        let near = if place < HINTS { suggestions(owner, owners.iter()) } else { Vec::new() };
        let hint = did_you_mean(&near);
        let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
        let message = format!(
            "the capacity of {owner:?} limits nothing: no customer has this owner{hint}; fix owner in {POLICY_FILE}, or \
             remove the block"
        );
        Finding::new(Code::UnknownOwner, message).in_file(POLICY_FILE).field("capacity.owner")
    };
    unknown.map(|one| one.owner.name().as_str()).enumerate().map(finding).collect()
}
