//! What only the owner of a ledger in a database does: copy another ledger into it, and recover it.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use postgres::{Client, Transaction};

use super::super::copy::{Copied, entries_after, line_of, shared_entries};
use super::super::draft::EntryIds;
use super::super::recover::{self, Cut, RecoveredLedger, Recovery, Sign};
use super::super::seal::sha256;
use super::super::{Draft, History, LedgerError, entry};
use super::store::PostgresStore;
use crate::domain::{DecisionKind, Digest, Error, ErrorKind, Recovered};
use crate::postgres::{CONNECT_LIMIT, ServerError};

/// The table with what was cut off, as the entry that records it names it.
const CUT: &str = "nextplay.cut";

const OWNS: &str = "SELECT pg_has_role(c.relowner, 'MEMBER') FROM pg_class c \
     WHERE c.oid = 'nextplay.decisions'::regclass";

/// Waits for writers, and keeps them off. What is answered is durable, whatever the role has set.
const BEGIN: &str = "SET LOCAL synchronous_commit = on; SET LOCAL statement_timeout = 0; \
     SET LOCAL lock_timeout = '10s'";

const LOCK_HEAD: &str = "SELECT h.seq, h.hash FROM nextplay.head h FOR UPDATE";

const SET_HEAD: &str = "UPDATE nextplay.head SET seq = $1, hash = $2";

const COPY: &str = "COPY nextplay.decisions (seq, id, customer_id, hash, line) FROM STDIN";

const LINES_FROM: &str = "SELECT d.line FROM nextplay.decisions d ORDER BY d.seq OFFSET $1";

/// Bytes that are sent at once.
const BLOCK: usize = 1 << 16;

/// Why something was not done.
enum Failure {
    Server(postgres::Error),
    Own(Error),
}

impl From<postgres::Error> for Failure {
    fn from(error: postgres::Error) -> Self {
        Self::Server(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        // The client library puts what the server says into what writing reports.
        match error.downcast::<postgres::Error>() {
            Ok(error) => Self::Server(error),
            Err(error) => {
                let message =
                    format!("nothing was copied: cannot read the ledger to copy: {error}");
                Self::Own(Error::new(ErrorKind::Io, message))
            }
        }
    }
}

impl PostgresStore {
    /// A connection of the owner.
    ///
    /// # Errors
    /// Where the role is not the owner, and where the server is not reached.
    fn owner(&self, what: &str) -> Result<Client, Error> {
        let server = |error: &ServerError| Error::from(self.error(error));
        let connected =
            self.url.connect(concat!("nextplay ", env!("CARGO_PKG_VERSION")), CONNECT_LIMIT);
        let mut client = connected.map_err(|error| server(&error))?;
        let owns = client.query_one(OWNS, &[]).and_then(|row| row.try_get::<_, bool>(0));
        match owns.map_err(|error| server(&ServerError::of(&self.url, &error)))? {
            true => Ok(client),
            false => {
                let message = format!(
                    "role \"{}\" does not own the ledger in {}",
                    self.url.user(),
                    self.shown()
                );
                Err(Error::new(ErrorKind::Refused, message)
                    .hint(format!("{what} as the role that owns it")))
            }
        }
    }

