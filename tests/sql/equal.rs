//! The statement, run by engines, gives what `match` prints, to the last bit.

use std::sync::OnceLock;

use nextplay::domain::Recommendation;
use nextplay::matching::Staircase;
use nextplay::warehouse::stairs::write_csv;
use nextplay::warehouse::{DIALECTS, Rows as Which, Source, Stairs, TableName, statement};
use serde_json::{Value, json};

use super::awkward::{Dice, Directory, Matched};
use super::engines::{DuckDb, Engine, PostgreSql, Rows, table};
use crate::common::Data;

/// How many directories each engine is tried on.
const DIRECTORIES: usize = 300;

/// Every way to read customers with every way to keep the strategy.
fn ways() -> Vec<(Source, Stairs)> {
    let name = |name: &str| TableName::parse(name).unwrap();
    let sources = [Source::Logs, Source::View(name("customer_360"))];
    let stairs = [Stairs::Inline, Stairs::Values, Stairs::Table(TableName::alone(TABLE).unwrap())];
    sources
        .into_iter()
        .flat_map(|source| stairs.clone().map(|stairs| (source.clone(), stairs)))
        .collect()
}

/// Needs quotes.
const TABLE: &str = "Stairs of \"Q1\"";

/// Makes the tables of a directory.
fn load(engine: &mut dyn Engine, directory: &Directory, staircase: &Staircase) {
    let columns: [&[&str]; 4] = [
        &["row_no", "customer_id", "segment", "account_value"],
        &["row_no", "customer_id", "journey_stage"],
        &["row_no", "customer_id", "fused_risk_score"],
        &["row_no", "customer_id", "churn_probability"],
    ];
    let mut statements = String::new();
    for ((name, rows), columns) in directory.tables().iter().zip(columns) {
        statements.push_str(&table(name, columns, rows));
    }
    let all = [
        "customer_id",
        "segment",
        "account_value",
        "journey_stage",
        "fused_risk_score",
        "churn_probability",
    ];
    statements.push_str(&table("customer_360", &all, &directory.view()));
    engine.run(&statements).unwrap();
    let mut csv = Vec::new();
    write_csv(&mut csv, staircase).unwrap();
    engine.load_stairs(&TABLE.replace('"', "\"\""), &String::from_utf8(csv).unwrap());
}

/// The 12 fields, in the order of the statement's columns.
pub const FIELDS: [&str; 12] = [
    "customer_id",
    "segment",
    "journey_stage",
    "playbook_id",
    "playbook_name",
    "recommended_action",
    "confidence",
    "expected_cost",
    "expected_value",
    "requires_human_approval",
    "risk_score",
    "account_value",
];

/// A row as its fields; what a double cannot hold is null, as in JSON.
fn fields(told: &Recommendation) -> [Value; 12] {
    [
        json!(told.customer_id),
        json!(told.segment),
        json!(told.journey_stage),
        json!(told.playbook_id),
        json!(told.playbook_name),
        json!(told.recommended_action),
        json!(told.confidence),
        json!(told.expected_cost + 0.0),
        json!(told.expected_value + 0.0),
        json!(told.requires_human_approval),
        json!(told.risk_score),
        json!(told.account_value),
    ]
}

/// Rows in one order, numbers by their bits.
fn sorted(rows: Rows) -> Vec<Vec<String>> {
    let cell = |value: Value| match value.as_f64() {
        Some(number) => format!("{number:?} {:x}", number.to_bits()),
        None => value.to_string(),
    };
    let mut rows: Vec<Vec<String>> =
        rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect();
    rows.sort();
    rows
}

/// The directories, and what the program makes of them; the same for every engine.
fn directories() -> &'static [(Directory, Matched)] {
    static MADE: OnceLock<Vec<(Directory, Matched)>> = OnceLock::new();
    MADE.get_or_init(|| {
        let random = |seed: u64| {
            let directory = Directory::random(&mut Dice::new(seed), 24);
            let matched = directory.matched()?;
            Some((directory, matched))
        };
        (0..).filter_map(random).take(DIRECTORIES).collect()
    })
}

fn equals_match(engine: &mut dyn Engine) {
    let ways = ways();
    let dialect = DIALECTS.iter().find(|dialect| dialect.name == engine.dialect()).unwrap();
    let (mut rows, mut waiting) = (0, 0);
    for (number, (directory, matched)) in directories().iter().enumerate() {
        load(engine, directory, &matched.staircase);
        let want: Rows = matched.matching.recommendations().map(|told| fields(&told)).collect();
        let asking: Rows = want.iter().filter(|row| row[9] == json!(true)).cloned().collect();
        // Each directory in two ways, so that all of them come again and again.
        for way in [number, number + 1 + number / 6] {
            let (source, stairs) = &ways[way % ways.len()];
            let (which, want) = match way % 5 {
                0 => (Which::Waiting, &asking),
                _ => (Which::All, &want),
            };
            let text = statement(dialect, &matched.staircase, source, stairs, which).unwrap();
            let got = engine.query(&text);
            let got = got.unwrap_or_else(|error| panic!("{number}: {error}\n{text}"));
            let (got, want) = (sorted(got), sorted(want.clone()));
            assert_eq!(got, want, "{number}, {source:?}, {stairs:?}, {which:?}\n{text}");
        }
        rows += want.len();
        waiting += asking.len();
    }
    assert!(waiting > 500 && rows - waiting > 200, "{rows} rows, {waiting} of them wait");
}

#[test]
fn postgresql_gives_what_match_gives() {
    if let Some(mut engine) = PostgreSql::start() {
        equals_match(&mut engine);
    }
}

#[test]
fn duckdb_gives_what_match_gives() {
    if let Some(mut engine) = DuckDb::start() {
        equals_match(&mut engine);
    }
}

/// The whole program on both sides, with a directory that has no customers for the statement.
fn the_program_gives_the_same(engine: &mut dyn Engine) {
    for seed in [3, 14, 15] {
        let directory = Directory::random(&mut Dice::new(seed), 40);
        let Some(matched) = directory.matched() else { continue };
        let data = Data::empty();
        directory.write(&data.path("."));
        let printed = data.run(&["match", "--format", "json"]).ends(0).json();
        load(engine, &directory, &matched.staircase);
        for (name, _) in directory.tables() {
            std::fs::remove_file(data.path(&format!("{name}.json"))).unwrap();
        }
        let statement = data.run(&["sql", "--dialect", engine.dialect(), "--logs"]).ends(0).out;
        let row = |row: &Value| std::array::from_fn(|at| row[FIELDS[at]].clone());
        let want: Rows = printed.as_array().unwrap().iter().map(row).collect();
        assert_eq!(sorted(engine.query(&statement).unwrap()), sorted(want), "seed {seed}");
    }
}

#[test]
fn the_program_prints_what_engines_run() {
    if let Some(mut engine) = PostgreSql::start() {
        the_program_gives_the_same(&mut engine);
    }
    if let Some(mut engine) = DuckDb::start() {
        the_program_gives_the_same(&mut engine);
    }
}
