//! Proposals on the dashboard: seen on the card and in the list, turned into a decision by one key,
//! and made by people who may not decide.

use crate::common::dashboard;

use dashboard::Desk;
use nextplay::approval::Request;
use nextplay::domain::{DecisionKind, Status};
use nextplay::tui::state::Overlay;
use nextplay::workspace::DecisionRequest;

/// A program proposes a playbook for a customer, 2 hours ago.
fn proposed(desk: &mut Desk, id: &str, playbook: &str, reason: Option<&str>) {
    let request = Request {
        playbook_id: Some(playbook.into()),
        reason: reason.map(Into::into),
        note: Some("usage fell 40%\nsince the call".to_owned()),
        ..Request::new(DecisionKind::Propose, id, "renewals-agent")
    };
    desk.other_asks(DecisionRequest::Decide(request), 120);
    desk.look();
}

fn last(desk: &Desk) -> serde_json::Value {
    let text = std::fs::read_to_string(desk.dir.path().join("decisions.jsonl")).unwrap();
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

fn status(desk: &Desk, id: &str) -> Status {
    let snapshot = desk.snapshot();
    snapshot.status(snapshot.find_customer(id).unwrap())
}

#[test]
fn a_proposal_stands_in_the_list_on_the_card_and_in_activity() {
    let mut desk = Desk::new().sized(200, 40);
    assert!(!desk.list_pane().contains("Proposed"), "{}", desk.list_pane());
    proposed(&mut desk, "C2", "PB_SUP", None);
    let card = desk.detail_pane().replace('│', " ");
    let card = card.split_whitespace().collect::<Vec<_>>().join(" ");
    let words =
        "Proposed by renewals-agent, 2 h ago: Support Escalation; usage fell 40% since the call";
    assert!(card.contains(words), "{}", desk.detail_pane());
    assert_eq!(status(&desk, "C2"), Status::Pending);
    let list = desk.list_pane();
    assert!(list.contains("Proposed") && list.contains("renewals-agent"), "{list}");
    desk.press("/");
    desk.type_text("proposed:yes");
    desk.press("Enter");
    assert_eq!(desk.rows(), ["C2"]);
    desk.press("5");
    assert!(desk.screen().contains("proposed"), "{}", desk.screen());
}

#[test]
fn one_key_turns_a_proposal_of_the_recommended_playbook_into_an_approval() {
    let mut desk = Desk::new().sized(120, 50);
    desk.press("p");
    assert!(desk.notice().contains("Nothing is proposed for C2"), "{}", desk.notice());
    proposed(&mut desk, "C2", "PB_SUP", None);
    let proposal = last(&desk)["id"].clone();
    desk.press("p");
    let screen = desk.screen();
    for told in ["Approve?", "proposal #1 by renewals-agent 2 h ago: Support Escalation"] {
        assert!(screen.contains(told), "{told}:\n{screen}");
    }
    assert_eq!(
        desk.dialog().form.note().as_deref(),
        Some("renewals-agent: usage fell 40% since the call")
    );
    desk.press("y");
    desk.carry_out();
    let entry = last(&desk);
    assert_eq!((&entry["kind"], &entry["by"]), (&"approve".into(), &"dana".into()));
    assert_eq!(entry["proposal"], proposal);
    assert_eq!(entry["after"], serde_json::Value::Null, "a proposal is no decision");
    assert_eq!(status(&desk, "C2"), Status::Approved);
    assert!(!desk.detail_pane().contains("Proposed by"), "{}", desk.detail_pane());
}

#[test]
fn one_key_turns_a_proposal_of_another_playbook_into_an_override() {
    let mut desk = Desk::new().sized(120, 50);
    proposed(&mut desk, "C2", "PB_ENG", Some("bad_timing"));
    desk.press("p");
    assert!(desk.screen().contains("Override?"), "{}", desk.screen());
    let form = &desk.dialog().form;
    assert_eq!(form.chosen().unwrap().playbook_id, "PB_ENG");
    assert_eq!(form.named_reason().unwrap(), "bad_timing");
    desk.press("y");
    desk.carry_out();
    let entry = last(&desk);
    assert_eq!((&entry["kind"], &entry["playbook_id"]), (&"override".into(), &"PB_ENG".into()));
    assert!(entry["proposal"].is_string());
    assert_eq!(status(&desk, "C2"), Status::Overridden);
}

#[test]
fn a_decision_made_without_knowing_a_proposal_stands() {
    let mut desk = Desk::new().sized(120, 50);
    desk.press("a");
    proposed(&mut desk, "C2", "PB_SUP", None);
    assert!(desk.dialog().moved.is_none(), "{:?}", desk.dialog().moved);
    desk.press("y");
    desk.carry_out();
    assert_eq!(status(&desk, "C2"), Status::Approved);
    assert!(last(&desk).get("proposal").is_none());
}

#[test]
fn whoever_may_not_decide_proposes_and_takes_it_back() {
    let mut desk = Desk::new().sized(120, 50);
    desk.write("nextplay.toml", "[[approver]]\nname = \"lee\"\n");
    desk.look();
    desk.press("a");
    let notice = desk.notice().to_owned();
    assert!(notice.contains("lee can decide this; P proposes it"), "{notice}");
    desk.press("P");
    let screen = desk.screen();
    assert!(screen.contains("Propose a playbook?"), "{screen}");
    assert_eq!(desk.dialog().form.chosen().unwrap().playbook_id, "PB_SUP", "the recommended one");
    desk.press("y");
    desk.carry_out();
    assert_eq!(desk.notice(), "Proposed Support Escalation for Borealis Foods (C2). Saved (#1)");
    let entry = last(&desk);
    assert_eq!((&entry["kind"], &entry["by"]), (&"propose".into(), &"dana".into()));
    assert!(entry["basis"].get("chosen").is_none(), "{entry}");
    assert_eq!(status(&desk, "C2"), Status::Pending);
    desk.press("p");
    assert!(desk.notice().contains("is not an approver"), "{}", desk.notice());
    desk.press("P y");
    desk.carry_out();
    assert!(desk.screen().contains("already proposed by dana"), "{}", desk.screen());
    desk.press("Esc u");
    assert!(desk.screen().contains("Undo this proposal?"), "{}", desk.screen());
    desk.press("y");
    desk.carry_out();
    assert!(desk.snapshot().proposals(desk.snapshot().find_customer("C2").unwrap()).is_empty());
    assert!(matches!(desk.state.overlay, Overlay::None));
}

#[test]
fn another_playbook_can_be_proposed() {
    let mut desk = Desk::new().sized(120, 50);
    desk.press("P j");
    assert_eq!(desk.dialog().form.chosen().unwrap().playbook_id, "PB_ENG");
    desk.press("y");
    desk.carry_out();
    let entry = last(&desk);
    assert_eq!((&entry["kind"], &entry["playbook_id"]), (&"propose".into(), &"PB_ENG".into()));
    assert_eq!(entry["basis"]["chosen"]["playbook_id"], "PB_ENG");
}
