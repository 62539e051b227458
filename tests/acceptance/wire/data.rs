//! `data` is an opaque string, passed byte for byte.

use serde_json::{Value, json};

use super::{Cast, actions, body, messages, ring, unread};

/// What people put into `data`.
fn samples() -> Vec<String> {
    let every_control: String = (0..0x20_u8).map(char::from).collect();
    [
        "",
        " ",
        "null",
        "[]",
        "[1,[2,{\"a\":\"b\"}]]",
        "{\"inviteID\":\"forged\",\"businessID\":1}",
        "{\"broken\": [",
        "\"quoted\\\"\"",
        "\\u0000",
        "📞👩‍👩‍👧 żółw ﷽",
        "\u{0}\u{7f}\u{85}\u{2028}\u{2029}\u{feff}\u{fffd}\u{10ffff}",
        "line\r\nline\tend ",
        "</script><!--",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([every_control, "8 KiB ".repeat(8192 / 6), "é".repeat(4096)])
    .collect()
}

/// §2: of each operation, on every way it takes: event, reply, message, look-up and snapshot.
#[tokio::test]
async fn data_is_passed_byte_for_byte() {
    let mut cast = Cast::enter().await;
    for data in samples() {
        let id = ring(&mut cast.a1, json!({"data": data})).await;
        for wire in [&mut cast.a2, &mut cast.b1, &mut cast.b2] {
            let heard = wire.event("newInvitationReceived").await;
            assert_eq!(heard["data"], data.as_str());
            assert_eq!(body(&wire.message().await)["data"], data.as_str());
        }
        let seen = cast.b1.ask("getInvitation", json!({"inviteID": id})).await;
        assert_eq!(seen["data"], data.as_str());
        let late = cast.server.wire("bob", "late").await;
        assert_eq!(late.snapshot["invitations"][0]["data"], data.as_str());
        late.vanish();

        let params = json!({"inviteID": id, "data": data});
        let result = cast.b1.ask("reject", params).await;
        assert_eq!(body(&result["message"])["data"], data.as_str());
        for wire in [&mut cast.a1, &mut cast.a2, &mut cast.b2] {
            assert_eq!(wire.event("inviteeRejected").await["data"], data.as_str());
            assert_eq!(body(&wire.message().await)["data"], data.as_str());
        }
        let seen = cast.a1.ask("getInvitation", json!({"inviteID": id})).await;
        assert_eq!(seen["invitees"][0]["data"], data.as_str());
        cast.forget().await;
    }
    let listed = messages(&mut cast.a2, "C2Cbob").await;
    let written: Vec<Value> = listed
        .iter()
        .rev()
        .map(|m| body(m)["data"].clone())
        .collect();
    let expected: Vec<Value> = samples()
        .into_iter()
        .flat_map(|data| [json!(data), json!(data)])
        .collect();
    assert_eq!(written, expected);
}

/// §2: the same for a cancel and an accept.
#[tokio::test]
async fn data_of_a_cancel_and_of_an_accept_is_passed_byte_for_byte() {
    let mut cast = Cast::enter().await;
    for data in samples() {
        let id = ring(&mut cast.a1, json!({})).await;
        let params = json!({"inviteID": id, "data": data});
        cast.a1.ask("cancel", params).await;
        cast.b1.event("newInvitationReceived").await;
        let heard = cast.b1.event("invitationCancelled").await;
        assert_eq!(heard["data"], data.as_str());

        let id = ring(&mut cast.a1, json!({})).await;
        let params = json!({"inviteID": id, "data": data});
        cast.b1.ask("accept", params).await;
        let heard = cast.a1.event("inviteeAccepted").await;
        assert_eq!(heard["data"], data.as_str());
        cast.b1.event("newInvitationReceived").await;
        cast.a1.ask("hangUp", json!({"callID": id})).await;
        cast.b1.event("callEnded").await;
    }
}

/// §2: one key of an operation's own data is read: `excludeFromHistoryMessage: true` leaves unread
/// count and last message as they were; the message is stored and told of.
#[tokio::test]
async fn an_operation_can_stay_out_of_unread_count_and_last_message() {
    let mut cast = Cast::enter().await;
    let excluded = "{\"excludeFromHistoryMessage\":true}";
    let text = json!({"userID": "bob", "type": "text", "payload": {"text": "hi"}});
    cast.a1.ask("sendMessage", text).await;
    let id = ring(&mut cast.a1, json!({"data": excluded})).await;
    let params = json!({"inviteID": id, "data": excluded});
    cast.b1.message().await;
    assert_eq!(body(&cast.b1.message().await)["actionType"], 1);
    cast.a1.ask("cancel", params).await;
    assert_eq!(body(&cast.b1.message().await)["actionType"], 2);
    assert_eq!(unread(&mut cast.b1, "C2Calice").await, 1, "only the text");
    let list = cast.b1.ask("getConversationList", json!({})).await;
    let last = &list["conversations"][0]["lastMessage"];
    assert_eq!(last["payload"], json!({"text": "hi"}));
    assert_eq!(messages(&mut cast.b1, "C2Calice").await.len(), 3);
}

/// §2: only `true`, and only in a JSON object.
#[tokio::test]
async fn other_data_does_not_keep_an_invitation_out_of_the_history() {
    let mut cast = Cast::enter().await;
    let samples = [
        "excludeFromHistoryMessage",
        "{\"excludeFromHistoryMessage\":\"true\"}",
        "{\"excludeFromHistoryMessage\":1}",
        "[{\"excludeFromHistoryMessage\":true}]",
    ];
    for (index, data) in samples.into_iter().enumerate() {
        let id = ring(&mut cast.a1, json!({"data": data})).await;
        cast.a1.ask("cancel", json!({"inviteID": id})).await;
        let counted = unread(&mut cast.b1, "C2Calice").await;
        assert_eq!(counted, index as u64 + 1, "{data}");
    }
    let recorded = actions(&mut cast.b1, "C2Calice").await;
    assert_eq!(recorded, [1, 2, 1, 2, 1, 2, 1, 2]);
}
