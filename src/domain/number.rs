//! Numbers as the rules read and report them.

use std::io;
use std::sync::LazyLock;

use serde::{Serialize, Serializer};

use super::json;

/// Largest whole number that a binary double and all smaller ones hold exactly, 2^53.
pub const EXACT_WHOLE: f64 = 9_007_199_254_740_992.0;

/// "x or y": `y` where `x` is missing or zero. Negative zero is zero.
pub fn or(x: Option<f64>, y: f64) -> f64 {
    truthy(x).unwrap_or(y)
}

/// The number if it counts as given: present and not zero.
pub fn truthy(x: Option<f64>) -> Option<f64> {
    x.filter(|v| *v != 0.0)
}

/// Rounds the binary value to `digits` decimals, half to even, as the reference's `round` does
///. Going through the decimal text is what makes it exact: multiplying,
/// rounding and dividing is wrong for about one value in two hundred.
pub fn round(x: f64, digits: usize) -> f64 {
    format!("{x:.digits$}").parse().unwrap_or(x)
}

/// How many hundredths [`round`] with two decimals gives; `None` where that is not within 0 to 1. By
/// a table of the exact bounds, since a text for each of a million customers takes its time.
pub fn hundredths(x: f64) -> Option<usize> {
    /// The smallest number that rounds to more than each hundredth.
    static BOUNDS: LazyLock<[f64; 101]> = LazyLock::new(|| {
        std::array::from_fn(|hundredth| {
            let more = |x: f64| round(x, 2) > hundredth as f64 / 100.0;
            let mut bound = (2 * hundredth + 1) as f64 / 200.0;
            while more(bound) {
                bound = bound.next_down();
            }
            while !more(bound) {
                bound = bound.next_up();
            }
            bound
        })
    });
    if !(0.0..=1.0).contains(&x) {
        return None;
    }
    let low = (x * 100.0) as usize;
    BOUNDS.get(low).map(|bound| if x >= *bound { low + 1 } else { low })
}

/// Where a number stands among all numbers: the next larger one stands one further. Negative zero has a
/// place of its own, just before zero.
pub fn place(x: f64) -> u64 {
    let bits = x.to_bits();
    if x.is_sign_negative() { !bits } else { bits | 1 << 63 }
}

/// The number at a place.
pub fn at_place(place: u64) -> f64 {
    f64::from_bits(if place >> 63 == 0 { !place } else { place & !(1 << 63) })
}

