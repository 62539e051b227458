//! `accept` and `reject`, and what everybody hears of them.

use serde_json::json;

use super::{Cast, actions, body, fate, messages, ring, standing};
use crate::raw::refusal;

/// §3, §6: all but the acting device hear it, with every field, and the message of type 3.
#[tokio::test]
async fn an_accept_is_told_to_all_other_devices() {
    let (mut cast, id) = Cast::with_ring(30).await;
    let params = json!({"inviteID": id, "data": "{\"reply\":\"hi\"}"});
    let result = cast.b1.ask("accept", params).await;
    let message = result["message"].clone();
    assert_eq!(result, json!({"inviteID": id, "message": message}));
    assert_eq!(message["conversationID"], "C2Calice");
    for wire in [&mut cast.a1, &mut cast.a2, &mut cast.b2] {
        assert_eq!(
            wire.event("inviteeAccepted").await,
            json!({
                "inviteID": id, "rev": 2, "inviter": "alice", "groupID": "", "invitee": "bob",
                "data": "{\"reply\":\"hi\"}", "deviceID": "b1", "platform": "cli",
            })
        );
    }
    let mut others = [&mut cast.a1, &mut cast.a2, &mut cast.b2];
    let told = Cast::hear_message(&mut others).await;
    assert_eq!(
        (&told["from"], &told["to"]),
        (&json!("bob"), &json!("alice"))
    );
    assert_eq!(told["messageID"], message["messageID"]);
    assert_eq!(
        body(&told),
        json!({
            "businessID": 1, "inviteID": id, "inviter": "alice", "inviteeList": ["bob"],
            "actionType": 3, "data": "{\"reply\":\"hi\"}", "timeout": 30, "groupID": "",
            "onlineUserOnly": false,
        })
    );
    cast.hear_nothing().await;
    let standing = standing(&mut cast.b2, &id).await;
    assert_eq!(standing["state"], "inCall");
    assert_eq!(
        standing["invitees"],
        json!([{
            "userID": "bob", "state": "accepted", "deviceID": "b1", "platform": "cli",
            "data": "{\"reply\":\"hi\"}",
        }])
    );
}

/// §3, §6: as with an accept, with the reason where there is one; §2: these and no others.
#[tokio::test]
async fn a_reject_is_told_to_all_other_devices_with_its_reason() {
    for reason in [None, Some("busy"), Some("declined"), Some("glare")] {
        let (mut cast, id) = Cast::with_ring(30).await;
        let mut params = json!({"inviteID": id, "data": "no"});
        let mut expected = json!({
            "inviteID": id, "rev": 2, "inviter": "alice", "groupID": "", "invitee": "bob",
            "data": "no", "deviceID": "b2", "platform": "cli",
        });
        if let Some(reason) = reason {
            params["reason"] = json!(reason);
            expected["reason"] = json!(reason);
        }
        let result = cast.b2.ask("reject", params).await;
        assert_eq!(result["inviteID"], id.as_str());
        for wire in [&mut cast.a1, &mut cast.a2, &mut cast.b1] {
            assert_eq!(wire.event("inviteeRejected").await, expected);
        }
        let mut others = [&mut cast.a1, &mut cast.a2, &mut cast.b1];
        let told = Cast::hear_message(&mut others).await;
        assert_eq!(body(&told)["actionType"], 4);
        assert_eq!(body(&told)["inviteeList"], json!(["bob"]));
        cast.hear_nothing().await;
        assert_eq!(
            fate(&mut cast.a1, &id).await,
            ("ended".to_owned(), "rejected".to_owned())
        );
    }
}

/// §2: exactly one device of the invitee wins; §4: the other learns that it was elsewhere.
#[tokio::test]
async fn the_second_device_to_answer_is_refused() {
    for (first, word) in [("accept", "accepted"), ("reject", "rejected")] {
        for second in ["accept", "reject", "ringing"] {
            let (mut cast, id) = Cast::with_ring(30).await;
            cast.b1.ask(first, json!({"inviteID": id})).await;
            cast.forget().await;
            let elsewhere = refusal(8010, &format!("{word}Elsewhere"));
            let here = refusal(8010, word);
            let params = json!({"inviteID": id});
            assert_eq!(cast.b2.refused(second, params.clone()).await, elsewhere);
            assert_eq!(cast.b1.refused(second, params.clone()).await, here);
            assert_eq!(cast.a1.refused("cancel", params).await, here);
            cast.hear_nothing().await;
        }
    }
}

