//! Frames that are no request, methods that do not exist, and parameters that are none: each gets
//! its error, changes nothing, and nobody else hears of it.

use serde_json::{Value, json};

use super::{Cast, fate, messages};
use crate::raw::{Refused, Wire, refusal};

/// PROTOCOL "Errors", -32700 and -32600 (batches too); the connection stays usable.
#[tokio::test]
async fn a_frame_that_is_no_request_is_refused_and_changes_nothing() {
    let (mut cast, id) = Cast::with_ring(30).await;
    let accept = json!({"jsonrpc": "2.0", "id": 1, "method": "accept", "params": {"inviteID": id}});
    let with = |field: &str, value: Value| {
        let mut frame = accept.clone();
        frame[field] = value;
        frame.to_string()
    };
    let without = |field: &str| {
        let mut frame = accept.clone();
        frame.as_object_mut().unwrap().remove(field);
        frame.to_string()
    };
    let not_json = refusal(-32700, "notJson");
    let no_request = refusal(-32600, "notARequest");
    let cases: Vec<(String, Value, Refused)> = vec![
        (String::new(), Value::Null, not_json.clone()),
        ("{".to_owned(), Value::Null, not_json.clone()),
        ("accept".to_owned(), Value::Null, not_json.clone()),
        (format!("{accept}{accept}"), Value::Null, not_json.clone()),
        (format!("{accept},"), Value::Null, not_json.clone()),
        ("[".repeat(60_000), Value::Null, not_json.clone()),
        ("{\"a\":".repeat(10_000), Value::Null, not_json.clone()),
        (r#"{"id":"\ud800"}"#.to_owned(), Value::Null, not_json),
        ("[]".to_owned(), Value::Null, no_request.clone()),
        (format!("[{accept}]"), Value::Null, no_request.clone()),
        (
            format!("[{accept},{accept}]"),
            Value::Null,
            no_request.clone(),
        ),
        ("null".to_owned(), Value::Null, no_request.clone()),
        ("7".to_owned(), Value::Null, no_request.clone()),
        ("\"accept\"".to_owned(), Value::Null, no_request.clone()),
        ("{}".to_owned(), Value::Null, no_request.clone()),
        (with("id", json!({})), Value::Null, no_request.clone()),
        (with("id", json!([1])), Value::Null, no_request.clone()),
        (with("id", json!(true)), Value::Null, no_request.clone()),
        (without("jsonrpc"), json!(1), no_request.clone()),
        (with("jsonrpc", json!("1.0")), json!(1), no_request.clone()),
        (with("jsonrpc", json!(2.0)), json!(1), no_request.clone()),
        (without("method"), json!(1), no_request.clone()),
        (with("method", json!(7)), json!(1), no_request.clone()),
        (with("method", Value::Null), json!(1), no_request),
    ];
    for (frame, reply_to, expected) in cases {
        let (id, refused) = cast.b1.refused_frame(&frame).await;
        let shown: String = frame.chars().take(200).collect();
        assert_eq!((id, refused), (reply_to, expected), "{shown}");
    }
    cast.hear_nothing().await;
    assert_eq!(fate(&mut cast.b1, &id).await.1, "pending");
    assert_eq!(messages(&mut cast.b1, "C2Calice").await.len(), 1);
}

/// PROTOCOL "Errors", -32601: also names that are nearly right, and those of server events.
#[tokio::test]
async fn an_unknown_method_is_refused() {
    let mut cast = Cast::enter().await;
    let params = json!({"userID": "bob", "inviteID": "x"});
    for method in [
        "",
        "Invite",
        "invite ",
        "invitee",
        "signaling.invite",
        "newInvitationReceived",
        "inviteeAccepted",
        "rpc.discover",
        "timeOut",
        "\u{0}",
        "🤖",
    ] {
        let refused = cast.a1.refused(method, params.clone()).await;
        assert_eq!(refused, refusal(-32601, "noSuchMethod"), "{method}");
    }
    cast.hear_nothing().await;
}

/// §1, §2, and §4, 6017: a parameter that is missing, ill-typed or out of range.
#[tokio::test]
async fn bad_parameters_of_an_invite_are_refused() {
    let mut cast = Cast::enter().await;
    for params in [
        json!({}),
        json!(null),
        json!([]),
        json!(["bob"]),
        json!("bob"),
        json!({"userID": null}),
        json!({"userID": 7}),
        json!({"userID": ["bob"]}),
        json!({"userID": ""}),
        json!({"userID": "x".repeat(33)}),
        json!({"userID": "b\u{0}b"}),
        json!({"userID": "alice"}),
        json!({"userID": "bob", "data": 7}),
        json!({"userID": "bob", "data": null}),
        json!({"userID": "bob", "data": {"a": 1}}),
        json!({"userID": "bob", "timeout": -1}),
        json!({"userID": "bob", "timeout": 1.5}),
        json!({"userID": "bob", "timeout": 30.0}),
        json!({"userID": "bob", "timeout": "30"}),
        json!({"userID": "bob", "timeout": 86_401}),
        json!({"userID": "bob", "timeout": 1e300}),
        json!({"userID": "bob", "timeout": null}),
        json!({"userID": "bob", "onlineUserOnly": "yes"}),
        json!({"userID": "bob", "onlineUserOnly": 1}),
        json!({"userID": "bob", "inviteID": ""}),
        json!({"userID": "bob", "inviteID": "x".repeat(65)}),
        json!({"userID": "bob", "inviteID": 7}),
        json!({"userID": "bob", "callID": ""}),
        json!({"userID": "bob", "opID": ""}),
        json!({"userID": "bob", "offlinePushInfo": "title"}),
        json!({"userID": "bob", "offlinePushInfo": {"disablePush": "no"}}),
        json!({"userID": "bob", "offlinePushInfo": {"apnsInfo": {"image": "http://x/y"}}}),
        json!({"userID": "bob", "offlinePushInfo": {"androidInfo": {"VIVOClassification": 2}}}),
    ] {
        let shown = params.to_string();
        let refused = cast.a1.refused("invite", params).await;
        assert_eq!(refused, refusal(6017, "badParameter"), "{shown}");
    }
    cast.hear_nothing().await;
    assert_eq!(
        messages(&mut cast.b1, "C2Calice").await,
        Vec::<Value>::new()
    );
}

/// §2, and §4, 6017: the same for every other method.
#[tokio::test]
async fn bad_parameters_of_other_methods_are_refused() {
    let (mut cast, id) = Cast::with_ring(30).await;
    for method in ["accept", "reject", "cancel", "ringing", "getInvitation"] {
        for params in [
            json!({}),
            json!([id]),
            json!({"inviteID": ""}),
            json!({"inviteID": 7}),
            json!({"inviteID": null}),
            json!({"inviteID": "x".repeat(65)}),
        ] {
            let shown = params.to_string();
            let refused = cast.b1.refused(method, params).await;
            assert_eq!(refused, refusal(6017, "badParameter"), "{method} {shown}");
        }
    }
    for (method, field, bad) in [
        ("accept", "data", json!(7)),
        ("reject", "data", json!({})),
        ("cancel", "data", json!([])),
        ("reject", "reason", json!("bored")),
        ("reject", "reason", json!("inviterOffline")),
        ("cancel", "reason", json!("busy")),
        ("cancel", "reason", json!(7)),
        ("accept", "opID", json!("")),
        ("ringing", "opID", json!(7)),
    ] {
        let mut params = json!({"inviteID": id});
        params[field] = bad;
        let shown = params.to_string();
        let refused = cast.b1.refused(method, params).await;
        assert_eq!(refused, refusal(6017, "badParameter"), "{method} {shown}");
    }
    for method in ["hangUp", "getCall"] {
        for params in [json!({}), json!({"callID": ""}), json!({"callID": 7})] {
            let refused = cast.b1.refused(method, params).await;
            assert_eq!(refused, refusal(6017, "badParameter"), "{method}");
        }
    }
    let params = json!({"conversationID": "bob"});
    let refused = cast.b1.refused("setMessageRead", params).await;
    assert_eq!(refused, refusal(6017, "badParameter"));
    cast.hear_nothing().await;
    assert_eq!(fate(&mut cast.b1, &id).await.1, "pending");
}

/// §4, 6017: every method there is wants an object of named parameters, or nothing where it has none.
#[tokio::test]
async fn every_method_wants_named_parameters() {
    let (mut cast, id) = Cast::with_ring(30).await;
    for method in crate::rules::methods() {
        let mut stranger = Wire::open(&cast.server.url()).await;
        let wire = if method == "login" {
            &mut stranger
        } else {
            &mut cast.b1
        };
        for params in [
            json!([]),
            json!([{"inviteID": id}]),
            json!("x"),
            json!(7),
            json!(true),
        ] {
            let shown = params.to_string();
            let refused = wire.refused(method, params).await;
            assert_eq!(refused, refusal(6017, "badParameter"), "{method} {shown}");
        }
    }
    cast.hear_nothing().await;
    assert_eq!(fate(&mut cast.b1, &id).await.1, "pending");
    assert_eq!(messages(&mut cast.b1, "C2Calice").await.len(), 1);
}

/// §2: nothing in a request body can speak for somebody else; PROTOCOL: unknown fields are ignored.
#[tokio::test]
async fn fields_that_would_speak_for_somebody_else_are_ignored() {
    let mut cast = Cast::enter().await;
    let forged = json!({
        "userID": "bob", "inviteID": "forged", "inviter": "alice", "from": "alice",
        "deviceID": "a1", "platform": "web", "rev": 7, "state": "ended", "fromUserID": "alice",
        "inviteeList": ["alice"], "groupID": "g", "remainingMs": 1, "isSelfTimeout": true,
    });
    cast.carol.ask("invite", forged).await;
    let heard = cast.b1.event("newInvitationReceived").await;
    assert_eq!(heard["inviter"], "carol");
    assert_eq!(heard["inviteeList"], json!(["bob"]));
    assert_eq!((&heard["groupID"], &heard["rev"]), (&json!(""), &json!(1)));
    assert_eq!(cast.b1.message().await["from"], "carol");
    cast.a1.hears_nothing().await;
    cast.b2.forget().await;

    let answer = json!({"inviteID": "forged", "userID": "alice", "invitee": "alice",
        "deviceID": "a1", "platform": "web"});
    let refused = cast.a1.refused("accept", answer.clone()).await;
    assert_eq!(refused, refusal(8010, "unknown"));
    cast.b1.ask("accept", answer).await;
    let heard = cast.carol.event("inviteeAccepted").await;
    assert_eq!(heard["invitee"], "bob");
    assert_eq!(heard["deviceID"], "b1");
    assert_eq!(heard["platform"], "cli");

    let text = json!({"userID": "bob", "from": "alice", "type": "text", "payload": {"text": "x"},
        "timeMs": 1, "seq": 1, "messageID": "mine", "call": {"outcome": "answered"}});
    let result = cast.carol.ask("sendMessage", text).await;
    assert_eq!(result["message"]["from"], "carol");
    assert_ne!(result["message"]["messageID"], "mine");
    assert_eq!(result["message"].get("call"), None);
    cast.a1.hears_nothing().await;
}

/// §4, 8001: the decoded strings of a request together: 12 288 bytes pass, one more does not.
#[tokio::test]
async fn strings_are_bounded_together() {
    let mut cast = Cast::enter().await;
    let fill = 12_288 - "bob".len() - "i-1".len();
    let params = |id: &str, data: String| json!({"userID": "bob", "inviteID": id, "data": data});
    for too_long in [
        "x".repeat(fill + 1),
        "\u{7}".repeat(fill + 1),
        "é".repeat(fill / 2 + 1),
    ] {
        let refused = cast.a1.refused("invite", params("i-1", too_long)).await;
        assert_eq!(refused, refusal(8001, "tooLong"));
    }
    cast.hear_nothing().await;
    cast.a1
        .ask("invite", params("i-1", "\u{7}".repeat(fill)))
        .await;
    let heard = cast.b1.event("newInvitationReceived").await;
    assert_eq!(heard["data"].as_str().unwrap().len(), fill);

    let text = |length: usize| {
        let payload = json!({"text": "x".repeat(length)});
        json!({"userID": "bob", "type": "text", "payload": payload})
    };
    let fill = 12_288 - "bob".len() - "text".len();
    let refused = cast.a1.refused("sendMessage", text(fill + 1)).await;
    assert_eq!(refused, refusal(8001, "tooLong"));
    cast.a1.ask("sendMessage", text(fill)).await;
}

/// JSON-RPC: the id of a request comes back as it was, number or text.
#[tokio::test]
async fn a_reply_names_its_request_as_it_was_named() {
    let mut cast = Cast::enter().await;
    for id in [
        json!("a"),
        json!(""),
        json!(-1),
        json!(0),
        json!("📞"),
        json!(null),
    ] {
        let frame = json!({"jsonrpc": "2.0", "id": id, "method": "nothing"});
        let (named, refused) = cast.a1.refused_frame(&frame.to_string()).await;
        assert_eq!((named, refused.0), (id, -32601));
    }
}

/// JSON-RPC: a request without an id is carried out and not answered.
#[tokio::test]
async fn a_request_without_an_id_is_not_answered() {
    let mut cast = Cast::enter().await;
    cast.a1.forget().await;
    let frame = json!({"jsonrpc": "2.0", "method": "invite", "params": {"userID": "bob"}});
    cast.a1.send_text(frame.to_string()).await;
    cast.a1
        .send_text(r#"{"jsonrpc":"2.0","method":"nothing"}"#)
        .await;
    let heard = cast.b1.event("newInvitationReceived").await;
    assert_eq!(heard["inviter"], "alice");
    cast.a1.hears_nothing().await;
    assert!(cast.a1.arrivals.iter().all(|it| it.starts_with("reply ")));
    assert_eq!(cast.a1.arrivals.len(), 2, "those of the last check alone");
}
