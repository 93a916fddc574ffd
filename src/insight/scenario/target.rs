//! What the key of a setting means in the data at hand: the playbook, the performance row, the field.

use compact_str::CompactString;

use crate::domain::policy_keys::{APPROVER, KEYS, alike, sections};
use crate::domain::suggestion::{did_you_mean, most_similar, suggestions};
use crate::domain::{Error, ErrorKind, PerformanceRow, Playbook};
use crate::store::Dataset;
use crate::store::row::{Field, Row, Slot};

fn error(message: String) -> Error {
    Error::new(ErrorKind::Usage, message)
}

/// Returns the error of a playbook that there is not.
fn no_playbook<'a>(id: &str, known: impl IntoIterator<Item = &'a str>) -> Error {
    let error = error(format!("no playbook {id:?} in the data"));
    match did_you_mean(&suggestions(id, known)) {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// Returns the error of a policy key that there is not.
pub fn unknown_key(key: &str) -> Error {
    let unknown = |hint: String| error(format!("no policy key {key:?}")).hint(hint);
    let approvers = format!("{APPROVER}.");
    if key == APPROVER || key.starts_with(&approvers) {
        return unknown("approvers change no recommendation".to_owned());
    }
    if key.starts_with("data.") {
        return unknown("compare with a policy file instead: `nextplay diff FILE`".to_owned());
    }
    let section = key.rsplit_once('.').map(|(section, _)| section).unwrap_or_default();
    let Some(meant) = alike(key) else {
        let sections = sections();
        return unknown(match sections.contains(&section) {
            true => {
                let similar = most_similar(key, KEYS.iter().map(|key| key.name));
                did_you_mean(&similar).unwrap_or_default()
            }
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

/// Reads `<id>.<field>=<value>`.
///
/// # Errors
/// Where there is no such playbook or field.
pub fn playbook_field<'t>(
    text: &'t str,
    dataset: &Dataset,
) -> Result<(CompactString, &'static Field<Playbook>, &'t str), Error> {
    let known = || dataset.playbooks().map(|playbook| playbook.id.as_str());
    let Some((id, rest)) = longest(known(), text) else {
        let set_aside = dataset.skipped_playbooks().find(|row| {
            let id = row.playbook_id.as_str();
            !id.is_empty() && text.strip_prefix(id).is_some_and(|rest| rest.starts_with('.'))
        });
        if let Some(row) = set_aside {
            let field = row.field.as_deref().unwrap_or("it");
            let (found, expected) = (&row.found, &row.expected);
            let message = format!(
                "the row of playbook {:?} was skipped: {field} is {found}, expected {expected}",
                row.playbook_id.as_str()
            );
            return Err(error(message).hint("fix it in the file first"));
        }
        let id = name_of(text).to_owned();
        return Err(no_playbook(&id, known()));
    };
    let settable = |slot: &Slot<Playbook>| !matches!(slot, Slot::Id(_) | Slot::Customer(_));
    let (field, value) = field(rest, "a playbook", settable)?;
    Ok((id.into(), field, value))
}

/// Reads `<id>.<segment>.<field>=<value>`.
///
/// # Errors
/// Where there is no such playbook, row or field.
pub fn performance_field<'t>(
    text: &'t str,
    dataset: &Dataset,
) -> Result<(CompactString, CompactString, &'static Field<PerformanceRow>, &'t str), Error> {
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
        return Err(no_playbook(&id, known));
    };
    let segments = rows().filter(|row| row.playbook_id == id).filter_map(|row| row.segment.clone());
    let mut segments: Vec<String> = segments.map(|segment| segment.to_string()).collect();
    segments.sort_unstable();
    segments.dedup();
    let segment = name_of(rest);
    let error = error(format!("{id:?} has no performance row for {segment:?}"));
    Err(error.hint(match segments.as_slice() {
        [] => "set the playbook's avg_cost_estimate or expected_value_range instead".to_owned(),
        all => format!("it has one for {}", all.join(", ")),
    }))
}

/// `<field>=<value>`
fn field<'t, R: Row>(
    text: &'t str,
    of: &'static str,
    settable: impl Fn(&Slot<R>) -> bool,
) -> Result<(&'static Field<R>, &'t str), Error> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let name = name.trim();
    let fields = || R::FIELDS.iter().filter(|field| settable(&field.slot));
    match fields().find(|field| field.name == name) {
        Some(field) => Ok((field, value)),
        None => {
            let all: Vec<&str> = fields().map(|field| field.name).collect();
            let error = error(format!("{of} has no field {name:?} that can be set"));
            let error = match most_similar(name, all.iter().copied()).first() {
                Some(similar) => error.hint(format!("did you mean {similar}?")),
                None => error,
            };
            Err(error.hint(format!("the fields are {}", all.join(", "))))
        }
    }
}
