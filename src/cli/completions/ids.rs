//! Ids in a data file that begin with a text. The file is searched for the text itself: of a million
//! rows, only those are looked at that have it, and no more than are shown.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use memchr::memmem::Finder;
use serde::Deserialize;

use crate::domain::Playbook;
use crate::intake::layout::Layout;
use crate::intake::part::{Format, Part};
use crate::intake::{DataFile, Loader};

/// The most ids that are shown.
pub const MOST: usize = 100;
/// How long a search may take: who types does not wait.
pub const LONGEST: Duration = Duration::from_millis(80);
/// Bytes that are read at a time.
const BLOCK: usize = 1 << 20;
/// Bytes at the end of a block in which a row may begin that goes on in the next one.
const LONGEST_ROW: usize = 1 << 15;

/// Ids that begin with a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The ids with the names beside them.
    pub ids: Vec<(String, Option<String>)>,
    /// True where there may be more.
    pub more: bool,
}

/// Returns the ids of a table of rows, in their order, that begin with a text, as far as they are found
/// in time. `key` is the field that holds the id. What cannot be read is passed over.
pub fn starting_with(parts: &[Part], key: &str, start: &str, until: Instant) -> Found {
    let mut found = Found::default();
    for part in parts {
        let Ok(file) = File::open(&part.path) else { continue };
        let may_be_keyed = part.format == Format::Json;
        let _ = search(file, may_be_keyed, (key, start), BLOCK, until, &mut found);
        if found.more {
            break;
        }
    }
    found
}

/// A mapped file is read whole, so a long one is not searched: who types does not wait.
const LONGEST_MAPPED: u64 = 32 << 20;
/// The same of a workbook, and of a compressed file: those hold more than their length says.
const LONGEST_PACKED: u64 = 4 << 20;

