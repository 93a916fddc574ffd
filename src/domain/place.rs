//! A line and column of a text file.

/// A place in a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Place {
    /// From 1.
    pub line: u32,
    /// From 1, in characters; a byte order mark does not count.
    pub column: u32,
}

impl Place {
    /// The first character of a text.
    pub const START: Self = Self { line: 1, column: 1 };

    /// A place that is told from `self` on, told from the beginning.
    pub fn plus(self, further: Self) -> Self {
        if further.line <= 1 {
            let column = self.column.saturating_add(further.column.saturating_sub(1));
            Self { line: self.line, column }
        } else {
            let line = self.line.saturating_add(further.line - 1);
            Self { line, column: further.column }
        }
    }
}
