//! `nextplay queue`: what needs a decision.

use rayon::prelude::*;

use super::Outcome;
use super::filter::FilterArgs;
use super::format::Format;
use super::output::{hint, look, note, print, text};
use super::session::Session;
use crate::domain::text::escape_controls;
use crate::domain::{Error, Person};
use crate::insight::QueueItem;
use crate::report::{json, queue};
use crate::workspace::Scope;
use crate::workspace::scope::ScopeFilter;

/// Items made at a time, on every core.
const CHUNK: usize = 4 * 1024;

/// List what needs a decision
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Table, Format::Json, Format::Jsonl, Format::Csv]), default_value = "table")]
    pub format: Format,
    /// Show only my accounts: customers whose owner is the reviewer
    #[arg(long)]
    pub mine: bool,
    /// Show only what the reviewer may decide
    #[arg(long)]
    pub can_approve: bool,
    /// Show customers at high risk without a recommendation, too
    ///
    /// They come last and have no `playbook_id`.
    #[arg(long)]
    pub include_uncovered: bool,
    /// Filter of the customers.
    #[command(flatten)]
    pub filter: FilterArgs,
}

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    let filter = args.filter.parse(session)?;
    let snapshot = session.open_with_ledger()?.snapshot;
    let me = Person::new(&session.by);
    let filtered = args.filter.rows(filter.as_ref(), &snapshot);
    let matches = |number: usize| {
        filtered.as_ref().is_none_or(|filtered| filtered.rows.binary_search(&number).is_ok())
    };
    let scopes = [(args.mine, Scope::Mine), (args.can_approve, Scope::CanApprove)];
    let scopes: Vec<Scope> =
        scopes.into_iter().filter_map(|(wanted, scope)| wanted.then_some(scope)).collect();
    let filters: Vec<ScopeFilter<'_>> =
        scopes.iter().map(|scope| ScopeFilter::new(*scope, &snapshot, &me)).collect();
    let uncovered = if args.include_uncovered { snapshot.uncovered() } else { Vec::new() };
    let listed =
        |number: &usize| matches(*number) && filters.iter().all(|scope| scope.includes(*number));
    let numbers: Vec<usize> =
        snapshot.waiting().into_iter().chain(uncovered).filter(listed).collect();
    if numbers.is_empty() && filtered.is_some() {
        note("no customer who needs a decision matches the filter");
    } else if numbers.is_empty() {
        say_empty(scopes.last().copied().unwrap_or_default());
    }
    // Not all at once: of very many customers they would take most of the memory.
    let made = |numbers: &[usize]| -> Vec<QueueItem> {
        numbers.par_iter().filter_map(|number| snapshot.queue_item(*number)).collect()
    };
    let items = numbers.chunks(CHUNK).flat_map(made);
    let matching = &snapshot.matching;
    print(|out| match args.format {
        Format::Json => json::array(out, items),
        Format::Jsonl => json::lines(out, items),
        Format::Csv => queue::write_csv(out, items),
        // Titles over nothing would only look like a result.
        _ if numbers.is_empty() => Ok(()),
        _ => {
            let today = snapshot.today();
            text(out, |out| queue::write_table(out, items, matching, today, look()))
        }
    })?;
    if matches!(args.format, Format::Table) {
        for over in snapshot.over_capacity().among(matching, &numbers) {
            note(&escape_controls(&over.words()));
        }
    }
    Ok(Outcome::Done)
}

/// Says that there is nothing, in the words of the scope, and offers the next one.
fn say_empty(scope: Scope) {
    let words = scope.nothing_waits();
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    note(&format!("{}{}", first.map(String::from).unwrap_or_default(), letters.as_str()));
    match scope {
        Scope::All => {}
        Scope::Mine => hint("`nextplay queue --can-approve` lists what you may decide"),
        Scope::CanApprove => hint("`nextplay queue` lists everything that needs a decision"),
    }
}
