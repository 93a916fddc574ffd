//! Times as people read them.

use jiff::Timestamp;

/// How long ago something was: `just now`, `40 s ago`, `3 min ago`, `5 h ago`, `12 days ago`. A time
/// in the future (another machine's clock) is `just now`.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(then.as_second());
    match seconds {
        ..5 => "just now".to_owned(),
        5..60 => format!("{seconds} s ago"),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..86_400 => format!("{} h ago", seconds / 3_600),
        86_400..172_800 => "1 day ago".to_owned(),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_largest_unit_that_fits() {
        let then: Timestamp = "2026-02-03T14:00:00Z".parse().unwrap();
        for (seconds, want) in [
            (-30, "just now"),
            (4, "just now"),
            (59, "59 s ago"),
            (60, "1 min ago"),
            (3_599, "59 min ago"),
            (3_600, "1 h ago"),
            (86_400, "1 day ago"),
            (1_000_000, "11 days ago"),
        ] {
            let now = then + jiff::SignedDuration::from_secs(seconds);
            assert_eq!(ago(then, now), want);
        }
    }
}
