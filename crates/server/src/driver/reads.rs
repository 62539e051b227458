//! What is read without changing anything, with time applied.

use std::collections::BTreeSet;

use bellhop_engine::call::Member;
use bellhop_engine::{Actor, Call, Invitation, Refusal, view};
use bellhop_protocol::request::{ByCall, ByInvite};
use bellhop_protocol::{CallId, Failure, InvitationState, InviteId, Timestamp, UserId};

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
    /// How an invitation stands; the result of `getInvitation`.
    pub async fn invitation(
        &self,
        by: &Actor,
        request: &ByInvite,
    ) -> Result<bellhop_protocol::Invitation, Failure> {
        let id = &request.invite_id;
        let read = async {
            let Some(invitation) = self.store.invitation(id).await? else {
                return Ok(None);
            };
            let call = self.store.call(&invitation.call).await?;
            Ok(Some((invitation, call)))
        };
        let found = read.await.map_err(|e: PortError| try_again(&e))?;
        match found.filter(|(invitation, _)| is_for(invitation, by)) {
            Some((invitation, call)) => Ok(view(&invitation, call.as_ref(), self.world.now())),
            None => Err(Failure::from(Refusal::UnknownInvitation).about(id.clone())),
        }
    }

    /// How a call stands; the result of `getCall`.
    pub async fn call(
        &self,
        by: &Actor,
        request: &ByCall,
    ) -> Result<bellhop_protocol::Call, Failure> {
        let found = self.call_of(by, &request.call_id).await;
        match found.map_err(|e| try_again(&e))? {
            Some(call) if call.ended.is_some() => Err(Refusal::CallEnded.into()),
            Some(call) => Ok(call.view(self.world.now())),
            None => Err(Refusal::UnknownCall.into()),
        }
    }

    /// The call, if it reaches the device, and its user is or was in it or takes part in one of its
    /// invitations.
    async fn call_of(&self, by: &Actor, id: &CallId) -> Result<Option<Call>, PortError> {
        let found = self.store.call(id).await?;
        let Some(call) = found.filter(|call| call.reaches(&by.user, &by.device)) else {
            return Ok(None);
        };
        let is_user = |member: &Member| member.party.user == by.user;
        if call.members.iter().any(is_user) {
            return Ok(Some(call));
        }
        for invitation in &call.invitations {
            let invitation = self.store.invitation(invitation).await?;
            if invitation.is_some_and(|invitation| is_for(&invitation, by)) {
                return Ok(Some(call));
            }
        }
        Ok(None)
    }

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
        let open = self.store.open_invitations(user).await;
        let now = self.world.now();
        for invitation in open.map_err(|e| try_again(&e))? {
            if invitation.is_due(now) {
                self.time_out(&invitation.id).await?;
            }
        }
        Ok(())
    }

    /// Nothing when an invitation fell due meanwhile: what becomes of it is not known before it is
    /// committed.
    async fn read_snapshot(
        &self,
        by: &Actor,
        known: &[InviteId],
        since: Option<Timestamp>,
    ) -> Result<Option<Snapshot>, PortError> {
        let mut found = self.store.open_invitations(&by.user).await?;
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
        for invitation in found {
            if !is_for(&invitation, by) {
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
        Ok(Some(snapshot))
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

/// Whether the invitation exists for this user on this device.
fn is_for(invitation: &Invitation, by: &Actor) -> bool {
    let Actor { user, device, .. } = by;
    invitation.users().any(|it| it == user) && invitation.reaches(user, device)
}
