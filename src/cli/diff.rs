//! `nextplay diff`: what would change with other data, another policy, or other settings.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;

use super::Outcome;
use super::errors::{last_of, unusable, usage};
use super::format::Format;
use super::output::{finding, look, note, print, text};
use super::session::{Opened, Session};
use super::settings::scenario;
use crate::domain::money::count;
use crate::domain::{Error, ErrorKind, Finding};
use crate::insight::scenario::compare;
use crate::intake::load::Reread;
use crate::intake::policy_file;
use crate::intake::{DataFile, Keep};
use crate::matching::Matching;
use crate::report::comparison::{Compared, write_csv, write_json, write_text};
use crate::workspace::Snapshot;

/// Compare with another directory, playbook file, policy or setting
///
/// Ends with status 1 if anything differs.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Data directory, playbook file (.json) or policy file (.toml)
    #[arg(required_unless_present = "set")]
    pub other: Option<OsString>,
    /// Value to change first; may be given several times
    ///
    /// KEY is a key of the policy, playbook.ID.FIELD or performance.ID.SEGMENT.FIELD.
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Text, Format::Json, Format::Csv]), default_value = "text")]
    pub format: Format,
}

/// How many findings about a playbook file are printed one by one.
const FINDINGS_SHOWN: usize = 10;

const NAME_OTHER: &str = "name a data directory, a playbook file or a policy file";

/// The fields that are needed: people read names.
fn kept(format: Format) -> Keep {
    if matches!(format, Format::Table | Format::Text) { Keep::Named } else { Keep::Matched }
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let other = args.other.as_deref().map(Other::of).transpose()?;
    let limits = |set: &String| set.trim_start().starts_with("contact.");
    // What was done before is only read where something depends on it.
    let needs_plays =
        args.set.iter().any(limits) || other.as_ref().is_some_and(Other::limits_plays);
    let opened = match needs_plays {
        true => session.open_with_ledger()?,
        false => session.open_for_matching(None, kept(args.format))?,
    };
    let (before, current) = (Arc::clone(&opened.snapshot.matching), Arc::clone(&opened.snapshot));
    let (other, from) = match &other {
        Some(other) => other.run(session, opened, args.format, needs_plays)?,
        None => (Arc::clone(&before), current),
    };
    let scenario = scenario(&args.set, &other)?;
    let other = match other.past() {
        None if needs_plays => Arc::new(other.after(Some(from.past()))),
        _ => other,
    };
    let after = scenario.run(&other);
    // Nothing here makes it outdated, so both are there.
    let idle = scenario.idle(&other, &after, &|| false).unwrap_or_default();
    for idle in idle {
        if let Some(setting) = scenario.settings.get(idle.setting) {
            note(&format!("{setting} changes nothing: {}", idle.why));
        }
    }
    let comparison = compare(&before, &after, &|| false).unwrap_or_default();
    let compared = Compared { comparison: &comparison, before: &before, after: &after };
    print(|out| match args.format {
        Format::Json => write_json(out, compared),
        Format::Csv => write_csv(out, compared),
        _ => text(out, |out| write_text(out, compared, look())),
    })?;
    Ok(if comparison.is_empty() { Outcome::Done } else { Outcome::Negative })
}

/// What the data directory is compared with.
enum Other<'a> {
    /// With its own policy.
    Directory(&'a Path),
    Playbooks(&'a Path),
    Policy(&'a Path),
}

impl<'a> Other<'a> {
    /// Returns what a path names, by what is there.
    fn of(named: &'a OsStr) -> Result<Self, Error> {
        let path = Path::new(named);
        let shown = path.display();
        if named.is_empty() {
            return Err(usage("OTHER is empty").hint(NAME_OTHER));
        }
        let unreadable = |error: std::io::Error| {
            let message = format!("cannot read \"{shown}\" to compare with it: {error}");
            Error::new(ErrorKind::Io, message).hint(NAME_OTHER)
        };
        let metadata = std::fs::metadata(path).map_err(unreadable)?;
        if metadata.is_dir() {
            return Ok(Self::Directory(path));
        }
        if !metadata.is_file() {
            let message = format!("\"{shown}\" is neither a file nor a directory");
            return Err(usage(message).hint(NAME_OTHER));
        }
        match path.extension().and_then(OsStr::to_str) {
            Some("toml") => Ok(Self::Policy(path)),
            Some("json" | "jsonl") => Ok(Self::Playbooks(path)),
            _ => {
                let bytes = std::fs::read(path).map_err(unreadable)?;
                let json = serde_json::from_slice::<serde::de::IgnoredAny>(
                    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes),
                );
                Ok(if json.is_ok() { Self::Playbooks(path) } else { Self::Policy(path) })
            }
        }
    }

    /// True of a policy with contact limits. A directory sees to its own.
    fn limits_plays(&self) -> bool {
        matches!(self, Self::Policy(path)
            if policy_file::read(path).is_ok_and(|policy| policy.contact.limits_plays()))
    }

    /// Matches with it, and gives the view that has its data; reports what of it cannot be used.
    fn run(
        &self,
        session: &Session,
        opened: Opened,
        format: Format,
        needs_plays: bool,
    ) -> Result<(Arc<Matching>, Arc<Snapshot>), Error> {
        let mut workspace = opened.workspace;
        let own = |snapshot: Arc<Snapshot>| (Arc::clone(&snapshot.matching), snapshot);
        match self {
            Self::Directory(path) => {
                let other =
                    Session { directory: (*path).to_owned(), ledger: None, ..session.clone() };
                let opened = match needs_plays {
                    true => other.open_with_ledger()?,
                    false => other.open_for_matching(None, kept(format))?,
                };
                Ok(own(opened.snapshot))
            }
            Self::Policy(path) => match policy_file::read(path) {
                Ok(policy) => {
                    workspace.read_rows_under(&policy);
                    let snapshot = workspace.refresh(Reread::Changed);
                    if let Some(problem) = snapshot.problems.first() {
                        return Err(unusable(problem));
                    }
                    let dataset = Arc::clone(snapshot.matching.dataset());
                    let matching = snapshot.matching.again(dataset, Arc::new(policy));
                    Ok((Arc::new(matching), snapshot))
                }
                Err(problems) => Err(last_of(problems.iter())),
            },
            Self::Playbooks(path) => {
                // Beside the same customers; what is known about them is shared.
                workspace.take_playbooks_from((*path).to_owned());
                let snapshot = workspace.refresh(Reread::Changed);
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let of_playbooks = |findings: &[Finding]| -> Vec<Finding> {
                    let own = |finding: &&Finding| finding.is_in(DataFile::Playbooks);
                    findings.iter().filter(own).map(|f| f.clone().in_file(&name)).collect()
                };
                let found = of_playbooks(&snapshot.matching.dataset().findings);
                found.iter().take(FINDINGS_SHOWN).for_each(finding);
                if let Some(more @ 1..) = found.len().checked_sub(FINDINGS_SHOWN) {
                    note(&format!("{} more like these in {name}", count(more)));
                }
                match snapshot.problems.is_empty() {
                    true => Ok(own(snapshot)),
                    false => Err(last_of(&of_playbooks(&snapshot.problems))),
                }
            }
        }
    }
}
