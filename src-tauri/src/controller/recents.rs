//! Recent calls, drawn from the server's history (SIGNALING §6).
//!
//! Owns what a message says about a past call; knows no screen.

use std::collections::BTreeMap;

use bellhop_client::Client;
use bellhop_protocol::request::PageSize;
use bellhop_protocol::signaling::signaling_info;
use bellhop_protocol::{
    ActionType, CallOutcome, CallSummary, ConversationId, DeviceId, Failure, InviteId, Message,
    UserId,
};

use crate::controller::state::media_of;
use crate::view::{Direction, Ending, MediaType, PeerView, PersonView, RecentView};

/// The most calls shown.
const MOST: usize = 200;
/// The most conversations read.
const CONVERSATIONS: usize = 50;

/// A past call with one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recent {
    invite: InviteId,
    direction: Direction,
    ending: Option<Ending>,
    duration_ms: Option<u64>,
    at_ms: u64,
    media: MediaType,
}

impl Recent {
    fn is_missed(&self) -> bool {
        match (self.direction, self.ending) {
            (Direction::Outgoing, _) | (Direction::Incoming, None) => false,
            (Direction::Incoming, Some(ending)) => match ending {
                Ending::Busy | Ending::Cancelled | Ending::TimedOut | Ending::InviterGone => true,
                Ending::Answered
                | Ending::Rejected
                | Ending::AnsweredElsewhere
                | Ending::RejectedElsewhere
                | Ending::Unreachable
                | Ending::Failed => false,
            },
        }
    }
}

/// Past calls, by the person they were with.
#[derive(Debug, Default)]
pub(crate) struct Recents(BTreeMap<UserId, Vec<Recent>>);

impl Recents {
    /// Replaces what is known of the calls with some people.
    pub(crate) fn replace(&mut self, loaded: Vec<(UserId, Vec<Recent>)>) {
        self.0.extend(loaded);
    }

    /// Forgets everything, for another server's history.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The newest calls, newest first.
    pub(crate) fn views(&self, person: impl Fn(&UserId) -> PersonView) -> Vec<RecentView> {
        let mut all: Vec<(&UserId, &Recent)> = self.all().collect();
        all.sort_by(|(_, a), (_, b)| (b.at_ms, &b.invite).cmp(&(a.at_ms, &a.invite)));
        all.truncate(MOST);
        let views = all.into_iter().map(|(user, recent)| RecentView {
            invite_id: recent.invite.to_string(),
            with: PeerView::User(person(user)),
            direction: recent.direction,
            ending: recent.ending,
            duration_ms: recent.duration_ms,
            at_ms: recent.at_ms,
            media_type: recent.media,
            missed: recent.is_missed(),
        });
        views.collect()
    }

    /// How many calls were missed after `seen_ms`, on the server's clock.
    pub(crate) fn missed_since(&self, seen_ms: u64) -> u32 {
        let missed = self
            .all()
            .filter(|(_, recent)| recent.is_missed() && recent.at_ms > seen_ms);
        u32::try_from(missed.count()).unwrap_or(u32::MAX)
    }

    /// When the newest call began, on the server's clock.
    pub(crate) fn newest_ms(&self) -> Option<u64> {
        self.all().map(|(_, recent)| recent.at_ms).max()
    }

    fn all(&self) -> impl Iterator<Item = (&UserId, &Recent)> {
        self.0
            .iter()
            .flat_map(|(user, recents)| recents.iter().map(move |recent| (user, recent)))
    }
}

/// Whose calls to read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Everybody's.
    All,
    /// Those with one person.
    With(ConversationId),
}

/// Reads past calls from the server.
pub(crate) async fn load(
    client: &Client,
    whose: Whose,
    device: &DeviceId,
) -> Result<Vec<(UserId, Vec<Recent>)>, Failure> {
    let people = match whose {
        Whose::With(ConversationId::C2C(user)) => vec![user],
        Whose::With(ConversationId::Group(_)) => Vec::new(),
        Whose::All => people(client).await?,
    };
    let page = PageSize::try_from(100).expect("100 messages are a page");
    let mut loaded = Vec::new();
    for user in people {
        let conversation = ConversationId::C2C(user.clone());
        let list = client.message_list(&conversation, None, page).await?;
        let recents = list
            .messages
            .iter()
            .filter_map(|message| recent(message, client.user(), device));
        loaded.push((user, recents.collect()));
    }
    Ok(loaded)
}

async fn people(client: &Client) -> Result<Vec<UserId>, Failure> {
    let list = client.conversation_list().await?;
    let people = list.conversations.into_iter().filter_map(|conversation| {
        match conversation.conversation_id {
            ConversationId::C2C(user) => Some(user),
            ConversationId::Group(_) => None,
        }
    });
    Ok(people.take(CONVERSATIONS).collect())
}

/// The call that a message began; nothing when it began none.
fn recent(message: &Message, own: &UserId, device: &DeviceId) -> Option<Recent> {
    let info = signaling_info(message)?;
    if info.action_type != ActionType::Invite {
        return None;
    }
    let direction = if info.inviter == *own {
        Direction::Outgoing
    } else {
        Direction::Incoming
    };
    let call = message.call.as_ref();
    Some(Recent {
        invite: info.invite_id,
        direction,
        ending: call.and_then(|call| ending(call, direction, own, device)),
        duration_ms: call.and_then(|call| call.duration_ms),
        at_ms: message.time.as_millis(),
        media: media_of(&info.data),
    })
}

