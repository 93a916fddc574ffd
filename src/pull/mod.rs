//! Tables of a PostgreSQL database to the files of a data directory.
//!
//! - `tables`: which tables there are, and what their columns hold.
//! - `rows`: rows as the server copies them out, to JSON.
//! - `directory`: the directory that takes them, and the mark by which it is known.
//!
//! All tables are read in one transaction, so they show the database at one moment; then each file is
//! replaced whole. Where anything goes wrong before that, every file is as it was.

mod directory;
mod rows;
mod tables;

use std::io::{self, BufRead as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use postgres::{Client, IsolationLevel, Transaction};

use directory::Directory;
pub use directory::MARK;
use tables::Table;

use crate::domain::{Error, ErrorKind};
use crate::intake::DataFile;
use crate::postgres::{CONNECT_LIMIT, ServerError, ServerUrl};
use crate::workspace::output_file::{OutputError, Staged};

/// From where to where.
#[derive(Debug, Clone)]
pub struct Pull {
    /// The server and the database.
    pub url: ServerUrl,
    /// The schema of the tables; the search path of the role where `None`.
    pub schema: Option<String>,
    /// The directory that takes the files.
    pub directory: PathBuf,
    /// It is taken although another hand made it.
    pub into_existing: bool,
}

/// What a pull did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The tables, in reading order.
    pub tables: Vec<PulledTable>,
    /// Files of an earlier pull, removed because their table is gone.
    pub removed: Vec<DataFile>,
}

/// The outcome of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PulledTable {
    /// The file.
    pub file: DataFile,
    /// Its rows.
    pub rows: u64,
    /// False where the file had these bytes already, and was left alone.
    pub changed: bool,
}

impl Pulled {
    /// True where a file is another one than before.
    pub fn changed(&self) -> bool {
        !self.removed.is_empty() || self.tables.iter().any(|table| table.changed)
    }
}

/// What a role needs to read a table.
const RIGHTS: &str = "the role needs SELECT on it and USAGE on its schema";

/// Why nothing was pulled.
#[derive(Debug)]
pub enum PullError {
    /// The database or the directory says no, or the connection was lost.
    Failed(Error),
    /// It was asked to stop.
    Stopped,
}

impl From<Error> for PullError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<OutputError> for PullError {
    fn from(error: OutputError) -> Self {
        Self::Failed(error.error())
    }
}

impl Pull {
    /// Pulls every table once. `stop` is looked at while rows arrive.
    ///
    /// # Errors
    /// Where the directory may not be taken, a table that is needed is missing, the connection is lost
    /// or a file cannot be written. Then every file is as it was.
    pub fn once(&self, stop: &AtomicBool) -> Result<Pulled, PullError> {
        let mut directory = Directory::look(&self.directory, self.into_existing)?;
        let failed = |error: postgres::Error| ServerError::of(&self.url, &error).error();
        let mut client =
            self.url.connect("nextplay pull", CONNECT_LIMIT).map_err(|error| error.error())?;
        let mut transaction = self.begin(&mut client).map_err(failed)?;
        let tables = tables::find(&mut transaction, self.schema.as_deref()).map_err(failed)?;
        self.check(&tables, &mut transaction)?;
        let files: Vec<DataFile> = tables.iter().map(|table| table.file).collect();
        directory.refuse_other_forms(&files)?;
        directory.take()?;
        let mut pulled = Pulled { tables: Vec::new(), removed: Vec::new() };
        let mut staged = Vec::new();
        for table in &tables {
            let (rows, new) = self.stage(&mut transaction, table, &directory, stop)?;
            pulled.tables.push(PulledTable { file: table.file, rows, changed: new.is_some() });
            staged.extend(new);
        }
        transaction.commit().map_err(failed)?;
        directory.holds(&files)?;
        for file in staged {
            file.put().map_err(|not_put| not_put.error)?;
        }
        pulled.removed = directory.keep_only(&files)?;
        Ok(pulled)
    }

