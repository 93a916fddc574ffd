//! The Activity screen's list: the ledger's entries and what reloads changed, the newest first.
//!
//! Rows are places in the ledger and in the store of changes; they are made when what they are made
//! of is another, not when they are drawn.

use std::collections::VecDeque;
use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use strum::{EnumString, IntoStaticStr};

use super::filter::{ActivityFilter, CHANGE};
use super::journal::{Journal, Piece, local, record};
use crate::domain::Entry;
use crate::domain::money::count;
use crate::tui::event::News;
use crate::tui::widget::list_order::{ListOrder, SortColumn, SortKey};

/// The most changes that are kept; the oldest go first.
pub const MOST_KEPT: usize = 5_000;

/// Which lines are listed. The text of each is its name where it is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Kinds {
    /// Decisions and changes.
    #[default]
    All,
    /// Decisions only.
    Decisions,
    /// Changes only.
    Changes,
}

impl Kinds {
    /// Returns the words for the title of the list.
    pub fn title(self) -> &'static str {
        match self {
            Self::All => "decisions and changes",
            Self::Decisions => "decisions only",
            Self::Changes => "changes only",
        }
    }

    pub(crate) fn next(self) -> Self {
        match self {
            Self::All => Self::Decisions,
            Self::Decisions => Self::Changes,
            Self::Changes => Self::All,
        }
    }
}

/// A line about what a reload changed.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeLine {
    /// When the view with the change was made.
    pub at: Timestamp,
    /// `None` where it is about no one customer.
    pub customer_id: Option<CompactString>,
    /// Text from data files in it is not yet escaped.
    pub words: String,
    /// The text to search.
    record: String,
}

impl ChangeLine {
    fn new(
        at: Timestamp,
        customer: Option<(CompactString, &str)>,
        words: String,
        zone: &TimeZone,
    ) -> Self {
        let (id, name) = customer.as_ref().map_or(("", ""), |(id, name)| (id.as_str(), *name));
        let time = local(at, zone);
        let record = record(["", CHANGE, "", id, name, "", "", "", &words, &time]);
        let customer_id = customer.map(|(id, _)| id);
        Self { at, customer_id, words, record }
    }

    #[cfg(test)]
    pub(super) fn sample(id: &str) -> Self {
        Self::new(Timestamp::UNIX_EPOCH, Some((id.into(), "")), String::new(), &TimeZone::UTC)
    }
}

/// What the lines can be sorted by, first the newest first: the first of these pieces that a line has.
pub const ORDERS: [(SortColumn, &[Piece]); 5] = [
    (by("newest", "newest first"), &[]),
    (by("kind", "kind"), &[Piece::Done, Piece::Kind]),
    (by("person", "person"), &[Piece::By]),
    (by("customer", "customer"), &[Piece::Name, Piece::Customer]),
    (by("playbook", "playbook"), &[Piece::PlaybookTitle]),
];

const fn by(code: &'static str, name: &'static str) -> SortColumn {
    SortColumn { code, name, largest_first: false }
}

/// What a row shows.
#[derive(Debug, Clone, Copy)]
pub enum Item<'a> {
    /// An entry of the ledger.
    Entry(&'a Arc<Entry>),
    /// A change of the data.
    Change(&'a ChangeLine),
    /// So many changes are not kept any more.
    Dropped(u64),
}

impl Item<'_> {
    /// Id of the customer that it is about; `None` where it is about no one customer.
    pub fn customer_id(&self) -> Option<&CompactString> {
        match self {
            Self::Entry(entry) => Some(&entry.customer_id),
            Self::Change(told) => told.customer_id.as_ref(),
            Self::Dropped(_) => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    /// Place in the ledger.
    Entry(usize),
    /// Number of the change, counted through the session.
    Change(u64),
    Dropped,
}

/// What is selected, by something that it keeps when rows come and go.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Selected {
    /// Id of the entry.
    Entry(CompactString),
    Change(u64),
    Dropped,
}

/// What rows are made of.
#[derive(Debug, Clone, Default)]
struct BuiltFrom {
    journal: Arc<Journal>,
    /// How many changes there have been.
    told: u64,
    kinds: Kinds,
    order: ListOrder,
    filter: String,
}

impl BuiltFrom {
    fn of_the_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.journal, &other.journal)
            && (self.told, self.kinds, self.order) == (other.told, other.kinds, other.order)
    }
}

/// Where someone was in the list, and what it listed.
#[derive(Debug, Clone)]
pub struct ActivityPlace {
    filter: String,
    kinds: Kinds,
    order: ListOrder,
    selected: Option<Selected>,
    cursor: usize,
    top: usize,
}

