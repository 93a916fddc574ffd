//! The parts of the screen that all features share: header, footer, banner, pages, layout.

pub mod banner;
pub mod banner_view;
pub mod caption;
pub mod detail;
pub mod filter_help;
pub mod findings;
pub mod footer;
pub mod header;
pub mod id;
pub mod layout;
pub mod loading;
pub mod notice;
pub mod page;
pub mod prompt;
pub mod prompt_view;
pub mod render;
pub mod row;
pub mod sorting;
pub mod table;