/// §2, and §4, 8011: those who take part, but are not asked; nothing happens.
#[tokio::test]
async fn only_an_invitee_may_answer() {
    let (mut cast, id) = Cast::with_ring(30).await;
    for method in ["accept", "reject", "ringing"] {
        let refused = cast.a2.refused(method, json!({"inviteID": id})).await;
        assert_eq!(refused, refusal(8011, "notInvitee"), "{method}");
    }
    cast.hear_nothing().await;
    assert_eq!(fate(&mut cast.b1, &id).await.1, "pending");
}

/// §4: what is past is checked before permission.
#[tokio::test]
async fn the_past_is_told_before_permission() {
    let (mut cast, id) = Cast::with_ring(30).await;
    cast.b1.ask("reject", json!({"inviteID": id})).await;
    for method in ["accept", "reject"] {
        let refused = cast.a1.refused(method, json!({"inviteID": id})).await;
        assert_eq!(refused, refusal(8010, "rejected"), "{method}");
    }
    let refused = cast.b2.refused("cancel", json!({"inviteID": id})).await;
    assert_eq!(refused.0, 8010);
}

/// PROTOCOL "The connection": a reply leaves before any later event of its invitation, and events
/// come in the order of `rev`, `newInvitationReceived` first (§3).
#[tokio::test]
async fn replies_and_events_of_an_invitation_come_in_their_order() {
    let mut cast = Cast::enter().await;
    let id = ring(&mut cast.a1, json!({})).await;
    let params = json!({"inviteID": id});
    cast.b1.ask("ringing", params.clone()).await;
    cast.b2.ask("ringing", params.clone()).await;
    cast.b2.ask("accept", params).await;
    cast.a1.ask("hangUp", json!({"callID": id})).await;

    cast.a1.unheard().await;
    assert_eq!(
        cast.a1.arrivals[1..7],
        [
            "reply 2",
            "inviteeRinging",
            "inviteeRinging",
            "inviteeAccepted",
            "messageReceived",
            "reply 3"
        ]
    );
    for (wire, outcome) in [(&mut cast.a2, 3), (&mut cast.b1, 1)] {
        let mut names = wire.unheard().await;
        names.retain(|name| name != "messageReceived");
        let mut expected = vec!["newInvitationReceived"];
        expected.resize(outcome, "inviteeRinging");
        expected.extend(["inviteeAccepted", "callEnded"]);
        assert_eq!(names, expected);
        let mut last = 0;
        for name in &names[..names.len() - 1] {
            let rev = wire.event(name).await["rev"].as_u64().unwrap();
            assert!(rev > last, "{name} has rev {rev} after {last}");
            last = rev;
        }
    }
    cast.b2.unheard().await;
    let of_b2 = &cast.b2.arrivals;
    let answered = of_b2.iter().position(|name| name == "reply 3").unwrap();
    let ended = of_b2.iter().position(|name| name == "callEnded").unwrap();
    assert!(answered < ended, "{of_b2:?}");
}

/// §1, §6: an ordinary call that is answered leaves two messages, and no unread; a busy refusal leaves
/// a missed call.
#[tokio::test]
async fn answers_leave_their_messages_and_settle_the_unread_count() {
    for (params, left, missed) in [
        (("accept", json!({})), 3, 0),
        (("reject", json!({})), 4, 0),
        (("reject", json!({"reason": "declined"})), 4, 0),
        (("reject", json!({"reason": "busy"})), 4, 1),
    ] {
        let (mut cast, id) = Cast::with_ring(30).await;
        assert_eq!(super::unread(&mut cast.b2, "C2Calice").await, 1);
        let (method, mut answer) = params;
        answer["inviteID"] = json!(id);
        cast.b1.ask(method, answer.clone()).await;
        assert_eq!(actions(&mut cast.a1, "C2Cbob").await, [1, left], "{answer}");
        let counted = super::unread(&mut cast.b2, "C2Calice").await;
        assert_eq!(counted, missed, "{answer}");
        assert_eq!(super::unread(&mut cast.a2, "C2Cbob").await, 0);
        let listed = messages(&mut cast.b1, "C2Calice").await;
        assert_eq!(body(&listed[0])["inviter"], "alice");
        assert!(listed[0]["seq"].as_u64() > listed[1]["seq"].as_u64());
    }
}
