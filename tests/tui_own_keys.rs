//! The user's own keys: they act, and every text that names a key names them.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use nextplay::domain::DecisionKind;
use nextplay::settings::Settings;
use nextplay::tui::keys::action::Context;
use nextplay::tui::keys::binding::{Binding, Group};
use nextplay::tui::keys::bindings::BINDINGS;
use nextplay::tui::keys::key::Key;
use nextplay::tui::keys::keymap::{Bound, Keymap};
use nextplay::tui::screen::id::Screen;
use nextplay::tui::screen::table::SCREENS;
use nextplay::tui::settings;

use crate::common::dashboard::Desk;

/// Uses these keys of actions, as if they had been written into the settings file.
fn uses(desk: &mut Desk, keys: &[(&str, &str)]) {
    let list = |keys: &str| keys.split_whitespace().map(str::to_owned).collect();
    let keys: BTreeMap<String, Vec<String>> =
        keys.iter().map(|(action, keys)| ((*action).to_owned(), list(keys))).collect();
    Keymap::from_settings(&keys).unwrap();
    settings::apply(&mut desk.state, Arc::new(Settings { keys, ..Settings::default() }));
}

#[test]
fn an_own_key_acts_and_the_usual_one_does_nothing() {
    let mut desk = Desk::new();
    uses(&mut desk, &[("approve", "f5"), ("confirm", "j"), ("next-choice", "down")]);
    desk.press("a");
    assert!(!desk.dialog_is_open());
    desk.press("F5");
    assert!(desk.dialog_is_open());
    assert!(desk.dialog_pane().contains("[ j  approve as dana ]"), "{}", desk.dialog_pane());
    desk.press("y");
    assert!(desk.effects.is_empty(), "y is no key of the dialog any more");
    desk.press("j");
    desk.carry_out();
    assert_eq!(desk.ledger(), ["dana approve C2"]);
}

#[test]
fn whatever_key_confirms_does_nothing_on_a_list_after_a_dialog_closed() {
    let mut desk = Desk::new();
    uses(&mut desk, &[("confirm", "j"), ("next-choice", "down")]);
    desk.press("a Esc");
    let selected = desk.selected();
    desk.key_after(Duration::from_millis(400), crate::common::dashboard::key("j"));
    assert_eq!(desk.selected(), selected, "too soon after the dialog");
    desk.key_after(Duration::from_millis(600), crate::common::dashboard::key("j"));
    assert_ne!(desk.selected(), selected);
}

#[test]
fn the_keys_of_reasons_choose_them_in_their_order() {
    let mut desk = Desk::new();
    uses(&mut desk, &[("reason", "g h")]);
    desk.press("r");
    let dialog = desk.dialog_pane();
    assert!(dialog.contains("g ") && dialog.contains("h ") && !dialog.contains("1 "), "{dialog}");
    desk.press("2");
    assert_eq!(desk.dialog().form.reason, None);
    desk.press("h");
    assert_eq!(desk.dialog().form.reason, Some(1));
}

#[test]
fn an_action_without_a_key_is_not_in_the_footer_and_has_a_name_in_messages() {
    let mut desk = Desk::new();
    uses(&mut desk, &[("back", ""), ("approve", "")]);
    let footer = |desk: &Desk| desk.screen().lines().last().unwrap_or_default().to_owned();
    assert!(footer(&desk).contains("reject") && !footer(&desk).contains("approve"));
    desk.press("/");
    desk.type_text("zzzz");
    desk.press("Enter");
    let list = desk.list_pane();
    assert!(list.contains("back (no key) clears the filter"), "{list}");
}

