//! Invitations, calls, groups and what falls due, as the ledger's port asks for them.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bellhop_engine::{Call, Group, Invitation, Notice, Reply};
use bellhop_protocol::{CallId, DeviceId, GroupId, InviteId, Party, Timestamp, UserId};

use super::MemoryStore;
use super::state::in_order;
use crate::ports::{
    Due, Ledger, OpKey, OpRecord, PortError, Transition, publish_decision, timed_out_at,
};

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

    async fn group(&self, id: &GroupId) -> Result<Option<Group>, PortError> {
        Ok(self.state().groups.get(id).cloned())
    }

    async fn groups_of(&self, user: &UserId) -> Result<Vec<Group>, PortError> {
        let state = self.state();
        let joined = state.groups.values().filter(|group| group.has(user));
        Ok(joined.cloned().collect())
    }

    async fn open_in_group(&self, group: &GroupId) -> Result<Vec<Invitation>, PortError> {
        let state = self.state();
        let open = state
            .open()
            .filter(|kept| kept.value.group.as_ref() == Some(group));
        Ok(in_order(open))
    }

    async fn clear_departures(&self, group: &GroupId, rev: u64) -> Result<(), PortError> {
        self.state()
            .departures
            .retain(|of, (latest, _)| of != group || *latest > rev);
        Ok(())
    }

    async fn tell(&self, notices: Vec<Notice>) -> Result<(), PortError> {
        // No commit is told meanwhile.
        let _state = self.state();
        for notice in &notices {
            self.outlet.publish(notice);
        }
        Ok(())
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
            stands_on,
        } = transition;
        let mut state = self.state();
        state.check(&decision, &ops, now, stands_on.as_ref())?;
        let stored = state.apply(&decision, now);
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

    async fn absent_until(&self, user: &UserId) -> Result<Option<Timestamp>, PortError> {
        let state = self.state();
        let own = state
            .absences
            .iter()
            .filter(|((absent, _), _)| absent == user);
        Ok(own.map(|(_, (_, due))| *due).max())
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
