//! A row of JSON to a value, by the table of fields of its type; and what to say of a row that does
//! not fit.
//!
//! Reading follows the reference: unknown fields are passed over, `null` is the same as missing. A
//! value of another type than the field's skips the whole row, and so does a field that is given
//! twice with different values: no one knows which one is meant.

use std::fmt;
use std::marker::PhantomData;

use compact_str::CompactString;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::store::row::{Field, Row};
pub use crate::store::slot::describe;

/// Reads one row, and tells which fields of its type it has.
///
/// # Errors
/// When the text is not an object, a field has another type or is given twice; [`examine`] says which.
pub fn read<R: Row>(text: &str) -> Result<(R, Given), serde_json::Error> {
    struct RowVisitor<R>(PhantomData<R>);
    impl<'de, R: Row> Visitor<'de> for RowVisitor<R> {
        type Value = (R, Given);
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut row = R::blank();
            let mut given = Given::default();
            while let Some(field) = map.next_key_seed(FieldName::<R>(PhantomData))? {
                match field {
                    Some(field) if given.again(field) => {
                        return Err(A::Error::custom("a field that is given twice"));
                    }
                    Some(field) => {
                        let field = R::FIELDS.get(field).ok_or_else(|| A::Error::custom(field))?;
                        map.next_value_seed(FieldValue { field, row: &mut row })?;
                    }
                    None => drop(map.next_value::<IgnoredAny>()?),
                }
            }
            Ok((row, given))
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.deserialize_map(RowVisitor(PhantomData))
}

/// A row that fits its type, read whichever way it takes; `None` where it does not fit.
pub fn fitting<R: Row>(text: &str) -> Option<R> {
    if let Ok((row, _)) = read(text) {
        return Some(row);
    }
    let examined = examine(text);
    examined.misfits.is_empty().then_some(examined.row)
}

/// Which fields of a row have been given, by their place in the type's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Given(u64);

impl Given {
    /// Takes note of a field; true where it was given before. Types have fewer than 64 fields.
    pub fn again(&mut self, field: usize) -> bool {
        let bit = 1 << (field as u32 % u64::BITS);
        let before = self.0 & bit != 0;
        self.0 |= bit;
        before
    }

    /// Returns true where there is none.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    pub fn has(mut self, field: usize) -> bool {
        self.again(field)
    }
}

struct FieldName<R>(PhantomData<R>);

impl<'de, R: Row> DeserializeSeed<'de> for FieldName<R> {
    type Value = Option<usize>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        // As bytes: a key that is no valid text is no field, and no fault either.
        deserializer.deserialize_bytes(self)
    }
}

impl<R: Row> Visitor<'_> for FieldName<R> {
    type Value = Option<usize>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_bytes<E>(self, key: &[u8]) -> Result<Self::Value, E> {
        Ok(R::NAMES.iter().position(|name| name.as_bytes() == key))
    }
}

struct FieldValue<'r, R: 'static> {
    field: &'static Field<R>,
    row: &'r mut R,
}

impl<'de, R> DeserializeSeed<'de> for FieldValue<'_, R> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.field.slot.read(self.row, deserializer)
    }
}

/// Something in a row that does not fit.
#[derive(Debug, PartialEq)]
pub struct Misfit {
    /// Bytes from the start of the row.
    pub offset: usize,
    pub field: Option<&'static str>,
    pub found: String,
    pub expected: String,
}

/// A row of which every value was looked at by itself.
#[derive(Debug)]
pub struct Examined<R> {
    /// As much of the row as fits; of a field that is given twice the first value.
    pub row: R,
    /// What does not fit, in the order of the file.
    pub misfits: Vec<Misfit>,
    /// Ids that the row gives beside its own: it may be about any of these.
    pub other_ids: Vec<CompactString>,
    /// The fields of its type that it has.
    pub given: Given,
}

