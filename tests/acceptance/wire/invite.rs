//! `invite`, `newInvitationReceived`, `ringing`, `inviteeRinging` and `getInvitation`.

use serde_json::json;

use super::{Cast, body, fate, inviting, messages, ring, standing};
use crate::raw::{refusal, take_ms};

/// §1–§3, §6, PROTOCOL "Requests" and "Events": every field of the reply and of what the others hear.
#[tokio::test]
async fn an_invitation_is_told_to_every_other_device_of_both_sides() {
    let mut cast = Cast::enter().await;
    let params = inviting(json!({"data": "hello", "timeout": 20}));
    let id = params["inviteID"].clone();
    let mut result = cast.a1.ask("invite", params).await;
    take_ms(&mut result, "remainingMs", 10_000..=20_000);
    let message = result["message"].clone();
    assert_eq!(result, json!({"inviteID": id, "message": message}));

    for wire in [&mut cast.a2, &mut cast.b1, &mut cast.b2] {
        let mut heard = wire.event("newInvitationReceived").await;
        take_ms(&mut heard, "remainingMs", 10_000..=20_000);
        assert_eq!(
            heard,
            json!({
                "inviteID": id, "rev": 1, "callID": id, "inviter": "alice", "groupID": "",
                "inviteeList": ["bob"], "data": "hello", "timeout": 20, "onlineUserOnly": false,
                "state": "live", "invitees": [{"userID": "bob", "state": "pending"}],
            })
        );
    }
    let mut others = [&mut cast.a2, &mut cast.b1, &mut cast.b2];
    let told = Cast::hear_message(&mut others).await;
    assert_eq!(told["messageID"], message["messageID"]);
    cast.hear_nothing().await;
}

/// §6, PROTOCOL "Requests": the message of an invite, as its writer and as its receiver see it.
#[tokio::test]
async fn an_invitation_leaves_a_message_of_type_one() {
    let mut cast = Cast::enter().await;
    let id = ring(&mut cast.a1, json!({"data": "hello", "timeout": 20})).await;
    for (wire, conversation) in [(&mut cast.a2, "C2Cbob"), (&mut cast.b1, "C2Calice")] {
        let mut message = messages(wire, conversation).await.remove(0);
        assert_eq!(
            body(&message),
            json!({
                "businessID": 1, "inviteID": id, "inviter": "alice", "inviteeList": ["bob"],
                "actionType": 1, "data": "hello", "timeout": 20, "groupID": "",
                "onlineUserOnly": false,
            })
        );
        take_ms(&mut message, "timeMs", 1_700_000_000_000..=u64::MAX);
        take_ms(&mut message, "seq", 1..=u64::MAX);
        let fields = message.as_object_mut().unwrap();
        assert!(fields.remove("messageID").unwrap().is_string());
        assert!(fields.remove("payload").unwrap().is_object());
        assert_eq!(
            message,
            json!({
                "conversationID": conversation, "from": "alice", "to": "bob", "type": "custom",
            })
        );
    }
}

/// §2, §8: `data` is "", `timeout` 30 and `onlineUserOnly` false where nothing is said; the server
/// mints an inviteID that is absent, and the callID is the inviteID.
#[tokio::test]
async fn an_invitation_has_the_defaults_of_the_api() {
    let mut cast = Cast::enter().await;
    let result = cast.a1.ask("invite", json!({"userID": "bob"})).await;
    let id = result["inviteID"].as_str().unwrap();
    assert!(!id.is_empty());
    let mut heard = cast.b1.event("newInvitationReceived").await;
    take_ms(&mut heard, "remainingMs", 20_000..=30_000);
    assert_eq!(heard["inviteID"], id);
    assert_eq!(heard["callID"], id);
    assert_eq!(heard["data"], "");
    assert_eq!(heard["timeout"], 30);
    assert_eq!(heard["onlineUserOnly"], false);
}

