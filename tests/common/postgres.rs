//! PostgreSQL for tests: a server of its own for each test that asks for one, on a socket in a temporary
//! directory, and a proxy that loses connections. A test without PostgreSQL says so and passes; with
//! `NEXTPLAY_POSTGRES=required` it fails.
//!
//! The server is the child of a shell that ends it when its standard input is closed, which happens
//! however the test process ends. So no server is left behind.

// Not every test program uses all of it.
#![allow(dead_code)]

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, NoTls, SimpleQueryMessage};

/// The superuser of every server.
pub const OWNER: &str = "owner";

/// How long a server may take to answer. It takes a tenth of a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// The password of every role of a server started with [`Options::password`].
pub const PASSWORD: &str = "pg-secret";

/// What a server is to be like.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Listens on 127.0.0.1, too.
    pub tcp: bool,
    /// Waits for the disk, as tests about crashes need; without it all is faster.
    pub durable: bool,
    /// Asks for a password on TCP: [`PASSWORD`], of every role made by [`Server::role`].
    pub password: bool,
    /// Lines of `postgresql.conf`.
    pub settings: Vec<&'static str>,
}

/// A server, stopped when it is dropped.
pub struct Server {
    /// Holds the data and the socket.
    directory: tempfile::TempDir,
    programs: PathBuf,
    port: u16,
    keeper: Option<Child>,
}

/// What a statement returned, row by row; `None` is NULL.
pub type Rows = Vec<Vec<Option<String>>>;

impl Server {
    /// A server on a socket, or `None` where there is no PostgreSQL, which is said on stderr.
    pub fn start() -> Option<Self> {
        Self::with(&Options::default())
    }

    /// As [`Server::start`], for a test about crashes: it waits for the disk.
    pub fn durable() -> Option<Self> {
        Self::with(&Options { durable: true, ..Options::default() })
    }

    /// As [`Server::start`], to order.
    pub fn with(options: &Options) -> Option<Self> {
        let Some(programs) = programs() else {
            skipped();
            return None;
        };
        let template = template(programs);
        let user = User::of_server();
        let directory = tempfile::Builder::new().prefix("nextplay-pg").tempdir().unwrap();
        let data = directory.path().join("data");
        copy(template, &data, &user);
        user.give(directory.path());
        let port = if options.tcp { free_port() } else { 5432 };
        let mut settings = format!(
            "\nport = {port}\nlisten_addresses = '{}'\nunix_socket_directories = '{}'\n",
            if options.tcp { "127.0.0.1" } else { "" },
            directory.path().display()
        );
        if !options.durable {
            settings.push_str("fsync = off\n");
        }
        for line in &options.settings {
            settings.push_str(line);
            settings.push('\n');
        }
        let conf = data.join("postgresql.conf");
        File::options().append(true).open(conf).unwrap().write_all(settings.as_bytes()).unwrap();
        let method = if options.password { "scram-sha-256" } else { "trust" };
        let access = format!("local all all trust\nhost all all 127.0.0.1/32 {method}\n");
        fs::write(data.join("pg_hba.conf"), access).unwrap();
        let mut server = Self { directory, programs: programs.to_owned(), port, keeper: None };
        server.launch();
        Some(server)
    }

    /// Starts the server and waits until it answers.
    fn launch(&mut self) {
        let begun = Instant::now();
        while !self.try_launch() {
            assert!(begun.elapsed() < PATIENCE, "{}", self.log());
        }
    }

    /// False where it has to be tried again: the processes of one that was killed are still ending.
    fn try_launch(&mut self) -> bool {
        let log = self.log().len();
        // A word on the keeper's standard input: the signal. Its end: the test is over.
        let script = r#"
            "$0" -D "$1/data" >>"$1/log" 2>&1 </dev/null &
            server=$!
            if read -r signal; then kill "-$signal" $server; wait $server
            else kill -QUIT $server; wait $server; rm -rf "$1"
            fi
        "#;
        let mut keeper = User::of_server().command("sh");
        keeper
            .arg("-c")
            .arg(script)
            .arg(self.programs.join("postgres"))
            .arg(self.directory.path())
            // Whoever ends the tests with their process group leaves it the time to clean up.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.keeper = Some(keeper.spawn().unwrap());
        let begun = Instant::now();
        loop {
            match self.try_client(OWNER, "postgres") {
                Ok(_) => return true,
                Err(error) if begun.elapsed() > PATIENCE => panic!("{error}: {}", self.log()),
                Err(_) => thread::sleep(Duration::from_millis(5)),
            }
            if self.log().get(log..).is_some_and(|new| new.contains("still in use")) {
                self.end("QUIT");
                return false;
            }
        }
    }

