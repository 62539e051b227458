//! The fabrics of all server processes, as the ledger publishes to them.
//!
//! With a planted bug, not in the order of the commits, or to more than are meant.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use bellhop_engine::{Call, Notice};
use bellhop_protocol::{DeviceId, Event, UserId};
use bellhop_server::Fabric;
use bellhop_server::driver::Presence;
use bellhop_server::ports::Outlet;

use crate::ledger::LEDGER;
use crate::plant::Plant;
use crate::runtime::Handle;

type Running = Arc<Mutex<Vec<Option<Arc<Fabric>>>>>;

/// The fabrics of all server processes: everything is published to all of them, in commit order.
pub(crate) struct Fabrics {
    all: Running,
    /// Whether what is published now reaches nobody.
    pub(crate) is_muted: AtomicBool,
    plant: Option<Plant>,
    handle: Handle,
}

impl Fabrics {
    pub(crate) fn new(processes: usize, handle: Handle, plant: Option<Plant>) -> Self {
        Self {
            all: Arc::new(Mutex::new(vec![None; processes])),
            is_muted: AtomicBool::new(false),
            plant,
            handle,
        }
    }

    fn all(&self) -> MutexGuard<'_, Vec<Option<Arc<Fabric>>>> {
        self.all.lock().expect("nothing panics while it holds them")
    }

    /// The fabric of a process, from here on; nothing while it is down.
    pub(crate) fn set(&self, process: usize, fabric: Option<Arc<Fabric>>) {
        self.all()[process] = fabric;
    }

    /// Kicks the device's connections at other processes than this one.
    pub(crate) fn expel(&self, process: usize, user: &UserId, device: &DeviceId) {
        for (place, fabric) in self.all().iter().enumerate() {
            if let Some(fabric) = fabric.as_ref().filter(|_| place != process) {
                fabric.expel(user, device);
            }
        }
    }

    fn tell(&self, notice: &Notice) {
        tell(&self.all, notice);
    }
}

fn tell(all: &Running, notice: &Notice) {
    let all = all.lock().expect("nothing panics while it holds them");
    all.iter()
        .flatten()
        .for_each(|fabric| fabric.publish(notice));
}

impl Outlet for Fabrics {
    fn publish(&self, notice: &Notice) {
        let is_lost = match self.plant {
            Some(Plant::LosesPushes) => matches!(notice.event, Event::PushReceived(_)),
            Some(Plant::LosesWithdrawals) => matches!(notice.event, Event::PushWithdrawn(_)),
            Some(_) | None => false,
        };
        if is_lost || self.is_muted.load(Ordering::Relaxed) {
            return;
        }
        if self.plant == Some(Plant::PublishesOutOfOrder) {
            let ms = self.handle.draw(|chance| *chance.pick(&[0, 0, 0, 2_000]));
            let (all, notice) = (Arc::clone(&self.all), notice.clone());
            let pause = self.handle.pause(ms);
            return self.handle.spawn(LEDGER, async move {
                pause.await;
                tell(&all, &notice);
            });
        }
        self.tell(notice);
        if self.plant == Some(Plant::TellsStrangers) {
            let mut stray = notice.clone();
            stray.to.user = "cat".parse().expect("a word is an id");
            if stray.to.user != notice.to.user && self.handle.draw(|chance| chance.strikes(100)) {
                self.tell(&stray);
            }
        }
    }

    fn call_changed(&self, call: &Call) {
        for fabric in self.all().iter().flatten() {
            fabric.call_changed(call);
        }
    }

    fn blocks_changed(&self, user: &UserId, others: &[UserId], blocked: bool) {
        for fabric in self.all().iter().flatten() {
            fabric.blocks_changed(user, others, blocked);
        }
    }
}

#[async_trait]
impl Presence for Fabrics {
    async fn connected(&self, user: &UserId) -> BTreeSet<DeviceId> {
        self.handle.pause(0).await;
        let all = self.all();
        all.iter()
            .flatten()
            .flat_map(|it| it.devices(user))
            .collect()
    }
}
