//! The rows of a list: for a view, a filter and an order. Pure, on every core, and given up as soon as
//! something else is request.

use std::sync::Arc;

use rayon::prelude::*;

use super::columns::ColumnId;
use super::file_order::in_file_order;
use super::list::{Rows, RowsRequest, Sort};
use super::order::order;
use super::summary::Summary;
use crate::domain::Person;
use crate::domain::letters::Fit;
use crate::filter::{Filter, FilterMatcher};
use crate::tui::screen::id::Screen;
use crate::workspace::scope::ScopeFilter;
use crate::workspace::{Scope, Snapshot};

/// Rows between two looks at whether they are still request.
const CHUNK: usize = 16 * 1024;
/// The order that rows have without any other.
const FILE_ORDER: Sort = Sort { key: ColumnId::FileOrder, descending: false };

/// The rows that are requested of a view; `None` where `outdated` came true on the way.
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
    let (mut sorted, fits) = match start.filter == filter && filter.words().is_empty() {
        true => (Arc::clone(&start.rows), None),
        false => {
            let (rows, fits) = filtered(&start, &filter, snapshot, outdated)?;
            (rows.into(), Some(fits).filter(|_| !filter.words().is_empty()))
        }
    };
    if start.sort != request.sort {
        let mut rows = sorted.to_vec();
        order(&mut rows, request.sort, snapshot);
        sorted = rows.into();
    }
    let (rows, uncovered) = arranged(&sorted, fits.as_ref(), request.screen, snapshot);
    if outdated() {
        return None;
    }
    let summary = (request.screen == Screen::Queue && rows.len() <= Summary::MOST).then(|| {
        Arc::new(Summary::new(&rows, snapshot, request.scope.unwrap_or_default(), &request.me))
    });
    Some(Rows {
        request: request.clone(),
        generation: snapshot.generation,
        rows,
        sorted,
        uncovered,
        unfiltered: start.unfiltered,
        summary,
    })
}

/// The rows as they are listed, and how many customers without an eligible playbook stand in the end:
/// the rows of a queue first, within them what fits the words best, else in the order that they are in.
fn arranged(
    sorted: &Arc<[u32]>,
    fits: Option<&Fits>,
    screen: Screen,
    snapshot: &Snapshot,
) -> (Arc<[u32]>, usize) {
    const FITS: usize = 3;
    let is_uncovered =
        |row: u32| screen == Screen::Queue && snapshot.status(row as usize).is_uncovered();
    let bucket = |row: u32| {
        let fit = fits.and_then(|fits| fits.of(row)).map_or(0, |fit| fit as usize);
        if is_uncovered(row) { FITS + fit } else { fit }
    };
    let mut starts = [0; 2 * FITS];
    for row in sorted.iter() {
        if let Some(size) = starts.get_mut(bucket(*row)) {
            *size += 1;
        }
    }
    let uncovered = starts.iter().skip(FITS).sum();
    if starts.contains(&sorted.len()) {
        return (Arc::clone(sorted), uncovered);
    }
    let mut start = 0;
    for size in &mut starts {
        start += std::mem::replace(size, start);
    }
    let mut rows = vec![0; sorted.len()];
    for row in sorted.iter() {
        let Some(at) = starts.get_mut(bucket(*row)) else { continue };
        if let Some(slot) = rows.get_mut(*at) {
            *slot = *row;
        }
        *at += 1;
    }
    (rows.into(), uncovered)
}

/// The rows to start from.
struct Start {
    /// In their order alone.
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
            known.generation == snapshot.generation
                && known.request.screen == request.screen
                && known.request.scope == request.scope
        };
        let best = known
            .iter()
            .filter(usable)
            .map(|known| (known, Filter::parse(&known.request.filter, &known.request.me)))
            .filter(|(_, earlier)| filter.narrows(earlier))
            // To put rows in order costs more than to look at them.
            .min_by_key(|(known, _)| (known.request.sort != request.sort, known.rows.len()));
        if let Some((known, filter)) = best {
            let (rows, unfiltered) = (Arc::clone(&known.sorted), known.unfiltered);
            return Some(Self { rows, filter, sort: known.request.sort, unfiltered });
        }
        let needs_someone = |number: usize| {
            let status = snapshot.status(number);
            status.waits() || status.is_uncovered()
        };
        let scope = request.scope.unwrap_or_default();
        let me = Person::new(&request.me);
        let everybody = || (0..snapshot.len() as u32).collect();
        let rows: Vec<u32> = match request.screen {
            Screen::Customers if scope == Scope::All => everybody(),
            Screen::Customers | Screen::Queue => {
                let all = request.screen == Screen::Customers;
                let scope = ScopeFilter::new(scope, snapshot, &me);
                let passes = |(): &mut (), row: u32| {
                    let number = row as usize;
                    ((all || needs_someone(number)) && scope.includes(number)).then_some(row)
                };
                keep(&everybody(), outdated, || (), passes)?
            }
            // No screen without a list of customers asks for rows.
            Screen::Playbooks | Screen::Portfolio | Screen::WhatIf | Screen::Activity => Vec::new(),
        };
        let unfiltered = rows.len();
        let filter = Filter::default();
        Some(Self { rows: rows.into(), filter, sort: FILE_ORDER, unfiltered })
    }
}

/// How the words of a filter fit the customers that it leaves.
struct Fits(Vec<Option<Fit>>);

impl Fits {
    fn of(&self, row: u32) -> Option<Fit> {
        self.0.get(row as usize).copied().flatten()
    }
}

/// The rows that a filter leaves, in the order that they are in, and how they fit.
fn filtered(
    start: &Start,
    filter: &Filter,
    snapshot: &Snapshot,
    outdated: &(dyn Fn() -> bool + Sync),
) -> Option<(Vec<u32>, Fits)> {
    let matcher = || FilterMatcher::new(filter, snapshot);
    let fit = |matcher: &mut FilterMatcher<'_>, row: u32| Some((row, matcher.fit(row as usize)?));
    let unsorted = start.sort == FILE_ORDER;
    let left = if unsorted {
        keep(&start.rows, outdated, matcher, fit)?
    } else {
        // In any other order each look at a customer would be somewhere else in memory: they are
        // looked at in file order, and the rows then keep theirs.
        keep(&in_file_order(&start.rows, snapshot.len()), outdated, matcher, fit)?
    };
    let mut fits = Fits(vec![None; snapshot.len()]);
    for (row, fit) in &left {
        if let Some(slot) = fits.0.get_mut(*row as usize) {
            *slot = Some(*fit);
        }
    }
    let rows = match unsorted {
        true => left.into_iter().map(|(row, _)| row).collect(),
        false => start.rows.iter().copied().filter(|row| fits.of(*row).is_some()).collect(),
    };
    Some((rows, fits))
}

/// What a test makes of the rows that pass it, in the order given.
fn keep<S, T: Send + Clone>(
    rows: &[u32],
    outdated: &(dyn Fn() -> bool + Sync),
    state: impl Fn() -> S + Sync + Send,
    test: impl Fn(&mut S, u32) -> Option<T> + Sync + Send,
) -> Option<Vec<T>> {
    let kept: Option<Vec<Vec<T>>> = rows
        .par_chunks(CHUNK)
        .map_init(state, |state, chunk| {
            if outdated() {
                return None;
            }
            let mut kept = Vec::with_capacity(chunk.len());
            kept.extend(chunk.iter().filter_map(|row| test(state, *row)));
            Some(kept)
        })
        .collect();
    Some(kept?.concat())
}
