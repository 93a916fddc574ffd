//! What the tools that only read return: byte for byte the JSON of the commands, lists under `items`.

use std::io::{self, Write};

use super::engine::View;
use super::inputs::{Budget, Nothing, OfCustomer, Part, Settings};
use crate::domain::{self, Error, ErrorKind, Finding};
use crate::filter::Filter;
use crate::insight::scenario::{Scenario, compare};
use crate::report::comparison::{self, Compared};
use crate::report::playbooks::items as playbook_items;
use crate::report::portfolio::document::Document;
use crate::report::portfolio::{Report, json as report_json, markdown};
use crate::report::whole::{explained, with_report};
use crate::report::{json, learned, plan as plan_report};

/// A text, mostly JSON.
pub type Answer = Result<Vec<u8>, Error>;

/// The longest answer in bytes: no client shows its model more, and a million customers would take more
/// memory than most machines have.
const LONGEST: usize = 32 << 20;

/// A text in memory that is not too long.
struct Limited(Vec<u8>);

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LONGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes a text to memory.
fn text(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Answer {
    let mut text = Limited(Vec::new());
    write(&mut text).map_err(|_| {
        let message = format!("the answer is longer than {} MB", LONGEST >> 20);
        Error::new(ErrorKind::Refused, message).hint(
            "explain_customer explains one customer; the commands of nextplay print everything",
        )
    })?;
    let mut text = text.0;
    text.truncate(text.trim_ascii_end().len());
    Ok(text)
}

/// Writes a list as an object.
///
/// # Errors
/// Where it is too long.
pub fn items<T: serde::Serialize>(rows: impl IntoIterator<Item = T>) -> Answer {
    text(|out| {
        out.write_all(b"{\"items\":")?;
        json::array(out, rows)?;
        out.write_all(b"}")
    })
}

/// Writes the part of a list of customers that is asked for, as much of it as fits. `numbers` are those
/// of the list, in ascending order by `key`.
fn part<T: serde::Serialize, K: PartialOrd>(
    view: &View,
    asked: &Part,
    mut numbers: Vec<usize>,
    key: impl Fn(usize) -> K,
    item: impl Fn(usize) -> Option<T>,
) -> Answer {
    let usage = |message: &str| Error::new(ErrorKind::Usage, message);
    if asked.limit == Some(0) {
        return Err(usage("limit 0 lists nothing").hint("expected a limit of 1 or more"));
    }
    let snapshot = &view.snapshot;
    if let Some(text) = &asked.filter {
        let filter = Filter::parse_strict(text, &view.by);
        let matching = filter.map_err(|error| error.context("filter"))?.rows(snapshot);
        numbers.retain(|number| matching.binary_search(number).is_ok());
    }
    let begin = match &asked.cursor {
        None => 0,
        // Whoever it names may have left the list since.
        Some(id) => {
            let gone = |_| usage(&format!("no cursor \"{id}\"")).hint("ask without a cursor");
            let last = key(snapshot.find_customer(id).map_err(gone)?);
            numbers.partition_point(|number| key(*number) <= last)
        }
    };
    let rest = numbers.get(begin..).unwrap_or_default();
    let wanted = rest.get(..asked.limit.unwrap_or(rest.len())).unwrap_or(rest);
    let mut told: usize = 0;
    let mut answer = text(|out| {
        out.write_all(b"{\"items\":[")?;
        let mut between = "\n";
        for number in wanted {
            if let Some(item) = item(*number) {
                let row = format!("{between}{}", domain::json::line(&item));
                match out.write_all(row.as_bytes()) {
                    // The rest is for another answer.
                    Err(_) if told > 0 => break,
                    written => written?,
                }
                between = ",\n";
            }
            told += 1;
        }
        Ok(())
    })?;
    answer.extend(b"\n]");
    let last = told.checked_sub(1).and_then(|last| wanted.get(last)).filter(|_| told < rest.len());
    let last = last.and_then(|number| snapshot.matching.customer(*number));
    if let Some(last) = last {
        let total = numbers.len();
        let next = domain::json::line(last.id());
        answer.extend(format!(",\"total\":{total},\"next_cursor\":{next}").bytes());
    }
    answer.push(b'}');
    Ok(answer)
}

/// Every customer, in file order.
///
/// # Errors
/// Where it cannot be told.
pub fn customers(view: &View) -> Answer {
    list_customers(view, Part::default())
}

/// Every playbook, in file order.
///
/// # Errors
/// Where it cannot be told.
pub fn playbooks(view: &View) -> Answer {
    items(playbook_items(view.usable()?))
}

/// The text of the policy file.
///
/// # Errors
/// Where it cannot be told.
pub fn policy(view: &View) -> Answer {
    let policy = &view.usable()?.policy;
    let none = "# There is no nextplay.toml: the defaults are in force.\n";
    Ok(policy.text.as_deref().unwrap_or(none).as_bytes().to_vec())
}

fn with_whole_report<R>(
    view: &View,
    waits: bool,
    write: impl FnOnce(&Report<'_>) -> R,
) -> Result<R, Error> {
    Ok(with_report(view.with_ledger()?, &view.name, None, waits, write))
}

/// The report for people.
///
/// # Errors
/// Where it cannot be told.
pub fn report_text(view: &View) -> Answer {
    with_whole_report(view, true, |report| {
        text(|out| markdown::write(out, &Document::new(report)))
    })?
}

/// The tool `list_customers`.
///
/// # Errors
/// Where it cannot be told, or the input does not make sense.
pub fn list_customers(view: &View, input: Part) -> Answer {
    let snapshot = view.with_ledger()?;
    let all = (0..snapshot.len()).collect();
    part(view, &input, all, |number| number, |number| snapshot.customer_item(number))
}

/// One customer, as `explain`.
///
/// # Errors
/// Where it cannot be told, or the input does not make sense.
pub fn explain_customer(view: &View, input: OfCustomer) -> Answer {
    let snapshot = view.with_ledger()?;
    let number = snapshot.named_customer(&input.customer_id)?;
    let gone = || Error::new(ErrorKind::Internal, "the customer is gone");
    let standing = snapshot.standing(number);
    let explained = explained(snapshot, number, &standing, &view.reviewer()).ok_or_else(gone)?;
    text(|out| json::lines(out, [explained]))
}

/// What needs a decision, as `queue`.
///
/// # Errors
/// Where it cannot be told, or the input does not make sense.
pub fn list_queue(view: &View, input: Part) -> Answer {
    let snapshot = view.with_ledger()?;
    // As it is sorted.
    let key = |number| (-snapshot.matching.revenue_at_risk(number), number);
    part(view, &input, snapshot.waiting(), key, |number| snapshot.queue_item(number))
}

/// The plays that are cleared to run, as `export`, each with its basis.
///
/// # Errors
/// Where the ledger cannot be trusted, or the input does not make sense.
pub fn list_cleared_plays(view: &View, input: Part) -> Answer {
    let snapshot = view.with_ledger()?;
    let cleared = snapshot.cleared()?;
    part(view, &input, cleared, |number| number, |number| snapshot.cleared_play(number))
}

/// The figures, as `report`.
///
/// # Errors
/// Where it cannot be told, or the input does not make sense.
pub fn portfolio_report(view: &View, _: Nothing) -> Answer {
    with_whole_report(view, false, |report| text(|out| report_json::write(out, report)))?
}

/// Problems, as `check`.
///
/// # Errors
/// Where it cannot be told, or the input does not make sense.
pub fn check(view: &View, _: Nothing) -> Answer {
    let snapshot = &view.snapshot;
    let findings: Vec<&Finding> = snapshot
        .findings()
        .chain(snapshot.decision_findings())
        .chain(snapshot.strategy_findings())
        .collect();
    items(findings)
}

/// What outcomes say, as `learn`.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn learn(view: &View, _: Nothing) -> Answer {
    let snapshot = view.with_ledger()?;
    text(|out| learned::write_json(out, snapshot.learned()))
}

/// What experiments show, as `experiment`.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn list_experiments(view: &View, _: Nothing) -> Answer {
    items(view.with_ledger()?.experiments().iter())
}

/// What changes, as `diff --set`.
///
/// # Errors
/// Where it cannot be told, or the input does not make sense.
pub fn what_if(view: &View, input: Settings) -> Answer {
    let snapshot = view.usable()?;
    let scenario = Scenario::parse(&input.set, snapshot.matching.dataset())?;
    let before = &*snapshot.before([&scenario]);
    let after = scenario.run(before);
    let comparison = compare(before, &after, &|| false).unwrap_or_default();
    let compared = Compared { comparison: &comparison, before, after: &after };
    text(|out| comparison::write_json(out, compared))
}

/// Plays for a budget, as `plan`.
///
/// # Errors
/// Where it cannot be told, or the input does not make sense.
pub fn plan(view: &View, input: Budget) -> Answer {
    if !input.budget.is_finite() || input.budget < 0.0 {
        let message = format!("budget {} is not an amount", input.budget);
        return Err(
            Error::new(ErrorKind::Usage, message).hint("expected an amount in dollars, 0 or more")
        );
    }
    let snapshot = view.with_ledger()?;
    let plan = snapshot.plan(input.budget + 0.0);
    text(|out| plan_report::write_json(out, &plan, &snapshot.matching))
}
