//! What the key of a setting means in the data at hand: the playbook, the performance row, the field.

use std::fmt::Display;

use compact_str::CompactString;

use crate::domain::policy_keys::{APPROVER, KEYS, alike, sections};
use crate::domain::suggestion::{Suggestion, did_you_mean, most_similar, suggestions};
use crate::domain::{PerformanceRow, Playbook};
use crate::store::Dataset;
use crate::store::row::{Field, Row, Slot};

/// Why there is nothing of the name that a key gives.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no such key.
    #[error("unknown key {key}; {meant}")]
    Unknown {
        /// The key that was given.
        key: String,
        /// What may be meant, or why it is no key of a scenario.
        meant: String,
    },
    /// The data has no playbook of that id.
    #[error("there is no playbook {id}; {}", meant(.nearest, "the data has none"))]
    NoPlaybook {
        /// The id that was given.
        id: String,
        /// The most similar ids; empty where the data has none.
        nearest: Vec<Suggestion>,
    },
    /// The row of the playbook was skipped, so there is nothing to change.
    #[error(
        "the row of playbook {id} was skipped: {field} is {found}, expected {expected}; fix it in \
         the file first"
    )]
    SetAside {
        /// The playbook's id.
        id: String,
        /// The field that does not fit, or `it` for the whole row.
        field: String,
        /// What the field holds.
        found: String,
        /// What belongs there.
        expected: String,
    },
    /// The playbook has no performance row for the segment.
    #[error(
        "{id} has no performance row for {segment}, and a performance that was not measured cannot be set; {}",
        others(.segments)
    )]
    NoRow {
        /// The playbook's id.
        id: String,
        /// The segment that was given.
        segment: String,
        /// The segments that it has rows for, by name.
        segments: Vec<String>,
    },
    /// A playbook or a performance row has no such field that can be set.
    #[error("{of} has no field {field} to be set; did you mean {nearest}? There are {all}")]
    NoField {
        /// `a playbook` or `a performance row`.
        of: &'static str,
        /// The field that was given.
        field: String,
        /// The most similar field that can be set.
        nearest: String,
        /// All fields that can be set, with commas between them.
        all: String,
    },
}

fn meant<T: Display>(nearest: &[T], otherwise: &str) -> String {
    did_you_mean(nearest).unwrap_or_else(|| otherwise.to_owned())
}

fn others(segments: &[String]) -> String {
    match segments {
        [] => "set the playbook's avg_cost_estimate or expected_value_range instead".to_owned(),
        all => format!("it has one for {}", all.join(", ")),
    }
}

/// What to say of a key that there is not.
pub fn unknown_key(key: &str) -> KeyError {
    let unknown = |meant: String| KeyError::Unknown { key: key.to_owned(), meant };
    let approvers = format!("{APPROVER}.");
    if key == APPROVER || key.starts_with(&approvers) {
        return unknown("who may decide changes no recommendation".to_owned());
    }
    if key.starts_with("data.") {
        return unknown(
            "a policy file can be compared instead: it says which rows are read".to_owned(),
        );
    }
    let section = key.rsplit_once('.').map(|(section, _)| section).unwrap_or_default();
    let Some(meant) = alike(key) else {
        let sections = sections();
        return unknown(match sections.contains(&section) {
            true => meant(&most_similar(key, KEYS.iter().map(|key| key.name)), ""),
            false => {
                let sections: Vec<String> = sections
                    .iter()
                    .filter(|section| **section != "data")
                    .map(|section| format!("{section}.…"))
                    .collect();
                format!(
                    "expected a key of the policy ({}), playbook.<id>.<field> or \
                     performance.<id>.<segment>.<field>",
                    sections.join(", ")
                )
            }
        });
    };
    // A key in the same table is told by its own name.
    let full = match meant.contains(['.', '[']) {
        true => meant,
        false => format!("{section}.{meant}"),
    };
    unknown(format!("did you mean {full}?"))
}

/// The longest of some ids that a text begins with and a dot follows, and what stands after that.
fn longest<'a, 't>(
    ids: impl Iterator<Item = &'a str>,
    text: &'t str,
) -> Option<(&'a str, &'t str)> {
    let after = |id: &'a str| Some((id, text.strip_prefix(id)?.strip_prefix('.')?));
    ids.filter_map(after).max_by_key(|(id, _)| id.len())
}

