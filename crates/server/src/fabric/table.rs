//! The table of connections: who is there, who watches whom, who is in a call.
//!
//! Plain state without a lock of its own.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bellhop_engine::{Actor, Call, Notice};
use bellhop_protocol::event::{Status, UserStatus};
use bellhop_protocol::{CallId, DeviceId, Event, Timestamp, UserId};
use tokio::sync::mpsc;

use super::{Line, MAX_DEVICES, MAX_WATCHED};
use crate::ending::Ending;

/// A connection, counted from the start of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ConnectionId(u64);

pub(super) struct Connection {
    pub(super) actor: Actor,
    pub(super) mailbox: mpsc::Sender<Arc<Event>>,
    pub(super) line: Arc<Line>,
    pub(super) watching: BTreeSet<UserId>,
}

#[derive(Default)]
pub(super) struct Table {
    last: u64,
    connections: HashMap<ConnectionId, Connection>,
    /// Oldest first; never empty.
    users: HashMap<UserId, Vec<ConnectionId>>,
    watchers: HashMap<UserId, BTreeSet<ConnectionId>>,
    calls: HashMap<UserId, BTreeSet<CallId>>,
    /// Connections whose mailbox ran over, to be taken out.
    run_over: Vec<ConnectionId>,
}

impl Table {
    /// Its id, and when the connection it took the place of was last heard.
    pub(super) fn insert(&mut self, new: Connection) -> (ConnectionId, Option<Timestamp>) {
        self.last += 1;
        let id = ConnectionId(self.last);
        let user = new.actor.user.clone();
        let before = self.status(&user);
        let is_same = |old: &Connection| {
            old.actor.device == new.actor.device
                && old.actor.platform.is_push() == new.actor.platform.is_push()
        };
        let same = self.of(&user).find(|(_, old)| is_same(old));
        let same = same.map(|(id, old)| (id, old.line.heard.load(Ordering::Relaxed)));
        if let Some((old, _)) = same {
            self.kick(old);
        }
        let counted: Vec<_> = self.counted(&user).map(|(id, _)| id).collect();
        if !new.actor.platform.is_push() && counted.len() >= MAX_DEVICES {
            self.kick(counted[0]);
        }
        self.connections.insert(id, new);
        self.users.entry(user.clone()).or_default().push(id);
        self.tell_watchers(&user, before);
        self.drop_run_over();
        (id, same.map(|(_, heard)| Timestamp::from_millis(heard)))
    }

    /// Takes a connection out, if it is still there.
    pub(super) fn remove(&mut self, id: ConnectionId) {
        let Some(user) = self.connections.get(&id).map(|c| c.actor.user.clone()) else {
            return;
        };
        let before = self.status(&user);
        self.take_out(id);
        self.tell_watchers(&user, before);
        self.drop_run_over();
    }

    pub(super) fn publish(&mut self, notice: &Notice) {
        let event = Arc::new(notice.event.clone());
        let meant: Vec<_> = self
            .counted(&notice.to.user)
            .filter(|(_, connection)| notice.to.includes(&connection.actor.device))
            .map(|(id, _)| id)
            .collect();
        for id in meant {
            self.post(id, &event);
        }
        self.drop_run_over();
    }

    pub(super) fn call_changed(&mut self, call: &Call) {
        let users: BTreeSet<&UserId> = call.members.iter().map(|m| &m.party.user).collect();
        for user in users {
            let before = self.status(user);
            if call.is_running() && call.has(user) {
                let calls = self.calls.entry(user.clone()).or_default();
                calls.insert(call.id.clone());
            } else if let Some(calls) = self.calls.get_mut(user) {
                calls.remove(&call.id);
                if calls.is_empty() {
                    self.calls.remove(user);
                }
            }
            self.tell_watchers(user, before);
        }
        self.drop_run_over();
    }

