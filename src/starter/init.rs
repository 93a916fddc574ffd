//! What `nextplay init` does: it looks at the files of a directory, and writes what is missing. Nothing is
//! ever written over.

use std::fs;
use std::path::{Path, PathBuf};

use super::playbooks::{self, Survey};
use super::policy;
use crate::domain::suggestion::shortened;
use crate::domain::{DataFile, Error, ErrorKind};
use crate::intake::layout::Layout;
use crate::intake::load::Reread;
use crate::intake::policy::POLICY_FILE;
use crate::intake::sources::SOURCES_FILE;
use crate::intake::sources::guess::preview::{Preview, previews};
use crate::intake::sources::guess::read::{Found, look, names};
use crate::intake::sources::guess::{Guess, guess, write};
use crate::intake::{Loader, nearby};
use crate::workspace::output_file::OutputFile;

/// So many files are named in a message.
const NAMED: usize = 5;

/// What a directory can hardly do without: a field of a table, in words.
const WANTED: [(DataFile, &str, &str); 7] = [
    (DataFile::Customers, "name", "name"),
    (DataFile::Customers, "segment", "segment"),
    (DataFile::Customers, "owner", "owner"),
    (DataFile::Customers, "account_value", "account value"),
    (DataFile::Customers, "renewal_date", "renewal date"),
    (DataFile::States, "journey_stage", "stage"),
    (DataFile::Forecasts, "churn_probability", "risk"),
];

/// What would be written into a directory.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The directory.
    pub directory: PathBuf,
    /// The files that were looked at.
    pub found: Found,
    /// What they seem to hold; nothing where the sources file is there.
    pub guess: Guess,
    /// The files that are missing, in the order in which they are written.
    pub missing: Vec<&'static str>,
    /// The files that are there, and stay as they are.
    pub kept: Vec<&'static str>,
}

/// What was written into a directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// New files.
    pub files: Vec<&'static str>,
    /// Files that were there, or came there meanwhile.
    pub kept: Vec<&'static str>,
}

impl Plan {
    /// Looks at these files of a directory, at all where none is named. Nothing is changed.
    ///
    /// # Errors
    /// Where no file seems to hold customers.
    pub fn of(directory: &Path, named: &[String]) -> Result<Self, Error> {
        let has = |name: &str| directory.join(name).symlink_metadata().is_ok();
        let mut plan = Self {
            directory: directory.to_owned(),
            found: Found::default(),
            guess: Guess::default(),
            missing: Vec::new(),
            kept: Vec::new(),
        };
        if has(SOURCES_FILE) {
            plan.kept.push(SOURCES_FILE);
        } else {
            plan.found = look(directory, named);
            plan.guess = guess(&plan.found.samples, &plan.found.present, &plan.found.own);
            if !plan.guess.tables.is_empty() {
                plan.missing.push(SOURCES_FILE);
            }
        }
        let is_guessed = |table| plan.guess.tables.iter().any(|guess| guess.table == table);
        let is_there = |table| Layout::of(directory, table) != Layout::Absent;
        if !is_guessed(DataFile::Customers) && !is_there(DataFile::Customers) {
            return Err(plan.no_customers());
        }
        for (name, is_there) in [
            (
                DataFile::Playbooks.name(),
                is_guessed(DataFile::Playbooks) || is_there(DataFile::Playbooks),
            ),
            (POLICY_FILE, has(POLICY_FILE)),
        ] {
            if is_there { &mut plan.kept } else { &mut plan.missing }.push(name);
        }
        Ok(plan)
    }

    /// Returns the text of the sources file.
    pub fn sources(&self) -> String {
        write::text(&self.guess)
    }

    /// Returns the first rows of each guessed table, as they would be read.
    pub fn previews(&self, rows: usize) -> Vec<Preview> {
        previews(&self.guess, &self.found.samples, rows)
    }

