//! The settings file: its text to settings, with a place for everything that is wrong with it.

use crate::domain::text::short;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::places::Places;
use super::table::{
    ACTION_KEYS, COLUMN_SETTINGS, COLUMNS, DATA, DATA_SETTINGS, KEYS, SETTINGS, Setting,
    THEME_COLOR, THEMES, VIEW, VIEW_SETTINGS,
};
use super::{DataPath, Mistake, Settings, View, rows};
use crate::domain::money::count;
use crate::domain::place::Cursor;
use crate::domain::suggestion::most_similar;
use crate::postgres;
use crate::toml_text::{Problem, Syntax, Value, describe, given, not_a_table};

/// What a settings file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// What can be used of it; every part with a mistake is as it is without a file.
    pub settings: Settings,
    /// Everything that is wrong with it, in the order of the text.
    pub mistakes: Vec<Mistake>,
    /// What a mistake keeps from being known.
    pub doubt: Doubt,
    /// The line of each setting that is set, by its name: `reviewer`, `data.0.ledger`.
    pub lines: BTreeMap<String, u32>,
}

/// What a mistake in the settings keeps from being known: to take something else for it would let
/// another person decide, or write into another ledger.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Doubt {
    /// Who the reviewer is.
    pub reviewer: bool,
    /// Which data directory is used where none is named, and which ledger belongs to which directory.
    pub data: bool,
}

impl Doubt {
    /// Nothing is known of the file.
    pub const ALL: Self = Self { reviewer: true, data: true };
}

/// What paths in the settings start from.
#[derive(Debug, Clone, Default)]
pub struct Base {
    /// The directory of the settings file, for relative paths.
    pub directory: PathBuf,
    /// The user's home, for paths that begin with `~/`.
    pub home: Option<PathBuf>,
}

impl Base {
    fn resolve(&self, path: &Path) -> PathBuf {
        match (path.strip_prefix("~"), &self.home) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => self.directory.join(path),
        }
    }
}

impl Reading {
    /// Returns what is left where nothing of a file can be read.
    pub fn unreadable(why: impl Into<String>) -> Self {
        Self { mistakes: vec![Mistake::of_file(why)], doubt: Doubt::ALL, ..Self::default() }
    }
}

/// Reads a settings file. `check` says what in the settings cannot be used, as far as that depends on
/// what uses them.
pub fn read(text: &str, base: &Base, check: &dyn Fn(&Settings) -> Vec<super::Problem>) -> Reading {
    // A byte order mark is no character of the first line.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    let document = document.get_ref();
    let syntax = Syntax::new(text, document, &errors);
    let places = Places::of(document);
    let reader = Reader::of(text, base, document, syntax.is_torn(), &BTreeSet::new());
    let checked = check(&reader.settings).into_iter().map(|problem| Problem {
        offset: places.offset(&problem.path),
        field: Some(problem.path.join(".")),
        message: problem.message,
    });
    let mut problems: Vec<Problem> = reader.problems.into_iter().chain(checked).collect();

    // What no longer is as it was written says nothing about what was meant.
    problems.retain(|problem| !syntax.is_in_doubt(problem.offset));
    let doubt = Doubt {
        reviewer: syntax.is_torn() || problems.iter().any(|p| is_about(p, &["reviewer"])),
        data: syntax.is_torn()
            || problems.iter().any(|p| is_about(p, &["data", "ledger", "path", "default"])),
    };
    // A part with a mistake is left out as a whole.
    let top = |problem: &Problem| Some(problem.field.as_ref()?.split('.').next()?.to_owned());
    let left_out: BTreeSet<String> = problems.iter().filter_map(top).collect();
    let settings = Reader::of(text, base, document, syntax.is_torn(), &left_out).settings;

    problems.extend(syntax.problems.into_iter().map(explained));
    // Stable: where both the reader and the syntax have something to say, the reader knows better.
    problems.sort_by_key(|problem| problem.offset);
    problems.dedup_by(|a, b| a.offset == b.offset && a.message == b.message);
    let mut cursor = Cursor::new(text);
    let mistake = |problem: Problem| {
        let place = cursor.at(problem.offset);
        let line = text.lines().nth(place.line as usize - 1).unwrap_or_default();
        Mistake { place: Some(place), message: problem.message, line: line.to_owned() }
    };
    let more = problems.len().saturating_sub(MOST);
    let mut mistakes: Vec<Mistake> = problems.into_iter().take(MOST).map(mistake).collect();
    if more > 0 {
        let message = format!("{} more errors follow; fix those above first", count(more));
        mistakes.push(Mistake::of_file(message));
    }
    Reading { settings, mistakes, doubt, lines: places.lines(text) }
}

