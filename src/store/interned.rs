//! Texts in one piece of memory: an allocation for each of a million ids would cost more than the
//! ids.

use std::hash::BuildHasher as _;
use std::sync::Arc;

use hashbrown::HashTable;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::ix::CustomerKey;
use super::numbered::Numbered;

/// Texts one after the other, told by their number from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextPool {
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

impl TextPool {
    /// No texts.
    pub const NONE: Self =
        Self { text: String::new(), ends: Ends::Every { len: 0, width: 0 }, overflowed: false };

    /// How many.
    pub fn len(&self) -> usize {
        match &self.ends {
            Ends::Every { len, .. } => *len as usize,
            Ends::Each(ends) => ends.len(),
        }
    }

    /// Returns true where there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the text of a number.
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

    /// Returns how many bytes each of them has, where that is the same.
    pub fn width(&self) -> Option<usize> {
        match &self.ends {
            Ends::Every { width, .. } => Some(*width as usize),
            Ends::Each(_) => None,
        }
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

    /// Adds all of other texts.
    pub fn append(&mut self, later: &Self) {
        let same_width = match (&mut self.ends, &later.ends) {
            (_, Ends::Each(ends)) if ends.is_empty() => return,
            (Ends::Every { len, width }, Ends::Every { len: more, width: other })
                if *len == 0 || width == other =>
            {
                *width = *other;
                Some((len, *more))
            }
            _ => None,
        };
        match same_width {
            Some((len, more)) if u32::try_from(self.text.len() + later.text.len()).is_ok() => {
                *len += more;
                self.text.push_str(&later.text);
            }
            _ => later.iter().for_each(|word| {
                self.push(word);
            }),
        }
        self.overflowed |= later.overflowed;
    }

    /// Takes all texts away and keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.overflowed = false;
        match &mut self.ends {
            Ends::Every { len, .. } => *len = 0,
            Ends::Each(ends) => ends.clear(),
        }
    }

    /// Makes room for that many more bytes.
    pub fn reserve(&mut self, bytes: usize) {
        self.text.reserve(bytes);
    }

    /// True where there was more text than fits (4 GiB): some of these are empty that should not be.
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).filter_map(|number| self.get(number))
    }

    /// Releases memory that is kept for more.
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

/// Finds a text among [`TextPool`] that it was built along with.
#[derive(Debug, Clone, Default)]
pub struct PoolIndex {
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

impl PoolIndex {
    /// Forgets all texts and keeps the memory.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// The number of a text that has this hash.
    fn find(&self, words: &TextPool, word: &str, hash: u64) -> Option<u32> {
        let same = |entry: &Entry| entry.tag == tag(hash) && words.get(entry.number) == Some(word);
        self.entries.find(hash, same).map(|entry| entry.number)
    }

    /// The number of a text that most probably has this hash.
    fn probable(&self, hash: u64) -> Option<u32> {
        self.entries.find(hash, |entry| entry.tag == tag(hash)).map(|entry| entry.number)
    }

    /// The number of a text, which is added if it is not there yet.
    pub fn intern(&mut self, words: &mut TextPool, word: &str) -> u32 {
        let next = words.len() as u32;
        let number = self.enter(words, word, hash(word), next);
        if number == next {
            words.push(word);
        }
        number
    }

    /// The number of a text; `next`, under which it is entered, if it has none.
    fn enter(&mut self, words: &TextPool, word: &str, hash_of_word: u64, next: u32) -> u32 {
        let tag = tag(hash_of_word);
        let same = |entry: &Entry| entry.tag == tag && words.get(entry.number) == Some(word);
        let hash_of = |entry: &Entry| words.get(entry.number).map_or(0, hash);
        match self.entries.entry(hash_of_word, same, hash_of) {
            hashbrown::hash_table::Entry::Occupied(there) => there.get().number,
            hashbrown::hash_table::Entry::Vacant(vacant) => {
                vacant.insert(Entry { tag, number: next });
                next
            }
        }
    }
}

/// The ids of customers, each with a key that stays the same as long as the program runs, whatever
/// files are read again. On the first load the keys are the numbers of rows in the customers' file.
#[derive(Debug, Clone, Default)]
pub struct CustomerIds {
    words: TextPool,
    index: Index,
}

/// How an id is found.
#[derive(Debug, Clone)]
enum Index {
    /// By its number; by its hash, if it came later than the first ids.
    Numbered(Arc<Numbered>, PoolIndex),
    /// By its hash. By the highest bits of it, so that several threads can make it.
    Hashed(Vec<PoolIndex>),
}

impl Default for Index {
    fn default() -> Self {
        Self::Hashed(Vec::new())
    }
}

/// Bits of the hash that tell the shard.
const SHARD_BITS: u32 = 4;
/// The bits that the shards' tables look at are others.
const SHARD_SHIFT: u32 = 52;

fn shard(hash: u64) -> usize {
    (hash >> SHARD_SHIFT) as usize & ((1 << SHARD_BITS) - 1)
}

/// Ids one after the other, not yet looked through for those that come twice.
#[derive(Debug, Clone, Default)]
pub struct IdList {
    words: TextPool,
}

impl IdList {
    /// Adds ids.
    pub fn append(&mut self, words: &TextPool) {
        self.words.append(words);
    }

