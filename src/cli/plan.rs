//! `nextplay plan`: the plays that bring the most for a sum of money.

use std::sync::Arc;

use super::Outcome;
use super::format::Format;
use super::output::{look, note, print, text};
use super::session::Session;
use super::settings::scenario;
use crate::domain::Error;
use crate::report::plan::{write_csv, write_json, write_text};

/// Find the plays with the highest net benefit for a budget
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Budget in dollars
    #[arg(long, value_name = "N", value_parser = amount, allow_negative_numbers = true)]
    pub budget: f64,
    /// Value to change first, as in `diff`; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Text, Format::Json, Format::Csv]), default_value = "text")]
    pub format: Format,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let opened = session.open_with_ledger()?.snapshot;
    let scenario = scenario(&args.set, &opened.matching)?;
    let snapshot = match scenario.settings.is_empty() {
        true => opened,
        false => Arc::new(opened.under(Arc::new(scenario.run(&opened.before([&scenario]))))),
    };
    let plan = snapshot.plan(args.budget);
    if plan.plays.is_empty() {
        note("no plays with a net benefit fit the budget");
    }
    let matching = &snapshot.matching;
    print(|out| match args.format {
        Format::Json => write_json(out, &plan, matching),
        Format::Csv => write_csv(out, &plan, matching),
        _ => text(out, |out| write_text(out, &plan, matching, look())),
    })?;
    Ok(Outcome::Done)
}

/// Reads an amount of money.
fn amount(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if x.is_finite() && x >= 0.0 => Ok(x + 0.0),
        _ => Err("expected an amount in dollars, 0 or more".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_finite_and_not_negative() {
        for text in ["nan", "inf", "-1", "", "much"] {
            assert!(amount(text).is_err(), "{text}");
        }
        assert_eq!((amount("0"), amount("2.5e3")), (Ok(0.0), Ok(2500.0)));
    }
}
