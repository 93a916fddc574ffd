//! A disk that fails at one call, or loses power there.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use nextplay::ledger::{Directory, Disk, Mode, SystemDisk};

/// What happens at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done, and it reports an error.
    Error,
    /// Of what was to be written so many 256ths are; then an error.
    Short(u8),
    /// It is done, and reports an error all the same.
    Late,
    /// This call and all later ones report an error, and do nothing.
    Gone,
    /// The power fails when it is done and not yet durable.
    Crash(Left),
}

/// What is there after a crash of what was not made durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Files that were created or renamed have their new names.
    pub names: bool,
    pub bytes: Bytes,
}

/// What is there of a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bytes {
    /// The file as it was when it was durable last.
    Synced,
    /// So many 256ths of what was added since.
    Part(u8),
    All,
    /// The file's new length, without what was written there.
    Zeros,
}

/// A directory, by name.
type Listing = BTreeMap<OsString, Vec<u8>>;

#[derive(Debug)]
pub struct FaultyDisk {
    directory: PathBuf,
    now: Mutex<Now>,
}

#[derive(Debug, Default)]
struct Now {
    /// How many calls there were.
    calls: usize,
    fault: Option<(usize, Fault)>,
    /// No call does anything any more.
    gone: bool,
    /// Each file's bytes when they were durable last, by inode.
    bytes: HashMap<u64, Vec<u8>>,
    /// Names when they were durable last.
    names: BTreeMap<OsString, u64>,
    /// The directory as it is when the power comes back.
    left: Option<Listing>,
}

impl FaultyDisk {
    /// Everything in the directory is durable.
    pub fn new(directory: &Path) -> Self {
        let disk = Self { directory: directory.to_owned(), now: Mutex::default() };
        disk.settle();
        disk
    }

    /// Makes everything durable, as time does, and forgets the calls there were.
    pub fn settle(&self) {
        let mut now = self.now.lock().unwrap();
        *now = Now { names: self.names(), ..Now::default() };
        now.bytes = now.names.iter().map(|(name, ino)| (*ino, self.read(name))).collect();
    }

    /// From now on, the call with this number (from 0) has this fault.
    pub fn fail_at(&self, call: usize, fault: Fault) {
        self.now.lock().unwrap().fault = Some((call, fault));
    }

    pub fn calls(&self) -> usize {
        self.now.lock().unwrap().calls
    }

    /// After a crash: puts the directory into the state in which it was left. True where there was one.
    pub fn restart(&self) -> bool {
        let Some(left) = self.now.lock().unwrap().left.take() else { return false };
        for name in self.names().into_keys() {
            fs::remove_file(self.directory.join(name)).unwrap();
        }
        for (name, bytes) in left {
            fs::write(self.directory.join(name), bytes).unwrap();
        }
        true
    }

    fn names(&self) -> BTreeMap<OsString, u64> {
        let entries = fs::read_dir(&self.directory).unwrap().map(Result::unwrap);
        entries.map(|entry| (entry.file_name(), entry.metadata().unwrap().ino())).collect()
    }

    fn read(&self, name: &OsString) -> Vec<u8> {
        fs::read(self.directory.join(name)).unwrap()
    }

    /// What the fault of this call is, if it has one.
    fn fault(&self) -> Option<Fault> {
        let mut now = self.now.lock().unwrap();
        if now.gone {
            return Some(Fault::Error);
        }
        let call = now.calls;
        now.calls += 1;
        let fault = now.fault.filter(|(at, _)| *at == call).map(|(_, fault)| fault);
        now.gone = matches!(fault, Some(Fault::Gone | Fault::Crash(_)));
        fault
    }

    /// Does something that takes effect at once, and is durable only when it is synced.
    fn call<T>(&self, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        match self.fault() {
            None => work(),
            Some(Fault::Error | Fault::Gone | Fault::Short(_)) => Err(failed()),
            Some(Fault::Late) => work().and(Err(failed())),
            Some(Fault::Crash(left)) => {
                let _ = work();
                self.crash(left);
                Err(failed())
            }
        }
    }

    /// Makes something durable.
    fn durably(&self, note: impl FnOnce(&mut Now)) -> io::Result<()> {
        match self.fault() {
            None => {
                note(&mut self.now.lock().unwrap());
                Ok(())
            }
            Some(Fault::Crash(left)) => {
                self.crash(left);
                Err(failed())
            }
            Some(_) => Err(failed()),
        }
    }

    fn crash(&self, left: Left) {
        let mut now = self.now.lock().unwrap();
        let names = self.names();
        let by_inode: HashMap<u64, Vec<u8>> =
            names.iter().map(|(name, ino)| (*ino, self.read(name))).collect();
        let listing = if left.names { &names } else { &now.names };
        let bytes_of = |ino: &u64| {
            let durable = now.bytes.get(ino).cloned().unwrap_or_default();
            match by_inode.get(ino) {
                Some(current) => bytes_left(durable, current, left.bytes),
                None => durable,
            }
        };
        let directory = listing.iter().map(|(name, ino)| (name.clone(), bytes_of(ino))).collect();
        now.left = Some(directory);
    }
}

fn bytes_left(durable: Vec<u8>, current: &[u8], left: Bytes) -> Vec<u8> {
    let same = durable.iter().zip(current).take_while(|(old, new)| old == new).count();
    let (kept, added) = current.split_at(same);
    match left {
        Bytes::Synced => durable,
        Bytes::Part(part) => [kept, &added[..share(added.len(), part)]].concat(),
        Bytes::All => current.to_owned(),
        Bytes::Zeros => [kept, &vec![0; added.len()]].concat(),
    }
}

fn share(len: usize, part: u8) -> usize {
    len * usize::from(part) / 256
}

fn failed() -> io::Error {
    io::Error::other("the disk failed")
}

impl Disk for FaultyDisk {
    fn write(&self, mut file: &File, bytes: &[u8]) -> io::Result<()> {
        match self.fault() {
            None => file.write_all(bytes),
            Some(Fault::Error | Fault::Gone) => Err(failed()),
            Some(Fault::Short(part)) => {
                file.write_all(&bytes[..share(bytes.len(), part)]).and(Err(failed()))
            }
            Some(Fault::Late) => file.write_all(bytes).and(Err(failed())),
            Some(Fault::Crash(left)) => {
                file.write_all(bytes)?;
                self.crash(left);
                Err(failed())
            }
        }
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        let ino = file.metadata()?.ino();
        let names = self.names();
        let name = names.iter().find(|(_, other)| **other == ino).map(|(name, _)| name.clone());
        self.durably(|now| {
            let bytes = name.map(|name| self.read(&name));
            now.bytes.insert(ino, bytes.unwrap_or_default());
        })
    }

    fn truncate(&self, file: &File, len: u64) -> io::Result<()> {
        self.call(|| file.set_len(len))
    }

    fn sync_directory(&self, _directory: &Directory) -> io::Result<()> {
        let names = self.names();
        self.durably(|now| now.names = names)
    }

    fn create(&self, path: &Path, mode: Mode) -> io::Result<File> {
        self.call(|| SystemDisk.create(path, mode))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(|| SystemDisk.rename(from, to))
    }
}
