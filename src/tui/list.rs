//! A list of customers on a screen: which rows it shows, in which order, and which one is selected.

use std::cmp::Ordering;

use compact_str::CompactString;

use super::query::Query;
use crate::workspace::Snapshot;

/// A screen of the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Screen {
    /// What waits for a decision.
    #[default]
    Queue,
    /// Every customer.
    Customers,
}

impl Screen {
    pub const ALL: [Self; 2] = [Self::Queue, Self::Customers];

    pub fn title(self) -> &'static str {
        match self {
            Self::Queue => "Queue",
            Self::Customers => "Customers",
        }
    }

    /// The key that shows it.
    pub fn key(self) -> char {
        match self {
            Self::Queue => '1',
            Self::Customers => '2',
        }
    }
}

/// What a list can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    AtRisk,
    FileOrder,
    Customer,
    Name,
    Segment,
    Stage,
    Risk,
    AccountValue,
    Playbook,
    Roi,
    Status,
}

impl SortKey {
    pub const ALL: [Self; 11] = [
        Self::AtRisk,
        Self::FileOrder,
        Self::Customer,
        Self::Name,
        Self::Segment,
        Self::Stage,
        Self::Risk,
        Self::AccountValue,
        Self::Playbook,
        Self::Roi,
        Self::Status,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::AtRisk => "revenue at risk",
            Self::FileOrder => "file order",
            Self::Customer => "customer id",
            Self::Name => "name",
            Self::Segment => "segment",
            Self::Stage => "stage",
            Self::Risk => "risk",
            Self::AccountValue => "account value",
            Self::Playbook => "playbook",
            Self::Roi => "ROI",
            Self::Status => "status",
        }
    }

    /// True where the largest is of most interest.
    fn starts_descending(self) -> bool {
        matches!(self, Self::AtRisk | Self::Risk | Self::AccountValue | Self::Roi)
    }
}

/// The order of a list. Rows that are equal stay in file order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub key: SortKey,
    pub descending: bool,
}

impl Sort {
    pub fn by(key: SortKey) -> Self {
        Self { key, descending: key.starts_descending() }
    }

    pub fn reversed(self) -> Self {
        Self { descending: !self.descending, ..self }
    }
}

/// One screen's list.
#[derive(Debug, Clone)]
pub struct List {
    pub screen: Screen,
    /// Numbers of the customers shown, in order.
    pub rows: Vec<u32>,
    /// How many there would be without the filter.
    pub unfiltered: usize,
    /// Id of the selected customer: the selection stays on it across reloads.
    pub selected: Option<CompactString>,
    /// Its place in `rows`.
    pub cursor: usize,
    /// The first row on the screen.
    pub top: usize,
    pub sort: Sort,
    /// What was typed into the filter.
    pub filter: String,
}

impl List {
    pub fn new(screen: Screen) -> Self {
        let sort = match screen {
            Screen::Queue => Sort::by(SortKey::AtRisk),
            Screen::Customers => Sort::by(SortKey::FileOrder),
        };
        Self {
            screen,
            rows: Vec::new(),
            unfiltered: 0,
            selected: None,
            cursor: 0,
            top: 0,
            sort,
            filter: String::new(),
        }
    }

    /// Makes the rows anew. The selection stays on its customer; if that one is gone from the list,
    /// it goes to the one that now stands in its place.
    pub fn rebuild(&mut self, snapshot: &Snapshot, me: &str) {
        self.rows = match self.screen {
            Screen::Queue => (0..snapshot.len())
                .filter(|number| snapshot.status(*number).waits())
                .map(|number| number as u32)
                .collect(),
            Screen::Customers => (0..snapshot.len() as u32).collect(),
        };
        self.unfiltered = self.rows.len();
        Query::parse(&self.filter, me).retain(snapshot, &mut self.rows);
        sort(&mut self.rows, self.sort, snapshot);
        let dataset = snapshot.matching.dataset();
        let number = self.selected.as_deref().and_then(|id| dataset.customer_number(id));
        let place = number.and_then(|n| self.rows.iter().position(|row| *row as usize == n));
        self.select(place.unwrap_or(self.cursor), snapshot);
    }

    /// Selects the row at a place, or the last one.
    pub fn select(&mut self, place: usize, snapshot: &Snapshot) {
        self.cursor = place.min(self.rows.len().saturating_sub(1));
        let number = self.rows.get(self.cursor).map(|row| *row as usize);
        let view = number.and_then(|number| snapshot.matching.customer(number));
        // An empty list keeps in mind who was selected: a filter that finds nobody is a detour.
        if let Some(view) = view {
            self.selected = Some(CompactString::from(view.id()));
        }
    }

    /// Number of the selected customer.
    pub fn selected_number(&self) -> Option<usize> {
        self.rows.get(self.cursor).map(|row| *row as usize)
    }

