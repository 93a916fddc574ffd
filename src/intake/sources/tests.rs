//! Files of every format, cut into blocks of any length, to the same customers.

mod workbooks;

use std::io::Write as _;
use std::sync::Mutex;

use super::mapped::MappedReading;
use super::sources_file::parse;
use super::{find, mapping};
use crate::domain::{Customer, Finding, Severity};
use crate::intake::batch::{CustomerKeys, Keep};
use crate::intake::file::DataFile;
use crate::intake::reading::{Shared, TableReading as _};
use crate::intake::stream::{Meter, Pieces as _};
use crate::store::interned::CustomerIds;
use mapping::Sources;

const COLUMNS: &str = r#"
    customer_id = "ID"
    name = "Name"
    account_value = "Value"
    renewal_date = "Renewal"
"#;

/// What is read of a file: rows as text, findings that are no notes, or what is wrong with the file.
type Read = Result<(Vec<String>, Vec<String>), String>;

fn in_blocks(keys: &str, columns: &str, name: &str, content: &[u8], block: usize) -> Read {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(name), content).unwrap();
    let text = format!("[customers]\nfile = \"{name}\"\n{keys}\n[customers.columns]\n{columns}");
    let sources: Sources = parse(&text).unwrap();
    let mapping = sources.of(DataFile::Customers).unwrap();
    let file = find::find(dir.path(), name).unwrap();
    let none = CustomerIds::default();
    let nobody = |_| {};
    let keys = Mutex::new(CustomerKeys::after(&none));
    let meter = Meter::new(0, &nobody);
    let shared = Shared { keep: Keep::All, known: &none, keys: &keys, meter: &meter };
    let reading = MappedReading::<Customer>::new(mapping.clone(), file, Vec::new(), shared)
        .in_blocks_of(block);
    let mut buffer = Vec::new();
    (0..reading.count()).for_each(|piece| reading.work(piece, &mut buffer));
    let table = Box::new(reading).finish().map_err(|problem| problem.to_string())?;
    let ids = keys.into_inner().unwrap().into_new().unwrap_or_default();
    let row = |(number, row): (usize, Customer)| {
        let place = table.places.get(number).unwrap();
        let (name, value) = (row.name.unwrap_or_default(), row.account_value);
        let date = row.renewal_date.unwrap_or_default();
        let value = value.map_or_else(String::new, |value| value.to_string());
        format!("{} {}|{name}|{value}|{date}", place.line, row.id)
    };
    let rows = table.rows(&ids).into_iter().enumerate().map(row).collect();
    let told = table.findings.iter().filter(|finding| finding.severity != Severity::Note);
    Ok((rows, told.map(Finding::to_string).collect()))
}

/// What is read of a file, whatever the blocks are.
#[track_caller]
fn read_by(keys: &str, columns: &str, name: &str, content: &[u8]) -> Read {
    let whole = in_blocks(keys, columns, name, content, 1 << 20);
    for block in [1, 7, 64, 200] {
        assert_eq!(in_blocks(keys, columns, name, content, block), whole, "blocks of {block}");
    }
    whole
}

#[track_caller]
fn read(keys: &str, name: &str, content: &[u8]) -> Read {
    read_by(keys, COLUMNS, name, content)
}

/// The rows without their lines.
fn rows(read: Read) -> Vec<String> {
    let (rows, told) = read.unwrap();
    assert_eq!(told, [""; 0]);
    rows.iter().map(|row| row.split_once(' ').unwrap().1.to_owned()).collect()
}

/// What is wrong with a file.
#[track_caller]
fn refused(keys: &str, name: &str, content: &[u8]) -> String {
    read(keys, name, content).unwrap_err()
}

const WANT: [&str; 3] = ["C1|Acme, Inc|5.5|2027-01-31", "007|Zoë|-3|", "C3|||2027-02-01"];

