//! Deferrals, overrides and hand-offs on the dashboard, and what the policy has to say: limits, two
//! approvers, expiry.

use crate::common::dashboard;

use dashboard::Desk;
use insta::assert_snapshot;
use nextplay::approval::Request;
use nextplay::domain::{DecisionKind, Status};
use nextplay::tui::decide::form::FormField;
use nextplay::tui::event::Effect;
use nextplay::workspace::DecisionRequest;

/// The only request that the keys asked for.
fn request(desk: &Desk) -> &Request {
    match &desk.effects[..] {
        [Effect::Decide(asks)] => match &asks[..] {
            [DecisionRequest::Decide(request)] => request,
            other => panic!("{other:?}"),
        },
        other => panic!("not one decision but {other:?}"),
    }
}

fn status(desk: &Desk, id: &str) -> Status {
    let snapshot = desk.snapshot();
    snapshot.status(snapshot.find_customer(id).unwrap())
}

#[test]
fn a_deferral_begins_with_a_week_and_takes_another_day() {
    let mut desk = Desk::new();
    desk.press("d");
    let screen = desk.screen();
    for told in ["Defer to a later date?", "2026-11-30", "Mon 2026-11-30, in 7 days"] {
        assert!(screen.contains(told), "{told}:\n{screen}");
    }
    desk.press("y");
    assert!(desk.effects.is_empty());
    assert!(desk.screen().contains("Choose a reason first"), "{}", desk.screen());
    desk.press("2 Shift-Tab");
    assert_eq!(desk.dialog().form.focus, FormField::Until);
    desk.press("Down Down");
    assert!(desk.screen().contains("2026-12-02"), "{}", desk.screen());
    // Typing replaces what stands there.
    desk.type_text("thu");
    assert!(desk.screen().contains("Thu 2026-11-26, in 3 days"), "{}", desk.screen());
    desk.type_text("y");
    assert!(desk.effects.is_empty(), "it is text there");
    assert!(desk.screen().contains("\"thuy\" is not a date"), "{}", desk.screen());
    assert!(desk.screen().contains("tomorrow, fri, next mon, 10d, 2w, eom"), "{}", desk.screen());
    desk.press("Backspace Enter y");
    assert_eq!(request(&desk).until.unwrap().to_string(), "2026-11-26");
    desk.carry_out();
    assert_eq!(
        desk.notice(),
        "Deferred Support Escalation for Borealis Foods (C2) until 2026-11-26. Saved (#1)"
    );
    assert_eq!(desk.rows(), ["C5", "C1", "C4"]);
    assert_eq!(status(&desk, "C2"), Status::Deferred);
}

#[test]
fn a_day_that_is_none_or_past_defers_nothing() {
    for (typed, why) in [
        ("2026-11-23", "is not after today"),
        ("2020-01-01", "is not after today"),
        ("someday", "\"someday\" is not a date; enter 2026-12-18"),
    ] {
        let mut desk = Desk::new();
        desk.press("d 2 Shift-Tab Ctrl-U");
        desk.type_text(typed);
        desk.press("Tab y");
        assert!(desk.effects.is_empty());
        assert!(desk.screen().contains(why), "{typed}:\n{}", desk.screen());
    }
}

#[test]
fn what_was_deferred_waits_again_when_its_day_begins() {
    let mut desk = Desk::new();
    desk.press("d 2 Shift-Tab Ctrl-U");
    desk.type_text("+1");
    desk.press("Tab y");
    desk.carry_out();
    assert_eq!(desk.rows(), ["C5", "C1", "C4"]);
    desk.pass(9 * 3600);
    desk.notices_changes();
    assert_eq!(desk.rows(), ["C5", "C1", "C4"], "it is 23:02");
    desk.pass(3600);
    desk.notices_changes();
    assert_eq!(desk.rows(), ["C2", "C5", "C1", "C4"], "without anything else on disk");
}

