//! The slow path through a file: the bytes of all of it to its rows, or to what is wrong with it.

use serde_json::value::RawValue;

use super::batch::{Batch, Keep};
use super::exact;
use super::part::{Format, Input, Written};
use super::row::{self, Pairs, offset_in};
use super::shape;
use crate::domain::place::{Cursor, offset_of, place_of};
use crate::domain::{Code, Finding};
use crate::store::row::Row;

/// Reads a file's bytes as rows. A row that does not fit its type is skipped with a finding for
/// each of its fields that does not; a row without an id is passed over with one.
///
/// # Errors
/// A `bad_file` finding when the bytes are not UTF-8, not JSON, or not of a shape that the file may
/// have. Nothing of the file counts then.
pub fn rows<R: Row>(input: Input<'_>, bytes: &[u8], keep: Keep) -> Result<Batch<R>, Box<Finding>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(input, bytes, error))?;
    let mut batch = Batch::new(keep);
    let mut cursor = Cursor::new(text);
    for (key, raw) in elements::<R>(input, text)? {
        let place = cursor.at(offset_in(text, raw.get()));
        exact::row(&mut batch, input, place, key.as_deref(), raw.get());
    }
    Ok(batch)
}

/// The rows of a file, each with its key where the file is one object.
fn elements<'t, R: Row>(
    input: Input<'_>,
    text: &'t str,
) -> Result<Vec<(Option<String>, &'t RawValue)>, Box<Finding>> {
    let not_json = |error| not_json(input, text, text, &error);
    let start = text.trim_start_matches(BLANKS);
    match input.format.written(input.table, start.as_bytes().first().copied()) {
        Some(Written::Array) => {
            let rows: Vec<&RawValue> = serde_json::from_str(text).map_err(not_json)?;
            Ok(rows.into_iter().map(|raw| (None, raw)).collect())
        }
        Some(Written::Keyed) => {
            let pairs: Pairs = serde_json::from_str(text).map_err(not_json)?;
            let text = |key: Vec<u8>| String::from_utf8_lossy(&key).into_owned();
            Ok(pairs.0.into_iter().map(|(key, raw)| (Some(text(key)), raw)).collect())
        }
        Some(Written::Lines) => lines(input, text),
        None if start.is_empty() => {
            Err(bad_file(input, text, 0, "the file is empty".to_owned(), ""))
        }
        None => {
            // Something else: say first whether it is JSON at all.
            let raw: &RawValue = serde_json::from_str(text).map_err(not_json)?;
            let found = format!("found {}", row::describe(raw.get()));
            let hint = shape::hint::<R>(Written::Keyed, text);
            Err(bad_file(input, text, text.len() - start.len(), found, &hint))
        }
    }
}

/// What may stand between tokens.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The rows of a file of lines; empty ones are none.
fn lines<'t>(
    input: Input<'_>,
    text: &'t str,
) -> Result<Vec<(Option<String>, &'t RawValue)>, Box<Finding>> {
    let lines = text.split('\n').map(|line| line.trim_matches(BLANKS));
    let row = |line: &'t str| match serde_json::from_str(line) {
        Ok(raw) => Ok((None, raw)),
        Err(error) => Err(not_json(input, text, line, &error)),
    };
    lines.filter(|line| !line.is_empty()).map(row).collect()
}

/// A `bad_file` finding at an offset. What the file has to be and what happens now is added.
fn bad_file(
    input: Input<'_>,
    text: &str,
    offset: usize,
    found: String,
    hint: &str,
) -> Box<Finding> {
    let message = format!("{found}; expected {}{hint}", input.shape());
    let finding = Finding::new(Code::BadFile, message).in_file(input.name);
    Box::new(finding.at(place_of(text, offset)))
}

fn not_utf8(input: Input<'_>, bytes: &[u8], error: std::str::Utf8Error) -> Box<Finding> {
    let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
    let text = String::from_utf8_lossy(good);
    let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
    let found = format!("found the byte 0x{byte:02X}, which is not UTF-8");
    let hint = if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        " in UTF-8; the file seems to be UTF-16, save it as UTF-8"
    } else {
        " in UTF-8; save it as UTF-8"
    };
    bad_file(input, &text, text.len(), found, hint)
}

