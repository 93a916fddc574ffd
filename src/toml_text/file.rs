//! The text of a file.

use std::path::Path;

/// Reads the text of a file; `what` names what is expected there, as in `a policy file`.
///
/// # Errors
/// In words, where it is no file, cannot be read, or is not UTF-8: then with the line.
pub fn read(path: &Path, what: &str) -> Result<String, String> {
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return Err(format!("it is not a file; put {what} there, or remove it"));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("cannot read it: {error}"))?;
    String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let lines = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("line {lines} is not UTF-8 text; save it as UTF-8")
    })
}
