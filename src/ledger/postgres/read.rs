//! Reading a ledger in a database. Every hash and every link is checked here, as of a file: the server is
//! not trusted to have kept what it was given.

use std::sync::Arc;

use postgres::fallible_iterator::FallibleIterator;
use postgres::types::Type;

use super::super::checkpoint::follows;
use super::super::lock::Doing;
use super::super::read::parse;
use super::super::{Break, History, Key, LedgerError, LedgerMemory, entry};
use super::scratch::Scratch;
use super::session::Session;
use super::store::{May, PostgresStore, unkept};
use crate::domain::{Digest, Entry};
use crate::postgres::ServerError;

/// Bytes of lines that are handed on at once.
const BLOCK: usize = 1 << 20;

/// Ledgers with fewer entries are read whole: that takes no longer.
const WORTH_IT: u64 = 1_000;

/// The last entry, the hash that a known entry has now, what the role may do, and the lines after the known
/// entry, if they are few: another question would take as long as this one.
const HEAD: &str = "SELECT h.seq, h.hash, \
     (SELECT left(right(d.line, 66), 64) FROM nextplay.decisions d WHERE d.seq = $1), \
     coalesce(has_function_privilege(to_regprocedure(\
       'nextplay.append(uuid[],text[],uuid[],text[],text[])'), 'EXECUTE'), false), \
     EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'nextplay_reviewer' AND pg_has_role(r.oid, 'MEMBER')), \
     ARRAY(SELECT d.line FROM nextplay.decisions d WHERE d.seq > $1 AND h.seq - $1 <= 100 ORDER BY d.seq) \
     FROM nextplay.head h";

const LINES: &str = "SELECT d.line FROM nextplay.decisions d WHERE d.seq > $1 ORDER BY d.seq";

/// Entries of a customer and recoveries up to a number, and the entry with that number. Decisions and
/// proposals each have an index.
const ABOUT: &str = r#"
    SELECT d.seq, d.line FROM nextplay.decisions d WHERE d.customer_id = $1 AND d.seq < $2
      AND substr(d.line, strpos(d.line, ',"kind":"') + 9, 8) <> 'propose"'
    UNION ALL SELECT d.seq, d.line FROM nextplay.decisions d WHERE d.customer_id = $1 AND d.seq < $2
      AND substr(d.line, strpos(d.line, ',"kind":"') + 9, 8) = 'propose"'
    UNION ALL SELECT d.seq, d.line FROM nextplay.decisions d WHERE d.customer_id IS NULL AND d.seq < $2
      AND substr(d.line, strpos(d.line, ',"kind":"') + 9, 8) <> 'propose"'
    UNION ALL SELECT d.seq, d.line FROM nextplay.decisions d WHERE d.seq = $2 ORDER BY 1"#;

const CUSTOMER_OF_ID: &str =
    "SELECT d.customer_id FROM nextplay.decisions d WHERE d.id = CAST($1 AS uuid)";
const CUSTOMER_OF_NUMBER: &str = "SELECT d.customer_id FROM nextplay.decisions d WHERE d.seq = $1";
const LINE_OF_ID: &str = "SELECT d.line FROM nextplay.decisions d WHERE d.id = CAST($1 AS uuid)";

/// What the database says of its ledger.
struct Head {
    seq: u64,
    hash: Option<Digest>,
    /// Of the entry that was asked about.
    known: Option<Digest>,
    /// The lines after that entry, where they are few.
    next: Vec<String>,
}

impl PostgresStore {
    /// See [`Ledger::read_from`](super::super::Ledger::read_from).
    pub(in super::super) fn read_from(
        &self,
        known: Option<&History>,
    ) -> Result<History, LedgerError> {
        let known = known.filter(|known| known.broken.is_none() && known.seq() > 0);
        let history = self.asking(|session| self.read_with(session, known));
        let history = history.map_err(|error| self.error(&error))??;
        self.note_read(&history);
        Ok(history)
    }

    /// Reads on from what is known where the database still has that, else all.
    fn read_with(
        &self,
        session: &Session,
        known: Option<&History>,
    ) -> Result<Result<History, LedgerError>, ServerError> {
        let head = self.head(session, known.map_or(0, History::seq))?;
        let known =
            known.filter(|known| head.known == Some(known.head()) && head.seq >= known.seq());
        if let Some(known) = known {
            if head.seq == known.seq() && head.hash == Some(known.head()) {
                return Ok(Ok(known.clone()));
            }
            let mut history = known.clone();
            match self.go_on(session, &mut history, &head)? {
                Ok(()) if history.broken.is_none() => return Ok(Ok(history)),
                Ok(()) => {}
                Err(error) => return Ok(Err(error)),
            }
        }
        // What is broken is told in full.
        let mut history = History::default();
        Ok(self.go_on(session, &mut history, &head)?.map(|()| history))
    }

