//! The table of connections: who is there, who watches whom, who is in a call.
//!
//! Plain state without a lock of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bellhop_engine::{Actor, Call, ConnectionId, Notice};
use bellhop_protocol::event::{Status, UserStatus};
use bellhop_protocol::{CallId, DeviceId, Event, Timestamp, UserId};
use tokio::sync::mpsc;

use super::{Hidden, Line, MAX_DEVICES, MAX_WATCHED};
use crate::ending::Ending;

pub(super) struct Connection {
    pub(super) actor: Actor,
    pub(super) mailbox: mpsc::Sender<Arc<Event>>,
    pub(super) line: Arc<Line>,
    pub(super) watching: BTreeMap<UserId, Sight>,
}

/// What a connection may see of a user it watches; nothing as long as a part of it is not known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sight {
    is_blocked: Option<bool>,
    is_stranger: Option<bool>,
}

impl Sight {
    fn shows(self, status: Status) -> Status {
        match (self.is_blocked, self.is_stranger) {
            (Some(false), Some(false)) => status,
            (None | Some(_), None | Some(_)) => Status::Offline,
        }
    }
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
        // Counted on from the time, so that another process names another connection otherwise.
        let at = new.line.heard.load(Ordering::Relaxed);
        self.last = (self.last + 1).max(at.saturating_mul(1 << 10));
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
        let is_meant = |id: ConnectionId, actor: &Actor| {
            if notice.to.is_push {
                return actor.platform.is_push();
            }
            !actor.platform.is_push() && notice.to.includes_on(&actor.device, id)
        };
        let meant: Vec<_> = self
            .of(&notice.to.user)
            .filter(|(id, connection)| is_meant(*id, &connection.actor))
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

    /// Nothing when it would watch too many. It sees nothing before [`Table::see`].
    pub(super) fn watch(&mut self, id: ConnectionId, users: &[UserId]) -> Option<()> {
        // One that was kicked watches nobody.
        let Some(connection) = self.connections.get_mut(&id) else {
            return Some(());
        };
        let new: BTreeSet<&UserId> = users
            .iter()
            .filter(|user| !connection.watching.contains_key(*user))
            .collect();
        if connection.watching.len() + new.len() > MAX_WATCHED {
            return None;
        }
        for user in new {
            connection.watching.insert(user.clone(), Sight::default());
            self.watchers.entry(user.clone()).or_default().insert(id);
        }
        Some(())
    }

    /// How these users, whom it watches, stand for a connection, now that it is known who is hidden
    /// from it. A block that changed since it began to watch is known better.
    pub(super) fn see(
        &mut self,
        id: ConnectionId,
        users: &[UserId],
        hidden: &Hidden,
    ) -> Vec<UserStatus> {
        let seen = users.iter().map(|user| {
            let status = self.status(user);
            let connection = self.connections.get_mut(&id);
            let sight = connection.and_then(|it| it.watching.get_mut(user));
            let shown = sight.map_or(Status::Offline, |sight| {
                let is_blocked = hidden.by_block.contains(user);
                sight.is_blocked.get_or_insert(is_blocked);
                sight.is_stranger = Some(hidden.from_strangers.contains(user));
                sight.shows(status)
            });
            UserStatus {
                user: user.clone(),
                status: shown,
            }
        });
        seen.collect()
    }

    /// Whom a connection watches.
    pub(super) fn watched(&self, id: ConnectionId) -> Vec<UserId> {
        let watching = self.connections.get(&id).map(|it| it.watching.keys());
        watching.into_iter().flatten().cloned().collect()
    }

    /// Tells a connection of those among these whom it sees otherwise, now that it is known anew to
    /// whom of them it is a stranger. One it does not see yet is left to [`Table::see`].
    pub(super) fn look_again(
        &mut self,
        id: ConnectionId,
        users: &[UserId],
        strangers: &BTreeSet<UserId>,
    ) {
        for user in users {
            let status = self.status(user);
            let connection = self.connections.get_mut(&id);
            let Some(sight) = connection.and_then(|it| it.watching.get_mut(user)) else {
                continue;
            };
            if sight.is_stranger.is_none() {
                continue;
            }
            let before = sight.shows(status);
            sight.is_stranger = Some(strangers.contains(user));
            let shown = sight.shows(status);
            if before != shown {
                self.post(id, &told(user, shown));
            }
        }
        self.drop_run_over();
    }

    /// Those blocked see the user as offline from here on, and as he is when they are no more.
    pub(super) fn blocks_changed(&mut self, user: &UserId, others: &[UserId], blocked: bool) {
        let status = self.status(user);
        let others: BTreeSet<&UserId> = others.iter().collect();
        for id in self.watchers_of(user) {
            let connection = self.connections.get_mut(&id);
            let Some(connection) = connection.filter(|it| others.contains(&it.actor.user)) else {
                continue;
            };
            let Some(sight) = connection.watching.get_mut(user) else {
                continue;
            };
            let before = sight.is_blocked.map(|_| sight.shows(status));
            sight.is_blocked = Some(blocked);
            let shown = sight.shows(status);
            if before.is_some_and(|before| before != shown) {
                self.post(id, &told(user, shown));
            }
        }
        self.drop_run_over();
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
        for watched in connection.watching.keys() {
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
        let status = self.status(user);
        if status == before {
            return;
        }
        let event = told(user, status);
        for id in self.watchers_of(user) {
            let sight = self
                .connections
                .get(&id)
                .and_then(|it| it.watching.get(user));
            if sight.is_some_and(|sight| sight.shows(before) != sight.shows(status)) {
                self.post(id, &event);
            }
        }
    }

    fn watchers_of(&self, user: &UserId) -> Vec<ConnectionId> {
        let watchers = self.watchers.get(user).into_iter().flatten();
        watchers.copied().collect()
    }

    fn post(&mut self, id: ConnectionId, event: &Arc<Event>) {
        let Some(connection) = self.connections.get(&id) else {
            return;
        };
        let is_push = matches!(**event, Event::PushReceived(_) | Event::PushWithdrawn(_));
        if connection.actor.platform.is_push() != is_push {
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

fn told(user: &UserId, status: Status) -> Arc<Event> {
    Arc::new(Event::UserStatusChanged(UserStatus {
        user: user.clone(),
        status,
    }))
}
