//! The customers that a filter leaves: each is asked for once, and what many of them share (segment,
//! stage, owner, playbook, status) is looked at once for each different text.

use compact_str::CompactString;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization as _;

use super::parse::{Comparison, Filter, NumberField, Term, TextField, path_text};
use crate::domain::letters::{Letters, searched};
use crate::domain::{Person, Playbook};
use crate::matching::Matching;
use crate::matching::risk::confidence;
use crate::store::CustomerView;
use crate::workspace::Snapshot;

/// A filter at work on one view. Keeps what it found out, so each thread has one of its own.
pub struct FilterMatcher<'a> {
    snapshot: &'a Snapshot,
    terms: Vec<Narrow<'a>>,
    words: Vec<Word<'a>>,
}

/// What was found out about texts that many customers share.
#[derive(Default)]
struct Known<'a> {
    /// The first ones: to compare with a few short texts is faster than to hash one.
    few: Vec<(Option<&'a str>, bool)>,
    more: FxHashMap<Option<&'a str>, bool>,
}

impl<'a> Known<'a> {
    const FEW: usize = 8;

    /// The answer about a text, asked for once.
    fn once(&mut self, text: Option<&'a str>, ask: impl FnOnce(Option<&str>) -> bool) -> bool {
        if let Some((_, answer)) = self.few.iter().find(|(known, _)| *known == text) {
            return *answer;
        }
        if self.few.len() < Self::FEW {
            let answer = ask(text);
            self.few.push((text, answer));
            return answer;
        }
        *self.more.entry(text).or_insert_with(|| ask(text))
    }
}

/// A term with what it found out.
struct Narrow<'a> {
    term: Term,
    known: Known<'a>,
}

/// A word with what it found out.
struct Word<'a> {
    letters: Letters,
    segments: Known<'a>,
    stages: Known<'a>,
    /// By the playbook's number.
    playbooks: Vec<Option<bool>>,
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
    pub fn new(filter: &Filter, snapshot: &'a Snapshot) -> Self {
        let playbooks = snapshot.matching.dataset().playbooks.len();
        let narrow = |term: &Term| Narrow { term: term.clone(), known: Known::default() };
        let word = |word: &String| Word {
            letters: Letters::new(word),
            segments: Known::default(),
            stages: Known::default(),
            playbooks: vec![None; playbooks],
        };
        Self {
            snapshot,
            terms: filter.terms.iter().map(narrow).collect(),
            words: filter.words.iter().map(word).collect(),
        }
    }

    /// True where everything that was typed holds for a customer.
    pub fn matches(&mut self, number: usize) -> bool {
        let snapshot = self.snapshot;
        self.terms.iter_mut().all(|narrow| narrow.holds(snapshot, number))
            && self.words.iter_mut().all(|word| word.is_in(&snapshot.matching, number))
    }
}

impl<'a> Narrow<'a> {
    fn holds(&mut self, snapshot: &'a Snapshot, number: usize) -> bool {
        let matching = &snapshot.matching;
        let Self { term, known } = self;
        match term {
            Term::Number { field, comparison, than } => number_of(matching, *field, number)
                .is_some_and(|x| match comparison {
                    Comparison::Less => x < *than,
                    Comparison::AtMost => x <= *than,
                    Comparison::Equal => x == *than,
                    Comparison::AtLeast => x >= *than,
                    Comparison::More => x > *than,
                }),
            Term::Text { field, starts_with } => {
                let ask = |text: &str| {
                    let text = searched(text);
                    starts_with.iter().any(|start| text.starts_with(start.as_str()))
                };
                text_of(snapshot, *field, number, known, &ask)
            }
            Term::Exactly { field, text } => {
                is_exactly(snapshot, *field, number, known, text.as_deref())
            }
            Term::For(name) => snapshot.waits_for(number, name),
            Term::Owner(name) => {
                let ask = |text: &str| Person::new(text).is(name);
                text_of(snapshot, TextField::Owner, number, known, &ask)
            }
        }
    }
}

impl<'a> Word<'a> {
    fn is_in(&mut self, matching: &'a Matching, number: usize) -> bool {
        let Some(view) = matching.customer(number) else { return false };
        let Self { letters, segments, stages, playbooks } = self;
        let hits = |text: &str| letters.are_in(text);
        hits(view.id())
            || segments.once(Some(view.segment()), |text| text.is_some_and(hits))
            || stages.once(view.stage(), |text| text.is_some_and(hits))
            || view.name().is_some_and(hits)
            || matching.winner(number).is_some_and(|ranked| {
                let ask = || {
                    let playbook = matching.playbook(ranked);
                    playbook.is_some_and(|playbook| hits(playbook.title()) || hits(&playbook.id))
                };
                match playbooks.get_mut(ranked.playbook.index()) {
                    Some(known) => *known.get_or_insert_with(ask),
                    None => ask(),
                }
            })
    }
}

