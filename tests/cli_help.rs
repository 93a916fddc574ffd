//! Help of every command, and the manual that is made from it.

use std::fs;

use clap::{Command, CommandFactory};
use nextplay::cli::args::Args;
use nextplay::cli::manual;

/// Calls `with` for a command and all below it; `path` are their names.
fn walk(command: &mut Command, path: &str, with: &mut impl FnMut(&str, &mut Command)) {
    with(path, command);
    let names: Vec<String> =
        command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for name in names.iter().filter(|name| *name != "help") {
        let path = format!("{path}_{name}");
        walk(command.find_subcommand_mut(name).unwrap(), &path, with);
    }
}

/// A command without a snapshot fails here.
#[test]
fn help_of_every_command() {
    let mut command = Args::command().term_width(100);
    command.build();
    walk(&mut command, "help", &mut |path, command| {
        insta::assert_snapshot!(path, command.render_long_help().to_string());
    });
}

#[test]
fn every_command_and_option_has_a_short_help_without_a_full_stop() {
    let mut command = Args::command();
    command.build();
    walk(&mut command, "nextplay", &mut |path, command| {
        let texts = command.get_arguments().map(|arg| (arg.to_string(), arg.get_help()));
        for (name, help) in texts.chain([(String::new(), command.get_about())]) {
            let help = help.map(ToString::to_string).unwrap_or_default();
            assert!(!help.is_empty() && !help.ends_with('.'), "{path} {name}: {help:?}");
        }
    });
}

/// `UPDATE_DOCS=1 cargo test cli_help` writes the manual anew.
#[test]
fn the_manual_is_made_from_the_help() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/command-line.md");
    let made = manual::markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, &made).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), made, "docs/command-line.md is old");
}
