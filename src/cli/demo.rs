//! `nextplay demo`: the dashboard on a copy of the sample data that is thrown away.

use std::io;
use std::time::Duration;

use super::Outcome;
use super::dashboard::{self, refuse_without_terminal};
use super::errors::usage;
use super::preferences::Preferences;
use super::session::Session;
use crate::demo::{Place, Player, sample};
use crate::domain::{Error, ErrorKind};
use crate::settings::effective::Origin;
use crate::signing::Signer;
use crate::state::StateDirectory;
use crate::tui;
use crate::workspace::Options;

/// The reviewer where no other is named: an owner of accounts in the sample data.
const REVIEWER: &str = "dana";
/// Open the dashboard on a copy of the sample data while a script plays
///
/// Signals arrive, a second reviewer decides, a file breaks. Every key works, and decisions count until
/// the demo is left. Nothing remains of it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Seconds between two steps; 0 plays all of them at once
    #[arg(long, value_name = "SECONDS", default_value = "6", value_parser = super::args::seconds)]
    pub pace: Duration,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let Preferences { data, ledger, .. } = &session.preferences;
    let refused = [
        (data, "the demo has data of its own"),
        (ledger, "decisions in the demo go into a ledger of its own"),
    ];
    for (origin, why) in refused {
        if let Origin::Flag(option) = origin {
            return Err(usage(format!("{option} does not work with `demo`: {why}"))
                .hint(format!("leave {option} out, or run `nextplay` without `demo`")));
        }
    }
    play(session, args.pace)
}

/// How long the demo waits between two steps where nothing else is asked for.
pub const USUAL_PACE: Duration = Duration::from_secs(6);

/// Plays the demo until it is left, and removes its copy.
pub fn play(session: &Session, beat: Duration) -> Result<Outcome, Error> {
    refuse_without_terminal()?;
    let failed = |error: io::Error| {
        Error::new(ErrorKind::Io, format!("cannot make the copy for the demo: {error}"))
            .hint("set TMPDIR to a directory that can be written")
    };
    let place = Place::new().map_err(failed)?;
    let clock = session.clock();
    sample::write(&place.data(), clock.now().today()).map_err(failed)?;
    // A name that was not given for the demo is nobody in the sample data.
    let is_named = matches!(session.preferences.reviewer, Origin::Flag(_));
    let by = if is_named { session.by.clone() } else { REVIEWER.to_owned() };
    let session = Session {
        directory: place.data(),
        by,
        ledger: None,
        state: Some(StateDirectory::at(&place.state())),
        signer: Signer::default(),
        ..session.clone()
    };
    // Of the other reviewer, whatever this one may do.
    let options = Options { read_only: false, ..session.options() };
    let player = Player::new(place.data(), &session.by, options);
    dashboard::open(&session, false, Some(tui::Demo { player, beat })).map(|(outcome, _)| outcome)
}
