//! Keys: what each one does, where, and why it cannot act now. Dispatch, footer and help come from one table.

pub mod action;
pub mod availability;
pub mod binding;
pub mod bindings;
pub mod help;
pub mod key;
pub mod lookup;
pub mod manual;
pub mod press;
pub mod typing;
