//! Ways to sign a decision, what is told where there is none, and that OpenSSH agrees.

use crate::common;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use common::signed::{
    self, Agent, covered, file, is_openssh_installed, key, openssh, policy, public, reseal, sig_of,
    with_sig,
};
use common::{Data, LEDGER, Ran};
use ssh_key::PrivateKey;

/// Nothing was written.
#[track_caller]
fn refused(data: &Data, ran: Ran, said: &[&str]) {
    ran.fails(1, &["error: nothing was recorded: "]).says(said);
    assert!(!data.path(LEDGER).exists());
}

fn approve(data: &Data, more: &[&str]) -> Ran {
    data.run(&[&["approve", "C1", "--by", "dana"], more].concat())
}

#[test]
fn without_a_way_to_sign_nothing_is_recorded_and_what_was_tried_is_told() {
    let data = signed::data();
    let fingerprint = key(1).fingerprint(ssh_key::HashAlg::Sha256).to_string();
    refused(
        &data,
        approve(&data, &[]),
        &[
            "entries by dana have to be signed: no SSH agent is running (SSH_AUTH_SOCK is not set)",
            &format!("hint: the policy has {fingerprint}"),
            "hint: add the key to your SSH agent (ssh-add), or name its file with --sign-with",
        ],
    );
    let mut gone = data.command(&["approve", "C1"]);
    let gone = Ran::of(gone.env("SSH_AUTH_SOCK", "/nowhere/agent").output().unwrap());
    refused(&data, gone, &["the SSH agent at \"/nowhere/agent\" does not answer"]);
    let (none, other) = (file(&data, "none"), file(&data, "other"));
    refused(&data, approve(&data, &["--sign-with", &none]), &["cannot read the key", "none\""]);
    let in_policy = approve(&data, &["--sign-with", &other]);
    refused(&data, in_policy, &["is not in the policy for dana", "hint: the policy has SHA256:"]);
    data.write("dana.pub", public(&key(1)));
    let public = file(&data, "dana.pub");
    let no_agent = approve(&data, &["--sign-with", &public]);
    refused(&data, no_agent, &["cannot sign with the key", "no SSH agent is running"]);
    data.write("text", "no key");
    let text = file(&data, "text");
    refused(&data, approve(&data, &["--sign-with", &text]), &["has no SSH key"]);
    // Who has no key in the policy does not sign with one.
    let lee = data.run(&["approve", "C1", "--by", "lee", "--sign-with", &other]);
    refused(&data, lee, &["is not in the policy for lee", "the policy has no key for this name"]);
    // A rule that refuses it anyway is told first.
    data.run(&["approve", "C3"]).ends(1).says(&["C3"]);
}

#[test]
fn the_key_may_be_in_the_settings() {
    let data = signed::data();
    let config = tempfile::tempdir().unwrap();
    fs::create_dir(config.path().join("nextplay")).unwrap();
    let settings = format!("sign_with = \"{}\"\n", file(&data, "dana"));
    fs::write(config.path().join("nextplay/config.toml"), settings).unwrap();
    let run = |args: &[&str]| {
        let mut command = data.command(args);
        Ran::of(command.env("XDG_CONFIG_HOME", config.path()).output().unwrap())
    };
    run(&["approve", "C1", "--by", "dana"]).ends(0);
    assert!(sig_of(&data.ledger()).is_some());
    // A setting is for every data directory: where the policy has no key for the name, it does nothing.
    run(&["undo", "1", "--by", "lee"]).ends(0);
    run(&["config"]).ends(0).prints(&["sign_with = \"", "# config.toml:1"]);
}

#[test]
fn a_passphrase_is_asked_for_on_a_terminal_only() {
    let data = signed::data();
    let locked = key(1).encrypt_with(
        ssh_key::Cipher::Aes256Ctr,
        ssh_key::Kdf::Bcrypt { salt: vec![7; 16], rounds: 1 },
        7,
        "open sesame",
    );
    let path = signed::write(&data.path(""), "locked", &locked.unwrap());
    let mut piped = data.command(&["approve", "C1", "--sign-with", &path]);
    let mut piped =
        piped.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    use std::io::Write as _;
    let _ = piped.stdin.take().unwrap().write_all(b"open sesame\n");
    let piped = Ran::of(piped.wait_with_output().unwrap());
    refused(&data, piped, &["has a passphrase, and there is no terminal to ask for it"]);
    #[cfg(unix)]
    {
        use common::terminal::Terminal;
        use portable_pty::CommandBuilder;
        let on_a_terminal = || {
            let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_nextplay"));
            command.args(["--data".as_ref(), data.path("").as_os_str()]);
            command.args(["approve", "C1", "--by", "dana", "--sign-with", &path]);
            let state = tempfile::tempdir().unwrap();
            Terminal::run(command, &[("XDG_STATE_HOME", state.path().to_str().unwrap())])
        };
        let mut wrong = on_a_terminal();
        for question in ["Passphrase of", "2 more tries: ", "1 more try: "] {
            wrong.wait_for(question);
            wrong.send("open\r");
        }
        wrong.wait_for("wrong passphrase for the key");
        assert!(!wrong.exit().success());
        assert!(!data.path(LEDGER).exists());
        let mut canceled = on_a_terminal();
        canceled.wait_for("Passphrase of");
        canceled.send("\u{3}");
        canceled.wait_for("no passphrase was given");
        assert!(!canceled.exit().success());
        let mut right = on_a_terminal();
        right.wait_for("Passphrase of");
        right.send("open sesamm\u{7f}e\r");
        right.wait_for("saved as #1");
        assert!(right.exit().success());
        assert!(sig_of(&data.ledger()).is_some());
        // The dashboard asks before it draws.
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_nextplay"));
        command.args(["--data".as_ref(), data.path("").as_os_str()]);
        command.args(["--by", "dana", "--sign-with", &path]);
        let state = tempfile::tempdir().unwrap();
        let mut dashboard =
            Terminal::run(command, &[("XDG_STATE_HOME", state.path().to_str().unwrap())]);
        dashboard.wait_for("Passphrase of");
        dashboard.send("open sesame\r");
        dashboard.wait_for("No eligible playbook");
        dashboard.send("q");
        assert!(dashboard.exit().success());
    }
}