#[test]
fn an_override_shows_the_chosen_playbook_and_asks_for_a_reason() {
    let mut desk = Desk::new();
    desk.press("o y");
    assert!(desk.screen().contains("Choose a playbook first"), "{}", desk.screen());
    desk.press("j");
    let screen = desk.screen();
    for told in [
        "Override?",
        "Replaces  Support Escalation (PB_SUP)",
        "Playbook  Usage Recovery (PB_ENG)",
        "CAUTION  Not eligible: Engagement stage only; SMB only",
        "[Usage Recovery  $30 → $1,050  ROI 35.0×",
    ] {
        assert!(screen.contains(told), "{told}:\n{screen}");
    }
    desk.press("y");
    assert!(desk.screen().contains("Choose a reason first"), "{}", desk.screen());
    desk.press("3 y");
    assert_eq!(request(&desk).playbook_id.as_deref(), Some("PB_ENG"));
    desk.carry_out();
    assert!(
        desk.notice()
            .starts_with("Overrode Support Escalation with Usage Recovery for Borealis Foods (C2)")
    );
    let entry = desk.snapshot().history.get(0).unwrap();
    assert_eq!(entry.playbook_id, "PB_ENG");
    let chosen = entry.basis.chosen.as_ref().unwrap();
    assert_eq!((chosen.expected_cost, chosen.failed.len()), (30.0, 2));
    assert_eq!(entry.basis.recommendation.playbook_id, "PB_SUP", "both are recorded");
    assert_eq!(status(&desk, "C2"), Status::Overridden);
}

#[test]
fn an_override_under_which_the_chosen_playbook_moved_is_read_again() {
    let mut desk = Desk::new();
    desk.press("o j 3");
    let path = desk.dir.path().join("journey_playbooks.json");
    let text = std::fs::read_to_string(path).unwrap();
    desk.write(
        "journey_playbooks.json",
        &text.replace("\"avg_cost_estimate\":30", "\"avg_cost_estimate\":31"),
    );
    desk.look();
    desk.press("y");
    assert!(desk.effects.is_empty());
    assert!(
        desk.screen().contains("reviewing: Usage Recovery cost $30 → $31"),
        "{}",
        desk.screen()
    );
    desk.press("Enter");
    assert!(desk.screen().contains("$31"), "{}", desk.screen());
    desk.press("y");
    assert_eq!(desk.effects.len(), 1);
    desk.carry_out();
    assert_eq!(desk.ledger(), ["dana override C2"]);
}

#[test]
fn an_automatic_play_is_stopped_and_the_stop_taken_back() {
    let mut desk = Desk::new();
    desk.press("2 G k k k");
    assert_eq!((desk.selected().as_str(), status(&desk, "C3")), ("C3", Status::Automatic));
    desk.press("r 2 y");
    desk.carry_out();
    assert_eq!(status(&desk, "C3"), Status::Rejected);
    desk.press("u Tab");
    desk.type_text("my mistake");
    desk.press("Enter y");
    desk.carry_out();
    assert_eq!(status(&desk, "C3"), Status::Automatic);
    let undo = desk.snapshot().history.get(1).unwrap();
    assert_eq!(undo.note.as_deref(), Some("my mistake"));
}

const LIMITS: &str = r#"
[approval]
two_approvers_at_account_value = 80_000
expires_after_days = 2

[[approver]]
name = "dana"
account_value_up_to = 60_000

[[approver]]
name = "sam"

[[approver]]
name = "lee"
"#;

#[test]
fn a_key_beyond_the_reviewers_limits_says_who_could_decide() {
    let mut desk = Desk::new();
    desk.write("nextplay.toml", LIMITS);
    desk.look();
    assert_eq!(desk.selected(), "C2");
    desk.press("a");
    assert!(!desk.dialog_is_open());
    assert_eq!(
        desk.notice(),
        "C2: account value $90,000 is above the limit of $60,000 for dana (account_value_up_to); \
         sam or lee can decide this; P proposes it"
    );
    desk.press("m m");
    assert_eq!(desk.rows(), ["C5", "C1", "C4"], "what waits for dana");
    assert!(desk.screen().contains("[I can approve]"), "{}", desk.screen());
    desk.press("m");
    assert_eq!(desk.rows().len(), 4);
}

