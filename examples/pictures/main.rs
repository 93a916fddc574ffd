//! Renders the dashboard's screens on the sample data to `docs/pictures`, dark and light:
//! `cargo run --example pictures`.

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
