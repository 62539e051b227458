//! Signaling inside the history: the body the server writes, and how it is told from other messages.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::json::{self, Key};
use crate::{GroupId, InviteId, Message, MessageType, UserId};

/// Which operation a signaling message records, by the API's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "u8", from = "u8")]
pub enum ActionType {
    /// 0, or a number this version does not know.
    Unknown,
    /// 1.
    Invite,
    /// 2.
    Cancel,
    /// 3.
    Accept,
    /// 4.
    Reject,
    /// 5.
    TimeOut,
}

impl From<ActionType> for u8 {
    fn from(action: ActionType) -> Self {
        match action {
            ActionType::Unknown => 0,
            ActionType::Invite => 1,
            ActionType::Cancel => 2,
            ActionType::Accept => 3,
            ActionType::Reject => 4,
            ActionType::TimeOut => 5,
        }
    }
}

impl From<u8> for ActionType {
    fn from(number: u8) -> Self {
        match number {
            1 => Self::Invite,
            2 => Self::Cancel,
            3 => Self::Accept,
            4 => Self::Reject,
            5 => Self::TimeOut,
            _ => Self::Unknown,
        }
    }
}

/// The signaling information of a message: the body of SIGNALING §6.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalingInfo {
    /// Always 1; what marks a body as signaling.
    #[serde(rename = "businessID")]
    pub business_id: u8,
    /// The invitation.
    #[serde(rename = "inviteID")]
    pub invite_id: InviteId,
    /// Always the original inviter.
    pub inviter: UserId,
    /// All invitees (invite), the one who answered, or those ended.
    #[serde(rename = "inviteeList")]
    pub invitee_list: Vec<UserId>,
    /// Which operation.
    #[serde(rename = "actionType")]
    pub action_type: ActionType,
    /// The operation's own data; for a time-out the invitation's.
    pub data: String,
    /// The invitation's timeout, in seconds.
    pub timeout: u32,
    /// The group; empty for one to one.
    #[serde(rename = "groupID", with = "crate::invitation::group_or_empty")]
    pub group_id: Option<GroupId>,
    /// Whether the invitation only reached connected devices.
    #[serde(rename = "onlineUserOnly")]
    pub online_user_only: bool,
}

impl SignalingInfo {
    /// How long a call lasted that was hung up in the older way: by an invitation with `timeout` 0 and
    /// whole seconds as `call_end` in its data (SIGNALING §8). Such a message is read, and never rings.
    pub fn hung_up_after(&self) -> Option<Duration> {
        if self.action_type != ActionType::Invite || self.timeout != 0 {
            return None;
        }
        let secs = Body::of(&self.data)?.whole("call_end")?;
        Some(Duration::from_secs(secs.into()))
    }
}

/// The signaling information of a message, or nothing for an ordinary one.
///
/// Bodies of other makers are read as far as they go: what is missing or ill-typed is empty, 0 or false,
/// and a missing inviter is whoever the message's `from` and `to` say it is.
pub fn signaling_info(message: &Message) -> Option<SignalingInfo> {
    if message.kind != MessageType::Custom {
        return None;
    }
    let data = message.payload.get("data")?.as_str()?;
    if !is_signaling(data) {
        return None;
    }
    let body = Body::of(data)?;
    let invite_id = body.read("inviteID")?;
    let number = body.whole("actionType").and_then(|n| u8::try_from(n).ok());
    let action_type = ActionType::from(number.unwrap_or(0));
    let inviter = body.read("inviter");
    Some(SignalingInfo {
        business_id: 1,
        invite_id,
        inviter: inviter.unwrap_or_else(|| likely_inviter(message, action_type)),
        invitee_list: body.users("inviteeList"),
        action_type,
        data: body.read("data").unwrap_or_default(),
        timeout: body.whole("timeout").unwrap_or(0),
        group_id: body.read("groupID"),
        online_user_only: body.read("onlineUserOnly").unwrap_or(false),
    })
}

/// Who invited, as the message's addresses tell it: an answer goes to him, all else comes from him.
fn likely_inviter(message: &Message, action: ActionType) -> UserId {
    let addressee = match action {
        ActionType::Accept | ActionType::Reject => message.to.as_ref(),
        ActionType::Unknown | ActionType::Invite | ActionType::Cancel | ActionType::TimeOut => None,
    };
    addressee.unwrap_or(&message.from).clone()
}

/// A JSON object of any maker, read key by key.
struct Body<'a>(BTreeMap<Key, &'a RawValue>);

impl<'a> Body<'a> {
    fn of(text: &'a str) -> Option<Self> {
        json::object(text).map(Self)
    }

