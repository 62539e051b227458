//! Ordinary messages, conversations and what has been read (SIGNALING §6).

use bellhop_protocol::request::{
    ByConversation, ConversationList, GetMessageList, MessageList, Nothing, PageSize, Receiver,
    SendMessage, Sent,
};
use bellhop_protocol::{ConversationId, GroupId, MessageType, Request, UserId};
use serde_json::Value;

use super::Client;
use crate::pending::Pending;

impl Client {
    /// Writes an ordinary message to a user: `{text}`, or `{data, description?, extension?}` for a
    /// custom one, with `data` a string.
    ///
    /// Refused with 6017 (also for data that only the server may write: signaling), 7008, 8001, 20003,
    /// 20007.
    pub fn send_message(&self, user: &UserId, kind: MessageType, payload: Value) -> Pending<Sent> {
        self.send(Receiver::User(user.clone()), kind, payload)
    }

    /// Writes an ordinary message to a group, as [`Client::send_message`] does to a user.
    ///
    /// Refused with 6017, 7008, 8001, 10007 (not a member), 10010 (no such group).
    pub fn send_message_to_group(
        &self,
        group: &GroupId,
        kind: MessageType,
        payload: Value,
    ) -> Pending<Sent> {
        self.send(Receiver::Group(group.clone()), kind, payload)
    }

    fn send(&self, to: Receiver, kind: MessageType, payload: Value) -> Pending<Sent> {
        self.ask(Request::SendMessage(SendMessage {
            to,
            kind,
            payload,
            op_id: None,
        }))
    }

    /// A page of a conversation, newest first: messages with a `seq` smaller than `before`.
    ///
    /// Refused with 10007 for a group that this user is no member of.
    pub fn message_list(
        &self,
        conversation_id: &ConversationId,
        before: Option<u64>,
        limit: PageSize,
    ) -> Pending<MessageList> {
        self.ask(Request::GetMessageList(GetMessageList {
            conversation_id: conversation_id.clone(),
            before,
            limit,
        }))
    }

    /// The conversations of this user, the one with the newest message first.
    pub fn conversation_list(&self) -> Pending<ConversationList> {
        self.ask(Request::GetConversationList(Nothing {}))
    }

    /// Moves the read mark of a conversation to its end.
    pub fn set_message_read(&self, conversation_id: &ConversationId) -> Pending<Nothing> {
        self.ask(Request::SetMessageRead(ByConversation {
            conversation_id: conversation_id.clone(),
            op_id: None,
        }))
    }
}