/// The list of the Activity screen.
#[derive(Debug, Default)]
pub struct Activity {
    /// What was typed into the filter.
    pub filter: String,
    /// Which lines are listed.
    pub kinds: Kinds,
    /// The order of the lines.
    pub order: ListOrder,
    journal: Arc<Journal>,
    /// The last changes, the oldest first.
    changes: VecDeque<ChangeLine>,
    /// How many of them were dropped.
    dropped: u64,
    /// The newest first.
    rows: Vec<Row>,
    /// How many there would be without the filter.
    pub unfiltered: usize,
    built_from: BuiltFrom,
    selected: Option<Selected>,
    /// Place of the selected row.
    pub cursor: usize,
    /// The first row on the screen.
    pub top: usize,
}

impl Activity {
    /// How many entries and changes there are, whatever is listed.
    pub fn total(&self) -> usize {
        self.journal.len() + self.changes.len()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns true where no row is listed.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What the row at a place shows.
    pub fn item(&self, place: usize) -> Option<Item<'_>> {
        Some(match self.rows.get(place)? {
            Row::Entry(place) => Item::Entry(self.journal.entry(*place)?),
            Row::Change(number) => Item::Change(self.change(*number)?),
            Row::Dropped => Item::Dropped(self.dropped),
        })
    }

    /// The lines as they are listed now, for whoever writes them elsewhere.
    pub(super) fn listed(&self) -> Self {
        let journal = Arc::clone(&self.journal);
        let (changes, rows) = (self.changes.clone(), self.rows.clone());
        Self { journal, changes, dropped: self.dropped, rows, ..Self::default() }
    }

