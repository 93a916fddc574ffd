//! Of several customers those that are refused, those with one reason together.

use std::collections::hash_map::Entry;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::domain::money::counted;

/// Customers that are refused for one reason.
#[derive(Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// The reason.
    pub why: &'a str,
    /// Their ids.
    pub customers: Vec<&'a str>,
}

impl Group<'_> {
    /// Returns the reason of more than one customer: `3 customers: already approved by dana`.
    pub fn heading(&self) -> Option<String> {
        let many = self.customers.len();
        (many > 1).then(|| format!("{}: {}", counted(many, "customer"), self.why))
    }
}

/// Returns the first `most` customers, those with one reason together: in the order of the first of
/// each.
pub fn grouped(refused: &[(CompactString, String)], most: usize) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    for (id, why) in refused.iter().take(most) {
        // What is said of one customer alone may begin with its id; here its name stands beside it.
        let own = why.strip_prefix(id.as_str()).and_then(|rest| rest.strip_prefix(": "));
        let why = own.unwrap_or(why);
        match places.entry(why) {
            Entry::Occupied(place) => {
                groups.get_mut(*place.get()).into_iter().for_each(|group| group.customers.push(id));
            }
            Entry::Vacant(place) => {
                place.insert(groups.len());
                groups.push(Group { why, customers: vec![id] });
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reason_is_said_once() {
        let refused = [("C1", "C1: it runs"), ("C2", "too dear"), ("C3", "C3: it runs")]
            .map(|(id, why)| (CompactString::from(id), why.to_owned()));
        let groups = grouped(&refused, 9);
        let customers: Vec<_> = groups.iter().map(|group| group.customers.clone()).collect();
        assert_eq!(customers, [vec!["C1", "C3"], vec!["C2"]]);
        let headings: Vec<_> = groups.iter().map(Group::heading).collect();
        assert_eq!(headings, [Some("2 customers: it runs".to_owned()), None]);
        assert_eq!(grouped(&refused, 2).len(), 2);
    }
}
