//! Experiments on the screen: what they say so far, and one ended by a key.

use insta::assert_snapshot;
use nextplay::domain::experiment::Experiment;
use nextplay::matching::assignment::arm;
use nextplay::tui::event::Effect;
use nextplay::tui::screen::id::Screen;
use nextplay::workspace::Options;

use crate::cli_experiment::{COMPARED, HELD_OUT, decided, forty, with_others};
use crate::common::Data;
use crate::common::dashboard::Desk;

/// The Portfolio on a copy of some data.
fn on(data: &Data, width: u16, height: u16) -> Desk {
    let mut desk = Desk::empty().sized(width, height);
    for name in [
        "customers.json",
        "journey_state_log.json",
        "fused_signals.json",
        "journey_playbooks.json",
        "interventions.json",
        "outcomes.json",
        "nextplay.toml",
    ] {
        if let Ok(text) = std::fs::read_to_string(data.path(name)) {
            desk.write(name, &text);
        }
    }
    desk.look();
    desk.press("4");
    assert_eq!(desk.state.screen, Screen::Portfolio);
    desk
}

/// Filters for an experiment, and selects its line.
fn go_to(desk: &mut Desk, id: &str) {
    desk.press("/");
    desk.type_text(id);
    desk.press("Enter g");
}

/// The id of an experiment whose arms are filled badly by chance: 9 of the 40 customers in one of them.
fn unlucky() -> String {
    let filled = |id: &String| {
        let arms = vec!["A".to_owned(), "B".to_owned()];
        let id = Some(id.as_str().into());
        let experiment = Experiment { id, arms, share: vec![0.5, 0.5], ..Experiment::default() };
        let arms = (0..40).filter(|n| arm(&experiment, &format!("C{n}")) == Some(0));
        arms.count() < 10
    };
    (0..).map(|n| format!("q{n}")).find(filled).unwrap()
}

#[test]
fn what_an_experiment_says_so_far() {
    let data = decided(COMPARED, "B");
    data.write("nextplay.toml", format!("{COMPARED}{}", COMPARED.replace("q1", &unlucky())));
    for (width, height) in [(80, 24), (120, 36), (140, 42)] {
        let mut desk = on(&data, width, height);
        go_to(&mut desk, "q");
        assert_snapshot!(format!("experiments_{width}x{height}"), desk.screen());
        if width == 80 {
            desk.press("Tab");
            assert_snapshot!("experiments_detail_80x24", desk.screen());
        }
    }
}

#[test]
fn without_experiments_there_is_nothing_of_them() {
    let desk = on(&forty(""), 140, 60);
    assert!(!desk.screen().contains("xperiment"), "{}", desk.screen());
}

#[test]
fn a_key_shows_what_ends_an_experiment_and_writes_it_on_confirmation() {
    let data = decided(COMPARED, "B");
    let mut desk = on(&data, 120, 40);
    let read =
        |desk: &Desk, name: &str| std::fs::read_to_string(desk.dir.path().join(name)).unwrap();
    assert!(!desk.screen().contains("end experiment"), "only where it acts");
    go_to(&mut desk, "q1");
    assert!(desk.screen().contains("end experiment"), "{}", desk.screen());
    let before = read(&desk, "nextplay.toml");
    desk.press("p");
    assert!(matches!(desk.effects.as_slice(), [Effect::PlanEnding(_)]));
    desk.carry_out();
    assert_snapshot!("end_experiment_120x40", desk.screen());
    desk.press("Esc");
    assert!(desk.effects.is_empty());
    assert_eq!(read(&desk, "nextplay.toml"), before);

    desk.press("p");
    desk.carry_out();
    desk.press("y");
    assert!(matches!(desk.effects.as_slice(), [Effect::EndExperiment(_)]));
    desk.carry_out();
    assert_eq!(desk.notice(), "Wrote journey_playbooks.json and nextplay.toml: q1 has ended");
    assert_eq!(read(&desk, "nextplay.toml"), "");
    assert!(read(&desk, "journey_playbooks.json").contains("retired"));
    desk.press("Esc");
    desk.notices_changes();
    assert!(!desk.screen().contains("q1"), "{}", desk.screen());
}

#[test]
fn what_does_not_fit_is_read_to_its_end_first() {
    let data = with_others(decided(COMPARED, "B"));
    let mut desk = on(&data, 60, 16);
    go_to(&mut desk, "q1");
    desk.press("p");
    desk.carry_out();
    assert_snapshot!("end_experiment_60x16", desk.screen());
    desk.press("y");
    assert_eq!(desk.notice(), "Scroll to the end of the changes first");
    assert!(desk.effects.is_empty());
    desk.press("PgDn PgDn PgDn PgDn PgDn PgDn y");
    assert!(matches!(desk.effects.as_slice(), [Effect::EndExperiment(_)]), "{}", desk.screen());
}

