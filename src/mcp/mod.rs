//! Programs ask through the Model Context Protocol, people decide.
//!
//! - [`tools`]: the table of tools; [`inputs`], [`outputs`] and [`shape`]: what they take and return.
//! - [`resources`]: the table of what can be read and followed.
//! - [`read`]: what the tools that only read return; [`record`]: what the others do.
//! - [`engine`]: the workspace, on a thread of its own.
//! - [`transport`]: one message a line; `twice`: what is refused there as ambiguous.
//! - [`server`]: the session.
//!
//! Nothing here decides: a tool proposes, claims what people or the policy cleared, or reports.

pub mod engine;
pub mod inputs;
pub mod outputs;
pub mod read;
pub mod record;
pub mod resources;
pub mod server;
pub mod shape;
pub mod tools;
pub mod transport;
mod twice;

use std::io::{Read, Write};
use std::time::Duration;

use rmcp::ServiceExt as _;
use rmcp::service::ServerInitializeError;
use tokio::sync::mpsc;

use self::engine::Handle;
use self::server::Server;
use self::transport::{End, Lines};
use crate::domain::{Error, ErrorKind};
use crate::workspace::Workspace;

/// Serves one client until the end of its input, or until `watch` has it end. Everything is recorded for
/// `by`; `name` is that of the data directory. To record something, the ledger is waited for with this
/// `patience`.
///
/// # Errors
/// Where the system gives no threads, or the server crashed.
pub fn serve(
    workspace: Workspace,
    (by, name): (&str, &str),
    patience: Duration,
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    watch: impl FnOnce(End),
) -> Result<(), Error> {
    let internal = |error: String| Error::new(ErrorKind::Internal, error);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(|error| internal(error.to_string()))?;
    let (changes, mut changed) = mpsc::unbounded_channel();
    let (engine, thread) = Handle::start(workspace, (by, name), patience, changes);
    let session = async {
        let server = Server::new(engine.clone());
        let updates = server.clone();
        tokio::spawn(async move {
            while let Some(resources) = changed.recv().await {
                updates.tell(resources).await;
            }
        });
        let (lines, end) = Lines::new(input, output);
        watch(end);
        match server.serve(lines).await {
            Ok(running) => running.waiting().await.map(|_| ()).map_err(|e| internal(e.to_string())),
            // It was not asked for anything.
            Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
            Err(error) => Err(internal(error.to_string())),
        }
    };
    // The library writes whole messages to the log; they are not this program's to keep.
    let silent = tracing::subscriber::NoSubscriber::default();
    let ended = tracing::subscriber::with_default(silent, || runtime.block_on(session));
    // What is being recorded comes to its end.
    engine.stop();
    thread.join().map_err(|_| Error::crashed())?;
    runtime.shutdown_background();
    ended
}
