//! Links between pages lead to files and headings that exist.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the pages of the repository, as paths from the root.
fn pages(root: &Path) -> Vec<PathBuf> {
    let folders = ["", "docs", "docs/decisions", "sample_data", "fuzz"];
    let in_folder = |folder| {
        let entries = fs::read_dir(root.join(folder)).unwrap();
        entries.map(move |entry| Path::new(folder).join(entry.unwrap().file_name()))
    };
    let is_page = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    folders.into_iter().flat_map(in_folder).filter(is_page).collect()
}

/// Returns what a page links to: Markdown links, and sources of pictures.
fn links(page: &str) -> Vec<&str> {
    let ends = [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"')];
    let of_kind = |(start, end): (&'static str, char)| {
        page.split(start).skip(1).filter_map(move |rest| Some(rest.split_once(end)?.0))
    };
    ends.into_iter().flat_map(of_kind).filter(|link| !link.contains("://")).collect()
}

/// Returns true where a page has a heading with this anchor, as GitHub names them.
fn has_heading(page: &str, anchor: &str) -> bool {
    page.lines().filter_map(|line| line.strip_prefix('#')).any(|heading| {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).eq(anchor.chars())
    })
}

#[test]
fn links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut broken = Vec::new();
    for path in pages(root) {
        let page = fs::read_to_string(root.join(&path)).unwrap();
        for link in links(&page) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => root.join(&path),
                file => root.join(&path).parent().unwrap().join(file),
            };
            let has_anchor = || has_heading(&fs::read_to_string(&target).unwrap(), anchor);
            if !target.exists() || (!anchor.is_empty() && !has_anchor()) {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}
