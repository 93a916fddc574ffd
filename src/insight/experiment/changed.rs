//! What was changed of an experiment since customers were handed off in it: only `exposure` may grow while it
//! runs (`learning.md`, *Experiments and holdouts*). Hand-offs and enrollments record the experiment as it was.

use std::sync::Arc;

use compact_str::CompactString;
use rustc_hash::FxHashSet;

use crate::domain::experiment::Experiment;
use crate::domain::policy_key::Key;
use crate::domain::policy_keys::EXPERIMENT_KEYS;
use crate::domain::{Code, DecisionKind, Entry, Finding, Moment, Policy};

/// The name of the policy file, for people.
const POLICY_FILE: &str = "nextplay.toml";

/// An experiment as the ledger has it.
struct Recorded {
    /// As it was at first.
    first: Experiment,
    /// The greatest exposure that it had.
    exposure: f64,
    /// The number of the first entry.
    seq: u64,
    since: jiff::Timestamp,
    customers: FxHashSet<CompactString>,
}

/// One finding for each experiment that is another one now than customers were handed off in. `entries` are those
/// of the whole ledger, in order.
pub fn findings<'e>(
    policy: &Policy,
    entries: impl Iterator<Item = &'e Arc<Entry>> + Clone,
    now: &Moment,
) -> Vec<Finding> {
    if policy.experiments.is_empty() {
        return Vec::new();
    }
    let recorded = recorded(entries);
    let is_recorded = |id: &str| recorded.iter().any(|its| its.first.id() == id);
    let finding = |its: &Recorded| {
        let first = &its.first;
        let same = policy.experiments.iter().find(|one| one.id() == first.id());
        // Under a new name everything else is the same; one that is gone is over.
        let renamed = || {
            let other = |one: &&Experiment| {
                !is_recorded(one.id()) && changes(its, one).iter().all(|change| change.0 == "id")
            };
            policy.experiments.iter().find(other)
        };
        let changes = changes(its, same.or_else(renamed)?);
        let (field, _) = changes.first()?;
        let words: Vec<&str> = changes.iter().map(|(_, words)| words.as_str()).collect();
        let message = format!(
            "the experiment {:?} is not what it was on {}, when customers were first handed off in it (entry {}): {}; \
             what came before and after cannot be compared; change it back, or give it a new id and a new day to start",
            first.id(),
            now.day_of(its.since),
            its.seq,
            words.join(", "),
        );
        let customers = Some(its.customers.len());
        let finding = Finding::new(Code::ExperimentChanged, message).in_file(POLICY_FILE);
        Some(Finding { customers, ..finding.field(&format!("experiment.{field}")) })
    };
    recorded.iter().filter_map(finding).collect()
}

/// The experiments that customers were handed off in, in the order of the ledger.
fn recorded<'e>(entries: impl Iterator<Item = &'e Arc<Entry>> + Clone) -> Vec<Recorded> {
    let undone: FxHashSet<&str> =
        entries.clone().filter_map(|entry| entry.undoes.as_deref()).collect();
    let mut all: Vec<Recorded> = Vec::new();
    for entry in entries {
        let starts = matches!(entry.kind, DecisionKind::HandOff | DecisionKind::Enroll);
        if !starts || undone.contains(entry.id.as_str()) {
            continue;
        }
        let basis = entry.basis.once();
        let Some(experiment) = basis.experiment_as.as_deref() else { continue };
        let place = all.iter().position(|its| its.first.id() == experiment.id());
        let place = place.unwrap_or_else(|| {
            all.push(Recorded {
                first: experiment.clone(),
                exposure: experiment.exposure,
                seq: entry.seq,
                since: entry.at,
                customers: FxHashSet::default(),
            });
            all.len() - 1
        });
        if let Some(its) = all.get_mut(place) {
            its.exposure = its.exposure.max(experiment.exposure);
            its.customers.insert(entry.customer_id.clone());
        }
    }
    all
}

/// The keys that have another value now, each with what it was and is.
fn changes(its: &Recorded, now: &Experiment) -> Vec<(&'static str, String)> {
    let widest = Experiment { exposure: its.exposure, ..its.first.clone() };
    let change = |key: &Key<Experiment>| {
        let name = key.own_name();
        if name == "exposure" && now.exposure >= its.exposure {
            return None;
        }
        let text = |one| key.written(one).unwrap_or_else(|| key.absent().to_owned());
        let (was, is) = (text(&widest), text(now));
        (was != is).then(|| (name, format!("{name} {was} → {is}")))
    };
    EXPERIMENT_KEYS.iter().filter_map(change).collect()
}
