//! What the mouse does to the dashboard.

use crate::common::dashboard;

use std::sync::Arc;
use std::time::Duration;

use dashboard::Desk;
use nextplay::settings::Settings;
use nextplay::tui::decide::form::FormField;
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::runtime::input::{Mouse, MouseKind};
use nextplay::tui::screen::id::Screen;
use nextplay::tui::screen::layout;
use nextplay::tui::state::{Overlay, Pane};
use rstest::rstest;

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn decides(desk: &Desk) -> bool {
    desk.effects.iter().any(|effect| matches!(effect, Effect::Decide(_)))
}

/// The first line of the list on the screen.
fn first_line(desk: &Desk) -> String {
    let pane = desk.list_pane();
    pane.lines().nth(2).unwrap().trim_matches(['│', ' ', '▸']).to_owned()
}

#[test]
fn a_click_selects_a_row_and_brings_the_keys_to_the_list() {
    let mut desk = Desk::new().sized(140, 40);
    assert_eq!(desk.selected(), "C2");
    desk.press("Tab");
    assert_eq!(desk.state.pane, Pane::Detail);
    desk.click_on("? C1");
    assert_eq!((desk.selected().as_str(), desk.state.pane), ("C1", Pane::List));
    assert!(desk.detail_pane().contains("Acme Tools"));
    // Once more changes nothing, however long after.
    desk.click_on("? C1");
    assert_eq!((desk.selected().as_str(), desk.state.pane), ("C1", Pane::List));
    assert!(matches!(desk.state.overlay, Overlay::None));
}

#[rstest]
#[case((140, 40))]
#[case((80, 24))]
fn a_double_click_opens_the_detail(#[case] size: (u16, u16)) {
    let mut desk = Desk::new().sized(size.0, size.1);
    let (x, y) = desk.find("? C1");
    desk.double_click(x, y);
    assert_eq!((desk.selected().as_str(), desk.state.pane), ("C1", Pane::Detail));
    // Two slow clicks are none.
    let mut desk = Desk::new().sized(size.0, size.1);
    desk.click(x, y);
    desk.click_after(ms(401), x, y);
    assert_eq!((desk.selected().as_str(), desk.state.pane), ("C1", Pane::List));
}

#[test]
fn a_double_click_does_what_enter_does_on_the_screen() {
    let mut desk = Desk::on_sample_data().sized(140, 40);
    desk.press("4");
    let (x, y) = desk.find("At high risk");
    desk.double_click(x, y);
    assert_eq!(desk.state.screen, Screen::Customers);
    assert!(!desk.state.customers.filter.is_empty());
    desk.press("5");
    let (x, y) = desk.find("  Minimum confidence");
    desk.double_click(x, y);
    assert!(matches!(desk.state.overlay, Overlay::Prompt(_)), "{}", desk.screen());
}

#[test]
fn a_heading_is_not_opened() {
    let mut desk = Desk::on_sample_data().sized(140, 40);
    desk.press("4");
    let (x, y) = desk.find("Segments");
    // Beside the title, which sorts.
    desk.double_click(x + 12, y);
    assert_eq!(desk.state.screen, Screen::Portfolio);
}

#[test]
fn tabs_show_their_screens() {
    let mut desk = Desk::new().sized(140, 40);
    for (text, screen) in [
        ("5 What-if", Screen::WhatIf),
        ("2 Customers", Screen::Customers),
        ("6 Activity", Screen::Activity),
        ("1 Queue", Screen::Queue),
    ] {
        desk.click_on(text);
        assert_eq!(desk.state.screen, screen);
    }
}

#[test]
fn a_column_title_sorts_and_once_more_the_other_way_round() {
    let mut desk = Desk::new().sized(140, 40);
    let (x, y) = desk.find("Risk");
    desk.click(x, y);
    assert_eq!(desk.rows(), ["C5", "C1", "C2", "C4"]);
    assert!(desk.screen().contains("Risk↓"));
    desk.click(x, y);
    assert_eq!(desk.rows(), ["C4", "C2", "C1", "C5"]);
    desk.click_on("Name");
    assert_eq!(desk.rows(), ["C1", "C2", "C4", "C5"]);
}

#[test]
fn the_titles_of_every_list_sort() {
    let mut desk = Desk::on_sample_data().sized(140, 40);
    desk.press("3");
    desk.click_on("Recommended");
    assert!(desk.list_pane().contains("by recommended ↓"));
    desk.press("4");
    let (x, y) = desk.find("customers    at risk");
    desk.click(x + 2, y);
    assert!(desk.list_pane().contains("by count ↓"), "{}", desk.list_pane());
    desk.click(x + 14, y);
    assert!(desk.list_pane().contains("by amount ↓"));
    desk.press("1 a y");
    desk.carry_out();
    desk.press("6");
    desk.click_on("Kind");
    assert!(desk.list_pane().contains("by kind ↑"));
    desk.click_on("When");
    desk.click_on("When");
    assert!(desk.list_pane().contains("oldest first"));
}

