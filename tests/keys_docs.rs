//! The manual's page of keys is made from the table of keys, and what it shows can be used.

use std::collections::BTreeMap;

use nextplay::tui::keys::keymap::Keymap;
use nextplay::tui::keys::manual::markdown;

#[test]
fn the_page_of_keys_is_that_of_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/keys.md");
    let made = markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(written, made, "UPDATE_DOCS=1 cargo test keys_docs writes docs/keys.md anew");
}

#[test]
fn the_example_of_own_keys_can_be_used() {
    let page = markdown();
    let example: String = page
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .map(|l| format!("{l}\n"))
        .collect();
    let settings: toml_edit::DocumentMut = example.parse().unwrap();
    let texts = |keys: &toml_edit::Item| {
        let keys = keys.as_array().unwrap().iter();
        keys.map(|key| key.as_str().unwrap().to_owned()).collect()
    };
    let actions = settings["keys"].as_table().unwrap().iter();
    let keys: BTreeMap<String, Vec<String>> =
        actions.map(|(action, keys)| (action.to_owned(), texts(keys))).collect();
    assert_eq!(keys.len(), 4);
    let keymap = Keymap::from_settings(&keys).unwrap();
    assert!(format!("{keymap:?}").contains(r#"(PageDown, "Space PgDn")"#), "{keymap:?}");
}