/// Returns all ids of a table that is mapped to a file, with the names beside them; none of a long file.
pub fn of_mapped(directory: &Path, table: DataFile) -> Vec<(String, Option<String>)> {
    let layout = Layout::of(directory, table);
    let is_packed = |name: &str| name.ends_with(".gz") || name.ends_with(".xlsx");
    let packed = layout.mapped_file().is_some_and(|file| is_packed(&file.name.to_lowercase()));
    if layout.length() > if packed { LONGEST_PACKED } else { LONGEST_MAPPED } {
        return Vec::new();
    }
    let data = Loader::new(directory).load_names();
    let text = |text: &str| text.to_owned();
    match table {
        DataFile::Customers => {
            data.customers().map(|view| (text(view.id()), view.name().map(text))).collect()
        }
        DataFile::Playbooks => {
            let name = |playbook: &Playbook| playbook.name.as_deref().map(text);
            data.playbooks().map(|playbook| (text(&playbook.id), name(playbook))).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns those that begin with a text.
pub fn among(all: &[(String, Option<String>)], start: &str) -> Found {
    let mut fitting = all.iter().filter(|(id, _)| id.starts_with(start)).cloned();
    let ids: Vec<_> = fitting.by_ref().take(MOST).collect();
    Found { ids, more: fitting.next().is_some() }
}

fn search(
    mut file: impl Read,
    may_be_keyed: bool,
    (key, start): (&str, &str),
    block: usize,
    deadline: Instant,
    found: &mut Found,
) -> io::Result<()> {
    let needle = format!("\"{start}");
    let finder = Finder::new(&needle);
    let mut buffer: Vec<u8> = Vec::new();
    // Hits before it were looked at with the block before.
    let mut from = 0;
    let mut keyed = None;
    loop {
        let read = file.by_ref().take(block as u64).read_to_end(&mut buffer)?;
        let last = read < block;
        let is_keyed = *keyed.get_or_insert_with(|| {
            may_be_keyed && buffer.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
        });
        // A row at the end may not be whole yet.
        let until = if last { buffer.len() } else { buffer.len().saturating_sub(LONGEST_ROW) };
        let hits = finder.find_iter(buffer.get(from..).unwrap_or_default()).map(|at| from + at);
        for at in hits.take_while(|at| *at < until) {
            // A row without an end is looked at anew for each of its ids.
            if Instant::now() > deadline {
                found.more = true;
                return Ok(());
            }
            if let Some(row) = row_at(&buffer, at, key, is_keyed)
                && !found.ids.contains(&row)
            {
                if found.ids.len() == MOST {
                    found.more = true;
                    return Ok(());
                }
                found.ids.push(row);
            }
        }
        if last {
            return Ok(());
        }
        if Instant::now() > deadline {
            found.more = true;
            return Ok(());
        }
        // What a row that is not whole begins with stays, and that much before it.
        let keep = until.saturating_sub(LONGEST_ROW);
        buffer.drain(..keep);
        from = until.max(from) - keep;
    }
}

/// The fields of a row that are shown.
#[derive(Deserialize)]
struct Row {
    name: Option<String>,
}

/// Returns the id that begins with the quote at a place, and the name of its row, if it is one.
fn row_at(bytes: &[u8], at: usize, key: &str, keyed: bool) -> Option<(String, Option<String>)> {
    let text = bytes.get(at + 1..)?;
    let end = memchr::memchr2(b'"', b'\\', text)?;
    // An id that is written with an escape is none that can be typed.
    let id = std::str::from_utf8(text.get(..end).filter(|_| text.get(end) == Some(&b'"'))?).ok()?;
    let start = if keyed {
        let behind = text.get(end + 1..)?.trim_ascii_start().strip_prefix(b":")?;
        behind.trim_ascii_start().first().filter(|byte| **byte == b'{')?;
        at + memchr::memchr(b'{', bytes.get(at..)?)?
    } else {
        let before = bytes.get(..at)?.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end();
        let before =
            before.strip_suffix(b"\"")?.strip_suffix(key.as_bytes())?.strip_suffix(b"\"")?;
        memchr::memrchr(b'{', before)?
    };
    let mut rows = serde_json::Deserializer::from_slice(bytes.get(start..)?).into_iter::<Row>();
    let name = rows.next().and_then(Result::ok).and_then(|row| row.name);
    Some((id.to_owned(), name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No test depends on the speed of the machine.
    fn late() -> Instant {
        Instant::now() + Duration::from_secs(600)
    }

    fn search_in(text: &str, start: &str, block: usize, until: Instant) -> Found {
        let mut found = Found::default();
        let lines = text.contains("}\n{");
        search(text.as_bytes(), !lines, ("customer_id", start), block, until, &mut found).unwrap();
        found
    }

    fn found(text: &str, start: &str) -> (Vec<String>, bool) {
        // Whatever the blocks are, the result is the same.
        let all = search_in(text, start, BLOCK, late());
        let listed = all.ids.iter().map(|(id, name)| {
            name.as_ref().map_or_else(|| id.clone(), |name| format!("{id} {name}"))
        });
        (listed.collect(), all.more)
    }

    #[test]
    fn ids_are_found_in_both_forms_of_a_file_and_nothing_else_is() {
        let array = r#"[
            {"customer_id": "C1", "name": "Acme", "owner": "C10"},
            {"name":"Bär \"x\"","customer_id":"C2"},
            {"customer_id" : "D3", "note": "customer_id"},
            {"customer_id": "C\u0034"},
            {"customer_id": "C5", "name": 7}
        ]"#;
        let names = ["C1 Acme", "C2 Bär \"x\"", "C5"].map(str::to_owned).to_vec();
        assert_eq!(found(array, "C"), (names, false));
        assert_eq!(found(array, "C1"), (vec!["C1 Acme".to_owned()], false));
        assert_eq!(found(array, "").0.len(), 4);
        let keyed = r#"{"C1": {"name": "Acme"}, "C2":{"owner":"C3"}}"#;
        assert_eq!(found(keyed, "C"), (vec!["C1 Acme".to_owned(), "C2".to_owned()], false));
        let lines = "{\"customer_id\":\"C1\",\"name\":\"Acme\"}\n{\"customer_id\":\"C2\"}\n";
        assert_eq!(found(lines, "C"), (vec!["C1 Acme".to_owned(), "C2".to_owned()], false));
        for broken in ["", "[", "[{\"customer_id\": \"C", "{\"C1", "\u{0}\"C1\""] {
            assert_eq!(found(broken, "C"), (Vec::new(), false), "{broken}");
        }
    }

    #[test]
    fn a_long_file_is_read_no_further_than_is_shown_and_rows_on_a_border_are_whole() {
        let row = |n: u32| format!("{{\"customer_id\": \"C{n:06}\", \"name\": \"Name {n}\"}}");
        let rows: Vec<String> = (0..20_000).map(row).collect();
        let text = format!("[\n{}\n]", rows.join(",\n"));
        let (ids, more) = found(&text, "C");
        assert_eq!((ids.len(), more), (MOST, true));
        let block = 3 * LONGEST_ROW;
        for n in [0, 1_234, 9_999, 19_999] {
            let found = search_in(&text, &format!("C{n:06}"), block, late());
            let expected = vec![(format!("C{n:06}"), Some(format!("Name {n}")))];
            assert_eq!(found, Found { ids: expected, more: false });
        }
    }

    #[test]
    fn nonsense_is_left_when_the_time_is_over() {
        // Each id would be read from the one brace on.
        let text = format!("[{{{}", "\"customer_id\":\"C1\",".repeat(50_000));
        let found = search_in(&text, "C", BLOCK, Instant::now());
        assert_eq!(found, Found { ids: Vec::new(), more: true });
    }
}
