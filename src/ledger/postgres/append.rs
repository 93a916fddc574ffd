//! Making decisions in a database. A request that is not answered is asked again with the same ids, on a
//! new connection where there is none, so none is lost and none is made twice.

use std::convert::Infallible;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};
use postgres::types::{ToSql, Type};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::super::draft::EntryIds;
use super::super::entry::{self, Prepared};
use super::super::handle::{Recorded, Settled};
use super::super::write::Drafts;
use super::super::{AppendError, Draft, History, LedgerError};
use super::store::{PostgresStore, Unconfirmed, unkept};
use crate::domain::time::{CLOCK_TOLERANCE, time_of_id};
use crate::domain::{Entry, Error, ErrorKind, json};
use crate::postgres::{ServerError, Trouble};

/// How long an answer is waited for before a decision is not confirmed.
const UNCONFIRMED: Duration = Duration::from_secs(8);
/// How long one attempt may take before it is made on a new connection. The lock is waited for less long.
const ATTEMPT: Duration = Duration::from_secs(3);
/// How long lies between two attempts.
const PAUSE: Duration = Duration::from_millis(100);
/// How many decisions go to the server at once. All others wait for so long.
const CHUNK: usize = 500;

/// No row where they were signed longer ago than [`IN_TIME`] by the server's clock: sealed then, they would
/// not count. `OFFSET 0` keeps the condition before the call.
const APPEND: &str = "SELECT a.n, a.line, a.outrun_by::text \
     FROM (SELECT CAST($1 AS uuid[]) AS ids WHERE $6 IS NULL \
       OR abs(extract(epoch FROM clock_timestamp() - CAST($6 AS timestamptz))) < $7 OFFSET 0) d, \
     LATERAL nextplay.append(d.ids, $2, CAST($3 AS uuid[]), $4, $5) a ORDER BY a.n";

/// Waits for whoever has the lock.
const APPEND_NOTHING: &str = "SELECT FROM nextplay.append('{}', '{}', '{}', '{}', '{}')";

const MADE: &str = "SELECT d.id::text, d.line FROM nextplay.decisions d \
     WHERE d.id = ANY (CAST($1 AS uuid[]))";

/// How old a signature may be when its entry is sealed: a little less than an entry may differ from it,
/// as the lock is waited for after the look at the clock.
const IN_TIME: SignedDuration = SignedDuration::from_secs(CLOCK_TOLERANCE.as_secs() - 10);

/// Somebody else had the lock for as long as the server waits for it.
const LOCKED: &[&str] = &["55P03"];

/// How long a request may be on its way to a server that others reach.
const ON_ITS_WAY: Duration = Duration::from_secs(30);

/// Decisions as the server takes them.
#[derive(Debug, Default)]
pub(super) struct Request {
    ids: Vec<String>,
    customers: Vec<String>,
    afters: Vec<Option<String>>,
    rests: Vec<String>,
    sigs: Vec<Option<String>>,
    /// When they were signed, as their ids say; `None` where none is.
    signed_at: Option<Timestamp>,
}

impl Request {
    pub(super) fn ids(&self) -> &[String] {
        &self.ids
    }
}

/// The answer to one decision.
#[derive(Debug)]
enum Answer {
    /// The line of its entry.
    Line(String),
    /// The entry that the reviewer did not know; `None` where the ledger has none, and the reviewer knew
    /// one.
    Outrun(Option<String>),
    /// It is not recorded and never will be: its signature is too old by the server's clock, or too young.
    OutOfTime,
}

/// The outcome of a request.
enum Outcome {
    Answered(Vec<Answer>),
    /// No one knows.
    NotConfirmed,
    /// Nothing of it is recorded.
    Nothing(LedgerError),
}

