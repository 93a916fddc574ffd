//! The ledger and the statuses against small models of what they have to do, with every call to the
//! disk failing in turn.
//!
//! - `disk`: a disk that fails at one call, or loses power there.
//! - `ledger`: any order of decisions and faults against a list of entries.
//! - `every_call`: one sequence of decisions and recoveries, with each fault at each call.
//! - `damage`: what a recovery keeps of a damaged ledger.
//! - `memory`: what is remembered of a ledger, and looking a customer up in a long one.
//! - `statuses`: any order of decisions and hand-offs against the rules.
//!
//! `PROPTEST_CASES` and `PROPTEST_RNG_SEED` look further than the fixed cases.

mod damage;
mod disk;
mod every_call;
mod ledger;
mod memory;
mod statuses;

use std::convert::Infallible;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use compact_str::CompactString;
use jiff::Timestamp;
use nextplay::domain::{DecisionKind, Entry};
use nextplay::ledger::{AppendError, Draft, Drafts, History, Ledger, Recorded};
use tempfile::TempDir;

const LEDGER: &str = "decisions.jsonl";

/// A time later than any before: files beside the ledger are named by it.
fn now() -> Timestamp {
    static SECONDS: AtomicI64 = AtomicI64::new(1_770_000_000);
    Timestamp::from_second(SECONDS.fetch_add(1, Ordering::Relaxed)).unwrap()
}

/// A directory in memory, where there is such a place: what a disk keeps is modelled here.
fn directory() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// An approval for a customer.
fn draft(customer: &str, after: Option<&Arc<Entry>>) -> Draft {
    Draft {
        id: None,
        by: "dana".into(),
        kind: DecisionKind::Approve,
        customer_id: customer.into(),
        playbook_id: "PB_SUP_001".into(),
        reason: None,
        note: None,
        until: None,
        until_at: None,
        undoes: None,
        after: after.map(|entry| entry.id.clone()),
        batch: None,
        proposal: None,
        sig: None,
        recovered: None,
        basis: include_str!("../ledger_basis.json").trim().to_owned(),
        at: now(),
    }
}

/// Approves these customers at once, each on what the ledger holds of it.
fn approve(
    ledger: &Ledger,
    known: Option<&History>,
    customers: &[String],
) -> Result<Recorded<Infallible>, AppendError<Infallible>> {
    ledger.append_each(known, |history| {
        // Some have a batch id in common, as what is decided together has.
        let batch = (customers.len() > 1).then(|| CompactString::const_new("01956789-batch"));
        let one =
            |id: &String| Ok(Draft { batch: batch.clone(), ..draft(id, history.last_for(id)) });
        let drafts: Vec<Result<Draft, Infallible>> = customers.iter().map(one).collect();
        Ok(Box::new(std::iter::once(drafts)) as Drafts<'_, Infallible>)
    })
}

/// The bytes of a ledger with one entry for each of these customers.
fn bytes_of(customers: &[&str]) -> Vec<u8> {
    let directory = directory();
    let ledger = Ledger::new(directory.path().join(LEDGER));
    for id in customers {
        approve(&ledger, None, &[(*id).to_owned()]).unwrap();
    }
    fs::read(ledger.path().unwrap()).unwrap()
}

/// Every way to read a ledger says the same: the whole, going on from any earlier state, and `verify`.
#[track_caller]
fn read_in_every_way(path: &Path, earlier: &[History]) -> History {
    let ledger = Ledger::new(path);
    let whole = ledger.read().unwrap();
    let verified = ledger.verify().unwrap();
    assert_eq!(verified.head, whole.head());
    assert_eq!((verified.entries, verified.broken), (whole.len(), whole.broken.clone()));
    assert_eq!(verified.unfinished, whole.unfinished);
    for known in earlier {
        let on = ledger.read_from(Some(known)).unwrap();
        assert!(on.entries().eq(whole.entries()), "from {}", known.seq());
        assert_eq!((on.head(), &on.broken), (whole.head(), &whole.broken));
        assert_eq!(on.unfinished, whole.unfinished, "from {}", known.seq());
    }
    whole
}
