//! Which file `E` opens in the user's editor, and where in it.

use std::path::{Path, PathBuf};

use compact_str::CompactString;

use crate::domain::file::DataFile;
use crate::domain::text::escape_controls;
use crate::domain::{Finding, Location};
use crate::intake::policy::POLICY_FILE;
use crate::settings::Mistake;
use crate::toml_text::place_of_key;
use crate::tui::event::Effect;
use crate::tui::keys::action::Action;
use crate::tui::screen::findings;
use crate::tui::state::{Overlay, State};
use crate::tui::subject::Subject;

/// A file to be opened in the user's editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToEdit {
    /// A file of the data directory.
    Data {
        /// Its name.
        name: CompactString,
        /// From 1; the beginning where `None`.
        line: Option<u32>,
    },
    /// The policy, where a key of it stands.
    PolicyKey(&'static str),
    /// The settings file.
    Settings {
        /// From 1; the beginning where `None`.
        line: Option<u32>,
    },
}

impl ToEdit {
    fn data(file: DataFile, location: Option<Location>) -> Self {
        match location {
            Some(Location { file, place, .. }) => Self::Data { name: file, line: Some(place.line) },
            None => Self::Data { name: file.name().into(), line: None },
        }
    }

    /// Returns the file that a finding points at, if it points at one.
    pub fn of_finding(finding: &Finding) -> Option<Self> {
        Some(Self::Data { name: finding.file.clone()?, line: finding.line })
    }

    /// Returns the file, if an editor can change it.
    ///
    /// # Errors
    /// Where it is a workbook.
    fn text(self) -> Result<Self, String> {
        match &self {
            Self::Data { name, .. } if name.to_lowercase().ends_with(".xlsx") => {
                Err(format!("{} is a workbook; open it in Excel", escape_controls(name)))
            }
            _ => Ok(self),
        }
    }

    /// Returns the place of a mistake in the settings file.
    pub fn of_mistake(mistake: &Mistake) -> Self {
        Self::Settings { line: mistake.place.map(|place| place.line) }
    }

    fn of_subject(state: &State, subject: Subject) -> Result<Self, String> {
        let dataset = state.snapshot.as_ref().map(|snapshot| snapshot.matching.dataset());
        Ok(match subject {
            Subject::Customer(id) => {
                let place = dataset.and_then(|dataset| dataset.place_of_customer(&id));
                Self::data(DataFile::Customers, place)
            }
            Subject::Playbook(id) => {
                let place = dataset.and_then(|dataset| dataset.place_of_playbook(&id));
                Self::data(DataFile::Playbooks, place)
            }
            Subject::SkippedPlaybook(_, place) => Self::data(DataFile::Playbooks, place),
            Subject::PolicyKey(key) => Self::PolicyKey(key),
            Subject::Entry(_) => {
                let key = state.keymap.key(Action::Undo);
                return Err(format!("The ledger is not edited by hand; {key} undoes a decision"));
            }
        })
    }

    /// Returns its path, and the line to begin at. `settings` is the settings file, where there is a
    /// place for one.
    pub fn locate(&self, data: &Path, settings: Option<&Path>) -> (PathBuf, Option<u32>) {
        match self {
            Self::Data { name, line } => (data.join(name), *line),
            Self::PolicyKey(key) => {
                let path = data.join(POLICY_FILE);
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                (path, place_of_key(&text, key).map(|place| place.line))
            }
            Self::Settings { line } => (settings.unwrap_or(Path::new("")).to_owned(), *line),
        }
    }
}

/// The file behind the selected line, or behind the selected finding.
fn to_edit(state: &State) -> Result<ToEdit, String> {
    if matches!(state.overlay, Overlay::Findings { .. }) {
        return findings::selected(state)
            .ok_or_else(|| "This finding is not about a place in a file".to_owned())
            .and_then(ToEdit::text);
    }
    match Subject::of(state) {
        Some(subject) => ToEdit::of_subject(state, subject).and_then(ToEdit::text),
        None => Err("There is no file behind this line".to_owned()),
    }
}

/// Why there is no file to open; on any page but that of findings this needs no message.
pub(crate) fn no_file(state: &State) -> Option<String> {
    match state.overlay {
        Overlay::Help { .. } | Overlay::Command { .. } | Overlay::Outcome { .. } => {
            Some(String::new())
        }
        _ => to_edit(state).err(),
    }
}

/// Opens the file in the user's editor.
pub(crate) fn open(state: &State) -> Option<Effect> {
    to_edit(state).ok().map(Effect::Edit)
}
