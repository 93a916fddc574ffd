//! A row of JSON to a value, by the table of fields of its type; and what to say of a row that does
//! not fit.
//!
//! Reading follows the reference: unknown fields are passed over, of a key that comes twice the last
//! counts, `null` is the same as missing. A value of another type than the field's sets the whole
//! row aside.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::domain::row::{Field, Row};
pub use crate::domain::slot::describe;

/// Reads one row.
///
/// # Errors
/// When the text is not an object or a field has another type; [`misfits`] says which.
pub fn read<R: Row>(text: &str) -> Result<R, serde_json::Error> {
    struct RowVisitor<R>(PhantomData<R>);
    impl<'de, R: Row> Visitor<'de> for RowVisitor<R> {
        type Value = R;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<R, A::Error> {
            let mut row = R::blank();
            while let Some(field) = map.next_key_seed(FieldName::<R>(PhantomData))? {
                match field {
                    Some(field) => map.next_value_seed(FieldValue { field, row: &mut row })?,
                    None => drop(map.next_value::<IgnoredAny>()?),
                }
            }
            Ok(row)
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.deserialize_map(RowVisitor(PhantomData))
}

struct FieldName<R>(PhantomData<R>);

impl<'de, R: Row> DeserializeSeed<'de> for FieldName<R> {
    type Value = Option<&'static Field<R>>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        // As bytes: a key that is no valid text is no field, and no fault either.
        deserializer.deserialize_bytes(self)
    }
}

impl<R: Row> Visitor<'_> for FieldName<R> {
    type Value = Option<&'static Field<R>>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_bytes<E>(self, key: &[u8]) -> Result<Self::Value, E> {
        Ok(R::FIELDS.iter().find(|field| field.name.as_bytes() == key))
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

/// What does not fit in a row that [`read`] refused or objects to, in the order of the file, and as
/// much of the row as does fit. Nothing, where only a value that does not count has the wrong type.
pub fn misfits<R: Row>(text: &str) -> (R, Vec<Misfit>) {
    let mut row = R::blank();
    let Ok(pairs) = serde_json::from_str::<Pairs>(text) else {
        let found = describe(text);
        let expected = "an object".to_owned();
        return (row, vec![Misfit { offset: 0, field: None, found, expected }]);
    };
    let mut misfits: Vec<Misfit> = Vec::new();
    for (at, (key, value)) in pairs.0.iter().enumerate() {
        let Some(field) = R::FIELDS.iter().find(|f| f.name.as_bytes() == key) else { continue };
        if pairs.0.iter().skip(at + 1).any(|(later, _)| later == key) {
            continue;
        }
        if field.slot.read(&mut row, *value).is_err() {
            misfits.push(Misfit {
                offset: offset_in(text, value.get()),
                field: Some(field.name),
                found: describe(value.get()),
                expected: field.slot.expected(value.get()).to_owned(),
            });
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
    (row, misfits)
}

/// Where a part that was borrowed from a text starts in it.
pub fn offset_in(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// The members of an object in order, keys that come twice included; keys as bytes, since one that
/// is no valid text is no reason to refuse the others.
pub struct Pairs<'a>(pub Vec<(Vec<u8>, &'a RawValue)>);

impl<'a> Pairs<'a> {
    /// The value that counts for a key: the last one.
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
    use crate::domain::row::Slot;
    use crate::domain::{Customer, PerformanceRow, Playbook, Signal};

    #[test]
    fn reads_what_fits_and_passes_over_the_rest() {
        let row: Customer = read(
            r#"{"x":[1,{"y":2}],"customer_id":7,"segment":null,"account_value":1.5,"account_value":2}"#,
        )
        .unwrap();
        assert_eq!(row.id, "7");
        assert_eq!(row.segment, None);
        assert_eq!(row.account_value, Some(2.0), "of a key that comes twice the last counts");
    }

    #[test]
    fn zero_and_empty_are_no_id() {
        for id in ["0", "-0", "\"\"", "null"] {
            let row: Customer = read(&format!(r#"{{"customer_id":{id}}}"#)).unwrap();
            assert_eq!(row.id, "", "{id}");
        }
        let id = |json: &str| read::<Customer>(&format!(r#"{{"customer_id":{json}}}"#)).unwrap().id;
        assert_eq!(id("\"0\""), "0", "the text 0 is an id");
        assert_eq!(id("123456789012345678901"), "123456789012345678901");
        assert_eq!(id("-7"), "-7");
        for wrong in ["1.0", "1e3", "true", "[]"] {
            assert!(read::<Customer>(&format!(r#"{{"customer_id":{wrong}}}"#)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_performance_row_without_a_segment_is_for_all() {
        let segment = |json| read::<PerformanceRow>(json).unwrap().segment;
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
                        Slot::Number(_) => wrong == "1.5",
                        Slot::Flag(_) => wrong == "true",
                        Slot::Texts(_) | Slot::Numbers(_) => false,
                    };
                    let text = format!("{{\"{}\": {wrong}}}", field.name);
                    assert_eq!(read::<R>(&text).is_ok(), fits, "{text}");
                    if fits {
                        continue;
                    }
                    let (_, misfits) = misfits::<R>(&text);
                    assert_eq!(misfits.len(), 1, "{text}");
                    assert_eq!(misfits[0].field, Some(field.name));
                    assert_eq!(misfits[0].offset, field.name.len() + 5);
                    assert_eq!(misfits[0].expected, field.slot.expected(wrong));
                    assert!(misfits[0].found.ends_with(wrong), "{}", misfits[0].found);
                }
            }
        }
        check::<Customer>();
        check::<Playbook>();
        check::<PerformanceRow>();
        check::<Signal>();
        check::<crate::domain::JourneyState>();
        check::<crate::domain::FusedSignals>();
        check::<crate::domain::Forecast>();
        check::<crate::domain::Intervention>();
        check::<crate::domain::Outcome>();
        check::<crate::domain::PortfolioSnapshot>();
    }

    #[test]
    fn what_fits_of_a_bad_row_is_kept_for_the_message() {
        let (row, misfits) = misfits::<Playbook>(
            r#"{"approval_required":"yes","playbook_id":"P1","risk_threshold":[]}"#,
        );
        assert_eq!(row.id, "P1");
        assert_eq!(misfits.len(), 2);
        assert_eq!(misfits[0].found, "the text \"yes\"");
        assert_eq!(misfits[0].expected, "true or false");
    }

    #[test]
    fn a_wrong_value_that_a_later_one_replaces_does_no_harm() {
        let (row, misfits) = misfits::<Customer>(r#"{"account_value":"x","account_value":1}"#);
        assert_eq!(misfits, []);
        assert_eq!(row.account_value, Some(1.0));
    }

    #[test]
    fn a_key_that_is_no_text_is_an_unknown_field() {
        let text = r#"{"\ud800":1,"customer_id":"A"}"#;
        assert_eq!(read::<Customer>(text).unwrap().id, "A");
        assert_eq!(misfits::<Customer>(text).1, []);
    }

    #[test]
    fn a_row_that_is_no_object_says_so() {
        let (_, misfits) = misfits::<Customer>("[1]");
        assert_eq!(
            (misfits[0].found.as_str(), misfits[0].expected.as_str()),
            ("the list [1]", "an object")
        );
    }

    #[test]
    fn a_range_that_adds_up_to_no_number_is_refused() {
        let text = r#"{"playbook_id":"P","expected_value_range":[1e308,1e308]}"#;
        assert!(read::<Playbook>(text).unwrap().objection().is_some());
        assert_eq!(misfits::<Playbook>(text).1[0].field, Some("expected_value_range"));
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
        let (_, misfits) = misfits::<Customer>(r#"{"account_value":9007199254740993}"#);
        assert!(misfits[0].expected.contains("9007199254740992"), "{}", misfits[0].expected);
    }
}