impl PostgresStore {
    /// See [`Ledger::append_each`](super::super::Ledger::append_each). The decisions go to the server in
    /// chunks; each chunk is made whole or not at all.
    pub(in super::super) fn append_each<'d, E: Send>(
        &self,
        known: Option<&History>,
        drafts: impl FnOnce(&Arc<History>) -> Result<Drafts<'d, E>, E>,
    ) -> Result<Recorded<E>, AppendError<E>> {
        let history = match known.filter(|known| self.is_fresh(known)) {
            Some(known) => known.clone(),
            None => self.read_from(known)?,
        };
        if let Some(broken) = history.broken {
            return Err(AppendError::Broken(broken));
        }
        let history = Arc::new(history);
        let batches = drafts(&history).map_err(AppendError::Refused)?;
        let mut writer = Writer::new(self, Arc::unwrap_or_clone(history));
        for batch in batches {
            let mut batch = batch.into_iter().peekable();
            while batch.peek().is_some() {
                writer.chunk(batch.by_ref().take(CHUNK).collect());
            }
        }
        writer.finish()
    }

    /// See [`Ledger::ask_again`](super::super::Ledger::ask_again).
    pub(in super::super) fn ask_again(&self, known: Option<&History>) -> Vec<Settled> {
        let mut settled = Vec::new();
        for Unconfirmed { request, since } in self.kept() {
            let answered = match self.ask_once(&request) {
                Ok(answers) => Ok(answers),
                // What was sent before may still be on its way there.
                Err(error) if error.trouble == Trouble::Lost || error.is_code(LOCKED) => break,
                Err(_) if since.elapsed() < ON_ITS_WAY => break,
                Err(error) => Err(self.error(&error).error()),
            };
            let Ok(history) = self.read_from(known) else { break };
            self.forget(&request);
            let mut writer = Writer::<Infallible>::new(self, history);
            let outcomes = match answered {
                Ok(answers) => writer.take(&request, answers),
                Err(why) => nothing(&request, &why),
            };
            let ids = request.ids.iter().map(|id| id.as_str().into());
            let told = |outcome: Result<_, AppendError<Infallible>>| {
                outcome.map_err(|error| error.own_error().unwrap_or_else(|never| match *never {}))
            };
            settled.extend(ids.zip(outcomes.into_iter().map(told)));
        }
        settled
    }

    fn ask_once(&self, request: &Arc<Request>) -> Result<Vec<Answer>, ServerError> {
        let (session, _) = self.session()?;
        let request = Arc::clone(request);
        let answered = session.ask(ATTEMPT, move |client| append(client, &request));
        answered.inspect_err(|error| {
            if error.trouble == Trouble::Lost {
                self.lose(&session, error);
            }
        })
    }

    /// Asks until there is an answer, for no longer than [`UNCONFIRMED`] after the last one.
    fn confirm(&self, request: &Arc<Request>) -> Outcome {
        let begun = Instant::now();
        let mut silent_since = begun;
        // True once the server may have got the request and did not answer.
        let mut uncertain = false;
        loop {
            let left = UNCONFIRMED.saturating_sub(silent_since.elapsed()).max(PAUSE);
            let (session, error) = match self.session_within(left) {
                Ok((session, _)) => {
                    let request = Arc::clone(request);
                    match session.ask(ATTEMPT.min(left), move |client| append(client, &request)) {
                        Ok(answers) => return Outcome::Answered(answers),
                        Err(error) => (Some(session), error),
                    }
                }
                Err(error) => (None, error),
            };
            match error.trouble {
                Trouble::Lost => {
                    if let Some(session) = &session {
                        self.lose(session, &error);
                        uncertain = true;
                    }
                }
                Trouble::Refused if error.is_code(LOCKED) => {
                    // What holds the lock may be this very decision, which waits for a standby.
                    if !uncertain {
                        silent_since = Instant::now();
                    }
                    if !uncertain && begun.elapsed() >= self.wait {
                        let path = self.url.to_string().into();
                        return Outcome::Nothing(LedgerError::Busy { path, holder: None });
                    }
                }
                Trouble::Refused if !uncertain => return Outcome::Nothing(self.error(&error)),
                Trouble::Refused => {}
            }
            tracing::warn!("the database did not confirm a decision: {error}");
            if silent_since.elapsed() >= UNCONFIRMED {
                return match uncertain {
                    true => Outcome::NotConfirmed,
                    false => Outcome::Nothing(self.error(&error)),
                };
            }
            thread::sleep(PAUSE);
        }
    }
}

