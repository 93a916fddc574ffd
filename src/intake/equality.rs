//! Whatever a file holds, reading it in blocks gives what reading it as a whole does: rows, places,
//! findings, and what is said of a file that cannot be read.

use std::fmt::{Debug, Write as _};
use std::sync::Mutex;

use super::batch::{Batch, CustomerKeys, Keep};
use super::file::DataFile;
use super::parse;
use super::shape;
use super::source::Source;
use super::stream::{Meter, Pieces as _, Reading};
use crate::domain::row::Row;
use crate::domain::words::CustomerIds;
use crate::domain::{
    Customer, Finding, Forecast, FusedSignals, Intervention, JourneyState, Outcome, Place,
    SetAside, Signal, Table,
};

/// All that a table tells.
#[derive(Debug, PartialEq)]
struct Told<R> {
    rows: Vec<R>,
    places: Vec<Option<Place>>,
    set_aside: Vec<SetAside>,
    findings: Vec<Finding>,
}

fn told<R: Row>(table: &Table<R>, ids: &CustomerIds) -> Told<R> {
    Told {
        rows: table.rows(ids),
        places: (0..table.len).map(|row| table.places.get(row)).collect(),
        set_aside: table.set_aside.clone(),
        findings: table.findings.clone(),
    }
}

/// Numbers that only have to look arbitrary, the same each time.
struct Arbitrary(u64);

impl Arbitrary {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % limit.max(1) as u64) as usize
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

type Outcomes<R> = Result<Told<R>, Box<Finding>>;

fn whole<R: Row>(file: DataFile, bytes: &[u8]) -> Outcomes<R> {
    let none = CustomerIds::default();
    let mut keys = CustomerKeys::after(&none);
    let mut rows = parse::rows::<R>(file, bytes, Keep::All)?;
    let text = || String::from_utf8(bytes.to_vec()).ok();
    if let Some(problem) = shape::refusal(file, &rows.table, text) {
        return Err(Box::new(problem));
    }
    let mut batch = Batch::new(Keep::All);
    let ids = rows.ids(&none, DataFile::Signals);
    batch.append(&mut rows, Place::START, ids, &mut keys);
    let ids = keys.into_new().unwrap_or_default();
    Ok(told(&batch.finish().expect("it fits"), &ids))
}

fn in_blocks<R: Row>(
    file: DataFile,
    bytes: &[u8],
    block: u64,
    known: &CustomerIds,
    any: &mut Arbitrary,
) -> Outcomes<R> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(file.name());
    std::fs::write(&path, bytes).unwrap();
    let keys = Mutex::new(CustomerKeys::after(known));
    let nobody = |_| {};
    let meter = Meter::new(0, &nobody);
    let source = Source::open(&path).unwrap();
    let reading =
        Reading::<R>::new(file, source, Keep::All, known, &keys, &meter).in_blocks_of(block);
    // Blocks may be through in any order.
    let mut pieces: Vec<usize> = (0..reading.count()).collect();
    for place in (1..pieces.len()).rev() {
        pieces.swap(place, any.below(place + 1));
    }
    let mut buffer = Vec::new();
    pieces.into_iter().for_each(|piece| reading.work(piece, &mut buffer));
    let table = reading.finish(&path).unwrap()?;
    let mut ids = known.clone();
    let new = keys.into_inner().unwrap().into_new().unwrap_or_default();
    if known.is_empty() {
        return Ok(told(&table, &new));
    }
    (0..new.len() as u32).filter_map(|key| new.id(key)).for_each(|id| {
        ids.intern(id);
    });
    Ok(told(&table, &ids))
}

fn check<R: Row + PartialEq + Debug>(file: DataFile, text: &[u8], any: &mut Arbitrary) {
    let want = whole::<R>(file, text);
    let mut known = CustomerIds::default();
    if any.one_in(2) {
        ["C1", "C3", "C2", "x", "7"].iter().for_each(|id| {
            known.intern(id);
        });
    }
    let block = [5, 17, 64, 200, 333, 1000, 1 << 20][any.below(7)];
    let got = in_blocks::<R>(file, text, block, &known, any);
    assert_eq!(got, want, "blocks of {block}: {}", String::from_utf8_lossy(text));
}

/// A value for a field, mostly of its type.
fn value(any: &mut Arbitrary, name: &str) -> String {
    const ODD: &[&str] = &[
        "null",
        "true",
        "{}",
        "[]",
        "[1,2]",
        "\"\"",
        "0",
        "-0",
        "1e3",
        "1E-2",
        "5",
        "-7",
        "1.5",
        "123456789012345678901",
        "9007199254740993",
        "0.1000000000000000055",
        "1e999",
        "\"a\\nb\"",
        "\"\\u00e9\"",
        "\"\\ud800\"",
        "\"é\"",
        "\"日本, {\\\"customer_id\\\"\"",
        "{\"customer_id\":\"x\"}",
        "[{\"customer_id\":\"y\"},{\"customer_id\":\"z\"}]",
        "[\"a\",\"b\\\"\"]",
        "[\"a\", null]",
        "\"a very long text that is longer than any other, and then some\"",
    ];
    if any.one_in(12) {
        return any.of(ODD).to_owned();
    }
    let id = |any: &mut Arbitrary| format!("\"C{}\"", any.below(6));
    match name {
        "customer_id" => id(any),
        _ if name.ends_with("_id") => format!("\"X{}\"", any.below(4)),
        "predicted_path" => any.of(&["[\"a\", \"b\"]", "[\"a\"]", "[ ]"]).to_owned(),
        "human_override" | "playbook_success" => any.of(&["true", "false", "null"]).to_owned(),
        _ if NUMBERS.contains(&name) => {
            any.of(&["0.25", "12", "0", "1.05", "-3.5", "0.30000000000000004", "null"]).to_owned()
        }
        _ => any.of(&["\"SMB\"", "\"support\"", "\"2026-01-02\"", "null", "\"Ü\""]).to_owned(),
    }
}

