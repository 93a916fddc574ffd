//! Jumps: from a line to what is behind it, and back.
//!
//! A jump keeps the place that it leaves and the list that it changes, so that going back shows both as
//! they were. Going to a screen by its own key is no jump.

use compact_str::CompactString;

use crate::domain::Person;
use crate::tui::activity::list::ActivityPlace;
use crate::tui::customers::list::{List, Place as RowPlace, Sort};
use crate::tui::screen::id::Screen;
use crate::tui::state::{NoticeKind, Pane, State};
use crate::tui::widget::detail_text::Reading;
use crate::tui::widget::line_list::Position;
use crate::tui::widget::list_order::ListOrder;
use crate::workspace::Scope;

/// The most places that are kept; the oldest go first.
const MOST: usize = 50;

/// Where a jump leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Destination {
    /// The detail of the selected line.
    Detail,
    /// A screen as it is.
    Screen(Screen),
    /// A customer, by id, on the Customers screen; a filter or scope that hides it is dropped.
    Customer(CompactString),
    /// The customers of every scope that a filter leaves, on the Customers screen.
    Customers(String),
    /// A playbook, by id, on the Playbooks screen; a filter that hides it is dropped.
    Playbook(CompactString),
    /// A list with a filter, and with an order where one is named.
    List {
        /// Its screen.
        screen: Screen,
        /// What its filter shall be.
        filter: String,
        /// The order; as it is where `None`.
        order: Option<ListOrder>,
    },
}

impl Destination {
    /// The screen that it is on.
    fn screen(&self, state: &State) -> Screen {
        match self {
            Self::Detail => state.screen,
            Self::Screen(screen) | Self::List { screen, .. } => *screen,
            Self::Customer(_) | Self::Customers(_) => Screen::Customers,
            Self::Playbook(_) => Screen::Playbooks,
        }
    }
}

/// The places to go back to.
#[derive(Debug, Clone, Default)]
pub struct Jumps {
    left: Vec<Place>,
    /// What the filter of the Customers screen was before jumps set it.
    visit: Option<Visit>,
}

/// A filter that a jump set, and the one that the user had there before.
#[derive(Debug, Clone)]
struct Visit {
    set: String,
    before: String,
}

/// A place that a jump left.
#[derive(Debug, Clone)]
struct Place {
    screen: Screen,
    listed: Screen,
    pane: Pane,
    detail_open: bool,
    reading: Reading,
    /// The list that was left.
    here: ListPlace,
    /// The list that the jump led to, where that is another one.
    there: Option<ListPlace>,
    /// The scopes of both lists of customers.
    scopes: [Option<Scope>; 2],
    visit: Option<Visit>,
    /// The jump opened the detail: whoever closes that has gone back.
    opened_detail: bool,
}

/// A list with its filter, order, selection and scroll position.
#[derive(Debug, Clone)]
enum ListPlace {
    Queue(CustomersPlace),
    Customers(CustomersPlace),
    Playbooks { place: LinePlace, about: Option<(bool, String)> },
    Portfolio { place: LinePlace, about: Option<String> },
    WhatIf { position: Position, on: Option<(usize, String)> },
    Activity(ActivityPlace),
}

#[derive(Debug, Clone)]
struct CustomersPlace {
    filter: String,
    sort: Sort,
    row: RowPlace,
}

#[derive(Debug, Clone)]
struct LinePlace {
    filter: String,
    order: ListOrder,
    position: Position,
}

impl CustomersPlace {
    fn of(list: &List) -> Self {
        Self { filter: list.filter.clone(), sort: list.sort, row: list.row_place() }
    }
}

impl ListPlace {
    fn of(state: &State, screen: Screen) -> Self {
        match screen {
            Screen::Queue => Self::Queue(CustomersPlace::of(&state.queue)),
            Screen::Customers => Self::Customers(CustomersPlace::of(&state.customers)),
            Screen::Playbooks => {
                let list = &state.playbooks;
                let (filter, order) = (list.filter.clone(), list.order);
                let place = LinePlace { filter, order, position: list.position };
                Self::Playbooks { place, about: list.about.clone() }
            }
            Screen::Portfolio => {
                let list = &state.portfolio;
                let (filter, order) = (list.filter.clone(), list.order);
                let place = LinePlace { filter, order, position: list.position };
                Self::Portfolio { place, about: list.about.clone() }
            }
            Screen::WhatIf => {
                Self::WhatIf { position: state.what_if.position, on: state.what_if.on.clone() }
            }
            Screen::Activity => Self::Activity(state.activity.place()),
        }
    }

    /// Has the list as it was. Where its line is gone, the nearest one is selected.
    fn restore(self, state: &mut State) {
        let snapshot = state.snapshot.clone();
        let customers = |list: &mut List, place: CustomersPlace| {
            list.filter = place.filter;
            list.sort = place.sort;
            list.return_to(place.row, snapshot.as_deref());
        };
        match self {
            Self::Queue(place) => customers(&mut state.queue, place),
            Self::Customers(place) => customers(&mut state.customers, place),
            Self::Playbooks { place: LinePlace { filter, order, position }, about } => {
                let list = &mut state.playbooks;
                (list.filter, list.order) = (filter, order);
                (list.position, list.about) = (position, about);
            }
            Self::Portfolio { place: LinePlace { filter, order, position }, about } => {
                let list = &mut state.portfolio;
                (list.filter, list.order) = (filter, order);
                (list.position, list.about) = (position, about);
            }
            Self::WhatIf { position, on } => {
                (state.what_if.position, state.what_if.on) = (position, on);
            }
            Self::Activity(place) => state.activity.return_to(place),
        }
    }
}

