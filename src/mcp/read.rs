//! What the tools that only read return: byte for byte the JSON of the commands, lists under `items`.

use std::io::{self, Write};

use super::engine::View;
use super::inputs::{Budget, Nothing, OfCustomer, Settings};
use crate::domain::{Error, ErrorKind, Finding};
use crate::insight::scenario::{Scenario, compare};
use crate::report::comparison::{self, Compared};
use crate::report::playbooks::items as playbook_items;
use crate::report::portfolio::document::Document;
use crate::report::portfolio::{Report, json as report_json, markdown};
use crate::report::whole::{explained, with_report};
use crate::report::{json, plan as plan_report};

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

/// Every customer, in file order.
///
/// # Errors
/// Where it cannot be told.
pub fn customers(view: &View) -> Answer {
    let snapshot = view.with_ledger()?;
    items((0..snapshot.len()).filter_map(|number| snapshot.customer_item(number)))
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
pub fn list_customers(view: &View, _: Nothing) -> Answer {
    customers(view)
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
pub fn list_queue(view: &View, _: Nothing) -> Answer {
    let snapshot = view.with_ledger()?;
    items(snapshot.waiting().into_iter().filter_map(|number| snapshot.queue_item(number)))
}

/// The plays that are cleared to run, as `export`, each with its basis.
///
/// # Errors
/// Where the ledger cannot be trusted.
pub fn list_cleared_plays(view: &View, _: Nothing) -> Answer {
    items(view.with_ledger()?.cleared_plays()?)
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

/// What changes, as `diff --set`.
///
/// # Errors
/// Where it cannot be told, or the input does not make sense.
pub fn what_if(view: &View, input: Settings) -> Answer {
    let before = &view.usable()?.matching;
    let scenario = Scenario::parse(&input.set, before.dataset())?;
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
