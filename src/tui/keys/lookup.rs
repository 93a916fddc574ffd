//! Keys to actions, by the one table of keys: what a key does, and which keys can act now.

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use super::action::{Action, Context};
use super::keymap::{Bound, Keymap};
use crate::tui::screen::table::SCREENS;
use crate::tui::state::State;

/// Why the action of a row is not available now, if so.
pub fn unavailable(binding: &Bound, state: &State) -> Option<String> {
    match binding.exists_on(state.screen) {
        true => (binding.unavailable)(state),
        false => Some(elsewhere(binding, &state.keymap)),
    }
}

/// Where the first key of a row works: `"+" works on What-if (5)`.
fn elsewhere(binding: &Bound, keymap: &Keymap) -> String {
    let Some(key) = binding.keys.first() else { return String::new() };
    let same_key = |row: &&Bound| {
        row.keys.contains(key) && row.contexts.iter().any(|c| binding.contexts.contains(c))
    };
    let rows: Vec<&Bound> = keymap.rows().filter(same_key).collect();
    let screens = SCREENS.iter().filter(|screen| rows.iter().any(|r| r.exists_on(screen.screen)));
    let screens: Vec<String> = screens.map(|screen| screen.with_key(keymap)).collect();
    let on = match screens.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    };
    format!("\"{key}\" works on {on}")
}

/// The row for a key that was pressed. A row of another screen is found too, to say where the key
/// works.
pub fn find(state: &State, context: Context, pressed: &KeyEvent) -> Option<(Action, Bound)> {
    let keymap = &state.keymap;
    // One row stands for the nine digits that choose a reason, and one for those that show a view.
    if let KeyCode::Char(digit @ '1'..='9') = pressed.code
        && let Some((row, action)) = keymap.rows().find_map(|row| {
            let action = row.action.with_digit(digit as u8 - b'0')?;
            row.contexts.contains(&context).then_some((row, action))
        })
    {
        return Some((action, row.clone()));
    }
    let fits = |binding: &&Bound| binding.takes(context, pressed);
    let here = keymap.rows().filter(fits).find(|binding| binding.exists_on(state.screen));
    here.or_else(|| keymap.rows().find(fits)).map(|binding| (binding.action, binding.clone()))
}

/// The rows for the footer: those that are available now.
pub fn hints(state: &State) -> impl Iterator<Item = &Bound> {
    let context = Context::of(state);
    state.keymap.rows().filter(move |binding| {
        binding.contexts.contains(&context)
            && !binding.label.is_empty()
            && unavailable(binding, state).is_none()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use strum::VariantArray;

    use super::super::action::ActionKind;
    use super::super::bindings::BINDINGS;
    use super::*;
    use crate::tui::screen::id::Screen;
    use Context::{
        Any, Browse, Columns, Dialog, Filter, Page, Palette, Prompt, Question, Sort, Text,
        TooSmall, Views,
    };

    #[test]
    fn no_key_has_two_meanings_on_one_screen() {
        let contexts = [
            Browse, Filter, Sort, Columns, Palette, Views, Page, Dialog, Text, Prompt, Question,
            TooSmall,
        ];
        for (context, screen) in
            contexts.into_iter().flat_map(|context| Screen::ALL.iter().map(move |s| (context, *s)))
        {
            let mut seen: Vec<(KeyCode, bool, bool)> = Vec::new();
            for binding in BINDINGS.iter() {
                let here = binding.contexts.contains(&context) || binding.contexts.contains(&Any);
                if !here || !binding.exists_on(screen) {
                    continue;
                }
                for key in binding.keys {
                    let meaning = (key.code, key.control, key.shift);
                    assert!(!seen.contains(&meaning), "{key} in {context:?} on {screen:?}");
                    seen.push(meaning);
                }
            }
        }
    }

    #[test]
    fn each_action_has_a_key_and_each_key_a_help_text() {
        for kind in ActionKind::VARIANTS {
            let rows = BINDINGS.iter().filter(|row| ActionKind::from(row.action) == *kind);
            assert!(rows.count() > 0, "{kind:?} has no key");
        }
        for row in BINDINGS.iter() {
            assert!(!row.help.is_empty(), "{:?}", row.action);
            // What has no key is done from the palette.
            let in_palette = row.contexts.contains(&Browse);
            assert!(!row.keys.is_empty() || in_palette, "{:?}", row.action);
            assert!(!row.contexts.is_empty() && !row.screens.is_empty(), "{:?}", row.action);
        }
        let shown: HashSet<char> = SCREENS
            .iter()
            .filter_map(|row| match row.key.code {
                KeyCode::Char(c) => Some(c),
                _ => None,
            })
            .collect();
        assert_eq!(shown.len(), Screen::ALL.len());
    }

    #[test]
    fn the_key_that_confirms_does_nothing_on_a_screen() {
        let confirm = BINDINGS.iter().find(|b| b.action == Action::Confirm).unwrap();
        for binding in BINDINGS.iter().filter(|b| b.contexts.contains(&Browse)) {
            assert!(binding.keys.iter().all(|key| !confirm.keys.contains(key)));
        }
    }

    #[test]
    fn a_key_of_another_screen_says_where_it_works() {
        let keymap = Keymap::default();
        let elsewhere = |row| elsewhere(row, &keymap);
        let row = |action| keymap.rows().find(|row| row.action == action).unwrap();
        assert_eq!(elsewhere(row(Action::More)), "\"+\" works on What-if (5)");
        let pick = row(Action::PickAll);
        assert_eq!(elsewhere(pick), "\"A\" works on Queue (1) and Customers (2)");
        let sort = row(Action::Sort);
        let lists = "Queue (1), Customers (2), Playbooks (3), Portfolio (4) and Activity (6)";
        assert_eq!(elsewhere(sort), format!("\"s\" works on {lists}"));
    }
}
