//! Messages and read marks: who may write and read where (SIGNALING §6).

use bellhop_engine::{Actor, Audience, Decision, Draft, Refusal, Reply, Thread};
use bellhop_protocol::request::{ByConversation, GetMessageList, Receiver, SendMessage};
use bellhop_protocol::{ConversationId, Failure, Message, Timestamp, UserId};
use serde_json::Value;

use super::asks::origin;
use super::{Ask, Asker, Driver, Stop, Work, try_again};
use crate::messages;

impl Driver {
    /// Writes an ordinary message; the result of `sendMessage`.
    pub async fn send_message(&self, by: &Asker, request: SendMessage) -> Result<Value, Failure> {
        let origin = origin(by, "sendMessage", &request, request.op_id.as_ref(), None);
        let ask = Ask::Message(by.actor.clone(), request);
        self.answer(by, &ask, &origin).await
    }

    /// Moves the asker's read mark of a conversation to its end; the result of `setMessageRead`.
    pub async fn set_message_read(
        &self,
        by: &Asker,
        request: ByConversation,
    ) -> Result<Value, Failure> {
        let origin = origin(by, "setMessageRead", &request, request.op_id.as_ref(), None);
        let ask = Ask::Read(by.actor.user.clone(), request.conversation_id);
        self.answer(by, &ask, &origin).await
    }

    /// The messages that `getMessageList` asks for, newest first, and whether nothing older is left.
    pub async fn page(
        &self,
        reader: &UserId,
        request: &GetMessageList,
    ) -> Result<(Vec<Message>, bool), Failure> {
        let thread = self.readable(reader, &request.conversation_id).await?;
        let page = self
            .store
            .page(&thread, request.before, request.limit.get())
            .await;
        let (messages, is_completed) = page.map_err(|e| try_again(&e))?;
        let seen = messages.iter().map(|message| message.seen_by(reader));
        Ok((seen.collect(), is_completed))
    }

    pub(super) async fn judge_message(
        &self,
        by: &Actor,
        request: &SendMessage,
        now: Timestamp,
    ) -> Result<Work, Stop> {
        messages::check_payload(request.kind, &request.payload).map_err(Stop::Refused)?;
        let draft = Draft {
            thread: Thread::named(&by.user, &conversation(&request.to)),
            from: by.user.clone(),
            time: now,
            kind: request.kind,
            payload: request.payload.clone(),
            invite: None,
            unread_for: Vec::new(),
            shown_last: true,
            to: Vec::new(),
        };
        match &request.to {
            Receiver::User(user) => {
                self.check_receiver(&by.user, user).await?;
                Ok(Work::Append(Draft {
                    unread_for: vec![user.clone()],
                    to: vec![
                        Audience::of(&by.user, Some(by)),
                        Audience::of(user, Some(by)),
                    ],
                    ..draft
                }))
            }
            Receiver::Group(id) => {
                let group = self.joined_group(&by.user, id).await?;
                let others = group.members.iter().filter(|member| **member != by.user);
                let draft = Draft {
                    unread_for: others.cloned().collect(),
                    to: group
                        .members
                        .iter()
                        .map(|member| Audience::of(member, Some(by)))
                        .collect(),
                    ..draft
                };
                let decision = Decision {
                    message: Some(draft),
                    ..Decision::unchanged(Reply::Sent(None))
                };
                let stands_on = Some((group.id, group.rev));
                Ok(Work::Commit(Box::new(decision), stands_on))
            }
        }
    }

    /// Refuses to write to oneself, to nobody, and to somebody who has blocked the writer.
    async fn check_receiver(&self, writer: &UserId, user: &UserId) -> Result<(), Stop> {
        if user == writer {
            let message = "You cannot write to yourself. Name another user.";
            return Err(Stop::Refused(Failure::bad_parameter(message)));
        }
        if !self.store.has_user(user).await? {
            return Err(Refusal::NoSuchUser(user.clone()).into());
        }
        let among = std::slice::from_ref(user);
        match self.store.who_blocks(writer, among).await?.first() {
            Some(blocker) => Err(Refusal::Blocked(blocker.clone()).into()),
            None => Ok(()),
        }
    }

    /// The thread that the user calls by that name; of a group only its members read.
    pub(super) async fn readable(
        &self,
        user: &UserId,
        name: &ConversationId,
    ) -> Result<Thread, Stop> {
        match name {
            ConversationId::C2C(_) => {}
            ConversationId::Group(id) => drop(self.joined_group(user, id).await?),
        }
        Ok(Thread::named(user, name))
    }
}

fn conversation(to: &Receiver) -> ConversationId {
    match to {
        Receiver::User(user) => ConversationId::C2C(user.clone()),
        Receiver::Group(group) => ConversationId::Group(group.clone()),
    }
}
