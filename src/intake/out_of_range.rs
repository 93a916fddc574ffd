//! `odd_value`: numbers that their field cannot hold, and the rows with such numbers where the policy
//! skips them (`learning.md`, *Out-of-range values*).

use compact_str::CompactString;

use super::capped::{Capped, capped};
use super::file::DataFile;
use crate::domain::number::Num;
use crate::domain::range::{Range, may_be_percent};
use crate::domain::{Code, Finding};
use crate::store::column::Numbers;
use crate::store::row::{Row, position_of};
use crate::store::{CustomerKey, RowIx, SkippedRow, Table};

/// A field with numbers outside of its range.
struct Odd<'t> {
    name: &'static str,
    range: Range,
    numbers: &'t Numbers,
    /// Most of the column is above 1 and at most 100.
    percent: bool,
}

impl Odd<'_> {
    fn number(&self, row: usize) -> Option<f64> {
        self.numbers.get(row).filter(|number| !self.range.holds(*number))
    }

    fn looks_like_percent(&self, number: f64) -> bool {
        self.percent && may_be_percent(number)
    }
}

fn odd<R: Row>(table: &Table<R>) -> Vec<Odd<'_>> {
    let odd = |(name, range): &(&'static str, Range)| {
        let numbers = table.numbers(position_of(R::NAMES, name)?);
        let outside = |number: &f64| !range.holds(*number);
        if !numbers.any(|number| !range.holds(number)) {
            return None;
        }
        let given = || (0..table.len).filter_map(|row| numbers.get(row));
        debug_assert!(given().any(|number| outside(&number)));
        let percent = *range == Range::Share && {
            let percent = given().filter(|number| may_be_percent(*number)).count();
            percent * 2 > given().count()
        };
        Some(Odd { name, range: *range, numbers, percent })
    };
    R::RANGES.iter().filter_map(odd).collect()
}

/// One for each number, in file order, field by field; one for a whole column that looks like percent,
/// and of very many others one for the rest.
pub fn findings<R: Row>(file: DataFile, table: &Table<R>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = nothing_measured(file, table).into_iter().collect();
    for odd in odd(table) {
        let finding = |row: usize, message: String| {
            let finding = Finding::new(Code::OddValue, message).in_file(file.name());
            table.at_row(finding.field(odd.name), row)
        };
        let number = |row: usize| odd.number(row);
        let percent = |row: &usize| number(*row).is_some_and(|n| odd.looks_like_percent(n));
        let rows = 0..if odd.percent { table.len } else { 0 };
        let mut like_percent = rows.filter(percent);
        let expected = odd.range.words();
        if let Some((row, first)) = like_percent.next().and_then(|row| Some((row, number(row)?))) {
            let count = 1 + like_percent.count();
            findings.push(finding(
                row,
                format!(
                    "{} may be a percentage: {} here and above 1 in {count} of {} rows, expected \
                     {expected}; divide it by 100",
                    odd.name,
                    Num(first),
                    table.len,
                ),
            ));
        }
        let others = (0..table.len).filter(|row| number(*row).is_some() && !percent(row));
        let Capped { first, more } = capped(others);
        for row in first {
            let found = number(row).map_or_else(String::new, |number| Num(number).to_string());
            let message =
                format!("{} is {found}, expected {expected}; the value is used as is", odd.name);
            findings.push(finding(row, message));
        }
        if let Some((row, count)) = more {
            let message =
                format!("{} is not {expected} in {count} more rows, starting here", odd.name);
            findings.push(finding(row, message));
        }
    }
    findings
}

/// A file in which no row has the number that it is there for: it may have another name.
fn nothing_measured<R: Row>(file: DataFile, table: &Table<R>) -> Option<Finding> {
    let name = R::MEASURES?;
    let numbers = table.numbers(position_of(R::NAMES, name)?);
    if table.len == 0 || numbers.any(|_| true) {
        return None;
    }
    let message = format!("no row has a {name}; check the name of the field");
    Some(Finding::new(Code::OddValue, message).in_file(table.places.table(file)).field(name))
}

/// The table without the rows that have such a number, which are skipped; `None` where there are none.
/// `id` gives the id of a customer's key.
pub fn skipped<R: Row>(
    file: DataFile,
    table: &Table<R>,
    id: impl Fn(CustomerKey) -> Option<CompactString>,
) -> Option<Table<R>> {
    let odd = odd(table);
    if odd.is_empty() {
        return None;
    }
    let is_odd = |row: &usize| odd.iter().any(|odd| odd.number(*row).is_some());
    let (bad, good): (Vec<usize>, Vec<usize>) = (0..table.len).partition(is_odd);
    let mut kept = table.select(&good);
    kept.findings.retain(|finding| finding.code != Code::OddValue);
    kept.unusable += bad.len();
    let text = |name: &str, row: usize| -> Option<&str> {
        table.texts(position_of(R::NAMES, name)?).get(row)
    };
    for row in bad {
        let (part, place) = table.places.in_order(row).unwrap_or_default();
        let customer_id = table.customers().get(RowIx::at(row)).and_then(&id).unwrap_or_default();
        let playbook_id = CompactString::from(text("playbook_id", row).unwrap_or_default());
        let about = if playbook_id.is_empty() { &customer_id } else { &playbook_id };
        let mut first = None;
        for odd in &odd {
            let Some(number) = odd.number(row) else { continue };
            let percent =
                if odd.looks_like_percent(number) { ", which may be a percentage" } else { "" };
            let (found, expected) = (format!("the number {}", Num(number)), odd.range.words());
            let message = format!(
                "row of {about} skipped: {} is {found}, expected {expected}{percent} \
                 (data.out_of_range is \"skip\")",
                odd.name
            );
            let finding = Finding::new(Code::BadRow, message).in_file(file.name());
            let mut finding = table.at_row(finding, row);
            finding.field = Some(odd.name.into());
            finding.playbook_id = (!playbook_id.is_empty()).then(|| playbook_id.clone());
            if !customer_id.is_empty() {
                finding.customers = Some(1);
                finding.customer_id = Some(customer_id.clone());
            }
            kept.findings.push(finding);
            first.get_or_insert((odd.name, found, expected));
        }
        let Some((field, found, expected)) = first else { continue };
        kept.skipped.push(SkippedRow {
            part,
            place,
            customer_id,
            playbook_id,
            name: text("name", row).map(Into::into),
            field: Some(CompactString::const_new(field)),
            found,
            expected: expected.to_owned(),
        });
    }
    kept.skipped.sort_by_key(|row| (row.part, row.place));
    Some(kept)
}
