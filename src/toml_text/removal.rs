//! A table of a list, such as `[[view]]`, taken out of a text with everything else as it was.

use std::ops::Range;

use toml_edit::Table;

/// Returns the text without the lines of a table that was read from it, the comments right above them and
/// the blank lines above those.
pub fn without_table(text: &str, table: &Table) -> String {
    let range = lines_of(table).unwrap_or_default();
    let (before, rest) = text.split_at_checked(range.start).unwrap_or((text, ""));
    if range.is_empty() {
        return text.to_owned();
    }
    let mut kept: Vec<&str> = before.split_inclusive('\n').collect();
    // What stands in the line of the header before it.
    kept.pop_if(|line| !line.ends_with('\n'));
    while kept.pop_if(|line| line.trim_start().starts_with('#')).is_some() {}
    while kept.pop_if(|line| line.trim().is_empty()).is_some() {}
    let after = rest.get(range.len()..).unwrap_or_default();
    let after = after.split_once('\n').map_or("", |(_, after)| after);
    let after = if kept.is_empty() { after.trim_start_matches(['\r', '\n']) } else { after };
    kept.concat() + after
}

/// The bytes of a table from its header to its last value.
fn lines_of(table: &Table) -> Option<Range<usize>> {
    let header = table.span()?;
    let ends = table.iter().filter_map(|(_, item)| Some(item.span()?.end));
    Some(header.start..ends.max().unwrap_or_default().max(header.end))
}