/// True where a mistake is about one of these settings, or about a name that someone may have written
/// for one of them, in whatever table.
fn is_about(problem: &Problem, names: &[&str]) -> bool {
    let Some(field) = &problem.field else { return false };
    let mut parts = field.split('.');
    let known = || rows().map(|row| row.own_name());
    parts.any(|part| {
        names.contains(&part)
            || most_similar(part, known()).first().is_some_and(|near| {
                names.contains(&near.as_str()) && strsim::jaro_winkler(near, part) >= ALIKE
            })
    })
}

/// How many mistakes are reported one by one.
const MOST: usize = 50;

/// Below this two names are not alike.
const ALIKE: f64 = 0.8;

/// Says more of the one mistake that TOML itself leads to.
fn explained(mut problem: Problem) -> Problem {
    if problem.field.as_deref() == Some(DATA) {
        problem.message = "data is set twice: TOML takes either data = \"…\" or [[data]] blocks; \
                           remove data = \"…\" and write default = true in the block of that directory"
            .to_owned();
    }
    problem
}

struct Reader<'a> {
    text: &'a str,
    /// Something may be missing that was written.
    torn: bool,
    settings: Settings,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// Reads all of a document but the parts that are left out.
    fn of(
        text: &'a str,
        base: &Base,
        document: &DeTable<'_>,
        torn: bool,
        left_out: &BTreeSet<String>,
    ) -> Self {
        let mut reader = Self { text, torn, settings: Settings::default(), problems: Vec::new() };
        for (name, value) in document {
            let own = name.get_ref().as_ref();
            if left_out.contains(own) {
                continue;
            }
            match (own, value.get_ref()) {
                (KEYS, _) => reader.keys(value),
                (COLUMNS, _) => reader.columns(value),
                (THEMES, _) => reader.themes(value),
                (VIEW, _) => reader.views(value),
                (DATA, DeValue::Array(_) | DeValue::Table(_)) => reader.data(value),
                _ => match SETTINGS.iter().find(|setting| setting.row.name == own) {
                    Some(setting) => {
                        let problem = set(text, setting, own, &mut reader.settings, value);
                        reader.problems.extend(problem);
                    }
                    None => reader.unknown("", own, name.span().start),
                },
            }
        }
        reader.resolve(base);
        reader
    }

    /// Makes paths absolute.
    fn resolve(&mut self, base: &Base) {
        let Settings { data, data_paths, sign_with, .. } = &mut self.settings;
        *sign_with = sign_with.as_ref().map(|path| base.resolve(path));
        for block in data_paths.iter_mut() {
            block.path = base.resolve(&block.path);
            if let Some(ledger) = &mut block.ledger
                && !postgres::is_server(&ledger.to_string_lossy())
            {
                let from = Base { directory: block.path.clone(), home: base.home.clone() };
                *ledger = from.resolve(ledger);
            }
        }
        *data = data.as_ref().map(|path| base.resolve(path));
        if let Some(block) = data_paths.iter().find(|block| block.default) {
            *data = Some(block.path.clone());
        }
    }

    fn problem(&mut self, offset: usize, field: &str, message: String) {
        self.problems.push(Problem { offset, field: Some(field.to_owned()), message });
    }

    /// The entries of a table, with where each name stands.
    fn entries<'v, 'i>(
        &mut self,
        section: &str,
        value: &'v Value<'i>,
    ) -> impl Iterator<Item = (&'v str, usize, &'v Value<'i>)> + use<'v, 'i> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.problems.push(not_a_table(self.text, section, value));
        }
        table
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.get_ref().as_ref(), name.span().start, value))
    }

    fn keys(&mut self, value: &Value<'_>) {
        for (action, _, value) in self.entries(KEYS, value) {
            let mut keys = Vec::new();
            let name = format!("{KEYS}.{action}");
            match set(self.text, &ACTION_KEYS, &name, &mut keys, value) {
                Some(problem) => self.problems.push(problem),
                None => _ = self.settings.keys.insert(action.to_owned(), keys),
            }
        }
    }

    fn columns(&mut self, value: &Value<'_>) {
        for (list, offset, value) in self.entries(COLUMNS, value) {
            let Some(setting) = COLUMN_SETTINGS.iter().find(|s| s.row.own_name() == list) else {
                self.unknown(COLUMNS, list, offset);
                continue;
            };
            let mut columns = Vec::new();
            match set(self.text, setting, setting.row.name, &mut columns, value) {
                Some(problem) => self.problems.push(problem),
                None => _ = self.settings.columns.insert(list.to_owned(), columns),
            }
        }
    }

    fn themes(&mut self, value: &Value<'_>) {
        for (theme, _, value) in self.entries(THEMES, value) {
            let mut colors = BTreeMap::new();
            let section = format!("{THEMES}.{theme}");
            for (color, _, value) in self.entries(&section, value) {
                let mut written = String::new();
                let name = format!("{section}.{color}");
                match set(self.text, &THEME_COLOR, &name, &mut written, value) {
                    Some(problem) => self.problems.push(problem),
                    None => _ = colors.insert(color.to_owned(), written),
                }
            }
            self.settings.themes.insert(theme.to_owned(), colors);
        }
    }

    fn views(&mut self, value: &Value<'_>) {
        for (view, offset) in self.blocks(VIEW, VIEW_SETTINGS, value) {
            let View { name, .. } = &view;
            if !name.is_empty() && self.settings.views.iter().any(|other| other.name == *name) {
                let message =
                    format!("there are two views with the name {name:?}; rename one of them");
                self.problem(offset, "view.name", message);
            }
            self.settings.views.push(view);
        }
    }

    fn data(&mut self, value: &Value<'_>) {
        for (block, offset) in self.blocks(DATA, DATA_SETTINGS, value) {
            let DataPath { path, default, .. } = &block;
            let others = &self.settings.data_paths;
            if others.iter().any(|other| other.path == *path) && !path.as_os_str().is_empty() {
                let path = path.display();
                let message =
                    format!("there are two [[data]] blocks for \"{path}\"; remove one of them");
                self.problem(offset, "data.path", message);
            } else if *default && others.iter().any(|other| other.default) {
                let message = "two [[data]] blocks have default = true; remove one of them";
                self.problem(offset, "data.default", message.to_owned());
            }
            self.settings.data_paths.push(block);
        }
    }

    /// The blocks of a name, such as `[[view]]`, with where each of them stands.
    fn blocks<T: Clone + Default>(
        &mut self,
        section: &'static str,
        settings: &'static [Setting<T>],
        value: &Value<'_>,
    ) -> Vec<(T, usize)> {
        let DeValue::Array(blocks) = value.get_ref() else {
            let found = match value.get_ref() {
                DeValue::Table(_) => format!("found [{section}], a single table"),
                _ => format!("{section} is {}", describe(self.text, value)),
            };
            let message = format!(
                "{found}, expected a block [[{section}]] for each; write it with two brackets"
            );
            self.problem(value.span().start, section, message);
            return Vec::new();
        };
        let mut read = Vec::new();
        for block in blocks {
            let start = block.span().start;
            let Some(table) = block.get_ref().as_table() else {
                let found = describe(self.text, block);
                let message =
                    format!("{section} has {found}, expected a block [[{section}]]; write it so");
                self.problem(start, section, message);
                continue;
            };
            let mut kept = T::default();
            for (name, value) in table {
                let own = name.get_ref().as_ref();
                match settings.iter().find(|setting| setting.row.own_name() == own) {
                    Some(setting) => {
                        let problem = set(self.text, setting, setting.row.name, &mut kept, value);
                        self.problems.extend(problem);
                    }
                    None => self.unknown(section, own, name.span().start),
                }
            }
            for Setting { row, .. } in settings.iter().filter(|s| s.row.is_needed() && !self.torn) {
                if !table.iter().any(|(name, _)| name.get_ref() == row.own_name()) {
                    let own = row.own_name();
                    let message = format!(
                        "[[{section}]] has no {own}, expected {}; add {own} = \"…\"",
                        row.expected
                    );
                    self.problems.push(Problem {
                        offset: start,
                        field: Some(row.name.to_owned()),
                        message,
                    });
                }
            }
            read.push((kept, start));
        }
        read
    }

    /// A name that is none in its table; at the top where `section` is empty.
    fn unknown(&mut self, section: &str, own: &str, offset: usize) {
        let field = if section.is_empty() { own.to_owned() } else { format!("{section}.{own}") };
        let message = format!("unknown key {:?}; {}", short(&field), meant(section, own));
        self.problem(offset, &field, message);
    }
}

