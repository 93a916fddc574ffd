//! What the documentation says of themes is what the program has.

use std::collections::BTreeMap;
use std::fs;

use nextplay::settings::Settings;
use nextplay::tui::widget::theme::chosen::{BuiltIn, problems};
use nextplay::tui::widget::theme::roles::{Column, ROLES};
use strum::VariantNames as _;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/themes.md");

/// `UPDATE_DOCS=1 cargo test --test runner theme_docs` writes the table anew.
#[test]
fn the_documentation_has_the_table_of_roles() {
    let row = |row: &nextplay::tui::widget::theme::roles::RoleRow| {
        let [dark, light] = [Column::Dark, Column::Light].map(|column| row.color(column));
        format!("| `{}` | {} | `{dark}` | `{light}` |\n", row.name, row.help)
    };
    let rows: String = ROLES.iter().map(row).collect();
    let table = format!("| Name | Colors | `dark` | `light` |\n| --- | --- | --- | --- |\n{rows}");
    let written = fs::read_to_string(PAGE).unwrap();
    let (before, rest) = written.split_once("<!-- roles: generated -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- roles: end -->").unwrap();
    let wanted = format!("{before}<!-- roles: generated -->\n{table}<!-- roles: end -->{after}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(PAGE, &wanted).unwrap();
    }
    assert_eq!(fs::read_to_string(PAGE).unwrap(), wanted, "UPDATE_DOCS=1 writes the table anew");
    for name in BuiltIn::VARIANTS {
        assert!(written.contains(&format!("\n| `{name}` |")), "{name} is not explained");
    }
}

#[test]
fn the_example_of_an_own_theme_can_be_used() {
    let page = fs::read_to_string(PAGE).unwrap();
    let example = page.split("```").find(|part| part.contains("[themes.mine]")).unwrap();
    let example: toml_edit::DocumentMut = example.strip_prefix("toml").unwrap().parse().unwrap();
    let parts = example["themes"]["mine"].as_table().unwrap().iter();
    let parts: BTreeMap<String, String> =
        parts.map(|(name, color)| (name.to_owned(), color.as_str().unwrap().to_owned())).collect();
    let mut settings = Settings { theme: "mine".into(), ..Settings::default() };
    settings.themes.insert("mine".into(), parts);
    assert_eq!(problems(&settings), []);
}
