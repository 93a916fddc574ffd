//! What the tests of faults share: a directory with much to decide, and what has to hold after any
//! fault.

use std::collections::HashMap;
use std::env;

use jiff::Timestamp;
use nextplay::approval::{Authority, InForce};
use nextplay::domain::Policy;
use nextplay::ledger::{History, Ledger};
use serde_json::json;

use crate::common::{Data, LEDGER};

/// How many times a fault is made: `NEXTPLAY_FAULTS`, else as many as fit into a run of all tests.
pub fn times(usually: usize) -> usize {
    match env::var("NEXTPLAY_FAULTS") {
        Ok(text) => text.parse().expect("NEXTPLAY_FAULTS is a number"),
        Err(_) => usually,
    }
}

/// Numbers from 0 to 1 that lie evenly, however many are taken: multiples of the golden ratio.
pub fn spread(number: usize) -> f64 {
    (number as f64 * 0.618_033_988_749_895).fract()
}

/// Customers `C1` to `Cn`, each of whom waits for an approval of `P1`.
pub fn waiting(customers: usize) -> Data {
    let rows = |row: fn(String) -> serde_json::Value| {
        let all: Vec<_> = (1..=customers).map(|number| row(format!("C{number}"))).collect();
        json!(all).to_string()
    };
    Data::good()
        .with(
            "customers.json",
            rows(|id| json!({"customer_id": id, "segment": "SMB", "account_value": 38_000})),
        )
        .with(
            "journey_state_log.json",
            rows(|id| json!({"customer_id": id, "journey_stage": "support"})),
        )
        .with("fused_signals.json", rows(|id| json!({"customer_id": id, "fused_risk_score": 0.98})))
}

/// The ledger of a directory.
pub fn ledger(data: &Data) -> Ledger {
    Ledger::new(data.path(LEDGER))
}

/// What the ledger holds; its chain has to be whole, nothing may be decided twice.
#[track_caller]
pub fn sound(ledger: &Ledger) -> History {
    let history = ledger.read().unwrap();
    if let Some(broken) = &history.broken {
        panic!("{broken}");
    }
    assert_eq!(twice(&history), 0);
    history
}

/// How many entries make a decision that stood already, or take one back that did not stand.
fn twice(history: &History) -> usize {
    let mut before: HashMap<&str, Vec<_>> = HashMap::new();
    let mut twice = 0;
    let policy = Policy::default();
    let authority = Authority { policy: &policy, now: Timestamp::now() };
    for entry in history.entries() {
        let of_customer = before.entry(&entry.customer_id).or_default();
        let in_force = InForce::new(of_customer.iter().copied(), &authority);
        let stand = in_force.standing_together(&authority);
        let standing = stand.last();
        twice += usize::from(match &entry.undoes {
            Some(id) => standing.is_none_or(|standing| standing.id != *id),
            None => standing.is_some_and(|standing| standing.kind == entry.kind),
        });
        of_customer.push(entry);
    }
    twice
}

/// Files beside the ledger that hold what was cut off: their contents, in the order of their names.
pub fn set_aside(data: &Data) -> Vec<Vec<u8>> {
    let directory = data.path("");
    let mut paths: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| [".torn-", ".cut-"].iter().any(|what| path.to_string_lossy().contains(what)))
        .collect();
    paths.sort();
    paths.into_iter().map(|path| std::fs::read(path).unwrap()).collect()
}
