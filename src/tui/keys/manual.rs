//! The manual's page of keys, from the one table.

use std::fmt::Write as _;

use strum::VariantArray;

use super::binding::{Binding, Group};
use super::keymap::{Bound, Keymap};
use crate::tui::screen::table::SCREENS;

/// Returns the page of keys as Markdown.
pub fn markdown() -> String {
    let mut page = String::from(
        "# Keys\n\nThe keys of the dashboard, and the screens on which they exist. `?` lists those of \
         the current screen and says why one is not available now.\n",
    );
    let keymap = Keymap::default();
    for group in Group::VARIANTS {
        let rows: Vec<&Bound> = keymap.rows().filter(|row| row.group == *group).collect();
        let everywhere = rows.iter().all(|row| row.screens.len() == SCREENS.len());
        let head = if everywhere { "" } else { " Screens |" };
        let line = if everywhere { "" } else { " --- |" };
        let title = group.title("On some screens");
        let _ =
            write!(page, "\n## {title}\n\n| Keys | What they do |{head}\n| --- | --- |{line}\n");
        for row in rows {
            let names = row.key_names();
            let keys: Vec<String> = match names.is_empty() {
                true => vec!["in the palette".to_owned()],
                false => names.split(' ').map(|key| format!("`{key}`")).collect(),
            };
            let screens = if everywhere { String::new() } else { format!(" {} |", screens(row)) };
            let _ = writeln!(page, "| {} | {} |{screens}", keys.join(" "), row.help);
        }
    }
    page
}

/// The titles of the screens of a row.
fn screens(row: &Binding) -> String {
    if row.screens.len() == SCREENS.len() {
        return "all".to_owned();
    }
    let of_row = SCREENS.iter().filter(|screen| row.exists_on(screen.screen));
    of_row.map(|screen| screen.title).collect::<Vec<_>>().join(", ")
}
