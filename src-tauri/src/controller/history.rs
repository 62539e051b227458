//! The conversations of this user as far as they were read, newest messages first (SIGNALING §6).
//!
//! Pure: owns which messages are known; knows no screen and no server.

use std::collections::BTreeMap;

use bellhop_protocol::request::{Conversation, MessageList};
use bellhop_protocol::{ConversationId, DeviceId, InviteId, Message, UserId};

use crate::controller::entries::{Entry, PastCall, What, entries};

/// How many messages of a conversation that is not open are kept.
const KEPT: usize = 100;
/// The most calls listed.
const MOST_CALLS: usize = 200;

/// The conversations of this user.
#[derive(Debug)]
pub(crate) struct History {
    own: UserId,
    device: DeviceId,
    /// The one with the newest message first, as the server lists them.
    order: Vec<ConversationId>,
    known: BTreeMap<ConversationId, Known>,
}

/// One conversation.
#[derive(Debug, Default)]
struct Known {
    unread: u64,
    /// The newest message that counts as the last one.
    last_seq: Option<u64>,
    /// Without a gap, newest first.
    messages: Vec<Message>,
    /// Nothing older is left.
    is_complete: bool,
    /// What the messages are, in the same order.
    entries: Vec<Entry>,
    /// The last message, as an entry, where no others were read.
    last: Option<Entry>,
}

impl History {
    /// Nothing yet, for this user on this device.
    pub(crate) fn new(own: UserId, device: DeviceId) -> Self {
        Self {
            own,
            device,
            order: Vec::new(),
            known: BTreeMap::new(),
        }
    }

    /// Takes the list of conversations over.
    pub(crate) fn list(&mut self, conversations: Vec<Conversation>) {
        let listed = conversations.iter().map(|one| one.conversation_id.clone());
        self.order = listed.collect();
        self.known.retain(|id, _| self.order.contains(id));
        for conversation in conversations {
            let known = self.known.entry(conversation.conversation_id).or_default();
            known.unread = conversation.unread_count;
            let last = conversation.last_message.into_iter().collect::<Vec<_>>();
            known.last_seq = last.first().map(|message| message.seq);
            known.last = entries(&last, &self.own, &self.device).pop();
        }
    }

    /// Takes over the newest messages of a conversation. Older ones are kept if no gap is between.
    pub(crate) fn newest(&mut self, id: &ConversationId, page: MessageList) {
        let known = self.known.entry(id.clone()).or_default();
        let oldest = page.messages.last().map_or(0, |message| message.seq);
        let earlier = std::mem::replace(&mut known.messages, page.messages);
        let is_contiguous = earlier.first().is_some_and(|newest| newest.seq >= oldest);
        if page.is_completed || !is_contiguous {
            known.is_complete = page.is_completed;
        } else {
            let older = earlier.into_iter().filter(|message| message.seq < oldest);
            known.messages.extend(older);
        }
        known.entries = entries(&known.messages, &self.own, &self.device);
    }

    /// Takes over messages that are older than all that are known of a conversation.
    pub(crate) fn older(&mut self, id: &ConversationId, page: MessageList) {
        let Some(known) = self.known.get_mut(id) else {
            return;
        };
        let oldest = known
            .messages
            .last()
            .map_or(u64::MAX, |message| message.seq);
        let older = page.messages.into_iter();
        known
            .messages
            .extend(older.filter(|message| message.seq < oldest));
        known.is_complete = page.is_completed;
        known.entries = entries(&known.messages, &self.own, &self.device);
    }

    /// Forgets what is only of use while a conversation is open.
    pub(crate) fn close(&mut self, id: &ConversationId) {
        if let Some(known) = self.known.get_mut(id)
            && known.messages.len() > KEPT
        {
            known.messages.truncate(KEPT);
            known.is_complete = false;
            known.entries = entries(&known.messages, &self.own, &self.device);
        }
    }

    /// Where the messages older than all known ones of a conversation begin; nothing when there are
    /// none, or none is known.
    pub(crate) fn before(&self, id: &ConversationId) -> Option<u64> {
        let known = self.known.get(id).filter(|known| !known.is_complete)?;
        Some(known.messages.last()?.seq)
    }

