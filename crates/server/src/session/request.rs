//! Requests of somebody who is logged in: each goes to the driver, the fabric or the history.

use bellhop_engine::Thread;
use bellhop_protocol::request::{
    ByUsers, ConversationList, GetMessageList, MessageList, Request, StatusList,
};
use bellhop_protocol::{Code, ConversationId, Failure, Message, Reason, UserId};
use serde::Serialize;
use serde_json::Value;

use super::Speaker;
use crate::fabric::MAX_WATCHED;
use crate::hub::Hub;
use crate::ports::PortError;

/// How long the messages of a page are together at most, in bytes.
const LONGEST_PAGE: usize = 1024 * 1024;

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
    let mut messages: Vec<Message> = messages.iter().map(|it| it.seen_by(reader)).collect();
    let fitting = fitting(&messages, LONGEST_PAGE);
    let is_completed = is_completed && fitting == messages.len();
    messages.truncate(fitting);
    Ok(MessageList {
        messages,
        is_completed,
    })
}

/// How many of these fit into so many bytes; always the first one.
fn fitting(messages: &[Message], bytes: usize) -> usize {
    let mut left = bytes;
    let others = messages.iter().enumerate().position(|(place, message)| {
        let length = serde_json::to_string(message)
            .expect("messages have string keys")
            .len();
        let fits = length <= left;
        left = left.saturating_sub(length);
        place > 0 && !fits
    });
    others.unwrap_or(messages.len())
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_page_ends_before_it_is_too_long_but_not_before_its_first_message() {
        let message: Message = serde_json::from_value(json!({
            "messageID": "m1", "conversationID": "C2Cbob", "seq": 1, "from": "bob", "to": "ann",
            "timeMs": 1, "type": "text", "payload": {"text": "hi"},
        }))
        .unwrap();
        let length = serde_json::to_string(&message).unwrap().len();
        let messages = vec![message; 4];
        for (bytes, fits) in [
            (0, 1),
            (length, 1),
            (2 * length - 1, 1),
            (2 * length, 2),
            (9 * length, 4),
        ] {
            assert_eq!(fitting(&messages, bytes), fits, "{bytes}");
        }
        assert_eq!(fitting(&[], 0), 0);
    }
}
