//! The one table of keys: what each does, where, and when it cannot. Dispatch, hint line and help
//! are made from it.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

pub use super::action::{Action, Context};
use super::list::Screen;
use super::on_activity;
use super::state::{Overlay, Pane, State};
use crate::domain::DecisionKind;

/// A key as it is pressed and as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub code: KeyCode,
    pub control: bool,
    pub name: &'static str,
}

const fn key(code: KeyCode, name: &'static str) -> Key {
    Key { code, control: false, name }
}

const fn ch(c: char, name: &'static str) -> Key {
    key(KeyCode::Char(c), name)
}

const fn ctrl(c: char, name: &'static str) -> Key {
    Key { code: KeyCode::Char(c), control: true, name }
}

impl Key {
    fn is(&self, pressed: &KeyEvent) -> bool {
        let control = pressed.modifiers.contains(KeyModifiers::CONTROL);
        let other = pressed.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER);
        // Shift is in the character already, or does not matter.
        pressed.code == self.code && control == self.control && !other
    }
}

/// A row of the table.
pub struct Binding {
    pub contexts: &'static [Context],
    pub keys: &'static [Key],
    pub action: Action,
    /// For the hint line; empty where it is not shown there.
    pub label: &'static str,
    /// For the help page; empty where another row tells it.
    pub help: &'static str,
    /// Why it cannot be done now, if so.
    pub blocked: fn(&State) -> Option<String>,
}

fn never(_: &State) -> Option<String> {
    None
}

fn cannot_approve(state: &State) -> Option<String> {
    state.can_decide(DecisionKind::Approve).err()
}

fn cannot_reject(state: &State) -> Option<String> {
    state.can_decide(DecisionKind::Reject).err()
}

fn cannot_override(state: &State) -> Option<String> {
    state.can_decide(DecisionKind::Override).err()
}

fn cannot_defer(state: &State) -> Option<String> {
    state.can_decide(DecisionKind::Defer).err()
}

fn cannot_undo(state: &State) -> Option<String> {
    state.can_undo().err()
}

fn cannot_open(state: &State) -> Option<String> {
    if state.screen == Screen::Activity {
        return state.activity.is_empty().then(|| "no line is selected".to_owned());
    }
    state.selected().is_none().then(|| "no customer is selected".to_owned())
}

fn cannot_go_back(state: &State) -> Option<String> {
    let at_rest = !state.detail_open
        && state.pane == Pane::List
        && state.filter().is_empty()
        && (!state.screen.lists_customers() || state.list().picked.is_empty());
    at_rest.then(|| "there is nothing to go back from; q quits".to_owned())
}

fn still_loading(state: &State) -> Option<String> {
    state.snapshot.is_none().then(|| "still loading".to_owned())
}

fn findings_unknown(state: &State) -> Option<String> {
    let all_known = state.snapshot.as_ref().is_some_and(|snapshot| !snapshot.partial);
    (!all_known).then(|| "still loading".to_owned())
}

fn nothing_to_choose(state: &State) -> Option<String> {
    match &state.overlay {
        Overlay::Decide(dialog)
            if dialog.form.reasons.is_empty() && dialog.form.choices.is_empty() =>
        {
            Some("there is nothing to choose; y confirms, Esc cancels".to_owned())
        }
        _ => None,
    }
}

fn cannot_confirm(state: &State) -> Option<String> {
    match &state.overlay {
        // Whether it was on the screen yet is for the key to find out, not for the hints.
        Overlay::Decide(dialog) if dialog.shown => dialog.incomplete(&state.moment()),
        _ => None,
    }
}

use Context::{Any, Browse, Dialog, Filter, Page, Sort, Text, TooSmall};

const BROWSE: &[Context] = &[Browse];

