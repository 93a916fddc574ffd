//! The tokens of JSON, as far as they are of the usual kinds: where each ends, and what it says. `None`
//! is no fault, it leaves the token to the slow path.

use wide::{u8x16, u8x32};

use crate::store::digits::{digits, others, value};

/// A value that was found in a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Found<'t> {
    /// `null`, or no such member.
    Nothing,
    /// Also the decimal text of an id that is a number, and the JSON text of a list.
    Text(&'t str),
    Number(f64),
    Flag(bool),
}

/// How many line breaks there are.
pub fn newlines(bytes: &[u8]) -> u32 {
    if bytes.len() < 64 {
        // Mostly a blank or two: a call costs more than looking.
        return bytes.iter().map(|byte| u32::from(*byte == b'\n')).sum();
    }
    memchr::memchr_iter(b'\n', bytes).count() as u32
}

/// Bytes that many texts are compared with: all at once, whatever their number, up to that of a
/// [`Literal::FIRST`].
#[derive(Debug)]
pub struct Literal {
    first: u8x32,
    /// A bit for each of the bytes in `first`.
    mask: u32,
    /// What there is after these.
    rest: Box<[u8]>,
    len: usize,
}

impl Literal {
    const FIRST: usize = 32;

    pub fn new(bytes: &[u8]) -> Self {
        let (start, rest) = bytes.split_at(bytes.len().min(Self::FIRST));
        let mut first = [0; Self::FIRST];
        first.iter_mut().zip(start).for_each(|(to, byte)| *to = *byte);
        Self {
            first: u8x32::new(first),
            mask: u32::MAX.checked_shr((Self::FIRST - start.len()) as u32).unwrap_or(0),
            rest: rest.into(),
            len: bytes.len(),
        }
    }

    /// The offset behind the bytes, where they stand at `at`.
    #[inline]
    pub fn after(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let text = bytes.get(at..)?;
        let Some(start) = text.first_chunk() else { return self.after_in_last(text, at) };
        let same = u8x32::new(*start).simd_eq(self.first).to_bitmask();
        if same & self.mask != self.mask {
            return None;
        }
        let rest_stands = || text.get(Self::FIRST..)?.starts_with(&self.rest).then_some(());
        if !self.rest.is_empty() {
            rest_stands()?;
        }
        Some(at + self.len)
    }

    /// The same where fewer bytes are left than are compared at once.
    #[cold]
    fn after_in_last(&self, text: &[u8], at: usize) -> Option<usize> {
        let first = self.first.to_array();
        let stands =
            text.len() >= self.len && text.iter().zip(first).take(self.len).all(|(a, b)| *a == b);
        stands.then_some(at + self.len)
    }
}

/// The offset of the next byte that is no blank between tokens.
pub fn blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// The text between the quote at `at` and the next one, and the offset behind that. `None` where the
/// text has an escape or a control character in it, or does not end.
pub fn plain_text(text: &str, at: usize) -> Option<(&str, usize)> {
    let end = text_end(text.as_bytes(), at + 1)?;
    Some((text.get(at + 1..end)?, end + 1))
}

/// The offset of the quote that ends a text without escapes and control characters.
#[inline(always)]
pub fn text_end(bytes: &[u8], at: usize) -> Option<usize> {
    // Most end within the first bytes.
    if let Some(chunk) = bytes.get(at..)?.first_chunk()
        && let Some(stop) = stop_in(chunk)
    {
        return (chunk.get(stop) == Some(&b'"')).then_some(at + stop);
    }
    end_of_longer_text(bytes, at)
}

fn end_of_longer_text(bytes: &[u8], mut at: usize) -> Option<usize> {
    let stops = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=LAST_CONTROL);
    while let Some(chunk) = bytes.get(at..)?.first_chunk() {
        if let Some(stop) = stop_in(chunk) {
            return (chunk.get(stop) == Some(&b'"')).then_some(at + stop);
        }
        at += CHUNK;
    }
    at += bytes.get(at..)?.iter().position(stops)?;
    (bytes.get(at) == Some(&b'"')).then_some(at)
}

/// So many bytes of a text are looked at together.
const CHUNK: usize = 16;