    /// What is selected.
    pub fn selected(&self) -> Option<Item<'_>> {
        self.item(self.cursor)
    }

    /// Where the selection and the window are.
    pub(crate) fn place(&self) -> ActivityPlace {
        ActivityPlace {
            filter: self.filter.clone(),
            kinds: self.kinds,
            order: self.order,
            selected: self.selected.clone(),
            cursor: self.cursor,
            top: self.top,
        }
    }

    /// Goes to a place: on its line once the rows are made, which `settle` does.
    pub(crate) fn return_to(&mut self, place: ActivityPlace) {
        let ActivityPlace { filter, kinds, order, selected, cursor, top } = place;
        (self.filter, self.kinds, self.order) = (filter, kinds, order);
        (self.selected, self.cursor, self.top) = (selected, cursor, 0);
        self.select_again();
        self.top = top;
    }

    fn change(&self, number: u64) -> Option<&ChangeLine> {
        self.changes.get(usize::try_from(number.checked_sub(self.dropped)?).ok()?)
    }

    /// Takes a newer ledger; gives back the one before.
    pub(crate) fn take_journal(&mut self, journal: Arc<Journal>) -> Arc<Journal> {
        std::mem::replace(&mut self.journal, journal)
    }

    /// Takes note of what a reload changed. Of many changes the first are listed, the others counted.
    /// `name` gives the name of a customer.
    pub(crate) fn take_news<'a>(
        &mut self,
        news: &News,
        name: impl Fn(&str) -> Option<&'a str>,
        at: Timestamp,
        zone: &TimeZone,
    ) {
        let moved = news.told.iter().map(|told| &told.change).filter(|change| !change.decision);
        // The newest is listed first: what shall stand above goes in later.
        let lines: Vec<ChangeLine> = moved
            .map(|change| {
                let id = change.customer_id.clone();
                let name = name(&id).unwrap_or_default();
                ChangeLine::new(at, Some((id, name)), change.words.clone(), zone)
            })
            .collect();
        let more = news.moved.saturating_sub(lines.len());
        if more > 0 {
            self.push(ChangeLine::new(at, None, format!("and {} more", count(more)), zone));
        }
        for line in lines.into_iter().rev() {
            self.push(line);
        }
        if let Some(words) = &news.policy {
            self.push(ChangeLine::new(at, None, words.clone(), zone));
        }
    }

    fn push(&mut self, told: ChangeLine) {
        self.changes.push_back(told);
        while self.changes.len() > MOST_KEPT {
            self.changes.pop_front();
            self.dropped += 1;
        }
    }

    /// Makes the rows anew where they are made of something else than what is wanted. The selection
    /// stays on its line; where that is gone, it goes to the one that now stands in its place. True
    /// where it is on another line then.
    pub(crate) fn settle(&mut self, me: &str) -> bool {
        let wanted = BuiltFrom {
            journal: Arc::clone(&self.journal),
            told: self.dropped + self.changes.len() as u64,
            kinds: self.kinds,
            order: self.order,
            filter: self.filter.clone(),
        };
        let same = wanted.of_the_same(&self.built_from);
        if same && wanted.filter == self.built_from.filter {
            return false;
        }
        let filter = ActivityFilter::parse(&wanted.filter, me);
        if same && filter.narrows(&ActivityFilter::parse(&self.built_from.filter, me)) {
            let mut rows = std::mem::take(&mut self.rows);
            rows.retain(|row| self.matches(&filter, *row));
            self.rows = rows;
        } else {
            let all = self.all_rows();
            self.unfiltered = all.iter().filter(|row| **row != Row::Dropped).count();
            let mut rows = match filter.is_empty() {
                true => all,
                false => all.into_iter().filter(|row| self.matches(&filter, *row)).collect(),
            };
            let key = |row: &Row| self.sort_key(wanted.order, *row);
            wanted.order.sort(&mut rows, key);
            self.rows = rows;
        }
        self.built_from = wanted;
        self.select_again()
    }

    /// What a row is sorted by: one of the pieces that it is searched in. Lines without it come last.
    fn sort_key(&self, order: ListOrder, row: Row) -> SortKey {
        let record = match row {
            Row::Entry(place) => self.journal.record(place),
            Row::Change(number) => self.change(number).map_or("", |told| told.record.as_str()),
            Row::Dropped => "",
        };
        let pieces = ORDERS.get(order.column).map_or(&[][..], |(_, pieces)| *pieces);
        let mut texts = pieces.iter().filter_map(|piece| record.split('\n').nth(*piece as usize));
        match texts.find(|text| !text.is_empty()) {
            // It is folded already.
            Some(text) => SortKey::Text(text.to_owned()),
            None => SortKey::Number(None),
        }
    }

    fn matches(&self, filter: &ActivityFilter, row: Row) -> bool {
        match row {
            Row::Entry(place) => filter.matches(self.journal.record(place)),
            Row::Change(number) => {
                self.change(number).is_some_and(|told| filter.matches(&told.record))
            }
            Row::Dropped => filter.is_empty(),
        }
    }

    /// Every row of the kinds that are listed. Ledger and changes each keep their order, also where
    /// other machines' clocks go wrong.
    fn all_rows(&self) -> Vec<Row> {
        let decisions = if self.kinds == Kinds::Changes { 0 } else { self.journal.len() };
        let changes: &VecDeque<ChangeLine> = match self.kinds {
            Kinds::Decisions => &VecDeque::new(),
            Kinds::All | Kinds::Changes => &self.changes,
        };
        let mut rows = Vec::with_capacity(decisions + changes.len() + 1);
        let mut entries = (0..decisions).rev().peekable();
        for (place, told) in changes.iter().enumerate().rev() {
            let later = |place: &usize| self.journal.at(*place).is_some_and(|at| at > told.at);
            while let Some(entry) = entries.next_if(later) {
                rows.push(Row::Entry(entry));
            }
            rows.push(Row::Change(self.dropped + place as u64));
        }
        if self.dropped > 0 && !changes.is_empty() {
            rows.push(Row::Dropped);
        }
        rows.extend(entries.map(Row::Entry));
        rows
    }

    fn select_again(&mut self) -> bool {
        let row = match &self.selected {
            Some(Selected::Entry(id)) => self.journal.history.place(id).map(Row::Entry),
            Some(Selected::Change(number)) => Some(Row::Change(*number)),
            Some(Selected::Dropped) => Some(Row::Dropped),
            None => None,
        };
        let place = row.and_then(|wanted| self.rows.iter().position(|row| *row == wanted));
        if let Some(place) = place
            && self.top > 0
        {
            // Who has scrolled down reads on where they were.
            let moved = place as isize - self.cursor as isize;
            self.top = self.top.saturating_add_signed(moved);
        }
        self.select(place.unwrap_or(self.cursor))
    }

    /// Selects the row at a place, or the last one. True where that is another one than before.
    pub(crate) fn select(&mut self, place: usize) -> bool {
        self.cursor = place.min(self.rows.len().saturating_sub(1));
        let selected = match self.rows.get(self.cursor) {
            Some(Row::Entry(place)) => {
                self.journal.entry(*place).map(|entry| Selected::Entry(entry.id.clone()))
            }
            Some(Row::Change(number)) => Some(Selected::Change(*number)),
            Some(Row::Dropped) => Some(Selected::Dropped),
            // A filter that finds nothing is a detour.
            None => return false,
        };
        let moved = selected != self.selected;
        self.selected = selected;
        moved
    }

    /// Moves the window so that the selection is in it.
    pub(crate) fn scroll(&mut self, height: usize) {
        let height = height.max(1);
        let last_top = self.rows.len().saturating_sub(height);
        self.top = self.top.clamp((self.cursor + 1).saturating_sub(height), self.cursor);
        self.top = self.top.min(last_top);
    }
}
