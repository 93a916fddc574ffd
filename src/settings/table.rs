//! Every setting, one row each: the one table that the reader, `nextplay config`, the commented file
//! of `config --init` and the documentation are made from.
//!
//! A new setting is a row here and a field of [`Settings`] with its default.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Ascii, DataPath, Settings, View};
use crate::domain::Person;
use crate::domain::policy_key::Given;
use crate::postgres;

/// What is known of a setting, whatever holds its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The full name: `theme`; with the table that it stands in `view.name`. A part in capitals is a
    /// name of the user's own choice.
    pub name: &'static str,
    /// What belongs there, in words.
    pub expected: &'static str,
    /// The default as it is written, or in words.
    pub default: &'static str,
    /// What it sets, in a few words, as Markdown.
    pub help: &'static str,
    /// The option of the command line that overrides it; empty where there is none.
    pub flag: &'static str,
    /// The environment variable that overrides it; empty where there is none.
    pub variable: &'static str,
    /// A value as it is written, for the commented file.
    pub example: &'static str,
}

/// A setting. `T` is what holds its value.
pub(super) struct Setting<T: 'static> {
    pub row: Row,
    /// Keeps what is given; false where it does not belong there.
    pub set: fn(&mut T, &Given<'_>) -> bool,
    /// The value that is kept; null where none is.
    pub get: fn(&T) -> Value,
}

const ROW: Row =
    Row { name: "", expected: "", default: "", help: "", flag: "", variable: "", example: "" };

/// The settings that hold one value.
pub(super) const SETTINGS: &[Setting<Settings>] = &[
    Setting {
        row: Row {
            name: "reviewer",
            expected: "a name in quotes, 1 to 64 characters, without control characters",
            default: "the login name",
            help: "who makes your decisions",
            example: "\"dana\"",
            flag: "--by",
            variable: "NEXTPLAY_REVIEWER",
        },
        set: |kept, given| {
            let person = text(given).and_then(|name| Person::parse(name).ok());
            put(&mut kept.reviewer, person.map(|person| Some(person.name().to_string())))
        },
        get: |kept| json!(kept.reviewer),
    },
    Setting {
        row: Row {
            name: "data",
            expected: "a directory in quotes",
            default: "the current directory",
            help: "the data directory to use if none is named; with `[[data]]` blocks, put \
                   `default = true` in one of them instead",
            example: "\"~/customer-data\"",
            flag: "--data",
            variable: "NEXTPLAY_DATA",
        },
        set: |kept, given| put(&mut kept.data, path(given).map(Some)),
        get: |kept| shown(kept.data.as_deref()),
    },
    Setting {
        row: Row {
            name: "sign_with",
            expected: "a file in quotes",
            default: "a key in your SSH agent",
            help: "the SSH key to sign your decisions with where the policy has keys for you: a private \
                   key, or a `.pub` file whose key is in your agent",
            example: "\"~/.ssh/id_ed25519\"",
            flag: "--sign-with",
            ..ROW
        },
        set: |kept, given| put(&mut kept.sign_with, path(given).map(Some)),
        get: |kept| shown(kept.sign_with.as_deref()),
    },
    Setting {
        row: Row {
            name: "start",
            expected: "the name of a screen in quotes",
            default: "the last screen",
            help: "the screen that the dashboard opens on: `\"queue\"`, `\"customers\"`, \
                   `\"playbooks\"`, `\"portfolio\"`, `\"what-if\"` or `\"activity\"`",
            example: "\"queue\"",
            ..ROW
        },
        set: |kept, given| put(&mut kept.start, text(given).map(|name| Some(name.to_owned()))),
        get: |kept| json!(kept.start),
    },
    Setting {
        row: Row {
            name: "theme",
            expected: "the name of a theme in quotes",
            default: "\"auto\"",
            help: "the colors: `\"auto\"` (asks the terminal, else dark), `\"dark\"`, `\"light\"`, \
                   `\"high-contrast\"`, `\"colorblind\"`, `\"terminal\"` (16 colors), or the name of \
                   a theme of your own; `NO_COLOR` overrides it",
            example: "\"auto\"",
            ..ROW
        },
        set: |kept, given| put(&mut kept.theme, text(given).map(str::to_owned)),
        get: |kept| json!(kept.theme),
    },
    Setting {
        row: Row {
            name: "ascii",
            expected: "\"auto\", true or false",
            default: "\"auto\"",
            help: "whether to draw with ASCII only; `\"auto\"` does where the locale is not UTF-8 or \
                   the terminal is `linux`, `vt100` or `dumb`",
            example: "\"auto\"",
            ..ROW
        },
        set: |kept, given| {
            let ascii = match given {
                Given::Text("auto") => Some(Ascii::Auto),
                Given::Flag(true) => Some(Ascii::On),
                Given::Flag(false) => Some(Ascii::Off),
                _ => None,
            };
            put(&mut kept.ascii, ascii)
        },
        get: |kept| match kept.ascii {
            Ascii::Auto => json!("auto"),
            Ascii::On => json!(true),
            Ascii::Off => json!(false),
        },
    },
    Setting {
        row: Row {
            name: "mouse",
            expected: "true or false",
            default: "true",
            help: "whether the dashboard uses the mouse; `false` leaves it to the terminal",
            example: "true",
            ..ROW
        },
        set: |kept, given| put(&mut kept.mouse, flag(given)),
        get: |kept| json!(kept.mouse),
    },
    Setting {
        row: Row {
            name: "notify",
            expected: "\"off\", \"bell\" or \"desktop\"",
            default: "\"off\"",
            help: "how to announce something new that needs your decision: with the terminal's bell or \
                   a desktop notification",
            example: "\"off\"",
            ..ROW
        },
        set: |kept, given| put(&mut kept.notify, text(given).and_then(|name| name.parse().ok())),
        get: |kept| json!(<&str>::from(kept.notify)),
    },
];

