//! Signals that end a command which would go on without end.

use std::io;

/// Does something when the system or the user asks the program to end. A second time it ends at once.
///
/// # Errors
/// Where the system does not allow it.
#[cfg(unix)]
pub fn on_end(mut end: impl FnMut() + Send + 'static) -> io::Result<()> {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::TERM_SIGNALS;
    use signal_hook::flag;
    use signal_hook::iterator::Signals;

    let asked = Arc::new(AtomicBool::new(false));
    for signal in TERM_SIGNALS {
        // In this order: the first time it is not asked for yet.
        flag::register_conditional_default(*signal, Arc::clone(&asked))?;
        flag::register(*signal, Arc::clone(&asked))?;
    }
    let mut signals = Signals::new(TERM_SIGNALS)?;
    std::thread::spawn(move || signals.forever().for_each(|_| end()));
    Ok(())
}

/// There are none.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub fn on_end(_: impl FnMut() + Send + 'static) -> io::Result<()> {
    Ok(())
}
