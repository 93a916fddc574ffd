//! `nextplay ledger`: sets up, copies, accepts or recovers a ledger, and lists who signs.

use std::ffi::{OsStr, OsString};

use clap::Subcommand;
use jiff::Timestamp;

use super::Outcome;
use super::errors::{last_of, no_head, refused, usage};
use super::output::{note, print, print_text, warning};
use super::session::Session;
use super::slow::with_slow_notice;
use crate::approval::rules;
use crate::domain::money::count;
use crate::domain::text::escape_controls;
use crate::domain::{Digest, Error, ErrorKind, RecoveredCustomers};
use crate::intake::load::Reread;
#[cfg(feature = "team")]
use crate::ledger::postgres::{self, Made};
use crate::ledger::{Continuity, Copied, Cut, Ledger, LedgerMemory, LedgerPlace, Recovery};
use crate::signing::allowed::AllowedSigners;

/// Set up, copy, accept or recover a ledger, and list who signs
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub action: Action,
}

#[derive(Debug, Subcommand)]
pub enum Action {
    /// Print the keys of the policy as `ssh-keygen -Y verify` takes them
    ///
    /// One line a key, with the time in which it is in use. Names with other characters than letters,
    /// digits and ._@+- are left out, with a warning.
    AllowedSigners,
    /// Accept a ledger that is new or was rewritten
    Accept {
        /// Hash of its last entry, as `nextplay verify` prints it; 64 zeros for a missing or empty
        /// ledger
        #[arg(long, value_name = "HASH")]
        head: String,
    },
    /// Set up a ledger in a PostgreSQL database, or print the statements that do
    #[cfg(feature = "team")]
    Init {
        /// Run the statements in the database of --ledger, as the role that is to own the ledger
        #[arg(long)]
        apply: bool,
    },
    /// Copy a ledger, line for line, from a file to a database, back, or to another file
    ///
    /// The entries that the other one lacks are copied: all of them or none. A ledger with other entries is left
    /// as it is. Only the owner of a ledger in a database can copy into it.
    Copy {
        /// Ledger to copy: a file, or a database as postgres://ROLE@HOST/DATABASE
        #[arg(value_name = "FROM")]
        from: OsString,
        /// Ledger to copy to: empty, missing, or one that has only the first entries of the other
        #[arg(value_name = "TO")]
        to: OsString,
    },
    /// Recover a broken ledger: keep the entries before the break, move the rest to another file
    Recover {
        /// Recover it; without this, only show what would happen
        #[arg(long)]
        yes: bool,
    },
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    match &args.action {
        #[cfg(feature = "team")]
        Action::Init { apply } => init(session, *apply),
        Action::AllowedSigners => allowed_signers(session),
        Action::Accept { head } => accept(session, head),
        Action::Copy { from, to } => copy(session, from, to),
        Action::Recover { yes } => recover(session, *yes),
    }
}

#[cfg(feature = "team")]
fn init(session: &Session, apply: bool) -> Result<Outcome, Error> {
    if !apply {
        print_text(|out| out.write_all(postgres::script().as_bytes()))?;
        return Ok(Outcome::Done);
    }
    session.refuse_as_of()?;
    if session.read_only {
        return Err(refused("nothing was changed: opened with --read-only"));
    }
    let Some(LedgerPlace::Server(url)) = &session.ledger else {
        return Err(usage("--apply needs a database")
            .hint("name it with --ledger postgres://ROLE@HOST/DATABASE"));
    };
    let made = postgres::apply(url)?;
    print_text(|out| {
        let name = escape_controls(url.database());
        if made.is_empty() {
            return writeln!(out, "Nothing changed: database \"{name}\" has a ledger");
        }
        for Made { change, what } in &made {
            writeln!(out, "{} {}", <&str>::from(change), escape_controls(what))?;
        }
        writeln!(out, "Database \"{name}\" has a ledger")
    })?;
    Ok(Outcome::Done)
}

