//! `nextplay` without a command: the dashboard.

use std::io::{self, IsTerminal};

use super::Outcome;
use super::errors::usage;
use super::session::Session;
use crate::domain::Error;
use crate::tui;
use crate::workspace::Options;

pub fn run(session: &Session) -> Result<Outcome, Error> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(usage("the dashboard needs a terminal").hint(
            "`nextplay match` prints the recommendations, `nextplay --help` lists commands",
        ));
    }
    if !session.read_only {
        session.refuse_as_of()?;
    }
    session.workspace()?;
    let done = tui::run(tui::Options {
        directory: session.directory.clone(),
        by: session.by.clone(),
        workspace: Options { paused: session.preferences.doubt(), ..session.options() },
        settings: session.preferences.reading.clone(),
        settings_file: session.preferences.file.clone(),
    })?;
    Ok(if done { Outcome::Done } else { Outcome::Negative })
}
