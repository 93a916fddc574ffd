//! The first of many, and how many more there are.

/// So many rows with the same fault are told one by one.
const MOST: usize = 20;

/// Rows that are told one by one, and the first of the others with their number.
pub struct Capped {
    pub first: Vec<usize>,
    pub more: Option<(usize, usize)>,
}

/// The first rows.
pub fn capped(mut rows: impl Iterator<Item = usize>) -> Capped {
    let first = rows.by_ref().take(MOST).collect();
    let more = rows.next().map(|row| (row, 1 + rows.count()));
    Capped { first, more }
}
