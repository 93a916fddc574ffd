//! Completion in the shell, in each shell that is installed; and manual pages.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use rstest::rstest;
use tempfile::TempDir;

use crate::common::{Data, Ran, program};

/// True where a program is installed. Where it has to be (`NEXTPLAY_REQUIRE` names it), its absence
/// fails the test.
fn is_installed(name: &str) -> bool {
    let mut version = Command::new(name);
    version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    let found = version.status().is_ok();
    let required = std::env::var("NEXTPLAY_REQUIRE").unwrap_or_default();
    assert!(
        found || !required.split(' ').any(|r| r == name),
        "{name} is required and not installed"
    );
    if !found {
        eprintln!("SKIPPED: {name} is not installed");
    }
    found
}

/// Runs a shell with the program in its path; what it prints, line by line, and nothing on stderr.
fn shell(name: &str, arguments: &[&str], data: &Path) -> Vec<String> {
    let home = tempfile::tempdir().unwrap();
    let programs = Path::new(env!("CARGO_BIN_EXE_nextplay")).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([programs].into_iter().chain(std::env::split_paths(&path)));
    let output = Command::new(name)
        .args(arguments)
        .current_dir(data)
        .env_clear()
        .env("PATH", path.unwrap())
        .env("HOME", home.path())
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    assert_eq!(text(output.stderr), "", "{name} {arguments:?}");
    text(output.stdout).lines().map(str::to_owned).collect()
}

/// What bash would offer for the last of these words, as it takes a line apart.
fn bash(data: &Path, words: &[&str]) -> Vec<String> {
    let quoted: Vec<_> = words.iter().map(|word| shell_words::quote(word)).collect();
    let script = format!(
        r#"source <(nextplay completions bash)
        COMP_WORDS=({}); COMP_CWORD={}; COMP_TYPE=9
        _clap_complete_nextplay nextplay "${{COMP_WORDS[COMP_CWORD]}}" ""
        printf '%s\n' "${{COMPREPLY[@]}}""#,
        quoted.join(" "),
        words.len() - 1
    );
    shell("bash", &["--norc", "-c", &script], data)
}

/// As [`bash`], with what zsh shows beside it.
fn zsh(data: &Path, words: &[&str]) -> Vec<String> {
    let quoted: Vec<_> = words.iter().map(|word| shell_words::quote(word)).collect();
    let script = format!(
        r#"compdef() {{ }}
        source <(nextplay completions zsh)
        _describe() {{ print -rl -- ${{(P)3}} }}
        words=({}); CURRENT={}
        _clap_dynamic_completer_nextplay"#,
        quoted.join(" "),
        words.len()
    );
    shell("zsh", &["-f", "-c", &script], data)
}

fn fish(data: &Path, words: &[&str]) -> Vec<String> {
    let line = words.join(" ");
    let script =
        format!("nextplay completions fish | source; complete -C {}", shell_words::quote(&line));
    shell("fish", &["--no-config", "-c", &script], data)
}

/// Customers with ordinary ids and odd ones.
fn data() -> Data {
    let customers = r#"[
{"customer_id":"C1","name":"Acme: Tools"},
{"customer_id":"C2","name":"Bär's \u001b[31mCafé"},
{"customer_id":"C 3","name":"Blank"},
{"customer_id":"C'4","name":"Quote"},
{"customer_id":"C$(touch x)","name":"Command"},
{"customer_id":"C\u00075","name":"Bell"},
{"customer_id":"D6","name":"Other"}
]"#;
    let policy = "[approval]\nreasons = [\"timing\", \"too dear\"]\napprove_reasons = [\"agreed\"]\n\
                  [[approver]]\nname = \"dana\"\n";
    Data::good().with("customers.json", customers).with("nextplay.toml", policy)
}

