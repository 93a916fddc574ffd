//! Whether an entry is by whom it says: an entry in the name of someone who has a key when it is made has
//! to be signed with it.

use std::sync::Arc;

use rayon::prelude::*;

use crate::domain::status::SignatureFault;
use crate::domain::time::{CLOCK_TOLERANCE, time_of_id};
use crate::domain::{ApproverKey, DecisionKind, Entry, Person, Policy};
use crate::signing::{SignatureError, Signed, check};

/// Why an entry does not count in its maker's name; `None` where it does: it is rightly signed, or made
/// outside the time of every key of its maker, as its own date says.
pub fn fault(entry: &Entry, policy: &Policy) -> Option<SignatureFault> {
    if !policy.has_keys() {
        return None;
    }
    fault_with(entry, policy, &keys_in_use(entry, policy))
}

/// Returns what there is to say of an entry's signature: `signed with SHA256:…, which holds`; `None` of one
/// that has none and needs none.
pub fn words(entry: &Entry, policy: &Policy) -> Option<String> {
    let keys = keys_in_use(entry, policy);
    let fault = fault_with(entry, policy, &keys);
    let Some(sig) = entry.sig.as_deref() else {
        return fault.map(|fault| format!("{}; the entry does not count", fault.words()));
    };
    let with = match Signed::parse(sig) {
        Some(signed) => format!("signed with {}", signed.fingerprint()),
        None => "signed".to_owned(),
    };
    Some(match fault {
        None if keys.is_empty() => {
            format!("{with}; the policy had no key for {} then, so it proves nothing", entry.by)
        }
        None => format!("{with}; the signature is valid"),
        Some(fault) => format!("{with}, but {}; the entry does not count", fault.words()),
    })
}

/// The keys of an entry's maker that are in use when it is made.
pub fn keys_in_use<'p>(entry: &Entry, policy: &'p Policy) -> Vec<&'p ApproverKey> {
    let mut keys = policy.keys_of(&Person::new(&entry.by));
    keys.retain(|key| key.is_valid_at(entry.at));
    keys
}

fn fault_with(entry: &Entry, policy: &Policy, keys: &[&ApproverKey]) -> Option<SignatureFault> {
    if keys.is_empty() {
        return None;
    }
    if entry.sig.is_none() {
        return Some(SignatureFault::NotSigned);
    }
    if is_far(entry) {
        return Some(SignatureFault::OtherTime);
    }
    match check::check(entry, keys) {
        Err(SignatureError::NotOne) => Some(SignatureFault::NotASignature),
        Err(SignatureError::OtherKey) => Some(SignatureFault::OtherKey),
        Err(SignatureError::OtherText) => Some(SignatureFault::OtherText),
        // A recovery has no basis that could name a ledger.
        Ok(()) => (entry.kind != DecisionKind::Recover && is_of_other_ledger(entry, policy))
            .then_some(SignatureFault::OtherLedger),
    }
}

/// True of an entry dated further from the time in its id than clocks may differ, and of an id without one.
fn is_far(entry: &Entry) -> bool {
    time_of_id(&entry.id).is_none_or(|made| made.duration_since(entry.at).abs() > CLOCK_TOLERANCE)
}

fn is_of_other_ledger(entry: &Entry, policy: &Policy) -> bool {
    policy.ledger_id.is_some() && entry.basis.once().ledger_id != policy.ledger_id
}

/// What the signatures of a whole ledger say.
#[derive(Debug, Clone, Default)]
pub struct SignatureReport<'e> {
    /// How many entries are signed by their makers, with a key of theirs.
    pub signed: usize,
    /// Entries that do not count in their makers' names, in order.
    pub faults: Vec<(&'e Arc<Entry>, SignatureFault)>,
    /// Unsigned entries dated before a key of their makers was in use, in order; each with the entry
    /// before it that was made when the key was in use, where there is one: then its date may be forged.
    pub before_key: Vec<(&'e Arc<Entry>, Option<&'e Arc<Entry>>)>,
}

/// Checks every signature of a ledger, on all cores. `entries` are all of them, in order.
pub fn report<'e>(entries: &[&'e Arc<Entry>], policy: &Policy) -> SignatureReport<'e> {
    let mut report = SignatureReport::default();
    if !policy.has_keys() {
        return report;
    }
    enum Found<'p> {
        Signed,
        Fault(SignatureFault),
        /// When the first key that begins later does.
        Before(&'p ApproverKey),
        Nothing,
    }
    let look = |entry: &&Arc<Entry>| {
        let all = policy.keys_of(&Person::new(&entry.by));
        let in_use: Vec<_> = all.iter().copied().filter(|key| key.is_valid_at(entry.at)).collect();
        match fault_with(entry, policy, &in_use) {
            Some(fault) => Found::Fault(fault),
            None if !in_use.is_empty() => Found::Signed,
            None if entry.sig.is_none() => {
                let begins = |key: &ApproverKey| key.from.as_ref().map(|from| from.at);
                let later = all.into_iter().filter(|key| begins(key) > Some(entry.at));
                later.min_by_key(|key| begins(key)).map_or(Found::Nothing, Found::Before)
            }
            None => Found::Nothing,
        }
    };
    let found: Vec<Found<'_>> = entries.par_iter().map(look).collect();
    let mut latest: Option<&Arc<Entry>> = None;
    for (entry, found) in entries.iter().zip(found) {
        match found {
            Found::Signed => report.signed += 1,
            Found::Fault(fault) => report.faults.push((entry, fault)),
            Found::Before(key) => {
                let since = |latest: &&Arc<Entry>| {
                    latest.at.duration_since(entry.at) > CLOCK_TOLERANCE
                        && key.is_valid_at(latest.at)
                };
                report.before_key.push((entry, latest.filter(since)));
            }
            Found::Nothing => {}
        }
        if latest.is_none_or(|latest| latest.at < entry.at) {
            latest = Some(entry);
        }
    }
    report
}
