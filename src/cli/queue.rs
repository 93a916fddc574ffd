//! `nextplay queue`: what waits for a decision.

use super::Answer;
use super::args::{QueueArgs, TableFormat};
use super::output::{look, print, tell, text};
use super::session::Session;
use crate::domain::Person;
use crate::insight::QueueItem;
use crate::report::{json, queue};

pub fn run(session: &Session, args: &QueueArgs) -> anyhow::Result<Answer> {
    let snapshot = session.open_with_ledger()?.snapshot;
    let me = Person::new(&session.by);
    let items = match args.mine {
        true => snapshot.queue_of(|number| snapshot.waits_for(number, &me)),
        false => snapshot.queue_of(|_| true),
    };
    if items.is_empty() {
        tell("note: nothing waits for a decision");
    }
    let matching = &snapshot.matching;
    let roi = |item: &QueueItem| {
        let number = matching.dataset().customer_number(&item.recommendation.customer_id)?;
        Some(matching.winner(number)?.economics.roi)
    };
    print(|out| match args.format {
        // Titles over nothing would only look like a result.
        TableFormat::Table if items.is_empty() => Ok(()),
        TableFormat::Table => text(out, |out| queue::write_table(out, &items, roi, look())),
        TableFormat::Json => json::array(out, &items),
        TableFormat::Jsonl => json::lines(out, &items),
        TableFormat::Csv => queue::write_csv(out, &items),
    })?;
    Ok(Answer::Done)
}
