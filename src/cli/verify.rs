//! `nextplay verify`: checks the ledger's chain, and the signatures of its entries.

use std::sync::Arc;

use super::Outcome;
use super::errors::no_head;
use super::output::{error, print_text, warning};
use super::session::Session;
use crate::approval::signatures::{self, SignatureReport};
use crate::domain::money::count;
use crate::domain::text::escape_controls;
use crate::domain::{Entry, Error, ErrorKind};
use crate::ledger::{Continuity, Ledger, Verification};

/// Check the hash chain of the ledger and the signatures of its entries
///
/// Ends with status 1 if the chain is broken, or an entry in the name of an approver with a key has no
/// valid signature.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Hash noted earlier that must still be in the ledger
    #[arg(long, value_name = "HASH")]
    pub head: Option<String>,
}

/// Hexadecimal digits of a SHA-256.
const HEAD_DIGITS: usize = 64;

const NAMES: &str = "names are as given by --by and are not proved";
const ROLES: &str = "names are the roles that logged in to the database";

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    if let Some(head) = &args.head
        && (head.len() != HEAD_DIGITS || !head.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        return Err(no_head(head));
    }
    let ledger = session.ledger()?;
    let missing = ledger.path().is_some_and(|path| {
        let metadata = std::fs::symlink_metadata(path);
        metadata.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    });
    let (verification, continuity) =
        session.read_compared(&ledger, Ledger::verify, |verification| &verification.history)?;
    // The process ends with the command: to free a million entries one by one would only take time.
    std::mem::forget(Arc::clone(&verification.history));
    let (entries, head) = (verification.entries, &verification.head);
    let names = if ledger.place().role().is_some() { ROLES } else { NAMES };
    let noun = if entries == 1 { "entry" } else { "entries" };
    let compared = match &continuity {
        Continuity::FirstLook => "first look: a rewrite before it cannot be seen".to_owned(),
        Continuity::Same { seq, head, remembered }
        | Continuity::Rewritten { seq, head, remembered } => {
            let day = remembered.strftime("%Y-%m-%d");
            format!("compared with {head}, entry {seq}, remembered on {day}")
        }
        Continuity::New(new) => new.words(),
    };
    let policy = session.policy();
    let all: Vec<&Arc<Entry>> = verification.history.entries().collect();
    let signatures = policy.as_ref().map(|policy| signatures::report(&all, policy));
    let names = match &signatures {
        Ok(report) if report.signed > 0 => {
            let (signed, all) = (count(report.signed), count(entries));
            let are = if report.signed == 1 { "is" } else { "are" };
            let others = match report.signed == entries {
                true => String::new(),
                false => format!("; of the others, {names}"),
            };
            format!("{signed} of {all} {noun} {are} signed{others}")
        }
        _ => names.to_owned(),
    };
    print_text(|out| {
        match &verification.broken {
            Some(broken) => writeln!(
                out,
                "broken at line {}: {}; {} {noun} before it, head {head}",
                broken.line,
                escape_controls(&broken.reason),
                count(entries)
            ),
            None if missing => {
                writeln!(
                    out,
                    "no ledger yet: there is no {}",
                    escape_controls(&ledger.place().to_string())
                )
            }
            None => writeln!(out, "{} {noun}, chain whole, head {head}\n{names}", count(entries)),
        }?;
        writeln!(out, "{compared}")
    })?;
    if let Some(unfinished) = &verification.unfinished {
        warning(&unfinished.to_string());
    }
    for seq in &verification.without_basis {
        warning(&format!("the basis of entry {seq} cannot be read, so the entry approves nothing"));
    }
    let are_right = match &signatures {
        Ok(report) => tell(report),
        Err(problem) => {
            warning(&format!("signatures are not checked: {problem}"));
            all.iter().all(|entry| entry.sig.is_none())
        }
    };
    if let Some(broken) = &verification.broken {
        error(&Error::new(ErrorKind::Data, broken.to_string()));
        return Ok(Outcome::Negative);
    }
    if let Continuity::Rewritten { .. } = continuity {
        return Ok(Outcome::Negative);
    }
    match head_answer(&verification, args.head.as_deref()) {
        Outcome::Done if !are_right => Ok(Outcome::Negative),
        outcome => Ok(outcome),
    }
}

/// Names each entry that does not count for its signature; returns true where there is none. Warns of
/// unsigned entries that may be dated back to before a key.
fn tell(report: &SignatureReport<'_>) -> bool {
    for (entry, fault) in &report.faults {
        let (seq, by, noun) = (entry.seq, &entry.by, entry.kind.rules().noun);
        let message = format!("entry {seq}: {by}'s {noun} {}; it does not count", fault.words());
        error(&Error::new(ErrorKind::Data, message));
    }
    for (entry, since) in &report.before_key {
        if let Some(since) = since {
            warning(&format!(
                "entry {} by {} is not signed: it is dated before their key, but stands behind entry {}, \
                 made when the key was in use",
                entry.seq, entry.by, since.seq
            ));
        }
    }
    report.faults.is_empty()
}

/// Returns whether a head that was noted earlier is still in the ledger.
fn head_answer(verification: &Verification, head: Option<&str>) -> Outcome {
    match head {
        Some(hash) if !verification.had_head(&hash.to_lowercase()) => {
            let message = format!(
                "no entry has the hash {hash}: entries were removed or replaced since it was noted"
            );
            error(&Error::new(ErrorKind::Data, message));
            Outcome::Negative
        }
        _ => Outcome::Done,
    }
}
