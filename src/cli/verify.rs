//! `nextplay verify`: checks the ledger's chain.

use std::sync::Arc;

use super::Outcome;
use super::errors::no_head;
use super::output::{error, print_text, warning};
use super::session::Session;
use crate::domain::money::count;
use crate::domain::text::escape_controls;
use crate::domain::{Error, ErrorKind};
use crate::ledger::{Continuity, Ledger, Verification};

/// Check the hash chain of the ledger
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Hash noted earlier that must still be in the ledger
    #[arg(long, value_name = "HASH")]
    pub head: Option<String>,
}

/// Hexadecimal digits of a SHA-256.
const HEAD_DIGITS: usize = 64;

const NAMES: &str = "names are as given by --by, they are not proved";
const ROLES: &str = "names are the roles that the database let in";

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
    if let Some(broken) = &verification.broken {
        error(&Error::new(ErrorKind::Data, broken.to_string()));
        return Ok(Outcome::Negative);
    }
    if let Continuity::Rewritten { .. } = continuity {
        return Ok(Outcome::Negative);
    }
    Ok(head_answer(&verification, args.head.as_deref()))
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
