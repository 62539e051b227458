//! `onlineUserOnly`: reaches who is connected now, and leaves nothing.

use serde_json::json;

use super::{Cast, fate, inviting, messages, ring, unread};
use crate::raw::refusal;

/// §2, §6: no message for the invite nor for any later operation of it, and no unread.
#[tokio::test]
async fn an_online_only_ring_leaves_nothing_in_the_history() {
    let mut cast = Cast::enter().await;
    let online = json!({"onlineUserOnly": true});
    for method in ["accept", "reject", "cancel"] {
        let params = inviting(online.clone());
        let id = params["inviteID"].clone();
        let result = cast.a1.ask("invite", params).await;
        assert_eq!(result.get("message"), None);
        for wire in [&mut cast.a2, &mut cast.b1, &mut cast.b2] {
            let heard = wire.event("newInvitationReceived").await;
            assert_eq!(heard["onlineUserOnly"], true);
        }
        let actor = if method == "cancel" {
            &mut cast.a1
        } else {
            &mut cast.b1
        };
        let result = actor.ask(method, json!({"inviteID": id})).await;
        assert_eq!(result, json!({"inviteID": id}));
        for wire in cast.parts() {
            let heard = wire.unheard().await;
            assert!(!heard.contains(&"messageReceived".to_owned()), "{method}");
        }
        cast.forget().await;
    }
    let mut late = inviting(online);
    late["timeout"] = json!(1);
    cast.a1.ask("invite", late).await;
    for wire in [&mut cast.a2, &mut cast.b1, &mut cast.b2] {
        wire.event("newInvitationReceived").await;
    }
    for wire in cast.parts() {
        wire.event("invitationTimeout").await;
    }
    cast.hear_nothing().await;
    assert_eq!(messages(&mut cast.a1, "C2Cbob").await.len(), 0);
    assert_eq!(messages(&mut cast.b1, "C2Calice").await.len(), 0);
    assert_eq!(unread(&mut cast.b1, "C2Calice").await, 0);
    let list = cast.b2.ask("getConversationList", json!({})).await;
    assert_eq!(list, json!({"conversations": []}));
}

/// §2: nobody connected: it succeeds and rings nobody, also who comes later.
#[tokio::test]
async fn an_online_only_ring_to_nobody_succeeds() {
    let mut cast = Cast::enter().await;
    let dave = cast.server.wire("dave", "d1").await;
    cast.server.logout(dave).await;
    let params = json!({"userID": "dave", "onlineUserOnly": true, "timeout": 1});
    let id = cast.a1.ask("invite", params).await["inviteID"].clone();
    let mut dave = cast.server.wire("dave", "d1").await;
    assert_eq!(dave.snapshot["invitations"], json!([]));
    cast.a1.event("invitationTimeout").await;
    dave.hears_nothing().await;
    let refused = dave.refused("accept", json!({"inviteID": id})).await;
    assert_eq!(refused.0, 8010);
}

/// §2: delivered later only to a deviceID that was connected when it was sent.
#[tokio::test]
async fn an_online_only_ring_comes_back_only_to_devices_it_reached() {
    let server = crate::server::TestServer::start().await;
    let mut a1 = server.wire("alice", "a1").await;
    let b1 = server.wire("bob", "b1").await;
    let id = ring(&mut a1, json!({"onlineUserOnly": true})).await;
    let mut b2 = server.wire("bob", "b2").await;
    assert_eq!(b2.snapshot["invitations"], json!([]), "came too late");
    b1.vanish();
    let mut b1 = server.wire("bob", "b1").await;
    assert_eq!(b1.snapshot["invitations"][0]["inviteID"], id.as_str());
    b1.ask("accept", json!({"inviteID": id})).await;
    a1.event("inviteeAccepted").await;
    assert!(!b2.unheard().await.contains(&"inviteeAccepted".to_owned()));
}

/// §2, §4: idempotency holds for online-only rings too, and nothing else keeps them.
#[tokio::test]
async fn an_online_only_ring_is_remembered_as_long_as_idempotency_needs() {
    let mut cast = Cast::enter().await;
    let params = inviting(json!({"onlineUserOnly": true}));
    let id = params["inviteID"].as_str().unwrap().to_owned();
    cast.a1.ask("invite", params.clone()).await;
    let answer = json!({"inviteID": id, "opID": "answer"});
    cast.b1.ask("reject", answer.clone()).await;
    cast.forget().await;
    cast.b1.ask("reject", answer).await;
    cast.a1.ask("invite", params).await;
    cast.hear_nothing().await;
    assert_eq!(fate(&mut cast.a1, &id).await.1, "rejected");
    let refused = cast.b1.refused("accept", json!({"inviteID": id})).await;
    assert_eq!(refused, refusal(8010, "rejected"));
}