/// The name before the field, where it is none that is known: up to the last dot before the value.
fn name_of(text: &str) -> &str {
    let key = text.split_once('=').map_or(text, |(key, _)| key);
    key.rsplit_once('.').map_or(key, |(name, _)| name)
}

/// `<id>.<field>=<value>`
pub fn playbook_field<'t>(
    text: &'t str,
    dataset: &Dataset,
) -> Result<(CompactString, &'static Field<Playbook>, &'t str), KeyError> {
    let known = || dataset.playbooks().map(|playbook| playbook.id.as_str());
    let Some((id, rest)) = longest(known(), text) else {
        let set_aside = dataset.skipped_playbooks().find(|row| {
            let id = row.playbook_id.as_str();
            !id.is_empty() && text.strip_prefix(id).is_some_and(|rest| rest.starts_with('.'))
        });
        if let Some(row) = set_aside {
            return Err(KeyError::SetAside {
                id: row.playbook_id.to_string(),
                field: row.field.as_deref().unwrap_or("it").to_owned(),
                found: row.found.clone(),
                expected: row.expected.clone(),
            });
        }
        let id = name_of(text).to_owned();
        return Err(KeyError::NoPlaybook { nearest: suggestions(&id, known()), id });
    };
    let settable = |slot: &Slot<Playbook>| !matches!(slot, Slot::Id(_) | Slot::Customer(_));
    let (field, value) = field(rest, "a playbook", settable)?;
    Ok((id.into(), field, value))
}

/// `<id>.<segment>.<field>=<value>`
pub fn performance_field<'t>(
    text: &'t str,
    dataset: &Dataset,
) -> Result<(CompactString, CompactString, &'static Field<PerformanceRow>, &'t str), KeyError> {
    let rows = || dataset.performance.iter().filter(|row| row.segment.is_some());
    let pairs = rows().filter_map(|row| {
        let (segment, id) = (row.segment.as_deref()?, row.playbook_id.as_str());
        let rest = text.strip_prefix(id)?.strip_prefix('.')?;
        let rest = rest.strip_prefix(segment)?.strip_prefix('.')?;
        Some((id, segment, rest))
    });
    let best = pairs.max_by_key(|(id, segment, _)| (id.len(), segment.len()));
    if let Some((id, segment, rest)) = best {
        let settable = |slot: &Slot<PerformanceRow>| matches!(slot, Slot::Number(_));
        let (field, value) = field(rest, "a performance row", settable)?;
        return Ok((id.into(), segment.into(), field, value));
    }
    let known = || {
        let of_rows = dataset.performance.iter().map(|row| row.playbook_id.as_str());
        dataset.playbooks().map(|playbook| playbook.id.as_str()).chain(of_rows)
    };
    let Some((id, rest)) = longest(known(), text) else {
        let id = name_of(name_of(text)).to_owned();
        let mut known: Vec<&str> = known().collect();
        known.sort_unstable();
        known.dedup();
        return Err(KeyError::NoPlaybook { nearest: suggestions(&id, known), id });
    };
    let segments = rows().filter(|row| row.playbook_id == id).filter_map(|row| row.segment.clone());
    let mut segments: Vec<String> = segments.map(|segment| segment.to_string()).collect();
    segments.sort_unstable();
    segments.dedup();
    Err(KeyError::NoRow { id: id.to_owned(), segment: name_of(rest).to_owned(), segments })
}

/// `<field>=<value>`
fn field<'t, R: Row>(
    text: &'t str,
    of: &'static str,
    settable: impl Fn(&Slot<R>) -> bool,
) -> Result<(&'static Field<R>, &'t str), KeyError> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let name = name.trim();
    let fields = || R::FIELDS.iter().filter(|field| settable(&field.slot));
    match fields().find(|field| field.name == name) {
        Some(field) => Ok((field, value)),
        None => {
            let all: Vec<&str> = fields().map(|field| field.name).collect();
            Err(KeyError::NoField {
                of,
                field: name.to_owned(),
                nearest: most_similar(name, all.iter().copied())
                    .into_iter()
                    .next()
                    .unwrap_or_default(),
                all: all.join(", "),
            })
        }
    }
}
