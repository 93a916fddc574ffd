//! Files as people wrote them, with some values replaced: everything else stays byte for byte as it
//! was, comments and unknown fields included. Pure: text to text.

use serde_json::value::RawValue;
use toml::de::{DeTable, DeValue};
use toml_edit::{Document, Item, Table};

use super::part::Format;
use super::policy::{POLICY_FILE, parse};
use super::row::{self, Pairs, offset_in};
use crate::domain::policy_key::Key;
use crate::domain::{Policy, json};
use crate::store::row::Row;
use crate::toml_text::without_table;

/// Why a file was not changed. Text from it is not escaped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// It has no valid row for the id.
    #[error("{file} has no valid row for {id}")]
    NoRow {
        /// The file.
        file: String,
        /// Its id.
        id: String,
    },
    /// The key cannot be added as the file is written.
    #[error("{key} = {value} cannot be added to the file as it is written; edit the file by hand")]
    NoPlace {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
    },
    /// The experiment cannot be taken out as the file is written.
    #[error(
        "the experiment {0:?} cannot be taken out of the file as it is written; edit the file by hand"
    )]
    NotABlock(String),
}

/// A file of rows, named as in the data directory, with a field of one row set to a piece of JSON. Of several rows with that id the one
/// that counts is changed: the last.
///
/// # Errors
/// Where the text is no such file, or has no row of that id that fits its type.
pub fn set_field<R: Row>(
    text: &str,
    file: &str,
    id: &str,
    field: &str,
    value: &str,
) -> Result<String, EditError> {
    let raw = row_of::<R>(text, file, id)?;
    let unreadable = |error: serde_json::Error| EditError::Unreadable(format!("{file}: {error}"));
    let pairs: Pairs<'_> = serde_json::from_str(raw).map_err(unreadable)?;
    let start = offset_in(text, raw);
    let mut changed = text.to_owned();
    // Wherever it stands: of a field that says one thing here and another there no row is made.
    let given = pairs.0.iter().rev().filter(|(key, _)| key == field.as_bytes());
    let mut is_given = false;
    for (_, old) in given {
        let at = offset_in(text, old.get());
        changed.replace_range(at..at + old.get().len(), value);
        is_given = true;
    }
    if !is_given {
        let end = start + raw.len() - 1;
        let before = text.get(start..end).unwrap_or_default();
        let end = start + before.trim_end().len();
        let comma = if pairs.0.is_empty() { "" } else { ", " };
        changed.insert_str(end, &format!("{comma}{}: {value}", json::line(field)));
    }
    Ok(changed)
}

/// The text of the row that counts for an id.
fn row_of<'t, R: Row>(text: &'t str, file: &str, id: &str) -> Result<&'t str, EditError> {
    let unreadable = |error: serde_json::Error| EditError::Unreadable(format!("{file}: {error}"));
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = body.trim_ascii_start().bytes().next();
    let format = Format::of(file);
    let is_lines = format != Format::Json && !(format == Format::Either && first == Some(b'['));
    let rows: Vec<(Option<Vec<u8>>, &RawValue)> = if is_lines {
        let lines = body.lines().filter(|line| !line.trim_ascii().is_empty());
        let rows: Result<Vec<&RawValue>, _> = lines.map(serde_json::from_str).collect();
        rows.map_err(unreadable)?.into_iter().map(|raw| (None, raw)).collect()
    } else if first == Some(b'{') {
        let pairs: Pairs<'_> = serde_json::from_str(body).map_err(unreadable)?;
        pairs.0.into_iter().map(|(key, raw)| (Some(key), raw)).collect()
    } else {
        let rows: Vec<&RawValue> = serde_json::from_str(body).map_err(unreadable)?;
        rows.into_iter().map(|raw| (None, raw)).collect()
    };
    let is_meant = |(key, raw): &(Option<Vec<u8>>, &RawValue)| {
        let Some(mut row) = row::fitting::<R>(raw.get()) else { return false };
        let own = row.id().map(|(_, own)| own.clone()).unwrap_or_default();
        match key {
            Some(key) if own.is_empty() => key == id.as_bytes(),
            _ => own == id,
        }
    };
    let meant = rows.into_iter().rev().find(is_meant);
    meant
        .map(|(_, raw)| raw.get())
        .ok_or_else(|| EditError::NoRow { file: file.to_owned(), id: id.to_owned() })
}

/// A policy file with a key set as it is in `wanted`; what switches it off leaves its line as a
/// comment.
///
/// # Errors
/// Where the text is no policy, or there is no place for the key in the way it is written.
pub fn set_key(
    text: &str,
    key: &'static Key<Policy>,
    wanted: &Policy,
) -> Result<String, EditError> {
    let policy = parse(text).map_err(|findings| {
        let first = findings.first().map(ToString::to_string);
        EditError::Unreadable(first.unwrap_or_else(|| format!("cannot read {POLICY_FILE}")))
    })?;
    let value = key.text(wanted);
    if key.text(&policy) == value {
        return Ok(text.to_owned());
    }
    let mut meant = policy;
    // It was read from the same key's text.
    let _ = key.set_text(&mut meant, &value);
    // Of all the ways to write it the first that then reads as meant.
    let ways = ways(text, key, key.written(wanted));
    let fits = |text: &String| parse(text).is_ok_and(|policy| policy == meant);
    ways.into_iter().find(fits).ok_or(EditError::NoPlace { key: key.name, value })
}

