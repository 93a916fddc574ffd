//! What happens when the program panics: whichever thread it was, the log says where, and the command
//! ends with an error as any other.

use std::any::Any;
use std::backtrace::Backtrace;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo, catch_unwind};

use super::output;
use crate::domain::Error;
use crate::intake::caught::is_caught;

/// Reports every panic of this process in the log, and in one line on stderr.
pub fn report_panics() {
    panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        let place = info.location().map_or_else(String::new, |place| format!(" at {place}"));
        let text = text(info.payload());
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("unnamed");
        if is_caught() {
            return tracing::warn!(thread, "panic{place}, which is caught: {text}");
        }
        tracing::error!(thread, backtrace = %Backtrace::force_capture(), "panic{place}: {text}");
        output::note(&format!("panic{place}: {text}"));
    }));
}

/// Runs a command, and returns an error where it panics.
///
/// # Errors
/// What the command reports.
pub fn guard<T>(command: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    // Nothing that the command used is used after a panic.
    catch_unwind(AssertUnwindSafe(command)).unwrap_or_else(|_| Err(Error::crashed()))
}

/// Returns the message of a panic.
fn text(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_that_says_what_is_safe() {
        let crash: Result<(), Error> = guard(|| panic::resume_unwind(Box::new("as a test")));
        assert_eq!(crash, Err(Error::crashed()));
        assert_eq!(guard(|| Ok(1)), Ok(1));
    }
}
