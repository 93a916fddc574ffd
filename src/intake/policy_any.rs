//! Policy files of any kind: what is written reads back, and everything else is told.

use proptest::prelude::*;
use toml::de::{DeTable, DeValue};

use super::policy::parse;
use crate::domain::policy_key::{Given, ValueType};
use crate::domain::policy_keys::{KEYS, find};

/// A small writer of valid policies: of each key what it takes, or nothing.
fn valid() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        (1u32..=100).prop_map(|hundredths| (f64::from(hundredths) / 100.0).to_string()),
        Just("1".to_owned()),
        Just("1e-3".to_owned()),
    ];
    let keys = proptest::collection::vec(proptest::option::of((number, 0..3_usize)), KEYS.len());
    let names = proptest::collection::vec("[a-zü][a-z \"\\\\]{0,5}[a-z]", 0..4);
    (keys, names).prop_map(|(keys, names)| {
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        let mut text = String::new();
        let mut section = "";
        for (key, given) in KEYS.iter().zip(keys) {
            let Some((number, which)) = given else { continue };
            if key.name == "contact.max_plays" && !text.contains("per_days") {
                continue;
            }
            if section != key.section() {
                section = key.section();
                text += &format!("[{section}]\n");
            }
            let value = match key.value_type() {
                ValueType::Number(_) => number,
                ValueType::Choice(names) => quoted(names[which % names.len()]),
                ValueType::Flag => "true".to_owned(),
                ValueType::Name => quoted("bot 2"),
                ValueType::Text => quoted("acme:2027"),
                ValueType::SigningKeys => unreachable!("an approver's"),
                ValueType::List => "[\"approve\", \"defer\"]".to_owned(),
            };
            text += &format!("{} = {value}\n", key.own_name());
        }
        for name in names {
            text += &format!("[[approver]]\nname = {}\ncost_up_to = 7\n", quoted(&name));
        }
        text
    })
}

fn given<'v>(value: &'v DeValue<'_>) -> Given<'v> {
    match value {
        DeValue::String(text) => Given::Text(text),
        DeValue::Integer(whole) => Given::Number(whole.as_str().parse().unwrap()),
        DeValue::Float(number) => Given::Number(number.as_str().parse().unwrap()),
        DeValue::Boolean(flag) => Given::Flag(*flag),
        DeValue::Array(list) => Given::List(list.iter().map(|v| given(v.get_ref())).collect()),
        DeValue::Datetime(_) | DeValue::Table(_) => Given::Date(String::new()),
    }
}

/// Pieces of which policies are made, and what does not belong in any.
const PIECES: &[&str] = &[
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ".",
    ",",
    "\n",
    "\r\n",
    "\"",
    "'''",
    "\"\"\"",
    "#",
    "ü",
    "matching",
    "approval",
    "approver",
    "[[approver]]\n",
    "[approver]\n",
    "[matching]\n",
    "ranking",
    "name",
    "approver.",
    "approval.reasons",
    "[matching.ranking]\n",
    "[[approver.name]]\n",
    "-",
    "nan",
    "reasons = [\"a\"",
    "name = \"x\"\n",
    " = \"roi\"\n",
    " = 0.5\n",
    " = 1e999\n",
    "\u{feff}",
    "\u{0}",
];

/// Every finding has a place within the text.
fn placed(text: &str) {
    for finding in parse(text).err().unwrap_or_default() {
        let place = finding.place().unwrap();
        let line = text.split('\n').nth(place.line as usize - 1);
        let columns = line.map_or(0, |line| line.chars().count() + 1);
        assert!((1..=columns).contains(&(place.column as usize)), "{finding} in {text:?}");
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back(text in valid()) {
        let policy = parse(&text).unwrap();
        let document = DeTable::parse(&text).unwrap();
        let mut names = Vec::new();
        for (section, value) in document.get_ref() {
            for (key, value) in value.get_ref().as_table().into_iter().flatten() {
                // Setting the same again changes nothing: it is what was read.
                let mut again = policy.clone();
                let key = find(KEYS, &format!("{section}.{key}")).unwrap();
                key.set(&mut again, &given(value.get_ref())).unwrap();
                prop_assert_eq!(&again, &policy, "{}", key.name);
            }
            for approver in value.get_ref().as_array().into_iter().flatten() {
                names.push(approver.get_ref()["name"].get_ref().as_str().unwrap());
            }
        }
        prop_assert_eq!(names, policy.approvers.iter().map(|a| a.name.name().as_str()).collect::<Vec<_>>());
    }

    #[test]
    fn any_text_is_read_or_told(text in "(?s).{0,200}") {
        placed(&text);
    }

    #[test]
    fn any_pieces_are_read_or_told(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..30)
    ) {
        placed(&pieces.concat());
    }
}
