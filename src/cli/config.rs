//! `nextplay config`: the user's settings.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::Outcome;
use super::errors::usage;
use super::format::Format;
use super::output::{error, print, print_text};
use super::session::Session;
use crate::domain::suggestion::shortened;
use crate::domain::text::escape_controls;
use crate::domain::{Error, ErrorKind};
use crate::ledger::LEDGER_FILE;
use crate::postgres;
use crate::settings::effective::{Effective, effective, lines};
use crate::settings::{Mistake, SettingsFile, template};

/// Print the settings in effect and where each comes from
///
/// Ends with status 2 if the settings file has an error, and lists all errors.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print only the path of the settings file
    #[arg(long, conflicts_with_all = ["init", "format"])]
    pub path: bool,
    /// Write a settings file in which every setting is a comment; an existing file stays as it is
    #[arg(long, conflicts_with = "format")]
    pub init: bool,
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Text, Format::Json]), default_value = "text")]
    pub format: Format,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let preferences = &session.preferences;
    let Some(file) = &preferences.file else {
        return Err(Error::new(ErrorKind::Io, "there is no home directory for the settings file")
            .hint("set HOME or XDG_CONFIG_HOME"));
    };
    if args.path {
        let path = file.path().display().to_string();
        print(|out| writeln!(out, "{}", escape_controls(&path)))?;
        return Ok(Outcome::Done);
    }
    if args.init {
        init(file)?;
        return Ok(Outcome::Done);
    }
    if let Some((last, before)) = preferences.reading.mistakes.split_last() {
        before.iter().for_each(|mistake| error(&shown(mistake)));
        return Err(shown(last).hint(format!("the file is \"{}\"", file.path().display())));
    }
    let directory = fs::canonicalize(&session.directory);
    let directory = directory.unwrap_or_else(|_| session.directory.clone());
    let ledger = session.ledger.clone();
    let ledger = ledger.unwrap_or_else(|| directory.join(LEDGER_FILE).into()).to_string();
    let reviewer = Some(session.by.as_str()).filter(|by| !by.is_empty());
    let all = effective(
        &preferences.reading,
        (reviewer, preferences.reviewer),
        (&directory, preferences.data),
        (session.sign_with.as_deref(), preferences.sign_with),
        (&ledger, preferences.ledger),
    );
    let exists = file.path().exists();
    let path = file.path().display().to_string();
    match args.format {
        Format::Json => print(|out| {
            let settings = all.iter().map(Row::of).collect();
            let whole = Whole { path: &path, exists, settings };
            serde_json::to_writer_pretty(&mut *out, &whole)?;
            writeln!(out)
        })?,
        _ => print_text(|out| {
            let missing = if exists { "" } else { " (not there; --init writes one)" };
            writeln!(out, "# {}{missing}", escape_controls(&path))?;
            lines(&all).iter().try_for_each(|line| writeln!(out, "{}", escape_controls(line)))
        })?,
    }
    Ok(Outcome::Done)
}

/// What `--format json` prints.
#[derive(Serialize)]
struct Whole<'a> {
    path: &'a str,
    exists: bool,
    settings: Vec<Row<'a>>,
}

/// A setting in effect.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    value: &'a Value,
    /// `flag`, `environment`, `config` or `default`.
    source: &'static str,
    /// The option, the variable, or the line of the file.
    from: String,
}

impl<'a> Row<'a> {
    fn of(one: &'a Effective) -> Self {
        let Effective { name, value, origin, .. } = one;
        Self { name, value, source: origin.code(), from: origin.to_string() }
    }
}

/// A mistake with the line that it stands in.
fn shown(mistake: &Mistake) -> Error {
    let error = Error::new(ErrorKind::Data, mistake.to_string());
    match (mistake.place, mistake.line.trim()) {
        (None, _) | (_, "") => error,
        // It may have a password.
        (Some(place), line) if postgres::is_server(line) || line.contains("postgres") => {
            error.hint(format!("line {}", place.line))
        }
        (Some(place), line) => error.hint(format!("line {}: {}", place.line, shortened(line))),
    }
}

/// Writes the commented file, where there is none.
fn init(file: &SettingsFile) -> Result<(), Error> {
    let path = file.path();
    match create(path) {
        Ok(()) => {
            let path = path.display().to_string();
            print_text(|out| writeln!(out, "Wrote \"{}\"", escape_controls(&path)))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let message = format!("\"{}\" is already there; nothing was written", path.display());
            Err(usage(message).hint("move it away to write a new one"))
        }
        Err(error) => {
            let message = format!("cannot write \"{}\": {error}", path.display());
            Err(Error::new(ErrorKind::Io, message))
        }
    }
}

fn create(path: &Path) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let mut file = File::options().write(true).create_new(true).open(path)?;
    file.write_all(template().as_bytes())
}
