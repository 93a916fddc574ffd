//! What a sequence of a terminal means: a key, or nothing.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::colors::{self, Colors};
use super::scanner::Token;

/// A key that was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stroke {
    /// The key.
    pub key: KeyEvent,
    /// The letter that the key carries in the base layout, where the terminal reports it: `a` for a
    /// key that types `ф`.
    pub base: Option<char>,
}

impl From<KeyEvent> for Stroke {
    fn from(key: KeyEvent) -> Self {
        Self { key, base: None }
    }
}

impl Stroke {
    fn plain(code: KeyCode, modifiers: KeyModifiers) -> Self {
        KeyEvent::new(code, modifiers).into()
    }

    fn char(c: char) -> Self {
        let shift = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
        Self::plain(KeyCode::Char(c), shift)
    }

    /// The character that it types, if it is one.
    pub fn printable(&self) -> Option<char> {
        let held = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SUPER;
        match self.key.code {
            KeyCode::Char(c) if !self.key.modifiers.intersects(held) => Some(c),
            _ => None,
        }
    }

    /// What it stands for in text: a character, or the blank that a line break or a tab becomes.
    pub fn text(&self) -> Option<char> {
        match self.key.code {
            KeyCode::Enter | KeyCode::Tab => Some(' '),
            _ => self.printable(),
        }
    }
}

/// What a token means.
#[derive(Debug, PartialEq)]
pub enum Meaning {
    Strokes(Vec<Stroke>),
    /// The terminal knows the kitty keyboard protocol.
    KeyboardProtocol,
    /// The terminal says something about its colors.
    Colors(Colors),
    Nothing,
}

impl From<Stroke> for Meaning {
    fn from(stroke: Stroke) -> Self {
        Self::Strokes(vec![stroke])
    }
}

/// Returns what a token other than a paste or a movement of the mouse means. A sequence that is no
/// key means nothing: reports of cursor, device, modes and focus are swallowed.
pub fn meaning(token: &Token<'_>) -> Meaning {
    let key = |code| Stroke::plain(code, KeyModifiers::NONE).into();
    match *token {
        Token::Char(c) => Stroke::char(c).into(),
        Token::Control(byte) => control(byte).into(),
        Token::Esc => key(KeyCode::Esc),
        Token::Console(byte @ b'A'..=b'E') => key(KeyCode::F(byte - b'A' + 1)),
        Token::Csi([b'?', b'0'..=b'9', ..], b'u') => Meaning::KeyboardProtocol,
        Token::Csi([b'?', ..], b'c') => Meaning::Colors(Colors::Answered),
        Token::Csi([b'?', b'9', b'9', b'7', b';', ..], b'n') => Meaning::Colors(Colors::Changed),
        Token::Text(text) => colors::background(text).map_or(Meaning::Nothing, Meaning::Colors),
        Token::Csi(parameters, last) => csi(parameters, last),
        Token::Ss3(parameters, last) => ss3(parameters, last),
        Token::Console(_) | Token::Paste { .. } => Meaning::Nothing,
    }
}

/// A control character as the key that sends it.
fn control(byte: u8) -> Stroke {
    let (code, modifiers) = match byte {
        b'\r' => (KeyCode::Enter, KeyModifiers::NONE),
        b'\t' => (KeyCode::Tab, KeyModifiers::NONE),
        0x7f => (KeyCode::Backspace, KeyModifiers::NONE),
        0 => (KeyCode::Char(' '), KeyModifiers::CONTROL),
        0x01..=0x1a => (KeyCode::Char(char::from(byte - 1 + b'a')), KeyModifiers::CONTROL),
        _ => (KeyCode::Char(char::from(byte.wrapping_sub(0x1c) % 4 + b'4')), KeyModifiers::CONTROL),
    };
    Stroke::plain(code, modifiers)
}

/// The numbers of a sequence: parameters, each with its parts. `None` for what is not made of
/// digits, as all reports with a mark of their own are.
fn numbers(parameters: &[u8]) -> Option<Vec<Vec<Option<u32>>>> {
    let text = std::str::from_utf8(parameters).ok()?;
    if !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':')) {
        return None;
    }
    let parts = |parameter: &str| parameter.split(':').map(|part| part.parse().ok()).collect();
    Some(text.split(';').map(parts).collect())
}

fn csi(parameters: &[u8], last: u8) -> Meaning {
    let Some(numbers) = numbers(parameters) else { return Meaning::Nothing };
    let number = |at: usize, part: usize| numbers.get(at)?.get(part).copied().flatten();
    let first = number(0, 0);
    let (modifiers, kind) = (modifiers(number(1, 0)), number(1, 1).unwrap_or(1));
    let code = match (last, first) {
        (b'u', Some(code)) => {
            let text = numbers.get(2).map(Vec::as_slice).unwrap_or_default();
            let kitty = Kitty { code, shifted: number(0, 1), base: number(0, 2), modifiers, text };
            return with_kind(kitty.strokes(), kind);
        }
        // What xterm sends with `modifyOtherKeys`.
        (b'~', Some(27)) => {
            let code = number(2, 0).unwrap_or_default();
            let plain = Kitty { code, shifted: None, base: None, modifiers, text: &[] };
            return with_kind(plain.strokes(), kind);
        }
        (b'~', Some(code)) => tilde(code),
        (b'Z', _) => Some(KeyCode::BackTab),
        (_, None | Some(1)) => letter(last),
        _ => None,
    };
    let shift = if code == Some(KeyCode::BackTab) { KeyModifiers::SHIFT } else { modifiers };
    let strokes = code.map(|code| Stroke::plain(code, modifiers | shift)).into_iter().collect();
    with_kind(strokes, kind)
}

