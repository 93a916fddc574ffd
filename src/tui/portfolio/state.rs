//! What the Portfolio screen keeps between two frames.

use crate::tui::widget::line_list::Position;
use crate::tui::widget::list_order::ListOrder;
use crate::workspace::Figures;

/// The state of the Portfolio screen.
#[derive(Debug, Clone, Default)]
pub struct PortfolioState {
    /// The selected line.
    pub position: Position,
    /// What the selected line is about, to find it again in other figures.
    pub about: Option<String>,
    /// What was typed into the filter.
    pub filter: String,
    /// The order of the lines within their groups.
    pub order: ListOrder,
    /// The figures that were counted last: they stay on the screen while those of a newer view are
    /// being counted.
    pub counted: Option<Figures>,
}
