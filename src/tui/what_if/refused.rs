//! Why the What-if screen does not do what a key asks for.

use crate::domain::policy_text::OFF;
use crate::insight::scenario::SettingError;
use crate::tui::keys::action::Action;
use crate::tui::keys::keymap::Keymap;

/// Why something is not done. Text from data files in it is not yet escaped.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    /// The line sets nothing.
    Heading,
    /// The line is a scenario.
    Scenario,
    /// The line is a change of a playbook that is not there.
    Gone,
    /// A list has no next value.
    List,
    /// The value is off, and there is none below it.
    Off,
    /// The value is not a number.
    NotANumber,
    /// There are no amounts to move.
    NoRange,
    /// There is no value in that direction.
    AtTheEnd {
        /// True where a higher value was asked for.
        up: bool,
        /// The last value, as it is shown.
        at: String,
    },
    /// No customer changes in that direction.
    NoFurtherChange {
        /// True where a higher value was looked for.
        up: bool,
        /// The last value that was tried, as it is shown.
        to: String,
    },
    /// The text is not a budget.
    NotABudget,
    /// The value does not belong there.
    Setting(SettingError),
}

impl From<SettingError> for Refused {
    fn from(error: SettingError) -> Self {
        Self::Setting(error)
    }
}

impl Refused {
    /// Returns why, in words, with the keys that are in use.
    pub fn words(&self, keys: &Keymap) -> String {
        let key = |action| keys.key(action);
        match self {
            Self::Heading => "This is a heading; select a line below it".to_owned(),
            Self::Scenario => format!(
                "This is a scenario; {} applies it, {} compares with it, {} deletes it",
                key(Action::Edit),
                key(Action::Compare),
                key(Action::Clear)
            ),
            Self::Gone => {
                let key = key(Action::Clear);
                format!(
                    "The playbook of this change is no longer in the data; {key} removes the change"
                )
            }
            Self::List => format!("A list has no steps; press {} to edit it", key(Action::Edit)),
            Self::Off => {
                let [more, edit] = [Action::More, Action::Edit].map(key);
                format!("It is off; {more} turns it on, {edit} edits it")
            }
            Self::NotANumber => {
                format!("It is not a number; press {} to edit it", key(Action::Edit))
            }
            Self::NoRange => {
                let key = key(Action::Edit);
                format!("There is no range; press {key} to set one, such as 300, 1800")
            }
            Self::AtTheEnd { up, at } => {
                format!("It cannot be {} than {at}", if *up { "more" } else { "less" })
            }
            Self::NoFurtherChange { up, to } => {
                let (end, step) = match up {
                    true => ("up to", Action::RoundMore),
                    false => ("down to", Action::RoundLess),
                };
                format!("No further change {end} {to}; {} takes a round step", key(step))
            }
            Self::NotABudget => format!("Expected an amount in dollars, 0 or more, or {OFF}"),
            Self::Setting(error) => error.to_string(),
        }
    }
}
