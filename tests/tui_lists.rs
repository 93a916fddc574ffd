//! Lists of customers: whose work they hold, which columns they show, how a filter ranks, and the
//! customers without an eligible playbook.

use crate::common::dashboard;

use dashboard::{Desk, ROWS, Row, copy_sample_data};
use insta::assert_snapshot;
use nextplay::domain::DecisionKind;
use nextplay::tui::customers::columns::ColumnId;
use nextplay::tui::customers::list::Sort;
use nextplay::tui::event::Effect;
use nextplay::tui::memory::{self, Memory};
use nextplay::tui::state::Overlay;
use rstest::rstest;

/// A dashboard on the test data that remembers nothing, for a reviewer.
fn first_start(by: &str) -> Desk {
    let mut desk = Desk::at_first_start_of(by);
    let data = Desk::new();
    desk.write_rows(&ROWS);
    let playbooks = std::fs::read_to_string(data.dir.path().join("journey_playbooks.json"));
    desk.write("journey_playbooks.json", &playbooks.unwrap());
    desk.look();
    desk
}

/// The same data directory in the next run, which remembers this.
fn next_run(desk: &Desk) -> Desk {
    let memory: Memory =
        serde_json::from_str(&serde_json::to_string(&desk.state.memory).unwrap()).unwrap();
    let mut fresh = Desk::at_first_start_of("dana");
    memory::restore(&mut fresh.state, memory);
    fresh.write_rows(&ROWS);
    let playbooks = std::fs::read_to_string(desk.dir.path().join("journey_playbooks.json"));
    fresh.write("journey_playbooks.json", &playbooks.unwrap());
    fresh.look();
    fresh
}

fn title(desk: &Desk) -> String {
    desk.list_pane().lines().next().unwrap_or_default().to_owned()
}

#[test]
fn the_first_start_of_an_owner_opens_on_their_accounts_by_urgency() {
    let mut desk = first_start("dana");
    assert!(title(&desk).contains("Needs a decision [My accounts]"), "{}", title(&desk));
    assert_eq!((desk.rows(), desk.selected().as_str()), (vec!["C1".to_owned()], "C1"));
    assert_eq!(desk.state.list().sort, Sort::by(ColumnId::PerWeek));
    desk.press("2");
    assert_eq!(desk.rows(), ["C3", "C1"], "the other list holds the same accounts");
    let desk = first_start("DANA ");
    assert!(title(&desk).contains("[My accounts]"), "names are compared as people write them");
}

#[test]
fn a_line_of_the_portfolio_lists_all_its_customers_in_any_scope() {
    let mut desk = first_start("dana");
    desk.press("4 g Enter");
    assert!(title(&desk).contains("Customers [All]"), "{}", title(&desk));
    assert!(desk.rows().contains(&"C2".to_owned()), "not dana's: {:?}", desk.rows());
    assert_eq!(desk.state.memory.lists.scope, None, "the scope that was chosen stays remembered");
}

#[test]
fn the_first_start_of_someone_who_owns_nothing_opens_on_all() {
    let desk = first_start("robin");
    assert!(title(&desk).contains("[All]"), "{}", title(&desk));
    assert_eq!(desk.rows(), ["C2", "C5", "C1", "C4"]);
}

#[test]
fn m_goes_through_the_scopes_of_both_lists_and_the_next_run_goes_on_there() {
    let mut desk = first_start("dana");
    desk.write("nextplay.toml", "[[approver]]\nname = \"dana\"\naccount_value_up_to = 60000\n");
    desk.look();
    desk.press("m");
    assert!(title(&desk).contains("[I can approve]"), "{}", title(&desk));
    assert_eq!(desk.rows(), ["C5", "C1", "C4"], "C2 is above the limit");
    assert_eq!(desk.uncovered(), ["C6"], "a playbook may be assigned to it");
    desk.press("2");
    assert_eq!(desk.rows(), ["C1", "C4", "C5", "C6"], "the other list holds the same");
    desk.press("m");
    assert!(title(&desk).contains("[All]"), "{}", title(&desk));
    let desk = next_run(&desk);
    assert!(title(&desk).contains("[All]"), "it was looked at last: {}", title(&desk));
}

