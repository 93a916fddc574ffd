//! What each tool takes. Members that are not named here are refused.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::domain::{Error, ErrorKind};

/// No input.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Which part of a list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Only customers that match, as --filter of the commands takes it: segment:SMB risk>0.7
    pub filter: Option<String>,
    /// At most this many items; all that fit where it is not given
    #[schemars(range(min = 1))]
    pub limit: Option<usize>,
    /// next_cursor of the answer to go on from
    pub cursor: Option<String>,
}

/// Which customer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfCustomer {
    /// Id of the customer
    pub customer_id: String,
}

/// Other settings.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Values to change, each KEY=VALUE: a key of the policy, playbook.ID.FIELD or
    /// performance.ID.SEGMENT.FIELD
    pub set: Vec<String>,
}

/// A sum of money.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Budget in dollars
    #[schemars(range(min = 0))]
    pub budget: f64,
}

/// A customer's play as it was seen.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenPlay {
    /// Id of the customer
    pub customer_id: String,
    /// Hash of the basis that you saw, as list_cleared_plays has it
    pub basis: String,
}

/// Plays to carry out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The plays, at most 20
    #[schemars(length(min = 1, max = 20))]
    pub plays: Vec<SeenPlay>,
    /// Idempotency key: asked again with the same key, the same claim gives the same answer
    pub key: String,
}

/// The outcome of a play.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Id of the play that was handed off, as claim_plays returned it
    pub intervention_id: String,
    /// Its outcome, a code
    pub outcome: String,
    /// Whether the playbook did what it is for
    pub playbook_success: Option<bool>,
    /// Days from the start to the outcome
    pub resolution_time_days: Option<f64>,
    /// Estimated revenue saved, in dollars
    pub estimated_revenue_saved: Option<f64>,
    /// When it was measured: a date, or a time such as 2027-01-31T09:00:00Z
    pub measured_at: Option<String>,
}

/// A proposal to the people who decide.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// Id of the customer
    pub customer_id: String,
    /// Id of the playbook to run
    pub playbook_id: String,
    /// Code of the reason, one of those in the policy
    pub reason: Option<String>,
    /// Note in your own words
    pub note: Option<String>,
}

/// Returns the JSON Schema of an input.
pub fn schema<T: JsonSchema>() -> Map<String, Value> {
    let generator = SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
    let mut schema = generator.into_generator().into_root_schema_for::<T>();
    // The tool has a name and a description of its own.
    schema.remove("title");
    schema.remove("description");
    match schema.to_value() {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

/// Reads an input.
///
/// # Errors
/// What is wrong with it, and what a hint says is expected.
pub fn parse<T: DeserializeOwned + JsonSchema>(
    arguments: Option<Map<String, Value>>,
) -> Result<T, Error> {
    let arguments = Value::Object(arguments.unwrap_or_default());
    serde_json::from_value(arguments).map_err(|error| {
        let error = Error::new(ErrorKind::Usage, in_words(&error.to_string()));
        let schema = schema::<T>();
        let required = schema.get("required").and_then(Value::as_array);
        let named = |name: &String| required.is_some_and(|names| names.iter().any(|n| n == name));
        let member = |name: &String| match named(name) {
            true => name.clone(),
            false => format!("{name}?"),
        };
        let members = schema.get("properties").and_then(Value::as_object);
        let members: Vec<String> = members.into_iter().flat_map(Map::keys).map(member).collect();
        error.hint(match members.is_empty() {
            true => "the tool takes no input".to_owned(),
            false => format!("expected {{{}}}", members.join(", ")),
        })
    })
}

/// What JSON calls the types that a message of serde names as Rust does.
const TYPES: [(&str, &str); 4] = [
    ("expected f64", "expected a number"),
    ("expected usize", "expected a whole number"),
    ("expected u32", "expected a whole number"),
    ("expected struct ", "expected an object: "),
];

fn in_words(message: &str) -> String {
    TYPES.iter().fold(message.to_owned(), |text, (rust, json)| text.replace(rust, json))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unknown_members_and_wrong_types_are_refused_with_what_is_expected() {
        let parsed = |value: Value| parse::<Proposed>(value.as_object().cloned()).map(|_| ());
        assert_eq!(parsed(json!({ "customer_id": "C1", "playbook_id": "P1" })), Ok(()));
        let error = parsed(json!({ "customer_id": "C1", "playbook_id": "P1", "kind": "approve" }));
        let error = error.unwrap_err();
        assert!(error.message.starts_with("unknown field `kind`"), "{error}");
        assert_eq!(error.hints, ["expected {customer_id, note?, playbook_id, reason?}"]);
        let error = parse::<Budget>(json!({ "budget": "all" }).as_object().cloned()).unwrap_err();
        assert!(error.message.ends_with("expected a number"), "{error}");
        let error = parse::<Nothing>(json!({ "id": 1 }).as_object().cloned()).unwrap_err();
        assert_eq!(error.hints, ["the tool takes no input"]);
    }

    #[test]
    fn every_schema_forbids_other_members() {
        for schema in [
            schema::<Nothing>(),
            schema::<Part>(),
            schema::<OfCustomer>(),
            schema::<Settings>(),
            schema::<Budget>(),
            schema::<Claim>(),
            schema::<Outcome>(),
            schema::<Proposed>(),
        ] {
            assert_eq!(schema["additionalProperties"], json!(false), "{schema:?}");
            assert_eq!(schema["type"], json!("object"));
        }
        let plays = &schema::<Claim>()["properties"]["plays"]["items"];
        assert_eq!(plays["additionalProperties"], json!(false), "{plays}");
    }
}
