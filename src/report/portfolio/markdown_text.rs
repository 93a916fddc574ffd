//! What goes into a Markdown document as text.

/// Ends a piece of text and is not seen. What a renderer looks for in the finished text (mentions,
/// references, emoji by name, formulas) does not reach across it; a backslash is gone by then.
const BREAK: &str = "<!-- -->";

/// How a character is written.
enum Form {
    Plain,
    /// After a backslash.
    Marked,
    /// After a backslash and before a break.
    Broken,
    /// By its number.
    Numbered,
}

/// The text as Markdown that reads as the text, also as GitHub renders it: nothing in it is markup, a
/// link, a mention, a formula or a new column. The text is one line, without control characters.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    let mut only_digits = true;
    for (at, c) in text.char_indices() {
        let (before, after) = text.split_at(at);
        let after = after.get(c.len_utf8()..).unwrap_or_default();
        match form(c, before, after, only_digits) {
            Form::Plain => safe.push(c),
            Form::Marked => safe.extend(['\\', c]),
            Form::Broken => {
                safe.extend(['\\', c]);
                safe.push_str(BREAK);
            }
            Form::Numbered => safe.push_str(&format!("&#{};", u32::from(c))),
        }
        only_digits &= c.is_ascii_digit();
    }
    safe
}

/// `only_digits`: nothing else is before it.
fn form(c: char, before: &str, after: &str, only_digits: bool) -> Form {
    let (last, next) = (before.chars().next_back(), after.chars().next());
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let ends = |with: &str| {
        before
            .len()
            .checked_sub(with.len())
            .is_some_and(|at| before.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(with)))
    };
    match c {
        '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' => Form::Marked,
        // The beginning of a character by its name or number.
        '&' if next == Some('#') || inside(next) => Form::Marked,
        // Within a word it is no markup, and ids are full of it.
        '_' if !(inside(last) && inside(next)) => Form::Marked,
        // An e-mail address or a mention.
        '@' => Form::Broken,
        // A reference to an issue.
        '#' if inside(next) => Form::Broken,
        '-' if ends("gh") && next.is_some_and(|c| c.is_ascii_digit()) => Form::Broken,
        '#' | '+' | '-' | '=' if before.is_empty() => Form::Marked,
        // A formula ends at a `$` that no digit follows; amounts of money stay as they are.
        '$' if !next.is_some_and(|c| c.is_ascii_digit()) => Form::Broken,
        ':' if after.starts_with('/') || is_emoji(after) => Form::Broken,
        '.' if ends("www") => Form::Marked,
        // The number of a list's item.
        '.' | ')' if only_digits && !before.is_empty() && matches!(next, None | Some(' ')) => {
            Form::Marked
        }
        // At the ends blanks would be dropped, or make code of the line.
        ' ' if before.is_empty() || after.is_empty() => Form::Numbered,
        _ => Form::Plain,
    }
}

/// True where the rest of `:name:` comes. Of numbers, two are names; the others are places in a file.
fn is_emoji(after: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-');
    let Some((name, _)) = after
        .split_once(|c| !is_name(c))
        .filter(|(name, _)| after.get(name.len()..).is_some_and(|rest| rest.starts_with(':')))
    else {
        return false;
    };
    let number = name.bytes().all(|byte| byte.is_ascii_digit());
    !number || ["100", "1234"].contains(&name)
}

#[cfg(test)]
mod tests {
    use comrak::nodes::NodeValue;
    use comrak::{Arena, Options, parse_document};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_from_data_are_no_markup() {
        for (text, markdown) in [
            ("PB_ONB_001 · SMB, $5 (a) of $2.6M", "PB_ONB_001 · SMB, $5 (a) of $2.6M"),
            ("_a_ *b* <i>|`c`[d](e)", r"\_a\_ \*b\* \<i\>\|\`c\`\[d\](e)"),
            ("# a", r"\# a"),
            ("1. a", r"1\. a"),
            ("1.5 %", "1.5 %"),
            ("A & B &lt; &#60;", r"A & B \&lt; \&\#<!-- -->60;"),
            ("https://x.example", r"https\:<!-- -->//x.example"),
            ("www.x.example", r"www\.x.example"),
            ("a@x.example @dana", r"a\@<!-- -->x.example \@<!-- -->dana"),
            ("see #1, GH-2", r"see \#<!-- -->1, GH\-<!-- -->2"),
            ("$x$ :smile: 14:30", r"\$<!-- -->x\$<!-- --> \:<!-- -->smile: 14:30"),
            ("a.json:26:1 a.json:100:1", r"a.json:26:1 a.json\:<!-- -->100:1"),
            (" a ", "&#32;a&#32;"),
        ] {
            assert_eq!(escaped(text), markdown);
        }
    }

