//! Amounts, ratios, shares and counts as people read them: one place for how a number looks.

use super::number::{Num, round};

/// Returns an amount in dollars: `$2,639,162`, `$58.27`, `-$120`. From $1,000 up there are no cents,
/// below that only where there are some.
pub fn dollars(amount: f64) -> String {
    if amount.abs() < LARGE { exact_dollars(amount) } else { exact_dollars(amount.round()) }
}

/// Amounts from this one up are shown without cents, in dollars.
const LARGE: f64 = 1_000.0;

/// Returns an amount in dollars with its cents wherever there are some, for messages that compare it
/// with a limit.
pub fn exact_dollars(amount: f64) -> String {
    if !amount.is_finite() {
        return "$∞".to_owned();
    }
    let text = cents(amount.abs());
    let negative = amount < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    format!("{}${}", if negative { "-" } else { "" }, grouped(&text))
}

/// Returns a share as a percentage with at most one decimal: `67%`, `64.5%`, `-9.4%`.
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "∞%".to_owned();
    }
    format!("{}%", grouped(&Num(round(share * 100.0, 1)).to_string()))
}

/// Returns a share that some runs showed, with its 95% interval where there is one: `64.5% (61–67%)`.
pub fn rate(share: f64, interval: Option<(f64, f64)>) -> String {
    let share = percent(share);
    let whole = |end: f64| Num(round(end * 100.0, 0)).to_string();
    match interval {
        Some((low, high)) => format!("{share} ({}–{}%)", whole(low), whole(high)),
        None => share,
    }
}

/// Returns a share of a whole as a percentage without decimals: `91%`, and `under 1%` rather than none.
pub fn whole_percent(share: f64) -> String {
    let percent_of = share * 100.0;
    if !percent_of.is_finite() {
        return "∞%".to_owned();
    }
    if percent_of > 0.0 && percent_of < 0.5 {
        return "under 1%".to_owned();
    }
    format!("{}%", grouped(&Num(round(percent_of, 0)).to_string()))
}

/// Returns a risk, a confidence or another share from 0 to 1 with two decimals, or with up to four
/// where two would hide a difference against a limit: `0.98`, `0.2999`.
pub fn share(x: f64) -> String {
    let exact = round(x, 4);
    if round(x, 2) == exact { format!("{x:.2}") } else { Num(exact).to_string() }
}

/// Returns a number of runs, mostly a whole one: `42 runs`, `1 run`, `no runs`.
pub fn runs(runs: f64) -> String {
    match runs {
        0.0 => "no runs".to_owned(),
        1.0 => "1 run".to_owned(),
        n if n > 0.0 && n.fract() == 0.0 && n < 1e15 => format!("{} runs", count(n as usize)),
        n => format!("{} runs", Num(n)),
    }
}

/// Returns an amount in dollars rounded to the cent: limits are compared so, as a cent is all that is shown.
pub fn to_the_cent(amount: f64) -> f64 {
    let rounded = (amount * 100.0).round() / 100.0;
    // Beyond what can be counted in cents no amount has a part of one.
    if rounded.is_finite() { rounded } else { amount }
}

/// Returns an amount as a term of a calculation, without the dollar sign: `3,500`, `58.27`.
pub fn plain(amount: f64) -> String {
    exact_dollars(amount).replacen('$', "", 1)
}

/// Whole amounts without cents, all others with two decimals.
fn cents(amount: f64) -> String {
    let text = format!("{amount:.2}");
    text.strip_suffix(".00").map(str::to_owned).unwrap_or(text)
}

/// Returns a count with thousands separators: `12,480`.
pub fn count(n: usize) -> String {
    grouped(&n.to_string())
}

/// Returns a count of things: `1 play`, `12,480 plays`.
pub fn counted(n: usize, one: &str) -> String {
    format!("{} {one}{}", count(n), if n == 1 { "" } else { "s" })
}

