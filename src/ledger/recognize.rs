//! Whether a file is a ledger or was a part of one, whatever it is called and wherever it is: such a
//! file is never replaced.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::write::is_beside_a_ledger;

/// Name of the ledger in a data directory.
pub const LEDGER_FILE: &str = "decisions.jsonl";

/// How much of a file is looked at, from its beginning and from its end: a line that was damaged
/// does not hide the others.
const SAMPLE: u64 = 256 << 10;

/// How every entry begins.
const BEGINNING: &[u8] = br#"{"seq":"#;
/// What comes next, after the number.
const SECOND: &[u8] = br#","id":"#;

/// True where the file at this path is a ledger, an unfinished line or what a recovery cut off: by its
/// name, or as a line in it begins as an entry does. False where there is none or it cannot be read.
pub fn is_ledger(path: &Path) -> bool {
    let is_file = fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let name = path.file_name().unwrap_or_default();
    let by_name = name == LEDGER_FILE || is_beside_a_ledger(&name.to_string_lossy());
    is_file && (by_name || has_entries(path))
}

fn has_entries(path: &Path) -> bool {
    let Ok(mut file) = File::open(path) else { return false };
    let sample = |file: &mut File| {
        let mut bytes = Vec::new();
        let _ = file.take(SAMPLE).read_to_end(&mut bytes);
        bytes.split(|byte| *byte == b'\n').any(begins_an_entry)
    };
    if sample(&mut file) {
        return true;
    }
    let len = file.metadata().map_or(0, |metadata| metadata.len());
    let end = len.saturating_sub(SAMPLE);
    end > 0 && file.seek(SeekFrom::Start(end)).is_ok() && sample(&mut file)
}

fn begins_an_entry(line: &[u8]) -> bool {
    let line = super::recover::trim_form(line);
    let Some(after) = line.strip_prefix(BEGINNING) else { return false };
    let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && after.get(digits..).is_some_and(|rest| rest.starts_with(SECOND))
}