    fn head(&self, session: &Session, known: u64) -> Result<Head, ServerError> {
        let known = i64::try_from(known).unwrap_or(i64::MAX);
        let row = session.ask(self.limit(), move |client| {
            let rows = client.query_typed(HEAD, &[(&known, Type::INT8)])?;
            let Some(row) = rows.first() else { return Ok(None) };
            let digests: (String, Option<String>) = (row.try_get(1)?, row.try_get(2)?);
            let rights: (bool, bool) = (row.try_get(3)?, row.try_get(4)?);
            Ok(Some((row.try_get::<_, i64>(0)?, digests, rights, row.try_get(5)?)))
        })?;
        let Some((seq, (hash, known), (may_append, reviews), next)) = row else {
            return Err(ServerError::refused(&self.url, "the table nextplay.head is empty"));
        };
        self.note_rights(match (may_append, reviews) {
            (false, _) => May::Read,
            (true, false) => May::HandOff,
            (true, true) => May::Decide,
        });
        let digest = |text: String| Digest::parse(text.as_bytes());
        let seq = u64::try_from(seq).unwrap_or_default();
        Ok(Head { seq, hash: digest(hash), known: known.and_then(digest), next })
    }

    /// Adds what follows a history, and checks that it goes as far as the database says.
    fn go_on(
        &self,
        session: &Session,
        history: &mut History,
        head: &Head,
    ) -> Result<Result<(), LedgerError>, ServerError> {
        let scratch = match self.scratch(history.seq() == 0) {
            Ok(scratch) => scratch,
            Err(error) => return Ok(Err(error)),
        };
        let missing = head.seq.saturating_sub(history.seq());
        if head.next.len() as u64 == missing {
            let block: String = head.next.iter().flat_map(|line| [line, "\n"]).collect();
            if let Err(error) = history.take_block(block.as_bytes(), &scratch) {
                return Ok(Err(unkept(error)));
            }
        } else {
            self.activity.set(Doing::Reading(missing));
            let read = self.fetch(session, history, &scratch);
            self.activity.set(Doing::Nothing);
            if let Err(error) = read? {
                return Ok(Err(error));
            }
        }
        if history.broken.is_none() && history.hash_of(head.seq) != head.hash {
            let reason = match history.seq() < head.seq {
                true => {
                    format!("entries are missing: the head of the database is entry {}", head.seq)
                }
                false => format!("the head of the database is another entry {}", head.seq),
            };
            let (line, head) = (history.seq() + 1, history.head());
            history.broken = Some(Break { line, reason, head, only_form: false });
        }
        Ok(Ok(()))
    }

    /// Adds the lines that follow a history, in blocks: one is checked while the next one comes.
    pub(super) fn fetch(
        &self,
        session: &Session,
        history: &mut History,
        scratch: &Scratch,
    ) -> Result<Result<(), LedgerError>, ServerError> {
        let from = i64::try_from(history.seq()).unwrap_or(i64::MAX);
        let blocks = session.stream(self.limit(), move |client, blocks| {
            let mut rows = client.query_typed_raw(LINES, [(from, Type::INT8)])?;
            let mut block = Vec::new();
            while let Some(row) = rows.next()? {
                block.extend_from_slice(row.try_get::<_, &str>(0)?.as_bytes());
                block.push(b'\n');
                if block.len() >= BLOCK && blocks.send(Ok(std::mem::take(&mut block))).is_err() {
                    return Ok(());
                }
            }
            if !block.is_empty() {
                let _ = blocks.send(Ok(block));
            }
            Ok(())
        })?;
        for block in blocks {
            if let Err(error) = history.take_block(&block?, scratch) {
                return Ok(Err(unkept(error)));
            }
            if history.broken.is_some() {
                break;
            }
        }
        Ok(Ok(()))
    }

    /// See [`Ledger::read_about`](super::super::Ledger::read_about). What was verified before and is
    /// remembered is the ground: from that entry on all are read, before it those of the customer.
    pub(in super::super) fn read_about(
        &self,
        memory: &LedgerMemory,
        key: Key<'_>,
    ) -> Result<History, LedgerError> {
        let seen = memory.recall().entries();
        if seen < WORTH_IT {
            return self.read_from(None);
        }
        let about = self.asking(|session| self.about(session, seen, key));
        match about.map_err(|error| self.error(&error))?? {
            Some(history) if history.broken.is_none() => {
                self.note_read(&history);
                Ok(history)
            }
            _ => self.read_from(None),
        }
    }