    /// Moves the window so that the selection is in it.
    pub fn scroll(&mut self, height: usize) {
        let height = height.max(1);
        let last_top = self.rows.len().saturating_sub(height);
        self.top = self.top.clamp((self.cursor + 1).saturating_sub(height), self.cursor);
        self.top = self.top.min(last_top);
    }
}

fn sort(rows: &mut [u32], sort: Sort, snapshot: &Snapshot) {
    let matching = &snapshot.matching;
    let winner = |n: usize| matching.winner(n);
    match sort.key {
        SortKey::FileOrder => {
            if sort.descending {
                rows.reverse();
            }
        }
        SortKey::AtRisk => by_number(rows, sort, |n| Some(matching.revenue_at_risk(n))),
        SortKey::Risk => by_number(rows, sort, |n| matching.risk(n).map(|risk| risk.score)),
        SortKey::AccountValue => {
            by_number(rows, sort, |n| matching.customer(n).map(|v| v.account_value()));
        }
        SortKey::Roi => by_number(rows, sort, |n| winner(n).map(|ranked| ranked.economics.roi)),
        SortKey::Customer => {
            by_text(rows, sort, |n| matching.customer(n).map(|v| v.id()));
        }
        SortKey::Name => by_text(rows, sort, |n| matching.customer(n)?.name()),
        SortKey::Segment => by_text(rows, sort, |n| matching.customer(n).map(|v| v.segment())),
        SortKey::Stage => by_text(rows, sort, |n| matching.customer(n)?.stage()),
        SortKey::Playbook => {
            by_text(rows, sort, |n| {
                winner(n).and_then(|r| matching.playbook(r)).map(|p| p.title())
            });
        }
        SortKey::Status => rows.sort_by(|a, b| {
            let (a, b) = (snapshot.status(*a as usize), snapshot.status(*b as usize));
            directed(a.cmp(&b), sort)
        }),
    }
}

fn directed(order: Ordering, sort: Sort) -> Ordering {
    if sort.descending { order.reverse() } else { order }
}

/// Rows without a value come last, whatever the direction.
fn by_number(rows: &mut [u32], sort: Sort, value: impl Fn(usize) -> Option<f64>) {
    rows.sort_by_cached_key(|row| Keyed::new(value(*row as usize).map(Total), sort));
}

fn by_text<'a>(rows: &mut [u32], sort: Sort, value: impl Fn(usize) -> Option<&'a str>) {
    rows.sort_by_cached_key(|row| {
        let text = value(*row as usize).filter(|text| !text.is_empty());
        Keyed::new(text.map(str::to_lowercase), sort)
    });
}

/// A number that can be a sort key. Zeros of both signs are equal.
#[derive(PartialEq)]
struct Total(f64);

impl Eq for Total {}

impl PartialOrd for Total {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Total {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0 + 0.0).total_cmp(&(other.0 + 0.0))
    }
}

/// A sort key with the direction in it; what is missing comes last.
#[derive(PartialEq, Eq)]
struct Keyed<T> {
    value: Option<T>,
    descending: bool,
}

impl<T> Keyed<T> {
    fn new(value: Option<T>, sort: Sort) -> Self {
        Self { value, descending: sort.descending }
    }
}

impl<T: Ord> PartialOrd for Keyed<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Ord> Ord for Keyed<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.value, &other.value) {
            (Some(a), Some(b)) if self.descending => b.cmp(a),
            (Some(a), Some(b)) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(rows: usize, cursor: usize, top: usize) -> List {
        let rows = (0..rows as u32).collect();
        List { rows, cursor, top, ..List::new(Screen::Queue) }
    }

    #[test]
    fn the_window_follows_the_selection_and_shows_no_void() {
        for (rows, cursor, top, height, want) in [
            (100, 0, 0, 10, 0),
            (100, 10, 0, 10, 1),
            (100, 3, 20, 10, 3),
            (100, 99, 0, 10, 90),
            (5, 4, 3, 10, 0),
            (0, 0, 0, 10, 0),
            (3, 2, 0, 0, 2),
        ] {
            let mut list = list(rows, cursor, top);
            list.scroll(height);
            assert_eq!(list.top, want, "{rows} rows, cursor {cursor}, top {top}, height {height}");
        }
    }

    #[test]
    fn what_is_missing_comes_last_in_both_directions() {
        let values = [Some(2.0), None, Some(3.0), Some(-0.0), Some(0.0)];
        let mut rows = vec![0, 1, 2, 3, 4];
        let sort = Sort { key: SortKey::Roi, descending: false };
        by_number(&mut rows, sort, |n| values[n]);
        assert_eq!(rows, [3, 4, 0, 2, 1]);
        by_number(&mut rows, sort.reversed(), |n| values[n]);
        assert_eq!(rows, [2, 0, 3, 4, 1]);
    }
}
