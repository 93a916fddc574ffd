//! One entry as one line of JSON, and back.
//!
//! The line's last member is its hash, over every byte before `,"hash":`. Both hashes are checked
//! on the bytes as they are stored, never on what they would look like written anew: so a line of a
//! later version, with members that this one does not know, is still good, and anyone can check a
//! line with `sed` and `sha256sum`.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use memchr::memmem;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::draft::Draft;
use super::error::DraftError;
use super::seal::{MARK, Seal, sha256};
use crate::domain::text::{escape_controls, has_controls};
use crate::domain::{
    Basis, DecisionKind, Digest, Entry, LinePlace, LineSource, Recovered, StoredBasis, json,
};
use crate::signing::message::message;

/// What comes before the basis. Within a string of the line its quotes would be escaped.
const BASIS_MARK: &[u8] = br#","basis":"#;

/// The longest line that is written, in bytes; longer ones are read all the same.
const LONGEST_LINE: usize = 1 << 20;

/// The basis as the ledger stores it: one line of JSON, safe on a terminal.
pub fn basis_text(basis: &Basis) -> String {
    json::line(basis)
}

/// The hash of a basis as it is stored, 64 lowercase hexadecimal digits ("`basis_hash` likewise over
/// the bytes of the basis"). Spaces around the text do not belong to it.
pub fn basis_hash(text: &str) -> String {
    basis_digest(text.as_bytes()).to_string()
}

/// As [`basis_hash`].
pub(super) fn basis_digest(text: &[u8]) -> Digest {
    sha256(text.trim_ascii())
}

/// The members that say which entry it is, when it was made and by whom. In a database the server
/// says when and who.
#[derive(Serialize)]
struct Who<'a> {
    id: &'a str,
    at: &'a str,
    by: &'a str,
}

/// The members from `kind` to `basis_hash`, in the order of the format: what a reviewer decides, and
/// what a signature covers.
#[derive(Serialize)]
struct What<'a> {
    kind: DecisionKind,
    customer_id: Option<&'a str>,
    playbook_id: Option<&'a str>,
    reason: Option<&'a str>,
    note: Option<&'a str>,
    until: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_at: Option<Timestamp>,
    undoes: Option<&'a str>,
    after: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<&'a str>,
    /// In every `recover`, `null` where nothing was cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovered: Option<Option<&'a Recovered>>,
    basis: &'a RawValue,
    basis_hash: String,
}

/// The members before the basis as they are read. Members that this version does not know are left
/// alone: the hash covers them.
#[derive(Deserialize)]
struct Head {
    seq: u64,
    id: CompactString,
    at: Timestamp,
    by: CompactString,
    kind: DecisionKind,
    customer_id: Option<CompactString>,
    playbook_id: Option<CompactString>,
    reason: Option<CompactString>,
    note: Option<String>,
    until: Option<Date>,
    #[serde(default)]
    until_at: Option<Timestamp>,
    undoes: Option<CompactString>,
    after: Option<CompactString>,
    #[serde(default)]
    batch: Option<Box<str>>,
    #[serde(default)]
    proposal: Option<Box<str>>,
    #[serde(default)]
    recovered: Option<Box<Recovered>>,
}

/// The members behind those of [`Head`].
#[derive(Deserialize)]
struct Rest<'a> {
    #[serde(borrow)]
    basis: &'a RawValue,
    basis_hash: String,
    #[serde(default)]
    sig: Option<Box<str>>,
    prev: String,
}

/// A draft as text: all but its number, `prev` and hash, which the entry before it decides.
pub(super) struct Prepared {
    /// From `,"id":` through the end of `basis_hash`, or of `sig` where there is one.
    text: String,
    /// Where in `text` the basis begins, and its length.
    basis: (usize, usize),
    /// Where in `text` the members from `kind` to `basis_hash` begin, and where they end.
    #[cfg_attr(not(feature = "team"), expect(dead_code, reason = "a file has whole lines"))]
    rest: (usize, usize),
    entry: Entry,
}

