//! The rows of a list: for a view, a filter and an order. Pure, on every core, and given up as soon as
//! something else is request.

use std::sync::Arc;

use rayon::prelude::*;

use super::columns::ColumnId;
use super::list::{Rows, RowsRequest, Sort};
use super::order::order;
use crate::filter::{Filter, FilterMatcher};
use crate::tui::screen::id::Screen;
use crate::workspace::Snapshot;

/// Rows between two looks at whether they are still request.
const CHUNK: usize = 16 * 1024;
/// The order that rows have without any other.
const FILE_ORDER: Sort = Sort { key: ColumnId::FileOrder, descending: false };

/// The rows that are request of a view; `None` where `outdated` came true on the way.
///
/// `known` are rows made before, of any view. Where a filter was typed on, only the rows that it
/// left before are looked at, and what is in order stays in order.
pub fn build_rows(
    request: &RowsRequest,
    snapshot: &Snapshot,
    known: &[Rows],
    outdated: &(dyn Fn() -> bool + Sync),
) -> Option<Rows> {
    let filter = Filter::parse(&request.filter, &request.me);
    let start = Start::new(request, &filter, snapshot, known, outdated)?;
    let mut rows = if start.filter == filter {
        start.rows
    } else {
        filtered(&start, &filter, snapshot, outdated)?.into()
    };
    if start.sort != request.sort {
        let mut sorted = rows.to_vec();
        order(&mut sorted, request.sort, snapshot);
        rows = sorted.into();
    }
    if outdated() {
        return None;
    }
    Some(Rows {
        request: request.clone(),
        generation: snapshot.generation,
        rows,
        unfiltered: start.unfiltered,
    })
}

/// The rows to start from.
struct Start {
    rows: Arc<[u32]>,
    /// The filter that left them.
    filter: Filter,
    /// Their order.
    sort: Sort,
    unfiltered: usize,
}

impl Start {
    fn new(
        request: &RowsRequest,
        filter: &Filter,
        snapshot: &Snapshot,
        known: &[Rows],
        outdated: &(dyn Fn() -> bool + Sync),
    ) -> Option<Self> {
        let usable = |known: &&Rows| {
            known.generation == snapshot.generation && known.request.screen == request.screen
        };
        let best = known
            .iter()
            .filter(usable)
            .map(|known| (known, Filter::parse(&known.request.filter, &known.request.me)))
            .filter(|(_, earlier)| filter.narrows(earlier))
            // To put rows in order costs more than to look at them.
            .min_by_key(|(known, _)| (known.request.sort != request.sort, known.rows.len()));
        if let Some((known, filter)) = best {
            let (rows, unfiltered) = (Arc::clone(&known.rows), known.unfiltered);
            return Some(Self { rows, filter, sort: known.request.sort, unfiltered });
        }
        let rows = match request.screen {
            Screen::Customers => (0..snapshot.len() as u32).collect(),
            Screen::Queue => {
                let everybody: Vec<u32> = (0..snapshot.len() as u32).collect();
                let waits = |(): &mut (), number| snapshot.status(number).waits();
                keep(&everybody, outdated, || (), waits)?
            }
            // No screen without a list of customers asks for rows.
            Screen::Playbooks | Screen::Portfolio | Screen::WhatIf | Screen::Activity => Vec::new(),
        };
        let unfiltered = rows.len();
        let filter = Filter::default();
        Some(Self { rows: rows.into(), filter, sort: FILE_ORDER, unfiltered })
    }
}

/// The rows that a filter leaves, in the order that they are in.
fn filtered(
    start: &Start,
    filter: &Filter,
    snapshot: &Snapshot,
    outdated: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<u32>> {
    let matcher = || FilterMatcher::new(filter, snapshot);
    let matches = |matcher: &mut FilterMatcher<'_>, number| matcher.matches(number);
    if start.sort == FILE_ORDER {
        return keep(&start.rows, outdated, matcher, matches);
    }
    // In any other order each look at a customer would be somewhere else in memory: they are looked
    // at in file order, and the rows then keep theirs.
    let mut listed = Numbers::none(snapshot.len());
    start.rows.iter().for_each(|row| listed.add(*row));
    let left = keep(&listed.in_order(), outdated, matcher, matches)?;
    let mut passed = Numbers::none(snapshot.len());
    left.iter().for_each(|row| passed.add(*row));
    Some(start.rows.iter().copied().filter(|row| passed.has(*row)).collect())
}

/// A set of numbers of customers, one bit for each customer.
struct Numbers(Vec<u64>);

impl Numbers {
    fn none(customers: usize) -> Self {
        Self(vec![0; customers.div_ceil(64)])
    }

    fn add(&mut self, number: u32) {
        if let Some(word) = self.0.get_mut(number as usize / 64) {
            *word |= 1 << (number % 64);
        }
    }

    fn has(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    fn in_order(&self) -> Vec<u32> {
        let mut numbers = Vec::new();
        for (place, word) in (0u32..).zip(&self.0) {
            let mut rest = *word;
            while rest != 0 {
                numbers.push(place * 64 + rest.trailing_zeros());
                // Without its lowest bit.
                rest &= rest - 1;
            }
        }
        numbers
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_numbers_gives_them_back_in_order() {
        let mut numbers = Numbers::none(130);
        for number in [129, 0, 64, 63, 64] {
            numbers.add(number);
        }
        assert_eq!(numbers.in_order(), [0, 63, 64, 129]);
        assert!(numbers.has(129) && !numbers.has(128) && !numbers.has(5000));
    }
}
