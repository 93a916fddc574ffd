//! The user's own keys: `[keys]` of the settings, read and checked.
//!
//! A key may have one meaning in one place, and no change may make a decision by accident easier:
//! the key that confirms is one whose pace is known, and decides nothing on a list.

use std::collections::BTreeMap;

use ratatui::crossterm::event::KeyCode;
use strum::VariantArray;

use super::action::{Action, Context};
use super::binding::Binding;
use super::key::Key;
use super::keymap::{Bound, Keymap};
use super::lookup::listed;
use super::typing::text_request;
use crate::domain::suggestion::{alike, did_you_mean, shortened};
use crate::settings::{Problem, Settings};
use crate::tui::screen::id::Screen;
use crate::tui::screen::table::SCREENS;

/// The table of the settings.
const KEYS: &str = "keys";

/// Returns what in `[keys]` cannot be used.
pub(crate) fn problems(settings: &Settings) -> Vec<Problem> {
    Keymap::from_settings(&settings.keys).err().unwrap_or_default()
}

impl Keymap {
    /// Returns the keys in use under settings that were checked: the usual ones where they were not.
    pub fn under(settings: &Settings) -> Self {
        Self::from_settings(&settings.keys).unwrap_or_default()
    }

    /// Returns the usual keys with the user's changes: the keys of an action take the place of all its
    /// usual ones, and an empty list leaves it without a key.
    ///
    /// # Errors
    /// Every mistake: unknown actions and keys, and what the keys together may not be.
    pub fn from_settings(changes: &BTreeMap<String, Vec<String>>) -> Result<Self, Vec<Problem>> {
        let mut keymap = Self::default();
        let mut problems = Vec::new();
        for (name, keys) in changes {
            let Some(row) = keymap.0.iter_mut().find(|row| row.name() == *name) else {
                problems.push(problem(name, unknown(name)));
                continue;
            };
            let mut own: Vec<Key> = Vec::new();
            for (place, text) in keys.iter().enumerate() {
                match Key::read(text) {
                    Ok(key) if own.contains(&key) => {}
                    Ok(key) => own.push(key),
                    Err(message) => {
                        let path = vec![KEYS.to_owned(), name.clone(), place.to_string()];
                        problems.push(Problem { path, message });
                    }
                }
            }
            row.keys = own;
        }
        if problems.is_empty() {
            let is_changed = |row: &Bound| changes.contains_key(&row.name());
            problems.extend(keymap.typed_keys().chain(keymap.unsafe_keys()));
            problems.extend(keymap.conflicts(&is_changed));
            problems.extend(keymap.dead_ends(&is_changed));
        }
        if problems.is_empty() { Ok(keymap) } else { Err(problems) }
    }

    /// Keys that would be text: they cannot act where text is typed.
    fn typed_keys(&self) -> impl Iterator<Item = Problem> {
        self.rows().filter(|row| takes_keys_from_text(row)).flat_map(|row| {
            // Those of the table are there on purpose, as Home and End in the palette.
            let own = row.keys.iter().filter(|key| !row.row.keys.contains(key));
            let typed = own.filter(|key| text_request(&key.pressed()).is_some());
            typed.map(|key| {
                let why = "works while text is typed, and this key is for typing; give it a key such \
                           as f5, ctrl-p or esc";
                problem(&row.name(), format!("\"{}\": {} {why}", key.written(), row.name()))
            })
        })
    }

    /// Keys with which a decision could be made by accident.
    fn unsafe_keys(&self) -> impl Iterator<Item = Problem> {
        let deciding = || {
            let on_screens = self.rows().filter(|row| row.is_in(Context::Browse));
            on_screens.filter(|row| row.action.changes_something())
        };
        self.rows().filter(|row| row.action.confirms()).flat_map(move |row| {
            row.keys.iter().filter_map(move |key| {
                let name = row.name();
                let found = key.written();
                if !key.is_paced() {
                    let why = "nextplay cannot see whether it came alone; give it a letter, a digit, a \
                               sign or enter";
                    return Some(problem(&name, format!("\"{found}\" cannot {name}: {why}")));
                }
                let other = deciding().find(|other| other.keys.contains(key))?;
                let why = format!(
                    "\"{found}\" cannot {name} while it is the key of {}, too: pressed once too often, it \
                     would change something else",
                    other.name()
                );
                Some(problem(&name, why))
            })
        })
    }

