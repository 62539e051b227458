//! `sendMessage`, `getMessageList`, `getConversationList` and `setMessageRead`.

use serde_json::{Value, json};

use super::{Cast, messages, ring, unread};
use crate::raw::{Wire, refusal, take_ms};

/// §1, PROTOCOL "Requests" and "Events": every field, and who hears it (§6: all but the acting device).
#[tokio::test]
async fn a_message_is_told_to_every_other_device_of_both_sides() {
    let mut cast = Cast::enter().await;
    for (kind, payload) in [
        ("text", json!({"text": "I call you back. 📞"})),
        ("custom", json!({"data": "{\"a\":1}"})),
        (
            "custom",
            json!({"data": "", "description": "d", "extension": "e"}),
        ),
    ] {
        let params = json!({"userID": "bob", "type": kind, "payload": payload});
        let mut result = cast.a1.ask("sendMessage", params).await;
        let message = result["message"].take();
        assert_eq!(result, json!({"message": null}));
        let mut plain = message.clone();
        take_ms(&mut plain, "timeMs", 1_700_000_000_000..=u64::MAX);
        take_ms(&mut plain, "seq", 1..=u64::MAX);
        let id = plain.as_object_mut().unwrap().remove("messageID").unwrap();
        assert!(!id.as_str().unwrap().is_empty());
        assert_eq!(
            plain,
            json!({
                "conversationID": "C2Cbob", "from": "alice", "to": "bob", "type": kind,
                "payload": payload,
            })
        );
        assert_eq!(cast.a2.message().await, message);
        let mut at_bob = message.clone();
        at_bob["conversationID"] = json!("C2Calice");
        assert_eq!(cast.b1.message().await, at_bob);
        assert_eq!(cast.b2.message().await, at_bob);
        cast.hear_nothing().await;
        assert_eq!(messages(&mut cast.a1, "C2Cbob").await[0], message);
        assert_eq!(messages(&mut cast.b1, "C2Calice").await[0], at_bob);
    }
}

/// §2, §6: only the server writes signaling; everything that merely looks like it passes.
#[tokio::test]
async fn a_message_that_would_be_signaling_is_refused() {
    let mut cast = Cast::enter().await;
    let custom = |data: &str| json!({"userID": "bob", "type": "custom", "payload": {"data": data}});
    for data in [
        "{\"businessID\":1,\"inviteID\":\"x\"}",
        "{\"inviteID\":\"x\",\"businessID\":1.0,\"actionType\":1}",
    ] {
        let refused = cast.a1.refused("sendMessage", custom(data)).await;
        assert_eq!(refused, refusal(6017, "badParameter"), "{data}");
    }
    cast.hear_nothing().await;
    assert_eq!(messages(&mut cast.a1, "C2Cbob").await, Vec::<Value>::new());
    for data in [
        "{\"businessID\":\"1\",\"inviteID\":\"x\"}",
        "{\"businessID\":2,\"inviteID\":\"x\"}",
        "{\"businessID\":1,\"inviteID\":\"\"}",
        "{\"businessID\":1}",
        "[{\"businessID\":1,\"inviteID\":\"x\"}]",
        "{\"businessID\":1,\"inviteID\":",
    ] {
        cast.a1.ask("sendMessage", custom(data)).await;
        assert_eq!(cast.b1.message().await["payload"]["data"], data);
    }
}

/// §4: missing, ill-typed and wrong parameters; nothing is written and nobody hears of it.
#[tokio::test]
async fn a_bad_message_is_refused() {
    let mut cast = Cast::enter().await;
    for params in [
        json!({}),
        json!({"userID": "bob", "type": "text"}),
        json!({"userID": "bob", "payload": {"text": "x"}}),
        json!({"userID": "bob", "type": "image", "payload": {"text": "x"}}),
        json!({"userID": "bob", "type": "text", "payload": "x"}),
        json!({"userID": "bob", "type": "text", "payload": {"text": 7}}),
        json!({"userID": "bob", "type": "text", "payload": {"data": "x"}}),
        json!({"userID": "bob", "type": "custom", "payload": {"text": "x"}}),
        json!({"userID": "bob", "type": "custom", "payload": {"data": {"a": 1}}}),
        json!({"userID": "", "type": "text", "payload": {"text": "x"}}),
    ] {
        let shown = params.to_string();
        let refused = cast.a1.refused("sendMessage", params).await;
        assert_eq!(refused, refusal(6017, "badParameter"), "{shown}");
    }
    let params = json!({"userID": "nobody", "type": "text", "payload": {"text": "x"}});
    let refused = cast.a1.refused("sendMessage", params).await;
    assert_eq!(refused, refusal(20003, "noSuchUser"));
    cast.hear_nothing().await;
    assert_eq!(
        messages(&mut cast.b1, "C2Calice").await,
        Vec::<Value>::new()
    );
}

async fn write(from: &mut Wire, to: &str, text: &str) -> Value {
    let params = json!({"userID": to, "type": "text", "payload": {"text": text}});
    from.ask("sendMessage", params).await["message"].take()
}

