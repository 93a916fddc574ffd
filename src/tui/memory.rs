//! What the dashboard remembers between runs, for each data directory: kept in the user's state
//! directory, never in the data.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::domain::text::escape_controls;
use crate::tui::activity::list::Kinds;
use crate::tui::customers;
use crate::tui::customers::list::Place;
use crate::tui::keys::action::Action;
use crate::tui::keys::keymap::Bound;
use crate::tui::keys::typing::LONGEST_FILTER;
use crate::tui::palette::recent::Recent;
use crate::tui::screen::id::Screen;
use crate::tui::screen::layout::Split;
use crate::tui::screen::row::{ScreenRow, SortField};
use crate::tui::screen::table::SCREENS;
use crate::tui::settings;
use crate::tui::state::{NoticeKind, Overlay, State};
use crate::tui::what_if::memory::Scenarios;
use crate::tui::widget::list_order::ListOrder;
use crate::tui::widget::text::fit;

/// The record's kind in the state directory.
pub const RECORD: &str = "dashboard";

/// What is remembered. Every part may be absent, so that a record of an earlier version is read too; a
/// part that is as at first is absent, so that nothing is written before something is changed.
///
/// `update` changes [`State::memory`]; what differs from what was written last is then written by
/// [`Effect::Remember`](crate::tui::event::Effect::Remember).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The scenarios of What-if.
    pub what_if: Scenarios,
    /// Of the lists of customers.
    pub lists: ListsMemory,
    /// The sections of a customer's detail that are open, by name; all others are folded.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub unfolded: BTreeSet<String>,
    /// What was used last in the palette.
    pub palette: Recent,
    /// The screen that was shown, by its name.
    pub screen: Option<CompactString>,
    /// Id of the customer that was selected, below the first row.
    pub customer: Option<CompactString>,
    /// Filter and order of each screen's list, by the screen's name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub views: BTreeMap<CompactString, ViewMemory>,
    /// Which lines Activity lists, by name.
    pub kinds: Option<CompactString>,
    /// Where the divider between list and detail was put.
    pub split: Split,
}

/// Filter and order of a list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewMemory {
    /// What was typed into the filter, and kept.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub filter: String,
    /// The order that was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<SortMemory>,
}

/// The order of a list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SortMemory {
    /// The name of its column.
    pub column: CompactString,
    /// The largest first.
    pub descending: bool,
}

impl Memory {
    /// Applies to this record what changed from `before` to `after`, and leaves the rest as it is: another
    /// dashboard may have written it. Named scenarios, sections and screens are merged one by one.
    pub fn merge(&mut self, before: &Self, after: &Self) {
        let Self { what_if, lists, unfolded, screen, customer, views, kinds, split, palette } =
            self;
        palette.merge(&before.palette, &after.palette);
        merge_part(screen, &before.screen, &after.screen);
        merge_part(customer, &before.customer, &after.customer);
        merge_part(kinds, &before.kinds, &after.kinds);
        merge_part(split, &before.split, &after.split);
        for row in &SCREENS {
            let name: &str = row.screen.into();
            if before.views.get(name) != after.views.get(name) {
                views.remove(name);
                views.extend(after.views.get(name).map(|view| (name.into(), view.clone())));
            }
        }
        what_if.merge(&before.what_if, &after.what_if);
        lists.merge(&before.lists, &after.lists);
        unfolded.retain(|name| after.unfolded.contains(name) || !before.unfolded.contains(name));
        unfolded.extend(after.unfolded.difference(&before.unfolded).cloned());
    }
}

/// Sets a part to what it is `after`, where that differs from what it was `before`.
pub(crate) fn merge_part<T: Clone + PartialEq>(part: &mut T, before: &T, after: &T) {
    if before != after {
        part.clone_from(after);
    }
}

/// What is remembered of the lists of customers. Empty parts are as at first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListsMemory {
    /// Whose work they hold.
    pub scope: Option<CompactString>,
    /// The columns of the Queue.
    pub queue: Vec<ColumnMemory>,
    /// The columns of the Customers screen.
    pub customers: Vec<ColumnMemory>,
    /// The columns that the user's settings named when these were chosen, by the list's name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub configured: BTreeMap<String, Vec<String>>,
}

