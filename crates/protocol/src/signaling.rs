//! Signaling inside the history: the body the server writes, and how it is told from other messages.

use serde::{Deserialize, Serialize};

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

/// The signaling information of a message, or nothing for an ordinary one.
pub fn signaling_info(message: &Message) -> Option<SignalingInfo> {
    if message.kind != MessageType::Custom {
        return None;
    }
    let data = message.payload.get("data")?.as_str()?;
    if !is_signaling(data) {
        return None;
    }
    serde_json::from_str(data).ok()
}

/// Whether the data of a custom message makes it signaling: a JSON object with the number
/// `businessID == 1` and a non-empty string `inviteID` (SIGNALING §2).
pub fn is_signaling(data: &str) -> bool {
    let Some(body) = json::object(data) else {
        return false;
    };
    let raw = |key: &str| body.get(&Key::from(key)).map(|value| value.get());
    let marked = raw("businessID").and_then(|raw| raw.parse::<f64>().ok()) == Some(1.0);
    let named = raw("inviteID").is_some_and(|raw| raw.starts_with('"') && raw != "\"\"");
    marked && named
}

/// Whether an operation's data asks to leave unread count and last message as they were: a JSON
/// object with `excludeFromHistoryMessage: true` (SIGNALING §2).
pub fn is_excluded_from_history(data: &str) -> bool {
    let asked = json::object(data).and_then(|body| {
        body.get(&Key::from("excludeFromHistoryMessage"))
            .map(|it| it.get())
    });
    asked == Some("true")
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
}
