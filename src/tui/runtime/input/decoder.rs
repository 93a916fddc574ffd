//! The bytes of a terminal as what happened: pure, the times are given.

use std::time::Instant;

use super::colors::Colors;
use super::mouse::{Mouse, report};
use super::pace::{Gatherer, Keys};
use super::scanner::{Scanner, Token};
use super::stroke::{Meaning, meaning};

/// Something that the user or the terminal sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Keys that arrived together.
    Keys(Keys),
    /// Text that the terminal says was pasted.
    Paste(String),
    /// Something that the mouse did.
    Mouse(Mouse),
    /// The terminal knows the kitty keyboard protocol.
    KeyboardProtocol,
    /// The terminal says something about its colors.
    Colors(Colors),
}

/// Decodes bytes into [`Input`], whatever pieces they come in.
#[derive(Debug)]
pub struct Decoder {
    scanner: Scanner,
    gatherer: Gatherer,
}

impl Decoder {
    /// Returns a decoder that has read nothing.
    pub fn new(now: Instant) -> Self {
        Self { scanner: Scanner::new(now), gatherer: Gatherer::default() }
    }

    /// Takes in the bytes that came at a time, none in between included, and passes on what they
    /// complete. Times never go back.
    pub fn feed(&mut self, bytes: &[u8], now: Instant, sink: &mut dyn FnMut(Input)) {
        self.expire(now, sink);
        let Self { scanner, gatherer } = self;
        for byte in bytes {
            scanner.feed(*byte, now, &mut |token| take(gatherer, token, now, sink));
        }
    }

    /// When [`Decoder::expire`] has something to pass on, if no byte comes before.
    pub fn deadline(&self) -> Option<Instant> {
        [self.scanner.deadline(), self.gatherer.deadline()].into_iter().flatten().min()
    }

    /// Takes in that no byte has come until now.
    pub fn expire(&mut self, now: Instant, sink: &mut dyn FnMut(Input)) {
        let Self { scanner, gatherer } = self;
        // In the order of their times: what waits in the gatherer came before.
        while let Some(deadline) = scanner.deadline().filter(|deadline| *deadline <= now) {
            gatherer.expire(deadline, &mut |keys| sink(Input::Keys(keys)));
            scanner.expire(deadline, &mut |token| take(gatherer, token, deadline, sink));
        }
        gatherer.expire(now, &mut |keys| sink(Input::Keys(keys)));
    }
}

fn take(gatherer: &mut Gatherer, token: Token<'_>, now: Instant, sink: &mut dyn FnMut(Input)) {
    let mut keys = |keys| sink(Input::Keys(keys));
    if let Token::Paste { text, cut } = token {
        gatherer.flush(&mut keys);
        if cut {
            gatherer.paste_was_cut(now);
        }
        return sink(Input::Paste(text));
    }
    if let Token::Csi([b'<', parameters @ ..], last @ (b'M' | b'm')) = token {
        // What was pressed before comes before.
        gatherer.interrupt(&mut keys);
        // Pasted text may hold what looks like a report.
        if let Some(mouse) = report(parameters, last, now).filter(|_| !gatherer.is_pasting(now)) {
            sink(Input::Mouse(mouse));
        }
        return;
    }
    match meaning(&token) {
        Meaning::Strokes(strokes) => {
            strokes.into_iter().for_each(|stroke| gatherer.take(stroke, now, &mut keys));
        }
        Meaning::KeyboardProtocol => sink(Input::KeyboardProtocol),
        Meaning::Colors(colors) => sink(Input::Colors(colors)),
        Meaning::Nothing => {}
    }
}
