//! A row of the table of keys: what a key does, where, and when it cannot.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::{Action, Context};
use crate::tui::state::State;

/// A key as it is pressed and as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub code: KeyCode,
    pub control: bool,
    pub name: &'static str,
}

pub(crate) const fn key(code: KeyCode, name: &'static str) -> Key {
    Key { code, control: false, name }
}

pub(crate) const fn ch(c: char, name: &'static str) -> Key {
    key(KeyCode::Char(c), name)
}

pub(crate) const fn ctrl(c: char, name: &'static str) -> Key {
    Key { code: KeyCode::Char(c), control: true, name }
}

impl Key {
    pub(crate) fn is(&self, pressed: &KeyEvent) -> bool {
        let control = pressed.modifiers.contains(KeyModifiers::CONTROL);
        let other = pressed.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER);
        // Shift is in the character already, or does not matter.
        pressed.code == self.code && control == self.control && !other
    }
}

/// A row of the table.
pub struct Binding {
    pub contexts: &'static [Context],
    pub keys: &'static [Key],
    pub action: Action,
    /// For the hint line; empty where it is not shown there.
    pub label: &'static str,
    /// For the help page; empty where another row tells it.
    pub help: &'static str,
    /// Why it cannot be done now, if so.
    pub blocked: fn(&State) -> Option<String>,
}
