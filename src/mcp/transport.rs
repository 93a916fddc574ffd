//! One JSON message a line, on standard input and output.
//!
//! The library's own transport passes over what is not JSON, keeps lines of any length, and ends where a
//! client asks before it has said hello. Here such a message is answered with an error, and the session
//! goes on.

use std::collections::HashSet;
use std::future::Future;
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{
    ClientJsonRpcMessage, ClientNotification, ClientRequest, ErrorCode, RequestId,
    ServerJsonRpcMessage,
};
use rmcp::transport::Transport;
use serde_json::{Value, json};
use tokio::sync::{mpsc as channel, oneshot, watch};

use super::twice::named_twice;
use crate::domain::json;

/// The longest message in bytes. Twenty claims with ids of any sensible length take a hundredth of it.
const LONGEST: u64 = 4 << 20;
/// Requests that are worked on at once. More wait until one of them is answered.
const AT_ONCE: usize = 16;
/// Bytes of answers that the client has not taken. Until it takes some, no request is read.
const UNTAKEN: usize = 64 << 20;
/// Messages that are read ahead.
const AHEAD: usize = 16;
/// How long the last answers may take to be taken by the client.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// What was read.
#[derive(Debug)]
enum Line {
    Message(Vec<u8>),
    TooLong,
    End,
}

/// How the session goes, for all of its threads.
#[derive(Debug, Default)]
struct Flow {
    /// Bytes that are queued to be written.
    untaken: usize,
    /// Nothing more is to begin.
    ends: bool,
}

/// Ends the session from outside.
#[derive(Clone)]
pub struct End(watch::Sender<Flow>);

impl End {
    /// Lets what is being worked on be answered, and nothing else begin.
    pub fn end(&self) {
        self.0.send_modify(|flow| flow.ends = true);
    }
}

/// Lines of JSON in, lines of JSON out.
pub struct Lines {
    input: channel::Receiver<Line>,
    output: Option<mpsc::Sender<Answer>>,
    flow: watch::Sender<Flow>,
    written: oneshot::Receiver<()>,
    /// Requests that are not answered yet.
    open: HashSet<RequestId>,
    /// The client has said hello.
    greeted: bool,
    ended: bool,
}

/// A line to write, and whom to notify then.
struct Answer {
    line: String,
    written: Option<oneshot::Sender<io::Result<()>>>,
}

impl Lines {
    /// Starts to read and write, each on a thread of its own: neither may hold up the session.
    pub fn new(
        input: impl Read + Send + 'static,
        output: impl Write + Send + 'static,
    ) -> (Self, End) {
        let (lines, received) = channel::channel(AHEAD);
        let flow = watch::Sender::default();
        let end = End(flow.clone());
        let gone = end.clone();
        thread::spawn(move || read(input, &lines));
        let (answers, queued) = mpsc::channel();
        let (done, written) = oneshot::channel();
        thread::spawn(move || {
            write(output, &queued, &gone);
            let _ = done.send(());
        });
        let output = Some(answers);
        let open = HashSet::new();
        (Self { input: received, output, flow, written, open, greeted: false, ended: false }, end)
    }

    fn put(&self, line: String, written: Option<oneshot::Sender<io::Result<()>>>) {
        if let Some(output) = &self.output {
            self.flow.send_modify(|flow| flow.untaken += line.len());
            // A client that has gone needs no answer.
            let _ = output.send(Answer { line, written });
        }
    }

    /// Answers what cannot be passed on. `id` is `null` where it cannot be told.
    fn refuse(&self, id: Value, code: ErrorCode, message: &str) {
        let error = json!({ "code": code.0, "message": message });
        self.put(json::line(&json!({ "jsonrpc": "2.0", "id": id, "error": error })), None);
    }

    /// Returns the message of a line; answers what is none.
    fn message(&mut self, line: &[u8]) -> Option<ClientJsonRpcMessage> {
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        if line.iter().all(u8::is_ascii_whitespace) {
            return None;
        }
        let invalid = ErrorCode::INVALID_REQUEST;
        let value: Value = match serde_json::from_slice(line) {
            Ok(value) => value,
            Err(error) => {
                self.refuse(Value::Null, ErrorCode::PARSE_ERROR, &format!("not JSON: {error}"));
                return None;
            }
        };
        let Value::Object(members) = &value else {
            let text = "expected one message, which is a JSON object";
            self.refuse(Value::Null, invalid, text);
            return None;
        };
        let id = members.get("id").cloned();
        let is_request = members.contains_key("method");
        let answered = match &id {
            Some(id) if id.is_string() || id.is_i64() => id.clone(),
            None if is_request => Value::Null,
            _ => {
                self.refuse(Value::Null, invalid, "\"id\" has to be a text or a whole number");
                return None;
            }
        };
        if let (Some(_), Some(name)) = (&id, named_twice(line)) {
            self.refuse(answered, invalid, &format!("the member {name:?} is there twice"));
            return None;
        }
        match serde_json::from_value(value) {
            Ok(ClientJsonRpcMessage::Request(request)) => {
                if self.open.contains(&request.id) {
                    let text = "a request with this \"id\" is being worked on";
                    // An answer with the id would be taken for that of the other one.
                    self.refuse(Value::Null, invalid, text);
                    return None;
                }
                let hello = matches!(request.request, ClientRequest::InitializeRequest(_));
                let ping = matches!(request.request, ClientRequest::PingRequest(_));
                if !self.greeted && !hello && !ping {
                    self.refuse(answered, invalid, "the session begins with \"initialize\"");
                    return None;
                }
                // A second hello would begin the session anew.
                if self.greeted && hello {
                    self.refuse(answered, invalid, "the session has begun already");
                    return None;
                }
                self.greeted |= hello;
                self.open.insert(request.id.clone());
                Some(ClientJsonRpcMessage::Request(request))
            }
            Ok(ClientJsonRpcMessage::Notification(notification)) => {
                if let ClientNotification::CancelledNotification(cancelled) =
                    &notification.notification
                    && let Some(id) = &cancelled.params.request_id
                {
                    self.open.remove(id);
                }
                self.greeted.then_some(ClientJsonRpcMessage::Notification(notification))
            }
            Ok(other) => self.greeted.then_some(other),
            // A notification is never answered.
            Err(_) if is_request && id.is_none() => None,
            Err(_) => {
                self.refuse(answered, invalid, "not a message of JSON-RPC 2.0");
                None
            }
        }
    }
}

