//! The values of one field over all rows of a file, as small as they can be kept exactly.
//!
//! A column ends with its last value that is not missing: a field that no row has costs nothing.

use std::sync::OnceLock;

use jiff::civil::Date;

use super::interned::{PoolIndex, TextPool};
use super::ix::{CustomerKey, RowIx};
use super::lookup::Lookup;
use crate::domain::time::date_of;

/// One field of all rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Keys of customers in [`CustomerIds`](super::interned::CustomerIds).
    Customers(Lookup<RowIx, CustomerKey>),
    /// Texts, dates and ids; lists as the text of a JSON array.
    Texts(Texts),
    /// Numbers.
    Numbers(Numbers),
    /// True or false.
    Flags(Flags),
}

/// Texts, each distinct one kept once where many rows share them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Texts {
    codes: Codes,
    words: TextPool,
    days: Days,
}

/// The day that each distinct text begins with, once someone has asked for one. A copy of the texts
/// may be added to: it has none yet.
#[derive(Debug, Default)]
struct Days(OnceLock<Box<[Option<Date>]>>);

impl Days {
    const fn none() -> Self {
        Self(OnceLock::new())
    }
}

impl Clone for Days {
    fn clone(&self) -> Self {
        Self::none()
    }
}

impl PartialEq for Days {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Texts {
    /// Returns a column without values.
    pub const fn none() -> Self {
        Self { codes: Codes::Narrow(Vec::new()), words: TextPool::NONE, days: Days::none() }
    }

    /// Returns the value of a row; `None` where it is missing.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.words.get(self.codes.get(row)?)
    }

    /// Number of the text among [`Texts::pool`]. Two rows of the same code have the same text; the
    /// same text may have several codes where nearly every row has another one.
    pub fn code(&self, row: usize) -> Option<u32> {
        self.codes.get(row)
    }

    /// Returns the day of a row's date; `None` where it is missing or no date. The first call reads
    /// every distinct text of the column.
    pub fn day(&self, row: usize) -> Option<Date> {
        // On this thread alone: others wait for it.
        let days = self.days.0.get_or_init(|| self.words.iter().map(date_of).collect());
        days.get(self.codes.get(row)? as usize).copied().flatten()
    }

    /// True once someone has asked for a day.
    #[cfg(test)]
    pub fn days_are_read(&self) -> bool {
        self.days.0.get().is_some()
    }

    /// Returns the distinct texts.
    pub fn pool(&self) -> &TextPool {
        &self.words
    }

    /// Returns the same rows with another text in the place of each distinct one; of `None` the rows have
    /// no text any more.
    pub fn with_words(&self, words: &[Option<String>]) -> Self {
        let mut pool = TextPool::default();
        words.iter().for_each(|word| {
            pool.push(word.as_deref().unwrap_or_default());
        });
        let mut codes = self.codes.clone();
        if words.contains(&None) {
            let kept = |code: u32| words.get(code as usize).is_some_and(Option::is_some);
            let of_rows = (0..self.codes.len()).map(|row| self.codes.get(row).filter(|c| kept(*c)));
            codes = Codes::default();
            for (row, code) in of_rows.enumerate() {
                if let Some(code) = code {
                    codes.push(row, code);
                }
            }
        }
        Self { codes, words: pool, days: Days::none() }
    }

    /// Makes room for that many more rows, if there is any text yet.
    pub fn reserve(&mut self, rows: usize) {
        match &mut self.codes {
            Codes::Narrow(codes) if codes.is_empty() => {}
            Codes::Narrow(codes) => codes.reserve(rows),
            Codes::Middle(codes) => codes.reserve(rows),
            Codes::Wide(codes) => codes.reserve(rows),
        }
    }

    /// Takes all texts away and keeps the memory.
    pub fn clear(&mut self) {
        match &mut self.codes {
            Codes::Narrow(codes) => codes.clear(),
            // The next rows may do with less.
            wide => *wide = Codes::default(),
        }
        self.words.clear();
    }