fn number_of(matching: &Matching, field: NumberField, number: usize) -> Option<f64> {
    match field {
        NumberField::Risk => matching.risk_score(number),
        NumberField::Value => matching.customer(number).map(|view| view.account_value()),
        NumberField::AtRisk => Some(matching.revenue_at_risk(number)),
        NumberField::Confidence => {
            matching.risk_score(number).map(|risk| confidence(risk, matching.policy()))
        }
        NumberField::Roi => matching.winner(number).map(|ranked| ranked.economics.roi),
        NumberField::Cost => matching.winner(number).map(|ranked| ranked.economics.cost),
    }
}

/// Asks about a text of a customer; a missing one is asked about as `none`.
fn text_of<'a>(
    snapshot: &'a Snapshot,
    field: TextField,
    number: usize,
    known: &mut Known<'a>,
    ask: &dyn Fn(&str) -> bool,
) -> bool {
    let matching: &'a Matching = &snapshot.matching;
    let Some(view): Option<CustomerView<'a>> = matching.customer(number) else { return false };
    let or_none = |text: Option<&str>| ask(text.unwrap_or("none"));
    match field {
        TextField::Segment => known.once(Some(view.segment()), or_none),
        TextField::Stage => known.once(view.stage(), or_none),
        TextField::Status => known.once(Some(snapshot.status(number).name()), or_none),
        TextField::Owner => known.once(view.owner(), or_none),
        TextField::Name => or_none(view.name()),
        TextField::Id => ask(view.id()),
        TextField::Playbook => {
            let playbook = matching.winner(number).and_then(|ranked| matching.playbook(ranked));
            let told = |playbook: &Playbook| ask(&playbook.id) || ask(playbook.title());
            playbook.is_some_and(|playbook| known.once(Some(&playbook.id), |_| told(playbook)))
        }
        TextField::Path => {
            known.once(view.path(), |path| ask(path_of(path).as_deref().unwrap_or("none")))
        }
        TextField::Play => known.once(Some(play(matching, number)), or_none),
    }
}

/// True where a text of a customer is this one and no other; where it has none, for `None`.
fn is_exactly<'a>(
    snapshot: &'a Snapshot,
    field: TextField,
    number: usize,
    known: &mut Known<'a>,
    wanted: Option<&str>,
) -> bool {
    let matching: &'a Matching = &snapshot.matching;
    let Some(view): Option<CustomerView<'a>> = matching.customer(number) else { return false };
    let text = match field {
        TextField::Segment => Some(view.segment()),
        TextField::Stage => view.stage(),
        TextField::Status => Some(snapshot.status(number).name()),
        TextField::Owner => view.owner(),
        TextField::Name => view.name(),
        TextField::Id => Some(view.id()),
        // By its id alone: another one may have it as its name.
        TextField::Playbook => {
            let playbook = matching.winner(number).and_then(|ranked| matching.playbook(ranked));
            playbook.map(|playbook| playbook.id.as_str())
        }
        TextField::Path => {
            return known.once(view.path(), |path| same(path_of(path).as_deref(), wanted));
        }
        TextField::Play => Some(play(matching, number)),
    };
    same(text, wanted)
}

/// True where both are the same text, however its letters are composed.
fn same(text: Option<&str>, wanted: Option<&str>) -> bool {
    match (text, wanted) {
        (Some(text), Some(wanted)) => {
            text == wanted || !text.is_ascii() && text.nfc().eq(wanted.nfc())
        }
        (text, wanted) => text.is_none() && wanted.is_none(),
    }
}

/// A predicted path as it is typed; `None` for one that leads nowhere.
fn path_of(json: Option<&str>) -> Option<String> {
    // What cannot be read back was never kept: this program wrote it.
    let path: Vec<CompactString> = serde_json::from_str(json?).ok()?;
    (!path.is_empty()).then(|| path_text(&path))
}

fn play(matching: &Matching, number: usize) -> &'static str {
    if matching.winner(number).is_some() { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_asked_about_once_however_many_there_are() {
        let texts: Vec<String> = (0..20).map(|number| format!("text {number}")).collect();
        let mut known = Known::default();
        let mut asked = 0;
        for _ in 0..3 {
            for text in &texts {
                let answer = known.once(Some(text), |text| {
                    asked += 1;
                    text.is_some_and(|text| text.ends_with('7'))
                });
                assert_eq!(answer, text.ends_with('7'));
            }
        }
        assert_eq!(asked, 20);
    }
}
