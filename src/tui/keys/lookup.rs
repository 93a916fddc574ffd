//! Keys to actions, by the one table of keys: what a key does, and which keys can act now.

use ratatui::crossterm::event::{KeyCode, KeyEvent};

pub use super::action::{Action, Context};
pub use super::binding::{Binding, Key};
pub use super::bindings::BINDINGS;
use crate::tui::screen::board_update;
use crate::tui::state::State;
use crate::tui::{activity, what_if};
use Context::{Any, Browse, Dialog};

/// Why the action of a row cannot be done now, if so.
pub fn blocked(binding: &Binding, state: &State) -> Option<String> {
    if binding.contexts.contains(&Browse)
        && let Some(why) = activity::update::refuses(state, binding.action)
            .or_else(|| what_if::update::refuses(state, binding.action))
            .or_else(|| board_update::refuses(state, binding.action))
    {
        return Some(why);
    }
    (binding.blocked)(state)
}

/// The row for a key that was pressed.
pub fn find(context: Context, pressed: &KeyEvent) -> Option<(Action, &'static Binding)> {
    // One row stands for the nine digits that choose a reason.
    if context == Dialog
        && let KeyCode::Char(digit @ '1'..='9') = pressed.code
    {
        let row = BINDINGS.iter().find(|binding| matches!(binding.action, Action::Reason(_)))?;
        return Some((Action::Reason(digit as u8 - b'0'), row));
    }
    let fits = |binding: &&Binding| {
        binding.contexts.iter().any(|c| *c == context || *c == Any)
            && binding.keys.iter().any(|key| key.is(pressed))
    };
    BINDINGS.iter().find(fits).map(|binding| (binding.action, binding))
}

/// The rows for the hint line: those of the context that can act now.
pub fn hints(state: &State) -> impl Iterator<Item = &'static Binding> {
    let context = Context::of(state);
    BINDINGS.iter().filter(move |binding| {
        binding.contexts.contains(&context)
            && !binding.label.is_empty()
            && blocked(binding, state).is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::screen::id::Screen;
    use Context::{Filter, Page, Prompt, Sort, Text, TooSmall, WriteOver};

    #[test]
    fn no_key_has_two_meanings_in_one_context() {
        let contexts = [Browse, Filter, Sort, Page, Dialog, Text, Prompt, WriteOver, TooSmall];
        for context in contexts {
            let mut seen: Vec<(KeyCode, bool)> = Vec::new();
            for binding in BINDINGS {
                if !binding.contexts.contains(&context) && !binding.contexts.contains(&Any) {
                    continue;
                }
                for key in binding.keys {
                    assert!(
                        !seen.contains(&(key.code, key.control)),
                        "{} in {context:?}",
                        key.name
                    );
                    seen.push((key.code, key.control));
                }
            }
        }
    }

    #[test]
    fn the_key_that_confirms_asks_for_nothing() {
        let confirm = BINDINGS.iter().find(|b| b.action == Action::Confirm).unwrap();
        for binding in BINDINGS.iter().filter(|b| b.contexts.contains(&Browse)) {
            assert!(binding.keys.iter().all(|key| !confirm.keys.contains(key)));
        }
    }

    #[test]
    fn screens_have_the_keys_that_they_name() {
        for &screen in Screen::ALL {
            let row = BINDINGS.iter().find(|b| b.action == Action::Show(screen)).unwrap();
            assert_eq!(row.keys[0].code, KeyCode::Char(screen.key()));
        }
    }
}
