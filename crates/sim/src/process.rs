//! Server processes: the shipping hub, sessions and timers, started and killed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bellhop_protocol::{InviteId, Timestamp, time};
use bellhop_server::driver::{Presence, World};
use bellhop_server::{AppId, Credentials, Fabric, Hub, Ports, SecretKey, Tuning};

use crate::fabrics::Fabrics;
use crate::ledger::FaultyLedger;
use crate::network::ServerEnd;
use crate::plant::Plant;
use crate::runtime::{Handle, Owner};

/// The application that all servers of all worlds answer for.
pub(crate) fn credentials() -> Credentials {
    Credentials {
        app_id: AppId::try_from(1).expect("it is not 0"),
        secret_key: SecretKey::try_from("a key".to_owned()).expect("it is not empty"),
    }
}

/// The server's time and names, as the world gives them.
struct Clockwork {
    handle: Handle,
    minted: AtomicU64,
    ahead: Duration,
}

#[async_trait]
impl World for Clockwork {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.handle.now()).after(self.ahead)
    }

    fn wall_time(&self) -> Timestamp {
        Timestamp::from_millis(self.handle.now())
    }

    fn mint(&self) -> InviteId {
        let number = self.minted.fetch_add(1, Ordering::Relaxed);
        let drawn = self.handle.draw(|chance| chance.number());
        let id = format!("minted-{number}-{drawn:x}");
        id.parse().expect("it is short")
    }

    async fn pause(&self, duration: Duration) {
        self.handle.pause(time::millis(duration)).await;
    }
}

/// A server process.
pub(crate) struct Process {
    place: usize,
    running: Option<(Arc<Hub>, Arc<AtomicBool>)>,
}

impl Process {
    /// A process that does not run.
    pub(crate) fn down(place: usize) -> Self {
        Self {
            place,
            running: None,
        }
    }

    pub(crate) fn owner(&self) -> Owner {
        Owner(self.place)
    }

    /// Whether it runs, if only to catch up.
    pub(crate) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Starts it: it catches up, then serves.
    pub(crate) fn start(
        &mut self,
        ledger: &FaultyLedger,
        fabrics: &Arc<Fabrics>,
        handle: &Handle,
        plant: Option<Plant>,
    ) {
        let fabric = Arc::new(Fabric::default());
        fabrics.set(self.place, Some(Arc::clone(&fabric)));
        let ahead = match plant {
            Some(Plant::CountsFromTheWrongMoment) => Duration::from_secs(3),
            Some(_) | None => Duration::ZERO,
        };
        let ports = Ports {
            store: Arc::new(ledger.share()),
            fabric,
            presence: Arc::clone(fabrics) as Arc<dyn Presence>,
            world: Arc::new(Clockwork {
                handle: handle.clone(),
                minted: AtomicU64::new(0),
                ahead,
            }),
        };
        let hub = Arc::new(Hub::new(ports, credentials(), Tuning::default()));
        let is_open = Arc::new(AtomicBool::new(false));
        self.running = Some((Arc::clone(&hub), Arc::clone(&is_open)));
        let waiting = handle.clone();
        handle.spawn(self.owner(), async move {
            // A server that cannot catch up does not start; somebody starts it again.
            while hub.catch_up().await.is_err() {
                waiting.pause(500).await;
            }
            is_open.store(true, Ordering::Relaxed);
            hub.watch_time().await;
        });
    }

    /// Serves a connection; refuses it when the process does not listen.
    pub(crate) fn serve(&self, handle: &Handle, end: ServerEnd) {
        let Some((hub, _)) = &self.running else {
            return;
        };
        let hub = Arc::clone(hub);
        handle.spawn(self.owner(), async move { hub.serve(end).await });
    }

    /// Whether it listens.
    pub(crate) fn listens(&self) -> bool {
        let open = self.running.as_ref().map(|(_, open)| open);
        open.is_some_and(|open| open.load(Ordering::Relaxed))
    }

    /// It tells everybody that it goes down.
    pub(crate) fn go_down(&self) {
        if let Some((hub, is_open)) = &self.running {
            is_open.store(false, Ordering::Relaxed);
            hub.go_down();
        }
    }

    /// It is no more; its tasks are the caller's to kill.
    pub(crate) fn stop(&mut self, fabrics: &Fabrics) {
        fabrics.set(self.place, None);
        self.running = None;
    }
}
