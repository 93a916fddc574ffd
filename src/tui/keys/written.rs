//! Keys as they are written in the settings: `a`, `shift-a`, `ctrl-p`, `f5`, `enter`.

use ratatui::crossterm::event::KeyCode;

use super::key::{Key, ch, key};
use crate::domain::suggestion::{most_similar, shortened};

/// The names of keys; of several for one key the first is written, the others are read too.
const NAMES: &[(KeyCode, &[&str])] = &[
    (KeyCode::Enter, &["enter", "return"]),
    (KeyCode::Char(' '), &["space"]),
    (KeyCode::Esc, &["esc", "escape"]),
    (KeyCode::Tab, &["tab"]),
    (KeyCode::BackTab, &["shift-tab", "backtab"]),
    (KeyCode::Backspace, &["backspace"]),
    (KeyCode::Up, &["up", "↑"]),
    (KeyCode::Down, &["down", "↓"]),
    (KeyCode::Left, &["left", "←"]),
    (KeyCode::Right, &["right", "→"]),
    (KeyCode::PageUp, &["pgup", "pageup"]),
    (KeyCode::PageDown, &["pgdn", "pagedown"]),
    (KeyCode::Home, &["home"]),
    (KeyCode::End, &["end"]),
    (KeyCode::Insert, &["insert", "ins"]),
    (KeyCode::Delete, &["delete", "del"]),
];
/// The last function key that terminals report.
const LAST_FUNCTION: u8 = 35;
const EXPECTED: &str = "expected a key such as a, shift-a, ctrl-p, f5, enter or space";

impl Key {
    /// Returns the key as it is written in the settings.
    pub fn written(&self) -> String {
        let name = match self.code {
            KeyCode::Char(c) if c != ' ' => match lower(c) {
                Some(lower) => format!("shift-{lower}"),
                None => c.to_string(),
            },
            KeyCode::F(number) => format!("f{number}"),
            code => {
                let named = NAMES.iter().find(|(known, _)| *known == code);
                named.and_then(|(_, names)| names.first()).copied().unwrap_or_default().to_owned()
            }
        };
        let held = [(self.control, "ctrl-"), (self.shift, "shift-")];
        held.into_iter().filter_map(|(held, text)| held.then_some(text)).collect::<String>() + &name
    }