/// §2: with timeout 0 there is no deadline; PROTOCOL: `remainingMs` is absent then.
#[tokio::test]
async fn an_invitation_without_a_timeout_has_no_remaining_time() {
    let mut cast = Cast::enter().await;
    let result = cast.a1.ask("invite", inviting(json!({"timeout": 0}))).await;
    assert_eq!(result.get("remainingMs"), None);
    let heard = cast.b1.event("newInvitationReceived").await;
    assert_eq!(heard["timeout"], 0);
    assert_eq!(heard.get("remainingMs"), None);
}

/// §8: `callID` names the call, and may be another than the inviteID.
#[tokio::test]
async fn an_invitation_carries_the_call_id_its_inviter_chose() {
    let mut cast = Cast::enter().await;
    let id = ring(&mut cast.a1, json!({"callID": "our-call"})).await;
    assert_eq!(
        cast.b1.event("newInvitationReceived").await["callID"],
        "our-call"
    );
    cast.b1.ask("accept", json!({"inviteID": id})).await;
    let call = cast.b1.ask("getCall", json!({"callID": "our-call"})).await;
    assert_eq!(call["invitations"], json!([id]));
}

/// §2: the `inviteID` is the client's, and opaque: any text of 1 to 64 bytes.
#[tokio::test]
async fn an_invite_id_is_any_text_of_at_most_64_bytes() {
    let mut cast = Cast::enter().await;
    for id in [
        "x",
        " ",
        "38897dbf-6d32-4c1e-a94e-1f0e2ab9d0c7",
        "not a UUID; 'quoted' \"twice\"",
        "../../C2Cbob",
        "{\"inviteID\":1}",
        &"x".repeat(64),
        &"📞".repeat(16),
    ] {
        let params = json!({"userID": "bob", "inviteID": id});
        assert_eq!(cast.a1.ask("invite", params).await["inviteID"], id);
        let heard = cast.b1.event("newInvitationReceived").await;
        assert_eq!(heard["inviteID"], id);
        cast.b1.ask("accept", json!({"inviteID": id})).await;
        cast.a1.ask("hangUp", json!({"callID": id})).await;
        assert_eq!(cast.b1.event("callEnded").await["inviteID"], id);
    }
    cast.forget().await;
    for id in ["", &"x".repeat(65), &"é".repeat(33), "a\nb"] {
        let params = json!({"userID": "bob", "inviteID": id});
        let refused = cast.a1.refused("invite", params).await;
        assert_eq!(refused, refusal(6017, "badParameter"), "{id:?}");
    }
    cast.hear_nothing().await;
}

/// §2: whole seconds from 0 to 86 400.
#[tokio::test]
async fn a_ring_lasts_from_no_time_to_a_day() {
    let mut cast = Cast::enter().await;
    for (timeout, remaining) in [(1, 0..=1_000), (86_400, 86_380_000..=86_400_000)] {
        let params = inviting(json!({"timeout": timeout}));
        let mut result = cast.a1.ask("invite", params).await;
        take_ms(&mut result, "remainingMs", remaining.clone());
        let mut heard = cast.b1.event("newInvitationReceived").await;
        assert_eq!(heard["timeout"], timeout);
        take_ms(&mut heard, "remainingMs", remaining);
    }
    cast.b1.event("invitationTimeout").await;
    cast.forget().await;
    for timeout in [
        json!(-1),
        json!(86_401),
        json!(0.5),
        json!(4_294_967_296_u64),
    ] {
        let params = inviting(json!({"timeout": timeout}));
        let refused = cast.a1.refused("invite", params).await;
        assert_eq!(refused, refusal(6017, "badParameter"), "{timeout}");
    }
    cast.hear_nothing().await;
}

/// §7: `offlinePushInfo` is stored and comes back with its defaults.
#[tokio::test]
async fn push_information_is_kept_with_the_invitation() {
    let mut cast = Cast::enter().await;
    let push = json!({"title": "Call", "description": "Alice calls", "extension": "x",
        "androidInfo": {"VIVOClassification": "0", "HuaWeiImage": "https://x.example/a.png"},
        "apnsInfo": {"sound": "ring.caf"}});
    ring(&mut cast.a1, json!({"offlinePushInfo": push})).await;
    let heard = cast.b1.event("newInvitationReceived").await;
    assert_eq!(
        heard["offlinePushInfo"],
        json!({
            "disablePush": false, "disableVoipPush": true, "title": "Call",
            "description": "Alice calls", "extension": "x",
            "androidInfo": {"VIVOClassification": 0, "HuaWeiImage": "https://x.example/a.png"},
            "apnsInfo": {"sound": "ring.caf", "ignoreIOSBadge": false, "disableVoipPush": true},
        })
    );
}

