//! The user's settings: what `config.toml` in the user's config directory can say.
//!
//! Settings are the user's, for every data directory; the policy is the company's, and stands beside
//! the data. A setting never changes a number or a rule.

mod view_change;

use std::collections::BTreeMap;
use std::path::PathBuf;

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
    /// The theme, by its name; `auto` asks the terminal.
    pub theme: String,
    /// Whether the screen is drawn in ASCII.
    pub ascii: Ascii,
    /// False where the terminal keeps the mouse.
    pub mouse: bool,
    /// How something new that waits for the reviewer is announced.
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

impl Default for Settings {
    fn default() -> Self {
        Self {
            reviewer: None,
            data: None,
            start: None,
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
    /// Where the locale or the terminal asks for it.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// How something new that waits for the reviewer is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
}

/// Something in the settings that cannot be used. What is wrong with one part leaves the last good
/// settings in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The part, as keys and places from the top: `["keys", "approve"]`, `["view", "2", "filter"]`.
    pub path: Vec<String>,
    /// What was found, and what was expected.
    pub message: String,
}
