//! The fields of a value, by name and in order, as its JSON has them: headers and cells are made
//! from the one definition that the type's serialization is.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::domain::json;

/// Name and value of each field, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields(pub Vec<(String, Value)>);

impl Fields {
    /// The fields of a value that serializes as an object; none of any other.
    pub fn of<T: Serialize>(value: &T) -> Self {
        // A `serde_json::Value` would sort the names; the text has them in their order.
        serde_json::from_str(&json::line(value)).unwrap_or_default()
    }

    /// Returns the names of the fields, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        InOrder::deserialize(deserializer).map(|InOrder(fields)| Self(fields))
    }
}

/// The members of a JSON object in the order in which they stand.
#[derive(Debug, Clone, PartialEq)]
pub struct InOrder<V>(pub Vec<(String, V)>);

impl<V> Default for InOrder<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for InOrder<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Members<V> {
            type Value = InOrder<V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<InOrder<V>, M::Error> {
                let mut fields = Vec::with_capacity(20);
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(InOrder(fields))
            }
        }
        deserializer.deserialize_map(Members(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Recommendation;

    #[test]
    fn names_stand_in_the_order_of_the_definition() {
        let fields = Fields::of(&Recommendation::default());
        assert_eq!(
            fields.names().collect::<Vec<_>>().join(" "),
            "customer_id segment journey_stage playbook_id playbook_name recommended_action \
             confidence expected_cost expected_value requires_human_approval risk_score \
             account_value"
        );
    }
}
