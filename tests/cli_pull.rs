//! `nextplay pull`, seen from outside, with a server of its own.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::common;

use common::postgres::{OWNER, Options, PASSWORD, Server, encode};
use common::proxy::{Fate, Proxy};
use common::{Data, Ran, program};

const TABLES: &str = r#"
create table customers (
    customer_id text, name varchar(80), segment text, account_value numeric(30,10),
    tenure_months bigint, renewal_date date, seen_at timestamptz, active boolean,
    tags text[], meta jsonb, note json, score double precision, row_no bigint
);
insert into customers values
    ('C2', E'B\\irch "x"\n\tü', 'SMB', 5000.1, 9007199254740993, '2027-01-31',
     '2027-01-31 09:00:00.5+02', true, array['a','b"c'], '{"k": [1, null]}', E'{"n":\n 1}', 0.1, 2),
    ('C1', null, 'SMB', 12345678901234567890.0123456789, null, null, null, null, null, null, null,
     1e300, 1);
create view journey_playbooks as
    select 'P1'::text as playbook_id, 'active' as status, array['All'] as eligible_segments,
           0.5::real as risk_threshold, 10 as avg_cost_estimate;
create table fused_signals (customer_id text, fused_risk_score double precision);
insert into fused_signals values ('C1', 0.75), ('C2', 0.1);
"#;