#[test]
fn a_name_of_a_directory_is_no_command_in_bash() {
    if !is_installed("bash") {
        return;
    }
    let data = data();
    let here = data.path(".");
    for name in ["east", "west; b", "$(touch x)", "it's", "bell\u{7}"] {
        fs::create_dir(here.join(name)).unwrap();
    }
    let completed = bash(&here, &["nextplay", "--data", ""]);
    for typed in ["east/", "west\\;\\ b/", "\\$\\(touch\\ x\\)/", "it\\'s/"] {
        assert!(completed.iter().any(|word| word == typed), "{typed}: {completed:?}");
    }
    assert!(!completed.iter().any(|word| word.starts_with("bell")), "{completed:?}");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_file_does_not_hold_up_the_shell() {
    if !is_installed("bash") {
        return;
    }
    let data = Data::good();
    let path = data.path("customers.json");
    fs::remove_file(&path).unwrap();
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert_eq!(bash(&data.path("."), &["nextplay", "explain", "C"]), [""]);
}

#[test]
fn bash_completes_commands_customers_and_what_the_data_says() {
    if !is_installed("bash") {
        return;
    }
    let data = data();
    let here = data.path(".");
    let completed = |words: &[&str]| bash(&here, &[&["nextplay"], words].concat());
    assert_eq!(completed(&["expl"]), ["explain"]);
    assert_eq!(completed(&["explain", "C"]), ["C1", "C2"]);
    assert_eq!(completed(&["explain", "d"]), ["D6"], "ids are found in any case");
    assert_eq!(completed(&["override", "C1", "--playbook", "P"]), ["P1", "P2", "P3"]);
    assert_eq!(completed(&["reject", "C1", "--reason", "t"]), ["timing"]);
    assert_eq!(completed(&["approve", "C1", "--reason", ""]), ["agreed"]);
    assert_eq!(completed(&["--by", "d"]), ["dana"]);
    assert_eq!(completed(&["match", "--format", "j"]), ["json", "jsonl"]);
    let keys = completed(&["diff", "--set", "matching.c"]);
    assert_eq!(keys, ["matching.confidence_threshold=", "matching.confidence_margin="]);
    assert!(!here.join("x").exists());
}

#[test]
fn the_directory_of_the_line_is_the_one_that_is_completed_from() {
    if !is_installed("bash") {
        return;
    }
    let data = data();
    let elsewhere = tempfile::tempdir().unwrap();
    let path = data.path(".").to_str().unwrap().to_owned();
    let completed = |words: &[&str]| bash(elsewhere.path(), &[&["nextplay"], words].concat());
    assert_eq!(completed(&["explain", "C"]), [""], "nothing is there, and nothing is said");
    assert_eq!(completed(&["--data", &path, "explain", "C"]), ["C1", "C2"]);
    assert_eq!(completed(&["--data", "=", &path, "explain", "C"]), ["C1", "C2"]);
    assert_eq!(completed(&["explain", "--data", &path, "C"]), ["C1", "C2"]);
    fs::create_dir(elsewhere.path().join("sales")).unwrap();
    fs::write(elsewhere.path().join("sales.txt"), "").unwrap();
    assert_eq!(completed(&["--data", "sa"]), ["sales/"]);
    assert_eq!(completed(&["--data", "=", "sa"]), ["sales/"]);
    fs::write(data.path("customers.json"), "[{\"customer_id\":\"C").unwrap();
    assert_eq!(completed(&["--data", &path, "explain", "C"]), [""]);
}

#[test]
fn zsh_shows_names_beside_the_ids() {
    if !is_installed("zsh") {
        return;
    }
    let data = data();
    let completed = zsh(&data.path("."), &["nextplay", "explain", "C"]);
    assert_eq!(completed, ["C1:Acme: Tools", "C2:Bär's ␛[31mCafé"]);
    let commands = zsh(&data.path("."), &["nextplay", "comp"]);
    assert!(commands[0].starts_with("completions:Print a script"), "{commands:?}");
}

#[test]
fn fish_shows_names_beside_the_ids() {
    if !is_installed("fish") {
        return;
    }
    let data = data();
    let completed = fish(&data.path("."), &["nextplay", "explain", "C"]);
    assert_eq!(completed, ["C1\tAcme: Tools", "C2\tBär's ␛[31mCafé"]);
    let path = data.path(".").to_str().unwrap().to_owned();
    let elsewhere = tempfile::tempdir().unwrap();
    let completed = fish(elsewhere.path(), &["nextplay", "--data", &path, "explain", "D"]);
    assert_eq!(completed, ["D6\tOther"]);
}

#[rstest]
#[case("bash", "complete ")]
#[case("zsh", "#compdef nextplay")]
#[case("fish", "complete --keep-order")]
#[case("powershell", "Register-ArgumentCompleter")]
#[case("elvish", "edit:completion:arg-completer")]
fn each_shell_has_a_script(#[case] shell: &str, #[case] part: &str) {
    let output = program().args(["completions", shell]).output().unwrap();
    let ran = Ran::of(output).ends(0).prints(&[part, "NEXTPLAY_COMPLETE"]);
    assert_eq!(ran.err, "");
}

#[test]
fn an_unknown_shell_is_refused_and_a_line_that_makes_no_sense_says_nothing() {
    let unknown = program().args(["completions", "tcsh"]).output().unwrap();
    Ran::of(unknown).fails(2, &["error: invalid value 'tcsh'", "bash, zsh, fish"]);
    for shell in ["bash", "tcsh", "x y"] {
        let output = program()
            .args(["--", "nextplay", "no", "--such", "thing"].map(OsStr::new))
            .env("NEXTPLAY_COMPLETE", shell)
            .env("_CLAP_COMPLETE_INDEX", "99")
            .output()
            .unwrap();
        let ran = Ran::of(output).ends(0);
        assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""), "{shell}");
    }
}

/// Writes all manual pages.
fn pages() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let output = program().arg("man").arg(directory.path().join("man1")).output().unwrap();
    let ran = Ran::of(output).ends(0).prints(&["Wrote "]);
    assert_eq!(ran.err, "");
    directory
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let directory = pages();
    let page = |name: &str| fs::read_to_string(directory.path().join("man1").join(name)).unwrap();
    for name in ["nextplay.1", "nextplay-match.1", "nextplay-ledger-accept.1", "nextplay-man.1"] {
        for section in ["NAME", "SYNOPSIS", "\"EXIT STATUS\"", "ENVIRONMENT", "FILES"] {
            assert!(page(name).contains(&format!(".SH {section}")), "{name} has no {section}");
        }
    }
    assert!(page("nextplay.1").contains(".SH KEYS"));
    assert!(!page("nextplay-match.1").contains(".SH KEYS"));
    assert_snapshot!("man_undo", page("nextplay-undo.1"));
    let printed = Ran::of(program().arg("man").output().unwrap()).ends(0);
    assert_eq!(printed.out, page("nextplay.1"));
}

#[test]
fn groff_has_nothing_to_say_of_the_pages() {
    if !is_installed("groff") {
        return;
    }
    let directory = pages();
    for page in fs::read_dir(directory.path().join("man1")).unwrap() {
        let page = page.unwrap().path();
        let mut groff = Command::new("groff");
        groff.args(["-ww", "-man", "-Kutf8", "-Tutf8", "-z"]).arg(&page);
        let output = groff.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(said, "", "{}", page.display());
        assert!(output.status.success());
    }
}

#[test]
fn a_directory_that_cannot_be_made_is_said() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let output = program().arg("man").arg(file.path()).output().unwrap();
    Ran::of(output).fails(2, &["error: cannot write \""]);
}
