//! Texts in one piece of memory: an allocation for each of a million ids would cost more than the
//! ids.

use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Texts one after the other, told by their number from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    text: String,
    ends: Ends,
    overflowed: bool,
}

/// Where each text ends. Ids are mostly as long as each other, and then that needs no looking up.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ends {
    Every { len: u32, width: u32 },
    Each(Vec<u32>),
}

impl Default for Ends {
    fn default() -> Self {
        Self::Every { len: 0, width: 0 }
    }
}

impl Words {
    pub const NONE: Self =
        Self { text: String::new(), ends: Ends::Every { len: 0, width: 0 }, overflowed: false };

    /// How many.
    pub fn len(&self) -> usize {
        match &self.ends {
            Ends::Every { len, .. } => *len as usize,
            Ends::Each(ends) => ends.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub fn get(&self, number: u32) -> Option<&str> {
        let (start, end) = match &self.ends {
            Ends::Every { len, width } if number < *len => {
                let start = number as usize * *width as usize;
                (start, start + *width as usize)
            }
            Ends::Every { .. } => return None,
            Ends::Each(ends) => {
                let number = number as usize;
                let end = *ends.get(number)? as usize;
                match number.checked_sub(1) {
                    Some(before) => (*ends.get(before)? as usize, end),
                    None => (0, end),
                }
            }
        };
        self.text.get(start..end)
    }

    /// Adds a text, and gives its number.
    pub fn push(&mut self, word: &str) -> u32 {
        let number = self.len() as u32;
        let Ok(end) = u32::try_from(self.text.len() + word.len()) else {
            self.overflowed = true;
            return self.push("");
        };
        let width_of_word = word.len() as u32;
        match &mut self.ends {
            Ends::Every { len, width } if *len == 0 || *width == width_of_word => {
                *width = width_of_word;
                *len += 1;
            }
            Ends::Every { len, width } => {
                let mut ends: Vec<u32> = (1..=*len).map(|number| number * *width).collect();
                ends.push(end);
                self.ends = Ends::Each(ends);
            }
            Ends::Each(ends) => ends.push(end),
        }
        self.text.push_str(word);
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
        if let Ends::Each(ends) = &mut self.ends {
            ends.shrink_to_fit();
        }
    }
}

fn hash(word: &str) -> u64 {
    FxBuildHasher.hash_one(word.as_bytes())
}

/// Finds a text among [`Words`] that it was built along with.
#[derive(Debug, Clone, Default)]
pub struct WordIndex {
    entries: HashTable<Entry>,
}

/// The number of a text, with as much of its hash as tells it from nearly all others: to look at the
/// text itself is to wait for memory.
#[derive(Debug, Clone, Copy)]
struct Entry {
    tag: u32,
    number: u32,
}

fn tag(hash: u64) -> u32 {
    (hash >> 20) as u32
}

impl WordIndex {
    pub fn find(&self, words: &Words, word: &str) -> Option<u32> {
        let hash = hash(word);
        let same = |entry: &Entry| entry.tag == tag(hash) && words.get(entry.number) == Some(word);
        self.entries.find(hash, same).map(|entry| entry.number)
    }

    /// The number that a text most probably has, if it is there: whoever asks has to look.
    pub fn probable(&self, word: &str) -> Option<u32> {
        let hash = hash(word);
        self.entries.find(hash, |entry| entry.tag == tag(hash)).map(|entry| entry.number)
    }

    /// The number of a text, which is added if it is not there yet.
    pub fn intern(&mut self, words: &mut Words, word: &str) -> u32 {
        let hash_of_word = hash(word);
        let tag = tag(hash_of_word);
        let same = |entry: &Entry| entry.tag == tag && words.get(entry.number) == Some(word);
        let hash_of = |entry: &Entry| words.get(entry.number).map_or(0, hash);
        match self.entries.entry(hash_of_word, same, hash_of) {
            hashbrown::hash_table::Entry::Occupied(there) => there.get().number,
            hashbrown::hash_table::Entry::Vacant(vacant) => {
                let number = words.len() as u32;
                vacant.insert(Entry { tag, number });
                words.push(word)
            }
        }
    }

    /// Makes room for that many more.
    pub fn reserve(&mut self, words: &Words, more: usize) {
        self.entries.reserve(more, |entry| words.get(entry.number).map_or(0, hash));
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

    /// The key that an id most probably has, if it has one: whoever asks has to look.
    pub fn probable_key(&self, id: &str) -> Option<u32> {
        self.index.probable(id)
    }

    #[inline]
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
    fn texts_of_one_length_and_then_of_others() {
        let mut words = Words::default();
        let all = ["ab", "cd", "ü", "", "efg", "hi"];
        all.iter().for_each(|word| {
            words.push(word);
        });
        assert_eq!(words.iter().collect::<Vec<_>>(), all);
        let mut same = Words::default();
        ["abc", "def"].iter().for_each(|word| {
            same.push(word);
        });
        assert_eq!((same.get(1), same.get(2)), (Some("def"), None));
        let mut empty = Words::default();
        ["", ""].iter().for_each(|word| {
            empty.push(word);
        });
        assert_eq!((empty.len(), empty.get(1), empty.get(2)), (2, Some(""), None));
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
