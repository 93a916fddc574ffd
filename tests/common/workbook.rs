//! Small workbooks of Excel.

use std::io::Write as _;

use zip::write::{SimpleFileOptions, ZipWriter};

/// The parts of a workbook with these sheets: the name of each, and its rows with `|` between cells. A cell
/// is a text, or `n:5.5`, `d:46053` (a date), `b:1`, `e:#N/A`, `f:` (a formula without a value), `f:5`.
/// `more` is what follows the rows of each sheet, `workbook` what the workbook says of itself.
pub fn parts(sheets: &[(&str, &str)], more: &str, workbook: &str) -> Vec<(String, String)> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let packages = "http://schemas.openxmlformats.org/package/2006";
    let mut listed = String::new();
    let mut relations = String::new();
    let mut parts = Vec::new();
    for (number, (name, rows)) in sheets.iter().enumerate() {
        let rows: String = rows.lines().enumerate().map(|(at, text)| row(at + 1, text)).collect();
        let sheet =
            format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData>{more}</worksheet>");
        parts.push((format!("xl/worksheets/sheet{number}.xml"), sheet));
        listed.push_str(&format!(
            "<sheet name=\"{name}\" sheetId=\"{}\" r:id=\"r{number}\"/>",
            number + 1
        ));
        relations.push_str(&format!(
            "<Relationship Id=\"r{number}\" Type=\"{office}/worksheet\" \
             Target=\"worksheets/sheet{number}.xml\"/>"
        ));
    }
    let mut add = |name: &str, text: String| parts.push((name.to_owned(), text));
    add("[Content_Types].xml", format!("<Types xmlns=\"{packages}/content-types\"/>"));
    let relationships = format!("{packages}/relationships");
    add(
        "_rels/.rels",
        format!(
            "<Relationships xmlns=\"{relationships}\"><Relationship Id=\"r\" \
             Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    add(
        "xl/_rels/workbook.xml.rels",
        format!("<Relationships xmlns=\"{relationships}\">{relations}</Relationships>"),
    );
    add(
        "xl/workbook.xml",
        format!(
            "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\">{workbook}<sheets>{listed}</sheets></workbook>"
        ),
    );
    add(
        "xl/styles.xml",
        format!(
            "<styleSheet xmlns=\"{main}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
        ),
    );
    parts
}

fn row(number: usize, text: &str) -> String {
    let cells: String = text
        .split('|')
        .enumerate()
        .map(|(at, cell)| {
            let at = format!("r=\"{}{number}\"", char::from(b'A' + at as u8));
            match cell.split_once(':') {
                _ if cell.is_empty() => String::new(),
                Some(("n", number)) => format!("<c {at}><v>{number}</v></c>"),
                Some(("d", number)) => format!("<c {at} s=\"1\"><v>{number}</v></c>"),
                Some(("b", flag)) => format!("<c {at} t=\"b\"><v>{flag}</v></c>"),
                Some(("e", error)) => format!("<c {at} t=\"e\"><v>{error}</v></c>"),
                Some(("f", value)) => format!("<c {at}><f>A1+1</f><v>{value}</v></c>"),
                _ => format!("<c {at} t=\"inlineStr\"><is><t>{cell}</t></is></c>"),
            }
        })
        .collect();
    format!("<row r=\"{number}\">{cells}</row>")
}

/// A workbook of these parts.
pub fn of_parts(parts: &[(String, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of these sheets.
pub fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    of_parts(&parts(sheets, "", ""))
}
