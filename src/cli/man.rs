//! `nextplay man`: manual pages, from the definitions that help and dashboard are made from.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use strum::VariantArray;

use super::Outcome;
use super::args::Args as CommandLine;
use super::manual::{STATUSES, commands};
use super::output::{print, print_text};
use super::session::Session;
use crate::domain::money::counted;
use crate::domain::text::escape_controls;
use crate::domain::{Error, ErrorKind};
use crate::intake::DataFile;
use crate::intake::policy::POLICY_FILE;
use crate::ledger::LEDGER_FILE;
use crate::settings::SETTINGS_FILE;
use crate::tui::keys::binding::Group;
use crate::tui::keys::keymap::Keymap;

/// Variables that no option stands for.
const VARIABLES: &[(&str, &str)] = &[
    ("NO_COLOR", "If set and not empty, nothing is printed or drawn in color."),
    ("TERM, LC_ALL, LC_CTYPE, LANG", "Whether the terminal can show more than ASCII."),
    ("XDG_CONFIG_HOME, XDG_STATE_HOME", "Where settings are, and what is remembered between runs."),
    ("TMPDIR", "Where `nextplay demo` makes its copy of the sample data."),
];

/// Print the manual page, or write the manual pages of all commands into a directory
///
/// Without a directory, nextplay(1) is printed: nextplay man | man -l -
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory to write the pages to, such as ~/.local/share/man/man1; it is made if it is missing
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,
}

pub fn run(_: &Session, args: &Args) -> Result<Outcome, Error> {
    let mut command = CommandLine::command();
    command.build();
    let Some(directory) = &args.directory else {
        print(|out| out.write_all(&page(&command, &command)?))?;
        return Ok(Outcome::Done);
    };
    let failed = |path: &Path, error: &io::Error| {
        Error::new(ErrorKind::Io, format!("cannot write \"{}\": {error}", path.display()))
    };
    fs::create_dir_all(directory).map_err(|error| failed(directory, &error))?;
    let mut all = vec![&command];
    let mut next = 0;
    while let Some(command) = all.get(next) {
        all.extend(commands(command));
        next += 1;
    }
    for each in &all {
        let path = directory.join(format!("{}.1", name(each)));
        let written = page(each, &command).and_then(|page| fs::write(&path, page));
        written.map_err(|error| failed(&path, &error))?;
    }
    let done = format!("Wrote {} to {}", counted(all.len(), "page"), directory.display());
    print_text(|out| writeln!(out, "{}", escape_controls(&done)))?;
    Ok(Outcome::Done)
}

/// The name of a command's page: `nextplay-ledger-accept`.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// Returns the page of a command, of all the commands of `root`.
fn page(command: &Command, root: &Command) -> io::Result<Vec<u8>> {
    let version = command.get_version().or_else(|| root.get_version()).unwrap_or_default();
    // `help` has no page.
    let shown = command.clone().disable_help_subcommand(true);
    let man = Man::new(shown).title(name(command)).source(format!("nextplay {version}"));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if commands(command).next().is_some() {
        man.render_subcommands_section(&mut page)?;
    }
    let is_root = name(command) == name(root);
    let mut rest = Roff::new();
    statuses(&mut rest);
    environment(&mut rest, command);
    files(&mut rest);
    if is_root {
        keys(&mut rest);
    }
    see_also(&mut rest, command, root);
    rest.to_writer(&mut page)?;
    Ok(page)
}

fn section(roff: &mut Roff, title: &str) {
    roff.control("SH", [title]);
}

fn entry(roff: &mut Roff, term: &str, text: &str) {
    roff.control("TP", []).text([bold(term)]).text([roman(text)]);
}

fn statuses(roff: &mut Roff) {
    section(roff, "EXIT STATUS");
    STATUSES.iter().for_each(|(status, meaning)| entry(roff, status, &format!("{meaning}.")));
}

fn environment(roff: &mut Roff, command: &Command) {
    section(roff, "ENVIRONMENT");
    for argument in command.get_arguments() {
        if let (Some(variable), Some(option)) = (argument.get_env(), argument.get_long()) {
            let text = format!("Used where --{option} is not given.");
            entry(roff, &variable.to_string_lossy(), &text);
        }
    }
    VARIABLES.iter().for_each(|(name, text)| entry(roff, name, text));
}

fn files(roff: &mut Roff) {
    section(roff, "FILES");
    roff.text([roman("In the data directory:")]);
    for file in DataFile::ALL {
        let needed = if file.required() { " (needed)" } else { "" };
        entry(roff, file.name(), &format!("{}{needed}", file.holds()));
    }
    entry(roff, POLICY_FILE, "the policy");
    entry(roff, LEDGER_FILE, "the ledger: who decided what, when, and on which numbers");
    roff.control("PP", []).text([roman("Of the user:")]);
    entry(roff, &format!("~/.config/nextplay/{SETTINGS_FILE}"), "the settings");
    entry(roff, "~/.local/state/nextplay/", "what is remembered between runs, and the log");
}

fn keys(roff: &mut Roff) {
    section(roff, "KEYS");
    let text = "The keys of the dashboard, until the settings change them. On the dashboard, ? shows those of \
                the screen.";
    roff.text([roman(text)]);
    let keymap = Keymap::default();
    for group in Group::VARIANTS {
        roff.control("SS", [group.title("On some screens").as_str()]);
        for row in keymap.rows().filter(|row| row.group == *group) {
            entry(roff, &row.key_names(), row.help);
        }
    }
}

fn see_also(roff: &mut Roff, command: &Command, root: &Command) {
    section(roff, "SEE ALSO");
    let is_root = name(command) == name(root);
    let above = Some(root).filter(|_| !is_root);
    let pages = above.into_iter().chain(commands(command));
    let pages: Vec<String> = pages.map(|page| format!("{}(1)", name(page))).collect();
    roff.text([roman(pages.join(", "))]);
}
