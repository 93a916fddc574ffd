//! The user's settings: what `config.toml` in the user's config directory can say.
//!
//! Settings are the user's, for every data directory; the policy is the company's, and stands beside
//! the data. A setting never changes a number or a rule.

pub mod effective;
mod file;
mod mistake;
mod places;
mod reader;
mod table;
mod template;
mod view_change;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use strum::{EnumString, IntoStaticStr};

pub use file::SettingsFile;
pub use mistake::Mistake;
pub use reader::{Base, Doubt, Reading, read};
pub use table::{Row, rows};
pub use template::template;
pub use view_change::ViewChange;

/// Name of the settings file.
pub const SETTINGS_FILE: &str = "config.toml";

/// What the user set. Every part may be absent.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The reviewer, where neither `--by` nor the environment names one.
    pub reviewer: Option<String>,
    /// The data directory, where neither `--data` nor the environment names one.
    pub data: Option<PathBuf>,
    /// The screen that the dashboard opens on, by its name: `queue`, `what-if`.
    pub start: Option<String>,
    /// The key that decisions are signed with.
    pub sign_with: Option<PathBuf>,
    /// The theme, by its name; `auto` asks the terminal.
    pub theme: String,
    /// Whether the screen is drawn in ASCII.
    pub ascii: Ascii,
    /// False where the terminal keeps the mouse.
    pub mouse: bool,
    /// How something new that needs a decision is announced.
    pub notify: Notify,
    /// The keys of actions, by the actions' names: they take the place of the usual ones.
    pub keys: BTreeMap<String, Vec<String>>,
    /// The columns of a list, by the list's name (`queue`, `customers`): these, in this order.
    pub columns: BTreeMap<String, Vec<String>>,
    /// The saved views, in their order.
    pub views: Vec<View>,
    /// What holds for one data directory only.
    pub data_paths: Vec<DataPath>,
    /// The user's own themes, by name: colors by the name of what they are for.
    pub themes: BTreeMap<String, BTreeMap<String, String>>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            name: String::new(),
            screen: "queue".to_owned(),
            filter: String::new(),
            sort: String::new(),
            scope: String::new(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            reviewer: None,
            data: None,
            start: None,
            sign_with: None,
            theme: "auto".to_owned(),
            ascii: Ascii::Auto,
            mouse: true,
            notify: Notify::Off,
            keys: BTreeMap::new(),
            columns: BTreeMap::new(),
            views: Vec::new(),
            data_paths: Vec::new(),
            themes: BTreeMap::new(),
        }
    }
}

/// Whether the screen is drawn in ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ascii {
    /// Where the locale or the terminal needs it.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// How something new that needs a decision is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Notify {
    /// Not at all.
    #[default]
    Off,
    /// By the terminal's bell.
    Bell,
    /// By a notification of the desktop, through the terminal.
    Desktop,
}

/// A saved view of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: String,
    /// The screen, by its name: `queue`, `customers`.
    pub screen: String,
    /// The filter; empty for none.
    pub filter: String,
    /// The column to sort by, by its name, with `-` in front to reverse it; empty for the usual order.
    pub sort: String,
    /// Whose work the list holds, by its name: `all`, `mine`, `can_approve`; empty for what is shown
    /// already.
    pub scope: String,
}

/// What holds for one data directory only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataPath {
    /// The data directory; compared by its canonical path.
    pub path: PathBuf,
    /// The ledger of that directory.
    pub ledger: Option<PathBuf>,
    /// True for the directory that is used where none is named: the same as [`Settings::data`].
    pub default: bool,
}

impl Settings {
    /// Returns what holds for a data directory only, with its place among the blocks, by whatever name
    /// the directory is called.
    pub fn of_data(&self, directory: &Path) -> Option<(usize, &DataPath)> {
        let canonical = |path: &Path| fs::canonicalize(path).ok();
        let wanted = canonical(directory)?;
        let mut blocks = self.data_paths.iter().enumerate();
        blocks.find(|(_, block)| canonical(&block.path).as_ref() == Some(&wanted))
    }
}

/// Something in the settings that cannot be used. What is wrong with one part leaves the last good
/// settings in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The part, as keys and places from the top, places counted from 0: `["keys", "approve"]`,
    /// `["view", "2", "filter"]`.
    pub path: Vec<String>,
    /// What was found, and what was expected.
    pub message: String,
}