fn allowed_signers(session: &Session) -> Result<Outcome, Error> {
    session.workspace()?;
    let signers = AllowedSigners::of(&session.policy()?);
    for name in &signers.left_out {
        warning(&format!(
            "the keys of {name:?} are left out: ssh-keygen does not accept such a name"
        ));
    }
    if signers.lines.is_empty() && signers.left_out.is_empty() {
        note("no approver has a key");
    }
    print(|out| signers.lines.iter().try_for_each(|line| writeln!(out, "{line}")))?;
    Ok(Outcome::Done)
}

fn accept(session: &Session, head: &str) -> Result<Outcome, Error> {
    session.check_recording()?;
    let head = Digest::parse(head.to_ascii_lowercase().as_bytes()).ok_or_else(|| no_head(head))?;
    rules::reviewer(&session.by)?;
    let ledger = session.ledger()?;
    let no_state = || Error::new(ErrorKind::Io, "there is no state directory to save this in");
    let state = session.state.as_ref().ok_or_else(no_state)?;
    let memory = ledger.memory(state);
    let recalled = memory.recall();
    let history = with_slow_notice(&ledger.activity(), || ledger.read())?;
    if let Some(broken) = &history.broken {
        return Err(broken.clone().into());
    }
    if history.head() != head {
        let actual = history.head();
        return Err(refused(format!("nothing was accepted: the head is {actual}, not {head}")));
    }
    let before = recalled.compare(&history, ledger.place());
    memory.accept(&history, &session.by, Timestamp::now())?;
    let entries = match history.seq() {
        1 => "1 entry".to_owned(),
        seq => format!("{} entries", count(usize::try_from(seq).unwrap_or(usize::MAX))),
    };
    let was = match before {
        Ok(Continuity::Same { .. }) => ", which it was before",
        _ => "",
    };
    print_text(|out| {
        writeln!(
            out,
            "Accepted the ledger with {entries} and head {head} as {}{was}",
            escape_controls(&session.by)
        )
    })?;
    Ok(Outcome::Done)
}

fn copy(session: &Session, from: &OsStr, to: &OsStr) -> Result<Outcome, Error> {
    session.refuse_as_of()?;
    if session.read_only {
        return Err(refused("nothing was copied: opened with --read-only"));
    }
    let open = |named: &OsStr| -> Result<Ledger, Error> {
        if named.is_empty() {
            return Err(usage("the name of a ledger is empty"));
        }
        Ok(Ledger::new(LedgerPlace::parse(named)?).with_wait(session.wait))
    };
    let (from, to) = (open(from)?, open(to)?);
    if from.path().is_some_and(|path| !path.exists()) {
        let name = from.place().to_string();
        return Err(usage(format!("there is no ledger {}", escape_controls(&name))));
    }
    let (history, continuity) = session.read_compared(&from, Ledger::read, |history| history)?;
    if matches!(continuity, Continuity::Rewritten { .. }) {
        return Err(refused("nothing was copied: the ledger to copy was rewritten"));
    }
    let Copied { entries, added, head } =
        with_slow_notice(&to.activity(), || to.copy_from(&history))?;
    if let Some(tail) = history.unfinished.filter(|tail| !tail.whole) {
        note(&format!("line {} is unfinished: it does not count and was not copied", tail.line));
    }
    let number = |n: u64| match n {
        1 => "1 entry".to_owned(),
        n => format!("{} entries", count(usize::try_from(n).unwrap_or(usize::MAX))),
    };
    print_text(|out| {
        let place = to.place().to_string();
        let (place, all) = (escape_controls(&place), number(entries));
        match added {
            0 => writeln!(out, "Nothing to copy: {place} has the same {all}, head {head}"),
            added if added == entries => writeln!(out, "Copied {all} to {place}, head {head}"),
            added => {
                let added = number(added);
                writeln!(out, "Added {added} to {place}: it now has the same {all}, head {head}")
            }
        }
    })?;
    Ok(Outcome::Done)
}

