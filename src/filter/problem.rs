//! What is wrong with a filter, for the one who is still typing and for the one who is done.

use crate::domain::suggestion::{did_you_mean, most_similar};
use crate::domain::{Error, ErrorKind};

/// What is wrong with a filter. Every variant holds the text as it was typed.
#[derive(Debug, Clone, PartialEq)]
pub enum FilterProblem {
    /// A field and an operator with nothing behind them.
    NeedsValue(String),
    /// A word that looks like a term of a field that does not exist.
    UnknownField(String),
    /// A text that the field never has.
    UnknownValue {
        /// Name of the field.
        field: &'static str,
        /// What was typed.
        value: String,
        /// What the field can be.
        known: Vec<&'static str>,
    },
    /// Something else where a number belongs.
    NotANumber {
        /// What was typed.
        value: String,
        /// The number that may be meant.
        meant: Option<String>,
    },
    /// `urgency:5`: a number that is compared as a text is.
    Uncompared {
        /// The field as it was typed.
        field: String,
        /// What stands behind the colon.
        value: String,
    },
    /// `50.000`, which many write for fifty thousand.
    GroupedByPoints {
        /// What was typed.
        value: String,
        /// The number that it is read as.
        read_as: f64,
    },
}

impl FilterProblem {
    /// Returns what is wrong in one line, for someone who is still typing.
    pub fn message(&self) -> String {
        match self {
            Self::NeedsValue(term) => format!("\"{term}\" needs a value"),
            Self::UnknownField(word) => format!("\"{word}\": unknown field; searching as text"),
            Self::UnknownValue { field, value, known } => {
                format!("no {field} \"{value}\"; one of {}", known.join(", "))
            }
            Self::NotANumber { value, meant: None } => format!("\"{value}\" is not a number"),
            Self::NotANumber { value, meant: Some(meant) } => {
                format!("\"{value}\" is not a number; write {meant}")
            }
            Self::Uncompared { field, .. } => format!("{field} is a number; {}", self.compared()),
            Self::GroupedByPoints { value, read_as } => {
                format!("\"{value}\" is read as {read_as}; write thousands as 50,000 or 50k")
            }
        }
    }

    /// What to write for a number behind a colon: `write urgency>5 or urgency<5`.
    fn compared(&self) -> String {
        match self {
            Self::Uncompared { field, value } if value.starts_with(['<', '>', '=']) => {
                format!("write {field}{value}")
            }
            Self::Uncompared { field, value } if !value.is_empty() => {
                format!("write {field}>{value} or {field}<{value}")
            }
            _ => "compare it with > or <".to_owned(),
        }
    }
}

impl From<FilterProblem> for Error {
    /// The problem as an error, for a filter that is given once and whole.
    fn from(problem: FilterProblem) -> Self {
        let usage = |message: String| Error::new(ErrorKind::Usage, message);
        match &problem {
            FilterProblem::NeedsValue(_) => {
                usage(problem.message()).hint("for example risk>0.7 or segment:SMB")
            }
            FilterProblem::UnknownField(word) => {
                let names: Vec<&str> = super::Field::names().chain(["for"]).collect();
                usage(format!("unknown field in \"{word}\""))
                    .hint(format!("fields are {}", names.join(", ")))
                    .hint("put it in double quotes to search for it as text")
            }
            FilterProblem::UnknownValue { field, value, known } => {
                let error = usage(format!("no {field} \"{value}\""));
                let nearest = most_similar(value, known.iter().copied());
                match did_you_mean(&nearest) {
                    Some(hint) => error.hint(hint),
                    None => error,
                }
            }
            FilterProblem::NotANumber { value, meant } => {
                let error = usage(format!("\"{value}\" is not a number"));
                match meant {
                    Some(meant) => error.hint(format!("write {meant}")),
                    None => error,
                }
            }
            FilterProblem::Uncompared { field, value } => {
                usage(format!("{field} is a number, so \"{field}:{value}\" is not understood"))
                    .hint(problem.compared())
            }
            FilterProblem::GroupedByPoints { value, read_as } => {
                usage(format!("\"{value}\" could mean two amounts"))
                    .hint(format!("write {read_as}, or {} for thousands", value.replace('.', ",")))
            }
        }
    }
}
