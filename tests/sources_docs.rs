//! What the documentation says of the keys of the sources file is what the program reads.

use nextplay::intake::sources::keys::{COLUMN_KEYS, SourceKey, TABLE_KEYS};
use nextplay::intake::sources::sources_file::parse;

const PAGE: &str = "docs/sources.md";

fn path() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE)
}

fn page() -> String {
    std::fs::read_to_string(path()).unwrap()
}

/// The page with the table of these keys.
fn with_table(page: &str, name: &str, keys: &[SourceKey]) -> String {
    let row = |key: &SourceKey| {
        format!("| `{}` | `{}` | {} |\n", key.name, key.example.replace('|', "\\|"), key.help)
    };
    let rows: String = keys.iter().map(row).collect();
    let (start, end) = (format!("<!-- {name}: generated -->\n"), format!("<!-- {name}: end -->"));
    let (before, rest) = page.split_once(&start).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{start}| Key | Example | Sets |\n| --- | --- | --- |\n{rows}{end}{after}")
}

/// `UPDATE_DOCS=1 cargo test --test runner sources_docs` writes the tables anew.
#[test]
fn the_documentation_has_the_tables_of_keys() {
    let wanted = with_table(&page(), "table keys", TABLE_KEYS);
    let wanted = with_table(&wanted, "column keys", COLUMN_KEYS);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path(), &wanted).unwrap();
    }
    assert_eq!(page(), wanted, "UPDATE_DOCS=1 writes the tables anew");
}

#[test]
fn the_example_is_a_sources_file() {
    let page = page();
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(parse(example).unwrap().tables.len(), 3);
}
