//! `nextplay match`: the recommendations.

use super::Answer;
use super::args::{MatchArgs, TableFormat};
use super::output::{look, print, tell, text};
use super::session::Session;
use crate::report::prepared::{self, Shape};
use crate::report::{explanation, recommendations};

pub fn run(session: &Session, args: &MatchArgs) -> anyhow::Result<Answer> {
    let snapshot = session.open_for_matching(args.confidence_threshold)?.snapshot;
    let matching = &snapshot.matching;
    let numbers = match &args.customer {
        Some(id) => {
            let number = snapshot.find_customer(id)?;
            number..number + 1
        }
        None => 0..matching.len(),
    };
    let empty = numbers.clone().all(|number| matching.play(number).is_none());
    if empty {
        match args.customer.as_ref().and_then(|_| matching.explain(numbers.start)) {
            Some(told) => tell(&format!(
                "note: nothing is recommended for {}: {}",
                told.customer_id,
                explanation::why_nothing(&told)
            )),
            None => tell("note: nothing is recommended for anybody"),
        }
    }
    print(|out| match args.format {
        // Titles over nothing would only look like a result.
        TableFormat::Table if empty => Ok(()),
        TableFormat::Table => {
            text(out, |out| recommendations::write_table(out, matching, numbers, look()))
        }
        TableFormat::Json => prepared::write(out, matching, numbers, Shape::Array),
        TableFormat::Jsonl => prepared::write(out, matching, numbers, Shape::Lines),
        TableFormat::Csv => {
            let rows = numbers.filter_map(|number| matching.recommendation(number));
            recommendations::write_csv(out, rows)
        }
    })?;
    Ok(Answer::Done)
}