    /// Keys with two meanings in one place.
    fn conflicts(&self, is_changed: &dyn Fn(&Bound) -> bool) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (place, row) in self.rows().enumerate() {
            for other in self.rows().skip(place + 1) {
                let Some(screens) = meet(row, other) else { continue };
                let Some(key) = row.keys.iter().find(|key| other.keys.contains(key)) else {
                    continue;
                };
                let named = if is_changed(other) { other } else { row };
                let (found, first, second) = (key.written(), row.name(), other.name());
                let text = format!(
                    "\"{found}\" is the key for both {first} and {second}{screens}; give one of them \
                     another key"
                );
                problems.push(problem(&named.name(), text));
            }
        }
        problems
    }

    /// Places without a way out, or without help.
    fn dead_ends(&self, is_changed: &dyn Fn(&Bound) -> bool) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut check = |rows: Vec<&Bound>, what: &str| {
            let changed = rows.iter().find(|row| is_changed(row));
            if let Some(row) = changed.filter(|_| rows.iter().all(|row| row.keys.is_empty())) {
                let name = row.name();
                problems.push(problem(&name, format!("{name} needs a key: {what}")));
            }
        };
        for action in [Action::Leave, Action::Quit, Action::Help] {
            let rows = self.rows().filter(|row| row.action == action).collect();
            check(rows, "without it no one can quit or find the other keys");
        }
        for context in Context::VARIANTS {
            let rows =
                self.rows().filter(|row| row.is_in(*context) && row.action.closes()).collect();
            check(rows, "nothing else closes what is open");
        }
        problems
    }
}

/// True where the keys of a row act while text is typed.
fn takes_keys_from_text(row: &Binding) -> bool {
    row.contexts.iter().any(|context| *context == Context::Any || context.takes_text())
}

/// Where two rows exist both: empty for every screen; `None` where they never meet.
fn meet(row: &Bound, other: &Bound) -> Option<String> {
    let together = |context: &&Context| row.is_in(**context) && other.is_in(**context);
    Context::VARIANTS.iter().find(together)?;
    let shared = |screen: &&Screen| row.exists_on(**screen) && other.exists_on(**screen);
    let titles = Screen::ALL.iter().filter(shared).map(|screen| screen.row().title.to_owned());
    let screens: Vec<String> = titles.collect();
    match screens.len() {
        0 => None,
        all if all == SCREENS.len() => Some(String::new()),
        _ => Some(format!(" on {}", listed(&screens))),
    }
}

impl Key {
    /// True where keys close to it are gathered before it acts, so that its pace is known.
    fn is_paced(&self) -> bool {
        let plain = !self.control && !self.shift;
        plain && matches!(self.code, KeyCode::Char(_) | KeyCode::Enter)
    }
}

fn problem(action: &str, message: String) -> Problem {
    Problem { path: vec![KEYS.to_owned(), action.to_owned()], message }
}

