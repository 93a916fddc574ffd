//! Amounts of money as people read them.

/// From this amount in dollars on cents are not shown.
const NO_CENTS_FROM: f64 = 1_000.0;

/// Returns an amount in dollars: `$58.27`, `$3,500`, `-$120`. From $1,000 up it is rounded to whole
/// dollars, below to cents; whole dollars have no cents. The exact number is in JSON and CSV.
pub fn dollars(amount: f64) -> String {
    let is_large = amount.is_finite() && amount.abs() >= NO_CENTS_FROM;
    exact_dollars(if is_large { amount.round() } else { amount })
}

/// An amount in dollars with its cents wherever there are some, for messages that compare two.
pub fn exact_dollars(amount: f64) -> String {
    if !amount.is_finite() {
        return "$∞".to_owned();
    }
    let text = cents(amount.abs());
    let negative = amount < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    format!("{}${}", if negative { "-" } else { "" }, grouped(&text))
}

/// An amount in dollars rounded to the cent: limits are compared so, as a cent is all that is shown.
pub fn to_the_cent(amount: f64) -> f64 {
    let rounded = (amount * 100.0).round() / 100.0;
    // Beyond what can be counted in cents no amount has a part of one.
    if rounded.is_finite() { rounded } else { amount }
}

/// An amount as a term of a calculation, without the dollar sign: `3,500`, `58.27`.
pub fn plain(amount: f64) -> String {
    exact_dollars(amount).replacen('$', "", 1)
}

/// Whole amounts without cents, all others with two decimals.
fn cents(amount: f64) -> String {
    let text = format!("{amount:.2}");
    text.strip_suffix(".00").map(str::to_owned).unwrap_or(text)
}

/// A count with thousands separators: `12,480`.
pub fn count(n: usize) -> String {
    grouped(&n.to_string())
}

/// A count of things: `1 play`, `12,480 plays`.
pub fn counted(n: usize, one: &str) -> String {
    format!("{} {one}{}", count(n), if n == 1 { "" } else { "s" })
}

/// An amount short enough for a narrow column: `$940`, `$42k`, `$1.2M`.
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

/// A ratio of value to cost: `46.7×`.
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
    fn dollars_group_thousands_and_show_cents_only_where_there_are_some() {
        for (amount, want) in [
            (0.0, "$0"),
            (-0.0, "$0"),
            (58.0, "$58"),
            (58.27, "$58.27"),
            (3_500.0, "$3,500"),
            (1_234_567.5, "$1,234,568"),
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
    fn ratios_and_counts() {
        assert_eq!(ratio(46.666), "46.7×");
        assert_eq!(ratio(12_345.0), "12,345.0×");
        assert_eq!(ratio(f64::INFINITY), "∞×");
        assert_eq!(count(1_000_000), "1,000,000");
        assert_eq!(count(12), "12");
    }
}
