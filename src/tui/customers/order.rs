//! The order of a list's rows: keys once for each row, then one sort on every core.
//!
//! Rows that are equal stay in file order, and those without a value come last, in either direction.

use std::cmp::Ordering;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::columns::SortBy;
use super::file_order::in_file_order;
use super::list::Sort;
use crate::matching::Matching;
use crate::store::PlaybookIx;
use crate::workspace::Snapshot;

/// Puts rows in order. They may come in any other, each once.
pub fn order(rows: &mut [u32], sort: Sort, snapshot: &Snapshot) {
    let listed = in_file_order(rows, snapshot.len());
    rows.iter_mut().zip(listed).for_each(|(row, number)| *row = number);
    match &sort.key.column().sort {
        SortBy::FileOrder if sort.descending => rows.reverse(),
        SortBy::FileOrder => {}
        SortBy::Number(value) => by_number(rows, sort, |n| value(snapshot, n)),
        SortBy::Text(field) => by_text(rows, sort, |n| field.stored(snapshot, n)),
        SortBy::SharedText(field) => {
            by_shared_text(rows, sort, |n| field.stored(snapshot, n));
        }
        SortBy::PlaybookName => by_playbook_name(rows, sort, &snapshot.matching),
        SortBy::Rank(rank) => by_rank(rows, sort, |n| rank(snapshot, n)),
    }
}

/// Sorts the names of all playbooks once, whatever the number of rows.
fn by_playbook_name(rows: &mut [u32], sort: Sort, matching: &Matching) {
    let titles: Vec<Option<&str>> = (0..matching.dataset().playbooks.len())
        .map(|number| matching.dataset().playbook(PlaybookIx::at(number)).map(|p| p.title()))
        .collect();
    let ranks = ranks(titles.iter().flatten().copied());
    let of_playbook: Vec<Option<u32>> =
        titles.iter().map(|title| ranks.get((*title)?).copied()).collect();
    by_rank(rows, sort, |n| {
        of_playbook.get(matching.winner(n)?.playbook.index()).copied().flatten()
    });
}

fn directed(order: Ordering, sort: Sort) -> Ordering {
    if sort.descending { order.reverse() } else { order }
}

fn by_number(rows: &mut [u32], sort: Sort, value: impl Fn(usize) -> Option<f64> + Sync) {
    let mut keyed: Vec<(u64, u32)> = rows
        .par_iter()
        .map(|row| {
            let key = match value(*row as usize) {
                None => u64::MAX,
                Some(value) if sort.descending => !ascending(value),
                Some(value) => ascending(value),
            };
            (key, *row)
        })
        .collect();
    keyed.par_sort_unstable();
    rows.par_iter_mut().zip(keyed).for_each(|(row, (_, number))| *row = number);
}

/// A whole number for each number, in the same order. Zeros of both signs are equal; no number that
/// is read or computed here is NaN.
fn ascending(value: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    let bits = (value + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// By ranks that many rows share.
fn by_rank(rows: &mut [u32], sort: Sort, rank: impl Fn(usize) -> Option<u32> + Sync) {
    let mut keyed: Vec<u64> = rows
        .par_iter()
        .map(|row| {
            let key = match rank(*row as usize) {
                None => u32::MAX,
                Some(rank) if sort.descending => u32::MAX - 1 - rank,
                Some(rank) => rank,
            };
            u64::from(key) << 32 | u64::from(*row)
        })
        .collect();
    keyed.par_sort_unstable();
    rows.par_iter_mut().zip(keyed).for_each(|(row, key)| *row = key as u32);
}

/// By texts of which there are few different ones: those are sorted, the rows go by their ranks.
fn by_shared_text<'a>(
    rows: &mut [u32],
    sort: Sort,
    text: impl Fn(usize) -> Option<&'a str> + Sync,
) {
    let text = |number| text(number).filter(|text: &&str| !text.is_empty());
    let seen = |mut seen: FxHashSet<&'a str>, row: &u32| {
        if let Some(text) = text(*row as usize) {
            seen.insert(text);
        }
        seen
    };
    let both = |mut a: FxHashSet<&'a str>, b: FxHashSet<&'a str>| {
        a.extend(b);
        a
    };
    let seen = rows.par_iter().fold(FxHashSet::default, seen).reduce(FxHashSet::default, both);
    let ranks = ranks(seen.into_iter());
    by_rank(rows, sort, |number| ranks.get(text(number)?).copied());
}

/// The place of each text among all of them in lower case; an empty one has none.
fn ranks<'a>(texts: impl Iterator<Item = &'a str>) -> FxHashMap<&'a str, u32> {
    let texts: Vec<(&str, String)> =
        texts.filter(|text| !text.is_empty()).map(|text| (text, text.to_lowercase())).collect();
    let mut lower: Vec<&str> = texts.iter().map(|(_, lower)| lower.as_str()).collect();
    lower.sort_unstable();
    lower.dedup();
    let rank = |text: &str| lower.partition_point(|other| *other < text) as u32;
    texts.iter().map(|(text, lower)| (*text, rank(lower))).collect()
}