    /// Takes away memory kept for more rows.
    pub fn shrink_to_fit(&mut self) {
        self.codes.shrink_to_fit();
        self.words.shrink_to_fit();
    }
}

/// What is needed to add to [`Texts`], and no one needs after that.
#[derive(Debug, Clone, Default)]
pub struct TextsIndex {
    words: PoolIndex,
    recent: Recent,
    /// Too few rows share a text: looking for it costs more than keeping it again.
    all_differ: bool,
    /// Memory for [`TextsIndex::append`].
    renumbered: Vec<u32>,
}

/// A text of at most 16 bytes as numbers: its first and its last 8 bytes tell all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Short {
    first: u64,
    last: u64,
    len: u32,
}

impl Short {
    #[inline]
    fn of(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let len = bytes.len() as u32;
        if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
            let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
            return (len <= 16).then_some(Self { first, last, len });
        }
        let (first, last) = match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => (u32::from_le_bytes(*first), u32::from_le_bytes(*last)),
            _ => {
                let packed = bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
                (packed, packed)
            }
        };
        Some(Self { first: first.into(), last: last.into(), len })
    }
}

/// The codes of texts that came lately. Segments, stages and dates come again and again, and to find
/// one here takes a third of the time.
#[derive(Debug, Clone, Default)]
struct Recent {
    /// Each text has one place, which it shares with others; a length that no text has is empty.
    places: Vec<(Short, u32)>,
}

const RECENT: usize = 256;
const NOTHING: Short = Short { first: 0, last: 0, len: u32::MAX };

impl Recent {
    #[inline]
    fn place(short: &Short) -> usize {
        let mixed = short.first.wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ^ short.last.wrapping_add(u64::from(short.len)).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        (mixed >> 56) as usize
    }

    #[inline]
    fn code(&self, short: &Short) -> Option<u32> {
        let (kept, code) = self.places.get(Self::place(short))?;
        (kept == short).then_some(*code)
    }

    fn clear(&mut self) {
        self.places.fill((NOTHING, 0));
    }

    fn keep(&mut self, short: Short, code: u32) {
        if self.places.is_empty() {
            self.places = vec![(NOTHING, 0); RECENT];
        }
        if let Some(place) = self.places.get_mut(Self::place(&short)) {
            *place = (short, code);
        }
    }
}

/// So many distinct texts are always shared.
const ALWAYS_SHARED: usize = 1024;

impl TextsIndex {
    /// Adds the text of a row; the rows between it and the last one have none.
    pub fn push(&mut self, texts: &mut Texts, row: usize, text: &str) {
        debug_assert!(texts.days.0.get().is_none(), "days of texts that are added to");
        let code = self.code(&mut texts.words, row, text);
        texts.codes.push(row, code);
    }

    fn code(&mut self, words: &mut TextPool, row: usize, text: &str) -> u32 {
        if self.all_differ {
            return words.push(text);
        }
        let short = Short::of(text);
        if let Some(code) = short.as_ref().and_then(|short| self.recent.code(short)) {
            return code;
        }
        let code = self.words.intern(words, text);
        if let Some(short) = short {
            self.recent.keep(short, code);
        }
        self.all_differ = words.len() > ALWAYS_SHARED && words.len() > row / 2;
        code
    }

    /// Forgets all texts and keeps the memory.
    pub fn clear(&mut self) {
        self.words.clear();
        self.recent.clear();
        self.all_differ = false;
    }

    /// Adds the texts of rows that come after `row` others.
    pub fn append(&mut self, texts: &mut Texts, row: usize, later: &Texts) {
        debug_assert!(texts.days.0.get().is_none(), "days of texts that are added to");
        let mut renumbered = std::mem::take(&mut self.renumbered);
        renumbered.clear();
        // Judged by the rows that the later part has, not by where it starts.
        let rows = row + later.codes.len();
        renumbered.extend(later.words.iter().map(|word| self.code(&mut texts.words, rows, word)));
        texts.codes.append(row, &later.codes, &renumbered);
        self.renumbered = renumbered;
    }
}