fn append(
    client: &mut postgres::Client,
    request: &Request,
) -> Result<Vec<Answer>, postgres::Error> {
    const NO_ENTRY: &str = "00000000-0000-0000-0000-000000000000";
    let Request { ids, customers, afters, rests, sigs, signed_at } = request;
    let (signed_at, in_time) = (signed_at.map(|at| at.to_string()), IN_TIME.as_secs_f64());
    let parameters: [(&(dyn ToSql + Sync), Type); 7] = [
        (ids, Type::TEXT_ARRAY),
        (customers, Type::TEXT_ARRAY),
        (afters, Type::TEXT_ARRAY),
        (rests, Type::TEXT_ARRAY),
        (sigs, Type::TEXT_ARRAY),
        (&signed_at, Type::TEXT),
        (&in_time, Type::FLOAT8),
    ];
    let rows = client.query_typed(APPEND, &parameters)?;
    if rows.is_empty() {
        return made(client, ids);
    }
    let answer = |row: &postgres::Row| match row.try_get(1)? {
        Some(line) => Ok(Answer::Line(line)),
        None => {
            let by: Option<String> = row.try_get(2)?;
            Ok(Answer::Outrun(by.filter(|by| by != NO_ENTRY)))
        }
    };
    rows.iter().map(answer).collect()
}

/// What an earlier attempt made of decisions that are not sealed any more. The lock is waited for first: what
/// is on its way has it, or will not be sealed either.
fn made(client: &mut postgres::Client, ids: &[String]) -> Result<Vec<Answer>, postgres::Error> {
    client.query_typed(APPEND_NOTHING, &[])?;
    let rows = client.query_typed(MADE, &[(&ids, Type::TEXT_ARRAY)])?;
    let line = |row: &postgres::Row| Ok((row.try_get(0)?, row.try_get(1)?));
    let mut lines: FxHashMap<String, String> = rows.iter().map(line).collect::<Result<_, _>>()?;
    let answer = |id: &String| lines.remove(id).map_or(Answer::OutOfTime, Answer::Line);
    Ok(ids.iter().map(answer).collect())
}

/// Has decisions made, chunk by chunk.
struct Writer<'a, E> {
    store: &'a PostgresStore,
    history: History,
    ids: EntryIds,
    each: Vec<Result<Arc<Entry>, AppendError<E>>>,
    /// True once a chunk was sent: from then on each decision has an outcome of its own.
    recorded: bool,
    /// Why no more is sent.
    stopped: Option<Error>,
}

impl<'a, E: Send> Writer<'a, E> {
    fn new(store: &'a PostgresStore, history: History) -> Self {
        let (ids, each) = (EntryIds::default(), Vec::new());
        Self { store, history, ids, each, recorded: false, stopped: None }
    }