    /// Begins a transaction that sees the database at one moment, and changes nothing.
    fn begin<'a>(&self, client: &'a mut Client) -> Result<Transaction<'a>, postgres::Error> {
        let mut transaction = client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()?;
        // Numbers with all their digits, dates that any program reads. A large table is read from its
        // beginning: otherwise rows without `row_no` come in another order each time.
        transaction.batch_execute(
            "set local extra_float_digits = 1; set local datestyle = 'ISO'; \
             set local intervalstyle = 'iso_8601'; set local bytea_output = 'hex'; \
             set local synchronize_seqscans = off",
        )?;
        Ok(transaction)
    }

    /// Looks whether the tables are there without which nothing can be matched.
    fn check(&self, tables: &[Table], transaction: &mut Transaction<'_>) -> Result<(), Error> {
        let is_missing =
            |file: &DataFile| file.required() && tables.iter().all(|table| table.file != *file);
        let missing: Vec<String> = DataFile::ALL
            .into_iter()
            .filter(is_missing)
            .map(|file| format!("\"{}\"", file.stem()))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let place = match &self.schema {
            Some(schema) => format!("the schema \"{schema}\""),
            None => {
                let path = transaction.query_one("show search_path", &[]);
                let path = path.map_or_else(|_| String::new(), |row| row.get::<_, String>(0));
                format!("the search path ({path})")
            }
        };
        let message = format!("no table or view {} in {place}", missing.join(" and no "));
        let error = Error::new(ErrorKind::Data, crate::domain::text::escape_controls(&message));
        let view =
            "make a view of that name over the table you have, or name its schema with --schema";
        Err(error.hint(format!("{view}; {RIGHTS}")))
    }

    /// Writes a table beside its file; `None` where the file has these bytes already.
    fn stage(
        &self,
        transaction: &mut Transaction<'_>,
        table: &Table,
        directory: &Directory,
        stop: &AtomicBool,
    ) -> Result<(u64, Option<Staged>), PullError> {
        let mut problem = None;
        let mut rows = 0;
        let staged = directory.stage(table.file, |out| {
            let mut copy = |out: &mut dyn io::Write| -> Result<(), PullError> {
                let failed = |error: postgres::Error| {
                    let error = ServerError::of(&self.url, &error);
                    match error.is_code(&["42501"]) {
                        true => error.error().hint(RIGHTS),
                        false => error.error(),
                    }
                };
                let unwritten =
                    |error: io::Error| PullError::Failed(directory.unwritten(table.file, &error));
                let mut reader = transaction.copy_out(&table.copy).map_err(failed)?;
                let mut line = Vec::new();
                let mut json = Vec::new();
                out.write_all(b"[").map_err(unwritten)?;
                loop {
                    if rows % 1024 == 0 && stop.load(Ordering::Relaxed) {
                        return Err(PullError::Stopped);
                    }
                    line.clear();
                    let read = reader.read_until(b'\n', &mut line);
                    if read.map_err(|error| lost(&self.url, &error))? == 0 {
                        break;
                    }
                    json.clear();
                    json.extend_from_slice(if rows == 0 { b"\n" } else { b",\n" });
                    rows::to_json(&table.columns, &line, &mut json);
                    out.write_all(&json).map_err(unwritten)?;
                    rows += 1;
                }
                out.write_all(b"\n]\n").map_err(unwritten)
            };
            copy(out).map_err(|error| {
                problem = Some(error);
                io::Error::other("not copied")
            })
        });
        match (problem, staged) {
            (Some(problem), _) => Err(problem),
            (None, staged) => Ok((rows, staged?)),
        }
    }
}

/// The error of a connection that was lost while rows arrived, or of what the server says then.
fn lost(url: &ServerUrl, error: &io::Error) -> PullError {
    let told = error.get_ref().and_then(|inner| inner.downcast_ref::<postgres::Error>());
    PullError::Failed(match told {
        Some(told) => ServerError::of(url, told).error(),
        None => ServerError::lost(url, error.to_string()).error(),
    })
}

/// Returns a directory in full, for messages.
fn shown(directory: &Path) -> String {
    format!("\"{}\"", directory.display())
}
