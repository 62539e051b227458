//! The JSON-RPC 2.0 codec: frames in, frames out, one object each.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::json::{self, Key};
use crate::{Code, Event, Failure, Reason};

/// The longest frame a client sends, in bytes.
pub const MAX_FRAME: usize = 80 * 1024;
/// The longest frame a server sends, in bytes: snapshots and pages are longer than requests.
pub const MAX_REPLY: usize = 16 * 1024 * 1024;
/// The WebSocket subprotocol.
pub const SUBPROTOCOL: &str = "bellhop.v1";
/// The path of the endpoint.
pub const PATH: &str = "/v1/signaling";

/// What a client sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What the reply must name; nothing where no reply is wanted.
    pub id: Option<Id>,
    /// The method.
    pub method: String,
    /// Its parameters, not yet checked.
    pub params: Value,
}

/// The name of a request on its connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Id {
    /// `null`, as in a reply to what could not be read.
    Null,
    /// A number.
    Number(serde_json::Number),
    /// A text.
    Text(String),
}

impl From<u64> for Id {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

/// A frame that is no request, and whom to tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Unreadable {
    /// What the reply names, as far as it could be read.
    pub id: Id,
    /// -32700, -32600, or 6017 for values beyond what is carried.
    pub failure: Failure,
}

/// The request in a frame.
pub fn decode_call(frame: &str) -> Result<Call, Unreadable> {
    let value: Value = serde_json::from_str(frame).map_err(|e| unreadable(frame, &e))?;
    let Value::Object(mut fields) = value else {
        return Err(not_a_request(
            Id::Null,
            "a frame holds one JSON object (no batches)",
        ));
    };
    let id = match fields.remove("id") {
        None => None,
        Some(Value::Null) => Some(Id::Null),
        Some(Value::Number(number)) => Some(Id::Number(number)),
        Some(Value::String(text)) => Some(Id::Text(text)),
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
            return Err(not_a_request(
                Id::Null,
                "\"id\" must be a number or a string",
            ));
        }
    };
    let reply_to = || id.clone().unwrap_or(Id::Null);
    if fields.get("jsonrpc") != Some(&Value::from("2.0")) {
        return Err(not_a_request(reply_to(), "\"jsonrpc\" must be \"2.0\""));
    }
    let Some(Value::String(method)) = fields.remove("method") else {
        return Err(not_a_request(reply_to(), "\"method\" must be a string"));
    };
    let params = fields.remove("params").unwrap_or_else(|| json!({}));
    Ok(Call { id, method, params })
}

/// Why a frame cannot be read: it is no JSON, or a request with values beyond what is carried.
fn unreadable(frame: &str, error: &serde_json::Error) -> Unreadable {
    let fields = json::object(frame);
    let field = |name: &str| {
        fields
            .as_ref()?
            .get(&Key::from(name))
            .map(|value| value.get())
    };
    let id = field("id").and_then(|id| serde_json::from_str(id).ok());
    if let (Some(id), Some(_)) = (id, field("method")) {
        let message = format!("The params hold a value that cannot be carried: {error}.");
        return Unreadable {
            id,
            failure: Failure::bad_parameter(message),
        };
    }
    let message = format!("This frame is not valid JSON: {error}.");
    let failure = Failure::new(Code::ParseError, Reason::NotJson, message);
    Unreadable {
        id: Id::Null,
        failure,
    }
}

fn not_a_request(id: Id, what: &str) -> Unreadable {
    let message = format!("This frame is no JSON-RPC 2.0 request: {what}.");
    Unreadable {
        id,
        failure: Failure::new(Code::InvalidRequest, Reason::NotARequest, message),
    }
}

/// The error object of a reply, as it stands on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorObject {
    /// The number.
    pub code: i64,
    /// The sentence.
    pub message: String,
    /// The machine-readable part.
    #[serde(default)]
    pub data: Value,
}

/// What a server sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Incoming {
    /// The reply to a request.
    Reply(Id, Result<Value, Failure>),
    /// An event.
    Event(Box<Event>),
    /// A notification this version does not know; to be ignored.
    Unknown(String),
}

/// Why a server's frame could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the server sent a frame that cannot be read: {0}")]
pub struct BadFrame(String);

/// The reply or event in a server's frame.
pub fn decode_incoming(frame: &str) -> Result<Incoming, BadFrame> {
    let value: Value = serde_json::from_str(frame).map_err(|e| BadFrame(e.to_string()))?;
    if let Some(method) = value.get("method").and_then(Value::as_str) {
        if !Event::is_known(method) {
            return Ok(Incoming::Unknown(method.to_owned()));
        }
        let event = serde_json::from_value(value).map_err(|e| BadFrame(e.to_string()))?;
        return Ok(Incoming::Event(Box::new(event)));
    }
    let Value::Object(mut fields) = value else {
        return Err(BadFrame("no object".to_owned()));
    };
    let id = fields
        .remove("id")
        .ok_or_else(|| BadFrame("no id".to_owned()))?;
    let id = serde_json::from_value(id).map_err(|e| BadFrame(e.to_string()))?;
    if let Some(error) = fields.remove("error") {
        let error = serde_json::from_value(error).map_err(|e| BadFrame(e.to_string()))?;
        return Ok(Incoming::Reply(id, Err(Failure::from_rpc(error))));
    }
    let result = fields
        .remove("result")
        .ok_or_else(|| BadFrame("no result".to_owned()))?;
    Ok(Incoming::Reply(id, Ok(result)))
}

