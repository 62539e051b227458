//! Repeating a request with the same `opID` or `inviteID` is answered as the first time, and causes
//! nothing again.

use serde_json::{Value, json};

use super::{Cast, actions, fate, inviting, messages, ring};
use crate::raw::refusal;

/// A result without the time that is left, which shrinks.
fn lasting(mut result: Value) -> Value {
    result.as_object_mut().unwrap().remove("remainingMs");
    result
}

/// §2, §4: the `inviteID` makes an invite repeatable, from any device of the same user.
#[tokio::test]
async fn an_invite_is_repeated_by_its_invite_id() {
    let mut cast = Cast::enter().await;
    let params = inviting(json!({"data": "hello"}));
    let first = lasting(cast.a1.ask("invite", params.clone()).await);
    cast.forget().await;
    let again = lasting(cast.a1.ask("invite", params.clone()).await);
    assert_eq!(again, first);
    let elsewhere = lasting(cast.a2.ask("invite", params.clone()).await);
    assert_eq!(elsewhere, first);
    cast.hear_nothing().await;
    assert_eq!(actions(&mut cast.b1, "C2Calice").await, [1]);

    cast.a1
        .ask("cancel", json!({"inviteID": params["inviteID"]}))
        .await;
    cast.forget().await;
    assert_eq!(lasting(cast.a1.ask("invite", params).await), first);
    cast.hear_nothing().await;
}

/// §4: `opID` makes an invite without an inviteID repeatable.
#[tokio::test]
async fn an_invite_is_repeated_by_its_op_id() {
    let mut cast = Cast::enter().await;
    let params = json!({"userID": "bob", "opID": "op-1"});
    let first = lasting(cast.a1.ask("invite", params.clone()).await);
    cast.forget().await;
    assert_eq!(lasting(cast.a1.ask("invite", params).await), first);
    cast.hear_nothing().await;
}

/// §4: every other operation by its `opID`.
#[tokio::test]
async fn every_operation_is_repeated_by_its_op_id() {
    for (method, key) in [("accept", "b1"), ("reject", "b1"), ("cancel", "a1")] {
        let (mut cast, id) = Cast::with_ring(30).await;
        let params = json!({"inviteID": id, "data": "d", "opID": "op-1"});
        let actor = if key == "a1" {
            &mut cast.a1
        } else {
            &mut cast.b1
        };
        let first = actor.ask(method, params.clone()).await;
        let again = actor.ask(method, params.clone()).await;
        assert_eq!(again, first, "{method}");
        cast.forget().await;
        let elsewhere = if key == "a1" {
            &mut cast.a2
        } else {
            &mut cast.b2
        };
        let again = elsewhere.ask(method, params).await;
        assert_eq!(again, first, "{method}");
        cast.hear_nothing().await;
        assert_eq!(messages(&mut cast.a1, "C2Cbob").await.len(), 2);
    }
    let (mut cast, id) = Cast::with_call().await;
    let params = json!({"callID": id, "opID": "op-2"});
    let first = cast.b1.ask("hangUp", params.clone()).await;
    cast.forget().await;
    assert_eq!(cast.b1.ask("hangUp", params).await, first);
    cast.hear_nothing().await;

    let params = json!({"userID": "bob", "type": "text", "payload": {"text": "x"}, "opID": "op-3"});
    let first = cast.a1.ask("sendMessage", params.clone()).await;
    cast.forget().await;
    assert_eq!(cast.a1.ask("sendMessage", params).await, first);
    cast.hear_nothing().await;
}

/// §4: a receipt and a read mark too, by the user's `opID` from any of his devices.
#[tokio::test]
async fn receipts_and_read_marks_are_repeated_by_their_op_id() {
    let (mut cast, id) = Cast::with_ring(30).await;
    let receipt = json!({"inviteID": id, "opID": "op-1"});
    assert_eq!(cast.b1.ask("ringing", receipt.clone()).await, json!({}));
    cast.forget().await;
    for wire in [&mut cast.b1, &mut cast.b2] {
        assert_eq!(wire.ask("ringing", receipt.clone()).await, json!({}));
    }
    cast.hear_nothing().await;
    let mark = json!({"conversationID": "C2Calice", "opID": "op-2"});
    assert_eq!(cast.b1.ask("setMessageRead", mark.clone()).await, json!({}));
    assert_eq!(super::unread(&mut cast.b1, "C2Calice").await, 0);
    ring(&mut cast.a1, json!({})).await;
    assert_eq!(cast.b2.ask("setMessageRead", mark).await, json!({}));
    assert_eq!(super::unread(&mut cast.b1, "C2Calice").await, 1);
    let other = json!({"conversationID": "C2Ccarol", "opID": "op-2"});
    let refused = cast.b1.refused("setMessageRead", other).await;
    assert_eq!(refused, refusal(6017, "reused"));
}

