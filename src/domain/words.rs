//! Texts in one piece of memory: an allocation for each of a million ids would cost more than the
//! ids.

use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Texts one after the other, told by their number from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    text: String,
    /// Where each ends in `text`.
    ends: Vec<u32>,
    overflowed: bool,
}

impl Words {
    pub const NONE: Self = Self { text: String::new(), ends: Vec::new(), overflowed: false };

    /// How many.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn get(&self, number: u32) -> Option<&str> {
        let number = number as usize;
        let end = *self.ends.get(number)? as usize;
        let start = match number.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        self.text.get(start..end)
    }

    /// Adds a text, and gives its number.
    pub fn push(&mut self, word: &str) -> u32 {
        let number = self.ends.len() as u32;
        match u32::try_from(self.text.len() + word.len()) {
            Ok(end) => {
                self.text.push_str(word);
                self.ends.push(end);
            }
            Err(_) => {
                self.overflowed = true;
                self.ends.push(self.ends.last().copied().unwrap_or_default());
            }
        }
        number
    }

    /// True where there was more text than fits (4 GiB): some of these are empty that should not be.
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).filter_map(|number| self.get(number))
    }

    pub fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

fn hash(word: &str) -> u64 {
    FxBuildHasher.hash_one(word.as_bytes())
}

/// Finds a text among [`Words`] that it was built along with.
#[derive(Debug, Clone, Default)]
pub struct WordIndex {
    numbers: HashTable<u32>,
}

impl WordIndex {
    pub fn find(&self, words: &Words, word: &str) -> Option<u32> {
        let same = |number: &u32| words.get(*number) == Some(word);
        self.numbers.find(hash(word), same).copied()
    }

    /// The number of a text, which is added if it is not there yet.
    pub fn intern(&mut self, words: &mut Words, word: &str) -> u32 {
        let hash_of_word = hash(word);
        let same = |number: &u32| words.get(*number) == Some(word);
        if let Some(number) = self.numbers.find(hash_of_word, same) {
            return *number;
        }
        let number = words.push(word);
        let hash_of = |number: &u32| words.get(*number).map_or(0, hash);
        self.numbers.insert_unique(hash_of_word, number, hash_of);
        number
    }

    /// Makes room for that many more.
    pub fn reserve(&mut self, words: &Words, more: usize) {
        self.numbers.reserve(more, |number| words.get(*number).map_or(0, hash));
    }
}

/// The ids of customers, each with a key that stays the same as long as the program runs, whatever
/// files are read again. On the first load the keys are the customers' numbers in file order.
#[derive(Debug, Clone, Default)]
pub struct CustomerIds {
    words: Words,
    index: WordIndex,
}

impl CustomerIds {
    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub fn key(&self, id: &str) -> Option<u32> {
        self.index.find(&self.words, id)
    }

    pub fn id(&self, key: u32) -> Option<&str> {
        self.words.get(key)
    }

    pub fn intern(&mut self, id: &str) -> u32 {
        self.index.intern(&mut self.words, id)
    }

    pub fn reserve(&mut self, more: usize) {
        self.index.reserve(&self.words, more);
    }

    /// True where there were more ids than fit.
    pub fn overflowed(&self) -> bool {
        self.words.overflowed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number() {
        let (mut words, mut index) = (Words::default(), WordIndex::default());
        let numbers: Vec<u32> =
            ["SMB", "", "Ü", "SMB", ""].iter().map(|w| index.intern(&mut words, w)).collect();
        assert_eq!(numbers, [0, 1, 2, 0, 1]);
        assert_eq!(words.iter().collect::<Vec<_>>(), ["SMB", "", "Ü"]);
        assert_eq!(index.find(&words, "Ü"), Some(2));
        assert_eq!(index.find(&words, "U"), None);
        assert_eq!(words.get(3), None);
    }

    #[test]
    fn keys_stay_when_ids_are_added() {
        let mut ids = CustomerIds::default();
        for number in 0..10_000 {
            assert_eq!(ids.intern(&format!("C{number}")), number);
        }
        assert_eq!(ids.key("C77"), Some(77));
        assert_eq!(ids.id(9_999), Some("C9999"));
        assert_eq!(ids.key("C10000"), None);
    }
}
