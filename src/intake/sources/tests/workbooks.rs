//! Workbooks of Excel, to the same customers as other files.

use super::*;

#[path = "../../../../tests/common/workbook.rs"]
mod build;

use build::{of_parts, parts, workbook};

/// What is wrong with a workbook.
#[track_caller]
fn refused(keys: &str, content: &[u8]) -> String {
    in_blocks(keys, COLUMNS, "a.xlsx", content, 1 << 20).unwrap_err()
}

const SHEET: &str = "ID|Name|More|Value|Renewal\n\
    C1|Acme, Inc||n:5.5|d:46418\n\
    007|Zoë|x|f:-3|\n\
    |||\n\
    C3||||d:46419.75\n\
    ||n:12||";

#[test]
fn a_sheet_gives_rows_with_their_numbers() {
    let want = ["2 C1|Acme, Inc|5.5|2027-01-31", "3 007|Zoë|-3|", "5 C3|||2027-02-01T18:00:00"];
    let title = format!("Exported by Dana\n\n{SHEET}");
    let moved = want.map(|row| {
        let (line, rest) = row.split_once(' ').unwrap();
        format!("{} {rest}", line.parse::<u32>().unwrap() + 2)
    });
    let want = want.map(str::to_owned);
    let other = ("Notes", "A list|of\nn:1|n:2");
    let both = workbook(&[("Old", &SHEET.replace("Acme", "Old")), ("New", SHEET)]);
    for (keys, content, want) in [
        ("", workbook(&[("Accounts", SHEET)]), &want),
        ("format = \"xlsx\"", workbook(&[("Accounts", SHEET)]), &want),
        ("", workbook(&[("Accounts", &title)]), &moved),
        ("", workbook(&[other, ("Accounts", SHEET)]), &want),
        ("sheet = \"New\"", both, &want),
    ] {
        assert_eq!(read(keys, "a.xlsx", &content), Ok((want.to_vec(), Vec::new())), "{keys}");
        // The first bytes tell what it is.
        assert_eq!(read(keys, "a", &content), Ok((want.to_vec(), Vec::new())), "{keys}");
    }
}

#[test]
fn texts_may_be_shared_and_dates_count_from_1904() {
    let mut parts = parts(
        &[("A", "ID|Name|Value|Renewal\nC1||n:1|d:44956")],
        "",
        "<workbookPr date1904=\"1\"/>",
    );
    parts[0].1 = parts[0].1.replace("<c r=\"C2\">", "<c r=\"B2\" t=\"s\"><v>1</v></c><c r=\"C2\">");
    let texts = "<sst count=\"2\" uniqueCount=\"2\"><si><t>x</t></si><si><r><t>Zo</t></r><r><t>ë &amp; Co</t></r></si></sst>";
    parts.push(("xl/sharedStrings.xml".to_owned(), texts.to_owned()));
    let (rows, told) = read("", "a.xlsx", &of_parts(&parts)).unwrap();
    assert_eq!((rows, told), (vec!["2 C1|Zoë & Co|1|2027-01-31".to_owned()], Vec::new()));
}

#[test]
fn cells_without_a_value_are_told_with_sheet_and_cell() {
    let rows: String = (4..30).map(|row| format!("\nC{row}|x|n:1|")).collect();
    let sheet = format!("ID|Name|Value|Renewal\nC2|a|f:|\nC3|b|e:#N/A|\ne:#REF!|c|n:1|{rows}");
    let (_, told) = read("", "a.xlsx", &workbook(&[("My sheet", &sheet)])).unwrap();
    let expected = "expected a value; fix the formula, or open the workbook in Excel and save it";
    assert_eq!(
        told,
        [
            format!(
                "a.xlsx, sheet \"My sheet\", cell C2: row of C2 skipped: account_value from \"Value\" is a formula without a value, {expected}"
            ),
            format!(
                "a.xlsx, sheet \"My sheet\", cell C3: row of C3 skipped: account_value from \"Value\" is the error #N/A, {expected}"
            ),
            format!(
                "a.xlsx, sheet \"My sheet\", cell A4: row skipped: customer_id from \"ID\" is the error #REF!, {expected}"
            ),
        ]
    );
}

#[test]
fn merged_cells_of_a_mapped_column_are_told_once() {
    let sheet = "List||\nID|Name|Other|Value|Renewal\nC1|a|x\nC2||y\nC3\nC4|b|z\nC5";
    let merged = "<mergeCells count=\"3\"><mergeCell ref=\"A1:C1\"/><mergeCell ref=\"B3:C5\"/>\
        <mergeCell ref=\"B6:B7\"/></mergeCells>";
    let (rows, told) = read("", "a.xlsx", &of_parts(&parts(&[("A", sheet)], merged, ""))).unwrap();
    assert_eq!(rows[0..2], ["3 C1|a||", "4 C2|||"]);
    assert_eq!(
        told,
        [
            "a.xlsx, sheet \"A\", cell B4: \"Name\" has no value in 3 merged cells, starting here: of merged \
          cells only the first has one; unmerge them, and fill each"
        ]
    );
}

