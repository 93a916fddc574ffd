//! Keys: what each one does, on which screens, and why it is not available now. Dispatch, footer, help
//! page and manual come from one table.

pub mod action;
pub mod availability;
pub mod binding;
pub mod bindings;
pub mod changed;
pub mod help;
pub mod key;
pub mod keymap;
pub mod lookup;
pub mod manual;
pub mod press;
pub mod typing;
pub mod written;
