//! What the app has seen of messages, signals and who can be reached, so that it sees nothing twice.

use std::collections::BTreeMap;

use bellhop_protocol::event::{Signal, Status, UserStatus};
use bellhop_protocol::request::ByUsers;
use bellhop_protocol::{CallSummary, Message, MessageId, OpId, UserId};

use super::remembered::Remembered;

/// How many messages are remembered.
const MAX_MESSAGES: usize = 512;
/// How many signals are remembered.
const MAX_SIGNALS: usize = 1024;
/// How many users a handset stays subscribed to.
const MAX_SUBSCRIBED: usize = 1000;

/// Messages and statuses that the app knows.
#[derive(Debug)]
pub(super) struct Seen {
    messages: Remembered<MessageId, Option<CallSummary>>,
    signals: Remembered<(UserId, OpId), ()>,
    statuses: BTreeMap<UserId, Status>,
}

impl Seen {
    /// Nothing seen.
    pub(super) fn new() -> Self {
        Self {
            messages: Remembered::at_most(MAX_MESSAGES),
            signals: Remembered::at_most(MAX_SIGNALS),
            statuses: BTreeMap::new(),
        }
    }

    /// Whether this message, or what it says of its call, is news.
    pub(super) fn message(&mut self, message: &Message) -> bool {
        let before = self
            .messages
            .put(message.message_id.clone(), message.call.clone());
        before != Some(message.call.clone())
    }

    /// Whether this signal is news; a repetition has the `opID` of the first one.
    pub(super) fn signal(&mut self, told: &Signal) -> bool {
        let name = (told.from.user.clone(), told.op_id.clone());
        self.signals.put(name, ()).is_none()
    }

    /// Whether this status is news; of somebody who was not subscribed to, it always is.
    pub(super) fn status(&mut self, told: &UserStatus) -> bool {
        match self.statuses.get_mut(&told.user) {
            Some(known) => std::mem::replace(known, told.status) != told.status,
            None => true,
        }
    }

    /// The app has subscribed to these.
    pub(super) fn subscribe(&mut self, told: &[UserStatus]) {
        for status in told {
            let is_known = self.statuses.contains_key(&status.user);
            if is_known || self.statuses.len() < MAX_SUBSCRIBED {
                self.statuses.insert(status.user.clone(), status.status);
            }
        }
    }

    /// Whom to subscribe to again on another connection.
    pub(super) fn subscribed(&self) -> Option<ByUsers> {
        let users: Vec<UserId> = self.statuses.keys().cloned().collect();
        (!users.is_empty()).then_some(ByUsers { users })
    }
}
