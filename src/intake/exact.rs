//! One row, read exactly: every value by serde_json, and a finding with its place for each that does
//! not fit.

use compact_str::CompactString;

use super::batch::Batch;
use super::part::Input;
use super::row::{self, Examined, Given, Misfit, Pairs, offset_in};
use crate::domain::place::Cursor;
use crate::domain::{Code, Finding, Place};
use crate::store::SkippedRow;
use crate::store::row::Row;

/// Takes in one row, whose text starts at `place`; `key` is the one that it stands under where the
/// file is one object.
pub fn row<R: Row>(
    batch: &mut Batch<R>,
    input: Input<'_>,
    place: Place,
    key: Option<&str>,
    text: &str,
) {
    let (mut row, given) = match row::read::<R>(text) {
        Ok((row, given)) if row.objection().is_none() => (row, given),
        _ => match row::examine::<R>(text) {
            examined if examined.misfits.is_empty() => (examined.row, examined.given),
            mut examined => {
                if let (Some(key), Some((_, id))) = (key, examined.row.id())
                    && id.is_empty()
                {
                    *id = key.into();
                }
                return skipped(batch, input, place, text, &examined);
            }
        },
    };
    if let Some(key) = key
        && given.is_empty()
        && !is_blank_row::<R>(key, text)
    {
        return skipped(batch, input, place, text, &no_row(input, key, text));
    }
    if let Some((field, id)) = row.id() {
        match key {
            Some(key) if id.is_empty() => *id = key.into(),
            Some(key) if id != key => return other_id(batch, input, place, key, field, text),
            _ => {}
        }
        if id.is_empty() {
            let message = format!("row without {field} is ignored; give it an id");
            let finding = Finding::new(Code::MissingId, message).field(field);
            batch.table.findings.push(finding.in_file(input.name).at(place));
            let says_none = R::NAMES.iter().position(|name| *name == field);
            match says_none.is_some_and(|id| given.has(id)) {
                true => batch.table.without_id += 1,
                false => batch.table.unusable += 1,
            }
            return;
        }
    }
    batch.push(row, place);
}

/// True for a row without members that stands under an id: nothing is known but that there is one. Under
/// the name of a field it is a column, of a file that was written column by column.
fn is_blank_row<R: Row>(key: &str, text: &str) -> bool {
    let members = serde_json::from_str::<Pairs>(text).map_or(1, |pairs| pairs.0.len());
    members == 0 && !R::NAMES.contains(&key)
}

/// Something that stands under a key of the file and has no field of a row.
fn no_row<R: Row>(input: Input<'_>, key: &str, text: &str) -> Examined<R> {
    let mut row = R::blank();
    if let Some((_, id)) = row.id() {
        *id = key.into();
    }
    let names = R::NAMES.iter().copied().take(3).collect::<Vec<_>>().join(", ");
    let expected = format!("a row of {} ({names}, …)", input.name);
    let misfit = Misfit { offset: 0, field: None, found: row::describe(text), expected };
    Examined { row, misfits: vec![misfit], other_ids: Vec::new(), given: Given::default() }
}

/// A row of an object whose id is not its key.
fn other_id<R: Row>(
    batch: &mut Batch<R>,
    input: Input<'_>,
    place: Place,
    key: &str,
    field: &'static str,
    text: &str,
) {
    let pairs = serde_json::from_str::<Pairs>(text);
    let value = pairs.ok().and_then(|pairs| pairs.last(field));
    let misfit = Misfit {
        offset: value.map_or(0, |value| offset_in(text, value)),
        field: Some(field),
        found: value.map_or_else(|| "nothing".to_owned(), row::describe),
        expected: format!("{key:?}, the row's key"),
    };
    let mut examined = row::examine::<R>(text);
    // Either id may be the right one: the key, which others see, is told; of customers the other
    // one is in doubt as well.
    let other = CompactString::from(examined.row.customer_id());
    if let Some((_, id)) = examined.row.id() {
        *id = key.into();
    }
    examined.misfits = vec![misfit];
    skipped(batch, input, place, text, &examined);
    if let Some(told) = batch.table.skipped.last().filter(|_| !other.is_empty()) {
        let also = SkippedRow { customer_id: other, ..told.clone() };
        batch.table.skipped.push(also);
    }
}