/// Looks at every value of a row that [`read`] refused or objects to. There are no misfits where a field
/// only repeats the value that it has.
pub fn examine<R: Row>(text: &str) -> Examined<R> {
    let mut examined = Examined {
        row: R::blank(),
        misfits: Vec::new(),
        other_ids: Vec::new(),
        given: Given::default(),
    };
    let Ok(pairs) = serde_json::from_str::<Pairs>(text) else {
        let (found, expected) = (describe(text), "an object".to_owned());
        examined.misfits.push(Misfit { offset: 0, field: None, found, expected });
        return examined;
    };
    let Examined { row, misfits, other_ids, given } = &mut examined;
    // The first value of each field as it is kept, and the text that it had in the file.
    let mut first: Vec<Option<(String, &str)>> = vec![None; R::FIELDS.len()];
    let mut told = Given::default();
    for (key, value) in &pairs.0 {
        let number = R::NAMES.iter().position(|name| name.as_bytes() == key);
        let Some((number, field)) = number.and_then(|n| Some((n, R::FIELDS.get(n)?))) else {
            continue;
        };
        given.again(number);
        let value = value.get();
        let mut alone = R::blank();
        let fits = field.slot.set(&mut alone, value).is_ok();
        let kept = field.slot.json(&alone);
        let (found, expected) = match first.get_mut(number) {
            _ if !fits => (describe(value), field.slot.expected(value).to_owned()),
            Some(before @ None) => {
                // It fits, so that it can be read once more.
                let _ = field.slot.set(row, value);
                *before = Some((kept, value));
                continue;
            }
            Some(Some((before, written))) if *before != kept => {
                if let Some((name, id)) = alone.id()
                    && name == field.name
                {
                    other_ids.push(std::mem::take(id));
                }
                let (before, now) = (describe(written), describe(value));
                (format!("given twice, as {before} and as {now}"), "one value".to_owned())
            }
            _ => continue,
        };
        if !told.again(number) {
            let offset = offset_in(text, value);
            misfits.push(Misfit { offset, field: Some(field.name), found, expected });
        }
    }
    if misfits.is_empty() {
        misfits.extend(row.objection().map(|objection| {
            let value = pairs.last(objection.field);
            Misfit {
                offset: value.map_or(0, |value| offset_in(text, value)),
                field: Some(objection.field),
                found: value.map_or_else(|| "nothing".to_owned(), describe),
                expected: objection.expected.to_owned(),
            }
        }));
    }
    examined
}

/// Where a part that was borrowed from a text starts in it.
pub fn offset_in(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// The members of an object in order, keys that come twice included; keys as bytes, since one that
/// is no valid text is no reason to refuse the others.
pub struct Pairs<'a>(pub Vec<(Vec<u8>, &'a RawValue)>);

impl<'a> Pairs<'a> {
    /// The last value of a key.
    pub fn last(&self, key: &str) -> Option<&'a str> {
        let value = self.0.iter().rev().find(|(name, _)| name == key.as_bytes());
        value.map(|(_, value)| value.get())
    }
}

