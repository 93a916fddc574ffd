//! What README and sample say of the policy's keys is what the program reads.

use nextplay::domain::Policy;
use nextplay::domain::policy_keys::{APPROVER_KEYS, KEYS, Key};
use nextplay::intake::policy::parse;

fn file(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).unwrap()
}

/// The row of a key in the README's table.
fn row<T>(key: &Key<T>) -> String {
    // What can be written as it stands is shown as code; "off" and the like are words.
    let is_word = key.default.starts_with(char::is_alphabetic);
    let default = if is_word { key.default.to_owned() } else { format!("`{}`", key.default) };
    format!("| `{}` | {default} | {} |\n", key.name, key.sets)
}

#[test]
fn the_readme_has_the_table_of_keys() {
    let rows: String = KEYS.iter().map(row).chain(APPROVER_KEYS.iter().map(row)).collect();
    let table = format!("| key | if it is not given | sets |\n| --- | --- | --- |\n{rows}\n");
    assert!(file("README.md").contains(&table), "README.md needs this table:\n{table}");
}

#[test]
fn the_readmes_example_is_a_policy() {
    let readme = file("README.md");
    let example = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
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
    let names = KEYS.iter().map(|key| key.own_name());
    for name in names.chain(APPROVER_KEYS.iter().map(|key| key.own_name())) {
        assert!(all.lines().any(|line| line.starts_with(&format!("{name} = "))), "{name}");
    }
}
