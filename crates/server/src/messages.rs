//! Ordinary messages, as a client may write them (SIGNALING §6).
//!
//! Pure: what is written comes in, why it is refused goes out.

use bellhop_protocol::signaling::is_signaling;
use bellhop_protocol::{Failure, MessageType};
use serde_json::Value;

/// `{text}`, or `{data, description?, extension?}`, all strings; and no signaling of one's own.
pub(crate) fn check_payload(kind: MessageType, payload: &Value) -> Result<(), Failure> {
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

    /// §6: a client's own message that `getSignalingInfo` would accept is 6017.
    #[test]
    fn signaling_and_malformed_payloads_are_refused() {
        let signaling = r#"{"businessID":1,"inviteID":"x"}"#;
        for (kind, payload) in [
            (MessageType::Custom, json!({"data": signaling})),
            (MessageType::Custom, json!({"data": {}})),
            (MessageType::Custom, json!({"data": "x", "extension": 1})),
            (MessageType::Text, json!({"data": "x"})),
            (MessageType::Text, json!("x")),
        ] {
            let refused = check_payload(kind, &payload).unwrap_err();
            assert_eq!(refused.code, Code::BadParameter, "{payload}");
        }
        assert_eq!(
            check_payload(MessageType::Text, &json!({"text": "hi"})),
            Ok(())
        );
    }
}