/// By texts that are mostly different: their first bytes are the key, the rest is looked at where
/// those are equal.
fn by_text<'a>(rows: &mut [u32], sort: Sort, text: impl Fn(usize) -> Option<&'a str> + Sync) {
    let text = |row: u32| text(row as usize).filter(|text| !text.is_empty());
    let (mut keyed, mut missing): (Vec<(u128, u32)>, Vec<u32>) =
        rows.par_iter().partition_map(|row| match text(*row) {
            Some(text) => rayon::iter::Either::Left((first_bytes(text), *row)),
            None => rayon::iter::Either::Right(*row),
        });
    keyed.par_sort_unstable_by(|(a, row_a), (b, row_b)| {
        let rest = || lowercase_order(text(*row_a).unwrap_or(""), text(*row_b).unwrap_or(""));
        directed(a.cmp(b).then_with(rest), sort).then(row_a.cmp(row_b))
    });
    missing.par_sort_unstable();
    let sorted = keyed.iter().map(|(_, row)| row).chain(&missing);
    rows.iter_mut().zip(sorted).for_each(|(row, number)| *row = *number);
}

/// The first 16 bytes of the text in lower case; less where there are less.
fn first_bytes(text: &str) -> u128 {
    let mut first = [0; 16];
    let fill = |first: &mut [u8; 16], bytes: &[u8]| {
        first.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    };
    if text.is_ascii() {
        fill(&mut first, text.as_bytes());
        first.make_ascii_lowercase();
    } else {
        fill(&mut first, text.to_lowercase().as_bytes());
    }
    u128::from_be_bytes(first)
}

/// The order of two texts in lower case.
fn lowercase_order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        let lower = |byte: u8| byte.to_ascii_lowercase();
        a.bytes().map(lower).cmp(b.bytes().map(lower))
    } else {
        a.to_lowercase().cmp(&b.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::columns::ColumnId;
    use super::*;

    fn sort(key: ColumnId, descending: bool) -> Sort {
        Sort { key, descending }
    }

    #[test]
    fn what_is_missing_comes_last_in_both_directions() {
        let values = [Some(2.0), None, Some(3.0), Some(-0.0), Some(0.0)];
        let mut rows = vec![0, 1, 2, 3, 4];
        let sort = sort(ColumnId::Roi, false);
        by_number(&mut rows, sort, |n| values[n]);
        assert_eq!(rows, [3, 4, 0, 2, 1]);
        by_number(&mut rows, sort.reversed(), |n| values[n]);
        assert_eq!(rows, [2, 0, 3, 4, 1]);
    }

    /// What every order here has to agree with: keys compared one by one, a stable sort.
    fn plainly<T: PartialOrd>(keys: &[Option<T>], descending: bool) -> Vec<u32> {
        let mut rows: Vec<u32> = (0..keys.len() as u32).collect();
        rows.sort_by(|a, b| match (&keys[*a as usize], &keys[*b as usize]) {
            (Some(a), Some(b)) if descending => b.partial_cmp(a).unwrap(),
            (Some(a), Some(b)) => a.partial_cmp(b).unwrap(),
            (a, b) => a.is_none().cmp(&b.is_none()),
        });
        rows
    }

    /// Texts that begin alike, differ in case only, or are in other scripts.
    fn texts() -> impl Strategy<Value = Vec<Option<String>>> {
        let text = "(Customer Number )?[aAbBéÉßΣς]{0,4}";
        prop::collection::vec(prop::option::of(text), 0..60)
    }

    proptest! {
        #[test]
        fn numbers_are_in_order(
            values in prop::collection::vec(
                prop::option::of(prop::sample::select(vec![
                    -1e300, -2.5, -1.0, -0.0, 0.0, 1e-300, 0.1, 1.0, 2.0, f64::INFINITY,
                ])),
                0..60,
            ),
            descending: bool,
        ) {
            let mut rows: Vec<u32> = (0..values.len() as u32).rev().collect();
            by_number(&mut rows, sort(ColumnId::Roi, descending), |n| values[n]);
            prop_assert_eq!(rows, plainly(&values, descending));
        }

        #[test]
        fn texts_are_in_order_of_their_lower_case(texts in texts(), descending: bool) {
            let keys: Vec<Option<String>> = texts
                .iter()
                .map(|text| text.as_ref().filter(|t| !t.is_empty()).map(|t| t.to_lowercase()))
                .collect();
            let want = plainly(&keys, descending);
            let sort = sort(ColumnId::Name, descending);
            let mut rows: Vec<u32> = (0..texts.len() as u32).rev().collect();
            by_text(&mut rows, sort, |n| texts[n].as_deref());
            prop_assert_eq!(&rows, &want);
            rows.reverse();
            by_shared_text(&mut rows, sort, |n| texts[n].as_deref());
            prop_assert_eq!(&rows, &want);
        }
    }
}
