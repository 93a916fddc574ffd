//! The What-if screen: settings tried out, what they would change, and that nothing else changes.

use crate::common::dashboard;

use std::fs;

use dashboard::{Desk, text};
use insta::assert_snapshot;
use nextplay::domain::money::dollars;
use nextplay::insight::scenario::{Scenario, Setting, Totals, compare};
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::state::Overlay;
use nextplay::tui::what_if::plan::PlanChange;
use nextplay::tui::what_if::request::ScenarioResult;
use nextplay::tui::what_if::search::SearchRequest;
use nextplay::tui::what_if::setting_row;
use nextplay::tui::widget::theme::Theme;
use ratatui::style::{Color, Modifier};

/// The sample data on the What-if screen, on its first setting.
fn desk(width: u16, height: u16) -> Desk {
    let mut desk = Desk::on_sample_data().sized(width, height);
    desk.press("5 g");
    desk
}

#[test]
fn it_opens_on_a_line_that_can_be_set() {
    let mut desk = Desk::on_sample_data().sized(80, 24);
    desk.press("5 Shift-Right");
    assert_eq!(settings(&desk), ["matching.confidence_threshold=0.51"]);
}

/// Selects the line of a text: the first from the top of which it is a part.
fn go_to(desk: &mut Desk, wanted: &str) {
    desk.press("g");
    for _ in 0..200 {
        let selected = desk.screen();
        let selected = selected.lines().find(|line| line.contains("│▸ ")).unwrap_or_default();
        if selected.split("││").next().is_some_and(|list| list.contains(wanted)) {
            return;
        }
        desk.press("j");
    }
    panic!("no line {wanted:?} in\n{}", desk.screen());
}

/// Selects the line of a playbook's field.
fn go_to_field(desk: &mut Desk, playbook: &str, label: &str) {
    let key = setting_row::rows(&desk.state).into_iter().position(|row| {
        let setting = setting_row::setting_row(&desk.state, row);
        setting.is_some_and(|s| s.label == label && s.key.contains(&format!(".{playbook}.")))
    });
    desk.press("g");
    while Some(desk.state.what_if.position.cursor) < key {
        desk.press("j");
    }
}

/// Types a value into the selected line.
fn type_in(desk: &mut Desk, value: &str) {
    desk.press("Enter Ctrl-U");
    desk.type_text(value);
    desk.press("Enter");
}

fn answer(desk: &Desk) -> &ScenarioResult {
    desk.state.what_if.result.as_deref().unwrap()
}

/// What the engine says of settings, given as their texts.
fn engine(desk: &Desk, settings: &[&str]) -> (Totals, Totals, usize) {
    let before = &desk.snapshot().matching;
    let parse = |text: &&str| Setting::parse(text, before.dataset()).unwrap();
    let scenario = Scenario { settings: settings.iter().map(parse).collect() };
    let compared = compare(before, &scenario.run(before), &|| false).unwrap();
    (compared.before, compared.after, compared.customers.len())
}

fn settings(desk: &Desk) -> Vec<String> {
    desk.state.what_if.scenario.settings.iter().map(ToString::to_string).collect()
}

#[test]
fn what_it_looks_like() {
    for (width, height) in [(60, 16), (80, 24), (140, 40)] {
        let mut desk = desk(width, height);
        assert_snapshot!(format!("unchanged_{width}x{height}"), desk.screen());
        type_in(&mut desk, "0.75");
        desk.press("j Shift-Right");
        go_to(&mut desk, "Budget");
        type_in(&mut desk, "2000");
        desk.press("k Shift-Right");
        assert_snapshot!(format!("changed_{width}x{height}"), desk.screen());
        desk.press("Tab");
        assert_snapshot!(format!("detail_{width}x{height}"), desk.detail_pane());
        desk.press("G");
        assert_snapshot!(format!("detail_end_{width}x{height}"), desk.detail_pane());
    }
}

#[test]
fn dialogs_look_like_this() {
    let mut desk = desk(80, 24);
    desk.press("Enter x");
    desk.press("Enter");
    assert_snapshot!("value_80x24", desk.screen());
    desk.press("Esc Shift-Right e");
    assert_snapshot!("command_80x24", desk.page());
    desk.press("Esc n");
    desk.type_text("careful");
    desk.press("Enter");
    go_to(&mut desk, "careful");
    desk.press("X b Tab");
    assert_snapshot!("compared_80x24", desk.detail_pane());
}

