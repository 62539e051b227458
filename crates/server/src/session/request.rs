//! Requests of somebody who is logged in: each goes to the driver, the fabric or the history.

use bellhop_engine::Actor;
use bellhop_protocol::request::{ByUsers, ConversationList, GetMessageList, MessageList, Request};
use bellhop_protocol::{Code, Failure, Message, Reason, Timestamp, UserId};
use serde::Serialize;
use serde_json::Value;

use super::{Speaker, departure, presence};
use crate::driver::Asker;
use crate::hub::Hub;
use crate::ports::PortError;

/// How long the messages of a page are together at most, in bytes.
const LONGEST_PAGE: usize = 1024 * 1024;

/// Carries out a request that was received then; its result as it stands on the wire.
pub(super) async fn carry_out(
    hub: &Hub,
    speaker: &Speaker,
    request: Request,
    received: Timestamp,
) -> Result<Value, Failure> {
    let by = &Asker {
        actor: speaker.actor.clone(),
        connection: Some(speaker.attachment.id),
        received,
    };
    let (actor, user) = (&by.actor, &by.actor.user);
    let driver = &hub.driver;
    match request {
        Request::Invite(request) => awaited(hub, actor, driver.invite(by, request).await).await,
        Request::InviteInGroup(request) => {
            awaited(hub, actor, driver.invite_in_group(by, request).await).await
        }
        Request::Accept(request) => awaited(hub, actor, driver.accept(by, request).await).await,
        Request::Cancel(request) => driver.cancel(by, request).await,
        Request::Reject(request) => driver.reject(by, request).await,
        Request::ModifyInvitation(request) => driver.modify(by, request).await,
        Request::Ringing(request) => driver.ringing(by, request).await,
        Request::HangUp(request) => driver.hang_up(by, request).await,
        Request::SendSignal(request) => driver.send_signal(by, request).await,
        Request::SendMessage(request) => driver.send_message(by, request).await,
        Request::SetMessageRead(request) => driver.set_message_read(by, request).await,
        Request::CreateGroup(request) => driver.create_group(by, request).await,
        Request::DismissGroup(request) => driver.dismiss_group(by, request).await,
        Request::JoinGroup(request) => driver.join_group(by, request).await,
        Request::QuitGroup(request) => driver.quit_group(by, request).await,
        Request::AddGroupMember(request) => driver.add_members(by, request).await,
        Request::DeleteGroupMember(request) => driver.delete_members(by, request).await,
        Request::UpdateMyProfile(request) => driver.update_profile(by, request).await,
        Request::AddToBlacklist(request) => driver.block(by, request).await,
        Request::RemoveFromBlacklist(request) => driver.unblock(by, request).await,
        Request::GetInvitation(request) => driver.invitation(actor, &request).await.map(wire),
        Request::GetCall(request) => driver.call(actor, &request).await.map(wire),
        Request::GetMessageList(request) => page(hub, user, request).await.map(wire),
        Request::GetConversationList(_) => conversations(hub, user).await.map(wire),
        Request::GetJoinedGroupList(_) => driver.joined_groups(user).await.map(wire),
        Request::GetGroupMemberList(request) => {
            let members = driver.group_members(user, &request.group).await;
            members.map(wire)
        }
        Request::GetUserProfile(request) => driver.profiles(&request).await.map(wire),
        Request::GetBlacklist(_) => driver.blacklist(user).await.map(wire),
        Request::GetUserStatus(ByUsers { users }) => {
            presence::ask(hub, actor, &users).await.map(wire)
        }
        Request::SubscribeUserStatus(ByUsers { users }) => {
            presence::watch(hub, speaker, &users).await.map(wire)
        }
        Request::Login(_) | Request::Logout(_) => {
            unreachable!("a connection answers these itself")
        }
    }
}

/// The same, once it is noted that a device which rings or is in a call by this may have to be waited
/// for: one of the push channel is not there yet.
async fn awaited(hub: &Hub, by: &Actor, outcome: Result<Value, Failure>) -> Result<Value, Failure> {
    if outcome.is_ok() && by.platform.is_push() {
        departure::note_away(hub, by).await;
    }
    outcome
}

async fn page(hub: &Hub, reader: &UserId, request: GetMessageList) -> Result<MessageList, Failure> {
    let (mut messages, is_completed) = hub.driver.page(reader, &request).await?;
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

fn wire(result: impl Serialize) -> Value {
    serde_json::to_value(result).expect("results have string keys and serialize")
}

pub(super) fn unavailable(error: PortError) -> Failure {
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