/// The table that holds the keys of actions.
pub(super) const KEYS: &str = "keys";
/// A key of `[keys]`.
pub(super) const ACTION_KEYS: Setting<Vec<String>> = Setting {
    row: Row {
        name: "keys.ACTION",
        expected: "a key in quotes, or a list of keys",
        default: "the usual keys",
        help: "the keys for an action, instead of the usual ones: `\"a\"`, `\"shift-a\"`, \
               `\"ctrl-p\"`, `\"f5\"`, `\"enter\"`, `\"space\"`; `nextplay keys` lists the actions. An \
               empty list removes the key",
        example: "[\"a\", \"f5\"]",
        ..ROW
    },
    set: |kept, given| put(kept, texts(given)),
    get: |kept| json!(kept),
};

/// The table that holds the columns of lists.
pub(super) const COLUMNS: &str = "columns";
/// The keys of `[columns]`.
pub(super) const COLUMN_SETTINGS: &[Setting<Vec<String>>] = &[
    Setting {
        row: Row {
            name: "columns.queue",
            expected: "a list of columns",
            default: "the usual columns",
            help: "the columns of the Queue, from left to right",
            example: "[\"name\", \"id\", \"at_risk\", \"risk\", \"playbook\", \"roi\", \"waiting\"]",
            ..ROW
        },
        set: |kept, given| put(kept, list(given)),
        get: |kept| json!(kept),
    },
    Setting {
        row: Row {
            name: "columns.customers",
            expected: "a list of columns",
            default: "the usual columns",
            help: "the columns of Customers, from left to right",
            example: "[\"name\", \"id\", \"owner\", \"segment\", \"stage\", \"risk\", \"status\"]",
            ..ROW
        },
        set: |kept, given| put(kept, list(given)),
        get: |kept| json!(kept),
    },
];

/// The name of the blocks that hold views.
pub(super) const VIEW: &str = "view";
/// The keys of a `[[view]]`.
pub(super) const VIEW_SETTINGS: &[Setting<View>] = &[
    Setting {
        row: Row {
            name: "view.name",
            expected: "a name in quotes",
            default: "required",
            help: "the name of a saved view; `V` lists them",
            example: "\"Enterprise at high risk\"",
            ..ROW
        },
        set: |kept, given| put(&mut kept.name, text(given).map(str::to_owned)),
        get: |kept| json!(kept.name),
    },
    Setting {
        row: Row {
            name: "view.screen",
            expected: "the name of a screen in quotes",
            default: "\"queue\"",
            help: "its screen",
            example: "\"customers\"",
            ..ROW
        },
        set: |kept, given| put(&mut kept.screen, text(given).map(str::to_owned)),
        get: |kept| json!(kept.screen),
    },
    Setting {
        row: Row {
            name: "view.filter",
            expected: "a filter in quotes",
            default: "\"\"",
            help: "its filter, as you would type it after `/`",
            example: "\"segment:Enterprise risk>=0.7\"",
            ..ROW
        },
        set: |kept, given| put(&mut kept.filter, any_text(given).map(str::to_owned)),
        get: |kept| json!(kept.filter),
    },
    Setting {
        row: Row {
            name: "view.sort",
            expected: "the name of a column in quotes",
            default: "\"\"",
            help: "the column to sort by; a `-` in front reverses the order",
            example: "\"renews\"",
            ..ROW
        },
        set: |kept, given| put(&mut kept.sort, any_text(given).map(str::to_owned)),
        get: |kept| json!(kept.sort),
    },
    Setting {
        row: Row {
            name: "view.scope",
            expected: "all, mine or can_approve, in quotes",
            default: "\"\"",
            help: "whose customers it shows; without it, the scope does not change",
            example: "\"mine\"",
            ..ROW
        },
        set: |kept, given| put(&mut kept.scope, any_text(given).map(str::to_owned)),
        get: |kept| json!(kept.scope),
    },
];

