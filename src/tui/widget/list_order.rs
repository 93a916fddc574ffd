//! The order of a list of lines: by one of its columns, one way or the other.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::domain::letters::searched;

/// A column that a list can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortColumn {
    /// Its name in settings.
    pub code: &'static str,
    /// Its name in the menu and in the title of the list.
    pub name: &'static str,
    /// True where the largest is of most interest.
    pub largest_first: bool,
}

/// An order: by the column at a place of the list's columns. The first of them is the order that the
/// lines come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListOrder {
    /// Place of the column.
    pub column: usize,
    /// The other way round: the largest first, the last line first.
    pub descending: bool,
}

/// What a line is sorted by.
#[derive(Debug, Clone, PartialEq)]
pub enum SortKey {
    /// A number; lines without one come last.
    Number(Option<f64>),
    /// A text as it is searched.
    Text(String),
}

impl SortKey {
    /// Returns the key of a text, in which case and accents make no difference.
    pub fn text(text: &str) -> Self {
        Self::Text(searched(text).into_owned())
    }

    fn compare(&self, other: &Self, order: ListOrder) -> Ordering {
        let missing = |key: &Self| matches!(key, Self::Number(None));
        let found = match (self, other) {
            (Self::Number(Some(a)), Self::Number(Some(b))) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => return missing(self).cmp(&missing(other)),
        };
        if order.descending { found.reverse() } else { found }
    }
}

impl ListOrder {
    /// Returns the order by a column, as it is of most interest.
    pub fn by(column: usize, columns: &[SortColumn]) -> Self {
        Self { column, descending: columns.get(column).is_some_and(|column| column.largest_first) }
    }

    /// Reads an order as it is set: a column by its code or its name, `-` in front to reverse it. `None`
    /// where there is no such column.
    pub fn parse(text: &str, columns: &[SortColumn]) -> Option<Self> {
        let text = text.trim();
        let (reverse, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        let plain = |text: &str| searched(text).replace(['_', '-'], " ");
        let is_it = |c: &SortColumn| [c.code, c.name].iter().any(|it| plain(it) == plain(name));
        let order = Self::by(columns.iter().position(is_it)?, columns);
        Some(if reverse { order.reversed() } else { order })
    }

    /// Returns the order as it is set: [`ListOrder::parse`] reads it.
    pub fn code(self, columns: &[SortColumn]) -> String {
        let code = columns.get(self.column).map_or("", |column| column.code);
        let sign = if self == Self::by(self.column, columns) { "" } else { "-" };
        format!("{sign}{code}")
    }

    /// Returns the same order the other way round.
    pub fn reversed(self) -> Self {
        Self { descending: !self.descending, ..self }
    }

    /// Sorts lines; those with equal keys stay in the order they came in.
    pub fn sort<T>(self, lines: &mut [T], key: impl Fn(&T) -> SortKey) {
        if self.column > 0 {
            // Each key is made once.
            let mut keyed: Vec<(SortKey, usize)> =
                lines.iter().enumerate().map(|(place, line)| (key(line), place)).collect();
            keyed.sort_by(|(a, _), (b, _)| a.compare(b, self));
            let mut places = vec![0; lines.len()];
            for (to, (_, from)) in keyed.iter().enumerate() {
                if let Some(slot) = places.get_mut(*from) {
                    *slot = to;
                }
            }
            permute(lines, places);
        } else if self.descending {
            lines.reverse();
        }
    }

    /// Returns the order in words: `by name ↑`.
    pub fn words(self, columns: &[SortColumn]) -> Cow<'static, str> {
        let name = columns.get(self.column).map_or("", |column| column.name);
        match (self.column, self.descending) {
            (0, false) => Cow::Owned(format!("in {name}")),
            (0, true) => Cow::Owned(format!("in {name}, reversed")),
            (_, true) => Cow::Owned(format!("by {name} ↓")),
            (_, false) => Cow::Owned(format!("by {name} ↑")),
        }
    }
}

/// Moves each line to its place.
fn permute<T>(lines: &mut [T], mut places: Vec<usize>) {
    for at in 0..lines.len() {
        while let Some(to) = places.get(at).copied().filter(|to| *to != at) {
            if to >= lines.len() {
                return;
            }
            lines.swap(at, to);
            places.swap(at, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [SortColumn; 3] = [
        SortColumn { code: "file_order", name: "file order", largest_first: false },
        SortColumn { code: "name", name: "name", largest_first: false },
        SortColumn { code: "per_week", name: "at risk per week", largest_first: true },
    ];

    fn sorted(order: ListOrder) -> String {
        let mut lines = [("Bee", Some(2.0)), ("ant", None), ("Cat", Some(9.0)), ("äsp", Some(2.0))];
        order.sort(&mut lines, |(name, number)| match order.column {
            1 => SortKey::text(name),
            _ => SortKey::Number(*number),
        });
        lines.map(|(name, _)| name).join(" ")
    }

    #[test]
    fn equal_lines_keep_their_order_and_missing_numbers_come_last() {
        let by = |column| ListOrder::by(column, &COLUMNS);
        assert_eq!(sorted(by(0)), "Bee ant Cat äsp");
        assert_eq!(sorted(by(0).reversed()), "äsp Cat ant Bee");
        assert_eq!(sorted(by(1)), "ant äsp Bee Cat");
        assert_eq!(sorted(by(1).reversed()), "Cat Bee äsp ant");
        assert_eq!(sorted(by(2)), "Cat Bee äsp ant");
        assert_eq!(sorted(by(2).reversed()), "Bee äsp Cat ant");
    }

    #[test]
    fn an_order_is_set_by_the_code_or_the_name_of_its_column() {
        for (text, code) in [
            ("per_week", "per_week"),
            ("-per-week", "-per_week"),
            ("At risk per week", "per_week"),
            (" NAME", "name"),
            ("-file order", "-file_order"),
        ] {
            let order = ListOrder::parse(text, &COLUMNS).unwrap();
            assert_eq!(order.code(&COLUMNS), code);
            assert_eq!(ListOrder::parse(code, &COLUMNS), Some(order));
        }
        assert!(ListOrder::parse("per_week", &COLUMNS).unwrap().descending);
        assert!(!ListOrder::parse("-per_week", &COLUMNS).unwrap().descending);
        assert_eq!(ListOrder::parse("week", &COLUMNS), None);
    }

    #[test]
    fn the_order_is_said_in_words() {
        let words = |order: ListOrder| order.words(&COLUMNS).into_owned();
        assert_eq!(words(ListOrder::default()), "in file order");
        assert_eq!(words(ListOrder::by(1, &COLUMNS)), "by name ↑");
        assert_eq!(words(ListOrder::by(2, &COLUMNS)), "by at risk per week ↓");
    }
}