fn rows(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A server with the tables, or `None` where there is no PostgreSQL.
fn server() -> Option<Server> {
    let server = Server::start()?;
    server.ok(OWNER, "postgres", TABLES);
    Some(server)
}

struct Target {
    directory: tempfile::TempDir,
    url: String,
}

impl Target {
    fn of(server: &Server) -> Self {
        Self { directory: tempfile::tempdir().unwrap(), url: server.url(OWNER, "postgres") }
    }

    /// A directory that is not there yet.
    fn path(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn command(&self, more: &[&str]) -> Command {
        let mut command = program();
        command.arg("pull").arg(&self.url).arg(self.path()).args(more);
        command
    }

    fn pull(&self, more: &[&str]) -> Ran {
        Ran::of(self.command(more).output().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

/// A `pull --follow` of which stdout and stderr are read line by line.
struct Following {
    child: Child,
    out: Option<BufReader<std::process::ChildStdout>>,
    err: BufReader<std::process::ChildStderr>,
}

impl Following {
    fn start(target: &Target) -> Self {
        let mut command = target.command(&["--follow", "0.05"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = child.stdout.take().map(BufReader::new);
        let err = BufReader::new(child.stderr.take().unwrap());
        Self { child, out, err }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.as_mut().unwrap().read_line(&mut line).unwrap();
        line
    }

    fn warning(&mut self) -> String {
        let mut line = String::new();
        while !line.starts_with("warning: ") {
            line.clear();
            assert_ne!(self.err.read_line(&mut line).unwrap(), 0, "it ended");
        }
        line
    }

    fn ends(mut self) {
        let status = self.child.wait().unwrap();
        let mut rest = String::new();
        self.err.read_to_string(&mut rest).unwrap();
        assert_eq!(status.code(), Some(0), "{rest}");
    }
}

#[test]
fn tables_and_views_become_files_with_every_digit_and_in_order() {
    let Some(server) = server() else { return };
    let target = Target::of(&server);
    let ran = target.pull(&[]).ends(0);
    assert_eq!(
        ran.out,
        "3 tables pulled, 3 changed: customers.json (2 rows), journey_playbooks.json (1 row), \
         fused_signals.json (2 rows)\n"
    );
    let text = fs::read_to_string(target.file("customers.json")).unwrap();
    assert!(text.contains("12345678901234567890.0123456789"), "{text}");
    assert!(text.contains("\"tenure_months\":9007199254740993"), "{text}");
    assert!(text.contains("\"score\":1e+300") && text.contains("\"score\":0.1"), "{text}");
    assert!(!text.contains("row_no"), "{text}");
    let customers = rows(&target.file("customers.json"));
    assert_eq!(customers[0]["customer_id"], "C1", "ordered by row_no");
    assert_eq!(customers[0]["name"], Value::Null);
    assert_eq!(customers[1]["name"], "B\\irch \"x\"\n\tü");
    assert_eq!(customers[1]["renewal_date"], "2027-01-31");
    let seen = customers[1]["seen_at"].as_str().unwrap();
    let seen: jiff::Timestamp = seen.parse().unwrap();
    assert_eq!(seen, "2027-01-31T07:00:00.5Z".parse().unwrap());
    assert_eq!(customers[1]["active"], true);
    assert_eq!(customers[1]["tags"], json!(["a", "b\"c"]));
    assert_eq!(
        (&customers[1]["meta"], &customers[1]["note"]),
        (&json!({"k": [1, null]}), &json!({"n": 1}))
    );
    let mut matching = program();
    matching.arg("--data").arg(target.path()).args(["match", "--format", "json"]);
    let matched = Ran::of(matching.output().unwrap()).ends(0).json();
    assert_eq!(matched[0]["customer_id"], "C1");
}

#[test]
fn what_did_not_change_is_left_alone_and_what_is_gone_is_removed() {
    let Some(server) = server() else { return };
    let target = Target::of(&server);
    target.pull(&[]).ends(0);
    let stamp = |name: &str| fs::metadata(target.file(name)).unwrap().modified().unwrap();
    let before = stamp("customers.json");
    assert_eq!(target.pull(&[]).ends(0).out, "3 tables pulled, nothing changed\n");
    server.ok(
        OWNER,
        "postgres",
        "update fused_signals set fused_risk_score = 0.8 where customer_id = 'C2'",
    );
    let ran = target.pull(&[]).ends(0);
    assert_eq!(ran.out, "3 tables pulled, 1 changed: fused_signals.json (2 rows)\n");
    assert_eq!(stamp("customers.json"), before);
    server.ok(OWNER, "postgres", "drop table fused_signals");
    fs::write(target.file("signals.json"), "[]").unwrap();
    let ran = target.pull(&[]).ends(0);
    assert!(ran.out.contains("fused_signals.json (removed: its table is gone)"), "{}", ran.out);
    assert!(!target.file("fused_signals.json").exists());
    assert!(target.file("signals.json").exists(), "nothing that was not pulled is removed");
}

#[test]
fn only_a_directory_of_its_own_is_taken_unless_it_is_told_to() {
    let Some(server) = server() else { return };
    let target = Target::of(&server);
    fs::create_dir(target.path()).unwrap();
    fs::write(target.file("customers.json"), "mine").unwrap();
    let ran = target.pull(&[]).ends(2);
    assert!(ran.err.contains("--into-existing"), "{}", ran.err);
    assert_eq!(fs::read_to_string(target.file("customers.json")).unwrap(), "mine");
    target.pull(&["--into-existing"]).ends(0);
    assert_eq!(rows(&target.file("customers.json"))[0]["customer_id"], "C1");
    target.pull(&[]).ends(0);
    fs::write(target.file("customers.jsonl"), "").unwrap();
    let ran = target.pull(&[]).ends(2);
    assert!(ran.err.contains("has \"customers.jsonl\", the same table"), "{}", ran.err);
}

#[test]
fn a_table_that_is_needed_and_missing_is_named_and_a_schema_can_be() {
    let Some(server) = server() else { return };
    let target = Target::of(&server);
    server.ok(
        OWNER,
        "postgres",
        "create schema \"Crm\"; create table \"Crm\".customers (customer_id text)",
    );
    let ran = target.pull(&["--schema", "Crm"]).ends(2);
    let said = "no table or view \"journey_playbooks\" in the schema \"Crm\"";
    assert!(ran.err.contains(said), "{}", ran.err);
    assert!(!target.path().exists(), "nothing was made");
    server.ok(
        OWNER,
        "postgres",
        "create view \"Crm\".journey_playbooks as table journey_playbooks",
    );
    let ran = target.pull(&["--schema", "Crm"]).ends(0);
    assert!(ran.out.starts_with("2 tables pulled"), "{}", ran.out);
    server.ok(OWNER, "postgres", "drop view journey_playbooks cascade; drop table customers");
    let ran = target.pull(&[]).ends(2);
    let said = "no table or view \"customers\" and no \"journey_playbooks\" in the search path (";
    assert!(ran.err.contains(said), "{}", ran.err);
}

#[test]
fn all_files_show_the_database_at_one_moment_or_stay_as_they_were() {
    let Some(server) = server() else { return };
    let target = Target::of(&server);
    target.pull(&[]).ends(0);
    let before = fs::read(target.file("customers.json")).unwrap();
    // The second table fails after the first was read: neither is replaced.
    server.ok(
        OWNER,
        "postgres",
        "update customers set name = 'new'; drop table fused_signals; \
         create view fused_signals as select 1 / (random() * 0)::int as customer_id",
    );
    let ran = target.pull(&[]).ends(2);
    assert!(ran.err.contains("division by zero"), "{}", ran.err);
    assert_eq!(fs::read(target.file("customers.json")).unwrap(), before);
    let left: Vec<_> =
        fs::read_dir(target.path()).unwrap().flatten().map(|e| e.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".part")), "{left:?}");
}

#[test]
fn it_follows_survives_a_lost_connection_and_ends_in_order() {
    let Some(server) = server() else { return };
    let proxy = Proxy::new(&server);
    let mut target = Target::of(&server);
    target.url = proxy.url(OWNER, "postgres");
    let mut following = Following::start(&target);
    assert!(following.line().starts_with("3 tables pulled, 3 changed"));
    server.ok(OWNER, "postgres", "insert into fused_signals values ('C3', 0.3)");
    assert_eq!(following.line(), "3 tables pulled, 1 changed: fused_signals.json (3 rows)\n");
    let good = fs::read(target.file("fused_signals.json")).unwrap();
    proxy.set(|_| Fate { refuse: true, ..Fate::default() });
    let warning = following.warning();
    assert!(warning.contains("cannot reach the database"), "{warning}");
    assert_eq!(fs::read(target.file("fused_signals.json")).unwrap(), good);
    server.ok(OWNER, "postgres", "insert into fused_signals values ('C4', 0.4)");
    // At any moment of a pull.
    proxy.set(|number| Fate { cut_to_client: Some(300 + number * 131 % 900), ..Fate::default() });
    let cuts = proxy.cuts();
    while proxy.cuts() < cuts + 12 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(fs::read(target.file("fused_signals.json")).unwrap(), good);
    proxy.set(|_| Fate::default());
    assert_eq!(following.line(), "3 tables pulled, 1 changed: fused_signals.json (4 rows)\n");
    let id = following.child.id().to_string();
    Command::new("kill").args(["-TERM", &id]).status().unwrap();
    following.ends();
    // A reader that has gone ends it, too.
    let mut following = Following::start(&target);
    following.line();
    following.out = None;
    following.ends();
}

#[test]
fn no_message_shows_a_password() {
    let options = Options { tcp: true, password: true, ..Options::default() };
    let Some(server) = Server::with(&options) else { return };
    server.role("lee", "");
    let mut target = Target::of(&server);
    let wrong = "pg-wrong-secret";
    for (password, url) in [
        (wrong, format!("postgres://lee:{wrong}@127.0.0.1:{}/postgres", server.port())),
        (
            PASSWORD,
            format!("postgres://lee:{}@127.0.0.1:{}/postgres", encode(PASSWORD), server.port()),
        ),
        (wrong, format!("postgres://lee:{wrong}@127.0.0.1:1/postgres")),
        (wrong, format!("postgres://lee:{wrong}@127.0.0.1:x/postgres")),
    ] {
        target.url = url;
        let ran = target.pull(&[]).ends(2);
        assert!(!ran.err.contains(password) && !ran.out.contains(password), "{}", ran.err);
    }
    // Without a database at all it is said, too.
    let data = Data::good();
    target.url = data.path("customers.json").display().to_string();
    target.pull(&[]).ends(2);
}
