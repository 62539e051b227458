//! A whole server in one process: started, told where it listens, shut down.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bellhop_protocol::rpc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::credentials::{Credentials, create_folder};
use crate::driver::Presence;
use crate::fabric::Fabric;
use crate::gate::{Authority, Gate, Origin};
use crate::hub::{Hub, Ports, Tuning};
use crate::listener;
use crate::memory::MemoryStore;
use crate::ports::{Outlet, PortError, SharedStore};
use crate::sqlite::{OpenError, SqliteStore};

/// How long connections and timers are waited for at a shutdown.
const SHUTDOWN_WITHIN: Duration = Duration::from_secs(5);

/// What a server is to be like.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Where it keeps what it knows.
    pub data: Data,
    /// The application it answers for.
    pub credentials: Credentials,
    /// Whether it may listen in plain text beyond this machine.
    pub insecure_plaintext: bool,
    /// What the server is called besides the address it listens on, as by the proxy before it.
    pub allowed_hosts: Vec<Authority>,
    /// Origins whose web pages may connect; clients that are no web page always may.
    pub allowed_origins: Vec<Origin>,
    /// Times and sizes.
    pub tuning: Tuning,
}

impl ServerConfig {
    /// A server with everything else as PROTOCOL.md has it.
    pub fn new(listen: SocketAddr, data: Data, credentials: Credentials) -> Self {
        Self {
            listen,
            data,
            credentials,
            insecure_plaintext: false,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            tuning: Tuning::default(),
        }
    }
}

/// Where a server keeps what it knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// In memory, until it ends.
    Memory,
    /// In this folder.
    Dir(PathBuf),
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Off loopback without TLS.
    #[error(
        "{0} can be reached from other machines, and this server would speak plain text there; \
         put it behind TLS, or allow it with --insecure-plaintext"
    )]
    InsecurePlaintext(SocketAddr),
    /// Somebody else listens there.
    #[error("{0} is in use by another program; stop that one or choose another port")]
    AddressInUse(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The data folder cannot be used.
    #[error("the data folder {} cannot be used: {source}", path.display())]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The store in it does not open; perhaps another server uses it.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store does not answer.
    #[error("the data could not be read: {0}")]
    Store(#[from] PortError),
}

/// A server, ready to be started.
pub struct Server;

impl Server {
    /// Starts a server; when this returns, it listens.
    pub async fn start(config: ServerConfig) -> Result<RunningServer, StartError> {
        let ServerConfig {
            listen,
            data,
            credentials,
            insecure_plaintext,
            allowed_hosts,
            allowed_origins,
            tuning,
        } = config;
        if !listen.ip().is_loopback() && !insecure_plaintext {
            return Err(StartError::InsecurePlaintext(listen));
        }
        let fabric = Arc::new(Fabric::default());
        let store = open(&data, Arc::clone(&fabric) as Arc<dyn Outlet>)?;
        let listener = bind(listen).await?;
        let address = listener.local_addr().map_err(|source| StartError::Listen {
            address: listen,
            source,
        })?;
        let ports = Ports {
            store,
            presence: Arc::clone(&fabric) as Arc<dyn Presence>,
            fabric,
            world: Arc::new(Clock::start()),
        };
        let hub = Arc::new(Hub::new(ports, credentials, tuning));
        hub.catch_up().await?;
        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&hub).watch_time());
        let gate = Gate::new(address, allowed_hosts, allowed_origins);
        tasks.spawn(listener::listen(Arc::clone(&hub), gate, listener));
        tracing::info!(%address, "listening");
        Ok(RunningServer {
            address,
            hub,
            tasks,
        })
    }
}

/// A server that listens. Dropping it ends it without goodbyes.
pub struct RunningServer {
    address: SocketAddr,
    hub: Arc<Hub>,
    tasks: JoinSet<()>,
}

impl RunningServer {
    /// The address of its endpoint, as a client takes it.
    pub fn url(&self) -> String {
        format!("ws://{}{}", self.address, rpc::PATH)
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Tells all clients that it goes down (4005), finishes what it has begun, and ends.
    pub async fn shutdown(mut self) {
        self.hub.go_down();
        let finish = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(SHUTDOWN_WITHIN, finish).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
    }
}

async fn bind(listen: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(listen).await.map_err(|source| {
        if source.kind() == io::ErrorKind::AddrInUse {
            return StartError::AddressInUse(listen);
        }
        StartError::Listen {
            address: listen,
            source,
        }
    })
}

fn open(data: &Data, outlet: Arc<dyn Outlet>) -> Result<SharedStore, StartError> {
    match data {
        Data::Memory => Ok(Arc::new(MemoryStore::new(outlet))),
        Data::Dir(folder) => {
            create_folder(folder).map_err(|source| StartError::Folder {
                path: folder.clone(),
                source,
            })?;
            let store = SqliteStore::open(&folder.join("bellhop.db"), outlet)?;
            Ok(Arc::new(store))
        }
    }
}
