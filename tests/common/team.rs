//! The ledger of a team: a server with a database `team` that is set up, and the roles of its people.

#![allow(dead_code)]

use nextplay::ledger::basis_hash;
use postgres::Client;
use uuid::Uuid;

use super::postgres::{OWNER, Options, Rows, Server};
use super::{Ran, program};

/// The owner of the ledger: not a superuser, and no reviewer.
pub const KEEPER: &str = "keeper";

/// The database.
pub const TEAM: &str = "team";

pub const BASIS: &str = include_str!("../ledger_basis.json");

/// A server with the ledger of a team. `dana`, `sam`, `kim` and `lee` decide, `rita` reads, `hal` hands
/// off, `otto` is nobody.
pub struct Team(pub Server);

impl Team {
    /// As [`Server::start`].
    pub fn start() -> Option<Self> {
        Self::with(&Options::default())
    }

    /// As [`Server::with`].
    pub fn with(options: &Options) -> Option<Self> {
        let team = Self::bare(options)?;
        team.init(&["--apply"]).ends(0);
        for name in ["dana", "sam", "kim", "lee"] {
            team.0.role(name, "nextplay_reviewer");
        }
        team.0.role("rita", "nextplay_reader");
        team.0.role("hal", "nextplay_handoff");
        team.0.role("otto", "");
        Some(team)
    }

    /// A server with an empty database that [`KEEPER`] owns.
    pub fn bare(options: &Options) -> Option<Self> {
        let server = Server::with(options)?;
        server.ok(OWNER, "postgres", "create role keeper login createrole");
        server.ok(OWNER, "postgres", "create database team owner keeper");
        Some(Self(server))
    }

    /// Runs `nextplay ledger init` as the owner.
    pub fn init(&self, args: &[&str]) -> Ran {
        let mut command = program();
        command.args(["ledger", "init", "--ledger", &self.url(KEEPER)]).args(args);
        Ran::of(command.output().unwrap())
    }

    /// Where a role finds the ledger.
    pub fn url(&self, role: &str) -> String {
        self.0.url(role, TEAM)
    }

    /// A connection of a role.
    pub fn client(&self, role: &str) -> Client {
        self.0.client(role, TEAM)
    }

    /// Runs statements as a role.
    pub fn execute(&self, role: &str, sql: &str) -> Result<Rows, String> {
        self.0.execute(role, TEAM, sql)
    }

    /// All lines, as a file has them.
    pub fn lines(&self) -> String {
        let rows = self.0.ok(KEEPER, TEAM, "select line from nextplay.decisions order by seq");
        rows.iter().map(|row| row[0].clone().unwrap() + "\n").collect()
    }

    /// Appends one decision as a role.
    pub fn append(&self, role: &str, ask: &Ask) -> Result<Answer, String> {
        let mut answers = append(&mut self.client(role), std::slice::from_ref(ask))?;
        Ok(answers.remove(0))
    }
}

/// A decision as it is sent.
#[derive(Debug, Clone)]
pub struct Ask {
    pub id: Uuid,
    pub customer: String,
    pub after: Option<Uuid>,
    pub rest: String,
    pub sig: Option<String>,
}

impl Ask {
    /// An approval.
    pub fn approve(customer: &str, after: Option<Uuid>) -> Self {
        Self::of("approve", customer, after)
    }

    /// A decision of a kind, without anything else.
    pub fn of(kind: &str, customer: &str, after: Option<Uuid>) -> Self {
        let basis = BASIS.trim_end();
        let text = |text: &str| serde_json::to_string(text).unwrap();
        let known = after.map_or("null".to_owned(), |id| text(&id.to_string()));
        let rest = format!(
            "\"kind\":\"{kind}\",\"customer_id\":{},\"playbook_id\":\"P1\",\"reason\":null,\"note\":null,\
             \"until\":null,\"undoes\":null,\"after\":{known},\"basis\":{basis},\"basis_hash\":\"{}\"",
            text(customer),
            basis_hash(basis)
        );
        Self { id: Uuid::now_v7(), customer: customer.to_owned(), after, rest, sig: None }
    }

    /// With a part of what it says replaced, which has to be there.
    #[track_caller]
    pub fn saying(mut self, from: &str, to: &str) -> Self {
        assert!(self.rest.contains(from), "{from}");
        self.rest = self.rest.replacen(from, to, 1);
        self
    }
}

/// What the server answers to one decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub line: Option<String>,
    pub outrun_by: Option<Uuid>,
}

/// Appends decisions in one call. The error is the server's message.
pub fn append(client: &mut Client, asks: &[Ask]) -> Result<Vec<Answer>, String> {
    let ids: Vec<Uuid> = asks.iter().map(|ask| ask.id).collect();
    let customers: Vec<&str> = asks.iter().map(|ask| ask.customer.as_str()).collect();
    let after: Vec<Option<Uuid>> = asks.iter().map(|ask| ask.after).collect();
    let rests: Vec<&str> = asks.iter().map(|ask| ask.rest.as_str()).collect();
    let sigs: Vec<Option<&str>> = asks.iter().map(|ask| ask.sig.as_deref()).collect();
    // The types of ids are not those of the client library: they are sent as text.
    let text = |ids: &[Uuid]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let after: Vec<Option<String>> = after.iter().map(|id| id.map(|id| id.to_string())).collect();
    let rows = client
        .query(
            "select line, outrun_by::text \
             from nextplay.append($1::text[]::uuid[], $2, $3::text[]::uuid[], $4, $5) order by n",
            &[&text(&ids), &customers, &after, &rests, &sigs],
        )
        .map_err(|error| match error.as_db_error() {
            Some(error) => error.message().to_owned(),
            None => error.to_string(),
        })?;
    let id = |text: Option<String>| text.map(|text| text.parse().unwrap());
    Ok(rows.iter().map(|row| Answer { line: row.get(0), outrun_by: id(row.get(1)) }).collect())
}
