//! What the mouse did, as terminals report it.

use std::time::Instant;

/// Something that the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub kind: MouseKind,
    /// The column of the screen, counted from 0.
    pub column: u16,
    /// The row of the screen, counted from 0.
    pub row: u16,
    /// True while Ctrl is held.
    pub control: bool,
    /// When it arrived.
    pub at: Instant,
}

/// What the mouse can do. The button is the left one; the others mean nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseKind {
    /// The button was pressed.
    Press,
    /// The mouse was moved with the button held.
    Drag,
    /// The button was released.
    Release,
    /// The wheel was turned by so many notches, down where that is more than 0.
    Wheel(i32),
    /// The same to the side, to the right where that is more than 0.
    Sideways(i32),
}

impl Mouse {
    /// Takes in what came right after it, where both are one movement. Returns false where they are
    /// not, and changes nothing then.
    pub fn join(&mut self, later: &Self) -> bool {
        use MouseKind::{Drag, Sideways, Wheel};
        let same_place =
            (self.column, self.row, self.control) == (later.column, later.row, later.control);
        let kind = match (self.kind, later.kind) {
            (Drag, Drag) => Drag,
            (Wheel(a), Wheel(b)) if same_place && (a > 0) == (b > 0) => Wheel(a.saturating_add(b)),
            (Sideways(a), Sideways(b)) if same_place && (a > 0) == (b > 0) => {
                Sideways(a.saturating_add(b))
            }
            _ => return false,
        };
        *self = Self { kind, ..*later };
        true
    }
}

/// Reads a report: the numbers between `ESC [ <` and its last byte, `M` or `m`. `None` where it is
/// none, is about another button, or is one that the terminal keeps for selecting text, with Shift held.
pub fn report(parameters: &[u8], last: u8, at: Instant) -> Option<Mouse> {
    const SHIFT: u32 = 4;
    const ALT: u32 = 8;
    const CONTROL: u32 = 16;
    const MOTION: u32 = 32;
    let text = std::str::from_utf8(parameters).ok()?;
    if !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b';')) {
        return None;
    }
    let mut numbers = text.split(';');
    let mut number = || numbers.next()?.parse::<u32>().ok();
    let (code, column, row) = (number()?, number()?, number()?);
    if numbers.next().is_some() || code & SHIFT != 0 {
        return None;
    }
    // Counted from 1; what is beyond any screen is beyond this one.
    let place = |number: u32| Some(u16::try_from(number.checked_sub(1)?).unwrap_or(u16::MAX));
    let kind = match (code & !(ALT | CONTROL), last) {
        (0, b'M') => MouseKind::Press,
        (0, b'm') => MouseKind::Release,
        (MOTION, b'M') => MouseKind::Drag,
        (64, b'M') => MouseKind::Wheel(-1),
        (65, b'M') => MouseKind::Wheel(1),
        (66, b'M') => MouseKind::Sideways(-1),
        (67, b'M') => MouseKind::Sideways(1),
        _ => return None,
    };
    let control = code & CONTROL != 0;
    Some(Mouse { kind, column: place(column)?, row: place(row)?, control, at })
}
