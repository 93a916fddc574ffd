//! One change of a scenario, from its text: `KEY=VALUE`.

use std::fmt;

use compact_str::CompactString;

use super::target;
use crate::domain::policy_key::{BearsOn, Key};
use crate::domain::policy_keys::{KEYS, find};
use crate::domain::policy_text::list;
use crate::domain::text::is_control;
use crate::domain::{Error, ErrorKind, PerformanceRow, Playbook, Policy, json};
use crate::store::Dataset;
use crate::store::row::{Field, Row as _, Slot};
use crate::store::slot::describe;

/// What a setting changes.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Policy(&'static Key<Policy>),
    Playbook(&'static Field<Playbook>),
    Performance(&'static Field<PerformanceRow>),
}

/// A change of one value: of the policy, of a playbook, or of the performance row that counts for a
/// playbook in a segment. Made by [`Setting::parse`]; what it holds fits its place.
#[derive(Clone)]
pub struct Setting {
    pub(super) place: Place,
    /// Empty where it is about the policy.
    pub(super) playbook_id: CompactString,
    /// Empty unless it is about a performance row.
    pub(super) segment: CompactString,
    /// Of a policy key the text of its value, of a field its JSON.
    pub(super) value: String,
}

/// Why a text is no setting: what was found, what is expected, and the nearest that there is. Text
/// from data files in it is not yet escaped.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SettingError {
    /// The text has no `=`.
    #[error("{0:?} is no setting; expected KEY=VALUE, as in matching.confidence_threshold=0.7")]
    NoValue(String),
    /// There is no such key, playbook, row or field.
    #[error("{}", .0.one_line())]
    Key(#[from] Error),
    /// The value does not belong there.
    #[error("{key} is {found}, expected {expected}")]
    Value {
        /// The key.
        key: String,
        /// The value, described.
        found: String,
        /// What the key takes.
        expected: String,
    },
}

impl From<SettingError> for Error {
    fn from(error: SettingError) -> Self {
        let usage = |message: String| Self::new(ErrorKind::Usage, message);
        match error {
            SettingError::Key(error) => error,
            SettingError::NoValue(text) => usage(format!("{text:?} is not a setting"))
                .hint("expected KEY=VALUE, such as matching.confidence_threshold=0.7"),
            error @ SettingError::Value { .. } => usage(error.to_string()),
        }
    }
}

impl Setting {
    /// Reads `KEY=VALUE`. KEY is a policy key, `playbook.<id>.<field>` or
    /// `performance.<id>.<segment>.<field>`; an id is the longest one in the data that fits, so it may
    /// have dots in it. A field's VALUE is what its file may hold, where texts need no quotes and lists
    /// no brackets; `null` takes it away.
    ///
    /// # Errors
    /// Where there is no such key, id, row or field, or the value does not belong there.
    pub fn parse(text: &str, dataset: &Dataset) -> Result<Self, SettingError> {
        if !text.contains('=') {
            return Err(SettingError::NoValue(text.to_owned()));
        }
        if let Some(rest) = text.strip_prefix("playbook.") {
            let (id, field, value) = target::playbook_field(rest, dataset)?;
            return Self::playbook(&id, field, value);
        }
        if let Some(rest) = text.strip_prefix("performance.") {
            let (id, segment, field, value) = target::performance_field(rest, dataset)?;
            return Self::performance(&id, &segment, field, value);
        }
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        let key = key.trim();
        let found = find(KEYS, key).filter(|key| key.bears_on != BearsOn::Data);
        let found = found.ok_or_else(|| target::unknown_key(key))?;
        Self::policy(found, value)
    }

    /// Sets a policy key; `off` switches a limit off.
    ///
    /// # Errors
    /// Where the value does not belong there.
    pub fn policy(key: &'static Key<Policy>, value: &str) -> Result<Self, SettingError> {
        let mut policy = Policy::default();
        key.set_text(&mut policy, value).map_err(|unfit| SettingError::Value {
            key: key.name.to_owned(),
            found: found(value),
            expected: unfit.expected,
        })?;
        Ok(Self {
            place: Place::Policy(key),
            playbook_id: CompactString::default(),
            segment: CompactString::default(),
            value: key.text(&policy),
        })
    }

    /// Sets a field of a playbook.
    ///
    /// # Errors
    /// Where the value does not belong there.
    pub fn playbook(
        id: &str,
        field: &'static Field<Playbook>,
        value: &str,
    ) -> Result<Self, SettingError> {
        let key = || format!("playbook.{id}.{}", field.name);
        let mut row = Playbook::default();
        let value = typed(&field.slot, &mut row, value, key)?;
        if let Some(objection) = row.objection() {
            let expected = objection.expected.to_owned();
            return Err(SettingError::Value { key: key(), found: describe(&value), expected });
        }
        let segment = CompactString::default();
        Ok(Self { place: Place::Playbook(field), playbook_id: id.into(), segment, value })
    }

    /// Sets a field of the performance row that counts for a playbook in a segment.
    ///
    /// # Errors
    /// Where the value does not belong there.
    pub fn performance(
        id: &str,
        segment: &str,
        field: &'static Field<PerformanceRow>,
        value: &str,
    ) -> Result<Self, SettingError> {
        let key = || format!("performance.{id}.{segment}.{}", field.name);
        let value = typed(&field.slot, &mut PerformanceRow::default(), value, key)?;
        let place = Place::Performance(field);
        Ok(Self { place, playbook_id: id.into(), segment: segment.into(), value })
    }

    /// The same setting with another value.
    ///
    /// # Errors
    /// Where the value does not belong there.
    pub fn with_value(&self, value: &str) -> Result<Self, SettingError> {
        match self.place {
            Place::Policy(key) => Self::policy(key, value),
            Place::Playbook(field) => Self::playbook(&self.playbook_id, field, value),
            Place::Performance(field) => {
                Self::performance(&self.playbook_id, &self.segment, field, value)
            }
        }
    }

    /// The KEY: what it sets.
    pub fn key(&self) -> String {
        let Self { playbook_id, segment, .. } = self;
        match self.place {
            Place::Policy(key) => key.name.to_owned(),
            Place::Playbook(field) => format!("playbook.{playbook_id}.{}", field.name),
            Place::Performance(field) => {
                format!("performance.{playbook_id}.{segment}.{}", field.name)
            }
        }
    }

    /// The VALUE, so that [`Setting::parse`] reads it back.
    pub fn value(&self) -> String {
        let bare = |text: &String| {
            let alone = !text.starts_with('"') && text != "null" && text.trim() == text;
            // JSON escapes what would act on a terminal.
            let alone = alone && !text.chars().any(is_control);
            alone.then(|| text.clone())
        };
        let is_text = match self.place {
            Place::Playbook(field) => matches!(field.slot, Slot::Text(_)),
            Place::Policy(_) | Place::Performance(_) => false,
        };
        let text = if is_text { serde_json::from_str(&self.value).ok() } else { None };
        text.as_ref().and_then(bare).unwrap_or_else(|| self.value.clone())
    }

    /// The field that it sets of a playbook, by the playbook's id and as JSON: for whoever writes it
    /// into a file.
    pub fn of_playbook(&self) -> Option<(&str, &'static str, &str)> {
        match self.place {
            Place::Playbook(field) => Some((&self.playbook_id, field.name, &self.value)),
            Place::Policy(_) | Place::Performance(_) => None,
        }
    }

    /// True where it sets a field of a performance row.
    pub fn is_of_performance(&self) -> bool {
        matches!(self.place, Place::Performance(_))
    }

    /// True where recommendations depend, with it, on what was done before.
    pub fn is_of_contact_limit(&self) -> bool {
        matches!(self.place, Place::Policy(key)
            if key.section() == "contact" && key.bears_on == BearsOn::Recommendations)
    }

    /// True where both set the same, be it to different values.
    pub fn same_place(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    /// Sets a key of a policy; nothing where it is about something else.
    pub(crate) fn set_policy(&self, policy: &mut Policy) {
        if let Place::Policy(key) = self.place {
            // It was read by the same key before.
            let _ = key.set_text(policy, &self.value);
        }
    }

    pub(super) fn set_playbook(&self, row: &mut Playbook) {
        if let Place::Playbook(field) = self.place {
            let _ = field.slot.set(row, &self.value);
        }
    }

    pub(super) fn set_performance(&self, row: &mut PerformanceRow) {
        if let Place::Performance(field) = self.place {
            let _ = field.slot.set(row, &self.value);
        }
    }
}

/// `KEY=VALUE`, so that [`Setting::parse`] reads it back.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key(), self.value())
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Setting({self})")
    }
}