#[test]
fn a_step_changes_the_numbers_as_the_engine_says() {
    let mut desk = desk(140, 40);
    go_to(&mut desk, "Minimum confidence");
    for _ in 0..25 {
        desk.press("Shift-Right");
    }
    assert_eq!(settings(&desk), ["matching.confidence_threshold=0.75"]);
    let (before, after, customers) = engine(&desk, &["matching.confidence_threshold=0.75"]);
    assert_eq!((answer(&desk).before, answer(&desk).after), (before, after));
    assert_eq!(answer(&desk).customers(), customers);
    let screen = desk.screen();
    assert!(screen.contains("0.50 → 0.75"), "{screen}");
    assert!(screen.contains("Adoption Coaching → no recommendation"), "{screen}");
    // The other screens show today.
    desk.press("2");
    assert!(desk.screen().contains("29 plays"));
    assert!(desk.ledger().is_empty());
    desk.press("5 Shift-Left");
    assert_eq!(settings(&desk), ["matching.confidence_threshold=0.74"]);
    desk.hold("Shift-Left");
    assert_eq!(settings(&desk), ["matching.confidence_threshold=0.73"], "a key held down steps on");
}

#[test]
fn plus_goes_to_the_next_value_at_which_a_customer_changes() {
    let mut desk = desk(140, 40);
    let pane = desk.list_pane();
    let line = pane.lines().find(|line| line.contains("Minimum confidence")).unwrap();
    assert!(line.contains("next change at 0.62: 1 customer"), "{pane}");
    desk.press("+");
    assert_eq!(settings(&desk), ["matching.confidence_threshold=0.62"]);
    assert_eq!(desk.notice(), "Minimum confidence 0.50 → 0.62: 1 customer changes");
    assert_eq!(answer(&desk).customers(), 1);
    let (.., one_less) = engine(&desk, &["matching.confidence_threshold=0.61"]);
    assert_eq!(one_less, 0);
    desk.press("-");
    assert_eq!(settings(&desk), ["matching.confidence_threshold=0.61"], "the last value before it");
    type_in(&mut desk, "1");
    desk.press("+");
    assert_eq!(desk.notice(), "It cannot be more than 1.00");
    desk.press("Shift-Left");
    assert_eq!(settings(&desk), ["matching.confidence_threshold=0.99"]);
    go_to(&mut desk, "Confidence margin");
    type_in(&mut desk, "0.9");
    desk.press("k x j +");
    assert_eq!(desk.notice(), "No further change up to 1.00; Shift-→ takes a round step");
}

#[test]
fn a_step_waits_for_its_search_and_other_keys_do_not() {
    let mut desk = desk(140, 40);
    desk.answers = false;
    desk.press("j");
    let search = |desk: &mut Desk| {
        let effects = std::mem::take(&mut desk.effects);
        effects.into_iter().rev().find_map(|effect| match effect {
            Effect::FindNextChange(search) => Some(search),
            _ => None,
        })
    };
    let found = |desk: &mut Desk, search: &SearchRequest| {
        let mut found = Vec::new();
        search.compute(&|| false, &mut |result| found.push(result));
        for result in found {
            desk.event(Event::NextChangeReady(Box::new(result)));
        }
    };
    let of_margin = search(&mut desk).unwrap();
    assert!(desk.detail_pane().contains("looking for the next change…"));
    desk.press("+");
    assert_eq!(desk.notice(), "Looking for the next change…");
    // Another line: what the key waited for is not done there.
    desk.press("k");
    found(&mut desk, &of_margin);
    assert!(settings(&desk).is_empty());
    let of_threshold = search(&mut desk).unwrap();
    desk.press("-");
    found(&mut desk, &of_threshold);
    assert_eq!(settings(&desk).len(), 1, "it went there by itself");
}

#[test]
fn headings_are_skipped() {
    let mut desk = desk(80, 24);
    desk.press("G k g");
    for _ in 0..60 {
        let rows = setting_row::rows(&desk.state);
        assert!(!rows[desk.state.what_if.position.cursor].is_heading());
        desk.press("j");
    }
    desk.press("g");
    assert!(desk.list_pane().contains("  Matching"), "the heading above it is in sight");
}

