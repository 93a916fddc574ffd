//! The keys in use: the table of bindings with the keys of each row, which the user may have changed.

use std::fmt;
use std::ops::Deref;

use ratatui::crossterm::event::KeyEvent;

use super::action::{Action, Context};
use super::binding::Binding;
use super::bindings::BINDINGS;
use super::key::Key;
use crate::tui::screen::id::Screen;

/// A row of [`BINDINGS`] with the keys that are in use for it.
#[derive(Clone)]
pub struct Bound {
    /// The row.
    pub row: &'static Binding,
    /// Its keys; the footer shows the first. Empty where the action has no key.
    pub keys: Vec<Key>,
}

impl Deref for Bound {
    type Target = Binding;

    fn deref(&self) -> &Binding {
        self.row
    }
}

impl Bound {
    /// The first key as it is written; empty where there is none.
    pub fn key_name(&self) -> String {
        match self.action {
            // One row stands for the nine digits.
            Action::Reason(_) | Action::NthView(_) => "1–9".to_owned(),
            _ => self.keys.first().map(Key::to_string).unwrap_or_default(),
        }
    }

    /// The keys as they are written, with blanks between them.
    pub fn key_names(&self) -> String {
        match self.action {
            Action::Reason(_) | Action::NthView(_) => self.key_name(),
            _ => self.keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" "),
        }
    }

    /// True where a key that was pressed in a context is one of its keys.
    pub fn takes(&self, context: Context, pressed: &KeyEvent) -> bool {
        self.contexts.iter().any(|c| *c == context || *c == Context::Any)
            && self.keys.iter().any(|key| key.is(pressed))
    }
}

/// The keys in use, row by row.
#[derive(Clone)]
pub struct Keymap(Vec<Bound>);

impl Default for Keymap {
    /// The keys of [`BINDINGS`].
    fn default() -> Self {
        Self(BINDINGS.iter().map(|row| Bound { row, keys: row.keys.to_vec() }).collect())
    }
}

impl fmt::Debug for Keymap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|row| (row.action, row.key_names()))).finish()
    }
}

impl Keymap {
    /// The rows, in the order of [`BINDINGS`].
    pub fn rows(&self) -> impl Iterator<Item = &Bound> {
        self.0.iter()
    }

    /// The first row of an action on a screen.
    pub fn of(&self, action: Action, screen: Screen) -> Option<&Bound> {
        self.rows().find(|row| row.action == action && row.exists_on(screen))
    }
}