/// Small whole numbers, in as few bytes as the largest needs. The largest of each width means that
/// there is none.
#[derive(Debug, Clone, PartialEq)]
enum Codes {
    Narrow(Vec<u8>),
    Middle(Vec<u16>),
    Wide(Vec<u32>),
}

impl Default for Codes {
    fn default() -> Self {
        Self::Narrow(Vec::new())
    }
}

impl Codes {
    fn len(&self) -> usize {
        match self {
            Self::Narrow(codes) => codes.len(),
            Self::Middle(codes) => codes.len(),
            Self::Wide(codes) => codes.len(),
        }
    }

    #[inline]
    fn get(&self, row: usize) -> Option<u32> {
        match self {
            Self::Narrow(codes) => codes.get(row).filter(|c| **c != u8::MAX).map(|c| u32::from(*c)),
            Self::Middle(codes) => {
                codes.get(row).filter(|c| **c != u16::MAX).map(|c| u32::from(*c))
            }
            Self::Wide(codes) => codes.get(row).copied().filter(|c| *c != u32::MAX),
        }
    }

    #[inline]
    fn push(&mut self, row: usize, code: u32) {
        match self {
            Self::Narrow(codes) if codes.len() == row && code < u32::from(u8::MAX) => {
                codes.push(code as u8);
            }
            Self::Middle(codes) if codes.len() == row && code < u32::from(u16::MAX) => {
                codes.push(code as u16);
            }
            Self::Wide(codes) if codes.len() == row => codes.push(code),
            _ => self.push_after_gap(row, code),
        }
    }

    /// The rows between the last one and this have no code, or it needs more bytes than theirs.
    fn push_after_gap(&mut self, row: usize, code: u32) {
        self.make_room_for(code);
        match self {
            Self::Narrow(codes) => {
                codes.resize(row, u8::MAX);
                codes.push(code as u8);
            }
            Self::Middle(codes) => {
                codes.resize(row, u16::MAX);
                codes.push(code as u16);
            }
            Self::Wide(codes) => {
                codes.resize(row, u32::MAX);
                codes.push(code);
            }
        }
    }

    /// Adds codes that mean something else there: `renumbered` has what each of them is here.
    fn append(&mut self, row: usize, later: &Self, renumbered: &[u32]) {
        if later.len() == 0 {
            return;
        }
        self.make_room_for(renumbered.iter().copied().max().unwrap_or_default());
        if let (Self::Narrow(codes), Self::Narrow(new)) = (&mut *self, later) {
            // The usual case by a table of all codes: no branch for each row.
            let mut table = [u8::MAX; 256];
            table.iter_mut().zip(renumbered).for_each(|(to, code)| *to = *code as u8);
            codes.resize(row, u8::MAX);
            codes.extend(new.iter().map(|code| table.get(usize::from(*code)).unwrap_or(&u8::MAX)));
            return;
        }
        let new = (0..later.len())
            .map(|at| later.get(at).and_then(|code| renumbered.get(code as usize)).copied());
        match self {
            Self::Narrow(codes) => {
                codes.resize(row, u8::MAX);
                codes.extend(new.map(|code| code.map_or(u8::MAX, |code| code as u8)));
            }
            Self::Middle(codes) => {
                codes.resize(row, u16::MAX);
                codes.extend(new.map(|code| code.map_or(u16::MAX, |code| code as u16)));
            }
            Self::Wide(codes) => {
                codes.resize(row, u32::MAX);
                codes.extend(new.map(|code| code.unwrap_or(u32::MAX)));
            }
        }
    }

