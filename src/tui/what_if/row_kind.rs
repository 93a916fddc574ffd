//! The lines of the screen, and what can be set in them.

/// Dollars with which a budget begins.
pub const FIRST_BUDGET: f64 = 1_000.0;

/// How a value is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Fraction,
    Money,
    Count,
    /// One of a few.
    Choice(&'static [&'static str]),
    /// Amounts of money.
    Range,
    /// Texts.
    List,
}

/// Something that can be set: its key or field, and its name on the screen.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    pub key: &'static str,
    pub label: &'static str,
    pub kind: Kind,
    /// What stands for it where it is not there, and where a limit that is off begins.
    pub at_first: f64,
}

/// A line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A group's title.
    Group(&'static str),
    Policy(&'static Named),
    Budget,
    /// A variant with a name, by its place.
    Kept(usize),
    /// A playbook's title, by its number.
    Playbook(usize),
    Field(usize, &'static Named),
    /// A setting of which there is no line above, by its place in the scenario: of a playbook that is
    /// gone meanwhile.
    Elsewhere(usize),
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Named {}
