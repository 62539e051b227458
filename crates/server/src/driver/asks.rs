//! What clients and timers ask of the driver, in the engine's words.

use std::fmt::Debug;
use std::str::FromStr;

use bellhop_engine::{Actor, Command, call, command};
use bellhop_protocol::event::{Sender, Signal};
use bellhop_protocol::request::{
    Accept, ByInvite, Cancel, HangUp, Invite, InviteInGroup, ModifyInvitation, Reject, Request,
    SendSignal,
};
use bellhop_protocol::{CallId, Failure, InviteId, OpId, Party, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Ask, Asker, Driver, Origin, Stop};
use crate::fingerprint::fingerprint;
use crate::ports::OpKey;

impl Driver {
    /// Rings somebody; the result of `invite`.
    pub async fn invite(&self, by: &Asker, request: Invite) -> Result<Value, Failure> {
        let id = request
            .invite_id
            .clone()
            .unwrap_or_else(|| self.world.mint());
        let origin = origin(by, "invite", &request, request.op_id.as_ref(), Some(&id));
        let invite = command::Invite {
            by: by.actor.clone(),
            id: id.clone(),
            call: request.call_id.unwrap_or_else(|| id.clone().into()),
            group: None,
            invitees: vec![request.user],
            data: request.data,
            timeout: request.timeout,
            online_user_only: request.online_user_only,
            push: request.offline_push_info,
        };
        self.answer(by, &Ask::Invitation(id, Command::Invite(invite)), &origin)
            .await
    }

    /// Rings members of a group; the result of `inviteInGroup`.
    pub async fn invite_in_group(
        &self,
        by: &Asker,
        request: InviteInGroup,
    ) -> Result<Value, Failure> {
        let id = request
            .invite_id
            .clone()
            .unwrap_or_else(|| self.world.mint());
        let op = request.op_id.as_ref();
        let origin = origin(by, "inviteInGroup", &request, op, Some(&id));
        let invite = command::Invite {
            by: by.actor.clone(),
            id: id.clone(),
            call: request.call_id.unwrap_or_else(|| id.clone().into()),
            group: Some(request.group),
            invitees: request.invitees,
            data: request.data,
            timeout: request.timeout,
            online_user_only: request.online_user_only,
            push: request.offline_push_info,
        };
        self.answer(by, &Ask::Invitation(id, Command::Invite(invite)), &origin)
            .await
    }

    /// Ends one's own invitation; the result of `cancel`.
    pub async fn cancel(&self, by: &Asker, request: Cancel) -> Result<Value, Failure> {
        let origin = origin(by, "cancel", &request, request.op_id.as_ref(), None);
        let command = Command::Cancel {
            by: by.actor.clone(),
            data: request.data,
            reason: request.reason,
        };
        self.answer(by, &Ask::Invitation(request.invite_id, command), &origin)
            .await
    }

    /// Answers with yes; the result of `accept`.
    pub async fn accept(&self, by: &Asker, request: Accept) -> Result<Value, Failure> {
        let origin = origin(by, "accept", &request, request.op_id.as_ref(), None);
        let command = Command::Accept {
            by: by.actor.clone(),
            data: request.data,
        };
        self.answer(by, &Ask::Invitation(request.invite_id, command), &origin)
            .await
    }

    /// Answers with no; the result of `reject`.
    pub async fn reject(&self, by: &Asker, request: Reject) -> Result<Value, Failure> {
        let origin = origin(by, "reject", &request, request.op_id.as_ref(), None);
        let command = Command::Reject {
            by: by.actor.clone(),
            data: request.data,
            reason: request.reason,
        };
        self.answer(by, &Ask::Invitation(request.invite_id, command), &origin)
            .await
    }

    /// Changes the data of one's own invitation; the result of `modifyInvitation`.
    pub async fn modify(&self, by: &Asker, request: ModifyInvitation) -> Result<Value, Failure> {
        let op = request.op_id.as_ref();
        let origin = origin(by, "modifyInvitation", &request, op, None);
        let command = Command::Modify {
            by: by.actor.clone(),
            data: request.data,
        };
        self.answer(by, &Ask::Invitation(request.invite_id, command), &origin)
            .await
    }

    /// Notes that a device rings; the result of `ringing`.
    pub async fn ringing(&self, by: &Asker, request: ByInvite) -> Result<Value, Failure> {
        let origin = origin(by, "ringing", &request, request.op_id.as_ref(), None);
        let command = Command::Ringing {
            by: by.actor.clone(),
        };
        self.answer(by, &Ask::Invitation(request.invite_id, command), &origin)
            .await
    }

