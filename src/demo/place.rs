//! The directory of a demo: its data, its own state directory, and a lock that shows that its owner
//! lives. It is removed with everything in it when the demo ends; what a demo that was killed left
//! behind, the next one removes.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// How the names of these directories begin.
const PREFIX: &str = "nextplay-demo-";
/// Name of the lock in the directory.
const LOCK: &str = "lock";
/// The data directory in it; the dashboard shows this name.
const DATA: &str = "demo";
/// The state directory in it.
const STATE: &str = "state";
/// The lock before it is locked.
const MAKING_LOCK: &str = "making";
/// All that a demo's directory holds.
const OURS: [&str; 4] = [LOCK, MAKING_LOCK, DATA, STATE];
/// A directory without a lock that is younger than this may be one whose owner is about to make it.
const MAKING: Duration = Duration::from_secs(60);
/// How often it is tried to remove the directory while someone still writes into it.
const ATTEMPTS: u32 = 20;

/// The directory of a demo, while it runs.
#[derive(Debug)]
pub struct Place {
    // Dropped last: on some systems a file that is open cannot be removed.
    lock: Option<File>,
    directory: TempDir,
}

impl Place {
    /// Makes a directory for a demo in the system's directory of temporary files, after removing what
    /// demos that were killed left there.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn new() -> io::Result<Self> {
        let parent = Some(std::env::temp_dir()).filter(|parent| parent.is_absolute());
        Self::within(&parent.unwrap_or_else(|| PathBuf::from("/tmp")))
    }

    fn within(parent: &Path) -> io::Result<Self> {
        remove_abandoned(parent);
        let directory = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
        // It has its name once it is locked: another demo never finds it free.
        let making = directory.path().join(MAKING_LOCK);
        let lock = File::create(&making)?;
        lock.try_lock()?;
        fs::rename(making, directory.path().join(LOCK))?;
        fs::create_dir(directory.path().join(DATA))?;
        Ok(Self { lock: Some(lock), directory })
    }

    /// Returns the data directory.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join(DATA)
    }

    /// Returns the state directory. Nothing is in it yet.
    pub fn state(&self) -> PathBuf {
        self.directory.path().join(STATE)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.lock = None;
        for _ in 0..ATTEMPTS {
            // What is not removed now, the next demo removes.
            match fs::remove_dir_all(self.directory.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    thread::sleep(Duration::from_millis(20));
                }
                _ => return,
            }
        }
    }
}

/// Removes the directories of demos whose owners are gone. What cannot be removed stays.
fn remove_abandoned(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        // Of a link only the target would be a directory.
        let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_directory && name.to_string_lossy().starts_with(PREFIX) && is_abandoned(&entry.path())
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// True where the owner of a demo's directory is gone: the lock goes with the process.
fn is_abandoned(directory: &Path) -> bool {
    // Someone's own directory may have such a name.
    let is_ours = |entry: io::Result<fs::DirEntry>| {
        entry.is_ok_and(|entry| OURS.iter().any(|name| entry.file_name() == *name))
    };
    if !fs::read_dir(directory).is_ok_and(|mut entries| entries.all(is_ours)) {
        return false;
    }
    // A pipe would never be opened.
    match fs::symlink_metadata(directory.join(LOCK)) {
        Ok(lock) if lock.is_file() => {
            let lock = File::options().write(true).open(directory.join(LOCK));
            lock.is_ok_and(|lock| lock.try_lock().is_ok())
        }
        Ok(_) => false,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let made = fs::metadata(directory).and_then(|directory| directory.modified());
            let age = made.map(|made| SystemTime::now().duration_since(made).unwrap_or_default());
            age.is_ok_and(|age| age > MAKING)
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(parent: &Path) -> usize {
        fs::read_dir(parent).unwrap().count()
    }

    #[test]
    fn nothing_is_left_of_a_demo_and_a_demo_that_runs_is_left_alone() {
        let parent = tempfile::tempdir().unwrap();
        let place = Place::within(parent.path()).unwrap();
        fs::write(place.data().join("customers.json"), "[]").unwrap();
        let other = Place::within(parent.path()).unwrap();
        assert!(place.data().join("customers.json").exists());
        drop(other);
        assert_eq!(names(parent.path()), 1);
        drop(place);
        assert_eq!(names(parent.path()), 0);
    }

    #[test]
    fn what_a_killed_demo_left_is_removed_by_the_next_one() {
        let parent = tempfile::tempdir().unwrap();
        let killed = parent.path().join(format!("{PREFIX}killed"));
        fs::create_dir_all(killed.join(DATA)).unwrap();
        fs::write(killed.join(LOCK), "").unwrap();
        let just_made = parent.path().join(format!("{PREFIX}new"));
        fs::create_dir(&just_made).unwrap();
        let unrelated = parent.path().join("nextplay");
        fs::create_dir(&unrelated).unwrap();
        let place = Place::within(parent.path()).unwrap();
        assert!(!killed.exists());
        assert!(just_made.exists() && unrelated.exists() && place.data().exists());
    }

    #[test]
    fn a_directory_that_only_has_such_a_name_is_left_alone() {
        let parent = tempfile::tempdir().unwrap();
        let own = parent.path().join(format!("{PREFIX}copy"));
        fs::create_dir(&own).unwrap();
        fs::write(own.join("decisions.jsonl"), "").unwrap();
        let long_ago = SystemTime::now() - 2 * MAKING;
        File::open(&own).unwrap().set_modified(long_ago).unwrap();
        drop(Place::within(parent.path()).unwrap());
        assert!(own.join("decisions.jsonl").exists());
        fs::remove_file(own.join("decisions.jsonl")).unwrap();
        File::open(&own).unwrap().set_modified(long_ago).unwrap();
        drop(Place::within(parent.path()).unwrap());
        assert!(!own.exists(), "an empty one is one that was never finished");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_place_of_the_lock_holds_nothing_up() {
        let parent = tempfile::tempdir().unwrap();
        let odd = parent.path().join(format!("{PREFIX}odd"));
        fs::create_dir(&odd).unwrap();
        let made = std::process::Command::new("mkfifo").arg(odd.join(LOCK)).status().unwrap();
        assert!(made.success());
        drop(Place::within(parent.path()).unwrap());
        assert!(odd.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_of_that_name_is_not_followed() {
        let parent = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join(LOCK), "").unwrap();
        let link = parent.path().join(format!("{PREFIX}link"));
        std::os::unix::fs::symlink(elsewhere.path(), link).unwrap();
        drop(Place::within(parent.path()).unwrap());
        assert!(elsewhere.path().join(LOCK).exists());
    }
}
