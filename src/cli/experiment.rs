//! `nextplay experiment`: what experiments show so far.

use super::Outcome;
use super::errors::usage;
use super::format::Format;
use super::output::{look, note, print, text};
use super::session::Session;
use crate::domain::Error;
use crate::domain::suggestion::{did_you_mean, suggestions};
use crate::report::{experiments, json};

/// Show what experiments say so far
///
/// Intervals hold however often you look. Nothing is promoted by itself: that is a change of the policy.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Id of the experiment; all if not given
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Text, Format::Json]), default_value = "text")]
    pub format: Format,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let snapshot = session.open_with_ledger()?.snapshot;
    let mut results = snapshot.experiments();
    if let Some(id) = &args.id {
        if !results.iter().any(|result| result.id == *id) {
            let error = usage(format!("no experiment {id:?} in nextplay.toml"));
            let known = results.iter().map(|result| result.id.as_str());
            return Err(match did_you_mean(&suggestions(id, known)) {
                Some(hint) => error.hint(hint),
                None => error,
            });
        }
        results.retain(|result| result.id == *id);
    }
    if results.is_empty() {
        note("there are no experiments; [[experiment]] in nextplay.toml defines one");
    }
    print(|out| match args.format {
        Format::Json => json::array(out, results.iter()),
        _ => text(out, |out| experiments::write_text(out, &results, look())),
    })?;
    Ok(Outcome::Done)
}
