//! A connection on a thread of its own, so that no one waits for an answer longer than they want to.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use postgres::Client;

use crate::postgres::{ServerError, ServerUrl};

/// What the connection is called in the server's list of connections.
const APPLICATION: &str = concat!("nextplay ", env!("CARGO_PKG_VERSION"));

/// Something to do with the connection.
type Job = Box<dyn FnOnce(&mut Client) + Send>;

/// A connection. It is closed when the last handle is gone and what was asked last is answered.
#[derive(Debug, Clone)]
pub(super) struct Session {
    url: Arc<ServerUrl>,
    jobs: Arc<Sender<Job>>,
}

impl Session {
    /// Connects within `limit`. A lock in the database is waited for no longer than `lock_limit`, so that waiting and
    /// silence are told apart.
    ///
    /// # Errors
    /// Where the server is not reached or does not let the role in.
    pub(super) fn open(
        url: &Arc<ServerUrl>,
        lock_limit: Duration,
        limit: Duration,
    ) -> Result<Self, ServerError> {
        let mut client = url.connect(APPLICATION, limit)?;
        let (jobs, inbox) = channel::<Job>();
        thread::spawn(move || inbox.into_iter().for_each(|job| job(&mut client)));
        let session = Self { url: Arc::clone(url), jobs: Arc::new(jobs) };
        let lock_limit = lock_limit.as_millis();
        let set = session.ask(limit, move |client| {
            client.batch_execute(&format!("SET lock_timeout = {lock_limit}"))
        });
        match set {
            // A server that does not know the setting waits as it does.
            Err(error) if error.code.is_none() => Err(error),
            _ => Ok(session),
        }
    }

    /// Asks something, and waits no longer than `limit` for the answer.
    ///
    /// # Errors
    /// What the server reports, or that it does not answer. What becomes of the request is not known then.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        limit: Duration,
        work: impl FnOnce(&mut Client) -> Result<T, postgres::Error> + Send + 'static,
    ) -> Result<T, ServerError> {
        let (answer, wait) = sync_channel(1);
        let url = Arc::clone(&self.url);
        self.send(move |client| {
            // Whoever asked may have gone.
            let _ = answer.send(work(client).map_err(|error| ServerError::of(&url, &error)));
        })?;
        self.wait(&wait, limit)?
    }

    /// Asks for many rows, which come in pieces; waits no longer than `limit` for each.
    ///
    /// # Errors
    /// Where it was not even asked; what the server reports comes with the pieces.
    pub(super) fn stream<T: Send + 'static>(
        &self,
        limit: Duration,
        work: impl FnOnce(
            &mut Client,
            &SyncSender<Result<T, ServerError>>,
        ) -> Result<(), postgres::Error>
        + Send
        + 'static,
    ) -> Result<Pieces<T>, ServerError> {
        let (pieces, inbox) = sync_channel(2);
        let url = Arc::clone(&self.url);
        self.send(move |client| {
            if let Err(error) = work(client, &pieces) {
                let _ = pieces.send(Err(ServerError::of(&url, &error)));
            }
        })?;
        Ok(Pieces { session: self.clone(), inbox, limit })
    }

    fn send(&self, job: impl FnOnce(&mut Client) + Send + 'static) -> Result<(), ServerError> {
        self.jobs.send(Box::new(job)).map_err(|_| self.closed())
    }

    fn wait<T>(&self, inbox: &Receiver<T>, limit: Duration) -> Result<T, ServerError> {
        inbox.recv_timeout(limit).map_err(|error| match error {
            RecvTimeoutError::Timeout => ServerError::lost(&self.url, "it does not answer"),
            RecvTimeoutError::Disconnected => self.closed(),
        })
    }

    fn closed(&self) -> ServerError {
        ServerError::lost(&self.url, "the connection is closed")
    }

    /// Returns true where both are handles on one connection.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.jobs, &other.jobs)
    }
}

/// Rows that come in pieces.
pub(super) struct Pieces<T> {
    session: Session,
    inbox: Receiver<Result<T, ServerError>>,
    limit: Duration,
}

impl<T> Iterator for Pieces<T> {
    type Item = Result<T, ServerError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.inbox.recv_timeout(self.limit) {
            Ok(piece) => Some(piece),
            // All pieces were sent.
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                Some(Err(ServerError::lost(&self.session.url, "it does not answer")))
            }
        }
    }
}
