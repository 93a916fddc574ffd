//! Renders the dashboard's screens on the sample data to `docs/pictures`, dark and light:
//! `cargo run --example pictures`.

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
use std::path::Path;

fn main() -> std::io::Result<()> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    fs::create_dir_all(&directory)?;
    for (file, content) in screens::files() {
        fs::write(directory.join(&file), content)?;
        println!("docs/pictures/{file}");
    }
    Ok(())
}
