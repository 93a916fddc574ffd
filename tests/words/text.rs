//! What can be read in the repository's files: literals and doc comments of the code, pages, and
//! snapshots of the screens.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};

/// Where a text stands, as far as it matters for what is banned in it.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// A literal, a page, or help: users see it.
    Shown,
    /// A doc comment of the code.
    Doc,
    /// A snapshot of a screen.
    Screen,
}

/// A text, and the line on which it begins.
pub struct Text {
    pub line: usize,
    pub kind: Kind,
    pub text: String,
}

/// Returns the files with something to read, as paths from the root, in order.
pub fn files(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).unwrap() {
            let path = folder.join(entry.unwrap().file_name());
            let name = path.to_str().unwrap().replace('\\', "/");
            let left_out = ["target", ".git", "fuzz/corpus", "fuzz/artifacts", "fuzz/target"];
            if root.join(&path).is_dir() && !left_out.contains(&name.as_str()) {
                folders.push(path);
            } else if name.ends_with(".md")
                || name.ends_with(".snap")
                || name == "sample_data/nextplay.toml"
                || (name.starts_with("src/") && name.ends_with(".rs"))
            {
                files.push(path);
            }
        }
    }
    files.sort();
    let tests: Vec<PathBuf> = files
        .iter()
        .filter(|path| is_rust(path))
        .flat_map(|path| test_modules(root, path))
        .collect();
    files.retain(|path| !tests.iter().any(|test| path.starts_with(test)));
    files
}

/// Returns what can be read in a file.
pub fn texts(root: &Path, path: &Path) -> Vec<Text> {
    let content = fs::read_to_string(root.join(path)).unwrap();
    if is_rust(path) {
        let mut texts = Vec::new();
        let doc = if path.starts_with("src/cli") { Kind::Shown } else { Kind::Doc };
        read_tokens(tokens(path, &content), doc, &mut texts);
        return texts;
    }
    let is_snapshot = path.extension().is_some_and(|extension| extension == "snap");
    if !is_snapshot {
        return vec![Text { line: 1, kind: Kind::Shown, text: content }];
    }
    // Three lines and a rule describe where the snapshot comes from.
    let screen = content.splitn(3, "---\n").nth(2).unwrap_or_default();
    let line = content.lines().count() - screen.lines().count() + 1;
    vec![Text { line, kind: Kind::Screen, text: screen.to_owned() }]
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

fn tokens(path: &Path, content: &str) -> TokenStream {
    content.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the files and folders of modules that are compiled for tests alone.
fn test_modules(root: &Path, path: &Path) -> Vec<PathBuf> {
    let content = fs::read_to_string(root.join(path)).unwrap();
    let file = path.file_stem().unwrap().to_str().unwrap();
    let folder = path.parent().unwrap();
    let home =
        if ["mod", "lib", "main"].contains(&file) { folder.to_owned() } else { folder.join(file) };
    let mut modules = Vec::new();
    let mut rest = content.as_str();
    while let Some((_, after)) = rest.split_once("#[cfg(test)]") {
        let mut words = after.split_whitespace().skip_while(|word| word.starts_with("pub"));
        if let (Some("mod"), Some(name)) = (words.next(), words.next())
            && let Some(name) = name.strip_suffix(';')
        {
            modules.extend([home.join(name), home.join(format!("{name}.rs"))]);
        }
        rest = after;
    }
    modules
}

/// Collects literals and doc comments, but for items that are compiled for tests alone.
fn read_tokens(stream: TokenStream, doc: Kind, texts: &mut Vec<Text>) {
    let mut tokens = stream.into_iter().peekable();
    let mut comment: Option<Text> = None;
    while let Some(token) = tokens.next() {
        if let TokenTree::Punct(hash) = &token
            && hash.as_char() == '#'
        {
            if let Some(TokenTree::Punct(inner)) = tokens.peek()
                && inner.as_char() == '!'
            {
                tokens.next();
            }
            let Some(TokenTree::Group(attribute)) = tokens.next() else { continue };
            let inside = attribute.stream().to_string();
            if inside.starts_with("cfg") && inside.contains("test") {
                let ends = |token: &TokenTree| match token {
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                    TokenTree::Punct(end) => end.as_char() == ';',
                    _ => false,
                };
                tokens.by_ref().find(ends);
            } else if let Some(line) = doc_line(attribute.stream()) {
                let start = hash.span().start().line;
                let comment =
                    comment.get_or_insert(Text { line: start, kind: doc, text: String::new() });
                comment.text.push_str(&line);
                comment.text.push('\n');
            } else {
                read_tokens(attribute.stream(), doc, texts);
            }
            continue;
        }
        texts.extend(comment.take());
        match token {
            TokenTree::Group(group) => read_tokens(group.stream(), doc, texts),
            TokenTree::Literal(literal) => {
                let line = literal.span().start().line;
                texts.extend(string(&literal).map(|text| Text { line, kind: Kind::Shown, text }));
            }
            _ => {}
        }
    }
    texts.extend(comment);
}

/// Returns the text of a doc comment's line.
fn doc_line(attribute: TokenStream) -> Option<String> {
    let mut tokens = attribute.into_iter();
    match (tokens.next()?, tokens.next()?, tokens.next()?) {
        (TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Literal(text))
            if name == "doc" =>
        {
            string(&text)
        }
        _ => None,
    }
}

/// Returns what a string literal says, its escapes resolved as far as they matter for words.
fn string(literal: &Literal) -> Option<String> {
    let source = literal.to_string();
    if let Some(raw) = source.strip_prefix('r') {
        return Some(raw.trim_matches('#').trim_matches('"').to_owned());
    }
    let inside = source.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::new();
    let mut parts = inside.split("\\\n");
    text.push_str(parts.next()?);
    parts.for_each(|part| text.push_str(part.trim_start()));
    Some(text.replace("\\n", "\n").replace("\\\"", "\"").replace("\\t", "\t"))
}
