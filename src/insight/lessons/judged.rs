//! What a person decided about a recommended playbook: one decision for each customer and playbook.

use std::sync::Arc;

use compact_str::CompactString;

use crate::approval::{Authority, InForce};
use crate::domain::{DecisionKind, Entry, Missing};

/// A decision that counts, as its reviewer saw it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The recommended playbook's id.
    pub playbook: CompactString,
    /// The customer's segment.
    pub segment: CompactString,
    /// Approve, reject or override.
    pub kind: DecisionKind,
    /// The code of the reason; of an approval it says nothing.
    pub reason: Option<CompactString>,
    /// The playbook that was chosen instead.
    pub chosen: Option<CompactString>,
    /// The customer's risk, usually 0 to 1.
    pub risk: f64,
    /// The expected cost, in dollars; `None` where no one gave it.
    pub cost: Option<f64>,
}

impl Judged {
    /// True of a rejection or an override.
    pub fn is_against(&self) -> bool {
        self.kind != DecisionKind::Approve
    }
}

/// Returns of all entries of a customer the latest approval, rejection or override of each recommended
/// playbook, the latest first. Those that were undone do not count. Those that are stale, expired or spent do, and
/// so do those before a deferral: what a person thought of the play is the same.
pub fn judged<'e>(
    entries: impl IntoIterator<Item = &'e Arc<Entry>>,
    authority: &Authority<'_>,
) -> Vec<Judged> {
    use DecisionKind::{Approve, Override, Reject};
    let mut latest: Vec<Judged> = Vec::new();
    for entry in InForce::new(entries, authority).decisions.into_iter().rev() {
        let is_known = |id: &str| latest.iter().any(|later| later.playbook == id);
        let counts = match entry.kind {
            // What they are about is known without the basis.
            Approve | Reject => !is_known(&entry.playbook_id),
            kind => kind == Override,
        };
        if !counts {
            continue;
        }
        let basis = entry.basis.once();
        let of = basis.recommended().filter(|of| !of.playbook_id.is_empty());
        let Some(of) = of.filter(|of| !is_known(&of.playbook_id)) else { continue };
        let is_override = entry.kind == Override;
        latest.push(Judged {
            playbook: of.playbook_id.clone(),
            segment: of.segment.clone(),
            kind: entry.kind,
            reason: entry.reason.as_deref().map(CompactString::from),
            chosen: is_override.then(|| entry.playbook_id.clone()),
            risk: of.risk_score,
            cost: (!basis.missing.contains(&Missing::Cost)).then_some(of.expected_cost),
        });
    }
    latest
}