    /// Returns the number of ids.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Returns true where there is none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Makes room for that many more ids.
    pub fn reserve(&mut self, more: usize) {
        let average = self.words.text.len() / self.len().max(1) + 1;
        self.words.reserve(more.saturating_mul(average));
    }

    /// Makes ids of them. Where none comes twice, the key of each is its place in the list; else the
    /// keys are given for each place.
    pub fn into_ids(self) -> (CustomerIds, Option<Vec<CustomerKey>>) {
        let Self { words } = self;
        if let Some(numbered) = Numbered::of(&words) {
            let index = Index::Numbered(Arc::new(numbered), PoolIndex::default());
            return (CustomerIds { words, index }, None);
        }
        let (shards, all_differ) = shards(&words);
        if all_differ {
            return (CustomerIds { words, index: Index::Hashed(shards) }, None);
        }
        // An id has one key only, whoever looks for it and how.
        let mut ids = CustomerIds::default();
        let keys = words.iter().map(|word| ids.intern(word)).collect();
        ids.words.overflowed |= words.overflowed;
        (ids, Some(keys))
    }
}

/// The index of texts by their hashes, and whether they all differ.
fn shards(words: &TextPool) -> (Vec<PoolIndex>, bool) {
    let numbers = (0..words.len() as u32).into_par_iter();
    let hashes: Vec<u64> = numbers.map(|number| words.get(number).map_or(0, hash)).collect();
    let all_of = |shard_number: usize| {
        let mut index = PoolIndex::default();
        let mut all_differ = true;
        index.entries.reserve(hashes.len() >> SHARD_BITS, |_| 0);
        let numbered = hashes.iter().zip(0u32..);
        for (hash_of_word, number) in numbered.filter(|(hash, _)| shard(**hash) == shard_number) {
            let Some(word) = words.get(number) else { continue };
            all_differ &= index.enter(words, word, *hash_of_word, number) == number;
        }
        (index, all_differ)
    };
    let made: Vec<_> = (0..1 << SHARD_BITS).into_par_iter().map(all_of).collect();
    let (shards, all_differ): (Vec<_>, Vec<_>) = made.into_iter().unzip();
    (shards, all_differ.into_iter().all(|all_differ| all_differ))
}

impl CustomerIds {
    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Returns true where there is none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns the key of an id.
    pub fn key(&self, id: &str) -> Option<CustomerKey> {
        match &self.index {
            Index::Numbered(numbered, later) => {
                numbered.key(id).or_else(|| later.find(&self.words, id, hash(id)).map(CustomerKey))
            }
            Index::Hashed(shards) => {
                let hash = hash(id);
                shards.get(shard(hash))?.find(&self.words, id, hash).map(CustomerKey)
            }
        }
    }

    /// The key that an id most probably has, if it has one: the caller has to check it.
    pub fn probable_key(&self, id: &str) -> Option<CustomerKey> {
        match &self.index {
            Index::Numbered(..) => self.key(id),
            Index::Hashed(shards) => {
                let hash = hash(id);
                shards.get(shard(hash))?.probable(hash).map(CustomerKey)
            }
        }
    }

    /// The keys of the first ids by their numbers, where all of these have one.
    pub fn numbered(&self) -> Option<&Arc<Numbered>> {
        match &self.index {
            Index::Numbered(numbered, _) => Some(numbered),
            Index::Hashed(_) => None,
        }
    }

