//! Keys of reviewers, ledgers as a forger would leave them, and whether OpenSSH is there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};
use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{HashAlg, LineEnding, PrivateKey};

use super::Data;

/// A key, always the same for a number.
pub fn key(number: u8) -> PrivateKey {
    let pair = Ed25519Keypair::from_seed(&[number; 32]);
    PrivateKey::new(KeypairData::Ed25519(pair), "").unwrap()
}

/// Its public part, as a policy has it.
pub fn public(key: &PrivateKey) -> String {
    key.public_key().to_openssh().unwrap().trim().to_owned()
}

/// Writes the private key where only its owner reads it, and returns the path.
pub fn write(directory: &Path, name: &str, key: &PrivateKey) -> String {
    let path = directory.join(name);
    let _ = fs::remove_file(&path);
    key.write_openssh_file(&path, LineEnding::LF).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A policy in which dana signs with key 1 from 2020 on, and lee has no key.
pub fn policy() -> String {
    format!(
        "ledger_id = \"test\"\n[[approver]]\nname = \"dana\"\nkeys = [{{ key = \"{}\", from = 2020-01-01 \
         }}]\n[[approver]]\nname = \"lee\"\n",
        public(&key(1))
    )
}

/// A data directory with that policy, dana's key in it as `dana`, and one of nobody as `other`. The program
/// remembers nothing of it from one run to the next, so that what a forger did is not told by that.
pub fn data() -> Data {
    let data = Data::good().with("nextplay.toml", policy()).forgotten();
    write(data.path("").as_path(), "dana", &key(1));
    write(data.path("").as_path(), "other", &key(2));
    data
}

/// The file of a key in a directory.
pub fn file(data: &Data, name: &str) -> String {
    data.path(name).to_str().unwrap().to_owned()
}

/// The bytes that the signature of a line covers, cut out as the documentation says.
pub fn covered(line: &str) -> String {
    let value = |name: &str| {
        let rest = line.split_once(&format!("\"{name}\":\"")).unwrap().1;
        rest.split_once('"').unwrap().0.to_owned()
    };
    let rest = &line[line.find("\"kind\":").unwrap()..];
    let mark = "\"basis_hash\":\"";
    let end = rest.rfind(mark).unwrap() + mark.len() + 64 + 1;
    format!("{{\"id\":\"{}\",\"by\":\"{}\",{}}}", value("id"), value("by"), &rest[..end])
}

/// The signature that a line has.
pub fn sig_of(line: &str) -> Option<String> {
    let rest = line.split_once(",\"sig\":\"")?.1;
    Some(rest.split_once('"').unwrap().0.to_owned())
}

/// The signature of a message, in base64.
pub fn sign(key: &PrivateKey, namespace: &str, message: &str) -> String {
    let pem = key.sign(namespace, HashAlg::Sha512, message.as_bytes()).unwrap();
    pem.to_pem(LineEnding::LF).unwrap().lines().filter(|line| !line.starts_with('-')).collect()
}

/// A line with this signature in place of its own, or none.
pub fn with_sig(line: &str, sig: Option<&str>) -> String {
    let (before, prev) = line.split_at(line.rfind(",\"prev\":").unwrap());
    let before = before.split_once(",\"sig\":").map_or(before, |(before, _)| before);
    let sig = sig.map(|sig| format!(",\"sig\":\"{sig}\"")).unwrap_or_default();
    format!("{before}{sig}{prev}")
}

/// The line of a basis that was changed, with the hash of the basis made anew.
pub fn with_basis(line: &str, was: &str, now: &str) -> String {
    let start = line.find(",\"basis\":").unwrap() + ",\"basis\":".len();
    let end = line.find(",\"basis_hash\":").unwrap();
    let basis = line[start..end].replacen(was, now, 1);
    assert_ne!(basis, line[start..end], "{was} is not in it");
    let after = &line[end + ",\"basis_hash\":\"".len() + 64..];
    format!("{}{basis},\"basis_hash\":\"{}{after}", &line[..start], sha256(&basis))
}

pub fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Lines with numbers and hashes made anew, as someone does who forges a ledger.
pub fn reseal<'a>(lines: impl IntoIterator<Item = &'a str>) -> String {
    let mut ledger = String::new();
    let mut prev = "0".repeat(64);
    for (seq, line) in (1..).zip(lines) {
        let members = &line[line.find(",\"id\":").unwrap()..line.rfind(",\"prev\":").unwrap()];
        let covered = format!("{{\"seq\":{seq}{members},\"prev\":\"{prev}\"");
        prev = sha256(&covered);
        ledger.push_str(&format!("{covered},\"hash\":\"{prev}\"}}\n"));
    }
    ledger
}

/// True where OpenSSH is installed. Where it has to be (`NEXTPLAY_REQUIRE` names `ssh-keygen`), its absence
/// fails the test.
pub fn is_openssh_installed() -> bool {
    let is_there = |name: &str| {
        let mut command = Command::new(name);
        command.arg("-?").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok()
    };
    let found = ["ssh-keygen", "ssh-agent", "ssh-add"].into_iter().all(is_there);
    let required = std::env::var("NEXTPLAY_REQUIRE").unwrap_or_default();
    assert!(
        found || !required.split(' ').any(|name| name == "ssh-keygen"),
        "ssh-keygen is required and not installed"
    );
    if !found {
        eprintln!("SKIPPED: OpenSSH is not installed");
    }
    found
}

/// Runs a program of OpenSSH to its end, which has to be a good one; what it printed.
#[track_caller]
pub fn openssh(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// An agent of OpenSSH, ended with the test.
pub struct Agent {
    child: std::process::Child,
    directory: tempfile::TempDir,
}

impl Agent {
    pub fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let socket = directory.path().join("agent");
        let child = Command::new("ssh-agent")
            .args(["-D", "-a"])
            .arg(&socket)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let agent = Self { child, directory };
        // Its socket is there once it listens.
        while std::os::unix::net::UnixStream::connect(&socket).is_err() {
            std::thread::yield_now();
        }
        agent
    }

    pub fn socket(&self) -> PathBuf {
        self.directory.path().join("agent")
    }

    /// Adds the key of a file.
    pub fn add(&self, file: &str) {
        let mut add = Command::new("ssh-add");
        openssh(add.arg("-q").arg(file).env("SSH_AUTH_SOCK", self.socket()));
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