fn unknown(name: &str) -> String {
    let names = Keymap::default().rows().map(|row| row.name()).collect::<Vec<_>>();
    let scores = names.iter().map(|known| (strsim::jaro_winkler(name, known), known)).collect();
    let near = did_you_mean(&alike(scores)).unwrap_or_default();
    format!("unknown action \"{}\"; {near} `nextplay keys` lists all", shortened(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keys::bindings::BINDINGS;

    /// The keymap of `action = keys` lines, or what is wrong.
    fn of(lines: &[(&str, &str)]) -> Result<Keymap, Vec<String>> {
        let keys = |keys: &str| keys.split_whitespace().map(str::to_owned).collect();
        let changes = lines.iter().map(|(name, text)| ((*name).to_owned(), keys(text))).collect();
        let told = |p: Problem| format!("{}: {}", p.path.join("."), p.message);
        Keymap::from_settings(&changes).map_err(|problems| problems.into_iter().map(told).collect())
    }

    fn wrong(lines: &[(&str, &str)]) -> String {
        of(lines).map(|_| ()).unwrap_err().join("\n")
    }

    fn names() -> Vec<String> {
        BINDINGS.iter().map(Binding::name).collect()
    }

    #[test]
    fn each_row_has_a_name_of_its_own_that_is_easy_to_write() {
        let mut seen = names();
        for name in &seen {
            let words = name.split('-').all(|word| {
                !word.is_empty()
                    && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            });
            assert!(words, "{name}");
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), all, "{seen:?}");
    }

    #[test]
    fn names_are_those_that_people_guess() {
        let names = names();
        for name in [
            "approve",
            "reject",
            "override",
            "defer",
            "undo",
            "filter",
            "sort",
            "columns",
            "help",
            "quit",
            "down",
            "page-down",
            "show-queue",
            "show-what-if",
            "write-policy",
            "confirm",
            "sort-down",
            "read-down",
            "reload",
            "redraw",
            "findings",
            "select",
            "fold",
        ] {
            assert!(names.iter().any(|known| known == name), "{name}: {names:?}");
        }
    }

    #[test]
    fn the_usual_keys_are_sound() {
        let keymap = of(&[]).unwrap();
        assert_eq!(keymap.rows().count(), BINDINGS.len());
        // As if the user had written all of them: no check is left out.
        let all: Vec<(String, String)> = keymap
            .rows()
            .map(|row| {
                let keys = row.keys.iter().map(Key::written).collect::<Vec<_>>();
                (row.name(), keys.join(" "))
            })
            .collect();
        let all: Vec<(&str, &str)> = all.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert!(of(&all).is_ok(), "{}", wrong(&all));
    }

    #[test]
    fn own_keys_take_the_place_of_all_the_usual_ones() {
        let keymap = of(&[("page-down", "f9 ctrl-f"), ("apply-last-scenario", "")]).unwrap();
        let row = |name: &str| keymap.rows().find(|row| row.name() == name).unwrap();
        assert_eq!(row("page-down").key_names(), "F9 Ctrl-F");
        assert_eq!(row("apply-last-scenario").key_names(), "");
        assert_eq!(row("page-up").key_names(), "PgUp Ctrl-U");
    }

    #[test]
    fn keys_may_change_places() {
        assert!(of(&[("reject", "d"), ("defer", "r")]).is_ok());
        // `c` goes to the customer on Activity only.
        assert!(of(&[("columns", "c"), ("kinds", "C")]).is_ok());
    }

    #[test]
    fn mistakes_name_what_was_found_and_what_is_near() {
        let text = wrong(&[("aprove", "a"), ("defer", "alt-d"), ("reject", "entr")]);
        assert!(text.contains("keys.aprove: unknown action \"aprove\"; did you mean approve?"));
        assert!(
            text.contains("keys.defer.0: \"alt-d\" cannot be a key: for Alt and a key, terminals")
        );
        assert!(text.contains("keys.reject.0: unknown key \"entr\"; did you mean enter?"));
    }

    #[test]
    fn one_key_with_two_meanings_is_named_with_both() {
        let text = wrong(&[("reject", "a")]);
        let expected = "keys.reject: \"a\" is the key for both approve and reject on Queue and Customers; \
                        give one of them another key";
        assert_eq!(text, expected);
        let everywhere = wrong(&[("reload", "f5"), ("help", "f5")]);
        assert!(
            everywhere.contains("\"f5\" is the key for both reload and help; give"),
            "{everywhere}"
        );
        // What works anywhere meets what works in one place.
        let any = wrong(&[("redraw", "f3"), ("dialog-cancel", "f3")]);
        assert!(
            any.contains("\"f3\" is the key for both dialog-cancel and redraw on Queue"),
            "{any}"
        );
        let digit = wrong(&[("next-field", "3")]);
        assert!(digit.contains("next-field works while text is typed"), "{digit}");
        let digit = wrong(&[("confirm", "3")]);
        assert!(digit.contains("\"3\" is the key for both confirm and reason"), "{digit}");
    }

    #[test]
    fn a_key_with_shift_is_another_key() {
        assert!(of(&[("raise", "right"), ("raise-round", "shift-right")]).is_ok());
        assert!(of(&[("approve", "right"), ("reject", "shift-right")]).is_ok());
    }

    #[test]
    fn the_key_that_confirms_cannot_decide_on_a_list() {
        for (action, key) in [("confirm", "a"), ("confirm", "space"), ("yes", "n")] {
            let text = wrong(&[(action, key), ("dialog-no", "q"), ("no", "q")]);
            let why = format!("\"{key}\" cannot {action} while it is the key of ");
            assert!(text.contains(&why), "{text}");
        }
        let moved = wrong(&[("approve", "y")]);
        assert!(moved.contains("\"y\" cannot confirm while it is the key of approve"), "{moved}");
        // It may look at something, but a key whose pace is not known confirms nothing.
        assert!(of(&[("confirm", "m")]).is_ok());
        assert!(wrong(&[("confirm", "f5")]).contains("\"f5\" cannot confirm: nextplay cannot see"));
        assert!(wrong(&[("confirm", "ctrl-y")]).contains("cannot confirm: nextplay cannot see"));
    }

    #[test]
    fn keys_for_typing_do_not_act_while_text_is_typed() {
        for (action, key) in [
            ("clear-filter", "x"),
            ("quit-now", "shift-q"),
            ("apply", "space"),
            ("dialog-cancel", "backspace"),
            ("filter-down", "ctrl-w"),
        ] {
            let text = wrong(&[(action, key)]);
            let why = format!("\"{key}\": {action} works while text is typed");
            assert!(text.contains(&why), "{text}");
        }
        assert!(of(&[("clear-filter", "ctrl-g"), ("quit-now", "f10")]).is_ok());
    }

    #[test]
    fn there_is_always_a_way_out_and_help() {
        for action in ["quit", "quit-now", "help", "sort-close", "columns-close", "read-close"] {
            let text = wrong(&[(action, "")]);
            assert!(text.contains(&format!("{action} needs a key")), "{text}");
        }
        // A second key for the same can go.
        assert!(of(&[("dialog-no", ""), ("no", "")]).is_ok());
        assert!(wrong(&[("dialog-cancel", "")]).contains("dialog-cancel needs a key"));
        let both = wrong(&[("keep-filter", ""), ("clear-filter", "")]);
        assert!(both.contains("keep-filter needs a key"), "{both}");
    }
}
