//! What is typed into the palette, and how well a text fits it: as in the lists' filter, without case and
//! accents, each word by itself.

use std::ops::Range;

use crate::domain::letters::{Fit, Letters, merged, searched};

/// How a text fits, the best way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    begins: Begins,
    fit: Fit,
}

/// Whether a text begins with all that is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Begins {
    /// It is the whole text.
    Whole,
    /// It is the beginning of the text.
    Start,
    /// It is somewhere else, or apart.
    Elsewhere,
}

/// What is typed.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// As it is searched.
    whole: String,
    words: Vec<Letters>,
}

impl Query {
    /// Returns the query of a text, which blanks separate into words.
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        let words = text.split_whitespace().map(Letters::new).collect();
        Self { whole: searched(text).into_owned(), words }
    }

    /// Returns true where everything fits.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns how some texts of one thing fit: as the word that fits worst, each in the text that it
    /// fits best. `None` where a word is in none of them. In those of `together`, which may be long, the
    /// letters of a word have no gaps.
    pub fn rank(&self, texts: &[&str], together: &[&str]) -> Option<Rank> {
        let fits = |word: &Letters| {
            let best = texts.iter().filter_map(|text| word.fit(text)).min();
            let further = || together.iter().filter_map(|text| word.fit(text)).min();
            match best {
                Some(Fit::Begins) => best,
                _ => [best, further().filter(|fit| *fit != Fit::Gaps)].into_iter().flatten().min(),
            }
        };
        let mut words = self.words.iter();
        let fit = words.try_fold(Fit::Begins, |worst, word| Some(worst.max(fits(word)?)))?;
        let begins = match fit {
            Fit::Begins => texts.iter().chain(together).map(|text| self.begins(text)).min(),
            Fit::Within | Fit::Gaps => None,
        };
        Some(Rank { begins: begins.unwrap_or(Begins::Elsewhere), fit })
    }

    fn begins(&self, text: &str) -> Begins {
        let text = searched(text);
        match text.strip_prefix(self.whole.as_str()) {
            Some("") => Begins::Whole,
            Some(_) => Begins::Start,
            None => Begins::Elsewhere,
        }
    }

    /// Returns the bytes of one of some texts that the words are found in: of each word, where this is
    /// one of the texts that it fits best, with or without gaps. In order, without overlaps.
    pub fn marks(&self, text: &str, texts: &[&str], gaps: bool) -> Vec<Range<usize>> {
        let found = self.words.iter().filter_map(|word| {
            let best = texts.iter().filter_map(|text| word.fit(text)).min();
            let (fit, ranges) = word.find(text)?;
            (Some(fit) == best && (gaps || fit != Fit::Gaps)).then_some(ranges)
        });
        merged(found.flatten().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_a_word_comes_first_and_gaps_come_last() {
        let query = Query::new("mer");
        let texts = ["Omerta", "Mer", "Acme Rail", "New Meridian", "MÉRIDIAN Health", "Kansas"];
        let mut ranked: Vec<(Rank, &str)> =
            texts.iter().filter_map(|text| Some((query.rank(&[text], &[])?, *text))).collect();
        ranked.sort();
        let names: Vec<&str> = ranked.into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["Mer", "MÉRIDIAN Health", "New Meridian", "Omerta", "Acme Rail"]);
    }

    #[test]
    fn each_word_counts_wherever_it_is() {
        let query = Query::new("lodz c1");
        assert!(query.rank(&["Łódź Logistics", "C17"], &[]).is_some());
        assert_eq!(query.rank(&["Łódź Logistics", "C2"], &[]), None);
        let marks = |text| query.marks(text, &["Łódź Logistics", "C17"], true);
        assert_eq!(marks("C17"), vec![0..2]);
        assert_eq!(marks("Łódź Logistics"), vec![0.."Łódź".len()]);
    }

    #[test]
    fn in_long_sentences_letters_count_only_where_they_stand_together() {
        let query = Query::new("rst");
        assert!(query.rank(&["Read all files from the start"], &[]).is_some());
        assert_eq!(query.rank(&["Reload"], &["Read all files from the start"]), None);
        assert!(query.rank(&["Reload"], &["First"]).is_some());
    }
}