    /// All conversations, the one with the newest message first.
    pub(crate) fn conversations(&self) -> impl Iterator<Item = &ConversationId> {
        self.order.iter()
    }

    /// Whether something was ever written in a conversation, or somebody called.
    pub(crate) fn lists(&self, id: &ConversationId) -> bool {
        self.known.contains_key(id)
    }

    /// The entries of a conversation, newest first.
    pub(crate) fn entries(&self, id: &ConversationId) -> &[Entry] {
        self.known.get(id).map_or(&[], |known| &known.entries)
    }

    /// The entry to show a conversation by.
    pub(crate) fn last(&self, id: &ConversationId) -> Option<&Entry> {
        let known = self.known.get(id)?;
        let last = known.last_seq?;
        let mut entries = known.entries.iter();
        entries
            .find(|entry| entry.seq <= last)
            .or(known.last.as_ref())
    }

    /// Messages of a conversation that count and have not been read.
    pub(crate) fn unread(&self, id: &ConversationId) -> u64 {
        self.known.get(id).map_or(0, |known| known.unread)
    }

    /// Those of all conversations together.
    pub(crate) fn unread_total(&self) -> u64 {
        self.known.values().map(|known| known.unread).sum()
    }

    /// This user's newest calls, newest first, with the conversation each was in.
    pub(crate) fn calls(&self) -> Vec<(&ConversationId, &Entry, &PastCall)> {
        let mut all: Vec<_> = self.all_calls().collect();
        all.sort_by(|(_, a, a_call), (_, b, b_call)| {
            (b.at_ms, &b_call.invite).cmp(&(a.at_ms, &a_call.invite))
        });
        all.truncate(MOST_CALLS);
        all
    }

    /// The conversation that an invitation was in, if it was read.
    pub(crate) fn conversation_of(&self, invite: &InviteId) -> Option<&ConversationId> {
        let mut known = self.known.iter();
        let is_it = |entry: &Entry| match &entry.what {
            What::Call(call) => call.invite == *invite,
            What::Text(_) | What::HungUp { .. } | What::Custom(_) => false,
        };
        let found = known.find(|(_, known)| known.entries.iter().any(is_it));
        found.map(|(id, _)| id)
    }

    /// How many calls were missed after `seen_ms`, on the server's clock.
    pub(crate) fn missed_since(&self, seen_ms: u64) -> u32 {
        let missed = self
            .all_calls()
            .filter(|(_, entry, call)| call.is_missed() && entry.at_ms > seen_ms);
        u32::try_from(missed.count()).unwrap_or(u32::MAX)
    }

    /// When the newest call began, on the server's clock.
    pub(crate) fn newest_call_ms(&self) -> Option<u64> {
        self.all_calls().map(|(_, entry, _)| entry.at_ms).max()
    }

