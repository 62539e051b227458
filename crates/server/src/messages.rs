//! Ordinary messages, as a client may write them (SIGNALING §6).
//!
//! Pure: what is written comes in, what is to be stored or why not goes out.

use bellhop_engine::{Actor, Audience, Draft, Refusal, Thread};
use bellhop_protocol::request::SendMessage;
use bellhop_protocol::signaling::is_signaling;
use bellhop_protocol::{Failure, MessageType, Timestamp};
use serde_json::Value;

/// The message to store, or why it is refused; `is_known` is whether its receiver exists.
pub(crate) fn draft(
    by: &Actor,
    request: &SendMessage,
    is_known: bool,
    now: Timestamp,
) -> Result<Draft, Failure> {
    if request.user == by.user {
        let message = "You cannot write to yourself. Name another user.";
        return Err(Failure::bad_parameter(message));
    }
    check_payload(request.kind, &request.payload)?;
    if !is_known {
        return Err(Refusal::NoSuchUser(request.user.clone()).into());
    }
    Ok(Draft {
        thread: Thread::between(&by.user, &request.user),
        from: by.user.clone(),
        time: now,
        kind: request.kind,
        payload: request.payload.clone(),
        invite: None,
        unread_for: vec![request.user.clone()],
        shown_last: true,
        to: vec![
            Audience::of(&by.user, Some(by)),
            Audience::of(&request.user, Some(by)),
        ],
    })
}

/// `{text}`, or `{data, description?, extension?}`, all strings; and no signaling of one's own.
fn check_payload(kind: MessageType, payload: &Value) -> Result<(), Failure> {
    let (needed, optional): (&str, &[&str]) = match kind {
        MessageType::Text => ("text", &[]),
        MessageType::Custom => ("data", &["description", "extension"]),
    };
    let Some(content) = payload.get(needed).and_then(Value::as_str) else {
        let message = format!("The payload must be an object with the string \"{needed}\".");
        return Err(Failure::bad_parameter(message));
    };
    let is_ill_typed = |name: &&&str| payload.get(**name).is_some_and(|it| !it.is_string());
    if let Some(name) = optional.iter().find(is_ill_typed) {
        let message = format!("\"{name}\" of the payload must be a string.");
        return Err(Failure::bad_parameter(message));
    }
    if kind == MessageType::Custom && is_signaling(content) {
        let message = "Only the server writes signaling messages. Use invite and its relatives.";
        return Err(Failure::bad_parameter(message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bellhop_protocol::Code;
    use serde_json::json;

    fn drafted(user: &str, kind: &str, payload: Value) -> Result<Draft, Code> {
        let by = Actor {
            user: "alice".parse().unwrap(),
            device: "a1".parse().unwrap(),
            platform: "cli".parse().unwrap(),
        };
        let params = json!({"userID": user, "type": kind, "payload": payload});
        let request = serde_json::from_value(params).unwrap();
        draft(&by, &request, user == "bob", Timestamp::from_millis(1)).map_err(|f| f.code)
    }

    #[test]
    fn a_message_goes_to_both_sides_but_the_device_that_wrote_it() {
        let draft = drafted("bob", "text", json!({"text": "hi"})).unwrap();
        let to: Vec<_> = draft
            .to
            .iter()
            .map(|to| (to.user.as_str(), to.except.as_ref().map(|d| d.as_str())))
            .collect();
        assert_eq!(to, [("alice", Some("a1")), ("bob", None)]);
        assert_eq!(draft.unread_for, ["bob".parse().unwrap()]);
    }

    /// §6: a client's own message that `getSignalingInfo` would accept is 6017.
    #[test]
    fn signaling_and_malformed_payloads_are_refused() {
        let signaling = r#"{"businessID":1,"inviteID":"x"}"#;
        for (kind, payload) in [
            ("custom", json!({"data": signaling})),
            ("custom", json!({"data": {}})),
            ("custom", json!({"data": "x", "extension": 1})),
            ("text", json!({"data": "x"})),
            ("text", json!("x")),
        ] {
            assert_eq!(drafted("bob", kind, payload), Err(Code::BadParameter));
        }
        let text = json!({"text": "hi"});
        assert_eq!(
            drafted("alice", "text", text.clone()),
            Err(Code::BadParameter)
        );
        assert_eq!(drafted("carol", "text", text), Err(Code::NoSuchUser));
    }
}
