//! Tells when something in the data directory changed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use file_id::FileId;
use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

/// Watches directories (not their files: editors replace them) and calls back on every change in
/// them. The callback runs on the watcher's thread and must not block.
pub struct Watcher {
    directories: Vec<PathBuf>,
    callback: Arc<dyn Fn() + Send + Sync>,
    watcher: Option<RecommendedWatcher>,
    /// Device and inode of each directory that is watched: a watch stays with it when it is renamed.
    watched: Vec<Option<FileId>>,
}

impl Watcher {
    /// Starts watching. Where that is not possible (no such directory, no more watches to be had,
    /// some network drives) the caller's slow look-around finds changes instead. An empty path is the
    /// current directory; one that comes twice is watched once.
    pub fn new(
        directories: impl IntoIterator<Item = PathBuf>,
        callback: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let mut watcher = Self {
            directories: Vec::new(),
            callback: Arc::new(callback),
            watcher: None,
            watched: Vec::new(),
        };
        for directory in directories {
            let empty = directory.as_os_str().is_empty();
            let directory = if empty { PathBuf::from(".") } else { directory };
            if !watcher.directories.contains(&directory) {
                watcher.directories.push(directory);
            }
        }
        watcher.start();
        watcher
    }

    fn identities(&self) -> Vec<Option<FileId>> {
        self.directories.iter().map(|directory| identity(directory)).collect()
    }

    /// Watches anew if another directory stands at a path now, or nothing could be watched before.
    pub fn follow(&mut self) {
        if self.watcher.is_none() || self.identities() != self.watched {
            self.start();
        }
    }

    fn start(&mut self) {
        self.watched = self.identities();
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
            let watch =
                |directory: &PathBuf| watcher.watch(directory, RecursiveMode::NonRecursive).is_ok();
            let watching = self.directories.iter().map(watch).filter(|watching| *watching).count();
            (watching > 0).then_some(watcher)
        });
    }
}

fn identity(directory: &Path) -> Option<FileId> {
    file_id::get_file_id(directory).ok()
}
