//! Whatever a file holds, reading it in blocks gives what reading it as a whole does: rows, places,
//! findings, and what is said of a file that cannot be read.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "for tests and fuzzing only")]

use std::fmt::Debug;
use std::path::Path;
use std::sync::Mutex;

use super::batch::{CustomerKeys, Keep};
use super::file::{DataFile, data_files};
use super::layout::Layout;
use super::load::Reread;
use super::part::{Format, Part};
use super::reading::{Reading, Shared, TableReading as _};
use super::sources::SourcesState;
use super::sources::mapped::MappedReading;
use super::stamp::Seen;
use super::stream::{Meter, Pieces as _};
use crate::domain::{Customer, Finding, Place};
use crate::store::interned::CustomerIds;
use crate::store::row::Row;
use crate::store::{SkippedRow, Table};

/// All that a table tells.
#[derive(Debug, PartialEq)]
struct Content<R> {
    rows: Vec<R>,
    places: Vec<Option<Place>>,
    skipped: Vec<SkippedRow>,
    findings: Vec<Finding>,
}

fn content<R: Row>(table: &Table<R>, ids: &CustomerIds) -> Content<R> {
    Content {
        rows: table.rows(ids),
        places: (0..table.len).map(|row| table.places.get(row)).collect(),
        skipped: table.skipped.clone(),
        findings: table.findings.clone(),
    }
}

type Outcomes<R> = Result<Content<R>, Box<Finding>>;

fn whole<R: Row>(part: &Part, file: DataFile, keep: Keep) -> Outcomes<R> {
    let none = CustomerIds::default();
    let nobody = |_| {};
    let keys = Mutex::new(CustomerKeys::after(&none));
    let shared = Shared { keep, known: &none, keys: &keys, meter: &Meter::new(0, &nobody) };
    // No piece of it is read before, so all of it is read at once.
    let table = Reading::<R>::new(file, &part.name, vec![part.clone()], shared).read_whole()?;
    let ids = keys.into_inner().unwrap().into_new().unwrap_or_default();
    Ok(content(&table, &ids))
}

fn part(path: &Path, name: &str) -> Part {
    Part {
        name: name.into(),
        path: path.to_owned(),
        format: Format::of(name),
        seen: Seen::at(path),
    }
}

fn in_blocks<R: Row>(
    part: &Part,
    file: DataFile,
    keep: Keep,
    cut: Cut,
    known: &CustomerIds,
) -> Outcomes<R> {
    let keys = Mutex::new(CustomerKeys::after(known));
    let nobody = |_| {};
    let meter = Meter::new(0, &nobody);
    let shared = Shared { keep, known, keys: &keys, meter: &meter };
    let reading = Reading::<R>::new(file, &part.name, vec![part.clone()], shared)
        .in_blocks_of(cut.block.max(1));
    // Blocks may be through in any order.
    let mut pieces: Vec<usize> = (0..reading.count()).collect();
    pieces.sort_by_key(|piece| (*piece as u64 + 1).wrapping_mul(cut.order | 1) >> 7);
    let mut buffer = Vec::new();
    pieces.into_iter().for_each(|piece| reading.work(piece, &mut buffer));
    let table = reading.read_whole()?;
    let mut ids = known.clone();
    let new = keys.into_inner().unwrap().into_new().unwrap_or_default();
    if known.is_empty() {
        return Ok(content(&table, &new));
    }
    new.keys().filter_map(|key| new.id(key)).for_each(|id| {
        ids.intern(id);
    });
    Ok(content(&table, &ids))
}

/// How the rows of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As an array, or one object keyed by id.
    Json,
    /// One a line.
    Lines,
    /// Told by the first character.
    Part,
}

/// How a file is cut into blocks, and in which order they are read.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    /// Bytes of a block.
    pub block: u64,
    /// Which order the blocks are read in.
    pub order: u64,
    /// Some customers are known from an earlier load.
    pub known: bool,
}

/// Reads the bytes of a file both ways and compares all that comes out.
///
/// # Panics
/// Where anything differs.
pub fn both_ways_agree(file: DataFile, form: Form, bytes: &[u8], cut: Cut) {
    macro_rules! check_rows {
        ($($file:ident $field:ident: $row:ty, $join:ident { $($properties:tt)* })*) => {
            match file {
                $(DataFile::$file => check::<$row>(file, form, bytes, cut),)*
            }
        };
    }
    data_files!(check_rows);
}