#[test]
fn what_an_experiment_says_is_looked_at_again_before_it_is_ended() {
    let mut desk = on(&decided(COMPARED, "B"), 120, 40);
    go_to(&mut desk, "q1");
    desk.press("p");
    desk.carry_out();
    desk.write("outcomes.json", "[]");
    desk.press("y");
    desk.carry_out();
    assert!(desk.notice().starts_with("q1 says something else by now: "), "{}", desk.notice());
    let playbooks = desk.dir.path().join("journey_playbooks.json");
    assert!(!std::fs::read_to_string(playbooks).unwrap().contains("retired"));
}

#[test]
fn files_that_changed_since_are_not_written_over() {
    let mut desk = on(&decided(COMPARED, "B"), 120, 40);
    go_to(&mut desk, "q1");
    desk.press("p");
    desk.carry_out();
    desk.write("nextplay.toml", &format!("# new\n{COMPARED}"));
    desk.press("y");
    desk.carry_out();
    assert!(
        desk.notice().starts_with("nextplay.toml changed since it was shown"),
        "{}",
        desk.notice()
    );
    let playbooks =
        std::fs::read_to_string(desk.dir.path().join("journey_playbooks.json")).unwrap();
    assert!(!playbooks.contains("retired"));
}

#[test]
fn while_a_file_is_broken_no_experiment_is_ended() {
    let mut desk = on(&decided(COMPARED, "B"), 120, 40);
    let read = |desk: &Desk, name: &str| std::fs::read(desk.dir.path().join(name)).unwrap();
    go_to(&mut desk, "q1");
    desk.press("p");
    desk.carry_out();
    let playbooks = read(&desk, "journey_playbooks.json");
    desk.write("customers.json", "[{");
    desk.notices_changes();
    desk.press("y");
    desk.carry_out();
    let paused = "no decision can be made while a file cannot be read";
    assert!(desk.notice().ends_with(paused), "{}", desk.notice());
    assert_eq!(read(&desk, "journey_playbooks.json"), playbooks);
    assert!(!desk.screen().contains("end experiment"), "{}", desk.screen());
    desk.press("Esc p");
    assert!(desk.effects.is_empty());
    assert!(desk.notice().ends_with(paused), "{}", desk.notice());
}

#[test]
fn a_read_only_dashboard_refuses_before_it_asks() {
    let mut desk = on(&decided(COMPARED, "B"), 120, 40);
    desk.opens_with(|options| Options { read_only: true, ..options });
    go_to(&mut desk, "q1");
    assert!(!desk.screen().contains("end experiment"), "{}", desk.screen());
    desk.press("p");
    assert!(desk.effects.is_empty());
    assert_eq!(
        desk.notice(),
        "read-only: the policy is not changed; start without --read-only to change it"
    );
}

#[test]
fn an_experiment_that_goes_on_says_why_it_is_not_ended() {
    let mut desk = on(&forty(COMPARED), 120, 40);
    go_to(&mut desk, "q1");
    assert!(!desk.screen().contains("end experiment"));
    desk.press("p");
    assert!(desk.effects.is_empty());
    assert!(desk.notice().starts_with("q1 goes on: No difference yet"), "{}", desk.notice());
}

#[test]
fn customers_in_an_experiment_are_marked_and_one_held_out_says_why_it_has_no_play() {
    let mut desk = on(&forty(HELD_OUT), 120, 40);
    desk.press("2");
    let marked = |desk: &Desk| desk.list_pane().lines().filter(|line| line.contains('◇')).count();
    assert!(marked(&desk) > 20, "{}", desk.screen());
    let snapshot = desk.state.snapshot.clone().unwrap();
    let held = (0..40).find(|number| snapshot.matching.is_held_out(*number)).unwrap();
    desk.press("/");
    desk.type_text(&format!("id:C{held}"));
    desk.press("Enter");
    let detail = desk.detail_pane().replace('│', "");
    let detail = detail.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(detail.contains("DO No recommendation"), "{detail}");
    assert!(
        detail.contains("Held out: part of experiment h1, which compares with doing nothing"),
        "{detail}"
    );
    desk.press("?");
    desk.press("/");
    desk.type_text("in an experiment");
    assert!(desk.page().contains("◇"), "the sign is explained: {}", desk.page());
}
