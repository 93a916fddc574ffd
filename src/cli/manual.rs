//! The manual of the command line as Markdown, made from the same definitions as `--help`.

use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory};

use super::args::Args;

/// Heading of the options that every command has, in help and manual.
pub const GLOBAL_OPTIONS: &str = "Global options";

/// Heading of the options that only the dashboard has.
pub const DASHBOARD_OPTIONS: &str = "Dashboard options";

/// The exit statuses and what they mean.
pub const STATUSES: [(&str, &str); 3] = [
    ("0", "the command did what it was asked to do"),
    (
        "1",
        "the answer is no: something differs, is broken, was refused, or is held by another process",
    ),
    ("2", "the command was used wrongly, or data or files cannot be used"),
];

/// Returns the manual: a section for each command, and one for the global options.
pub fn markdown() -> String {
    let mut command = Args::command();
    command.build();
    let mut text = String::from("# Command line\n\n");
    section_text(&mut text, &command);
    text.push_str("\n| command | what it does |\n| --- | --- |\n");
    for command in commands(&command) {
        let name = command.get_name();
        let about = about(command.get_about());
        let _ = writeln!(text, "| [`{name}`](#nextplay-{name}) | {about} |");
    }
    let _ = write!(text, "\n## {DASHBOARD_OPTIONS}\n\n");
    arguments(&mut text, own(&command));
    let _ = write!(text, "\n## {GLOBAL_OPTIONS}\n\n");
    arguments(&mut text, command.get_arguments().filter(|arg| is_global(arg)));
    for command in commands(&command) {
        section(&mut text, command, "##");
        for action in commands(command) {
            section(&mut text, action, "###");
        }
    }
    text.push_str("\n## Exit status\n\n| status | meaning |\n| --- | --- |\n");
    for (status, meaning) in STATUSES {
        let _ = writeln!(text, "| {status} | {meaning} |");
    }
    text.push_str(
        "\nResults go to standard output, messages to standard error: `error:`, `warning:`, `note:`, and \
         `hint:` where there is something to do.\n",
    );
    text
}

/// Returns the commands of a command, without `help`.
pub fn commands(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|command| command.get_name() != "help")
}

/// The arguments that only this command has.
fn own(command: &Command) -> impl Iterator<Item = &Arg> {
    let of_clap = |arg: &Arg| matches!(arg.get_id().as_str(), "help" | "version");
    command.get_arguments().filter(move |arg| !is_global(arg) && !of_clap(arg))
}

fn section(text: &mut String, command: &Command, level: &str) {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let _ = write!(text, "\n{level} {name}\n\n");
    section_text(text, command);
    let mut own = own(command).peekable();
    if own.peek().is_some() {
        text.push('\n');
        arguments(text, own);
    }
}

fn section_text(text: &mut String, command: &Command) {
    let about = about(command.get_long_about().or_else(|| command.get_about()));
    let usage = command.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    let _ = write!(text, "{about}.\n\n```text\n{usage}\n```\n");
}

fn arguments<'a>(text: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    text.push_str("| option | meaning |\n| --- | --- |\n");
    for argument in arguments {
        let _ = write!(
            text,
            "| `{argument}` | {}",
            about(argument.get_long_help().or_else(|| argument.get_help()))
        );
        let _ = write!(text, "{}", details(argument));
        text.push_str(" |\n");
    }
}

/// Returns the values, the variable and the default of an argument.
fn details(argument: &Arg) -> String {
    let mut details = String::new();
    let takes_value = argument.get_action().takes_values();
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|value| takes_value && !value.is_hide_set())
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    if !values.is_empty() {
        let _ = write!(details, "; one of {}", values.join(", "));
    }
    if let Some(variable) = argument.get_env() {
        let _ = write!(details, "; variable `{}`", variable.to_string_lossy());
    }
    let defaults: Vec<String> = argument
        .get_default_values()
        .iter()
        .filter(|_| takes_value)
        .map(|value| format!("`{}`", value.to_string_lossy()))
        .collect();
    if !defaults.is_empty() {
        let _ = write!(details, "; default {}", defaults.join(", "));
    }
    details
}

fn is_global(argument: &Arg) -> bool {
    argument.get_help_heading() == Some(GLOBAL_OPTIONS)
}

/// Returns the help of a command or an argument on one line, without a full stop at its end.
fn about(help: Option<&clap::builder::StyledStr>) -> String {
    let help = help.map(ToString::to_string).unwrap_or_default();
    let sentences: Vec<&str> = help.split("\n\n").collect();
    let text = sentences.join(". ").replace('\n', " ").replace('|', "\\|");
    text.trim_end_matches('.').to_owned()
}
