//! What documentation and sample say of the policy's keys is what the program reads.

use nextplay::domain::Policy;
use nextplay::domain::policy_key::Key;
use nextplay::domain::policy_keys::{APPROVER_KEYS, CAPACITY_KEYS, EXPERIMENT_KEYS, KEYS, names};
use nextplay::intake::policy::parse;

fn path(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn file(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

/// The row of a key in the table of `docs/policy.md`.
fn row<T: Clone + Default>(key: &Key<T>) -> String {
    // What can be written as it stands is shown as code; "off" and the like are words.
    let default = key.default();
    let is_word = default.starts_with(char::is_alphabetic);
    let default = if is_word { default } else { format!("`{default}`") };
    format!("| `{}` | {} | {default} | {} |\n", key.name, key.expected(), key.help)
}

/// `UPDATE_DOCS=1 cargo test --test runner policy_docs` writes the table anew.
#[test]
fn the_documentation_has_the_table_of_keys() {
    let blocks = APPROVER_KEYS.iter().map(row).chain(CAPACITY_KEYS.iter().map(row));
    let rows = KEYS.iter().map(row).chain(blocks).chain(EXPERIMENT_KEYS.iter().map(row));
    let rows: String = rows.collect();
    let table = format!("| Key | Value | Default | Sets |\n| --- | --- | --- | --- |\n{rows}");
    let written = file("docs/policy.md");
    let (before, rest) = written.split_once("<!-- keys: generated -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- keys: end -->").unwrap();
    let wanted = format!("{before}<!-- keys: generated -->\n{table}<!-- keys: end -->{after}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path("docs/policy.md"), &wanted).unwrap();
    }
    assert_eq!(file("docs/policy.md"), wanted, "UPDATE_DOCS=1 writes the table anew");
}

#[test]
fn the_example_is_a_policy() {
    let page = file("docs/policy.md");
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(parse(example).unwrap().approvers.len() > 1);
}

#[test]
fn the_sample_sets_targets_and_leaves_the_rest_as_it_is() {
    let policy = parse(&file("sample_data/nextplay.toml")).unwrap();
    let mut want = Policy::default();
    want.targets.customers_at_high_risk_max = Some(50.0);
    want.targets.revenue_at_risk_max = Some(3_000_000.0);
    assert_eq!(policy, want);
}

#[test]
fn the_sample_shows_every_key_and_each_can_be_switched_on() {
    // A setting stands right behind its #, a sentence after a space.
    let switched_on = |line: &str| match line.strip_prefix('#') {
        Some(setting) if !setting.starts_with(' ') => format!("{setting}\n"),
        _ => format!("{line}\n"),
    };
    let all: String = file("sample_data/nextplay.toml").lines().map(switched_on).collect();
    assert_eq!(parse(&all).unwrap().approvers.len(), 2);
    for name in names().map(|name| name.rsplit_once('.').map_or(name, |(_, own)| own)) {
        assert!(all.lines().any(|line| line.starts_with(&format!("{name} = "))), "{name}");
    }
}
