//! Parses the arguments, runs what they ask for, ends with its status. All else is in the library.

use std::process::ExitCode;

use nextplay::cli;

fn main() -> ExitCode {
    match cli::args::parse() {
        Ok(args) => cli::run(args),
        Err(status) => status,
    }
}
