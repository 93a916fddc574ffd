//! The manual's page of keys, from the one table.

use std::fmt::Write as _;

use strum::VariantArray;

use super::binding::{Binding, Group};
use super::keymap::{Bound, Keymap};
use crate::tui::mouse::gestures::{self, GESTURES};
use crate::tui::screen::table::SCREENS;

const INTRODUCTION: &str = r#"# Keys

The keys of the dashboard, and the screens on which they work. `?` lists the keys of the current screen, dimmed
with the reason where one is not available now; `F1` lists all keys; `/` searches them.

## Your own keys

Every key can be changed. `[keys]` in `config.toml` holds `action = ["key", …]`:

    [keys]
    approve = ["f5"]               # instead of a
    page-down = ["space", "pgdn"]  # two keys
    select = ["x"]
    apply-last-scenario = []       # no key

The tables below name the actions; `nextplay keys` prints them with the keys in use. Your keys replace all usual
keys of that action. Help, footer and messages show your keys.

A key is a character (`a`, `+`, `?`), a capital letter (`A` or `shift-a`), Ctrl with a letter (`ctrl-p`), or one
of `enter`, `space`, `esc`, `tab`, `shift-tab`, `backspace`, `up`, `down`, `left`, `right`, `pgup`, `pgdn`,
`home`, `end`, `insert`, `delete` and `f1`, `f2` and so on; arrows, function keys and the six keys above the
arrows also take `shift-` and `ctrl-`. Alt does not work: terminals send Esc and then the key.

These are errors, and the last good keys stay in use:

- One key with two meanings in one place. `c` may do one thing on Activity and another on Portfolio.
- A key that types or edits text, for an action that works while text is typed.
- A key that confirms a decision and also decides, selects or changes something on a list. The confirming key is
  a character or `enter`, and does nothing on a list for half a second after a dialog closes.
- No key to quit, to open the help, or to close what is open.

The keys of `reason` choose the reasons in order: the first key the first reason, and so on.
"#;

/// Returns the page of keys as Markdown.
pub fn markdown() -> String {
    let mut page = String::from(INTRODUCTION);
    let keymap = Keymap::default();
    for group in Group::VARIANTS {
        let rows: Vec<&Bound> = keymap.rows().filter(|row| row.group == *group).collect();
        let everywhere = rows.iter().all(|row| row.screens.len() == SCREENS.len());
        let head = if everywhere { "" } else { " Screens |" };
        let line = if everywhere { "" } else { " --- |" };
        let title = group.title("On some screens");
        let _ = write!(
            page,
            "\n## {title}\n\n| Keys | What they do | Name |{head}\n| --- | --- | --- |{line}\n"
        );
        for row in rows {
            let names = row.key_names();
            let keys: Vec<String> = match names.is_empty() {
                true => vec!["in the palette".to_owned()],
                false => names.split(' ').map(|key| format!("`{key}`")).collect(),
            };
            let screens = if everywhere { String::new() } else { format!(" {} |", screens(row)) };
            let (keys, name) = (keys.join(" "), row.name());
            let _ = writeln!(page, "| {keys} | {} | `{name}` |{screens}", row.help);
        }
    }
    let title = gestures::TITLE;
    let _ = write!(page, "\n## {title}\n\n| Mouse | What it does |\n| --- | --- |\n");
    for gesture in &GESTURES {
        let _ = writeln!(page, "| {} | {} |", gesture.name, gesture.help);
    }
    page
}

/// Returns the titles of the screens of a row; `all` for every one.
pub fn screens(row: &Binding) -> String {
    if row.screens.len() == SCREENS.len() {
        return "all".to_owned();
    }
    let of_row = SCREENS.iter().filter(|screen| row.exists_on(screen.screen));
    of_row.map(|screen| screen.title).collect::<Vec<_>>().join(", ")
}