/// Every action with one key of its own that nothing usual has.
fn all_changed() -> (Vec<(String, String)>, Keymap) {
    let mut letters =
        ('α'..='ω').chain('а'..='я').chain('ა'..='ჰ').chain('ぁ'..='ゖ').chain('ァ'..='ヺ');
    let named = |before: &str| (2..=35).map(move |n| format!("{before}f{n}")).collect::<Vec<_>>();
    let mut functions = named("").into_iter().chain(named("ctrl-"));
    let mut key = |row: &Binding| {
        let typed = |context: &Context| context.takes_text() || *context == Context::Any;
        match row.contexts.iter().any(typed) {
            true => functions.next().unwrap(),
            false => letters.next().unwrap().to_string(),
        }
    };
    let keys: Vec<(String, String)> = BINDINGS
        .iter()
        .map(|row| {
            let keys: Vec<String> = row.keys.iter().map(|_| key(row)).collect();
            (row.name(), keys.join(" "))
        })
        .collect();
    let lists = keys.iter().map(|(name, keys)| {
        (name.clone(), keys.split_whitespace().map(str::to_owned).collect::<Vec<String>>())
    });
    let keymap = Keymap::from_settings(&lists.collect()).unwrap();
    (keys, keymap)
}

struct Changed {
    desk: Desk,
    keymap: Keymap,
    seen: Vec<String>,
}

impl Changed {
    fn new(mut desk: Desk) -> Self {
        let (keys, keymap) = all_changed();
        let keys: Vec<(&str, &str)> = keys.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        uses(&mut desk, &keys);
        Self { desk, keymap, seen: Vec::new() }
    }

    fn row(&self, name: &str) -> Bound {
        self.keymap.rows().find(|row| row.name() == name).expect("an action").clone()
    }

    /// Presses the keys of actions, and looks at the screen after each.
    fn press(&mut self, actions: &str) {
        for name in actions.split_whitespace() {
            let key = self.row(name).keys[0];
            self.desk.key(key.pressed());
            self.look();
        }
    }

    fn look(&mut self) {
        let screen = self.desk.screen();
        self.seen.extend(stale(&screen).map(|text| format!("{text}\n{screen}")));
        self.desk.effects.clear();
    }

    #[track_caller]
    fn names_no_usual_key(&self) {
        let first = self.seen.first().map(String::as_str).unwrap_or_default();
        assert!(self.seen.is_empty(), "{} screens name a usual key: {first}", self.seen.len());
    }
}

/// Letters and names of usual keys. `a`, `A` and `x` are words and signs, too: they are seen after
/// "press" only.
static USUAL: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let keys = BINDINGS.iter().flat_map(|row| row.keys).map(Key::to_string);
    let keys = keys.filter(|key| key.chars().all(|c| c.is_ascii_alphabetic() || c == '-'));
    keys.filter(|key| !matches!(key.as_str(), "a" | "A" | "x" | "-")).collect()
});

/// A usual key that a text names, in its words.
fn stale(screen: &str) -> Option<String> {
    let punctuation = |c: char| ".,;:()[]\"".contains(c);
    for line in screen.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        for (place, word) in words.iter().enumerate() {
            let bare = word.trim_matches(punctuation);
            let named = USUAL.contains(bare) || bare.starts_with("Shift-") || *word == "(!)";
            let next = words.get(place + 1).copied().unwrap_or_default();
            let pressed = bare.eq_ignore_ascii_case("press")
                && next.is_ascii()
                && !next.is_empty()
                && !next.starts_with('F');
            if named || pressed {
                return Some(format!("{word} {next}"));
            }
        }
    }
    None
}

#[test]
fn a_text_that_names_a_usual_key_is_found() {
    for text in [
        "Esc clears",
        "; b compares with it",
        "(PgDn PgUp)",
        "Press R to",
        "Shift-→ takes",
        "⚠ 4 (!)",
    ] {
        assert!(stale(text).is_some(), "{text}");
    }
    assert_eq!(stale("║ press ж to see; F9 clears a filter"), None);
}

#[test]
fn every_text_names_the_keys_in_use() {
    let mut desk = Desk::on_sample_data().sized(120, 40);
    desk.other_decides("sam", DecisionKind::Approve, "C001", 3);
    desk.look();
    every_text(desk);
}

