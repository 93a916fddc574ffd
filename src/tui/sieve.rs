//! The customers that a filter leaves: each is asked for once, and what many of them share (segment,
//! stage, owner, playbook, status) is looked at once for each different text.

use frizbee::{CaseMatching, Config, Matcher};
use rustc_hash::FxHashMap;

use super::query::{Comparison, NumberField, Query, Term, TextField};
use crate::domain::{CustomerView, Playbook};
use crate::matching::Matching;
use crate::workspace::Snapshot;

/// A filter at work on one view. Keeps what it found out, so each thread has one of its own.
pub struct Sieve<'a> {
    snapshot: &'a Snapshot,
    terms: Vec<Narrow<'a>>,
    words: Vec<Word<'a>>,
}

/// What was found out about texts that many customers share.
type Known<'a> = FxHashMap<Option<&'a str>, bool>;

/// A term with what it found out.
struct Narrow<'a> {
    term: Term,
    known: Known<'a>,
}

/// A word with what it found out.
struct Word<'a> {
    matcher: Matcher,
    segments: Known<'a>,
    stages: Known<'a>,
    /// By the playbook's number.
    playbooks: FxHashMap<usize, bool>,
}

impl<'a> Sieve<'a> {
    pub fn new(query: &Query, snapshot: &'a Snapshot) -> Self {
        let config = Config::default().casing(CaseMatching::Ignore);
        let narrow = |term: &Term| Narrow { term: term.clone(), known: Known::default() };
        let word = |word: &String| Word {
            matcher: Matcher::new(word.as_str(), &config),
            segments: Known::default(),
            stages: Known::default(),
            playbooks: FxHashMap::default(),
        };
        Self {
            snapshot,
            terms: query.terms.iter().map(narrow).collect(),
            words: query.words.iter().map(word).collect(),
        }
    }

    /// True where everything that was typed holds for a customer.
    pub fn leaves(&mut self, number: usize) -> bool {
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
                    let text = text.to_lowercase();
                    starts_with.iter().any(|start| text.starts_with(start))
                };
                text_of(snapshot, *field, number, known, &ask)
            }
            Term::Owner(name) => {
                let ask = |text: &str| text.to_lowercase() == *name;
                text_of(snapshot, TextField::Owner, number, known, &ask)
            }
        }
    }
}

impl<'a> Word<'a> {
    fn is_in(&mut self, matching: &'a Matching, number: usize) -> bool {
        let Some(view) = matching.customer(number) else { return false };
        let Self { matcher, segments, stages, playbooks } = self;
        let mut hits = |text: &str| matcher.match_one(text, 0).is_some();
        // What is known already is asked first.
        once(segments, Some(view.segment()), |text| text.is_some_and(&mut hits))
            || once(stages, view.stage(), |text| text.is_some_and(&mut hits))
            || matching.winner(number).is_some_and(|ranked| {
                *playbooks.entry(ranked.playbook).or_insert_with(|| {
                    let playbook = matching.playbook(ranked);
                    playbook.is_some_and(|playbook| hits(playbook.title()) || hits(&playbook.id))
                })
            })
            || hits(view.id())
            || view.name().is_some_and(&mut hits)
    }
}

/// The answer about a text, asked for once.
fn once<'a>(
    known: &mut Known<'a>,
    text: Option<&'a str>,
    ask: impl FnOnce(Option<&str>) -> bool,
) -> bool {
    *known.entry(text).or_insert_with(|| ask(text))
}

fn number_of(matching: &Matching, field: NumberField, number: usize) -> Option<f64> {
    match field {
        NumberField::Risk => matching.risk(number).map(|risk| risk.score),
        NumberField::Value => matching.customer(number).map(|view| view.account_value()),
        NumberField::AtRisk => Some(matching.revenue_at_risk(number)),
        NumberField::Confidence => {
            matching.risk(number).map(|risk| risk.confidence(matching.policy()))
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
        TextField::Segment => once(known, Some(view.segment()), or_none),
        TextField::Stage => once(known, view.stage(), or_none),
        TextField::Status => once(known, Some(snapshot.status(number).name()), or_none),
        TextField::Owner => once(known, view.owner(), or_none),
        TextField::Name => or_none(view.name()),
        TextField::Id => ask(view.id()),
        TextField::Playbook => {
            let playbook = matching.winner(number).and_then(|ranked| matching.playbook(ranked));
            let told = |playbook: &Playbook| ask(&playbook.id) || ask(playbook.title());
            playbook.is_some_and(|playbook| once(known, Some(&playbook.id), |_| told(playbook)))
        }
    }
}
