//! `outcomes_differ`: outcomes that agents reported and that the data has as well. One outcome of an
//! intervention counts: the one of the data, else the one that was reported first.

use std::collections::hash_map::Entry;

use rustc_hash::{FxHashMap, FxHashSet};

use super::file::REPORTED_OUTCOMES;
use crate::domain::{Code, Finding, Outcome};
use crate::store::dataset::fields;
use crate::store::interned::CustomerIds;
use crate::store::{RowIx, Table};

/// Returns the outcomes without the reports that do not count; `None` where all count. Tells of those
/// that say something else than the outcome that counts.
pub fn counted_once(
    table: &Table<Outcome>,
    ids: &CustomerIds,
    findings: &mut Vec<Finding>,
) -> Option<Table<Outcome>> {
    let reports = table.places.first_of(REPORTED_OUTCOMES)?..table.len;
    let (interventions, customers) = (table.texts(fields::OUTCOME_INTERVENTION), table.customers());
    let about = |row: usize| {
        let id = interventions.get(row).filter(|id| !id.is_empty())?;
        Some((customers.get(RowIx::at(row))?, id))
    };
    let reported: FxHashSet<_> = reports.clone().filter_map(about).collect();
    let mut counts: FxHashMap<_, usize> = FxHashMap::default();
    for row in 0..reports.start {
        if let Some(about) = about(row).filter(|about| reported.contains(about)) {
            counts.entry(about).or_insert(row);
        }
    }
    let mut dropped = FxHashSet::default();
    for row in reports {
        match about(row).map(|about| counts.entry(about)) {
            None => {}
            Some(Entry::Vacant(first)) => _ = first.insert(row),
            Some(Entry::Occupied(other)) => {
                dropped.insert(row);
                findings.extend(difference(table, ids, row, *other.get()));
            }
        }
    }
    let kept = || (0..table.len).filter(|row| !dropped.contains(row)).collect::<Vec<usize>>();
    (!dropped.is_empty()).then(|| table.select(&kept()))
}

/// Returns what a report says otherwise than the outcome that counts. When it was measured is no
/// difference, nor is that only one of them says whether a person chose the playbook.
fn difference(
    table: &Table<Outcome>,
    ids: &CustomerIds,
    row: usize,
    counts: usize,
) -> Option<Finding> {
    let (here, there) = (table.row(row, ids)?, table.row(counts, ids)?);
    let text = |text: &str| Some(format!("\"{text}\""));
    let number = |number: Option<f64>| number.map(|number| number.to_string());
    let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
    let said = |row: &Outcome| {
        [
            ("playbook_id", text(&row.playbook_id)),
            ("outcome", row.outcome.as_deref().and_then(text)),
            ("playbook_success", flag(row.playbook_success)),
            ("resolution_time_days", number(row.resolution_time_days)),
            ("estimated_revenue_saved", number(row.estimated_revenue_saved)),
            ("human_override", flag(Some(row.human_override.unwrap_or(false)))),
        ]
    };
    let differ = said(&here).into_iter().zip(said(&there)).filter(|(here, there)| here != there);
    let nothing = || "nothing".to_owned();
    let mut field = None;
    let words = differ.map(|((name, here), (_, there))| {
        field.get_or_insert(name);
        let (here, there) = (here.unwrap_or_else(nothing), there.unwrap_or_else(nothing));
        format!("{name} {here} here, {there} there")
    });
    let words = words.collect::<Vec<_>>().join("; ");
    let at = table.places.locate(counts)?;
    let message = format!(
        "another outcome of intervention \"{}\" counts, in line {} of {}: {words}",
        here.intervention_id, at.place.line, at.file
    );
    let mut finding = Finding::new(Code::OutcomesDiffer, message).field(field?);
    finding.customer_id = Some(here.customer_id);
    Some(table.at_row(finding, row))
}
