//! `nextplay keys`: the keys of the dashboard that are in use.

use serde::Serialize;

use super::Outcome;
use super::format::Format;
use super::output::{look, print, text};
use super::session::Session;
use crate::domain::Error;
use crate::report::json;
use crate::report::table::{self, Cell, Column};
use crate::tui::keys::action::Context;
use crate::tui::keys::binding::Group;
use crate::tui::keys::key::Key;
use crate::tui::keys::keymap::{Bound, Keymap};
use crate::tui::keys::manual::screens;
use crate::tui::screen::table::SCREENS;

/// List the keys of the dashboard, with your own from `[keys]`
///
/// Each is listed by the name that `[keys]` in the settings file takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Format of the output
    #[arg(long, value_parser = Format::among(&[Format::Table, Format::Json]), default_value = "table")]
    pub format: Format,
}

/// An action with its keys, as the settings name them.
#[derive(Debug, Serialize)]
struct Item {
    action: String,
    keys: Vec<String>,
    default_keys: Vec<String>,
    contexts: Vec<&'static str>,
    screens: Vec<&'static str>,
    help: &'static str,
}

impl Item {
    fn new(row: &Bound) -> Self {
        let on = SCREENS.iter().filter(|screen| row.exists_on(screen.screen));
        Self {
            action: row.name(),
            keys: row.keys.iter().map(Key::written).collect(),
            default_keys: row.row.keys.iter().map(Key::written).collect(),
            contexts: row.contexts.iter().map(Into::into).collect(),
            screens: on.map(|screen| screen.screen.into()).collect(),
            help: row.help,
        }
    }
}

const COLUMNS: [Column; 4] = [
    Column::left("action").kept(),
    Column::left("keys").kept(),
    Column::left("what it does").cut(20),
    Column::left("where").cut(12),
];

pub fn run(session: &Session, args: &Args) -> Result<Outcome, Error> {
    session.preferences.warn();
    let keymap = Keymap::under(&session.preferences.reading.settings);
    print(|out| match args.format {
        Format::Json => json::array(out, keymap.by_group().map(|(_, row)| Item::new(row))),
        _ => {
            let rows: Vec<Vec<Cell>> = keymap
                .by_group()
                .map(|(group, row)| {
                    let keys: Vec<String> = row.keys.iter().map(Key::written).collect();
                    let texts =
                        [row.name(), keys.join(" "), row.help.to_owned(), place(group, row)];
                    texts.map(Cell::new).to_vec()
                })
                .collect();
            text(out, |out| table::write(out, &COLUMNS, &rows, look()))
        }
    })?;
    Ok(Outcome::Done)
}

/// Where the keys of a row work, in words.
fn place(group: Group, row: &Bound) -> String {
    match screens(row) {
        _ if row.contexts.contains(&Context::Any) => "anywhere".to_owned(),
        _ if !row.contexts.contains(&Context::Browse) => group.title(""),
        all if all == "all" => "all screens".to_owned(),
        some => some,
    }
}