impl ListsMemory {
    fn merge(&mut self, before: &Self, after: &Self) {
        let Self { scope, queue, customers, configured } = self;
        merge_part(configured, &before.configured, &after.configured);
        merge_part(scope, &before.scope, &after.scope);
        merge_part(queue, &before.queue, &after.queue);
        merge_part(customers, &before.customers, &after.customers);
    }
}

/// A column, in its order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnMemory {
    /// Its name.
    pub column: CompactString,
    /// True where it is shown.
    pub on: bool,
}

/// Has the dashboard as it was remembered. The screen that the user's settings name wins over the one
/// that was shown last.
pub fn restore(state: &mut State, memory: Memory) {
    customers::update::restore(state, &memory.lists);
    for row in &SCREENS {
        if let Some(view) = memory.views.get(<&str>::from(row.screen)) {
            restore_view(state, row, view);
        }
    }
    for list in [&mut state.queue, &mut state.customers] {
        // Whoever makes the first rows starts from this.
        list.requested = list.request();
    }
    let screen = memory.screen.as_deref().and_then(|name| name.parse::<Screen>().ok());
    if let Some(screen) = screen {
        state.screen = screen;
        state.listed = if screen.lists_customers() { screen } else { state.listed };
    }
    if memory.customer.is_some() {
        let selected = memory.customer.clone();
        state.list_mut().returning = Some(Place { selected, ..Place::default() });
    }
    state.activity.kinds =
        memory.kinds.as_deref().and_then(|name| name.parse().ok()).unwrap_or_default();
    state.split = memory.split;
    state.remembered = memory.clone();
    state.memory = memory;
    settings::open(state);
    if !state.filter().is_empty() {
        let filter = escape_controls(&fit(state.filter(), 30)).into_owned();
        let clear = state.keymap.of(Action::Back, state.screen).map(Bound::key_name);
        let clear = clear.filter(|key| !key.is_empty());
        let clear = clear.map(|key| format!("; {key} clears it")).unwrap_or_default();
        state.say(NoticeKind::News, format!("The filter \"{filter}\" from last time is on{clear}"));
    }
}

fn restore_view(state: &mut State, row: &ScreenRow, view: &ViewMemory) {
    // No one typed a longer one: the record is damaged.
    let is_typed = view.filter.chars().nth(LONGEST_FILTER).is_none();
    if let Some(field) = row.list.filter.as_ref().filter(|_| is_typed) {
        (field.set)(state, view.filter.clone());
    }
    if let Some((field, sort)) = row.list.sort.as_ref().zip(view.sort.as_ref()) {
        let column = (field.columns)().iter().position(|column| column.name == sort.column);
        if let Some(column) = column {
            (field.set)(state, ListOrder { column, descending: sort.descending });
        }
    }
}

/// Takes note of how the dashboard is now. A filter counts once it is kept, not while it is typed, and
/// not where a jump set it.
pub(crate) fn store(state: &mut State) {
    if matches!(state.overlay, Overlay::Filter { .. }) {
        return;
    }
    let name = |screen: Screen| CompactString::from(<&str>::from(screen));
    let screen = (state.screen != Screen::default()).then(|| name(state.screen));
    let list = state.list();
    let customer = match &list.returning {
        Some(place) => place.selected.clone(),
        None => list.selected.clone().filter(|_| list.cursor > 0),
    };
    let views = SCREENS.iter().map(|row| (name(row.screen), view(state, row)));
    let views = views.filter(|(_, view)| *view != ViewMemory::default()).collect();
    let kinds = state.activity.kinds;
    let kinds = (kinds != Kinds::default()).then(|| <&str>::from(kinds).into());
    let split = state.split;
    state.memory =
        Memory { screen, customer, views, kinds, split, ..std::mem::take(&mut state.memory) };
}

fn view(state: &State, row: &ScreenRow) -> ViewMemory {
    let filter = row.list.filter.as_ref().map_or("", |field| (field.text)(state));
    let filter = match row.screen {
        Screen::Customers => state.jumps.filter_before(filter),
        _ => filter,
    };
    let sort = |field: &SortField| {
        let order = (field.order)(state);
        let columns = (field.columns)();
        let column = columns.get(order.column).filter(|_| order != (field.usual)(state))?;
        Some(SortMemory { column: column.name.into(), descending: order.descending })
    };
    ViewMemory { filter: filter.to_owned(), sort: row.list.sort.as_ref().and_then(sort) }
}
