//! Formats of results, and which of them a command offers.

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// How a result is written. Each command offers some of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns, for people
    Table,
    /// Lines of text, for people
    Text,
    /// JSON, one object per line within it
    Json,
    /// JSON lines, one object each
    Jsonl,
    /// Comma-separated values, safe to open in a spreadsheet
    Csv,
    /// Markdown
    #[value(alias = "markdown")]
    Md,
    /// One page with charts, to forward or print
    Html,
}

impl Format {
    /// Returns a parser of `--format` that accepts these formats and no other, so that whoever
    /// matches on a format names those that differ from the command's own default.
    pub fn among(offered: &'static [Self]) -> impl TypedValueParser<Value = Self> {
        let values = offered.iter().filter_map(ValueEnum::to_possible_value);
        PossibleValuesParser::new(values).try_map(|name| Self::from_str(&name, false))
    }
}
