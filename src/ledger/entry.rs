//! One entry as one line of JSON, and back.
//!
//! The line's last member is its hash, over every byte before `,"hash":`. Both hashes are checked
//! on the bytes as they are stored, never on what they would look like written anew: so a line of a
//! later version, with members that this one does not know, is still good, and anyone can check a
//! line with `sed` and `sha256sum`.

use std::fmt::Write as _;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use uuid::{ContextV7, Uuid};

use crate::domain::text::{harmless, is_harmful};
use crate::domain::{Basis, DecisionKind, Entry, json};

/// What stands between the bytes that a line's hash covers and the hash.
const MARK: &[u8] = br#","hash":"#;

/// Length of a SHA-256 in hexadecimal digits.
const HASH_DIGITS: usize = 64;

/// A decision that is about to be made: an entry without what the ledger itself adds (number, id,
/// hashes). The members are those of [`Entry`].
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// From [`EntryIds`], where the id has to be known before the entry is written.
    pub id: Option<CompactString>,
    pub by: CompactString,
    pub kind: DecisionKind,
    pub customer_id: CompactString,
    pub playbook_id: CompactString,
    pub reason: Option<CompactString>,
    pub note: Option<String>,
    /// The local date until which a `defer` holds.
    pub until: Option<Date>,
    /// The entry that an `undo` takes back.
    pub undoes: Option<CompactString>,
    /// The last entry that the reviewer knew for this customer, of any kind. Where the ledger knows
    /// a later one, the decision is refused.
    pub after: Option<CompactString>,
    /// The basis as it will be stored, byte for byte: [`basis_text`], possibly with further members.
    pub basis: String,
    /// When it is decided; the ledger keeps whole milliseconds, rounded down.
    pub at: Timestamp,
}

/// Makes ids of entries. Those of one maker sort as they were made, within a millisecond too.
#[derive(Default)]
pub struct EntryIds(ContextV7);

impl EntryIds {
    /// A version 7 UUID with the time of the decision.
    pub fn next(&self, at: Timestamp) -> CompactString {
        // A clock before 1970 is wrong anyway; the id stays unique by its random part.
        let since_1970 = at.duration_since(Timestamp::UNIX_EPOCH);
        let seconds = u64::try_from(since_1970.as_secs()).unwrap_or(0);
        let nanoseconds = u32::try_from(since_1970.subsec_nanos()).unwrap_or(0);
        let time = uuid::Timestamp::from_unix(&self.0, seconds, nanoseconds);
        compact_str::format_compact!("{}", Uuid::new_v7(time))
    }
}

/// The basis as the ledger stores it: one line of JSON, harmless on a terminal.
pub fn basis_text(basis: &Basis) -> String {
    json::line(basis)
}

/// The hash of a basis as it is stored, 64 lowercase hexadecimal digits ("`basis_hash` likewise over
/// the bytes of the basis"). Spaces around the text do not belong to it.
pub fn basis_hash(text: &str) -> String {
    sha256(text.trim_matches([' ', '\t', '\r', '\n']).as_bytes())
}

/// SHA-256 in lowercase hexadecimal digits.
fn sha256(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(HASH_DIGITS);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// Every member but the hash, in the order of `decisions.md`.
#[derive(Serialize)]
struct Body<'a> {
    seq: u64,
    id: &'a str,
    at: &'a str,
    by: &'a str,
    kind: DecisionKind,
    customer_id: &'a str,
    playbook_id: &'a str,
    reason: Option<&'a str>,
    note: Option<&'a str>,
    until: Option<Date>,
    undoes: Option<&'a str>,
    after: Option<&'a str>,
    basis: &'a RawValue,
    basis_hash: &'a str,
    prev: &'a str,
}

