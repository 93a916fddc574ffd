//! `unknown_owner`: a capacity of an owner whom no customer has, so that it limits nothing.

use super::ground::Ground;
use crate::domain::suggestion::{did_you_mean, suggestions};
use crate::domain::{Code, Finding, Person};
use crate::store::dataset::fields;

/// The name of the policy file, for people.
const POLICY_FILE: &str = "nextplay.toml";

pub fn findings(ground: &Ground<'_>) -> Vec<Finding> {
    let capacities = &ground.matching.policy().capacities;
    if capacities.is_empty() {
        return Vec::new();
    }
    let owners = ground.dataset.tables.customers.texts(fields::OWNER).pool();
    let known: Vec<Person> = owners.iter().map(Person::new).collect();
    let unknown = capacities.iter().filter(|one| !known.iter().any(|its| its.is(&one.owner)));
    let finding = |owner: &str| {
        let hint = did_you_mean(&suggestions(owner, owners.iter()));
        let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
        let message = format!(
            "the capacity of {owner:?} limits nothing: no customer has this owner{hint}; fix owner in {POLICY_FILE}, or \
             remove the block"
        );
        Finding::new(Code::UnknownOwner, message).in_file(POLICY_FILE).field("capacity.owner")
    };
    unknown.map(|one| finding(one.owner.name())).collect()
}