/// How the call ended; nothing while it runs.
fn ending(
    call: &CallSummary,
    direction: Direction,
    own: &UserId,
    device: &DeviceId,
) -> Option<Ending> {
    let by_other_device = call
        .answered_by
        .as_ref()
        .is_some_and(|party| party.user == *own && party.device != *device);
    let is_elsewhere = direction == Direction::Incoming && by_other_device;
    match call.outcome {
        CallOutcome::Answered if is_elsewhere => Some(Ending::AnsweredElsewhere),
        CallOutcome::Answered => call.duration_ms.map(|_| Ending::Answered),
        CallOutcome::Rejected if is_elsewhere => Some(Ending::RejectedElsewhere),
        CallOutcome::Rejected => Some(Ending::Rejected),
        CallOutcome::Busy => Some(Ending::Busy),
        CallOutcome::Cancelled => Some(Ending::Cancelled),
        CallOutcome::InviterOffline => Some(Ending::InviterGone),
        CallOutcome::TimedOut => Some(Ending::TimedOut),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bellhop_client::call_layer;
    use serde_json::json;

    fn id(text: &str) -> UserId {
        text.parse().unwrap()
    }

    /// An invite's message in alice's conversation with bob.
    fn message(n: u64, inviter: &str, call: serde_json::Value) -> Message {
        let data = json!({
            "businessID": 1, "inviteID": format!("invite-{n}"), "inviter": inviter,
            "inviteeList": ["x"], "actionType": 1, "timeout": 30, "groupID": "",
            "data": call_layer::invitation_data(call_layer::MediaType::Video),
            "onlineUserOnly": false,
        });
        let mut message = json!({
            "messageID": format!("m{n}"), "conversationID": "C2Cbob", "seq": n, "from": inviter,
            "timeMs": 1000 * n, "type": "custom", "payload": {"data": data.to_string()},
        });
        if !call.is_null() {
            message["call"] = call;
        }
        serde_json::from_value(message).unwrap()
    }

    fn seen(inviter: &str, call: serde_json::Value) -> (Option<Ending>, bool) {
        let device = "here".parse().unwrap();
        let recent = recent(&message(1, inviter, call), &id("alice"), &device).unwrap();
        (recent.ending, recent.is_missed())
    }

    /// §6: the invite's message carries `call {outcome, durationMs?, answeredBy?}`.
    #[test]
    fn every_outcome_has_its_ending_and_only_unanswered_incoming_ones_are_missed() {
        let out = |outcome: &str| seen("alice", json!({ "outcome": outcome }));
        let inc = |outcome: &str| seen("bob", json!({ "outcome": outcome }));
        for (outcome, ending, missed) in [
            ("rejected", Ending::Rejected, false),
            ("busy", Ending::Busy, true),
            ("cancelled", Ending::Cancelled, true),
            ("inviterOffline", Ending::InviterGone, true),
            ("timedOut", Ending::TimedOut, true),
        ] {
            assert_eq!(inc(outcome), (Some(ending), missed), "{outcome}");
            assert_eq!(out(outcome), (Some(ending), false), "{outcome}");
        }
    }

    #[test]
    fn an_answered_call_has_ended_when_its_duration_is_known() {
        assert_eq!(seen("bob", serde_json::Value::Null), (None, false));
        assert_eq!(seen("bob", json!({"outcome": "answered"})), (None, false));
        let over = json!({"outcome": "answered", "durationMs": 7});
        assert_eq!(seen("bob", over), (Some(Ending::Answered), false));
    }

    #[test]
    fn a_call_answered_on_another_device_says_so() {
        let by = |device: &str| {
            let party = json!({"userID": "alice", "deviceID": device, "platform": "linux"});
            json!({"outcome": "answered", "durationMs": 7, "answeredBy": party})
        };
        assert_eq!(
            seen("bob", by("phone")),
            (Some(Ending::AnsweredElsewhere), false)
        );
        assert_eq!(seen("bob", by("here")), (Some(Ending::Answered), false));
    }

    #[test]
    fn calls_are_listed_newest_first_and_missed_ones_counted_until_seen() {
        let device = "here".parse().unwrap();
        let missed = || json!({"outcome": "timedOut"});
        let calls = |range: std::ops::Range<u64>| {
            let messages = range.map(|n| message(n, "bob", missed()));
            let recents = messages.filter_map(|m| recent(&m, &id("alice"), &device));
            recents.collect::<Vec<_>>()
        };
        let mut recents = Recents::default();
        recents.replace(vec![(id("bob"), calls(1..3)), (id("carol"), calls(2..4))]);
        let listed: Vec<_> = recents
            .views(|user| PersonView {
                user_id: user.to_string(),
                name: user.to_string().to_uppercase(),
            })
            .into_iter()
            .map(|view| match view.with {
                PeerView::User(person) => (person.name, view.at_ms),
                PeerView::Group(group) => (group.name, view.at_ms),
            })
            .collect();
        let expected = [
            ("CAROL", 3000),
            ("BOB", 2000),
            ("CAROL", 2000),
            ("BOB", 1000),
        ];
        let mut sorted = listed.clone();
        sorted.sort_by_key(|(name, at)| (std::cmp::Reverse(*at), name.clone()));
        assert_eq!(sorted, expected.map(|(name, at)| (name.to_owned(), at)));
        assert_eq!(recents.missed_since(0), 4);
        assert_eq!(recents.missed_since(2000), 1);
        assert_eq!(recents.newest_ms(), Some(3000));
        assert_eq!(recents.missed_since(3000), 0);
    }

    #[test]
    fn an_ordinary_message_is_no_call() {
        let device = "here".parse().unwrap();
        let mut text = message(1, "bob", serde_json::Value::Null);
        text.payload = json!({"data": "hello"});
        assert_eq!(recent(&text, &id("alice"), &device), None);
    }
}