/// A key of an object.
struct Key(Vec<u8>);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = Key;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_bytes<E>(self, key: &[u8]) -> Result<Key, E> {
                Ok(Key(key.to_vec()))
            }
        }
        deserializer.deserialize_bytes(KeyVisitor)
    }
}

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some((Key(key), value)) = map.next_entry()? {
                    pairs.push((key, value));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Customer, PerformanceRow, Playbook, Signal};
    use crate::store::row::Slot;

    /// Runs a function for the rows of each file.
    macro_rules! for_every_row {
        ($check:ident) => {
            $check::<Customer>();
            $check::<Playbook>();
            $check::<PerformanceRow>();
            $check::<Signal>();
            $check::<crate::domain::JourneyState>();
            $check::<crate::domain::FusedSignals>();
            $check::<crate::domain::Forecast>();
            $check::<crate::domain::Intervention>();
            $check::<crate::domain::Outcome>();
            $check::<crate::domain::PortfolioSnapshot>();
        };
    }

    #[test]
    fn reads_what_fits_and_passes_over_the_rest() {
        let text = r#"{"x":[1,{"y":2}],"customer_id":7,"segment":null,"account_value":1.5}"#;
        let (row, given): (Customer, Given) = read(text).unwrap();
        assert_eq!((row.id.as_str(), row.segment, row.account_value), ("7", None, Some(1.5)));
        let names = Customer::NAMES.iter().enumerate().filter(|(field, _)| given.has(*field));
        let names: Vec<&str> = names.map(|(_, name)| *name).collect();
        assert_eq!(names, ["customer_id", "segment", "account_value"]);
        assert!(read::<Customer>(r#"{"x":1}"#).unwrap().1.is_empty());
    }

    #[test]
    fn zero_and_empty_are_no_id() {
        for id in ["0", "-0", "\"\"", "null"] {
            let row: Customer = fitting(&format!(r#"{{"customer_id":{id}}}"#)).unwrap();
            assert_eq!(row.id, "", "{id}");
        }
        let id =
            |json: &str| fitting::<Customer>(&format!(r#"{{"customer_id":{json}}}"#)).unwrap().id;
        assert_eq!(id("\"0\""), "0", "the text 0 is an id");
        assert_eq!(id("123456789012345678901"), "123456789012345678901");
        assert_eq!(id("-7"), "-7");
        for wrong in ["1.0", "1e3", "true", "[]"] {
            assert!(read::<Customer>(&format!(r#"{{"customer_id":{wrong}}}"#)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_performance_row_without_a_segment_is_for_all() {
        let segment = |json| fitting::<PerformanceRow>(json).unwrap().segment;
        assert_eq!(segment("{}").as_deref(), Some("All"));
        assert_eq!(segment(r#"{"segment":null}"#), None);
        assert_eq!(segment(r#"{"segment":"SMB"}"#).as_deref(), Some("SMB"));
    }

    /// Every field that is read, with every type that does not belong there.
    #[test]
    fn every_wrong_type_in_every_field_is_found_and_placed() {
        fn check<R: Row>() {
            for field in R::FIELDS {
                for wrong in ["\"x\"", "1.5", "true", "[[]]", "{}", "1e999"] {
                    let fits = match field.slot {
                        Slot::Customer(_) | Slot::Id(_) | Slot::Text(_) => wrong == "\"x\"",
                        Slot::Date(_) => true,
                        Slot::Number(_) => wrong == "1.5",
                        Slot::Flag(_) => wrong == "true",
                        Slot::Texts(_) | Slot::Numbers(_) => false,
                    };
                    let text = format!("{{\"{}\": {wrong}}}", field.name);
                    assert_eq!(read::<R>(&text).is_ok(), fits, "{text}");
                    if fits {
                        continue;
                    }
                    let misfits = examine::<R>(&text).misfits;
                    assert_eq!(misfits.len(), 1, "{text}");
                    assert_eq!(misfits[0].field, Some(field.name));
                    assert_eq!(misfits[0].offset, field.name.len() + 5);
                    assert_eq!(misfits[0].expected, field.slot.expected(wrong));
                    assert!(misfits[0].found.ends_with(wrong), "{}", misfits[0].found);
                }
            }
        }
        for_every_row!(check);
    }

    #[test]
    fn what_fits_of_a_bad_row_is_kept_for_the_message() {
        let Examined { row, misfits, .. } = examine::<Playbook>(
            r#"{"approval_required":"yes","playbook_id":"P1","risk_threshold":[]}"#,
        );
        assert_eq!(row.id, "P1");
        assert_eq!(misfits.len(), 2);
        assert_eq!(misfits[0].found, "the text \"yes\"");
        assert_eq!(misfits[0].expected, "true or false");
    }

    /// Every field that is read, with two values that differ, in either order, and with one that is only
    /// written in two ways.
    #[test]
    fn a_field_given_twice_fits_only_where_it_says_the_same() {
        fn check<R: Row + PartialEq + fmt::Debug>() {
            for field in R::FIELDS {
                let (one, other, again) = match field.slot {
                    Slot::Customer(_) | Slot::Id(_) => ("7", "\"b\"", "\"7\""),
                    Slot::Text(_) | Slot::Date(_) => ("\"a\"", "null", "\"\\u0061\""),
                    Slot::Number(_) => ("1.50", "\"x\"", "15e-1"),
                    Slot::Flag(_) => ("true", "false", "true"),
                    Slot::Texts(_) => ("[\"a\"]", "[\"a\", \"b\"]", "[ \"\\u0061\" ]"),
                    Slot::Numbers(_) => ("[1, 2]", "[2, 1]", "[1.0, 2]"),
                };
                let twice = |name: &str, a: &str, b: &str| {
                    format!("{{\"{}\": {a}, \"x\": 1, \"{name}\": {b}}}", field.name)
                };
                let escaped = format!("\\u{:04x}{}", field.name.as_bytes()[0], &field.name[1..]);
                for name in [field.name, &escaped] {
                    for (a, b) in [(one, other), (other, one)] {
                        let text = twice(name, a, b);
                        assert_eq!(fitting::<R>(&text), None, "{text}");
                        let misfits = examine::<R>(&text).misfits;
                        assert_eq!(misfits.len(), 1, "{text}");
                        assert_eq!(misfits[0].field, Some(field.name));
                    }
                    let once = fitting::<R>(&format!("{{\"{}\": {one}}}", field.name));
                    assert!(once.is_some());
                    assert_eq!(fitting::<R>(&twice(name, one, again)), once);
                }
            }
        }
        for_every_row!(check);
    }

    #[test]
    fn what_is_given_twice_is_told_with_both_values_and_whom_it_may_be_about() {
        let examined = examine::<Playbook>(
            r#"{"playbook_id":"P1","approval_required":true,"approval_required":false,"playbook_id":"P2"}"#,
        );
        let misfit = &examined.misfits[0];
        assert_eq!(misfit.found, "given twice, as true and as false");
        assert_eq!(misfit.expected, "one value");
        assert_eq!((examined.row.id.as_str(), examined.misfits.len()), ("P1", 2));
        assert_eq!(examined.other_ids, ["P2"]);
    }

    #[test]
    fn a_key_that_is_not_read_may_come_twice() {
        assert!(read::<Customer>(r#"{"x":1,"customer_id":"A","x":2}"#).is_ok());
    }

    #[test]
    fn a_key_that_is_no_text_is_an_unknown_field() {
        let text = r#"{"\ud800":1,"customer_id":"A"}"#;
        assert_eq!(fitting::<Customer>(text).unwrap().id, "A");
        assert_eq!(examine::<Customer>(text).misfits, []);
    }

    #[test]
    fn a_row_that_is_no_object_says_so() {
        let misfits = examine::<Customer>("[1]").misfits;
        assert_eq!(
            (misfits[0].found.as_str(), misfits[0].expected.as_str()),
            ("the list [1]", "an object")
        );
    }

    #[test]
    fn a_range_that_adds_up_to_no_number_is_refused() {
        let text = r#"{"playbook_id":"P","expected_value_range":[1e308,1e308]}"#;
        assert!(read::<Playbook>(text).unwrap().0.objection().is_some());
        assert_eq!(examine::<Playbook>(text).misfits[0].field, Some("expected_value_range"));
    }

    #[test]
    fn whole_numbers_that_a_double_cannot_hold_are_refused() {
        assert!(read::<Customer>(r#"{"account_value":9007199254740992}"#).is_ok());
        assert!(read::<Customer>(r#"{"account_value":9007199254740993}"#).is_err());
        assert!(read::<Customer>(r#"{"account_value":18446744073709551615}"#).is_err());
        assert!(read::<Customer>(r#"{"account_value":-9007199254740993}"#).is_err());
        assert!(read::<Customer>(r#"{"account_value":100000000000000000001}"#).is_err());
        assert!(read::<Customer>(r#"{"account_value":100000000000000000000}"#).is_ok());
        assert!(read::<Customer>(r#"{"account_value":1e22}"#).is_ok());
        let misfits = examine::<Customer>(r#"{"account_value":9007199254740993}"#).misfits;
        assert!(misfits[0].expected.contains("9007199254740992"), "{}", misfits[0].expected);
    }
}
