//! `nextplay lessons`: what people's rejections and overrides say about playbooks.

use super::Outcome;
use super::format::Format;
use super::output::{note, print, text};
use super::session::Session;
use crate::domain::Error;
use crate::report::{json, lessons};

/// Show what rejections and overrides say about playbooks
///
/// Where many decisions about a playbook have the same reason, it proposes a setting, and the `diff` that
/// shows what the setting changes. Nothing changes by itself.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Text, Format::Json]), default_value = "text")]
    pub format: Format,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let snapshot = session.open_with_ledger()?.snapshot;
    let all = snapshot.lessons();
    if all.is_empty() {
        note("there are no lessons: no rejection or override with a reason stands");
    }
    print(|out| match args.format {
        Format::Json => json::array(out, all.iter()),
        _ => text(out, |out| lessons::write_text(out, all, &snapshot.matching)),
    })?;
    Ok(Outcome::Done)
}
