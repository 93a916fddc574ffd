//! The dashboard on exports of another program.

use crate::common::dashboard::{Desk, PLAYBOOKS};
use crate::common::workbook::workbook;

use nextplay::tui::edit::ToEdit;
use nextplay::tui::event::Effect;

const SOURCES: &str = r#"
[customers]
file = "accounts*.csv"
[customers.columns]
customer_id   = "Account ID"
name          = "Account Name"
segment       = "Tier"
account_value = { column = "ARR", number = "us" }

[journey_state_log]
file = "accounts*.csv"
columns = { customer_id = "Account ID", journey_stage = "Stage" }

[fused_signals]
file = "accounts*.csv"
columns = { customer_id = "Account ID", fused_risk_score = "Risk" }
"#;

const ACCOUNTS: &str = "Account ID,Account Name,Tier,ARR,Stage,Risk\n\
    C1,Acme,SMB,\"$38,000\",support,0.9\n\
    C2,Birch,SMB,\"$5,400\",support,0.8\n\
    C3,Cobalt,SMB,\"$4,000\",support,0.7\n";

fn mapped() -> Desk {
    let mut desk = Desk::empty();
    desk.write("sources.toml", SOURCES);
    desk.write("accounts.csv", ACCOUNTS);
    desk.write("journey_playbooks.json", PLAYBOOKS);
    desk.look();
    desk
}

#[test]
fn a_changed_export_is_read_again() {
    let mut desk = mapped();
    assert!(desk.screen().contains("Acme"), "{}", desk.screen());
    desk.write("accounts.csv", &ACCOUNTS.replace("Birch", "Birch & Co").replace("0.8", "0.85"));
    desk.notices_changes();
    let screen = desk.screen();
    assert!(screen.contains("Birch & Co"), "{screen}");
    assert!(screen.contains("◆ ? C2") && screen.contains("6 Activity 1"), "{screen}");
}

#[test]
fn a_broken_export_keeps_the_last_content_and_is_named() {
    let mut desk = mapped();
    desk.write("accounts.csv", &ACCOUNTS.replace("Account ID", "Account No"));
    desk.notices_changes();
    let screen = desk.screen();
    assert!(screen.contains("Acme") && screen.contains("Cobalt"), "{screen}");
    assert!(screen.contains("▲ accounts.csv"), "{screen}");
    assert!(!screen.contains("customers.json"), "{screen}");
    desk.write("accounts.csv", ACCOUNTS);
    desk.notices_changes();
    assert!(!desk.screen().contains("▲ accounts.csv"), "{}", desk.screen());
}

#[test]
fn a_problem_leads_to_its_line() {
    let mut desk = mapped();
    desk.write("accounts.csv", &ACCOUNTS.replace("\"$5,400\"", "many"));
    desk.look();
    desk.press("!");
    let page = desk.page();
    assert!(page.contains("accounts.csv:3:14"), "{page}");
    desk.press("E");
    let edit = desk.effects.iter().find_map(|effect| match effect {
        Effect::Edit(file) => Some(file.clone()),
        _ => None,
    });
    assert_eq!(edit, Some(ToEdit::Data { name: "accounts.csv".into(), line: Some(3) }));
}

#[test]
fn what_if_works_on_an_export() {
    let mut desk = mapped();
    desk.press("5");
    let page = desk.page();
    assert!(page.contains("Minimum confidence"), "{page}");
    assert!(!desk.screen().contains("▲"), "{}", desk.screen());
}

#[test]
fn a_problem_in_a_workbook_names_its_cell_and_opens_no_editor() {
    let mut desk = mapped();
    let rows = "Account ID|Account Name|Tier|ARR|Stage|Risk\nC1|Acme|SMB|n:38000|support|n:0.9\nC2|Birch|SMB|many|support|n:0.8\nC3|Cobalt|SMB|n:4|support|n:0.7";
    let book = workbook(&[("Accounts", rows)]);
    std::fs::write(desk.dir.path().join("accounts.xlsx"), book).unwrap();
    desk.write("sources.toml", &SOURCES.replace("accounts*.csv", "accounts.xlsx"));
    desk.look();
    desk.press("!");
    let page = desk.page();
    assert!(page.contains("accounts.xlsx, sheet \"Accounts\", cell D3"), "{page}");
    desk.press("E");
    assert_eq!(desk.notice(), "accounts.xlsx is a workbook; open it in Excel");
}