/// Turns a draft into the text of its line and reads that back as every later reader will.
///
/// # Errors
/// Why the draft cannot be written down: its basis is not JSON, lacks a field, or has characters that
/// act on a terminal (a line break would end the entry early), or its line is too long.
pub(super) fn prepare(draft: &Draft, id: CompactString) -> Result<Prepared, DraftError> {
    let basis: &RawValue =
        serde_json::from_str(&draft.basis).map_err(|error| DraftError::NotJson(plain(&error)))?;
    let is_recovery = draft.kind == DecisionKind::Recover;
    if !is_recovery {
        serde_json::from_str::<Basis>(basis.get())
            .map_err(|error| DraftError::BadBasis(plain(&error)))?;
    }
    let customer_id = Some(draft.customer_id.as_str()).filter(|_| !is_recovery);
    let basis_hash = basis_digest(basis.get().as_bytes());
    let who = json::line(&Who { id: &id, at: &format!("{:.3}", draft.at), by: &draft.by });
    let what = json::line(&What {
        kind: draft.kind,
        customer_id,
        playbook_id: Some(draft.playbook_id.as_str()).filter(|_| !is_recovery),
        reason: draft.reason.as_deref(),
        note: draft.note.as_deref(),
        until: draft.until,
        until_at: draft.until_at,
        undoes: draft.undoes.as_deref(),
        after: draft.after.as_deref(),
        batch: draft.batch.as_deref(),
        proposal: draft.proposal.as_deref(),
        recovered: is_recovery.then_some(draft.recovered.as_ref()),
        basis,
        basis_hash: basis_hash.to_string(),
    });
    let mut text = format!(",{},{}", members_of(&who), members_of(&what));
    let rest = (text.len() - members_of(&what).len(), text.len());
    if let Some(sig) = &draft.sig {
        text.push_str(&format!(",\"sig\":{}", json::line(sig)));
    }
    // Everything else is escaped by the writer; the basis is stored as it came.
    if has_controls(&text) {
        return Err(DraftError::ControlCharacters);
    }
    if text.len() > LONGEST_LINE {
        return Err(DraftError::TooLong(text.len()));
    }
    let mark = memmem::find(text.as_bytes(), BASIS_MARK);
    let mark = mark.ok_or_else(|| DraftError::Unreadable("it has no basis".to_owned()))?;
    let head = read_head(&format!("{{\"seq\":0{}", text.get(..mark).unwrap_or_default()))
        .map_err(DraftError::Unreadable)?;
    let basis_at = (mark + BASIS_MARK.len(), basis.get().len());
    let mut entry = head.entry(StoredBasis::default(), basis_hash, Digest::ZERO, Digest::ZERO);
    entry.sig = draft.sig.as_deref().map(Into::into);
    Ok(Prepared { text, basis: basis_at, rest, entry })
}

/// Returns the bytes that a signature of a draft covers, whatever number, time and place its entry gets.
/// The draft has its id, and no signature yet.
///
/// # Errors
/// As for writing it down.
pub fn signed_bytes(draft: &Draft) -> Result<Vec<u8>, DraftError> {
    const KIND: &[u8] = br#","kind":"#;
    let id = draft.id.clone().unwrap_or_default();
    let (id_text, by) = (json::line(&id), json::line(&draft.by));
    let Prepared { text, .. } = prepare(draft, id)?;
    let rest = memmem::find(text.as_bytes(), KIND).and_then(|kind| text.get(kind + 1..));
    let rest = rest.ok_or_else(|| DraftError::Unreadable("it has no kind".to_owned()))?;
    Ok(message(&id_text, &by, rest))
}

/// The members of an object without its braces.
fn members_of(object: &str) -> &str {
    object.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or_default()
}

impl Prepared {
    /// The members from `kind` to `basis_hash`, as they are written.
    #[cfg(feature = "team")]
    pub(super) fn rest(&self) -> &str {
        self.text.get(self.rest.0..self.rest.1).unwrap_or_default()
    }

    /// The entry, without number, time and hashes of its own.
    #[cfg(feature = "team")]
    pub(super) fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Appends the line with number `seq` after the one with hash `prev`, with its newline, to
    /// `lines`, whose first byte goes to `offset` in the file of `source`.
    pub(super) fn link(
        self,
        seq: u64,
        prev: Digest,
        lines: &mut String,
        offset: u64,
        source: &Arc<dyn LineSource>,
    ) -> Entry {
        let Self { text, basis: (basis, basis_len), mut entry, .. } = self;
        let start = lines.len();
        lines.push_str(&format!("{{\"seq\":{seq}"));
        let basis_start = lines.len() - start + basis;
        lines.push_str(&text);
        lines.push_str(&format!(",\"prev\":\"{prev}\""));
        let covered = lines.as_bytes().get(start..).unwrap_or_default();
        let hash = sha256(covered);
        lines.push_str(&format!(",\"hash\":\"{hash}\"}}\n"));
        (entry.seq, entry.prev, entry.hash) = (seq, prev, hash);
        entry.basis = StoredBasis::at(LinePlace {
            source: Arc::clone(source),
            offset: offset + start as u64,
            len: lines.len() - start - 1,
            basis: (basis_start, basis_len),
            basis_hash: entry.basis_hash,
        });
        entry
    }
}

