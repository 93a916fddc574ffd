//! Amounts as people type them.

/// Reads an amount as people type it: `50000`, `50k`, `1.5m`, `$50,000`. A comma separates thousands and
/// nothing else. `None` where it is not a finite number.
pub fn amount(text: &str) -> Option<f64> {
    let text = text.trim_start_matches('$').replace('_', "").to_lowercase();
    let (digits, unit) = match text.strip_suffix('k') {
        Some(digits) => (digits, 1e3),
        None => text.strip_suffix('m').map_or((text.as_str(), 1.0), |digits| (digits, 1e6)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default().trim_start_matches(['-', '+']);
    let mut later = groups.peekable();
    let grouped = later.peek().is_none()
        || ((1..=3).contains(&first.len()) && later.all(|group| group.len() == 3));
    let digits = digits.replace(',', "");
    let number =
        digits.parse::<f64>().ok().filter(|x| grouped && !part.contains(',') && x.is_finite());
    number.map(|x| x * unit)
}

/// Returns true for `50.000`, which many write for fifty thousand.
pub(super) fn is_grouped_by_points(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = text.trim_start_matches('$').split_once('.');
    parts.is_some_and(|(whole, rest)| {
        (1..=3).contains(&whole.len())
            && digits(whole)
            && !whole.starts_with('0')
            && rest.len() == 3
            && digits(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (text, number) in [
            ("50000", 50_000.0),
            ("$50,000", 50_000.0),
            ("1,234,567.5", 1_234_567.5),
            ("50k", 50_000.0),
            ("1.5m", 1_500_000.0),
            ("-5", -5.0),
            ("0.7", 0.7),
            ("1_000", 1_000.0),
        ] {
            assert_eq!(amount(text), Some(number), "{text}");
        }
        for text in ["0,7", "50,00", "1,2345", ",5", "5,", "1,,000", "", "k", "inf", "1e400"] {
            assert_eq!(amount(text), None, "{text}");
        }
    }
}