const NUMBERS: &[&str] = &[
    "account_value",
    "tenure_months",
    "days_in_state",
    "fused_risk_score",
    "total_signals",
    "signal_strength",
    "normalized_strength",
    "risk_weight",
    "churn_probability",
    "recovery_probability",
    "revenue_at_risk",
    "expected_cost",
    "expected_value",
    "resolution_time_days",
    "churn_risk_delta",
    "estimated_revenue_saved",
];

/// A file of rows that mostly look alike.
fn file<R: Row>(any: &mut Arbitrary, keyed: bool) -> String {
    let names: Vec<&str> = R::NAMES.iter().copied().chain(["other", "meta"]).collect();
    let blank = any.of(&["", " ", "\n  ", "\r\n"]);
    let between = any.of(&[",", ",\n", ", ", ",\r\n  ", ",\n\n"]);
    let colon = any.of(&[":", ": ", " : "]);
    let same_order = !any.one_in(4);
    let mut text = String::new();
    if any.one_in(5) {
        text.push('\u{feff}');
    }
    text.push_str(if keyed { "{" } else { "[" });
    text.push_str(blank);
    for row in 0..any.below(12) {
        if row > 0 {
            text.push_str(between);
        }
        if keyed {
            let key = if any.one_in(9) { "C\\u0031".to_owned() } else { format!("C{row}") };
            write!(text, "\"{key}\"{colon}").unwrap();
        }
        if any.one_in(25) {
            text.push_str(any.of(&["5", "null", "[]", "{}", "\"row\"", "[[1]]"]));
            continue;
        }
        let mut members: Vec<&str> = names.iter().copied().filter(|_| !any.one_in(15)).collect();
        if !same_order && any.one_in(2) {
            members.reverse();
        }
        if any.one_in(15) {
            members.push(any.of(&names));
        }
        text.push('{');
        for (number, name) in members.iter().enumerate() {
            if number > 0 {
                text.push_str(if any.one_in(40) { " , " } else { "," });
                text.push_str(blank);
            }
            let value = match *name {
                "customer_id" if keyed && !any.one_in(6) => format!("\"C{row}\""),
                name => value(any, name),
            };
            let escaped = any.one_in(60);
            let name = if escaped {
                format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..])
            } else {
                (*name).to_owned()
            };
            write!(text, "\"{name}\"{colon}{value}").unwrap();
        }
        text.push('}');
    }
    text.push_str(blank);
    text.push(if keyed { '}' } else { ']' });
    text.push_str(any.of(&["", "\n", " \r\n", ""]));
    text
}

/// Something done to a file by a writer with a fault.
fn damaged(any: &mut Arbitrary, text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=any.below(2) {
        let at = any.below(bytes.len());
        let odd =
            *any.of(&[&b'"', &b',', &b'}', &b']', &b'{', &b'\\', &b':', &b'\n', &b'0', &0xFF]);
        match any.below(5) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, odd),
            2 if at < bytes.len() => bytes[at] = odd,
            3 if at < bytes.len() => {
                bytes.remove(at);
            }
            _ => bytes.extend_from_slice(any.of(&["]".as_bytes(), b" x", b",", b"[]", b"\n\n"])),
        }
    }
    bytes
}

fn any_files<R: Row + PartialEq + Debug>(kind: DataFile, seed: u64) {
    let mut any = Arbitrary(seed);
    for _ in 0..50 {
        let keyed = kind.may_be_keyed() && any.one_in(3);
        let text = file::<R>(&mut any, keyed);
        check::<R>(kind, text.as_bytes(), &mut any);
        let bytes = damaged(&mut any, &text);
        check::<R>(kind, &bytes, &mut any);
    }
}

#[test]
fn customers() {
    any_files::<Customer>(DataFile::Customers, 1);
}

#[test]
fn states() {
    any_files::<JourneyState>(DataFile::States, 2);
}

#[test]
fn fused_signals() {
    any_files::<FusedSignals>(DataFile::Fused, 3);
}

#[test]
fn signals() {
    any_files::<Signal>(DataFile::Signals, 4);
}

#[test]
fn forecasts() {
    any_files::<Forecast>(DataFile::Forecasts, 5);
}

#[test]
fn interventions_and_outcomes() {
    any_files::<Intervention>(DataFile::Interventions, 6);
    any_files::<Outcome>(DataFile::Outcomes, 7);
}

#[test]
fn truncated_at_every_byte() {
    let mut any = Arbitrary(8);
    for keyed in [false, true] {
        let text = file::<Customer>(&mut any, keyed);
        for cut in 0..text.len() {
            check::<Customer>(DataFile::Customers, &text.as_bytes()[..cut], &mut any);
        }
    }
}

#[test]
fn the_file_itself_in_blocks_of_every_length() {
    let mut any = Arbitrary(9);
    let text = file::<Forecast>(&mut any, false);
    let want = whole::<Forecast>(DataFile::Forecasts, text.as_bytes());
    for block in 1..text.len() as u64 + 2 {
        let none = CustomerIds::default();
        let got =
            in_blocks::<Forecast>(DataFile::Forecasts, text.as_bytes(), block, &none, &mut any);
        assert_eq!(got, want, "{block}");
    }
}
