//! Guesses which file holds which table, and which of its columns each field is.
//!
//! - [`known`]: the columns that other programs' exports have.
//! - [`sample`]: the first rows of a file; `read` takes them from it.
//! - [`fit`]: whether the values of a column fit a field, and by which rule.
//! - [`preview`]: the first rows as they would be read.
//! - [`write`]: guesses as the text of a sources file.
//!
//! A guess comes from the name of a column and from its first values, never from the order of columns. Where
//! values can be read in two ways, both are told and none is chosen.

pub mod fit;
pub mod known;
pub mod preview;
pub mod read;
pub mod sample;
pub mod write;

use std::cmp::Reverse;

use rustc_hash::FxHashSet;

use self::fit::{Fit, fit};
use self::known::{Export, KnownColumn, Meaning, Needs, key, known};
use self::sample::{Sample, SampleColumn};
use super::mapping::{fields, id_field};
use crate::domain::money::counted;
use crate::domain::text::short;
use crate::intake::DataFile;
use crate::store::row::Kind;

/// So many signs tell an export.
const SIGNS: usize = 2;
/// So many values of a column are shown.
const SHOWN: usize = 3;

/// What the files of a directory seem to hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Guess {
    /// The tables, in reading order.
    pub tables: Vec<TableGuess>,
    /// Files that hold none of them, with why.
    pub unused: Vec<(String, String)>,
}

/// The file that seems to hold a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableGuess {
    /// The table.
    pub table: DataFile,
    /// The file that was looked at.
    pub file: String,
    /// The name of the file and of later ones like it.
    pub pattern: String,
    /// Keys beside the file, with their values as TOML.
    pub keys: Vec<(&'static str, String)>,
    /// Why it is this file.
    pub why: String,
    /// What else it could be.
    pub doubts: Vec<String>,
    /// Its columns, in the order of the table's fields.
    pub columns: Vec<ColumnGuess>,
    /// Columns that would fit a field by name, and why they were passed over.
    pub refused: Vec<String>,
    /// Columns of the file that no table uses, said where the file comes up last.
    pub unused: Vec<String>,
}

/// The column that a field seems to come from.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnGuess {
    /// The field.
    pub field: &'static str,
    /// The column.
    pub column: String,
    /// Its number in the sample.
    at: usize,
    /// What it is known to hold in this export is not quite the field.
    is_doubtful: bool,
    /// Why it is this column.
    pub why: String,
    /// Three of its values.
    pub samples: Vec<String>,
    /// How it is read.
    pub fit: Fit,
}

impl ColumnGuess {
    /// True where its values can be read in more than one way, and none was chosen.
    pub fn is_unsure(&self) -> bool {
        !self.fit.choices.is_empty()
    }
}

impl TableGuess {
    fn column(&self, field: &str) -> Option<&ColumnGuess> {
        self.columns.iter().find(|column| column.field == field)
    }
}

/// Guesses the tables of these files. `present` are tables that need no guess, as their own files are there;
/// `own` are those files.
pub fn guess(samples: &[Sample], present: &[DataFile], own: &[Sample]) -> Guess {
    let mut guess = Guess::default();
    let mut ids = customer_ids(own);
    let mut passed = PassedOver::default();
    for table in DataFile::ALL.into_iter().filter(|table| !present.contains(table)) {
        if let Some(found) = best(samples, table, &ids, &mut passed) {
            if table == DataFile::Customers {
                let sample = samples.iter().find(|sample| sample.name == found.file);
                let id = found.column("customer_id").map(|id| id.at);
                let column = sample.zip(id).and_then(|(sample, at)| sample.columns.get(at));
                ids = CustomerIds {
                    file: Some(found.file.clone()),
                    ids: column.map(values).unwrap_or_default(),
                    are_all: sample.is_some_and(|sample| sample.is_whole),
                };
            }
            guess.tables.push(found);
        }
    }
    for sample in samples {
        let of_file = |table: &TableGuess| table.file == sample.name;
        let used: FxHashSet<usize> =
            guess.tables.iter().filter(|table| of_file(table)).flat_map(used).collect();
        match guess.tables.iter_mut().rfind(|table| of_file(table)) {
            None => {
                let why = why_unused(sample, &passed, ids.file.as_deref());
                guess.unused.push((sample.name.clone(), why));
            }
            Some(last) => {
                let unused = sample.columns.iter().enumerate().filter(|(at, _)| !used.contains(at));
                last.unused = unused.map(|(_, column)| quoted_short(&column.header)).collect();
            }
        }
    }
    guess
}

/// The numbers of the columns that a table uses.
fn used(table: &TableGuess) -> impl Iterator<Item = usize> + '_ {
    table.columns.iter().map(|column| column.at)
}

