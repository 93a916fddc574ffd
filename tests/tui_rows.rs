//! Lists whose rows are made elsewhere: what the dashboard does until they are there, and that rows
//! never stand for other customers than they were made of.

use crate::common::dashboard;

use std::sync::atomic::{AtomicUsize, Ordering};

use dashboard::{Desk, ROWS, Row};
use nextplay::intake::load::Reread;
use nextplay::tui::customers::columns::ColumnId;
use nextplay::tui::customers::list::{Rows, RowsRequest, Sort};
use nextplay::tui::customers::rows::build_rows;
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::runtime::preparation::Own;
use nextplay::tui::screen::id::Screen;
use nextplay::tui::state::Overlay;
use nextplay::workspace::{Options, Workspace};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const EVERYBODY: [&str; 6] = ["C1", "C2", "C3", "C4", "C5", "C6"];

/// A dashboard on the customers, on a machine that takes its time to filter and sort.
fn slow_desk() -> Desk {
    let mut desk = Desk::new();
    desk.press("2 g");
    desk.arranges = false;
    desk
}

fn asked_for(desk: &Desk) -> Vec<String> {
    let filter = |effect: &Effect| match effect {
        Effect::BuildRows(request) => Some(request.request.filter.clone()),
        _ => None,
    };
    desk.effects.iter().filter_map(filter).collect()
}

#[test]
fn typing_and_moving_go_on_with_the_old_rows_until_the_new_ones_are_there() {
    let mut desk = slow_desk();
    desk.press("/");
    desk.type_text("ba");
    assert_eq!(asked_for(&desk), ["b", "ba"]);
    desk.press("Down");
    desk.type_text("nk");
    assert_eq!((desk.rows().len(), desk.selected().as_str()), (6, "C2"));
    let Overlay::Filter { input, .. } = &desk.state.overlay else { panic!("it is still typed") };
    assert_eq!(input.value(), "bank");
    desk.build_rows(false);
    assert_eq!((desk.rows(), desk.selected().as_str()), (vec!["C5".to_owned()], "C5"));
}

#[test]
fn rows_that_are_no_longer_wanted_are_dropped_and_nothing_is_drawn_for_them() {
    let mut desk = slow_desk();
    desk.press("/");
    desk.type_text("ba");
    let Some(Effect::BuildRows(outdated)) = desk.effects.first().cloned() else { panic!() };
    let rows = build_rows(&outdated.request, &outdated.snapshot, &[], &|| false).unwrap();
    let now = desk.now;
    let effects = nextplay::tui::update::update(&mut desk.state, Event::RowsReady(rows), now);
    assert!(effects.is_empty() && !desk.state.redraw);
    assert_eq!(desk.rows(), EVERYBODY);
    // What was typed and taken back is not waited for.
    desk.press("Backspace Backspace");
    desk.effects.clear();
    desk.pass(1);
    assert!(!desk.screen().contains('…'), "{}", desk.screen());
    assert!(desk.state.next_change().is_none_or(|at| at > desk.now));
}

#[test]
fn rows_of_one_view_never_meet_another_one() {
    let mut desk = slow_desk();
    desk.press("/");
    desk.type_text("smb");
    let late = std::mem::take(&mut desk.effects);
    let mut rows = ROWS.to_vec();
    rows.insert(0, Row { id: "C0", ..ROWS[1] });
    desk.write_rows(&rows);
    desk.look();
    // The view came with rows of its own; those made of the one before are for other customers.
    let smb = ["C1", "C3", "C4", "C6"];
    assert_eq!(desk.rows(), smb);
    desk.effects = late;
    desk.build_rows(false);
    assert_eq!(desk.rows(), smb);
    desk.press("Esc");
    assert_eq!(asked_for(&desk), [""]);
    desk.build_rows(false);
    assert_eq!(desk.rows(), ["C0", "C1", "C2", "C3", "C4", "C5", "C6"]);
}

#[test]
fn a_view_made_ready_for_an_earlier_filter_is_shown_and_asked_about_anew() {
    let mut desk = slow_desk();
    let mut rows = ROWS.to_vec();
    rows.remove(0);
    desk.write_rows(&rows);
    let snapshot = (*desk.workspace.refresh(Reread::All)).clone();
    let generation = snapshot.generation;
    let view = desk.prepare(snapshot, &Own::default()).unwrap();
    desk.press("/");
    desk.type_text("smb");
    desk.effects.clear();
    desk.event(Event::View(view));
    assert_eq!(desk.rows(), EVERYBODY[1..]);
    assert_eq!(asked_for(&desk), ["smb"]);
    let Some(Effect::BuildRows(request)) = desk.effects.first() else { panic!() };
    assert_eq!(request.snapshot.generation, generation);
    desk.build_rows(false);
    assert_eq!(desk.rows(), ["C3", "C4", "C6"]);
}