impl Jumps {
    /// The filter that the user gave the Customers screen, where a jump set the one that is there now.
    pub(crate) fn filter_before<'a>(&'a self, filter: &'a str) -> &'a str {
        match &self.visit {
            Some(visit) if visit.set == filter => &visit.before,
            _ => filter,
        }
    }

    /// True where going back does no more than to close the detail.
    pub(crate) fn only_close_the_detail(&self) -> bool {
        self.left.last().is_some_and(|place| place.opened_detail)
    }

    fn push(&mut self, place: Place) {
        if self.left.len() == MOST {
            self.left.remove(0);
        }
        self.left.push(place);
    }
}

/// Goes somewhere, and remembers the way back.
pub fn jump(state: &mut State, to: Destination) {
    let place = leave(state, &to);
    let filter = state.customers.filter.clone();
    // A list with a filter of its own was chosen by the user.
    let chosen = matches!(to, Destination::List { .. });
    let remembered = (!chosen).then(|| state.jumps.filter_before(&filter).to_owned());
    match to {
        Destination::Detail => {
            state.detail_open = true;
            state.pane = Pane::Detail;
        }
        Destination::Screen(screen) => show(state, screen),
        Destination::Customer(id) => {
            show(state, Screen::Customers);
            go_to_customer(state, &id);
        }
        Destination::Customers(filter) => {
            show(state, Screen::Customers);
            // All that the line counts, not only those in the scope; what is remembered stays.
            set_scope(state, Scope::All);
            state.customers.filter = filter;
        }
        Destination::Playbook(id) => {
            show(state, Screen::Playbooks);
            go_to_playbook(state, &id);
        }
        Destination::List { screen, filter, order } => {
            show(state, screen);
            let list = &screen.row().list;
            if let Some(field) = &list.filter {
                (field.set)(state, filter);
            }
            if let (Some(field), Some(order)) = (&list.sort, order) {
                (field.set)(state, order);
            }
        }
    }
    let set = &state.customers.filter;
    if *set != filter {
        let set = set.clone();
        state.jumps.visit = remembered.map(|before| Visit { set, before });
    }
    state.jumps.push(place);
}

/// The place that is left.
fn leave(state: &State, to: &Destination) -> Place {
    let screen = state.screen;
    let there = to.screen(state);
    Place {
        screen,
        listed: state.listed,
        pane: state.pane,
        detail_open: state.detail_open,
        reading: state.reading(),
        here: ListPlace::of(state, screen),
        there: (there != screen).then(|| ListPlace::of(state, there)),
        scopes: [state.queue.scope, state.customers.scope],
        visit: state.jumps.visit.clone(),
        opened_detail: *to == Destination::Detail && state.pane == Pane::List,
    }
}

/// Goes back to where the last jump came from.
pub(crate) fn go_back(state: &mut State) {
    let Some(place) = state.jumps.left.pop() else { return };
    state.screen = place.screen;
    state.listed = place.listed;
    state.pane = place.pane;
    state.detail_open = place.detail_open;
    for (list, scope) in [&mut state.queue, &mut state.customers].into_iter().zip(place.scopes) {
        match scope {
            Some(scope) => list.set_scope(scope),
            None => list.scope = None,
        }
    }
    if let Some(there) = place.there {
        there.restore(state);
    }
    place.here.restore(state);
    state.jumps.visit = place.visit;
    state.read(place.reading);
}

/// Why there is nothing to go back to, which needs no message.
pub(crate) fn cannot_go_back(state: &State) -> Option<String> {
    state.jumps.left.is_empty().then(String::new)
}

/// Forgets the places that were gone back to without a jump: whoever closes the detail is where Enter
/// opened it.
pub(crate) fn settle(state: &mut State) {
    let closed = state.pane == Pane::List && !state.detail_open;
    while closed && state.jumps.only_close_the_detail() {
        state.jumps.left.pop();
    }
}

/// Shows a screen's list.
fn show(state: &mut State, screen: Screen) {
    state.screen = screen;
    if screen.lists_customers() {
        state.listed = screen;
    }
    state.pane = Pane::List;
    state.detail_open = false;
    state.detail_scroll = 0;
}

fn set_scope(state: &mut State, scope: Scope) {
    state.queue.set_scope(scope);
    state.customers.set_scope(scope);
}

/// Selects a customer, and says what had to be dropped to show it.
fn go_to_customer(state: &mut State, id: &CompactString) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    if state.customers.go_to(id, &snapshot) {
        return;
    }
    let number = snapshot.matching.dataset().customer_number(id);
    let scope = state.customers.scope.unwrap_or_default();
    let me = Person::new(&state.by);
    let outside = number.is_some_and(|number| !scope.includes(&snapshot, number, &me));
    let filtered = !state.customers.filter.is_empty();
    // The rows come from elsewhere; until then no one decides on these.
    state.customers.filter.clear();
    if outside {
        set_scope(state, Scope::All);
    }
    let what = match (filtered, outside) {
        (true, true) => "Filter cleared and all customers shown, to show",
        (true, false) => "Filter cleared to show",
        (false, true) => "All customers shown, to show",
        (false, false) => return,
    };
    state.say(NoticeKind::News, format!("{what} {id}"));
}

/// Selects a playbook, and clears the filter where that hides it.
fn go_to_playbook(state: &mut State, id: &CompactString) {
    state.playbooks.about = Some((true, id.to_string()));
    let row = Screen::Playbooks.row();
    (row.update.keep_selection)(state);
    let is_it = |state: &State| {
        crate::tui::playbooks::selected(state).is_some_and(|item| item.is_playbook(id))
    };
    if !is_it(state) && !state.playbooks.filter.is_empty() {
        state.playbooks.filter.clear();
        (row.update.keep_selection)(state);
        if is_it(state) {
            state.say(NoticeKind::News, format!("Filter cleared to show {id}"));
        }
    }
}
