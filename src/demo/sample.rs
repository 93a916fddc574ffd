//! The sample data as it is built into the program.

use std::fs;
use std::io;
use std::path::Path;

use jiff::civil::{Date, date};
use jiff::{Span, Unit};

/// The day that the sample data describes.
const AS_OF: Date = date(2026, 11, 20);

macro_rules! files {
    ($($name:literal)*) => {
        /// The files of the sample data: name and text.
        pub const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../sample_data/", $name)))),*];
    };
}
files! {
    "customers.json"
    "journey_playbooks.json"
    "journey_state_log.json"
    "fused_signals.json"
    "signals.json"
    "journey_forecasts.json"
    "playbook_performance_log.json"
    "interventions.json"
    "outcomes.json"
    "portfolio_snapshots.json"
    "nextplay.toml"
}

/// Writes the sample data into a directory as if it described `today`: every date in it is moved by
/// the same number of days.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(directory: &Path, today: Date) -> io::Result<()> {
    let days = AS_OF.until((Unit::Day, today)).map(|span| i64::from(span.get_days()));
    let days = days.unwrap_or_default();
    FILES.iter().try_for_each(|(name, text)| fs::write(directory.join(name), moved(text, days)))
}

/// A text of JSON or TOML with every value that is a date moved by a number of days.
fn moved(text: &str, days: i64) -> String {
    let later = |text: &str| {
        let day: Date = Some(text).filter(|text| text.len() == 10)?.parse().ok()?;
        Some(day.checked_add(Span::new().try_days(days).ok()?).ok()?.to_string())
    };
    // A date of the policy stands without quotes.
    let of_policy = |line: &str| {
        let (key, date) = line.split_once(" = ")?;
        Some(format!("{key} = {}", later(date)?))
    };
    let part = |part: &str| {
        let line = |line: &str| of_policy(line).unwrap_or_else(|| line.to_owned());
        let lines = || part.split('\n').map(line).collect::<Vec<String>>().join("\n");
        later(part).unwrap_or_else(lines)
    };
    text.split('"').map(part).collect::<Vec<String>>().join("\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_sample_data_is_in_the_program() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data");
        let names = fs::read_dir(directory).unwrap().map(|file| file.unwrap().file_name());
        let mut on_disk: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        // What was decided there by hand is not part of it.
        on_disk.retain(|name| name != "README.md" && !name.starts_with("decisions.jsonl"));
        on_disk.sort();
        let mut built_in: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        built_in.sort_unstable();
        assert_eq!(built_in, on_disk);
    }

    #[test]
    fn dates_are_moved_and_nothing_else() {
        let text =
            r#"{"id": "PS_2026_10_26", "at": "2026-11-30", "note": "since 2026-11-30", "n": 1}"#;
        let expected =
            r#"{"id": "PS_2026_10_26", "at": "2026-12-02", "note": "since 2026-11-30", "n": 1}"#;
        assert_eq!(moved(text, 2), expected);
        let policy = "#id = \"2026-q4\"\n#starts = 2026-11-30\n";
        assert_eq!(moved(policy, 2), "#id = \"2026-q4\"\n#starts = 2026-12-02\n");
        for (_, text) in FILES {
            assert_eq!(moved(text, 0), *text);
        }
    }
}
