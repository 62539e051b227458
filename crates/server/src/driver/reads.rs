//! What is read without changing anything, with time applied.

use std::collections::BTreeSet;

use bellhop_engine::{Actor, Call, Invitation, Refusal, view};
use bellhop_protocol::request::{ByCall, ByInvite};
use bellhop_protocol::{CallId, Failure, GroupId, InviteId, UserId};

use super::{Driver, try_again};
use crate::ports::PortError;

impl Driver {
    /// How an invitation stands; the result of `getInvitation`.
    ///
    /// A time-out it shows is committed: an answer that is on its way can contradict it no more.
    pub async fn invitation(
        &self,
        by: &Actor,
        request: &ByInvite,
    ) -> Result<bellhop_protocol::Invitation, Failure> {
        let id = &request.invite_id;
        let mut overdue = true;
        loop {
            let found = self.invitation_for(by, id).await;
            let Some((invitation, call)) = found.map_err(|e| try_again(&e))? else {
                return Err(Failure::from(Refusal::UnknownInvitation).about(id.clone()));
            };
            let now = self.world.now();
            if std::mem::take(&mut overdue) && invitation.ended.is_none() && invitation.is_due(now)
            {
                self.time_out(id).await?;
                continue;
            }
            return Ok(view(&invitation, call.as_ref(), now));
        }
    }

    /// The invitation and its call, if it exists for this device.
    async fn invitation_for(
        &self,
        by: &Actor,
        id: &InviteId,
    ) -> Result<Option<(Invitation, Option<Call>)>, PortError> {
        let Some(invitation) = self.store.invitation(id).await? else {
            return Ok(None);
        };
        if !self.is_for(&invitation, by).await? {
            return Ok(None);
        }
        let call = self.store.call(&invitation.call).await?;
        Ok(Some((invitation, call)))
    }

    async fn is_for(&self, invitation: &Invitation, by: &Actor) -> Result<bool, PortError> {
        let members = self.members_of(invitation.group.as_ref()).await?;
        Ok(invitation.is_for(by, &members))
    }

    async fn members_of(&self, group: Option<&GroupId>) -> Result<BTreeSet<UserId>, PortError> {
        let Some(id) = group else {
            return Ok(BTreeSet::new());
        };
        let group = self.store.group(id).await?;
        Ok(group.map_or_else(BTreeSet::new, |group| group.member_set()))
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
        if call.was_in(&by.user) {
            return Ok(Some(call));
        }
        for invitation in &call.invitations {
            let invitation = self.store.invitation(invitation).await?;
            if let Some(invitation) = invitation
                && self.is_for(&invitation, by).await?
            {
                return Ok(Some(call));
            }
        }
        Ok(None)
    }
}
