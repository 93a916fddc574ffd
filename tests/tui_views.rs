//! Saved views: the menu, what a view shows, saving and deleting one.

use std::fs;
use std::sync::Arc;

use nextplay::settings::{Mistake, Settings, View};
use nextplay::tui::event::Event;
use nextplay::tui::screen::id::Screen;
use nextplay::tui::screen::layout;
use nextplay::tui::state::Overlay;
use nextplay::workspace::Scope;

use crate::common::dashboard::Desk;

fn view(name: &str, screen: &str, filter: &str, sort: &str, scope: &str) -> View {
    let [name, screen, filter, sort, scope] =
        [name, screen, filter, sort, scope].map(str::to_owned);
    View { name, screen, filter, sort, scope }
}

fn with_views(views: &[View]) -> Desk {
    let mut desk = Desk::new();
    desk.state.settings = Arc::new(Settings { views: views.to_vec(), ..Settings::default() });
    desk
}

fn three() -> Desk {
    with_views(&[
        view("Small", "customers", "segment:SMB", "-risk", "all"),
        view("Mine", "queue", "", "", "mine"),
        view("Approvals", "activity", "kind:approve", "person", ""),
    ])
}

fn config(desk: &Desk) -> String {
    fs::read_to_string(desk.dir.path().join("config/config.toml")).unwrap()
}

fn menu(desk: &Desk) -> String {
    desk.crop(layout::body(&desk.state))
}

#[test]
fn the_menu_lists_the_views_and_enter_or_a_number_shows_one() {
    let mut desk = three();
    desk.press("V");
    let shown = menu(&desk);
    assert!(shown.contains("▸ 1 Small      Customers · segment:SMB · by risk ↑ · All"), "{shown}");
    assert!(shown.contains("2 Mine       Queue · My accounts"), "{shown}");
    desk.press("Enter");
    assert_eq!(desk.state.screen, Screen::Customers);
    assert_eq!(desk.rows(), ["C4", "C3", "C6", "C1"], "the lowest risk first");
    assert_eq!(desk.notice(), "View \"Small\"");
    desk.press("V 2");
    assert_eq!((desk.state.screen, desk.rows()), (Screen::Queue, vec!["C1".to_owned()]));
    assert_eq!(desk.state.queue.scope, Some(Scope::Mine));
    desk.press("V 3");
    assert_eq!(desk.state.screen, Screen::Activity);
    assert_eq!(desk.state.activity.filter, "kind:approve");
    desk.press("V");
    assert!(menu(&desk).contains("▸ 3 Approvals"), "it opens at the view that is shown");
    desk.press("9");
    assert!(matches!(desk.state.overlay, Overlay::Views { .. }), "there is no ninth");
}

#[test]
fn a_view_without_a_scope_leaves_the_scope_and_going_back_leaves_the_view() {
    let mut desk = with_views(&[view("Support", "customers", "stage:support", "", "")]);
    desk.press("1 m");
    let before = desk.rows();
    desk.press("V 1");
    assert_eq!(desk.state.customers.scope, Some(Scope::Mine));
    assert_eq!(desk.rows(), ["C1"]);
    desk.press("Ctrl-o");
    assert_eq!((desk.state.screen, desk.rows()), (Screen::Queue, before));
    desk.press("2");
    assert_eq!(desk.state.customers.filter, "");
}

#[test]
fn the_palette_shows_a_view_and_saves_the_current_one() {
    let mut desk = three();
    desk.press(":");
    desk.type_text("small");
    desk.press("Enter");
    assert_eq!(desk.state.screen, Screen::Customers);
    desk.press("/");
    desk.type_text(" acme");
    desk.press("Enter :");
    desk.type_text("save current");
    desk.press("Enter");
    desk.type_text("Acme");
    desk.press("Enter");
    desk.carry_out();
    let path = desk.dir.path().join("config/config.toml");
    assert_eq!(desk.notice(), format!("Saved view \"Acme\" in {}", path.display()));
    assert_eq!(
        config(&desk),
        "[[view]]\nname = \"Acme\"\nscreen = \"customers\"\nfilter = \"segment:SMB acme\"\n\
         sort = \"-risk\"\nscope = \"all\"\n"
    );
    desk.press("V");
    assert!(menu(&desk).contains("4 Acme"), "{}", menu(&desk));
}

#[test]
fn another_view_of_that_name_is_replaced_only_after_a_question() {
    let mut desk = three();
    desk.press("1 V n");
    desk.type_text("Mine");
    desk.press("Enter");
    let shown = menu(&desk);
    assert!(shown.contains("View \"Mine\" already exists: Queue · My accounts"), "{shown}");
    assert!(shown.contains("It would become: Queue · All"), "{shown}");
    desk.press("Esc");
    assert!(desk.effects.is_empty());
    desk.press("V n");
    desk.type_text("Mine");
    desk.press("Enter y");
    desk.carry_out();
    assert!(config(&desk).contains("scope = \"all\""));
    assert_eq!(desk.state.settings.views.len(), 3);
}

#[test]
fn a_view_is_deleted_after_a_question_and_everything_else_in_the_file_stays() {
    let mut desk = with_views(&[view("Hot", "", "risk>0.8", "", ""), view("Mine", "", "", "", "")]);
    fs::create_dir(desk.dir.path().join("config")).unwrap();
    let text = "# mine\n\n[[view]]\nname = \"Hot\" # very\n\n[[view]]\nname = \"Mine\"\n";
    fs::write(desk.dir.path().join("config/config.toml"), text).unwrap();
    desk.press("V x");
    assert!(menu(&desk).contains("It would be deleted from config.toml."), "{}", menu(&desk));
    desk.press("n");
    assert!(desk.effects.is_empty());
    desk.press("V g x y");
    desk.carry_out();
    assert_eq!(config(&desk), "# mine\n\n[[view]]\nname = \"Mine\"\n");
    assert_eq!(desk.state.settings.views.len(), 1);
}

#[test]
fn a_settings_file_with_errors_is_not_touched() {
    let mut desk = Desk::new();
    fs::create_dir(desk.dir.path().join("config")).unwrap();
    fs::write(desk.dir.path().join("config/config.toml"), "theme = \n").unwrap();
    desk.press("V n");
    desk.type_text("Mine");
    desk.press("Enter");
    desk.carry_out();
    assert!(desk.notice().contains("config.toml has an error on line 1"), "{}", desk.notice());
    assert_eq!(config(&desk), "theme = \n");
    let mistake = Mistake::of_file("unknown key \"theem\"");
    desk.event(Event::Settings(Err(vec![mistake])));
    desk.press("V n");
    assert_eq!(desk.notice(), "Fix the settings file first: config.toml: unknown key \"theem\"");
    assert!(matches!(desk.state.overlay, Overlay::Views { .. }));
}

#[test]
fn without_views_the_menu_says_how_to_save_one() {
    let mut desk = Desk::new();
    desk.press("V");
    assert!(
        menu(&desk).contains("There is no saved view yet; n saves what is shown"),
        "{}",
        menu(&desk)
    );
    desk.press("Enter x");
    assert!(matches!(desk.state.overlay, Overlay::Views { .. }));
    assert_eq!(desk.notice(), "There is no saved view yet; n saves what is shown");
}