fn recover(session: &Session, yes: bool) -> Result<Outcome, Error> {
    session.check_recording()?;
    let ledger = session.ledger()?;
    let memory = session.state.as_ref().map(|state| ledger.memory(state));
    let recalled = memory.as_ref().map(LedgerMemory::recall).unwrap_or_default();
    let seen = recalled.entries();
    let planned = with_slow_notice(&ledger.activity(), || ledger.plan_recovery(seen))?;
    let Some(recovery) = planned else {
        print_text(|out| writeln!(out, "The ledger is sound: nothing to recover"))?;
        return Ok(Outcome::Done);
    };
    if !yes {
        print_text(|out| write!(out, "{}", words(&recovery, false)))?;
        return Err(refused("nothing was changed").hint("add --yes to recover the ledger"));
    }
    if session.read_only {
        return Err(refused("nothing was changed: opened with --read-only"));
    }
    let mut workspace = session.workspace()?;
    let snapshot = workspace.refresh(Reread::Changed);
    if snapshot.policy.never_good {
        return Err(last_of(&snapshot.policy.problems).context("nothing was changed"));
    }
    rules::is_approver(snapshot.matching.policy(), &session.by)?;
    let before = recalled.compare(&ledger.read()?, ledger.place());
    let rewritten = matches!(before, Ok(Continuity::Rewritten { .. }));
    let now = Timestamp::now();
    let hand = session.signer.hand(&session.by, snapshot.matching.policy(), now);
    let hand = hand.map_err(|error| error.context("nothing was changed"))?;
    let sign = |message: &[u8]| hand.as_ref().map(|hand| hand.sign(message)).transpose();
    let recover = || ledger.recover_signed(&session.by, now, seen, &sign);
    let recovered = with_slow_notice(&ledger.activity(), recover)
        .map_err(|error| Error { kind: ErrorKind::Refused, ..error.into() })?;
    let Some(recovered) = recovered else {
        print_text(|out| writeln!(out, "The ledger is sound: nothing to recover"))?;
        return Ok(Outcome::Done);
    };
    if let Some(memory) = memory.filter(|_| !rewritten) {
        // Where only form was repaired, what was remembered is still there.
        let remembered = match recovered.recovery.cut {
            Some(_) => memory.remember_cut(&recovered.history, now),
            None => memory.remember(&recovered.history, ledger.place(), now),
        };
        if let Err(error) = remembered {
            warning(&error.to_string());
        }
    }
    print_text(|out| {
        write!(out, "{}", words(&recovered.recovery, true))?;
        if let Some(file) = &recovered.file {
            writeln!(
                out,
                "What was cut off is in {}",
                escape_controls(&file.display().to_string())
            )?;
        }
        writeln!(out, "Saved (#{}), head {}", recovered.history.seq(), recovered.history.head())
    })?;
    Ok(Outcome::Done)
}

/// What a recovery does or did.
fn words(recovery: &Recovery, done: bool) -> String {
    let verb = |now: &'static str, past: &'static str| if done { past } else { now };
    let lines = |n: u64, one: &str, more: &str| match n {
        1 => format!("1 {one}"),
        n => format!("{} {more}", count(usize::try_from(n).unwrap_or(usize::MAX))),
    };
    let mut text =
        format!("{} {}\n", verb("Would keep", "Kept"), lines(recovery.kept, "entry", "entries"));
    if recovery.repaired > 0 {
        text.push_str(&format!(
            "{} the form of {} (line ends, byte-order mark, blank lines)\n",
            verb("Would repair", "Repaired"),
            lines(recovery.repaired, "line", "lines")
        ));
    }
    if let Some(Cut { line, reason, bytes, customers }) = &recovery.cut {
        text.push_str(&format!(
            "{} {} from line {line} on: {}\n",
            verb("Would cut off", "Cut off"),
            lines(*bytes, "byte", "bytes"),
            escape_controls(reason)
        ));
        text.push_str(&match customers {
            RecoveredCustomers::All(_) => "Every customer needs a new decision\n".to_owned(),
            RecoveredCustomers::Named(named) => {
                let named: Vec<_> =
                    named.iter().map(|id| escape_controls(id).into_owned()).collect();
                format!("Need a new decision: {}\n", named.join(", "))
            }
        });
    }
    text
}
