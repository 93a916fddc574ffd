//! The lines of the screen, and what can be set in them.

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
    /// One of a few values.
    Choice(&'static [&'static str]),
    /// The least and the most, in dollars.
    Range,
    /// A list of texts.
    List,
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

/// What a line of the screen is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// The heading of a group.
    Group(&'static str),
    /// A key of the policy.
    Policy(&'static SettingSpec),
    /// The budget of the plan.
    Budget,
    /// A scenario with a name, by its number.
    Scenario(usize),
    /// The heading of a playbook, by its number.
    Playbook(usize),
    /// A field of a playbook.
    Field(usize, &'static SettingSpec),
    /// A change, by its number in the scenario, of a playbook that is no longer in the data.
    Gone(usize),
}

impl PartialEq for SettingSpec {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for SettingSpec {}
