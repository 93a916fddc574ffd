//! `bad_date`: dates that something is decided by and that cannot be read.

use jiff::Timestamp;

use super::capped::{Capped, capped};
use super::file::DataFile;
use crate::domain::text::short;
use crate::domain::time::date_of;
use crate::domain::{Code, Finding};
use crate::store::Table;
use crate::store::row::{Row, position_of};

/// One for each, in file order, field by field; of very many the rest in one.
pub fn findings<R: Row>(file: DataFile, table: &Table<R>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in R::DATES {
        let Some(field) = position_of(R::NAMES, name) else { continue };
        let texts = table.texts(field);
        // Few dates come again and again: each is read once.
        let bad: Vec<bool> = texts.pool().iter().map(is_bad).collect();
        if !bad.contains(&true) {
            continue;
        }
        let is_bad = |code: u32| bad.get(code as usize) == Some(&true);
        let rows = (0..table.len).filter(|row| texts.code(*row).is_some_and(is_bad));
        let Capped { first, more } = capped(rows);
        for row in first {
            let written = texts.get(row).unwrap_or_default();
            let message = format!(
                "{name} is {}, expected a date such as 2025-01-31{}; the date is ignored",
                short(written),
                perhaps(written),
            );
            findings.push(finding(file, table, row, name, message));
        }
        if let Some((row, count)) = more {
            let message = format!("{name} is not a date in {count} more rows, starting here");
            findings.push(finding(file, table, row, name, message));
        }
    }
    findings
}

fn finding<R: Row>(
    file: DataFile,
    table: &Table<R>,
    row: usize,
    name: &str,
    message: String,
) -> Finding {
    let finding = Finding::new(Code::BadDate, message).in_file(file.name()).field(name);
    table.at_row(finding, row)
}

/// Nothing written is no date, and no fault.
fn is_bad(written: &str) -> bool {
    !written.trim().is_empty() && date_of(written).is_none()
}

/// Which date a number may stand for. It is not read as such: whoever wrote it knows.
fn perhaps(written: &str) -> String {
    const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;
    let Ok(number) = written.parse::<i64>() else { return String::new() };
    let units = [
        ("seconds", Timestamp::from_second(number)),
        ("milliseconds", Timestamp::from_millisecond(number)),
    ];
    let meant = units.into_iter().find_map(|(unit, at)| {
        let date = at.ok()?.to_zoned(jiff::tz::TimeZone::UTC).date();
        YEARS.contains(&date.year()).then(|| format!(" (as {unit} since 1970, {date})"))
    });
    meant.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{JourneyState, Place};
    use crate::intake::batch::{Batch, CustomerKeys, Keep};
    use crate::intake::parse;
    use crate::intake::part::Input;
    use crate::store::interned::CustomerIds;

    fn told(dates: &[&str]) -> Vec<(Option<u32>, String)> {
        let rows: Vec<String> = dates
            .iter()
            .map(|date| format!(r#"{{"customer_id":"A","state_entered_at":{date}}}"#))
            .collect();
        let text = format!("[{}]", rows.join(",\n"));
        let file = DataFile::States;
        let input = Input::json(file);
        let mut read = parse::rows::<JourneyState>(input, text.as_bytes(), Keep::All).unwrap();
        let mut batch = Batch::new(Keep::All);
        batch.table.places.begin_part(file.name());
        let none = CustomerIds::default();
        let ids = read.ids(&none, file);
        batch.append(&mut read, Place::START, ids, &mut CustomerKeys::after(&none));
        let table = batch.finish().unwrap();
        assert_eq!(table.len, dates.len());
        let findings = findings(file, &table);
        assert!(findings.iter().all(|f| f.field.as_deref() == Some("state_entered_at")));
        findings.into_iter().map(|finding| (finding.line, finding.message)).collect()
    }

    #[test]
    fn a_date_in_any_other_form_is_told_and_its_row_stays() {
        let good =
            ["\"2025-01-12\"", "\" 2025-01-12T10:00:00Z\"", "null", "\"\"", "\"2025-01-12 9:00\""];
        assert_eq!(told(&good), []);
        for (bad, said) in [
            (
                "1736640000000",
                "1736640000000, expected a date such as 2025-01-31 (as milliseconds since 1970, 2025-01-12)",
            ),
            ("1736640000", "(as seconds since 1970, 2025-01-12)"),
            ("1736640000.5", "is 1736640000.5, expected"),
            ("\"12/01/2025\"", "is 12/01/2025, expected a date"),
            ("\"12.01.2025\"", "expected a date"),
            ("\"2025-13-01\"", "expected a date"),
            ("\"20250112\"", "expected a date"),
            ("\"Jan 12, 2025\"", "expected a date"),
            ("{\"$date\":\"2025-01-12\"}", "is {\"$date\":\"2025-01-12\"}, expected"),
            ("true", "is true, expected"),
            ("[2025,1,12]", "is [2025,1,12], expected"),
        ] {
            let told = told(&["null", bad, "\"2025-01-12\""]);
            assert_eq!(told.len(), 1, "{bad}");
            assert_eq!(told[0].0, Some(2), "{bad}");
            assert!(told[0].1.contains(said), "{bad}: {}", told[0].1);
        }
    }

    #[test]
    fn of_very_many_the_rest_is_told_in_one() {
        let told = told(&["1736640000000"; 1_000]);
        assert_eq!(told.len(), 21);
        assert!(told[20].1.contains("in 980 more rows"), "{}", told[20].1);
        assert_eq!(told[20].0, Some(21));
    }
}
