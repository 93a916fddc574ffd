//! The user's settings for a command: what they name, and where the values in effect come from.

use std::path::{Path, PathBuf};

use super::output::warning;
use crate::domain::{Error, ErrorKind, Person};
use crate::ledger::LedgerPlace;
use crate::settings::effective::Origin;
use crate::settings::{Reading, SettingsFile};
use crate::tui::checks;

/// The user's settings, and where the values come from that options go before.
#[derive(Debug, Clone)]
pub struct Preferences {
    /// The settings file; `None` where the user has no directory for it.
    pub file: Option<SettingsFile>,
    /// What it says.
    pub reading: Reading,
    /// Where the reviewer comes from.
    pub reviewer: Origin,
    /// Where the data directory comes from.
    pub data: Origin,
    /// Where the ledger comes from.
    pub ledger: Origin,
    /// Where the key to sign with comes from.
    pub sign_with: Origin,
}

impl Preferences {
    /// Reads the settings of the user.
    pub fn of_user() -> Self {
        let file = SettingsFile::of_user();
        let reading = file.as_ref().map(|file| file.read(&checks::problems)).unwrap_or_default();
        let [reviewer, data, ledger, sign_with] = [Origin::Default; 4];
        Self { file, reading, reviewer, data, ledger, sign_with }
    }

    /// The same, with where each value comes from.
    #[must_use]
    pub fn with(self, reviewer: Origin, data: Origin, ledger: Origin) -> Self {
        Self { reviewer, data, ledger, ..self }
    }

    /// Returns the key that the settings name to sign with.
    pub fn sign_with(&self) -> (Option<PathBuf>, Origin) {
        (self.reading.settings.sign_with.clone(), self.line("sign_with"))
    }

    fn line(&self, name: &str) -> Origin {
        self.reading.lines.get(name).map_or(Origin::Default, |line| Origin::File(*line))
    }

    /// Returns the reviewer of the settings, else the login name; empty where that is no name, which is
    /// only missed when someone decides.
    pub fn reviewer(&self) -> (String, Origin) {
        match &self.reading.settings.reviewer {
            Some(reviewer) => (reviewer.clone(), self.line("reviewer")),
            None => {
                let login = Person::parse(&whoami::username().unwrap_or_default());
                let login = login.map(|login| login.name().to_string());
                (login.unwrap_or_default(), Origin::Default)
            }
        }
    }

    /// Returns the data directory of the settings, else the one given.
    pub fn data(&self, otherwise: PathBuf) -> (PathBuf, Origin) {
        let settings = &self.reading.settings;
        let Some(data) = &settings.data else { return (otherwise, Origin::Default) };
        let block = settings.data_paths.iter().position(|block| block.default);
        let name = block.map_or("data".to_owned(), |block| format!("data.{block}.default"));
        (data.clone(), self.line(&name))
    }

    /// Returns the ledger that the settings name for a data directory.
    ///
    /// # Errors
    /// Where they name a database that cannot be understood.
    pub fn ledger(&self, directory: &Path) -> Result<(Option<LedgerPlace>, Origin), Error> {
        let settings = &self.reading.settings;
        let named = settings.of_data(directory).and_then(|(place, block)| {
            Some((block.ledger.as_ref()?, self.line(&format!("data.{place}.ledger"))))
        });
        let Some((ledger, origin)) = named else { return Ok((None, Origin::Default)) };
        let place = LedgerPlace::parse(ledger.as_os_str())
            .map_err(|error| error.hint(format!("{origin} names it")))?;
        Ok((Some(place), origin))
    }

    /// Warns of everything that is wrong with the settings file.
    pub fn warn(&self) {
        self.reading.mistakes.iter().for_each(|mistake| warning(&mistake.to_string()));
    }

    /// Returns why nothing can be recorded: an error in the settings leaves open who decides, or in
    /// which ledger, and no option says so.
    pub fn doubt(&self) -> Option<Error> {
        let doubt = self.reading.doubt;
        let is_open = |origin: Origin| matches!(origin, Origin::File(_) | Origin::Default);
        let reviewer = doubt.reviewer && is_open(self.reviewer);
        let ledger = doubt.data && is_open(self.ledger);
        let (what, options) = match (reviewer, ledger) {
            (false, false) => return None,
            (true, false) => ("who the reviewer is", "--by"),
            (false, true) if is_open(self.data) => {
                ("which data and ledger to use", "--data and --ledger")
            }
            (false, true) => ("which ledger to use", "--ledger"),
            (true, true) => {
                ("who the reviewer is, and which ledger to use", "--by, --data and --ledger")
            }
        };
        let path = self.file.as_ref().map(|file| file.path().display().to_string());
        let error =
            Error::new(ErrorKind::Data, format!("errors in the settings leave open {what}"));
        Some(
            error
                .hint(format!(
                    "fix \"{}\"; `nextplay config` lists the errors",
                    path.unwrap_or_default()
                ))
                .hint(format!("or name it with {options}")),
        )
    }
}
