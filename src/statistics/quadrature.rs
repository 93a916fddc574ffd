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

/// Gives the places and weights of the rule on an interval on which a function is smooth.
fn smooth_nodes(from: f64, to: f64, mut node: impl FnMut(f64, f64)) {
    let (middle, half) = ((from + to) / 2.0, (to - from) / 2.0);
    for (x, weight) in HALF {
        node(middle - half * x, weight * half);
        node(middle + half * x, weight * half);
    }
}

/// Of pieces that shrink towards an end each has an eighth of the one before: on them a root is smooth.
const SHRINK: f64 = 0.125;
/// So many of them leave nothing that counts.
const PIECES: i32 = 5;

/// Gives the places and weights on an interval, in no order; where it is rough, on one at whose ends a function may
/// begin as a root or another power does. The sum of the function's values there, weighed, is its integral.
pub fn nodes(from: f64, to: f64, rough: bool, mut node: impl FnMut(f64, f64)) {
    if !rough {
        return smooth_nodes(from, to, node);
    }
    let half = (to - from) / 2.0;
    for (end, inward) in [(from, 1.0), (to, -1.0)] {
        let place = |piece: i32| if piece == PIECES { 0.0 } else { half * SHRINK.powi(piece) };
        for piece in 0..PIECES {
            let (near, far) = (place(piece + 1), place(piece));
            smooth_nodes(near, far, |x, weight| node(end + inward * x, weight));
        }
    }
}

/// Returns the integral of a function over an interval, as [`nodes`] has it.
pub fn integral(from: f64, to: f64, rough: bool, of: impl Fn(f64) -> f64) -> f64 {
    let mut sum = 0.0;
    nodes(from, to, rough, |x, weight| sum += weight * of(x));
    sum
}

/// Returns the integral of a function over an interval so short that it hardly bends there: by four points.
pub fn short(from: f64, to: f64, of: impl Fn(f64) -> f64) -> f64 {
    let (middle, half) = ((from + to) / 2.0, (to - from) / 2.0);
    let pair = |(x, weight): (f64, f64)| weight * (of(middle - half * x) + of(middle + half * x));
    half * (pair((0.339_981_043_584_856_3, 0.652_145_154_862_546_1))
        + pair((0.861_136_311_594_052_6, 0.347_854_845_137_453_8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_and_roots_come_out_exact() {
        let power = |n: i32| integral(1.0, 3.0, false, |x| x.powi(n)) * f64::from(n + 1);
        for n in [0, 1, 7, 20, 31] {
            let want = 3f64.powi(n + 1) - 1.0;
            assert!((power(n) / want - 1.0).abs() < 1e-14, "{n}");
        }
        assert!((short(1.0, 3.0, |x| x.powi(7)) * 8.0 / (3f64.powi(8) - 1.0) - 1.0).abs() < 1e-14);
        assert!((integral(0.0, 4.0, true, f64::sqrt) - 16.0 / 3.0).abs() < 1e-9);
        assert!((integral(0.0, 4.0, true, |x| (4.0 - x).sqrt()) - 16.0 / 3.0).abs() < 1e-9);
    }
}
