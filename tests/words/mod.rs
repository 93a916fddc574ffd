//! Words that were replaced by plainer ones do not come back in anything that can be read.

mod table;
mod text;

use std::path::Path;

use aho_corasick::AhoCorasick;

use table::{ALLOWED, BANNED, Banned, Scope};
use text::{Kind, Text, files, texts};

/// Returns what a phrase of the table stands for.
fn spellings(phrase: &str) -> Vec<String> {
    let mut depth = 0;
    let alternatives = phrase.split(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == '|' && depth == 0
    });
    alternatives.flat_map(without_groups).collect()
}

fn without_groups(phrase: &str) -> Vec<String> {
    let Some((before, rest)) = phrase.split_once('(') else { return vec![phrase.to_owned()] };
    let (group, after) = rest.split_once(')').expect("a group ends");
    group.split('|').flat_map(|one| without_groups(&format!("{before}{one}{after}"))).collect()
}

/// Every spelling of every banned phrase, looked for at once.
struct Finder {
    spellings: AhoCorasick,
    /// The phrase that each spelling is of.
    phrases: Vec<&'static Banned>,
}

impl Finder {
    fn new() -> Self {
        let each =
            |banned: &'static Banned| spellings(banned.0).into_iter().map(move |s| (s, banned));
        let (spellings, phrases): (Vec<_>, _) = BANNED.iter().flat_map(each).unzip();
        let spellings =
            AhoCorasick::builder().ascii_case_insensitive(true).build(spellings).unwrap();
        Self { spellings, phrases }
    }

    /// Returns what is banned and not allowed in a text.
    fn hits(&self, path: &str, text: &Text) -> Vec<String> {
        let (words, lines) = one_line(&text.text);
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let mut hits = Vec::new();
        for found in self.spellings.find_overlapping_iter(&words) {
            let (before, phrase, after) =
                (&words[..found.start()], &words[found.range()], &words[found.end()..]);
            let is_part = (is_letter(before.chars().next_back())
                && is_letter(phrase.chars().next()))
                || (is_letter(phrase.chars().next_back()) && is_letter(after.chars().next()));
            let banned = self.phrases[found.pattern()];
            let is_allowed = || {
                ALLOWED.iter().any(|allowed| {
                    path.starts_with(allowed.path)
                        && words.match_indices(allowed.words).any(|(start, allowed)| {
                            start <= found.start() && found.end() <= start + allowed.len()
                        })
                })
            };
            if !is_part && is_in_scope(banned.2, text.kind) && !is_allowed() {
                let line = text.line + lines.partition_point(|start| *start <= found.start());
                hits.push(format!("{path}:{line}: {phrase:?} → use: {}", banned.1));
            }
        }
        hits
    }
}

/// Returns a text with one blank for any white space, and where each of its lines but the first begins.
fn one_line(text: &str) -> (String, Vec<usize>) {
    let (mut words, mut lines) = (String::new(), Vec::new());
    for c in text.chars() {
        let is_blank = c.is_whitespace();
        if !is_blank || !words.ends_with(' ') {
            words.push(if is_blank { ' ' } else { c });
        }
        if c == '\n' {
            lines.push(words.len());
        }
    }
    (words, lines)
}

fn is_in_scope(scope: Scope, kind: Kind) -> bool {
    match scope {
        Scope::All => true,
        Scope::Shown => kind != Kind::Doc,
        Scope::Screens => kind == Kind::Screen,
    }
}

/// Returns every banned phrase that is not allowed where it stands.
fn hits() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let finder = Finder::new();
    let mut hits = Vec::new();
    for file in files(root) {
        let path = file.to_str().unwrap().replace('\\', "/");
        for text in texts(root, &file) {
            hits.extend(finder.hits(&path, &text));
        }
    }
    hits
}

#[test]
fn words_that_were_replaced_stay_away() {
    let found = hits();
    assert!(found.is_empty(), "{} phrases to replace:\n{}", found.len(), found.join("\n"));
}

#[test]
fn what_is_allowed_says_why_and_still_stands_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for allowed in ALLOWED {
        let files = files(root).into_iter().filter(|file| file.starts_with(allowed.path));
        let mut texts = files.flat_map(|file| texts(root, &file));
        assert!(!allowed.why.is_empty());
        assert!(
            texts.any(|text| one_line(&text.text).0.contains(allowed.words)),
            "{:?} no longer stands in {}: remove it from the list",
            allowed.words,
            allowed.path
        );
    }
}