#[test]
fn every_text_names_the_keys_in_use_in_a_small_window() {
    every_text(Desk::new().sized(60, 16));
    let mut tiny = Changed::new(Desk::new().sized(50, 10));
    tiny.look();
    tiny.names_no_usual_key();
}

/// Each key of each screen, in the list and in the detail: what it does, or why it does nothing.
fn every_text(desk: Desk) {
    let mut own = Changed::new(desk);
    for screen in &SCREENS {
        let show = own.row(&format!("show-{}", <&str>::from(screen.screen)));
        let switch = own.row("switch-pane");
        // Where one screen stands for the others, once is enough.
        let first = screen.screen == Screen::Queue;
        let here = |row: &&Binding| {
            let own = row.group == Group::Screen && row.exists_on(screen.screen);
            let has_key = !row.keys.is_empty();
            row.contexts.contains(&Context::Browse) && has_key && (own || first)
        };
        for in_detail in [false, true] {
            for row in BINDINGS.iter().filter(here) {
                own.desk.key(show.keys[0].pressed());
                if in_detail {
                    own.desk.key(switch.keys[0].pressed());
                }
                own.press(&row.name());
                own.closes();
            }
        }
    }
    own.names_no_usual_key();
}

impl Changed {
    /// Closes whatever is open, by the keys in use.
    fn closes(&mut self) {
        for _ in 0..3 {
            match Context::of(&self.desk.state) {
                Context::Browse | Context::TooSmall | Context::Any => {}
                Context::Filter => {
                    self.desk.type_text("zzzz");
                    self.press("keep-filter");
                }
                Context::Sort => self.press("sort-down sort-close"),
                Context::Columns => self.press("columns-down toggle-column columns-close"),
                Context::Palette => {
                    self.press("palette-down");
                    self.desk.type_text("zzzz");
                    self.look();
                    self.press("palette-close");
                }
                Context::Views => self.press("views-down delete-view views-close"),
                Context::Prompt => self.press("apply field-cancel"),
                Context::Question => self.press("no"),
                Context::Dialog | Context::Text => {
                    self.press("confirm review next-field confirm reason dialog-cancel");
                }
                Context::Page => {
                    self.press("read-down search");
                    if Context::of(&self.desk.state) == Context::Page {
                        self.press("read-close");
                    }
                }
                Context::Search => self.press("search-down clear-search read-close"),
                Context::FirstStart => self.press("start-close"),
                Context::Setup => self.press("setup-cancel"),
            }
        }
        let back = self.row("back").keys[0].pressed();
        self.desk.key(back);
        self.desk.key(back);
    }
}

#[test]
fn messages_about_broken_and_missing_files_name_the_keys_in_use() {
    let mut own = Changed::new(Desk::new().sized(80, 24));
    own.desk.write("nextplay.toml", "[matching]\nconfidence_threshold = 0.4\n");
    own.desk.notices_changes();
    std::fs::remove_file(own.desk.dir.path().join("nextplay.toml")).unwrap();
    own.desk.notices_changes();
    assert!(own.desk.screen().contains("is gone"), "{}", own.desk.screen());
    own.look();
    own.desk.write("nextplay.toml", "nonsense = 1\n[matching]\nranking = 3\n");
    own.desk.notices_changes();
    own.look();
    own.desk.write("customers.json", "[{");
    own.desk.notices_changes();
    own.look();
    own.press("findings");
    own.names_no_usual_key();
}

#[test]
fn a_dialog_about_other_numbers_names_the_keys_in_use() {
    let mut own = Changed::new(Desk::new().sized(80, 24));
    own.press("approve");
    let mut rows = crate::common::dashboard::ROWS;
    rows.iter_mut().for_each(|row| row.value += 1_000);
    own.desk.write_rows(&rows);
    own.desk.notices_changes();
    own.look();
    assert!(own.desk.dialog_pane().contains("to review the new numbers"));
    own.press("confirm");
    own.names_no_usual_key();
}