/// Every key. Of two rows for one key the first one that fits counts.
pub const BINDINGS: &[Binding] = &[
    Binding {
        contexts: BROWSE,
        keys: &[ch('a', "a")],
        action: Action::Approve,
        label: "approve",
        help: "Approve the recommended playbook for the selected customer",
        blocked: cannot_approve,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('r', "r")],
        action: Action::Reject,
        label: "reject",
        help: "Reject it, with a reason; stops an automatic play, too",
        blocked: cannot_reject,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('o', "o")],
        action: Action::Override,
        label: "other",
        help: "Choose another playbook, with a reason",
        blocked: cannot_override,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('d', "d")],
        action: Action::Defer,
        label: "defer",
        help: "Put it off until a day to come",
        blocked: cannot_defer,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('u', "u")],
        action: Action::Undo,
        label: "undo",
        help: "Take back the decision on the selected customer, else your last one",
        blocked: cannot_undo,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch(' ', "Space")],
        action: Action::Pick,
        label: "select",
        help: "Select the customer, or not; a decision is then about all that are selected",
        blocked: cannot_open,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('/', "/")],
        action: Action::Filter,
        label: "filter",
        help: "Filter as you type",
        blocked: still_loading,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('v', "v")],
        action: Action::PickRange,
        label: "",
        help: "Select all from the one selected last to this one",
        blocked: cannot_open,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('A', "A")],
        action: Action::PickAll,
        label: "",
        help: "Select everybody that the filter leaves, or nobody",
        blocked: cannot_open,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('m', "m")],
        action: Action::Mine,
        label: "",
        help: "Only what waits for you: within your limits, not approved by you already",
        blocked: still_loading,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('j', "j"), key(KeyCode::Down, "↓")],
        action: Action::Down,
        label: "",
        help: "Down",
        blocked: never,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('k', "k"), key(KeyCode::Up, "↑")],
        action: Action::Up,
        label: "",
        help: "Up",
        blocked: never,
    },
    Binding {
        contexts: BROWSE,
        keys: &[key(KeyCode::PageDown, "PgDn"), ctrl('d', "Ctrl-D")],
        action: Action::PageDown,
        label: "",
        help: "A page down",
        blocked: never,
    },
    Binding {
        contexts: BROWSE,
        keys: &[key(KeyCode::PageUp, "PgUp"), ctrl('u', "Ctrl-U")],
        action: Action::PageUp,
        label: "",
        help: "A page up",
        blocked: never,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('g', "g"), key(KeyCode::Home, "Home")],
        action: Action::First,
        label: "",
        help: "To the first",
        blocked: never,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('G', "G"), key(KeyCode::End, "End")],
        action: Action::Last,
        label: "",
        help: "To the last",
        blocked: never,
    },
    Binding {
        contexts: BROWSE,
        keys: &[key(KeyCode::Enter, "Enter")],
        action: Action::Open,
        label: "open",
        help: "Open the detail; the moving keys then scroll it",
        blocked: cannot_open,
    },
    Binding {
        contexts: BROWSE,
        keys: &[key(KeyCode::Esc, "Esc")],
        action: Action::Back,
        label: "back",
        help: "Back to the list; there, drop the selection, then the filter",
        blocked: cannot_go_back,
    },
    Binding {
        contexts: BROWSE,
        keys: &[key(KeyCode::Tab, "Tab")],
        action: Action::SwitchPane,
        label: "pane",
        help: "Change between list and detail",
        blocked: cannot_open,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('1', "1")],
        action: Action::Show(Screen::Queue),
        label: "",
        help: "Queue: what waits for a decision",
        blocked: never,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('2', "2")],
        action: Action::Show(Screen::Customers),
        label: "",
        help: "Customers: all of them",
        blocked: never,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('6', "6")],
        action: Action::Show(Screen::Activity),
        label: "",
        help: "Activity: decisions, and what reloads changed",
        blocked: never,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('c', "c")],
        action: Action::GoToCustomer,
        label: "customer",
        help: "On Activity: to the customer of the line",
        blocked: on_activity::cannot_go_to_customer,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('t', "t")],
        action: Action::Kinds,
        label: "kinds",
        help: "On Activity: decisions only, changes only, both",
        blocked: still_loading,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('s', "s")],
        action: Action::Sort,
        label: "sort",
        help: "Choose the column to sort by",
        blocked: still_loading,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('S', "S")],
        action: Action::ReverseSort,
        label: "",
        help: "Reverse the order",
        blocked: still_loading,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('!', "!")],
        action: Action::Findings,
        label: "",
        help: "What is wrong or suspicious in data and strategy",
        blocked: findings_unknown,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('R', "R")],
        action: Action::Reload,
        label: "",
        help: "Read all files again",
        blocked: never,
    },
    Binding {
        contexts: BROWSE,
        keys: &[ch('?', "?")],
        action: Action::Help,
        label: "help",
        help: "The keys",
        blocked: never,
    },
    Binding {
        contexts: &[Filter],
        keys: &[key(KeyCode::Enter, "Enter")],
        action: Action::KeepFilter,
        label: "keep",
        help: "Keep the filter",
        blocked: never,
    },
    Binding {
        contexts: &[Filter],
        keys: &[key(KeyCode::Esc, "Esc")],
        action: Action::DropFilter,
        label: "drop",
        help: "Drop the filter",
        blocked: never,
    },
    Binding {
        contexts: &[Filter],
        keys: &[key(KeyCode::Down, "↓")],
        action: Action::Down,
        label: "",
        help: "Down, while typing",
        blocked: never,
    },
    Binding {
        contexts: &[Filter],
        keys: &[key(KeyCode::Up, "↑")],
        action: Action::Up,
        label: "",
        help: "Up, while typing",
        blocked: never,
    },
    Binding {
        contexts: &[Sort],
        keys: &[key(KeyCode::Enter, "Enter")],
        action: Action::Choose,
        label: "sort by it",
        help: "Sort by the column; a second time reverses",
        blocked: never,
    },
    Binding {
        contexts: &[Sort, Page],
        keys: &[ch('j', "j"), key(KeyCode::Down, "↓")],
        action: Action::Down,
        label: "down",
        help: "",
        blocked: never,
    },
    Binding {
        contexts: &[Sort, Page],
        keys: &[ch('k', "k"), key(KeyCode::Up, "↑")],
        action: Action::Up,
        label: "up",
        help: "",
        blocked: never,
    },
    Binding {
        contexts: &[Page],
        keys: &[key(KeyCode::PageDown, "PgDn"), ch(' ', "Space"), ctrl('d', "Ctrl-D")],
        action: Action::PageDown,
        label: "page down",
        help: "",
        blocked: never,
    },
    Binding {
        contexts: &[Page],
        keys: &[key(KeyCode::PageUp, "PgUp"), ctrl('u', "Ctrl-U")],
        action: Action::PageUp,
        label: "page up",
        help: "",
        blocked: never,
    },
    Binding {
        contexts: &[Page],
        keys: &[ch('g', "g"), key(KeyCode::Home, "Home")],
        action: Action::First,
        label: "",
        help: "",
        blocked: never,
    },
    Binding {
        contexts: &[Page],
        keys: &[ch('G', "G"), key(KeyCode::End, "End")],
        action: Action::Last,
        label: "",
        help: "",
        blocked: never,
    },
    Binding {
        contexts: &[Sort, Page],
        keys: &[key(KeyCode::Esc, "Esc"), ch('?', "?"), ch('s', "s"), ch('!', "!")],
        action: Action::Close,
        label: "close",
        help: "",
        blocked: never,
    },
    Binding {
        contexts: &[Dialog],
        keys: &[ch('y', "y")],
        action: Action::Confirm,
        label: "confirm",
        help: "Confirm the decision that the dialog shows",
        blocked: cannot_confirm,
    },
    Binding {
        contexts: &[Dialog, Text],
        keys: &[key(KeyCode::Esc, "Esc")],
        action: Action::Close,
        label: "cancel",
        help: "Cancel; nothing is decided",
        blocked: never,
    },
    Binding {
        contexts: &[Dialog],
        keys: &[ch('n', "n")],
        action: Action::Close,
        label: "",
        help: "",
        blocked: never,
    },
    Binding {
        contexts: &[Dialog],
        keys: &[ch('1', "1–9")],
        action: Action::Reason(1),
        label: "reason",
        help: "Choose the reason",
        blocked: nothing_to_choose,
    },
    Binding {
        contexts: &[Dialog],
        keys: &[ch('j', "j"), key(KeyCode::Down, "↓")],
        action: Action::NextChoice,
        label: "",
        help: "The next playbook or reason",
        blocked: nothing_to_choose,
    },
    Binding {
        contexts: &[Dialog],
        keys: &[ch('k', "k"), key(KeyCode::Up, "↑")],
        action: Action::PreviousChoice,
        label: "",
        help: "The one before",
        blocked: nothing_to_choose,
    },
    Binding {
        contexts: &[Dialog, Text],
        keys: &[key(KeyCode::Tab, "Tab")],
        action: Action::NextField,
        label: "next field",
        help: "To the next field: playbook, day, reason, note, cancel",
        blocked: never,
    },
    Binding {
        contexts: &[Dialog, Text],
        keys: &[key(KeyCode::BackTab, "Shift-Tab")],
        action: Action::PreviousField,
        label: "",
        help: "To the field before",
        blocked: never,
    },
    Binding {
        contexts: &[Text],
        keys: &[key(KeyCode::Down, "↓")],
        action: Action::NextChoice,
        label: "",
        help: "While the day is typed: a day later",
        blocked: never,
    },
    Binding {
        contexts: &[Text],
        keys: &[key(KeyCode::Up, "↑")],
        action: Action::PreviousChoice,
        label: "",
        help: "A day earlier",
        blocked: never,
    },
    Binding {
        contexts: &[Text],
        keys: &[key(KeyCode::Enter, "Enter")],
        action: Action::NextField,
        label: "",
        help: "",
        blocked: never,
    },
    Binding {
        contexts: &[Dialog],
        keys: &[key(KeyCode::Enter, "Enter")],
        action: Action::ReadAgain,
        label: "",
        help: "Show the new numbers, where they have moved under the dialog; else the next field",
        blocked: never,
    },
    Binding {
        contexts: &[Browse, Sort, Page, Dialog, TooSmall],
        keys: &[ch('q', "q")],
        action: Action::Quit,
        label: "quit",
        help: "Quit",
        blocked: never,
    },
    Binding {
        contexts: &[Any],
        keys: &[ctrl('c', "Ctrl-C")],
        action: Action::Quit,
        label: "",
        help: "Quit, from anywhere",
        blocked: never,
    },
    Binding {
        contexts: &[Any],
        keys: &[ctrl('z', "Ctrl-Z")],
        action: Action::Suspend,
        label: "",
        help: "Give the terminal back to the shell for a while",
        blocked: never,
    },
];

/// Why the action of a row cannot be done now, if so.
pub fn blocked(binding: &Binding, state: &State) -> Option<String> {
    if binding.contexts.contains(&Browse)
        && let Some(why) = on_activity::refuses(state, binding.action)
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

    #[test]
    fn no_key_has_two_meanings_in_one_context() {
        let contexts = [Browse, Filter, Sort, Page, Dialog, Text, TooSmall];
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
        for screen in Screen::ALL {
            let row = BINDINGS.iter().find(|b| b.action == Action::Show(screen)).unwrap();
            assert_eq!(row.keys[0].code, KeyCode::Char(screen.key()));
        }
    }
}