    fn make_room_for(&mut self, code: u32) {
        if let Self::Narrow(codes) = self
            && code >= u32::from(u8::MAX)
        {
            let wider = |c: &u8| if *c == u8::MAX { u16::MAX } else { u16::from(*c) };
            *self = Self::Middle(codes.iter().map(wider).collect());
        }
        if let Self::Middle(codes) = self
            && code >= u32::from(u16::MAX)
        {
            let wider = |c: &u16| if *c == u16::MAX { u32::MAX } else { u32::from(*c) };
            *self = Self::Wide(codes.iter().map(wider).collect());
        }
    }

    fn shrink_to_fit(&mut self) {
        match self {
            Self::Narrow(codes) => codes.shrink_to_fit(),
            Self::Middle(codes) => codes.shrink_to_fit(),
            Self::Wide(codes) => codes.shrink_to_fit(),
        }
    }
}

/// Numbers as doubles. No number of a file is NaN, so NaN is what a missing one is kept as.
#[derive(Debug, Clone, Default)]
pub struct Numbers(Vec<f64>);

impl PartialEq for Numbers {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits();
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(same)
    }
}

impl Numbers {
    /// A column without values.
    pub const NONE: Self = Self(Vec::new());

    /// Returns the value of a row; `None` where it is missing.
    #[inline]
    pub fn get(&self, row: usize) -> Option<f64> {
        self.0.get(row).copied().filter(|number| !number.is_nan())
    }

    /// True where a number is such a one. Looks at many at once, as mostly there is none.
    pub fn any(&self, test: impl Fn(f64) -> bool) -> bool {
        const MANY: usize = 1024;
        // A missing number is none.
        let is = |number: &f64| !number.is_nan() & test(*number);
        self.0.chunks(MANY).any(|many| many.iter().fold(false, |any, number| any | is(number)))
    }

    /// Sets the number of a row; the rows between it and the last one have none.
    #[inline]
    pub fn push(&mut self, row: usize, number: f64) {
        if self.0.len() != row {
            self.0.resize(row, f64::NAN);
        }
        self.0.push(number);
    }

    /// Adds the numbers of rows that come after `row` others.
    pub fn append(&mut self, row: usize, later: &Self) {
        if !later.0.is_empty() {
            self.0.resize(row, f64::NAN);
            self.0.extend_from_slice(&later.0);
        }
    }

    /// Makes room for that many more rows, if there is any number yet.
    pub fn reserve(&mut self, rows: usize) {
        if !self.0.is_empty() {
            self.0.reserve(rows);
        }
    }

    /// Takes all numbers away and keeps the memory.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Releases memory that is kept for more.
    pub fn shrink_to_fit(&mut self) {
        self.0.shrink_to_fit();
    }
}

impl Column {
    /// The values of these rows alone, in this order.
    pub fn select(&self, rows: &[usize]) -> Self {
        let numbered = || rows.iter().copied().enumerate();
        match self {
            Self::Customers(keys) => {
                let selected = rows.iter().filter_map(|row| keys.get(RowIx::at(*row)));
                Self::Customers(Lookup::shortest(selected.collect()))
            }
            Self::Texts(texts) => {
                let mut codes = Codes::default();
                for (new, row) in numbered() {
                    if let Some(code) = texts.codes.get(row) {
                        codes.push(new, code);
                    }
                }
                Self::Texts(Texts { codes, words: texts.words.clone(), days: Days::none() })
            }
            Self::Numbers(numbers) => {
                let mut selected = Numbers::default();
                for (new, row) in numbered() {
                    if let Some(number) = numbers.get(row) {
                        selected.push(new, number);
                    }
                }
                Self::Numbers(selected)
            }
            Self::Flags(flags) => {
                let mut selected = Flags::default();
                for (new, row) in numbered() {
                    if let Some(flag) = flags.get(row) {
                        selected.push(new, flag);
                    }
                }
                Self::Flags(selected)
            }
        }
    }
}