    fn chunk(&mut self, drafts: Vec<Result<Draft, E>>) {
        let id_of = |draft: &Draft| draft.id.clone().unwrap_or_else(|| self.ids.next(draft.at));
        let with_ids: Vec<Result<(CompactString, Draft), E>> =
            drafts.into_iter().map(|draft| draft.map(|draft| (id_of(&draft), draft))).collect();
        let role = self.store.url.user();
        let prepared: Vec<Result<Prepared, AppendError<E>>> = with_ids
            .into_par_iter()
            .map(|draft| {
                let (id, draft) = draft.map_err(AppendError::Refused)?;
                if draft.by != role {
                    return Err(LedgerError::Server(other_name(&draft.by, role)).into());
                }
                Ok(entry::prepare(&draft, id).map_err(LedgerError::Draft)?)
            })
            .collect();
        let mut request = Request::default();
        for prepared in prepared.iter().flatten() {
            let entry = prepared.entry();
            request.ids.push(entry.id.to_string());
            request.customers.push(entry.customer_id.to_string());
            request.afters.push(entry.after.as_ref().map(ToString::to_string));
            request.rests.push(prepared.rest().to_owned());
            request.sigs.push(entry.sig.as_deref().map(str::to_owned));
            if entry.sig.is_some() && request.signed_at.is_none() {
                request.signed_at = time_of_id(&entry.id);
            }
        }
        let request = Arc::new(request);
        let mut outcomes = match (request.ids.is_empty(), &self.stopped) {
            (true, _) => Vec::new(),
            (_, Some(why)) => nothing(&request, why),
            (_, None) => self.send(&request),
        }
        .into_iter();
        for prepared in prepared {
            let outcome = match prepared {
                Err(error) => Err(error),
                Ok(_) => outcomes.next().unwrap_or_else(|| Err(self.unfit("answers are missing"))),
            };
            self.each.push(outcome);
        }
    }

    fn send(&mut self, request: &Arc<Request>) -> Vec<Result<Arc<Entry>, AppendError<E>>> {
        self.store.note_sending(Some(request));
        let outcome = self.store.confirm(request);
        self.store.note_sending(None);
        match outcome {
            Outcome::Answered(answers) => {
                self.recorded = true;
                self.take(request, answers)
            }
            Outcome::NotConfirmed => {
                self.recorded = true;
                self.store.keep(request);
                // Others would only wait as long.
                let why = "the server of the ledger does not answer";
                self.stopped = Some(Error::new(ErrorKind::Io, why));
                let id = |id: &String| {
                    Err(AppendError::Ledger(LedgerError::NotConfirmed { id: id.as_str().into() }))
                };
                request.ids.iter().map(id).collect()
            }
            Outcome::Nothing(error) => {
                let error = error.error();
                let outcomes = nothing(request, &error);
                self.stopped = Some(error);
                outcomes
            }
        }
    }

    /// Checks what the server answered, and adds it to the history.
    fn take(
        &mut self,
        request: &Request,
        answers: Vec<Answer>,
    ) -> Vec<Result<Arc<Entry>, AppendError<E>>> {
        let mut lines: Vec<&str> = Vec::with_capacity(answers.len());
        for answer in &answers {
            if let Answer::Line(line) = answer {
                lines.push(line);
            }
        }
        let up_to_date = self.link(&lines, answers.len() == lines.len());
        let read = |(at, answer): (usize, Answer)| match answer {
            Answer::Line(line) => self.made(request, at, &line, up_to_date),
            Answer::Outrun(by) => Err(self.outrun(request, at, by)),
            Answer::OutOfTime => Err(LedgerError::OutOfTime.into()),
        };
        answers.into_iter().enumerate().map(read).collect()
    }

    /// Brings the history up to what the answers are about. False where the server is gone again: the
    /// answers stand by themselves then.
    fn link(&mut self, lines: &[&str], all_made: bool) -> bool {
        let block: String = lines.iter().flat_map(|line| [*line, "\n"]).collect();
        if all_made && let Ok(scratch) = self.store.scratch(false) {
            let mut next = self.history.clone();
            if next.take_block(block.as_bytes(), &scratch).is_ok() && next.broken.is_none() {
                self.history = next;
                self.store.note_read(&self.history);
                return true;
            }
        }
        // Others decided meanwhile.
        match self.store.read_from(Some(&self.history)) {
            Ok(history) => {
                self.history = history;
                true
            }
            Err(_) => false,
        }
    }

