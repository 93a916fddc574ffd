//! The fast path through rows of cells: those in which every cell is of the usual kinds. It never guesses:
//! a row that it takes is one that [`RowTaker`] would take with the same values, and says nothing of;
//! every other row is left to that.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::cell::Cell;
use super::delimited::{Header, end_of_cell};
use super::mapping::{ColumnRule, NumberForm, Origin};
use super::row_taker::{MOST_FIELDS, RowTaker, is_totals};
use super::value::{self, Value};
use crate::domain::Place;
use crate::intake::batch::Batch;
use crate::intake::token::{self, Found};
use crate::store::row::{Kind, Row};

/// So many rows more may be left to the slow path than are taken, before none is looked at any more.
const PATIENCE: u32 = 256;

/// What a cell is for.
#[derive(Debug, Clone)]
enum Want<'t> {
    /// Whatever it is, it fits and is not kept.
    Nothing,
    /// A text or a date for a field.
    Text(usize),
    /// A number for a field, as programs write it.
    Number(&'t ColumnRule),
    /// Texts with something between them.
    List(&'t ColumnRule),
    /// What the rule makes of it.
    Other(&'t ColumnRule),
    /// Several fields.
    Several(Vec<Want<'t>>),
}

/// Takes rows of one block.
pub struct PlainRows<'t> {
    text: &'t str,
    delimiter: u8,
    /// Of each cell of a row.
    wants: Vec<Want<'t>>,
    /// The field that says whom a row is about, and the name of the column that it comes from.
    id: (usize, &'t str),
    values: FoundValues<'t>,
    taken: u32,
    left: u32,
}

/// What was found in a row, by field.
#[derive(Default)]
struct FoundValues<'t> {
    all: Vec<Found<'t>>,
    /// Lists as JSON. Few distinct ones come again and again.
    lists: Vec<String>,
    numbers_of_lists: FxHashMap<&'t str, usize>,
    /// Of each field the number of the list that was found.
    list_of: Vec<Option<usize>>,
}

impl<'t> PlainRows<'t> {
    /// Returns what takes rows of a text; `None` where each needs a closer look.
    pub fn new<R: Row>(
        taker: &'t RowTaker<'_>,
        header: &Header,
        text: &'t str,
        batch: &Batch<R>,
    ) -> Option<Self> {
        // Of other tables the rules have something to say about whole rows.
        if !R::STREAMED {
            return None;
        }
        let mapping = taker.mapping;
        let id = (taker.id?.1, mapping.names.get(taker.id_column?)?.as_str());
        let mut values =
            FoundValues { all: vec![Found::Nothing; R::NAMES.len()], ..FoundValues::default() };
        let defaults = taker.defaults.iter().map(|(field, fixed)| (*field, fixed));
        let constants = mapping.columns.iter().filter_map(|rule| match &rule.from {
            Origin::Constant(fixed) => Some((rule.number_of_field, fixed)),
            Origin::Column(_) => None,
        });
        for (field, fixed) in defaults.chain(constants) {
            *values.all.get_mut(field)? = fixed.found();
        }
        let mut of_columns = vec![Want::Nothing; mapping.names.len()];
        for rule in &mapping.columns {
            let Origin::Column(column) = rule.from else { continue };
            of_columns.get_mut(column)?.add(Want::of(rule, batch.keeps(rule.number_of_field)));
        }
        if of_columns.iter().any(Want::has_list) {
            values.list_of = vec![None; R::NAMES.len()];
        }
        let of_cell = |column: &Option<usize>| match column {
            Some(column) => of_columns.get(*column).cloned(),
            None => Some(Want::Nothing),
        };
        let wants = header.wanted().iter().map(of_cell).collect::<Option<Vec<_>>>()?;
        Some(Self { text, delimiter: header.delimiter, wants, id, values, taken: 0, left: 0 })
    }

    /// Takes in the row that starts there, and gives the offset behind it; `None` where it has to be read
    /// by the slow path.
    #[inline]
    pub fn take<R: Row>(&mut self, at: usize, batch: &mut Batch<R>, place: Place) -> Option<usize> {
        if self.left > self.taken.saturating_add(PATIENCE) {
            return None;
        }
        let Some(end) = self.read(at) else {
            self.left += 1;
            return None;
        };
        self.taken = self.taken.saturating_add(1);
        let FoundValues { all, lists, list_of, .. } = &self.values;
        if list_of.is_empty() {
            batch.push_found(all, place);
        } else {
            let mut found = [Found::Nothing; MOST_FIELDS];
            found.iter_mut().zip(all).for_each(|(found, value)| *found = *value);
            for (found, list) in found.iter_mut().zip(list_of) {
                if let Some(list) = list.and_then(|list| lists.get(list)) {
                    *found = Found::Text(list);
                }
            }
            batch.push_found(&found, place);
        }
        Some(end)
    }

    fn read(&mut self, mut at: usize) -> Option<usize> {
        let Self { text, delimiter, wants, id: (id, id_column), values, .. } = self;
        let (text, delimiter) = (*text, *delimiter);
        let bytes = text.as_bytes();
        let last = wants.len().checked_sub(1)?;
        // A text in the first of three cells or more, and nothing else, may be a footer.
        let mut is_filled = last < 2;
        for (number, want) in wants.iter().enumerate() {
            if let Want::Number(rule) = want
                && let Some((number_found, end)) = token::number(text, at)
                && bytes.get(end) == Some(&if number < last { delimiter } else { b'\n' })
            {
                *values.all.get_mut(rule.number_of_field)? = Found::Number(number_found);
                is_filled = true;
                at = end + 1;
                continue;
            }
            let is_quoted = *bytes.get(at)? == b'"';
            let mut end;
            let mut cell;
            if is_quoted {
                let close = end_of_cell(bytes, b'"', at + 1);
                if bytes.get(close) != Some(&b'"') {
                    return None;
                }
                cell = text.get(at + 1..close)?;
                end = close + 1;
            } else {
                end = end_of_cell(bytes, delimiter, at);
                cell = text.get(at..end)?;
            }
            let mut stop = *bytes.get(end)?;
            if number == last {
                match is_quoted {
                    true if stop == b'\r' => {
                        end += 1;
                        stop = *bytes.get(end)?;
                    }
                    true => {}
                    false => cell = cell.strip_suffix('\r').unwrap_or(cell),
                }
            }
            if stop != if number < last { delimiter } else { b'\n' } {
                return None;
            }
            let is_text = |byte: &u8| byte.is_ascii_graphic() && *byte != b'"';
            is_filled |= number > 0 && cell.as_bytes().first().is_some_and(is_text);
            values.set(want, cell)?;
            at = end + 1;
        }
        match values.all.get(*id) {
            Some(Found::Text(id)) if id != id_column && !is_totals(id) && is_filled => Some(at),
            _ => None,
        }
    }
}

impl<'t> FoundValues<'t> {
    /// Keeps what a cell holds; `None` where it has to be looked at more closely.
    #[inline]
    fn set(&mut self, want: &Want<'t>, cell: &'t str) -> Option<()> {
        let field = match want {
            Want::Nothing => return Some(()),
            Want::Several(wants) => return wants.iter().try_for_each(|want| self.set(want, cell)),
            Want::Text(field) => *field,
            Want::Number(rule) | Want::List(rule) | Want::Other(rule) => rule.number_of_field,
        };
        let value = match (want, Cell::of_text(cell)) {
            (Want::List(rule), text) => {
                let list = if text == Cell::Empty { None } else { Some(self.list(rule, cell)?) };
                *self.list_of.get_mut(field)? = list;
                return Some(());
            }
            (_, Cell::Empty) => Found::Nothing,
            (Want::Text(_), Cell::Text(Cow::Borrowed(text))) => Found::Text(text),
            (Want::Number(rule) | Want::Other(rule), cell) => {
                match value::read(rule, cell).ok()? {
                    Value::Nothing => Found::Nothing,
                    Value::Text(Cow::Borrowed(text)) => Found::Text(text),
                    Value::Number(number) => Found::Number(number),
                    Value::Flag(flag) => Found::Flag(flag),
                    Value::Text(Cow::Owned(_)) | Value::Unlisted(_) => return None,
                }
            }
            _ => return None,
        };
        *self.all.get_mut(field)? = value;
        Some(())
    }

    /// The number of a list.
    fn list(&mut self, rule: &ColumnRule, cell: &'t str) -> Option<usize> {
        if let Some(known) = self.numbers_of_lists.get(cell) {
            return Some(*known);
        }
        let Ok(Value::Text(list)) = value::read(rule, Cell::of_text(cell)) else { return None };
        let number = self.lists.len();
        self.lists.push(list.into_owned());
        self.numbers_of_lists.insert(cell, number);
        Some(number)
    }
}

impl<'t> Want<'t> {
    /// What a cell is for by a rule, where the field is kept or not.
    fn of(rule: &'t ColumnRule, is_kept: bool) -> Self {
        let is_plain = rule.number == NumberForm::Plain && rule.scale.is_none();
        match (rule.kind, &rule.values) {
            // Each text fits there.
            (Kind::Text | Kind::Date, None) if !is_kept => Self::Nothing,
            (Kind::Texts, None) if !is_kept && rule.split.is_some() => Self::Nothing,
            (Kind::Text | Kind::Date, None) => Self::Text(rule.number_of_field),
            (Kind::Texts | Kind::Numbers, None) => Self::List(rule),
            (Kind::Number, None) if is_plain => Self::Number(rule),
            _ => Self::Other(rule),
        }
    }

    fn add(&mut self, other: Self) {
        match self {
            Self::Nothing => *self = other,
            _ if matches!(other, Self::Nothing) => {}
            Self::Several(all) => all.push(other),
            _ => *self = Self::Several(vec![self.clone(), other]),
        }
    }

    fn has_list(&self) -> bool {
        match self {
            Self::List(..) => true,
            Self::Several(all) => all.iter().any(Self::has_list),
            _ => false,
        }
    }
}