    /// Leaves a call; the result of `hangUp`.
    pub async fn hang_up(&self, by: &Asker, request: HangUp) -> Result<Value, Failure> {
        let origin = origin(by, "hangUp", &request, request.op_id.as_ref(), None);
        let command = call::Command::HangUp {
            by: by.actor.clone(),
            reason: request.reason,
        };
        self.answer(by, &Ask::Call(request.call_id, command), &origin)
            .await
    }

    /// Carries media negotiation to other parties of a call; the result of `sendSignal`.
    pub async fn send_signal(&self, by: &Asker, request: SendSignal) -> Result<Value, Failure> {
        let Actor { user, device, .. } = by.actor.clone();
        let SendSignal {
            call_id,
            data,
            to,
            op_id,
        } = request;
        let signal = Signal {
            op_id: op_id.unwrap_or_else(|| self.mint()),
            from: Sender { user, device },
            call_id,
            data,
        };
        let told: Result<(), Stop> = async {
            let call = self.store.call(&signal.call_id).await?;
            let notices = call::signal(call.as_ref(), &by.actor, to.as_ref(), &signal)?;
            Ok(self.store.tell(notices).await?)
        }
        .await;
        told?;
        Ok(json!({}))
    }

    /// Ends an invitation whose deadline has passed; harmless at any other time.
    pub async fn time_out(&self, id: &InviteId) -> Result<(), Failure> {
        self.by_timer(Ask::Invitation(id.clone(), Command::TimeOut))
            .await
    }

    /// Pushes to those of an invitation whose devices do not ring; harmless at any other time.
    pub async fn push(&self, id: &InviteId) -> Result<(), Failure> {
        self.by_timer(Ask::Invitation(id.clone(), Command::Push))
            .await
    }

    /// Ends an invitation whose inviter's devices have all been gone for the grace.
    pub async fn inviter_gone(&self, id: &InviteId) -> Result<(), Failure> {
        self.by_timer(Ask::Invitation(id.clone(), Command::InviterGone))
            .await
    }

    /// Pushes to an invitee whose devices have all been gone for the grace while the ring goes on.
    pub async fn invitee_gone(&self, id: &InviteId) -> Result<(), Failure> {
        self.by_timer(Ask::Invitation(id.clone(), Command::InviteeGone))
            .await
    }

    /// After a server's start, has those of an invitation looked for once more whose devices rang before,
    /// when they have had time to come back.
    pub async fn server_started(&self, id: &InviteId, back_by: Timestamp) -> Result<(), Failure> {
        self.by_timer(Ask::Invitation(
            id.clone(),
            Command::ServerStarted { back_by },
        ))
        .await
    }

    /// Takes a party whose device has been gone for the grace out of a call.
    pub async fn party_gone(&self, id: &CallId, party: &Party) -> Result<(), Failure> {
        let command = call::Command::PartyGone(party.clone());
        self.by_timer(Ask::Call(id.clone(), command)).await
    }

    /// Carries out what a client asks; its result as it stands on the wire.
    pub(super) async fn answer(
        &self,
        by: &Asker,
        ask: &Ask,
        origin: &Origin,
    ) -> Result<Value, Failure> {
        let reply = self.settle(ask, origin).await?;
        Ok(reply.to_wire(&by.actor.user, self.world.now()))
    }

    pub(super) async fn by_timer(&self, ask: Ask) -> Result<(), Failure> {
        self.settle(&ask, &Origin::default()).await.map(drop)
    }

    /// A name nobody has used, of whatever kind.
    pub(super) fn mint<T: FromStr<Err: Debug>>(&self) -> T {
        let minted = self.world.mint();
        minted
            .as_str()
            .parse()
            .expect("a minted name is short and plain")
    }
}

/// Where a request comes from; its names are its `opID`, and for an invite also its `inviteID`.
pub(super) fn origin(
    by: &Asker,
    method: &str,
    params: &impl Serialize,
    op: Option<&OpId>,
    invite: Option<&InviteId>,
) -> Origin {
    let names = op
        .map(|op| format!("op:{op}"))
        .into_iter()
        .chain(invite.map(|id| format!("invite:{id}")));
    let keys: Vec<OpKey> = names
        .map(|name| OpKey {
            user: by.actor.user.clone(),
            name,
        })
        .collect();
    debug_assert!(Request::knows(method), "a method of the wire");
    let fingerprint = if keys.is_empty() {
        String::new()
    } else {
        fingerprint(method, params)
    };
    Origin {
        keys,
        fingerprint,
        connection: by.connection,
        received: Some(by.received),
    }
}
