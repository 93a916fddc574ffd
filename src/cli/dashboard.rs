//! `nextplay` without a command: the dashboard.

use std::io::{self, IsTerminal};

use super::Answer;
use super::session::Session;
use crate::tui;

pub fn run(session: &Session) -> anyhow::Result<Answer> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        anyhow::bail!(
            "the dashboard needs a terminal; `nextplay match` prints the recommendations, \
             `nextplay --help` lists the commands"
        );
    }
    if !session.read_only {
        session.refuse_as_of()?;
    }
    session.workspace()?;
    let done = tui::run(tui::Options {
        directory: session.directory.clone(),
        by: session.by.clone(),
        workspace: session.options(),
    })?;
    Ok(if done { Answer::Done } else { Answer::No })
}