#[test]
fn the_first_of_two_approvals_says_so_and_the_second_is_somebody_elses() {
    let mut desk = Desk::new();
    desk.write("nextplay.toml", LIMITS);
    desk.other_decides("sam", DecisionKind::Approve, "C2", 3);
    desk.look();
    assert_eq!(status(&desk, "C2"), Status::Pending);
    assert!(desk.screen().contains("1 of 2: approved by sam"), "{}", desk.screen());
    desk.state.by = "sam".into();
    desk.press("a");
    assert_eq!(
        desk.notice(),
        "C2: already approved by sam 3 min ago (1 of 2, sam); lee can decide this"
    );
    desk.state.by = "lee".into();
    desk.press("a");
    assert!(desk.screen().contains("Approvals 1 of 2, sam"), "{}", desk.screen());
    desk.press("y");
    desk.carry_out();
    assert_eq!(status(&desk, "C2"), Status::Approved);
    desk.press("2 g j");
    assert!(desk.screen().contains("✓ approved by sam and lee"), "{}", desk.screen());
    desk.pass(2 * 86_400);
    desk.notices_changes();
    assert_eq!(status(&desk, "C2"), Status::Expired, "by time alone");
}

#[test]
fn a_bad_policy_is_told_and_the_last_good_one_stays() {
    let mut desk = Desk::new();
    desk.write("nextplay.toml", LIMITS);
    desk.look();
    desk.write("nextplay.toml", &LIMITS.replace("80_000", "\"much\""));
    desk.notices_changes();
    let screen = desk.screen();
    assert!(screen.contains("▲ nextplay.toml:3:"), "{screen}");
    assert!(screen.contains("The last good policy stays"), "{screen}");
    assert_eq!(desk.snapshot().matching.policy().approvers.len(), 3);
    desk.press("j a");
    assert!(desk.dialog_is_open(), "decisions go on under it:\n{}", desk.screen());
    desk.press("Esc");
    std::fs::remove_file(desk.dir.path().join("nextplay.toml")).unwrap();
    desk.notices_changes();
    assert!(desk.screen().contains("\"nextplay.toml\" is gone"), "{}", desk.screen());
    assert_eq!(desk.snapshot().matching.policy().approvers.len(), 3);
    desk.look();
    assert_eq!(desk.snapshot().matching.policy().approvers.len(), 0, "R has seen it");
}

#[test]
fn with_a_policy_that_was_never_good_nothing_is_decided() {
    let mut desk = Desk::empty();
    desk.write_rows(&dashboard::ROWS);
    let other = Desk::new();
    let playbooks = std::fs::read_to_string(other.dir.path().join("journey_playbooks.json"));
    desk.write("journey_playbooks.json", &playbooks.unwrap());
    desk.write("nextplay.toml", "[matching]\nranking = \"best\"\n");
    desk.look();
    assert_eq!(desk.rows().len(), 4, "the defaults are shown");
    desk.press("a");
    assert!(!desk.dialog_is_open());
    assert!(desk.notice().contains("nextplay.toml:2:11"), "{}", desk.notice());
    let screen = desk.screen();
    assert!(screen.contains("Decisions are paused until this is fixed"), "{screen}");
}

#[test]
fn dialogs_of_a_deferral_and_an_override() {
    let mut desk = Desk::new().sized(80, 24);
    desk.press("d Tab");
    assert_snapshot!("defer_80x24", desk.dialog_pane());
    desk.press("Esc o j 3");
    assert_snapshot!("override_80x24", desk.dialog_pane());
    desk.resize(120, 40);
    assert_snapshot!("override_120x40", desk.dialog_pane());
}