    /// Ends the server by a signal, and waits for its end.
    fn end(&mut self, signal: &str) {
        if let Some(mut keeper) = self.keeper.take() {
            let told = keeper.stdin.as_mut().unwrap().write_all(format!("{signal}\n").as_bytes());
            drop(told);
            keeper.wait().unwrap();
        }
    }

    /// Ends the server at once, as a crash does. What it had acknowledged is on the disk.
    pub fn kill_9(&mut self) {
        self.end("KILL");
    }

    /// Shuts the server down in order, with its connections.
    pub fn stop(&mut self) {
        self.end("INT");
    }

    /// Starts the server again, after [`Server::kill_9`], [`Server::stop`] or while it runs. Its
    /// sockets are where they were.
    pub fn restart(&mut self) {
        self.stop();
        self.launch();
    }

    /// What the server wrote to its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }

    /// Major version, such as 15.
    pub fn version(&self) -> u32 {
        let number = self.value(OWNER, "postgres", "show server_version_num");
        number.parse::<u32>().unwrap() / 10_000
    }

    /// The directory of its socket.
    pub fn socket_directory(&self) -> &Path {
        self.directory.path()
    }

    /// Its socket.
    pub fn socket(&self) -> PathBuf {
        self.directory.path().join(format!(".s.PGSQL.{}", self.port))
    }

    /// Its port, which names the socket, too.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where a role finds a database, over the socket.
    pub fn url(&self, role: &str, database: &str) -> String {
        let host = self.directory.path().display().to_string().replace('/', "%2F");
        format!("postgres://{}@{host}:{}/{}", encode(role), self.port, encode(database))
    }

    /// The same over TCP, of a server with [`Options::tcp`], without a password.
    pub fn tcp_url(&self, role: &str, database: &str) -> String {
        format!("postgres://{}@127.0.0.1:{}/{}", encode(role), self.port, encode(database))
    }

    /// Makes a database owned by [`OWNER`].
    pub fn database(&self, name: &str) {
        self.ok(OWNER, "postgres", &format!("create database {}", quoted(name)));
    }

    /// Makes a role that may log in, a member of these roles (with commas between them, or none), with
    /// the password [`PASSWORD`].
    pub fn role(&self, name: &str, member_of: &str) {
        let name = quoted(name);
        self.ok(OWNER, "postgres", &format!("create role {name} login password '{PASSWORD}'"));
        if !member_of.is_empty() {
            self.ok(OWNER, "postgres", &format!("grant {member_of} to {name}"));
        }
    }

    /// A connection over the socket.
    pub fn client(&self, role: &str, database: &str) -> Client {
        self.try_client(role, database).unwrap_or_else(|error| panic!("{error}: {}", self.log()))
    }

    fn try_client(&self, role: &str, database: &str) -> Result<Client, postgres::Error> {
        let mut config = Client::configure();
        config.host_path(self.directory.path()).port(self.port).user(role).dbname(database);
        config.connect(NoTls)
    }

    /// Runs statements as `psql -c` does, on a connection of their own. The error is the server's
    /// message.
    pub fn execute(&self, role: &str, database: &str, sql: &str) -> Result<Rows, String> {
        let failed = |error: postgres::Error| match error.as_db_error() {
            Some(error) => error.message().to_owned(),
            None => error.to_string(),
        };
        let mut client = self.try_client(role, database).map_err(failed)?;
        let messages = client.simple_query(sql).map_err(failed)?;
        let row = |message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect())
            }
            _ => None,
        };
        Ok(messages.into_iter().filter_map(row).collect())
    }

    /// As [`Server::execute`]; what fails fails the test.
    #[track_caller]
    pub fn ok(&self, role: &str, database: &str, sql: &str) -> Rows {
        self.execute(role, database, sql).unwrap_or_else(|error| panic!("{role}: {sql}: {error}"))
    }

    /// The one value of a query.
    #[track_caller]
    pub fn value(&self, role: &str, database: &str, sql: &str) -> String {
        match self.ok(role, database, sql).as_slice() {
            [row] if row.len() == 1 => row[0].clone().unwrap_or_else(|| panic!("NULL: {sql}")),
            rows => panic!("{sql}: {rows:?}"),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end("QUIT");
    }
}