fn quoted_short(header: &str) -> String {
    format!("\"{}\"", short(header))
}

/// The ids of customers, as far as they were looked at.
#[derive(Debug, Default)]
struct CustomerIds {
    /// The file that they come from, where it is guessed.
    file: Option<String>,
    ids: FxHashSet<String>,
    /// There are no others.
    are_all: bool,
}

impl CustomerIds {
    /// How many of the values of a column are ids of customers.
    fn among(&self, column: &SampleColumn) -> usize {
        values(column).intersection(&self.ids).count()
    }

    /// True where no value of a column can be the id of a customer.
    fn exclude(&self, column: &SampleColumn) -> bool {
        self.are_all && !self.ids.is_empty() && self.among(column) == 0
    }
}

fn customer_ids(own: &[Sample]) -> CustomerIds {
    let customers = own.iter().find(|sample| sample.name.starts_with(DataFile::Customers.stem()));
    let columns = customers.into_iter().flat_map(|sample| &sample.columns);
    CustomerIds {
        file: None,
        ids: columns.filter(|column| column.header == "customer_id").flat_map(values).collect(),
        are_all: customers.is_some_and(|sample| sample.is_whole),
    }
}

fn values(column: &SampleColumn) -> FxHashSet<String> {
    column.filled().map(|cell| cell.text()).collect()
}

/// Files that are not used, although they have the columns of a table.
#[derive(Debug, Default)]
struct PassedOver {
    /// They list customers.
    customers: Vec<String>,
    /// They are about others than the customers.
    foreign: Vec<String>,
}

/// The file that fits a table best.
fn best(
    samples: &[Sample],
    table: DataFile,
    ids: &CustomerIds,
    passed: &mut PassedOver,
) -> Option<TableGuess> {
    let needs = known().needs.get(table.stem())?;
    let mut fitting: Vec<(_, TableGuess)> = samples
        .iter()
        .filter_map(|sample| {
            let export = export_of(sample);
            let guess = table_in(sample, export, table, ids)?;
            if !fits(&guess, needs) {
                return None;
            }
            let id = guess.column("customer_id").and_then(|id| sample.columns.get(id.at));
            let is_unique = id.is_none_or(|id| values(id).len() == id.filled().count());
            let is_named = key(&sample.name).starts_with(&key(table.stem()));
            let is_own = table == DataFile::Customers;
            if is_own {
                passed.customers.push(sample.name.clone());
            } else if id.is_some_and(|id| ids.exclude(id)) {
                passed.foreign.push(sample.name.clone());
                return None;
            }
            let is_about = is_own || id.is_some_and(|id| ids.among(id) > 0);
            let unique = !is_own || is_unique;
            let sure = guess.columns.iter().filter(|column| !column.is_doubtful).count();
            let is_same = ids.file.as_ref() == Some(&sample.name);
            Some(((unique, is_about, sure, is_same, is_named), guess))
        })
        .collect();
    fitting.sort_by_key(|(rank, _)| Reverse(*rank));
    let mut fitting = fitting.into_iter();
    let (rank, mut guess) = fitting.next()?;
    // One with the same customer twice, or about others, is none that could be meant.
    for (other_rank, other) in fitting.filter(|(other, _)| (other.0, other.1) == (rank.0, rank.1)) {
        let as_well = if other_rank == rank { " as well" } else { "" };
        guess.doubts.push(format!("{} fits{as_well}; to use it, name it here.", other.file));
    }
    Some(guess)
}

/// True where a file has the fields that a table needs.
fn fits(guess: &TableGuess, needs: &Needs) -> bool {
    let sure = |field: &String| guess.column(field).is_some_and(|column| !column.is_unsure());
    let has = |field: &String| guess.column(field).is_some();
    needs.all.iter().all(sure)
        && (needs.any.is_empty() || needs.any.iter().any(has))
        && !needs.not.iter().any(has)
}

/// The export that a file is, with the signs of it.
fn export_of(sample: &Sample) -> Option<(&'static Export, Vec<&str>)> {
    // Of objects within a row their name is a sign as well.
    let names = |column: &'_ SampleColumn| {
        let outer = column.header.split_once('.').map(|(outer, _)| key(outer));
        std::iter::once(key(&column.header)).chain(outer).collect::<Vec<_>>()
    };
    let keys: Vec<String> = sample.columns.iter().flat_map(names).collect();
    let signs = |export: &'static Export| {
        let has = |sign: &&String| keys.contains(&key(sign));
        export.signs.iter().filter(has).map(String::as_str).collect::<Vec<_>>()
    };
    let exports = known().export.iter().map(|export| (export, signs(export)));
    let known = exports.filter(|(_, signs)| signs.len() >= SIGNS);
    // Of equals the first.
    known.rev().max_by_key(|(_, signs)| signs.len())
}

