//! Sequences for the terminal beyond the screen: the clipboard, and notifications. A multiplexer between
//! does not know them all, and hands on what is wrapped for it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crossterm::Command as _;
use crossterm::clipboard::CopyToClipboard;

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
}

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