/// A line as it is read. Members that this version does not know are left alone: the hash covers
/// them.
#[derive(Deserialize)]
struct Stored<'a> {
    seq: u64,
    id: CompactString,
    at: Timestamp,
    by: CompactString,
    kind: DecisionKind,
    customer_id: CompactString,
    playbook_id: CompactString,
    reason: Option<CompactString>,
    note: Option<String>,
    until: Option<Date>,
    undoes: Option<CompactString>,
    after: Option<CompactString>,
    #[serde(borrow)]
    basis: &'a RawValue,
    basis_hash: String,
    prev: String,
    hash: String,
}

/// Writes a draft as the line with number `seq` after the one with hash `prev`, without a newline,
/// and reads it back as every later reader will. Ids of one context sort as they were made, within a
/// millisecond too.
///
/// # Errors
/// Why the draft cannot be written down, in words: its basis is no JSON, lacks a field, or carries
/// characters that act on a terminal (a line break would end the entry early).
pub(super) fn seal(
    draft: &Draft,
    seq: u64,
    prev: &str,
    ids: &EntryIds,
) -> Result<(String, Entry), String> {
    let basis: &RawValue = serde_json::from_str(&draft.basis)
        .map_err(|error| format!("its basis is not JSON: {}", plain(&error)))?;
    let body = json::line(&Body {
        seq,
        id: &draft.id.clone().unwrap_or_else(|| ids.next(draft.at)),
        at: &format!("{:.3}", draft.at),
        by: &draft.by,
        kind: draft.kind,
        customer_id: &draft.customer_id,
        playbook_id: &draft.playbook_id,
        reason: draft.reason.as_deref(),
        note: draft.note.as_deref(),
        until: draft.until,
        undoes: draft.undoes.as_deref(),
        after: draft.after.as_deref(),
        basis,
        basis_hash: &basis_hash(basis.get()),
        prev,
    });
    let covered = body.strip_suffix('}').unwrap_or(&body);
    let line = format!(r#"{covered},"hash":"{}"}}"#, sha256(covered.as_bytes()));
    // Everything else is escaped by the writer; the basis is stored as it came.
    if line.chars().any(is_harmful) {
        return Err("its basis carries characters that act on a terminal".to_owned());
    }
    // What does not read back would break the ledger for everyone: better to refuse it now.
    let entry = parse(line.as_bytes())?;
    Ok((line, entry))
}

/// A place in a line that looks like its end.
struct Seal<'a> {
    /// The bytes that the hash covers.
    covered: &'a [u8],
    hash: &'a [u8],
    /// What follows; nothing, where this is the end.
    rest: &'a [u8],
}

impl<'a> Seal<'a> {
    /// The seal whose mark starts at this byte; `None` where no hash stands behind the mark.
    fn at(line: &'a [u8], mark: usize) -> Option<Self> {
        let (covered, sealed) = line.split_at_checked(mark)?;
        let (hash, rest) =
            sealed.strip_prefix(MARK)?.strip_prefix(b"\"")?.split_at_checked(HASH_DIGITS)?;
        Some(Self { covered, hash, rest: rest.strip_prefix(b"\"}")? })
    }

    /// The seal that ends the line, right or wrong. Always the last mark: members of the basis may
    /// be called `hash` too.
    fn last(line: &'a [u8]) -> Option<Self> {
        let mark = line.windows(MARK.len()).rposition(|bytes| bytes == MARK)?;
        Self::at(line, mark).filter(|seal| seal.rest.is_empty())
    }

    fn holds(&self) -> bool {
        sha256(self.covered).as_bytes() == self.hash
    }
}

/// What a last line without a newline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    /// Whole, with the right hash: only the newline was not written any more.
    Whole,
    /// Broken off before its end.
    Torn,
    /// It ends as an entry does, and its hash is another: it was changed, not cut off.
    Changed,
    /// It does not begin as an entry does: some other file.
    Foreign,
    /// An entry that was whole once and goes on with something else. No writer that was cut off
    /// leaves that behind, so it must not pass for unfinished: an acknowledged decision would
    /// vanish without a word.
    Overrun,
}