/// The name of the blocks that hold what is for one data directory only.
pub(super) const DATA: &str = "data";
/// The keys of a `[[data]]`.
pub(super) const DATA_SETTINGS: &[Setting<DataPath>] = &[
    Setting {
        row: Row {
            name: "data.path",
            expected: "a directory in quotes",
            default: "required",
            help: "a data directory; the block applies to this directory only, however you name it",
            example: "\"~/customer-data\"",
            ..ROW
        },
        set: |kept, given| put(&mut kept.path, path(given)),
        get: |kept| shown(Some(&kept.path)),
    },
    Setting {
        row: Row {
            name: "data.ledger",
            expected: "a file or a database in quotes",
            default: "\"decisions.jsonl\"",
            help: "the ledger for that directory: a file, where a relative path starts there, or a \
                   database such as `postgres://dana@db.example/cs`",
            flag: "--ledger",
            example: "\"~/ledgers/customer-data.jsonl\"",
            ..ROW
        },
        set: |kept, given| put(&mut kept.ledger, path(given).map(Some)),
        get: |kept| json!(kept.ledger.as_deref().map(ledger)),
    },
    Setting {
        row: Row {
            name: "data.default",
            expected: "true or false",
            default: "false",
            help: "whether to use this directory if none is named",
            example: "true",
            ..ROW
        },
        set: |kept, given| put(&mut kept.default, flag(given)),
        get: |kept| json!(kept.default),
    },
];

/// The table that holds the user's own themes.
pub(super) const THEMES: &str = "themes";
/// A color of a `[themes.NAME]`.
pub(super) const THEME_COLOR: Setting<String> = Setting {
    row: Row {
        name: "themes.NAME.COLOR",
        expected: "a color in quotes",
        default: "from its base",
        help: "a color of your own theme, such as `accent`; `base` names the theme to start from",
        example: "",
        ..ROW
    },
    set: |kept, given| put(kept, text(given).map(str::to_owned)),
    get: |kept| json!(kept),
};

/// Every setting, in the order in which they are documented.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    let values = SETTINGS.iter().map(|setting| &setting.row);
    let data = DATA_SETTINGS.iter().map(|setting| &setting.row);
    let views = VIEW_SETTINGS.iter().map(|setting| &setting.row);
    let columns = COLUMN_SETTINGS.iter().map(|setting| &setting.row);
    let (keys, theme): (&Row, &Row) = (&const { ACTION_KEYS.row }, &const { THEME_COLOR.row });
    values.chain([keys]).chain(columns).chain(views).chain(data).chain([theme])
}

impl Row {
    /// Returns the table that it stands in; empty at the top of the file.
    pub fn section(&self) -> &'static str {
        self.name.split_once('.').map_or("", |(section, _)| section)
    }

    /// Returns its name in that table.
    pub fn own_name(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(_, own)| own)
    }

    /// Returns true where its block cannot be without it.
    pub fn is_needed(&self) -> bool {
        self.default == "required"
    }
}

/// Keeps a value where there is one.
fn put<T>(kept: &mut T, value: Option<T>) -> bool {
    match value {
        Some(value) => {
            *kept = value;
            true
        }
        None => false,
    }
}

fn any_text<'a>(given: &Given<'a>) -> Option<&'a str> {
    match given {
        Given::Text(text) => Some(*text),
        _ => None,
    }
}

/// A text that says something.
fn text<'a>(given: &Given<'a>) -> Option<&'a str> {
    any_text(given).filter(|text| !text.trim().is_empty())
}

fn path(given: &Given<'_>) -> Option<PathBuf> {
    text(given).filter(|path| !path.contains('\0')).map(PathBuf::from)
}

fn flag(given: &Given<'_>) -> Option<bool> {
    match given {
        Given::Flag(flag) => Some(*flag),
        _ => None,
    }
}

fn list(given: &Given<'_>) -> Option<Vec<String>> {
    match given {
        Given::List(list) => list.iter().map(|one| text(one).map(str::to_owned)).collect(),
        _ => None,
    }
}

/// A list of texts, or one text alone.
fn texts(given: &Given<'_>) -> Option<Vec<String>> {
    text(given).map(|one| vec![one.to_owned()]).or_else(|| list(given))
}

/// A file, or a database without its password.
fn ledger(place: &Path) -> String {
    let text = place.display().to_string();
    if postgres::is_server(&text) { postgres::shown(&text) } else { text }
}

fn shown(path: Option<&Path>) -> Value {
    json!(path.map(|path| path.display().to_string()))
}
