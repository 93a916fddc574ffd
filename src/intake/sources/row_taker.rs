//! Rows of cells to rows of a table, by the rules of a mapping: the one place that all formats come to.

use std::cell::Cell as Counter;
use std::collections::BTreeMap;

use compact_str::{CompactString, ToCompactString as _};

use super::cell::Cell;
use super::mapping::{ColumnRule, Fixed, Origin, TableMapping};
use super::value::{self, Unfit, Value};
use super::workbook::Merged;
use crate::domain::{Code, Finding, Place};
use crate::intake::batch::Batch;
use crate::intake::exact::{About, Told, skip};
use crate::store::row::{Row, Slot};

/// No type of row has more fields.
pub const MOST_FIELDS: usize = 12;
/// So many findings of a file are kept; of files with more the rest is told in one.
pub const MOST_FINDINGS: usize = 100_000;
/// So many texts of a field that a mapping does not list are told one by one.
const MOST_UNLISTED: usize = 20;

/// Takes rows of a mapped file into a table.
pub struct RowTaker<'m> {
    pub mapping: &'m TableMapping,
    /// The file's name in the data directory.
    file: &'m str,
    /// Values of fields that are not mapped, where those are not nothing.
    pub defaults: Vec<(usize, Fixed)>,
    /// The field without which a row is about no one, and its number.
    pub id: Option<(&'static str, usize)>,
    /// The number of the mapped column that the id comes from.
    pub id_column: Option<usize>,
    customer: Option<usize>,
    playbook: Option<usize>,
    name: Option<usize>,
    /// How many findings were not kept.
    pub more: Counter<usize>,
}

/// Texts that a mapping does not list, by field and text: where each is first, and how often.
#[derive(Debug, Default)]
pub struct Unlisted {
    texts: BTreeMap<(usize, CompactString), (Place, usize)>,
    /// The same of all further texts of a field.
    more: BTreeMap<usize, (Place, usize)>,
}

impl Unlisted {
    fn add(&mut self, field: usize, text: &str, place: Place, count: usize) {
        let key = (field, text.to_compact_string());
        let is_full = || {
            let known = self.texts.range((field, CompactString::default())..).take(MOST_UNLISTED);
            known.filter(|((of, _), _)| *of == field).count() == MOST_UNLISTED
        };
        let seen = match self.texts.contains_key(&key) || !is_full() {
            true => self.texts.entry(key).or_insert((place, 0)),
            false => self.more.entry(field).or_insert((place, 0)),
        };
        seen.1 += count;
    }

    /// Adds those of later rows, whose places are told from `base` on.
    pub fn append(&mut self, base: Place, later: Self) {
        for ((field, text), (place, count)) in later.texts {
            self.add(field, &text, base.plus(place), count);
        }
        for (field, (place, count)) in later.more {
            self.more.entry(field).or_insert((base.plus(place), 0)).1 += count;
        }
    }

    /// A warning for each, in the order of the file.
    pub fn findings<R: Row>(self, file: &str) -> Vec<Finding> {
        let name = |field: usize| R::NAMES.get(field).copied().unwrap_or_default();
        let one = |((field, text), (place, count)): ((usize, CompactString), (Place, usize))| {
            let rows = rows(count);
            let name = name(field);
            let message = format!(
                "{text:?} is not among the values of {name} in sources.toml, so {name} is empty in \
                 {rows}; list it, or set otherwise"
            );
            (place, message, name)
        };
        let more = |(field, (place, count)): (usize, (Place, usize))| {
            let rows = rows(count);
            let name = name(field);
            let message = format!(
                "further values of {name} are not listed in sources.toml, in {rows}, starting here"
            );
            (place, message, name)
        };
        let mut all: Vec<_> =
            self.texts.into_iter().map(one).chain(self.more.into_iter().map(more)).collect();
        all.sort_by_key(|(place, ..)| *place);
        let finding = |(place, message, name): (Place, String, &str)| {
            Finding::new(Code::UnlistedValue, message).in_file(file).at(place).field(name)
        };
        all.into_iter().map(finding).collect()
    }
}

fn rows(count: usize) -> String {
    match count {
        1 => "1 row".to_owned(),
        count => format!("{} rows", crate::domain::money::count(count)),
    }
}

/// A line with a text in its first cell and nothing else. Below the last row it is the footer of a report.
#[derive(Debug)]
pub struct Alone {
    /// Where it starts.
    pub place: Place,
    /// The text.
    pub text: String,
    /// The mapped cells.
    pub cells: Vec<Cell<'static>>,
    /// What was found and what was expected, where it has another number of cells than the header.
    pub unfit: Option<(String, String)>,
}

