//! A key as it is pressed and as it is written.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key as it is pressed and as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// What the terminal reports.
    pub code: KeyCode,
    /// True where Ctrl is held.
    pub control: bool,
    /// True where Shift has to be held.
    pub shift: bool,
    /// As help and footer write it.
    pub name: &'static str,
}

pub(crate) const fn key(code: KeyCode, name: &'static str) -> Key {
    Key { code, control: false, shift: false, name }
}

pub(crate) const fn ch(c: char, name: &'static str) -> Key {
    key(KeyCode::Char(c), name)
}

pub(crate) const fn ctrl(c: char, name: &'static str) -> Key {
    Key { control: true, ..ch(c, name) }
}

/// A key that is another one with Shift; its row stands before that of the key alone.
pub(crate) const fn shifted(code: KeyCode, name: &'static str) -> Key {
    Key { shift: true, ..key(code, name) }
}

impl Key {
    pub(crate) fn is(&self, pressed: &KeyEvent) -> bool {
        let control = pressed.modifiers.contains(KeyModifiers::CONTROL);
        let other = pressed.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER);
        // Shift is in the character already, or does not matter where no key asks for it.
        let shift = !self.shift || pressed.modifiers.contains(KeyModifiers::SHIFT);
        pressed.code == self.code && control == self.control && shift && !other
    }
}
