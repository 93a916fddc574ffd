//! Guesses as the text of a sources file.

use super::{ColumnGuess, Guess, TableGuess};
use crate::domain::text::{escape_controls, is_control};

const HEAD: &str = "\
# Which files hold the data, and how their columns are read. `nextplay init` guessed this from the names of the
# columns and from their first values, and says why for each. Look through it, change what is wrong, and save: a
# running dashboard reads it again. `nextplay check` lists what cannot be read.
";

/// Returns a text as TOML has it in quotes: nothing in it acts on a terminal.
pub fn quoted(text: &str) -> String {
    let mut toml = String::with_capacity(text.len() + 2);
    toml.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => toml.extend(['\\', c]),
            c if is_control(c) && u32::from(c) > 0xffff => {
                toml.push_str(&format!("\\U{:08X}", u32::from(c)));
            }
            c if is_control(c) => toml.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => toml.push(c),
        }
    }
    toml.push('"');
    toml
}

/// Returns the text of a sources file.
pub fn text(guess: &Guess) -> String {
    let mut text = HEAD.to_owned();
    for table in &guess.tables {
        text.push('\n');
        write_table(&mut text, table);
    }
    text
}

fn write_table(text: &mut String, table: &TableGuess) {
    let stem = table.table.stem();
    comment(text, &table.why);
    table.doubts.iter().for_each(|doubt| comment(text, doubt));
    text.push_str(&format!("[{stem}]\nfile = {}\n", quoted(&table.pattern)));
    for (key, value) in &table.keys {
        text.push_str(&format!("{key} = {value}\n"));
    }
    text.push_str(&format!("\n[{stem}.columns]\n"));
    for column in &table.columns {
        comment(text, &format!("{}{}", column.why, such_as(column)));
        for choice in column.choices() {
            text.push_str(&choice);
            text.push('\n');
        }
    }
    table.refused.iter().for_each(|why| comment(text, why));
    if let [first, rest @ ..] = table.unused.as_slice() {
        let columns =
            rest.iter().fold(first.clone(), |columns, column| format!("{columns}, {column}"));
        comment(text, &format!("Columns of {} that are not used: {columns}.", table.file));
    }
}

fn such_as(column: &ColumnGuess) -> String {
    let samples: Vec<String> =
        column.samples.iter().map(|sample| format!("\"{sample}\"")).collect();
    match samples.is_empty() {
        true => String::new(),
        false => format!(". Examples: {}", samples.join(", ")),
    }
}

impl ColumnGuess {
    /// Returns its line, or one in a comment for each way to read it.
    pub fn choices(&self) -> Vec<String> {
        let column = quoted(&self.column);
        let rule = |keys: &[(&str, String)]| match keys {
            [] => format!("{} = {column}", self.field),
            keys => {
                let keys: Vec<String> =
                    keys.iter().map(|(key, value)| format!("{key} = {value}")).collect();
                format!("{} = {{ column = {column}, {} }}", self.field, keys.join(", "))
            }
        };
        match self.fit.choices.as_slice() {
            [] => vec![rule(&self.fit.keys)],
            several => several
                .iter()
                .map(|(keys, told)| format!("#{}  # {}", rule(keys), escape_controls(told)))
                .collect(),
        }
    }
}

/// Adds a text as lines of a comment.
fn comment(text: &mut String, said: &str) {
    const WIDEST: usize = 110;
    let mut line = String::from("#");
    let said = escape_controls(said);
    for word in said.split(' ').filter(|word| !word.is_empty()) {
        if line.len() > 1 && line.len() + 1 + word.len() > WIDEST {
            text.push_str(&line);
            text.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    text.push_str(&line);
    text.push('\n');
}
