//! `nextplay convert`: what was read, as JSON files on which matching gives the same.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use nextplay::domain::DataFile;
use nextplay::intake::sources::mapping::fields;
use nextplay::store::row::Kind;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::common::{Data, Ran, program};

/// What `match` prints for a directory.
fn matched(directory: &Path) -> String {
    let ran = program().arg("--data").arg(directory).args(["match", "--format", "json"]).output();
    String::from_utf8(ran.unwrap().stdout).unwrap()
}

#[test]
fn the_copy_matches_to_the_same_bytes() {
    let data = Data::good()
        .with("nextplay.toml", "[matching]\nconfidence_threshold = 0.9\n")
        .with("journey_forecasts.jsonl", "{\"customer_id\":\"C1\",\"churn_probability\":0.3}\n");
    fs::remove_file(data.path("journey_state_log.json")).unwrap();
    fs::create_dir(data.path("journey_state_log")).unwrap();
    for (part, id) in [("a", "C1"), ("b", "C2")] {
        let row = format!("{{\"customer_id\":\"{id}\",\"journey_stage\":\"support\"}}\n");
        data.write(&format!("journey_state_log/{part}.jsonl"), row);
    }
    let out = data.path("copies/json");
    fs::create_dir(data.path("copies")).unwrap();
    let ran = data.run(&["convert", "-o", out.to_str().unwrap()]).ends(0);
    ran.prints(&["copies/json\"\n", "  customers.json  4 rows\n", "  nextplay.toml\n"]);
    let (before, after) = (matched(data.path("").as_path()), matched(&out));
    assert!(before.contains("C1"), "{before}");
    assert_eq!(after, before);
    let mut names: Vec<_> =
        fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(
        names,
        [
            "customers.json",
            "fused_signals.json",
            "journey_forecasts.json",
            "journey_playbooks.json",
            "journey_state_log.json",
            "nextplay.toml",
            "playbook_performance_log.json"
        ]
    );
    // Nothing half-written is left beside it.
    assert_eq!(fs::read_dir(data.path("copies")).unwrap().count(), 1);
}

#[test]
fn the_copy_of_the_sample_data_matches_to_the_same_bytes() {
    let data = Data::empty();
    let out = data.path("json");
    let mut convert = program();
    convert.args(["--data", "sample_data", "convert", "-o", out.to_str().unwrap()]);
    convert.current_dir(env!("CARGO_MANIFEST_DIR"));
    Ran::of(convert.output().unwrap())
        .ends(0)
        .says(&["warning: 1 row could not be read and is left out"]);
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
    assert_eq!(matched(&out), matched(&sample));
}

#[test]
fn nothing_is_written_over_anything() {
    let data = Data::good();
    let here = data.path("");
    data.run(&["convert", "-o", here.to_str().unwrap()])
        .fails(2, &["\" is not empty\n", "hint: name a directory that does not exist"]);
    data.write("file", "x");
    data.run(&["convert", "-o", data.path("file").to_str().unwrap()])
        .fails(2, &["file\" is not a directory\n"]);
    data.run(&["convert", "-o", data.path("no/such").to_str().unwrap()])
        .fails(2, &["error: cannot write \""]);
    let broken = Data::good().with("customers.json", "[");
    broken
        .run(&["convert", "-o", broken.path("out").to_str().unwrap()])
        .fails(2, &["customers.json"]);
    assert!(!broken.path("out").exists());
}