#[test]
fn a_section_folds_and_unfolds() {
    let mut desk = Desk::new().sized(140, 40);
    desk.click_on("▸ Numbers");
    assert!(desk.detail_pane().contains("▾ Numbers"));
    assert_eq!(desk.state.pane, Pane::Detail);
    // The second press of a double click does not fold it again.
    let (x, y) = desk.find("▾ Numbers");
    desk.double_click(x, y);
    assert!(desk.detail_pane().contains("▸ Numbers"), "{}", desk.detail_pane());
}

#[test]
fn keys_of_the_footer_act_as_their_press() {
    let mut desk = Desk::new().sized(140, 40);
    desk.click_on("? help");
    assert!(matches!(desk.state.overlay, Overlay::Help { .. }));
    desk.click_on("Esc close");
    assert!(matches!(desk.state.overlay, Overlay::None));
    desk.click_on("/ filter");
    desk.type_text("elm");
    assert_eq!(desk.rows(), ["C5"]);
    desk.click_on("Enter keep");
    assert!(matches!(desk.state.overlay, Overlay::None));
    assert_eq!(desk.rows(), ["C5"]);
    desk.click_on("q quit");
    assert!(desk.effects.contains(&Effect::Quit));
}

#[test]
fn a_click_confirms_by_the_rules_of_the_key() {
    let mut desk = Desk::new().sized(140, 40);
    desk.press("a");
    let (x, y) = desk.find("[ y  approve");
    desk.click_after(ms(149), x, y);
    assert!(!decides(&desk));
    assert!(desk.screen().contains("That click came too soon to confirm"), "{}", desk.screen());
    let (x, y) = desk.find("[ y  approve");
    desk.click(x, y);
    assert!(decides(&desk));
}

#[test]
fn the_footer_confirms_by_the_same_rules() {
    let mut desk = Desk::new().sized(140, 40);
    desk.press("a");
    let (x, y) = desk.find("y confirm");
    desk.click_after(ms(100), x, y);
    assert!(!decides(&desk));
    desk.click(x, y);
    assert!(decides(&desk));
}

#[test]
fn clicks_right_after_each_other_confirm_nothing() {
    let mut desk = Desk::new().sized(140, 40);
    desk.press("a");
    desk.pressed += ms(1_000);
    let (x, y) = desk.find("? C1");
    desk.click(x, y);
    let (x, y) = desk.find("[ y  approve");
    desk.click_after(ms(200), x, y);
    assert!(!decides(&desk));
    assert!(desk.screen().contains("right after another one"), "{}", desk.screen());
    let (x, y) = desk.find("[ y  approve");
    desk.click(x, y);
    assert!(decides(&desk));
}

#[test]
fn a_double_click_never_opens_a_dialog_and_confirms_in_it() {
    // Wherever the keys of the footer and of the dialog stand.
    for pause in [0, 100, 160, 250, 399] {
        let mut desk = Desk::new().sized(140, 40);
        let (x, y) = desk.find("a approve");
        desk.click(x, y);
        assert!(desk.dialog_is_open());
        let shown = desk.find("y confirm");
        assert!(shown.1 == y && shown.0 < x + 20, "they stand in about the same place");
        for x in [x, x + 1, shown.0] {
            desk.click_after(ms(pause), x, y);
            assert!(!decides(&desk), "{pause}");
        }
    }
}

#[test]
fn a_slow_double_click_on_a_key_of_the_footer_decides_nothing() {
    for pause in [400, 450, 600, 900] {
        let mut desk = Desk::new().sized(140, 40);
        let (x, y) = desk.find("a approve");
        desk.click(x, y);
        let confirm = desk.find("y confirm").0;
        let mut desk = Desk::new().sized(140, 40);
        let same = (x..x + 9).find(|x| (confirm..confirm + 9).contains(x)).unwrap();
        desk.click(same, y);
        assert!(desk.dialog_is_open());
        desk.click_after(ms(pause), same, y);
        assert!(!decides(&desk), "{pause}");
        assert!(desk.screen().contains("right after another one"), "{}", desk.screen());
        desk.click(same, y);
        assert!(decides(&desk));
    }
}

