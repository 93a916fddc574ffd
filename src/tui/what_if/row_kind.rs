//! The lines of the screen, and what can be set in them.

use crate::domain::money::dollars;
use crate::insight::scenario::Precision;
use crate::store::PlaybookIx;

/// Dollars with which a budget begins.
pub const FIRST_BUDGET: f64 = 1_000.0;

/// How a value is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// A number from 0 to 1.
    Fraction,
    /// An amount in dollars.
    Money,
    /// A whole number.
    Count,
    /// A limit of days or plays, 1 or more by steps.
    Limit,
    /// One of a few values.
    Choice(&'static [&'static str]),
    /// The least and the most, in dollars.
    Range,
    /// A list of texts.
    List,
}

impl ValueKind {
    /// What its values are multiples of; `None` of what is no number.
    pub fn precision(self) -> Option<Precision> {
        match self {
            Self::Fraction => Some(Precision::Hundredths),
            Self::Money => Some(Precision::Dollars),
            Self::Count => Some(Precision::Count),
            Self::Range => Some(Precision::Range),
            Self::Limit | Self::Choice(_) | Self::List => None,
        }
    }

    /// A value of a setting as a person reads it.
    pub fn shown(self, value: &str) -> String {
        match value {
            "null" => return "not set".to_owned(),
            "true" => return "yes".to_owned(),
            "false" => return "no".to_owned(),
            _ => {}
        }
        match self {
            Self::Money => value.parse().map_or_else(|_| value.to_owned(), dollars),
            Self::Range => {
                let amounts: Vec<f64> = serde_json::from_str(value).unwrap_or_default();
                amounts.into_iter().map(dollars).collect::<Vec<_>>().join("–")
            }
            Self::List => {
                let texts: Vec<String> = serde_json::from_str(value).unwrap_or_default();
                if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
            }
            Self::Fraction => match value.split_once('.') {
                // What is more exact is shown as it is.
                Some((_, decimals)) if decimals.len() > 1 => value.to_owned(),
                _ => value.parse().map_or_else(|_| value.to_owned(), |x: f64| format!("{x:.2}")),
            },
            Self::Choice(_) if value == "roi" => "ROI".to_owned(),
            Self::Choice(_) => value.replace('_', " "),
            Self::Count | Self::Limit => value.to_owned(),
        }
    }
}

/// Something that can be set: its key or field, and its name on the screen.
#[derive(Debug, Clone, Copy)]
pub struct SettingSpec {
    /// Key of the policy, or field of a playbook.
    pub key: &'static str,
    /// Name on the screen.
    pub label: &'static str,
    /// How its value is changed.
    pub kind: ValueKind,
    /// The value to start from where none is set, or a limit is off.
    pub initial: f64,
}

/// Place of a scenario among those with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScenarioIx(pub usize);

/// Place of a change among those of the scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeIx(pub usize);

/// What a line of the screen is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// The heading of a group.
    Group(&'static str),
    /// A key of the policy.
    Policy(&'static SettingSpec),
    /// The budget of the plan.
    Budget,
    /// A scenario with a name, by its place among them.
    Scenario(ScenarioIx),
    /// The heading of a playbook.
    Playbook(PlaybookIx),
    /// A field of a playbook.
    Field(PlaybookIx, &'static SettingSpec),
    /// A change of a playbook that is no longer in the data.
    Gone(ChangeIx),
}

impl RowKind {
    /// True of a line that only says what the next ones are about.
    pub fn is_heading(self) -> bool {
        matches!(self, Self::Group(_) | Self::Playbook(_))
    }
}

impl PartialEq for SettingSpec {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for SettingSpec {}
