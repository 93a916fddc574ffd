//! Renders the dashboard's screens on the sample data to `docs/pictures`, dark and light:
//! `cargo run --example pictures`. With a directory, every screen in every theme goes there.

// What cannot go on fails, and may print what it found.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc
)]

/// The dashboard without a terminal, shared with the tests.
#[path = "../../tests/common"]
mod common {
    #[allow(dead_code)]
    pub mod dashboard;
}
mod palette;
mod screens;
mod shape;
mod svg;

use std::fs;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let elsewhere = std::env::args_os().nth(1).map(PathBuf::from);
    let documented = || Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    let files = if elsewhere.is_some() { screens::all() } else { screens::files() };
    let directory = elsewhere.unwrap_or_else(documented);
    fs::create_dir_all(&directory)?;
    for (file, content) in files {
        fs::write(directory.join(&file), content)?;
        println!("{}", directory.join(&file).display());
    }
    Ok(())
}
