//! Workbooks of Excel, seen from outside: each command reads them like any other file, and what cannot be
//! read is told with file, sheet and cell.

use std::fs;
use std::path::Path;

use rstest::rstest;

use crate::common::workbook::{of_parts, parts, workbook};
use crate::common::{Data, program};

const SOURCES: &str = r#"
[customers]
file = "accounts*.xlsx"
columns = { customer_id = "ID", name = "Name", segment = "Tier", account_value = "ARR", renewal_date = "Renewal" }
[journey_state_log]
file = "accounts*.xlsx"
columns = { customer_id = "ID", journey_stage = "Stage" }
[fused_signals]
file = "accounts*.xlsx"
columns = { customer_id = "ID", fused_risk_score = "Risk" }
"#;

/// The customers of [`Data::good`].
const SHEET: &str = "ID|Name|Tier|ARR|Renewal|Stage|Risk\n\
    C1|Acme|Mid-Market|n:38000|d:46477|support|n:0.98\n\
    C2|Birch|SMB|n:5000||engagement|n:0.6\n\
    C3||SMB|n:4000||engagement|n:0.1\n\
    C4||SMB|n:9000||expansion|n:0.7";

/// The playbooks of the good data beside a workbook.
fn with(workbook: &[u8]) -> Data {
    let data = Data::good().with("sources.toml", SOURCES).with("accounts.xlsx", workbook);
    for table in ["customers", "journey_state_log", "fused_signals"] {
        fs::remove_file(data.path(&format!("{table}.json"))).unwrap();
    }
    data
}

fn sound() -> Data {
    with(&workbook(&[("Accounts", SHEET)]))
}

fn matched(directory: &Path) -> Vec<u8> {
    let ran = program().arg("--data").arg(directory).args(["match", "--format", "json"]).output();
    ran.unwrap().stdout
}

#[test]
fn a_workbook_gives_what_the_same_rows_as_json_give() {
    let data = sound();
    let json = Data::good().with(
        "customers.json",
        r#"[{"customer_id":"C1","name":"Acme","segment":"Mid-Market","account_value":38000,"renewal_date":"2027-03-31"},
        {"customer_id":"C2","name":"Birch","segment":"SMB","account_value":5000},
        {"customer_id":"C3","segment":"SMB","account_value":4000},
        {"customer_id":"C4","segment":"SMB","account_value":9000}]"#,
    );
    for args in [
        &["match", "--format", "json"][..],
        &["queue", "--format", "json"],
        &["diff", "--set", "playbook.P1.status=retired", "--format", "json"],
    ] {
        let (here, there) = (data.run(args), json.run(args));
        assert!(here.out.contains("C1"), "{here:#?}");
        assert_eq!((here.status, here.out), (there.status, there.out), "{args:?}");
    }
    let copy = data.path("copy");
    data.run(&["convert", "-o", copy.to_str().unwrap()]).ends(0);
    assert_eq!(matched(&copy), matched(&data.path("")));
}