/// Checks the signature of a line as the documentation says, as of when it was made.
fn keygen_agrees(directory: &Path, line: &str, by: &str) -> bool {
    let at = line.split_once("\"at\":\"").unwrap().1;
    let digits: String = at[..19].chars().filter(char::is_ascii_digit).collect();
    let sig = sig_of(line).unwrap();
    let lines: Vec<&str> =
        sig.as_bytes().chunks(70).map(|l| std::str::from_utf8(l).unwrap()).collect();
    let pem = format!(
        "-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n",
        lines.join("\n")
    );
    fs::write(directory.join("entry.sig"), pem).unwrap();
    fs::write(directory.join("entry"), covered(line)).unwrap();
    let mut keygen = Command::new("ssh-keygen");
    keygen.current_dir(directory).args(["-Y", "verify", "-f", "allowed", "-I", by]);
    keygen.args(["-n", "nextplay-decision", "-s", "entry.sig"]);
    keygen.arg(format!("-Overify-time={digits}Z"));
    keygen.stdin(fs::File::open(directory.join("entry")).unwrap());
    keygen.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
}

#[test]
fn ssh_keygen_checks_what_was_signed_here() {
    if !is_openssh_installed() {
        return;
    }
    let data = signed::data();
    let dana = file(&data, "dana");
    approve(&data, &["--note", "größer \"so\" \u{202e}", "--sign-with", &dana]).ends(0);
    let allowed = data.run(&["ledger", "allowed-signers"]).ends(0).out;
    assert!(allowed.starts_with("dana namespaces=\"nextplay-decision\",valid-after=\"2020"));
    fs::write(data.path("allowed"), &allowed).unwrap();
    let ledger = data.ledger();
    let line = ledger.trim_end();
    assert!(keygen_agrees(&data.path(""), line, "dana"));
    assert!(!keygen_agrees(&data.path(""), &line.replace("größer", "kleiner"), "dana"));
    assert!(!keygen_agrees(&data.path(""), line, "lee"));
    // Before the key was in use it proves nothing.
    let late = data.run(&["ledger", "allowed-signers"]).out.replace("2020", "2099");
    fs::write(data.path("allowed"), late).unwrap();
    assert!(!keygen_agrees(&data.path(""), line, "dana"));
}

#[test]
fn the_steps_of_the_documentation_check_a_signature() {
    if !is_openssh_installed() {
        return;
    }
    let data = signed::data();
    let dana = file(&data, "dana");
    data.run(&["approve", "C1", "--by", "lee"]).ends(0);
    approve(&data, &["--playbook", "P1", "--sign-with", &dana]).ends(1);
    data.run(&["undo", "1", "--by", "dana", "--sign-with", &dana]).ends(0);
    let page = include_str!("../docs/signatures.md");
    let steps = page.split_once("## Check it with ssh-keygen").unwrap().1;
    let steps = steps.lines().filter_map(|line| line.strip_prefix("    "));
    let steps: String = steps.map(|line| format!("{line}\n")).collect();
    let run = || {
        let programs = Path::new(env!("CARGO_BIN_EXE_nextplay")).parent().unwrap();
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("sh");
        shell.args(["-c", &steps]).current_dir(data.path("")).env("PATH", path);
        shell.env("XDG_STATE_HOME", common::STATE).env("XDG_CONFIG_HOME", common::CONFIG);
        Ran::of(shell.env_remove("NEXTPLAY_DATA").output().unwrap())
    };
    run()
        .ends(0)
        .prints(&["Good \"nextplay-decision\" signature for dana with ED25519 key SHA256:"]);
    let forged = data.ledger().replace("\"kind\":\"undo\"", "\"kind\":\"approve\"");
    fs::write(data.path(LEDGER), forged).unwrap();
    assert_ne!(run().status, 0);
}

