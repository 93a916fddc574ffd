//! Sequences for the terminal beyond the screen: the clipboard, and notifications. A multiplexer between
//! does not know them all, and hands on what is wrapped for it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crossterm::Command as _;
use crossterm::clipboard::CopyToClipboard;

use crate::domain::text::escape_controls;
use crate::settings::Notify;

/// What stands between the program and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Multiplexer {
    /// Nothing.
    None,
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

const ESCAPE: char = '\x1b';
/// Ends a string of the terminal's, as `BELL` does.
const END: &str = "\x1b\\";
const BELL: char = '\x07';
/// GNU screen hands on strings of less than 768 bytes only.
const PIECE: usize = 512;

impl Multiplexer {
    /// The one that the program runs in, by the variables that it sets.
    pub fn of_environment() -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match (set("TMUX"), set("STY")) {
            (true, _) => Self::Tmux,
            (false, true) => Self::Screen,
            (false, false) => Self::None,
        }
    }

    /// Wraps sequences so that they reach the terminal. They are plain ASCII, or UTF-8 where they carry
    /// text.
    pub fn wrap(self, sequence: &str) -> String {
        match self {
            Self::None => sequence.to_owned(),
            // With `allow-passthrough`, which old versions have always.
            Self::Tmux => {
                let doubled = sequence.replace(ESCAPE, "\x1b\x1b");
                format!("\x1bPtmux;{doubled}{END}")
            }
            Self::Screen => {
                // The end of a string inside would be the end of the wrapping.
                let sequence = sequence.replace(END, &BELL.to_string());
                let mut pieces = String::new();
                let mut rest = sequence.as_str();
                while !rest.is_empty() {
                    let end = rest.floor_char_boundary(PIECE);
                    let (piece, after) = rest.split_at(end);
                    pieces.push_str("\x1bP");
                    pieces.push_str(piece);
                    pieces.push_str(END);
                    rest = after;
                }
                pieces
            }
        }
    }

    /// The sequences that put a text into the clipboard. tmux takes the plain one where `set-clipboard`
    /// is on, and hands on the wrapped one where passthrough is allowed.
    pub fn copy(self, text: &str) -> String {
        let mut plain = String::new();
        // Writing into a text does not fail.
        let _ = CopyToClipboard::to_clipboard_from(text).write_ansi(&mut plain);
        match self {
            Self::None => plain,
            Self::Tmux => format!("{plain}{}", self.wrap(&plain)),
            Self::Screen => self.wrap(&plain),
        }
    }

    /// The sequences that announce a text: the bell, or a notification of the desktop.
    pub fn announce(self, how: Notify, text: &str, desktop: Desktop) -> String {
        // In these sequences `;` separates fields, and a control character ends them.
        let text = escape_controls(text).replace(';', ",");
        let text: String = text.chars().take(LONGEST).collect();
        // Never a number first, which is another sequence to some terminals.
        let plain = format!("\x1b]9;nextplay: {text}\x07");
        let titled = format!("\x1b]777;notify;nextplay;{text}\x07");
        match (how, desktop) {
            (Notify::Off, _) => String::new(),
            (Notify::Bell, _) => BELL.to_string(),
            (Notify::Desktop, Desktop::Plain) => self.wrap(&plain),
            (Notify::Desktop, Desktop::Either) => {
                format!("{}{}", self.wrap(&plain), self.wrap(&titled))
            }
        }
    }
}

/// Which notifications the terminal knows: one that knows both would show each twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desktop {
    /// Those of iTerm2 (OSC 9).
    Plain,
    /// One of the two, or none: each ignores what it does not know.
    Either,
}

/// The terminals that know both, by a variable and how its value begins.
const KNOW_BOTH: &[(&str, &str)] = &[
    ("TERM_PROGRAM", "WezTerm"),
    ("TERM_PROGRAM", "ghostty"),
    ("TERM", "foot"),
    ("TERM", "xterm-kitty"),
];

impl Desktop {
    /// What the terminal knows, by the variables that it sets.
    pub fn of_environment() -> Self {
        Self::of(|name| std::env::var(name).unwrap_or_default())
    }

