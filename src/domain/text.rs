//! Text from data files, escaped before a person sees it.
//!
//! A name in a file may carry escape sequences that recolour the screen or move the cursor, and
//! direction marks that make a line read as something else. Neither reaches a terminal, a table or
//! a CSV cell: what cannot be seen is shown as what it is.

use std::borrow::Cow;

/// True for a character that acts on the reader's screen instead of being seen: C0 and C1
/// controls, direction marks, invisible separators and tags. The joiners of emoji and of some
/// scripts stay.
pub fn is_control(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// Returns a text with its first letter in upper case.
pub fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// True where a text has a control character.
pub fn has_controls(text: &str) -> bool {
    // Most texts are plain ASCII, of which only these are controls.
    let is_plain = text.bytes().fold(true, |plain, byte| plain & (0x20..0x7f).contains(&byte));
    !is_plain && text.chars().any(is_control)
}

/// True for a character that leaves nothing to see where it stands, control or not: two names that
/// differ in one look the same. All of Unicode's default-ignorable characters are.
pub fn is_invisible(c: char) -> bool {
    is_control(c)
        || matches!(c,
            '\u{34f}'
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
            | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200c}' | '\u{200d}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// True for white space, and for what is drawn as nothing but takes up room.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{2800}' | '\u{16fe4}' | '\u{1d159}')
}

/// The text with every control character replaced by a visible one: C0 controls by their control
/// picture (`␛`), all others by their code (`<U+202E>`). Borrowed where nothing needs replacing.
pub fn escape_controls(text: &str) -> Cow<'_, str> {
    if !has_controls(text) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\u{0}'..='\u{1f}' => {
                shown.extend(char::from_u32(0x2400 + c as u32));
            }
            '\u{7f}' => shown.push('␡'),
            c if is_control(c) => shown.push_str(&format!("<U+{:04X}>", c as u32)),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Returns a text short enough for a message.
pub fn short(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown: String = text.chars().take(LONGEST).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_left_alone() {
        assert!(matches!(escape_controls("Łódź Logistics 日本 👩‍💻"), Cow::Borrowed(_)));
    }

    #[test]
    fn controls_and_direction_marks_are_seen() {
        assert_eq!(escape_controls("a\u{1b}[31mb\r\n\t\u{7f}"), "a␛[31mb␍␊␉␡");
        assert_eq!(escape_controls("x\u{202e}y\u{9b}z"), "x<U+202E>y<U+009B>z");
        assert!(!escape_controls("\u{2066}\u{feff}\u{e0041}").chars().any(is_control));
    }
}
