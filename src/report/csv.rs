//! CSV that is safe to open in a spreadsheet.

use std::io::{self, Write};

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::domain::text::{escape_controls, is_invisible};

/// Writes a header and rows of values: every text is in quotes, numbers are not.
///
/// # Errors
/// What the writer reports.
pub fn write<'a>(
    out: &mut dyn Write,
    header: impl IntoIterator<Item = &'a str>,
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> io::Result<()> {
    let header: Vec<&str> = header.into_iter().collect();
    writeln!(out, "{}", header.join(","))?;
    for row in rows {
        let cells: Vec<String> = row.iter().map(cell).collect();
        writeln!(out, "{}", cells.join(","))?;
    }
    Ok(())
}

/// A value as a cell: nothing for null, lists joined by spaces.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        text => format!("\"{}\"", disarmed(&written(text)).replace('"', "\"\"")),
    }
}

/// A value as people write it, not yet made safe.
fn written(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => escape_controls(text).into_owned(),
        Value::Array(list) => list.iter().map(written).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// The text with an apostrophe before all that a spreadsheet would take for a formula, which makes it a
/// text: at the beginning, and after each `;`, where a program that separates cells there begins a new
/// one. Numbers stay numbers.
fn disarmed(text: &str) -> String {
    let part = |part: &str| match is_formula(part) && !is_number(text) {
        true => format!("'{part}"),
        false => part.to_owned(),
    };
    text.split(';').map(part).collect::<Vec<_>>().join(";")
}

/// True where the first character that is seen, quotes aside, begins a formula, in whatever width.
fn is_formula(text: &str) -> bool {
    let skipped = |c: &char| c.is_whitespace() || is_invisible(*c) || *c == '"';
    let first = text.chars().find(|c| !skipped(c));
    first.is_some_and(|c| c.nfkc().next().is_some_and(|c| "=+-@\u{2212}␉␍".contains(c)))
}

/// Digits with an optional sign, fraction and exponent. Rust's own reading also takes `-inf`.
fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for formula in ["=1+1", "+cmd", "-inf", "-nan", "@SUM(A1)", "-", "+", "-1-1", "=", "-1e"] {
            assert_eq!(cell(&formula.into()), format!("\"'{formula}\""));
        }
        for formula in ["＝A1", "＋1", "－1-1", "＠x", "﹦A1", "−x", " =x", "\u{a0}=x", "␉=x"]
        {
            assert_eq!(cell(&formula.into()), format!("\"'{formula}\""), "{formula}");
        }
        for text in ["-1", "+1.5", "-.5e-3", "1=1", "C001", "", "a@b", "007", "a;b", "a=;b"] {
            assert_eq!(cell(&text.into()), format!("\"{text}\""));
        }
        assert_eq!(cell(&serde_json::json!(-0.5)), "-0.5");
        assert_eq!(cell(&serde_json::json!(true)), "true");
        assert_eq!(cell(&Value::Null), "");
        assert_eq!(cell(&serde_json::json!(["=a", "b"])), "\"'=a b\"");
    }

    #[test]
    fn control_characters_and_quotes_are_written_safely() {
        let mut out = Vec::new();
        let row = vec![Value::from("a\u{1b}\n\"b\",c"), Value::from("\u{202e}=x")];
        write(&mut out, ["x", "y"], [row]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "x,y\n\"a␛␊\"\"b\"\",c\",\"<U+202E>=x\"\n");
    }

    /// Cells as a program reads them that separates at `;` or at `,`, and takes quotes as most do.
    fn read(line: &str, separator: char) -> Vec<String> {
        let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' if quoted && chars.next_if_eq(&'"').is_some() => cell.push('"'),
                '"' if quoted => quoted = false,
                '"' if cell.is_empty() => quoted = true,
                c if c == separator && !quoted => cells.push(std::mem::take(&mut cell)),
                c => cell.push(c),
            }
        }
        cells.push(cell);
        cells
    }

    proptest! {
        #[test]
        fn no_cell_is_a_formula_wherever_cells_are_separated(
            texts in proptest::collection::vec("[a=＝+@;,\" \t-]{0,8}", 1..4),
        ) {
            let mut out = Vec::new();
            let row = texts.iter().map(|text| Value::from(text.as_str())).collect();
            write(&mut out, ["x"], [row]).unwrap();
            let line = String::from_utf8(out).unwrap().lines().nth(1).unwrap().to_owned();
            for separator in [',', ';'] {
                for cell in read(&line, separator) {
                    let first = cell.trim_start().chars().next();
                    prop_assert!(first.is_none_or(|c| !"=＝+@-".contains(c)), "{line}: {cell}");
                }
            }
            let given: Vec<String> = texts.iter().map(|text| disarmed(&escape_controls(text))).collect();
            prop_assert_eq!(read(&line, ','), given, "every text is in one cell");
        }
    }
}