/// The parts of a line.
struct Parts {
    head: Head,
    /// Where in the line the basis begins, and its length.
    basis: (usize, usize),
    basis_hash: Digest,
    sig: Option<Box<str>>,
    prev: Digest,
}

/// Reads a line, without its newline, and checks both of its hashes. Whether it follows the line
/// before is for the chain to say; whether its basis reads as one shows when someone looks at it.
///
/// # Errors
/// What is wrong with the line, in words for the person who has to sort it out.
pub(super) fn parse(
    line: &[u8],
    offset: u64,
    source: &Arc<dyn LineSource>,
) -> Result<Entry, String> {
    let Some(seal) = Seal::last(line) else { return Err(unsealed(line)) };
    let text = str::from_utf8(line).map_err(|_| "it is not UTF-8 text".to_owned())?;
    let hash = sha256(seal.covered);
    if Digest::parse(seal.hash) != Some(hash) {
        return Err("its hash differs: it was changed after it was written".to_owned());
    }
    let parts = match as_written(text) {
        Some(parts) => parts,
        None => in_any_order(text)?,
    };
    let Parts { head, basis: (start, len), basis_hash, sig, prev } = parts;
    let basis = line.get(start..start + len).unwrap_or_default();
    if basis_digest(basis) != basis_hash {
        return Err("its basis_hash differs from the hash of its basis".to_owned());
    }
    let source = Arc::clone(source);
    let place = LinePlace { source, offset, len: line.len(), basis: (start, len), basis_hash };
    let mut entry = head.entry(StoredBasis::at(place), basis_hash, prev, hash);
    entry.sig = sig;
    Ok(entry)
}

/// What is wrong with a line that does not end with a hash.
fn unsealed(line: &[u8]) -> String {
    if line.iter().all(u8::is_ascii_whitespace) {
        return "it is blank".to_owned();
    }
    let Ok(text) = str::from_utf8(line) else { return "it is not UTF-8 text".to_owned() };
    match serde_json::from_str::<IgnoredAny>(text) {
        Err(error) => format!("it is not JSON: {}", plain(&error)),
        Ok(_) => "it does not end with its hash".to_owned(),
    }
}

/// The parts of a line whose last members stand as this program writes them; `None` where they do
/// not, or where anything else is unusual.
fn as_written(text: &str) -> Option<Parts> {
    const PREV: &str = r#"","prev":""#;
    const SIG: &str = r#"","sig":"#;
    const BASIS_HASH: &str = r#","basis_hash":""#;
    let end = text.len().checked_sub(MARK.len() + Digest::DIGITS + 3)?;
    let (rest, prev) = text
        .get(..end)?
        .strip_suffix('"')?
        .split_at_checked(end.checked_sub(Digest::DIGITS + 1)?)?;
    let rest = rest.strip_suffix(PREV)?;
    let (rest, sig) = match rest.rsplit_once('"')? {
        (before, sig) if before.ends_with(SIG) && !sig.contains('\\') => {
            (before.strip_suffix(SIG)?, Some(sig.into()))
        }
        _ => (rest, None),
    };
    let (rest, basis_hash) = rest.split_at_checked(rest.len().checked_sub(Digest::DIGITS)?)?;
    let rest = rest.strip_suffix(BASIS_HASH)?;
    let mark = memmem::find(rest.as_bytes(), BASIS_MARK)?;
    let head = read_head(rest.get(..mark)?).ok()?;
    let start = mark + BASIS_MARK.len();
    Some(Parts {
        head,
        basis: (start, rest.len() - start),
        basis_hash: Digest::parse(basis_hash.as_bytes())?,
        sig,
        prev: Digest::parse(prev.as_bytes())?,
    })
}

/// The members of a head whose closing brace is cut off.
fn read_head(open: &str) -> Result<Head, String> {
    let mut text = String::with_capacity(open.len() + 1);
    text.push_str(open);
    text.push('}');
    serde_json::from_str(&text).map_err(|error| wrong_member(&error))
}

/// The parts of a line, wherever its members stand.
fn in_any_order(text: &str) -> Result<Parts, String> {
    let head: Head = serde_json::from_str(text).map_err(|error| wrong_member(&error))?;
    let rest: Rest<'_> = serde_json::from_str(text).map_err(|error| wrong_member(&error))?;
    let digest = |name: &str, digits: &str| {
        Digest::parse(digits.as_bytes()).ok_or_else(|| format!("its {name} is no SHA-256"))
    };
    // A borrowed value is a part of the text.
    let start = rest.basis.get().as_ptr().addr() - text.as_ptr().addr();
    Ok(Parts {
        head,
        basis: (start, rest.basis.get().len()),
        basis_hash: digest("basis_hash", &rest.basis_hash)?,
        sig: rest.sig,
        prev: digest("prev", &rest.prev)?,
    })
}

