//! The tokens of JSON, as far as they are of the usual kinds: where each ends, and what it says. `None`
//! is no fault, it leaves the token to the slow path.

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

/// `bytes` begins with `start`. Compared in pieces of fixed length, which takes no call.
#[inline]
pub fn begins_with(bytes: &[u8], start: &[u8]) -> bool {
    fn ends<const N: usize>(a: &[u8], b: &[u8]) -> bool {
        a.first_chunk::<N>() == b.first_chunk::<N>() && a.last_chunk::<N>() == b.last_chunk::<N>()
    }
    let Some(bytes) = bytes.get(..start.len()) else { return false };
    match start.len() {
        16..=32 => ends::<16>(bytes, start),
        8..=15 => ends::<8>(bytes, start),
        _ => bytes == start,
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
#[inline]
pub fn text_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    // Marks the lowest byte that is below a limit; above that, marks may be wrong.
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGH;
    loop {
        let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) else {
            // The last bytes of the text.
            let stops = |b: &u8| matches!(b, b'"' | b'\\' | 0..0x20);
            at += bytes.get(at..)?.iter().position(stops)?;
            break;
        };
        let word = u64::from_le_bytes(*chunk);
        // With this bit turned over the quote comes next to the control characters, a blank does not.
        let stops = below(word ^ (ONES * 2), 0x21) | below(word ^ (ONES * u64::from(b'\\')), 1);
        if stops != 0 {
            at += (stops.trailing_zeros() / 8) as usize;
            break;
        }
        at += 8;
    }
    (bytes.get(at) == Some(&b'"')).then_some(at)
}

/// The offset behind a word that stands there.
pub fn word(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes.get(at..)?.starts_with(word).then_some(at + word.len())
}

/// The offset behind the digits from `at` on; at least one.
fn digits(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at;
    while bytes.get(end).is_some_and(u8::is_ascii_digit) {
        end += 1;
    }
    (end > at).then_some(end)
}

/// The offset behind a number.
pub fn skip_number(bytes: &[u8], at: usize) -> Option<usize> {
    let start = if bytes.get(at) == Some(&b'-') { at + 1 } else { at };
    let mut end = digits(bytes, start)?;
    if bytes.get(start) == Some(&b'0') && end > start + 1 {
        return None;
    }
    if bytes.get(end) == Some(&b'.') {
        end = digits(bytes, end + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        let sign = matches!(bytes.get(end + 1), Some(b'+' | b'-'));
        end = digits(bytes, end + 1 + usize::from(sign))?;
    }
    Some(end)
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
pub fn number(text: &str, at: usize) -> Option<(f64, usize)> {
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

/// The offset behind a list of plain texts, or also of numbers.
pub fn flat_list(text: &str, at: usize, texts_only: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    if *bytes.get(at)? != b'[' {
        return None;
    }
    let mut at = blanks(bytes, at + 1);
    if *bytes.get(at)? == b']' {
        return Some(at + 1);
    }
    loop {
        at = match *bytes.get(at)? {
            b'"' => text_end(bytes, at + 1)? + 1,
            b'0'..=b'9' | b'-' if !texts_only => skip_number(bytes, at)?,
            _ => return None,
        };
        at = blanks(bytes, at);
        match *bytes.get(at)? {
            b',' => at = blanks(bytes, at + 1),
            b']' => return Some(at + 1),
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
