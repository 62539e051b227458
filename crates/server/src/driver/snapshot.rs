//! How everything stands for a device that logs in (SIGNALING §5), with time applied.

use std::collections::BTreeSet;

use bellhop_engine::{Actor, Invitation, push, view};
use bellhop_protocol::{Event, Failure, GroupId, InvitationState, InviteId, Timestamp, UserId};

use super::{Driver, try_again};
use crate::ports::{OP_LIFETIME, PortError};

/// How often a snapshot is read at most, where invitations keep falling due meanwhile.
const MAX_READINGS: usize = 8;

/// How everything stands that a device should know of (SIGNALING §5).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Invitations that are live, or in call.
    pub invitations: Vec<bellhop_protocol::Invitation>,
    /// Known ones that ended, and one-to-one ones that timed out while the device was away.
    pub ended: Vec<bellhop_protocol::Invitation>,
    /// Calls the user is in.
    pub calls: Vec<bellhop_protocol::Call>,
    /// Unread messages, all conversations together.
    pub unread_total: u64,
}

/// Whether there is still something to hear of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Somebody is pending, or it is not known.
    Open,
    /// Nobody is pending, and its call runs.
    InCall,
    /// Over, at this revision.
    Over(u64),
}

impl Driver {
    /// Everything a device that logs in should know of: `known` is what it believes live, `since`
    /// when it was last connected.
    pub async fn snapshot(
        &self,
        by: &Actor,
        known: &[InviteId],
        since: Option<Timestamp>,
    ) -> Result<Snapshot, Failure> {
        for _ in 0..MAX_READINGS {
            self.commit_overdue(&by.user).await?;
            let read = self.read_snapshot(by, known, since).await;
            if let Some(snapshot) = read.map_err(|e| try_again(&e))? {
                return Ok(snapshot);
            }
        }
        Err(try_again(&PortError::Conflict))
    }

    /// Commits time-outs the timer has not come to yet, so that the device is told of each once.
    async fn commit_overdue(&self, user: &UserId) -> Result<(), Failure> {
        let groups = self.groups_of(user).await;
        let groups = groups.map_err(|e| try_again(&e))?;
        let open = self.open_for(user, &groups).await;
        let now = self.world.now();
        for invitation in open.map_err(|e| try_again(&e))? {
            if invitation.is_due(now) {
                self.time_out(&invitation.id).await?;
            }
        }
        Ok(())
    }

    /// The groups the user is a member of.
    async fn groups_of(&self, user: &UserId) -> Result<BTreeSet<GroupId>, PortError> {
        let groups = self.store.groups_of(user).await?;
        Ok(groups.into_iter().map(|group| group.id).collect())
    }

    /// Invitations not ended that the user takes part in, or observes in these groups.
    async fn open_for(
        &self,
        user: &UserId,
        groups: &BTreeSet<GroupId>,
    ) -> Result<Vec<Invitation>, PortError> {
        let mut open = self.store.open_invitations(user).await?;
        let mut ids: BTreeSet<InviteId> = open.iter().map(|it| it.id.clone()).collect();
        for group in groups {
            let observed = self.store.open_in_group(group).await?;
            open.extend(observed.into_iter().filter(|it| ids.insert(it.id.clone())));
        }
        Ok(open)
    }

    /// Nothing when an invitation fell due meanwhile, as what becomes of it is not known before it is
    /// committed, and when the user joined or left a group, as it is not known what he may see.
    async fn read_snapshot(
        &self,
        by: &Actor,
        known: &[InviteId],
        since: Option<Timestamp>,
    ) -> Result<Option<Snapshot>, PortError> {
        let groups = self.groups_of(&by.user).await?;
        let mut found = self.open_for(&by.user, &groups).await?;
        let running = self.store.running_calls(&by.user).await?;
        let in_call = running.iter().flat_map(|call| &call.invitations);
        let mut ids: BTreeSet<InviteId> = found.iter().map(|it| it.id.clone()).collect();
        for id in in_call.chain(known) {
            if ids.insert(id.clone()) {
                found.extend(self.store.invitation(id).await?);
            }
        }
        // Of what is over, only what was asked for, or timed out unseen.
        let mut asked: BTreeSet<InviteId> = known.iter().cloned().collect();
        if let Some(since) = since {
            let since = since.max(self.world.now().before(OP_LIFETIME));
            let late = self.store.timed_out_since(&by.user, since).await?;
            asked.extend(late.iter().map(|it| it.id.clone()));
            found.extend(late.into_iter().filter(|it| ids.insert(it.id.clone())));
        }

        let mut snapshot = Snapshot::default();
        let now = self.world.now();
        let oneself = BTreeSet::from([by.user.clone()]);
        let nobody = BTreeSet::new();
        for invitation in found {
            let group = invitation.group.as_ref();
            let members = match group.filter(|group| groups.contains(*group)) {
                Some(_) => &oneself,
                None => &nobody,
            };
            if !invitation.is_for(by, members) {
                continue;
            }
            if invitation.ended.is_none() && invitation.is_due(now) {
                return Ok(None);
            }
            let call = match running.iter().find(|call| call.id == invitation.call) {
                Some(call) => Some(call.clone()),
                None => self.store.call(&invitation.call).await?,
            };
            let shown = view(&invitation, call.as_ref(), now);
            match shown.state {
                InvitationState::Live | InvitationState::InCall => snapshot.invitations.push(shown),
                InvitationState::Ended if asked.contains(&shown.invite_id) => {
                    snapshot.ended.push(shown);
                }
                InvitationState::Ended => {}
            }
        }
        let heard_of = running
            .iter()
            .filter(|call| call.reaches(&by.user, &by.device));
        snapshot.calls = heard_of.map(|call| call.view(now)).collect();
        snapshot.unread_total = self.store.unread_total(&by.user).await?;
        let is_of_now = self.groups_of(&by.user).await? == groups;
        Ok(is_of_now.then_some(snapshot))
    }

    /// Pushes to the user whose rings go on; for a push channel that logs in.
    pub async fn outstanding_pushes(&self, user: &UserId) -> Result<Vec<Event>, Failure> {
        let open = self.store.open_invitations(user).await;
        let now = self.world.now();
        let open = open.map_err(|e| try_again(&e))?;
        let pushed = open
            .iter()
            .filter_map(|it| push::outstanding(it, user, now));
        Ok(pushed.collect())
    }

    /// How an invitation stands; for events that arrived while a device logged in.
    pub async fn standing(&self, id: &InviteId) -> Result<Standing, Failure> {
        let read = async {
            let Some(invitation) = self.store.invitation(id).await? else {
                return Ok(Standing::Open);
            };
            if invitation.ended.is_none() {
                return Ok(Standing::Open);
            }
            let call = self.store.call(&invitation.call).await?;
            let shown = view(&invitation, call.as_ref(), self.world.now());
            Ok(match shown.state {
                InvitationState::InCall => Standing::InCall,
                InvitationState::Live | InvitationState::Ended => Standing::Over(invitation.rev),
            })
        };
        read.await.map_err(|e: PortError| try_again(&e))
    }
}