/// What to write instead of a name that is none in its table.
fn meant(section: &str, own: &str) -> String {
    let mut here: Vec<&str> =
        rows().filter(|row| row.section() == section).map(|row| row.own_name()).collect();
    if section.is_empty() {
        here.extend([KEYS, COLUMNS, VIEW, THEMES]);
    }
    let near = |names: &[&str]| {
        let nearest = most_similar(own, names.iter().copied()).into_iter().next();
        let alike = |name: &String| strsim::jaro_winkler(&own.to_lowercase(), name) >= ALIKE;
        nearest.filter(alike)
    };
    if let Some(name) = near(&here) {
        return format!("did you mean {}?", as_written(section, &name));
    }
    let elsewhere = rows().find(|row| row.own_name() == own && row.section() != section);
    if let Some(row) = elsewhere {
        return match row.section() {
            "" => format!("write {own} above the first table"),
            DATA => format!("write {own} in [[{DATA}]]"),
            of => format!("write {own} in {}", as_written("", of)),
        };
    }
    let names: Vec<String> = here.iter().map(|name| as_written(section, name)).collect();
    format!("the keys here are {}", names.join(", "))
}

/// A name as it is written: a table as its header.
fn as_written(section: &str, name: &str) -> String {
    match name {
        _ if !section.is_empty() => name.to_owned(),
        KEYS | COLUMNS => format!("[{name}]"),
        THEMES => format!("[{name}.NAME]"),
        VIEW => format!("[[{name}]]"),
        _ => name.to_owned(),
    }
}

/// Keeps the value of a setting of this full name; what is wrong with it.
fn set<T>(
    text: &str,
    setting: &Setting<T>,
    name: &str,
    kept: &mut T,
    value: &Value<'_>,
) -> Option<Problem> {
    if (setting.set)(kept, &given(value)) {
        return None;
    }
    let row = &setting.row;
    // In a list, the first element that cannot be there.
    let is_text =
        |element: &&Value<'_>| element.get_ref().as_str().is_none_or(|text| text.trim().is_empty());
    let element = value.get_ref().as_array().and_then(|list| list.iter().find(is_text));
    let (at, has) = element.map_or((value, "is"), |element| (element, "has"));
    let found = describe(text, at);
    let default = match row.default {
        "true" | "false" => format!("; the default is {}", row.default),
        default if default.starts_with('"') => format!("; the default is {default}"),
        _ => String::new(),
    };
    Some(Problem {
        offset: at.span().start,
        field: Some(name.to_owned()),
        message: format!("{name} {has} {found}, expected {}{default}", row.expected),
    })
}

#[cfg(test)]
mod tests;
