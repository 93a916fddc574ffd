//! An event: what it is about, who it is by, and an id that is the same wherever and whenever it is sent.

use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use strum::{IntoStaticStr, VariantArray};

use crate::domain::{DecisionKind, Entry, Status, number};
use crate::workspace::Snapshot;

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum EventKind {
    /// A customer's recommendation needs an approval.
    Pending,
    /// The data changed since a decision.
    Stale,
    /// Someone approved, rejected, deferred, overrode or undid.
    Decision,
    /// Someone proposed a playbook.
    Proposal,
    /// A play was handed off.
    HandOff,
}

/// What makes an event of a kind.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// A customer comes to have this status.
    Status(Status),
    /// An entry of the ledger, one of these.
    Entry(fn(DecisionKind) -> bool),
}

impl EventKind {
    /// All kinds.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;

    /// Returns the name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns what makes it.
    pub fn source(self) -> Source {
        match self {
            Self::Pending => Source::Status(Status::Pending),
            Self::Stale => Source::Status(Status::Stale),
            Self::Decision => Source::Entry(|kind| {
                use DecisionKind::{Approve, Defer, Override, Reject, Undo};
                matches!(kind, Approve | Reject | Defer | Override | Undo)
            }),
            Self::Proposal => Source::Entry(|kind| kind == DecisionKind::Propose),
            Self::HandOff => Source::Entry(|kind| kind == DecisionKind::HandOff),
        }
    }

    /// Returns the kind that a status makes.
    pub fn of_status(status: Status) -> Option<Self> {
        let is = |kind: &Self| matches!(kind.source(), Source::Status(of) if of == status);
        Self::ALL.iter().copied().find(is)
    }

    /// Returns the kind that an entry makes.
    pub fn of_entry(entry: &Entry) -> Option<Self> {
        let is = |kind: &Self| matches!(kind.source(), Source::Entry(of) if of(entry.kind));
        Self::ALL.iter().copied().find(is)
    }
}

/// The id of an event, 32 hexadecimal digits: made from what the event is about alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventId([u8; 16]);

impl EventId {
    fn new(kind: EventKind, about: &[&str]) -> Self {
        let parts: Vec<&str> = [kind.name()].into_iter().chain(about.iter().copied()).collect();
        // As JSON, so that no two lists of parts have one text.
        let hash = Sha256::digest(crate::domain::json::line(&parts));
        let mut id = [0; 16];
        id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Self(id)
    }

    /// Returns the id of the event that an entry makes.
    pub fn of_entry(kind: EventKind, entry: &Entry) -> Self {
        Self::new(kind, &[&entry.hash.to_string()])
    }

    /// Returns the id of the event that a customer's status makes: with another basis, or after another
    /// decision, it is another one.
    pub fn of_status(kind: EventKind, customer: &str, basis: &str, last: Option<&Entry>) -> Self {
        let last = last.map(|entry| entry.hash.to_string()).unwrap_or_default();
        Self::new(kind, &[customer, basis, &last])
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for EventId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected an event_id of 32 hexadecimal digits".to_owned();
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let id = u128::from_str_radix(text, 16).map_err(|_| wrong())?;
        Ok(Self(id.to_be_bytes()))
    }
}

impl Serialize for EventId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An event as it is sent: one line of JSON. What is not known, or does not belong to the kind, is
/// `null`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// The id.
    pub event_id: EventId,
    /// The name of the kind.
    pub event: &'static str,
    /// When: of an entry the time in it, else when it was noticed. RFC 3339, in UTC.
    pub at: String,
    /// Id of the customer.
    pub customer_id: CompactString,
    /// Name of the customer.
    pub customer_name: Option<CompactString>,
    /// The playbook that it is about.
    pub playbook_id: Option<CompactString>,
    /// Name of the playbook.
    pub playbook_name: Option<CompactString>,
    /// Status of the customer now.
    pub status: Option<Status>,
    /// The customer success manager in charge.
    pub owner: Option<CompactString>,
    /// Dollars a year.
    #[serde(serialize_with = "number::serialize_option")]
    pub account_value: Option<f64>,
    /// Dollars.
    #[serde(serialize_with = "number::serialize_option")]
    pub revenue_at_risk: Option<f64>,
    /// Who made the entry.
    pub by: Option<CompactString>,
    /// The kind of the entry: `approve`, `reject` and so on.
    pub kind: Option<&'static str>,
    /// The reason in the entry, a code.
    pub reason: Option<CompactString>,
    /// The note in the entry.
    pub note: Option<String>,
    /// Id of the entry; of a status, that of the decision that led to it, if any.
    pub entry: Option<CompactString>,
    /// Hash of the basis: of what was decided about, or of what needs a decision.
    pub basis: Option<String>,
}