    /// Does something in one transaction in which nobody else writes, all of it or nothing.
    fn alone<T>(
        &self,
        client: &mut Client,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, Error> {
        let told =
            |error: &postgres::Error| Error::from(self.error(&ServerError::of(&self.url, error)));
        let mut begun = client.transaction().map_err(|error| told(&error))?;
        let done =
            begun.batch_execute(BEGIN).map_err(Failure::from).and_then(|()| work(&mut begun));
        let done = done.map_err(|failure| match failure {
            Failure::Own(error) => error,
            Failure::Server(error) => told(&error).context("nothing was changed"),
        })?;
        begun.commit().map_err(|error| match error.as_db_error() {
            Some(_) => told(&error).context("nothing was changed"),
            None => told(&error).hint(
                "it is not known whether this was done: run the command again, which does what is missing",
            ),
        })?;
        Ok(done)
    }

    /// See [`Ledger::copy_from`](super::super::Ledger::copy_from).
    pub(in super::super) fn copy_from(
        &self,
        from: &History,
        known: &History,
    ) -> Result<Copied, Error> {
        let shared = shared_entries(from, known)?;
        let copied = Copied { entries: from.seq(), added: from.seq() - shared, head: from.head() };
        if copied.added == 0 {
            return Ok(copied);
        }
        let mut client = self.owner("copy")?;
        self.alone(&mut client, |transaction| {
            if head(transaction)? != (known.seq(), known.head().to_string()) {
                let message = "nothing was copied: someone decided meanwhile";
                return Err(Error::new(ErrorKind::Refused, message).hint("copy again").into());
            }
            let mut rows = transaction.copy_in(COPY)?;
            let mut block = Vec::with_capacity(BLOCK * 2);
            for entry in entries_after(from, shared) {
                let customer =
                    Some(&entry.customer_id).filter(|_| entry.kind != DecisionKind::Recover);
                let row = [
                    entry.seq.to_string(),
                    entry.id.to_string(),
                    customer.map_or_else(|| "\\N".to_owned(), |id| escaped(id)),
                    entry.hash.to_string(),
                    escaped(&String::from_utf8_lossy(&line_of(entry)?)),
                ];
                block.extend_from_slice(row.join("\t").as_bytes());
                block.push(b'\n');
                if block.len() >= BLOCK {
                    rows.write_all(&block)?;
                    block.clear();
                }
            }
            rows.write_all(&block)?;
            rows.finish()?;
            finish(transaction, from.seq(), from.head())?;
            Ok(copied)
        })
    }

    /// See [`Ledger::plan_recovery`](super::super::Ledger::plan_recovery).
    pub(in super::super) fn plan_recovery(
        &self,
        seen: u64,
    ) -> Result<Option<Recovery>, LedgerError> {
        let mut client = self.owner("recover it").map_err(LedgerError::Server)?;
        let history = self.read_from(None)?;
        let told = |error| self.error(&ServerError::of(&self.url, &error));
        let lines =
            lines_from(&mut client.transaction().map_err(told)?, history.seq()).map_err(told)?;
        Ok(recovery(&history, &lines, seen))
    }

    /// See [`Ledger::recover`](super::super::Ledger::recover).
    pub(in super::super) fn recover(
        &self,
        by: &str,
        at: Timestamp,
        seen: u64,
        sign: &Sign<'_>,
    ) -> Result<Option<RecoveredLedger>, LedgerError> {
        let mut client = self.owner("recover it").map_err(LedgerError::Server)?;
        let history = self.read_from(None)?;
        if history.broken.is_none() {
            return Ok(None);
        }
        let kept = history.seq();
        let done = self.alone(&mut client, |transaction| {
            head(transaction)?;
            // Only the owner can, and only until this is over.
            transaction.batch_execute(
                "LOCK TABLE nextplay.decisions IN SHARE ROW EXCLUSIVE MODE; \
                 ALTER TABLE nextplay.decisions DISABLE TRIGGER never",
            )?;
            let lines = lines_from(transaction, kept)?;
            let Some(recovery) = recovery(&history, &lines, seen) else { return Ok(None) };
            let bytes = joined(&lines);
            let nobody = (CompactString::default(), CompactString::default());
            let mut draft = Draft::new(DecisionKind::Recover, by, nobody, "null".to_owned(), at);
            draft.recovered = recovery.cut.as_ref().map(|cut| Recovered {
                bytes: cut.bytes,
                sha256: sha256(&bytes).to_string(),
                file: CUT.to_owned(),
                customers: cut.customers.clone(),
            });
            let id = EntryIds::default().next(at);
            let unwritable = |error| Error::from(LedgerError::Draft(error));
            draft.id = Some(id.clone());
            draft.sig = sign(&entry::signed_bytes(&draft).map_err(unwritable)?)?;
            let prepared = entry::prepare(&draft, id.clone()).map_err(unwritable)?;
            let scratch = self.scratch(true).map_err(Error::from)?;
            let mut line = String::new();
            let entry = prepared.link(kept + 1, history.head(), &mut line, 0, scratch.source());
            let (kept, next) = (number(kept), number(kept + 1));
            let id = id.as_str();
            transaction.execute(
                "INSERT INTO nextplay.cut (recovered_by, seq, line) SELECT $1::text::uuid, d.seq, d.line \
                 FROM nextplay.decisions d ORDER BY d.seq OFFSET $2",
                &[&id, &kept],
            )?;
            transaction.execute(
                "DELETE FROM nextplay.decisions WHERE seq IN \
                 (SELECT d.seq FROM nextplay.decisions d ORDER BY d.seq OFFSET $1)",
                &[&kept],
            )?;
            transaction.execute(
                "INSERT INTO nextplay.decisions (seq, id, hash, line) VALUES ($1, $2::text::uuid, $3, $4)",
                &[&next, &id, &entry.hash.to_string(), &line.trim_end()],
            )?;
            transaction.batch_execute("ALTER TABLE nextplay.decisions ENABLE ALWAYS TRIGGER never")?;
            finish(transaction, entry.seq, entry.hash)?;
            Ok(Some(recovery))
        });
        let Some(recovery) = done.map_err(LedgerError::Server)? else { return Ok(None) };
        let history = Arc::new(self.read_from(None)?);
        let file = recovery.cut.is_some().then(|| PathBuf::from(CUT));
        Ok(Some(RecoveredLedger { recovery, file, history }))
    }
}

/// Number and hash of the last entry; nobody adds one before the transaction is over.
fn head(transaction: &mut Transaction<'_>) -> Result<(u64, String), Failure> {
    let row = transaction.query_one(LOCK_HEAD, &[])?;
    let seq: i64 = row.try_get(0)?;
    Ok((u64::try_from(seq).unwrap_or_default(), row.try_get(1)?))
}

/// Sets the head, and wakes up who listens.
fn finish(transaction: &mut Transaction<'_>, seq: u64, hash: Digest) -> Result<(), Failure> {
    transaction.execute(SET_HEAD, &[&number(seq), &hash.to_string()])?;
    transaction.batch_execute("SELECT pg_notify('nextplay', '')")?;
    Ok(())
}

fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// The lines behind the first ones.
fn lines_from(
    transaction: &mut Transaction<'_>,
    kept: u64,
) -> Result<Vec<String>, postgres::Error> {
    let rows = transaction.query(LINES_FROM, &[&number(kept)])?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

fn joined(lines: &[String]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line.as_bytes(), b"\n"]).flatten().copied().collect()
}

/// What is to be done, if anything.
fn recovery(history: &History, lines: &[String], seen: u64) -> Option<Recovery> {
    let broken = history.broken.as_ref()?;
    let bytes = joined(lines);
    let cut = Cut {
        line: broken.line,
        reason: broken.reason.clone(),
        bytes: bytes.len() as u64,
        customers: recover::customers_since(&bytes, history.seq(), seen),
    };
    Some(Recovery { kept: history.seq(), repaired: 0, cut: Some(cut) })
}

/// A text as COPY takes it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '\t' => escaped.push_str("\\t"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            c => escaped.push(c),
        }
    }
    escaped
}