/// §6: newest first, page by page; `seq` is total, the same for both sides; 20 when nothing is said.
#[tokio::test]
async fn a_conversation_is_read_page_by_page() {
    let mut cast = Cast::enter().await;
    let mut seqs = Vec::new();
    for number in 0..45 {
        let (wire, to) = if number % 3 == 0 {
            (&mut cast.b1, "alice")
        } else {
            (&mut cast.a1, "bob")
        };
        let message = write(wire, to, &number.to_string()).await;
        seqs.push(message["seq"].as_u64().unwrap());
    }
    assert!(seqs.is_sorted_by(|a, b| a < b), "{seqs:?}");
    for (wire, name) in [(&mut cast.a2, "C2Cbob"), (&mut cast.b2, "C2Calice")] {
        let mut read = Vec::new();
        let mut params = json!({"conversationID": name});
        for (length, is_completed) in [(20, false), (20, false), (5, true)] {
            let page = wire.ask("getMessageList", params.clone()).await;
            let listed = page["messages"].as_array().unwrap();
            assert_eq!(
                (listed.len(), &page["isCompleted"]),
                (length, &json!(is_completed))
            );
            params["before"] = listed[length - 1]["seq"].clone();
            read.extend(listed.iter().map(|m| m["seq"].as_u64().unwrap()));
        }
        assert!(read.iter().rev().eq(&seqs));
        let page = wire.ask("getMessageList", params).await;
        assert_eq!(page, json!({"messages": [], "isCompleted": true}));
    }
    let params = json!({"conversationID": "C2Cbob", "limit": 1, "before": seqs[1]});
    let page = cast.a1.ask("getMessageList", params).await;
    assert_eq!(page["messages"][0]["payload"]["text"], "0");
    assert_eq!(page["isCompleted"], true);
}

/// PROTOCOL "Requests": a limit from 1 to 100, a name that can be one.
#[tokio::test]
async fn a_page_that_cannot_be_is_refused() {
    let mut cast = Cast::enter().await;
    for params in [
        json!({}),
        json!({"conversationID": "C2C"}),
        json!({"conversationID": "bob"}),
        json!({"conversationID": "C2Cbob", "limit": 0}),
        json!({"conversationID": "C2Cbob", "limit": 101}),
        json!({"conversationID": "C2Cbob", "limit": "20"}),
        json!({"conversationID": "C2Cbob", "before": -1}),
    ] {
        let shown = params.to_string();
        let refused = cast.a1.refused("getMessageList", params).await;
        assert_eq!(refused, refusal(6017, "badParameter"), "{shown}");
    }
    let unknown = json!({"conversationID": "C2Cnobody"});
    let page = cast.a1.ask("getMessageList", unknown).await;
    assert_eq!(page, json!({"messages": [], "isCompleted": true}));
}

/// §6: nobody reads what others wrote to each other.
#[tokio::test]
async fn a_stranger_reads_nothing_of_a_conversation() {
    let mut cast = Cast::enter().await;
    write(&mut cast.a1, "bob", "secret").await;
    for name in ["C2Cbob", "C2Calice"] {
        assert_eq!(messages(&mut cast.carol, name).await, Vec::<Value>::new());
    }
    cast.carol.hears_nothing().await;
}

/// §6, PROTOCOL "Requests": the newest conversation first, with its last message and unread count.
#[tokio::test]
async fn conversations_are_listed_newest_first() {
    let mut cast = Cast::enter().await;
    write(&mut cast.carol, "bob", "one").await;
    write(&mut cast.a1, "bob", "two").await;
    let last_of_alice = write(&mut cast.a1, "bob", "three").await;
    let list = cast.b1.ask("getConversationList", json!({})).await;
    let conversations = list["conversations"].as_array().unwrap();
    assert_eq!(conversations.len(), 2);
    let mut last = last_of_alice;
    last["conversationID"] = json!("C2Calice");
    assert_eq!(
        conversations[0],
        json!({"conversationID": "C2Calice", "unreadCount": 2, "lastMessage": last})
    );
    assert_eq!(conversations[1]["conversationID"], "C2Ccarol");
    assert_eq!(conversations[1]["unreadCount"], 1);
    assert_eq!(
        unread(&mut cast.a1, "C2Cbob").await,
        0,
        "one's own do not count"
    );
}

/// §6: unread = messages of others after the read mark; `setMessageRead` moves it to the end.
#[tokio::test]
async fn reading_a_conversation_empties_its_unread_count_alone() {
    let mut cast = Cast::enter().await;
    write(&mut cast.a1, "bob", "one").await;
    let id = ring(&mut cast.a1, json!({})).await;
    cast.a1.ask("cancel", json!({"inviteID": id})).await;
    write(&mut cast.carol, "bob", "two").await;
    assert_eq!(
        unread(&mut cast.b1, "C2Calice").await,
        2,
        "a text and a missed call"
    );
    let again = cast.server.wire("bob", "b3").await;
    assert_eq!(again.snapshot["unreadTotal"], 3);

    let params = json!({"conversationID": "C2Calice"});
    assert_eq!(cast.b2.ask("setMessageRead", params).await, json!({}));
    assert_eq!(unread(&mut cast.b1, "C2Calice").await, 0);
    assert_eq!(unread(&mut cast.b1, "C2Ccarol").await, 1);
    let again = cast.server.wire("bob", "b3").await;
    assert_eq!(again.snapshot["unreadTotal"], 1);
    write(&mut cast.a1, "bob", "three").await;
    assert_eq!(unread(&mut cast.b1, "C2Calice").await, 1);
}
