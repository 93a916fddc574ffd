//! What the terminal sends, as keys, pastes and movements of the mouse.
//!
//! - `scanner`: bytes to characters, sequences and pastes, however reads split them.
//! - `stroke`: what a sequence means: a key, or nothing; `mouse`: what the mouse did.
//! - `colors`: what it says about the colors of the terminal.
//! - `pace`: keys by how they arrived: pressed one by one, or poured in.
//! - [`Decoder`]: these in a row; pure, the times are given.
//! - `reader`: the thread that reads. On Unix it reads the bytes itself; on Windows crossterm does.

mod colors;
mod decoder;
mod mouse;
mod pace;
#[cfg_attr(unix, path = "reader_unix.rs")]
#[cfg_attr(not(unix), path = "reader_windows.rs")]
mod reader;
mod scanner;
mod stroke;

pub use colors::Colors;
pub use decoder::{Decoder, Input};
pub use mouse::{Mouse, MouseKind};
pub use pace::{Keys, Pace};
pub use reader::Reader;
pub use stroke::Stroke;
