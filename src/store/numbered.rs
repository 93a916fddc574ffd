//! Ids that are a number behind letters that all of them share, as most systems give them. Such an id
//! is found by its number alone: no text is compared, and little memory is looked at.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::digits::{digits, others, value};
use super::interned::TextPool;
use super::ix::{CustomerKey, IdSlot, Number as _};
use super::lookup::Lookup;

/// So many numbers may lie between the smallest and the largest one for each id.
const SPARSEST: u64 = 4;
/// Digits that the number of an id has at most.
const MOST_DIGITS: usize = 15;
/// Ids that one thread looks at, at a time.
const CHUNK: u32 = 1 << 14;

/// The key of each number.
#[derive(Debug, Clone)]
pub struct Numbered {
    form: Form,
    first: u64,
    keys: Lookup<IdSlot, CustomerKey>,
}

/// What ids have in common.
#[derive(Debug, Clone)]
struct Form {
    /// What stands before the number.
    prefix: Box<[u8]>,
    /// The fewest digits that an id has: longer numbers do not begin with a zero.
    fewest: usize,
    /// For ids with just these, of eight bytes or more with a prefix and a number of eight or fewer.
    short: Option<Short>,
}

/// The prefix and the place of the digits in the first and the last eight bytes of an id.
#[derive(Debug, Clone, Copy)]
struct Short {
    len: usize,
    prefix: u64,
    prefix_mask: u64,
    digits_mask: u64,
}

impl Short {
    #[inline(always)]
    fn number(&self, bytes: &[u8]) -> Option<u64> {
        let (start, end) = (bytes.first_chunk()?, bytes.last_chunk()?);
        let digits = digits(*end) & self.digits_mask;
        let is_of_form =
            u64::from_le_bytes(*start) & self.prefix_mask == self.prefix && others(digits) == 0;
        is_of_form.then(|| value(digits))
    }
}

impl Form {
    /// The form of an id, which all others have to have as well; the shortest has so many bytes.
    fn of(id: &str, shortest: usize) -> Option<Self> {
        let bytes = id.as_bytes();
        let count = bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let count = count.min(MOST_DIGITS);
        let prefix = bytes.get(..bytes.len() - count).filter(|_| count > 0)?;
        let fewest = shortest.checked_sub(prefix.len()).filter(|fewest| *fewest > 0)?;
        let short = match bytes.first_chunk() {
            Some(start) if shortest >= 8 && fewest <= 8 && prefix.len() <= 8 => {
                let of_last = |count: usize| u64::MAX.checked_shl(64 - 8 * count as u32);
                let prefix_mask = !u64::MAX.checked_shl(8 * prefix.len() as u32).unwrap_or(0);
                Some(Short {
                    len: shortest,
                    prefix: u64::from_le_bytes(*start) & prefix_mask,
                    prefix_mask,
                    digits_mask: of_last(fewest).unwrap_or(u64::MAX),
                })
            }
            _ => None,
        };
        Some(Self { prefix: prefix.into(), fewest, short })
    }

    /// The number of an id; `None` where it has another form. No two ids have the same one.
    #[inline(always)]
    fn number(&self, id: &str) -> Option<u64> {
        match &self.short {
            Some(short) if short.len == id.len() => short.number(id.as_bytes()),
            _ => self.number_of_any_length(id.as_bytes()),
        }
    }

    fn number_of_any_length(&self, bytes: &[u8]) -> Option<u64> {
        let digits = bytes.strip_prefix(&*self.prefix)?;
        let is_number = (self.fewest..=MOST_DIGITS).contains(&digits.len())
            && digits.iter().all(u8::is_ascii_digit)
            && (digits.len() == self.fewest || !digits.starts_with(b"0"));
        let number = || digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
        is_number.then(number)
    }
}

impl Numbered {
    /// Returns the keys of ids, each the place of the id in the list; `None` where they are not of one
    /// form, are few for their numbers, or one comes twice.
    pub fn of(ids: &TextPool) -> Option<Self> {
        let count = ids.len() as u32;
        let chunks = || (0..count.div_ceil(CHUNK)).into_par_iter();
        let places = |chunk: u32| chunk * CHUNK..(chunk * CHUNK).saturating_add(CHUNK).min(count);
        let bytes = |place: u32| ids.get(place).map_or(0, str::len);
        let shortest_of = |chunk: u32| places(chunk).map(bytes).min().unwrap_or_default();
        let shortest = || chunks().map(shortest_of).min().unwrap_or_default();
        let form = Form::of(ids.get(0)?, ids.width().unwrap_or_else(shortest))?;
        let number = |place: u32| form.number(ids.get(place)?);
        let first_number = number(0)?;
        let seen = chunks().map(|chunk| {
            places(chunk).try_fold(Seen::NOTHING, |seen, place| {
                let number = number(place)?;
                Some(seen.and(Seen {
                    first: number,
                    last: number,
                    in_order: number == first_number + u64::from(place),
                }))
            })
        });
        let Seen { first, last, in_order } =
            seen.try_reduce(|| Seen::NOTHING, |a, b| Some(a.and(b)))?;
        if in_order {
            return Some(Self { form, first, keys: Lookup::Same(ids.len()) });
        }
        let len = last.checked_sub(first)?.checked_add(1)?;
        if len > u64::from(count).saturating_mul(SPARSEST) {
            return None;
        }
        let none = || AtomicU32::new(CustomerKey::NONE.0);
        let keys: Vec<AtomicU32> = std::iter::repeat_with(none).take(len as usize).collect();
        chunks().for_each(|chunk| {
            for place in places(chunk) {
                let slot = number(place).and_then(|number| keys.get((number - first) as usize));
                if let Some(slot) = slot {
                    slot.store(place, Ordering::Relaxed);
                }
            }
        });
        let keys = keys.into_iter().map(|key| CustomerKey(key.into_inner()));
        let keys: Vec<CustomerKey> = keys.collect();
        // Of two with one number the later has taken the place of the other.
        let taken = keys.iter().filter(|key| **key != CustomerKey::NONE).count();
        (taken == ids.len()).then_some(Self { form, first, keys: Lookup::other(keys) })
    }