/// A text in an URL.
pub fn encode(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// A name in a statement.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A port on which nobody listens at the moment.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Says on the real stderr that a test did nothing, or fails where it must not be so.
fn skipped() {
    let required = env::var("NEXTPLAY_POSTGRES").is_ok_and(|value| value == "required");
    assert!(!required, "PostgreSQL is required and not installed");
    // Past the test program, which keeps to itself what tests that pass print.
    // Not captured, as what a test prints is.
    let _ = writeln!(std::io::stderr(), "SKIPPED: PostgreSQL is not installed");
}

/// The directory of `postgres` and `initdb`.
fn programs() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOUND.get_or_init(find_programs).as_deref()
}

fn find_programs() -> Option<PathBuf> {
    let has_both = |place: &PathBuf| {
        let is_there = |name: &str| place.join(name).is_file();
        is_there("initdb") && is_there("postgres")
    };
    let path = env::var_os("PATH").unwrap_or_default();
    // A link stands for the directory where the rest of the installation is.
    let target = |place: PathBuf| {
        let initdb = fs::canonicalize(place.join("initdb")).ok()?;
        initdb.parent().map(Path::to_owned)
    };
    if let Some(found) = env::split_paths(&path).filter_map(target).find(has_both) {
        return Some(found);
    }
    let mut packaged: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, place)| has_both(place))
        .collect();
    packaged.sort();
    packaged.pop().map(|(_, place)| place).or_else(|| {
        let asked = Command::new("pg_config").arg("--bindir").output().ok()?;
        let place = PathBuf::from(String::from_utf8(asked.stdout).ok()?.trim());
        Some(place).filter(has_both)
    })
}

/// Who runs the server: never root, which it refuses.
struct User(Option<(u32, u32)>);

impl User {
    fn of_server() -> Self {
        static USER: OnceLock<Option<(u32, u32)>> = OnceLock::new();
        Self(*USER.get_or_init(|| {
            let own = fs::metadata(env::current_exe().unwrap()).map(|file| file.uid());
            let id = |option: &str, name: &str| -> Option<u32> {
                let asked = Command::new("id").args([option, name]).output().ok()?;
                String::from_utf8(asked.stdout).ok()?.trim().parse().ok()
            };
            let root = Command::new("id").arg("-u").output().map_or(own.ok(), |asked| {
                String::from_utf8(asked.stdout).ok()?.trim().parse().ok()
            });
            if root != Some(0) {
                return None;
            }
            let found = ["postgres", "nobody"]
                .iter()
                .find_map(|name| Some((id("-u", name)?, id("-g", name)?)));
            Some(found.expect("the system has a user postgres or nobody"))
        }))
    }

    /// A program run by the user.
    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        // A directory that the user may be in.
        command.current_dir("/").env("LC_ALL", "C").env_remove("PGDATA");
        command
    }

    /// Makes a file the user's own.
    fn give(&self, path: &Path) {
        if let Some((user, group)) = self.0 {
            chown(path, Some(user), Some(group)).unwrap();
        }
    }
}

/// The data directory that servers are copies of, made once and kept among the products of the build.
fn template(programs: &Path) -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let version = Command::new(programs.join("initdb")).arg("--version").output().unwrap();
        let version: String = String::from_utf8_lossy(&version.stdout)
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
            .collect();
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("postgres-{version}"));
        if kept.is_dir() {
            return kept;
        }
        let user = User::of_server();
        let place = tempfile::Builder::new().prefix("nextplay-pg").tempdir().unwrap();
        user.give(place.path());
        let data = place.path().join("data");
        let mut initdb = user.command(programs.join("initdb"));
        initdb.arg("-D").arg(&data).args(["-U", OWNER, "-A", "trust", "-E", "UTF8"]);
        initdb.args(["--no-sync", "--no-instructions", "--locale=C", "--wal-segsize=4"]);
        let made = initdb.output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let settings = "shared_buffers = 16MB\nmax_connections = 100\nlog_min_messages = warning\n";
        let conf = data.join("postgresql.conf");
        File::options().append(true).open(conf).unwrap().write_all(settings.as_bytes()).unwrap();
        // Whole or not at all; another test process may have been faster.
        let beside = kept.with_extension(format!("new-{}", std::process::id()));
        copy(&data, &beside, &User(None));
        if fs::rename(&beside, &kept).is_err() {
            fs::remove_dir_all(&beside).unwrap();
        }
        assert!(kept.is_dir());
        kept
    })
}

/// Copies a directory; the copy belongs to the user alone.
fn copy(from: &Path, to: &Path, user: &User) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::Permissions::from_mode(0o700)).unwrap();
    user.give(to);
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_dir() {
            copy(&from, &to, user);
        } else {
            fs::copy(&from, &to).unwrap();
            user.give(&to);
        }
    }
}
