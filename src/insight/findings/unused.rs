//! `unused_performance`: performance rows whose numbers no one uses.

use rustc_hash::FxHashSet;

use super::ground::Ground;
use super::words::in_stage;
use crate::domain::{Code, DataFile, Finding, PerformanceRow, Playbook, number};
use crate::matching::lists::Openness;

const ALL: &str = "All";

/// One for each row that is looked up for no customer, whatever the customer's risk; in file order.
pub fn findings(ground: &Ground<'_>) -> Vec<Finding> {
    let rows = &ground.dataset.performance;
    let mut used = vec![false; rows.len()];
    for (pair, list) in ground.lists() {
        for entry in list.all() {
            let row = ground.performance_row(entry.playbook, pair.segment);
            if let Some(used) = row.and_then(|row| used.get_mut(row)) {
                *used = true;
            }
        }
    }
    let openness = Openness::new(ground.dataset, Playbook::is_active);
    let aside = ground.dataset.skipped_playbooks().map(|aside| aside.playbook_id.as_str());
    let known = Known { openness, skipped: aside.collect() };
    let unused = rows.iter().enumerate().zip(used).filter(|(_, used)| !used);
    unused.map(|((number, row), _)| finding(ground, &known, number, row)).collect()
}

/// What is looked up for every row.
struct Known<'a> {
    openness: Openness<'a>,
    /// Playbooks whose row was skipped.
    skipped: FxHashSet<&'a str>,
}

fn finding(ground: &Ground<'_>, known: &Known<'_>, number: usize, row: &PerformanceRow) -> Finding {
    let (field, why) = why(ground, known, row);
    let of = match row.segment.as_deref() {
        Some(ALL) => format!("{} across segments", row.playbook_id),
        Some(segment) => format!("{} for {segment}", row.playbook_id),
        None => row.playbook_id.to_string(),
    };
    let message = format!("the numbers of {of} are not used: {why}");
    let finding = Finding::new(Code::UnusedPerformance, message).field(field);
    ground.at_performance(finding, number)
}

/// The field that keeps a row from being used, and why.
fn why(ground: &Ground<'_>, known: &Known<'_>, row: &PerformanceRow) -> (&'static str, String) {
    let playbooks = ground.dataset.tables.name_of(DataFile::Playbooks);
    let Some(playbook) = ground.dataset.playbook_by_id(&row.playbook_id) else {
        let why = match known.skipped.contains(row.playbook_id.as_str()) {
            true => format!("the playbook's row in {playbooks} was skipped; fix it"),
            false => format!("the playbook is not in {playbooks}; fix the id or remove the row"),
        };
        return ("playbook_id", why);
    };
    if !playbook.is_active() {
        let status = playbook.status.as_deref().unwrap_or("none");
        return ("playbook_id", format!("the playbook is not active (status: {status})"));
    }
    let Some(segment) = row.segment.as_deref() else {
        return (
            "segment",
            "the segment is null; name one, or leave it out for all segments".into(),
        );
    };
    let counts = ground.performance.row(&row.playbook_id, segment).map(|(counts, _)| counts);
    if let Some(counts) = counts.filter(|counts| !std::ptr::eq(*counts, row)) {
        let roi = |row: &PerformanceRow| number::or(row.roi_ratio, 0.0);
        let places = &ground.dataset.tables.performance.places;
        let place_of = |row: &PerformanceRow| places.locate(ground.number_of(row)?);
        let (own, place) = (place_of(row), place_of(counts));
        let line = match place {
            Some(at) if own.is_some_and(|own| own.file == at.file) => {
                format!("line {}", at.place.line)
            }
            Some(at) => format!("line {} of {}", at.place.line, at.file),
            None => "another row".to_owned(),
        };
        let because = if roi(counts) > roi(row) { "has a higher ROI" } else { "comes first" };
        let why = format!("{line} is for the same segment and {because}; keep one of them");
        return ("roi_ratio", why);
    }
    if segment == ALL {
        let why = "every eligible segment has its own row";
        return ("segment", why.to_owned());
    }
    let number = ground.dataset.playbook_numbers.get(&row.playbook_id);
    let stage = playbook.journey_stage.as_deref();
    if !number.is_some_and(|number| known.openness.is_open(stage, segment, *number)) {
        return ("segment", "the playbook is not open to that segment".to_owned());
    }
    let in_stage = in_stage(&ground.matching.policy().labels, stage);
    ("segment", format!("no customer of that segment is {in_stage}"))
}
