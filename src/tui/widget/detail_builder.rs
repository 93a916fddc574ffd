//! Builds the lines of a detail pane.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::text::wrap;
use super::theme::Theme;
use crate::domain::time::ago;

/// Lines under construction, each at most `width` columns wide.
pub(crate) struct DetailBuilder<'a> {
    pub(crate) lines: Vec<Line<'static>>,
    /// Columns for text, a blank on either side not counted.
    pub(crate) width: usize,
    pub(crate) theme: Theme,
    pub(crate) now: Timestamp,
    pub(crate) zone: &'a TimeZone,
}

impl<'a> DetailBuilder<'a> {
    pub(crate) fn new(width: u16, theme: Theme, now: Timestamp, zone: &'a TimeZone) -> Self {
        Self { lines: Vec::new(), width: usize::from(width).saturating_sub(2), theme, now, zone }
    }

    pub(crate) fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    pub(crate) fn heading(&mut self, text: &str) {
        self.blank();
        self.lines.push(Line::from(Span::styled(format!(" {text}"), self.theme.strong())));
    }

    /// Text broken to the width, indented; the lines after the first a little more.
    pub(crate) fn text(&mut self, indent: usize, text: &str, style: Style) {
        let room = self.width.saturating_sub(indent + 2).max(8);
        for (number, line) in wrap(text, room).into_iter().enumerate() {
            let indent = if number == 0 { indent + 1 } else { indent + 3 };
            self.lines.push(Line::from(Span::styled(format!("{:indent$}{line}", ""), style)));
        }
    }

    /// A label in a column of its own, then text.
    pub(crate) fn labelled(&mut self, label: &str, text: &str, style: Style) {
        const LABEL: usize = 12;
        let room = self.width.saturating_sub(LABEL + 1).max(8);
        for (number, line) in wrap(text, room).into_iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            self.lines.push(Line::from(vec![
                Span::styled(format!(" {label:<LABEL$}"), self.theme.quiet()),
                Span::styled(line, style),
            ]));
        }
    }

    /// A candidate's number, in a column of its own, with where it comes from.
    pub(crate) fn amount(&mut self, label: &str, amount: &str, words: &str, style: Style) {
        const WORDS_AT: usize = 24;
        let head = format!("      {label:<6}{amount:>10}  ");
        let room = self.width.saturating_sub(WORDS_AT).max(8);
        for (number, line) in wrap(words, room).into_iter().enumerate() {
            let head = if number == 0 { head.as_str() } else { "" };
            self.lines.push(Line::from(Span::styled(format!("{head:<WORDS_AT$}{line}"), style)));
        }
    }

    pub(crate) fn when(&self, at: Timestamp) -> String {
        let local = at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M");
        format!("{local}, {}", ago(at, self.now))
    }
}
