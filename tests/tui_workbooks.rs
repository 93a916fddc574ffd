//! The dashboard on tables that come from a workbook.

use crate::common::dashboard::{Desk, replace};
use crate::common::workbook::workbook;

const SOURCES: &str = r#"
[customers]
file = "accounts.xlsx"
columns = { customer_id = "ID", name = "Name", segment = "Tier", account_value = "ARR" }
[journey_state_log]
file = "accounts.xlsx"
columns = { customer_id = "ID", journey_stage = "Stage" }
[fused_signals]
file = "accounts.xlsx"
columns = { customer_id = "ID", fused_risk_score = "Risk" }
"#;

const SHEET: &str = "ID|Name|Tier|ARR|Stage|Risk\n\
    C1|Acme Tools|SMB|n:10000|support|n:0.9\n\
    C2|Borealis Foods|Enterprise|n:90000|support|n:0.8";

fn write(desk: &Desk, bytes: &[u8]) {
    replace(desk.dir.path(), "accounts.xlsx", bytes);
}

fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.write("sources.toml", SOURCES);
    write(&desk, &workbook(&[("Accounts", SHEET)]));
    desk.look();
    desk
}

#[test]
fn a_workbook_that_changes_is_read_again_and_a_broken_one_is_not() {
    let mut desk = desk();
    let screen = desk.screen();
    assert!(screen.contains("Acme Tools") && !screen.contains("Elm Street Bank"), "{screen}");
    let renamed = SHEET.replace("Acme Tools", "Acme Works");
    write(&desk, &workbook(&[("Accounts", &renamed)]));
    desk.notices_changes();
    assert!(desk.screen().contains("Acme Works"), "{}", desk.screen());
    let good = workbook(&[("Accounts", &renamed.replace("Works", "Hall"))]);
    write(&desk, &good[..good.len() / 2]);
    desk.notices_changes();
    let screen = desk.screen();
    assert!(screen.contains("Acme Works"), "the last good content stays: {screen}");
    assert!(screen.contains("▲ accounts.xlsx: the workbook is damaged or cut off"), "{screen}");
    write(&desk, &good);
    desk.notices_changes();
    let screen = desk.screen();
    assert!(screen.contains("Acme Hall") && !screen.contains("▲ accounts"), "{screen}");
}

#[test]
fn a_workbook_that_makes_no_sense_leaves_the_screen_as_it_is() {
    let mut desk = desk();
    let mut parts = crate::common::workbook::parts(&[("Accounts", SHEET)], "", "");
    parts[0].1 = parts[0].1.replace("r=\"B3\"", "r=\"ZZZZZZZZZZZZZZ3\"");
    write(&desk, &crate::common::workbook::of_parts(&parts));
    desk.notices_changes();
    let screen = desk.screen();
    assert!(
        screen.contains("▲ accounts.xlsx, sheet \"Accounts\", cell A3: the workbook"),
        "{screen}"
    );
    assert!(screen.contains("Acme Tools"), "{screen}");
}

#[test]
fn what_if_changes_what_comes_from_a_workbook() {
    let mut desk = desk();
    desk.press("5 g");
    desk.press("Shift-Right");
    let screen = desk.screen();
    for text in ["Minimum confidence    0.50 → 0.51", "1 change: no customers affected", "$7,000"]
    {
        assert!(screen.contains(text), "{text}: {screen}");
    }
}
