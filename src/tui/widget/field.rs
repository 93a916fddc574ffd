//! A text field on the screen.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use tui_input::Input;

use super::text::fit;
use crate::domain::text::escape_controls;
use crate::domain::width::{Width, end_of, first_chars};

/// What was typed before the cursor, at it and after it. Of the latter no more than fits: a field may
/// hold very much.
fn parts(input: &Input, width: usize) -> (&str, &str, &str) {
    let (before, _) = first_chars(input.value(), input.cursor());
    let rest = input.value().get(before.len()..).unwrap_or_default();
    let (at, _) = first_chars(rest, 1);
    let (after, _) = first_chars(rest.get(at.len()..).unwrap_or_default(), width);
    (before, at, after)
}

/// The end of what was typed before the cursor, as it is seen.
fn seen_before(before: &str, prompt: &str, width: usize) -> String {
    let room = width.saturating_sub(prompt.width() + 1);
    end_of(&escape_controls(before), room).to_owned()
}

/// Returns, for each column of a text field and for one behind the text, the character that stands
/// there, counted from 0: where a click puts the cursor.
pub fn places(input: &Input, prompt: &str, width: usize) -> Vec<usize> {
    let (before, ..) = parts(input, width);
    let mut seen = seen_before(before, prompt, width).width();
    let wide = |c: char| escape_controls(c.encode_utf8(&mut [0; 4])).width();
    // The first character that is seen.
    let mut first = input.cursor();
    for c in before.chars().rev() {
        if seen == 0 {
            break;
        }
        seen = seen.saturating_sub(wide(c));
        first -= 1;
    }
    let mut places = vec![first; prompt.width()];
    for (place, c) in input.value().chars().enumerate().skip(first) {
        if places.len() >= width {
            break;
        }
        places.extend(std::iter::repeat_n(place, wide(c)));
    }
    let end = input.value().chars().count();
    places.resize(width.max(1), end);
    places
}

/// A text field: what was typed, the end of it if it is long, with the cursor shown by reverse
/// video.
pub fn field<'a>(input: &Input, prompt: &'a str, width: usize, focused: bool) -> Line<'a> {
    let (before, at, after) = parts(input, width);
    let before = seen_before(before, prompt, width);
    let style = if focused { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
    let at = if at.is_empty() { " ".to_owned() } else { escape_controls(at).into_owned() };
    Line::from(vec![
        Span::raw(prompt),
        Span::raw(before),
        Span::styled(at, style),
        Span::raw(fit(after, width)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places of a field, with what is drawn in its columns.
    fn placed(text: &str, cursor: usize, width: usize) -> (String, Vec<usize>) {
        let input = Input::new(text.to_owned()).with_cursor(cursor);
        let line = field(&input, "/ ", width, true);
        let drawn = line.spans.iter().map(|span| span.content.as_ref()).collect();
        (drawn, places(&input, "/ ", width))
    }

    #[test]
    fn each_column_has_the_character_that_is_drawn_there() {
        assert_eq!(placed("abc", 3, 8), ("/ abc ".into(), vec![0, 0, 0, 1, 2, 3, 3, 3]));
        assert_eq!(placed("abc", 0, 4), ("/ abc".into(), vec![0, 0, 0, 1]));
        // Only the end of a long text is seen.
        assert_eq!(placed("abcdefgh", 8, 6), ("/ fgh ".into(), vec![5, 5, 5, 6, 7, 8]));
        assert_eq!(placed("日本x", 2, 8), ("/ 日本x".into(), vec![0, 0, 0, 0, 1, 1, 2, 3]));
        assert_eq!(placed("", 0, 4), ("/  ".into(), vec![0; 4]));
    }
}