#[test]
fn what_may_not_be_written_is_shown_and_not_decided() {
    let mut desk = Desk::new();
    desk.opens_with(|mut options| {
        options.read_only = true;
        options
    });
    let screen = desk.screen();
    assert!(screen.contains("reviewer dana · read-only"), "{screen}");
    assert!(screen.contains("● live"), "{screen}");
    for key in ["a", "r", "d", "o", "u"] {
        desk.press(key);
        assert!(!desk.dialog_is_open());
        assert_eq!(
            desk.notice(),
            "read-only: no decision is recorded; start without --read-only to decide",
            "{key}"
        );
    }
    desk.opens_with(|mut options| {
        options.ledger = Some("/proc/nowhere/decisions.jsonl".into());
        options
    });
    desk.press("a");
    assert!(
        desk.notice().contains("/proc/nowhere, does not exist; create it"),
        "{}",
        desk.notice()
    );
}

#[test]
fn a_ledger_elsewhere_is_read_and_written_there() {
    let mut desk = Desk::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("ours.jsonl");
    desk.opens_with(|mut options| {
        options.ledger = Some(path.clone().into());
        options
    });
    desk.press("a y");
    desk.carry_out();
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    assert!(!desk.dir.path().join("decisions.jsonl").exists());
}

#[test]
fn of_two_approvals_undo_takes_back_the_reviewers_own() {
    let mut desk = Desk::new();
    desk.write("nextplay.toml", LIMITS);
    desk.other_decides("sam", DecisionKind::Approve, "C2", 5);
    desk.other_decides("lee", DecisionKind::Approve, "C2", 3);
    desk.state.by = "sam".into();
    desk.look();
    desk.press("2 g j u");
    assert!(desk.screen().contains("approved by sam"), "{}", desk.screen());
    desk.press("y");
    desk.carry_out();
    assert_eq!(status(&desk, "C2"), Status::Pending);
    assert!(desk.screen().contains("1 of 2: approved by lee"), "{}", desk.screen());
}

#[test]
fn a_customer_without_a_recommendation_gets_a_playbook_by_hand() {
    let mut desk = Desk::new();
    desk.press("2 g G");
    assert_eq!((desk.selected().as_str(), status(&desk, "C6")), ("C6", Status::Uncovered));
    for key in ["a", "r", "d"] {
        desk.press(key);
        assert!(!desk.dialog_is_open());
        assert_eq!(
            desk.notice(),
            "No recommendation for C6; o assigns a playbook by hand",
            "{key}"
        );
    }
    desk.press("o");
    let screen = desk.screen();
    for told in [
        "Assign a playbook by hand?",
        "Fjord Line",
        "Support Escalation  $75 → $3,500  ROI 46.7×",
        "not eligible: Support stage only",
        "Usage Recovery  $30 → $1,050  ROI 35.0×",
        "not eligible: Engagement stage only",
        "y  assign as dana",
    ] {
        assert!(screen.contains(told), "{told}:\n{screen}");
    }
    assert!(!screen.contains("Replaces"), "{screen}");
    desk.press("j y");
    assert!(desk.effects.is_empty());
    assert!(desk.screen().contains("Choose a reason first"), "{}", desk.screen());
    desk.press("3 y");
    let number = desk.snapshot().find_customer("C6").unwrap();
    let chosen = request(&desk).playbook_id.clone().unwrap();
    let held_to = desk.snapshot().hashed_basis_with(number, &chosen).unwrap();
    assert_eq!(request(&desk).basis_hash, Some(held_to.hash));
    desk.carry_out();
    assert!(desk.notice().starts_with("Assigned "), "{}", desk.notice());
    assert!(desk.notice().contains(" to Fjord Line (C6). Saved (#1)"), "{}", desk.notice());
    assert_eq!(status(&desk, "C6"), Status::Overridden);
}
