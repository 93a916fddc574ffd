//! Keys to actions, by the one table of keys: what a key does, and which keys can act now.

use ratatui::crossterm::event::KeyEvent;

use super::action::{Action, Context};
use super::key::Key;
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
    format!("\"{key}\" works on {}", listed(&screens))
}

/// `A, B and C`.
pub(super) fn listed(texts: &[String]) -> String {
    match texts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// The row for a key that was pressed. A row of another screen is found too, to say where the key
/// works.
pub fn find(state: &State, context: Context, pressed: &KeyEvent) -> Option<(Action, Bound)> {
    let rows: Vec<&Bound> = state.keymap.rows().filter(|row| row.is_in(context)).collect();
    let (here, elsewhere): (Vec<&Bound>, Vec<&Bound>) =
        rows.into_iter().partition(|row| row.exists_on(state.screen));
    // Shift-Right is a key of its own before it is Right.
    let first = |rows: &[&Bound], is: &dyn Fn(&Key) -> bool| {
        rows.iter().find_map(|row| Some((row.action_of(is)?, (*row).clone())))
    };
    [here, elsewhere].iter().find_map(|rows| {
        first(rows, &|key| key.is_exactly(pressed)).or_else(|| first(rows, &|key| key.is(pressed)))
    })
}

/// The rows for the footer: those that are available now and have a key; of several with one label
/// the first.
pub fn hints(state: &State) -> impl Iterator<Item = &Bound> {
    let context = Context::of(state);
    let mut labels = Vec::new();
    state.keymap.rows().filter(move |binding| {
        let only_closes = binding.action == Action::JumpBack && state.jumps.only_close_the_detail();
        let is_shown = !only_closes
            && binding.contexts.contains(&context)
            && !binding.label.is_empty()
            && !binding.keys.is_empty()
            && !labels.contains(&binding.label)
            && unavailable(binding, state).is_none();
        if is_shown {
            labels.push(binding.label);
        }
        is_shown
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use ratatui::crossterm::event::KeyCode;
    use strum::VariantArray;

    use super::super::action::ActionKind;
    use super::super::bindings::BINDINGS;
    use super::*;
    use crate::tui::screen::id::Screen;

    #[test]
    fn each_action_has_a_key_and_each_key_a_help_text() {
        for kind in ActionKind::VARIANTS {
            let rows = BINDINGS.iter().filter(|row| ActionKind::from(row.action) == *kind);
            assert!(rows.count() > 0, "{kind:?} has no key");
        }
        for row in BINDINGS.iter() {
            assert!(!row.help.is_empty(), "{:?}", row.action);
            // What has no key is done from the palette.
            let in_palette = row.contexts.contains(&Context::Browse);
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
    fn the_key_that_confirms_decides_nothing_on_a_screen() {
        let confirm = BINDINGS.iter().find(|b| b.action == Action::Confirm).unwrap();
        let in_browse = BINDINGS.iter().filter(|b| b.contexts.contains(&Context::Browse));
        let shared = in_browse.filter(|b| b.keys.iter().any(|key| confirm.keys.contains(key)));
        for binding in shared {
            assert_eq!(binding.action, Action::Copy, "it copies an id and no more");
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