/// Tells what a last line without a newline is.
pub(super) fn tail(bytes: &[u8]) -> Tail {
    let marks = bytes.windows(MARK.len()).enumerate().filter(|(_, window)| *window == MARK);
    let whole = marks.filter_map(|(mark, _)| Seal::at(bytes, mark)).find(Seal::holds);
    match whole {
        Some(seal) if seal.rest.is_empty() => Tail::Whole,
        Some(_) => Tail::Overrun,
        None if Seal::last(bytes).is_some() => Tail::Changed,
        None if begins_as_an_entry(bytes) => Tail::Torn,
        None => Tail::Foreign,
    }
}

/// True of what a writer that was cut off may leave: the beginning of an entry, or the zeros of a
/// block that was given to the file and never written.
fn begins_as_an_entry(bytes: &[u8]) -> bool {
    const BEGINNING: &[u8] = br#"{"seq":"#;
    bytes.starts_with(BEGINNING) || BEGINNING.starts_with(bytes) || bytes.first() == Some(&0)
}

/// Reads a line, without its newline, and checks both of its hashes. Whether it follows the line
/// before is for the chain to say.
///
/// # Errors
/// What is wrong with the line, in words for the person who has to sort it out.
pub(super) fn parse(line: &[u8]) -> Result<Entry, String> {
    if line.iter().all(u8::is_ascii_whitespace) {
        return Err("it is blank".to_owned());
    }
    let text = str::from_utf8(line).map_err(|_| "it is not UTF-8 text".to_owned())?;
    let Some(seal) = Seal::last(line) else {
        return Err(match serde_json::from_str::<IgnoredAny>(text) {
            Err(error) => format!("it is not JSON: {}", plain(&error)),
            Ok(_) => "it does not end with its hash".to_owned(),
        });
    };
    if !seal.holds() {
        return Err("its hash differs: it was changed after it was written".to_owned());
    }
    let stored: Stored = serde_json::from_str(text).map_err(|error| {
        let what = if error.is_data() { "a field is missing or wrong" } else { "it is not JSON" };
        format!("{what}: {}", plain(&error))
    })?;
    if basis_hash(stored.basis.get()) != stored.basis_hash {
        return Err("its basis_hash differs from the hash of its basis".to_owned());
    }
    let basis: Basis = serde_json::from_str(stored.basis.get())
        .map_err(|error| format!("a field of its basis is missing or wrong: {}", plain(&error)))?;
    Ok(Entry {
        seq: stored.seq,
        id: stored.id,
        at: stored.at,
        by: stored.by,
        kind: stored.kind,
        customer_id: stored.customer_id,
        playbook_id: stored.playbook_id,
        reason: stored.reason,
        note: stored.note,
        until: stored.until,
        undoes: stored.undoes,
        after: stored.after,
        basis,
        basis_hash: stored.basis_hash,
        prev: stored.prev,
        hash: stored.hash,
    })
}

/// The longest excerpt of a parser's words, in characters: they may quote what stands in the file.
const EXCERPT: usize = 160;

