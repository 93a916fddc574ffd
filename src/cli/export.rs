//! `nextplay export`: plays cleared to run, and their hand-off.

use std::ffi::OsString;
use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::ops::RangeInclusive;

use super::Outcome;
use super::decide::warn_of_moved_line;
use super::errors::{refused, unwritten};
use super::format::Format;
use super::output::{note, print, stream, warning};
use super::session::{Opened, Session};
use super::slow::with_slow_notice;
use crate::domain::Error;
use crate::domain::money::count;
use crate::insight::ExportRow;
use crate::report::export::{write_csv, write_json};
use crate::workspace::hand_off::not_accepted;
use crate::workspace::output_file::{OutputFile, Staged};
use crate::workspace::{DecideError, HandedOff, Workspace};

const NOTHING: &str = "no plays are cleared to run";

/// List plays cleared to run; --hand-off records them as started
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Record the plays as started; they are not listed again
    #[arg(long)]
    pub hand_off: bool,
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Json, Format::Csv]), default_value = "json")]
    pub format: Format,
    /// File to write instead of printing; it is written completely or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<OsString>,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    if args.hand_off {
        session.check_recording()?;
    }
    let own = session.workspace()?.own_files();
    let file =
        args.output.as_ref().map(|named| OutputFile::new(named.as_ref(), &own)).transpose()?;
    let Opened { workspace, snapshot } = session.open_with_ledger()?;
    if snapshot.ledger_problem.is_some() {
        // What is wrong is told by now; `log` shows what stands before it.
        let text = "nothing was exported: the ledger cannot be trusted, and a rejection may be in the \
                    part that cannot be read";
        return Err(refused(text).hint("run `nextplay verify` for details"));
    }
    if let Some(new) = &snapshot.new_ledger {
        return Err(not_accepted(new, &snapshot).into());
    }
    let has_experiments = !snapshot.matching.policy().experiments.is_empty();
    if args.hand_off {
        return hand_off(session, (args.format, has_experiments), file.as_ref(), workspace);
    }
    if !(0..snapshot.len()).any(|number| snapshot.status(number).may_run()) {
        note(NOTHING);
    }
    let result = |out: &mut dyn Write| {
        let columns = (false, has_experiments);
        write(out, args.format, snapshot.len(), |number| snapshot.export(number), columns)
    };
    match file {
        Some(file) => file.write(result)?,
        None => print(result)?,
    }
    Ok(Outcome::Done)
}

fn write(
    out: &mut dyn Write,
    format: Format,
    len: usize,
    row: impl Fn(usize) -> Option<ExportRow> + Sync,
    columns: (bool, bool),
) -> io::Result<()> {
    match format {
        Format::Csv => write_csv(out, len, row, columns),
        _ => write_json(out, len, row),
    }
}

fn write_rows(
    out: &mut dyn Write,
    (format, has_experiments): (Format, bool),
    rows: &[ExportRow],
) -> io::Result<()> {
    let columns = (true, has_experiments);
    write(out, format, rows.len(), |number| rows.get(number).cloned(), columns)
}

fn hand_off(
    session: &Session,
    format: (Format, bool),
    file: Option<&OutputFile>,
    workspace: Workspace,
) -> Result<Outcome, Error> {
    // The process ends with the command: to free what it holds one by one would only take time.
    let mut workspace = ManuallyDrop::new(workspace);
    let stage = |rows: &[ExportRow]| -> Result<Option<Staged>, DecideError> {
        let staged = file.map(|file| file.stage(|out| write_rows(out, format, rows)));
        staged
            .transpose()
            .map_err(|error| DecideError::Output(error.error().context("nothing was handed off")))
    };
    let HandedOff { rows, entries, enrolled, left_out, prepared, set_aside } =
        with_slow_notice(&workspace.ledger_activity(), || workspace.hand_off(&session.by, stage))?;
    warn_of_moved_line(set_aside.as_deref());
    let recorded = entries.map(|entries| recorded(&entries, rows.len()));
    match &recorded {
        None => note(NOTHING),
        Some(words) => note(words),
    }
    match enrolled {
        0 => {}
        1 => note("1 customer is held out by an experiment from now on"),
        many => {
            note(&format!("{} customers are held out by an experiment from now on", count(many)));
        }
    }
    left_out_words(&left_out).iter().for_each(|words| warning(words));
    // From here on a failure must not hide that the plays are handed off.
    let on_record = |error: Error| {
        match &recorded {
        None => error.context("nothing was handed off"),
        Some(words) => error.context(words).hint(
            "`nextplay log --format jsonl` lists what was handed off, `nextplay undo` undoes an entry",
        ),
    }
    };
    match file {
        None => stream(|out| write_rows(out, format, &rows))
            .map_err(|error| on_record(unwritten(&error)))?,
        Some(file) => {
            let staged = match prepared {
                Some(staged) if left_out.is_empty() => staged,
                _ => file
                    .stage(|out| write_rows(out, format, &rows))
                    .map_err(|error| on_record(error.into()))?,
            };
            if let Err(not_put) = staged.put() {
                let (error, kept) = not_put.keep();
                let error = on_record(error.into());
                return Err(match kept {
                    Some(path) => error.hint(format!("the output is in {}", path.display())),
                    None => error,
                });
            }
        }
    }
    Ok(if left_out.is_empty() { Outcome::Done } else { Outcome::Negative })
}

/// What is said of plays that are left out; once of those that are so for the same reason.
fn left_out_words(left_out: &[DecideError]) -> Vec<String> {
    let mut words = Vec::new();
    for same in left_out.chunk_by(|a, b| a == b) {
        let Some(error) = same.first() else { continue };
        words.push(match (error, same.len()) {
            (DecideError::NotConfirmed { .. }, _) => format!("left out: {error}"),
            (_, 1) => format!("left out, because it was not recorded: {error}"),
            (_, many) => {
                format!("{} left out, because they were not recorded: {error}", count(many))
            }
        });
    }
    words
}

/// `1 play is handed off, as entry 7`.
fn recorded(entries: &RangeInclusive<u64>, plays: usize) -> String {
    let (first, last) = (entries.start(), entries.end());
    match first == last {
        true => format!("1 play is handed off, as entry {first}"),
        false => format!("{} plays are handed off, as entries {first} to {last}", count(plays)),
    }
}
