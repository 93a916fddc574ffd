//! Engines that run the statement: PostgreSQL, and DuckDB in one Python process.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use nextplay::warehouse::stairs::COLUMNS;
use postgres::Client;
use serde_json::{Map, Value, json};

use crate::common::postgres::{OWNER, Server};

/// What an engine gave: the 12 fields of each row.
pub type Rows = Vec<[Value; 12]>;

pub trait Engine {
    /// What `--dialect` calls it.
    fn dialect(&self) -> &'static str;
    /// Runs statements.
    fn run(&mut self, statements: &str) -> Result<(), String>;
    /// Makes the table `name` from the CSV of a staircase.
    fn load_stairs(&mut self, name: &str, csv: &str);
    /// Runs the statement.
    fn query(&mut self, statement: &str) -> Result<Rows, String>;
}

/// The columns of the 12 fields.
const TEXTS: usize = 6;

pub struct PostgreSql {
    client: Client,
    _server: Server,
}

impl PostgreSql {
    pub fn start() -> Option<Self> {
        let server = Server::start()?;
        let mut client = server.client(OWNER, "postgres");
        // Compiling a statement takes longer than running it on so few rows.
        client.batch_execute("SET jit = off").unwrap();
        Some(Self { client, _server: server })
    }
}

impl Engine for PostgreSql {
    fn dialect(&self) -> &'static str {
        "postgres"
    }

    fn run(&mut self, statements: &str) -> Result<(), String> {
        self.client.batch_execute(statements).map_err(|error| format!("{error:?}"))
    }

    fn load_stairs(&mut self, name: &str, csv: &str) {
        self.run(&stairs_table(name)).unwrap();
        let copy = format!("COPY \"{name}\" FROM STDIN (FORMAT csv, HEADER)");
        let mut writer = self.client.copy_in(&copy).unwrap();
        writer.write_all(csv.as_bytes()).unwrap();
        writer.finish().unwrap();
    }

    fn query(&mut self, statement: &str) -> Result<Rows, String> {
        let rows = self.client.query(statement, &[]).map_err(|error| format!("{error:?}"))?;
        let cell = |row: &postgres::Row, at: usize| match at {
            0..TEXTS => json!(row.get::<_, Option<String>>(at)),
            9 => json!(row.get::<_, Option<bool>>(at)),
            _ => json!(row.get::<_, Option<f64>>(at)),
        };
        Ok(rows.iter().map(|row| std::array::from_fn(|at| cell(row, at))).collect())
    }
}

pub struct DuckDb {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

const PYTHON: &str = r#"
import json, sys
import duckdb
database = duckdb.connect()
database.execute("SET threads = 1")
print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    kind, text = json.loads(line)
    try:
        if kind == "run":
            database.execute(text)
            answer = []
        else:
            answer = database.execute(text).fetchall()
        print(json.dumps({"rows": answer}), flush=True)
    except Exception as error:
        print(json.dumps({"error": str(error)}), flush=True)
"#;

impl DuckDb {
    pub fn start() -> Option<Self> {
        let mut python = Command::new("python3");
        python.args(["-c", PYTHON]).stdin(Stdio::piped()).stdout(Stdio::piped());
        python.stderr(Stdio::null());
        let started = python.spawn().ok().and_then(|mut process| {
            let requests = process.stdin.take()?;
            let mut answers = BufReader::new(process.stdout.take()?);
            let mut ready = String::new();
            answers.read_line(&mut ready).ok()?;
            let engine = Self { process, requests, answers };
            (ready == "\"ready\"\n").then_some(engine)
        });
        let required = std::env::var("NEXTPLAY_REQUIRE").unwrap_or_default();
        let is_required = required.split(' ').any(|required| required == "duckdb");
        assert!(started.is_some() || !is_required, "duckdb is required and not installed");
        if started.is_none() {
            // Past the test program, which keeps to itself what tests that pass print.
            let _ =
                writeln!(std::io::stderr(), "SKIPPED: the Python package duckdb is not installed");
        }
        started
    }

    fn ask(&mut self, kind: &str, text: &str) -> Result<Rows, String> {
        writeln!(self.requests, "{}", json!([kind, text])).unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        match answer.get("error").and_then(Value::as_str) {
            Some(error) => Err(error.to_owned()),
            None => {
                let rows = answer["rows"].as_array().unwrap().iter();
                Ok(rows.map(|row| std::array::from_fn(|at| row[at].clone())).collect())
            }
        }
    }
}

impl Drop for DuckDb {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Engine for DuckDb {
    fn dialect(&self) -> &'static str {
        "duckdb"
    }

    fn run(&mut self, statements: &str) -> Result<(), String> {
        self.ask("run", statements).map(|_| ())
    }

    fn load_stairs(&mut self, name: &str, csv: &str) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), csv).unwrap();
        self.run(&stairs_table(name)).unwrap();
        // Sniffing a file of a few rows with line breaks in texts goes wrong.
        let copy = format!(
            "COPY \"{name}\" FROM '{}' (FORMAT csv, HEADER, AUTO_DETECT false, DELIM ',', QUOTE '\"', \
             ESCAPE '\"', NEW_LINE '\\n', ALLOW_QUOTED_NULLS false)",
            file.path().display()
        );
        self.run(&copy).unwrap();
    }

    fn query(&mut self, statement: &str) -> Result<Rows, String> {
        self.ask("query", statement)
    }
}

/// The statement that makes a table for the CSV of a staircase.
fn stairs_table(name: &str) -> String {
    let column = |column: &str| match column {
        "no_stage" | "other_segment" | "asks" => format!("{column} INTEGER"),
        "risk_from" | "risk_below" | "expected_cost" | "expected_value" => {
            format!("{column} DOUBLE PRECISION")
        }
        _ => format!("{column} VARCHAR"),
    };
    let columns = COLUMNS.map(column).join(", ");
    format!("DROP TABLE IF EXISTS \"{name}\"; CREATE TABLE \"{name}\" ({columns})")
}

/// Statements that make a table of these rows; a column that begins with `row_no` is their place.
pub fn table(name: &str, columns: &[&str], rows: &[Map<String, Value>]) -> String {
    let is_text = |column: &str| matches!(column, "customer_id" | "segment" | "journey_stage");
    let type_of = |column: &&str| match *column {
        "row_no" => "row_no BIGINT".to_owned(),
        column if is_text(column) => format!("{column} VARCHAR"),
        column => format!("{column} DOUBLE PRECISION"),
    };
    let types = columns.iter().map(type_of).collect::<Vec<_>>().join(", ");
    let mut made = format!("DROP TABLE IF EXISTS {name}; CREATE TABLE {name} ({types});\n");
    let literal = |value: Option<&Value>| match value {
        None | Some(Value::Null) => "NULL".to_owned(),
        Some(Value::String(text)) => format!("'{}'", text.replace('\'', "''")),
        Some(number) => format!("'{:?}'", number.as_f64().unwrap()),
    };
    let row = |(place, row): (usize, &Map<String, Value>)| {
        let cell = |column: &&str| match *column {
            "row_no" => place.to_string(),
            column => literal(row.get(column)),
        };
        format!("({})", columns.iter().map(cell).collect::<Vec<_>>().join(", "))
    };
    // Not in the order of their places.
    let mut rows: Vec<String> = rows.iter().enumerate().map(row).collect();
    let middle = rows.len() / 2;
    rows.rotate_left(middle);
    if !rows.is_empty() {
        made.push_str(&format!("INSERT INTO {name} VALUES\n{};\n", rows.join(",\n")));
    }
    made
}
