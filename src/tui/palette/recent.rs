//! What was used last in the palette, as it is remembered.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// The most entries that are remembered.
const MOST: usize = 20;

/// An entry that was used, by its kind and its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Used {
    /// The kind, by its name.
    pub kind: CompactString,
    /// What it is about: the name of an action, view or scenario, the id of a customer or playbook.
    pub name: CompactString,
}

/// What was used last, the last first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Recent(pub Vec<Used>);

impl Recent {
    /// Notes that an entry is used.
    pub fn note(&mut self, used: Used) {
        self.0.retain(|known| *known != used);
        self.0.insert(0, used);
        self.0.truncate(MOST);
    }

    /// Returns how long ago an entry was used, in uses; `None` where it is not known.
    pub fn place(&self, kind: &str, name: &str) -> Option<usize> {
        self.0.iter().position(|used| used.kind == kind && used.name == name)
    }

    /// Puts what was used since `before` in front of what another dashboard wrote.
    pub fn merge(&mut self, before: &Self, after: &Self) {
        if before != after {
            let theirs = std::mem::replace(self, after.clone());
            self.0.extend(theirs.0.into_iter().filter(|used| !after.0.contains(used)));
            self.0.truncate(MOST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(name: &str) -> Used {
        Used { kind: "action".into(), name: name.into() }
    }

    fn names(recent: &Recent) -> String {
        recent.0.iter().map(|used| used.name.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_last_used_is_first_each_once_and_there_are_few() {
        let mut recent = Recent::default();
        for name in ["a", "b", "a", "c"] {
            recent.note(used(name));
        }
        assert_eq!(names(&recent), "c a b");
        (0..40).for_each(|n| recent.note(used(&n.to_string())));
        assert_eq!(recent.0.len(), MOST);
        assert_eq!(recent.place("action", "39"), Some(0));
        assert_eq!(recent.place("view", "39"), None);
    }

    #[test]
    fn two_dashboards_remember_what_either_used() {
        let mut before = Recent::default();
        before.note(used("a"));
        let (mut mine, mut theirs) = (before.clone(), before.clone());
        mine.note(used("mine"));
        theirs.note(used("theirs"));
        theirs.merge(&before, &mine);
        assert_eq!(names(&theirs), "mine a theirs");
        let written = theirs.clone();
        theirs.merge(&mine, &mine);
        assert_eq!(theirs, written, "nothing new was used");
    }
}
