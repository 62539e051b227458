//! Playing the engine's decisions on stores, as the driver does, with names that are short to write.

mod groups;

use std::collections::BTreeSet;

use bellhop_engine::command::Invite;
use bellhop_engine::invitation::Devices;
use bellhop_engine::{
    Actor, Audience, Call, Command, Context, Decision, Draft, Group, Invitation, Refusal, Reply,
    Thread, call, decide,
};
use bellhop_protocol::request::{Nick, RejectReason, RingTime};
use bellhop_protocol::{
    CallId, DeviceId, InviteId, MessageType, OfflinePushInfo, Party, Timestamp, UserId,
};
use serde_json::json;

pub use self::groups::{
    add, create, decided_of_group, group_id, invite_in, kept_group, regrouped, remove, say_in,
    text_in,
};
use crate::ports::{OpKey, PortError, Store, Transition};

/// When every case begins.
pub const START: u64 = 1_700_000_000_000;

/// The moment so many milliseconds after the start.
pub fn at(ms: u64) -> Timestamp {
    Timestamp::from_millis(START + ms)
}

/// The user of that name.
pub fn user(name: &str) -> UserId {
    name.parse().expect("a short name is a userID")
}

/// The device of that name.
pub fn device(name: &str) -> DeviceId {
    name.parse().expect("a short name is a deviceID")
}

/// The invitation of that name.
pub fn invite_id(name: &str) -> InviteId {
    name.parse().expect("a short name is an inviteID")
}

/// The user on his device of that number.
pub fn on(name: &str, number: u32) -> Actor {
    Actor {
        user: user(name),
        device: device(&format!("{name}-{number}")),
        platform: "linux".parse().expect("a word is a platform"),
    }
}

/// The actor as a party.
pub fn party(actor: &Actor) -> Party {
    actor.clone().into()
}

/// The name under which this user's request is remembered.
pub fn op(name: &str, op: &str) -> OpKey {
    OpKey {
        user: user(name),
        name: format!("op:{op}"),
    }
}

/// The first device of one invites the other for 30 seconds; the call has the invitation's name.
pub fn invite(from: &str, to: &str, id: &str) -> Invite {
    Invite {
        by: on(from, 1),
        id: invite_id(id),
        call: CallId::from(invite_id(id)),
        group: None,
        invitees: vec![user(to)],
        data: String::new(),
        timeout: RingTime::default(),
        online_user_only: false,
        push: None,
    }
}

/// Invitees whose devices do not ring are pushed to.
pub fn pushed() -> Box<OfflinePushInfo> {
    Box::new(OfflinePushInfo {
        description: Some("a call".into()),
        ..OfflinePushInfo::default()
    })
}

/// The name for others to read.
pub fn nick(name: &str) -> Nick {
    name.to_owned().try_into().expect("a short name is a nick")
}

/// The actor accepts.
pub fn accept(by: &Actor) -> Command {
    Command::Accept {
        by: by.clone(),
        data: String::new(),
    }
}

/// The actor rejects.
pub fn reject(by: &Actor, reason: Option<RejectReason>) -> Command {
    Command::Reject {
        by: by.clone(),
        data: String::new(),
        reason,
    }
}

/// The actor cancels.
pub fn cancel(by: &Actor) -> Command {
    Command::Cancel {
        by: by.clone(),
        data: String::new(),
        reason: None,
    }
}

/// The actor changes the data.
pub fn modify(by: &Actor, data: &str) -> Command {
    Command::Modify {
        by: by.clone(),
        data: data.into(),
    }
}

/// The actor hangs up.
pub fn hang_up(by: &Actor) -> call::Command {
    call::Command::HangUp {
        by: by.clone(),
        reason: None,
    }
}

/// A text that counts for the one it is written to.
pub fn text(from: &str, to: &str, words: &str, now: Timestamp) -> Draft {
    let (from, to) = (user(from), user(to));
    Draft {
        thread: Thread::between(&from, &to),
        time: now,
        kind: MessageType::Text,
        payload: json!({ "text": words }),
        invite: None,
        unread_for: vec![to.clone()],
        shown_last: true,
        to: vec![Audience::of(&to, None)],
        from,
    }
}

/// The invitation, which must be there.
pub async fn kept(store: &dyn Store, id: &str) -> Invitation {
    let found = store.invitation(&invite_id(id)).await;
    found
        .expect("the store reads")
        .expect("the invitation is kept")
}

/// The call of the invitation of that name, which must be there.
pub async fn kept_call(store: &dyn Store, id: &str) -> Call {
    let found = store.call(&CallId::from(invite_id(id))).await;
    found.expect("the store reads").expect("the call is kept")
}

