//! TOML files that people write: what is wrong with them, and where. The policy and the settings are
//! read with it.

mod file;
mod removal;
mod syntax;

use crate::domain::text::short;
use toml::Spanned;
use toml::de::DeValue;

pub use file::read;
pub use removal::without_table;
pub use syntax::{Syntax, place_of_key};

use crate::domain::policy_key::Given;

/// A value with its place in the text.
pub type Value<'i> = Spanned<DeValue<'i>>;

/// Something that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, in bytes.
    pub offset: usize,
    /// The full key that it is about, if it is about one.
    pub field: Option<String>,
    /// What was found, and what was expected.
    pub message: String,
}

/// A value as the keys take it.
pub fn given<'v>(value: &'v Value<'_>) -> Given<'v> {
    match value.get_ref() {
        DeValue::String(text) => Given::Text(text),
        // What is no whole number of 128 bits is none that anybody means; no key takes NaN.
        DeValue::Integer(_) => Given::Number(whole(value).map_or(f64::NAN, |whole| whole as f64)),
        DeValue::Float(float) => Given::Number(float.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Array(list) => Given::List(list.iter().map(given).collect()),
        DeValue::Boolean(flag) => Given::Flag(*flag),
        DeValue::Datetime(date) => Given::Date(date.to_string()),
        DeValue::Table(table) => {
            let member =
                |(name, value): (&'v toml::Spanned<toml::de::DeString<'_>>, &'v Value<'_>)| {
                    (name.get_ref().as_ref(), given(value))
                };
            Given::Table(table.iter().map(member).collect())
        }
    }
}

/// Returns a whole number; `None` for another value, and for one that 128 bits do not hold.
pub fn whole(value: &Value<'_>) -> Option<i128> {
    let integer = value.get_ref().as_integer()?;
    i128::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// A value in words short enough for a message, as it is written.
pub fn describe(text: &str, value: &Value<'_>) -> String {
    let written = short(text.get(value.span()).unwrap_or_default());
    match value.get_ref() {
        DeValue::String(_) => format!("the text {written}"),
        DeValue::Integer(_) => format!("the number {written}"),
        DeValue::Float(float) if float.as_str().contains(|c: char| c.is_ascii_digit()) => {
            format!("the number {written}")
        }
        DeValue::Float(_) | DeValue::Boolean(_) => written,
        DeValue::Datetime(_) => format!("the date or time {written}"),
        DeValue::Array(list) if list.iter().any(|element| element.get_ref().is_table()) => {
            "a list of tables".to_owned()
        }
        DeValue::Array(_) => format!("the list {written}"),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// A key that has to be a table and is none.
pub fn not_a_table(text: &str, section: &str, value: &Value<'_>) -> Problem {
    let found = describe(text, value);
    let message =
        format!("{section} is {found}, expected a table; write [{section}] and its keys below");
    Problem { offset: value.span().start, field: Some(section.to_owned()), message }
}