/// The lowest number that passes a test which every higher number passes as well; infinite where none
/// does, or only that. Found by halving the range of all numbers, told by their order.
pub fn lowest(passes: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (place(f64::NEG_INFINITY), place(f64::INFINITY));
    while low < high {
        let middle = low + (high - low) / 2;
        if passes(at_place(middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    at_place(low)
}

/// A number as JSON writes it: whole numbers without a fraction, everything else as the shortest
/// text that reads back to the same double.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Num(pub f64);

impl Serialize for Num {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.whole() {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.serialize_f64(self.0),
        }
    }
}

impl Num {
    /// The number where it is a whole one.
    fn whole(self) -> Option<i64> {
        let whole = self.0 as i64;
        (whole as f64 == self.0 && self.0.abs() <= EXACT_WHOLE).then_some(whole)
    }

    /// Adds the number to a text, the same bytes as JSON has, in less time where it is whole or has few
    /// decimals.
    ///
    /// # Errors
    ///
    /// Returns none: a text in memory takes everything.
    pub fn append(self, text: &mut Vec<u8>) -> io::Result<()> {
        let mut digits = itoa::Buffer::new();
        if let Some(whole) = self.whole() {
            text.extend_from_slice(digits.format(whole).as_bytes());
            return Ok(());
        }
        let Some(scaled) = self.ten_thousandths() else { return json::write(text, &self) };
        match scaled / 10_000 {
            digit @ 0..=9 => text.push(b'0' + digit as u8),
            whole => text.extend_from_slice(digits.format(whole).as_bytes()),
        }
        let fraction = (scaled % 10_000) as u32;
        let digit = |unit: u32| b'0' + (fraction / unit % 10) as u8;
        let zeros = match fraction {
            _ if !fraction.is_multiple_of(10) => 0,
            _ if !fraction.is_multiple_of(100) => 1,
            _ if !fraction.is_multiple_of(1_000) => 2,
            _ => 3,
        };
        // A fixed number of bytes, then cut: no call is needed to copy them.
        text.extend_from_slice(&[b'.', digit(1_000), digit(100), digit(10), digit(1)]);
        text.truncate(text.len() - zeros);
        Ok(())
    }

    /// How many ten-thousandths the number is, where it is the double next to so many of them. No other
    /// text of fifteen digits or fewer reads back to it then, so that theirs is the shortest.
    fn ten_thousandths(self) -> Option<u64> {
        const SCALE: f64 = 10_000.0;
        if !(0.0..1e9).contains(&self.0) {
            return None;
        }
        let scaled = (self.0 * SCALE + 0.5) as i64;
        (scaled as f64 / SCALE == self.0).then_some(scaled.unsigned_abs())
    }
}

impl std::fmt::Display for Num {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Adding zero turns -0 into 0, which is what a reader expects to see.
        write!(f, "{}", self.0 + 0.0)
    }
}

/// Serializes an `f64` field as [`Num`] does.
///
/// # Errors
///
/// Returns the error of the serializer.
pub fn serialize<S: Serializer>(x: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    Num(*x).serialize(serializer)
}

/// Serializes an `Option<f64>` field as [`Num`] does, `None` as `null`.
///
/// # Errors
///
/// Returns the error of the serializer.
pub fn serialize_option<S: Serializer>(x: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    x.map(Num).serialize(serializer)
}

/// Serializes a `Vec<f64>` field, each as [`Num`] does.
///
/// # Errors
///
/// Returns the error of the serializer.
pub fn serialize_all<S: Serializer>(all: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(all.iter().copied().map(Num))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_and_missing_fall_back() {
        assert_eq!(or(Some(0.0), 0.5), 0.5);
        assert_eq!(or(Some(-0.0), 0.5), 0.5);
        assert_eq!(or(None, 0.5), 0.5);
        assert_eq!(or(Some(-1.0), 0.5), -1.0);
    }

    #[test]
    fn rounding_is_half_to_even_on_the_binary_value() {
        for (x, want) in [(0.125, 0.12), (0.375, 0.38), (0.625, 0.62), (0.875, 0.88)] {
            assert_eq!(round(x, 2), want, "{x}");
        }
        // Each of these is stored as a little less than it looks.
        assert_eq!(round(0.285, 2), 0.28);
        assert_eq!(round(0.145, 2), 0.14);
        assert_eq!(round(0.565, 2), 0.56);
        assert_eq!(round(-0.3 + 0.2, 2), -0.1);
    }

    #[test]
    fn hundredths_by_the_table_are_those_of_the_text() {
        let check = |x: f64| {
            let got = hundredths(x).map(|hundredths| hundredths as f64 / 100.0);
            let want = (0.0..=1.0).contains(&x).then(|| round(x, 2));
            assert_eq!(got, want, "{x:?}");
        };
        for step in 0..=20_000 {
            let x = f64::from(step) / 20_000.0;
            [x.next_down(), x, x.next_up(), x + 0.2].into_iter().for_each(check);
        }
        [-0.0, 1.0, 1.0f64.next_up(), -1.0, f64::MIN_POSITIVE].into_iter().for_each(check);
    }

    #[test]
    fn a_number_is_appended_as_json_has_it() {
        let check = |x: f64| {
            let mut text = Vec::new();
            Num(x).append(&mut text).unwrap();
            let text = String::from_utf8(text).unwrap();
            assert_eq!(text, serde_json::to_string(&Num(x)).unwrap(), "{x:?}");
        };
        for step in 0..=30_000 {
            let x = f64::from(step) / 10_000.0;
            [x.next_down(), x, x.next_up(), x * 1_000.0, x * 1e5, x / 7.0, -x]
                .into_iter()
                .for_each(check);
        }
        for x in [
            0.0,
            -0.0,
            1e-5,
            1e9,
            1e15,
            EXACT_WHOLE,
            EXACT_WHOLE + 2.0,
            1e300,
            -1e300,
            0.30000000000000004,
        ] {
            [x, x.next_up(), x.next_down(), x + 0.5, x + 0.0001].into_iter().for_each(check);
        }
    }

    #[test]
    fn whole_numbers_have_no_fraction() {
        let text = |x| serde_json::to_string(&Num(x)).unwrap();
        assert_eq!(text(58.0), "58");
        assert_eq!(text(-0.0), "0");
        assert_eq!(text(0.1), "0.1");
        assert_eq!(Num(-0.0).to_string(), "0");
    }
}