    /// Reads a key as it is written in the settings.
    ///
    /// # Errors
    /// What was found, and what was expected or why no terminal reports such a key.
    pub fn read(text: &str) -> Result<Self, String> {
        let found = || format!("\"{}\"", shortened(text));
        if let Some(code) = named(text) {
            return Ok(key(code));
        }
        let (mut control, mut shift, mut rest) = (false, false, text);
        while let Some((held, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty())
        {
            match held.to_lowercase().as_str() {
                "ctrl" | "control" => control = true,
                "shift" => shift = true,
                "alt" | "meta" => {
                    return Err(format!(
                        "{} cannot be a key: for Alt and a key, terminals send Esc and then that key",
                        found()
                    ));
                }
                _ => break,
            }
            rest = after;
        }
        let one = one_char(rest);
        let code = match named(rest) {
            Some(KeyCode::BackTab) => None,
            Some(code) => Some(code),
            None => one.map(KeyCode::Char),
        };
        let Some(code) = code else { return Err(unknown(text)) };
        let refused = |why: &str| Err(format!("{} cannot be a key: {why}", found()));
        match (code, control, shift) {
            (_, false, false) => Ok(key(code)),
            (KeyCode::Char('i' | 'I' | 'm' | 'M' | '['), true, _) => {
                refused("most terminals send Tab, Enter and Esc for ctrl-i, ctrl-m and ctrl-[")
            }
            (KeyCode::Char(_), true, true) => {
                refused("most terminals do not report Shift together with Ctrl and a letter")
            }
            (KeyCode::Char(c), true, false) if c.is_ascii_alphabetic() || c == ' ' => {
                Ok(Self { control, ..ch(c.to_ascii_lowercase()) })
            }
            (KeyCode::Char(' '), ..) => refused("terminals send a space for it"),
            (KeyCode::Char(_), true, _) => refused("Ctrl goes with a letter, such as ctrl-p"),
            (KeyCode::Char(c), false, true) => match (upper(c), lower(c)) {
                (Some(upper), _) => Ok(ch(upper)),
                (None, Some(_)) => Ok(ch(c)),
                (None, None) => refused("write the character that is typed, such as ! or ?"),
            },
            (KeyCode::Tab, false, true) => Ok(key(KeyCode::BackTab)),
            (KeyCode::Enter | KeyCode::Esc | KeyCode::Tab | KeyCode::Backspace, ..) => {
                refused("most terminals report that key without Ctrl and Shift")
            }
            (code, ..) => Ok(Self { code, control, shift }),
        }
    }
}

/// The key with a name of several letters; of one letter or sign where it is an arrow.
fn named(text: &str) -> Option<KeyCode> {
    let text = text.to_lowercase();
    let function = || {
        let number: u8 = text.strip_prefix('f')?.parse().ok()?;
        let is_one = (1..=LAST_FUNCTION).contains(&number) && text == format!("f{number}");
        is_one.then_some(KeyCode::F(number))
    };
    let of_name = NAMES.iter().find(|(_, names)| names.contains(&text.as_str()));
    of_name.map(|(code, _)| *code).or_else(function)
}

/// The only character of a text; no blank, and none that cannot be seen.
fn one_char(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let c = chars.next().filter(|c| !c.is_control() && !c.is_whitespace())?;
    chars.next().is_none().then_some(c)
}

/// The letter that Shift makes of a letter, where that is one character and leads back to it.
fn upper(c: char) -> Option<char> {
    let upper = single(c.to_uppercase()).filter(|upper| *upper != c)?;
    (single(upper.to_lowercase()) == Some(c)).then_some(upper)
}

/// The letter that a letter is without Shift.
fn lower(c: char) -> Option<char> {
    let lower = single(c.to_lowercase()).filter(|lower| *lower != c)?;
    (upper(lower) == Some(c)).then_some(lower)
}

fn single(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let c = chars.next()?;
    chars.next().is_none().then_some(c)
}

fn unknown(text: &str) -> String {
    let names = NAMES.iter().filter_map(|(_, names)| names.first()).copied();
    let function = (1..=12).map(|number| format!("f{number}")).collect::<Vec<_>>();
    let close = |name: &&str| strsim::damerau_levenshtein(&text.to_lowercase(), name) <= 2;
    let known = names.chain(function.iter().map(String::as_str)).filter(close);
    let nearest = match most_similar(text, known).into_iter().next() {
        Some(name) if text.chars().count() > 2 => format!("did you mean {name}?"),
        _ => EXPECTED.to_owned(),
    };
    format!("unknown key \"{}\"; {nearest}", shortened(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tui::keys::bindings::BINDINGS;
    use crate::tui::keys::key::{ctrl, shifted};

    #[test]
    fn keys_are_read_as_people_write_them() {
        let read = [
            ("a", ch('a')),
            ("A", ch('A')),
            ("shift-a", ch('A')),
            ("Shift-A", ch('A')),
            ("ctrl-p", ctrl('p')),
            ("Ctrl-P", ctrl('p')),
            ("ctrl-space", ctrl(' ')),
            ("f5", key(KeyCode::F(5))),
            ("enter", key(KeyCode::Enter)),
            ("space", ch(' ')),
            ("esc", key(KeyCode::Esc)),
            ("tab", key(KeyCode::Tab)),
            ("shift-tab", key(KeyCode::BackTab)),
            ("backspace", key(KeyCode::Backspace)),
            ("PgDn", key(KeyCode::PageDown)),
            ("↓", key(KeyCode::Down)),
            ("+", ch('+')),
            ("-", ch('-')),
            ("!", ch('!')),
            ("ö", ch('ö')),
            ("shift-ö", ch('Ö')),
            ("shift-right", shifted(KeyCode::Right)),
            ("ctrl-left", Key { control: true, ..key(KeyCode::Left) }),
            ("ctrl-shift-f5", Key { control: true, ..shifted(KeyCode::F(5)) }),
        ];
        for (text, key) in read {
            assert_eq!(Key::read(text), Ok(key), "{text}");
        }
    }

    #[test]
    fn what_is_no_key_says_why_and_what_is_near() {
        let wrong = [
            ("", "unknown key \"\"; expected a key such as a, shift-a"),
            ("entr", "unknown key \"entr\"; did you mean enter?"),
            ("pgdwn", "did you mean pgdn?"),
            ("page-down", "unknown key \"page-down\""),
            ("f99", "unknown key \"f99\""),
            ("ab", "expected a key such as"),
            (" ", "expected a key such as"),
            ("ctrl-", "unknown key \"ctrl-\""),
            ("alt-x", "for Alt and a key, terminals send Esc and then that key"),
            ("ctrl-i", "most terminals send Tab"),
            ("ctrl-shift-a", "do not report Shift together with Ctrl"),
            ("ctrl-1", "Ctrl goes with a letter"),
            ("shift-1", "write the character that is typed"),
            ("shift-space", "terminals send a space for it"),
            ("shift-enter", "most terminals report that key without"),
        ];
        for (text, why) in wrong {
            let error = Key::read(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn the_usual_keys_are_read_as_they_are_written() {
        for key in BINDINGS.iter().flat_map(|row| row.keys) {
            assert_eq!(Key::read(&key.written()), Ok(*key), "{}", key.written());
            let shown = key.to_string();
            assert_eq!(Key::read(&shown), Ok(*key), "as help and footer show it: {shown}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_so_that_it_is_read_again(
            text in "(ctrl-|shift-|Ctrl-|){0,2}(\\PC|f[0-9]{1,2}|enter|space|tab|up|pgdn|home|del|-)",
        ) {
            if let Ok(key) = Key::read(&text) {
                let written = key.written();
                prop_assert_eq!(Key::read(&written), Ok(key), "{}", written);
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,12}") {
            let _ = Key::read(&text);
        }
    }
}