#[test]
fn every_kind_of_line_can_be_changed_and_reset() {
    let mut desk = desk(140, 40);
    for (line, key, setting) in [
        ("Ranking", "Enter", "matching.ranking=net_value"),
        ("From account value", "+", "approval.required_at_account_value=100000"),
        ("From cost", "+", "approval.required_at_cost=100"),
        ("Below runs", "Shift-Right", "approval.required_below_runs=10"),
        ("High risk at", "Shift-Left", "targets.high_risk_at=0.49"),
        ("Minimum risk", "Shift-Right", "playbook.PB_ONB_001.risk_threshold=0.51"),
        ("Cost", "Shift-Right", "playbook.PB_ONB_001.avg_cost_estimate=30"),
        ("Value range", "Shift-Right", "playbook.PB_ONB_001.expected_value_range=[240,1440]"),
        ("Status", "Enter", "playbook.PB_ONB_001.status=retired"),
        ("Needs approval", "-", "playbook.PB_ONB_001.approval_required=true"),
    ] {
        go_to(&mut desk, line);
        desk.press(key);
        assert_eq!(settings(&desk), [setting], "{line}");
        assert_eq!(answer(&desk).after, engine(&desk, &[setting]).1, "{line}");
        desk.press(if line == "Status" { "Backspace" } else { "x" });
        assert!(settings(&desk).is_empty(), "{line}");
        desk.press("x");
        assert_eq!(desk.notice(), "This setting is unchanged");
    }
    go_to(&mut desk, "Segments");
    desk.press("+");
    assert_eq!(desk.notice(), "A list has no steps; press Enter to edit it");
    type_in(&mut desk, "SMB, Enterprise");
    assert_eq!(settings(&desk), [r#"playbook.PB_ONB_001.eligible_segments=["SMB","Enterprise"]"#]);
    go_to(&mut desk, "Ranking");
    desk.press("+ X");
    assert!(settings(&desk).is_empty() && desk.state.what_if.is_unchanged());
    desk.press("X");
    assert_eq!(desk.notice(), "Nothing is changed");
}

#[test]
fn the_current_value_is_no_change() {
    let mut desk = desk(140, 40);
    go_to(&mut desk, "Minimum confidence");
    desk.press("Shift-Right Shift-Left");
    assert!(settings(&desk).is_empty());
    go_to(&mut desk, "Segments");
    type_in(&mut desk, "SMB");
    assert!(settings(&desk).is_empty());
}

#[test]
fn a_wrong_value_is_refused_and_can_be_corrected() {
    let mut desk = desk(80, 24);
    desk.press("Enter Ctrl-U");
    desk.type_text("seven");
    desk.press("Enter");
    let screen = desk.screen();
    assert!(screen.contains("✗") && screen.contains("expected a number"), "{screen}");
    desk.press("Ctrl-U");
    desk.type_text("0.7");
    desk.press("Enter");
    assert_eq!(settings(&desk), ["matching.confidence_threshold=0.7"]);
    desk.press("1 g +");
    assert_eq!(desk.notice(), "\"+\" works on What-if (5)");
}

#[test]
fn a_change_without_effect_says_why() {
    let mut desk = desk(140, 60);
    go_to_field(&mut desk, "PB_RET_003", "Cost");
    desk.press("Shift-Right");
    assert_eq!(answer(&desk).customers(), 0);
    let (key, why) = &answer(&desk).idle[0];
    assert_eq!(key, "playbook.PB_RET_003.avg_cost_estimate");
    let screen = desk.screen();
    assert!(screen.contains("no customers affected: "), "{screen}");
    let start: String = why.chars().take(30).collect();
    assert!(screen.contains(&start), "{why}\n{screen}");
}

#[test]
fn a_newer_step_makes_an_older_answer_outdated() {
    let mut desk = desk(140, 40);
    desk.answers = false;
    desk.press("Shift-Right Shift-Right");
    assert!(desk.state.what_if.waits());
    assert!(desk.screen().contains("Current and proposed …"), "{}", desk.screen());
    let questions: Vec<_> = std::mem::take(&mut desk.effects)
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::RunScenario(question) => Some(question),
            Effect::FindNextChange(_) => None,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(questions.len(), 2, "one for each step");
    let before = answer(&desk).number;
    for (question, taken) in questions.iter().zip([false, true]) {
        question
            .compute(&|| false, &mut |answer| desk.event(Event::ScenarioReady(Box::new(answer))));
        assert_eq!(answer(&desk).number != before, taken);
    }
    assert!(!desk.state.what_if.waits());
    let mut heard = 0;
    questions[1].compute(&|| true, &mut |_| heard += 1);
    assert_eq!(heard, 0, "nobody wants to know any more");
}

#[test]
fn when_the_data_change_it_is_compared_anew_and_the_selection_stays() {
    let mut desk = desk(140, 40);
    go_to_field(&mut desk, "PB_ENG_003", "Minimum risk");
    desk.press("Shift-Right");
    let change = ["playbook.PB_ENG_003.risk_threshold=0.46"];
    assert_eq!(settings(&desk), change);
    // A playbook that stood before it goes, and with it seven lines.
    let name = "journey_playbooks.json";
    let path = desk.dir.path().join(name);
    let all = fs::read_to_string(&path).unwrap();
    let less: Vec<&str> = all.lines().filter(|line| !line.contains("PB_ONB_001")).collect();
    desk.write(name, &less.join("\n"));
    desk.notices_changes();
    assert_eq!(answer(&desk).generation, desk.snapshot().generation);
    assert_eq!(answer(&desk).before, engine(&desk, &change).0);
    desk.press("x");
    assert!(settings(&desk).is_empty(), "the selected line is the same:\n{}", desk.screen());
    // What is about a playbook that is gone can be taken back, too.
    desk.press("Shift-Right");
    let less: Vec<&str> = all.lines().filter(|line| !line.contains("PB_ENG_003")).collect();
    desk.write(name, &less.join("\n"));
    desk.notices_changes();
    go_to(&mut desk, "! playbook.PB_ENG_003");
    assert!(desk.screen().contains("there is no playbook PB_ENG_003"), "{}", desk.screen());
    desk.press("x");
    assert!(settings(&desk).is_empty());
}

#[test]
fn a_budget_is_planned_for_current_and_proposed() {
    let mut desk = desk(160, 60);
    go_to(&mut desk, "Budget");
    desk.press("+");
    assert_eq!(desk.state.what_if.budget, Some(1_000.0));
    let plays = |budget: f64| desk.snapshot().plan(budget).plays;
    let other = (1_001..).find(|b| plays(f64::from(*b)) != plays(1_000.0)).map(f64::from);
    desk.press("+");
    assert_eq!(desk.state.what_if.budget, other, "the next budget with another plan");
    type_in(&mut desk, "$2,500");
    let plans = |desk: &Desk| answer(desk).plan.clone().unwrap();
    let first = plans(&desk);
    let plan = desk.snapshot().plan(2_500.0);
    let current = &first.current;
    assert_eq!((current.plays, current.plan.net_value), (plan.plays.len(), plan.net_value));
    assert_eq!(current, &first.proposed, "nothing else is changed");
    // Its plays are listed as `plan` does, with the total.
    desk.press("Tab G");
    let pane = desk.detail_pane();
    assert!(pane.contains(&format!("Plays of the plan ({})", plan.plays.len())), "{pane}");
    for play in &plan.plays {
        let told = play.recommendation(&desk.snapshot().matching).unwrap();
        let name = desk.snapshot().matching.customer(play.customer).unwrap().name().unwrap();
        let line = pane.lines().find(|line| line.contains(&*told.customer_id)).unwrap();
        let playbook: String = told.playbook_title().chars().take(6).collect();
        assert!(line.contains(name) && line.contains(&playbook), "{line}");
        assert!(line.contains(&dollars(told.expected_value)), "{line}");
    }
    let total = pane.lines().find(|line| line.contains("Total")).unwrap();
    assert!(total.contains(&dollars(plan.spent)), "{total}");
    desk.press("Tab");
    go_to(&mut desk, "Minimum confidence");
    type_in(&mut desk, "0.9");
    let second = plans(&desk);
    assert_eq!(second.current, first.current);
    assert!(second.proposed.plan.net_value < first.current.plan.net_value);
    let dropped = second.plays.iter().filter(|play| play.change == PlanChange::Dropped).count();
    assert!(dropped > 0, "what the plan no longer has is listed too");
    assert!(desk.screen().contains("Best plan for $2,500"), "{}", desk.screen());
    go_to(&mut desk, "Budget");
    type_in(&mut desk, "lots");
    assert!(desk.screen().contains("✗ Expected an amount in dollars"), "{}", desk.screen());
    desk.press("Esc x");
    assert_eq!(desk.state.what_if.budget, None);
    assert!(answer(&desk).plan.is_none());
}

#[test]
fn scenarios_get_names_and_are_compared() {
    let mut desk = desk(140, 40);
    desk.press("b");
    assert!(desk.notice().contains("There is no scenario yet"));
    let values = ["0.75", "0.9"];
    for (value, name) in values.iter().zip(["bold", "careful"]) {
        go_to(&mut desk, "Minimum confidence");
        type_in(&mut desk, value);
        desk.press("n");
        desk.type_text(name);
        desk.press("Enter");
    }
    go_to(&mut desk, "careful");
    desk.press("b");
    assert_eq!(desk.notice(), "These are its changes; a scenario is compared with another one");
    assert_eq!(desk.state.what_if.compared, None);
    go_to(&mut desk, "bold  ");
    desk.press("b");
    let beside = answer(&desk).compared.as_ref().unwrap();
    let key = |value: &str| format!("matching.confidence_threshold={value}");
    assert_eq!(beside.totals, engine(&desk, &[&key("0.75")]).1);
    assert_eq!(answer(&desk).after, engine(&desk, &[&key("0.9")]).1);
    let screen = desk.screen();
    assert!(screen.contains("lose their recommendation; 6 with bold"), "{screen}");
    let titles = screen.lines().find(|line| line.contains("Current  ")).unwrap();
    assert!(titles.contains("careful") && titles.contains("bold"), "{screen}");
    desk.press("Enter");
    assert_eq!(settings(&desk), [key("0.75")], "taken up");
    assert_eq!(desk.state.what_if.compared, None, "it is not compared with itself");
    go_to(&mut desk, "Ranking");
    desk.press("+");
    go_to(&mut desk, "careful");
    desk.press("Enter");
    assert!(desk.notice().contains("have no name yet"), "{}", desk.notice());
    desk.press("x");
    assert_eq!(desk.state.what_if.named.len(), 1);
}

/// The next run over the same data, on the What-if screen.
fn next_run(mut desk: Desk) -> Desk {
    desk.starts_again();
    desk.press("5");
    desk
}

#[test]
fn a_scenario_is_offered_at_the_next_start_and_applied_only_by_a_key() {
    let mut desk = desk(140, 40);
    desk.press("p");
    assert!(desk.notice().contains("There is no scenario yet"), "{}", desk.notice());
    type_in(&mut desk, "0.75");
    go_to_field(&mut desk, "PB_ONB_001", "Cost");
    type_in(&mut desk, "80");
    desk.press("n");
    desk.type_text("tighter");
    desk.press("Enter");
    let mut next = next_run(desk);
    assert!(settings(&next).is_empty(), "nothing is applied by itself");
    assert_eq!(next.notice(), "Scenario \"tighter\" from 2026-11-23: press p to apply it");
    assert!(next.detail_pane().contains("Scenario \"tighter\" from"), "{}", next.detail_pane());
    next.press("p");
    let both = ["matching.confidence_threshold=0.75", "playbook.PB_ONB_001.avg_cost_estimate=80"];
    assert_eq!(settings(&next), both);
    // A playbook that is gone is skipped, and that is said.
    let path = next.dir.path().join("journey_playbooks.json");
    let all = fs::read_to_string(&path).unwrap();
    let less: Vec<&str> = all.lines().filter(|line| !line.contains("PB_ONB_001")).collect();
    next.write("journey_playbooks.json", &less.join("\n"));
    let mut third = next_run(next);
    assert!(third.list_pane().contains("2 changes, 2026-11-23, ! 1 not in the data"));
    third.press("p");
    assert_eq!(settings(&third), both[..1]);
    let notice = third.notice();
    assert!(notice.starts_with("Applied scenario \"tighter\" but skipped 1 change: "), "{notice}");
    assert!(notice.contains("no playbook \"PB_ONB_001\""), "{notice}");
    // With the playbook back it is whole again.
    third.press("X");
    third.write("journey_playbooks.json", &all);
    let mut fourth = next_run(third);
    fourth.press("p");
    assert_eq!(settings(&fourth), both);
    go_to(&mut fourth, "tighter");
    fourth.press("x X");
    assert!(!next_run(fourth).list_pane().contains("tighter"), "a deleted one stays deleted");
}

#[test]
fn changes_without_a_name_are_offered_too() {
    let mut desk = desk(140, 40);
    type_in(&mut desk, "0.6");
    desk.press("q");
    let mut next = next_run(desk);
    assert!(settings(&next).is_empty());
    assert!(next.notice().starts_with("Scenario \"Last changes\" from "), "{}", next.notice());
    next.press("p");
    assert_eq!(settings(&next), ["matching.confidence_threshold=0.6"]);
}

#[test]
fn the_equivalent_command_is_shown() {
    let mut desk = desk(80, 24);
    desk.press("e");
    assert!(desk.notice().contains("No setting is changed"));
    desk.press("Shift-Right j j +");
    go_to(&mut desk, "Segments");
    type_in(&mut desk, "SMB, Mid-Market");
    desk.press("e");
    let screen = desk.screen();
    for part in [
        "nextplay diff \\",
        "--set matching.confidence_threshold=0.51 \\",
        "--set matching.ranking=net_value \\",
        r#"--set 'playbook.PB_ONB_001.eligible_segments=["SMB","Mid-Market"]'"#,
    ] {
        assert!(screen.contains(part), "{part}\n{screen}");
    }
    assert!(!screen.contains("nextplay plan"), "{screen}");
    desk.press("Esc");
    go_to(&mut desk, "Budget");
    type_in(&mut desk, "2000");
    desk.press("e");
    let screen = desk.screen();
    assert!(screen.contains("nextplay plan --budget 2000 \\"), "{screen}");
    assert_eq!(screen.matches("--set matching.ranking=net_value").count(), 2, "{screen}");
}

/// Asks to write to a path, and has it done.
fn write_to(desk: &mut Desk, key: &str, path: &str) {
    desk.press(key);
    desk.press("Ctrl-U");
    desk.type_text(path);
    desk.press("Enter");
    desk.carry_out();
}

#[test]
fn a_policy_and_playbooks_are_written_elsewhere() {
    let mut desk = desk(80, 24);
    desk.press("w");
    assert_eq!(desk.notice(), "No policy setting is changed");
    desk.press("W");
    assert_eq!(desk.notice(), "No playbook is changed");
    desk.press("Shift-Right");
    go_to(&mut desk, "Minimum risk");
    desk.press("Shift-Right");
    let elsewhere = tempfile::tempdir().unwrap();
    let path = |name: &str| elsewhere.path().join(name);
    write_to(&mut desk, "w", path("p.toml").to_str().unwrap());
    assert!(desk.notice().starts_with("Wrote "), "{}", desk.notice());
    let policy = fs::read_to_string(path("p.toml")).unwrap();
    assert!(policy.contains("confidence_threshold = 0.51"), "{policy}");
    write_to(&mut desk, "W", path("p.json").to_str().unwrap());
    let playbooks = fs::read_to_string(path("p.json")).unwrap();
    let live = fs::read_to_string(desk.dir.path().join("journey_playbooks.json")).unwrap();
    assert_eq!(
        playbooks,
        live.replacen("\"risk_threshold\": 0.5,", "\"risk_threshold\": 0.51,", 1)
    );
    // A file that is there, too, is only written over once that is confirmed.
    desk.press("X");
    go_to(&mut desk, "Confidence margin");
    desk.press("+");
    write_to(&mut desk, "w", path("p.toml").to_str().unwrap());
    assert!(desk.screen().contains("p.toml\" already exists"), "{}", desk.screen());
    desk.press("Esc");
    desk.carry_out();
    assert_eq!(fs::read_to_string(path("p.toml")).unwrap(), policy);
    write_to(&mut desk, "w", path("none/p.toml").to_str().unwrap());
    assert!(desk.notice().starts_with("Nothing was written: "), "{}", desk.notice());
}

#[test]
fn contact_limits_are_tried_out_and_most_plays_come_with_their_days() {
    let mut desk = desk(100, 60);
    for label in ["Days that count", "Most plays", "Same play after", "After failure"] {
        go_to(&mut desk, label);
    }
    go_to(&mut desk, "Most plays");
    desk.press("Shift-Right");
    assert_eq!(settings(&desk), ["contact.max_plays=2", "contact.per_days=30"]);
    desk.press("Shift-Left Shift-Left");
    assert_eq!(settings(&desk), ["contact.max_plays=1", "contact.per_days=30"]);
    assert!(desk.notice().contains("cannot be less than 1"), "{}", desk.notice());
    // As it can be written, so it can be read.
    let elsewhere = tempfile::tempdir().unwrap();
    write_to(&mut desk, "w", elsewhere.path().join("p.toml").to_str().unwrap());
    assert!(desk.notice().starts_with("Wrote "), "{}", desk.notice());
    let policy = fs::read_to_string(elsewhere.path().join("p.toml")).unwrap();
    let read = nextplay::intake::policy::parse(&policy).unwrap();
    assert_eq!((read.contact.max_plays, read.contact.per_days), (Some(1.0), Some(30.0)));
    // Without the days there is no limit to the plays in them.
    go_to(&mut desk, "Days that count");
    desk.press("x");
    assert_eq!(settings(&desk), [""; 0]);
    type_in(&mut desk, "14");
    go_to(&mut desk, "Most plays");
    type_in(&mut desk, "3");
    assert_eq!(settings(&desk), ["contact.per_days=14", "contact.max_plays=3"]);
    go_to(&mut desk, "After failure");
    desk.press("Enter");
    assert_eq!(settings(&desk).last().map(String::as_str), Some("contact.after_failure=next"));
}

#[test]
fn a_plan_says_whose_capacity_it_fills() {
    let mut desk = desk(120, 60);
    let policy = desk.dir.path().join("nextplay.toml");
    fs::write(&policy, "[[capacity]]\nowner = \"lee\"\nplays_per_week = 1\n").unwrap();
    desk.look();
    go_to(&mut desk, "Budget");
    type_in(&mut desk, "100000");
    let screen = desk.screen();
    assert!(screen.contains("lee: 1 play, as many as the capacity allows; "), "{screen}");
    desk.press("1");
    let pane = desk.list_pane();
    assert!(pane.contains("Over capacity") && pane.contains("lee has "), "{pane}");
}

#[test]
fn the_file_in_use_is_overwritten_only_after_a_confirmation_that_names_it() {
    let mut desk = desk(80, 24);
    let live = desk.dir.path().join("nextplay.toml");
    fs::write(&live, "# ours\n").unwrap();
    desk.look();
    desk.press("Shift-Right");
    write_to(&mut desk, "w", live.to_str().unwrap());
    assert!(matches!(desk.state.overlay, Overlay::Question(_)));
    let screen = desk.screen();
    assert!(screen.contains("the policy file in use"), "{screen}");
    assert!(screen.contains("overwrite nextplay.toml"), "{screen}");
    assert_eq!(fs::read_to_string(&live).unwrap(), "# ours\n");
    desk.hold("y");
    desk.press("Enter");
    assert!(desk.effects.is_empty(), "neither a key held down nor another one confirms");
    desk.press("y");
    desk.carry_out();
    let text = fs::read_to_string(&live).unwrap();
    assert!(text.starts_with("# ours\n") && text.contains("confidence_threshold = 0.51"), "{text}");
    desk.look();
    let screen = desk.screen();
    assert!(screen.contains("What-if ─ unchanged"), "the change is current now:\n{screen}");
    assert!(screen.contains("Minimum confidence    0.51"), "{screen}");
    // What is not the scenario's file is never written over.
    for name in ["customers.json", "journey_playbooks.json"] {
        let path = desk.dir.path().join(name);
        let before = fs::read(&path).unwrap();
        desk.press("+");
        write_to(&mut desk, "w", path.to_str().unwrap());
        assert!(desk.notice().starts_with("Nothing was written: "), "{}", desk.notice());
        assert_eq!(fs::read(&path).unwrap(), before);
    }
    assert!(desk.ledger().is_empty());
}

#[test]
fn a_change_has_a_sign_and_a_color_and_one_without_effect_stands_out() {
    let mut desk = desk(140, 40);
    desk.press("Shift-Right j");
    let buffer = desk.buffer(Theme::terminal());
    let at = |wanted: &str| {
        let screen = text(&buffer);
        let y = screen.lines().position(|line| line.contains(wanted)).unwrap();
        let line = screen.lines().nth(y).unwrap();
        let x = line.split(wanted).next().unwrap().chars().count();
        buffer[(x as u16, y as u16)].clone()
    };
    let sign = at("◆ Minimum confidence");
    assert_eq!(sign.fg, Color::Magenta);
    assert!(sign.modifier.contains(Modifier::BOLD));
    assert_eq!(at("no customers affected: ").fg, Color::Yellow);
    assert!(at("Confidence margin    ").modifier.contains(Modifier::REVERSED));
    assert!(text(&desk.buffer(Theme::plain())).contains("◆ Minimum confidence"));
}

#[test]
fn a_change_is_green_or_red_by_its_meaning_and_always_has_its_sign() {
    let mut desk = desk(140, 40);
    type_in(&mut desk, "0.75");
    let cell = |theme: Theme, row: &str, wanted: &str| {
        let buffer = desk.buffer(theme);
        let screen = text(&buffer);
        let y = screen.lines().position(|line| line.contains(row)).unwrap();
        let line = screen.lines().nth(y).unwrap();
        let x = line.rsplit_once(wanted).unwrap_or_else(|| panic!("{line}")).0.chars().count();
        buffer[(x as u16, y as u16)].clone()
    };
    let (colors, none) = (Theme::terminal(), Theme::plain());
    for (row, change, color) in [
        ("│ Net  ", "-$6,463", Color::Red),
        ("│ Cost  ", "-$", Color::Green),
        ("without a play", "+2", Color::Red),
        ("│ Plays  ", "-6", Color::Magenta),
    ] {
        assert_eq!(cell(colors, row, change).fg, color, "{row}");
        assert_eq!(cell(none, row, change).fg, Color::Reset, "{row}");
    }
}

#[test]
fn affected_customers_are_listed_by_money_with_their_names() {
    let mut desk = desk(80, 24);
    type_in(&mut desk, "0.75");
    let listed = &answer(&desk).customers;
    assert!(listed.len() == 6 && listed.is_sorted_by(|a, b| a.net_change <= b.net_change));
    desk.press("Tab G");
    assert_snapshot!("affected_80x24", desk.detail_pane());
    desk.resize(60, 16);
    assert_snapshot!("affected_60x16", desk.detail_pane());
    desk.resize(200, 60);
    desk.press("Tab");
    assert_snapshot!("affected_200x60", desk.detail_pane());
}

#[test]
fn who_comes_to_be_at_high_risk_is_affected_too() {
    let mut desk = desk(140, 40);
    go_to(&mut desk, "High risk at");
    desk.press("+");
    let (was, now) = &answer(&desk).exposure;
    assert_eq!((was.high_risk - now.high_risk, answer(&desk).high_risk), (1, (0, 1)));
    let pane = desk.detail_pane();
    assert!(pane.contains("no longer at high risk") && !pane.contains("no customers"), "{pane}");
}

#[test]
fn amounts_are_typed_as_in_the_filter() {
    let mut desk = desk(80, 24);
    go_to(&mut desk, "From account value");
    for (typed, setting) in [("100k", "100000"), ("$2,500", "2500"), ("0.50", "0.5")] {
        type_in(&mut desk, typed);
        let expected = format!("approval.required_at_account_value={setting}");
        assert_eq!(settings(&desk), [expected]);
    }
    go_to(&mut desk, "Budget");
    type_in(&mut desk, "2k");
    assert_eq!(desk.state.what_if.budget, Some(2_000.0));
}

#[test]
fn a_line_leads_to_the_customers_of_exactly_its_playbook() {
    let mut desk = desk(140, 40);
    let file = desk.dir.path().join("journey_playbooks.json");
    let text = fs::read_to_string(&file).unwrap();
    // The id of one is the beginning of another one's.
    let text = text.replace("PB_ONB_001", "PB_1").replace("PB_ONB_002", "PB_10");
    desk.write("journey_playbooks.json", &text);
    desk.look();
    go_to_field(&mut desk, "PB_1", "Cost");
    desk.press("c");
    assert_eq!(desk.state.customers.filter, "playbook=PB_1");
}

#[test]
fn what_the_changes_come_to_stands_over_the_list() {
    let mut desk = desk(80, 24);
    go_to(&mut desk, "Minimum confidence");
    type_in(&mut desk, "0.75");
    let screen = desk.screen();
    assert!(screen.contains("What-if ─ 1 change: plays -6, net -$6,463, 6 affected"), "{screen}");
}

#[test]
fn every_size_shows_the_next_change_and_whole_names_of_figures() {
    for (width, height) in [(60, 16), (80, 24), (120, 36), (140, 42), (200, 60)] {
        let mut desk = desk(width, height);
        desk.press("+");
        let pane = desk.list_pane();
        let line = pane.lines().find(|line| line.contains("0.50 → 0.62")).unwrap();
        assert!(line.contains("0.65: 1 customer") || line.contains("+ 0.65 (1)"), "{line}");
        desk.press("Tab");
        let pane = desk.detail_pane();
        for name in ["· without a play ", "· revenue at risk ", "Need approval "] {
            assert!(pane.contains(name), "{name} at {width}×{height}\n{pane}");
        }
    }
}