#[test]
fn what_the_accounts_are_sorted_by_is_on_the_screen_with_whole_names() {
    for (width, height) in [(60, 16), (80, 24), (120, 36)] {
        let mut desk = Desk::on_sample_data().sized(width, height);
        desk.press("m");
        let pane = desk.list_pane();
        assert!(pane.contains("Per week↓"), "{pane}");
        assert!(pane.contains("Meridian Health Systems"), "{pane}");
    }
}

#[test]
fn the_sums_below_a_short_queue_say_each_thing_once() {
    let mut desk = first_start("dana");
    let pane = desk.list_pane();
    assert!(pane.contains("At risk") && !pane.contains("My accounts  "), "{pane}");
    desk.press("m m");
    let pane = desk.list_pane();
    for told in ["My accounts           $9,000, 1 customer", "No eligible playbook  $4,000, 1 cust"]
    {
        assert!(pane.contains(told), "{told}: {pane}");
    }
}

#[test]
fn a_scope_keeps_the_order_that_someone_chose() {
    let mut desk = first_start("dana");
    desk.press("S m");
    let reversed = Sort::by(ColumnId::PerWeek).reversed();
    assert_eq!(desk.state.list().sort, reversed);
    let mut desk = first_start("dana");
    desk.press("m");
    assert_eq!(desk.state.list().sort, Sort::by(ColumnId::AtRisk));
}

#[test]
fn a_filter_without_matches_says_in_which_scope() {
    let mut desk = first_start("dana");
    desk.press("/");
    desk.type_text("zzz");
    assert!(desk.list_pane().contains("No matches in My accounts. Esc"), "{}", desk.list_pane());
    desk.press("Esc m m /");
    desk.type_text("zzz");
    assert!(desk.list_pane().contains("No matches. Esc"), "{}", desk.list_pane());
}

