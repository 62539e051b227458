//! The stores in memory: for tests, for the simulation, and as the plainest reading of the ports.
//!
//! Owns one state behind one lock. The lock is held while the outlet is told, so that what is told
//! has the order of the commits; it is never held across an `await`.

mod state;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use bellhop_engine::{Call, Draft, Invitation, Reply, Stored, Thread};
use bellhop_protocol::request::Conversation;
use bellhop_protocol::{CallId, DeviceId, InviteId, Party, Timestamp, UserId};

use self::state::{Seen, State, in_order};
use crate::ports::{
    Directory, Due, History, Ledger, OpKey, OpRecord, Outlet, PortError, Transition, in_list_order,
    publish_decision, publish_message, timed_out_at,
};

/// Ledger, history and directory that last as long as the process.
pub struct MemoryStore {
    state: Mutex<State>,
    outlet: Arc<dyn Outlet>,
}

impl MemoryStore {
    /// Empty stores that tell this outlet.
    pub fn new(outlet: Arc<dyn Outlet>) -> Self {
        Self {
            state: Mutex::default(),
            outlet,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("nothing panics while it holds the state")
    }
}

#[async_trait]
impl Ledger for MemoryStore {
    async fn invitation(&self, id: &InviteId) -> Result<Option<Invitation>, PortError> {
        let state = self.state();
        Ok(state.invitations.get(id).map(|kept| kept.value.clone()))
    }

    async fn call(&self, id: &CallId) -> Result<Option<Call>, PortError> {
        let state = self.state();
        Ok(state.calls.get(id).map(|kept| kept.value.clone()))
    }

    async fn op(&self, key: &OpKey, now: Timestamp) -> Result<Option<OpRecord>, PortError> {
        Ok(self.state().op(key, now).cloned())
    }

    async fn commit(&self, transition: Transition) -> Result<Reply, PortError> {
        let Transition {
            decision,
            ops,
            fingerprint,
            now,
        } = transition;
        let mut state = self.state();
        state.check(&decision, &ops, now)?;
        let stored = state.apply(&decision);
        let reply = decision.reply.clone().with_message(stored.clone());
        state.remember(ops, fingerprint, &reply, now);
        publish_decision(self.outlet.as_ref(), &decision, stored.as_ref());
        Ok(reply)
    }

    async fn open_invitations(&self, user: &UserId) -> Result<Vec<Invitation>, PortError> {
        let state = self.state();
        let open = state
            .open()
            .filter(|kept| kept.value.users().any(|u| u == user));
        Ok(in_order(open))
    }

    async fn running_calls(&self, user: &UserId) -> Result<Vec<Call>, PortError> {
        let state = self.state();
        let calls = state.calls.values();
        Ok(in_order(calls.filter(|kept| {
            kept.value.is_running() && kept.value.has(user)
        })))
    }

    async fn open_between(
        &self,
        inviter: &UserId,
        invitee: &UserId,
    ) -> Result<Option<Invitation>, PortError> {
        let state = self.state();
        Ok(in_order(state.open_between(inviter, invitee)).pop())
    }

    async fn count_open_between(
        &self,
        inviter: &UserId,
        invitee: &UserId,
        enough: u32,
    ) -> Result<u32, PortError> {
        let state = self.state();
        let open = state.open_between(inviter, invitee);
        Ok(open.zip(0..enough).fold(0, |count, _| count + 1))
    }