    /// The entry of a line, if it is what was sent and a part of the chain.
    fn made(
        &self,
        request: &Request,
        at: usize,
        line: &str,
        up_to_date: bool,
    ) -> Result<Arc<Entry>, AppendError<E>> {
        let unfit = |why: &str| Err(self.unfit(why));
        let (Some(id), Some(rest)) = (request.ids.get(at), request.rests.get(at)) else {
            return unfit("it answered more than was asked");
        };
        let linked = self.history.entry(id).cloned();
        let entry = match linked {
            Some(entry) => entry,
            None if up_to_date => {
                return match &self.history.broken {
                    Some(broken) => Err(AppendError::Broken(broken.clone())),
                    None => unfit(&format!("entry {id} is not in the ledger")),
                };
            }
            None => {
                let scratch = self.store.scratch(false)?;
                let offset = scratch.push(line.as_bytes()).map_err(unkept)?;
                match entry::parse(line.as_bytes(), offset, scratch.source()) {
                    Ok(entry) => Arc::new(entry),
                    Err(why) => return unfit(&format!("entry {id}: {why}")),
                }
            }
        };
        let by = json::line(&self.store.url.user());
        let sig = request.sigs.get(at).cloned().flatten();
        let sig = sig.map(|sig| format!(",\"sig\":\"{sig}\"")).unwrap_or_default();
        let Entry { seq, at, prev, hash, .. } = entry.as_ref();
        let sent = format!(
            "{{\"seq\":{seq},\"id\":\"{id}\",\"at\":\"{at:.3}\",\"by\":{by},{rest}{sig},\
             \"prev\":\"{prev}\",\"hash\":\"{hash}\"}}"
        );
        if sent == line {
            Ok(entry)
        } else {
            unfit(&format!("entry {id} differs from what was sent"))
        }
    }

    fn outrun(&self, request: &Request, at: usize, by: Option<String>) -> AppendError<E> {
        let customer: CompactString =
            request.customers.get(at).map(|id| id.as_str().into()).unwrap_or_default();
        let Some(by) = by else {
            let after = request.afters.get(at).cloned().flatten().unwrap_or_default().into();
            return AppendError::Gone { customer_id: customer, after };
        };
        if let Some(entry) = self.history.entry(&by) {
            return AppendError::Conflict(Arc::clone(entry));
        }
        match self.store.asking(|session| self.store.entry(session, &by)) {
            Ok(Ok(Some(entry))) => AppendError::Conflict(entry),
            Ok(Ok(None)) => self.unfit(&format!("entry {by} cannot be read")),
            Ok(Err(error)) => AppendError::Ledger(error),
            Err(error) => AppendError::Ledger(self.store.error(&error)),
        }
    }

    /// The server answered something that cannot be.
    fn unfit(&self, why: &str) -> AppendError<E> {
        let error = ServerError::refused(&self.store.url, why).error();
        LedgerError::Server(
            error.hint("review `nextplay verify` and `nextplay log` before you decide again"),
        )
        .into()
    }

    fn finish(self) -> Result<Recorded<E>, AppendError<E>> {
        let Self { history, mut each, recorded, stopped, .. } = self;
        if !recorded && stopped.is_some() {
            let is_ledgers =
                |one: &Result<_, AppendError<E>>| matches!(one, Err(AppendError::Ledger(_)));
            if let Some(at) = each.iter().position(is_ledgers)
                && let Err(error) = each.swap_remove(at)
            {
                return Err(error);
            }
        }
        Ok(Recorded { each, torn: None, history: Arc::new(history) })
    }
}

/// Decisions of which none was recorded.
fn nothing<E>(request: &Request, why: &Error) -> Vec<Result<Arc<Entry>, AppendError<E>>> {
    let one = |_: &String| {
        let why = why.clone();
        let why = if why.message.starts_with("nothing was recorded") {
            why
        } else {
            why.context("nothing was recorded")
        };
        Err(AppendError::Ledger(LedgerError::Server(why)))
    };
    request.ids.iter().map(one).collect()
}

/// Nobody decides in another's name.
pub(super) fn other_name(by: &str, role: &str) -> Error {
    use crate::domain::text::escape_controls;
    let (by, role) = (escape_controls(by), escape_controls(role));
    let message = format!("\"{by}\" cannot decide as role \"{role}\" of the database");
    Error::new(ErrorKind::Refused, message).hint(format!("connect as the role of \"{by}\""))
}
