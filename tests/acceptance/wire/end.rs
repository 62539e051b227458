//! `cancel`, `invitationCancelled`, and the deadline with `invitationTimeout`.

use std::time::Instant;

use serde_json::json;

use super::{Cast, actions, body, fate, messages, ring, unread};
use crate::raw::refusal;

/// §3, §6: all but the acting device hear it, with every field, and the message of type 2.
#[tokio::test]
async fn a_cancel_is_told_to_all_other_devices() {
    // Of two calls that crossed (glare) the other one is the call: this one was not missed.
    for (reason, missed) in [(None, 1), (Some("glare"), 0)] {
        let (mut cast, id) = Cast::with_ring(30).await;
        let mut params = json!({"inviteID": id, "data": "never mind"});
        let mut expected = json!({
            "inviteID": id, "rev": 2, "inviter": "alice", "groupID": "", "inviteeList": ["bob"],
            "data": "never mind",
        });
        if let Some(reason) = reason {
            params["reason"] = json!(reason);
            expected["reason"] = json!(reason);
        }
        let result = cast.a1.ask("cancel", params).await;
        assert_eq!(result["inviteID"], id.as_str());
        for wire in [&mut cast.a2, &mut cast.b1, &mut cast.b2] {
            assert_eq!(wire.event("invitationCancelled").await, expected);
        }
        let mut others = [&mut cast.a2, &mut cast.b1, &mut cast.b2];
        let told = Cast::hear_message(&mut others).await;
        assert_eq!(
            body(&told),
            json!({
                "businessID": 1, "inviteID": id, "inviter": "alice", "inviteeList": ["bob"],
                "actionType": 2, "data": "never mind", "timeout": 30, "groupID": "",
                "onlineUserOnly": false,
            })
        );
        cast.hear_nothing().await;
        assert_eq!(
            fate(&mut cast.b1, &id).await,
            ("ended".to_owned(), "cancelled".to_owned())
        );
        assert_eq!(unread(&mut cast.b1, "C2Calice").await, missed);
    }
}

/// §2: any device of the inviter may cancel.
#[tokio::test]
async fn another_device_of_the_inviter_may_cancel() {
    let (mut cast, id) = Cast::with_ring(30).await;
    cast.a2.ask("cancel", json!({"inviteID": id})).await;
    for wire in [&mut cast.a1, &mut cast.b1, &mut cast.b2] {
        let heard = wire.event("invitationCancelled").await;
        assert_eq!(heard["inviteID"], id.as_str());
        assert_eq!(heard["data"], "");
    }
}

/// §2, and §4, 8011: the invitee cannot cancel; 8010: after the end nobody can do anything.
#[tokio::test]
async fn only_the_inviter_may_cancel_and_only_once() {
    let (mut cast, id) = Cast::with_ring(30).await;
    let params = json!({"inviteID": id});
    let refused = cast.b1.refused("cancel", params.clone()).await;
    assert_eq!(refused, refusal(8011, "notInviter"));
    cast.hear_nothing().await;
    assert_eq!(fate(&mut cast.a1, &id).await.1, "pending");

    cast.a1.ask("cancel", params.clone()).await;
    cast.forget().await;
    let cancelled = refusal(8010, "cancelled");
    assert_eq!(cast.a1.refused("cancel", params.clone()).await, cancelled);
    for method in ["accept", "reject", "ringing"] {
        let refused = cast.b1.refused(method, params.clone()).await;
        assert_eq!(refused, cancelled, "{method}");
    }
    cast.hear_nothing().await;
}

/// §2, §3: all devices hear of a time-out, each whether it was his own; never early; §6: one message
/// of type 5, from the inviter, to all.
#[tokio::test]
async fn a_deadline_that_passes_is_told_to_all_devices() {
    let mut cast = Cast::enter().await;
    let started = Instant::now();
    let id = ring(&mut cast.a1, json!({"timeout": 1, "data": "hello"})).await;
    for wire in [&mut cast.a2, &mut cast.b1, &mut cast.b2] {
        wire.event("newInvitationReceived").await;
        wire.message().await;
    }
    for (wire, is_self) in [
        (&mut cast.a1, false),
        (&mut cast.a2, false),
        (&mut cast.b1, true),
        (&mut cast.b2, true),
    ] {
        let heard = wire.event("invitationTimeout").await;
        assert!(started.elapsed().as_millis() >= 999, "never early");
        assert_eq!(
            heard,
            json!({
                "inviteID": id, "rev": 2, "inviter": "alice", "groupID": "",
                "inviteeList": ["bob"], "isSelfTimeout": is_self,
            })
        );
    }
    let mut all = cast.parts();
    let told = Cast::hear_message(&mut all).await;
    assert_eq!(
        (&told["from"], &told["to"]),
        (&json!("alice"), &json!("bob"))
    );
    assert_eq!(
        body(&told),
        json!({
            "businessID": 1, "inviteID": id, "inviter": "alice", "inviteeList": ["bob"],
            "actionType": 5, "data": "hello", "timeout": 1, "groupID": "",
            "onlineUserOnly": false,
        })
    );
    cast.hear_nothing().await;
    assert_eq!(
        fate(&mut cast.a1, &id).await,
        ("ended".to_owned(), "timedOut".to_owned())
    );
    assert_eq!(actions(&mut cast.b1, "C2Calice").await, [1, 5]);
    assert_eq!(unread(&mut cast.b1, "C2Calice").await, 1, "one missed call");
    assert_eq!(unread(&mut cast.a1, "C2Cbob").await, 0);
}

/// §4, 8010: after the deadline everything is refused as timed out.
#[tokio::test]
async fn what_comes_after_the_deadline_is_late() {
    let (mut cast, id) = Cast::with_ring(1).await;
    cast.b1.event("invitationTimeout").await;
    cast.forget().await;
    let late = refusal(8010, "timedOut");
    let params = json!({"inviteID": id});
    for method in ["accept", "reject", "ringing"] {
        let refused = cast.b1.refused(method, params.clone()).await;
        assert_eq!(refused, late, "{method}");
    }
    assert_eq!(cast.a1.refused("cancel", params).await, late);
    cast.hear_nothing().await;
}

/// §6: the invite's message says what became of the call.
#[tokio::test]
async fn the_message_of_an_invite_says_how_it_ended() {
    let (mut cast, rejected) = Cast::with_ring(30).await;
    cast.b1.ask("reject", json!({"inviteID": rejected})).await;
    let busy = ring(&mut cast.a1, json!({})).await;
    let params = json!({"inviteID": busy, "reason": "busy"});
    cast.b1.ask("reject", params).await;
    let cancelled = ring(&mut cast.a1, json!({})).await;
    cast.a1.ask("cancel", json!({"inviteID": cancelled})).await;
    cast.forget().await;
    let late = ring(&mut cast.a1, json!({"timeout": 1})).await;
    cast.a1.event("invitationTimeout").await;
    for wire in [&mut cast.a1, &mut cast.b2] {
        let name = if wire.snapshot["userID"] == "alice" {
            "C2Cbob"
        } else {
            "C2Calice"
        };
        let listed = messages(wire, name).await;
        for (id, outcome) in [
            (&rejected, "rejected"),
            (&busy, "busy"),
            (&cancelled, "cancelled"),
            (&late, "timedOut"),
        ] {
            let is_invite = |message: &&serde_json::Value| {
                let body = body(message);
                body["inviteID"] == id.as_str() && body["actionType"] == 1
            };
            let invite = listed.iter().find(is_invite).unwrap();
            assert_eq!(invite["call"], json!({"outcome": outcome}));
        }
    }
}
