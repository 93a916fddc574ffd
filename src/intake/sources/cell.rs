//! A cell of a row, whatever the file is that it comes from.

use std::borrow::Cow;

use jiff::civil::DateTime;

use crate::domain::text::short;

/// What stands in one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'t> {
    /// Nothing, or blanks alone.
    Empty,
    /// A text without the blanks around it.
    Text(Cow<'t, str>),
    /// A number as it is written.
    Number(Cow<'t, str>),
    /// True or false.
    Flag(bool),
    /// A date, of formats that tell dates from numbers.
    Date(DateTime),
    /// Another piece of JSON: a list or an object.
    Other(&'t str),
    /// No value where there should be one: what is there, in words.
    Broken(String),
}

impl<'t> Cell<'t> {
    /// Returns the cell of a text.
    #[inline]
    pub fn of_text(text: &'t str) -> Self {
        // Mostly there is nothing to trim.
        let is_seen = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
        if is_seen(text.as_bytes().first()) && is_seen(text.as_bytes().last()) {
            return Self::Text(Cow::Borrowed(text));
        }
        match text.trim() {
            "" => Self::Empty,
            text => Self::Text(Cow::Borrowed(text)),
        }
    }

    /// Returns the cell of a text that had to be put together.
    pub fn of_owned(text: String) -> Self {
        match text.trim() {
            "" => Self::Empty,
            trimmed if trimmed.len() == text.len() => Self::Text(Cow::Owned(text)),
            trimmed => Self::Text(Cow::Owned(trimmed.to_owned())),
        }
    }

    /// Returns the cell of a piece of JSON.
    pub fn of_json(json: &'t str) -> Self {
        match json.as_bytes().first() {
            Some(b'"') => {
                let inner = json.get(1..json.len().saturating_sub(1)).unwrap_or_default();
                if inner.contains('\\') {
                    return serde_json::from_str(json).map_or(Self::Other(json), Self::of_owned);
                }
                Self::of_text(inner)
            }
            Some(b'-' | b'0'..=b'9') => Self::Number(Cow::Borrowed(json)),
            Some(b't') => Self::Flag(true),
            Some(b'f') => Self::Flag(false),
            Some(b'n') | None => Self::Empty,
            Some(_) => Self::Other(json),
        }
    }

    /// Returns what stands there in words short enough for a message.
    pub fn describe(&self) -> String {
        match self {
            Self::Empty => "nothing".to_owned(),
            Self::Text(text) => format!("the text {:?}", short(text)),
            Self::Number(number) => format!("the number {}", short(number)),
            Self::Flag(flag) => flag.to_string(),
            Self::Date(date) => format!("the date {date}"),
            Self::Other(json) if json.starts_with('[') => format!("the list {}", short(json)),
            // With an escape that stands for no character.
            Self::Other(json) if json.starts_with('"') => format!("the text {}", short(json)),
            Self::Other(json) => format!("the object {}", short(json)),
            Self::Broken(what) => what.clone(),
        }
    }
}
