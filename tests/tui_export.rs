//! Export from the palette: lists as CSV and the report as HTML, to a path.

use std::fs;
use std::path::PathBuf;

use nextplay::report::portfolio::{document::Document, html};
use nextplay::report::whole::with_report;
use nextplay::tui::state::Overlay;

use crate::common::dashboard::Desk;

/// Opens the field for the path and types one in the directory of the test.
fn export(desk: &mut Desk, what: &str, file: &str) -> PathBuf {
    let out = desk.dir.path().join("out");
    let _ = fs::create_dir(&out);
    desk.press(":");
    desk.type_text(what);
    desk.press("Enter Ctrl-u");
    let path = out.join(file);
    desk.type_text(path.to_str().unwrap());
    desk.press("Enter");
    desk.carry_out();
    path
}

fn list(desk: &mut Desk, file: &str) -> String {
    let path = export(desk, "export this list", file);
    fs::read_to_string(path).unwrap()
}

#[test]
fn a_list_of_customers_is_written_as_it_is_filtered_and_sorted_with_exact_numbers() {
    let mut desk = Desk::new();
    desk.press("2 /");
    desk.type_text("segment:SMB stage:support");
    desk.press("Enter");
    let text = list(&mut desk, "customers.csv");
    let mut lines = text.lines();
    assert_eq!(
        lines.next().unwrap(),
        "customer_id,name,owner,segment,journey_stage,risk_score,playbook_id,playbook_name,roi,\
         net_value,expected_cost,expected_value,p_best,stability,revenue_at_risk,urgency,renewal_date,since,status,\
         approvals,approvals_needed,proposed_by,account_value"
    );
    let first = lines.next().unwrap();
    assert!(
        first.starts_with(
            "\"C1\",\"Acme Tools\",\"dana\",\"SMB\",\"support\",0.9,\"PB_SUP\",\"Support Escalation\","
        ),
        "{first}"
    );
    assert!(first.ends_with(",\"pending\",,,,10000"), "{first}");
    assert_eq!(lines.count(), 1, "C4");
    let path = desk.dir.path().join("out/customers.csv");
    assert_eq!(desk.notice(), format!("Wrote 2 rows to {}", path.display()));
}

#[test]
fn each_list_can_be_written_in_its_order() {
    let mut desk = Desk::on_sample_data();
    desk.press("1");
    let queue = list(&mut desk, "queue.csv");
    let ids: Vec<&str> =
        queue.lines().skip(1).map(|line| line.split('"').nth(1).unwrap()).collect();
    let listed: Vec<String> = desk.rows().into_iter().chain(desk.uncovered()).collect();
    assert_eq!(ids, listed);
    desk.press("3");
    let playbooks = list(&mut desk, "playbooks.csv");
    assert!(playbooks.starts_with("playbook_id,playbook_name,status,journey_stage,eligible,"));
    assert_eq!(playbooks.lines().count(), 17);
    desk.press("4");
    let portfolio = list(&mut desk, "portfolio.csv");
    assert!(portfolio.lines().any(|line| line.starts_with("\"Headline\",\"At high risk\",,,,,")));
    desk.press("1 a y");
    desk.carry_out();
    desk.press("6");
    let activity = list(&mut desk, "activity.csv");
    let line = activity.lines().nth(1).unwrap();
    assert!(
        line.contains(",1,\"dana\",\"approve\",\"C006\",\"Meridian Health Systems\","),
        "{line}"
    );
}

#[test]
fn the_path_has_a_default_with_the_date() {
    let mut desk = Desk::new();
    desk.press("1 :");
    desk.type_text("export this list");
    desk.press("Enter");
    let Overlay::Prompt(prompt) = &desk.state.overlay else { panic!("no field is open") };
    assert_eq!(prompt.input.value(), "queue-2026-11-23.csv");
    assert_eq!(prompt.title, "Export Queue as CSV to");
}

#[test]
fn a_file_that_is_there_is_overwritten_only_after_a_question() {
    let mut desk = Desk::new();
    let first = list(&mut desk, "queue.csv");
    let path = desk.dir.path().join("out/queue.csv");
    fs::write(&path, "other").unwrap();
    export(&mut desk, "export this list", "queue.csv");
    assert!(matches!(desk.state.overlay, Overlay::Question(_)));
    desk.press("Esc");
    assert_eq!(fs::read_to_string(&path).unwrap(), "other");
    export(&mut desk, "export this list", "queue.csv");
    desk.press("y");
    desk.carry_out();
    assert_eq!(fs::read_to_string(&path).unwrap(), first);
}

#[test]
fn data_files_and_the_ledger_are_never_overwritten() {
    let mut desk = Desk::new();
    let before = fs::read(desk.dir.path().join("customers.json")).unwrap();
    for file in ["../customers.json", "../decisions.jsonl", "../config/config.toml"] {
        fs::create_dir_all(desk.dir.path().join("config")).unwrap();
        export(&mut desk, "export this list", file);
        let notice = desk.notice().to_owned();
        assert!(notice.starts_with("Nothing was written: "), "{file}: {notice}");
        assert!(notice.contains("a file that nextplay reads here"), "{file}: {notice}");
        assert!(matches!(desk.state.overlay, Overlay::None));
    }
    assert_eq!(fs::read(desk.dir.path().join("customers.json")).unwrap(), before);
}

#[test]
fn the_report_is_the_one_of_the_command() {
    let mut desk = Desk::on_sample_data();
    let path = export(&mut desk, "export the report", "report.html");
    let mut wanted = Vec::new();
    let name = desk.state.directory.clone();
    with_report(desk.snapshot(), &name, None, true, |report| {
        html::write(&mut wanted, &Document::new(report)).unwrap();
    });
    assert_eq!(fs::read(&path).unwrap(), wanted);
    assert_eq!(desk.notice(), format!("Wrote the report to {}", path.display()));
}

#[test]
fn an_empty_list_and_one_that_is_not_ready_are_not_exported() {
    let mut desk = Desk::new();
    desk.press("2 /");
    desk.type_text("nobody");
    desk.press("Enter :");
    desk.type_text("export this list");
    desk.press("Enter");
    assert!(desk.screen().contains("✗ The list is empty"), "{}", desk.screen());
    desk.press("Esc Esc 5 :");
    desk.type_text("export this list");
    assert!(desk.screen().contains("✗ What-if has no list to export"), "{}", desk.screen());
}
