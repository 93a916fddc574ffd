//! A connection to a database, within a time limit.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use postgres::config::{ChannelBinding, SslMode as Mode, TargetSessionAttrs};
use postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error::ServerError;
use super::tls;
use super::url::{ServerUrl, SslMode};

/// How long a server may take to let somebody in, unless the caller says otherwise.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(8);

/// The same for an attempt that no one waits for. It is long: what a hanging server has not answered by then
/// stays open until it does, so there should be few.
pub const PATIENT_LIMIT: Duration = Duration::from_secs(60);

/// How long a packet may stay without an answer before the connection counts as lost.
const UNANSWERED: Duration = Duration::from_secs(8);
/// How long a connection is silent before it is looked after.
const IDLE: Duration = Duration::from_secs(10);
/// How long lies between two looks, and after how many without an answer it is lost.
const LOOKS: (Duration, u32) = (Duration::from_secs(3), 3);

/// Does something on a thread of its own, and waits no longer than this for it; `None` where it is not
/// done by then. It goes on alone, and what it made is dropped there.
pub fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (done, wait) = mpsc::sync_channel(1);
    thread::spawn(move || {
        // Whoever waited may have gone.
        let _ = done.send(work());
    });
    wait.recv_timeout(limit).ok()
}

impl ServerUrl {
    /// Connects, in no more than this time from the look-up of the name to the server's answer.
    /// `application` is how the connection is called in the server's list of connections.
    ///
    /// # Errors
    /// Where the server is not reached or does not let the role in.
    pub fn connect(&self, application: &str, limit: Duration) -> Result<Client, ServerError> {
        let (url, application) = (self.clone(), application.to_owned());
        let connected = within(limit, move || url.connect_now(&application));
        let silent = || Err(ServerError::lost(self, "it does not answer"));
        connected.unwrap_or_else(silent)
    }

    fn connect_now(&self, application: &str) -> Result<Client, ServerError> {
        let failed = |error: postgres::Error| ServerError::of(self, &error);
        let mut config = self.config(application);
        if self.is_local() || self.ssl_mode == SslMode::Disable {
            return config.ssl_mode(Mode::Disable).connect(NoTls).map_err(failed);
        }
        let tls = tls::config(self).map_err(|why| ServerError::refused(self, why))?;
        let tls = MakeRustlsConnect::new(tls);
        let may_be_plain = matches!(self.ssl_mode, SslMode::Prefer | SslMode::Allow);
        config.ssl_mode(if may_be_plain { Mode::Prefer } else { Mode::Require });
        match config.connect(tls) {
            // As libpq: preferred is not required.
            Err(error) if may_be_plain && error.to_string().contains("TLS") => {
                config.ssl_mode(Mode::Disable).connect(NoTls).map_err(failed)
            }
            connected => connected.map_err(failed),
        }
    }

    fn config(&self, application: &str) -> Config {
        let mut config = Config::new();
        for (host, port) in &self.hosts {
            if self.addresses.is_empty() || !host.starts_with('/') {
                config.host(host);
            }
            config.port(*port);
        }
        self.addresses.iter().for_each(|address| {
            config.hostaddr(*address);
        });
        config
            .user(&self.user)
            .dbname(&self.database)
            .application_name(application)
            .tcp_user_timeout(UNANSWERED)
            .keepalives(self.keepalives)
            .keepalives_idle(IDLE)
            .keepalives_interval(LOOKS.0)
            .keepalives_retries(LOOKS.1);
        if !self.connect_timeout.is_zero() {
            config.connect_timeout(self.connect_timeout);
        }
        if let Some(password) = self.password() {
            config.password(password);
        }
        if let Some(options) = &self.options {
            config.options(options);
        }
        match self.channel_binding.as_deref() {
            Some("disable") => config.channel_binding(ChannelBinding::Disable),
            Some("require") => config.channel_binding(ChannelBinding::Require),
            _ => config.channel_binding(ChannelBinding::Prefer),
        };
        match self.session_attributes.as_deref() {
            Some("read-write" | "primary") => {
                config.target_session_attrs(TargetSessionAttrs::ReadWrite)
            }
            Some("read-only") => config.target_session_attrs(TargetSessionAttrs::ReadOnly),
            _ => config.target_session_attrs(TargetSessionAttrs::Any),
        };
        config
    }
}
