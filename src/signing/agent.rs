//! Keys in an SSH agent: which there are, and signatures by them. The protocol is that of
//! `draft-miller-ssh-agent`: a length, a type, and what belongs to it.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use ssh_key::PublicKey;
use ssh_key::public::KeyData;

const LIST: u8 = 11;
const LISTED: u8 = 12;
const SIGN: u8 = 13;
const SIGNED: u8 = 14;
/// RSA keys sign with SHA-512.
const RSA_SHA2_512: u32 = 4;
/// The longest answer that is read, in bytes.
const LONGEST: u32 = 256 * 1024;

/// An agent that answers.
pub struct Agent(Box<dyn Connection>);

trait Connection: Read + Write + Send {}
impl<T: Read + Write + Send> Connection for T {}

/// Why an agent is of no use.
#[derive(Debug)]
pub enum AgentError {
    /// The environment names none.
    None,
    /// It does not answer.
    Unreachable(PathBuf, io::Error),
    /// It has no such key any more, or its user did not confirm.
    Refused,
}

impl fmt::Display for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("no SSH agent is running (SSH_AUTH_SOCK is not set)"),
            Self::Unreachable(path, error) => {
                write!(f, "the SSH agent at \"{}\" does not answer: {error}", path.display())
            }
            Self::Refused => f.write_str("the SSH agent did not sign"),
        }
    }
}

impl std::error::Error for AgentError {}

impl Agent {
    /// Connects to the agent that the environment names.
    ///
    /// # Errors
    /// Where it names none, or that one does not answer.
    pub fn of_user() -> Result<Self, AgentError> {
        let path = std::env::var_os("SSH_AUTH_SOCK").filter(|path| !path.is_empty());
        let path = path.map(PathBuf::from).or_else(usual).ok_or(AgentError::None)?;
        match connect(&path) {
            Ok(connection) => Ok(Self(connection)),
            Err(error) => Err(AgentError::Unreachable(path, error)),
        }
    }

    /// Returns the keys that it holds; those of a type that is not known are left out.
    ///
    /// # Errors
    /// Where it does not answer.
    pub fn keys(&mut self) -> io::Result<Vec<KeyData>> {
        let answer = self.ask(LIST, &[])?;
        let mut rest = body(&answer, LISTED)?;
        let mut keys = Vec::new();
        for _ in 0..number(&mut rest)? {
            let (blob, _comment) = (text(&mut rest)?, text(&mut rest)?);
            keys.extend(PublicKey::from_bytes(blob).ok().map(|key| key.key_data().clone()));
        }
        Ok(keys)
    }

    /// Returns the signature of some bytes, as the agent gives it: the algorithm and what it made. May
    /// wait for its user to confirm.
    ///
    /// # Errors
    /// Where it refuses or does not answer.
    pub fn sign(&mut self, key: &KeyData, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let blob = PublicKey::new(key.clone(), "").to_bytes().map_err(io::Error::other)?;
        let mut request = Vec::new();
        put(&mut request, &blob)?;
        put(&mut request, bytes)?;
        request.extend(if key.is_rsa() { RSA_SHA2_512 } else { 0 }.to_be_bytes());
        let answer = self.ask(SIGN, &request)?;
        let mut rest = body(&answer, SIGNED)?;
        Ok(text(&mut rest)?.to_vec())
    }

    fn ask(&mut self, kind: u8, request: &[u8]) -> io::Result<Vec<u8>> {
        let length = u32::try_from(request.len() + 1).map_err(io::Error::other)?;
        let mut bytes = length.to_be_bytes().to_vec();
        bytes.push(kind);
        bytes.extend(request);
        self.0.write_all(&bytes)?;
        self.0.flush()?;
        let mut length = [0; 4];
        self.0.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length);
        if length > LONGEST {
            return Err(io::Error::other("it does not speak the agent's protocol"));
        }
        let mut answer = vec![0; length as usize];
        self.0.read_exact(&mut answer)?;
        Ok(answer)
    }
}

/// Appends bytes with their length, as SSH writes them.
///
/// # Errors
/// Where there are 4 GB or more.
pub(super) fn put(into: &mut Vec<u8>, bytes: &[u8]) -> io::Result<()> {
    into.extend(u32::try_from(bytes.len()).map_err(io::Error::other)?.to_be_bytes());
    into.extend(bytes);
    Ok(())
}

/// What follows the type of an answer.
fn body(answer: &[u8], wanted: u8) -> io::Result<&[u8]> {
    match answer.split_first() {
        Some((kind, rest)) if *kind == wanted => Ok(rest),
        _ => Err(io::Error::other(AgentError::Refused)),
    }
}

fn number(rest: &mut &[u8]) -> io::Result<u32> {
    let mut bytes = [0; 4];
    rest.read_exact(&mut bytes)?;
    Ok(u32::from_be_bytes(bytes))
}

fn text<'a>(rest: &mut &'a [u8]) -> io::Result<&'a [u8]> {
    let length = number(rest)? as usize;
    let (text, after) = rest.split_at_checked(length).ok_or(io::ErrorKind::UnexpectedEof)?;
    *rest = after;
    Ok(text)
}

#[cfg(unix)]
fn connect(path: &std::path::Path) -> io::Result<Box<dyn Connection>> {
    Ok(Box::new(std::os::unix::net::UnixStream::connect(path)?))
}

/// A named pipe opens as a file.
#[cfg(not(unix))]
fn connect(path: &std::path::Path) -> io::Result<Box<dyn Connection>> {
    Ok(Box::new(std::fs::OpenOptions::new().read(true).write(true).open(path)?))
}

/// Where an agent is that no variable names.
fn usual() -> Option<PathBuf> {
    cfg!(windows).then(|| PathBuf::from(r"\\.\pipe\openssh-ssh-agent"))
}