    fn of(variable: impl Fn(&str) -> String) -> Self {
        let both = KNOW_BOTH.iter().any(|(name, begin)| variable(name).starts_with(begin));
        if both { Self::Plain } else { Self::Either }
    }
}

/// The longest text of a notification, in characters.
const LONGEST: usize = 200;

/// Has tmux put a text into its buffer and the terminal's clipboard: with its usual settings it takes
/// neither sequence from a program, but this. Where that fails, the sequences are all there is.
pub fn copy_by_tmux(text: String) {
    std::thread::spawn(move || {
        let mut command = Command::new("tmux");
        command.args(["load-buffer", "-w", "-"]).stdin(Stdio::piped());
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let Ok(mut child) = child else { return };
        if let Some(mut stdin) = child.stdin.take() {
            let _ = stdin.write_all(text.as_bytes());
        }
        let _ = child.wait();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_reaches_the_terminal_through_tmux_and_screen() {
        assert_eq!(Multiplexer::None.copy("C006"), "\x1b]52;c;QzAwNg==\x1b\\");
        assert_eq!(
            Multiplexer::Tmux.copy("C006"),
            "\x1b]52;c;QzAwNg==\x1b\\\x1bPtmux;\x1b\x1b]52;c;QzAwNg==\x1b\x1b\\\x1b\\"
        );
        assert_eq!(Multiplexer::Screen.copy("C006"), "\x1bP\x1b]52;c;QzAwNg==\x07\x1b\\");
    }

    #[test]
    fn an_announcement_is_one_text_whatever_is_in_it() {
        let all = |multiplexer: Multiplexer, desktop| {
            multiplexer.announce(Notify::Desktop, "A;B\x1b]0;x\x07\u{9c}C", desktop)
        };
        let plain = "\x1b]9;nextplay: A,B";
        let sent = all(Multiplexer::None, Desktop::Either);
        assert!(sent.starts_with(plain), "{sent:?}");
        assert!(sent.contains("\x1b]777;notify;nextplay;A,B"), "{sent:?}");
        assert_eq!(sent.matches('\x1b').count(), 2);
        assert_eq!(sent.matches('\x07').count(), 2);
        assert!(!sent.contains('\u{9c}'));
        assert!(!all(Multiplexer::None, Desktop::Plain).contains("777"));
        let wrapped = all(Multiplexer::Tmux, Desktop::Either);
        assert_eq!(wrapped.matches("\x1bPtmux;\x1b\x1b]").count(), 2, "{wrapped:?}");
        assert_eq!(Multiplexer::Tmux.announce(Notify::Bell, "x", Desktop::Either), "\x07");
        assert_eq!(Multiplexer::None.announce(Notify::Off, "x", Desktop::Either), "");
    }

    #[test]
    fn a_terminal_that_knows_both_notifications_gets_one() {
        let of = |name: &'static str, value: &'static str| {
            Desktop::of(move |asked| if asked == name { value.into() } else { String::new() })
        };
        assert_eq!(of("TERM", "xterm-kitty"), Desktop::Plain);
        assert_eq!(of("TERM_PROGRAM", "WezTerm"), Desktop::Plain);
        assert_eq!(of("TERM", "xterm-256color"), Desktop::Either);
    }

    #[test]
    fn screen_gets_a_long_text_in_pieces() {
        let wrapped = Multiplexer::Screen.copy(&"x".repeat(2_000));
        let pieces: Vec<&str> = wrapped.split_terminator(END).collect();
        assert!(pieces.len() > 4);
        assert!(pieces.iter().all(|piece| piece.starts_with("\x1bP") && piece.len() < 600));
        let put_together: String =
            pieces.iter().map(|piece| piece.strip_prefix("\x1bP").unwrap()).collect();
        assert!(put_together.starts_with("\x1b]52;c;") && put_together.ends_with(BELL));
    }

    #[test]
    fn screen_does_not_break_a_letter() {
        let text = "ł".repeat(1_000);
        assert!(Multiplexer::Screen.wrap(&text).replace("\x1bP", "").replace(END, "") == text);
    }
}
