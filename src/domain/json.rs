//! JSON as this program writes it: harmless on a terminal, the same bytes for the same data.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use super::text::is_harmful;

/// serde_json's compact form, with every character that could act on a terminal escaped.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if !fragment.chars().any(is_harmful) {
            return CompactFormatter.write_string_fragment(writer, fragment);
        }
        for c in fragment.chars() {
            if is_harmful(c) {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            } else {
                writer.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())?;
            }
        }
        Ok(())
    }
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
        Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
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
