//! Requests of somebody who is logged in: each goes to the driver, the fabric or the history.

use bellhop_engine::Thread;
use bellhop_protocol::request::{
    ByUsers, ConversationList, GetMessageList, MessageList, Request, StatusList,
};
use bellhop_protocol::{Code, ConversationId, Failure, Reason, UserId};
use serde::Serialize;
use serde_json::Value;

use super::Speaker;
use crate::fabric::MAX_WATCHED;
use crate::hub::Hub;
use crate::ports::PortError;

/// Carries out a request; its result as it stands on the wire.
pub(super) async fn carry_out(
    hub: &Hub,
    speaker: &Speaker,
    request: Request,
) -> Result<Value, Failure> {
    let by = &speaker.actor;
    let driver = &hub.driver;
    match request {
        Request::Invite(request) => driver.invite(by, request).await,
        Request::Cancel(request) => driver.cancel(by, request).await,
        Request::Accept(request) => driver.accept(by, request).await,
        Request::Reject(request) => driver.reject(by, request).await,
        Request::Ringing(request) => driver.ringing(by, request).await,
        Request::HangUp(request) => driver.hang_up(by, request).await,
        Request::SendMessage(request) => driver.send_message(by, request).await,
        Request::GetInvitation(request) => driver.invitation(by, &request).await.map(wire),
        Request::GetCall(request) => driver.call(by, &request).await.map(wire),
        Request::GetMessageList(request) => page(hub, &by.user, request).await.map(wire),
        Request::GetConversationList(_) => conversations(hub, &by.user).await.map(wire),
        Request::SetMessageRead(request) => {
            let thread = thread(&by.user, &request.conversation_id)?;
            driver.set_message_read(by, thread, request).await
        }
        Request::GetUserStatus(ByUsers { users }) => Ok(wire(StatusList {
            status_list: hub.fabric.statuses(&users),
        })),
        Request::SubscribeUserStatus(ByUsers { users }) => watch(speaker, &users).map(wire),
        Request::Login(_) | Request::Logout(_) => {
            unreachable!("a connection answers these itself")
        }
    }
}

async fn page(hub: &Hub, reader: &UserId, request: GetMessageList) -> Result<MessageList, Failure> {
    let thread = thread(reader, &request.conversation_id)?;
    let (messages, is_completed) = hub
        .store
        .page(&thread, request.before, request.limit.get())
        .await
        .map_err(unavailable)?;
    Ok(MessageList {
        messages: messages.iter().map(|it| it.seen_by(reader)).collect(),
        is_completed,
    })
}

async fn conversations(hub: &Hub, reader: &UserId) -> Result<ConversationList, Failure> {
    let conversations = hub.store.conversations(reader).await.map_err(unavailable)?;
    Ok(ConversationList { conversations })
}

fn watch(speaker: &Speaker, users: &[UserId]) -> Result<StatusList, Failure> {
    let watched = speaker.attachment.watch(users);
    watched
        .map(|status_list| StatusList { status_list })
        .ok_or_else(|| {
            Failure::bad_parameter(format!(
                "A connection can watch {MAX_WATCHED} users. Ask with getUserStatus for the others."
            ))
        })
}

fn thread(reader: &UserId, name: &ConversationId) -> Result<Thread, Failure> {
    match name {
        ConversationId::C2C(_) => Ok(Thread::named(reader, name)),
        ConversationId::Group(group) => Err(Failure::new(
            Code::NoSuchGroup,
            Reason::NoSuchGroup,
            format!("There is no group \"{group}\"."),
        )),
    }
}

fn wire(result: impl Serialize) -> Value {
    serde_json::to_value(result).expect("results have string keys and serialize")
}

fn unavailable(error: PortError) -> Failure {
    tracing::error!(%error, "the store did not answer");
    let message = "The server could not do this just now. Try again in a moment.";
    Failure::new(Code::TimedOut, Reason::TryAgain, message)
}