#[test]
fn a_folder_with_one_workbook_becomes_a_directory_that_works() {
    let sheet = "Account ID|Account Name|ARR|Renewal Date|Journey Stage|Tier|Health Score\n\
        A1|Acme|n:620000|d:46418|Renewal|Tier 1|n:12\n\
        A2|Birch|n:5400|d:46428|Onboarding|Tier 3|n:35\n\
        A3|Cobalt|n:4000|d:46620|Onboarding|Tier 3|n:90";
    let data = Data::empty().with("accounts-2026-11-20.xlsx", workbook(&[("Accounts", sheet)]));
    data.run(&["init"]).ends(0).prints(&["accounts-2026-11-20.xlsx: customers, journey_state_log"]);
    let plays = data.run(&["match", "--format", "json"]).ends(0).json();
    let plays = plays.as_array().unwrap().iter();
    let told = plays.map(|row| format!("{} {}", row["customer_id"], row["playbook_id"]));
    let told: Vec<String> = told.collect();
    assert_eq!(told, [r#""A1" "PB_RENEWAL_HIGH""#, r#""A2" "PB_ONBOARDING_LOW""#]);
    data.run(&["check"]).prints(&["accounts-2026-11-20.xlsx, sheet \"Accounts\""]);
}

/// A part of the sound workbook is replaced.
fn changed(sheets: &[(&str, &str)], more: &str, about: &str, from: &str, to: &str) -> Vec<u8> {
    let mut parts = parts(sheets, more, about);
    for (_, text) in &mut parts {
        *text = text.replace(from, to);
    }
    of_parts(&parts)
}

fn only(name: &str) -> Vec<u8> {
    of_parts(&[(name.to_owned(), String::new())])
}

/// An old file of Microsoft's with this text in it.
fn old(text: &str) -> Vec<u8> {
    let text = text.encode_utf16().flat_map(u16::to_le_bytes);
    b"\xD0\xCF\x11\xE0".iter().copied().chain([0; 600]).chain(text).collect()
}

/// A sheet that inflates to so many megabytes.
fn bomb(megabytes: usize) -> Vec<u8> {
    changed(&[("A", SHEET)], "", "", "</sheetData>", &" ".repeat(megabytes << 20))
}

#[rstest]
#[case::password(
    old("EncryptedPackage"),
    "accounts.xlsx: found a workbook with a password; remove"
)]
#[case::old(old("Workbook"), "accounts.xlsx: found an old workbook of Excel; save it as .xlsx")]
#[case::opendocument(only("mimetype"), "accounts.xlsx: found an OpenDocument file; save it as")]
#[case::archive(only("a.csv"), "accounts.xlsx: found a compressed archive; unpack it")]
#[case::bomb(bomb(17), "accounts.xlsx: the workbook has a text of more than 16 MB")]
#[case::cut(
    workbook(&[("A", SHEET)])[..900].to_vec(),
    "accounts.xlsx: the workbook is damaged or cut off; copy the file again"
)]
#[case::no_sense(
    changed(&[("A", SHEET)], "", "", "r=\"C3\"", "r=\"ZZZZZZZZZZZZZZ3\""),
    "accounts.xlsx, sheet \"A\", cell B3: the workbook makes no sense"
)]
#[case::unknown_error(
    workbook(&[("A", &SHEET.replace("n:5000", "e:#SPILL!"))]),
    "accounts.xlsx, sheet \"A\", cell C3: found the error \"#SPILL!\" behind it"
)]
fn what_cannot_be_read_is_told_once_and_ends_with_2(#[case] bytes: Vec<u8>, #[case] told: &str) {
    let data = with(&bytes);
    let ran = data.run(&["match"]).fails(2, &[told]);
    assert_eq!(ran.err.lines().count(), 1, "{ran:#?}");
    let checked = data.run(&["check", "--format", "json"]).ends(1).json();
    let bad = checked.as_array().unwrap().iter().filter(|row| row["code"] == "bad_file");
    assert_eq!(bad.count(), 1, "three tables, one file: {checked:#}");
}

#[test]
fn cells_without_a_value_are_told_with_sheet_and_cell() {
    let rows: String = (5..60).map(|row| format!("\nC{row}|x|SMB|n:1||support|n:0")).collect();
    let sheet = SHEET.replace("n:5000", "f:").replace("n:4000", "e:#N/A") + &rows;
    let merged = "<mergeCells count=\"1\"><mergeCell ref=\"B5:B7\"/></mergeCells>";
    let data = with(&of_parts(&parts(&[("My sheet", &sheet)], merged, "")));
    let place = "accounts.xlsx, sheet \"My sheet\", cell";
    data.run(&["check"]).ends(1).prints(&[
        &format!(
            "{place} D3: row of C2 skipped: account_value from \"ARR\" is a formula without a value"
        ),
        &format!("{place} D4: row of C3 skipped: account_value from \"ARR\" is the error #N/A"),
        &format!("{place} B6: \"Name\" has no value in 2 merged cells, starting here"),
    ]);
}

#[test]
fn sheets_are_found_by_name_or_by_their_columns() {
    let other = SHEET.replace("38000", "1");
    let value = |data: &Data| {
        let plays = data.run(&["explain", "C1", "--format", "json"]).ends(0);
        plays.json()["account_value"].to_string()
    };
    // Hidden ones come last.
    let hidden =
        |bytes: &[(&str, &str)]| changed(bytes, "", "", "sheetId=\"1\"", "state=\"hidden\"");
    let data = with(&hidden(&[("Old", &other), ("New", SHEET)]));
    assert_eq!(value(&data), "38000");
    data.write("sources.toml", SOURCES.replace("file =", "sheet = \"Old\"\nfile ="));
    assert_eq!(value(&data), "1");
    // A renamed sheet.
    data.write("accounts.xlsx", workbook(&[("Old 2026", &other), ("New", SHEET)]));
    data.run(&["match"]).fails(2, &["accounts.xlsx: no sheet \"Old\" (did you mean Old 2026"]);
}

#[test]
fn days_are_counted_from_1904_where_the_workbook_says_so() {
    let day = |about: &str, day: &str| {
        let sheet = SHEET.replace("46477", day);
        let data = with(&of_parts(&parts(&[("A", &sheet)], "", about)));
        let copy = data.path("copy");
        data.run(&["convert", "-o", copy.to_str().unwrap()]).ends(0);
        fs::read_to_string(copy.join("customers.json")).unwrap()
    };
    let told = day("", "46477");
    assert!(told.contains("2027-03-31"), "{told}");
    assert_eq!(day("<workbookPr date1904=\"1\"/>", "45015"), told);
}
