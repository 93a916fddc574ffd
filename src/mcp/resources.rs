//! The table of resources: what a client can read and be told changes of.

use std::sync::Arc;

use super::engine::View;
use super::outputs;
use super::read;
use super::shape::Kind;
use crate::domain::Error;
use crate::workspace::Snapshot;

/// A row of the table.
#[derive(Debug)]
pub struct Resource {
    /// Its address.
    pub uri: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub description: &'static str,
    /// The type of its text.
    pub mime_type: &'static str,
    /// The shape of its JSON; of other text, all comes from data.
    pub shape: Kind,
    /// Makes its text.
    pub read: fn(&View) -> Result<Vec<u8>, Error>,
    /// True where the text is another one than in the view before.
    pub changed: fn(&Snapshot, &Snapshot) -> bool,
}

const JSON: &str = "application/json";

/// All resources.
pub static RESOURCES: [Resource; 4] = [
    Resource {
        uri: "nextplay://customers",
        name: "customers",
        description: "Every customer with recommendation and status, as list_customers returns them",
        mime_type: JSON,
        shape: outputs::CUSTOMERS,
        read: read::customers,
        changed: |before, now| is_matched_anew(before, now) || before.statuses != now.statuses,
    },
    Resource {
        uri: "nextplay://playbooks",
        name: "playbooks",
        description: "Every playbook, with how often it is recommended, outranked and blocked",
        mime_type: JSON,
        shape: outputs::PLAYBOOKS,
        read: read::playbooks,
        changed: is_matched_anew,
    },
    Resource {
        uri: "nextplay://policy",
        name: "policy",
        description: "The policy in force: who may decide, what needs approval, targets",
        mime_type: "application/toml",
        shape: Kind::Untrusted,
        read: read::policy,
        changed: |before, now| before.policy.text != now.policy.text,
    },
    Resource {
        uri: "nextplay://report",
        name: "report",
        description: "The report on the whole portfolio",
        mime_type: "text/markdown",
        shape: Kind::Untrusted,
        read: read::report_text,
        changed: |before, now| {
            is_matched_anew(before, now)
                || before.statuses != now.statuses
                || before.history.head() != now.history.head()
                || before.today() != now.today()
        },
    },
];

/// Returns the resource of an address.
pub fn resource(uri: &str) -> Option<&'static Resource> {
    RESOURCES.iter().find(|resource| resource.uri == uri)
}

fn is_matched_anew(before: &Snapshot, now: &Snapshot) -> bool {
    !Arc::ptr_eq(&before.matching, &now.matching)
}
