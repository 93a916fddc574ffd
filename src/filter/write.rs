//! Terms of a filter written by the program.

/// Returns the term that matches the customers whose text is exactly this one; those without any for
/// `None`.
pub fn exactly(field: &str, text: Option<&str>) -> String {
    let Some(text) = text else { return format!("{field}=") };
    if text.is_empty() || text.contains('"') || text.contains(char::is_whitespace) {
        format!("{field}=\"{}\"", text.replace('"', "\"\""))
    } else {
        format!("{field}={text}")
    }
}

/// Writes a predicted path as one text: its stages with `>` between them. A `>` or `\` that is in a stage has a
/// `\` before it, so that no two paths have the same text.
pub fn path_text<T: AsRef<str>>(path: &[T]) -> String {
    let stage = |stage: &T| stage.as_ref().replace('\\', "\\\\").replace('>', "\\>");
    path.iter().map(stage).collect::<Vec<_>>().join(">")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_paths_have_the_same_text() {
        assert_eq!(path_text(&["support", "churn_risk"]), "support>churn_risk");
        let paths: [&[&str]; 6] =
            [&["a", "b"], &["a>b"], &["a\\", "b"], &["a\\>b"], &[""], &["", ""]];
        let texts: std::collections::HashSet<String> =
            paths.iter().map(|path| path_text(path)).collect();
        assert_eq!(texts.len(), paths.len(), "{texts:?}");
    }
}