/// A column that a field may be.
struct Candidate {
    at: usize,
    meaning: Option<Meaning>,
    note: Option<&'static str>,
    why: String,
}

/// What a file gives for a table, be it enough or not; `None` where it is known not to.
fn table_in(
    sample: &Sample,
    export: Option<(&'static Export, Vec<&str>)>,
    table: DataFile,
    ids: &CustomerIds,
) -> Option<TableGuess> {
    let stem = table.stem();
    let of_export = export.as_ref().filter(|(export, _)| export.tables.contains_key(stem));
    // What people call their columns says little of an export that is known.
    let asked: Vec<&'static Export> = match &export {
        Some((known_export, _)) => {
            let others = known().export.iter().filter(|other| other.signs.is_empty());
            let others = others.filter(|_| of_export.is_some());
            std::iter::once(*known_export).chain(others).collect()
        }
        None => known().export.iter().filter(|other| other.signs.is_empty()).collect(),
    };
    let (mut columns, mut refused): (Vec<ColumnGuess>, Vec<String>) = Default::default();
    for (field, kind) in fields(table) {
        let candidates = candidates(sample, &asked, stem, field);
        match column_of(sample, table, field, kind, candidates, ids) {
            Ok(column) => columns.push(column),
            Err(why) => refused.extend(why.into_iter().map(|why| format!("{field}: {why}."))),
        }
    }
    let why = match &export {
        Some((export, signs)) => {
            let signs = signs.iter().take(SHOWN).map(|sign| format!("\"{sign}\""));
            let signs = signs.collect::<Vec<_>>().join(", ");
            format!("{} is recognized as {}: it has {signs}.", sample.name, export.name)
        }
        None => format!("{} has columns for {stem}.", sample.name),
    };
    let rows = counted(sample.rows, "row");
    let looked = if sample.is_whole { format!("all {rows}") } else { format!("the first {rows}") };
    Some(TableGuess {
        table,
        file: sample.name.clone(),
        pattern: sample.pattern.clone(),
        keys: sample.keys.clone(),
        why: format!("{why} Looked at {looked}."),
        doubts: sample.note.iter().cloned().collect(),
        columns,
        refused,
        unused: Vec::new(),
    })
}

