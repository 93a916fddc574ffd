//! CSV that is safe to open in a spreadsheet.

use std::io::{self, Write};

use serde_json::Value;

use crate::domain::text::harmless;

/// Writes a header and rows of values.
///
/// # Errors
/// What the writer reports.
pub fn write<'a>(
    out: &mut dyn Write,
    header: impl IntoIterator<Item = &'a str>,
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(header).map_err(plain)?;
    for row in rows {
        csv.write_record(row.iter().map(cell)).map_err(plain)?;
    }
    csv.flush()
}

/// The writer's own error: a closed pipe has to be known as one.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

/// A value as a cell: nothing for null, lists joined by spaces.
pub fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => disarmed(&harmless(text)),
        other => written(other),
    }
}

/// A value as people write it, not yet made safe: for parts of a cell.
fn written(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless(text).into_owned(),
        Value::Array(list) => disarmed(&list.iter().map(written).collect::<Vec<_>>().join(" ")),
        other => other.to_string(),
    }
}

/// A text that a spreadsheet would take for a formula gets an apostrophe before it, which makes it
/// a text. Numbers stay numbers.
fn disarmed(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) && !is_number(text) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Digits with an optional sign, fraction and exponent. Rust's own reading also takes `-inf`.
fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for formula in ["=1+1", "+cmd", "-inf", "-nan", "@SUM(A1)", "-", "+", "-1-1", "=", "-1e"] {
            assert_eq!(cell(&formula.into()), format!("'{formula}"));
        }
        for text in ["-1", "+1.5", "-.5e-3", "1=1", "C001", "", "a@b"] {
            assert_eq!(cell(&text.into()), text);
        }
        assert_eq!(cell(&serde_json::json!(-0.5)), "-0.5");
        assert_eq!(cell(&Value::Null), "");
        assert_eq!(cell(&serde_json::json!(["=a", "b"])), "'=a b");
    }

    #[test]
    fn control_characters_and_quotes_are_written_safely() {
        let mut out = Vec::new();
        let row = vec![Value::from("a\u{1b}\n\"b\",c"), Value::from("\u{202e}=x")];
        write(&mut out, ["x", "y"], [row]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "x,y\n\"a␛␊\"\"b\"\",c\",<U+202E>=x\n");
    }
}
