//! Watches the settings file, on a thread of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::panic_guard;
use crate::intake::stamp::Seen;
use crate::intake::watch::Watcher;
use crate::settings::{Reading, SettingsFile};
use crate::tui::checks;
use crate::tui::event::Event;

/// How long nothing has to change before the file is read: editors write in pieces.
const QUIET: Duration = Duration::from_millis(40);
/// How long is waited for that: another program may write into the directory all the time.
const LONGEST: Duration = Duration::from_millis(400);
/// How long a file that was there has to be away: some editors move it away before they write it anew.
const AWAY: Duration = Duration::from_millis(300);
/// How often the file is checked where no change is reported, as while its directory does not exist.
const LOOK_AROUND: Duration = Duration::from_millis(800);

/// Starts to watch a settings file that was read before. What becomes of it arrives as events.
pub fn start(file: SettingsFile, before: Reading, events: SyncSender<Event>) {
    let seen = Seen::at(file.path());
    panic_guard::spawn(&events.clone(), move || {
        // The file may have changed between its first reading and now.
        let mut file = WatchedFile { file, seen, doubtful: true, reading: before };
        let (told, changes) = sync_channel(1);
        let watch = |directories: Vec<PathBuf>| {
            let told = told.clone();
            Watcher::new(directories, move || {
                // One that waits is enough.
                let _ = told.try_send(());
            })
        };
        let mut directories = file.file.directories();
        let mut watcher = watch(directories.clone());
        loop {
            if let Some(event) = file.look()
                && events.send(event).is_err()
            {
                return;
            }
            match changes.recv_timeout(LOOK_AROUND) {
                Ok(()) => {
                    let until = Instant::now() + LONGEST;
                    while Instant::now() < until && changes.recv_timeout(QUIET).is_ok() {}
                }
                Err(RecvTimeoutError::Timeout) => watcher.follow(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let now = file.file.directories();
            if now != directories {
                watcher = watch(now.clone());
                directories = now;
            }
        }
    });
}

/// The settings file as it was read last.
struct WatchedFile {
    file: SettingsFile,
    seen: Seen,
    /// The stamp may hide a later change.
    doubtful: bool,
    reading: Reading,
}

impl WatchedFile {
    /// Reads the file if it may have changed; the event, if it says something else than before.
    fn look(&mut self) -> Option<Event> {
        let now = SystemTime::now();
        let mut seen = Seen::at(self.file.path());
        if seen == self.seen && !self.doubtful {
            return None;
        }
        if seen == Seen::Absent && self.seen != Seen::Absent {
            thread::sleep(AWAY);
            seen = Seen::at(self.file.path());
        }
        self.doubtful = seen.may_hide_a_change(now);
        self.seen = seen;
        let reading = self.file.read(&checks::problems);
        if reading == self.reading {
            return None;
        }
        self.reading = reading.clone();
        Some(Event::Settings(match reading.mistakes.is_empty() {
            true => Ok(Arc::new(reading.settings)),
            false => Err(reading.mistakes),
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc::{Receiver, sync_channel};

    use super::*;
    use crate::settings::Settings;

    const GIVE_UP: Duration = Duration::from_secs(60);

    fn watched(file: SettingsFile) -> Receiver<Event> {
        let (sender, events) = sync_channel(8);
        let before = file.read(&|_| Vec::new());
        start(file, before, sender);
        events
    }

    #[track_caller]
    fn next(events: &Receiver<Event>) -> Result<Settings, String> {
        match events.recv_timeout(GIVE_UP) {
            Ok(Event::Settings(Ok(settings))) => Ok((*settings).clone()),
            Ok(Event::Settings(Err(mistakes))) => Err(mistakes[0].to_string()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_that_appears_changes_breaks_and_goes_is_noticed() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("later/nextplay");
        let events = watched(SettingsFile::at(&directory));
        fs::create_dir_all(&directory).unwrap();
        let write = |text: &str| {
            let written = directory.join("new");
            fs::write(&written, text).unwrap();
            fs::rename(written, directory.join("config.toml")).unwrap();
        };
        write("mouse = false");
        assert!(!next(&events).unwrap().mouse);
        write("mouse = 3");
        assert!(next(&events).unwrap_err().starts_with("config.toml:1:9: mouse is the number 3"));
        write("mouse = true\nnotify = \"bell\"");
        assert!(next(&events).unwrap().mouse);
        fs::remove_file(directory.join("config.toml")).unwrap();
        assert_eq!(next(&events).unwrap(), Settings::default());
    }

    #[test]
    fn a_directory_that_never_rests_keeps_nothing_from_being_noticed() {
        let home = tempfile::tempdir().unwrap();
        let events = watched(SettingsFile::at(home.path()));
        fs::write(home.path().join("config.toml"), "mouse = false").unwrap();
        let give_up = Instant::now() + GIVE_UP;
        let mut noticed = false;
        while !noticed && Instant::now() < give_up {
            fs::write(home.path().join("other"), "").unwrap();
            noticed = matches!(events.recv_timeout(QUIET / 4), Ok(Event::Settings(Ok(_))));
        }
        assert!(noticed);
    }

    #[cfg(unix)]
    #[test]
    fn what_a_link_leads_to_is_watched() {
        let home = tempfile::tempdir().unwrap();
        let [directory, dotfiles, others] =
            ["nextplay", "dotfiles", "others"].map(|name| home.path().join(name));
        for each in [&directory, &dotfiles, &others] {
            fs::create_dir(each).unwrap();
        }
        fs::write(dotfiles.join("nextplay.toml"), "mouse = false").unwrap();
        fs::write(others.join("nextplay.toml"), "notify = \"desktop\"").unwrap();
        let link = directory.join("config.toml");
        std::os::unix::fs::symlink("../dotfiles/nextplay.toml", &link).unwrap();
        let events = watched(SettingsFile::at(&directory));
        fs::write(dotfiles.join("nextplay.toml"), "notify = \"bell\"").unwrap();
        assert!(next(&events).unwrap().mouse);
        fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink(others.join("nextplay.toml"), &link).unwrap();
        assert_eq!(next(&events).unwrap().notify, crate::settings::Notify::Desktop);
    }
}
