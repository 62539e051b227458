//! The data that a phone puts into its signals (SIGNALING §8): made here and read here, nowhere else.

use bellhop_protocol::OfflinePushInfo;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What marks an invitation's data as that of a Bellhop call.
const BUSINESS_ID: &str = "bellhop_call";

/// What a call carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MediaType {
    /// Voice.
    #[default]
    Audio,
    /// Voice and picture.
    Video,
}

/// The data of an invitation to a call.
pub fn invitation_data(media: MediaType) -> String {
    serde_json::json!({"version": 1, "businessID": BUSINESS_ID, "mediaType": media}).to_string()
}

/// What the data of an invitation asks for; data of other makers is an ordinary audio call.
pub fn media_type(data: &str) -> MediaType {
    own_media_type(data).unwrap_or_default()
}

fn own_media_type(data: &str) -> Option<MediaType> {
    let Ok(Value::Object(mut body)) = serde_json::from_str::<Value>(data) else {
        return None;
    };
    if body.get("businessID").and_then(Value::as_str) != Some(BUSINESS_ID) {
        return None;
    }
    let media = body.remove("mediaType").unwrap_or_default();
    Some(serde_json::from_value(media).unwrap_or_default())
}

/// What an invitation to a call with this data says on devices that are asleep (SIGNALING §7), in the
/// caller's name; nothing when it is none of a phone's.
pub fn push_info(data: &str, caller: &str) -> Option<OfflinePushInfo> {
    let description = match own_media_type(data)? {
        MediaType::Audio => "Incoming audio call",
        MediaType::Video => "Incoming video call",
    };
    Some(OfflinePushInfo {
        title: Some(caller.to_owned()),
        description: Some(description.to_owned()),
        ..OfflinePushInfo::default()
    })
}

/// The data of an answer with some words for the other side.
pub fn reply_data(reply: &str) -> String {
    serde_json::json!({ "reply": reply }).to_string()
}

/// The words in an answer's data, if there are any.
pub fn reply(data: &str) -> Option<String> {
    let Ok(Value::Object(body)) = serde_json::from_str::<Value>(data) else {
        return None;
    };
    let reply = body.get("reply")?.as_str()?;
    (!reply.is_empty()).then(|| reply.to_owned())
}

/// The data of a refusal because of another call. The history of a group tells no reason (SIGNALING §6):
/// by this the callee's own devices know it for a missed call.
pub fn busy_data() -> String {
    serde_json::json!({ "busy": true }).to_string()
}

/// Whether an answer's data is that of a refusal because of another call.
pub fn is_busy(data: &str) -> bool {
    let Ok(Value::Object(body)) = serde_json::from_str::<Value>(data) else {
        return false;
    };
    body.get("busy") == Some(&Value::Bool(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// §8: `{"version":1,"businessID":"bellhop_call","mediaType":"audio"|"video"}`.
    #[test]
    fn invitation_data_reads_back() {
        let data = invitation_data(MediaType::Video);
        assert_eq!(
            serde_json::from_str::<Value>(&data).unwrap(),
            serde_json::json!({"version": 1, "businessID": "bellhop_call", "mediaType": "video"})
        );
        assert_eq!(media_type(&data), MediaType::Video);
        assert_eq!(
            media_type(&invitation_data(MediaType::Audio)),
            MediaType::Audio
        );
    }

    /// §8: foreign data still rings, as an ordinary call.
    #[test]
    fn foreign_data_is_an_audio_call() {
        for data in [
            "",
            "[]",
            "{",
            "📞",
            r#"{"businessID":"av_call","mediaType":"video"}"#,
            r#"{"businessID":1,"mediaType":"video"}"#,
            r#"{"businessID":"bellhop_call","mediaType":"smell"}"#,
            r#"{"businessID":"bellhop_call"}"#,
        ] {
            assert_eq!(media_type(data), MediaType::Audio, "{data}");
        }
    }

    /// §7: a push goes out only with a description.
    #[test]
    fn an_invitation_to_a_call_describes_itself_and_foreign_data_does_not() {
        let push = push_info(&invitation_data(MediaType::Video), "Alice").unwrap();
        assert_eq!(push.title.as_deref(), Some("Alice"));
        assert_eq!(push.description.as_deref(), Some("Incoming video call"));
        assert!(!push.disable_push);
        assert_eq!(push_info(r#"{"businessID":"av_call"}"#, "Alice"), None);
        assert_eq!(push_info("", "Alice"), None);
    }

    #[test]
    fn the_words_of_an_answer_read_back() {
        assert_eq!(
            reply(&reply_data("In five \"minutes\"")),
            Some("In five \"minutes\"".to_owned())
        );
        for nothing in ["", "hello", r#"{"reply":""}"#, r#"{"reply":7}"#, "[]"] {
            assert_eq!(reply(nothing), None, "{nothing}");
        }
    }

    /// §8: the data of answers.
    #[test]
    fn a_refusal_because_of_another_call_is_known_from_others() {
        assert!(is_busy(&busy_data()));
        assert_eq!(reply(&busy_data()), None);
        for data in ["", "[]", r#"{"busy":1}"#, &reply_data("busy")] {
            assert!(!is_busy(data), "{data}");
        }
    }
}
