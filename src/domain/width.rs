//! Text measured and cut by grapheme clusters, each as a whole: that is how the screen draws it. Widths
//! are in columns of a terminal.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use super::text::escape_controls;

/// So many characters of a cluster are shown; the longest emoji have ten.
const LONGEST_CLUSTER: usize = 16;

/// How wide a text is drawn.
pub trait Width {
    /// Columns: the widths of its clusters.
    fn width(&self) -> usize;
}

impl Width for str {
    fn width(&self) -> usize {
        if self.is_ascii() { self.len() } else { clusters(self).map(|(_, width)| width).sum() }
    }
}

/// The clusters of a text with their widths. One without a width is not drawn.
pub fn clusters(text: &str) -> impl DoubleEndedIterator<Item = (&str, usize)> {
    text.graphemes(true).map(|cluster| (cluster, cluster_width(cluster)))
}

fn cluster_width(cluster: &str) -> usize {
    // Half-width sound marks belong to the letter before them, and terminals draw them in a column of
    // their own.
    let marks = cluster.chars().filter(|c| matches!(c, '\u{ff9e}' | '\u{ff9f}')).count();
    unicode_width::UnicodeWidthStr::width(cluster) + marks
}

/// How terminals disagree about a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// They draw it in the same width.
    None,
    /// It may be drawn wider.
    Wider,
    /// It may be drawn wider or narrower.
    Any,
}

impl Doubt {
    /// What is known of a cluster's width.
    pub fn about(cluster: &str) -> Self {
        if cluster.is_ascii() {
            return Self::None;
        }
        let mut chars = cluster.chars();
        match (chars.next(), chars.next()) {
            // Frames and bars are everywhere, and of one width wherever a dashboard can be read.
            (Some('\u{2500}'..='\u{259f}'), None) => Self::None,
            // Letters that join, symbols and emoji, whose widths have changed with Unicode, and
            // characters of private use.
            (
                Some(
                    '\u{590}'..='\u{109f}'
                    | '\u{2300}'..='\u{23ff}'
                    | '\u{2600}'..='\u{27bf}'
                    | '\u{2b00}'..='\u{2bff}'
                    | '\u{e000}'..='\u{f8ff}'
                    | '\u{fb1d}'..='\u{fdff}'
                    | '\u{fe70}'..='\u{feff}'
                    | '\u{10000}'..='\u{1ffff}',
                ),
                None,
            ) => Self::Any,
            (Some(c), None) if c.width() == c.width_cjk() => Self::None,
            // Narrow, but wide where the terminal is set up for East Asian text.
            (Some(_), None) => Self::Wider,
            _ => Self::Any,
        }
    }
}

/// Text from a data file, escaped and at most `width` columns wide; what is cut ends in `…`. Only as
/// much of the text is looked at as can be seen, however long it is.
pub fn fit(text: &str, width: usize) -> String {
    let (beginning, more) = first_chars(text, (width + 1) * LONGEST_CLUSTER);
    let shown = escape_controls(beginning);
    let mut kept = String::new();
    // How much is kept where an `…` has to fit behind it.
    let (mut used, mut kept_before_ellipsis) = (0, 0);
    let mut cut = more;
    for (cluster, wide) in clusters(&shown).filter(|(_, wide)| *wide > 0) {
        used += wide;
        if used > width {
            cut = true;
            break;
        }
        kept.push_str(first_chars(cluster, LONGEST_CLUSTER).0);
        if used < width {
            kept_before_ellipsis = kept.len();
        }
    }
    if cut {
        kept.truncate(kept_before_ellipsis);
        if width > 0 {
            kept.push('…');
        }
    }
    kept
}

/// The end of an escaped text in at most `width` columns.
pub fn end_of(text: &str, width: usize) -> &str {
    let mut used = 0;
    let mut start = text.len();
    for (cluster, wide) in clusters(text).rev() {
        used += wide;
        if used > width {
            break;
        }
        start -= cluster.len();
    }
    text.get(start..).unwrap_or_default()
}