/// A parser's words without their place (the chain names the line) and harmless on a terminal.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let words = text.rsplit_once(" at line ").map_or(text.as_str(), |(words, _)| words);
    let excerpt: String = words.chars().take(EXCERPT).collect();
    harmless(&excerpt).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::NO_HEAD;
    use crate::ledger::samples::{BASIS, draft};

    /// The line with its seal made anew, as someone would who forges an entry.
    fn resealed(line: &str) -> String {
        let covered = &line[..line.rfind(r#","hash":"#).unwrap()];
        format!(r#"{covered},"hash":"{}"}}"#, sha256(covered.as_bytes()))
    }

    fn sealed() -> String {
        seal(&draft("dana", "C005"), 1, NO_HEAD, &EntryIds::default()).unwrap().0
    }

    #[test]
    fn a_known_hash() {
        assert_eq!(
            basis_hash("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(basis_hash(" abc\n"), basis_hash("abc"));
    }

    #[test]
    fn a_line_has_the_members_in_order() {
        let mut full = draft("dana", "C005");
        full.until = Some("2026-03-01".parse().unwrap());
        full.reason = Some("bad_timing".into());
        let (line, entry) = seal(&full, 7, &"ab".repeat(32), &EntryIds::default()).unwrap();
        let expected = format!(
            concat!(
                r#"{{"seq":7,"id":"{id}","at":"2026-02-03T14:02:11.123Z","by":"dana","#,
                r#""kind":"approve","customer_id":"C005","playbook_id":"PB_SUP_001","#,
                r#""reason":"bad_timing","note":null,"until":"2026-03-01","undoes":null,"#,
                r#""after":null,"basis":{basis},"basis_hash":"{basis_hash}","prev":"{prev}","#,
                r#""hash":"{hash}"}}"#
            ),
            id = entry.id,
            basis = BASIS,
            basis_hash = entry.basis_hash,
            prev = "ab".repeat(32),
            hash = entry.hash,
        );
        assert_eq!(line, expected);
    }

    #[test]
    fn a_line_reads_back_as_it_was_decided() {
        let mut full = draft("Zoë \u{202e}\u{1b}[31m\u{9b}", "C005");
        full.kind = DecisionKind::HandOff;
        full.note = Some("line 1\nline 2\t\u{0}\u{2066}\"\\,\"hash\":\"日本 👩‍💻".to_owned());
        full.undoes = Some("u".into());
        full.after = Some("a".into());
        let (line, entry) = seal(&full, 3, NO_HEAD, &EntryIds::default()).unwrap();
        assert!(!line.chars().any(is_harmful));
        assert_eq!(parse(line.as_bytes()).unwrap(), entry);
        assert_eq!(
            (&entry.by, entry.kind, &entry.note, &entry.undoes, &entry.after),
            (&full.by, full.kind, &full.note, &full.undoes, &full.after)
        );
        assert_eq!(entry.at.to_string(), "2026-02-03T14:02:11.123Z");
        assert_eq!(basis_hash(BASIS), entry.basis_hash);
        let basis: Basis = serde_json::from_str(BASIS).unwrap();
        assert_eq!(entry.basis, basis);
    }

    #[test]
    fn an_id_is_a_version_7_uuid_with_the_time_of_the_decision() {
        let (_, entry) = seal(&draft("dana", "C005"), 1, NO_HEAD, &EntryIds::default()).unwrap();
        let id: Uuid = entry.id.parse().unwrap();
        assert_eq!(id.get_version_num(), 7);
        let (seconds, nanoseconds) = id.get_timestamp().unwrap().to_unix();
        assert_eq!(seconds as i64, entry.at.as_second());
        assert_eq!(nanoseconds, 123_000_000);
        let mut early = draft("dana", "C005");
        early.at = "1969-12-31T23:59:59.5Z".parse().unwrap();
        assert!(seal(&early, 1, NO_HEAD, &EntryIds::default()).is_ok());
    }

    #[test]
    fn a_basis_text_reads_back_and_carries_nothing_harmful() {
        let mut basis: Basis = serde_json::from_str(BASIS).unwrap();
        basis.recommendation.playbook_name = Some("\u{202e}Rescue\n\u{1b}".into());
        basis.roi_ratio = f64::INFINITY;
        let text = basis_text(&basis);
        assert!(!text.chars().any(is_harmful));
        assert_eq!(serde_json::from_str::<Basis>(&text).unwrap(), basis);
        let mut decision = draft("dana", "C005");
        decision.basis = text;
        assert_eq!(seal(&decision, 1, NO_HEAD, &EntryIds::default()).unwrap().1.basis, basis);
    }

    #[test]
    fn a_draft_that_would_break_the_ledger_is_refused() {
        for (basis, want) in [
            ("{", "its basis is not JSON: EOF while parsing an object"),
            ("{}", "a field of its basis is missing or wrong: missing field `recommendation`"),
            (&BASIS.replacen(',', ",\n", 1), "its basis carries characters that act on a terminal"),
            (
                &BASIS.replace("Rescue", "\u{202e}Rescue"),
                "its basis carries characters that act on a terminal",
            ),
        ] {
            let mut broken = draft("dana", "C005");
            broken.basis = basis.to_owned();
            assert_eq!(seal(&broken, 1, NO_HEAD, &EntryIds::default()).unwrap_err(), want);
        }
    }

    #[test]
    fn members_of_a_later_version_are_left_alone() {
        let line = sealed().replacen(r#","basis":{"#, r#","signed":[1,{"hash":2}],"basis":{"#, 1);
        let later = parse(resealed(&line).as_bytes()).unwrap();
        assert_eq!(later.basis, parse(sealed().as_bytes()).unwrap().basis);
    }

    #[test]
    fn a_bad_line_says_what_is_wrong() {
        let line = sealed();
        let end = line.rfind(r#","hash":"#).unwrap();
        let hash = line[end + 9..line.len() - 2].to_owned();
        let basis_digits = basis_hash(BASIS);
        for (bad, want) in [
            (String::new(), "it is blank"),
            (" \t\r".to_owned(), "it is blank"),
            (line.replace(r#""seq":1"#, r#""seq":2"#), "its hash differs: it was changed"),
            (line.replace(&hash, &"0".repeat(64)), "its hash differs: it was changed"),
            (line.replace(&hash, &hash.to_uppercase()), "its hash differs: it was changed"),
            (format!("{line} "), "it does not end with its hash"),
            (format!("{line}\r"), "it does not end with its hash"),
            (format!("{line}{line}"), "its hash differs: it was changed"),
            (line[..end].to_owned(), "it is not JSON: EOF while parsing an object"),
            ("{}".to_owned(), "it does not end with its hash"),
            ("\u{1b}[2J".to_owned(), "it is not JSON: expected value"),
            (
                resealed(&line.replace(r#""by":"dana","#, "")),
                "a field is missing or wrong: missing field `by`",
            ),
            (
                resealed(&line.replace(r#""seq":1"#, r#""seq":"1""#)),
                "a field is missing or wrong: invalid type: string",
            ),
            (
                resealed(&line.replace("approve\"", "re\\u001bnew\"")),
                "a field is missing or wrong: unknown variant `re␛new`",
            ),
            (
                resealed(&line.replace(r#""runs":12"#, r#""runs":13"#)),
                "its basis_hash differs from the hash of its basis",
            ),
            (
                resealed(&line.replace(BASIS, "{}").replace(&basis_digits, &basis_hash("{}"))),
                "a field of its basis is missing or wrong: missing field `recommendation`",
            ),
            (resealed(&line.replace(r#""seq":1,"#, r#""seq":1;"#)), "it is not JSON: expected"),
        ] {
            let error = parse(bad.as_bytes()).unwrap_err();
            assert!(error.starts_with(want), "{error:?} for {bad}");
        }
        let mut bytes = line.into_bytes();
        bytes[40] = 0xff;
        assert_eq!(parse(&bytes).unwrap_err(), "it is not UTF-8 text");
    }

    #[test]
    fn a_last_line_is_whole_torn_or_overrun() {
        let line = sealed();
        assert_eq!(tail(line.as_bytes()), Tail::Whole);
        for cut in 1..line.len() {
            assert_eq!(tail(&line.as_bytes()[..cut]), Tail::Torn, "cut at {cut}");
        }
        assert_eq!(tail(format!("{line}x").as_bytes()), Tail::Overrun);
        assert_eq!(tail(format!("{line}\r{line}").as_bytes()), Tail::Overrun);
        assert_eq!(tail(&[0; 4096]), Tail::Torn);
    }
}
