//! The table of tools: what a program can ask for. There is none that approves, rejects, defers,
//! overrides or undoes: people decide.

use rmcp::model::JsonObject;

use super::engine::{Engine, View};
use super::inputs::{self, Budget, Claim, Nothing, OfCustomer, Outcome, Part, Proposed, Settings};
use super::outputs;
use super::read::{self, Answer};
use super::record::{self, Recording};
use super::shape::Kind;

/// A row of the table.
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it does, for whoever chooses among tools.
    pub description: &'static str,
    /// Makes the schema of its input.
    pub input: fn() -> JsonObject,
    /// The shape of what it returns, with which texts come from data.
    pub output: Kind,
    /// What it does.
    pub call: Call,
}

/// What a tool does with its input.
pub enum Call {
    /// Reads what is on disk.
    Read(fn(&View, Option<JsonObject>) -> Answer),
    /// Adds to what is on disk. The same call again adds nothing where `repeatable`.
    Record {
        /// Does it.
        call: fn(&mut Engine, Option<JsonObject>) -> Recording,
        /// The same call again adds nothing.
        repeatable: bool,
    },
}

/// A row of a tool that reads.
macro_rules! reads {
    ($name:literal, $title:literal, $input:ty, $output:ident, $call:path, $description:literal) => {
        Tool {
            name: $name,
            title: $title,
            description: $description,
            input: inputs::schema::<$input>,
            output: outputs::$output,
            call: Call::Read(|view, input| $call(view, inputs::parse::<$input>(input)?)),
        }
    };
}

/// A row of a tool that records.
macro_rules! records {
    (
        $name:literal, $title:literal, $input:ty, $output:ident, $call:path, $repeatable:literal,
        $description:literal
    ) => {
        Tool {
            name: $name,
            title: $title,
            description: $description,
            input: inputs::schema::<$input>,
            output: outputs::$output,
            call: Call::Record {
                call: |engine, input| $call(engine, inputs::parse::<$input>(input)?),
                repeatable: $repeatable,
            },
        }
    };
}

/// All tools.
pub static TOOLS: &[Tool] = &[
    reads!(
        "list_customers",
        "List customers",
        Part,
        CUSTOMERS,
        read::list_customers,
        "List every customer with recommendation and status, in file order. Customers without a \
         recommendation have null in the fields of the playbook. There may be very many: use a filter and \
         a limit."
    ),
    reads!(
        "explain_customer",
        "Explain a customer",
        OfCustomer,
        EXPLANATION,
        read::explain_customer,
        "Explain what is recommended for a customer, why other playbooks are not, and what was decided."
    ),
    reads!(
        "list_queue",
        "List what needs a decision",
        Part,
        QUEUE,
        read::list_queue,
        "List the recommendations that need a person's decision, by revenue at risk, the highest first."
    ),
    reads!(
        "portfolio_report",
        "Report on the portfolio",
        Nothing,
        REPORT,
        read::portfolio_report,
        "Report on the whole portfolio: targets, investment, segments, stages, performance, findings."
    ),
    reads!(
        "check",
        "Check data and strategy",
        Nothing,
        FINDINGS,
        read::check,
        "List problems in the data files and in the strategy."
    ),
    reads!(
        "what_if",
        "Compare with other settings",
        Settings,
        COMPARISON,
        read::what_if,
        "Compare the recommendations with those under other settings. Nothing is changed."
    ),
    reads!(
        "plan",
        "Plan for a budget",
        Budget,
        PLAN,
        read::plan,
        "Find the plays with the highest net benefit for a budget. Nothing is changed."
    ),
    reads!(
        "learn",
        "Learn from outcomes",
        Nothing,
        LEARNED,
        read::learn,
        "Show what outcomes say about playbooks: rates, values and costs by segment, those of few runs \
         adjusted toward those of more. Nothing is changed."
    ),
    reads!(
        "list_experiments",
        "List experiments",
        Nothing,
        EXPERIMENTS,
        read::list_experiments,
        "List what each experiment shows so far: the rates of its arms, their differences, and what to do. \
         Nothing is changed."
    ),
    reads!(
        "list_cleared_plays",
        "List plays cleared to run",
        Part,
        CLEARED,
        read::list_cleared_plays,
        "List the plays that the policy or people cleared to run, each with the basis that claim_plays \
         asks for."
    ),
    records!(
        "claim_plays",
        "Claim plays to carry out",
        Claim,
        CLAIMED,
        record::claim_plays,
        true,
        "Claim up to 20 cleared plays to carry them out: each is recorded as started, or refused with \
         its reason. The same claim with the same key again returns the same answer. The policy has to \
         allow it."
    ),
    records!(
        "report_outcome",
        "Report an outcome",
        Outcome,
        REPORTED,
        record::report_outcome,
        true,
        "Report the outcome of a play that was handed off, once, however long ago. The same report again \
         adds nothing. The policy has to allow it."
    ),
    records!(
        "propose",
        "Propose a playbook",
        Proposed,
        ENTRY,
        record::propose,
        false,
        "Propose a playbook for a customer. A proposal changes no status: a person decides. Returns the \
         entry of the ledger."
    ),
];

/// Returns the tool of a name.
pub fn tool(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name == name)
}
