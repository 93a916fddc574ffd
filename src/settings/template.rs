//! The commented settings file that `nextplay config --init` writes.

use super::Row;
use super::table::{DATA, KEYS, THEMES, rows};
use crate::domain::text::capitalized;
const HEAD: &str = "\
# Settings for nextplay. Everything here is a comment: remove the # in front of a setting to use it.
# A running dashboard uses a change as soon as you save this file.
# `nextplay config` prints the settings in effect and where each comes from.
";

/// Returns a settings file in which every setting is a comment. A setting stands right behind its `#`, a
/// sentence after a space.
pub fn template() -> String {
    let mut text = HEAD.to_owned();
    let mut section = "";
    for row in rows().filter(|row| !row.example.is_empty()) {
        let of = row.section();
        if of != section {
            section = of;
            text.push_str(&header(row));
        }
        text.push_str(&entry(row));
    }
    text.push_str(&format!(
        "\n# Your own theme, used with theme = \"mine\":\n# [{THEMES}.mine]\n# base = \"dark\"\n# accent = \"#57c4e5\"\n"
    ));
    text
}

/// The header of a row's table, as a comment.
fn header(row: &Row) -> String {
    match row.section() {
        // Beside `data = "…"` it would be an error, so it is a sentence.
        DATA => format!(
            "\n# Several data directories, instead of {DATA} = \"…\" above:\n# [[{DATA}]]\n"
        ),
        "view" => "\n#[[view]]\n".to_owned(),
        of => format!("\n#[{of}]\n"),
    }
}

fn entry(row: &Row) -> String {
    let name = if row.section() == KEYS { "approve" } else { row.own_name() };
    let sign = if row.section() == DATA { "# " } else { "#" };
    let default = match row.is_needed() {
        true => String::new(),
        false => format!(". Default: {}", row.default),
    };
    let help = row.help.replace('`', "");
    let comment = comment(&format!("{}{default}", capitalized(&help)));
    let gap = if row.section().is_empty() { "\n" } else { "" };
    format!("{gap}{comment}{sign}{name} = {}\n", row.example)
}

/// A text as lines of a comment.
fn comment(text: &str) -> String {
    const WIDEST: usize = 100;
    let mut lines = vec!["#".to_owned()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= WIDEST => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("# {word}")),
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Base, Settings, read};

    fn settings(text: &str) -> Settings {
        let read = read(text, &Base::default(), &|_| Vec::new());
        assert_eq!(read.mistakes, [], "{text}");
        read.settings
    }

    #[test]
    fn it_changes_nothing_and_each_setting_can_be_switched_on() {
        assert_eq!(settings(&template()), Settings::default());
        let switched_on = |line: &str| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') => format!("{setting}\n"),
            _ => format!("{line}\n"),
        };
        let all = settings(&template().lines().map(switched_on).collect::<String>());
        assert!(all.reviewer.is_some() && all.data.is_some() && all.start.is_some());
        assert_eq!((all.keys.len(), all.columns.len(), all.views.len()), (1, 2, 1));
        let blocks =
            template().replace("#data = ", "# data = ").replace("\n# [[data]]", "\n[[data]]");
        let blocks = ["path", "ledger", "default"].iter().fold(blocks, |text, name| {
            text.replace(&format!("\n# {name} = "), &format!("\n{name} = "))
        });
        let blocks = settings(&blocks);
        assert!(blocks.data_paths[0].ledger.is_some() && blocks.data.is_some());
    }
}