#[test]
fn what_moved_under_the_pointer_is_not_confirmed_at_once() {
    let mut desk = Desk::new().sized(140, 40);
    desk.press("a");
    desk.pressed += ms(5_000);
    desk.resize(110, 36);
    let (x, y) = desk.find("[ y  approve");
    desk.click_after(ms(100), x, y);
    assert!(!decides(&desk));
    assert!(desk.screen().contains("too soon to confirm"), "{}", desk.screen());
    let (x, y) = desk.find("[ y  approve");
    desk.click(x, y);
    assert!(decides(&desk));
}

#[test]
fn what_is_not_on_the_screen_is_not_confirmed() {
    let mut desk = Desk::on_sample_data().sized(60, 16);
    desk.press("r");
    desk.press("1");
    let unseen = desk.dialog().shown.is_none();
    let (x, y) = desk.find("[ y  reject");
    desk.click(x, y);
    assert_eq!(decides(&desk), !unseen);
}

#[test]
fn a_click_beside_a_dialog_does_nothing() {
    let mut desk = Desk::new().sized(140, 40);
    let places = ["? C1", "5 What-if", "▸ Numbers", "live"].map(|text| desk.find(text));
    desk.press("a");
    for (x, y) in places.into_iter().chain([(0, 20), (139, 20), (70, 3)]) {
        desk.click(x, y);
        assert!(desk.dialog_is_open());
        assert!(desk.effects.is_empty());
        assert_eq!((desk.state.screen, desk.selected().as_str()), (Screen::Queue, "C2"));
    }
}

#[test]
fn a_click_beside_a_page_or_a_menu_closes_it_and_does_nothing_else() {
    let mut desk = Desk::new().sized(140, 40);
    let (x, y) = desk.find("? C1");
    for key in ["?", "!", "s", "C"] {
        desk.press(key);
        assert!(!matches!(desk.state.overlay, Overlay::None));
        let (column, row) = if key == "s" || key == "C" { (x, y) } else { (0, 5) };
        desk.click(column, row);
        assert!(matches!(desk.state.overlay, Overlay::None), "{key}");
        assert_eq!(desk.selected(), "C2");
    }
}

#[test]
fn lines_of_menus_are_chosen() {
    let mut desk = Desk::new().sized(140, 40);
    desk.press("s");
    let (x, y) = desk.find("  owner ");
    desk.click(x, y);
    assert!(matches!(desk.state.overlay, Overlay::None));
    assert!(desk.screen().contains("by owner ↑"));
    desk.press("C");
    desk.click_on("✓ playbook");
    assert!(!desk.list_pane().contains("Playbook"), "{}", desk.screen());
    assert!(matches!(desk.state.overlay, Overlay::Columns { .. }), "it stays open");
}

#[test]
fn what_is_filled_in_is_chosen_by_clicks() {
    let mut desk = Desk::new().sized(140, 40);
    desk.press("o");
    desk.click_on("Usage Recovery");
    assert_eq!(desk.dialog().form.chosen().unwrap().title, "Usage Recovery");
    desk.click_on("2 Bad timing");
    assert_eq!(desk.dialog().form.reason, Some(1), "{}", desk.screen());
    // A second click takes it back, but not that of a double click.
    let (x, y) = desk.find("[2 Bad");
    desk.double_click(x + 1, y);
    assert_eq!(desk.dialog().form.reason, None);
    desk.click_on("Tab to write one");
    assert_eq!(desk.dialog().form.focus, FormField::Note);
}

#[test]
fn a_click_puts_the_cursor_into_the_text() {
    let mut desk = Desk::new().sized(140, 40);
    desk.press("/");
    desk.type_text("em");
    let (x, y) = desk.find("/ em");
    desk.click(x + 3, y);
    desk.type_text("l");
    assert_eq!(desk.rows(), ["C5"]);
    desk.press("Esc d Tab Tab Tab");
    desk.type_text("badget");
    let (x, y) = desk.find("badget");
    desk.click(x + 2, y);
    desk.press("Backspace");
    desk.type_text("u");
    assert_eq!(desk.dialog().form.note().as_deref(), Some("budget"));
}

#[test]
fn a_date_that_was_clicked_is_edited_not_replaced() {
    let mut desk = Desk::new().sized(140, 40);
    desk.press("d");
    let date = desk.dialog().form.until.value().to_owned();
    let (x, y) = desk.find(&date);
    desk.click(x + 10, y);
    desk.press("Backspace");
    assert_eq!(desk.dialog().form.until.value(), &date[..9]);
}

