//! The ground: text, colors and charts. Knows no feature.

pub mod canvas;
pub mod charts;
pub mod detail_builder;
pub mod detail_text;
pub mod field;
pub mod line_list;
pub mod list_order;
pub mod menu;
pub mod pane;
pub mod text;
pub mod theme;
pub mod words;