/// Reads the tables that a directory's sources file maps, in blocks of several lengths, and compares all
/// that comes out.
///
/// # Panics
/// Where anything differs.
pub fn mapped_blocks_agree(directory: &Path) {
    let mut sources = SourcesState::new(directory);
    sources.look(Reread::All);
    let customers = || Layout::under(&sources, directory, DataFile::Customers);
    let in_blocks = |block: usize| -> Option<Outcomes<Customer>> {
        let Layout::Mapped { mapping, file, beside } = customers() else { return None };
        let none = CustomerIds::default();
        let nobody = |_| {};
        let keys = Mutex::new(CustomerKeys::after(&none));
        let meter = Meter::new(0, &nobody);
        let shared = Shared { keep: Keep::All, known: &none, keys: &keys, meter: &meter };
        let reading =
            MappedReading::<Customer>::new(mapping, file, beside, shared).in_blocks_of(block);
        let mut buffer = Vec::new();
        (0..reading.count()).for_each(|piece| reading.work(piece, &mut buffer));
        let table = Box::new(reading).finish();
        let ids = keys.into_inner().unwrap().into_new().unwrap_or_default();
        Some(table.map(|table| content(&table, &ids)))
    };
    let whole = in_blocks(1 << 20);
    for block in [1, 13, 100] {
        assert_eq!(in_blocks(block), whole, "in blocks of {block}");
    }
}