impl Transport<RoleServer> for Lines {
    type Error = io::Error;

    fn send(
        &mut self,
        message: ServerJsonRpcMessage,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let (done, written) = oneshot::channel();
        self.put(json::line(&message), Some(done));
        match &message {
            ServerJsonRpcMessage::Response(response) => {
                self.open.remove(&response.id);
            }
            ServerJsonRpcMessage::Error(error) => {
                error.id.as_ref().map(|id| self.open.remove(id));
            }
            _ => {}
        }
        async move { written.await.unwrap_or_else(|_| Err(ErrorKind::BrokenPipe.into())) }
    }

    /// Returns the next message; `None` where there will be none and every request is answered. May be
    /// dropped before it is ready: nothing is lost then.
    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            if self.ended && self.open.is_empty() {
                return None;
            }
            if self.ended || self.open.len() >= AT_ONCE {
                // It is asked again once something was sent.
                return std::future::pending().await;
            }
            let mut flow = self.flow.subscribe();
            // Its sender is this one: there is one as long as this waits.
            let waits = flow.wait_for(|flow| flow.ends || flow.untaken < UNTAKEN).await;
            if waits.is_ok_and(|flow| flow.ends) {
                self.ended = true;
                continue;
            }
            let line = tokio::select! {
                biased;
                _ = flow.wait_for(|flow| flow.ends) => Some(Line::End),
                line = self.input.recv() => line,
            };
            match line.unwrap_or(Line::End) {
                Line::End => self.ended = true,
                Line::TooLong => {
                    let text = format!("the message is longer than {} MB", LONGEST >> 20);
                    self.refuse(Value::Null, ErrorCode::INVALID_REQUEST, &text);
                }
                Line::Message(line) => {
                    if let Some(message) = self.message(&line) {
                        return Some(message);
                    }
                }
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        self.output = None;
        // A client that takes nothing any more does not hold up the end.
        let _ = tokio::time::timeout(LAST_ANSWERS, &mut self.written).await;
        Ok(())
    }
}

/// Reads lines until there are no more. Of a line that is too long nothing is kept.
fn read(input: impl Read, lines: &channel::Sender<Line>) {
    let mut input = BufReader::new(input);
    loop {
        let mut line = Vec::new();
        let next = match (&mut input).take(LONGEST + 1).read_until(b'\n', &mut line) {
            Ok(0) => Line::End,
            Ok(_) if line.last() != Some(&b'\n') && line.len() as u64 > LONGEST => {
                match input.skip_until(b'\n') {
                    Ok(_) => Line::TooLong,
                    Err(_) => Line::End,
                }
            }
            Ok(_) => Line::Message(line),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => Line::End,
        };
        let ends = matches!(next, Line::End);
        if lines.blocking_send(next).is_err() || ends {
            return;
        }
    }
}

/// Writes lines until there are no more, or no one takes them.
fn write(output: impl Write, queued: &mpsc::Receiver<Answer>, end: &End) {
    let mut output = BufWriter::new(output);
    for Answer { line, written } in queued {
        let result = writeln!(output, "{line}").and_then(|()| output.flush());
        end.0.send_modify(|flow| flow.untaken = flow.untaken.saturating_sub(line.len()));
        let failed = result.is_err();
        written.map(|written| written.send(result));
        if failed {
            return end.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client that takes nothing until the other end is dropped.
    struct Held(mpsc::Receiver<()>);

    impl Write for Held {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn while_a_client_takes_no_answers_no_request_is_read_and_the_session_can_end() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let ping = |id| format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"ping\"}}\n");
            let (taken, held) = mpsc::channel();
            let (mut lines, end) = Lines::new(io::Cursor::new(ping(1) + &ping(2)), Held(held));
            assert!(lines.receive().await.is_some());
            lines.put("x".repeat(UNTAKEN), None);
            let next = tokio::time::timeout(Duration::from_millis(50), lines.receive()).await;
            assert!(next.is_err(), "it waits");
            drop(taken);
            assert!(lines.receive().await.is_some());
            lines.open.clear();
            end.end();
            assert!(lines.receive().await.is_none());
        });
    }
}