/// What the engine decides on what is stored, ready to be committed.
pub async fn decided(
    store: &dyn Store,
    id: &InviteId,
    command: &Command,
    ops: &[OpKey],
    now: Timestamp,
) -> Result<Transition, Refusal> {
    let state = store.invitation(id).await.expect("the store reads");
    let call_id = match (command, &state) {
        (Command::Invite(invite), _) => Some(invite.call.clone()),
        (_, Some(state)) => Some(state.call.clone()),
        (_, None) => None,
    };
    let call = match call_id {
        Some(id) => store.call(&id).await.expect("the store reads"),
        None => None,
    };
    let (connected, group) = match (command, &state) {
        (Command::Invite(invite), _) => (connected(invite), invite.group.clone()),
        (_, Some(state)) => (Devices::new(), state.group.clone()),
        (_, None) => (Devices::new(), None),
    };
    let group = match group {
        Some(id) => store.group(&id).await.expect("the store reads"),
        None => None,
    };
    let blocked_by = match command {
        Command::Invite(invite) => {
            let blocked = store.who_blocks(&invite.by.user, &invite.invitees).await;
            blocked.expect("the store reads")
        }
        Command::Cancel { .. }
        | Command::Accept { .. }
        | Command::Reject { .. }
        | Command::Modify { .. }
        | Command::Ringing { .. }
        | Command::TimeOut
        | Command::Push
        | Command::InviterGone
        | Command::InviteeGone
        | Command::ServerStarted { .. }
        | Command::MembersLeft => BTreeSet::new(),
    };
    let context = Context {
        call,
        blocked_by,
        connected,
        members: group.as_ref().map(Group::member_set).unwrap_or_default(),
        witnesses: group.iter().flat_map(|it| it.witnesses.clone()).collect(),
        ..Context::default()
    };
    let decision = decide(state.as_ref(), command, &context, now)?;
    Ok(Transition {
        stands_on: group.map(|group| (group.id, group.rev)),
        ..transition(decision, ops, now)
    })
}

/// The first device of everybody who takes part.
fn connected(invite: &Invite) -> Devices {
    let users = std::iter::once(&invite.by.user).chain(&invite.invitees);
    users
        .map(|user| (user.clone(), [on(user.as_str(), 1).device].into()))
        .collect()
}

/// The decision as it is committed.
pub fn transition(decision: Decision, ops: &[OpKey], now: Timestamp) -> Transition {
    Transition {
        decision,
        ops: ops.to_vec(),
        fingerprint: "fingerprint".into(),
        now,
        stands_on: None,
    }
}

/// Loads, decides and commits, again after each conflict, until it is done or refused.
pub async fn ask(
    store: &dyn Store,
    id: &InviteId,
    command: &Command,
    now: Timestamp,
) -> Result<Reply, Refusal> {
    loop {
        let transition = decided(store, id, command, &[], now).await?;
        if let Some(reply) = settled(store, transition).await {
            return Ok(reply);
        }
    }
}

/// The same for a command to a call.
pub async fn ask_call(
    store: &dyn Store,
    id: &CallId,
    command: &call::Command,
    now: Timestamp,
) -> Result<Reply, Refusal> {
    loop {
        let transition = decided_of_call(store, id, command, now).await?;
        if let Some(reply) = settled(store, transition).await {
            return Ok(reply);
        }
    }
}

/// What the engine decides on a call that is stored, ready to be committed.
pub async fn decided_of_call(
    store: &dyn Store,
    id: &CallId,
    command: &call::Command,
    now: Timestamp,
) -> Result<Transition, Refusal> {
    let state = store.call(id).await.expect("the store reads");
    let group = match state.as_ref().and_then(|call| call.group.as_ref()) {
        Some(id) => store.group(id).await.expect("the store reads"),
        None => None,
    };
    let members = group.as_ref().map(Group::member_set).unwrap_or_default();
    let decision = call::decide(state.as_ref(), command, &members, now)?;
    Ok(Transition {
        stands_on: group.map(|group| (group.id, group.rev)),
        ..transition(decision, &[], now)
    })
}

/// The reply, unless somebody else committed first.
async fn settled(store: &dyn Store, transition: Transition) -> Option<Reply> {
    if !transition.decision.changes() {
        return Some(transition.decision.reply);
    }
    match store.commit(transition).await {
        Ok(reply) => Some(reply),
        Err(PortError::Conflict) => None,
        Err(error @ (PortError::Unknown(_) | PortError::Failed(_))) => panic!("{error}"),
    }
}

/// Invites, which must succeed.
pub async fn ring(store: &dyn Store, invite: Invite, now: Timestamp) -> Reply {
    let id = invite.id.clone();
    let reply = ask(store, &id, &Command::Invite(invite), now).await;
    reply.expect("the invitation is allowed")
}

/// Asks something of an invitation, which must succeed.
pub async fn done(store: &dyn Store, id: &str, command: &Command, now: Timestamp) -> Reply {
    let reply = ask(store, &invite_id(id), command, now).await;
    reply.expect("the command is allowed")
}

/// Hangs up the call of the invitation of that name, which must succeed.
pub async fn hung_up(store: &dyn Store, id: &str, by: &Actor, now: Timestamp) -> Reply {
    let call = CallId::from(invite_id(id));
    let reply = ask_call(store, &call, &hang_up(by), now).await;
    reply.expect("who is in a call may leave it")
}

/// Writes an ordinary message, which must succeed.
pub async fn sent(store: &dyn Store, draft: Draft) -> bellhop_engine::Stored {
    written(store.append(draft, Vec::new(), String::new()).await)
}

fn written(reply: Result<Reply, PortError>) -> bellhop_engine::Stored {
    match reply.expect("the message is written") {
        Reply::Sent(Some(message)) => *message,
        other @ (Reply::Sent(None)
        | Reply::Invited(..)
        | Reply::Done(..)
        | Reply::Modified(_)
        | Reply::Group(_)
        | Reply::Profile(_)
        | Reply::HungUp(..)
        | Reply::Nothing) => panic!("{other:?} is no reply to a message"),
    }
}
