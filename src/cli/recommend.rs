//! `nextplay match`: the recommendations.

use serde::Serialize;

use super::Outcome;
use super::filter::FilterArgs;
use super::format::Format;
use super::output::{look, note, print, text};
use super::session::Session;
use crate::domain::decision::InExperiment;
use crate::domain::{Error, Recommendation};
use crate::insight::card::uncovered::why_nothing;
use crate::intake::Keep;
use crate::matching::Matching;
use crate::report::prepared::{self, Shape};
use crate::report::{json, recommendations};

/// List the recommendation for each customer
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Table, Format::Json, Format::Jsonl, Format::Csv]), default_value = "table")]
    pub format: Format,
    /// Minimum confidence, from 0 to 1, instead of the policy's
    #[arg(long, value_name = "X", value_parser = fraction, allow_negative_numbers = true)]
    pub confidence_threshold: Option<f64>,
    /// Show only this customer, by id or by whole name, in any case
    #[arg(long, value_name = "CUSTOMER")]
    pub customer: Option<String>,
    /// Filter of the customers.
    #[command(flatten)]
    pub filter: FilterArgs,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let filter = args.filter.parse(session)?;
    let keep = if args.format == Format::Table { Keep::Named } else { Keep::Recommended };
    // A filter may ask for statuses.
    let snapshot = match &filter {
        None => session.open_for_matching(args.confidence_threshold, keep)?.snapshot,
        Some(_) => session.open_at(args.confidence_threshold)?.snapshot,
    };
    let matching = &snapshot.matching;
    let numbers = match &args.customer {
        Some(typed) => {
            let known = matching.dataset().customer_number(typed);
            let number = match known {
                Some(number) => number,
                // Names are not kept for matching alone.
                None => snapshot.find_customer(&session.customer_id(typed)?)?,
            };
            number..number + 1
        }
        None => 0..matching.len(),
    };
    if let Some(filtered) = args.filter.rows(filter.as_ref(), &snapshot) {
        let rows: Vec<usize> =
            filtered.rows.into_iter().filter(|number| numbers.contains(number)).collect();
        return print_rows(matching, &rows, args.format);
    }
    let empty = numbers.clone().all(|number| matching.play(number).is_none());
    if empty {
        match args.customer.as_ref().and_then(|_| matching.customer(numbers.start)) {
            Some(view) => note(&format!(
                "nothing is recommended for {}: {}",
                view.id(),
                why_nothing(matching, numbers.start)
            )),
            None => note("nothing is recommended for any customer"),
        }
    }
    print(|out| match args.format {
        Format::Json => prepared::write(out, matching, numbers, Shape::Array),
        Format::Jsonl => prepared::write(out, matching, numbers, Shape::Lines),
        Format::Csv => recommendations::write_matched_csv(out, matching, numbers),
        // Titles over nothing would only look like a result.
        _ if empty => Ok(()),
        _ => text(out, |out| recommendations::write_table(out, matching, numbers, look())),
    })?;
    Ok(Outcome::Done)
}

/// A recommendation, with the experiment of a customer who is in one.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    recommendation: Recommendation,
    #[serde(skip_serializing_if = "Option::is_none")]
    experiment: Option<InExperiment>,
}

/// Prints the recommendations of some customers.
fn print_rows(matching: &Matching, rows: &[usize], format: Format) -> Result<Outcome, Error> {
    let rows = || rows.iter().filter(|number| matching.play(**number).is_some()).copied();
    let in_full = || {
        let row = |number| Row {
            recommendation: matching.recommendation(number).unwrap_or_default(),
            experiment: matching.in_experiment(number),
        };
        rows().map(row)
    };
    if rows().next().is_none() {
        note("no customer with a recommendation matches the filter");
    }
    print(|out| match format {
        Format::Json => json::array(out, in_full()),
        Format::Jsonl => json::lines(out, in_full()),
        Format::Csv => recommendations::write_matched_csv(out, matching, rows()),
        _ if rows().next().is_none() => Ok(()),
        _ => text(out, |out| recommendations::write_table(out, matching, rows(), look())),
    })?;
    Ok(Outcome::Done)
}

/// Reads a number from 0 to 1.
fn fraction(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if (0.0..=1.0).contains(&x) => Ok(x),
        _ => Err("expected a number from 0 to 1".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_finite_and_in_range() {
        for text in ["nan", "inf", "-0.1", "1.0001", "", "half"] {
            assert!(fraction(text).is_err(), "{text}");
        }
        for (text, want) in [("0", 0.0), ("1", 1.0), ("5e-1", 0.5)] {
            assert_eq!(fraction(text), Ok(want));
        }
    }
}
