//! What JSON each type of field takes, wherever it stands: in a row of a file, or alone.

use crate::domain::text::short;
use compact_str::CompactString;
use serde::de::{self, Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::row::Slot;
use crate::domain::json;
use crate::domain::number::Num;

impl<R> Slot<R> {
    /// What belongs there instead of a piece of JSON, in words.
    pub fn expected(&self, found: &str) -> &'static str {
        let digits = found.strip_prefix('-').unwrap_or(found);
        match self {
            Self::Number(_) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                "a number that is exact (whole numbers up to 9007199254740992)"
            }
            Self::Number(_) if digits.starts_with(|c: char| c.is_ascii_digit()) => {
                "a number below 1.8e308"
            }
            Self::Customer(_) | Self::Id(_) => "text or a whole number",
            Self::Text(_) => "text",
            Self::Date(_) => "a date such as 2025-01-31",
            Self::Number(_) => "a number",
            Self::Flag(_) => "true or false",
            Self::Texts(_) => "a list of texts",
            Self::Numbers(_) => "a list of numbers",
        }
    }

    /// Reads a value into a row.
    ///
    /// # Errors
    /// Where it is of another type; [`Slot::expected`] says what belongs there.
    pub fn read<'de, D: Deserializer<'de>>(&self, row: &mut R, value: D) -> Result<(), D::Error> {
        match self {
            Self::Customer(slot) | Self::Id(slot) => *slot(row) = Id::deserialize(value)?.0,
            Self::Text(slot) => *slot(row) = Option::deserialize(value)?,
            Self::Date(slot) => *slot(row) = AsWritten::deserialize(value)?.0,
            Self::Number(slot) => {
                *slot(row) = Option::<Number>::deserialize(value)?.map(|n| n.0);
            }
            Self::Flag(slot) => *slot(row) = Option::deserialize(value)?,
            Self::Texts(slot) => *slot(row) = Option::deserialize(value)?,
            Self::Numbers(slot) => {
                let numbers = Option::<Vec<Number>>::deserialize(value)?;
                *slot(row) = numbers.map(|list| list.into_iter().map(|n| n.0).collect());
            }
        }
        Ok(())
    }

    /// Reads a value that stands alone into a row; what was there before stays where it does not fit.
    ///
    /// # Errors
    /// As [`Slot::read`], and where the text is no JSON.
    pub fn set(&self, row: &mut R, json: &str) -> Result<(), serde_json::Error>
    where
        R: Clone,
    {
        let mut changed = row.clone();
        let mut deserializer = serde_json::Deserializer::from_str(json);
        self.read(&mut changed, &mut deserializer)?;
        deserializer.end()?;
        *row = changed;
        Ok(())
    }

    /// The value of a row as JSON, `null` where there is none.
    pub fn json(&self, row: &R) -> String
    where
        R: Clone,
    {
        let mut row = row.clone();
        match self {
            Self::Customer(slot) | Self::Id(slot) => json::line(slot(&mut row)),
            Self::Text(slot) | Self::Date(slot) => json::line(slot(&mut row)),
            Self::Number(slot) => json::line(&slot(&mut row).map(Num)),
            Self::Flag(slot) => json::line(slot(&mut row)),
            Self::Texts(slot) => json::line(slot(&mut row)),
            Self::Numbers(slot) => {
                let list = slot(&mut row).as_ref();
                json::line(&list.map(|list| list.iter().copied().map(Num).collect::<Vec<_>>()))
            }
        }
    }
}

/// An id as files write it. A whole number keeps its decimal text, however long it is.
struct Id(CompactString);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        let digits = raw.strip_prefix('-').unwrap_or(raw);
        match raw {
            "null" => Ok(Self(CompactString::default())),
            text if text.starts_with('"') => {
                serde_json::from_str(text).map(Self).map_err(de::Error::custom)
            }
            _ if digits == "0" => Ok(Self(CompactString::default())),
            number if digits.bytes().all(|b| b.is_ascii_digit()) => Ok(Self(number.into())),
            _ => Err(de::Error::custom("neither a text nor a whole number")),
        }
    }
}

/// A text, or whatever else stands there as it is written; `None` for `null`.
struct AsWritten(Option<CompactString>);

impl<'de> Deserialize<'de> for AsWritten {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        match raw.as_bytes().first() {
            Some(b'n') => Ok(Self(None)),
            Some(b'"') => serde_json::from_str(raw).map(Self).map_err(de::Error::custom),
            _ => Ok(Self(Some(raw.into()))),
        }
    }
}

/// A number that a double holds exactly as it stands in the file, as far as a double can.
struct Number(f64);

/// Whole numbers up to this many digits are exact in a double without a look.
const EXACT_DIGITS: usize = 15;

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        let exact = exact(raw).map(Self);
        exact.ok_or_else(|| de::Error::custom("no number that a double can hold"))
    }
}

/// Returns the number that a text is, as JSON writes it; `None` where it is none, or one that a double
/// would silently turn into another one.
pub fn exact(text: &str) -> Option<f64> {
    // The same number as serde_json's, and however many digits it has in a time that is linear in
    // them. What is no number in JSON is not one for `parse` either, but for words.
    let digits = text.strip_prefix('-').unwrap_or(text).starts_with(|c: char| c.is_ascii_digit());
    let number: f64 = text.parse().ok().filter(|n: &f64| digits && n.is_finite())?;
    (!changes(text, number)).then_some(number)
}

/// True for a whole number that would silently become another one.
fn changes(raw: &str, number: f64) -> bool {
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    digits.len() > EXACT_DIGITS
        && digits.bytes().all(|b| b.is_ascii_digit())
        && raw.parse() != Ok(number as i128)
}

/// A piece of JSON in words short enough for a message.
pub fn describe(json: &str) -> String {
    let shown = short(json);
    match json.as_bytes().first() {
        Some(b'"') => format!("the text {shown}"),
        Some(b'{') => format!("the object {shown}"),
        Some(b'[') => format!("the list {shown}"),
        Some(b'-' | b'0'..=b'9') => format!("the number {shown}"),
        _ => shown,
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::Playbook;
    use crate::store::row::Row;

    #[test]
    fn a_value_alone_is_read_as_in_a_row_and_told_again() {
        let mut row = Playbook::default();
        for (name, json) in [
            ("risk_threshold", "0.7"),
            ("avg_cost_estimate", "30"),
            ("approval_required", "true"),
            ("eligible_segments", r#"["SMB","All"]"#),
            ("expected_value_range", "[300,1800.5]"),
            ("status", r#""active""#),
            ("name", "null"),
        ] {
            let field = Playbook::FIELDS.iter().find(|field| field.name == name).unwrap();
            field.slot.set(&mut row, json).unwrap();
            assert_eq!(field.slot.json(&row), json);
            for wrong in ["", "x", "{}", "1 2", "9007199254740993"] {
                assert!(field.slot.set(&mut row, wrong).is_err(), "{name} {wrong}");
                assert_eq!(field.slot.json(&row), json, "what was there stays");
            }
        }
    }
}
