//! Conversations, their entries and recent calls, as the screens show them.

use bellhop_protocol::{ConversationId, Party};

use crate::controller::entries::{Entry, PastCall, What};
use crate::controller::state::State;
use crate::view::{
    AnsweredByView, CallEntryView, ConversationView, EntryKind, EntryView, OpenConversationView,
    Presence, RecentView,
};

impl State {
    pub(super) fn recents(&self) -> Vec<RecentView> {
        let calls = self.history.calls().into_iter();
        let views = calls.map(|(with, entry, call)| RecentView {
            invite_id: call.invite.to_string(),
            with: self.peer(with),
            direction: call.direction,
            ending: call.ending,
            duration_ms: call.duration_ms,
            at_ms: entry.at_ms,
            media_type: call.media,
            missed: call.is_missed(),
        });
        views.collect()
    }

    pub(super) fn conversations(&self) -> Vec<ConversationView> {
        let all = self.history.conversations();
        let views = all.map(|id| ConversationView {
            conversation_id: id.to_string(),
            with: self.peer(id),
            presence: match id {
                ConversationId::C2C(user) => self.presence_of(user),
                ConversationId::Group(_) => Presence::Unknown,
            },
            unread: count(self.history.unread(id)),
            last: self.history.last(id).map(|entry| self.entry(entry)),
        });
        views.collect()
    }

    pub(super) fn unread(&self) -> u32 {
        count(self.history.unread_total())
    }

    pub(super) fn open_conversation(&self) -> Option<OpenConversationView> {
        let opened = self.opened.as_ref()?;
        let newest_first = self.history.entries(&opened.id).iter();
        Some(OpenConversationView {
            conversation_id: opened.id.to_string(),
            with: self.peer(&opened.id),
            entries: newest_first.rev().map(|entry| self.entry(entry)).collect(),
            has_older: self.history.before(&opened.id).is_some(),
            loading: opened.loading,
            blocked: match &opened.id {
                ConversationId::C2C(user) => self.blocked.contains(user),
                ConversationId::Group(_) => false,
            },
        })
    }

    fn entry(&self, entry: &Entry) -> EntryView {
        EntryView {
            message_id: entry.message.to_string(),
            seq: entry.seq,
            from: self.person(&entry.from),
            own: entry.from == *self.own(),
            at_ms: entry.at_ms,
            entry: match &entry.what {
                What::Text(text) => EntryKind::Text { text: text.clone() },
                What::Call(call) => EntryKind::Call(self.call_entry(call)),
                What::HungUp { duration_ms } => EntryKind::HungUp {
                    duration_ms: *duration_ms,
                },
                What::Custom(description) => EntryKind::Custom {
                    description: description.clone(),
                },
            },
        }
    }

    fn call_entry(&self, call: &PastCall) -> CallEntryView {
        CallEntryView {
            invite_id: call.invite.to_string(),
            direction: call.direction,
            ending: call.ending,
            duration_ms: call.duration_ms,
            media_type: call.media,
            missed: call.is_missed(),
            invitees: call.invitees.iter().map(|user| self.person(user)).collect(),
            answered_by: call
                .answered_by
                .as_ref()
                .map(|party| self.answered_by(party)),
        }
    }

    fn answered_by(&self, party: &Party) -> AnsweredByView {
        let own = party.user == *self.own();
        AnsweredByView {
            user_id: party.user.to_string(),
            name: self.name_of(&party.user),
            platform: party.platform.to_string(),
            own,
            this_device: own && party.device == *self.profile.device(),
        }
    }
}

fn count(many: u64) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}