/// Yes, no, or nothing said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Flags(Vec<Option<bool>>);

impl Flags {
    /// A column without values.
    pub const NONE: Self = Self(Vec::new());

    /// Returns the value of a row; `None` where it is missing.
    pub fn get(&self, row: usize) -> Option<bool> {
        self.0.get(row).copied().flatten()
    }

    /// Sets the flag of a row; the rows between it and the last one have none.
    pub fn push(&mut self, row: usize, flag: bool) {
        self.0.resize(row, None);
        self.0.push(Some(flag));
    }

    /// Takes all flags away and keeps the memory.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds the flags of rows that come after `row` others.
    pub fn append(&mut self, row: usize, later: &Self) {
        if !later.0.is_empty() {
            self.0.resize(row, None);
            self.0.extend_from_slice(&later.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_grow_with_what_they_hold_and_lose_nothing() {
        let (mut texts, mut index) = (Texts::default(), TextsIndex::default());
        let text = |row: usize| format!("{}", row % 70_000);
        for row in 0..150_000 {
            if row % 3 != 0 {
                index.push(&mut texts, row, &text(row));
            }
        }
        for row in 0..150_000 {
            let want = (row % 3 != 0).then(|| text(row));
            assert_eq!(texts.get(row), want.as_deref(), "{row}");
        }
        assert_eq!(texts.get(150_000), None);
    }

    #[test]
    fn parts_put_together_are_the_whole() {
        let text = |row: usize| ["a", "b", "c", "", "e"].get(row * row % 7).copied();
        let fill = |rows: std::ops::Range<usize>| {
            let (mut texts, mut index) = (Texts::default(), TextsIndex::default());
            let first = rows.start;
            for row in rows {
                if let Some(text) = text(row) {
                    index.push(&mut texts, row - first, text);
                }
            }
            (texts, index)
        };
        let (mut parts, mut index) = fill(0..40);
        index.append(&mut parts, 40, &fill(40..41).0);
        index.append(&mut parts, 41, &fill(41..100).0);
        assert_eq!(parts, fill(0..100).0);
    }

    #[test]
    fn texts_that_all_differ_are_not_looked_for() {
        let (mut texts, mut index) = (Texts::default(), TextsIndex::default());
        for row in 0..5_000 {
            index.push(&mut texts, row, &format!("name {row}"));
        }
        assert!(index.all_differ);
        assert_eq!(texts.get(4_999), Some("name 4999"));
    }

    #[test]
    fn short_texts_are_told_apart() {
        let texts = [
            "",
            "a",
            "b",
            "ab",
            "ba",
            "abc",
            "abcd",
            "abce",
            "bbcd",
            "abcdefg",
            "abcdefgh",
            "abcdefgx",
            "abcdefghi",
            "abcdefgh\0",
            "ü",
            "0123456789abcdef",
            "0123456789abcdeg",
        ];
        for (n, a) in texts.iter().enumerate() {
            for (m, b) in texts.iter().enumerate() {
                assert_eq!(Short::of(a) == Short::of(b), n == m, "{a:?} {b:?}");
            }
        }
        assert_eq!(Short::of("0123456789abcdefg"), None);
    }

    #[test]
    fn missing_numbers_and_flags_cost_nothing_at_the_end() {
        let mut numbers = Numbers::default();
        numbers.push(2, -0.0);
        assert_eq!((numbers.get(0), numbers.get(2), numbers.get(3)), (None, Some(-0.0), None));
        let mut later = Numbers::default();
        later.push(1, 5.0);
        numbers.append(10, &later);
        assert_eq!((numbers.get(10), numbers.get(11)), (None, Some(5.0)));
        numbers.append(50, &Numbers::default());
        assert_eq!(numbers.0.len(), 12);
        let mut flags = Flags::default();
        flags.push(1, false);
        assert_eq!((flags.get(0), flags.get(1), flags.get(2)), (None, Some(false), None));
    }
}