    fn all_calls(&self) -> impl Iterator<Item = (&ConversationId, &Entry, &PastCall)> {
        let entries = self
            .known
            .iter()
            .flat_map(|(id, known)| known.entries.iter().map(move |entry| (id, entry)));
        entries.filter_map(|(id, entry)| match &entry.what {
            What::Call(call) if call.is_own => Some((id, entry, call)),
            What::Call(_) | What::Text(_) | What::HungUp { .. } | What::Custom(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn id(text: &str) -> ConversationId {
        text.to_owned().try_into().unwrap()
    }

    fn text(seq: u64) -> serde_json::Value {
        json!({
            "messageID": format!("m{seq}"), "conversationID": "C2Cbob", "seq": seq, "from": "bob",
            "timeMs": seq, "type": "text", "payload": {"text": format!("text {seq}")},
        })
    }

    fn missed(seq: u64, inviter: &str) -> serde_json::Value {
        let data = json!({
            "businessID": 1, "inviteID": format!("{inviter}-{seq}"), "inviter": inviter,
            "inviteeList": ["alice"], "actionType": 1, "timeout": 30, "groupID": "", "data": "",
            "onlineUserOnly": false,
        });
        json!({
            "messageID": format!("m{seq}"), "conversationID": format!("C2C{inviter}"), "seq": seq,
            "from": inviter, "timeMs": 1000 * seq, "type": "custom",
            "payload": {"data": data.to_string()}, "call": {"outcome": "timedOut"},
        })
    }

    fn page(newest_first: Vec<serde_json::Value>, is_completed: bool) -> MessageList {
        let page = json!({"messages": newest_first, "isCompleted": is_completed});
        serde_json::from_value(page).unwrap()
    }

    fn texts(range: std::ops::RangeInclusive<u64>, is_completed: bool) -> MessageList {
        page(range.rev().map(text).collect(), is_completed)
    }

    fn history() -> History {
        History::new("alice".parse().unwrap(), "here".parse().unwrap())
    }

    fn seqs(history: &History) -> Vec<u64> {
        let entries = history.entries(&id("C2Cbob")).iter();
        entries.map(|entry| entry.seq).collect()
    }

    #[test]
    fn older_pages_stay_while_newer_messages_come() {
        let (mut history, bob) = (history(), id("C2Cbob"));
        history.newest(&bob, texts(5..=6, false));
        assert_eq!(history.before(&bob), Some(5));
        history.older(&bob, texts(3..=4, false));
        assert_eq!(seqs(&history), [6, 5, 4, 3]);
        history.newest(&bob, texts(6..=7, false));
        assert_eq!(seqs(&history), [7, 6, 5, 4, 3]);
        history.older(&bob, texts(1..=2, true));
        assert_eq!(seqs(&history), [7, 6, 5, 4, 3, 2, 1]);
        assert_eq!(history.before(&bob), None);
    }

    #[test]
    fn older_pages_go_when_there_is_a_gap() {
        let (mut history, bob) = (history(), id("C2Cbob"));
        history.newest(&bob, texts(1..=2, true));
        history.newest(&bob, texts(8..=9, false));
        assert_eq!(seqs(&history), [9, 8]);
        assert_eq!(history.before(&bob), Some(8));
    }

    /// §6: unread counts and last messages are the server's; what is left out of them stays out.
    #[test]
    fn a_conversation_is_shown_by_the_last_message_that_counts() {
        let (mut history, bob) = (history(), id("C2Cbob"));
        let list = json!([
            {"conversationID": "C2Cbob", "unreadCount": 2, "lastMessage": text(2)},
            {"conversationID": "C2Ccarol", "unreadCount": 3, "lastMessage": null},
        ]);
        history.list(serde_json::from_value(list).unwrap());
        history.newest(&bob, texts(1..=3, true));
        assert_eq!(history.last(&bob).map(|entry| entry.seq), Some(2));
        assert_eq!(history.last(&id("C2Ccarol")), None);
        assert_eq!(history.unread(&bob), 2);
        assert_eq!(history.unread_total(), 5);
        history.list(Vec::new());
        assert_eq!(history.unread_total(), 0);
        assert_eq!(seqs(&history), [0; 0]);
    }

    #[test]
    fn calls_are_listed_newest_first_and_missed_ones_counted_until_seen() {
        let mut history = history();
        history.newest(
            &id("C2Cbob"),
            page(vec![missed(2, "bob"), missed(1, "bob")], true),
        );
        let carols = vec![missed(3, "carol"), missed(2, "carol")];
        history.newest(&id("C2Ccarol"), page(carols, true));
        let calls = history.calls();
        let listed: Vec<&str> = calls
            .iter()
            .map(|(.., call)| call.invite.as_str())
            .collect();
        assert_eq!(listed, ["carol-3", "carol-2", "bob-2", "bob-1"]);
        let of = |invite: &str| history.conversation_of(&invite.parse().unwrap()).cloned();
        assert_eq!(of("bob-1"), Some(id("C2Cbob")));
        assert_eq!(of("dave-1"), None);
        assert_eq!(history.missed_since(0), 4);
        assert_eq!(history.missed_since(2000), 1);
        assert_eq!(history.newest_call_ms(), Some(3000));
        assert_eq!(history.missed_since(3000), 0);
    }

    #[test]
    fn a_closed_conversation_keeps_its_newest_messages() {
        let (mut history, bob) = (history(), id("C2Cbob"));
        history.newest(&bob, texts(51..=150, false));
        history.older(&bob, texts(1..=50, true));
        history.close(&bob);
        assert_eq!(seqs(&history), (51..=150).rev().collect::<Vec<_>>());
        assert_eq!(history.before(&bob), Some(51));
    }
}