impl Event {
    /// Returns the event of an entry.
    pub fn of_entry(snapshot: &Snapshot, kind: EventKind, entry: &Entry) -> Self {
        let number = snapshot.matching.dataset().customer_number(&entry.customer_id);
        let filled = |text: &CompactString| (!text.is_empty()).then(|| text.clone());
        Self {
            at: format!("{:.3}", entry.at),
            customer_id: entry.customer_id.clone(),
            playbook_id: filled(&entry.playbook_id),
            by: Some(entry.by.clone()),
            kind: Some(entry.kind.name()),
            reason: entry.reason.clone(),
            note: entry.note.clone(),
            entry: Some(entry.id.clone()),
            basis: Some(entry.basis_hash.to_string()),
            ..Self::about(snapshot, EventId::of_entry(kind, entry), kind, number)
        }
        .with_playbook_name(snapshot)
    }

    /// Returns the event of a customer's status; `None` if there is no customer of that number.
    pub fn of_status(
        snapshot: &Snapshot,
        kind: EventKind,
        id: EventId,
        number: usize,
    ) -> Option<Self> {
        let stated = snapshot.hashed_basis(number)?;
        let standing = snapshot.standing(number);
        let chosen = standing.pending_choice().map(|decision| decision.playbook_id.clone());
        let recommended = stated.basis.recommendation.playbook_id.clone();
        let recommended = Some(recommended).filter(|id| !id.is_empty());
        let of_customer = snapshot.matching.customer(number)?.id();
        let event = Self {
            customer_id: of_customer.into(),
            playbook_id: chosen.or(recommended),
            entry: snapshot.last_entry(of_customer),
            basis: Some(stated.hash),
            ..Self::about(snapshot, id, kind, Some(number))
        };
        Some(event.with_playbook_name(snapshot))
    }

    fn about(
        snapshot: &Snapshot,
        event_id: EventId,
        kind: EventKind,
        number: Option<usize>,
    ) -> Self {
        let view = number.and_then(|number| snapshot.matching.customer(number));
        Self {
            event_id,
            event: kind.name(),
            at: format!("{:.3}", snapshot.now.at),
            customer_id: CompactString::default(),
            customer_name: view.and_then(|view| view.name()).map(Into::into),
            playbook_id: None,
            playbook_name: None,
            status: number.map(|number| snapshot.status(number)),
            owner: view.and_then(|view| view.owner()).map(Into::into),
            account_value: view.and_then(|view| view.known_account_value()),
            revenue_at_risk: number.map(|number| snapshot.matching.revenue_at_risk(number)),
            by: None,
            kind: None,
            reason: None,
            note: None,
            entry: None,
            basis: None,
        }
    }

    fn with_playbook_name(self, snapshot: &Snapshot) -> Self {
        let id = self.playbook_id.as_deref();
        let playbook = id.and_then(|id| snapshot.matching.dataset().playbook_by_id(id));
        Self { playbook_name: playbook.and_then(|playbook| playbook.name.clone()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn an_id_depends_on_what_it_is_about_and_on_nothing_else() {
        let id = |customer, basis| EventId::of_status(EventKind::Pending, customer, basis, None);
        assert_eq!(id("C1", "b").to_string(), id("C1", "b").to_string());
        assert_ne!(id("C1", "b"), id("C1b", ""));
        assert_ne!(id("C1", "b"), EventId::of_status(EventKind::Stale, "C1", "b", None));
        // A change of the id would send every event again.
        assert_eq!(id("C1", "b").to_string(), "9043b38470e35e9fad142563df68f7b9");
        assert_eq!(id("C1", "b").to_string().parse(), Ok(id("C1", "b")));
        for wrong in ["", "12", "+1345678901234567890123456789012", &"g".repeat(32)] {
            assert!(wrong.parse::<EventId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_kind_has_a_source_of_its_own() {
        for kind in EventKind::ALL {
            if let Source::Status(status) = kind.source() {
                assert_eq!(EventKind::of_status(status), Some(*kind));
            }
        }
        let of = |kind: DecisionKind| {
            let is = |event: &&EventKind| matches!(event.source(), Source::Entry(of) if of(kind));
            EventKind::ALL.iter().filter(is).count()
        };
        for kind in DecisionKind::iter() {
            assert!(of(kind) <= 1, "{kind:?} makes one event at most");
        }
        assert_eq!(of(DecisionKind::Undo), 1);
    }
}
