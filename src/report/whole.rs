//! Results of a whole snapshot, put together for whoever writes them: the report, one customer
//! explained.

use std::sync::Arc;

use super::explanation::Explained;
use super::portfolio::tables::MOST;
use super::portfolio::{Learning, Report};
use crate::domain::status::UncountedTold;
use crate::domain::{Finding, Person, Standing};
use crate::insight::Card;
use crate::insight::card::NearMisses;
use crate::insight::portfolio::Wait;
use crate::workspace::Snapshot;
use crate::workspace::cards::CardFor;

/// Puts together what is told of a customer; `None` if there is no customer of that number.
pub fn explained(
    snapshot: &Snapshot,
    number: usize,
    standing: &Standing,
    reviewer: &Person,
) -> Option<Explained> {
    let matching = &snapshot.matching;
    let of = CardFor { reviewer: Some(reviewer), ..CardFor::default() };
    let near = NearMisses::new(matching, number).near;
    Some(Explained {
        explanation: matching.explain(number)?,
        status: standing.status,
        basis: snapshot.hashed_basis(number).map(|stated| stated.hash),
        running: standing.running(),
        uncounted: standing.uncounted.iter().map(UncountedTold::from).collect(),
        proposals: snapshot.proposals_told(number),
        card: snapshot.card_of(number, standing, of)?,
        near_misses: near.into_iter().map(|miss| miss.playbook_id).collect(),
    })
}

/// Customers that a report is narrowed to.
#[derive(Debug, Clone, Copy)]
pub struct Narrowed<'a> {
    /// The filter, as the report names it.
    pub expression: &'a str,
    /// Numbers of the customers, in file order.
    pub rows: &'a [usize],
}

/// Puts the report together and returns what `write` makes of it. `name` is that of the data directory;
/// without lists it does not say what needs a decision, and of what was learned only how far expectations came true.
pub fn with_report<R>(
    snapshot: &Snapshot,
    name: &str,
    narrowed: Option<Narrowed<'_>>,
    with_lists: bool,
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
    let waits: Vec<Wait> = match with_lists {
        true => snapshot.waits().into_iter().filter(matches).collect(),
        false => Vec::new(),
    };
    let experiments: &[_] = if with_lists { snapshot.experiments() } else { &[] };
    let first = waits.iter().take(MOST);
    let cards: Vec<Card> =
        first.filter_map(|wait| snapshot.card(wait.number, CardFor::default())).collect();
    write(&Report {
        name,
        now: &snapshot.now,
        filter: narrowed.map(|narrowed| narrowed.expression),
        portfolio: &portfolio,
        calibration: snapshot.calibration(),
        learning: with_lists.then(|| Learning {
            learned: snapshot.learned(),
            experiments,
            lessons: snapshot.lessons(),
        }),
        matching: &snapshot.matching,
        statuses: &snapshot.statuses,
        waits: &waits,
        cards: &cards,
        findings: &findings,
        warnings: &warnings,
    })
}
