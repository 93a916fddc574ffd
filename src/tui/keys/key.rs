//! A key as it is pressed and as it is written.

use std::fmt;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key as it is pressed. Its text is how help and footer write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// What the terminal reports.
    pub code: KeyCode,
    /// True where Ctrl is held.
    pub control: bool,
    /// True where Shift has to be held.
    pub shift: bool,
}

pub(crate) const fn key(code: KeyCode) -> Key {
    Key { code, control: false, shift: false }
}

pub(crate) const fn ch(c: char) -> Key {
    key(KeyCode::Char(c))
}

pub(crate) const fn ctrl(c: char) -> Key {
    Key { control: true, ..ch(c) }
}

/// A key that is another one with Shift.
pub(crate) const fn shifted(code: KeyCode) -> Key {
    Key { shift: true, ..key(code) }
}

impl Key {
    /// True where it was pressed, with no other modifier held than it asks for.
    pub(crate) fn is_exactly(&self, pressed: &KeyEvent) -> bool {
        self.is(pressed) && self.shift == pressed.modifiers.contains(KeyModifiers::SHIFT)
    }

    /// The key as a terminal reports it.
    pub fn pressed(&self) -> KeyEvent {
        let capital = matches!(self.code, KeyCode::Char(c) if c.is_uppercase());
        let shift = self.shift || capital || self.code == KeyCode::BackTab;
        let held = [(self.control, KeyModifiers::CONTROL), (shift, KeyModifiers::SHIFT)];
        let held = held.into_iter().filter_map(|(held, modifier)| held.then_some(modifier));
        KeyEvent::new(self.code, held.collect())
    }

    pub(crate) fn is(&self, pressed: &KeyEvent) -> bool {
        let control = pressed.modifiers.contains(KeyModifiers::CONTROL);
        let other = pressed.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER);
        // Shift is in the character already, or does not matter where no key asks for it.
        let shift = !self.shift || pressed.modifiers.contains(KeyModifiers::SHIFT);
        pressed.code == self.code && control == self.control && shift && !other
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.control {
            f.write_str("Ctrl-")?;
        }
        if self.shift {
            f.write_str("Shift-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) if self.control => write!(f, "{}", c.to_ascii_uppercase()),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            KeyCode::F(number) => write!(f, "F{number}"),
            // Esc, Enter, Tab, Home, End, Backspace …
            other => write!(f, "{other:?}"),
        }
    }
}
