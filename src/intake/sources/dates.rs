//! Dates of mapped columns in ISO form. Which part of `03/04/2025` is the month is told by all rows
//! together, so the texts are read as they are written and turned when the last row is known.

use super::date_text::{Order, Readings, date};
use super::mapping::{ColumnRule, DateForm, TableMapping};
use crate::domain::text::short;
use crate::domain::time::date_of;
use crate::domain::{Code, Finding};
use crate::intake::capped::{Capped, capped};
use crate::store::Table;
use crate::store::column::{Column, Texts};
use crate::store::row::{Kind, Row};

/// Turns the dates of all mapped columns; those that cannot be read are left out with a warning.
///
/// # Errors
/// Where it is not known which part of a date is the month.
pub fn settle<R: Row>(mapping: &TableMapping, table: &mut Table<R>) -> Result<(), Box<Finding>> {
    for rule in mapping.columns.iter().filter(|rule| rule.kind == Kind::Date) {
        let texts = table.texts(rule.number_of_field);
        // What looks like an ISO date may be another one by a pattern.
        let has_pattern = matches!(rule.date, Some(DateForm::Pattern(_)));
        if !has_pattern && texts.pool().iter().all(|text| date_of(text).is_some()) {
            continue;
        }
        let words: Vec<Option<String>> = match &rule.date {
            Some(form) => texts.pool().iter().map(|text| date(form, text)).collect(),
            None => {
                let order = order(rule, table, texts)?;
                texts.pool().iter().map(|text| guessed(text, order)).collect()
            }
        };
        let turned = texts.with_words(&words);
        let findings = unreadable(rule, table, texts, &words);
        table.findings.extend(findings);
        if let Some(column) = table.columns.get_mut(rule.number_of_field) {
            *column = Column::Texts(turned);
        }
    }
    Ok(())
}

fn guessed(text: &str, order: Order) -> Option<String> {
    match date_of(text) {
        Some(_) => Some(text.to_owned()),
        None => Some(Readings::of(text)?.get(order)?.to_string()),
    }
}

/// The order in which the dates of a column are written.
fn order<R: Row>(
    rule: &ColumnRule,
    table: &Table<R>,
    texts: &Texts,
) -> Result<Order, Box<Finding>> {
    // One text of each kind: read only one way, only the other way, or both ways.
    let (mut month_first, mut day_first, mut both) = (None, None, None);
    let (mut year_first, mut other_first) = (None, false);
    for (code, text) in texts.pool().iter().enumerate() {
        if date_of(text).is_some() {
            continue;
        }
        let Some(readings) = Readings::of(text) else { continue };
        match readings.year_first {
            true => drop(year_first.get_or_insert((code as u32, text))),
            false => other_first = true,
        }
        let kind = match (readings.month_first, readings.day_first) {
            (Some(one), Some(other)) if one == other => continue,
            (Some(_), Some(_)) => &mut both,
            (Some(_), None) => &mut month_first,
            (None, Some(_)) => &mut day_first,
            (None, None) => continue,
        };
        kind.get_or_insert((code as u32, text));
    }
    let set = "set date = \"%m/%d/%Y\" or date = \"%d/%m/%Y\"";
    let problem = |code: u32, message: String| {
        let row = (0..table.len).find(|row| texts.code(*row) == Some(code));
        let finding = Finding::new(Code::BadFile, message).field(rule.field);
        Box::new(match row {
            Some(row) => table.at_row(finding, row),
            None => finding,
        })
    };
    if let (Some((code, text)), false) = (year_first, other_first) {
        let message = format!(
            "{} may have the year or the day first in every row, such as {}, expected one reading; set \
             date = \"%y-%m-%d\" or date = \"%d-%m-%y\" for it in sources.toml",
            rule.field,
            short(text),
        );
        return Err(problem(code, message));
    }
    match (month_first, day_first, both) {
        (Some((_, one)), Some((code, other)), _) => {
            let message = format!(
                "{} has the month first in {} and the day first in {}, expected one order; {set} \
                 for it in sources.toml, and fix the other rows",
                rule.field,
                short(one),
                short(other),
            );
            Err(problem(code, message))
        }
        (Some(_), None, _) => Ok(Order::MonthFirst),
        (None, Some(_), _) => Ok(Order::DayFirst),
        (None, None, Some((code, text))) => {
            let message = format!(
                "{} may have the month or the day first in every row, such as {}, expected one \
                 reading; {set} for it in sources.toml",
                rule.field,
                short(text),
            );
            Err(problem(code, message))
        }
        (None, None, None) => Ok(Order::MonthFirst),
    }
}

/// A warning for each date that could not be read, in file order; of very many the rest in one.
fn unreadable<R: Row>(
    rule: &ColumnRule,
    table: &Table<R>,
    texts: &Texts,
    words: &[Option<String>],
) -> Vec<Finding> {
    let is_bad =
        |row: &usize| texts.code(*row).is_some_and(|code| words.get(code as usize) == Some(&None));
    if !words.contains(&None) {
        return Vec::new();
    }
    let expected = match &rule.date {
        Some(DateForm::Pattern(pattern)) => format!("a date as in {pattern}"),
        Some(DateForm::EpochSeconds) => "seconds since 1970, such as 1736640000".to_owned(),
        Some(DateForm::EpochMilliseconds) => {
            "milliseconds since 1970, such as 1736640000000".to_owned()
        }
        Some(DateForm::Iso) => "a date such as 2025-01-31".to_owned(),
        None => "a date such as 2025-01-31, or a pattern in sources.toml: date = \"…\"".to_owned(),
    };
    let finding = |row: usize, message: String| {
        table.at_row(Finding::new(Code::BadDate, message).field(rule.field), row)
    };
    let Capped { first, more } = capped((0..table.len).filter(is_bad));
    let mut findings: Vec<Finding> = first
        .into_iter()
        .map(|row| {
            let written = short(texts.get(row).unwrap_or_default());
            let message =
                format!("{} is {written}, expected {expected}; the date is ignored", rule.field);
            finding(row, message)
        })
        .collect();
    if let Some((row, count)) = more {
        let message = format!("{} is not a date in {count} more rows, starting here", rule.field);
        findings.push(finding(row, message));
    }
    findings
}
