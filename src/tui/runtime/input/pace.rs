//! Keys by how they follow one another: one that someone pressed, or text that was poured in.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use ratatui::crossterm::event::KeyCode;

use super::stroke::Stroke;

/// Keys that follow one another faster than this arrived together.
pub const TOGETHER: Duration = Duration::from_millis(5);
/// So many printable keys that arrived together are a paste.
const PASTE: usize = 3;
/// How long after a paste keys still count as a part of it: a slow line brings it in pieces.
pub const AFTER_PASTE: Duration = Duration::from_millis(500);
/// A key that follows another one faster than this was not pressed by itself.
const ALONE: Duration = Duration::from_millis(100);
/// So many different keys in so short a time are a paste that trickles in: no one types like that.
const TRICKLE: (usize, Duration) = (6, Duration::from_millis(300));
/// How many keys are passed on at once, where they never stop.
const MOST: usize = 4096;

/// How keys arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// One key by itself.
    Single,
    /// A key close to others.
    Quick,
    /// Text that was poured in: a paste without marks, or keys that a slow line held up.
    Pasted,
}

/// Keys that arrived together.
#[derive(Debug, Clone, PartialEq)]
pub struct Keys {
    /// The keys, in the order in which they arrived.
    pub strokes: Vec<Stroke>,
    /// When the last of them arrived.
    pub at: Instant,
    /// How they arrived.
    pub pace: Pace,
}

impl Keys {
    /// A key that was pressed by itself.
    pub fn single(stroke: impl Into<Stroke>, at: Instant) -> Self {
        Self { strokes: vec![stroke.into()], at, pace: Pace::Single }
    }
}

/// Gathers keys until it is clear how they arrived.
#[derive(Debug, Default)]
pub struct Gatherer {
    waiting: Vec<Stroke>,
    /// When the first and the last of those that are held back arrived.
    first: Option<Instant>,
    last: Option<Instant>,
    /// When the last key before those that are held back arrived.
    before: Option<Instant>,
    /// So many printable keys were passed on early, which those that follow soon arrived together with.
    early: usize,
    /// The last printable keys.
    recent: VecDeque<(Instant, char)>,
    /// Until when keys are a part of a paste.
    pasted_until: Option<Instant>,
}

impl Gatherer {
    /// When the keys that are held back are passed on, if none follows before.
    pub fn deadline(&self) -> Option<Instant> {
        self.last.map(|last| last + TOGETHER)
    }

    /// Passes on the keys that are held back, if their time is over.
    pub fn expire(&mut self, now: Instant, sink: &mut dyn FnMut(Keys)) {
        if self.deadline().is_some_and(|deadline| deadline <= now) {
            self.pass_on(false, sink);
        }
    }

    /// Takes in a key.
    pub fn take(&mut self, stroke: Stroke, now: Instant, sink: &mut dyn FnMut(Keys)) {
        self.expire(now, sink);
        if stroke.text().is_none() {
            self.flush(sink);
            if stroke.key.code == KeyCode::Esc {
                // No text has it: someone is at the keyboard again.
                self.pasted_until = None;
                self.recent.clear();
            }
            // What follows soon does not come alone.
            self.before = Some(now);
            return sink(Keys::single(stroke, now));
        }
        if self.waiting.is_empty() && self.before.is_none_or(|before| now >= before + TOGETHER) {
            self.early = 0;
        }
        self.waiting.push(stroke);
        self.first.get_or_insert(now);
        self.last = Some(now);
        if let Some(c) = stroke.printable() {
            self.recent.push_back((now, c));
            if self.recent.len() > TRICKLE.0 {
                self.recent.pop_front();
            }
        }
        if self.waiting.len() >= MOST {
            self.flush(sink);
        }
    }

    /// A paste was cut off: what still comes of it comes as keys.
    pub fn paste_was_cut(&mut self, now: Instant) {
        self.pasted_until = Some(now + AFTER_PASTE);
    }

    /// True where what comes now still counts as a part of a paste.
    pub fn is_pasting(&self, now: Instant) -> bool {
        self.pasted_until.is_some_and(|until| now < until)
    }

    /// Passes on the keys that are held back, as something else came that is no key: keys on both sides
    /// of it arrived together all the same.
    pub fn interrupt(&mut self, sink: &mut dyn FnMut(Keys)) {
        let printable = self.waiting.iter().filter_map(Stroke::printable).count();
        let early = self.early + printable;
        self.pass_on(false, sink);
        self.early = early;
    }

    /// Passes on the keys that are held back, as something else has come together with them.
    pub fn flush(&mut self, sink: &mut dyn FnMut(Keys)) {
        self.pass_on(true, sink);
    }

    fn pass_on(&mut self, together: bool, sink: &mut dyn FnMut(Keys)) {
        let (Some(first), Some(at)) = (self.first.take(), self.last.take()) else { return };
        let strokes = std::mem::take(&mut self.waiting);
        let mut printable = strokes.iter().filter_map(Stroke::printable);
        let one = printable.next();
        let various = printable.any(|c| Some(c) != one);
        let early = std::mem::take(&mut self.early);
        let poured = early + strokes.iter().filter_map(Stroke::printable).count() >= PASTE;
        // What is not printable says nothing of how the text before it came.
        let trickles = one.is_some() && self.trickles();
        let in_paste = self.pasted_until.is_some_and(|until| first < until);
        // A key that is held down on a slow line arrives like that, and is over when it is let go.
        if (poured && various) || trickles || (in_paste && strokes.len() > 1) {
            self.pasted_until = Some(at + AFTER_PASTE);
        }
        let close = |before: Instant| first.saturating_duration_since(before) < ALONE;
        let pace = match strokes.len() {
            _ if poured || trickles || in_paste => Pace::Pasted,
            1 if !together && !self.before.is_some_and(close) => Pace::Single,
            _ => Pace::Quick,
        };
        self.before = Some(at);
        sink(Keys { strokes, at, pace });
    }

    /// True where the last printable keys came faster than anybody presses different keys.
    fn trickles(&self) -> bool {
        let (Some((first, _)), Some((last, _))) = (self.recent.front(), self.recent.back()) else {
            return false;
        };
        let mut kinds: Vec<char> = self.recent.iter().map(|(_, c)| *c).collect();
        kinds.sort_unstable();
        kinds.dedup();
        self.recent.len() == TRICKLE.0 && kinds.len() >= 3 && *last - *first < TRICKLE.1
    }
}
