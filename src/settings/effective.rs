//! The settings in effect, and where each comes from.

use std::fmt;
use std::path::Path;

use serde_json::{Value, json};

use super::Reading;
use super::table::{
    ACTION_KEYS, COLUMN_SETTINGS, COLUMNS, DATA, DATA_SETTINGS, KEYS, SETTINGS, Setting,
    THEME_COLOR, THEMES, VIEW, VIEW_SETTINGS,
};

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// An option of the command line.
    Flag(&'static str),
    /// An environment variable.
    Variable(&'static str),
    /// This line of the settings file.
    File(u32),
    /// Nothing sets it.
    Default,
}

impl Origin {
    /// Returns the code of the kind of origin, for JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Flag(_) => "flag",
            Self::Variable(_) => "environment",
            Self::File(_) => "config",
            Self::Default => "default",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::File(line) => write!(f, "{}:{line}", super::SETTINGS_FILE),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value in effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Effective {
    /// The table that it stands in, as its header; empty at the top.
    pub header: String,
    /// The name of the table with its own name: `theme`, `keys.approve`, `view.0.filter`.
    pub name: String,
    /// Its value; null where none is set.
    pub value: Value,
    /// Where it comes from.
    pub origin: Origin,
}

/// A value that options and environment go before, with where it comes from.
pub type Named<'a> = (Option<&'a str>, Origin);

/// Returns every setting in effect. `reviewer`, `data`, `sign_with` and `ledger` are what a command was started
/// with.
pub fn effective(
    reading: &Reading,
    reviewer: Named<'_>,
    data: (&Path, Origin),
    sign_with: (Option<&Path>, Origin),
    ledger: (&str, Origin),
) -> Vec<Effective> {
    let mut all = List { reading, all: Vec::new() };
    let path = |path: &Path| json!(path.display().to_string());
    for setting in SETTINGS {
        match setting.row.name {
            "reviewer" => all.push("", "reviewer", json!(reviewer.0), Some(reviewer.1)),
            "data" => {
                all.push("", "data", path(data.0), Some(data.1));
                all.push("", "ledger", json!(ledger.0), Some(ledger.1));
            }
            "sign_with" => {
                let named = json!(sign_with.0.map(|path| path.display().to_string()));
                all.push("", "sign_with", named, Some(sign_with.1));
            }
            name => all.push("", name, (setting.get)(&reading.settings), None),
        }
    }
    let settings = &reading.settings;
    for (action, keys) in &settings.keys {
        all.push(&format!("[{KEYS}]"), &format!("{KEYS}.{action}"), (ACTION_KEYS.get)(keys), None);
    }
    for setting in COLUMN_SETTINGS {
        if let Some(columns) = settings.columns.get(setting.row.own_name()) {
            all.push(&format!("[{COLUMNS}]"), setting.row.name, (setting.get)(columns), None);
        }
    }
    all.blocks(VIEW, VIEW_SETTINGS, &settings.views);
    all.blocks(DATA, DATA_SETTINGS, &settings.data_paths);
    for (theme, colors) in &settings.themes {
        for (color, written) in colors {
            let name = format!("{THEMES}.{theme}.{color}");
            all.push(&format!("[{THEMES}.{theme}]"), &name, (THEME_COLOR.get)(written), None);
        }
    }
    all.all
}

struct List<'a> {
    reading: &'a Reading,
    all: Vec<Effective>,
}

impl List<'_> {
    /// Without an origin, it is where it is set in the file.
    fn push(&mut self, header: &str, name: &str, value: Value, origin: Option<Origin>) {
        let line = || self.reading.lines.get(name).map(|line| Origin::File(*line));
        let origin = origin.or_else(line).unwrap_or(Origin::Default);
        self.all.push(Effective {
            header: header.to_owned(),
            name: name.to_owned(),
            value,
            origin,
        });
    }

    fn blocks<T>(&mut self, section: &str, settings: &[Setting<T>], blocks: &[T]) {
        for (place, block) in blocks.iter().enumerate() {
            for setting in settings {
                let name = format!("{section}.{place}.{}", setting.row.own_name());
                self.push(&format!("[[{section}]]"), &name, (setting.get)(block), None);
            }
        }
    }
}

/// Returns settings as lines of TOML, each with where it comes from in a comment. A setting that is not
/// set is a comment.
pub fn lines(all: &[Effective]) -> Vec<String> {
    let line = |one: &Effective| {
        let own = one.name.rsplit('.').next().unwrap_or_default();
        match &one.value {
            Value::Null => format!("# {} is not set", key(own)),
            value => format!("{} = {}", key(own), written(value)),
        }
    };
    let widest = all.iter().map(|one| line(one).chars().count()).filter(|width| *width <= 48).max();
    let width = widest.unwrap_or_default();
    let mut lines = Vec::new();
    let mut before = String::new();
    for one in all {
        // Each block begins with its first key.
        let place = match one.header.starts_with("[[") {
            true => one.name.rsplit_once('.').map_or("", |(block, _)| block).to_owned(),
            false => one.header.clone(),
        };
        if place != before {
            lines.extend([String::new(), one.header.clone()]);
            before = place;
        }
        lines.push(format!("{:<width$}  # {}", line(one), one.origin));
    }
    lines
}

/// A key as it is written in TOML.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match !name.is_empty() && name.chars().all(bare) {
        true => name.to_owned(),
        false => json!(name).to_string(),
    }
}

/// A value as it is written in TOML, which takes texts as JSON writes them.
fn written(value: &Value) -> String {
    match value {
        Value::Array(list) => {
            format!("[{}]", list.iter().map(written).collect::<Vec<_>>().join(", "))
        }
        value => value.to_string(),
    }
}