#[test]
fn a_workbook_that_cannot_be_read_says_what_to_do() {
    let good = workbook(&[("Accounts", SHEET)]);
    let ole = |text: &str| {
        let utf16 = text.encode_utf16().flat_map(u16::to_le_bytes);
        b"\xD0\xCF\x11\xE0".iter().copied().chain([0; 70_000]).chain(utf16).collect::<Vec<u8>>()
    };
    let with = |name: &str, text: &str| {
        let mut parts = parts(&[("A", SHEET)], "", "");
        parts.push((name.to_owned(), text.to_owned()));
        of_parts(&parts)
    };
    let only = |name: &str| of_parts(&[(name.to_owned(), String::new())]);
    let cells = |cell: &str| {
        let mut parts = parts(&[("A", SHEET)], "", "");
        parts[0].1 = parts[0].1.replace("</sheetData>", &format!("<row>{cell}</row></sheetData>"));
        of_parts(&parts)
    };
    let mut wrong = Vec::new();
    for (keys, content, want) in [
        (
            "",
            ole("EncryptedPackage"),
            "a.xlsx: found a workbook with a password; remove the password in Excel",
        ),
        ("", ole("Workbook"), "a.xlsx: found an old workbook of Excel; save it as .xlsx or as CSV"),
        ("", only("xl/workbook.bin"), "a.xlsx: found a binary workbook; save it as .xlsx"),
        ("", only("mimetype"), "a.xlsx: found an OpenDocument file"),
        ("", only("a.csv"), "a.xlsx: found a compressed archive; unpack it"),
        ("", good[..good.len() / 2].to_vec(), "a.xlsx: the workbook is damaged or cut off"),
        ("format = \"xlsx\"", b"ID,Name\n".to_vec(), "a.xlsx: found no workbook of Excel"),
        (
            "sheet = \"Account\"",
            good.clone(),
            "a.xlsx: no sheet \"Account\" (did you mean Accounts?)",
        ),
        (
            "",
            workbook(&[("Notes", "A|B"), ("Accounts", &SHEET.replace("Value", "Values"))]),
            "a.xlsx, sheet \"Accounts\", cell A1: no column \"Value\" for account_value (did you mean Values",
        ),
        ("", workbook(&[("A", "")]), "a.xlsx: the workbook has no cells"),
        (
            "",
            with("xl/sharedStrings.xml", "<sst uniqueCount=\"99999999999999\"></sst>"),
            "a.xlsx: more than five million texts",
        ),
        (
            "",
            with("xl/styles2.xml", &"<xf/>".repeat(1 << 18)),
            "a.xlsx: the workbook inflates to more than 256 MB, expected less; save the sheet as CSV",
        ),
        (
            "",
            with("xl/theme.xml", &" ".repeat(1 << 18)),
            "a.xlsx: the workbook has a text of more than 16 MB, expected shorter ones; save the sheet",
        ),
        (
            "",
            with("xl/2/styles.xml", &"<xf/>".repeat(2_000)),
            "a.xlsx: the workbook has too many formats of cells to be read; save the sheet as CSV",
        ),
        (
            "",
            with(
                "xl/2/styles.xml",
                &format!("<name val=\"{}\"/>{}", "x".repeat(9_000), "<xf/>".repeat(60)),
            ),
            "a.xlsx: the workbook has too many formats of cells to be read; save the sheet as CSV",
        ),
        (
            "",
            cells("<c r=\"A2\"/>"),
            "a.xlsx, sheet \"A\", cell C6: the cell behind it has no place",
        ),
        ("", cells("<c r=\"ZZZZ9\"/>"), "a.xlsx, sheet \"A\", cell"),
        (
            "",
            cells("<c r=\"A99999999999\"/>"),
            "a.xlsx, sheet \"A\", cell C6: the workbook makes no sense (its parts do not fit together)",
        ),
        ("", cells("<c r=\"A9\" t=\"e\"><v>#NEW!</v></c>"), "a.xlsx, sheet \"A\", cell"),
    ] {
        let told = refused(keys, &content);
        wrong.extend((!told.starts_with(want)).then_some((told, want)));
    }
    assert_eq!(wrong, []);
}

#[test]
fn a_sheet_of_more_than_five_million_cells_is_refused() {
    let mut parts = parts(&[("A", "ID|Name|Value|Renewal")], "", "");
    let row = format!("<row>{}</row>", "<c/>".repeat(20));
    parts[0].1 = parts[0].1.replace("</sheetData>", &(row.repeat(50) + "</sheetData>"));
    let told = refused("", &of_parts(&parts));
    assert!(
        told.ends_with("more than five million cells, expected fewer; save the sheet as CSV"),
        "{told}"
    );
}

#[test]
fn sheets_are_guessed_like_files() {
    let dir = tempfile::tempdir().unwrap();
    let title = "Exported by Dana\nName|ID|Since|Name\nAcme|n:7|d:46418|\n\nBeta|n:8||x";
    let sheets = workbook(&[("Empty", ""), ("Q1", title)]);
    std::fs::write(dir.path().join("a.xlsx"), sheets).unwrap();
    let found = super::super::guess::read::look(dir.path(), &[]);
    let [sample] = found.samples.as_slice() else { panic!("{found:?}") };
    assert_eq!((sample.name.as_str(), sample.pattern.as_str()), ("a.xlsx, sheet \"Q1\"", "a.xlsx"));
    assert_eq!(sample.keys, [("sheet", "\"Q1\"".to_owned())]);
    let columns = sample.columns.iter().map(|column| {
        let cells: Vec<String> = column.cells.iter().map(|cell| cell.text()).collect();
        format!("{}: {}", column.header, cells.join("/"))
    });
    assert_eq!(columns.collect::<Vec<_>>(), ["ID: 7/8", "Since: 2027-01-31/"]);
}
