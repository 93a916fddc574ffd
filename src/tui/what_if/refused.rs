//! Why the What-if screen does not do what a key asks for.

use crate::domain::policy_text::OFF;
use crate::insight::scenario::SettingError;

/// Why something is not done. Text from data files in it is not yet escaped.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refused {
    /// The line sets nothing.
    #[error("This is a heading; select a line below it")]
    Heading,
    /// The line is a scenario.
    #[error("This is a scenario; Enter applies it, b compares with it, x deletes it")]
    Scenario,
    /// The line is a change of a playbook that is not there.
    #[error("The playbook of this change is no longer in the data; x removes the change")]
    Gone,
    /// A list has no next value.
    #[error("A list has no steps; press Enter to edit it")]
    List,
    /// The value is off, and there is none below it.
    #[error("It is off; + turns it on, Enter edits it")]
    Off,
    /// The value is not a number.
    #[error("It is not a number; press Enter to edit it")]
    NotANumber,
    /// There are no amounts to move.
    #[error("There is no range; press Enter to set one, such as 300, 1800")]
    NoRange,
    /// There is no value in that direction.
    #[error("It cannot be {} than {at}", if *.up { "more" } else { "less" })]
    AtTheEnd {
        /// True where a higher value was asked for.
        up: bool,
        /// The last value, as it is shown.
        at: String,
    },
    /// No customer changes in that direction.
    #[error("No further change {} {to}; Shift-{} takes a round step", if *.up { "up to" } else { "down to" }, if *.up { "→" } else { "←" })]
    NoFurtherChange {
        /// True where a higher value was looked for.
        up: bool,
        /// The last value that was tried, as it is shown.
        to: String,
    },
    /// The text is not a budget.
    #[error("Expected an amount in dollars, 0 or more, or {OFF}")]
    NotABudget,
    /// The value does not belong there.
    #[error(transparent)]
    Setting(#[from] SettingError),
}