/// What to do with a file that is one of lines and is not named so, or the other way round.
fn other_form(input: Input<'_>, text: &str) -> Option<String> {
    match input.format {
        Format::Json => {
            let mut lines = text.lines().map(|line| line.trim_matches(BLANKS));
            let mut objects = lines.by_ref().filter(|line| !line.is_empty()).take(2);
            let all_objects = objects.all(|line| serde_json::from_str::<Pairs<'_>>(line).is_ok());
            all_objects.then(|| {
                format!("the file holds one object a line, so its name has to be {}l", input.name)
            })
        }
        Format::Lines if text.trim_start_matches(BLANKS).starts_with('[') => {
            Some(shape::ARRAY.to_owned())
        }
        Format::Lines | Format::Either => None,
    }
}

/// What is no JSON in a text, or in one line of it.
fn not_json(input: Input<'_>, text: &str, part: &str, error: &serde_json::Error) -> Box<Finding> {
    // serde_json ends its messages with the place, which the finding has anyhow.
    let detail = error.to_string();
    let detail = detail.split(" at line ").next().unwrap_or_default();
    let in_part = if error.is_eof() {
        part.len()
    } else {
        // Of a raw control character in a string it tells the place before.
        let before = usize::from(detail.starts_with("control character"));
        offset_of(part, error.line(), error.column() + before)
    };
    let mut offset = offset_in(text, part) + in_part;
    while !text.is_char_boundary(offset) {
        offset += 1;
    }
    let rest = text.get(offset..).unwrap_or_default();
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric()).take(20).collect();
    let found = match (word.is_empty(), rest.chars().next()) {
        (false, _) => format!("found {word:?}"),
        (true, Some('\r' | '\n')) if error.is_eof() => "unexpected end of line".to_owned(),
        (true, Some(c)) => format!("found {c:?}"),
        (true, None) => "unexpected end of file".to_owned(),
    };
    let hint = match word.as_str() {
        "NaN" | "Infinity" => " (NaN and Infinity are not JSON; write null or a number)".to_owned(),
        _ => match other_form(input, text) {
            Some(hint) => format!("; {hint}"),
            None => format!(" ({detail}); fix the file and save it"),
        },
    };
    bad_file(input, text, offset, found, &hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Customer, FusedSignals, Place, Playbook};
    use crate::intake::batch::CustomerKeys;
    use crate::intake::file::DataFile;
    use crate::store::SkippedRow;
    use crate::store::interned::CustomerIds;
    use std::sync::Mutex;

    /// What a file holds, rows made whole again.
    struct Read {
        rows: Vec<Customer>,
        places: Vec<Place>,
        findings: Vec<Finding>,
        skipped: Vec<SkippedRow>,
    }

    fn customers(text: &str) -> Read {
        let mut rows =
            rows::<Customer>(Input::json(DataFile::Customers), text.as_bytes(), Keep::All).unwrap();
        let none = CustomerIds::default();
        let keys = Mutex::new(CustomerKeys::after(&none));
        let mut batch = Batch::new(Keep::All);
        let unknown = rows.ids(&none, DataFile::Signals);
        batch.append(&mut rows, Place::START, unknown, &mut keys.lock().unwrap());
        let ids = keys.into_inner().unwrap().into_new().unwrap_or_default();
        let table = batch.finish().unwrap();
        let places = (0..table.len).map(|row| table.places.get(row).unwrap()).collect();
        let rows = table.rows(&ids);
        Read { rows, places, findings: table.findings, skipped: table.skipped }
    }

    fn refused(bytes: &[u8]) -> Finding {
        *rows::<Customer>(Input::json(DataFile::Customers), bytes, Keep::All).unwrap_err()
    }

    #[test]
    fn an_array_an_object_a_mark_and_carriage_returns() {
        let array =
            customers("\u{feff}[\r\n {\"customer_id\":\"C1\"},\r\n {\"customer_id\":2}]\r\n");
        assert_eq!(array.rows.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["C1", "2"]);
        assert_eq!(array.places[0], Place { line: 2, column: 2 });
        assert_eq!(array.places[1], Place { line: 3, column: 2 });
        let object = customers(r#"{"C1":{"segment":"SMB"},"2":{"customer_id":2}}"#);
        assert_eq!(object.rows.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["C1", "2"]);
        assert_eq!(array.findings, []);
        assert_eq!(object.findings, []);
    }

    #[test]
    fn a_row_under_another_key_is_a_bad_row() {
        let table = customers("{\"C1\":{\"customer_id\":\"C2\"},\n\"C3\":{}}");
        assert_eq!(table.rows.len(), 1);
        let finding = &table.findings[0];
        assert_eq!((finding.code, finding.line, finding.column), (Code::BadRow, Some(1), Some(22)));
        assert_eq!(finding.field.as_deref(), Some("customer_id"));
        assert!(
            finding.message.contains("the text \"C2\", expected \"C1\""),
            "{}",
            finding.message
        );
        assert_eq!(table.skipped[0].customer_id, "C1");
    }

    #[test]
    fn a_bad_row_is_placed_and_the_others_stay() {
        let table = customers(
            "[{\"customer_id\":\"C1\"},\n {\"customer_id\":\"Ü2\", \"account_value\":\"much\"},\n 5]",
        );
        assert_eq!(table.rows.len(), 1);
        let [first, second] = &table.findings[..] else { panic!("{:?}", table.findings) };
        assert_eq!(first.location(), "customers.json:2:39");
        assert_eq!(
            first.message,
            "row of Ü2 skipped: account_value is the text \"much\", expected a number"
        );
        assert_eq!(second.location(), "customers.json:3:2");
        assert_eq!(second.message, "row skipped: the number 5, expected an object");
        assert_eq!(table.skipped[0].customer_id, "Ü2");
    }

    #[test]
    fn a_row_without_an_id_is_passed_over_and_told() {
        let table = customers(r#"[{"segment":"SMB"},{"customer_id":""},{"customer_id":0}]"#);
        assert_eq!(table.rows, []);
        assert_eq!(table.findings.len(), 3);
        assert!(table.findings.iter().all(|f| f.code == Code::MissingId));
    }

    #[test]
    fn files_that_are_no_rows_at_all_say_what_and_where() {
        for (bytes, place, part) in [
            (&b""[..], "1:1", "the file is empty"),
            (b" \n", "1:1", "the file is empty"),
            (b"null", "1:1", "found null"),
            (b"\n 7", "2:2", "found the number 7"),
            (b"[{\"a\":1},\n{\"b\"", "2:5", "unexpected end of file"),
            (b"[{\"a\": NaN}]", "1:8", "found \"NaN\""),
            (b"[{\"a\": Infinity}]", "1:8", "NaN and Infinity are not JSON"),
            (b"[1 2]", "1:4", "found \"2\""),
            (b"[] x", "1:4", "found \"x\""),
            (b"[\"\xff\"]", "1:3", "byte 0xFF"),
            ("[{\"a\":\"é\ttwo\"}]".as_bytes(), "1:9", "found '\\t'"),
            (b"[{\"a\":\"one\ntwo\"}]", "1:11", "found '\\n'"),
            (b"\xff\xfe[\0", "1:1", "UTF-16"),
        ] {
            let finding = refused(bytes);
            assert_eq!(finding.location(), format!("customers.json:{place}"), "{finding}");
            assert!(finding.message.contains(part), "{part}: {finding}");
            assert!(finding.message.contains("expected a JSON array of objects"), "{finding}");
        }
    }

    #[test]
    fn five_thousand_open_brackets_are_a_message() {
        let finding = refused("[".repeat(5000).as_bytes());
        assert!(finding.message.contains("unexpected end of file"), "{finding}");
        let finding = refused("{\"a\":".repeat(5000).as_bytes());
        assert!(finding.message.contains("unexpected end of file"), "{finding}");
        let closed = format!("[{}{}]", "[".repeat(5000), "]".repeat(5000));
        assert_eq!(customers(&closed).findings.len(), 1, "one row that is no object");
        let inside =
            format!("[{{\"customer_id\":\"C\",\"x\":{}{}}}]", "[".repeat(5000), "]".repeat(5000));
        assert_eq!(customers(&inside).rows.len(), 1, "in a field that is not read");
    }

    #[test]
    fn every_truncation_of_a_good_file_is_refused() {
        let text = "[{\"customer_id\":\"C1\",\"name\":\"ü\\u00e9\"},\n {\"customer_id\":\"C2\"}]";
        for cut in 0..text.len() {
            let finding = refused(&text.as_bytes()[..cut]);
            assert_eq!(finding.code, Code::BadFile, "{cut}");
        }
    }

    #[test]
    fn only_some_files_may_be_objects() {
        assert!(
            rows::<FusedSignals>(
                Input::json(DataFile::Fused),
                br#"{"C1":{"fused_risk_score":1}}"#,
                Keep::All
            )
            .is_ok()
        );
        let finding =
            rows::<Playbook>(Input::json(DataFile::Signals), b"{}", Keep::All).unwrap_err();
        assert!(finding.message.ends_with("expected a JSON array of objects"), "{finding}");
    }
}