/// The columns that a field may be, the likeliest first.
fn candidates(
    sample: &Sample,
    asked: &[&'static Export],
    stem: &str,
    field: &'static str,
) -> Vec<Candidate> {
    let keys: Vec<String> = sample.columns.iter().map(|column| key(&column.header)).collect();
    let inner: Vec<Option<String>> =
        sample.columns.iter().map(|column| known().custom_field(&column.header).map(key)).collect();
    let of_name = |name: &str| {
        let wanted = key(name);
        let own = keys.iter().map(|key| *key == wanted);
        let inner = inner.iter().map(|inner| inner.as_deref() == Some(wanted.as_str()));
        let places = |is: Vec<bool>| is.into_iter().enumerate().filter(|(_, is)| *is);
        places(own.collect()).chain(places(inner.collect())).map(|(at, _)| at)
    };
    let own_meaning = match field {
        "churn_probability" | "fused_risk_score" | "signal_strength" | "normalized_strength" => {
            Some(Meaning::Risk)
        }
        _ => None,
    };
    let mut found: Vec<Candidate> = Vec::new();
    let mut add = |at: usize, meaning, note, why: String| {
        if found.iter().all(|candidate| candidate.at != at) {
            found.push(Candidate { at, meaning, note, why });
        }
    };
    for at in of_name(field) {
        add(at, own_meaning, None, "The field's own name".to_owned());
    }
    for export in asked {
        let why = match export.signs.is_empty() {
            true => "A usual name for it".to_owned(),
            false => format!("A column of {}", export.name),
        };
        if field == "customer_id" {
            for name in &export.id {
                of_name(name).for_each(|at| add(at, None, None, why.clone()));
            }
        }
        let known: Option<&'static KnownColumn> =
            export.tables.get(stem).and_then(|fields| fields.get(field));
        for name in known.into_iter().flat_map(KnownColumn::names) {
            let meaning = known.and_then(KnownColumn::meaning).or(own_meaning);
            let note = known.and_then(|known| known.note(name));
            of_name(name).for_each(|at| add(at, meaning, note, why.clone()));
        }
    }
    found
}

/// The first of the columns whose values fit.
///
/// # Errors
/// Why those that could be it by name were passed over.
fn column_of(
    sample: &Sample,
    table: DataFile,
    field: &'static str,
    kind: Kind,
    mut candidates: Vec<Candidate>,
    ids: &CustomerIds,
) -> Result<ColumnGuess, Vec<String>> {
    let column = |candidate: &Candidate| sample.columns.get(candidate.at);
    let is_id = field == "customer_id";
    let is_own_id =
        is_id && table == DataFile::Customers || id_field(table) == Some(field) && !is_id;
    if is_id {
        let overlap =
            |candidate: &Candidate| column(candidate).map_or(0, |column| ids.among(column));
        let repeats = |candidate: &Candidate| {
            column(candidate).is_none_or(|column| values(column).len() < column.filled().count())
        };
        let has_gaps =
            |column: &SampleColumn| column.filled().count() * 10 < column.cells.len() * 9;
        match table {
            // Customers come once each, and each has an id.
            DataFile::Customers => candidates.sort_by_key(|candidate| {
                (repeats(candidate), column(candidate).is_none_or(has_gaps))
            }),
            // What is said about a customer has the customer's id.
            _ => candidates.sort_by_key(|candidate| Reverse(overlap(candidate))),
        }
    }
    let meaning = |candidate: &Candidate| match field {
        "journey_stage" | "previous_stage" | "predicted_next_stage"
            if candidate.meaning.is_none() =>
        {
            Some(Meaning::Stage)
        }
        "segment" => Some(Meaning::Segment),
        _ => candidate.meaning,
    };
    let mut refused = Vec::new();
    let mut chosen: Option<(Candidate, Fit)> = None;
    let mut also = Vec::new();
    for candidate in candidates {
        let Some(found) = column(&candidate) else { continue };
        let header = quoted_short(&found.header);
        if chosen.is_some() {
            // The name of a customer is no second id.
            let is_id_like =
                ["id", "no", "number", "key"].iter().any(|end| key(&found.header).ends_with(end));
            if !is_id || is_id_like {
                also.push(header);
            }
            continue;
        }
        match fit(kind, meaning(&candidate), found) {
            Ok(fit) => chosen = Some((candidate, fit)),
            Err(why) => refused.push(format!("{header} was skipped: {why}")),
        }
    }
    let chosen = chosen.and_then(|(candidate, fit)| Some((column(&candidate)?, candidate, fit)));
    let Some((found, candidate, fit)) = chosen else { return Err(refused) };
    let mut why = vec![candidate.why.clone()];
    why.extend(fit.why.iter().cloned());
    if is_own_id {
        let (different, rows) = (values(found).len(), found.filled().count());
        why.push(match different == rows {
            true => "no value repeats".to_owned(),
            false => format!("CHECK: only {different} of {rows} values are different; of several rows with one id the last counts"),
        });
    } else if is_id && !ids.ids.is_empty() {
        let all = values(found);
        let known = ids.among(found);
        why.push(match known {
            0 => "CHECK: none of its first values is the id of a customer".to_owned(),
            _ => format!("{known} of its first {} values are ids of customers", all.len()),
        });
    }
    if fit.choices.len() > 1 {
        why.push(
            "CHECK: its values can be read in more than one way; remove the # of the right line"
                .to_owned(),
        );
    }
    why.extend(candidate.note.map(|note| format!("CHECK: {note}")));
    why.extend(fit.note.iter().map(|note| format!("CHECK: {note}")));
    why.extend(refused);
    if !also.is_empty() {
        let matches = if also.len() == 1 { "matches" } else { "match" };
        why.push(format!("{} also {matches} by name", also.join(" and ")));
    }
    let samples = found.distinct().iter().take(SHOWN).map(|text| short(text)).collect();
    Ok(ColumnGuess {
        field,
        column: found.header.clone(),
        at: candidate.at,
        is_doubtful: candidate.note.is_some(),
        why: why.join("; "),
        samples,
        fit,
    })
}

/// Why nothing of a file is used.
fn why_unused(sample: &Sample, passed: &PassedOver, customers: Option<&str>) -> String {
    let is_among = |names: &[String]| names.contains(&sample.name);
    if let Some(file) = customers.filter(|_| is_among(&passed.customers)) {
        return format!("customers are read from {file}; to use others, name them with --from");
    }
    if is_among(&passed.foreign) {
        return "none of its ids is the id of a customer".to_owned();
    }
    if let Some((export, _)) = export_of(sample) {
        return format!("it is recognized as {}, and nothing in it is needed", export.name);
    }
    let headers = sample.columns.iter().take(SHOWN).map(|column| quoted_short(&column.header));
    let headers = headers.collect::<Vec<_>>().join(", ");
    format!(
        "it has no column for the id of a customer with a name, segment, owner or value beside it; it has {headers}"
    )
}

#[cfg(test)]
mod tests;
