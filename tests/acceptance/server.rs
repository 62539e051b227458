//! Real servers for the tests, in this process, each on a port and with a store of its own.

use std::net::{Ipv4Addr, SocketAddr};

use bellhop_server::{Credentials, Data, RunningServer, Server, ServerConfig, Tuning};
use serde_json::{Value, json};

use crate::raw::Wire;
use crate::signature::{APP_ID, SECRET, claims};

/// A server that is gone when this is dropped.
pub(crate) struct TestServer {
    running: RunningServer,
    _folder: Option<tempfile::TempDir>,
}

/// The configuration of a server of the tests' application.
pub(crate) fn config(listen: SocketAddr, data: Data) -> ServerConfig {
    let credentials = Credentials {
        app_id: APP_ID.try_into().unwrap(),
        secret_key: SECRET.to_owned().try_into().unwrap(),
    };
    ServerConfig::new(listen, data, credentials)
}

/// Any free port of this machine.
pub(crate) fn anywhere() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

impl TestServer {
    /// With everything as PROTOCOL.md has it, and nothing kept.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// With other times or sizes.
    pub(crate) async fn with(tune: impl FnOnce(&mut Tuning)) -> Self {
        let mut config = config(anywhere(), Data::Memory);
        tune(&mut config.tuning);
        Self {
            running: Server::start(config).await.unwrap(),
            _folder: None,
        }
    }

    /// That answers to these hosts besides, and lets in web pages of these origins.
    pub(crate) async fn open_to(hosts: &[&str], origins: &[&str]) -> Self {
        let mut config = config(anywhere(), Data::Memory);
        config.allowed_hosts = hosts.iter().map(|host| host.parse().unwrap()).collect();
        config.allowed_origins = origins.iter().map(|it| it.parse().unwrap()).collect();
        Self {
            running: Server::start(config).await.unwrap(),
            _folder: None,
        }
    }

    /// With everything kept in a folder.
    pub(crate) async fn on_disk() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = config(anywhere(), Data::Dir(folder.path().to_owned()));
        Self {
            running: Server::start(config).await.unwrap(),
            _folder: Some(folder),
        }
    }

    /// Shuts it down in order.
    pub(crate) async fn shut_down(self) {
        self.running.shutdown().await;
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.running.local_addr()
    }

    /// Its address, without a path.
    pub(crate) fn url(&self) -> String {
        format!("ws://{}", self.running.local_addr())
    }

    /// Parameters of a login.
    pub(crate) fn login(&self, user: &str, device: &str, signature: &str) -> Value {
        json!({"userID": user, "userSig": signature, "deviceID": device, "platform": "cli"})
    }

    /// This user on this device, logged in.
    pub(crate) async fn wire(&self, user: &str, device: &str) -> Wire {
        let mut wire = Wire::open(&self.url()).await;
        let params = self.login(user, device, &claims(user).sign());
        wire.snapshot = wire.ask("login", params).await;
        wire
    }

    /// Logs this device out, and waits until the server has closed the connection.
    pub(crate) async fn logout(&self, mut wire: Wire) {
        wire.ask("logout", json!({})).await;
        wire.close_code().await;
    }
}