/// True for what reports have in the first cell of a totals line: `Total`, `Grand Totals (28 records)`.
pub fn is_totals(text: &str) -> bool {
    const WORDS: [&str; 8] = [
        "total",
        "totals",
        "grand total",
        "grand totals",
        "subtotal",
        "subtotals",
        "gesamt",
        "summe",
    ];
    // Hardly an id begins so: a million of them are not compared.
    if !matches!(text.as_bytes().first(), Some(b'T' | b't' | b'G' | b'g' | b'S' | b's')) {
        return false;
    }
    let words = text.split(['(', ':']).next().unwrap_or_default().trim();
    WORDS.iter().any(|word| words.eq_ignore_ascii_case(word))
}

/// Something that does not fit in a row.
struct Misfit<'m> {
    rule: &'m ColumnRule,
    found: String,
    expected: String,
}

impl<'m> RowTaker<'m> {
    /// Returns what takes rows of that file into a table of those rows.
    pub fn new<R: Row>(mapping: &'m TableMapping, file: &'m str) -> Self {
        const { assert!(R::NAMES.len() <= MOST_FIELDS) };
        let number = |name: &str| R::NAMES.iter().position(|known| *known == name);
        let id = R::blank().id().map(|(name, _)| name);
        let id = id.and_then(|name| Some((name, number(name)?)));
        let column = |rule: &ColumnRule| match rule.from {
            Origin::Column(column) => Some(column),
            Origin::Constant(_) => None,
        };
        let is_id = |rule: &&ColumnRule| Some(rule.number_of_field) == id.map(|(_, field)| field);
        Self {
            mapping,
            file,
            defaults: defaults::<R>(),
            id,
            id_column: mapping.columns.iter().find(is_id).and_then(column),
            customer: number("customer_id"),
            playbook: number("playbook_id"),
            name: number("name"),
            more: Counter::new(0),
        }
    }