fn wrong_member(error: &serde_json::Error) -> String {
    let what = if error.is_data() { "a field is missing or wrong" } else { "it is not JSON" };
    format!("{what}: {}", plain(error))
}

impl Head {
    fn entry(self, basis: StoredBasis, basis_hash: Digest, prev: Digest, hash: Digest) -> Entry {
        Entry {
            seq: self.seq,
            id: self.id,
            at: self.at,
            by: self.by,
            kind: self.kind,
            customer_id: self.customer_id.unwrap_or_default(),
            playbook_id: self.playbook_id.unwrap_or_default(),
            reason: self.reason,
            note: self.note,
            until: self.until,
            until_at: self.until_at,
            undoes: self.undoes,
            after: self.after,
            batch: self.batch,
            proposal: self.proposal,
            recovered: self.recovered,
            basis,
            basis_hash,
            sig: None,
            prev,
            hash,
        }
    }
}

/// The longest excerpt of a parser's words, in characters: they may quote what stands in the file.
const EXCERPT: usize = 160;

/// A parser's words without their place (the chain names the line) and safe on a terminal.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let words = text.rsplit_once(" at line ").map_or(text.as_str(), |(words, _)| words);
    let excerpt: String = words.chars().take(EXCERPT).collect();
    escape_controls(&excerpt).into_owned()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::seal::{Tail, tail};
    use super::*;
    use crate::domain::text::is_control;
    use crate::ledger::samples::{BASIS, draft, parsed as parse, seal};

    /// The line with its seal made anew, as someone would who forges an entry.
    fn resealed(line: &str) -> String {
        let covered = &line[..line.rfind(r#","hash":"#).unwrap()];
        format!(r#"{covered},"hash":"{}"}}"#, sha256(covered.as_bytes()))
    }

    fn sealed() -> String {
        seal(&draft("dana", "C005"), 1, Digest::ZERO).0
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
        let (line, entry) = seal(&full, 7, Digest::parse("ab".repeat(32).as_bytes()).unwrap());
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
    fn a_batch_stands_behind_what_was_known_and_is_left_out_where_there_is_none() {
        let mut one = draft("dana", "C005");
        one.batch = Some("0199".into());
        let (line, entry) = seal(&one, 1, Digest::ZERO);
        assert!(line.contains(r#""undoes":null,"after":null,"batch":"0199","basis":{"#), "{line}");
        assert_eq!(entry.batch.as_deref(), Some("0199"));
        let (line, entry) = seal(&draft("dana", "C005"), 1, Digest::ZERO);
        assert!(!line.contains("batch") && entry.batch.is_none(), "{line}");
    }

    #[test]
    fn a_proposal_and_a_signature_stand_in_their_places() {
        let mut one = draft("dana", "C005");
        (one.proposal, one.sig) = (Some("0199".into()), Some("U1NIU0lH+/=".into()));
        let (line, entry) = seal(&one, 1, Digest::ZERO);
        assert!(line.contains(r#""after":null,"proposal":"0199","basis":{"#), "{line}");
        let end = format!(r#""basis_hash":"{}","sig":"U1NIU0lH+/=","prev":"#, entry.basis_hash);
        assert!(line.contains(&end), "{line}");
        let read = parse(line.as_bytes()).unwrap();
        assert_eq!(read.proposal.as_deref(), Some("0199"));
        assert_eq!(read.sig.as_deref(), Some("U1NIU0lH+/="));
        assert_eq!((read.basis_hash, read.hash), (entry.basis_hash, entry.hash));
    }

    #[test]
    fn a_line_reads_back_as_it_was_decided() {
        let mut full = draft("Zoë \u{202e}\u{1b}[31m\u{9b}", "C005");
        full.kind = DecisionKind::HandOff;
        full.note = Some("line 1\nline 2\t\u{0}\u{2066}\"\\,\"hash\":\"日本 👩‍💻".to_owned());
        full.undoes = Some("u".into());
        full.after = Some("a".into());
        let (line, entry) = seal(&full, 3, Digest::ZERO);
        assert!(!line.chars().any(is_control));
        assert_eq!(parse(line.as_bytes()).unwrap(), entry);
        assert_eq!(
            (&entry.by, entry.kind, &entry.note, &entry.undoes, &entry.after),
            (&full.by, full.kind, &full.note, &full.undoes, &full.after)
        );
        assert_eq!(entry.at.to_string(), "2026-02-03T14:02:11.123Z");
        assert_eq!(entry.basis_hash, basis_hash(BASIS));
        let basis: Basis = serde_json::from_str(BASIS).unwrap();
        assert_eq!(*entry.basis, basis);
    }

    #[test]
    fn an_id_is_a_version_7_uuid_with_the_time_of_the_decision() {
        let (_, entry) = seal(&draft("dana", "C005"), 1, Digest::ZERO);
        let id: Uuid = entry.id.parse().unwrap();
        assert_eq!(id.get_version_num(), 7);
        let (seconds, nanoseconds) = id.get_timestamp().unwrap().to_unix();
        assert_eq!(seconds as i64, entry.at.as_second());
        assert_eq!(nanoseconds, 123_000_000);
        let mut early = draft("dana", "C005");
        early.at = "1969-12-31T23:59:59.5Z".parse().unwrap();
        seal(&early, 1, Digest::ZERO);
    }

    #[test]
    fn a_basis_text_reads_back_and_carries_no_control() {
        let mut basis: Basis = serde_json::from_str(BASIS).unwrap();
        basis.recommendation.playbook_name = Some("\u{202e}Rescue\n\u{1b}".into());
        basis.roi_ratio = f64::INFINITY;
        let text = basis_text(&basis);
        assert!(!text.chars().any(is_control));
        assert_eq!(serde_json::from_str::<Basis>(&text).unwrap(), basis);
        let mut decision = draft("dana", "C005");
        decision.basis = text;
        assert_eq!(*seal(&decision, 1, Digest::ZERO).1.basis, basis);
    }

    #[test]
    fn a_draft_that_would_break_the_ledger_is_refused() {
        for (basis, want) in [
            ("{", "its basis is not JSON: EOF while parsing an object"),
            ("{}", "a field of its basis is missing or wrong: missing field `recommendation`"),
            (&BASIS.replacen(',', ",\n", 1), "its basis has characters that act on a terminal"),
            (
                &BASIS.replace("Rescue", "\u{202e}Rescue"),
                "its basis has characters that act on a terminal",
            ),
        ] {
            let mut broken = draft("dana", "C005");
            broken.basis = basis.to_owned();
            assert_eq!(prepare(&broken, "id".into()).err().unwrap().to_string(), want);
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
    fn a_basis_that_reads_as_none_decides_about_nothing() {
        let line = sealed();
        let digits = basis_hash(BASIS);
        for other in ["{}", "7", r#"{},"kind":"reject""#] {
            let odd = resealed(&line.replace(BASIS, other).replace(&digits, &basis_hash(other)));
            let entry = parse(odd.as_bytes()).unwrap();
            assert!(!entry.basis.reads() && entry.basis.get().is_none(), "{other}");
            assert_eq!(
                (entry.kind, entry.basis.playbook_id().as_str()),
                (DecisionKind::Approve, "")
            );
        }
    }

    #[test]
    fn members_in_another_order_read_the_same() {
        let line = sealed();
        let members: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&line).unwrap();
        let (prev, hash) = (members["prev"].as_str().unwrap(), members["hash"].as_str().unwrap());
        let moved = line.replace(&format!(r#","prev":"{prev}","hash":"{hash}"}}"#), "").replacen(
            '{',
            &format!(r#"{{"prev":"{prev}","#),
            1,
        );
        let moved = resealed(&format!(r#"{moved},"hash":""}}"#));
        let (moved, plain) = (parse(moved.as_bytes()).unwrap(), parse(line.as_bytes()).unwrap());
        assert_eq!((&moved.basis, &moved.id, moved.prev), (&plain.basis, &plain.id, plain.prev));
    }

    #[test]
    fn a_tail_with_many_ends_takes_one_hash() {
        // Hashing all before each of them would be 2 GB here.
        let end = format!(r#","hash":"{}"}}"#, "a".repeat(64));
        let tail_of = format!(r#"{{"seq":1{}"#, end.repeat(8_000));
        assert_eq!(tail(tail_of.as_bytes()), Tail::Changed);
        assert_eq!(tail(format!("{tail_of}x").as_bytes()), Tail::Torn);
    }

    #[test]
    fn a_line_that_is_too_long_is_refused() {
        let mut long = draft("dana", "C005");
        long.note = Some("x".repeat(LONGEST_LINE));
        let refused = prepare(&long, "id".into()).err().unwrap();
        assert!(matches!(refused, DraftError::TooLong(1_048_577..)), "{refused}");
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
