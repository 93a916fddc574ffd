//! `nextplay check`: what is wrong or suspicious in the data and the strategy.

use super::Answer;
use super::args::{CheckArgs, TextFormat};
use super::output::{look, print, text};
use super::session::Session;
use crate::domain::Finding;
use crate::report::findings::{Counts, write_text};
use crate::report::json;

pub fn run(session: &Session, args: &CheckArgs) -> anyhow::Result<Answer> {
    let snapshot = session.look()?.snapshot;
    let findings: Vec<&Finding> = snapshot
        .findings()
        .chain(snapshot.decision_findings())
        .chain(snapshot.strategy_findings())
        .collect();
    print(|out| match args.format {
        TextFormat::Text => text(out, |out| write_text(out, &findings, look())),
        TextFormat::Json => json::array(out, &findings),
    })?;
    let counts = Counts::of(findings.iter().copied());
    let fails = counts.errors > 0 || (args.strict && counts.warnings > 0);
    Ok(if fails { Answer::No } else { Answer::Done })
}
