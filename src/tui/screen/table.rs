//! `SCREENS`: every screen of the dashboard. Adding one is a row here, a name in `Screen`, and a
//! folder; header, footer, help, layout, drawing and moving follow from the row.

use strum::VariantArray;

use super::filter_help;
use super::id::Screen;
use super::row::{DetailPane, FilterField, ListPane, ScreenRow, SortField, Update};
use crate::tui::keys::key::ch;
use crate::tui::state::State;
use crate::tui::widget::list_order::ListOrder;
use crate::tui::{activity, customers, playbooks, portfolio, what_if};

/// The list of customers in a field of the state.
macro_rules! customers_in {
    ($list:ident) => {
        ListPane {
            len: |state| state.$list.rows.len(),
            cursor: |state| state.$list.cursor,
            select: customers::update::select,
            scroll: |state, height| state.$list.scroll(height),
            wheel: customers::update::wheel,
            filter: Some(FilterField {
                text: |state| &state.$list.filter,
                set: |state, text| state.$list.filter = text,
                problem: customers::update::filter_problem,
                hint: "",
                help: filter_help::CUSTOMERS,
            }),
            sort: Some(SortField {
                columns: customers::update::sort_columns,
                order: |state| customers::update::order(state.$list.sort),
                usual: |state| customers::update::order(state.$list.usual_sort()),
                set: |state, order| customers::update::set_order(&mut state.$list, order),
            }),
            subject: customers::update::subject,
            customers: None,
            export: Some(customers::export::table),
        }
    };
}

/// Every screen, in the order of [`Screen`] and of the tabs.
pub static SCREENS: [ScreenRow; <Screen as VariantArray>::VARIANTS.len()] = [
    ScreenRow {
        screen: Screen::Queue,
        key: ch('1'),
        title: "Queue",
        help: "Queue: customers that need a decision",
        count: Some(|state| state.is_loaded().then_some(state.totals.waiting)),
        list: customers_in!(queue),
        detail: CUSTOMER,
        update: NOTHING_TO_UPDATE,
        render: customers::list_view::render,
    },
    ScreenRow {
        screen: Screen::Customers,
        key: ch('2'),
        title: "Customers",
        help: "Customers: all of them, with what is recommended for each",
        count: Some(|state| state.snapshot.is_some().then_some(state.totals.customers)),
        list: customers_in!(customers),
        detail: CUSTOMER,
        update: NOTHING_TO_UPDATE,
        render: customers::list_view::render,
    },
    ScreenRow {
        screen: Screen::Playbooks,
        key: ch('3'),
        title: "Playbooks",
        help: "Playbooks: where each is recommended, outranked or blocked, and the findings",
        count: Some(playbooks::count),
        list: ListPane {
            len: playbooks::len,
            cursor: |state| state.playbooks.position.cursor,
            select: playbooks::select,
            scroll: playbooks::scroll,
            wheel: playbooks::wheel,
            filter: Some(FilterField {
                text: |state| &state.playbooks.filter,
                set: |state, text| state.playbooks.filter = text,
                problem: |_, _| None,
                hint: "",
                help: filter_help::PLAYBOOKS,
            }),
            sort: Some(SortField {
                columns: playbooks::sort_columns,
                order: |state| state.playbooks.order,
                usual: |_| ListOrder::default(),
                set: |state, order| state.playbooks.order = order,
            }),
            subject: playbooks::subject,
            customers: Some(playbooks::customers_behind),
            export: Some(playbooks::export),
        },
        detail: DetailPane {
            title: playbooks::title,
            text: |state, width, theme| playbooks::lines(state, width, theme).into(),
        },
        update: Update {
            keep_selection: playbooks::keep_selection,
            pending_effect: playbooks::pending_effect,
        },
        render: playbooks::render,
    },
    ScreenRow {
        screen: Screen::Portfolio,
        key: ch('4'),
        title: "Portfolio",
        help: "Portfolio: figures against their targets, and where the risk is",
        count: None,
        list: ListPane {
            len: portfolio::len,
            cursor: |state| state.portfolio.position.cursor,
            select: portfolio::select,
            scroll: portfolio::scroll,
            wheel: portfolio::wheel,
            filter: Some(FilterField {
                text: |state| &state.portfolio.filter,
                set: |state, text| state.portfolio.filter = text,
                problem: |_, _| None,
                hint: "",
                help: filter_help::PORTFOLIO,
            }),
            sort: Some(SortField {
                columns: portfolio::sort_columns,
                order: |state| state.portfolio.order,
                usual: |_| ListOrder::default(),
                set: |state, order| state.portfolio.order = order,
            }),
            subject: portfolio::subject,
            customers: Some(portfolio::customers_behind),
            export: Some(portfolio::export),
        },
        detail: DetailPane {
            title: portfolio::title,
            text: |state, width, theme| portfolio::lines(state, width, theme).into(),
        },
        update: Update {
            keep_selection: portfolio::keep_selection,
            pending_effect: portfolio::pending_effect,
        },
        render: portfolio::render,
    },
    ScreenRow {
        screen: Screen::WhatIf,
        key: ch('5'),
        title: "What-if",
        help: "What-if: other settings, and what they would change",
        count: None,
        list: ListPane {
            len: what_if::list_view::len,
            cursor: |state| state.what_if.position.cursor,
            select: what_if::update::select,
            scroll: what_if::update::scroll,
            wheel: what_if::update::wheel,
            filter: None,
            sort: None,
            subject: what_if::list_view::subject,
            customers: Some(what_if::list_view::customers_behind),
            export: None,
        },
        detail: DetailPane {
            title: what_if::detail::title,
            text: |state, width, theme| what_if::detail::lines(state, width, theme).into(),
        },
        update: Update {
            keep_selection: what_if::update::keep_selection,
            pending_effect: what_if::update::pending_effect,
        },
        render: what_if::list_view::render,
    },
    ScreenRow {
        screen: Screen::Activity,
        key: ch('6'),
        title: "Activity",
        help: "Activity: decisions, and what changed on disk",
        count: Some(|state| state.is_loaded().then(|| state.activity.total())),
        list: ListPane {
            len: |state| state.activity.len(),
            cursor: |state| state.activity.cursor,
            select: activity::update::select,
            scroll: activity::update::scroll,
            wheel: activity::update::wheel,
            filter: Some(FilterField {
                text: |state| &state.activity.filter,
                set: |state, text| state.activity.filter = text,
                problem: activity::update::filter_problem,
                hint: activity::filter::HINT,
                help: filter_help::ACTIVITY,
            }),
            sort: Some(SortField {
                columns: activity::update::sort_columns,
                order: |state| state.activity.order,
                usual: |_| ListOrder::default(),
                set: |state, order| state.activity.order = order,
            }),
            subject: activity::update::subject,
            customers: None,
            export: Some(activity::export::table),
        },
        detail: DetailPane {
            title: activity::detail::title,
            text: |state, width, theme| activity::detail::lines(state, width, theme).into(),
        },
        update: Update { keep_selection: activity::update::settle, pending_effect: |_| None },
        render: activity::list_view::render,
    },
];

