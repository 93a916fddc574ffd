//! TextPool that several findings share. Text from data files in them is not yet escaped.

use rustc_hash::FxHashSet;

use crate::domain::labels::{LabelKind, Labels};
use crate::domain::money::count;

/// The most names that are told one by one.
pub const MOST: usize = 4;

/// `SMB`, `SMB and Mid-Market`, `A, B, C, D and 3 more`. Each name once.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen = FxHashSet::default();
    let mut told: Vec<&str> = Vec::new();
    for name in names {
        if seen.insert(name) && told.len() < MOST {
            told.push(name);
        }
    }
    if seen.len() > MOST {
        return format!("{} and {} more", told.join(", "), count(seen.len() - MOST));
    }
    match told.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// Returns a stage as part of a sentence: `in the support stage`, `without a stage`.
pub fn in_stage(labels: &Labels, stage: Option<&str>) -> String {
    match stage {
        None => "without a stage".to_owned(),
        Some("") => "in the stage \"\"".to_owned(),
        Some(stage) => format!("in the {} stage", labels.inline(LabelKind::Stage, stage)),
    }
}

/// `has` of one, `have` of any other number.
pub fn have(n: usize) -> &'static str {
    if n == 1 { "has" } else { "have" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_once_and_not_too_many_of_them() {
        assert_eq!(listed([]), "");
        assert_eq!(listed(["A", "A"]), "A");
        assert_eq!(listed(["A", "B", "A"]), "A and B");
        assert_eq!(listed(["A", "B", "C", "D"]), "A, B, C and D");
        assert_eq!(listed(["A", "B", "C", "D", "E", "F"]), "A, B, C, D and 2 more");
    }

    #[test]
    fn no_stage_is_not_the_empty_one() {
        let in_stage = |stage| in_stage(&Labels::default(), stage);
        assert_eq!(in_stage(None), "without a stage");
        assert_eq!(in_stage(Some("")), "in the stage \"\"");
        assert_eq!(in_stage(Some("support")), "in the support stage");
    }
}
