//! `nextplay` without a command: the dashboard.

use std::io::{self, IsTerminal};

use super::errors::usage;
use super::output::warn_of;
use super::session::Session;
use super::{Outcome, demo};
use crate::domain::Error;
use crate::signing::Signer;
use crate::tui::{self, Left, Opening};
use crate::workspace::Options;

pub fn run(session: &Session, fresh: bool) -> Result<Outcome, Error> {
    refuse_without_terminal()?;
    if !session.read_only {
        session.refuse_as_of()?;
        session.refuse_other_name()?;
    }
    let mut session = session.clone();
    loop {
        match open(&session, fresh, None)? {
            (outcome, None) => return Ok(outcome),
            (_, Some(Opening::Demo)) => return demo::play(&session, demo::USUAL_PACE),
            (_, Some(Opening::Directory(directory))) => {
                session = session.in_directory(directory)?;
                if !session.read_only {
                    session.refuse_other_name()?;
                }
            }
        }
    }
}

/// Opens the dashboard, and returns how it ended and what to open in its place.
pub fn open(
    session: &Session,
    fresh: bool,
    demo: Option<tui::Demo>,
) -> Result<(Outcome, Option<Opening>), Error> {
    session.workspace()?;
    let signer = unlocked(session);
    // Who decides in the demo, and in which ledger, is not set by the user's settings.
    let paused = session.preferences.doubt().filter(|_| demo.is_none());
    let left = tui::run(tui::Options {
        directory: session.directory.clone(),
        by: session.by.clone(),
        fresh,
        workspace: Options { paused, signer, ..session.options() },
        settings: session.preferences.reading.clone(),
        settings_file: session.preferences.file.clone(),
        demo,
    })?;
    Ok(match left {
        Left::Done => (Outcome::Done, None),
        Left::Undone => (Outcome::Negative, None),
        Left::Open(opening) => (Outcome::Done, Some(opening)),
    })
}

/// Asks for the passphrase of the key to sign with, if it is needed, while the terminal is still that of
/// a command: the dashboard asks for none. Where that fails, it says so, and everything but deciding works.
fn unlocked(session: &Session) -> Signer {
    let signer = session.signer.clone();
    if !session.read_only
        && let Ok(policy) = session.policy()
        && let Err(problem) = signer.unlock(&session.by, &policy, session.clock().now().at)
    {
        warn_of(&problem);
    }
    signer.without_asking()
}

/// Refuses to draw where no one could see it.
pub fn refuse_without_terminal() -> Result<(), Error> {
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        return Ok(());
    }
    Err(usage("the dashboard needs a terminal")
        .hint("`nextplay match` prints the recommendations, `nextplay --help` lists commands"))
}