fn ss3(parameters: &[u8], last: u8) -> Meaning {
    let Some(numbers) = numbers(parameters) else { return Meaning::Nothing };
    let held = numbers.last().and_then(|parts| parts.first().copied().flatten());
    let code = match last {
        b'M' => Some(KeyCode::Enter),
        // The number keys of a terminal that keeps them apart: * + , - . / 0 … 9.
        b'j'..=b'y' => Some(KeyCode::Char(char::from(last - b'j' + b'*'))),
        b'X' => Some(KeyCode::Char('=')),
        b'I' => Some(KeyCode::Tab),
        b'R' => Some(KeyCode::F(3)),
        _ => letter(last),
    };
    code.map_or(Meaning::Nothing, |code| Stroke::plain(code, modifiers(held)).into())
}

/// Keys by the letter that ends their sequence. `R` is not among them: it ends the report of where
/// the cursor is as well.
fn letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P' => KeyCode::F(1),
        b'Q' => KeyCode::F(2),
        b'S' => KeyCode::F(4),
        _ => return None,
    })
}

/// Keys by the number before `~`.
fn tilde(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => function(number - 10)?,
        17..=21 => function(number - 11)?,
        23..=26 => function(number - 12)?,
        28 | 29 => function(number - 13)?,
        31..=34 => function(number - 14)?,
        _ => return None,
    })
}

fn function(number: u32) -> Option<KeyCode> {
    u8::try_from(number).ok().map(KeyCode::F)
}

fn modifiers(number: Option<u32>) -> KeyModifiers {
    let bits = number.unwrap_or(1).saturating_sub(1);
    let held = [
        KeyModifiers::SHIFT,
        KeyModifiers::ALT,
        KeyModifiers::CONTROL,
        KeyModifiers::SUPER,
        KeyModifiers::HYPER,
        KeyModifiers::META,
    ];
    let held = held.into_iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
    held.map(|(_, modifier)| modifier).collect()
}

/// Strokes as they were pressed; a key that is let go means nothing.
fn with_kind(mut strokes: Vec<Stroke>, kind: u32) -> Meaning {
    match kind {
        3 => return Meaning::Nothing,
        2 => strokes.iter_mut().for_each(|stroke| stroke.key.kind = KeyEventKind::Repeat),
        _ => {}
    }
    if strokes.is_empty() { Meaning::Nothing } else { Meaning::Strokes(strokes) }
}

/// A key in the kitty protocol's form.
struct Kitty<'a> {
    code: u32,
    shifted: Option<u32>,
    base: Option<u32>,
    modifiers: KeyModifiers,
    /// The characters that it types.
    text: &'a [Option<u32>],
}

impl Kitty<'_> {
    fn strokes(&self) -> Vec<Stroke> {
        let modifiers = self.modifiers;
        let held = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SUPER;
        let base = self.base.and_then(printable);
        let typed: Vec<char> = self.text.iter().filter_map(|c| printable((*c)?)).collect();
        if !modifiers.intersects(held) && !typed.is_empty() {
            let stroke = |c| Stroke { base, ..Stroke::char(c) };
            return typed.into_iter().map(stroke).collect();
        }
        let shift = modifiers.contains(KeyModifiers::SHIFT);
        let code = match self.code {
            9 if shift => KeyCode::BackTab,
            9 => KeyCode::Tab,
            13 | 57414 => KeyCode::Enter,
            27 => KeyCode::Esc,
            127 => KeyCode::Backspace,
            // Keys that the protocol numbers itself.
            code @ 57344..=63743 => match named(code) {
                Some(code) => code,
                None => return Vec::new(),
            },
            code => {
                let Some(c) = printable(code) else { return Vec::new() };
                let shifted = self.shifted.and_then(printable).filter(|_| shift);
                let upper = shift.then(|| c.to_uppercase().next()).flatten();
                let c = shifted.or(upper).unwrap_or(c);
                // A shortcut is where it is on the base layout.
                let shortcut = base.filter(|_| modifiers.intersects(held) && !c.is_ascii());
                KeyCode::Char(shortcut.unwrap_or(c))
            }
        };
        vec![Stroke { base, ..Stroke::plain(code, modifiers) }]
    }
}

fn printable(code: u32) -> Option<char> {
    char::from_u32(code).filter(|c| !c.is_control())
}

fn named(code: u32) -> Option<KeyCode> {
    Some(match code {
        57376..=57398 => function(code - 57376 + 13)?,
        // The number keys: digits, then . / * - +
        57399..=57408 => KeyCode::Char(char::from_digit(code - 57399, 10)?),
        57409 => KeyCode::Char('.'),
        57410 => KeyCode::Char('/'),
        57411 => KeyCode::Char('*'),
        57412 => KeyCode::Char('-'),
        57413 => KeyCode::Char('+'),
        57415 => KeyCode::Char('='),
        57416 => KeyCode::Char(','),
        57417 => KeyCode::Left,
        57418 => KeyCode::Right,
        57419 => KeyCode::Up,
        57420 => KeyCode::Down,
        57421 => KeyCode::PageUp,
        57422 => KeyCode::PageDown,
        57423 => KeyCode::Home,
        57424 => KeyCode::End,
        57425 => KeyCode::Insert,
        57426 => KeyCode::Delete,
        _ => return None,
    })
}
