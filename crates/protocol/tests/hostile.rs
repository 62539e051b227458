//! Frames made to break whoever reads them: each is read, or refused with a code and a sentence, and
//! none is more than a refusal (PROTOCOL "Errors", SIGNALING §4).

#![allow(clippy::unwrap_used, reason = "a failing unwrap is a failing test")]

use bellhop_protocol::rpc::{self, Id, Incoming};
use bellhop_protocol::signaling::signaling_info;
use bellhop_protocol::{Code, Failure, Message, Request};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;

/// Frames as they should be, of both sides.
fn examples() -> Vec<String> {
    let document = include_str!("../../../docs/PROTOCOL.md");
    let blocks = document.split("```json\n").skip(1);
    let lines = blocks.flat_map(|rest| rest.split("```").next().unwrap_or_default().lines());
    lines.map(str::to_owned).collect()
}

/// Names of fields, as the wire has them and as it does not.
const KEYS: &[&str] = &[
    "jsonrpc",
    "id",
    "method",
    "params",
    "result",
    "error",
    "code",
    "message",
    "data",
    "reason",
    "userID",
    "userSig",
    "deviceID",
    "platform",
    "knownInvitations",
    "inviteID",
    "inviteeList",
    "invitees",
    "inviter",
    "timeout",
    "onlineUserOnly",
    "offlinePushInfo",
    "androidInfo",
    "apnsInfo",
    "VIVOClassification",
    "disablePush",
    "callID",
    "groupID",
    "opID",
    "to",
    "type",
    "payload",
    "text",
    "businessID",
    "actionType",
    "call_end",
    "conversationID",
    "before",
    "limit",
    "name",
    "memberList",
    "joinOption",
    "userIDList",
    "nick",
    "avatar",
    "rev",
    "state",
    "remainingMs",
    "seq",
    "timeMs",
    "outcome",
    "status",
    "change",
    "by",
    "signaling",
    "",
    "\\u0000",
    "__proto__",
    "\\ud800",
    "ключ",
];

/// Values that mean something somewhere, or nothing anywhere; some are no JSON.
const LEAVES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1",
    "1.5",
    "30",
    "86400",
    "86401",
    "255",
    "256",
    "2147483648",
    "4294967296",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775809",
    "1e999",
    "-1e999",
    "1e-999",
    "1E400",
    "0.1e1",
    "01",
    "+1",
    ".5",
    "NaN",
    "\"\"",
    "\"2.0\"",
    "\"bob\"",
    "\"text\"",
    "\"custom\"",
    "\"busy\"",
    "\"C2Cbob\"",
    "\"GROUP\"",
    "\"C2C\"",
    "\"login\"",
    "\"invite\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\\ud83d\\ude00\"",
    "\"\\uD83D\"",
    "\"\u{202e}\u{feff}\"",
    "\"\\\"\"",
    "\"\\x\"",
    "\"\u{7}\"",
    "\"https://\"",
    "\"{\\\"businessID\\\":1,\\\"inviteID\\\":\\\"i\\\"}\"",
    "'a'",
    "undefined",
    "",
];

/// A value as text, nested, deep or long; not always JSON.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        8 => select(LEAVES).prop_map(str::to_owned),
        1 => any::<String>().prop_map(|text| json!(text).to_string()),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => any::<f64>().prop_map(|number| number.to_string()),
        1 => (1usize..20_000).prop_map(|n| format!("\"{}\"", "\u{e9}".repeat(n))),
        1 => (1usize..2_000).prop_map(|n| format!("{}{}", "[".repeat(n), "]".repeat(n))),
        1 => (1usize..2_000).prop_map(|n| "{\"a\":".repeat(n)),
        1 => (1usize..400).prop_map(|n| format!("[{}1]", "1,".repeat(n))),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        let field = (select(KEYS), inner.clone());
        prop_oneof![
            vec(inner, 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            vec(field, 0..6).prop_map(object),
        ]
    })
}