/// Where the first of some bytes is that a text ends with, or that it cannot have as it stands.
#[inline(always)]
fn stop_in(chunk: &[u8; CHUNK]) -> Option<usize> {
    let chunk = u8x16::new(*chunk);
    let stops = chunk.simd_eq(u8x16::splat(b'"'))
        | chunk.simd_eq(u8x16::splat(b'\\'))
        | chunk.simd_eq(chunk.min(u8x16::splat(LAST_CONTROL)));
    let stops = stops.to_bitmask();
    // The remainder is the number itself, and says that it is a place in the chunk.
    (stops != 0).then(|| stops.trailing_zeros() as usize % CHUNK)
}

/// No text may have this character or one before it in it.
const LAST_CONTROL: u8 = 0x1F;

/// The offset behind a word that stands there.
pub fn word(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes.get(at..)?.starts_with(word).then_some(at + word.len())
}

/// The offset behind the digits from `at` on; at least one.
fn digits_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at;
    while bytes.get(end).is_some_and(u8::is_ascii_digit) {
        end += 1;
    }
    (end > at).then_some(end)
}

/// The offset behind a number.
#[inline(always)]
pub fn skip_number(bytes: &[u8], at: usize) -> Option<usize> {
    match Plain::at(bytes, at) {
        Some(plain) => Some(at + plain.len),
        None => skip_any_number(bytes, at),
    }
}

fn skip_any_number(bytes: &[u8], at: usize) -> Option<usize> {
    let start = if bytes.get(at) == Some(&b'-') { at + 1 } else { at };
    let mut end = digits_end(bytes, start)?;
    if bytes.get(start) == Some(&b'0') && end > start + 1 {
        return None;
    }
    if bytes.get(end) == Some(&b'.') {
        end = digits_end(bytes, end + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        let sign = matches!(bytes.get(end + 1), Some(b'+' | b'-'));
        end = digits_end(bytes, end + 1 + usize::from(sign))?;
    }
    Some(end)
}

/// A number of at most seven characters, without a sign and an exponent, as nearly all are. Its
/// characters are looked at all at once: to ask of each whether it is a digit is to guess how many
/// there are.
pub struct Plain {
    /// The values of its digits, the first one in the lowest byte.
    digits: u64,
    count: u32,
    /// How many of them stand behind the point.
    fraction: u32,
    /// Characters.
    pub len: usize,
}

impl Plain {
    /// The number that stands there.
    #[inline(always)]
    fn at(bytes: &[u8], at: usize) -> Option<Self> {
        Self::beginning(bytes, at).filter(|plain| !plain.has_exponent(bytes, at))
    }

    /// The same without a look at what follows, which may be an exponent.
    #[inline(always)]
    pub fn beginning(bytes: &[u8], at: usize) -> Option<Self> {
        let characters = *bytes.get(at..)?.first_chunk()?;
        let word = u64::from_le_bytes(characters);
        let digits = digits(characters);
        let others = others(digits);
        let before = others.trailing_zeros() / 8;
        let character = |at: u32| (word >> (8 * at)) as u8;
        if before == 0 || before == 8 || (before > 1 && character(0) == b'0') {
            return None;
        }
        let (digits, count, fraction, len) = if character(before) == b'.' {
            let end = (others & (others - 1)).trailing_zeros() / 8;
            if end == 8 || end == before + 1 {
                return None;
            }
            let whole = (1 << (8 * before)) - 1;
            let closed = (digits & whole) | ((digits >> 8) & !whole);
            (closed, end - 1, end - 1 - before, end)
        } else {
            (digits, before, 0, before)
        };
        Some(Self { digits, count, fraction, len: len as usize })
    }

    /// True of a number at `at` that goes on with an exponent.
    #[inline(always)]
    pub fn has_exponent(&self, bytes: &[u8], at: usize) -> bool {
        matches!(bytes.get(at + self.len), Some(b'e' | b'E'))
    }

    #[inline(always)]
    pub fn value(&self) -> f64 {
        // Zeros in front of them.
        let all = value(self.digits << (8 * (8 - self.count)));
        let tens = TENS.get(self.fraction as usize).copied().unwrap_or(1.0);
        all as f64 / tens
    }
}

/// Powers of ten that a double holds exactly.
const TENS: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
/// Whole numbers of so many digits are exact in a double.
const EXACT_DIGITS: usize = 15;

/// Returns the number of so many digits before and behind the point, where it is the nearest one.
pub fn decimal(digits: u64, before_point: usize, fraction: usize) -> Option<f64> {
    // Both the digits and the power of ten are exact, so that one division rounds once.
    let tens = TENS.get(fraction).filter(|_| before_point + fraction <= EXACT_DIGITS)?;
    Some(digits as f64 / tens)
}

/// A number and the offset behind it. `None` where it has an exponent, or is a whole number that may
/// not fit.
#[inline(always)]
pub fn number(text: &str, at: usize) -> Option<(f64, usize)> {
    match Plain::at(text.as_bytes(), at) {
        Some(plain) => Some((plain.value(), at + plain.len)),
        None => any_number(text, at),
    }
}

fn any_number(text: &str, at: usize) -> Option<(f64, usize)> {
    let bytes = text.as_bytes();
    let negative = bytes.get(at) == Some(&b'-');
    let start = at + usize::from(negative);
    let mut whole: u64 = 0;
    let mut end = start;
    while let Some(digit @ b'0'..=b'9') = bytes.get(end) {
        whole = whole.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        end += 1;
    }
    let before_point = end - start;
    if before_point == 0 || (before_point > 1 && bytes.get(start) == Some(&b'0')) {
        return None;
    }
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') {
        end += 1;
        let first = end;
        while let Some(digit @ b'0'..=b'9') = bytes.get(end) {
            whole = whole.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            end += 1;
        }
        fraction = end - first;
        if fraction == 0 {
            return None;
        }
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        return None;
    }
    if let Some(size) = decimal(whole, before_point, fraction) {
        return Some((if negative { -size } else { size }, end));
    }
    if fraction == 0 {
        return None;
    }
    text.get(at..end)?.parse().ok().filter(|number: &f64| number.is_finite()).map(|n| (n, end))
}

