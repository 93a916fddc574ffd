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
    /// Device and inode of the directory that is watched: a watch stays with it when it is renamed.
    watched: Option<(u64, u64)>,
}

impl Watcher {
    /// Starts watching. Where that is not possible (no such directory, no more watches to be had,
    /// some network drives) the caller's slow look-around finds changes instead.
    pub fn new(directory: &Path, callback: impl Fn() + Send + Sync + 'static) -> Self {
        let mut watcher = Self {
            directory: directory.to_owned(),
            callback: Arc::new(callback),
            watcher: None,
            watched: None,
        };
        watcher.start();
        watcher
    }

    /// Watches anew if another directory stands at the path now, or nothing could be watched before.
    pub fn follow(&mut self) {
        let now = identity(&self.directory);
        if self.watcher.is_none() || now != self.watched {
            self.start();
        }
    }

    fn start(&mut self) {
        self.watched = identity(&self.directory);
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

#[cfg(unix)]
fn identity(directory: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(directory).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(directory: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(directory).ok().map(|_| (0, 0))
}
