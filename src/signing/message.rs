//! The bytes that a signature covers: `{"id":"…","by":"…",` and the line's bytes from `"kind"` through the
//! closing quote of the value of `basis_hash`, then `}`, without a newline.

use memchr::memmem;
use serde_json::value::RawValue;

/// Returns the message of an entry; `id` and `by` as JSON, `rest` as it stands on the line.
pub fn message(id: &str, by: &str, rest: &str) -> Vec<u8> {
    format!("{{\"id\":{id},\"by\":{by},{rest}}}").into_bytes()
}

/// The members before `kind`, in the order of the format, with nothing between them.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Before<'a> {
    #[serde(borrow)]
    seq: &'a RawValue,
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow)]
    at: &'a RawValue,
    #[serde(borrow)]
    by: &'a RawValue,
}

/// Returns the message of a line that has this signature; `None` where the line is not written as the
/// format says. Nothing may stand in it that the signature does not cover, but number, time, `prev` and
/// hash: else what was signed could be read as something else.
pub fn of_line(line: &[u8], sig: &str) -> Option<Vec<u8>> {
    let line = str::from_utf8(line).ok()?;
    // Within a text, a quote is escaped: the first mark is the member.
    let kind = memmem::find(line.as_bytes(), br#","kind":"#)?;
    let (before, rest) = (line.get(..kind)?, line.get(kind + 1..)?);
    let closed = format!("{before}}}");
    let Before { seq, id, at, by } = serde_json::from_str(&closed).ok()?;
    let (seq, id, at, by) = (seq.get(), id.get(), at.get(), by.get());
    if closed != format!("{{\"seq\":{seq},\"id\":{id},\"at\":{at},\"by\":{by}}}") {
        return None;
    }
    let end = rest.rfind(r#","sig":"#)?;
    let (rest, after) = (rest.get(..end)?, rest.get(end..)?);
    let after = after.strip_prefix(&format!(r#","sig":"{sig}","prev":""#))?;
    let (prev, after) = after.split_once(r#"","hash":""#)?;
    let hash = after.strip_suffix(r#""}"#)?;
    let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_digest(prev) || !is_digest(hash) {
        return None;
    }
    let (_, basis_hash) = rest.rsplit_once(r#","basis_hash":""#)?;
    is_digest(basis_hash.strip_suffix('"')?).then(|| message(id, by, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = r#""kind":"approve","note":"a \",\"kind\":\" and \",\"sig\":\"","basis":{"a":1},"basis_hash":"HASH""#;

    fn line(between: &str) -> (String, String) {
        let (hash, sig) = ("ab".repeat(32), "U1NIU0lH");
        let rest = REST.replace("HASH", &hash);
        let line = format!(
            r#"{{"seq":7,"id":"0199","at":"2027-02-03T10:00:00.000Z","by":"dana"{between},{rest},"sig":"{sig}","prev":"{hash}","hash":"{hash}"}}"#
        );
        (line, rest)
    }

    #[test]
    fn it_is_id_and_name_and_what_is_decided() {
        let (line, rest) = line("");
        let message = of_line(line.as_bytes(), "U1NIU0lH").unwrap();
        assert_eq!(
            String::from_utf8(message).unwrap(),
            format!(r#"{{"id":"0199","by":"dana",{rest}}}"#)
        );
    }

    #[test]
    fn a_line_with_more_than_that_has_none() {
        let (line, _) = line("");
        let none = |line: &str| assert_eq!(of_line(line.as_bytes(), "U1NIU0lH"), None, "{line}");
        none(&line.replace(r#""seq":7,"#, r#""seq":7, "#));
        none(&line.replace(r#","prev""#, r#","note":"x","prev""#));
        none(&line.replace(r#","sig""#, r#","more":1,"sig""#));
        none(&line.replace(r#""at":"#, r#""until":null,"at":"#));
        none(&line.replace("U1NIU0lH", "U1NIU0lI"));
        none(&super::tests::line(r#","until":null"#).0);
        none("");
    }
}
