//! Writes files that someone asked for, on a thread of its own: a list of a million customers holds up no
//! decision. Leaving the dashboard waits for it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel};
use std::thread::JoinHandle;

use super::panic_guard;
use crate::domain::{Error, ErrorKind};
use crate::settings::ViewChange;
use crate::tui::event::Event;
use crate::tui::export::job::Export;
use crate::workspace::output_file::OutputFile;

/// A file to be written.
#[derive(Debug)]
pub enum FileJob {
    /// A list or the report.
    Export(Box<Export>),
    /// The settings file, with a view saved or deleted.
    Views(Box<ViewChange>),
}

/// Which files there are.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// Those that nextplay reads, the settings file among them: nothing is exported over them.
    own: Vec<PathBuf>,
    /// The settings file that is changed; `None` where the user has no config directory, and in the demo.
    settings: Option<PathBuf>,
}

/// The thread that writes, from outside.
pub struct FileWorker {
    jobs: Sender<FileJob>,
    thread: JoinHandle<()>,
}

impl FileWorker {
    /// Starts the thread; results arrive as events.
    pub fn start(files: Files, events: &SyncSender<Event>) -> Self {
        let (jobs, inbox) = channel();
        let for_thread = events.clone();
        let thread = panic_guard::spawn(events, move || run(&files, &inbox, &for_thread));
        Self { jobs, thread }
    }

    /// Has a file written.
    pub fn write(&self, job: FileJob) {
        // A thread that has gone has said so.
        let _ = self.jobs.send(job);
    }

    /// Waits until everything is written.
    pub fn stop(self) {
        drop(self.jobs);
        // A panic was reported by its guard.
        let _ = self.thread.join();
    }
}

fn run(files: &Files, inbox: &Receiver<FileJob>, events: &SyncSender<Event>) {
    for job in inbox {
        // The dashboard may be gone; the file is written all the same.
        let _ = events.try_send(files.carry_out(job));
    }
}

impl Files {
    /// Returns the files of a workspace, and the settings file where there can be one.
    pub fn new(mut own: Vec<PathBuf>, settings: Option<PathBuf>) -> Self {
        own.extend(settings.clone());
        Self { own, settings }
    }

    /// Returns the same without a settings file that may be changed.
    pub fn with_fixed_settings(self) -> Self {
        Self { settings: None, ..self }
    }

    /// Writes a file, and returns the result as an event.
    pub fn carry_out(&self, job: FileJob) -> Event {
        match job {
            FileJob::Export(export) => {
                let result = export.write(&self.own);
                Event::Exported { export, result }
            }
            FileJob::Views(change) => {
                let result = match &self.settings {
                    Some(path) => change_views(path, &change).map(|()| path.clone()),
                    None => Err(Error::new(ErrorKind::Io, "there is no settings file to change")
                        .hint("the demo changes none; elsewhere set HOME or XDG_CONFIG_HOME")),
                };
                Event::ViewsChanged { change, result }
            }
        }
    }
}

/// Writes the settings file with a view saved or deleted; it is there whole or as it was.
fn change_views(path: &Path, change: &ViewChange) -> Result<(), Error> {
    let failed = |what: &str, error: &io::Error| {
        Error::new(ErrorKind::Io, format!("cannot {what} {}: {error}", path.display()))
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let directory = path.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(directory).map_err(|error| failed("create", &error))?;
            String::new()
        }
        Err(error) => return Err(failed("read", &error)),
    };
    let changed = change.edit(&text)?;
    if changed == text {
        return Ok(());
    }
    OutputFile::new(path, &[])?.write(|out: &mut dyn Write| out.write_all(changed.as_bytes()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::View;

    fn save(path: &Path, name: &str) -> Result<(), Error> {
        change_views(
            path,
            &ViewChange::Put(View { name: name.into(), screen: String::new(), ..View::default() }),
        )
    }

    #[test]
    fn the_file_is_made_with_its_directory() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("nextplay/config.toml");
        save(&path, "Mine").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "[[view]]\nname = \"Mine\"\n");
    }

    #[test]
    fn a_file_with_an_error_is_not_touched() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        fs::write(&path, "theme = \n").unwrap();
        let error = save(&path, "Mine").unwrap_err();
        assert!(error.one_line().contains("error on line 1"), "{}", error.one_line());
        assert_eq!(fs::read_to_string(&path).unwrap(), "theme = \n");
    }

    #[test]
    fn the_demo_changes_no_settings_and_writes_nothing_over_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        let files = Files::new(Vec::new(), Some(path.clone())).with_fixed_settings();
        let change = ViewChange::Remove("Mine".into());
        let Event::ViewsChanged { result, .. } = files.carry_out(FileJob::Views(Box::new(change)))
        else {
            panic!("another event");
        };
        assert_eq!(result.unwrap_err().message, "there is no settings file to change");
        assert_eq!(files.own, [path]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_the_permissions_of_the_file_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("dotfiles.toml"), dir.path().join("config.toml"));
        fs::write(&real, "# mine\n").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
        symlink(&real, &link).unwrap();
        save(&link, "Mine").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(&real).unwrap(), "# mine\n\n[[view]]\nname = \"Mine\"\n");
    }
}
