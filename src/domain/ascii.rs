//! Text for terminals without UTF-8: frames, bars and signs as the nearest sign of ASCII, letters
//! transliterated, everything else `?`. Each cluster keeps its columns, so that what is aligned stays
//! aligned.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, Write};

use deunicode::deunicode_char;

use super::width::clusters;

/// Signs that the program draws with, and what each is drawn with instead.
const SIGNS: [(&str, char); 36] = [
    ("·", '.'),
    ("×", 'x'),
    ("÷", '/'),
    ("–—−─╌╍━", '-'),
    ("═", '='),
    ("‖│┃║", '|'),
    ("“”", '"'),
    ("‘’", '\''),
    ("…", '~'),
    ("←↶", '<'),
    ("→▸›", '>'),
    ("‹", '<'),
    ("▶", '%'),
    ("»", ')'),
    ("↑▲▴", '^'),
    ("↓▼", 'v'),
    ("▾", '-'),
    ("↗", '/'),
    ("↘", '\\'),
    ("⇄", '='),
    ("≠⚠", '!'),
    ("∞", '~'),
    ("◆", '&'),
    ("◇", '@'),
    ("●", '*'),
    ("○", 'o'),
    ("◷", ':'),
    ("✓", 'v'),
    ("✗", 'x'),
    ("⊘", '/'),
    ("∅", '0'),
    ("▓", '%'),
    ("█▉▊▋■▇", '#'),
    ("▒▌▍▆▅", '='),
    ("░▎▏▄▃", '-'),
    ("▁▂", '_'),
];

/// True where text has to be ASCII: the locale is not UTF-8, or the terminal is one that shows little
/// else. `variable` gives an environment variable; `terminal` is false where output goes elsewhere.
pub fn is_wanted(variable: impl Fn(&str) -> Option<OsString>, terminal: bool) -> bool {
    let text = |name| variable(name).map(|value| value.to_string_lossy().to_lowercase());
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(text).find(|value| !value.is_empty());
    // Where no locale is named at all, terminals of today show UTF-8.
    let other = locale.is_some_and(|locale| !locale.contains("utf-8") && !locale.contains("utf8"));
    let poor = || {
        let term = text("TERM").unwrap_or_default();
        let is = |name: &str| term == name || term.starts_with(&format!("{name}-"));
        ["linux", "dumb", "vt52", "vt100", "vt102", "vt220", "ansi"].into_iter().any(is)
    };
    other && !cfg!(windows) || terminal && poor()
}

/// The text in ASCII; borrowed where it is already.
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(clusters(text).map(|(cluster, width)| ascii_cluster(cluster, width)).collect())
}

/// A cluster in ASCII, in exactly so many columns.
pub fn ascii_cluster(cluster: &str, width: usize) -> String {
    if cluster.is_ascii() {
        return cluster.to_owned();
    }
    let mut written = String::with_capacity(width);
    for c in cluster.chars() {
        match plain(c) {
            Some(plain) if written.len() < width => written.push_str(plain.trim()),
            _ => {}
        }
    }
    if written.is_empty() && width > 0 {
        written.push('?');
    }
    written.truncate(width);
    written.extend(std::iter::repeat_n(' ', width - written.len()));
    written
}

/// What a character is written as, if that is not `?`.
fn plain(c: char) -> Option<&'static str> {
    const ASCII: &str = "\"#%&')*-./0:<=>@\\^_|~!vxo+ ";
    let one = |sign: char| ASCII.find(sign).and_then(|at| ASCII.get(at..at + 1));
    let sign = SIGNS.iter().find(|(signs, _)| signs.contains(c));
    match (sign, c) {
        (Some((_, sign)), _) => one(*sign),
        (None, '\u{2500}'..='\u{257f}') => one('+'),
        (None, '\u{2800}') => one(' '),
        (None, '\u{2801}'..='\u{28ff}') => one('.'),
        (None, c) if c.is_alphanumeric() => deunicode_char(c).filter(|text| text.is_ascii()),
        // Other punctuation, where it is one character.
        (None, c) => deunicode_char(c).filter(|text| text.len() == 1 && text.is_ascii()),
    }
}

/// Writes text as ASCII.
pub struct AsciiWriter<W: Write> {
    out: W,
    /// The beginning of a line.
    line: Vec<u8>,
}

impl<W: Write> AsciiWriter<W> {
    /// Returns a writer that writes ASCII only to `out`.
    pub fn new(out: W) -> Self {
        Self { out, line: Vec::new() }
    }

    fn write_line(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        self.out.write_all(ascii(&String::from_utf8_lossy(&line)).as_bytes())
    }
}

impl<W: Write> Write for AsciiWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.write_line()?;
            }
        }
        Ok(bytes.len())
    }

    /// What has no end of line yet is written too.
    fn flush(&mut self) -> io::Result<()> {
        self.write_line()?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::domain::width::Width;

    #[rstest]
    #[case("Łódź Logistics", "Lodz Logistics")]
    #[case("Straße", "Strase")]
    #[case("日本", "RiBe")]
    #[case("Москва", "Moskva")]
    #[case("e\u{301}", "e")]
    #[case("╭─┤ 42.2× … ▸ ✓ ├─╮", "+-+ 42.2x ~ > v +-+")]
    #[case("██▌ ", "##= ")]
    #[case("🙂!", "? !")]
    #[case("\u{e000}", "?")]
    #[case("plain", "plain")]
    fn text_keeps_its_columns_in_ascii(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(ascii(text), expected);
    }

    #[test]
    fn every_sign_has_one_that_is_written() {
        for (signs, sign) in SIGNS {
            assert!(signs.chars().all(|c| plain(c) == Some(&*sign.to_string())), "{signs} {sign}");
        }
    }

    #[rstest]
    #[case(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")], true, true)]
    #[case(&[("LC_ALL", ""), ("LC_CTYPE", "POSIX"), ("LANG", "en_US.UTF-8")], true, true)]
    #[case(&[("LANG", "de_DE.ISO-8859-1")], true, true)]
    #[case(&[("LC_ALL", "C.UTF-8"), ("LANG", "C")], false, false)]
    #[case(&[("LANG", "en_US.utf8")], false, false)]
    #[case(&[], false, false)]
    #[case(&[("TERM", "vt100")], false, true)]
    #[case(&[("TERM", "linux"), ("LANG", "en_US.UTF-8")], false, true)]
    #[case(&[("TERM", "xterm-256color"), ("LANG", "en_US.UTF-8")], false, false)]
    fn ascii_is_wanted_by_locale_and_terminal(
        #[case] variables: &[(&str, &str)],
        #[case] piped: bool,
        #[case] terminal: bool,
    ) {
        let variable = |name: &str| {
            variables.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).into())
        };
        assert_eq!(is_wanted(variable, false), piped, "piped");
        assert_eq!(is_wanted(variable, true), terminal, "terminal");
    }

    proptest! {
        #[test]
        fn any_text_is_as_wide_in_ascii(text in "\\PC{0,12}|[─-▟⠀-⣿←-⇿Ł日é🙂]{0,8}") {
            let written = ascii(&text);
            prop_assert!(written.is_ascii(), "{written}");
            prop_assert_eq!(written.width(), text.width());
            let mut out = AsciiWriter::new(Vec::new());
            for byte in text.as_bytes() {
                out.write_all(&[*byte]).unwrap();
            }
            out.flush().unwrap();
            prop_assert_eq!(String::from_utf8(out.out).unwrap(), written);
        }
    }
}