    /// What a reader sees of a document, piece by piece, and everything in it that is more than text.
    fn seen(markdown: &str) -> (Vec<String>, Vec<String>) {
        let mut options = Options::default();
        let on = &mut options.extension;
        (on.autolink, on.table, on.strikethrough, on.tasklist) = (true, true, true, true);
        (on.footnotes, on.math_dollars, on.math_code, on.alerts) = (true, true, true, true);
        on.shortcodes = true;
        let arena = Arena::new();
        let (mut pieces, mut more) = (vec![String::new()], Vec::new());
        for node in parse_document(&arena, markdown, &options).descendants() {
            match &node.data().value {
                NodeValue::Text(text) => {
                    if let Some(piece) = pieces.last_mut() {
                        piece.push_str(text);
                    }
                }
                NodeValue::HtmlInline(html) if html == BREAK => pieces.push(String::new()),
                NodeValue::TableCell => pieces.push(String::new()),
                NodeValue::Document
                | NodeValue::Paragraph
                | NodeValue::List(_)
                | NodeValue::Item(_)
                | NodeValue::Table(_)
                | NodeValue::TableRow(_) => {}
                other => more.push(format!("{other:?}")),
            }
        }
        (pieces, more)
    }

    /// What GitHub's renderer looks for in finished text.
    fn is_transformed(piece: &str) -> bool {
        let word = |c: char| c.is_alphanumeric();
        let lower = piece.to_lowercase();
        piece.char_indices().any(|(at, c)| {
            let after = &piece[at + c.len_utf8()..];
            match c {
                '@' | '#' => after.starts_with(word),
                ':' => is_emoji(after) || after.starts_with("//"),
                _ => false,
            }
        }) || lower.match_indices("gh-").any(|(at, _)| lower[at + 3..].starts_with(word))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn any_text_reads_as_itself_wherever_it_stands(
            pieces in proptest::collection::vec(prop_oneof![
                Just("www."), Just("http://"), Just("https://a.bc/d"), Just("ftp://x"), Just("a@b.cd"),
                Just("mailto:"), Just("$"), Just("$$"), Just("x"), Just(" "), Just("1"), Just("12"),
                Just(":"), Just("smile"), Just("#"), Just("@"), Just("["), Just("]"), Just("(x)"),
                Just("[^1]"), Just("[ ]"), Just("`"), Just("<b>"), Just("<"), Just(">"), Just("|"),
                Just("\\"), Just("*"), Just("**"), Just("_"), Just("~"), Just("~~"), Just("-"),
                Just("---"), Just("="), Just("+"), Just("."), Just(")"), Just("&amp;"), Just("&"),
                Just("!"), Just("GH-1"), Just("Ł"), Just("-->"), Just("<!--"), Just("=="), Just(";"),
            ], 1..9),
        ) {
            let text = pieces.concat();
            let written = escaped(&text);
            for (document, around) in [
                (format!("{written}\n"), ["", ""]),
                (format!("- {written}\n"), ["", ""]),
                (format!("1. {written}\n"), ["", ""]),
                (format!("| a | b |\n| --- | --- |\n| {written} | z |\n"), ["ab", "z"]),
                (format!("- l: y, {written}\n"), ["l: y, ", ""]),
            ] {
                let (seen, more) = seen(&document);
                prop_assert!(more.is_empty(), "{document:?}: {more:?}");
                let [before, after] = around;
                let expected = format!("{before}{text}{after}");
                prop_assert_eq!(seen.concat(), expected, "{:?}", document);
                prop_assert!(!seen.iter().any(|piece| is_transformed(piece)), "{seen:?}");
            }
        }
    }
}
