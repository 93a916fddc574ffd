//! A data directory and the program on it, for the whole-program tests of the command line.

pub mod activity;
pub mod dashboard;
pub mod faults;
#[cfg(all(unix, feature = "team"))]
pub mod postgres;
#[cfg(all(unix, feature = "team"))]
pub mod proxy;
pub mod signed;
#[cfg(all(unix, feature = "team"))]
pub mod team;
#[cfg(unix)]
pub mod terminal;
pub mod workbook;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A temporary data directory.
pub struct Data(tempfile::TempDir, Remembers);

/// What the program remembers of it from one run to the next.
#[derive(Clone, Copy, PartialEq)]
enum Remembers {
    All,
    Nothing,
}

/// Three playbooks: `P1` needs approval and is assumed, `P2` runs by itself, `P3` is measured.
pub const PLAYBOOKS: &str = r#"[
{"playbook_id":"P1","name":"Escalation","journey_stage":"support","eligible_segments":["All"],"risk_threshold":0.6,"default_actions":["assign_engineer"],"approval_required":true,"avg_cost_estimate":75,"expected_value_range":[1000,6000],"status":"active"},
{"playbook_id":"P2","name":"Nudge","journey_stage":"support","eligible_segments":["All"],"risk_threshold":0.5,"default_actions":["send_article"],"approval_required":false,"avg_cost_estimate":4,"expected_value_range":[100,100],"status":"active"},
{"playbook_id":"P3","name":"Usage Call","journey_stage":"engagement","eligible_segments":["SMB"],"risk_threshold":0.5,"default_actions":["call"],"approval_required":false,"avg_cost_estimate":30,"expected_value_range":[300,1800],"status":"active"}
]"#;

/// `C1` waits for approval of `P1`; `C2` gets `P3` by itself; `C3` is below the brake; nothing is
/// made for the stage of `C4`.
pub const CUSTOMERS: &str = r#"[
{"customer_id":"C1","name":"Acme","segment":"Mid-Market","account_value":38000},
{"customer_id":"C2","name":"Birch","segment":"SMB","account_value":5000},
{"customer_id":"C3","segment":"SMB","account_value":4000},
{"customer_id":"C4","segment":"SMB","account_value":9000}
]"#;

const STATES: &str = r#"[
{"customer_id":"C1","journey_stage":"support"},
{"customer_id":"C2","journey_stage":"engagement"},
{"customer_id":"C3","journey_stage":"engagement"},
{"customer_id":"C4","journey_stage":"expansion"}
]"#;

pub const FUSED: &str = r#"[
{"customer_id":"C1","total_signals":2,"fused_risk_score":0.98},
{"customer_id":"C2","total_signals":1,"fused_risk_score":0.6},
{"customer_id":"C3","total_signals":1,"fused_risk_score":0.1},
{"customer_id":"C4","total_signals":1,"fused_risk_score":0.7}
]"#;

const PERFORMANCE: &str = r#"[
{"playbook_id":"P3","segment":"SMB","runs":42,"success_rate":0.64,"avg_cost":29,"avg_value":890,"roi_ratio":30.7}
]"#;

pub const LEDGER: &str = "decisions.jsonl";

/// Where the programs under test keep what they remember: never in the user's own directories.
pub const STATE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/state");

/// Where the programs under test look for settings: never in the user's own directory. There are none,
/// unless a test names a directory of its own.
pub const CONFIG: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/config");

impl Data {
    pub fn empty() -> Self {
        Self(tempfile::tempdir().unwrap(), Remembers::All)
    }

