//! `near_miss`: two ids that differ only in their form (case, white space, normal form, invisible
//! characters).

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::ground::Ground;
use crate::domain::form::{difference, folded};
use crate::domain::{Code, DataFile, Finding};
use crate::store::{CustomerIx, PlaybookIx};

/// One for each id of a customer, then of a playbook, that folds to the same as one before it.
pub fn findings(ground: &Ground<'_>) -> Vec<Finding> {
    let dataset = ground.dataset;
    let customers: Vec<&str> = dataset.customers().map(|view| view.id()).collect();
    let of_customer = |(before, number): (usize, usize)| {
        let (id, other) = (*customers.get(number)?, *customers.get(before)?);
        let finding = finding(id, other, "customers")?.in_file(DataFile::Customers.name());
        let row = dataset.customers.rows.get(CustomerIx::at(number));
        let place = row.and_then(|row| dataset.tables.customers.places.locate(row.index()));
        let mut finding = place.into_iter().fold(finding.field("customer_id"), Finding::located);
        finding.customers = Some(1);
        Some(finding)
    };
    let mut found: Vec<Finding> = pairs(&customers).into_iter().filter_map(of_customer).collect();
    let playbooks: Vec<&str> = dataset.playbooks().map(|playbook| playbook.id.as_str()).collect();
    let of_playbook = |(before, number): (usize, usize)| {
        let playbook = dataset.playbook(PlaybookIx::at(number))?;
        let finding = finding(&playbook.id, playbooks.get(before)?, "playbooks")?;
        Some(ground.at_playbook(finding.field("playbook_id"), playbook))
    };
    found.extend(pairs(&playbooks).into_iter().filter_map(of_playbook));
    found
}

fn finding(id: &str, other: &str, kind: &str) -> Option<Finding> {
    let differs = difference(id, other)?;
    let message =
        format!("\"{id}\" is similar to \"{other}\" ({differs}); they count as two {kind}");
    Some(Finding::new(Code::NearMiss, message))
}

/// Of different ids that fold to the same, each later one with the first.
fn pairs(ids: &[&str]) -> Vec<(usize, usize)> {
    // Among ids in one plain form all that fold to the same are the same: where most are, only the
    // others have to be remembered.
    let upper = |id: &str| id.bytes().all(|b| b.is_ascii_graphic() && !b.is_ascii_lowercase());
    let lower = |id: &str| id.bytes().all(|b| b.is_ascii_graphic() && !b.is_ascii_uppercase());
    let count = |plain: &dyn Fn(&str) -> bool| ids.iter().filter(|id| plain(id)).count();
    let plain: &dyn Fn(&str) -> bool = if count(&upper) >= count(&lower) { &upper } else { &lower };
    let mut odd: FxHashMap<Cow<'_, str>, Vec<usize>> = FxHashMap::default();
    for (number, id) in ids.iter().enumerate().filter(|(_, id)| !plain(id)) {
        odd.entry(folded(id)).or_default().push(number);
    }
    if odd.is_empty() {
        return Vec::new();
    }
    for (number, id) in ids.iter().enumerate().filter(|(_, id)| plain(id)) {
        if let Some(same) = odd.get_mut(&folded(id)) {
            same.push(number);
        }
    }
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for mut same in odd.into_values() {
        same.sort_unstable();
        if let Some((first, later)) = same.split_first() {
            pairs.extend(later.iter().map(|number| (*first, *number)));
        }
    }
    pairs.sort_unstable_by_key(|(_, number)| *number);
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_fold_to_the_same_are_found_whatever_form_most_have() {
        assert_eq!(pairs(&["C1", "C2", "c1", "C3", "C2 "]), [(0, 2), (1, 4)]);
        assert_eq!(pairs(&["c1", "c2", "C1", "\u{200b}c1"]), [(0, 2), (0, 3)]);
        assert_eq!(pairs(&["Ab", "aB", "Cd"]), [(0, 1)]);
        assert_eq!(pairs(&["Zoë", "Zoe\u{308}", "Zoe"]), [(0, 1)]);
        assert_eq!(pairs(&[]), []);
    }
}
