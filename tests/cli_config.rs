//! The user's settings on the command line: `nextplay config`, and which value goes before which.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{Data, Ran, program};

/// A config directory with this settings file, if any.
struct Config(TempDir);

impl Config {
    fn none() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn of(text: impl AsRef<[u8]>) -> Self {
        let config = Self::none();
        fs::create_dir(config.0.path().join("nextplay")).unwrap();
        fs::write(config.file(), text).unwrap();
        config
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("nextplay/config.toml")
    }

    fn with(&self, mut command: Command) -> Ran {
        command.env("XDG_CONFIG_HOME", self.0.path()).env_remove("NEXTPLAY_REVIEWER");
        Ran::of(command.output().unwrap())
    }

    /// Without `--data` and without a reviewer in the environment.
    fn run(&self, args: &[&str]) -> Ran {
        let mut command = program();
        command.args(args).current_dir(self.0.path());
        self.with(command)
    }

    fn run_on(&self, data: &Data, args: &[&str]) -> Ran {
        self.with(data.command(args))
    }
}

fn quoted(path: &Path) -> String {
    format!("{:?}", path.to_str().unwrap())
}

/// The value of a setting and where it comes from, as `config --format json` prints it.
fn effective(ran: &Ran, name: &str) -> (Value, String) {
    let all = ran.json();
    let found = all["settings"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();
    (found["value"].clone(), found["from"].as_str().unwrap().to_owned())
}

#[test]
fn the_path_is_printed_whether_or_not_there_is_a_file() {
    let config = Config::none();
    let ran = config.run(&["config", "--path"]).ends(0);
    assert_eq!(ran.out, format!("{}\n", config.file().display()));
    assert!(!config.0.path().join("nextplay").exists());
}

#[test]
fn a_commented_file_is_written_once() {
    let config = Config::none();
    let wrote = format!("Wrote {}", quoted(&config.file()));
    config.run(&["config", "--init"]).ends(0).prints(&[&wrote]);
    let written = fs::read_to_string(config.file()).unwrap();
    for line in ["#theme = \"auto\"", "#[keys]", "#[columns]", "#[[view]]", "# [[data]]"] {
        assert!(written.lines().any(|written| written == line), "{line} is missing in\n{written}");
    }
    config.run(&["config"]).ends(0).prints(&["theme = \"auto\"", "# default"]);
    fs::write(config.file(), "mouse = false\n").unwrap();
    let there = format!("{} is already there; nothing was written", quoted(&config.file()));
    config.run(&["config", "--init"]).fails(2, &[&there, "hint: move it away"]);
    assert_eq!(fs::read_to_string(config.file()).unwrap(), "mouse = false\n");
}

#[test]
fn the_settings_in_effect_are_printed_with_where_each_comes_from() {
    let data = Data::good();
    let text = format!(
        "reviewer = \"lee\"\ntheme = \"light\"\n[keys]\napprove = [\"a\", \"f5\"]\n[[data]]\npath = {}\n\
         ledger = \"other.jsonl\"\ndefault = true\n",
        quoted(&data.path(""))
    );
    let config = Config::of(text);
    let ran = config.run(&["config"]).ends(0);
    let line = |text: &str| {
        let line = ran.out.lines().find(|line| line.starts_with(text));
        line.unwrap_or_else(|| panic!("no {text} in\n{}", ran.out)).to_owned()
    };
    assert_eq!(ran.out.lines().next(), Some(&*format!("# {}", config.file().display())));
    assert!(line("reviewer = \"lee\" ").ends_with("  # config.toml:1"));
    assert!(line("theme = \"light\" ").ends_with("  # config.toml:2"));
    assert!(line("mouse = true ").ends_with("  # default"));
    assert!(line("# start is not set ").ends_with("  # default"));
    assert!(line("approve = [\"a\", \"f5\"] ").ends_with("  # config.toml:4"));
    assert!(line("data = ").ends_with("  # config.toml:8"));
    assert!(line("ledger = ").ends_with("other.jsonl\"  # config.toml:7"), "{}", ran.out);

    let ran = config.run(&["config", "--format", "json", "--by", "maria"]).ends(0);
    assert_eq!(effective(&ran, "reviewer"), ("maria".into(), "--by".into()));
    assert_eq!(effective(&ran, "theme"), ("light".into(), "config.toml:2".into()));
    assert_eq!(ran.json()["exists"], true);
}

#[test]
fn an_option_goes_before_the_environment_and_that_before_the_settings() {
    let [first, second, third] = [Data::good(), Data::good(), Data::good()];
    let config = Config::of(format!("reviewer = \"lee\"\ndata = {}\n", quoted(&first.path(""))));
    let from = |ran: &Ran, name| effective(ran, name).1;
    let settings = |more: &[&str], variables: &[(&str, &str)]| {
        let mut command = program();
        command.env("XDG_CONFIG_HOME", config.0.path()).env_remove("NEXTPLAY_REVIEWER");
        command.args(["config", "--format", "json"]).args(more).envs(variables.iter().copied());
        Ran::of(command.output().unwrap()).ends(0)
    };
    let ran = settings(&[], &[]);
    assert_eq!(effective(&ran, "reviewer"), ("lee".into(), "config.toml:1".into()));
    assert_eq!(from(&ran, "data"), "config.toml:2");
    let (of_second, of_third) = (second.path(""), third.path(""));
    let variables = [("NEXTPLAY_REVIEWER", "sam"), ("NEXTPLAY_DATA", of_second.to_str().unwrap())];
    let ran = settings(&[], &variables);
    assert_eq!(effective(&ran, "reviewer"), ("sam".into(), "NEXTPLAY_REVIEWER".into()));
    assert_eq!(from(&ran, "data"), "NEXTPLAY_DATA");
    let ran = settings(&["--by", "dana", "--data", of_third.to_str().unwrap()], &variables);
    assert_eq!(effective(&ran, "reviewer"), ("dana".into(), "--by".into()));
    assert_eq!(from(&ran, "data"), "--data");
    // A variable that is set to nothing is as good as none.
    let ran = settings(&[], &[("NEXTPLAY_REVIEWER", ""), ("NEXTPLAY_DATA", "")]);
    assert_eq!(
        (from(&ran, "reviewer"), from(&ran, "data")),
        ("config.toml:1".into(), "config.toml:2".into())
    );
}

#[test]
fn a_decision_is_made_by_the_reviewer_of_the_settings_in_the_ledger_of_that_directory_alone() {
    let [data, other] = [Data::good(), Data::good()];
    let elsewhere = tempfile::tempdir().unwrap();
    let ledger = elsewhere.path().join("decisions.jsonl");
    let link = elsewhere.path().join("link");
    #[cfg(unix)]
    std::os::unix::fs::symlink(data.path(""), &link).unwrap();
    #[cfg(not(unix))]
    let link = data.path("");
    let config = Config::of(format!(
        "reviewer = \"lee\"\n[[data]]\npath = {}\nledger = {}\n",
        quoted(&link),
        quoted(&ledger)
    ));
    config.run_on(&data, &["approve", "C1"]).ends(0).prints(&["as lee"]);
    assert!(ledger.exists() && !data.path("decisions.jsonl").exists());
    config.run_on(&other, &["approve", "C1"]).ends(0);
    assert!(other.path("decisions.jsonl").exists());
    let named = elsewhere.path().join("named.jsonl");
    let option = ["approve", "C1", "--ledger", named.to_str().unwrap()];
    config.run_on(&data, &option).ends(0);
    assert!(named.exists());
}

#[test]
fn of_a_very_long_line_only_the_beginning_is_shown() {
    let config = Config::of(format!("theem = \"{}\"\n", "x".repeat(100_000)));
    let ran = config.run(&["config"]);
    assert!(ran.err.len() < 1_000, "{}", ran.err.len());
    ran.fails(2, &["hint: line 1: theem = \"xxx", "…"]);
}

#[test]
fn every_mistake_is_listed_with_its_place_and_its_line() {
    let config = Config::of("theem = \"dark\"\nmouse = \"yes\"\n[columns]\nqueue = 3\n");
    config.run(&["config"]).fails(
        2,
        &[
            "error: config.toml:1:1: unknown key \"theem\"; did you mean theme?",
            "hint: line 1: theem = \"dark\"",
            "error: config.toml:2:9: mouse is the text \"yes\", expected true or false; the default is true",
            "error: config.toml:4:9: columns.queue is the number 3, expected a list of columns",
            "hint: line 4: queue = 3",
        ],
    );
    config.run(&["config", "--path"]).ends(0);
}

#[test]
fn a_file_that_cannot_be_read_is_a_clear_message() {
    let directory = Config::none();
    fs::create_dir_all(directory.file()).unwrap();
    directory.run(&["config"]).fails(2, &["config.toml: it is not a file"]);
    let bytes = Config::of(b"mouse = true\nreviewer = \"\xff\"\n");
    bytes.run(&["config"]).fails(2, &["config.toml: line 2 is not UTF-8 text; save it as UTF-8"]);
    let large = Config::of("# x\n".repeat(100_000));
    large.run(&["config"]).fails(2, &["config.toml: it is larger than 256 KB"]);
    let control = Config::of("reviewer = \"a\\u001bb\"\n\"\\u001b[31m\" = 1\n");
    control.run(&["config"]).fails(2, &["config.toml:1:12"]).escape_controls();
    let torn = Config::of("reviewer = \"lee\ntheme = \"dark\"\n");
    torn.run(&["config"]).fails(2, &["config.toml:1:"]);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_a_mistake() {
    let config = Config::none();
    fs::create_dir(config.0.path().join("nextplay")).unwrap();
    std::os::unix::fs::symlink("/nowhere/config.toml", config.file()).unwrap();
    let message = "it is a link to \"/nowhere/config.toml\", which does not exist";
    config.run(&["config"]).fails(2, &[message]);
    config.run(&["config", "--init"]).fails(2, &["is already there"]);
}

#[test]
fn with_mistakes_reading_goes_on_and_what_leaves_open_who_decides_stops_deciding() {
    let data = Data::good();
    let harmless = Config::of("theme = 3\nreviewer = \"lee\"\n");
    let warned = "warning: config.toml:1:9: theme is the number 3";
    harmless.run_on(&data, &["queue"]).ends(0).says(&[warned]);
    harmless.run_on(&data, &["approve", "C1"]).ends(0).says(&[warned]).prints(&["as lee"]);

    let reviewer = Config::of("reviwer = \"lee\"\n");
    let warned = "warning: config.toml:1:1: unknown key \"reviwer\"; did you mean reviewer?";
    reviewer.run_on(&data, &["queue"]).ends(0).says(&[warned]);
    let refused = reviewer.run_on(&data, &["reject", "C2", "--reason", "other"]);
    refused.fails(2, &[warned, "errors in the settings leave open who the reviewer is", "--by"]);
    reviewer.run_on(&data, &["undo", "1"]).fails(2, &["who the reviewer is"]);
    let named = reviewer.run_on(&data, &["reject", "C2", "--reason", "other", "--by", "dana"]);
    named.ends(0).says(&[warned]);

    let torn = Config::of("reviewer = \"lee\"\n[[data\npath = 1\n");
    torn.run_on(&data, &["match"]).ends(0);
    let refused = torn.run_on(&data, &["export", "--hand-off"]);
    refused.fails(2, &["who the reviewer is, and which ledger to use"]);
    let ledger = data.path("decisions.jsonl");
    let ledger = ledger.to_str().unwrap();
    torn.run_on(&data, &["export", "--hand-off", "--by", "dana", "--ledger", ledger]).ends(0);
}

#[test]
fn a_data_directory_of_the_settings_that_is_not_there_says_who_names_it() {
    let config = Config::of("theme = \"dark\"\ndata = \"/nowhere/at/all\"\n");
    config.run(&["queue"]).fails(2, &["/nowhere/at/all", "hint: config.toml:2 names it"]);
}

#[test]
fn paths_start_from_home_or_the_directory_of_the_file() {
    let config = Config::of("data = \"~/cs\"\n");
    let mut command = program();
    command.env("HOME", "/home/of-test").args(["config", "--format", "json"]);
    let ran = config.with(command).ends(0);
    assert_eq!(effective(&ran, "data").0, "/home/of-test/cs");
    let config = Config::of("data = \"cs\"\n");
    let ran = config.run(&["config", "--format", "json"]).ends(0);
    let expected = config.0.path().join("nextplay/cs");
    assert_eq!(effective(&ran, "data").0, expected.to_str().unwrap());
}

#[test]
fn text_for_people_is_ascii_where_the_settings_say_so() {
    let customers = crate::common::CUSTOMERS.replace("Acme", "Łódź 日本");
    let data = Data::good().with("customers.json", &customers);
    let on = Config::of("ascii = true\n");
    let table = on.run_on(&data, &["match"]).ends(0);
    assert!(table.out.is_ascii() && table.out.contains("Lodz"), "{}", table.out);
    let error = on.run_on(&data, &["explain", "Łódź"]);
    assert!(error.err.is_ascii() && error.err.contains("Lodz"), "{}", error.err);
    // What other programs read stays as it is.
    let json = on.run_on(&data, &["explain", "C1", "--format", "json"]).ends(0);
    assert!(json.out.contains("Łódź"));
    let off = Config::of("ascii = false\n");
    let mut command = data.command(&["match"]);
    command.env("LC_ALL", "C");
    assert!(off.with(command).ends(0).out.contains("Łódź"));
}
