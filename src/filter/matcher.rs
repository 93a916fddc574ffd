//! The customers that match a filter: each is tested once, and texts that many of them share (segment,
//! stage, owner, playbook, status) once for each different text.

use std::ops::Range;

use compact_str::CompactString;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization as _;

use super::field::TextField;
use super::parse::{Filter, Term};
use super::write::path_text;
use crate::domain::letters::{Fit, Letters, merged, searched};
use crate::domain::{Person, Playbook};
use crate::matching::Matching;
use crate::workspace::Snapshot;

/// A filter applied to one snapshot. Keeps what it found out, so each thread has one of its own.
pub struct FilterMatcher<'a> {
    snapshot: &'a Snapshot,
    conditions: Vec<Condition<'a>>,
    words: Vec<Word<'a>>,
}

/// What was found out about texts that many customers share.
struct Known<'a, T> {
    /// The first ones: to compare with a few short texts is faster than to hash one.
    few: Vec<(Option<&'a str>, T)>,
    more: FxHashMap<Option<&'a str>, T>,
}

impl<T> Default for Known<'_, T> {
    fn default() -> Self {
        Self { few: Vec::new(), more: FxHashMap::default() }
    }
}

impl<'a, T: Copy> Known<'a, T> {
    const FEW: usize = 8;

    /// The result of a test of a text, run once for each.
    fn once(&mut self, text: Option<&'a str>, test: impl FnOnce(Option<&str>) -> T) -> T {
        if let Some((_, result)) = self.few.iter().find(|(known, _)| *known == text) {
            return *result;
        }
        if self.few.len() < Self::FEW {
            let result = test(text);
            self.few.push((text, result));
            return result;
        }
        *self.more.entry(text).or_insert_with(|| test(text))
    }
}

/// A term with what it found out.
struct Condition<'a> {
    term: Term,
    known: Known<'a, bool>,
}

/// A word with what it found out.
struct Word<'a> {
    letters: Letters,
    segments: Known<'a, Option<Fit>>,
    stages: Known<'a, Option<Fit>>,
    /// By the playbook's number.
    playbooks: Vec<Option<Option<Fit>>>,
}

impl Filter {
    /// Returns the numbers of the customers that match, in file order. Looks at them on every core.
    pub fn rows(&self, snapshot: &Snapshot) -> Vec<usize> {
        (0..snapshot.len())
            .into_par_iter()
            .map_init(
                || FilterMatcher::new(self, snapshot),
                |matcher, number| matcher.matches(number).then_some(number),
            )
            .flatten_iter()
            .collect()
    }
}

impl<'a> FilterMatcher<'a> {
    /// Returns a matcher for the customers of a snapshot.
    pub fn new(filter: &Filter, snapshot: &'a Snapshot) -> Self {
        let playbooks = snapshot.matching.dataset().playbooks.len();
        let condition = |term: &Term| Condition { term: term.clone(), known: Known::default() };
        let word = |word: &String| Word {
            letters: Letters::new(word),
            segments: Known::default(),
            stages: Known::default(),
            playbooks: vec![None; playbooks],
        };
        Self {
            snapshot,
            conditions: filter.terms.iter().map(condition).collect(),
            words: filter.words.iter().map(word).collect(),
        }
    }

    /// Returns true where everything that was typed holds for a customer, by number.
    pub fn matches(&mut self, number: usize) -> bool {
        self.fit(number).is_some()
    }

    /// Returns how the words fit a customer, by number: as the one that fits worst, each where it fits
    /// best. `None` where something that was typed does not hold.
    pub fn fit(&mut self, number: usize) -> Option<Fit> {
        let snapshot = self.snapshot;
        if !self.conditions.iter_mut().all(|condition| condition.holds(snapshot, number)) {
            return None;
        }
        let mut words = self.words.iter_mut();
        words.try_fold(Fit::Begins, |worst, word| {
            Some(worst.max(word.fit(&snapshot.matching, number)?))
        })
    }
}

impl FilterMatcher<'_> {
    /// Returns the bytes of a text, as it is shown of a customer, that the words are found in: of each
    /// word, where this is one of the texts that it fits best. In order, without overlaps.
    pub fn marks(&mut self, number: usize, shown: &str) -> Vec<Range<usize>> {
        let matching = &self.snapshot.matching;
        let found = self.words.iter_mut().filter_map(|word| {
            let best = word.fit(matching, number)?;
            let (fit, ranges) = word.letters.find(shown)?;
            (fit == best).then_some(ranges)
        });
        merged(found.flatten().collect())
    }
}

