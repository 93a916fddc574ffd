//! `nextplay completions`: completion in the shell. The script that a shell loads calls this program
//! with [`VARIABLE`] set, and the program prints how the line may go on: [`answer`].
//!
//! - `line`: the line that is being typed.
//! - `values`: what an argument may be, by the name of its value.
//! - `ids`: ids in a data file that begin with a text, without reading all of it.
//! - `bash`: the shell that splits words at `=`.

mod bash;
mod ids;
mod line;
mod values;

use std::env;
use std::panic;
use std::process::ExitCode;

use clap::{CommandFactory, ValueEnum};
use clap_complete::CompleteEnv;
use clap_complete::env::{Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};

use self::bash::Bash;
use super::Outcome;
use super::args::Args as CommandLine;
use super::output::print;
use super::session::Session;
use crate::domain::Error;

/// The variable that asks for completion; it names the shell.
const VARIABLE: &str = "NEXTPLAY_COMPLETE";
/// Name of the program in the scripts.
const PROGRAM: &str = "nextplay";

/// Print a script that completes commands, options, customers and playbooks in a shell
///
/// bash, in ~/.bashrc: source <(nextplay completions bash)
///
/// zsh, in ~/.zshrc behind compinit: source <(nextplay completions zsh)
///
/// fish, in ~/.config/fish/config.fish: nextplay completions fish | source
///
/// powershell, in $PROFILE: nextplay completions powershell | Out-String | Invoke-Expression
///
/// elvish, in ~/.config/elvish/rc.elv: eval (nextplay completions elvish | slurp)
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Shell that loads the script
    #[arg(value_enum)]
    pub shell: Shell,
}

/// A shell that lines are completed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
}

impl Shell {
    fn completer(self) -> &'static dyn EnvCompleter {
        match self {
            Self::Bash => &Bash,
            Self::Zsh => &Zsh,
            Self::Fish => &Fish,
            Self::Powershell => &Powershell,
            Self::Elvish => &Elvish,
        }
    }
}

pub fn run(_: &Session, args: &Args) -> Result<Outcome, Error> {
    // A program that is not in PATH is called by where it is.
    let called = env::args_os().next().unwrap_or_else(|| PROGRAM.into());
    let path = match std::path::Path::new(&called).components().count() {
        0 | 1 => PROGRAM.into(),
        _ => std::path::absolute(&called).unwrap_or_else(|_| called.into()),
    };
    let path = path.to_string_lossy();
    print(|out| args.shell.completer().write_registration(VARIABLE, PROGRAM, PROGRAM, &path, out))?;
    Ok(Outcome::Done)
}

/// Answers a shell that asks how a line may go on; `None` where none asks. Whatever goes wrong, nothing
/// is printed into a shell in which someone types.
pub fn answer() -> Option<ExitCode> {
    env::var_os(VARIABLE).filter(|shell| !shell.is_empty())?;
    panic::set_hook(Box::new(|_| {}));
    let _ = panic::catch_unwind(|| {
        let shells: [&dyn EnvCompleter; 5] =
            [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Powershell, Shell::Elvish]
                .map(Shell::completer);
        let directory = env::current_dir().ok();
        let factory = || values::with_completers(CommandLine::command());
        let completion = CompleteEnv::with_factory(factory).var(VARIABLE).shells(Shells(&shells));
        let _ = completion.try_complete(env::args_os(), directory.as_deref());
    });
    Some(ExitCode::SUCCESS)
}