#[test]
fn a_click_on_a_row_keeps_the_filter_that_is_typed() {
    let mut desk = Desk::new().sized(140, 40);
    desk.press("/");
    desk.type_text("sup");
    desk.click_on("? C1");
    assert!(matches!(desk.state.overlay, Overlay::None));
    assert_eq!((desk.state.filter(), desk.selected().as_str()), ("sup", "C1"));
    desk.press("/");
    desk.click_on("2 Customers");
    assert_eq!(desk.state.screen, Screen::Customers);
}

#[test]
fn the_wheel_scrolls_the_list_and_moves_the_selection_only_as_far_as_needed() {
    let mut desk = Desk::on_sample_data().sized(80, 24);
    desk.press("2");
    let rows = desk.rows();
    desk.press("g j j j j j");
    let selected = desk.selected();
    desk.wheel(1, 10, 10);
    assert!(first_line(&desk).contains(&rows[3]), "{}", desk.list_pane());
    assert_eq!(desk.selected(), selected, "it is still in sight");
    desk.wheel(2, 10, 10);
    assert!(first_line(&desk).contains(&rows[9]));
    assert_eq!(desk.selected(), rows[9]);
    desk.wheel(-100, 10, 10);
    assert!(first_line(&desk).contains(&rows[0]));
    let last = layout::list_rows(&desk.state) - 1;
    assert_eq!(desk.selected(), rows[last.min(9)]);
}

#[test]
fn the_wheel_comes_to_the_end_of_every_list_and_back() {
    for key in ["1", "2", "3", "4", "5"] {
        for size in [(80, 24), (140, 20), (60, 16)] {
            let mut desk = Desk::on_sample_data().sized(size.0, size.1);
            desk.press(key);
            desk.press("G");
            let end = desk.list_pane();
            desk.press("g");
            for _ in 0..60 {
                desk.wheel(1, 10, 8);
            }
            let blank = |pane: &str| pane.replace('▸', " ");
            assert_eq!(blank(&desk.list_pane()).lines().last(), blank(&end).lines().last());
            let rows = |pane: &str| pane.lines().skip(2).map(|l| l.len()).collect::<Vec<_>>();
            assert_eq!(rows(&desk.list_pane()).len(), rows(&end).len());
            desk.press("G");
            assert_eq!(desk.list_pane(), end, "{key} {size:?}: it was at the end");
            for _ in 0..60 {
                desk.wheel(-1, 10, 8);
            }
            let begin = desk.list_pane();
            desk.press("g");
            assert_eq!(blank(&begin).lines().nth(2), blank(&desk.list_pane()).lines().nth(2));
        }
    }
}

#[test]
fn the_wheel_scrolls_the_detail_without_taking_the_keys() {
    let mut desk = Desk::on_sample_data().sized(140, 24);
    desk.press("Z");
    let before = desk.detail_pane();
    desk.wheel(1, 120, 10);
    assert_ne!(desk.detail_pane(), before);
    assert_eq!((desk.state.detail_scroll, desk.state.pane), (3, Pane::List));
    desk.wheel(1_000, 120, 10);
    assert_eq!(desk.state.detail_scroll, layout::detail_overflow(&desk.state));
    desk.wheel(-1_000, 120, 10);
    assert_eq!(desk.detail_pane(), before);
}

#[test]
fn the_wheel_scrolls_what_lies_over_the_screen_and_nothing_behind_it() {
    let mut desk = Desk::on_sample_data().sized(80, 24);
    let list = desk.list_pane();
    desk.press("?");
    desk.wheel(1, 40, 10);
    assert!(desk.page().contains("lines 4–"), "{}", desk.page());
    desk.press("Esc s");
    let Overlay::Sort { cursor } = desk.state.overlay else { panic!() };
    desk.wheel(1, 40, 10);
    assert!(matches!(desk.state.overlay, Overlay::Sort { cursor: now } if now == cursor + 1));
    desk.wheel(5, 1, 10);
    assert!(matches!(desk.state.overlay, Overlay::Sort { cursor: now } if now == cursor + 1));
    desk.press("Esc a");
    desk.wheel(1, 40, 10);
    assert_eq!(desk.dialog().scroll.min(3), desk.dialog().scroll);
    desk.wheel(1, 40, 3);
    desk.press("Esc");
    assert_eq!(desk.list_pane(), list);
}

#[test]
fn a_wheel_that_turns_sideways_scrolls_the_columns() {
    let mut desk = Desk::new().sized(80, 24);
    desk.mouse(MouseKind::Sideways(1), 10, 10);
    assert_eq!(desk.state.list().scrolled, 1);
    desk.mouse(MouseKind::Sideways(-3), 10, 10);
    assert_eq!(desk.state.list().scrolled, 0);
    assert_eq!(desk.notice(), "");
}