/// An object of these fields, in this order, the doubled ones too.
fn object(fields: Vec<(&'static str, String)>) -> String {
    let fields = fields
        .iter()
        .map(|(key, value)| format!("\"{key}\":{value}"));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

/// A request with a method that is known, an envelope that may be wrong, and any parameters.
fn request() -> impl Strategy<Value = String> {
    let method = select(Request::METHODS).prop_map(|method| format!("\"{method}\""));
    let method = prop_oneof![6 => method, 1 => value()];
    let version = prop_oneof![8 => Just("\"2.0\"".to_owned()), 1 => value()];
    let id = prop_oneof![4 => Just("7".to_owned()), 1 => value()];
    let params =
        prop_oneof![1 => value(), 6 => vec((select(KEYS), value()), 0..8).prop_map(object)];
    let envelope = (version, id, method, params).prop_map(|(version, id, method, params)| {
        object(vec![
            ("jsonrpc", version),
            ("id", id),
            ("method", method),
            ("params", params),
        ])
    });
    prop_oneof![6 => envelope, 1 => value()]
}

/// Something done to a frame.
#[derive(Clone, Debug)]
enum Damage {
    Cut(Index, usize),
    Insert(Index, String),
    Replace(Index, char),
    Double(Index, usize),
    End(Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<Index>;
    let piece = prop_oneof![
        value(),
        select(KEYS).prop_map(str::to_owned),
        any::<String>()
    ];
    prop_oneof![
        (place(), 1usize..40).prop_map(|(at, n)| Damage::Cut(at, n)),
        (place(), piece).prop_map(|(at, text)| Damage::Insert(at, text)),
        (place(), any::<char>()).prop_map(|(at, c)| Damage::Replace(at, c)),
        (place(), 1usize..200).prop_map(|(at, n)| Damage::Double(at, n)),
        place().prop_map(Damage::End),
    ]
}

fn damaged(frame: &str, damage: &[Damage]) -> String {
    let mut chars: Vec<char> = frame.chars().collect();
    for done in damage {
        if chars.is_empty() {
            break;
        }
        let end = |start: usize, n: usize| (start + n).min(chars.len());
        match done {
            Damage::Cut(at, n) => {
                let start = at.index(chars.len());
                drop(chars.drain(start..end(start, *n)));
            }
            Damage::Insert(at, text) => {
                let start = at.index(chars.len());
                chars.splice(start..start, text.chars());
            }
            Damage::Replace(at, c) => {
                let start = at.index(chars.len());
                chars[start] = *c;
            }
            Damage::Double(at, n) => {
                let start = at.index(chars.len());
                let again = chars[start..end(start, *n)].to_vec();
                chars.splice(start..start, again);
            }
            Damage::End(at) => chars.truncate(at.index(chars.len())),
        }
    }
    chars.into_iter().collect()
}

fn damaged_example() -> impl Strategy<Value = String> {
    (select(examples()), vec(damage(), 1..6)).prop_map(|(frame, done)| damaged(&frame, &done))
}

/// A frame that a reader should be afraid of.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![4 => request(), 4 => damaged_example(), 1 => any::<String>()]
}

/// Whatever is refused is answered with one of these codes and a sentence, and the answer is a frame.
fn is_refused(id: &Id, failure: &Failure, codes: &[Code]) -> Result<(), TestCaseError> {
    prop_assert!(codes.contains(&failure.code), "{:?}", failure);
    prop_assert!(failure.message.ends_with('.'), "{:?}", failure);
    let frame = rpc::encode_reply(id, &Err(failure.clone()));
    let read = rpc::decode_incoming(&frame).unwrap();
    prop_assert_eq!(read, Incoming::Reply(id.clone(), Err(failure.clone())));
    Ok(())
}

/// As a server reads it: the call, then what it asks.
fn read_by_server(frame: &str) -> Result<(), TestCaseError> {
    let call = match rpc::decode_call(frame) {
        Ok(call) => call,
        Err(unreadable) => {
            let codes = [Code::ParseError, Code::InvalidRequest, Code::BadParameter];
            return is_refused(&unreadable.id, &unreadable.failure, &codes);
        }
    };
    match Request::parse(&call.method, call.params) {
        Ok(request) => {
            let again = Request::parse(request.method(), request.params());
            prop_assert_eq!(again.as_ref(), Ok(&request));
        }
        Err(failure) => {
            let codes = [Code::MethodNotFound, Code::BadParameter, Code::TooLong];
            is_refused(&call.id.unwrap_or(Id::Null), &failure, &codes)?;
        }
    }
    Ok(())
}

/// As a client reads it.
fn read_by_client(frame: &str) -> Result<(), TestCaseError> {
    match rpc::decode_incoming(frame) {
        Ok(Incoming::Event(event)) => {
            let again = rpc::decode_incoming(&rpc::encode_event(&event));
            prop_assert_eq!(again.unwrap(), Incoming::Event(event));
        }
        Ok(Incoming::Reply(..) | Incoming::Unknown(_)) => {}
        Err(bad) => prop_assert!(!bad.to_string().is_empty()),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6_000, ..ProptestConfig::default() })]

    /// §4: every frame of a client is a request or is refused, as far as it can be read by its id.
    #[test]
    fn a_server_reads_or_refuses_every_frame(frame in hostile()) {
        read_by_server(&frame)?;
    }

    /// A server that is not what it should be breaks no client.
    #[test]
    fn a_client_reads_or_ignores_every_frame(frame in hostile()) {
        read_by_client(&frame)?;
    }

    /// §2: whatever stands in a message, it is signaling or it is not.
    #[test]
    fn every_message_is_signaling_or_is_not(data in prop_oneof![value(), damaged_example()]) {
        let message: Message = serde_json::from_value(json!({
            "messageID": "m1", "conversationID": "C2Cbob", "seq": 1, "from": "bob", "to": "ann",
            "timeMs": 1, "type": "custom", "payload": {"data": data},
        })).unwrap();
        if let Some(info) = signaling_info(&message) {
            prop_assert_eq!(info.business_id, 1);
            info.hung_up_after();
        }
    }
}
