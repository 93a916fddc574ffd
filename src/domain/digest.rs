//! SHA-256 digests, as the ledger links and names its entries.

#![expect(clippy::indexing_slicing, reason = "a byte is a place among 256, four bits among 16")]

use std::fmt;

/// A SHA-256. Shown as 64 lowercase hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Digest([u8; 32]);

/// Of each byte its value as a lowercase hexadecimal digit, 255 where it is none.
const VALUES: [u8; 256] = {
    let mut values = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    values
};

impl Digest {
    /// Hexadecimal digits of one.
    pub const DIGITS: usize = 64;

    /// What stands for "no entry": 64 zeros when shown.
    pub const ZERO: Self = Self([0; 32]);

    /// Reads 64 lowercase hexadecimal digits; `None` of anything else.
    pub fn parse(digits: &[u8]) -> Option<Self> {
        let (pairs, []) = digits.as_chunks::<2>() else { return None };
        let mut bytes = [0; 32];
        if pairs.len() != bytes.len() {
            return None;
        }
        let mut wrong = 0;
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            let (high, low) = (VALUES[usize::from(*high)], VALUES[usize::from(*low)]);
            wrong |= high | low;
            *byte = high << 4 | low & 15;
        }
        // No value has more than four bits.
        (wrong < 16).then_some(Self(bytes))
    }

    /// The 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Digest {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |value: u8| b"0123456789abcdef"[usize::from(value & 15)];
        let mut text = [0; Self::DIGITS];
        for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            *pair = [digit(byte >> 4), digit(byte)];
        }
        // Digits are ASCII.
        f.pad(str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PartialEq<str> for Digest {
    fn eq(&self, digits: &str) -> bool {
        Self::parse(digits.as_bytes()) == Some(*self)
    }
}

impl PartialEq<&str> for Digest {
    fn eq(&self, digits: &&str) -> bool {
        self == *digits
    }
}

impl PartialEq<String> for Digest {
    fn eq(&self, digits: &String) -> bool {
        self == digits.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_come_out_as_they_went_in() {
        let digits = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let digest = Digest::parse(digits.as_bytes()).unwrap();
        assert_eq!(digest.to_string(), digits);
        assert_eq!(digest, digits);
        assert_eq!(Digest::ZERO.to_string(), "0".repeat(64));
        for bad in [&digits[1..], &digits.to_uppercase(), &format!("{digits}0"), "", "x"] {
            assert_eq!(Digest::parse(bad.as_bytes()), None, "{bad}");
        }
    }
}