fn check<R: Row + PartialEq + Debug>(file: DataFile, form: Form, bytes: &[u8], cut: Cut) {
    let mut known = CustomerIds::default();
    if cut.known {
        ["C1", "C3", "C2", "x", "7"].iter().for_each(|id| {
            known.intern(id);
        });
    }
    // In memory where there is such a place.
    let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let path = dir.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    let name = match form {
        Form::Json => file.name().to_owned(),
        Form::Lines => format!("{}.jsonl", file.stem()),
        Form::Part => format!("{}/part.json", file.stem()),
    };
    let part = part(&path, &name);
    // Fields that are not kept are checked all the same.
    let fewer = match cut.order % 3 {
        0 => Keep::Recommended,
        1 => Keep::Matched,
        _ => Keep::Named,
    };
    for keep in [Keep::All, fewer] {
        let got = in_blocks::<R>(&part, file, keep, cut, &known);
        let want = whole::<R>(&part, file, keep);
        assert_eq!(got, want, "{keep:?} {form:?} {cut:?}: {}", String::from_utf8_lossy(bytes));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::intake::part::Written;

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

    /// What stands where a value should, now and then.
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

    fn texts(all: &'static [&'static str]) -> BoxedStrategy<String> {
        select(all).prop_map(str::to_owned).boxed()
    }

    /// A value for a field, mostly of its type.
    fn value(name: &str) -> BoxedStrategy<String> {
        let usual = match name {
            "customer_id" => (0..6).prop_map(|number| format!("\"C{number}\"")).boxed(),
            _ if name.ends_with("_id") => {
                (0..4).prop_map(|number| format!("\"X{number}\"")).boxed()
            }
            "predicted_path" => texts(&["[\"a\", \"b\"]", "[\"a\"]", "[ ]"]),
            "human_override" | "playbook_success" => texts(&["true", "false", "null"]),
            _ if NUMBERS.contains(&name) => {
                texts(&["0.25", "12", "0", "1.05", "-3.5", "0.30000000000000004", "null"])
            }
            _ => texts(&["\"SMB\"", "\"support\"", "\"2026-01-02\"", "null", "\"Ü\""]),
        };
        prop_oneof![11 => usual, 1 => texts(ODD)].boxed()
    }

    /// A row: mostly an object with most members, mostly in the same order.
    fn row(
        names: Vec<&'static str>,
        blank: &'static str,
        colon: &'static str,
    ) -> BoxedStrategy<String> {
        let member = move |name: &'static str| {
            let escaped = format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..]);
            let key = prop_oneof![59 => Just(name.to_owned()), 1 => Just(escaped)];
            let text = (key, value(name)).prop_map(move |(key, v)| format!("\"{key}\"{colon}{v}"));
            proptest::option::weighted(0.93, text)
        };
        let members: Vec<_> = names.into_iter().map(member).collect();
        let between = prop_oneof![39 => Just(","), 1 => Just(" , ")];
        let again = proptest::option::weighted(0.07, Just(()));
        let object =
            (members, between, 0..8, again).prop_map(move |(members, between, way, again)| {
                let mut members: Vec<String> = members.into_iter().flatten().collect();
                if way == 0 {
                    members.reverse();
                }
                members.extend(again.and(members.first().cloned()));
                format!("{{{}}}", members.join(&format!("{between}{blank}")))
            });
        prop_oneof![24 => object, 1 => texts(&["5", "null", "[]", "{}", "\"row\"", "[[1]]"])]
            .boxed()
    }

    /// A file of rows that mostly look alike.
    fn file_of<R: Row>(written: Written) -> BoxedStrategy<String> {
        let names: Vec<&str> = R::NAMES.iter().copied().chain(["other", "meta"]).collect();
        let keyed = written == Written::Keyed;
        let lines = written == Written::Lines;
        let between = match lines {
            true => &["\n", "\n", "\r\n", "\n\n", " \n \r\n\t"][..],
            false => &[",", ",\n", ", ", ",\r\n  ", ",\n\n"][..],
        };
        let blank = match lines {
            // Now and then a row goes over lines, as it may not.
            true => prop_oneof![3 => Just(""), 3 => Just(" "), 1 => Just("\n")].boxed(),
            false => select(&["", " ", "\n  ", "\r\n"][..]).boxed(),
        };
        let style = (
            blank,
            select(between),
            select(&[":", ": ", " : "][..]),
            select(&["", "", "", "\u{feff}"][..]),
            select(&["", "\n", " \r\n", ""][..]),
        );
        let of_style = move |(blank, between, colon, mark, end)| {
            let key = prop_oneof![8 => Just(""), 1 => Just("\\u0043")];
            let rows = proptest::collection::vec((row(names.clone(), blank, colon), key), 0..12);
            rows.prop_map(move |rows| {
                let texts: Vec<String> = rows
                    .into_iter()
                    .enumerate()
                    .map(|(number, (row, key))| match keyed {
                        true if key.is_empty() => format!("\"C{number}\"{colon}{row}"),
                        true => format!("\"{key}{number}\"{colon}{row}"),
                        false => row,
                    })
                    .collect();
                let (open, close) = match written {
                    Written::Keyed => ("{", "}"),
                    Written::Array => ("[", "]"),
                    Written::Lines => ("", ""),
                };
                format!("{mark}{open}{blank}{}{blank}{close}{end}", texts.join(between))
            })
        };
        style.prop_flat_map(of_style).boxed()
    }

    fn text_of(file: DataFile, written: Written) -> BoxedStrategy<String> {
        let written = match file.keyed_by() {
            None if written == Written::Keyed => Written::Array,
            _ => written,
        };
        macro_rules! texts {
            ($($file:ident $field:ident: $row:ty, $join:ident { $($properties:tt)* })*) => {
                match file {
                    $(DataFile::$file => file_of::<$row>(written),)*
                }
            };
        }
        data_files!(texts)
    }

    /// Something done to a file by a writer with a fault.
    fn damage(bytes: &[u8], (kind, share, odd): (u8, u16, u8)) -> Vec<u8> {
        let at = usize::from(share) * bytes.len() / 65_536;
        let (before, after) = bytes.split_at(at);
        match kind {
            0 => before.to_vec(),
            1 => [before, &[odd], after].concat(),
            2 => [before, &[odd], after.get(1..).unwrap_or_default()].concat(),
            3 => [before, after.get(1..).unwrap_or_default()].concat(),
            _ => [bytes, &[odd], b" "].concat(),
        }
    }

    fn any_cut() -> impl Strategy<Value = Cut> {
        let block = select(&[5, 17, 64, 200, 333, 1000, 1 << 20][..]);
        let cut = |(block, order, known)| Cut { block, order, known };
        (block, any::<u64>(), any::<bool>()).prop_map(cut)
    }

    /// A file of some table, with the form that its name tells.
    fn any_file() -> impl Strategy<Value = (DataFile, Form, String)> {
        let forms = prop_oneof![
            3 => Just((Form::Json, Written::Array)),
            2 => Just((Form::Json, Written::Keyed)),
            3 => Just((Form::Lines, Written::Lines)),
            2 => Just((Form::Part, Written::Lines)),
            1 => Just((Form::Part, Written::Array)),
            1 => Just((Form::Lines, Written::Array)),
            1 => Just((Form::Json, Written::Lines)),
        ];
        (select(&DataFile::ALL[..]), forms).prop_flat_map(|(file, (form, written))| {
            (Just(file), Just(form), text_of(file, written))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 800,
            rng_seed: RngSeed::Fixed(3),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn of_any_file(((file, form, text), cut) in (any_file(), any_cut())) {
            both_ways_agree(file, form, text.as_bytes(), cut);
        }

        #[test]
        fn of_any_damaged_file(
            ((file, form, text), cut) in (any_file(), any_cut()),
            damages in proptest::collection::vec(
                (0..5_u8, any::<u16>(), select(&b"\",}]{\\:\n0\xFF"[..])), 1..3),
        ) {
            let bytes = damages.into_iter().fold(text.into_bytes(), |text, done| damage(&text, done));
            both_ways_agree(file, form, &bytes, cut);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2, rng_seed: RngSeed::Fixed(4), ..ProptestConfig::default() })]

        #[test]
        fn truncated_at_every_byte(
            keyed in any::<bool>(),
            text in text_of(DataFile::States, Written::Keyed),
            lines in text_of(DataFile::States, Written::Lines),
            cut in any_cut(),
        ) {
            let file = if keyed { DataFile::States } else { DataFile::Customers };
            for end in 0..text.len() {
                both_ways_agree(file, Form::Json, &text.as_bytes()[..end], cut);
            }
            for end in 0..lines.len() {
                both_ways_agree(file, Form::Lines, &lines.as_bytes()[..end], cut);
            }
        }

        #[test]
        fn in_blocks_of_every_length(
            text in text_of(DataFile::Forecasts, Written::Array),
            lines in text_of(DataFile::Forecasts, Written::Lines),
            cut in any_cut(),
        ) {
            for block in 1..text.len().max(lines.len()) as u64 + 2 {
                let cut = Cut { block, ..cut };
                both_ways_agree(DataFile::Forecasts, Form::Json, text.as_bytes(), cut);
                both_ways_agree(DataFile::Forecasts, Form::Lines, lines.as_bytes(), cut);
            }
        }
    }
}
