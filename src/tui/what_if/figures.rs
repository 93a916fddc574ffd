//! Figures side by side: current, proposed, and the change with its sign and color, or the compared
//! scenario.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::money::{count, dollars};
use crate::tui::widget::detail_builder::DetailBuilder;
use crate::tui::widget::text::{left, right};
use crate::tui::widget::theme::Theme;

/// What it means that a figure goes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpIs {
    /// More is better.
    Good,
    /// Less is better.
    Bad,
    /// Neither by itself.
    Either,
}

impl UpIs {
    /// How a change looks; its sign stands beside it.
    pub fn style(self, change: f64, theme: Theme) -> Style {
        match self {
            _ if change == 0.0 => Style::new(),
            Self::Either => theme.changed(),
            Self::Good if change > 0.0 => theme.good(),
            Self::Bad if change < 0.0 => theme.good(),
            Self::Good | Self::Bad => theme.bad(),
        }
    }
}

/// A figure as it is shown.
#[derive(Debug, Clone, Copy)]
pub enum Amount {
    /// A number of things.
    Count(usize),
    /// Dollars.
    Dollars(f64),
}

impl Amount {
    fn number(self) -> f64 {
        match self {
            Self::Count(n) => n as f64,
            Self::Dollars(amount) => amount,
        }
    }

    fn text(self) -> String {
        match self {
            Self::Count(n) => count(n),
            Self::Dollars(amount) => dollars(amount),
        }
    }

    fn change(self, now: Self) -> String {
        match (self, now) {
            (Self::Count(was), Self::Count(now)) => count_change(was, now),
            _ => amount_change(self.number(), now.number()),
        }
    }
}

/// A row of a table: its name, its figure of a `T`, and what more of it means.
pub type Figure<T> = (&'static str, UpIs, fn(&T) -> Amount);

/// Columns of the longest name.
const LABEL: usize = 18;

/// The columns of the table.
pub struct Table {
    label: usize,
    column: usize,
}

impl Table {
    /// Lays the columns out in a width.
    pub fn new(width: usize) -> Self {
        // The names have their room; what is left is for the figures.
        let label = LABEL.min(width.saturating_sub(3 * 9));
        let column = (width.saturating_sub(label) / 3).saturating_sub(1).clamp(8, 14);
        Self { label, column }
    }

    /// Adds a row of cells.
    pub fn row(
        &self,
        builder: &mut DetailBuilder<'_>,
        label: &str,
        cells: [String; 3],
        styles: [Style; 3],
    ) {
        let mut spans =
            vec![Span::styled(format!(" {}", left(label, self.label)), builder.theme.quiet())];
        for (cell, style) in cells.into_iter().zip(styles) {
            spans.push(Span::styled(format!(" {}", right(&cell, self.column)), style));
        }
        builder.lines.push(Line::from(spans));
    }

    /// Adds a row for each figure.
    pub fn figures<T>(
        &self,
        builder: &mut DetailBuilder<'_>,
        figures: &[Figure<T>],
        current: &T,
        proposed: &T,
        compared: Option<&T>,
    ) {
        for (label, up_is, of) in figures {
            let (was, now) = (of(current), of(proposed));
            let change = now.number() - was.number();
            let (last, style) = match compared {
                Some(compared) => (of(compared).text(), Style::new()),
                None => (was.change(now), up_is.style(change, builder.theme)),
            };
            let of_value = if change == 0.0 { Style::new() } else { builder.theme.strong() };
            let styles = [Style::new(), of_value, style];
            self.row(builder, label, [was.text(), now.text(), last], styles);
        }
    }
}

/// `+3`, `-12`
pub fn count_change(was: usize, now: usize) -> String {
    match now.cmp(&was) {
        std::cmp::Ordering::Greater => format!("+{}", count(now - was)),
        std::cmp::Ordering::Less => format!("-{}", count(was - now)),
        std::cmp::Ordering::Equal => "0".to_owned(),
    }
}

/// `+$2,900`, `-$1,200`
pub fn amount_change(was: f64, now: f64) -> String {
    let change = dollars(now - was);
    if now > was { format!("+{change}") } else { change }
}