/// What mostly stands between two texts of a list, with the quote that begins the second.
const USUAL: &[u8; 3] = b", \"";

/// The offset behind a list of plain texts, or also of numbers, and the line breaks in it.
pub fn flat_list(text: &str, at: usize, texts_only: bool) -> Option<(usize, u32)> {
    let bytes = text.as_bytes();
    if *bytes.get(at)? != b'[' {
        return None;
    }
    let mut newlines = 0;
    let mut blanks = |mut at: usize| {
        // Mostly there is one, or none.
        while let Some(blank) = bytes.get(at).filter(|byte| **byte <= b' ') {
            match blank {
                b'\n' => newlines += 1,
                b' ' | b'\r' | b'\t' => {}
                _ => break,
            }
            at += 1;
        }
        at
    };
    let mut at = blanks(at + 1);
    if *bytes.get(at)? == b']' {
        return Some((at + 1, newlines));
    }
    loop {
        at = match *bytes.get(at)? {
            b'"' => text_end(bytes, at + 1)? + 1,
            b'0'..=b'9' | b'-' if !texts_only => skip_number(bytes, at)?,
            _ => return None,
        };
        if bytes.get(at..)?.first_chunk() == Some(USUAL) {
            at += USUAL.len() - 1;
            continue;
        }
        at = blanks(at);
        match *bytes.get(at)? {
            b',' => at = blanks(at + 1),
            b']' => return Some((at + 1, newlines)),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_exact_way() {
        for text in [
            "0",
            "-0",
            "0.1",
            "0.3",
            "1.5",
            "0.30000000000000004",
            "123456789012345",
            "-99.999999999999",
            "0.000000000000001",
            "5e-324x",
            "12345678901234567.25",
            "0.1234567890123456789",
            "179769313486231570000000000000000000000000.5",
        ] {
            let exact: Result<f64, _> = serde_json::from_str(text);
            if let Some((fast, end)) = number(text, 0) {
                assert_eq!(fast.to_bits(), exact.unwrap().to_bits(), "{text}");
                assert_eq!(end, text.len());
            }
        }
        assert!(number("0.30000000000000004", 0).is_some());
    }
}
