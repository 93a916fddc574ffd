//! Tells when something in the data directory changed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

/// Watches a directory (not its files: editors replace them) and calls back on every change in it.
/// The callback runs on the watcher's thread and must not block.
pub struct Watcher {
    directory: PathBuf,
    callback: Arc<dyn Fn() + Send + Sync>,
    watcher: Option<RecommendedWatcher>,
}

impl Watcher {
    /// Starts watching. Where that is not possible (no such directory, no more watches to be had,
    /// some network drives) the caller's slow look-around finds changes instead.
    pub fn new(directory: &Path, callback: impl Fn() + Send + Sync + 'static) -> Self {
        let mut watcher =
            Self { directory: directory.to_owned(), callback: Arc::new(callback), watcher: None };
        watcher.start();
        watcher
    }

    /// True while the system tells of changes.
    pub fn is_live(&self) -> bool {
        self.watcher.is_some()
    }

    /// Watches anew, for a directory that was replaced or has come back.
    pub fn start(&mut self) {
        let callback = Arc::clone(&self.callback);
        let on_event = move |event: notify::Result<notify::Event>| {
            // Reading raises events too; of those only a writer's close tells of a change. An error
            // may mean that events were lost.
            let relevant = event.map_or(true, |event| match event.kind {
                EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
                _ => true,
            });
            if relevant {
                callback();
            }
        };
        self.watcher = notify::recommended_watcher(on_event).ok().and_then(|mut watcher| {
            watcher.watch(&self.directory, RecursiveMode::NonRecursive).ok()?;
            Some(watcher)
        });
    }
}