/// Cells as people have them, right and wrong, for fields of any type.
const CELLS: [&str; 52] = [
    "",
    " ",
    "support",
    "Support",
    " engagement ",
    "SMB",
    "Tier 1",
    "All",
    "active",
    "0",
    "007",
    "1",
    "100",
    "55.5",
    "-3",
    "+7",
    ".5",
    "-0",
    "$1,234.50",
    "(1,234)",
    "1.234,50 \u{20ac}",
    "1\u{202f}234,5",
    "1e400",
    "1E5",
    "9007199254740993",
    "0.1",
    "n/a",
    "45%",
    "01/31/2027",
    "12/31/2027 10:30",
    "31/01/2027",
    "2027-01-31",
    "2027-01-31T23:00:00-05:00",
    "1736640000",
    "1736640000000",
    "1736640000.5",
    "yes",
    "No",
    "TRUE",
    "call;email",
    ";a;; b ;",
    "100;500",
    "5;x",
    "line\nbreak",
    "quote \" here",
    "\u{e9}",
    "e\u{301}",
    "\u{1b}[31m",
    "null",
    "\u{202e}x",
    "1.23457E+14",
    "a,b",
];

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => prop::sample::select(&CELLS[..]).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
    ]
}

/// How cells of a type may be read: keys beside the column, as TOML.
fn rules(kind: Kind) -> &'static [&'static str] {
    const LISTED: &str = "values = { \"Tier 1\" = \"Enterprise\", Support = \"support\", \"0\" = \"\" }, otherwise = \"SMB\"";
    match kind {
        Kind::Id => &[""],
        Kind::Text => &["", "", LISTED, "values = { support = \"support\", active = \"active\" }"],
        Kind::Number => &[
            "",
            "number = \"us\"",
            "number = \"eu\"",
            "number = \"percent\"",
            "from = [0, 100], to = [1, 0]",
            "from = [0, 7], to = [0, 1], number = \"us\"",
            "values = { yes = 1.5, No = 0 }, otherwise = 0.7",
        ],
        Kind::Date => &[
            "date = \"%m/%d/%Y\"",
            "date = \"%d/%m/%Y\"",
            "date = \"iso\"",
            "date = \"epoch_s\"",
            "date = \"epoch_ms\"",
            "date = \"%m/%d/%Y %H:%M\"",
        ],
        Kind::Flag => {
            &["", "true = [\"1\", \"TRUE\"]", "values = { yes = true }, otherwise = false"]
        }
        Kind::Texts | Kind::Numbers => &["split = \";\"", "split = \",\""],
    }
}

/// A file with these columns and rows in one of the ways in which files are written, and its name.
fn written(table: &str, way: usize, names: &[String], rows: &[Vec<String>]) -> (String, Vec<u8>) {
    let json = |text: &String| match serde_json::from_str::<Value>(text) {
        // As programs write them that know types.
        Ok(value) if way.is_multiple_of(2) => value,
        _ => Value::from(text.as_str()),
    };
    let object =
        |row: &Vec<String>| Value::from_iter(names.iter().cloned().zip(row.iter().map(json)));
    let lists = |row: &Vec<String>| Value::from_iter(row.iter().map(json));
    let delimited = |delimiter: &str, end: &str| {
        let quote = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(quote).collect();
            format!("{}{end}", cells.join(delimiter))
        };
        let rows: String = rows.iter().map(|row| line(row)).collect();
        format!("{}{rows}", line(names))
    };
    let (ending, text) = match way % 9 {
        0 => ("csv", delimited(",", "\n")),
        1 => ("csv", format!("\u{feff}Exported{end}{end}{}", delimited(";", "\r\n"), end = "\r\n")),
        2 => ("tsv", delimited("\t", "\n")),
        3 | 4 => ("jsonl", rows.iter().map(|row| format!("{}\n", object(row))).collect()),
        5 => ("json", Value::from_iter(rows.iter().map(object)).to_string()),
        6 => {
            let keyed = rows.iter().enumerate().map(|(at, row)| (at.to_string(), object(row)));
            ("json", Value::from_iter(keyed).to_string())
        }
        7 => {
            let data = Value::from_iter(rows.iter().map(lists));
            ("json", format!("{{\"columns\":{},\"data\":{data}}}", json!(names)))
        }
        _ => {
            let column = |(at, name): (usize, &String)| {
                (name.clone(), Value::from_iter(rows.iter().map(|row| json(&row[at]))))
            };
            ("json", Value::from_iter(names.iter().enumerate().map(column)).to_string())
        }
    };
    if way < 9 {
        return (format!("{table}.export.{ending}"), text.into_bytes());
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    (format!("{table}.export.{ending}.gz"), gzip.finish().unwrap())
}