impl<'a> Condition<'a> {
    fn holds(&mut self, snapshot: &'a Snapshot, number: usize) -> bool {
        let Self { term, known } = self;
        match term {
            Term::Number { field, comparison, than } => {
                field.value(snapshot, number).is_some_and(|value| comparison.holds(value, *than))
            }
            Term::Text { field, starts_with } => {
                let test = |text: &str| {
                    let text = searched(text);
                    starts_with.iter().any(|start| text.starts_with(start.as_str()))
                };
                any_text(snapshot, *field, number, known, &test)
            }
            Term::Exactly { field, text } => {
                is_exactly(snapshot, *field, number, known, text.as_deref())
            }
            Term::For(person) => snapshot.waits_for(number, person),
            Term::Owner(person) => {
                let test = |text: &str| Person::new(text).is(person);
                any_text(snapshot, TextField::Owner, number, known, &test)
            }
        }
    }
}

impl<'a> Word<'a> {
    /// The best way in which the word is found in the texts of a customer.
    fn fit(&mut self, matching: &'a Matching, number: usize) -> Option<Fit> {
        let view = matching.customer(number)?;
        let Self { letters, segments, stages, playbooks } = self;
        let fit = |text: &str| letters.fit(text);
        let mut best = None;
        // Once a word of a text begins with it, no other text is looked at. Those that are known from
        // other customers come first.
        let mut look = |found: &mut dyn FnMut() -> Option<Fit>| {
            if best != Some(Fit::Begins) {
                best = [best, found()].into_iter().flatten().min();
            }
        };
        look(&mut || segments.once(Some(view.segment()), |text| text.and_then(fit)));
        look(&mut || stages.once(view.stage(), |text| text.and_then(fit)));
        look(&mut || {
            let ranked = matching.winner(number)?;
            let test = || {
                let playbook = matching.playbook(ranked)?;
                [fit(playbook.title()), fit(&playbook.id)].into_iter().flatten().min()
            };
            match playbooks.get_mut(ranked.playbook.index()) {
                Some(known) => *known.get_or_insert_with(test),
                None => test(),
            }
        });
        look(&mut || fit(view.id()));
        look(&mut || view.name().and_then(fit));
        best
    }
}

/// Tests the texts of a field; a missing one is tested as `none`.
fn any_text<'a>(
    snapshot: &'a Snapshot,
    field: TextField,
    number: usize,
    known: &mut Known<'a, bool>,
    test: &dyn Fn(&str) -> bool,
) -> bool {
    let stored = field.stored(snapshot, number);
    let or_none = |text: Option<&str>| test(text.unwrap_or("none"));
    match field {
        TextField::Name | TextField::Id => or_none(stored),
        TextField::Playbook => stored.is_some_and(|id| {
            let title = || snapshot.matching.dataset().playbook_by_id(id).map(Playbook::title);
            known.once(Some(id), |_| test(id) || title().is_some_and(test))
        }),
        TextField::Path => known.once(stored, |path| or_none(path.and_then(path_of).as_deref())),
        _ => known.once(stored, or_none),
    }
}

/// Returns true where the text of a field is this one and no other; where there is none, for `None`.
/// A playbook is compared by its id alone: another one may have that as its name.
fn is_exactly<'a>(
    snapshot: &'a Snapshot,
    field: TextField,
    number: usize,
    known: &mut Known<'a, bool>,
    wanted: Option<&str>,
) -> bool {
    let stored = field.stored(snapshot, number);
    match field {
        TextField::Path => {
            known.once(stored, |path| same(path.and_then(path_of).as_deref(), wanted))
        }
        _ => same(stored, wanted),
    }
}

/// Returns true where both are the same text, however its letters are composed.
fn same(text: Option<&str>, wanted: Option<&str>) -> bool {
    match (text, wanted) {
        (Some(text), Some(wanted)) => {
            text == wanted || !text.is_ascii() && text.nfc().eq(wanted.nfc())
        }
        (text, wanted) => text.is_none() && wanted.is_none(),
    }
}

/// Returns a predicted path as it is typed; `None` for one that leads nowhere.
fn path_of(json: &str) -> Option<String> {
    // What cannot be read back was never kept: this program wrote it.
    let path: Vec<CompactString> = serde_json::from_str(json).ok()?;
    (!path.is_empty()).then(|| path_text(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_tested_once_however_many_there_are() {
        let texts: Vec<String> = (0..20).map(|number| format!("text {number}")).collect();
        let mut known = Known::default();
        let mut tests_run = 0;
        for _ in 0..3 {
            for text in &texts {
                let answer = known.once(Some(text), |text| {
                    tests_run += 1;
                    text.is_some_and(|text| text.ends_with('7'))
                });
                assert_eq!(answer, text.ends_with('7'));
            }
        }
        assert_eq!(tests_run, 20);
    }
}