/// The frame of a request.
pub fn encode_call(id: &Id, method: &str, params: &Value) -> String {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string()
}

/// The frame of a reply.
pub fn encode_reply(id: &Id, outcome: &Result<Value, Failure>) -> String {
    match outcome {
        Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
        Err(failure) => json!({"jsonrpc": "2.0", "id": id, "error": failure}),
    }
    .to_string()
}

/// The frame of an event.
pub fn encode_event(event: &Event) -> String {
    #[derive(Serialize)]
    struct Notification<'a> {
        jsonrpc: &'static str,
        #[serde(flatten)]
        event: &'a Event,
    }
    serde_json::to_string(&Notification {
        jsonrpc: "2.0",
        event,
    })
    .expect("events have string keys and serialize")
}

impl Event {
    /// Whether this version knows the event of that name.
    fn is_known(method: &str) -> bool {
        const NAMES: [&str; 15] = [
            "newInvitationReceived",
            "inviteeAccepted",
            "inviteeRejected",
            "invitationCancelled",
            "invitationTimeout",
            "invitationModified",
            "inviteeRinging",
            "callEnded",
            "signalReceived",
            "messageReceived",
            "userStatusChanged",
            "groupChanged",
            "pushReceived",
            "pushWithdrawn",
            "kickedOffline",
        ];
        NAMES.contains(&method)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Status, UserStatus};

    fn code_of(frame: &str) -> (Id, Code) {
        let unreadable = decode_call(frame).unwrap_err();
        (unreadable.id, unreadable.failure.code)
    }

    #[test]
    fn what_is_no_json_is_a_parse_error() {
        assert_eq!(code_of("{"), (Id::Null, Code::ParseError));
        assert_eq!(code_of(r#"{"a":"\ud800"}"#), (Id::Null, Code::ParseError));
        assert_eq!(code_of(&"[".repeat(50_000)), (Id::Null, Code::ParseError));
    }

    #[test]
    fn a_request_with_values_beyond_what_is_carried_is_refused_by_its_id() {
        for value in [
            "1e999",
            r#""\ud800""#,
            &format!("{}{}", "[".repeat(200), "]".repeat(200)),
        ] {
            let frame =
                format!(r#"{{"jsonrpc":"2.0","id":7,"method":"x","params":{{"a":{value}}}}}"#);
            assert_eq!(
                code_of(&frame),
                (Id::from(7), Code::BadParameter),
                "{value}"
            );
        }
    }

    #[test]
    fn an_id_that_is_a_fraction_comes_back_to_the_last_digit() {
        let id = "1.7766405802348508e-214";
        let frame = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"x","params":{{}}}}"#);
        let call = decode_call(&frame).unwrap();
        let reply = encode_reply(&call.id.unwrap(), &Ok(json!({})));
        assert!(reply.contains(id), "{reply}");
    }

    #[test]
    fn a_malformed_envelope_is_an_invalid_request_that_names_the_id_it_could_read() {
        for frame in ["[]", "7", r#"{"jsonrpc":"2.0","id":{},"method":"x"}"#] {
            assert_eq!(code_of(frame), (Id::Null, Code::InvalidRequest), "{frame}");
        }
        for frame in [
            r#"{"id":7,"method":"x"}"#,
            r#"{"jsonrpc":"1.0","id":7,"method":"x"}"#,
            r#"{"jsonrpc":"2.0","id":7,"method":1}"#,
            r#"{"jsonrpc":"2.0","id":7,"result":{}}"#,
        ] {
            assert_eq!(
                code_of(frame),
                (Id::from(7), Code::InvalidRequest),
                "{frame}"
            );
        }
    }

    #[test]
    fn frames_survive_the_round_trip() {
        let params = json!({"userID": "bob"});
        let call = decode_call(&encode_call(&Id::from(1), "invite", &params)).unwrap();
        assert_eq!(
            call,
            Call {
                id: Some(Id::from(1)),
                method: "invite".to_owned(),
                params
            }
        );

        let failure = Failure::new(Code::NotPending, Reason::Cancelled, "Over.");
        let reply = encode_reply(&Id::Text("a".to_owned()), &Err(failure.clone()));
        assert_eq!(
            decode_incoming(&reply).unwrap(),
            Incoming::Reply(Id::Text("a".to_owned()), Err(failure))
        );

        let event = Event::UserStatusChanged(UserStatus {
            user: "bob".parse().unwrap(),
            status: Status::InCall,
        });
        assert_eq!(
            decode_incoming(&encode_event(&event)).unwrap(),
            Incoming::Event(Box::new(event))
        );
    }

    #[test]
    fn an_event_of_a_later_version_is_no_failure() {
        let frame = r#"{"jsonrpc":"2.0","method":"tomorrowsEvent","params":{}}"#;
        assert_eq!(
            decode_incoming(frame).unwrap(),
            Incoming::Unknown("tomorrowsEvent".to_owned())
        );
    }
}