    fn raw(&self, key: &str) -> Option<&'a str> {
        self.0.get(&Key::from(key)).map(|value| value.get())
    }

    fn read<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        serde_json::from_str(self.raw(key)?).ok()
    }

    /// A whole number, also when it is written as `30.0` or `3e1`.
    fn whole(&self, key: &str) -> Option<u32> {
        let number: f64 = self.raw(key)?.parse().ok()?;
        let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        is_whole.then_some(number as u32)
    }

    fn users(&self, key: &str) -> Vec<UserId> {
        let Some(items) = self.read::<Vec<Box<RawValue>>>(key) else {
            return Vec::new();
        };
        let users = items.iter().map(|item| serde_json::from_str(item.get()));
        users.filter_map(Result::ok).collect()
    }
}

/// Whether the data of a custom message makes it signaling: a JSON object with the number
/// `businessID == 1` and a non-empty string `inviteID` (SIGNALING §2).
pub fn is_signaling(data: &str) -> bool {
    let Some(body) = Body::of(data) else {
        return false;
    };
    let raw = |key| body.raw(key);
    let marked = raw("businessID").and_then(|raw| raw.parse::<f64>().ok()) == Some(1.0);
    let named = raw("inviteID").is_some_and(|raw| raw.starts_with('"') && raw != "\"\"");
    marked && named
}

/// Whether an operation's data asks to leave unread count and last message as they were: a JSON
/// object with `excludeFromHistoryMessage: true` (SIGNALING §2).
pub fn is_excluded_from_history(data: &str) -> bool {
    Body::of(data).is_some_and(|body| body.raw("excludeFromHistoryMessage") == Some("true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// §2: signaling if and only if `businessID` is the number 1 and `inviteID` a non-empty string.
    #[test]
    fn signaling_is_told_by_its_two_marks() {
        assert!(is_signaling(r#"{"businessID":1,"inviteID":"x"}"#));
        assert!(is_signaling(r#"{"businessID":1.0,"inviteID":"x"}"#));
        let deep = format!(r#""p":{}{}"#, "[".repeat(200), "]".repeat(200));
        for beside in [r#""p":1e999"#, r#""p":"\ud800""#, &deep] {
            let data = format!(r#"{{"businessID":1,"inviteID":"x",{beside}}}"#);
            assert!(is_signaling(&data), "{data}");
        }
        for ordinary in [
            "",
            "[]",
            "{",
            r#"{"businessID":"1","inviteID":"x"}"#,
            r#"{"businessID":2,"inviteID":"x"}"#,
            r#"{"businessID":1,"inviteID":""}"#,
            r#"{"businessID":1,"inviteID":7}"#,
            r#"{"businessID":1}"#,
        ] {
            assert!(!is_signaling(ordinary), "{ordinary}");
        }
    }

    /// §2: one key of `data` is read, and only from a JSON object.
    #[test]
    fn exclusion_from_history_is_asked_for_by_one_key() {
        assert!(is_excluded_from_history(
            r#"{"excludeFromHistoryMessage":true,"a":[1]}"#
        ));
        for no in [
            "",
            "excludeFromHistoryMessage",
            r#"{"excludeFromHistoryMessage":"true"}"#,
            r#"{"excludeFromHistoryMessage":1}"#,
            r#"[{"excludeFromHistoryMessage":true}]"#,
        ] {
            assert!(!is_excluded_from_history(no), "{no}");
        }
    }

    /// One input of `signaling-vectors.json`, which the JavaScript API reads too.
    #[derive(Deserialize)]
    struct Vector {
        name: String,
        message: serde_json::Map<String, serde_json::Value>,
        info: Option<serde_json::Value>,
        #[serde(rename = "hungUpAfter")]
        hung_up_after: Option<u64>,
    }

    fn message(addressed: serde_json::Map<String, serde_json::Value>) -> Message {
        let mut message = serde_json::json!({
            "messageID": "m", "conversationID": "C2Cbob", "seq": 1, "timeMs": 1, "from": "alice",
        });
        let fields = message.as_object_mut().unwrap();
        fields.extend(addressed);
        serde_json::from_value(message).unwrap()
    }

    /// §2, §6, §8: bodies as people have them in their histories, read alike in every language.
    #[test]
    fn bodies_of_every_maker_are_read_as_far_as_they_go() {
        let vectors: Vec<Vector> =
            serde_json::from_str(include_str!("signaling-vectors.json")).unwrap();
        assert!(vectors.len() > 20);
        for vector in vectors {
            let info = signaling_info(&message(vector.message));
            let lasted = info.as_ref().and_then(SignalingInfo::hung_up_after);
            let read = info.map(|info| serde_json::to_value(info).unwrap());
            assert_eq!(read, vector.info, "{}", vector.name);
            let lasted = lasted.map(|lasted| lasted.as_secs());
            assert_eq!(lasted, vector.hung_up_after, "{}", vector.name);
        }
    }
}