    /// A copy of the sample data without its policy.
    pub fn sample() -> Self {
        let data = Self::empty();
        for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data")).unwrap() {
            let file = file.unwrap();
            let name = file.file_name().into_string().unwrap();
            if name.ends_with(".json") {
                data.write(&name, fs::read(file.path()).unwrap());
            }
        }
        data
    }

    /// Four customers, three playbooks, nothing wrong with any of them; but nobody serves `C4`, and
    /// nobody has run `P1`.
    pub fn good() -> Self {
        Self::empty()
            .with("customers.json", CUSTOMERS)
            .with("journey_playbooks.json", PLAYBOOKS)
            .with("journey_state_log.json", STATES)
            .with("fused_signals.json", FUSED)
            .with("playbook_performance_log.json", PERFORMANCE)
    }

    /// As [`Data::good`], with nothing to say of the strategy either.
    pub fn sound() -> Self {
        let measured = r#",
{"playbook_id":"P1","segment":"Mid-Market","runs":9,"success_rate":0.7,"avg_cost":80,"avg_value":3600,"roi_ratio":45}
]"#;
        Self::good()
            .with("fused_signals.json", FUSED.replace("0.7}", "0.2}"))
            .with("playbook_performance_log.json", PERFORMANCE.replace("\n]", measured))
    }

    /// One customer in support at a risk of 0.98, from this row.
    pub fn one(customer: &str) -> Self {
        Self::good().with("customers.json", format!("[{customer}]"))
    }

    /// The same for programs that see it for the first time, each run.
    pub fn forgotten(self) -> Self {
        Self(self.0, Remembers::Nothing)
    }

    pub fn with(self, file: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(file, content);
        self
    }

    pub fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(file), content).unwrap();
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    pub fn ledger(&self) -> String {
        fs::read_to_string(self.path(LEDGER)).unwrap()
    }

    /// Holds the ledger as another process would, until it is dropped.
    pub fn hold_ledger(&self) -> fs::File {
        let ledger = fs::File::options().create(true).append(true).open(self.path(LEDGER)).unwrap();
        ledger.lock().unwrap();
        ledger
    }

    /// The program on this directory, in a known environment.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = program();
        if self.1 == Remembers::Nothing {
            fs::create_dir_all(STATE).unwrap();
            command.env("XDG_STATE_HOME", tempfile::tempdir_in(STATE).unwrap().keep());
        }
        command.arg("--data").arg(self.0.path()).args(args);
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }
}

/// Runs the program to its end where no file may become longer than so many blocks of 512 bytes, which
/// stands in for a full disk. The signal that comes with it is ignored, as it would end the program.
#[cfg(unix)]
pub fn limited(data: &Data, blocks: u32, args: &[&str]) -> Ran {
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!(r#"trap '' XFSZ; ulimit -f {blocks}; exec "$0" "$@""#))
        .arg(assert_cmd::cargo::cargo_bin!("nextplay"))
        .arg("--data")
        .arg(data.0.path())
        .args(args)
        .env("NEXTPLAY_REVIEWER", "dana")
        .env("XDG_STATE_HOME", STATE)
        .env("XDG_CONFIG_HOME", CONFIG)
        .env_remove("NEXTPLAY_DATA")
        .env_remove("NEXTPLAY_LOG");
    Ran::of(command.output().unwrap())
}

/// The program in a known environment, with a reviewer's name.
pub fn program() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("nextplay"));
    command
        .env_remove("NEXTPLAY_DATA")
        // Never the keys of whoever runs the tests.
        .env_remove("SSH_AUTH_SOCK")
        .env("NEXTPLAY_REVIEWER", "dana")
        .env("XDG_STATE_HOME", STATE)
        .env("XDG_CONFIG_HOME", CONFIG)
        .env_remove("NO_COLOR")
        .env("TERM", "xterm-256color")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null());
    command
}

/// A run that has ended.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self {
            status: output.status.code().expect("ended by itself"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// It ended with this status.
    #[track_caller]
    pub fn ends(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        self
    }

    /// It ended with this status, said nothing on stdout and all of this on stderr.
    #[track_caller]
    pub fn fails(self, status: i32, said: &[&str]) -> Self {
        let ran = self.ends(status);
        assert_eq!(ran.out, "", "{ran:#?}");
        ran.says(said)
    }

    /// All of this is on stderr.
    #[track_caller]
    pub fn says(self, said: &[&str]) -> Self {
        for text in said {
            assert!(self.err.contains(text), "{text:?} is missing in {self:#?}");
        }
        self
    }

    /// All of this is on stdout.
    #[track_caller]
    pub fn prints(self, printed: &[&str]) -> Self {
        for text in printed {
            assert!(self.out.contains(text), "{text:?} is missing in {self:#?}");
        }
        self
    }

    /// Stdout as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// Neither output carries a character that acts on a terminal, but for line breaks.
    #[track_caller]
    pub fn escape_controls(self) -> Self {
        for text in [&self.out, &self.err] {
            let bad = |c: char| c != '\n' && nextplay::domain::text::is_control(c);
            assert!(!text.contains(bad), "{text:?}");
        }
        self
    }
}
