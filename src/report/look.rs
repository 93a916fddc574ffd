//! How text may look on the output at hand.

/// What the output can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// Escape sequences for color are understood and wanted.
    pub color: bool,
    /// Columns of the terminal; `None` where there is none and nothing has to fit.
    pub width: Option<usize>,
}

/// What a piece of text is, as color underlines it. Never the only sign of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing to point out.
    #[default]
    Plain,
    /// A heading.
    Heading,
    /// Beside the point: sources, hashes.
    Faint,
    /// As it should be.
    Good,
    /// Needs attention.
    Attention,
    /// Needs action.
    Bad,
}

impl Tone {
    /// The sequence that begins it; colors of the 16 that every theme sets itself.
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Heading => Some("\u{1b}[1m"),
            Self::Faint => Some("\u{1b}[2m"),
            Self::Good => Some("\u{1b}[32m"),
            Self::Attention => Some("\u{1b}[33m"),
            Self::Bad => Some("\u{1b}[31m"),
        }
    }
}

impl Look {
    /// The text in its tone; unchanged where there is no color.
    pub fn paint(self, tone: Tone, text: &str) -> String {
        match tone.code().filter(|_| self.color && !text.is_empty()) {
            Some(code) => format!("{code}{text}\u{1b}[0m"),
            None => text.to_owned(),
        }
    }
}
