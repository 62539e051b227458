//! Who is connected in this process, and what reaches them.
//!
//! Owns the connections, their mailboxes and the status of users; knows no socket and no store.
//! Everything happens under one lock that is held for moments, so that what is published in commit
//! order arrives in commit order.

mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use bellhop_engine::{Actor, Call, ConnectionId, Notice};
use bellhop_protocol::event::{Status, UserStatus};
use bellhop_protocol::{DeviceId, Event, Timestamp, UserId};
use tokio::sync::{mpsc, watch};

use self::table::{Connection, Table};
use crate::driver::Presence;
use crate::ending::Ending;
use crate::ports::Outlet;

/// How many events wait for a connection at most; one more, and it is closed (4003).
pub(crate) const MAILBOX: usize = 256;
/// How many devices of a user are connected at most (SIGNALING §5).
pub(crate) const MAX_DEVICES: usize = 10;
/// How many users a connection watches at most.
pub(crate) const MAX_WATCHED: usize = 1000;

/// Events that wait for a connection, in order.
pub(crate) type Mailbox = mpsc::Receiver<Arc<Event>>;

/// Who does not show somebody whether he can be reached.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hidden {
    /// Those who have blocked him.
    pub(crate) by_block: BTreeSet<UserId>,
    /// Those who show themselves to contacts alone, and whose contact he is not.
    pub(crate) from_strangers: BTreeSet<UserId>,
}

impl Hidden {
    fn hides(&self, user: &UserId) -> bool {
        self.by_block.contains(user) || self.from_strangers.contains(user)
    }
}

/// The connections of this process.
#[derive(Default)]
pub struct Fabric {
    table: Mutex<Table>,
}

/// What a connection and the fabric know of each other.
struct Line {
    ending: watch::Sender<Option<Ending>>,
    heard: AtomicU64,
}

impl Line {
    fn end(&self, ending: Ending) {
        self.ending.send_if_modified(|current| {
            let is_first = current.is_none();
            current.get_or_insert(ending);
            is_first
        });
    }
}

/// A connection's place in the fabric; it is detached when this is dropped.
pub(crate) struct Attachment {
    fabric: Arc<Fabric>,
    pub(crate) id: ConnectionId,
    line: Arc<Line>,
    /// When the connection that this one took the place of was last heard.
    pub(crate) replaced: Option<Timestamp>,
}

impl Attachment {
    /// Why this connection has to end, as soon as it has to.
    pub(crate) fn ending(&self) -> watch::Receiver<Option<Ending>> {
        self.line.ending.subscribe()
    }

    /// Notes that the peer was heard.
    pub(crate) fn heard(&self, now: Timestamp) {
        self.line.heard.store(now.as_millis(), Ordering::Relaxed);
    }

    /// When the peer was last heard.
    pub(crate) fn last_heard(&self) -> Timestamp {
        Timestamp::from_millis(self.line.heard.load(Ordering::Relaxed))
    }

    /// From here on an event whenever one of these users stands differently; nothing when the
    /// connection would watch more than [`MAX_WATCHED`]. It begins with [`Attachment::see`].
    pub(crate) fn watch(&self, users: &[UserId]) -> Option<()> {
        self.fabric.table().watch(self.id, users)
    }

    /// How these users, whom it watches, stand for the connection from which these are hidden.
    pub(crate) fn see(&self, users: &[UserId], hidden: &Hidden) -> Vec<UserStatus> {
        self.fabric.table().see(self.id, users, hidden)
    }

    /// Whom it watches.
    pub(crate) fn watched(&self) -> Vec<UserId> {
        self.fabric.table().watched(self.id)
    }

    /// Tells of those among these users, whom it watches, who stand differently for it, now that these
    /// are the ones who hide from strangers.
    pub(crate) fn look_again(&self, users: &[UserId], from_strangers: &BTreeSet<UserId>) {
        self.fabric
            .table()
            .look_again(self.id, users, from_strangers);
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        self.fabric.table().remove(self.id);
    }
}

impl Fabric {
    /// Connects a device.
    ///
    /// Another connection of the same device is kicked, and the oldest one when the user has more
    /// than [`MAX_DEVICES`]. Connections of the push channel count for nothing and hear nothing.
    pub(crate) fn attach(self: &Arc<Self>, actor: &Actor, now: Timestamp) -> (Attachment, Mailbox) {
        let (sender, mailbox) = mpsc::channel(MAILBOX);
        let line = Arc::new(Line {
            ending: watch::Sender::new(None),
            heard: AtomicU64::new(now.as_millis()),
        });
        let connection = Connection {
            actor: actor.clone(),
            mailbox: sender,
            line: Arc::clone(&line),
            watching: BTreeMap::new(),
        };
        let (id, replaced) = self.table().insert(connection);
        let attachment = Attachment {
            fabric: Arc::clone(self),
            id,
            line,
            replaced,
        };
        (attachment, mailbox)
    }

    /// Kicks the device's connection, if there is one: it has logged in at another process.
    pub fn expel(&self, user: &UserId, device: &DeviceId) {
        self.table().expel(user, device);
    }

    /// The user's connected devices, without those of the push channel.
    pub fn devices(&self, user: &UserId) -> BTreeSet<DeviceId> {
        self.table().devices(user)
    }

    /// How these users stand for somebody from whom these are hidden.
    pub(crate) fn statuses(&self, users: &[UserId], hidden: &Hidden) -> Vec<UserStatus> {
        let table = self.table();
        let stands = |user: &UserId| match hidden.hides(user) {
            false => table.user_status(user),
            true => UserStatus {
                user: user.clone(),
                status: Status::Offline,
            },
        };
        users.iter().map(stands).collect()
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table
            .lock()
            .expect("nothing panics while it holds the table")
    }
}

impl Outlet for Fabric {
    fn publish(&self, notice: &Notice) {
        self.table().publish(notice);
    }

    fn call_changed(&self, call: &Call) {
        self.table().call_changed(call);
    }

    fn blocks_changed(&self, user: &UserId, others: &[UserId], blocked: bool) {
        self.table().blocks_changed(user, others, blocked);
    }
}

#[async_trait]
impl Presence for Fabric {
    async fn connected(&self, user: &UserId) -> BTreeSet<DeviceId> {
        self.devices(user)
    }
}

#[cfg(test)]
mod tests;
