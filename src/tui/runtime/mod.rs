//! Threads and the terminal: loading, filtering, scenarios, signals, and what the terminal sends.

pub mod anchored;
pub mod answerer;
pub mod demo_worker;
pub mod escape;
pub mod file_worker;
pub mod inbox;
pub mod input;
#[cfg(unix)]
mod job;
pub mod mailbox;
pub mod memory_worker;
pub mod panic_guard;
pub mod plain;
pub mod preparation;
pub mod rows_worker;
pub mod settings_watcher;
pub mod signals;
pub mod terminal;
pub mod worker;