    /// Returns the key of an id.
    #[inline]
    pub fn key(&self, id: &str) -> Option<CustomerKey> {
        self.at(self.slot(id)?)
    }

    /// Returns where the key of an id would be, without reading it: many that are read together wait for
    /// memory once. `None` for an id that has no such place.
    #[inline]
    pub fn slot(&self, id: &str) -> Option<IdSlot> {
        let slot = self.form.number(id)?.wrapping_sub(self.first);
        (slot < self.keys.len() as u64).then_some(IdSlot(slot as u32))
    }

    /// Returns the key that is in a slot, if there is one.
    #[inline]
    pub fn at(&self, slot: IdSlot) -> Option<CustomerKey> {
        self.keys.get(slot)
    }

    /// Returns the id that a slot is for.
    pub fn id(&self, slot: IdSlot) -> String {
        let prefix = String::from_utf8_lossy(&self.form.prefix);
        let number = self.first + u64::from(slot.0);
        let digits = self.form.fewest;
        format!("{prefix}{number:0digits$}")
    }
}

/// What is known of the numbers of some ids.
#[derive(Debug, Clone, Copy)]
struct Seen {
    first: u64,
    last: u64,
    /// Each is one more than the one before.
    in_order: bool,
}

impl Seen {
    const NOTHING: Self = Self { first: u64::MAX, last: 0, in_order: true };

    fn and(self, other: Self) -> Self {
        Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
            in_order: self.in_order & other.in_order,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(ids: &[&str]) -> TextPool {
        let mut pool = TextPool::default();
        ids.iter().for_each(|id| {
            pool.push(id);
        });
        pool
    }

    #[test]
    fn an_id_is_found_by_its_number_and_by_nothing_else() {
        for (ids, others) in [
            (
                &["C0000003", "C0000001", "C0000007"][..],
                &["C0000002", "C000003", "C00000003", "D0000003", "C000000\u{b2}", "", "C"][..],
            ),
            (&["C8", "C9", "C10", "C11"], &["C08", "C010", "C7", "8", "C", "C8 ", "c8", "C12"]),
            (&["1007", "1003", "1001"], &["01007", "1002", "999", "1.07", "-1007", "١٠٠٧"]),
            (&["0", "1", "10"], &["00", "01", "9", ""]),
            (&["customer-number-0041", "customer-number-0042"], &["customer-number-0043"]),
            (&["CUST000000001", "CUST000000002"], &["CUST00000001", "cust000000001"]),
            (&["Ü-7", "Ü-9"], &["U-7", "Ü-8"]),
            (
                &["C0000099", "C0000100", "C0000098"],
                &["C099", "C00000099", "C100000099", "D0000099", "C000009x"],
            ),
            (&["C99", "C100", "C98"], &["C099", "C0100", "C97", "C9"]),
            (&["C998", "C1000", "C999"], &["C0998", "C01000", "C98", "C997"]),
            (&["CUSTOM99", "CUSTOM100"], &["CUSTOM099", "CUSTOM0100", "CUSTOX99"]),
        ] {
            let numbered = Numbered::of(&pool(ids)).unwrap();
            for (place, id) in ids.iter().enumerate() {
                assert_eq!(numbered.key(id), Some(CustomerKey::at(place)), "{id}");
                assert_eq!(numbered.id(numbered.slot(id).unwrap()), **id);
            }
            for id in others {
                assert_eq!(numbered.key(id), None, "{id:?} of {ids:?}");
                assert!(numbered.slot(id).is_none_or(|slot| numbered.id(slot) == **id), "{id:?}");
            }
        }
    }

    #[test]
    fn ids_of_other_forms_are_not_numbered() {
        for ids in [
            &[][..],
            &[""],
            &["A", "B"],
            &["C1", "C2", "D3"],
            &["C1", "C2", "C1"],
            &["1", "2", "1000"],
            &["C01", "C2", "C3"],
            &["C1", "C2", "C"],
            &["9999999999999999", "9999999999999998"],
        ] {
            let numbered = Numbered::of(&pool(ids));
            let found = numbered.is_some();
            // The digits that are too many belong to what they share.
            assert_eq!(found, ids.first() == Some(&"9999999999999999"), "{ids:?}");
        }
    }
}
