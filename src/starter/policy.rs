//! A policy file in which every setting is a comment.

/// The commented policy of the sample data.
const SAMPLE: &str = include_str!("../../sample_data/nextplay.toml");

const HEAD: &str = "\
# The policy for this data. nextplay reads it with the data, and again on every change.
# Everything here is a comment: remove the # in front of a setting, change its value, save, and watch the screen.
# Limits and targets are examples; they have no effect before you set them.
";

/// Returns the text of the policy file.
pub fn text() -> String {
    let (_, settings) = SAMPLE.split_once("\n\n").unwrap_or(("", SAMPLE));
    let mut text = format!("{HEAD}\n");
    for line in settings.lines() {
        if !(line.is_empty() || line.starts_with(['#', '['])) {
            text.push('#');
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Policy;
    use crate::domain::policy_keys::KEYS;
    use crate::intake::policy::parse;

    #[test]
    fn it_changes_nothing_and_shows_every_key() {
        assert_eq!(parse(&text()).unwrap(), Policy::default());
        for key in KEYS {
            assert!(text().contains(&format!("\n#{} = ", key.own_name())), "{}", key.name);
        }
    }
}