/// The first so many characters of a text, and whether there are more.
pub fn first_chars(text: &str, most: usize) -> (&str, bool) {
    match text.char_indices().nth(most) {
        Some((end, _)) => (text.get(..end).unwrap_or_default(), true),
        None => (text, false),
    }
}

/// Breaks escaped text into lines of at most `width` columns, between words where that is possible.
/// A cluster wider than a line stands alone in it.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split(' ') {
        let wide = word.width();
        if used > 0 && used + 1 + wide > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        } else if used > 0 {
            line.push(' ');
            used += 1;
        }
        for (cluster, wide) in clusters(word) {
            if used > 0 && used + wide > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(first_chars(cluster, LONGEST_CLUSTER).0);
            used += wide;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    /// Texts that are measured differently as a whole, by characters and by clusters.
    const ODD: [&str; 8] = [
        "\u{644}\u{627}",
        "\u{260e}\u{fe0f}",
        "👩\u{200d}💻",
        "🇩🇪",
        "1\u{fe0f}\u{20e3}",
        "क्ष",
        "ｶﾞ",
        "e\u{301}",
    ];

    #[rstest]
    #[case("Acme", 4, "Acme")]
    #[case("Acme Ltd", 5, "Acme…")]
    #[case("日本語", 4, "日…")]
    #[case("日本語", 5, "日本…")]
    #[case("abc", 0, "")]
    #[case("a\u{1b}[2Jb", 9, "a␛[2Jb")]
    #[case("\u{260e}\u{fe0f}\u{260e}\u{fe0f}x", 4, "\u{260e}\u{fe0f}…")]
    #[case("\u{301}ab", 2, "ab")]
    fn text_is_cut_between_clusters(#[case] text: &str, #[case] width: usize, #[case] cut: &str) {
        assert_eq!(fit(text, width), cut);
    }

    #[test]
    fn the_end_of_a_text_is_cut_between_clusters() {
        assert_eq!(end_of("a日本", 3), "本");
        assert_eq!(end_of("abc", 2), "bc");
        assert_eq!(end_of("abc", 9), "abc");
    }

    #[test]
    fn lines_break_between_words_and_never_lose_text() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("日本語", 1).concat(), "日本語");
    }

    #[test]
    fn a_pile_of_marks_is_one_short_cluster() {
        let pile = format!("e{}", "\u{301}".repeat(1_000_000));
        assert!(fit(&pile, 10).chars().count() <= 10 * LONGEST_CLUSTER + 1);
    }

    #[test]
    fn doubt_is_about_what_terminals_draw_differently() {
        for cluster in ["a", "Ł", "é", "日", "─", "█", "ж", "가"] {
            assert_eq!(Doubt::about(cluster), Doubt::None, "{cluster}");
        }
        for cluster in ["…", "×", "◆"] {
            assert_eq!(Doubt::about(cluster), Doubt::Wider, "{cluster}");
        }
        let odd = [
            "ل",
            "☎\u{fe0f}",
            "👩\u{200d}💻",
            "🇩🇪",
            "1\u{fe0f}\u{20e3}",
            "क्ष",
            "e\u{301}",
            "⚠",
            "🙂",
        ];
        for cluster in odd {
            assert_eq!(Doubt::about(cluster), Doubt::Any, "{cluster}");
        }
    }

    proptest! {
        #[test]
        fn what_is_cut_fits_and_what_fits_is_not_cut(
            pieces in proptest::collection::vec(
                prop_oneof![proptest::sample::select(&ODD[..]), Just("a"), Just(" "), Just("日")], 0..12,
            ),
            width in 0usize..12,
        ) {
            let text = pieces.concat();
            let shown = fit(&text, width);
            prop_assert!(shown.width() <= width);
            prop_assert_eq!(shown == text, text.width() <= width);
            for line in wrap(&text, width) {
                prop_assert!(line.width() <= width.max(1) || clusters(&line).count() == 1);
            }
            prop_assert!(end_of(&text, width).width() <= width);
        }
    }
}
