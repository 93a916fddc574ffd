//! `nextplay convert`: what was read, as JSON data files.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use super::Outcome;
use super::errors::usage;
use super::output::{note, print_text, warning};
use super::session::Session;
use crate::domain::io_error::reason_and_hint;
use crate::domain::money::counted;
use crate::domain::text::escape_controls;
use crate::domain::{DataFile, DecisionKind, Entry, Error, ErrorKind};
use crate::intake::policy::POLICY_FILE;
use crate::report::data_files;
use crate::workspace::Snapshot;

/// Write the data as it was read, as JSON data files
///
/// Every table becomes one JSON file, whatever it was read from; the policy is copied. `match` on the new
/// directory gives the same bytes. Rows that could not be read are left out, and so is the ledger.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory to write; it must not exist, or be empty, and is there whole or not at all
    #[arg(short, long, value_name = "DIR")]
    pub output: OsString,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let target = PathBuf::from(&args.output);
    refuse_used(&target)?;
    let snapshot = session.open()?.snapshot;
    let failed = |error: &io::Error| {
        let (why, hint) = reason_and_hint(error);
        let message = format!("cannot write \"{}\": {why}", target.display());
        hint.into_iter().fold(Error::new(ErrorKind::Io, message), Error::hint)
    };
    let staged = stage(&snapshot, &target).map_err(|error| failed(&error))?;
    // An empty directory gives way; one that was filled meanwhile does not.
    fs::rename(staged.path(), &target).map_err(|error| failed(&error))?;
    let dataset = snapshot.matching.dataset();
    let skipped = dataset.tables.skipped().count();
    if skipped > 0 {
        warning(&format!(
            "{} could not be read and {} left out",
            counted(skipped, "row"),
            if skipped == 1 { "is" } else { "are" }
        ));
    }
    let handed_off = |entry: &Arc<Entry>| entry.kind == DecisionKind::HandOff;
    if snapshot.matching.past().is_some() && snapshot.history.entries().any(handed_off) {
        note("contact limits also count the hand-offs in the ledger, which is not written");
    }
    print_text(|out| {
        writeln!(out, "Wrote \"{}\"", escape_controls(&target.display().to_string()))?;
        for table in present(&snapshot) {
            let rows = counted(data_files::rows(dataset, table), "row");
            writeln!(out, "  {table}  {rows}")?;
        }
        match snapshot.policy.text {
            Some(_) => writeln!(out, "  {POLICY_FILE}"),
            None => Ok(()),
        }
    })?;
    Ok(Outcome::Done)
}

/// Refuses a directory that holds something.
fn refuse_used(target: &Path) -> Result<(), Error> {
    let refused = |why: &str| {
        let message = format!("\"{}\" {why}", target.display());
        Err(usage(message).hint("name a directory that does not exist; it is made"))
    };
    if target.as_os_str().is_empty() {
        return refused("is no directory");
    }
    match fs::read_dir(target).map(|mut entries| entries.next().is_some()) {
        Ok(true) => refused("is not empty"),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => refused("is not a directory"),
        Ok(false) | Err(_) => Ok(()),
    }
}

/// The tables that were read.
fn present(snapshot: &Snapshot) -> impl Iterator<Item = DataFile> + '_ {
    let tables = &snapshot.matching.dataset().tables;
    DataFile::ALL.into_iter().filter(|table| tables.is_present(*table))
}

/// Writes everything into a directory beside the one that is asked for.
fn stage(snapshot: &Snapshot, target: &Path) -> io::Result<TempDir> {
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    builder.prefix(".nextplay-convert.");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The umask takes from these what it takes from every new directory.
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    let staged = builder.tempdir_in(parent.unwrap_or(Path::new(".")))?;
    let write = |name: &str, write: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
        let mut out =
            BufWriter::with_capacity(1 << 16, File::create_new(staged.path().join(name))?);
        write(&mut out)?;
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    };
    for table in present(snapshot) {
        let dataset = snapshot.matching.dataset();
        write(table.name(), &|out| data_files::write(out, dataset, table))?;
    }
    if let Some(policy) = &snapshot.policy.text {
        write(POLICY_FILE, &|out| out.write_all(policy.as_bytes()))?;
    }
    Ok(staged)
}
