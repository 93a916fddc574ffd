//! What differs between two runs, as `diff` prints it.

use std::io::{self, Write};

use rayon::prelude::*;
use serde_json::Value;

use super::fields::Fields;
use super::table::{Cell, Column, Layout};
use super::{Look, Tone, csv, table};
use crate::domain::Recommendation;
use crate::domain::json;
use crate::domain::money::{count, counted, dollars};
use crate::domain::width::Width;
use crate::insight::scenario::comparison::Changed;
use crate::insight::scenario::{Change, Comparison, CustomerChange, Totals};
use crate::matching::Matching;
use crate::store::CustomerView;

/// Columns that the words about a customer have at most.
const LONGEST: usize = 1_000;

/// Customers whose rows are made by one thread at a time.
const PART: usize = 1 << 10;
/// Parts that are made before any of them is written.
const PARTS: usize = 16;

/// A comparison with the two runs that it is of.
#[derive(Clone, Copy)]
pub struct Compared<'a> {
    /// The comparison.
    pub comparison: &'a Comparison,
    /// Before the change.
    pub before: &'a Matching,
    /// After the change.
    pub after: &'a Matching,
}

impl Compared<'_> {
    fn rows(&self) -> impl Iterator<Item = CustomerChange> {
        let all = self.comparison.customers.iter();
        all.filter_map(|changed| changed.row(self.before, self.after))
    }
}

/// One object: totals before and after, and every customer with another recommendation.
///
/// # Errors
/// What the writer reports.
pub fn write_json(out: &mut dyn Write, compared: Compared<'_>) -> io::Result<()> {
    let Comparison { before, after, customers } = compared.comparison;
    out.write_all(b"{\"before\":")?;
    json::write(&mut *out, before)?;
    out.write_all(b",\"after\":")?;
    json::write(&mut *out, after)?;
    out.write_all(b",\"customers\":[")?;
    let mut between: &[u8] = b"\n";
    for stretch in customers.chunks(PART * PARTS) {
        let text = |part: &[Changed]| {
            let mut text = Vec::new();
            for row in part.iter().filter_map(|one| one.row(compared.before, compared.after)) {
                if !text.is_empty() {
                    text.extend_from_slice(b",\n");
                }
                json::write(&mut text, &row)?;
            }
            Ok(text)
        };
        let texts: Vec<io::Result<Vec<u8>>> = stretch.par_chunks(PART).map(text).collect();
        for text in texts {
            out.write_all(between)?;
            out.write_all(&text?)?;
            between = b",\n";
        }
    }
    out.write_all(if customers.is_empty() { b"]}\n" } else { b"\n]}\n" })
}

/// A row for each customer: `customer_id`, `change`, then every other field before and after.
///
/// # Errors
/// What the writer reports.
pub fn write_csv(out: &mut dyn Write, compared: Compared<'_>) -> io::Result<()> {
    let own = Fields::of(&Recommendation::default());
    // The first one is the customer's id.
    let names: Vec<&str> = own.names().skip(1).collect();
    let of_side =
        |side: &str| -> Vec<String> { names.iter().map(|name| format!("{side}_{name}")).collect() };
    let (was, now) = (of_side("before"), of_side("after"));
    let columns = was.iter().chain(&now).map(String::as_str);
    let header = ["customer_id", "change"].into_iter().chain(columns);
    let cells = |told: Option<&Recommendation>| -> Vec<Value> {
        match told {
            Some(told) => Fields::of(told).0.into_iter().skip(1).map(|(_, value)| value).collect(),
            None => vec![Value::Null; names.len()],
        }
    };
    let rows = compared.rows().map(|row| {
        let first = [row.customer_id.as_str().into(), row.change.name().into()];
        let sides = [cells(row.before.as_ref()), cells(row.after.as_ref())];
        first.into_iter().chain(sides.into_iter().flatten()).collect()
    });
    csv::write(out, header, rows)
}

const TOTALS: [Column; 4] = [
    Column::left(""),
    Column::right("current"),
    Column::right("proposed"),
    Column::right("change"),
];

const CUSTOMERS: [Column; 4] = [
    Column::left("id").cut(8).kept(),
    Column::left("customer").name(18),
    Column::left("change").spare(1),
    Column::left("details").cut(20),
];

