//! What the value of an argument may be: by its name in the help, from one table.

use std::ffi::OsStr;
use std::time::Instant;

use clap::{Arg, Command, ValueHint};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate as Candidate};

use super::ids;
use super::line::Line;
use crate::domain::policy_keys::KEYS;
use crate::domain::text::escape_controls;
use crate::intake::DataFile;
use crate::intake::layout::Layout;

/// Where the values of an argument come from.
pub enum Values {
    /// Paths of this kind.
    Paths(ValueHint),
    /// What the line and the data give for the beginning of a value.
    Listed(fn(&Line, &str) -> Vec<Candidate>),
    /// Whatever someone types.
    Free,
}

/// The values by the name that the help gives them.
const VALUES: &[(&str, Values)] = &[
    ("CUSTOMER", Values::Listed(customers)),
    ("P", Values::Listed(playbooks)),
    ("CODE", Values::Listed(reasons)),
    ("NAME", Values::Listed(reviewers)),
    ("KEY=VALUE", Values::Listed(settings)),
    ("DIR", Values::Paths(ValueHint::DirPath)),
    ("OTHER", Values::Paths(ValueHint::DirPath)),
    ("FILE", Values::Paths(ValueHint::FilePath)),
    ("FILE|URL", Values::Paths(ValueHint::FilePath)),
    ("FROM", Values::Paths(ValueHint::FilePath)),
    ("KEY", Values::Paths(ValueHint::FilePath)),
    ("TO", Values::Paths(ValueHint::FilePath)),
    ("inline|values|FILE", Values::Paths(ValueHint::FilePath)),
    ("COMMAND", Values::Free),
    ("DATE", Values::Free),
    ("ENTRY", Values::Free),
    ("ENTRY-ID", Values::Free),
    ("EVENT_ID", Values::Free),
    ("EXPR", Values::Free),
    ("HASH", Values::Free),
    ("ID", Values::Free),
    ("KINDS", Values::Free),
    ("N", Values::Free),
    ("RFC3339", Values::Free),
    ("SECONDS", Values::Free),
    ("SCHEMA", Values::Free),
    ("TEXT", Values::Free),
    ("URL", Values::Free),
    ("X", Values::Free),
    ("[SCHEMA.]VIEW", Values::Free),
];

/// Returns where the values of an argument come from; `None` where they are a fixed list.
fn values(argument: &Arg) -> Option<&'static Values> {
    let name = argument.get_value_names()?.first()?;
    VALUES.iter().find(|(known, _)| known == name).map(|(_, values)| values)
}

/// Returns a command, and all below it, whose arguments are completed as the table says.
pub fn with_completers(command: Command) -> Command {
    let names: Vec<String> =
        command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let command = command.mut_args(|argument| match values(&argument) {
        Some(Values::Paths(hint)) => argument.value_hint(*hint),
        Some(Values::Listed(list)) => argument.add(ArgValueCompleter::new(move |typed: &OsStr| {
            typed.to_str().map(|typed| list(&Line::typed(), typed)).unwrap_or_default()
        })),
        Some(Values::Free) | None => argument,
    });
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, with_completers))
}

fn customers(line: &Line, typed: &str) -> Vec<Candidate> {
    ids_of(line, DataFile::Customers, typed)
}

fn playbooks(line: &Line, typed: &str) -> Vec<Candidate> {
    ids_of(line, DataFile::Playbooks, typed)
}

/// Returns the ids of a file that begin with a text; in upper case, where none does as it was typed.
fn ids_of(line: &Line, file: DataFile, typed: &str) -> Vec<Candidate> {
    let layout = Layout::of(&line.directory(), file);
    let key = file.keyed_by().unwrap_or_default();
    let until = Instant::now() + ids::LONGEST;
    let mapped = layout.mapped_file().is_some().then(|| ids::of_mapped(&line.directory(), file));
    let search = |typed: &str| match &mapped {
        Some(all) => ids::among(all, typed),
        None => ids::starting_with(layout.files(), key, typed, until),
    };
    let upper = typed.to_uppercase();
    let mut found = search(typed);
    if found.ids.is_empty() && upper != typed {
        found = search(&upper);
    }
    let ids = found.ids.into_iter().filter(|(id, _)| can_be_typed(id));
    let mut candidates: Vec<Candidate> = ids
        .map(|(id, name)| {
            let name = name.map(|name| escape_controls(&name).into_owned().into());
            Candidate::new(id).help(name)
        })
        .collect();
    // A shell goes on as far as all of them agree: those that are not listed may not.
    if found.more && !typed.is_empty() && !candidates.is_empty() {
        let help = format!("the first {} that begin like this", candidates.len());
        candidates.push(Candidate::new(typed).help(Some(help.into())));
    }
    candidates
}

/// The reasons of the policy: those for approving, where that is being typed.
fn reasons(line: &Line, typed: &str) -> Vec<Candidate> {
    let approval = line.policy().approval;
    let reasons = if line.has("approve") { approval.approve_reasons } else { approval.reasons };
    listed(reasons.iter().map(String::as_str), typed)
}

/// The people whom the policy names.
fn reviewers(line: &Line, typed: &str) -> Vec<Candidate> {
    let policy = line.policy();
    let approvers = policy.approvers.iter().map(|approver| approver.name.name().as_str());
    listed(approvers.chain(policy.hand_off.by.iter().map(|by| by.name().as_str())), typed)
}

/// The keys of the policy, each with the sign behind it.
fn settings(_: &Line, typed: &str) -> Vec<Candidate> {
    let keys = KEYS.iter().filter(|key| key.name.starts_with(typed));
    keys.map(|key| Candidate::new(format!("{}=", key.name)).help(Some(key.help.into()))).collect()
}

fn listed<'a>(values: impl Iterator<Item = &'a str>, typed: &str) -> Vec<Candidate> {
    let values = values.filter(|value| value.starts_with(typed) && can_be_typed(value));
    values.map(Candidate::new).collect()
}

/// True where a shell takes a text for one word, and for nothing else, without quotes.
fn can_be_typed(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || "_-./+@".contains(c))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Args;

    #[test]
    fn the_table_says_of_every_value_what_it_may_be() {
        fn check(command: &Command) {
            let takes_value = |arg: &&Arg| arg.get_action().takes_values();
            for argument in command.get_arguments().filter(takes_value) {
                let known = !argument.get_possible_values().is_empty();
                assert!(known || values(argument).is_some(), "{argument}");
            }
            command.get_subcommands().for_each(check);
        }
        let mut command = with_completers(Args::command());
        command.build();
        check(&command);
    }

    #[test]
    fn what_a_shell_would_take_apart_is_left_out() {
        for good in ["C001", "PB_RET_001", "株式会社", "a.b-c/d+e@f"] {
            assert!(can_be_typed(good), "{good}");
        }
        for odd in
            ["", "a b", "a'b", "a\"b", "a$b", "a`b", "a;b", "-a", "~a", "a:b", "a\u{7}b", "a\\b"]
        {
            assert!(!can_be_typed(odd), "{odd:?}");
        }
    }
}