/// One table: how its file is written, which rule each field has, and its rows; a field whose rule is
/// `None` is not mapped.
type AnyTable = (usize, Vec<Option<prop::sample::Index>>, Vec<Vec<String>>);

fn any_table() -> impl Strategy<Value = AnyTable> {
    let rule = prop::option::weighted(0.9, any::<prop::sample::Index>());
    let rows = prop::collection::vec(prop::collection::vec(cell(), 12), 0..12);
    (0..18_usize, prop::collection::vec(rule, 12), rows)
}

/// Every file of a directory with its bytes.
fn files(directory: &Path) -> BTreeMap<OsString, Vec<u8>> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is read through a mapping matches as it does once it is converted, and is converted to
    /// the same bytes again: every table, every field, every rule, every format.
    #[test]
    fn mapped_data_and_its_copy_match_to_the_same_bytes(
        tables in prop::collection::vec(any_table(), DataFile::ALL.len()),
        absent in prop::collection::vec(prop::bool::weighted(0.2), DataFile::ALL.len()),
    ) {
        let mut data = Data::empty();
        let mut sources = String::new();
        for ((table, (way, chosen, rows)), absent) in DataFile::ALL.into_iter().zip(tables).zip(absent) {
            if absent && !matches!(table, DataFile::Customers | DataFile::Playbooks) {
                continue;
            }
            let fields = fields(table);
            let names: Vec<String> = fields.iter().map(|(name, _)| format!("The {name}")).collect();
            let stem = table.stem();
            let mut columns = String::new();
            for ((name, kind), chosen) in fields.iter().zip(&chosen) {
                let is_id = name.ends_with("_id");
                match chosen {
                    Some(chosen) if !is_id => {
                        let rule = chosen.get(rules(*kind));
                        let comma = if rule.is_empty() { "" } else { ", " };
                        columns.push_str(&format!("{name} = {{ column = \"The {name}\"{comma}{rule} }}\n"));
                    }
                    None if !is_id => {}
                    _ => columns.push_str(&format!("{name} = \"The {name}\"\n")),
                }
            }
            // Ids that come again and again, in every table the same; and rows that fit any rule, so that
            // enough do.
            let of_row = |at: usize, row: Option<&Vec<String>>| -> Vec<String> {
                let value = |(number, (name, _)): (usize, &(&str, Kind))| match (*name, row) {
                    ("customer_id" | "playbook_id", _) => format!("0{}", at % 5),
                    (name, _) if name.ends_with("_id") => format!("{name} {at}"),
                    (_, Some(row)) => row[number].clone(),
                    (_, None) => String::new(),
                };
                fields.iter().enumerate().map(value).collect()
            };
            let some = rows.iter().enumerate().map(|(at, row)| of_row(at, Some(row)));
            let plain = (0..2 + rows.len()).map(|at| of_row(at + 2, None));
            let rows: Vec<Vec<String>> = plain.chain(some).collect();
            let (file, content) = written(stem, way, &names, &rows);
            data = data.with(&file, content);
            sources.push_str(&format!("[{stem}]\nfile = \"{stem}*\"\n[{stem}.columns]\n{columns}"));
        }
        let data = data.with("sources.toml", sources);
        let (out, again) = (data.path("out"), data.path("again"));
        let ran = data.run(&["convert", "-o", out.to_str().unwrap()]);
        prop_assert!(ran.status == 0, "{}", ran.err);
        prop_assert_eq!(matched(&out), matched(data.path("").as_path()));
        let mut convert = program();
        convert.arg("--data").arg(&out).args(["convert", "-o"]).arg(&again);
        Ran::of(convert.output().unwrap()).ends(0);
        prop_assert_eq!(files(&again), files(&out));
    }
}