    /// Returns the fields that are left to a person, as their values can be read in several ways.
    pub fn unsure(&self) -> Vec<String> {
        let tables = self.guess.tables.iter();
        let of_table =
            tables.flat_map(|table| table.columns.iter().map(move |column| (table, column)));
        let unsure = of_table.filter(|(_, column)| column.is_unsure());
        unsure.map(|(table, column)| format!("{}.{}", table.table.stem(), column.field)).collect()
    }

    /// Returns what no column was found for, of what recommendations are made of, in words.
    pub fn not_found(&self) -> Vec<&'static str> {
        let is_there = |table, field: &str| {
            let mut tables = self.guess.tables.iter().filter(|guess| guess.table == table);
            self.found.present.contains(&table)
                || tables.any(|guess| guess.columns.iter().any(|column| column.field == field))
        };
        let signals = [DataFile::Signals, DataFile::Fused];
        let has_signals = self.guess.tables.iter().any(|guess| signals.contains(&guess.table));
        let wanted = WANTED.iter().filter(|(table, field, _)| !is_there(*table, field));
        let wanted = wanted.filter(|(table, ..)| *table != DataFile::Forecasts || !has_signals);
        match self.guess.tables.is_empty() {
            true => Vec::new(),
            false => wanted.map(|(.., words)| *words).collect(),
        }
    }

    /// Writes what is missing, each file whole or not at all. What came there meanwhile stays.
    ///
    /// # Errors
    /// Where a file cannot be written; those before it are there.
    pub fn write(&self) -> Result<Written, Error> {
        let mut written = Written { files: Vec::new(), kept: self.kept.clone() };
        for name in &self.missing {
            let text = match *name {
                SOURCES_FILE => self.sources(),
                POLICY_FILE => policy::text(),
                _ => self.playbooks(),
            };
            let file = OutputFile::new(&self.directory.join(name), &[])?;
            let staged = file.stage(|out| out.write_all(text.as_bytes()))?;
            if staged.put_new()? { &mut written.files } else { &mut written.kept }.push(*name);
        }
        Ok(written)
    }

    /// The playbooks for what the data holds, which is read as the sources file says.
    fn playbooks(&self) -> String {
        let loaded = Loader::new(&self.directory).load(Reread::All);
        playbooks::text(&Survey::of(&loaded.dataset))
    }

    /// What is said where no file holds customers.
    fn no_customers(&self) -> Error {
        let directory = self.directory.display();
        let files = self.found.samples.len() + self.found.unreadable.len();
        let message = match files {
            0 => format!("no export in \"{directory}\""),
            _ => format!("no file in \"{directory}\" seems to list customers"),
        };
        let mut error = Error::new(ErrorKind::Data, message);
        let whys = self.guess.unused.iter().chain(&self.found.unreadable);
        for (file, why) in whys.take(NAMED) {
            error = error.hint(format!("{}: {}", shortened(file), shortened(why)));
        }
        if files == 0 {
            for near in nearby::data_directories(&self.directory) {
                error = error.hint(format!("\"{}\" has data", near.display()));
            }
        }
        error
            .hint("put an export of your customers there, as CSV, Excel workbook (.xlsx), JSON or JSON Lines, with a column for the id and one for name, segment, owner or value")
            .hint(format!("or write {SOURCES_FILE} by hand"))
    }
}

/// Returns the names of the files of another form than ours, where nothing maps them yet.
pub fn exports(directory: &Path) -> Vec<String> {
    let is_other = |name: &String| DataFile::holding(name).is_none();
    match fs::symlink_metadata(directory.join(SOURCES_FILE)) {
        Ok(_) => Vec::new(),
        Err(_) => names(directory).into_iter().filter(is_other).collect(),
    }
}

/// Returns true where there may be something to begin with: files that may hold rows.
pub fn may_begin(directory: &Path) -> bool {
    let has_sources = || fs::symlink_metadata(directory.join(SOURCES_FILE)).is_ok();
    has_sources() || !names(directory).is_empty()
}
