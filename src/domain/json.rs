//! JSON as this program writes it: safe on a terminal, the same bytes for the same data.

use std::borrow::Cow;
use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use super::text::{has_controls, is_control};

/// serde_json's compact form, with every character that could act on a terminal escaped.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if !has_controls(fragment) {
            return CompactFormatter.write_string_fragment(writer, fragment);
        }
        writer.write_all(escaped(fragment).as_bytes())
    }
}

/// A text with every control character as a JSON escape. For a line of JSON that someone else
/// wrote: such characters stand in its strings only, so it keeps its meaning.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !has_controls(text) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            // Between the tokens of JSON these two are spaces; in a string they cannot stand.
            '\t' | '\r' => safe.push(' '),
            c if is_control(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    safe.push_str(&format!("\\u{unit:04x}"));
                }
            }
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// Writes a value as one line of JSON, without the newline.
///
/// # Errors
/// What the writer reports. The types of this crate have nothing that JSON cannot hold.
pub fn write<W: io::Write, T: Serialize + ?Sized>(writer: W, value: &T) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(writer, Harmless);
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// A value as one line of JSON.
pub fn line<T: Serialize + ?Sized>(value: &T) -> String {
    let mut bytes = Vec::new();
    // Writing to memory cannot fail, and no type of this crate refuses to be serialized.
    match write(&mut bytes, value) {
        Ok(()) => String::from_utf8(bytes).unwrap_or_default(),
        Err(error) => format!("{{\"error\":{:?}}}", error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_escaped_and_reads_back() {
        let text = "a\u{1b}\u{202e}\u{9b}\u{7f}\u{e0041}ü";
        let json = line(text);
        assert_eq!(json, r#""a\u001b\u202e\u009b\u007f\udb40\udc41ü""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