#[test]
fn the_selection_stays_on_its_customer_while_the_order_changes() {
    let mut desk = slow_desk();
    desk.press("j S j");
    assert_eq!(desk.selected(), "C3");
    desk.build_rows(false);
    assert_eq!(desk.rows(), ["C6", "C5", "C4", "C3", "C2", "C1"]);
    assert_eq!(desk.selected(), "C3");
}

#[test]
fn another_screen_is_there_at_once_with_the_same_customer() {
    let mut desk = slow_desk();
    desk.press("j 1");
    assert!(desk.effects.is_empty(), "its rows are there already");
    assert_eq!((desk.rows().len(), desk.selected().as_str()), (4, "C2"));
}

#[test]
fn that_it_takes_long_is_told_after_a_while_and_never_before() {
    let mut desk = slow_desk();
    desk.press("/");
    desk.type_text("bank");
    assert!(!desk.screen().contains("/bank"), "{}", desk.screen());
    let at = desk.state.next_change().expect("it wakes up to tell");
    let wait = desk.now.until(at).unwrap().get_milliseconds();
    assert!((1..1000).contains(&wait), "{wait} ms");
    desk.pass(1);
    assert!(desk.screen().contains("─ /bank … "), "{}", desk.screen());
    desk.build_rows(false);
    assert!(desk.screen().contains("─ /bank 1 of 6 "), "{}", desk.screen());
    desk.press("Enter S");
    assert!(desk.screen().contains("by file order ─ /bank 1 of 6"), "{}", desk.screen());
    desk.pass(1);
    assert!(desk.screen().contains("by file order ↓ … ─ /bank 1 of 6"), "{}", desk.screen());
}

#[test]
fn nobody_decides_about_whom_the_filter_may_not_leave() {
    let mut desk = slow_desk();
    desk.press("1 g /");
    desk.type_text("bank");
    desk.press("Enter");
    for key in ["a", "r", "u"] {
        desk.press(key);
        assert!(!desk.dialog_is_open());
        assert_eq!(desk.notice(), "The list is still being filtered", "{key}");
    }
    desk.build_rows(false);
    desk.press("a");
    assert_eq!(desk.dialog().customer_id().unwrap(), "C5");
}

#[test]
fn an_order_that_is_being_made_keeps_nobody_from_deciding() {
    let mut desk = slow_desk();
    desk.press("1 g S a");
    assert_eq!(desk.dialog().customer_id().unwrap(), "C2");
    desk.build_rows(false);
    assert_eq!(desk.dialog().customer_id().unwrap(), "C2");
}

fn customers(filter: &str, sort: Sort) -> RowsRequest {
    RowsRequest {
        filter: filter.to_owned(),
        sort,
        ..RowsRequest::initial(Screen::Customers, "dana".into())
    }
}

#[test]
fn rows_that_nobody_wants_any_more_are_given_up() {
    let desk = Desk::on_sample_data();
    for wanted in [
        customers("", Sort::by(ColumnId::Risk)),
        customers("a", Sort::by(ColumnId::FileOrder)),
        RowsRequest::initial(Screen::Queue, "dana".into()),
    ] {
        assert!(build_rows(&wanted, desk.snapshot(), &[], &|| true).is_none());
        // Outdated in the middle: it asked again after it had begun.
        let asked = AtomicUsize::new(0);
        let later = || asked.fetch_add(1, Ordering::Relaxed) > 0;
        let given_up = build_rows(&wanted, desk.snapshot(), &[], &later).is_none();
        assert_eq!(given_up, asked.into_inner() > 1);
    }
}

/// Pieces that filters are typed of.
const PIECES: &[&str] = &[
    "a",
    "e",
    "o",
    "s",
    "m",
    "b",
    "c",
    "0",
    "1",
    " ",
    "risk",
    ">",
    "<",
    "=",
    "0.7",
    ":",
    "segment",
    "stage",
    "owner:me",
    "status:pending,held",
    "SM",
    "up",
    "é",
    "ß",
    "\"",
    "株",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    /// Whatever was found before: what is found from there is what is found from nothing.
    #[test]
    fn what_is_found_does_not_hang_on_what_was_found_before(
        typed in prop::collection::vec(
            (prop::sample::select(PIECES), any::<bool>(), prop::sample::select(ColumnId::sortable().collect::<Vec<_>>())),
            1..12,
        ),
    ) {
        let snapshot = Workspace::new(
            concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data"),
            Options::default(),
        ).refresh(Reread::All);
        let mut known: Vec<Rows> = Vec::new();
        let mut filter = String::new();
        for (piece, descending, key) in typed {
            filter.push_str(piece);
            for &screen in Screen::ALL {
                let wanted = RowsRequest { screen, ..customers(&filter, Sort { key, descending }) };
                let fresh = build_rows(&wanted, &snapshot, &[], &|| false).unwrap();
                let from_known = build_rows(&wanted, &snapshot, &known, &|| false).unwrap();
                prop_assert_eq!(&fresh.rows, &from_known.rows, "{:?}", wanted);
                prop_assert_eq!(fresh.unfiltered, from_known.unfiltered);
                known.push(from_known);
            }
        }
    }
}
