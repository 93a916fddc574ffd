//! The pictures of the documentation are what the dashboard draws today.

#[path = "../examples/pictures/palette.rs"]
mod palette;
#[path = "../examples/pictures/screens.rs"]
mod screens;
#[path = "../examples/pictures/shape.rs"]
mod shape;
#[path = "../examples/pictures/svg.rs"]
mod svg;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const RENEW: &str =
    "run `cargo run --example pictures`, look at the changed pictures and commit them";

#[test]
fn the_pictures_show_todays_screens() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    let drawn: BTreeMap<String, String> = screens::files().into_iter().collect();
    for (file, picture) in &drawn {
        let kept = fs::read_to_string(directory.join(file)).unwrap_or_default();
        assert!(kept == *picture, "docs/pictures/{file} shows another screen: {RENEW}");
    }
    for entry in fs::read_dir(&directory).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(drawn.contains_key(&name), "docs/pictures/{name} is no longer drawn: delete it");
    }
}

#[test]
fn pictures_hold_no_path_of_the_machine_that_drew_them() {
    for (file, picture) in screens::files() {
        let temporary = std::env::temp_dir();
        assert!(!picture.contains(temporary.to_str().unwrap()), "{file}");
    }
}