impl PartialEq for Setting {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value && self.same_place(other)
    }
}

/// A text in words short enough for a message.
fn found(text: &str) -> String {
    if text.trim().is_empty() { "empty".to_owned() } else { describe(text.trim()) }
}

/// The JSON of a value, which is kept in `row`.
fn typed<R: Clone>(
    slot: &Slot<R>,
    row: &mut R,
    text: &str,
    key: impl Fn() -> String,
) -> Result<String, SettingError> {
    let trimmed = text.trim();
    let json = json_of(slot, trimmed);
    match slot.set(row, &json) {
        // As it would be told: `0.50` and `0.5` are the same.
        Ok(()) => Ok(slot.json(row)),
        Err(_) => {
            let expected = match slot {
                Slot::Texts(_) => "texts with commas between them, or a JSON list",
                Slot::Numbers(_) => "numbers with commas between them, or a JSON list",
                _ => slot.expected(&json),
            };
            let expected = expected.to_owned();
            Err(SettingError::Value { key: key(), found: found(trimmed), expected })
        }
    }
}

/// A value as its file would have it, whether or not it belongs there.
fn json_of<R>(slot: &Slot<R>, text: &str) -> String {
    if text == "null" {
        return text.to_owned();
    }
    match slot {
        Slot::Text(_) | Slot::Id(_) | Slot::Customer(_) if !text.starts_with('"') => {
            json::line(text)
        }
        Slot::Texts(_) => match list(text) {
            Some(items) => json::line(&items),
            None => text.to_owned(),
        },
        Slot::Numbers(_) if !text.starts_with('[') => format!("[{text}]"),
        _ => text.to_owned(),
    }
}
