//! Decimal digits, eight at a time: to ask of each character whether it is one is to guess how many
//! there are.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = ONES << 7;

/// Eight characters, of which the first is in the lowest byte, as the values of digits.
#[inline]
pub const fn digits(characters: [u8; 8]) -> u64 {
    u64::from_le_bytes(characters) ^ (ONES * b'0' as u64)
}

/// Marks the highest bit of each byte that is no digit, of what [`digits`] gives.
#[inline]
pub const fn others(digits: u64) -> u64 {
    (((digits & !HIGH) + ONES * 0x76) | digits) & HIGH
}

/// Returns the number that eight digits are.
#[inline]
pub const fn value(digits: u64) -> u64 {
    // Neighbors are put together: pairs, fours, all eight.
    let pairs = (digits * 10 + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    (fours * 10_000 + (fours >> 32)) & 0xFFFF_FFFF
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_are_their_number() {
        for number in [0, 7, 12_345_678, 99_999_999, 10_000_000, 90_909] {
            let text = format!("{number:08}");
            let digits = digits(*text.as_bytes().first_chunk().unwrap());
            assert_eq!((others(digits), value(digits)), (0, number));
        }
    }

    #[test]
    fn whatever_is_no_digit_is_marked() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut text = *b"90817263";
                text[place] = byte;
                let marked = others(digits(text));
                let want = if byte.is_ascii_digit() { 0 } else { 0x80 << (8 * place) };
                assert_eq!(marked, want, "{byte} at {place}");
            }
        }
    }
}
