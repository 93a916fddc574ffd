//! A key as it is pressed and as it is written.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key as it is pressed and as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// What the terminal reports.
    pub code: KeyCode,
    /// True where Ctrl is held.
    pub control: bool,
    /// As help and footer write it.
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
