//! The manual's page of keys is made from the table of keys.

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