    /// Skips a row, and keeps what is told of it while there is little.
    fn tell<R: Row>(&self, batch: &mut Batch<R>, about: &About<'_>, told: &[Told<'_>]) {
        skip(batch, self.file, about, told);
        let findings = &mut batch.table.findings;
        self.more.update(|more| more + findings.len().saturating_sub(MOST_FINDINGS));
        findings.truncate(MOST_FINDINGS);
    }

    /// Takes a row in. `cells` are those of the mapped columns, in the order of
    /// [`TableMapping::names`]; `at` tells where one of them stands.
    pub fn take<R: Row>(
        &self,
        batch: &mut Batch<R>,
        unlisted: &mut Unlisted,
        cells: &[Cell<'_>],
        place: Place,
        at: impl Fn(usize) -> Place,
    ) {
        let cell = |column: usize| cells.get(column).cloned().unwrap_or(Cell::Empty);
        self.take_each(batch, unlisted, cell, place, at);
    }

    /// Takes in a row of which each mapped column has a cell that is told by its number.
    #[inline]
    pub fn take_each<'t, R: Row>(
        &self,
        batch: &mut Batch<R>,
        unlisted: &mut Unlisted,
        cell: impl Fn(usize) -> Cell<'t>,
        place: Place,
        at: impl Fn(usize) -> Place,
    ) {
        // To make room for values that no row has, and to drop them, takes its time a million times.
        match R::NAMES.len() {
            ..=4 => self.take_sized::<R, 4>(batch, unlisted, cell, place, at),
            5..=8 => self.take_sized::<R, 8>(batch, unlisted, cell, place, at),
            _ => self.take_sized::<R, MOST_FIELDS>(batch, unlisted, cell, place, at),
        }
    }

    #[inline]
    fn take_sized<'t, R: Row, const FIELDS: usize>(
        &self,
        batch: &mut Batch<R>,
        unlisted: &mut Unlisted,
        cell: impl Fn(usize) -> Cell<'t>,
        place: Place,
        at: impl Fn(usize) -> Place,
    ) {
        if self.is_header(&cell) {
            let told = ("the header once more", "a row; remove it from the file");
            return self.skip(batch, &[], place, told);
        }
        let mut values = [const { Value::Nothing }; FIELDS];
        let mut misfits: Vec<Misfit<'_>> = Vec::new();
        for (field, fixed) in &self.defaults {
            if let Some(value) = values.get_mut(*field) {
                *value = Value::of(fixed);
            }
        }
        for rule in &self.mapping.columns {
            let value = match &rule.from {
                Origin::Constant(fixed) => Value::of(fixed),
                Origin::Column(column) => match value::read(rule, cell(*column)) {
                    Ok(value) => value,
                    Err(Unfit { found, expected }) => {
                        misfits.push(Misfit { rule, found, expected });
                        continue;
                    }
                },
            };
            if let Some(kept) = values.get_mut(rule.number_of_field) {
                *kept = value;
            }
        }
        if let Some(totals) = self.totals(&values, place) {
            batch.table.findings.push(totals);
            return;
        }
        if !R::STREAMED && misfits.is_empty() {
            misfits.extend(self.objection::<R>(&values));
        }
        if !misfits.is_empty() {
            return self.misfits(batch, &values, &misfits, place, at);
        }
        if let Some((name, field)) = self.id
            && !matches!(values.get(field), Some(Value::Text(id)) if !id.is_empty())
        {
            if (0..self.mapping.names.len()).all(|column| cell(column) == Cell::Empty) {
                // A spreadsheet goes on below its last row.
                return;
            }
            let message = format!("row without {name} is ignored; give it an id");
            let finding = Finding::new(Code::MissingId, message).field(name);
            batch.table.findings.push(finding.in_file(self.file).at(place));
            batch.table.without_id += 1;
            return;
        }
        for rule in self.mapping.columns.iter().filter(|rule| rule.values.is_some()) {
            if let Some(Value::Unlisted(text)) = values.get(rule.number_of_field) {
                let column = match rule.from {
                    Origin::Column(column) => at(column),
                    Origin::Constant(_) => place,
                };
                unlisted.add(rule.number_of_field, text, column, 1);
            }
        }
        batch.push_found(&values.each_ref().map(Value::found), place);
    }

    /// True where each cell is the name of its column: files that were joined have the header again.
    #[inline]
    fn is_header<'t>(&self, cell: &impl Fn(usize) -> Cell<'t>) -> bool {
        let is_name = |column: usize| match (cell(column), self.mapping.names.get(column)) {
            (Cell::Text(text), Some(name)) => text == name.as_str(),
            _ => false,
        };
        is_name(self.id_column.unwrap_or(0)) && (0..self.mapping.names.len()).all(is_name)
    }

    /// Skips a row that is no row of the file: `found` is what it is. `cells` are those that can be told.
    pub fn skip<R: Row>(
        &self,
        batch: &mut Batch<R>,
        cells: &[Cell<'_>],
        place: Place,
        (found, expected): (&str, &str),
    ) {
        let mut values = [const { Value::Nothing }; MOST_FIELDS];
        for rule in &self.mapping.columns {
            if let Origin::Column(column) = rule.from
                && let Some(Ok(value)) =
                    cells.get(column).map(|cell| value::read(rule, cell.clone()))
                && let Some(kept) = values.get_mut(rule.number_of_field)
            {
                *kept = value;
            }
        }
        if let Some(totals) = self.totals(&values, place) {
            batch.table.findings.push(totals);
            return;
        }
        let told = [Told { place, field: None, column: None, found, expected }];
        self.about(&values, |about| self.tell(batch, about, &told));
    }

    /// A warning for a line that is no row.
    fn not_a_row(&self, message: String, place: Place) -> Finding {
        Finding::new(Code::NotARow, message).in_file(self.file).at(place)
    }

    /// A warning where a row with these values is a totals line: no name says that it is about someone.
    fn totals(&self, values: &[Value<'_>], place: Place) -> Option<Finding> {
        let text = |field: usize| match values.get(field) {
            Some(Value::Text(text)) => text.as_ref(),
            _ => "",
        };
        let id = text(self.id?.1);
        let name = self.name.map_or("", text);
        (is_totals(id) && (name.is_empty() || name == id)).then(|| {
            let message = format!("{id:?} is a totals line, not a row; it is skipped");
            self.not_a_row(message, place)
        })
    }

    /// Takes in lines with a text alone, as a row came behind them: they are rows, or should be.
    pub fn take_alone<R: Row>(
        &self,
        batch: &mut Batch<R>,
        unlisted: &mut Unlisted,
        alone: impl IntoIterator<Item = Alone>,
    ) {
        for Alone { place, cells, unfit, .. } in alone {
            match unfit {
                Some((found, expected)) => self.skip(batch, &cells, place, (&found, &expected)),
                None => self.take(batch, unlisted, &cells, place, |_| place),
            }
        }
    }

    /// Skips lines with a text alone below the last row.
    pub fn skip_alone(&self, alone: Vec<Alone>) -> impl Iterator<Item = Finding> {
        alone.into_iter().map(|Alone { place, text, .. }| {
            let text = crate::domain::text::short(&text);
            let message = format!(
                "{text:?} stands alone below the rows; it is skipped, so fill in its other columns if it is a row"
            );
            self.not_a_row(message, place)
        })
    }

    /// A warning for merged cells of a column.
    pub fn merged(&self, merged: &Merged) -> Finding {
        let column = self.mapping.names.get(merged.column).map_or("", |name| name.as_str());
        let cells = match merged.count {
            1 => "1 merged cell".to_owned(),
            count => format!("{count} merged cells"),
        };
        let message = format!(
            "{column:?} has no value in {cells}, starting here: of merged cells only the first has \
             one; unmerge them, and fill each"
        );
        let finding = Finding::new(Code::MergedCells, message).in_file(self.file);
        let from =
            |rule: &&ColumnRule| matches!(rule.from, Origin::Column(from) if from == merged.column);
        let field = self.mapping.columns.iter().find(from).map_or("", |rule| rule.field);
        finding.at(merged.place).field(field)
    }

    fn misfits<R: Row>(
        &self,
        batch: &mut Batch<R>,
        values: &[Value<'_>],
        misfits: &[Misfit<'_>],
        place: Place,
        at: impl Fn(usize) -> Place,
    ) {
        let told = |misfit: &'_ Misfit<'_>| {
            let (column, place) = match misfit.rule.from {
                Origin::Column(column) => (self.mapping.names.get(column), at(column)),
                Origin::Constant(_) => (None, place),
            };
            (column.map(CompactString::as_str), place)
        };
        let told: Vec<Told<'_>> = misfits
            .iter()
            .map(|misfit| {
                let (column, place) = told(misfit);
                let (found, expected) = (misfit.found.as_str(), misfit.expected.as_str());
                Told { place, field: Some(misfit.rule.field), column, found, expected }
            })
            .collect();
        self.about(values, |about| self.tell(batch, about, &told));
    }

    /// What a row with these values is about.
    fn about(&self, values: &[Value<'_>], use_it: impl FnOnce(&About<'_>)) {
        let text = |field: Option<usize>| match field.and_then(|field| values.get(field)) {
            Some(Value::Text(text)) => text.as_ref(),
            _ => "",
        };
        let name = text(self.name).to_compact_string();
        let name = (!name.is_empty()).then_some(name);
        use_it(&About {
            customer_id: text(self.customer),
            playbook_id: text(self.playbook),
            name: name.as_ref(),
            other_ids: &[],
        });
    }

    /// What the rules of its type have against a row with these values.
    fn objection<R: Row>(&self, values: &[Value<'_>]) -> Option<Misfit<'m>> {
        let mut row = R::blank();
        for (field, value) in R::FIELDS.iter().zip(values) {
            match (&field.slot, value) {
                (Slot::Numbers(slot), Value::Text(json)) => {
                    *slot(&mut row) = serde_json::from_str(json).ok();
                }
                (Slot::Number(slot), Value::Number(number)) => *slot(&mut row) = Some(*number),
                _ => {}
            }
        }
        let objection = row.objection()?;
        let rule = self.mapping.columns.iter().find(|rule| rule.field == objection.field)?;
        let found = match values.get(rule.number_of_field) {
            Some(Value::Text(json)) => format!("the list {}", crate::domain::text::short(json)),
            _ => "nothing".to_owned(),
        };
        Some(Misfit { rule, found, expected: objection.expected.to_owned() })
    }
}

/// The values that a row's type gives to fields which a file does not have.
fn defaults<R: Row>() -> Vec<(usize, Fixed)> {
    let mut blank = R::blank();
    let default = |(number, slot): (usize, &Slot<R>)| match slot {
        Slot::Text(slot) => slot(&mut blank).take().map(|text| (number, Fixed::Text(text))),
        _ => None,
    };
    R::FIELDS.iter().map(|field| &field.slot).enumerate().filter_map(default).collect()
}

#[cfg(test)]
mod tests {
    use super::is_totals;

    #[test]
    fn totals_are_known_by_their_words_alone() {
        for text in ["Total", "GRAND TOTALS (28 records)", "Subtotal:", "Total: $5"] {
            assert!(is_totals(text), "{text}");
        }
        for text in ["TotalEnergies", "Total Wine", "T1", "Summit", "", "001"] {
            assert!(!is_totals(text), "{text}");
        }
    }
}
