//! What all connections and the timers of one server share.
//!
//! Needs no async runtime and no clock but those that are passed in: the simulation runs it as it is.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bellhop_engine::GRACE;
use bellhop_protocol::{Code, Failure, Reason, UserId, time};
use tokio::sync::{Notify, watch};

use crate::credentials::Credentials;
use crate::driver::{Driver, Presence, World};
use crate::fabric::Fabric;
use crate::limits::{Kind, Limits, RateLimits};
use crate::ports::{PortError, SharedStore};
use crate::wire::Wire;
use crate::{session, timers};

/// Who sees whether a user can be reached; never whom he has blocked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody who is logged in.
    #[default]
    Everyone,
    /// Who shares a group with him, or has written to him and been written to by him.
    Contacts,
}

/// Times and sizes that PROTOCOL.md sets, where other values are for tests; and what a server's owner
/// chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tuning {
    /// How long a vanished inviter or party is waited for.
    pub grace: Duration,
    /// How long a connection may stay without a login.
    pub login_within: Duration,
    /// How often a connection is pinged.
    pub ping_every: Duration,
    /// After how long a silent connection is dropped.
    pub silent_after: Duration,
    /// How many connections there are at most.
    pub max_connections: usize,
    /// What a user may ask.
    pub rate_limits: RateLimits,
    /// Who sees whether a user can be reached.
    pub presence: Visibility,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            grace: GRACE,
            login_within: Duration::from_secs(10),
            ping_every: Duration::from_secs(20),
            silent_after: Duration::from_secs(45),
            max_connections: 20_000,
            rate_limits: RateLimits::default(),
            presence: Visibility::default(),
        }
    }
}

/// What a server stands on.
pub struct Ports {
    /// Where it keeps what it knows.
    pub store: SharedStore,
    /// Its own connections.
    pub fabric: Arc<Fabric>,
    /// Who is connected, here or at another process on the same store.
    pub presence: Arc<dyn Presence>,
    /// Time and names.
    pub world: Arc<dyn World>,
}

/// What all connections and the timers of one server share.
pub struct Hub {
    pub(crate) store: SharedStore,
    pub(crate) driver: Driver,
    pub(crate) fabric: Arc<Fabric>,
    pub(crate) presence: Arc<dyn Presence>,
    pub(crate) world: Arc<dyn World>,
    pub(crate) credentials: Credentials,
    pub(crate) tuning: Tuning,
    pub(crate) limits: Mutex<Limits>,
    /// Wakes the timers.
    pub(crate) nudge: Notify,
    pub(crate) going_down: watch::Sender<bool>,
}

impl Hub {
    /// A server on these ports that serves nobody yet.
    pub fn new(ports: Ports, credentials: Credentials, tuning: Tuning) -> Self {
        let Ports {
            store,
            fabric,
            presence,
            world,
        } = ports;
        Self {
            driver: Driver::new(
                Arc::clone(&store),
                Arc::clone(&presence),
                Arc::clone(&world),
            ),
            store,
            fabric,
            presence,
            world,
            credentials,
            tuning,
            limits: Mutex::new(Limits::new(tuning.rate_limits)),
            nudge: Notify::new(),
            going_down: watch::Sender::new(false),
        }
    }

    /// Brings the store up to date with what passed while no server ran; for the start.
    pub async fn catch_up(&self) -> Result<(), PortError> {
        timers::catch_up(self).await
    }

    /// Watches the time until the server goes down.
    pub async fn watch_time(self: Arc<Self>) {
        timers::watch(self).await;
    }

    /// Serves a connection until it ends.
    pub async fn serve(self: Arc<Self>, wire: impl Wire) {
        session::serve(self, wire).await;
    }

    /// Tells all connections and the timers that the server goes down.
    pub fn go_down(&self) {
        self.going_down.send_replace(true);
    }

    /// Counts a request of the user; 7008 when it is one too many.
    pub(crate) fn admit(&self, user: &UserId, kind: Kind) -> Result<(), Failure> {
        let mut limits = self
            .limits
            .lock()
            .expect("nothing panics while it holds the limits");
        let Err(wait) = limits.take(user, kind, self.world.now()) else {
            return Ok(());
        };
        let ms = time::millis(wait);
        let message = format!("Too many requests. Try again in {ms} ms.");
        let mut failure = Failure::new(Code::TooManyRequests, Reason::TooManyRequests, message);
        failure.data.retry_after_ms = Some(ms);
        Err(failure)
    }
}

/// Completes when the server goes down.
pub(crate) async fn gone_down(going_down: &mut watch::Receiver<bool>) {
    // Without a sender nobody holds the server any more.
    if going_down.wait_for(|down| *down).await.is_err() {
        tracing::debug!("the server was dropped");
    }
}