#[test]
fn the_divider_is_dragged_and_shown_while_it_is() {
    let mut desk = Desk::new().sized(140, 40);
    let edge = layout::areas(&desk.state).detail.unwrap().x;
    desk.drag((edge, 20), (60, 21));
    assert_eq!(layout::areas(&desk.state).detail.unwrap().x, 60);
    assert_eq!(desk.screen().matches("║║").count(), 36);
    desk.mouse(MouseKind::Drag, 0, 21);
    assert_eq!(layout::areas(&desk.state).list.unwrap().width, 36);
    desk.mouse(MouseKind::Drag, 139, 21);
    assert_eq!(layout::areas(&desk.state).detail.unwrap().width, 36);
    desk.mouse(MouseKind::Drag, 61, 21);
    desk.mouse(MouseKind::Release, 61, 21);
    assert!(!desk.screen().contains('║'));
    assert_eq!(layout::areas(&desk.state).detail.unwrap().x, 61);
    // By the border of the list it stays under the pointer too.
    desk.drag((60, 20), (80, 20));
    assert_eq!(layout::areas(&desk.state).list.unwrap().right(), 81);
    desk.mouse(MouseKind::Release, 80, 20);
    desk.double_click(80, 20);
    assert_eq!(layout::areas(&desk.state).detail.unwrap().x, edge);
}

#[test]
fn the_divider_between_list_above_and_detail_below_is_dragged_too() {
    let mut desk = Desk::new().sized(90, 50);
    let edge = layout::areas(&desk.state).detail.unwrap().y;
    desk.drag((40, edge), (40, 30));
    assert_eq!(layout::areas(&desk.state).detail.unwrap().y, 30);
    assert!(desk.screen().contains("════"));
    desk.mouse(MouseKind::Drag, 40, 1);
    assert_eq!(layout::areas(&desk.state).list.unwrap().height, 6);
    // Side by side is another matter.
    assert_eq!(desk.state.split.beside, None);
}

#[test]
fn ctrl_click_toggles_the_selection_of_a_customer() {
    let mut desk = Desk::new().sized(140, 40);
    let click = |desk: &mut Desk, text: &str| {
        let (column, row) = desk.find(text);
        desk.pressed += ms(100);
        let (kind, at) = (MouseKind::Press, desk.pressed);
        desk.event(Event::Mouse(Mouse { kind, column, row, control: true, at }));
    };
    click(&mut desk, "? C1");
    click(&mut desk, "? C5");
    assert_eq!(desk.state.list().selection.len(), 2);
    click(&mut desk, "? C5");
    assert!(desk.state.list().selection.contains("C1"));
    assert_eq!(desk.state.list().selection.len(), 1);
    assert_eq!(desk.state.pane, Pane::List);
}

#[test]
fn who_clicks_another_customer_has_left_a_batch_behind() {
    let mut desk = Desk::new().sized(140, 40);
    desk.press("2 Space Space a y");
    desk.carry_out();
    desk.click_on("✓ C2");
    desk.press("u");
    assert!(desk.screen().contains("Undo this decision?"), "{}", desk.screen());
}

#[test]
fn the_scope_the_findings_and_the_banner_are_hit() {
    let mut desk = Desk::on_sample_data().sized(140, 40);
    desk.click_on("[All]");
    assert!(desk.list_pane().contains("[My accounts]"));
    desk.click_on("reviewer");
    assert!(desk.list_pane().contains("[I can approve]"));
    desk.click_on("⚠");
    assert!(matches!(desk.state.overlay, Overlay::Findings { .. }));
    desk.press("Esc");
    desk.write("customers.json", "[{");
    desk.look();
    desk.click_on("▲ customers.json");
    assert!(matches!(desk.state.overlay, Overlay::Findings { .. }), "{}", desk.screen());
}

#[test]
fn the_setting_has_the_terminal_keep_the_mouse_at_once() {
    let mut desk = Desk::new().sized(140, 40);
    assert!(desk.effects.is_empty(), "it is reported from the start");
    desk.state.settings = Arc::new(Settings { mouse: false, ..Settings::default() });
    desk.event(Event::Tick);
    assert_eq!(desk.effects, [Effect::ReportMouse(false)]);
    // What is on its way means nothing any more.
    desk.click_on("? C1");
    desk.wheel(1, 10, 10);
    assert_eq!(desk.selected(), "C2");
    desk.press("?");
    assert!(!desk.page().contains("With the mouse"));
    desk.state.settings = Arc::default();
    desk.event(Event::Tick);
    assert_eq!(desk.effects, [Effect::ReportMouse(false), Effect::ReportMouse(true)]);
}
