//! A proxy in front of the PostgreSQL of a test that does what networks do: it cuts connections after so
//! many bytes, delays, and refuses.

#![allow(dead_code)]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::postgres::{Server, encode};

/// What becomes of one connection.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fate {
    /// Closed as soon as it is made.
    pub refuse: bool,
    /// Cut once so many bytes went from the client to the server; the last of them arrive.
    pub cut_to_server: Option<u64>,
    /// Cut once so many bytes went from the server to the client.
    pub cut_to_client: Option<u64>,
    /// How long each piece is held up, in each direction.
    pub delay: Duration,
}

type Decide = Box<dyn Fn(u64) -> Fate + Send>;

/// A proxy on a port of 127.0.0.1; ended when it is dropped, with its connections.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    server: PathBuf,
    decide: Mutex<Decide>,
    is_over: AtomicBool,
    connections: AtomicU64,
    cuts: AtomicU64,
    open: Mutex<Vec<(TcpStream, UnixStream)>>,
}

impl Proxy {
    /// A proxy that passes everything on, until it is told otherwise.
    pub fn new(server: &Server) -> Self {
        Self::to(&server.socket())
    }

    /// As [`Proxy::new`], to a socket.
    pub fn to(socket: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            server: socket.to_owned(),
            decide: Mutex::new(Box::new(|_| Fate::default())),
            is_over: AtomicBool::new(false),
            connections: AtomicU64::new(0),
            cuts: AtomicU64::new(0),
            open: Mutex::default(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming() {
                if accepting.is_over.load(Ordering::SeqCst) {
                    return;
                }
                if let Ok(client) = client {
                    accepting.take(client);
                }
            }
        });
        Self { port, shared }
    }

    /// Decides about every connection from now on, by its number from 0.
    pub fn set(&self, decide: impl Fn(u64) -> Fate + Send + 'static) {
        *self.shared.decide.lock().unwrap() = Box::new(decide);
    }

    /// Cuts every connection that is open now.
    pub fn cut_all(&self) {
        for (client, server) in self.shared.open.lock().unwrap().drain(..) {
            self.shared.cuts.fetch_add(1, Ordering::SeqCst);
            cut(&client, &server);
        }
    }

    /// How many connections were cut or refused.
    pub fn cuts(&self) -> u64 {
        self.shared.cuts.load(Ordering::SeqCst)
    }

    /// How many connections were made.
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where a role finds a database through it.
    pub fn url(&self, role: &str, database: &str) -> String {
        format!("postgres://{}@127.0.0.1:{}/{}", encode(role), self.port, encode(database))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        self.cut_all();
        // Wakes up whoever waits for the next connection.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Shared {
    fn take(self: &Arc<Self>, client: TcpStream) {
        let number = self.connections.fetch_add(1, Ordering::SeqCst);
        let fate = self.decide.lock().unwrap()(number);
        let server = UnixStream::connect(&self.server).ok().filter(|_| !fate.refuse);
        let Some(server) = server else {
            self.cuts.fetch_add(u64::from(fate.refuse), Ordering::SeqCst);
            return;
        };
        let _ = client.set_nodelay(true);
        let both = || (client.try_clone().unwrap(), server.try_clone().unwrap());
        self.open.lock().unwrap().push(both());
        let ((from, to), (back_to, back_from)) = (both(), both());
        let (up, down) = (Arc::clone(self), Arc::clone(self));
        thread::spawn(move || {
            up.pass(&from, &to, fate.cut_to_server, fate.delay);
            cut(&from, &to);
        });
        thread::spawn(move || {
            down.pass(&back_from, &back_to, fate.cut_to_client, fate.delay);
            cut(&back_to, &back_from);
        });
    }

    /// Passes bytes on until one side ends, or the limit is reached.
    fn pass(&self, mut from: impl Read, mut to: impl Write, limit: Option<u64>, delay: Duration) {
        let mut left = limit.unwrap_or(u64::MAX);
        let mut piece = [0; 1 << 14];
        while let Ok(read) = from.read(&mut piece)
            && read > 0
        {
            thread::sleep(delay);
            let passed = read.min(usize::try_from(left).unwrap_or(usize::MAX));
            if to.write_all(&piece[..passed]).is_err() {
                return;
            }
            left -= passed as u64;
            if left == 0 {
                self.cuts.fetch_add(1, Ordering::SeqCst);
                return;
            }
        }
    }
}

fn cut(client: &TcpStream, server: &UnixStream) {
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}
