//! The dashboard where the files are missing without which nothing can be matched.

use std::path::PathBuf;

use insta::assert_snapshot;
use nextplay::starter::init::{Plan, exports, may_begin};
use nextplay::tui::Opening;
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::first_start::paths;

use crate::common::dashboard::{Desk, ROWS};

/// A dashboard on an empty directory.
fn empty() -> Desk {
    let mut desk = Desk::at_first_start();
    desk.state.first_start.directory = "/data/sales".into();
    desk.look();
    desk
}

/// The screen without its first line, which has the time.
fn below_header(desk: &Desk) -> String {
    desk.screen().lines().skip(1).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_empty_directory_offers_the_demo_and_another_directory() {
    let mut desk = empty().sized(80, 24);
    assert_snapshot!("first_start_80x24", below_header(&desk));
    desk.resize(60, 16);
    assert_snapshot!("first_start_60x16", below_header(&desk));
    desk.press("d");
    assert_eq!(desk.state.opening, Some(Opening::Demo));
    assert!(desk.effects.contains(&Effect::Quit));
}

#[test]
fn data_that_is_near_comes_first() {
    let mut desk = empty();
    desk.state.first_start.nearby = vec!["/data/sales/east".into()];
    let screen = desk.screen();
    assert!(screen.contains("▸    Open \"east\", which has both files"), "{screen}");
    desk.press("Enter");
    assert_eq!(desk.state.opening, Some(Opening::Directory("/data/sales/east".into())));
    let mut desk = empty();
    desk.state.first_start.nearby = vec!["/data/sales/east".into()];
    desk.press("j Enter");
    assert_eq!(desk.state.opening, Some(Opening::Demo));
}

#[test]
fn the_dashboard_goes_on_by_itself_once_the_files_are_there() {
    let mut desk = empty();
    desk.write_rows(&ROWS);
    desk.notices_changes();
    let screen = desk.screen();
    assert!(screen.contains("✓ customers.json"), "{screen}");
    assert!(screen.contains("has no journey_playbooks.json."), "{screen}");
    desk.press("o");
    desk.write("journey_playbooks.json", r#"[{"playbook_id":"P1"}]"#);
    desk.notices_changes();
    desk.press("Esc");
    let screen = desk.screen();
    assert!(!screen.contains("No data yet"), "{screen}");
    assert!(screen.contains("● live"), "{screen}");
}

#[test]
fn esc_shows_what_is_there_with_the_banner() {
    let mut desk = empty();
    assert!(!desk.screen().contains("customers.json: missing"));
    desk.press("Esc");
    let screen = desk.screen();
    assert!(!screen.contains("No data yet"), "{screen}");
    assert!(screen.contains("▲ customers.json: missing in "), "{screen}");
    desk.press("2 1");
    assert!(!desk.screen().contains("No data yet"));
}

#[test]
fn a_file_that_breaks_or_goes_later_is_no_first_start() {
    let mut desk = Desk::new();
    std::fs::remove_file(desk.dir.path().join("customers.json")).unwrap();
    desk.notices_changes();
    let screen = desk.screen();
    assert!(!screen.contains("No data yet"), "{screen}");
    assert!(screen.contains("▲ customers.json"), "{screen}");
}

#[test]
fn another_directory_is_typed_completed_and_checked() {
    let parent = tempfile::tempdir().unwrap();
    for name in ["sales-east", "sales-west"] {
        std::fs::create_dir(parent.path().join(name)).unwrap();
    }
    let mut desk = empty();
    let carry_out = |desk: &mut Desk| {
        for effect in std::mem::take(&mut desk.effects) {
            match effect {
                Effect::CompletePath(typed) => {
                    desk.event(Event::PathCompleted(paths::complete(typed)));
                }
                Effect::CheckDirectory(path) => {
                    let result = paths::check(&path);
                    desk.event(Event::DirectoryChecked { path, result });
                }
                other => panic!("{other:?}"),
            }
        }
    };
    desk.press("o");
    desk.type_text(&format!("{}/sa", parent.path().display()));
    desk.press("Tab");
    carry_out(&mut desk);
    let screen = desk.screen();
    assert!(screen.contains("sales-east  sales-west"), "{screen}");
    desk.type_text("x");
    desk.press("Enter");
    carry_out(&mut desk);
    assert!(desk.screen().contains("✗ no directory \""), "{}", desk.screen());
    assert_eq!(desk.state.opening, None);
    desk.press("Backspace");
    desk.type_text("w");
    desk.press("Tab");
    carry_out(&mut desk);
    desk.press("Enter");
    let check = std::mem::take(&mut desk.effects);
    let west: PathBuf = format!("{}/", parent.path().join("sales-west").display()).into();
    assert_eq!(check, [Effect::CheckDirectory(west.clone())]);
    desk.event(Event::DirectoryChecked { path: west.clone(), result: Ok(()) });
    assert_eq!(desk.state.opening, Some(Opening::Directory(west)));
}

#[test]
fn pasted_text_opens_nothing() {
    let mut desk = empty();
    desk.event(Event::Paste("d\r".into()));
    assert_eq!(desk.state.opening, None);
}

/// An export of a CRM, and a directory with it that the dashboard was opened on.
fn exported() -> Desk {
    let mut desk = Desk::at_first_start();
    desk.write(
        "accounts-2026-11-20.csv",
        "Account ID,Account Name,Account Owner,ARR,Renewal Date,Journey Stage,Tier,Health Score\n\
         A1,Acme,dana,\"$620,000.00\",01/31/2027,Renewal,Tier 1,12\n\
         A2,Birch \u{1b}[31m& Sons,sam,\"$5,400.00\",02/10/2027,Onboarding,Tier 3,35\n\
         A3,Cobalt,sam,\"$4,000.00\",08/21/2027,Onboarding,Tier 3,90\n",
    );
    desk.write("notes.csv", "Note,Author\nhello,dana\n");
    desk.state.first_start.directory = desk.dir.path().to_owned();
    desk.state.first_start.has_files = may_begin(desk.dir.path());
    desk.state.first_start.exports = exports(desk.dir.path());
    desk.look();
    desk
}

/// Carries out what setting up asks for, as the worker does.
fn set_up(desk: &mut Desk) {
    for effect in std::mem::take(&mut desk.effects) {
        match effect {
            Effect::PlanSetup(directory) => {
                let plan = Plan::of(&directory, &[]).map(Box::new);
                desk.event(Event::SetupPlanned(plan));
            }
            Effect::WriteSetup(plan) => desk.event(Event::SetupWritten(plan.write())),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn files_in_the_directory_set_it_up() {
    let mut desk = exported().sized(80, 24);
    assert!(desk.screen().contains("▸ i  Set up this directory with the files in it"));
    let found = "Found accounts-2026-11-20.csv and notes.csv. Press i to set it up.";
    assert!(desk.screen().contains(found), "{}", desk.screen());
    desk.press("Enter");
    assert!(desk.screen().contains("Looking at the files…"));
    set_up(&mut desk);
    assert_snapshot!("set_up_80x24", below_header(&desk));
    desk.resize(140, 40);
    assert_snapshot!("set_up_140x40", below_header(&desk));
    desk.resize(60, 16);
    assert_snapshot!("set_up_60x16", below_header(&desk));
    desk.press("j j");
    assert_snapshot!("set_up_60x16_below", below_header(&desk));
    desk.resize(80, 24);
    desk.press("Enter");
    set_up(&mut desk);
    let screen = desk.screen();
    let wrote = "Wrote sources.toml, journey_playbooks.json, nextplay.toml";
    assert!(screen.contains(wrote), "{screen}");
    desk.notices_changes();
    let screen = desk.screen();
    assert!(screen.contains("All files can be read now"), "{screen}");
    assert!(screen.contains("Acme") && !screen.contains("No data yet"), "{screen}");
    assert!(desk.dir.path().join("sources.toml").exists());
}

#[test]
fn esc_leaves_the_setup_and_writes_nothing() {
    let mut desk = exported();
    desk.press("i");
    set_up(&mut desk);
    desk.press("Esc");
    assert!(desk.screen().contains("No data yet"));
    assert!(desk.effects.is_empty() && !desk.dir.path().join("sources.toml").exists());
    // Pasted text writes nothing either.
    desk.press("i");
    set_up(&mut desk);
    desk.event(Event::Paste("\r".into()));
    assert!(desk.effects.is_empty());
    // What arrives after it was closed opens nothing.
    desk.press("Esc i Esc");
    set_up(&mut desk);
    assert!(desk.screen().contains("No data yet"));
}

#[test]
fn an_empty_directory_says_what_to_put_there() {
    let mut desk = empty().sized(80, 24);
    desk.state.first_start.directory = desk.dir.path().to_owned();
    desk.press("i");
    let Some(Effect::PlanSetup(directory)) = desk.effects.pop() else { panic!("no plan") };
    let mut refused = Plan::of(&directory, &[]).unwrap_err();
    refused.message = refused.message.replace(directory.to_str().unwrap(), "/data/sales");
    desk.event(Event::SetupPlanned(Err(refused)));
    assert_snapshot!("set_up_nothing_80x24", below_header(&desk));
    desk.press("Enter");
    assert!(desk.effects.is_empty());
}