const CSV: &str = "ID,Name,Value,More,Renewal\nC1,\"Acme, Inc\",5.5,,2027-01-31\n007,Zoë,-3,x,\nC3,,,,2027-02-01\n";

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_format_gives_the_same_rows() {
    let records = r#"[{"ID":"C1","Name":"Acme, Inc","Value":5.5,"Renewal":"2027-01-31"},
        {"ID":"007","Name":"Zo\u00eb","Value":"-3","Other":[1,{"a":"]"}]},
        {"ID":" C3 ","Name":null,"Renewal":"2027-02-01"}]"#;
    let lines: String = serde_json::from_str::<Vec<serde_json::Value>>(records)
        .unwrap()
        .iter()
        .map(|row| format!("{row}\r\n"))
        .collect();
    let keyed = r#"{"C1":{"Name":"Acme, Inc","Value":5.5,"Renewal":"2027-01-31"},
        "007":{"Name":"Zoë","Value":"-3"},"x":{"ID":"C3","Renewal":"2027-02-01"}}"#;
    let split = r#"{"columns":["Name","ID","Value","Renewal","More"],"index":[0,1,2],"data":[
        ["Acme, Inc","C1",5.5,"2027-01-31",null],["Zoë","007","-3",null,1],[null,"C3",null,"2027-02-01","]"]]}"#;
    let columns = r#"{"Name":{"0":"Acme, Inc","1":"Zoë","2":null},"ID":{"0":"C1","1":"007","2":"C3"},
        "More":{}, "Value":{"0":5.5,"1":"-3","2":null},"Renewal":{"0":"2027-01-31","1":null,"2":"2027-02-01"}}"#;
    let lists = r#"{"ID":["C1","007","C3"],"Name":["Acme, Inc","Zoë",null],"Value":[5.5,-3,null],
        "Renewal":["2027-01-31","","2027-02-01"]}"#;
    let wrapped =
        format!(r#"{{"total":3,"page":{{"next":"[{{"}},"data":{{"records":{records}}},"ok":[]}}"#);
    let path = "path = \"data.records\"";
    for (keys, name, content) in [
        ("", "a.csv", CSV),
        ("", "a.txt", &CSV.replace('\n', "\r\n")),
        ("", "a.csv", &CSV.replace('\n', "\r")),
        ("", "a.csv", &format!("\u{feff}Exported by Dana,,\n\n{CSV}")),
        ("", "a.tsv", &CSV.replace(", ", "; ").replace(',', "\t").replace("; ", ", ")),
        (
            "delimiter = \"|\"",
            "a.csv",
            &CSV.replace(", ", "; ").replace(',', "|").replace("; ", ", "),
        ),
        ("", "a.json", records),
        ("", "a", &format!("\u{feff}\n{records}\n")),
        ("", "a.jsonl", &lines),
        ("", "a.json", &lines),
        ("", "a.ndjson", lines.trim_end()),
        ("", "a.json", keyed),
        ("format = \"index\"", "a.json", keyed),
        ("", "a.json", split),
        ("format = \"split\"", "a.json", split),
        ("", "a.json", columns),
        ("format = \"columns\"", "a.json", columns),
        ("", "a.json", lists),
        ("", "a.json", &lists.replace('\n', "")),
        ("", "a.json", &columns.replace('\n', "")),
        ("", "a.json", &split.replace('\n', "")),
        (path, "a.json", &wrapped),
        (path, "a.json", &format!(r#"{{"data":{{"records":{split}}}}}"#)),
        (path, "a.json", &format!(r#"{{"data":{{"records":{columns}}}}}"#)),
    ] {
        assert_eq!(rows(read(keys, name, content.as_bytes())), WANT, "{name} {content}");
        let mut two = gzip(&content.as_bytes()[..content.len() / 3]);
        two.extend(gzip(&content.as_bytes()[content.len() / 3..]));
        let compressed = format!("{name}.gz");
        assert_eq!(rows(read(keys, &compressed, &two)), WANT, "{compressed}");
    }
    for little in [true, false] {
        let units = CSV.encode_utf16().flat_map(|unit| match little {
            true => unit.to_le_bytes(),
            false => unit.to_be_bytes(),
        });
        let mark: &[u8] = if little { b"\xFF\xFE" } else { b"\xFE\xFF" };
        let utf16: Vec<u8> = mark.iter().copied().chain(units).collect();
        assert_eq!(rows(read("", "a.csv", &utf16)), WANT);
        if little {
            assert_eq!(rows(read("encoding = \"utf-16\"", "a.csv", &utf16[2..])), WANT);
        }
    }
    let latin: Vec<u8> = CSV.chars().map(|c| c as u8).collect();
    assert_eq!(rows(read("encoding = \"windows-1252\"", "a.csv", &latin)), WANT);
    assert_eq!(rows(read("encoding = \"windows-1252\"", "a.csv", &gzip(&latin))), WANT);
}

#[test]
fn an_id_is_trimmed_composed_and_keeps_its_zeros() {
    let text = "ID,Name,Value,Renewal\n 0042 ,,,\nZoe\u{308},,,\n0,,,\n";
    assert_eq!(rows(read("", "a.csv", text.as_bytes())), ["0042|||", "Zo\u{eb}|||", "0|||"]);
    let json = r#"[{"ID":42,"Name":1,"Value":1,"Renewal":0},{"ID":0}]"#;
    let (_, told) = read("", "a.json", json.as_bytes()).unwrap();
    assert!(told[0].contains("row without customer_id is ignored"), "{told:?}");
}

#[test]
fn files_that_are_none_say_what_and_where() {
    let cut = gzip(CSV.as_bytes());
    let cut = &cut[..cut.len() - 9];
    let latin: Vec<u8> = CSV.chars().map(|c| c as u8).collect();
    let utf16: Vec<u8> = CSV.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut odd = b"\xFF\xFE".to_vec();
    odd.extend(&utf16);
    odd.push(b'x');
    for (keys, name, content, said) in [
        ("", "a.csv", &b""[..], "a.csv:1:1: the file is empty"),
        ("", "a.json", b" \n", "the file is empty"),
        ("", "a.csv.gz", cut, "the compressed data is cut off"),
        ("", "a.csv.gz", b"\x1f\x8bnonsense", "the compressed data is"),
        ("", "a.csv", &latin, "a.csv:3:7: found the byte 0xEB, which is not UTF-8"),
        ("", "a.csv", &utf16, "set encoding = \"utf-16\""),
        ("", "a.csv", &odd, "found bytes that are not utf-16"),
        (
            "",
            "a.csv",
            b"ID,Name,Value,Renewal\nC1,\"x,,\nC2,y,,\n",
            "a.csv:2:4: found a quote that does not end",
        ),
        (
            "delimiter = \";\"",
            "a.csv",
            CSV.as_bytes(),
            "a.csv:1:1: no column \"ID\" for customer_id",
        ),
        (
            "",
            "a.csv",
            b"ID,Name,Name,Value,Renewal\nC1,,,,\n",
            "a.csv:1:1: the header has \"Name\" twice",
        ),
        ("", "a.csv", b"x\ny\n", "no column \"ID\" for customer_id"),
        ("", "a.csv", b"\xD0\xCF\x11\xE0....", "an old workbook of Excel"),
        (
            "",
            "a.json",
            b"[{\"ID\":\"C1\",\"Name\":1,\"Value\":2,\"Renewal\":3}",
            "unexpected end of file",
        ),
        ("", "a.json", b"[{\"ID\":\"C1\"},\n{\"ID\":nope}]", "a.json:2:8: found what is no JSON"),
        ("", "a.json", b"[{\"ID\":\"C1\"},]", "found ']', which is no JSON there"),
        ("", "a.json", b"[{\"ID\":\"C1\"}}", "which is no JSON there"),
        ("", "a.json", b"[{\"ID\":\"C1\"}] x", "found text behind the end of the JSON"),
        (
            "",
            "a.json",
            b"[{\"ID\":\"C1\"} {\"ID\":\"C2\"}]",
            "a.json:1:14: found '{', which is no JSON there",
        ),
        (
            "",
            "a.json",
            b"[{\"ID\":\"C1\",\"name\":\"x\",\"Value\":1,\"Renewal\":1}]",
            "a.json:1:2: no column \"Name\" for name (did you mean \"name\"",
        ),
        ("", "a.json", b"7", "found the number 7, expected an array of objects, or an object"),
        (
            "path = \"a\"",
            "a.json",
            b"{\"a\":\"x\"}",
            "a.json:1:6: found the text \"x\", expected an array of objects, or an object; fix path",
        ),
        (
            "path = \"a\"",
            "a.json",
            b"{\"a\":[{\"ID\":1}] x}",
            "found what is no JSON behind the rows",
        ),
        ("path = \"a\"", "a.json", b"{\"a\":[{\"ID\":1}],\"b\":NaN}", "behind the rows"),
        ("path = \"a\"", "a.json", b"{\"a\":[{\"ID\":1}]]", "behind the rows"),
        (
            "path = \"a\"",
            "a.json",
            b"{\"b\":NaN,\"a\":[{\"ID\":1}]}",
            "a.json:1:6: found 'N', which is",
        ),
        (
            "",
            "a.json",
            b"{\"ID\":[1],\"Name\":[1],\"Value\":[1],\"Renewal\":[1]} x",
            "found text behind the end of the JSON",
        ),
        (
            "",
            "a.json",
            b"{\"schema\":{\"fields\":[{\"name\":\"ID\"}]},\"data\":[{\"ID\":1}]}",
            "set path = \"data\"",
        ),
        (
            "",
            "a.json",
            b"{\"meta\":{\"n\":1},\"errors\":[{\"code\":1}],\"items\":[{\"ID\":1}]}",
            "set path = \"items\"",
        ),
        (
            "",
            "a.json",
            b"{\"columns\":[\"ID\",\"ID\",\"Name\",\"Value\",\"Renewal\"],\"data\":[[1,2,3,4,5]]}",
            "the columns have \"ID\" twice",
        ),
        (
            "",
            "a.json",
            b"{\"ID\":[1],\"ID\":[2],\"Name\":[1],\"Value\":[1],\"Renewal\":[1]}",
            "the column \"ID\" is there twice",
        ),
        ("", "a.csv.gz", &gzip(&gzip(CSV.as_bytes())), "a file that was compressed twice"),
        (
            "",
            "a.json",
            b"{\"a\":1,\"records\":[{\"ID\":1}]}",
            "the rows seem to be under \"records\", expected them here; set path = \"records\"",
        ),
        ("", "a.json", b"{\"data\":{\"n\":1,\"rows\":[{\"ID\":1}]}}", "set path = \"data.rows\""),
        (
            "path = \"rows\"",
            "a.json",
            b"{\"a\":1,\"b\":{}}",
            "no key \"rows\", expected one of \"a\", \"b\"; fix path",
        ),
        ("path = \"a\"", "a.json", b"[]", "no object with the key \"a\"; fix path"),
        ("", "a.json", b"{\"columns\":[\"ID\"],\"data\":[[1]]}", "no column \"Name\" for name"),
        (
            "",
            "a.json",
            b"{\"ID\":{\"0\":1},\"Name\":{\"1\":1},\"Value\":{},\"Renewal\":{}}",
            "has other rows",
        ),
        ("", "a.jsonl", b"{\"ID\":1}\n{\"ID\":", "a.jsonl:2:7: found what is no JSON"),
        (
            "",
            "a.jsonl",
            b"{\"ID\":1} {\"ID\":2}\n",
            "a.jsonl:1:10: found '{', which is no JSON there",
        ),
    ] {
        let refused = refused(keys, name, content);
        assert!(refused.contains(said), "{said:?} is missing in {refused:?}");
    }
}

#[test]
fn rows_that_do_not_fit_are_skipped_with_their_place() {
    let text = "ID,Name,Value,Renewal\nC1,,1,\nC2,\"a\nb\",x,\nC3,\"a\"b,,\nC4,,,,\nC5\nC6,a\0b,,\n,n,,\n,,,\nC7,,7,\n";
    let (rows, told) = read("", "a.csv", text.as_bytes()).unwrap();
    assert_eq!(rows, ["2 C1||1|", "11 C7||7|"]);
    assert_eq!(
        told,
        [
            "a.csv:4:4: row of C2 skipped: account_value from \"Value\" is the text \"x\", expected a number",
            "a.csv:5:7: row of C3 skipped: text behind the quote that ends a cell, expected a delimiter \
             there; write a quote in a cell twice",
            "a.csv:6:1: row of C4 skipped: 5 cells, expected 4 as in the header on line 1",
            "a.csv:7:1: row of C5 skipped: 1 cell, expected 4 as in the header on line 1",
            "a.csv:8:1: row of C6 skipped: a row with a NUL character, expected text",
            "a.csv:9:1: row without customer_id is ignored; give it an id",
        ]
    );
    let json = r#"[{"ID":"C1","Name":1,"Value":1,"Renewal":""},
 {"ID":"C2","Value":[1]}, 5,
 {"ID":"C3","Value":1,"Value":2}, {"ID":"C4","Value":1,"Value":1}, {"ID":"C6"},{"ID":"C7"}]"#;
    let (rows, told) = read("", "a.json", json.as_bytes()).unwrap();
    assert_eq!(rows.len(), 4);
    assert_eq!(
        told,
        [
            "a.json:2:21: row of C2 skipped: account_value from \"Value\" is the list [1], expected a number",
            "a.json:2:27: row skipped: the number 5, expected an object",
            "a.json:3:31: row of C3 skipped: \"Value\" is given twice with different values, expected one value",
        ]
    );
    let split = br#"{"columns":["ID","Name","Value","Renewal"],"data":[["C1",1,1,""],["C2"],["C3",1,1,""]]}"#;
    let (rows, told) = read("", "a.json", split).unwrap();
    assert_eq!((rows.len(), told.len()), (2, 1));
    assert!(told[0].contains("row skipped: 1 elements, expected a list of 4"), "{told:?}");
}

#[test]
fn what_only_looks_like_a_customer_is_none() {
    // Exports that were put together, and ids as Excel saves them.
    let text = "ID,Name,Value,Renewal\nC1,a,,\nID,Name,Value,Renewal\n1.23457E+14,b,,\n1E45,c,,\n";
    let (read, told) = read_by("", COLUMNS, "a.csv", text.as_bytes()).unwrap();
    assert_eq!(read, ["2 C1|a||", "5 1E45|c||"]);
    assert_eq!(
        told,
        [
            "a.csv:3:1: row skipped: the header once more, expected a row; remove it from the file",
            "a.csv:4:1: row skipped: customer_id from \"ID\" is the text \"1.23457E+14\", expected the whole \
             id, which a spreadsheet shortened; format its column as text there, and export it again",
        ]
    );
    // The key of pandas' rows is a number of theirs.
    let index = r#"{"0":{"ID":"C1","Name":"a","Value":1,"Renewal":""},"1":{"ID":null,"Name":"b"}}"#;
    let (read, told) = read_by("", COLUMNS, "a.json", index.as_bytes()).unwrap();
    assert_eq!(read.len(), 1);
    assert!(told[0].contains("row without customer_id is ignored"), "{told:?}");
}

#[test]
fn dates_are_guessed_by_all_rows_together() {
    let dates = |dates: &[&str]| {
        let rows: String =
            dates.iter().enumerate().map(|(n, date)| format!("C{n},,,{date}\n")).collect();
        let read = read("", "a.csv", format!("ID,Name,Value,Renewal\n{rows}").as_bytes());
        read.map(|(rows, told)| {
            let date = |row: &String| row.rsplit_once('|').unwrap().1.to_owned();
            (rows.iter().map(date).collect::<Vec<_>>(), told)
        })
    };
    let of = |all: &[&str]| dates(all).unwrap().0;
    assert_eq!(of(&["1/2/2027", "", "1/31/2027"]), ["2027-01-02", "", "2027-01-31"]);
    assert_eq!(of(&["1.2.2027", "31.1.27"]), ["2027-02-01", "2027-01-31"]);
    assert_eq!(of(&["3/3/2027", "2027-01-31"]), ["2027-03-03", "2027-01-31"]);
    let (read, told) = dates(&["soon", "2027-01-31"]).unwrap();
    assert_eq!(read, ["", "2027-01-31"]);
    assert!(told[0].starts_with("a.csv:2:1: renewal_date is soon, expected a date"), "{told:?}");
    assert!(
        dates(&["1/2/2027", "2/3/2027"])
            .unwrap_err()
            .contains("may have the month or the day first")
    );
    assert!(
        dates(&["25-01-31", "25-02-28"])
            .unwrap_err()
            .contains("may have the year or the day first in every row, such as 25-01-31")
    );
    assert_eq!(of(&["31-01-25", "31-12-99"]), ["2025-01-31", "1999-12-31"]);
    assert!(
        dates(&["1/31/2027", "31/1/2027"]).unwrap_err().contains("and the day first in 31/1/2027")
    );
}

#[test]
fn values_that_are_not_listed_are_told_once_each() {
    let columns = r#"customer_id = "ID"
        name = { column = "Tier", values = { a = "A", b = "" } }"#;
    let rows: String = (0..60).map(|n| format!("C{n},{}\n", ["a", "b", "c", ""][n % 4])).collect();
    let text = format!("ID,Tier\n{rows}");
    let (read, told) = read_by("", columns, "a.csv", text.as_bytes()).unwrap();
    assert_eq!(&read[..4], ["2 C0|A||", "3 C1|||", "4 C2|||", "5 C3|||"]);
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("a.csv:4:4: \"c\" is not among the values of name"), "{told:?}");
    assert!(told[0].contains("in 15 rows"), "{told:?}");
    let rows: String = (0..60).map(|n| format!("C{n},v{n}\n")).collect();
    let (_, told) = read_by("", columns, "a.csv", format!("ID,Tier\n{rows}").as_bytes()).unwrap();
    assert_eq!(told.len(), 21, "the rest is told in one");
}

/// Without blocks of one byte, which take their time.
fn read_once(keys: &str, name: &str, content: &[u8]) -> Read {
    in_blocks(keys, COLUMNS, name, content, 1 << 20)
}

#[test]
fn rows_without_an_end_are_refused_before_they_fill_the_memory() {
    let header = "ID,Name,Value,Renewal\nC1,,,\n";
    let line = format!("{header}C2,{}", "x".repeat(17 << 20));
    let quote = format!("{header}C2,\"x\n{}", "C3,,,\n".repeat(3 << 20));
    for (name, content) in [
        ("a.csv", line.as_bytes()),
        ("a.csv", quote.as_bytes()),
        ("a.csv.gz", &gzip(line.as_bytes())),
    ] {
        let refused = read_once("", name, content).unwrap_err();
        assert!(refused.starts_with(&format!("{name}:3:1: a row of more than 16 MB")), "{refused}");
    }
    for (wide, want) in [
        (
            format!(",{}", "x".repeat(1 << 10)).repeat(17 << 10),
            "a.csv:1:1: a header of more than 16 MB",
        ),
        (",".repeat(1 << 20), "a.csv:1:1: found more than a million columns"),
    ] {
        let wide = format!("ID,Name,Value,Renewal{wide}\nC1,,,\n");
        let refused = read_once("", "a.csv", wide.as_bytes()).unwrap_err();
        assert!(refused.starts_with(want), "{refused}");
    }
    let quote = format!("ID,\"Name,Value,Renewal\n{}", "C3,,,\n".repeat(20_000));
    let refused = read_once("", "a.csv", quote.as_bytes()).unwrap_err();
    assert!(refused.starts_with("a.csv:1:4: found a quote that does not end"), "{refused}");
    let value = format!("[{{\"ID\":\"C1\"}},{{\"ID\":\"{}\"}}]", "x".repeat(17 << 20));
    let refused = read_once("", "a.json", value.as_bytes()).unwrap_err();
    assert!(refused.contains("a row of more than 16 MB"), "{refused}");
}

#[test]
fn a_header_may_be_very_long() {
    let more: String = (0..150_000).map(|n| format!("column {n},")).collect();
    let text = format!("{more}ID,Name,Value,Renewal\n{}C1,x,1,\n", ",".repeat(150_000));
    assert!(text.len() > 1 << 20);
    assert_eq!(rows(read_once("", "a.csv", text.as_bytes())), ["C1|x|1|"]);
}

#[test]
fn of_very_many_rows_that_are_ignored_some_are_told() {
    let text = format!("ID,Name,Value,Renewal\nC1,,,\n{}", ",x,,\n".repeat(100_100));
    let (rows, told) = read_once("", "a.csv", text.as_bytes()).unwrap();
    assert_eq!((rows.len(), told.len()), (1, 100_001));
    assert_eq!(told[100_000], "a.csv: 100 more rows of the file are ignored");
    let text = format!("ID,Name,Value,Renewal\n{}", "C1,,x,\n".repeat(300_000));
    let refused = read_once("", "a.csv", text.as_bytes()).unwrap_err();
    assert!(refused.contains("rows can be used; row of C1 skipped"), "{refused}");
    assert!(!refused.contains("300000"), "the rest was not read: {refused}");
}
