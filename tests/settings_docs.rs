//! What the documentation says of the settings is what the program reads.

use nextplay::settings::{Base, Row, read, rows};
use nextplay::tui::checks::problems;
use nextplay::tui::customers::columns::COLUMNS;

fn path(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn file(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

/// The row of a setting in the table of `docs/settings.md`.
fn row(row: &Row) -> String {
    let first = [row.flag, row.variable].map(|name| format!("`{name}`"));
    let first: Vec<String> = first.into_iter().filter(|name| name.len() > 2).collect();
    let is_value = row.default.starts_with('"') || ["true", "false"].contains(&row.default);
    let default = if is_value { format!("`{}`", row.default) } else { row.default.to_owned() };
    let (name, expected, help) = (row.name, row.expected, row.help);
    format!("| `{name}` | {expected} | {default} | {} | {help} |\n", first.join(", "))
}

/// Replaces what stands between the two comments of a generated part.
fn with_part(page: &str, name: &str, part: &str) -> String {
    let (start, end) = (format!("<!-- {name}: generated -->\n"), format!("<!-- {name}: end -->"));
    let (before, rest) = page.split_once(&start).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{start}{part}{end}{after}")
}

/// `UPDATE_DOCS=1 cargo test --test runner settings_docs` writes the generated parts anew.
#[test]
fn the_documentation_has_every_setting_and_column() {
    let settings: String = rows().map(row).collect();
    let settings =
        "| Setting | Value | Default | Overridden by | Sets |\n| --- | --- | --- | --- | --- |\n"
            .to_owned()
            + &settings;
    let columns = COLUMNS.iter().filter(|column| column.show.is_some());
    let columns: String = columns
        .map(|column| format!("| `{}` | {} |\n", <&str>::from(column.id), column.name))
        .collect();
    let columns = "| Column | Shows |\n| --- | --- |\n".to_owned() + &columns;
    let parts = [("settings", settings), ("columns", columns)];
    let written = file("docs/settings.md");
    let wanted = parts.iter().fold(written, |page, (name, part)| with_part(&page, name, part));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path("docs/settings.md"), &wanted).unwrap();
    }
    assert_eq!(file("docs/settings.md"), wanted, "UPDATE_DOCS=1 writes the tables anew");
}

#[test]
fn each_example_is_a_settings_file() {
    let page = file("docs/settings.md");
    let examples: Vec<&str> =
        page.split("```toml\n").skip(1).filter_map(|text| text.split("```").next()).collect();
    assert!(examples.len() > 3);
    for example in examples {
        assert_eq!(read(example, &Base::default(), &problems).mistakes, [], "{example}");
    }
}
