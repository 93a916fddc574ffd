//! `nextplay init`: from files that are there to a data directory that works.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::errors::usage;
use super::output::print_text;
use super::session::Session;
use super::{Outcome, check, format};
use crate::domain::money::counted;
use crate::domain::text::escape_controls;
use crate::domain::{DataFile, Error, ErrorKind};
use crate::intake::DirectoryError;
use crate::intake::policy::POLICY_FILE;
use crate::intake::sources::SOURCES_FILE;
use crate::settings::effective::Origin;
use crate::starter::init::{Plan, Written};
use crate::starter::playbooks::PLAYBOOKS;

/// Set up a directory with the files you have: an export, a spreadsheet
///
/// It guesses which columns mean what, writes `sources.toml`, starter playbooks and a commented policy
/// where they are missing, never over a file, and ends as `check` does.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory with the files; the data directory if not given
    #[arg(value_name = "DIR")]
    pub directory: Option<OsString>,
    /// File to use, in the directory; repeatable. All that may hold rows if not given
    #[arg(long, value_name = "FILE")]
    pub from: Vec<OsString>,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let directory = match (&args.directory, session.preferences.data) {
        (Some(_), Origin::Flag(option)) => {
            return Err(usage(format!("DIR and {option} both name a directory"))
                .hint(format!("leave {option} out")));
        }
        (Some(directory), _) => PathBuf::from(directory),
        (None, _) => session.directory.clone(),
    };
    let session = session.clone().in_directory(directory)?;
    let directory = &session.directory;
    session.workspace()?;
    let named = args.from.iter().map(|file| within(directory, file));
    let named = named.collect::<Result<Vec<String>, Error>>()?;
    let plan = Plan::of(directory, &named)?;
    if plan.kept.contains(&SOURCES_FILE) && !named.is_empty() {
        return Err(usage(format!("{SOURCES_FILE} is already there, so --from has no effect"))
            .hint("write the tables into it, or move it away and run `nextplay init` again"));
    }
    print_text(|out| print_found(out, &plan))?;
    let written = plan.write()?;
    print_text(|out| print_written(out, &plan, &written))?;
    let checked =
        check::run(&session, &check::Args { format: format::Format::Text, strict: false })?;
    let data = match directory.as_path() == Path::new(".") {
        true => String::new(),
        false => format!(" --data {}", shell_words::quote(&directory.to_string_lossy())),
    };
    print_text(|out| match checked {
        Outcome::Done => writeln!(out, "\nNext: nextplay{}", escape_controls(&data)),
        Outcome::Negative => {
            let data = escape_controls(&data);
            writeln!(out, "\nNext: fix the errors above, then run: nextplay check{data}")
        }
    })?;
    Ok(checked)
}

/// Returns the name of a file in the directory, wherever it was named from.
fn within(directory: &Path, file: &OsString) -> Result<String, Error> {
    let shown = Path::new(file).display();
    let real = |path: &Path| std::fs::canonicalize(path);
    let root = real(directory)
        .map_err(|error| Error::from(DirectoryError::Unreadable(directory.to_owned(), error)))?;
    let found = real(Path::new(file)).or_else(|_| real(&directory.join(file)));
    let found = found.map_err(|_| {
        Error::new(ErrorKind::Usage, format!("no file \"{shown}\""))
            .hint("name a file in the directory")
    })?;
    let inside = found.strip_prefix(&root).ok().and_then(Path::to_str);
    let inside = inside.filter(|_| found.is_file()).ok_or_else(|| {
        let message = format!("\"{shown}\" is not a file in \"{}\"", directory.display());
        Error::new(ErrorKind::Usage, message)
            .hint("copy the file there: a data directory holds all that is read")
    })?;
    Ok(inside.replace(std::path::MAIN_SEPARATOR, "/"))
}

/// What the files seem to hold.
fn print_found(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    let shown = |text: &str| escape_controls(text).into_owned();
    for sample in &plan.found.samples {
        let tables = plan.guess.tables.iter().filter(|table| table.file == sample.name);
        let tables: Vec<&str> = tables.map(|table| table.table.stem()).collect();
        if !tables.is_empty() {
            writeln!(out, "{}: {}", shown(&sample.name), tables.join(", "))?;
        }
    }
    for (file, why) in plan.guess.unused.iter().chain(&plan.found.unreadable) {
        writeln!(out, "{}: not used; {}", shown(file), shown(why))?;
    }
    Ok(())
}

/// What was written, and what to do with it.
fn print_written(out: &mut dyn Write, plan: &Plan, written: &Written) -> io::Result<()> {
    for file in &written.files {
        match *file {
            SOURCES_FILE => {
                let columns = plan.guess.tables.iter().map(|table| table.columns.len()).sum();
                let columns = counted(columns, "column");
                writeln!(
                    out,
                    "Wrote {SOURCES_FILE}: {columns}, guessed; a comment says why for each"
                )?;
                let not_found = plan.not_found();
                if !not_found.is_empty() {
                    writeln!(
                        out,
                        "  No column was found for: {}. Add it to the export, or name it in {SOURCES_FILE}",
                        not_found.join(", ")
                    )?;
                }
                let unsure = plan.unsure();
                if !unsure.is_empty() {
                    writeln!(
                        out,
                        "  To decide in it, as the values can be read in more than one way: {}",
                        unsure.join(", ")
                    )?;
                }
            }
            POLICY_FILE => writeln!(out, "Wrote {POLICY_FILE}: every setting is a comment")?,
            name => writeln!(
                out,
                "Wrote {name}: {PLAYBOOKS} starter playbooks; costs and values are assumed, so replace them \
                 with your own"
            )?,
        }
    }
    for file in &written.kept {
        match *file == DataFile::Playbooks.name() {
            true => writeln!(out, "Playbooks are already there; they are not changed")?,
            false => writeln!(out, "{file} is already there; it is not changed")?,
        }
    }
    if written.files.is_empty() {
        writeln!(out, "Nothing was written")?;
    }
    writeln!(out)
}