    async fn timed_out_since(
        &self,
        user: &UserId,
        since: Timestamp,
    ) -> Result<Vec<Invitation>, PortError> {
        let state = self.state();
        let late = state.invitations.values().filter(|kept| {
            kept.value.users().any(|u| u == user)
                && timed_out_at(&kept.value).is_some_and(|at| at >= since)
        });
        let mut late = in_order(late);
        late.sort_by_key(|invitation| invitation.ended);
        Ok(late)
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Due>, PortError> {
        let state = self.state();
        let mut due: Vec<_> = state.dues().filter(|(at, _)| *at <= now).collect();
        due.sort();
        Ok(due.into_iter().take(limit).map(|(_, due)| due).collect())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, PortError> {
        Ok(self.state().dues().map(|(at, _)| at).min())
    }

    async fn set_absence(&self, party: &Party, due: Timestamp) -> Result<(), PortError> {
        let device = (party.user.clone(), party.device.clone());
        let absence = (party.platform.clone(), due);
        self.state().absences.insert(device, absence);
        Ok(())
    }

    async fn clear_absence(&self, user: &UserId, device: &DeviceId) -> Result<(), PortError> {
        let device = (user.clone(), device.clone());
        self.state().absences.remove(&device);
        Ok(())
    }

    async fn has_absence(&self, user: &UserId) -> Result<bool, PortError> {
        Ok(self
            .state()
            .absences
            .keys()
            .any(|(absent, _)| absent == user))
    }

    async fn awaited_parties(&self) -> Result<Vec<Party>, PortError> {
        let state = self.state();
        let mut parties: BTreeSet<Party> = state
            .open()
            .map(|kept| kept.value.inviter.clone().into())
            .collect();
        let running = state.calls.values().filter(|kept| kept.value.is_running());
        parties.extend(running.flat_map(|kept| kept.value.present().map(|m| m.party.clone())));
        Ok(parties.into_iter().collect())
    }

    async fn purge(&self, before: Timestamp) -> Result<(), PortError> {
        self.state().purge(before);
        Ok(())
    }
}

#[async_trait]
impl History for MemoryStore {
    async fn append(
        &self,
        draft: Draft,
        ops: Vec<OpKey>,
        fingerprint: String,
    ) -> Result<Reply, PortError> {
        let mut state = self.state();
        if ops.iter().any(|key| state.op(key, draft.time).is_some()) {
            return Err(PortError::Conflict);
        }
        let stored = state.write(&draft);
        let reply = Reply::Sent(Some(Box::new(stored.clone())));
        state.remember(ops, fingerprint, &reply, draft.time);
        publish_message(self.outlet.as_ref(), &draft, &stored);
        Ok(reply)
    }

    async fn page(
        &self,
        thread: &Thread,
        before: Option<u64>,
        limit: u32,
    ) -> Result<(Vec<Stored>, bool), PortError> {
        let state = self.state();
        let Some(talk) = state.talks.get(thread) else {
            return Ok((Vec::new(), true));
        };
        let mut older = talk.messages.range(..before.unwrap_or(u64::MAX)).rev();
        let page = older
            .by_ref()
            .take(limit as usize)
            .map(|(_, stored)| stored.clone())
            .collect();
        Ok((page, older.next().is_none()))
    }

    async fn conversations(&self, user: &UserId) -> Result<Vec<Conversation>, PortError> {
        let state = self.state();
        let talks = state
            .talks
            .iter()
            .filter(|(_, talk)| talk.readers.contains(user))
            .map(|(thread, talk)| {
                let last = talk.shown.map(|seq| talk.messages[&seq].clone());
                (thread.clone(), state.unread_in(user, thread), last)
            });
        Ok(in_list_order(user, talks.collect()))
    }

    async fn unread_total(&self, user: &UserId) -> Result<u64, PortError> {
        let state = self.state();
        let unread = state.unread.iter().filter(|(reader, ..)| reader == user);
        Ok(unread.count() as u64)
    }

    async fn mark_read(
        &self,
        user: &UserId,
        thread: &Thread,
        ops: Vec<OpKey>,
        fingerprint: String,
        now: Timestamp,
    ) -> Result<Reply, PortError> {
        let mut state = self.state();
        if ops.iter().any(|key| state.op(key, now).is_some()) {
            return Err(PortError::Conflict);
        }
        state
            .unread
            .retain(|(reader, of, _)| reader != user || of != thread);
        state.remember(ops, fingerprint, &Reply::Nothing, now);
        Ok(Reply::Nothing)
    }
}

#[async_trait]
impl Directory for MemoryStore {
    async fn ensure_user(&self, user: &UserId) -> Result<(), PortError> {
        self.state().users.insert(user.clone());
        Ok(())
    }

    async fn has_user(&self, user: &UserId) -> Result<bool, PortError> {
        Ok(self.state().users.contains(user))
    }

    async fn last_seen(
        &self,
        user: &UserId,
        device: &DeviceId,
    ) -> Result<Option<Timestamp>, PortError> {
        let device = (user.clone(), device.clone());
        Ok(self.state().devices.get(&device).map(|seen| seen.at))
    }

    async fn set_connected(
        &self,
        user: &UserId,
        device: &DeviceId,
        at: Timestamp,
    ) -> Result<(), PortError> {
        self.state().see(user, device, at, true);
        Ok(())
    }

    async fn set_last_seen(
        &self,
        user: &UserId,
        device: &DeviceId,
        at: Timestamp,
    ) -> Result<(), PortError> {
        self.state().see(user, device, at, false);
        Ok(())
    }

    async fn devices_lost(&self, at: Timestamp) -> Result<(), PortError> {
        let mut state = self.state();
        for seen in state.devices.values_mut().filter(|seen| seen.connected) {
            *seen = Seen {
                at,
                connected: false,
            };
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::Opened;

    crate::conformance!(in_memory);

    async fn in_memory(outlet: Arc<dyn Outlet>) -> Opened {
        Opened {
            store: Arc::new(MemoryStore::new(outlet)),
            kept: Box::new(()),
        }
    }
}
