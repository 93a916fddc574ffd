//! Decisions and ledgers for the tests of this module.

use std::convert::Infallible;
use std::fs;
use std::sync::Arc;

use compact_str::CompactString;
use tempfile::TempDir;

use super::{Appended, Draft, EntryIds, History, Ledger, entry};
use crate::domain::{DecisionKind, Digest, Entry, LineSource};

/// A basis as it is stored, with a member that this version does not know.
pub const BASIS: &str = concat!(
    r#"{"recommendation":{"customer_id":"C005","segment":"Enterprise","journey_stage":"at_risk","#,
    r#""playbook_id":"PB_SUP_001","playbook_name":"Rescue","recommended_action":"call","#,
    r#""confidence":0.91,"expected_cost":450,"expected_value":21000.5,"#,
    r#""requires_human_approval":true,"risk_score":0.71,"account_value":84000},"#,
    r#""risk_source":"fused_signals","value_source":"segment_performance","#,
    r#""cost_source":"estimate","roi_source":"computed","roi_ratio":46.666666666666664,"#,
    r#""evidence":{"runs":12,"success_rate":0.75,"grade":"measured"},"#,
    r#""approval_reasons":["playbook"],"later":{"hash":"not the seal"},"#,
    r#""policy":{"confidence_threshold":0.5,"confidence_margin":0.2,"ranking":"roi"}}"#,
);

/// The line of a draft, without its newline, and its entry.
pub fn seal(draft: &Draft, seq: u64, prev: Digest) -> (String, Entry) {
    let id = draft.id.clone().unwrap_or_else(|| EntryIds::default().next(draft.at));
    let mut line = String::new();
    let nowhere: Arc<dyn LineSource> = Arc::new(Vec::new());
    entry::prepare(draft, id).unwrap().link(seq, prev, &mut line, 0, &nowhere);
    line.pop();
    let entry = parsed(line.as_bytes()).unwrap();
    (line, entry)
}

/// The entry of a line.
pub fn parsed(line: &[u8]) -> Result<Entry, String> {
    let source: Arc<dyn LineSource> = Arc::new(line.to_vec());
    entry::parse(line, 0, &source)
}

/// An approval of one customer's recommendation, with no entry known before it.
pub fn draft(by: &str, customer: &str) -> Draft {
    let about = (customer.into(), CompactString::const_new("PB_SUP_001"));
    let at = "2026-02-03T14:02:11.123456Z".parse().unwrap();
    Draft::new(DecisionKind::Approve, by, about, BASIS.to_owned(), at)
}

/// A place for a ledger, which is not there yet.
pub fn place() -> (TempDir, Ledger) {
    // In memory where there is such a place: a test cannot see whether fsync reached a disk, and
    // thousands of them take their time.
    let directory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let ledger = Ledger::new(directory.path().join("decisions.jsonl"));
    (directory, ledger)
}

/// Decides on a customer, knowing all that the ledger knows.
pub fn decide(ledger: &Ledger, by: &str, customer: &str) -> Appended {
    let known = |history: &History| {
        let mut draft = draft(by, customer);
        draft.after = history.last_for(customer).map(|entry| entry.id.clone());
        Ok::<_, Infallible>(draft)
    };
    ledger.append(known).unwrap()
}

/// Proposes something for a customer, knowing all that the ledger knows.
pub fn propose(ledger: &Ledger, by: &str, customer: &str) -> Appended {
    let known = |history: &History| {
        let after = history.last_for(customer).map(|entry| entry.id.clone());
        Ok::<_, Infallible>(Draft { kind: DecisionKind::Propose, after, ..draft(by, customer) })
    };
    ledger.append(known).unwrap()
}

/// The bytes of a ledger with these customers decided on, one after the other.
pub fn bytes_of(customers: &[&str]) -> Vec<u8> {
    let (_directory, ledger) = place();
    for customer in customers {
        decide(&ledger, "dana", customer);
    }
    fs::read(ledger.path().unwrap()).unwrap()
}

/// Names of the files in a ledger's directory, sorted.
pub fn files(directory: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(directory.path()).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
