//! `nextplay mcp`: programs ask, people decide.

use std::io;

use super::Outcome;
use super::errors::usage;
use super::session::Session;
use crate::domain::Error;
use crate::mcp;

/// Serve agents and other programs through the Model Context Protocol, on standard input and output
///
/// Agents list, explain, plan and propose; people decide. Entries are recorded in the name that --by sets:
/// set it, or agents record in your name.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(session: &Session, _: &Args) -> Result<Outcome, Error> {
    if !session.read_only {
        session.check_recording()?;
    }
    if session.by.is_empty() {
        return Err(usage("no one is named to record for").hint("name the agent: --by NAME"));
    }
    // The terminal is the client's.
    let signer = session.signer.clone().without_asking();
    let workspace = Session { signer, ..session.clone() }.workspace()?;
    let name = super::report::name(&session.directory);
    let (by, wait) = ((session.by.as_str(), name.as_str()), session.wait);
    mcp::serve(workspace, by, wait, io::stdin(), io::stdout(), |end| {
        // Without it a signal ends the program as it ends any other; what is recorded is recorded.
        let _ = super::signals::on_end(move || end.end());
    })?;
    Ok(Outcome::Done)
}