    /// `None` where what is found does not fit together.
    fn about(
        &self,
        session: &Session,
        seen: u64,
        key: Key<'_>,
    ) -> Result<Result<Option<History>, LedgerError>, ServerError> {
        let head = self.head(session, seen)?;
        let customer = self.customer(session, key)?.unwrap_or_default();
        let before = i64::try_from(seen).unwrap_or(i64::MAX);
        let wanted = customer.clone();
        let lines: Vec<String> = session.ask(self.limit(), move |client| {
            let parameters: [(&(dyn postgres::types::ToSql + Sync), Type); 2] =
                [(&wanted, Type::TEXT), (&before, Type::INT8)];
            let rows = client.query_typed(ABOUT, &parameters)?;
            rows.iter().map(|row| row.try_get(1)).collect()
        })?;
        let kept = || -> Result<Option<History>, LedgerError> {
            let scratch = self.scratch(true)?;
            let mut entries = Vec::with_capacity(lines.len());
            for line in &lines {
                let offset = scratch.push(line.as_bytes()).map_err(unkept)?;
                match entry::parse(line.as_bytes(), offset, scratch.source()) {
                    Ok(entry) => entries.push(entry),
                    Err(_) => return Ok(None),
                }
            }
            let Some(last) = entries.last().filter(|last| last.seq == seen).cloned() else {
                return Ok(None);
            };
            entries.retain(|entry| entry.customer_id == customer || entry.customer_id.is_empty());
            let own: Vec<&Entry> =
                entries.iter().filter(|entry| entry.customer_id == customer).collect();
            if !follows(&own) {
                return Ok(None);
            }
            Ok(Some(History::partial(entries.into_iter().map(Arc::new).collect(), &last)))
        };
        match kept() {
            Ok(Some(mut history)) => {
                Ok(self.go_on(session, &mut history, &head)?.map(|()| Some(history)))
            }
            nothing => Ok(nothing),
        }
    }

    /// The customer that a key stands for; `None` where it stands for nothing.
    fn customer(&self, session: &Session, key: Key<'_>) -> Result<Option<String>, ServerError> {
        match key {
            Key::Customer(id) => Ok(Some(id.to_owned())),
            Key::Id(id) if uuid::Uuid::parse_str(id).is_err() => Ok(None),
            Key::Id(id) => {
                let id = id.to_owned();
                session.ask(self.limit(), move |client| {
                    let row = client.query_typed(CUSTOMER_OF_ID, &[(&id, Type::TEXT)])?;
                    row.first().map_or(Ok(None), |row| row.try_get(0))
                })
            }
            Key::Number(number) => {
                let number = i64::try_from(number).unwrap_or(i64::MAX);
                session.ask(self.limit(), move |client| {
                    let row = client.query_typed(CUSTOMER_OF_NUMBER, &[(&number, Type::INT8)])?;
                    row.first().map_or(Ok(None), |row| row.try_get(0))
                })
            }
        }
    }

    /// The entry with that id, checked by its own hash; `None` where there is none that holds.
    pub(super) fn entry(
        &self,
        session: &Session,
        id: &str,
    ) -> Result<Result<Option<Arc<Entry>>, LedgerError>, ServerError> {
        let id = id.to_owned();
        let line: Option<String> = session.ask(self.limit(), move |client| {
            let rows = client.query_typed(LINE_OF_ID, &[(&id, Type::TEXT)])?;
            rows.first().map(|row| row.try_get(0)).transpose()
        })?;
        let Some(line) = line else { return Ok(Ok(None)) };
        let parsed = || {
            let scratch = self.scratch(false)?;
            let offset = scratch.push(line.as_bytes()).map_err(unkept)?;
            let entry = entry::parse(line.as_bytes(), offset, scratch.source());
            Ok(entry.ok().map(Arc::new))
        };
        Ok(parsed())
    }
}

impl History {
    /// Adds lines that follow, each with its newline. What does not hold is in [`History::broken`].
    ///
    /// # Errors
    /// Where they cannot be kept.
    pub(super) fn take_block(&mut self, block: &[u8], scratch: &Scratch) -> std::io::Result<()> {
        let offset = scratch.push(block)?;
        self.set_end(offset);
        self.take(parse(block, offset, scratch.source()), block, offset);
        Ok(())
    }
}
