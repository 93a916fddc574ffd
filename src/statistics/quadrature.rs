//! Integrals by a fixed rule: Gauss and Legendre's with 16 points, on pieces whose ends may be rough.

/// Places and weights of the rule on -1 to 1, one half of it: the other half mirrors it.
const HALF: [(f64, f64); 8] = [
    (0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
    (0.281_603_550_779_258_9, 0.182_603_415_044_923_6),
    (0.458_016_777_657_227_4, 0.169_156_519_395_002_54),
    (0.617_876_244_402_643_7, 0.149_595_988_816_576_73),
    (0.755_404_408_355_003, 0.124_628_971_255_533_87),
    (0.865_631_202_387_831_7, 0.095_158_511_682_492_78),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_89),
    (0.989_400_934_991_649_9, 0.027_152_459_411_754_095),
];

/// Returns the integral of a function over an interval on which it is smooth.
pub fn smooth(from: f64, to: f64, mut of: impl FnMut(f64) -> f64) -> f64 {
    let (middle, half) = ((from + to) / 2.0, (to - from) / 2.0);
    let pair = |(x, weight): &(f64, f64)| weight * (of(middle - half * x) + of(middle + half * x));
    HALF.iter().map(pair).sum::<f64>() * half
}

/// Of pieces that shrink towards an end each has an eighth of the one before: on them a root is smooth.
const SHRINK: f64 = 0.125;
/// So many of them leave nothing that counts.
const PIECES: i32 = 5;

/// Returns the integral of a function over an interval at whose ends it may begin as a root or another power does.
pub fn rough(from: f64, to: f64, mut of: impl FnMut(f64) -> f64) -> f64 {
    let half = (to - from) / 2.0;
    let mut from_end = |end: f64, inward: f64| {
        let place = |piece: i32| if piece == PIECES { 0.0 } else { half * SHRINK.powi(piece) };
        let mut piece = |n: i32| smooth(place(n + 1), place(n), |x| of(end + inward * x));
        (0..PIECES).map(&mut piece).sum::<f64>()
    };
    from_end(from, 1.0) + from_end(to, -1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_and_roots_come_out_exact() {
        let power = |n: i32| smooth(1.0, 3.0, |x| x.powi(n)) * f64::from(n + 1);
        for n in [0, 1, 7, 20, 31] {
            let want = 3f64.powi(n + 1) - 1.0;
            assert!((power(n) / want - 1.0).abs() < 1e-14, "{n}");
        }
        assert!((rough(0.0, 4.0, f64::sqrt) - 16.0 / 3.0).abs() < 1e-9);
        assert!((rough(0.0, 4.0, |x| (4.0 - x).sqrt()) - 16.0 / 3.0).abs() < 1e-9);
    }
}