    /// Returns the id of a key.
    #[inline]
    pub fn id(&self, key: CustomerKey) -> Option<&str> {
        self.words.get(key.0)
    }

    /// Returns the key of an id, which is added if it is not there yet.
    pub fn intern(&mut self, id: &str) -> CustomerKey {
        let hash = hash(id);
        let next = self.words.len() as u32;
        let index = match &mut self.index {
            Index::Numbered(numbered, later) => match numbered.key(id) {
                Some(key) => return key,
                None => Some(later),
            },
            Index::Hashed(shards) => {
                if shards.is_empty() {
                    *shards = vec![PoolIndex::default(); 1 << SHARD_BITS];
                }
                // There is one for every value of the bits.
                shards.get_mut(shard(hash))
            }
        };
        let key = index.map_or(next, |index| index.enter(&self.words, id, hash, next));
        if key == next {
            self.words.push(id);
        }
        CustomerKey(key)
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = CustomerKey> + use<> {
        (0..self.len()).map(CustomerKey::at)
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
        let (mut words, mut index) = (TextPool::default(), PoolIndex::default());
        let numbers: Vec<u32> =
            ["SMB", "", "Ü", "SMB", ""].iter().map(|w| index.intern(&mut words, w)).collect();
        assert_eq!(numbers, [0, 1, 2, 0, 1]);
        assert_eq!(words.iter().collect::<Vec<_>>(), ["SMB", "", "Ü"]);
        assert_eq!(index.find(&words, "Ü", hash("Ü")), Some(2));
        assert_eq!(index.find(&words, "U", hash("U")), None);
        assert_eq!(words.get(3), None);
    }

    #[test]
    fn texts_of_one_length_and_then_of_others() {
        let mut words = TextPool::default();
        let all = ["ab", "cd", "ü", "", "efg", "hi"];
        all.iter().for_each(|word| {
            words.push(word);
        });
        assert_eq!(words.iter().collect::<Vec<_>>(), all);
        let mut same = TextPool::default();
        ["abc", "def"].iter().for_each(|word| {
            same.push(word);
        });
        assert_eq!((same.get(1), same.get(2)), (Some("def"), None));
        let mut empty = TextPool::default();
        ["", ""].iter().for_each(|word| {
            empty.push(word);
        });
        assert_eq!((empty.len(), empty.get(1), empty.get(2)), (2, Some(""), None));
    }

    #[test]
    fn an_id_of_a_list_that_comes_twice_has_one_key() {
        let mut words = TextPool::default();
        let ids: Vec<String> = (0..5_000).map(|n| format!("C{}", n % 4_990)).collect();
        ids.iter().for_each(|id| {
            words.push(id);
        });
        let mut list = IdList::default();
        list.append(&words);
        let (mut ids, keys) = list.into_ids();
        assert_eq!(keys, Some((0..5_000).map(|n| CustomerKey(n % 4_990)).collect()));
        assert_eq!((ids.len(), ids.id(CustomerKey(4_990))), (4_990, None));
        let key = |n| Some(CustomerKey(n));
        assert_eq!((ids.key("C7"), ids.key("C4989"), ids.key("X")), (key(7), key(4_989), None));
        assert_eq!(ids.probable_key("C7"), key(7));
        assert_eq!((ids.intern("C7").0, ids.intern("X").0, ids.key("X")), (7, 4_990, key(4_990)));
    }

    #[test]
    fn the_key_of_an_id_of_a_list_is_its_place() {
        let mut words = TextPool::default();
        (0..1_000).for_each(|n| {
            words.push(&format!("C{n}"));
        });
        let mut list = IdList::default();
        list.append(&words);
        let (ids, keys) = list.into_ids();
        assert_eq!(keys, None);
        assert!((0..1_000).all(|n| ids.key(&format!("C{n}")) == Some(CustomerKey(n))));
    }

    #[test]
    fn keys_stay_when_ids_are_added() {
        let mut ids = CustomerIds::default();
        for number in 0..10_000 {
            assert_eq!(ids.intern(&format!("C{number}")).0, number);
        }
        assert_eq!(ids.key("C77"), Some(CustomerKey(77)));
        assert_eq!(ids.id(CustomerKey(9_999)), Some("C9999"));
        assert_eq!(ids.key("C10000"), None);
    }
}
