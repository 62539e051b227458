//! The server inside the app, and the file by which other apps of the same person find it.
//!
//! Owns `server.json`; knows no call and no window. Whoever holds the lock `host.lock` beside the
//! profiles' folders hosts, so that there is one server however many apps start at once, and the next
//! one takes over when that process ends, however it ends.

use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bellhop_client::agent::Agent;
use bellhop_client::{Client, InvalidServerUrl, ServerUrl, UserSig};
use bellhop_protocol::UserId;
use bellhop_server::user_sig;
use bellhop_server::{
    Credentials, Data, RunningServer, Server, ServerConfig, StartError, wall_time,
};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::profile::{self, FileError};
use crate::test_contacts;

const SERVER_FILE: &str = "server.json";
/// Beside the lock, so that history outlives a change of host. No profile can be called so.
const DATA: &str = "host.data";
const LOCK: &str = "host.lock";
/// How long a server on this machine may take to say that it lives.
const ALIVE_WITHIN: Duration = Duration::from_secs(2);
/// How long a signature made here is good for; another is made when it expires.
const SIGNED_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Where a server of this person's apps listens, and what signs its users in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Host {
    /// The address to connect to.
    pub(crate) url: String,
    /// Its IP address and port.
    pub(crate) address: SocketAddr,
    /// Its application's number and key.
    #[serde(flatten)]
    pub(crate) credentials: Credentials,
    /// The process it runs in.
    pub(crate) pid: u32,
}

impl Host {
    /// The address to connect to.
    pub(crate) fn server_url(&self) -> Result<ServerUrl, InvalidServerUrl> {
        self.url.parse()
    }

    /// Signatures for a user, made when they are needed.
    pub(crate) fn sign(&self, user: &UserId) -> UserSig {
        let (credentials, user) = (self.credentials.clone(), user.clone());
        UserSig::renewed(move || {
            let signature = user_sig::sign(&credentials, &user, wall_time(), SIGNED_FOR);
            std::future::ready(Ok(signature))
        })
    }

    /// Whether it answers.
    pub(crate) async fn is_alive(&self) -> bool {
        match tokio::time::timeout(ALIVE_WITHIN, asks_health(self.address)).await {
            Ok(Ok(is_ok)) => is_ok,
            Ok(Err(error)) => {
                tracing::debug!(address = %self.address, %error, "no server there");
                false
            }
            Err(_) => false,
        }
    }
}

/// The hosts that the profiles below `root` tell of, alive or not.
pub(crate) fn hosts(root: &Path) -> io::Result<Vec<Host>> {
    let mut hosts = Vec::new();
    for entry in fs::read_dir(root)? {
        let path = entry?.path().join(SERVER_FILE);
        let Ok(bytes) = fs::read(&path) else { continue };
        match serde_json::from_slice(&bytes) {
            Ok(host) => hosts.push(host),
            Err(error) => tracing::warn!(file = %path.display(), %error, "unreadable"),
        }
    }
    Ok(hosts)
}

/// The right to host, which one process has at a time.
#[derive(Debug)]
pub(crate) struct HostLock {
    /// Locked until it is closed.
    _file: File,
}

impl HostLock {
    /// Takes it; nothing when another process has it.
    pub(crate) fn take(root: &Path) -> io::Result<Option<Self>> {
        match profile::lock(&root.join(LOCK)) {
            Ok(file) => Ok(Some(Self { _file: file })),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Why this app cannot host a server.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HostError {
    /// It does not start.
    #[error("The app's own server does not start: {0}")]
    Start(#[from] StartError),
    /// Others could not find it.
    #[error("The app's own server cannot be announced: {0}")]
    File(#[from] FileError),
    /// Its address makes no sense.
    #[error("The app's own server has no address to connect to: {0}")]
    Address(#[from] InvalidServerUrl),
}

/// A server in this process, with the test contacts on it.
pub(crate) struct LocalServer {
    host: Host,
    server: RunningServer,
    contacts: Vec<Agent>,
    gathering: JoinHandle<()>,
    file: ServerFile,
    lock: HostLock,
}

impl LocalServer {
    /// Starts it on a free port of this machine, with the data of whichever profile below `root`
    /// hosted before, and announces it in this profile's folder.
    pub(crate) async fn start(
        root: &Path,
        folder: &Path,
        lock: HostLock,
    ) -> Result<Self, HostError> {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let credentials = Credentials::random();
        let data = Data::Dir(root.join(DATA));
        let config = ServerConfig::new(listen, data, credentials.clone());
        let server = Server::start(config).await?;
        let host = Host {
            url: server.url(),
            address: server.local_addr(),
            credentials,
            pid: std::process::id(),
        };
        let contacts = test_contacts::start(&host.server_url()?, |user| host.sign(user));
        let clients = contacts.iter().map(|contact| contact.client().clone());
        let gathering = tokio::spawn(gather(clients.collect()));
        let file = ServerFile::write(folder, &host)?;
        Ok(Self {
            host,
            server,
            contacts,
            gathering,
            file,
            lock,
        })
    }

    /// Where it is.
    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    /// Ends it, and then lets another app host.
    pub(crate) async fn stop(self) {
        drop(self.file);
        self.gathering.abort();
        for contact in self.contacts {
            contact.stop().await;
        }
        self.server.shutdown().await;
        drop(self.lock);
    }
}

impl std::fmt::Debug for LocalServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("LocalServer").field(&self.host.url).finish()
    }
}

async fn gather(contacts: Vec<Client>) {
    if let Err(error) = test_contacts::gather(contacts).await {
        tracing::warn!(%error, "the test contacts have no group");
    }
}

/// `server.json`, which is there as long as this is.
struct ServerFile(PathBuf);

impl ServerFile {
    fn write(folder: &Path, host: &Host) -> Result<Self, FileError> {
        let path = folder.join(SERVER_FILE);
        profile::save(&path, host)?;
        Ok(Self(path))
    }
}

impl Drop for ServerFile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::warn!(file = %self.0.display(), %error, "cannot be removed");
        }
    }
}

async fn asks_health(address: SocketAddr) -> io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut status = [0; "HTTP/1.1 200".len()];
    stream.read_exact(&mut status).await?;
    Ok(status == *b"HTTP/1.1 200")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_process_hosts_and_says_where_until_it_stops() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("alice");
        fs::create_dir_all(&folder).unwrap();
        let lock = HostLock::take(root.path()).unwrap().unwrap();
        assert!(HostLock::take(root.path()).unwrap().is_none());
        let server = LocalServer::start(root.path(), &folder, lock)
            .await
            .unwrap();

        let hosts_now = hosts(root.path()).unwrap();
        assert_eq!(hosts_now, [server.host().clone()]);
        assert!(hosts_now[0].is_alive().await);
        assert_eq!(hosts_now[0].pid, std::process::id());

        server.stop().await;
        assert_eq!(hosts(root.path()).unwrap(), []);
        assert!(!hosts_now[0].is_alive().await);
        assert!(HostLock::take(root.path()).unwrap().is_some());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_secret_is_readable_by_its_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let lock = HostLock::take(root.path()).unwrap().unwrap();
        let server = LocalServer::start(root.path(), root.path(), lock)
            .await
            .unwrap();
        let file = fs::metadata(root.path().join(SERVER_FILE)).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
        server.stop().await;
    }
}
