//! Accounts, blocks and devices, as the directory's port asks for them.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bellhop_engine::Reply;
use bellhop_protocol::request::Profile;
use bellhop_protocol::{DeviceId, Timestamp, UserId};

use super::MemoryStore;
use super::state::Seen;
use crate::ports::{Directory, OpKey, PeopleChange, PortError, publish_blocks};

#[async_trait]
impl Directory for MemoryStore {
    async fn ensure_user(&self, user: &UserId) -> Result<(), PortError> {
        self.state().users.entry(user.clone()).or_default();
        Ok(())
    }

    async fn has_user(&self, user: &UserId) -> Result<bool, PortError> {
        Ok(self.state().users.contains_key(user))
    }

    async fn profiles(&self, users: &[UserId]) -> Result<Vec<Profile>, PortError> {
        let state = self.state();
        let known = users.iter().filter_map(|user| state.profile(user));
        Ok(known.collect())
    }

    async fn blocked_by(&self, user: &UserId) -> Result<BTreeSet<UserId>, PortError> {
        let blocks = &self.state().blocks;
        Ok(blocks.get(user).cloned().unwrap_or_default())
    }

    async fn who_blocks(
        &self,
        user: &UserId,
        among: &[UserId],
    ) -> Result<BTreeSet<UserId>, PortError> {
        let blocks = &self.state().blocks;
        let has_blocked = |other: &&UserId| blocks.get(*other).is_some_and(|it| it.contains(user));
        Ok(among.iter().filter(has_blocked).cloned().collect())
    }

    async fn change_people(
        &self,
        user: &UserId,
        change: PeopleChange,
        ops: Vec<OpKey>,
        fingerprint: String,
        now: Timestamp,
    ) -> Result<Reply, PortError> {
        let mut state = self.state();
        if ops.iter().any(|key| state.op(key, now).is_some()) {
            return Err(PortError::Conflict);
        }
        let reply = match change {
            PeopleChange::Profile(nick, avatar) => {
                Reply::Profile(state.describe(user, nick, avatar))
            }
            PeopleChange::Block(others) => {
                let new = state.block(user, others);
                publish_blocks(self.outlet.as_ref(), user, &new, true);
                Reply::Nothing
            }
            PeopleChange::Unblock(others) => {
                let gone = state.unblock(user, others);
                publish_blocks(self.outlet.as_ref(), user, &gone, false);
                Reply::Nothing
            }
        };
        state.remember(ops, fingerprint, &reply, now);
        Ok(reply)
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
