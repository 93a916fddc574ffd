//! Answers a shell that completes a line; else parses the arguments, runs what they ask for, and ends
//! with its status. All else is in the library.

use std::process::ExitCode;

use nextplay::cli;

fn main() -> ExitCode {
    if let Some(status) = cli::answer() {
        return status;
    }
    match cli::args::parse() {
        Ok(args) => cli::run(args),
        Err(status) => status,
    }
}
