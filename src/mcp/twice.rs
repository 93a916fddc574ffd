//! Members that a JSON object names twice. One reader takes the first of them, another one the last: what a
//! client's guard has seen is not what would be done.

use std::fmt;

use rustc_hash::FxHashSet;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// Returns the name of the first member that is there twice, in JSON that can be read.
pub fn named_twice(json: &[u8]) -> Option<String> {
    let error = serde_json::from_slice::<Once>(json).err().filter(serde_json::Error::is_data)?;
    Some(error.to_string().rsplit_once(" at line ")?.0.to_owned())
}

/// Any JSON in which every member is there once.
struct Once;

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(Self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut seen = FxHashSet::default();
        while let Some(name) = members.next_key::<String>()? {
            members.next_value::<Self>()?;
            if let Some(name) = seen.replace(name) {
                return Err(de::Error::custom(name));
            }
        }
        Ok(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_is_there_twice_is_found_wherever_it_is() {
        let twice = |json: &str| named_twice(json.as_bytes());
        assert_eq!(twice(r#"{"a":1,"b":[{"a":null},{"a":-1.5}],"c":"a"}"#), None);
        assert_eq!(twice(r#"{"a":1,"a":1}"#).as_deref(), Some("a"));
        assert_eq!(twice(r#"{"x":[0,{"y":{"k":"1","\u006b":"2"}}]}"#).as_deref(), Some("k"));
        assert_eq!(twice(r#"{" at line 1":1," at line 1":true}"#).as_deref(), Some(" at line 1"));
        assert_eq!(twice("7"), None);
    }
}
