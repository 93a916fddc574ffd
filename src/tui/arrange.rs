//! The rows of a list: for a view, a filter and an order. Pure, on every core, and given up as soon as
//! something else is wanted.

use std::sync::Arc;

use rayon::prelude::*;

use super::list::{Arranged, Screen, Sort, SortKey, Wanted};
use super::order::order;
use super::query::Query;
use super::sieve::Sieve;
use crate::workspace::Snapshot;

/// Rows between two looks at whether they are still wanted.
const CHUNK: usize = 16 * 1024;

/// The rows that are wanted of a view; `None` where `outdated` came true on the way.
///
/// `known` are rows made before, of any view. Where a filter was typed on, only the rows that it
/// left before are looked at, and what is in order stays in order.
pub fn arrange(
    wanted: &Wanted,
    snapshot: &Snapshot,
    known: &[Arranged],
    outdated: &(dyn Fn() -> bool + Sync),
) -> Option<Arranged> {
    let query = Query::parse(&wanted.filter, &wanted.me);
    let start = Start::new(wanted, &query, snapshot, known, outdated)?;
    let mut rows = if start.query == query {
        start.rows
    } else {
        let sift = || Sieve::new(&query, snapshot);
        keep(&start.rows, outdated, sift, |sieve, number| sieve.leaves(number))?.into()
    };
    if start.sort != wanted.sort {
        let mut sorted = rows.to_vec();
        order(&mut sorted, wanted.sort, snapshot);
        rows = sorted.into();
    }
    if outdated() {
        return None;
    }
    Some(Arranged {
        wanted: wanted.clone(),
        generation: snapshot.generation,
        rows,
        unfiltered: start.unfiltered,
    })
}

/// The rows to start from.
struct Start {
    rows: Arc<[u32]>,
    /// The filter that left them.
    query: Query,
    /// Their order.
    sort: Sort,
    unfiltered: usize,
}

impl Start {
    fn new(
        wanted: &Wanted,
        query: &Query,
        snapshot: &Snapshot,
        known: &[Arranged],
        outdated: &(dyn Fn() -> bool + Sync),
    ) -> Option<Self> {
        let usable = |known: &&Arranged| {
            known.generation == snapshot.generation && known.wanted.screen == wanted.screen
        };
        let best = known
            .iter()
            .filter(usable)
            .map(|known| (known, Query::parse(&known.wanted.filter, &known.wanted.me)))
            .filter(|(_, earlier)| query.narrows(earlier))
            // To put rows in order costs more than to look at them.
            .min_by_key(|(known, _)| (known.wanted.sort != wanted.sort, known.rows.len()));
        if let Some((known, query)) = best {
            let (rows, unfiltered) = (Arc::clone(&known.rows), known.unfiltered);
            return Some(Self { rows, query, sort: known.wanted.sort, unfiltered });
        }
        let rows = match wanted.screen {
            Screen::Customers => (0..snapshot.len() as u32).collect(),
            Screen::Queue => {
                let everybody: Vec<u32> = (0..snapshot.len() as u32).collect();
                let waits = |(): &mut (), number| snapshot.status(number).waits();
                keep(&everybody, outdated, || (), waits)?
            }
        };
        let sort = Sort { key: SortKey::FileOrder, descending: false };
        let unfiltered = rows.len();
        Some(Self { rows: rows.into(), query: Query::default(), sort, unfiltered })
    }
}

/// The rows that pass, in the order given.
fn keep<S>(
    rows: &[u32],
    outdated: &(dyn Fn() -> bool + Sync),
    test: impl Fn() -> S + Sync + Send,
    passes: impl Fn(&mut S, usize) -> bool + Sync + Send,
) -> Option<Vec<u32>> {
    let kept: Option<Vec<Vec<u32>>> = rows
        .par_chunks(CHUNK)
        .map_init(test, |test, chunk| {
            if outdated() {
                return None;
            }
            let mut kept = Vec::with_capacity(chunk.len());
            kept.extend(chunk.iter().copied().filter(|row| passes(test, *row as usize)));
            Some(kept)
        })
        .collect();
    Some(kept?.concat())
}