fn skipped<R: Row>(
    batch: &mut Batch<R>,
    input: Input<'_>,
    place: Place,
    text: &str,
    examined: &Examined<R>,
) {
    let Examined { row, misfits, other_ids, .. } = examined;
    let mut cursor = Cursor::starting_at(text, place);
    let told: Vec<Told<'_>> = misfits
        .iter()
        .map(|misfit| Told {
            place: cursor.at(misfit.offset),
            field: misfit.field,
            column: None,
            found: &misfit.found,
            expected: &misfit.expected,
        })
        .collect();
    let (customer_id, playbook_id) = (row.customer_id(), row.playbook_id());
    let about = About { customer_id, playbook_id, name: row.name(), other_ids };
    skip(batch, input.name, &about, &told);
}

/// What does not fit in a row, and where.
pub struct Told<'a> {
    pub place: Place,
    pub field: Option<&'static str>,
    /// The column of the file that the field comes from, where it has another name.
    pub column: Option<&'a str>,
    pub found: &'a str,
    pub expected: &'a str,
}

/// What a row that is skipped is about.
pub struct About<'a> {
    pub customer_id: &'a str,
    pub playbook_id: &'a str,
    pub name: Option<&'a CompactString>,
    /// Ids that it gives beside its own.
    pub other_ids: &'a [CompactString],
}

/// Skips a row of a file: a finding for everything that does not fit.
pub fn skip<R: Row>(batch: &mut Batch<R>, file: &str, row: &About<'_>, misfits: &[Told<'_>]) {
    let Some(first) = misfits.first() else { return };
    batch.table.unusable += 1;
    let about = [row.customer_id, row.playbook_id]
        .into_iter()
        .find(|id| !id.is_empty())
        .map_or_else(|| "row".to_owned(), |id| format!("row of {id}"));
    for misfit in misfits {
        let field = match (misfit.field, misfit.column) {
            (Some(field), Some(column)) => format!("{field} from {column:?} is "),
            (Some(field), None) => format!("{field} is "),
            (None, _) => String::new(),
        };
        let message =
            format!("{about} skipped: {field}{}, expected {}", misfit.found, misfit.expected);
        let mut finding = Finding::new(Code::BadRow, message).in_file(file).at(misfit.place);
        finding.field = misfit.field.map(Into::into);
        if !row.playbook_id.is_empty() {
            finding.playbook_id = Some(row.playbook_id.into());
        }
        if !row.customer_id.is_empty() {
            finding.customers = Some(1);
            finding.customer_id = Some(row.customer_id.into());
        }
        batch.table.findings.push(finding);
    }
    let told = SkippedRow {
        part: 0,
        place: first.place,
        customer_id: row.customer_id.into(),
        playbook_id: row.playbook_id.into(),
        name: row.name.cloned(),
        field: first.field.map(CompactString::const_new),
        found: first.found.to_owned(),
        expected: first.expected.to_owned(),
    };
    let about_customers = !told.customer_id.is_empty() || row.playbook_id.is_empty();
    let finding = batch.table.findings.last().cloned();
    for id in row.other_ids {
        let mut finding = finding.clone();
        let other = match about_customers {
            true => SkippedRow { customer_id: id.clone(), ..told.clone() },
            false => SkippedRow { playbook_id: id.clone(), ..told.clone() },
        };
        if let Some(finding) = &mut finding {
            match about_customers {
                true => finding.customer_id = Some(id.clone()),
                false => finding.playbook_id = Some(id.clone()),
            }
        }
        batch.table.skipped.push(other);
        batch.table.findings.extend(finding);
    }
    batch.table.skipped.push(told);
}
