//! What clients and timers ask of the driver, in the engine's words.

use bellhop_engine::{Actor, Command, Thread, call, command};
use bellhop_protocol::request::{
    Accept, ByConversation, ByInvite, Cancel, HangUp, Invite, Reject, Request, SendMessage,
};
use bellhop_protocol::{CallId, Failure, InviteId, OpId, Party};
use serde::Serialize;
use serde_json::Value;

use super::{Ask, Driver, Memory};
use crate::fingerprint::fingerprint;
use crate::ports::OpKey;

impl Driver {
    /// Rings somebody; the result of `invite`.
    pub async fn invite(&self, by: &Actor, request: Invite) -> Result<Value, Failure> {
        let id = request
            .invite_id
            .clone()
            .unwrap_or_else(|| self.world.mint());
        let memory = memory(by, "invite", &request, request.op_id.as_ref(), Some(&id));
        let invite = command::Invite {
            by: by.clone(),
            id: id.clone(),
            call: request.call_id.unwrap_or_else(|| id.clone().into()),
            group: None,
            invitees: vec![request.user],
            data: request.data,
            timeout: request.timeout,
            online_user_only: request.online_user_only,
            push: request.offline_push_info,
        };
        self.answer(by, &Ask::Invitation(id, Command::Invite(invite)), &memory)
            .await
    }

    /// Ends one's own invitation; the result of `cancel`.
    pub async fn cancel(&self, by: &Actor, request: Cancel) -> Result<Value, Failure> {
        let memory = memory(by, "cancel", &request, request.op_id.as_ref(), None);
        let command = Command::Cancel {
            by: by.clone(),
            data: request.data,
            reason: request.reason,
        };
        self.answer(by, &Ask::Invitation(request.invite_id, command), &memory)
            .await
    }

    /// Answers with yes; the result of `accept`.
    pub async fn accept(&self, by: &Actor, request: Accept) -> Result<Value, Failure> {
        let memory = memory(by, "accept", &request, request.op_id.as_ref(), None);
        let command = Command::Accept {
            by: by.clone(),
            data: request.data,
        };
        self.answer(by, &Ask::Invitation(request.invite_id, command), &memory)
            .await
    }

    /// Answers with no; the result of `reject`.
    pub async fn reject(&self, by: &Actor, request: Reject) -> Result<Value, Failure> {
        let memory = memory(by, "reject", &request, request.op_id.as_ref(), None);
        let command = Command::Reject {
            by: by.clone(),
            data: request.data,
            reason: request.reason,
        };
        self.answer(by, &Ask::Invitation(request.invite_id, command), &memory)
            .await
    }

    /// Notes that a device rings; the result of `ringing`.
    pub async fn ringing(&self, by: &Actor, request: ByInvite) -> Result<Value, Failure> {
        let memory = memory(by, "ringing", &request, request.op_id.as_ref(), None);
        let command = Command::Ringing { by: by.clone() };
        self.answer(by, &Ask::Invitation(request.invite_id, command), &memory)
            .await
    }

    /// Leaves a call; the result of `hangUp`.
    pub async fn hang_up(&self, by: &Actor, request: HangUp) -> Result<Value, Failure> {
        let memory = memory(by, "hangUp", &request, request.op_id.as_ref(), None);
        let command = call::Command::HangUp {
            by: by.clone(),
            reason: request.reason,
        };
        self.answer(by, &Ask::Call(request.call_id, command), &memory)
            .await
    }

    /// Writes an ordinary message; the result of `sendMessage`.
    pub async fn send_message(&self, by: &Actor, request: SendMessage) -> Result<Value, Failure> {
        let memory = memory(by, "sendMessage", &request, request.op_id.as_ref(), None);
        self.answer(by, &Ask::Message(by.clone(), request), &memory)
            .await
    }

    /// Moves the asker's read mark of a thread to its end; the result of `setMessageRead`.
    pub async fn set_message_read(
        &self,
        by: &Actor,
        thread: Thread,
        request: ByConversation,
    ) -> Result<Value, Failure> {
        let memory = memory(by, "setMessageRead", &request, request.op_id.as_ref(), None);
        self.answer(by, &Ask::Read(by.user.clone(), thread), &memory)
            .await
    }

    /// Ends an invitation whose deadline has passed; harmless at any other time.
    pub async fn time_out(&self, id: &InviteId) -> Result<(), Failure> {
        self.by_timer(Ask::Invitation(id.clone(), Command::TimeOut))
            .await
    }

    /// Ends an invitation whose inviter's devices have all been gone for the grace.
    pub async fn inviter_gone(&self, id: &InviteId) -> Result<(), Failure> {
        self.by_timer(Ask::Invitation(id.clone(), Command::InviterGone))
            .await
    }

    /// Takes a party whose device has been gone for the grace out of a call.
    pub async fn party_gone(&self, id: &CallId, party: &Party) -> Result<(), Failure> {
        let command = call::Command::PartyGone(party.clone());
        self.by_timer(Ask::Call(id.clone(), command)).await
    }

    async fn answer(&self, by: &Actor, ask: &Ask, memory: &Memory) -> Result<Value, Failure> {
        let reply = self.settle(ask, memory).await?;
        Ok(reply.to_wire(&by.user, self.world.now()))
    }

    async fn by_timer(&self, ask: Ask) -> Result<(), Failure> {
        self.settle(&ask, &Memory::default()).await.map(drop)
    }
}

/// The names of a request: its `opID`, and for an invite also its `inviteID`.
fn memory(
    by: &Actor,
    method: &str,
    params: &impl Serialize,
    op: Option<&OpId>,
    invite: Option<&InviteId>,
) -> Memory {
    let names = op
        .map(|op| format!("op:{op}"))
        .into_iter()
        .chain(invite.map(|id| format!("invite:{id}")));
    let keys: Vec<OpKey> = names
        .map(|name| OpKey {
            user: by.user.clone(),
            name,
        })
        .collect();
    if keys.is_empty() {
        return Memory::default();
    }
    debug_assert!(Request::knows(method), "a method of the wire");
    Memory {
        keys,
        fingerprint: fingerprint(method, params),
    }
}
