//! Panics of libraries that read outside data: they end what is read, and nothing else.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Does work; `None` where it panics. What it worked on is not to be used then.
pub fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = IS_CAUGHT.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work)).ok();
    IS_CAUGHT.set(before);
    done
}

/// Returns whether a panic of this thread ends no more than what is read: it is for the log alone.
pub fn is_caught() -> bool {
    IS_CAUGHT.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_what_is_read_and_nothing_else() {
        assert_eq!(caught(is_caught), Some(true));
        assert_eq!(caught(|| std::panic::resume_unwind(Box::new("as a test"))), None::<()>);
        assert!(!is_caught());
    }
}