/// Returns an amount short enough for a narrow column: `$940`, `$42k`, `$1.2M`.
pub fn short_dollars(amount: f64) -> String {
    let size = amount.abs();
    let sign = if amount < 0.0 { "-" } else { "" };
    // The bounds are where the rounded text would need one digit more.
    if size < 999.5 {
        format!("{sign}${size:.0}")
    } else if size < 9_950.0 {
        format!("{sign}${:.1}k", size / 1e3)
    } else if size < 999_500.0 {
        format!("{sign}${:.0}k", size / 1e3)
    } else if size < 9_950_000.0 {
        format!("{sign}${:.1}M", size / 1e6)
    } else if size < 999_500_000.0 {
        format!("{sign}${:.0}M", size / 1e6)
    } else {
        format!("{sign}${:.1}B", size / 1e9)
    }
}

/// Returns a ratio of value to cost: `46.7×`.
pub fn ratio(roi: f64) -> String {
    if roi.is_finite() {
        format!("{}×", grouped(&format!("{roi:.1}")))
    } else {
        "∞×".to_owned()
    }
}

fn grouped(number: &str) -> String {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (whole, fraction) = match digits.find('.') {
        Some(dot) => digits.split_at(dot),
        None => (digits, ""),
    };
    let mut text = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text.push_str(fraction);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_have_cents_only_below_a_thousand() {
        for (amount, want) in [
            (0.0, "$0"),
            (-0.0, "$0"),
            (58.0, "$58"),
            (58.27, "$58.27"),
            (3_500.0, "$3,500"),
            (999.99, "$999.99"),
            (2_639_161.94, "$2,639,162"),
            (-120.0, "-$120"),
            (-0.001, "$0"),
            (7_480.000_000_1, "$7,480"),
        ] {
            assert_eq!(dollars(amount), want);
        }
    }

    #[test]
    fn amounts_are_the_same_to_the_cent() {
        assert_eq!(to_the_cent(500.004), 500.0);
        assert!(to_the_cent(500.006) > 500.0);
        assert!(to_the_cent(1e307) > to_the_cent(1e306), "also where cents have no number");
        assert_eq!(exact_dollars(500.006), "$500.01");
    }

    #[test]
    fn terms_have_no_dollar_sign() {
        assert_eq!(plain(3_500.0), "3,500");
        assert_eq!(plain(-58.27), "-58.27");
    }

    #[test]
    fn short_dollars_never_need_four_digits() {
        for (amount, want) in [
            (0.0, "$0"),
            (999.4, "$999"),
            (999.6, "$1.0k"),
            (9_960.0, "$10k"),
            (42_000.0, "$42k"),
            (999_600.0, "$1.0M"),
            (1_250_000.0, "$1.2M"),
            (-38_000.0, "-$38k"),
        ] {
            assert_eq!(short_dollars(amount), want);
        }
    }

    #[test]
    fn shares_never_hide_what_decides() {
        for (x, want) in [(0.98, "0.98"), (0.2999, "0.2999"), (0.5625, "0.5625"), (1.0, "1.00")] {
            assert_eq!(share(x), want);
        }
        assert_eq!(
            (percent(0.67), percent(0.645), percent(-0.094)),
            ("67%".into(), "64.5%".into(), "-9.4%".into())
        );
    }

    #[test]
    fn shares_of_a_whole_have_no_decimals_and_are_never_lost() {
        for (share, want) in [
            (0.909, "91%"),
            (0.0, "0%"),
            (0.002, "under 1%"),
            (34.598, "3,460%"),
            (-0.4, "-40%"),
            (f64::INFINITY, "∞%"),
        ] {
            assert_eq!(whole_percent(share), want);
        }
    }

    #[test]
    fn ratios_and_counts() {
        assert_eq!(ratio(46.666), "46.7×");
        assert_eq!(ratio(12_345.0), "12,345.0×");
        assert_eq!(ratio(f64::INFINITY), "∞×");
        assert_eq!(count(1_000_000), "1,000,000");
        assert_eq!(count(12), "12");
    }
}