    /// Nothing when it would watch too many.
    pub(super) fn watch(&mut self, id: ConnectionId, users: &[UserId]) -> Option<()> {
        // One that was kicked watches nobody.
        let Some(connection) = self.connections.get_mut(&id) else {
            return Some(());
        };
        let mut watching = connection.watching.clone();
        watching.extend(users.iter().cloned());
        if watching.len() > MAX_WATCHED {
            return None;
        }
        connection.watching = watching;
        for user in users {
            self.watchers.entry(user.clone()).or_default().insert(id);
        }
        Some(())
    }

    /// The user's connected devices, without those of the push channel.
    pub(super) fn devices(&self, user: &UserId) -> BTreeSet<DeviceId> {
        self.counted(user)
            .map(|(_, connection)| connection.actor.device.clone())
            .collect()
    }

    pub(super) fn user_status(&self, user: &UserId) -> UserStatus {
        UserStatus {
            user: user.clone(),
            status: self.status(user),
        }
    }

    fn status(&self, user: &UserId) -> Status {
        let is_online = self.counted(user).next().is_some();
        match (is_online, self.calls.contains_key(user)) {
            (false, _) => Status::Offline,
            (true, true) => Status::InCall,
            (true, false) => Status::Online,
        }
    }

    fn of(&self, user: &UserId) -> impl Iterator<Item = (ConnectionId, &Connection)> {
        let ids = self.users.get(user).into_iter().flatten();
        ids.map(|id| (*id, &self.connections[id]))
    }

    fn counted(&self, user: &UserId) -> impl Iterator<Item = (ConnectionId, &Connection)> {
        self.of(user)
            .filter(|(_, connection)| !connection.actor.platform.is_push())
    }

    /// Kicks the device's connection, if there is one.
    pub(super) fn expel(&mut self, user: &UserId, device: &DeviceId) {
        let same = self
            .counted(user)
            .find(|(_, it)| it.actor.device == *device);
        let Some(id) = same.map(|(id, _)| id) else {
            return;
        };
        let before = self.status(user);
        self.kick(id);
        self.tell_watchers(user, before);
        self.drop_run_over();
    }

    fn kick(&mut self, id: ConnectionId) {
        if let Some(connection) = self.take_out(id) {
            connection.line.end(Ending::Kicked);
        }
    }

    fn take_out(&mut self, id: ConnectionId) -> Option<Connection> {
        let connection = self.connections.remove(&id)?;
        let user = &connection.actor.user;
        if let Some(ids) = self.users.get_mut(user) {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                self.users.remove(user);
            }
        }
        for watched in &connection.watching {
            if let Some(watchers) = self.watchers.get_mut(watched) {
                watchers.remove(&id);
                if watchers.is_empty() {
                    self.watchers.remove(watched);
                }
            }
        }
        Some(connection)
    }

    fn tell_watchers(&mut self, user: &UserId, before: Status) {
        let status = self.user_status(user);
        if status.status == before {
            return;
        }
        let event = Arc::new(Event::UserStatusChanged(status));
        let watchers: Vec<_> = self
            .watchers
            .get(user)
            .into_iter()
            .flatten()
            .copied()
            .collect();
        for id in watchers {
            self.post(id, &event);
        }
    }

    fn post(&mut self, id: ConnectionId, event: &Arc<Event>) {
        let Some(connection) = self.connections.get(&id) else {
            return;
        };
        if connection.actor.platform.is_push() {
            return;
        }
        match connection.mailbox.try_send(Arc::clone(event)) {
            // A closed mailbox is that of a connection on its way out.
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => {}
            Err(mpsc::error::TrySendError::Full(_)) => self.run_over.push(id),
        }
    }

    /// Takes out connections that read too slowly; telling who watches them may run others over.
    fn drop_run_over(&mut self) {
        while let Some(id) = self.run_over.pop() {
            let Some(user) = self.connections.get(&id).map(|c| c.actor.user.clone()) else {
                continue;
            };
            let before = self.status(&user);
            if let Some(connection) = self.take_out(id) {
                connection.line.end(Ending::TooSlow);
            }
            self.tell_watchers(&user, before);
        }
    }
}