/// §3: a device's receipt is told to the inviter's devices, once per device.
#[tokio::test]
async fn a_ringing_device_is_told_to_the_inviter_once() {
    let (mut cast, id) = Cast::with_ring(30).await;
    let receipt = json!({"inviteID": id});
    assert_eq!(cast.b1.ask("ringing", receipt.clone()).await, json!({}));
    assert_eq!(cast.b1.ask("ringing", receipt.clone()).await, json!({}));
    assert_eq!(cast.b2.ask("ringing", receipt).await, json!({}));
    for wire in [&mut cast.a1, &mut cast.a2] {
        for (rev, device) in [(2, "b1"), (3, "b2")] {
            assert_eq!(
                wire.event("inviteeRinging").await,
                json!({
                    "inviteID": id, "rev": rev, "invitee": "bob", "deviceID": device,
                    "platform": "cli",
                })
            );
        }
    }
    cast.hear_nothing().await;
    let standing = standing(&mut cast.a1, &id).await;
    assert_eq!(standing["rev"], 3);
    assert_eq!(standing["invitees"][0]["ringing"], true);
}

/// PROTOCOL "Requests": `getInvitation` shows the whole state to both sides, live and ended.
#[tokio::test]
async fn an_invitation_can_be_looked_at_by_both_sides() {
    let (mut cast, id) = Cast::with_ring(30).await;
    for wire in cast.parts() {
        let mut seen = wire.ask("getInvitation", json!({"inviteID": id})).await;
        take_ms(&mut seen, "remainingMs", 10_000..=30_000);
        assert_eq!(
            seen,
            json!({
                "inviteID": id, "rev": 1, "callID": id, "inviter": "alice", "groupID": "",
                "inviteeList": ["bob"], "data": "", "timeout": 30, "onlineUserOnly": false,
                "state": "live", "invitees": [{"userID": "bob", "state": "pending"}],
            })
        );
    }
    let params = json!({"inviteID": id, "data": "sorry", "reason": "declined"});
    cast.b1.ask("reject", params).await;
    let seen = standing(&mut cast.a2, &id).await;
    assert_eq!(seen["rev"], 2);
    assert_eq!(seen["state"], "ended");
    assert_eq!(
        seen["invitees"],
        json!([{
            "userID": "bob", "state": "rejected", "deviceID": "b1", "platform": "cli",
            "data": "sorry", "reason": "declined",
        }])
    );
}

/// §4, 8010: for whoever takes no part in an invitation it does not exist.
#[tokio::test]
async fn a_stranger_does_not_learn_of_an_invitation() {
    let (mut cast, id) = Cast::with_ring(30).await;
    for method in ["getInvitation", "ringing", "accept", "reject", "cancel"] {
        let refused = cast.carol.refused(method, json!({"inviteID": id})).await;
        assert_eq!(refused, refusal(8010, "unknown"), "{method}");
    }
    cast.hear_nothing().await;
    assert_eq!(
        fate(&mut cast.a1, &id).await,
        ("live".to_owned(), "pending".to_owned())
    );
}

/// §5: a ring the other way is advised of as `glareWith` on the later one.
#[tokio::test]
async fn two_who_call_each_other_are_told_that_they_do() {
    let (mut cast, first) = Cast::with_ring(30).await;
    let params = json!({"userID": "alice", "inviteID": "back"});
    cast.b1.ask("invite", params).await;
    for wire in [&mut cast.a1, &mut cast.a2, &mut cast.b2] {
        let heard = wire.event("newInvitationReceived").await;
        assert_eq!(heard["glareWith"], first.as_str());
    }
    for id in [first.as_str(), "back"] {
        let seen = cast.a1.ask("getInvitation", json!({"inviteID": id})).await;
        assert_eq!(seen["state"], "live");
    }
}
