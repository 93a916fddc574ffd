//! Words that were replaced by plainer ones do not come back in anything that can be read.

mod table;
mod text;

use std::path::Path;

use regex_lite::Regex;

use table::{ALLOWED, BANNED, Banned, NOT_YET, Scope};
use text::{Kind, Text, files, texts};

/// A banned phrase, where it stands.
struct Hit {
    path: String,
    message: String,
}

fn pattern(banned: &Banned) -> Regex {
    let edge = |c: Option<char>| match c {
        Some(c) if c.is_alphabetic() || "()?".contains(c) => r"\b",
        _ => "",
    };
    let phrase = banned.0;
    let (first, last) = (edge(phrase.chars().next()), edge(phrase.chars().next_back()));
    Regex::new(&format!("(?i){first}(?:{}){last}", phrase.replace(' ', r"\s+"))).unwrap()
}

fn is_in_scope(scope: Scope, kind: Kind) -> bool {
    match scope {
        Scope::All => true,
        Scope::Shown => kind != Kind::Doc,
        Scope::Screens => kind == Kind::Screen,
    }
}

/// Returns every banned phrase that is not allowed where it stands.
fn hits() -> Vec<Hit> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let patterns: Vec<(Regex, &Banned)> = BANNED.iter().map(|it| (pattern(it), it)).collect();
    let mut hits = Vec::new();
    for file in files(root) {
        let path = file.to_str().unwrap().replace('\\', "/");
        for text in texts(root, &file) {
            for (pattern, banned) in &patterns {
                if is_in_scope(banned.2, text.kind) {
                    hits.extend(hits_in(&path, &text, pattern, banned.1));
                }
            }
        }
    }
    hits
}

fn hits_in(path: &str, text: &Text, pattern: &Regex, instead: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    for found in pattern.find_iter(&text.text) {
        let is_allowed = ALLOWED.iter().any(|allowed| {
            let around = text.text.match_indices(allowed.words);
            path.starts_with(allowed.path)
                && around.into_iter().any(|(start, words)| {
                    start <= found.start() && found.end() <= start + words.len()
                })
        });
        if !is_allowed {
            let line = text.line + text.text[..found.start()].matches('\n').count();
            let phrase = found.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
            let message = format!("{path}:{line}: {phrase:?} → use: {instead}");
            hits.push(Hit { path: path.to_owned(), message });
        }
    }
    hits
}

fn is_not_yet(hit: &Hit) -> bool {
    NOT_YET.iter().any(|path| Path::new(&hit.path).starts_with(path))
}

#[test]
fn words_that_were_replaced_stay_away() {
    let found: Vec<String> =
        hits().into_iter().filter(|hit| !is_not_yet(hit)).map(|hit| hit.message).collect();
    assert!(found.is_empty(), "{} phrases to replace:\n{}", found.len(), found.join("\n"));
}

/// Prints what is still to be reworded:
/// `cargo test --test runner words -- --ignored --nocapture`.
#[test]
#[ignore = "a list for whoever rewords what NOT_YET names"]
fn what_is_not_reworded_yet() {
    let hits: Vec<Hit> = hits().into_iter().filter(is_not_yet).collect();
    hits.iter().for_each(|hit| println!("{}", hit.message));
    for path in NOT_YET {
        let here = hits.iter().filter(|hit| Path::new(&hit.path).starts_with(path));
        println!("{:5} {path}", here.count());
    }
}

#[test]
fn what_is_allowed_says_why_and_still_stands_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for allowed in ALLOWED {
        let files = files(root).into_iter().filter(|file| file.starts_with(allowed.path));
        let mut texts = files.flat_map(|file| texts(root, &file));
        assert!(!allowed.why.is_empty());
        assert!(
            texts.any(|text| text.text.contains(allowed.words)),
            "{:?} no longer stands in {}: remove it from the list",
            allowed.words,
            allowed.path
        );
    }
}
