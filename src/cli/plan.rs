//! `nextplay plan`: the plays that bring the most for a sum of money.

use std::sync::Arc;

use super::Answer;
use super::args::{DiffFormat, PlanArgs};
use super::output::{look, print, tell, text};
use super::session::Session;
use super::settings::scenario;
use crate::report::plan::{write_csv, write_json, write_text};

pub fn run(session: &Session, args: &PlanArgs) -> anyhow::Result<Answer> {
    let opened = session.open_with_ledger()?.snapshot;
    let scenario = scenario(&args.set, &opened.matching)?;
    let snapshot = match scenario.settings.is_empty() {
        true => opened,
        false => Arc::new(opened.under(Arc::new(scenario.run(&opened.matching)))),
    };
    let plan = snapshot.plan(args.budget);
    if plan.plays.is_empty() {
        tell("note: nothing that brings more than it costs can be had for that");
    }
    let matching = &snapshot.matching;
    print(|out| match args.format {
        DiffFormat::Text => text(out, |out| write_text(out, &plan, matching, look())),
        DiffFormat::Json => write_json(out, &plan, matching),
        DiffFormat::Csv => write_csv(out, &plan, matching),
    })?;
    Ok(Answer::Done)
}
