//! Cuts the bytes of a terminal into characters, keys and pastes, wherever a read may split them.
//!
//! A terminal sends keys and answers to questions through one stream, and nothing but their form
//! tells them apart. What is an answer is swallowed whole: no byte of it is ever taken for a key.

use std::time::{Duration, Instant};

/// How long an unfinished sequence waits for its next byte before it is taken for the keys that it
/// may be as well: Esc, or Esc and a bracket.
pub const HELD: Duration = Duration::from_millis(50);
/// How long a paste, or an answer that has begun, waits for its next byte before it counts as over.
pub const IDLE: Duration = Duration::from_millis(500);
/// The longest paste that is kept, in bytes; no field takes more.
const LONGEST_PASTE: usize = 1 << 20;
/// The longest sequence that is looked at, in bytes; a longer one means nothing here.
const LONGEST_SEQUENCE: usize = 256;

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;
const CTRL_C: u8 = 0x03;
const PASTE_BEGINS: &[u8] = b"\x1b[200";
const PASTE_ENDS: &[u8; 6] = b"\x1b[201~";

/// What the bytes spell.
#[derive(Debug, PartialEq)]
pub enum Token<'a> {
    /// A printable character.
    Char(char),
    /// A control character other than Esc.
    Control(u8),
    Esc,
    /// A control sequence: what stands between `ESC [` and its last byte, and that byte.
    Csi(&'a [u8], u8),
    /// The same after `ESC O`.
    Ss3(&'a [u8], u8),
    /// A function key of the Linux console: `ESC [ [` and a letter.
    Console(u8),
    /// The text of an answer: of OSC with the bracket that it begins with, of DCS and others.
    Text(&'a [u8]),
    /// Text between the marks of a paste; `cut` where the closing mark never came.
    Paste {
        text: String,
        cut: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ground,
    /// A character whose bytes are not all there; how many it takes.
    Utf8(usize),
    Escape,
    Csi,
    /// After `ESC [ [`.
    Console,
    /// In the three bytes of a mouse report in the oldest form; how many are missing.
    Mouse(u8),
    Ss3,
    /// In the text of OSC, DCS, APC, PM or SOS; `begun`: its first byte has come.
    Text {
        begun: bool,
    },
    /// After an ESC in such a text; `told`: it was reported as the key.
    TextEscape {
        told: bool,
    },
    /// Between the marks of a paste; so many bytes of the closing mark have come.
    Paste {
        closing: usize,
    },
}

/// The scanner: one byte after another, with the time at which it came.
#[derive(Debug)]
pub struct Scanner {
    state: State,
    /// The bytes of the sequence or character so far.
    held: Vec<u8>,
    /// So many of them were reported as keys, because nothing followed in time.
    told: usize,
    paste: Vec<u8>,
    /// When the last byte came.
    since: Instant,
}

impl Scanner {
    pub fn new(now: Instant) -> Self {
        Self { state: State::Ground, held: Vec::new(), told: 0, paste: Vec::new(), since: now }
    }

    /// When [`Scanner::expire`] has something to do, if no byte comes before.
    pub fn deadline(&self) -> Option<Instant> {
        let wait = match self.state {
            State::Ground => return None,
            State::Utf8(_) => HELD,
            State::Paste { .. } => IDLE,
            _ if self.may_be_keys() => HELD,
            _ => IDLE,
        };
        Some(self.since + wait)
    }

    /// Takes in that nothing has come until now.
    pub fn expire(&mut self, now: Instant, sink: &mut dyn FnMut(Token<'_>)) {
        while self.deadline().is_some_and(|deadline| deadline <= now) {
            match self.state {
                State::Paste { .. } => self.end_paste(true, sink),
                State::TextEscape { told: false } => {
                    self.state = State::TextEscape { told: true };
                    sink(Token::Esc);
                }
                _ if self.may_be_keys() => self.tell(sink),
                _ => self.state = State::Ground,
            }
        }
    }

    /// Takes in a byte that came at a time.
    pub fn feed(&mut self, byte: u8, now: Instant, sink: &mut dyn FnMut(Token<'_>)) {
        self.expire(now, sink);
        let pause = now.saturating_duration_since(self.since);
        self.since = now;
        if let State::Paste { closing } = self.state {
            if byte == CTRL_C && pause >= HELD {
                // No one pastes it; someone wants out of a paste that does not end.
                self.end_paste(true, sink);
                return sink(Token::Control(byte));
            }
            return self.in_paste(byte, closing, sink);
        }
        self.step(byte, sink);
    }

    fn step(&mut self, byte: u8, sink: &mut dyn FnMut(Token<'_>)) {
        match self.state {
            State::Ground | State::Paste { .. } => self.ground(byte, sink),
            State::Utf8(length) => self.in_character(byte, length, sink),
            State::Escape => self.escape(byte, sink),
            State::Csi => match byte {
                b'[' if self.held.len() == 2 => self.state = State::Console,
                b'M' if self.held.len() == 2 => self.state = State::Mouse(3),
                b' '..=b'?' => self.hold(byte),
                b'@'..=b'~' if self.held == PASTE_BEGINS && byte == b'~' => {
                    self.state = State::Paste { closing: 0 };
                }
                b'@'..=b'~' => self.finish(|held| sink(Token::Csi(held, byte))),
                _ => self.give_up(byte, sink),
            },
            State::Ss3 => match byte {
                b'0'..=b'9' | b';' => self.hold(byte),
                b'@'..=b'~' => self.finish(|held| sink(Token::Ss3(held, byte))),
                _ => self.give_up(byte, sink),
            },
            State::Console => {
                self.state = State::Ground;
                match byte {
                    b' '..=b'~' => sink(Token::Console(byte)),
                    _ => self.ground(byte, sink),
                }
            }
            State::Mouse(missing) => match (byte, missing) {
                (..b' ', _) => self.give_up(byte, sink),
                (_, 1) => self.state = State::Ground,
                _ => self.state = State::Mouse(missing - 1),
            },
            State::Text { begun } => match byte {
                BEL => self.finish_text(sink),
                ESC => self.state = State::TextEscape { told: false },
                // Ends it, as CAN and SUB do: whoever presses it wants to be heard.
                CTRL_C | 0x18 | 0x1a => self.give_up(byte, sink),
                // Already taken for keys: goes on only with what an answer can begin with.
                _ if !begun && self.told == 2 && !begins_answer(byte) => self.give_up(byte, sink),
                _ => {
                    self.state = State::Text { begun: true };
                    self.hold(byte);
                }
            },
            State::TextEscape { told } => match byte {
                b'\\' => self.finish_text(sink),
                _ => {
                    // The text was cut off, and something else begins.
                    self.begin_escape();
                    self.told = usize::from(told);
                    self.escape(byte, sink);
                }
            },
        }
    }

    fn ground(&mut self, byte: u8, sink: &mut dyn FnMut(Token<'_>)) {
        self.state = State::Ground;
        match byte {
            ESC => self.begin_escape(),
            0x20..=0x7e => sink(Token::Char(char::from(byte))),
            0x00..=0x1f | 0x7f => sink(Token::Control(byte)),
            0xc2..=0xdf => self.begin_character(byte, 2),
            0xe0..=0xef => self.begin_character(byte, 3),
            0xf0..=0xf4 => self.begin_character(byte, 4),
            // Not UTF-8: no key, but what terminals with 8-bit controls begin a sequence with.
            _ => self.control(byte),
        }
    }

    fn begin_character(&mut self, byte: u8, length: usize) {
        self.state = State::Utf8(length);
        self.held.clear();
        self.held.push(byte);
    }

    fn in_character(&mut self, byte: u8, length: usize, sink: &mut dyn FnMut(Token<'_>)) {
        if !matches!(byte, 0x80..=0xbf) {
            return self.ground(byte, sink);
        }
        self.held.push(byte);
        if self.held.len() == length {
            self.state = State::Ground;
            let text = std::str::from_utf8(&self.held).unwrap_or_default();
            match text.chars().next() {
                Some(c @ '\u{80}'..='\u{9f}') => self.control(c as u8),
                Some(c) => sink(Token::Char(c)),
                None => {}
            }
        }
    }

    /// Begins a sequence by one of the controls that say `ESC` and a character in one. No key sends
    /// them.
    fn control(&mut self, byte: u8) {
        self.state = match byte {
            0x9b => State::Csi,
            0x8f => State::Ss3,
            0x90 | 0x98 | 0x9d..=0x9f => State::Text { begun: true },
            _ => return,
        };
        self.held.clear();
        self.held.extend([ESC, byte - 0x40]);
        self.told = 2;
    }

    fn begin_escape(&mut self) {
        self.state = State::Escape;
        self.held.clear();
        self.held.push(ESC);
        self.told = 0;
    }

    fn escape(&mut self, byte: u8, sink: &mut dyn FnMut(Token<'_>)) {
        self.state = match byte {
            b'[' => State::Csi,
            b'O' => State::Ss3,
            b']' | b'P' | b'_' | b'^' | b'X' => State::Text { begun: false },
            // Esc and a key in one read: what terminals send for Alt and a key, too.
            _ => {
                self.tell(sink);
                return self.ground(byte, sink);
            }
        };
        self.held.push(byte);
    }

    fn hold(&mut self, byte: u8) {
        if self.held.len() < LONGEST_SEQUENCE {
            self.held.push(byte);
        }
    }

    fn finish_text(&mut self, sink: &mut dyn FnMut(Token<'_>)) {
        self.state = State::Ground;
        if self.held.len() < LONGEST_SEQUENCE {
            sink(Token::Text(self.held.get(1..).unwrap_or_default()));
        }
    }

    fn finish(&mut self, tell: impl FnOnce(&[u8])) {
        self.state = State::Ground;
        if self.held.len() < LONGEST_SEQUENCE {
            tell(self.held.get(2..).unwrap_or_default());
        }
    }

    /// A byte that no sequence like the one held has: what it may have been is told, and the byte
    /// stands for itself.
    fn give_up(&mut self, byte: u8, sink: &mut dyn FnMut(Token<'_>)) {
        if self.may_be_keys() {
            self.tell(sink);
        }
        self.ground(byte, sink);
    }

    /// True where what is held may be keys that were pressed, and was not reported as such.
    fn may_be_keys(&self) -> bool {
        match self.state {
            State::Escape | State::Csi | State::Ss3 | State::Text { begun: false } => {
                self.held.len() <= 2 && self.told < self.held.len()
            }
            State::TextEscape { told } => !told,
            _ => false,
        }
    }

    /// Reports what is held as keys. What follows soon may still complete the sequence: a slow line
    /// may have split it.
    fn tell(&mut self, sink: &mut dyn FnMut(Token<'_>)) {
        for byte in self.held.iter().skip(self.told) {
            sink(if *byte == ESC { Token::Esc } else { Token::Char(char::from(*byte)) });
        }
        self.told = self.held.len();
    }

    fn in_paste(&mut self, byte: u8, closing: usize, sink: &mut dyn FnMut(Token<'_>)) {
        if PASTE_ENDS.get(closing) == Some(&byte) {
            if closing + 1 == PASTE_ENDS.len() {
                return self.end_paste(false, sink);
            }
            self.state = State::Paste { closing: closing + 1 };
            return;
        }
        // Not the mark after all. It begins anew with an ESC, which stands nowhere else in it.
        let mark = PASTE_ENDS.iter().copied().take(closing);
        let again = byte == ESC;
        let text = mark.chain((!again).then_some(byte));
        let room = LONGEST_PASTE.saturating_sub(self.paste.len());
        self.paste.extend(text.take(room));
        self.state = State::Paste { closing: usize::from(again) };
    }

    fn end_paste(&mut self, cut: bool, sink: &mut dyn FnMut(Token<'_>)) {
        self.state = State::Ground;
        let text = String::from_utf8_lossy(&std::mem::take(&mut self.paste)).into_owned();
        sink(Token::Paste { text, cut });
    }
}

/// True for what the text of an answer begins with: the number of a query, or a mark of its kind.
fn begins_answer(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'>' | b'!' | b'$' | b'+' | b'=' | b'?' | b'|')
}
