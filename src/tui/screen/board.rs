//! A screen of lines of which one is selected: the registry, the portfolio, what-if.

use std::sync::Arc;

use crate::insight::Portfolio;
use crate::tui::screen::id::Screen;
use crate::workspace::Figure;

/// Which line is selected, and which one is the first on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Board {
    pub cursor: usize,
    pub top: usize,
}

impl Board {
    /// Selects a line of so many, or the last one.
    pub fn select(&mut self, place: usize, len: usize) {
        self.cursor = place.min(len.saturating_sub(1));
    }

    /// Moves the window so that the selection is in it.
    pub fn scroll(&mut self, height: usize, len: usize) {
        let height = height.max(1);
        self.cursor = self.cursor.min(len.saturating_sub(1));
        self.top = self.top.clamp((self.cursor + 1).saturating_sub(height), self.cursor);
        self.top = self.top.min(len.saturating_sub(height));
    }
}

/// The boards of the screens that have one.
#[derive(Debug, Clone, Default)]
pub struct Boards {
    pub playbooks: Board,
    pub portfolio: Board,
    pub what_if: Board,
    /// The figure that was asked for last, and of which view.
    pub asked: Option<(u64, Figure)>,
    /// Generation of the view whose strategy was asked about last.
    pub assessed: Option<u64>,
    /// The figures of the portfolio that were counted last: they stay on the screen while those of a
    /// newer view are being counted.
    pub counted: Option<Arc<Portfolio>>,
    /// What the portfolio's selected line is about, to find it again in other figures.
    pub about: Option<String>,
}

impl Boards {
    /// The board of a screen; that of the registry for one that has none.
    pub fn of(&self, screen: Screen) -> &Board {
        match screen {
            Screen::Portfolio => &self.portfolio,
            Screen::WhatIf => &self.what_if,
            _ => &self.playbooks,
        }
    }

    pub fn of_mut(&mut self, screen: Screen) -> &mut Board {
        match screen {
            Screen::Portfolio => &mut self.portfolio,
            Screen::WhatIf => &mut self.what_if,
            _ => &mut self.playbooks,
        }
    }
}
