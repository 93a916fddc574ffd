//! The tables of the policy of which there may be several: `[[approver]]` and others.

use super::capacity::Capacity;
use super::experiment::Experiment;
use super::policy::{Approver, Policy};
use super::policy_key::Key;
use super::policy_keys::{
    APPROVER, APPROVER_KEYS, CAPACITY, CAPACITY_KEYS, EXPERIMENT, EXPERIMENT_KEYS,
};

/// A table of which there may be several.
pub trait Block: Default + Clone + 'static {
    /// The name of the table.
    const NAME: &'static str;
    /// What each is for: "for each who may decide".
    const EACH: &'static str;
    /// What can stand in one.
    const KEYS: &'static [Key<Self>];

    /// Where the policy keeps them.
    fn all(policy: &mut Policy) -> &mut Vec<Self>;

    /// Returns everything that does not go together in one, given those before it: the full name of the key, and
    /// what is wrong with it.
    fn objections(&self, _earlier: &[Self]) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

impl Block for Approver {
    const NAME: &'static str = APPROVER;
    const EACH: &'static str = "for each who may decide";
    const KEYS: &'static [Key<Self>] = APPROVER_KEYS;

    fn all(policy: &mut Policy) -> &mut Vec<Self> {
        &mut policy.approvers
    }
}

impl Block for Capacity {
    const NAME: &'static str = CAPACITY;
    const EACH: &'static str = "for each owner";
    const KEYS: &'static [Key<Self>] = CAPACITY_KEYS;

    fn all(policy: &mut Policy) -> &mut Vec<Self> {
        &mut policy.capacities
    }

    fn objections(&self, earlier: &[Self]) -> Vec<(&'static str, String)> {
        self.objections(earlier)
    }
}

impl Block for Experiment {
    const NAME: &'static str = EXPERIMENT;
    const EACH: &'static str = "for each experiment";
    const KEYS: &'static [Key<Self>] = EXPERIMENT_KEYS;

    fn all(policy: &mut Policy) -> &mut Vec<Self> {
        &mut policy.experiments
    }

    fn objections(&self, earlier: &[Self]) -> Vec<(&'static str, String)> {
        self.objections(earlier)
    }
}
