//! What the Playbooks screen keeps between two frames.

use crate::tui::widget::line_list::Position;
use crate::tui::widget::list_order::ListOrder;

/// The state of the Playbooks screen.
#[derive(Debug, Clone, Default)]
pub struct PlaybooksState {
    /// The selected line.
    pub position: Position,
    /// Whether the selected line is no skipped row, and its playbook's id, to find it again.
    pub about: Option<(bool, String)>,
    /// What was typed into the filter.
    pub filter: String,
    /// The order of the lines.
    pub order: ListOrder,
}