#[test]
fn what_ssh_keygen_signs_counts_here_for_every_type_of_key() {
    if !is_openssh_installed() {
        return;
    }
    for kind in [
        &["ed25519"][..],
        &["ecdsa", "-b", "256"],
        &["ecdsa", "-b", "384"],
        &["ecdsa", "-b", "521"],
        &["rsa", "-b", "2048"],
    ] {
        let data = signed::data();
        let own = file(&data, "own");
        // Of ECDSA keys some are shorter than others, and cannot be read from a file.
        while fs::read_to_string(&own).map_or(true, |key| PrivateKey::from_openssh(key).is_err()) {
            let _ = fs::remove_file(&own);
            let mut keygen = Command::new("ssh-keygen");
            openssh(keygen.arg("-t").args(kind).args(["-q", "-N", "", "-f", &own]));
        }
        let public_part = fs::read_to_string(data.path("own.pub")).unwrap();
        data.write("nextplay.toml", policy().replace(&public(&key(1)), public_part.trim()));
        approve(&data, &["--sign-with", &own]).ends(0);
        let ledger = data.ledger();
        let line = ledger.trim_end();
        fs::write(data.path("allowed"), data.run(&["ledger", "allowed-signers"]).out).unwrap();
        assert!(keygen_agrees(&data.path(""), line, "dana"), "{kind:?}");
        fs::write(data.path("message"), covered(line)).unwrap();
        openssh(
            Command::new("ssh-keygen")
                .args(["-q", "-Y", "sign", "-n", "nextplay-decision", "-f", &own])
                .arg(data.path("message"))
                .stderr(Stdio::null()),
        );
        let theirs: String = fs::read_to_string(data.path("message.sig"))
            .unwrap()
            .lines()
            .filter(|line| !line.starts_with('-'))
            .collect();
        fs::write(data.path(LEDGER), reseal([with_sig(line, Some(&theirs)).as_str()])).unwrap();
        data.run(&["verify"]).ends(0).prints(&["1 of 1 entry is signed"]);
        let told = data.run(&["explain", "C1", "--format", "json"]).json();
        assert_eq!(told["status"], "approved", "{kind:?}");
    }
}

#[test]
fn an_agent_signs_with_the_key_that_the_policy_names() {
    if !is_openssh_installed() {
        return;
    }
    let data = signed::data();
    let agent = Agent::start();
    let run = |args: &[&str]| {
        let mut command = data.command(args);
        Ran::of(command.env("SSH_AUTH_SOCK", agent.socket()).output().unwrap())
    };
    let theirs = "the SSH agent has none of the keys of dana in the policy";
    refused(&data, run(&["approve", "C1"]), &[theirs]);
    agent.add(&file(&data, "other"));
    refused(&data, run(&["approve", "C1"]), &[theirs]);
    data.write("dana.pub", public(&key(1)));
    let public_part = file(&data, "dana.pub");
    let absent = run(&["approve", "C1", "--sign-with", &public_part]);
    refused(&data, absent, &["the SSH agent does not have it"]);
    agent.add(&file(&data, "dana"));
    run(&["approve", "C1"]).ends(0);
    run(&["undo", "1", "--sign-with", &public_part]).ends(0);
    let ledger = data.ledger();
    assert!(ledger.lines().all(|line| sig_of(line).is_some()), "{ledger}");
    fs::write(data.path("allowed"), run(&["ledger", "allowed-signers"]).out).unwrap();
    assert!(ledger.lines().all(|line| keygen_agrees(&data.path(""), line, "dana")));
    run(&["verify"]).ends(0).prints(&["2 of 2 entries are signed"]);
}

#[test]
fn an_agent_signs_with_rsa_and_ecdsa() {
    if !is_openssh_installed() {
        return;
    }
    for kind in [&["rsa", "-b", "2048"][..], &["ecdsa", "-b", "256"]] {
        let data = signed::data();
        let own = file(&data, "own");
        openssh(Command::new("ssh-keygen").arg("-t").args(kind).args(["-q", "-N", "", "-f", &own]));
        let public_part = fs::read_to_string(data.path("own.pub")).unwrap();
        data.write("nextplay.toml", policy().replace(&public(&key(1)), public_part.trim()));
        let agent = Agent::start();
        agent.add(&own);
        let mut command = data.command(&["approve", "C1"]);
        Ran::of(command.env("SSH_AUTH_SOCK", agent.socket()).output().unwrap()).ends(0);
        data.run(&["verify"]).ends(0).prints(&["1 of 1 entry is signed"]);
    }
}

#[test]
fn names_that_ssh_keygen_cannot_have_are_left_out_with_a_warning() {
    let odd = policy().replace("\"dana\"", "\"Dana Lee\"");
    let data = Data::good().with("nextplay.toml", odd);
    let ran = data.run(&["ledger", "allowed-signers"]).ends(0);
    assert_eq!(ran.out, "");
    ran.says(&["warning: the keys of \"Dana Lee\" are left out"]);
}
