//! Rows as JSON: an array with one object a line, or JSON lines.

use std::io::{self, Write};

use serde::Serialize;

use crate::domain::json;

/// An array with one row a line, so that it can be read by people and by line tools too.
///
/// # Errors
/// What the writer reports.
pub fn array<T: Serialize>(
    out: &mut dyn Write,
    rows: impl IntoIterator<Item = T>,
) -> io::Result<()> {
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() {
        return out.write_all(b"[]\n");
    }
    out.write_all(b"[")?;
    let mut between = "\n";
    for row in rows {
        out.write_all(between.as_bytes())?;
        json::write(&mut *out, &row)?;
        between = ",\n";
    }
    out.write_all(b"\n]\n")
}

/// One row a line.
///
/// # Errors
/// What the writer reports.
pub fn lines<T: Serialize>(
    out: &mut dyn Write,
    rows: impl IntoIterator<Item = T>,
) -> io::Result<()> {
    for row in rows {
        json::write(&mut *out, &row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_has_one_row_a_line() {
        let text = |rows: &[u8]| {
            let mut out = Vec::new();
            array(&mut out, rows).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text(&[]), "[]\n");
        assert_eq!(text(&[1, 2]), "[\n1,\n2\n]\n");
    }
}
