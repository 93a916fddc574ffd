//! The report on a whole snapshot, put together for whoever writes it.

use std::sync::Arc;

use super::portfolio::Report;
use super::portfolio::tables::MOST;
use crate::domain::Finding;
use crate::insight::Card;
use crate::insight::portfolio::Wait;
use crate::workspace::Snapshot;
use crate::workspace::cards::CardFor;

/// Customers that a report is narrowed to.
#[derive(Debug, Clone, Copy)]
pub struct Narrowed<'a> {
    /// The filter, as the report names it.
    pub expression: &'a str,
    /// Numbers of the customers, in file order.
    pub rows: &'a [usize],
}

/// Puts the report together and returns what `write` makes of it. `name` is that of the data directory;
/// without `waits` it does not list what needs a decision.
pub fn with_report<R>(
    snapshot: &Snapshot,
    name: &str,
    narrowed: Option<Narrowed<'_>>,
    waits: bool,
    write: impl FnOnce(&Report<'_>) -> R,
) -> R {
    // As `check` has them.
    let findings: Vec<&Finding> = snapshot
        .findings()
        .chain(snapshot.decision_findings())
        .chain(snapshot.strategy_findings())
        .collect();
    let warnings: Vec<String> = snapshot
        .ledger_problem
        .iter()
        .map(|problem| {
            format!("Decisions may be missing in this report: {}", problem.error().one_line())
        })
        .collect();
    let portfolio = match narrowed {
        None => Arc::clone(snapshot.portfolio()),
        Some(narrowed) => Arc::new(snapshot.portfolio_of(narrowed.rows)),
    };
    let matches = |wait: &Wait| {
        narrowed.is_none_or(|narrowed| narrowed.rows.binary_search(&wait.number).is_ok())
    };
    let waits: Vec<Wait> = match waits {
        true => snapshot.waits().into_iter().filter(matches).collect(),
        false => Vec::new(),
    };
    let first = waits.iter().take(MOST);
    let cards: Vec<Card> =
        first.filter_map(|wait| snapshot.card(wait.number, CardFor::default())).collect();
    write(&Report {
        name,
        now: &snapshot.now,
        filter: narrowed.map(|narrowed| narrowed.expression),
        portfolio: &portfolio,
        matching: &snapshot.matching,
        statuses: &snapshot.statuses,
        waits: &waits,
        cards: &cards,
        findings: &findings,
        warnings: &warnings,
    })
}
