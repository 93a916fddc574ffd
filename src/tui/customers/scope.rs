//! Whose work a list holds.

/// Whose work a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Scope {
    /// Everything.
    #[default]
    All,
    /// The customers that the reviewer owns.
    Mine,
    /// What the reviewer may decide now.
    CanApprove,
}

impl Scope {
    /// Returns its name on screens.
    pub fn title(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Mine => "My accounts",
            Self::CanApprove => "I can approve",
        }
    }

    /// Returns the next one; after the last the first.
    pub fn next(self) -> Self {
        match self {
            Self::All => Self::Mine,
            Self::Mine => Self::CanApprove,
            Self::CanApprove => Self::All,
        }
    }

    /// Returns the term of a filter that matches what it holds.
    pub fn term(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Mine => "owner:me",
            Self::CanApprove => "for:me",
        }
    }
}