/// The detail of the selected customer.
const CUSTOMER: DetailPane =
    DetailPane { title: customers::detail::title, text: customers::detail::text };

const NOTHING_TO_UPDATE: Update = Update { keep_selection: |_| (), pending_effect: |_| None };

/// The rows stand in the order of the enum, so that a screen finds its row by number.
#[expect(clippy::indexing_slicing, reason = "runs while compiling")]
const _: () = {
    let mut number = 0;
    while number < <Screen as VariantArray>::VARIANTS.len() {
        assert!(<Screen as VariantArray>::VARIANTS[number] as usize == number);
        number += 1;
    }
};

impl Screen {
    /// Returns the screen's row of [`SCREENS`].
    #[expect(clippy::indexing_slicing, reason = "every screen has a row, as is checked above")]
    pub fn row(self) -> &'static ScreenRow {
        &SCREENS[self as usize]
    }
}

impl State {
    /// What was typed into the filter of the list on the screen; empty where it has none.
    pub fn filter(&self) -> &str {
        self.screen.row().list.filter.as_ref().map_or("", |field| (field.text)(self))
    }
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::KeyCode;

    use super::*;

    #[test]
    fn each_screen_finds_its_own_row() {
        for screen in Screen::VARIANTS {
            assert_eq!(screen.row().screen, *screen);
        }
    }

    #[test]
    fn each_screen_has_a_key_and_a_title_of_its_own_and_a_help_text() {
        for (number, row) in SCREENS.iter().enumerate() {
            assert!(!row.help.is_empty() && !row.title.is_empty(), "{:?}", row.screen);
            assert!(matches!(row.key.code, KeyCode::Char(_)), "{:?}", row.screen);
            for other in SCREENS.iter().skip(number + 1) {
                assert!(other.key != row.key && other.title != row.title, "{:?}", row.screen);
            }
        }
    }
}