/// A policy file without an experiment.
///
/// # Errors
/// Where the text is no policy, or the experiment in it is no `[[experiment]]` of its own.
pub fn without_experiment(text: &str, id: &str) -> Result<String, EditError> {
    let unreadable = || EditError::Unreadable(format!("cannot read {POLICY_FILE}"));
    let mut meant = parse(text).map_err(|findings| {
        findings.first().map_or_else(unreadable, |first| EditError::Unreadable(first.to_string()))
    })?;
    meant.experiments.retain(|one| one.id() != id);
    let (mark, body) = match text.strip_prefix('\u{feff}') {
        Some(body) => ("\u{feff}", body),
        None => ("", text),
    };
    let document = Document::parse(body).map_err(|_| unreadable())?;
    let tables = document.get("experiment").and_then(Item::as_array_of_tables);
    let is_it = |table: &&Table| table.get("id").and_then(Item::as_str) == Some(id);
    let table = tables.and_then(|tables| tables.iter().find(is_it));
    let changed = table.map(|table| format!("{mark}{}", without_table(body, table)));
    let fits = |text: &String| parse(text).is_ok_and(|policy| policy == meant);
    changed.filter(fits).ok_or_else(|| EditError::NotABlock(id.to_owned()))
}

/// Texts in which the key may have that value; `None` stands for off.
fn ways(text: &str, key: &Key<Policy>, value: Option<String>) -> Vec<String> {
    let mut ways = Vec::new();
    let (mark, body) = match text.strip_prefix('\u{feff}') {
        Some(body) => ("\u{feff}", body),
        None => ("", text),
    };
    let newline = if body.contains("\r\n") { "\r\n" } else { "\n" };
    let (section, own) = (key.section(), key.own_name());
    let document = DeTable::parse(body).ok();
    let table = document.as_ref().and_then(|document| document.get_ref().get(section));
    let old = match (section, table.map(|table| table.get_ref())) {
        ("", _) => document.as_ref().and_then(|document| document.get_ref().get(own)),
        (_, Some(DeValue::Table(table))) => table.get(own),
        _ => None,
    };
    let old = old.map(|old| old.span());
    let with = |at: usize, new: &str| {
        let (before, after) = body.split_at_checked(at)?;
        Some(format!("{mark}{before}{new}{after}"))
    };
    match (&old, &value) {
        (Some(old), Some(value)) => {
            let (before, after) = (body.get(..old.start), body.get(old.end..));
            ways.extend(
                before.zip(after).map(|(before, after)| format!("{mark}{before}{value}{after}")),
            );
        }
        (Some(old), None) => {
            let before = body.get(..old.start).unwrap_or_default();
            ways.extend(with(before.rfind('\n').map_or(0, |end| end + 1), "#"));
        }
        (None, Some(value)) if section.is_empty() => {
            ways.extend(with(0, &format!("{own} = {value}{newline}")));
        }
        (None, Some(value)) => {
            let header = format!("[{section}]");
            let mut at = 0;
            for line in body.split_inclusive('\n') {
                at += line.len();
                if line.trim_start().starts_with(&header) {
                    let end = if line.ends_with('\n') { "" } else { newline };
                    ways.extend(with(at, &format!("{end}{own} = {value}{newline}")));
                }
            }
            if let Some(table) = table {
                ways.extend(with(
                    table.span().end.saturating_sub(1),
                    &format!(", {own} = {value} "),
                ));
            }
            ways.extend(with(0, &format!("{section}.{own} = {value}{newline}")));
            let end = if body.is_empty() || body.ends_with('\n') { "" } else { newline };
            let between = if body.is_empty() { "" } else { newline };
            let block = format!("{end}{between}{header}{newline}{own} = {value}{newline}");
            let last = with(body.len(), &block);
            // A table of its own is what people write; a dotted key at the top only where that fails.
            if let Some(last) = last {
                ways.insert(ways.len().saturating_sub(1), last);
            }
        }
        (None, None) => {}
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Playbook;
    use crate::domain::policy_key::ValueType;
    use crate::domain::policy_keys::{KEYS, find};

    fn set(text: &str, name: &str, value: &str) -> Result<String, EditError> {
        let key = find(KEYS, name).unwrap();
        let mut wanted = Policy::default();
        key.set_text(&mut wanted, value).unwrap();
        set_key(text, key, &wanted)
    }

    #[test]
    fn a_key_is_set_where_it_stands_and_the_rest_stays() {
        let text = "\u{feff}# ours\r\n[matching] # how\r\nranking = \"roi\" # for now\r\n";
        assert_eq!(
            set(text, "matching.ranking", "net_value").unwrap(),
            "\u{feff}# ours\r\n[matching] # how\r\nranking = \"net_value\" # for now\r\n"
        );
        assert_eq!(
            set(text, "matching.confidence_threshold", "0.7").unwrap(),
            "\u{feff}# ours\r\n[matching] # how\r\nconfidence_threshold = 0.7\r\nranking = \"roi\" \
             # for now\r\n"
        );
        assert_eq!(
            set("", "approval.required_at_cost", "500").unwrap(),
            "[approval]\nrequired_at_cost = 500\n"
        );
        let on = "[approval]\n  required_at_cost = 500\n";
        let off = set(on, "approval.required_at_cost", "off").unwrap();
        assert_eq!(off, "[approval]\n#  required_at_cost = 500\n");
        assert_eq!(set(&off, "approval.required_at_cost", "off").unwrap(), off, "as it is");
    }

    #[test]
    fn every_key_finds_a_place_in_every_way_to_write_a_policy() {
        let texts = [
            "",
            "[matching]",
            "[targets]\nhigh_risk_at = 0.4\n[[approver]]\nname = \"dana\"",
            "matching.ranking = \"roi\"\napproval.risk_tolerance = 0.1\n",
            "matching = { ranking = \"roi\" }\napproval = { required_at_cost = 5 }\n",
            include_str!("../../sample_data/nextplay.toml"),
        ];
        for text in texts {
            for key in KEYS {
                let mut wanted = Policy::default();
                let value = match key.value_type() {
                    ValueType::Number(_) => "0.25",
                    ValueType::Choice(names) => names[names.len() - 1],
                    ValueType::Flag => "true",
                    ValueType::Name | ValueType::List | ValueType::Text => "approve",
                    ValueType::SigningKeys => continue,
                };
                key.set_text(&mut wanted, value).unwrap();
                let text = match key.name {
                    // It is no policy without the days.
                    "contact.max_plays" => set(text, "contact.per_days", "30").unwrap(),
                    _ => text.to_owned(),
                };
                let set = set_key(&text, key, &wanted).unwrap();
                assert_eq!(key.text(&parse(&set).unwrap()), key.text(&wanted), "{set}");
            }
        }
        assert!(matches!(set("x = 1", "matching.ranking", "roi"), Err(EditError::Unreadable(_))));
        let two = "approval = { required_at_cost = 5, risk_tolerance = 0.1 }";
        let off = set(two, "approval.required_at_cost", "off");
        assert!(matches!(off, Err(EditError::NoPlace { .. })), "no line to leave out");
    }

    #[test]
    fn an_experiment_is_taken_out_and_the_rest_stays() {
        let block = |id: &str| {
            format!(
                "[[experiment]]\r\nid = \"{id}\" # ours\r\nstage = \"s\"\r\narms = [\r\n  \"A\",\r\n  \"B\",\r\n]\r\n\
                 share = [0.5, 0.5]\r\nstarts = 2026-01-05\r\n"
            )
        };
        let (one, two) = (block("one"), block("two"));
        let text = format!(
            "\u{feff}# the policy\r\n\r\n# first\r\n{one}\r\n# second\r\n{two}\r\n[targets]\r\n#x\r\n"
        );
        assert_eq!(
            without_experiment(&text, "one").unwrap(),
            format!("\u{feff}# the policy\r\n\r\n# second\r\n{two}\r\n[targets]\r\n#x\r\n")
        );
        assert_eq!(
            without_experiment(&text, "two").unwrap(),
            format!("\u{feff}# the policy\r\n\r\n# first\r\n{one}\r\n[targets]\r\n#x\r\n")
        );
        let inline = "experiment = [{id = \"one\", stage = \"s\", arms = [\"A\", \"B\"], share = [0.5, 0.5], starts = 2026-01-05}]";
        assert!(matches!(without_experiment(inline, "one"), Err(EditError::NotABlock(_))));
        assert!(matches!(without_experiment("x = 1", "one"), Err(EditError::Unreadable(_))));
    }

    fn playbooks(text: &str, field: &str, value: &str) -> Result<String, EditError> {
        set_field::<Playbook>(text, "journey_playbooks.json", "P1", field, value)
    }

    #[test]
    fn a_field_is_set_in_the_row_that_counts_and_the_rest_stays() {
        let text = "\u{feff}[\r\n {\"playbook_id\":\"P1\",\"x\":1},\r\n \
                    {\"status\": \"draft\" ,\"playbook_id\":\"P1\",\"status\":\"draft\", \"y\":[1] }\r\n]\r\n";
        assert_eq!(
            playbooks(text, "status", "\"active\"").unwrap(),
            text.replace("\"draft\"", "\"active\""),
            "wherever the key stands"
        );
        assert_eq!(
            playbooks(text, "risk_threshold", "0.7").unwrap(),
            text.replace("\"y\":[1] }", "\"y\":[1], \"risk_threshold\": 0.7 }")
        );
        let keyed = "{\"P0\":{},\"P1\":{}}";
        assert_eq!(
            playbooks(keyed, "name", "null").unwrap(),
            "{\"P0\":{},\"P1\":{\"name\": null}}"
        );
        assert!(matches!(playbooks("[]", "name", "null"), Err(EditError::NoRow { .. })));
        assert!(matches!(playbooks("[", "name", "null"), Err(EditError::Unreadable(_))));
    }
}