#[test]
fn an_empty_scope_says_so_and_offers_the_next_one() {
    let mut desk = first_start("lee");
    desk.other_decides("sam", DecisionKind::Approve, "C5", 3);
    desk.write_rows(&ROWS[..5]);
    desk.look();
    let says = |desk: &Desk| {
        let pane = desk.list_pane().replace(['│', '\n'], " ");
        pane.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let told = says(&desk);
    assert!(told.contains("Nothing is waiting in your accounts. m: I can approve"), "{told}");
    desk.write("nextplay.toml", "[[approver]]\nname = \"sam\"\n");
    desk.look();
    desk.press("m");
    let told = says(&desk);
    assert!(told.contains("Nothing is waiting for you. m: All"), "{told}");
    desk.press("m");
    assert_eq!(desk.rows(), ["C2", "C1", "C4"]);
}

#[test]
fn customers_without_an_eligible_playbook_stand_below_under_a_heading() {
    let mut rows = ROWS.to_vec();
    rows.push(Row { id: "C7", name: "Gull Air", value: 700_000, ..ROWS[5] });
    let mut desk = Desk::with(&rows).sized(80, 24);
    assert_eq!(desk.rows(), ["C2", "C5", "C1", "C4"]);
    assert_eq!(desk.uncovered(), ["C7", "C6"], "in the order of the rest");
    assert_snapshot!("uncovered_80x24", desk.list_pane());
    assert!(desk.screen().contains("[1 Queue 4]"), "they need no decision");
    desk.press("j j j j");
    assert_eq!(desk.selected(), "C7", "the heading is no row");
    desk.press("k");
    assert_eq!(desk.selected(), "C4");
    desk.press("S");
    assert_eq!(
        (desk.rows(), desk.uncovered()),
        (["C4", "C1", "C5", "C2"].map(String::from).to_vec(), vec!["C6".into(), "C7".into()])
    );
    desk.press("/");
    desk.type_text("gull");
    assert_eq!((desk.rows().len(), desk.uncovered()), (0, vec!["C7".to_owned()]));
    assert!(desk.list_pane().contains("No eligible playbook (1)"), "{}", desk.list_pane());
    desk.press("Esc A");
    assert_eq!(desk.state.list().selection.len(), 4, "A selects what needs a decision");
}

#[test]
fn a_filter_ranks_beginnings_of_words_before_the_inside_and_gaps_last() {
    let name = |id, name| Row { id, name, ..ROWS[0] };
    let rows = [
        name("X1", "Lab Energy Net"),
        name("X2", "Splendent"),
        name("X3", "Great Lending"),
        name("X4", "Lenox"),
    ];
    let mut desk = Desk::with(&rows);
    desk.press("2 /");
    desk.type_text("len");
    assert_eq!(desk.rows(), ["X3", "X4", "X2", "X1"], "in file order where they fit alike");
    desk.press("Enter S");
    assert_eq!(desk.rows(), ["X4", "X3", "X2", "X1"], "any order stays within the rank");
    desk.press("/");
    desk.type_text("d");
    assert_eq!(desk.rows(), ["X3", "X2"], "typed on from ranked rows");
    desk.press("Backspace Backspace Backspace Backspace");
    assert_eq!(desk.rows(), ["X4", "X3", "X2", "X1"], "without a word there is no rank");
    desk.type_text("segment:smb");
    assert_eq!(desk.rows(), ["X4", "X3", "X2", "X1"], "terms do not rank");
}

#[test]
fn what_is_not_understood_is_said_beside_a_kept_filter_too() {
    let mut desk = Desk::new();
    desk.press("2 /");
    desk.type_text("risk>0,7");
    let remark = "✗ \"0,7\" is not a number; write 0.7";
    assert!(desk.screen().contains(remark), "{}", desk.screen());
    desk.press("Enter");
    assert!(desk.screen().contains(remark), "{}", desk.screen());
    desk.press("Esc");
    assert!(!desk.screen().contains('✗'), "{}", desk.screen());
}

#[test]
fn the_name_is_readable_beside_the_detail() {
    for (width, height) in [(60, 16), (80, 24), (120, 36), (140, 42), (200, 50)] {
        let desk = Desk::on_sample_data().sized(width, height);
        let pane = desk.list_pane();
        assert!(pane.contains("Meridian Health Sys"), "{width}:\n{pane}");
    }
}

#[test]
fn lists_in_wide_windows() {
    for (width, name) in [(200, "queue_200x30"), (240, "queue_240x30")] {
        let desk = Desk::on_sample_data().sized(width, 30);
        assert_snapshot!(name, desk.list_pane());
    }
}

#[test]
fn how_many_approved_is_in_the_list_where_two_have_to() {
    let mut desk = Desk::new();
    let policy = "[approval]\ntwo_approvers_at_account_value = 40000\n";
    desk.write("nextplay.toml", policy);
    desk.look();
    assert!(!desk.list_pane().contains("Appr."), "it would be empty: {}", desk.list_pane());
    desk.other_decides("sam", DecisionKind::Approve, "C2", 3);
    desk.look();
    let pane = desk.list_pane();
    let row = |id: &str| pane.lines().find(|line| line.contains(id)).unwrap_or_default().to_owned();
    assert!(row("C2").contains("1 of 2"), "{pane}");
    assert!(!row("C5").contains(" of "), "no one has approved yet: {pane}");
}

fn shown(desk: &Desk) -> String {
    desk.list_pane().lines().nth(1).unwrap_or_default().trim_matches(['│', ' ']).to_owned()
}

#[test]
fn columns_are_turned_on_and_off_moved_and_remembered() {
    let mut desk = first_start("dana");
    desk.press("m m C");
    assert_snapshot!("columns_120x40", desk.list_pane());
    assert!(matches!(desk.state.overlay, Overlay::Columns { cursor: 0 }));
    // Hide the id, show the owner, and move it behind the stage.
    desk.press("Space j j Space J J Esc");
    desk.resize(109, 24);
    assert!(shown(&desk).starts_with("Name"), "{}", shown(&desk));
    assert!(desk.state.list().columns.all().map(|(id, _)| id).nth(4) == Some(ColumnId::Owner));
    let kept = desk.state.list().columns.clone();
    assert_eq!(next_run(&desk).state.list().columns, kept);
    desk.press("2");
    assert!(shown(&desk).starts_with("ID"), "each list has columns of its own: {}", shown(&desk));
    desk.press("1 C x Esc");
    assert!(shown(&desk).starts_with("ID"), "{}", shown(&desk));
    assert_eq!(next_run(&desk).state.memory.lists.queue, [], "as at first is nothing to remember");
}

#[test]
fn the_name_cannot_be_hidden() {
    let mut desk = Desk::new();
    desk.press("C j Space");
    assert_eq!(desk.notice(), "The name is always shown");
    assert!(matches!(desk.state.overlay, Overlay::Columns { cursor: 1 }));
}

#[test]
fn columns_that_do_not_fit_are_scrolled_to() {
    let mut desk = Desk::on_sample_data().sized(80, 24);
    assert!(!desk.list_pane().contains("Waiting") && desk.list_pane().contains('›'));
    desk.press("<");
    assert_eq!(desk.notice(), "No more columns to the left");
    while desk.list_pane().contains('›') {
        desk.press(">");
    }
    let pane = desk.list_pane();
    assert!(pane.contains("Waiting") && pane.contains('‹'), "{pane}");
    assert!(pane.contains("Meridian Health") && pane.contains("C006"), "name and id stay: {pane}");
    desk.press(">");
    assert_eq!(desk.notice(), "No more columns to the right");
    while desk.list_pane().contains('‹') {
        desk.press("<");
    }
    assert!(desk.list_pane().contains("At risk↓"));
}

#[rstest]
#[case(ColumnId::Owner, &["C1", "C3", "C5", "C6", "C2", "C4"])]
#[case(ColumnId::Net, &["C1", "C2", "C4", "C5", "C3", "C6"])]
#[case(ColumnId::Cost, &["C1", "C2", "C4", "C5", "C3", "C6"])]
#[case(ColumnId::PerWeek, &["C2", "C5", "C3", "C1", "C4", "C6"])]
fn customers_are_sorted_by_any_column(#[case] key: ColumnId, #[case] want: &[&str]) {
    let mut desk = Desk::new();
    desk.press("2 s g");
    let place = ColumnId::sortable().position(|column| column == key).unwrap();
    desk.press(&"j ".repeat(place));
    desk.press("Enter");
    assert_eq!(desk.rows(), want);
}

#[test]
fn a_file_that_is_broken_from_the_start_has_no_last_good_data() {
    let mut desk = Desk::empty().sized(120, 30);
    copy_sample_data(desk.dir.path());
    desk.write("journey_forecasts.json", "[{");
    desk.look();
    let screen = desk.screen();
    assert!(screen.contains("What can be read is shown. Decisions are paused"), "{screen}");
    desk.write("journey_forecasts.json", "[]");
    desk.look();
    desk.write("journey_forecasts.json", "[{");
    desk.look();
    let screen = desk.screen();
    assert!(screen.contains("The last good data is shown. Decisions are paused"), "{screen}");
}

#[test]
fn help_says_once_why_nothing_can_be_decided() {
    let mut desk = Desk::new().sized(120, 60);
    desk.write("fused_signals.json", "[{");
    desk.look();
    desk.press("?");
    let page = desk.page();
    assert_eq!(page.matches("fused_signals.json").count(), 1, "{page}");
}

#[test]
fn what_a_scope_is_remembered_by_is_written_once() {
    let mut desk = first_start("dana");
    let effects =
        nextplay::tui::update::update(&mut desk.state, nextplay::tui::event::Event::Tick, desk.now);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Remember(_))), "{effects:?}");
}
