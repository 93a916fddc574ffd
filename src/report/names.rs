//! Names and labels for what the ledger holds as ids and codes.

use crate::domain::{Labels, Policy};
use crate::store::Dataset;

/// The names of the customers and playbooks in the data, and the labels of the policy.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// The policy.
    pub policy: Policy,
    /// Customers and playbooks; nothing else of it is looked at.
    pub data: Dataset,
}

impl Names {
    /// Returns the policy's labels.
    pub fn labels(&self) -> &Labels {
        &self.policy.labels
    }

    /// Returns the name of a customer, where it has one.
    pub fn customer(&self, id: &str) -> Option<&str> {
        self.data.customer(self.data.customer_number(id)?)?.name()
    }

    /// Returns the name of a playbook; `None` where it has none or is not in the data.
    pub fn playbook(&self, id: &str) -> Option<&str> {
        self.data.playbook_by_id(id).map(|playbook| playbook.title()).filter(|title| *title != id)
    }
}
