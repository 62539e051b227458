//! `bellhop serve`: a server until somebody ends it.

use std::error::Error;
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use bellhop_server::{
    Authority, Data, Origin, RunningServer, Server, ServerConfig, Tuning, Visibility,
};
use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

use crate::application::Application;

/// Runs a server until Ctrl-C or SIGTERM.
///
/// The first line on standard output is `listening on ws://ADDRESS:PORT`; logs go to standard error
/// (RUST_LOG chooses which).
#[derive(Args)]
pub(crate) struct Serve {
    /// Where to listen; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7700")]
    listen: SocketAddr,
    /// Folder for what the server keeps; without it, it forgets everything when it ends.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    application: Application,
    /// Listen in plain text beyond this machine: anybody on the way can read and change everything.
    #[arg(long)]
    insecure_plaintext: bool,
    /// Let web pages of this origin connect, such as `https://example.org`; may be repeated.
    ///
    /// Programs that are no web page send no `Origin` and are always let in. A page is let in when its
    /// origin is given here, or when it came from the host that it connects to and that host is given
    /// with --allow-host or, but not on loopback, is an address.
    #[arg(long = "allow-origin", value_name = "ORIGIN")]
    allowed_origins: Vec<Origin>,
    /// Answer to this host, such as example.org or example.org:8443, too; may be repeated.
    ///
    /// Requests name in `Host` whom they are for. On loopback the server answers to `localhost` and to
    /// loopback addresses with its own port, and a proxy before it that passes another name on needs
    /// this option. Elsewhere it answers to every name, or, once this option is given, to those given and
    /// to addresses.
    #[arg(long = "allow-host", value_name = "HOST")]
    allowed_hosts: Vec<Authority>,
    /// Who sees whether a user can be reached: everyone, or his contacts, who share a group with him
    /// or have written to him and been written to. Whom he has blocked never does.
    #[arg(long, value_name = "WHO", value_enum, default_value_t)]
    presence: Presence,
}

/// [`Visibility`], as it is said on the command line.
#[derive(Clone, Copy, Default, ValueEnum)]
enum Presence {
    #[default]
    Everyone,
    Contacts,
}

impl From<Presence> for Visibility {
    fn from(presence: Presence) -> Self {
        match presence {
            Presence::Everyone => Self::Everyone,
            Presence::Contacts => Self::Contacts,
        }
    }
}

impl Serve {
    pub(crate) fn run(self) -> Result<(), Box<dyn Error>> {
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(std::io::stderr)
            .init();
        let credentials = self.application.to_serve(self.data.as_deref())?;
        let data = self.data.map_or(Data::Memory, Data::Dir);
        let tuning = Tuning {
            presence: self.presence.into(),
            ..Tuning::default()
        };
        let config = ServerConfig {
            insecure_plaintext: self.insecure_plaintext,
            allowed_hosts: self.allowed_hosts,
            allowed_origins: self.allowed_origins,
            tuning,
            ..ServerConfig::new(self.listen, data, credentials)
        };
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(async {
            let stop = Stop::listen()?;
            let server = Server::start(config).await?;
            announce(&server)?;
            stop.wait().await;
            tracing::info!("going down");
            server.shutdown().await;
            Ok(())
        })
    }
}

/// Says where the server listens, at once.
fn announce(server: &RunningServer) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on ws://{}", server.local_addr())?;
    out.flush()
}

/// The signals that end a server.
struct Stop {
    #[cfg(unix)]
    term: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Stop {
    /// From here on the signals are waited for.
    #[cfg(unix)]
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    #[cfg(unix)]
    async fn wait(mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn wait(self) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "Ctrl-C cannot be waited for");
            std::future::pending::<()>().await;
        }
    }
}