/// For people: the totals side by side, then a line for each customer.
///
/// # Errors
/// What the writer reports.
pub fn write_text(out: &mut dyn Write, compared: Compared<'_>, look: Look) -> io::Result<()> {
    let Comparison { before, after, customers } = compared.comparison;
    table::write(out, &TOTALS, &totals(before, after), look)?;
    writeln!(out)?;
    if customers.is_empty() {
        return writeln!(out, "No recommendation changes.");
    }
    writeln!(out, "{}", summary(compared.comparison))?;
    writeln!(out)?;
    // Rows come one by one, as there may be a million: the columns are laid out for the longest texts.
    let views = || customers.iter().filter_map(|one| view(compared, one));
    let longest = |texts: &mut dyn Iterator<Item = &str>| -> String {
        texts.max_by_key(|text| text.width()).unwrap_or_default().to_owned()
    };
    let id = longest(&mut views().map(|view| view.id()));
    let name = longest(&mut views().filter_map(|view| view.name()));
    // Without a terminal nothing has to fit, and nothing is behind the details.
    let details = " ".repeat(look.width.unwrap_or_default());
    let widest = [id.as_str(), &name, Change::Switches.name(), &details].map(Cell::new);
    let layout = Layout::new(&CUSTOMERS, &[widest.to_vec()], look);
    layout.header(out)?;
    let labels = &compared.after.policy().labels;
    for one in customers {
        let Some(row) = one.row(compared.before, compared.after) else { continue };
        let name = view(compared, one).and_then(|view| view.name()).unwrap_or_default();
        let cells = [
            Cell::new(&row.customer_id),
            Cell::new(name),
            Cell::new(row.change.name()).tone(tone(row.change)),
            Cell::within(row.words(labels), LONGEST),
        ];
        layout.row(out, &cells)?;
    }
    Ok(())
}

/// The customer of a change, as it was, or as it is where it was not there.
fn view<'a>(compared: Compared<'a>, changed: &Changed) -> Option<CustomerView<'a>> {
    let was = changed.before().and_then(|number| compared.before.customer(number));
    was.or_else(|| compared.after.customer(changed.after()?))
}

fn tone(change: Change) -> Tone {
    match change {
        Change::Gains => Tone::Good,
        Change::Loses => Tone::Bad,
        Change::Switches => Tone::Attention,
        Change::Numbers => Tone::Plain,
    }
}

fn totals(before: &Totals, after: &Totals) -> Vec<Vec<Cell>> {
    let counts = |title: &str, was: usize, now: usize| {
        let change = match now.cmp(&was) {
            std::cmp::Ordering::Greater => format!("+{}", count(now - was)),
            std::cmp::Ordering::Less => format!("-{}", count(was - now)),
            std::cmp::Ordering::Equal => "0".to_owned(),
        };
        vec![Cell::new(title), Cell::new(count(was)), Cell::new(count(now)), Cell::new(change)]
    };
    let money = |title: &str, was: f64, now: f64| {
        let change = dollars(now - was);
        let change = if now > was { format!("+{change}") } else { change };
        vec![Cell::new(title), Cell::new(dollars(was)), Cell::new(dollars(now)), Cell::new(change)]
    };
    vec![
        counts("recommendations", before.recommendations, after.recommendations),
        counts("needs approval", before.need_approval, after.need_approval),
        money("expected cost", before.expected_cost, after.expected_cost),
        money("expected value", before.expected_value, after.expected_value),
        money("net benefit", before.net_benefit, after.net_benefit),
    ]
}

/// Returns `14 customers affected: 3 gain a recommendation, 11 switch to another playbook`.
fn summary(comparison: &Comparison) -> String {
    let kinds = Change::ALL.map(|change| (change, comparison.count(change)));
    let of_kinds = kinds.into_iter().filter(|(_, n)| *n > 0);
    let of_kinds = of_kinds.map(|(change, n)| format!("{} {}", count(n), change.words(n)));
    let parts: Vec<String> = of_kinds.collect();
    format!("{} affected: {}", counted(comparison.customers.len(), "customer"), parts.join(", "))
}
