//! Rows as a server copies them out in its text format, to JSON objects.

use super::tables::{Column, Kind};

/// Adds a line of the server's text format to JSON, as an object: fields with tabs between them, `\N` for
/// null, and a backslash before what would be read as something else.
pub fn to_json(columns: &[Column], line: &[u8], json: &mut Vec<u8>) {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let mut fields = line.split(|byte| *byte == b'\t');
    json.push(b'{');
    for (number, column) in columns.iter().enumerate() {
        if number > 0 {
            json.push(b',');
        }
        json.extend_from_slice(column.key.as_bytes());
        let field = fields.next().unwrap_or(NULL);
        match (field, column.kind) {
            (NULL, _) => json.extend_from_slice(b"null"),
            (field, Kind::Text) => text(field, json),
            (b"t", Kind::Flag) => json.extend_from_slice(b"true"),
            (_, Kind::Flag) => json.extend_from_slice(b"false"),
            // JSON has no such numbers: told as texts they are findings, not silently nothing.
            (b"NaN" | b"Infinity" | b"-Infinity", Kind::Number) => text(field, json),
            (field, Kind::Number) => json.extend_from_slice(field),
            (field, Kind::Json) => plain(field, json),
        }
    }
    json.push(b'}');
}

const NULL: &[u8] = b"\\N";

/// A text with quotes. The server's escapes are those of JSON, but for the vertical tab.
fn text(field: &[u8], json: &mut Vec<u8>) {
    json.push(b'"');
    let mut rest = field;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)) {
        let (before, after) = rest.split_at(at);
        json.extend_from_slice(before);
        let (written, length) = match after {
            [b'"', ..] => (b"\\\"".to_vec(), 1),
            [b'\\', b'v', ..] => (b"\\u000b".to_vec(), 2),
            [b'\\', escaped, ..] => (vec![b'\\', *escaped], 2),
            [control, ..] => (format!("\\u{control:04x}").into_bytes(), 1),
            [] => break,
        };
        json.extend_from_slice(&written);
        rest = after.get(length..).unwrap_or_default();
    }
    json.extend_from_slice(rest);
    json.push(b'"');
}

/// JSON without the server's escapes. A line break can only stand between its tokens, and is a blank then.
fn plain(field: &[u8], json: &mut Vec<u8>) {
    let mut rest = field;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (before, after) = rest.split_at(at);
        json.extend_from_slice(before);
        json.push(match after.get(1) {
            Some(b'n' | b'r' | b't') => b' ',
            Some(byte) => *byte,
            None => b'\\',
        });
        rest = after.get(2..).unwrap_or_default();
    }
    json.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn object(kinds: &[Kind], line: &str) -> String {
        let column =
            |(number, kind): (usize, &Kind)| Column { key: format!("\"c{number}\":"), kind: *kind };
        let columns: Vec<Column> = kinds.iter().enumerate().map(column).collect();
        let mut json = Vec::new();
        to_json(&columns, line.as_bytes(), &mut json);
        String::from_utf8(json).unwrap()
    }

    #[test]
    fn numbers_keep_every_digit() {
        use Kind::Number;
        assert_eq!(
            object(&[Number; 5], "12345678901234567890.10\t9007199254740993\t1e+20\t\\N\tNaN\n"),
            r#"{"c0":12345678901234567890.10,"c1":9007199254740993,"c2":1e+20,"c3":null,"c4":"NaN"}"#
        );
    }

    #[test]
    fn texts_flags_and_json_come_out_as_they_are() {
        use Kind::{Flag, Json, Text};
        let line = "a \"b\" \\\\ \\n\\t\\v\u{1}ü\tt\tf\t{\"a\":\\n \"x\\\\ny\\\\\\\\\"}\n";
        let value: Value = serde_json::from_str(&object(&[Text, Flag, Flag, Json], line)).unwrap();
        assert_eq!(
            value,
            json!({"c0": "a \"b\" \\ \n\t\u{b}\u{1}ü", "c1": true, "c2": false, "c3": {"a": "x\ny\\"}})
        );
        assert_eq!(object(&[Text], "\n"), r#"{"c0":""}"#);
        assert_eq!(object(&[Text], "\\\\N\n"), r#"{"c0":"\\N"}"#);
    }
}
