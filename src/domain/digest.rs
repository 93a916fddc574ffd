//! SHA-256 digests, as the ledger links and names its entries.

use std::fmt;

/// A SHA-256. Shown as 64 lowercase hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Digest([u8; 32]);

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
        let value = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = value(*high)? << 4 | value(*low)?;
        }
        Some(Self(bytes))
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
        let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value & 15)]);
        let mut text = compact_str::CompactString::with_capacity(Self::DIGITS);
        for byte in self.0 {
            text.push(digit(byte >> 4));
            text.push(digit(byte));
        }
        f.pad(&text)
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