/// §4: requests that arrive at once are one request.
#[tokio::test]
async fn repetitions_that_come_at_once_have_one_effect() {
    let mut cast = Cast::enter().await;
    let params = inviting(json!({"opID": "op-1"}));
    let mut ids = Vec::new();
    for _ in 0..10 {
        ids.push(cast.a1.send("invite", params.clone()).await);
        ids.push(cast.a2.send("invite", params.clone()).await);
    }
    let first = lasting(cast.a1.reply(ids[0]).await.unwrap());
    for pair in ids.chunks(2) {
        if pair[0] != ids[0] {
            assert_eq!(lasting(cast.a1.reply(pair[0]).await.unwrap()), first);
        }
        assert_eq!(lasting(cast.a2.reply(pair[1]).await.unwrap()), first);
    }
    cast.b1.event("newInvitationReceived").await;
    cast.b1.message().await;
    cast.b1.hears_nothing().await;
    assert_eq!(actions(&mut cast.b1, "C2Calice").await, [1]);
}

/// §4, 6017: the same `opID` or `inviteID` with other parameters.
#[tokio::test]
async fn a_name_used_before_with_other_parameters_is_refused() {
    let mut cast = Cast::enter().await;
    let params = inviting(json!({"opID": "op-1", "data": "hello"}));
    let id = params["inviteID"].clone();
    cast.a1.ask("invite", params.clone()).await;
    cast.forget().await;
    let reused = refusal(6017, "reused");
    for (field, other) in [
        ("data", json!("other")),
        ("timeout", json!(29)),
        ("userID", json!("carol")),
        ("onlineUserOnly", json!(true)),
        ("callID", json!("another")),
    ] {
        let mut changed = params.clone();
        changed[field] = other;
        let refused = cast.a1.refused("invite", changed.clone()).await;
        assert_eq!(refused, reused, "{field}");
        changed.as_object_mut().unwrap().remove("opID");
        let refused = cast.a1.refused("invite", changed).await;
        assert_eq!(refused, reused, "{field}, by inviteID alone");
    }
    let mut other_invite = params;
    other_invite["inviteID"] = json!("another-one");
    assert_eq!(cast.a1.refused("invite", other_invite).await, reused);
    let params = json!({"inviteID": id, "opID": "op-1"});
    assert_eq!(cast.a1.refused("cancel", params).await, reused);
    cast.hear_nothing().await;
    let id = id.as_str().unwrap();
    assert_eq!(fate(&mut cast.b1, id).await.1, "pending");

    let params = json!({"inviteID": id, "data": "one", "opID": "op-2"});
    cast.b1.ask("reject", params.clone()).await;
    cast.forget().await;
    assert_eq!(cast.b1.refused("accept", params.clone()).await, reused);
    let mut other = params;
    other["data"] = json!("two");
    assert_eq!(cast.b1.refused("reject", other).await, reused);
    cast.hear_nothing().await;
}

/// §4, 8011: an `inviteID` of somebody else; an `opID` is each user's own.
#[tokio::test]
async fn an_invite_id_of_somebody_else_is_refused() {
    let mut cast = Cast::enter().await;
    let params = inviting(json!({"opID": "op-1"}));
    cast.a1.ask("invite", params.clone()).await;
    cast.forget().await;
    let stolen = json!({"userID": "bob", "inviteID": params["inviteID"]});
    let refused = cast.carol.refused("invite", stolen).await;
    assert_eq!(refused, refusal(8011, "notYours"));
    let stolen = json!({"userID": "alice", "inviteID": params["inviteID"]});
    let refused = cast.b1.refused("invite", stolen).await;
    assert_eq!(refused, refusal(8011, "notYours"));
    cast.hear_nothing().await;
    let own = json!({"userID": "alice", "opID": "op-1"});
    cast.carol.ask("invite", own).await;
    cast.a1.event("newInvitationReceived").await;
}

/// §4: only successes are remembered: a refusal is decided anew.
#[tokio::test]
async fn a_refused_request_may_be_repeated() {
    let mut cast = Cast::enter().await;
    let params = json!({"inviteID": "later", "opID": "op-1"});
    let refused = cast.b1.refused("accept", params.clone()).await;
    assert_eq!(refused, refusal(8010, "unknown"));
    ring(&mut cast.a1, json!({"inviteID": "later"})).await;
    cast.b1.ask("accept", params).await;
    let text = json!({"userID": "dave", "type": "text", "payload": {"text": "x"}, "opID": "op-1"});
    let refused = cast.a1.refused("sendMessage", text.clone()).await;
    assert_eq!(refused, refusal(20003, "noSuchUser"));
    let mut dave = cast.server.wire("dave", "d1").await;
    cast.a1.ask("sendMessage", text).await;
    dave.message().await;
}
