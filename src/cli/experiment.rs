//! `nextplay experiment`: what experiments show so far, and ending one.

use std::sync::Arc;

use super::Outcome;
use super::errors::{refused, usage};
use super::format::Format;
use super::output::{look, note, print, print_text, text};
use super::session::{Opened, Session};
use crate::domain::Error;
use crate::domain::suggestion::{did_you_mean, suggestions};
use crate::domain::text::escape_controls;
use crate::insight::experiment::result::{Action, ExperimentResult};
use crate::report::{experiments, json};
use crate::workspace::DiffLine;

/// Show experiment results so far
///
/// Intervals stay valid no matter how often you check. Nothing changes by itself: --promote and --stop show the change of
/// the policy and the playbooks, and with --yes write it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Id of the experiment; all if not given
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Show the change that ends the experiment with the arm that performs better
    #[arg(long, requires = "id", conflicts_with_all = ["stop", "format"])]
    pub promote: bool,
    /// Show the change that ends the experiment and keeps the control, as the other arms perform worse
    #[arg(long, requires = "id", conflicts_with = "format")]
    pub stop: bool,
    /// Write the change
    #[arg(long)]
    pub yes: bool,
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Text, Format::Json]), default_value = "text")]
    pub format: Format,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let action = match (args.promote, args.stop) {
        (true, _) => Some(Action::Promote),
        (_, true) => Some(Action::Stop),
        _ if args.yes => return Err(usage("--yes needs --promote or --stop")),
        _ => None,
    };
    let mut opened = session.open_with_ledger()?;
    let snapshot = Arc::clone(&opened.snapshot);
    let all = snapshot.experiments();
    let named = match &args.id {
        Some(id) => Some(find(all, id)?),
        None => None,
    };
    if let Some((action, result)) = action.zip(named) {
        if args.yes {
            session.refuse_as_of()?;
        }
        return end(&mut opened, result, action, args.yes);
    }
    if all.is_empty() {
        note("there are no experiments; [[experiment]] in nextplay.toml defines one");
    }
    let results = named.map_or(&**all, std::slice::from_ref);
    print(|out| match args.format {
        Format::Json => json::array(out, results),
        _ => text(out, |out| experiments::write_text(out, results, look())),
    })?;
    Ok(Outcome::Done)
}

fn find<'a>(results: &'a [ExperimentResult], id: &str) -> Result<&'a ExperimentResult, Error> {
    results.iter().find(|result| result.id == id).ok_or_else(|| {
        let error = usage(format!("no experiment {id:?} in nextplay.toml"));
        match did_you_mean(&suggestions(id, results.iter().map(|result| result.id.as_str()))) {
            Some(hint) => error.hint(hint),
            None => error,
        }
    })
}

/// Shows what ends an experiment, and writes it where that is confirmed.
fn end(
    opened: &mut Opened,
    result: &ExperimentResult,
    action: Action,
    confirmed: bool,
) -> Result<Outcome, Error> {
    if let Some(error) = says_otherwise(result, action) {
        return Err(error);
    }
    let plan = opened.workspace.plan_ending(&opened.snapshot, &result.id)?;
    print_text(|out| {
        writeln!(out, "{}", escape_controls(&plan.text))?;
        for line in plan.lines() {
            let (sign, line) = match &line {
                DiffLine::Words(line) | DiffLine::Place(line) => ("", line),
                DiffLine::Removed(line) => ("- ", line),
                DiffLine::Added(line) => ("+ ", line),
            };
            writeln!(out, "{sign}{}", escape_controls(line))?;
        }
        plan.follows.iter().try_for_each(|line| writeln!(out, "{}", escape_controls(line)))
    })?;
    let names = plan.names();
    if !confirmed {
        let message = format!("nothing is written: {names} would change");
        return Err(refused(&message).hint("add --yes to write it"));
    }
    opened.workspace.end_experiment(&plan)?;
    note(&format!("wrote {names}: {} has ended", escape_controls(&plan.id)));
    Ok(Outcome::Done)
}

/// Why an experiment is not ended in a way, where its result does not say that it should be.
fn says_otherwise(result: &ExperimentResult, wanted: Action) -> Option<Error> {
    let (advice, id) = (&result.recommendation, escape_controls(&result.id));
    if advice.action == wanted {
        return None;
    }
    let not = if wanted == Action::Promote { "not promoted" } else { "not stopped" };
    let text = escape_controls(&advice.text).into_owned();
    let (why, hint) = match (advice.action, wanted) {
        (Action::Promote, _) => ("has a better arm", "--promote ends it with that arm"),
        (Action::Stop, _) => ("has no better arm", "--stop ends it and keeps the control"),
        (Action::Broken, _) => ("proves nothing", ""),
        (Action::Wait, Action::Promote) => ("has no clear winner yet", ""),
        (Action::Wait, _) => ("has no clear loser yet", ""),
    };
    let error = refused(format!("{not}: {id} {why}")).hint(text);
    Some(if hint.is_empty() { error } else { error.hint(hint) })
}
