//! `getUserStatus`, `subscribeUserStatus` and `userStatusChanged`.

use serde_json::{Value, json};

use super::{Cast, ring};
use crate::raw::{Wire, refusal};

async fn status(wire: &mut Wire, users: &[&str]) -> Value {
    let params = json!({"userIDList": users});
    wire.ask("getUserStatus", params).await["statusList"].take()
}

/// PROTOCOL "Requests": one entry for each user asked about, in that order.
#[tokio::test]
async fn a_status_is_told_in_the_order_asked() {
    let mut cast = Cast::enter().await;
    let dave = cast.server.wire("dave", "d1").await;
    cast.server.logout(dave).await;
    assert_eq!(
        status(&mut cast.a1, &["dave", "bob", "alice"]).await,
        json!([
            {"userID": "dave", "status": "offline"},
            {"userID": "bob", "status": "online"},
            {"userID": "alice", "status": "online"},
        ])
    );
    for params in [
        json!({}),
        json!({"userIDList": "bob"}),
        json!({"userIDList": [""]}),
    ] {
        for method in ["getUserStatus", "subscribeUserStatus"] {
            let refused = cast.a1.refused(method, params.clone()).await;
            assert_eq!(refused, refusal(6017, "badParameter"), "{params}");
        }
    }
}

/// PROTOCOL "Events": offline at once when the last device closes, and only then.
#[tokio::test]
async fn a_subscriber_hears_who_comes_and_goes() {
    let mut cast = Cast::enter().await;
    let params = json!({"userIDList": ["dave"]});
    let result = cast.a1.ask("subscribeUserStatus", params).await;
    let offline = json!({"userID": "dave", "status": "offline"});
    assert_eq!(result, json!({"statusList": [offline]}));
    let online = json!({"userID": "dave", "status": "online"});
    for _ in 0..2 {
        let d1 = cast.server.wire("dave", "d1").await;
        assert_eq!(cast.a1.event("userStatusChanged").await, online);
        let mut d2 = cast.server.wire("dave", "d2").await;
        cast.server.logout(d1).await;
        d2.hears_nothing().await;
        cast.a1.hears_nothing().await;
        d2.vanish();
        assert_eq!(cast.a1.event("userStatusChanged").await, offline);
    }
    cast.hear_nothing().await;
    assert_eq!(status(&mut cast.a2, &["dave"]).await, json!([offline]));
}

/// PROTOCOL "Requests": `inCall` from the accept to the hang-up, for both; a ring is no call.
#[tokio::test]
async fn a_subscriber_hears_who_is_in_a_call() {
    let mut cast = Cast::enter().await;
    let params = json!({"userIDList": ["alice", "bob"]});
    cast.carol.ask("subscribeUserStatus", params).await;
    let id = ring(&mut cast.a1, json!({})).await;
    cast.b1.ask("ringing", json!({"inviteID": id})).await;
    cast.carol.hears_nothing().await;
    for (method, params, expected) in [
        ("accept", json!({"inviteID": id}), "inCall"),
        ("hangUp", json!({"callID": id}), "online"),
    ] {
        cast.b1.ask(method, params).await;
        let mut told = vec![
            cast.carol.event("userStatusChanged").await,
            cast.carol.event("userStatusChanged").await,
        ];
        told.sort_by_key(|status| status["userID"].to_string());
        assert_eq!(
            told,
            [
                json!({"userID": "alice", "status": expected}),
                json!({"userID": "bob", "status": expected}),
            ]
        );
        assert_eq!(json!(told), status(&mut cast.a2, &["alice", "bob"]).await);
    }
    cast.carol.hears_nothing().await;
}

/// PROTOCOL "Events": only who asked is told.
#[tokio::test]
async fn nobody_is_told_of_a_status_he_did_not_ask_for() {
    let mut cast = Cast::enter().await;
    let params = json!({"userIDList": ["dave"]});
    cast.a1.ask("subscribeUserStatus", params).await;
    let dave = cast.server.wire("dave", "d1").await;
    cast.a1.event("userStatusChanged").await;
    cast.hear_nothing().await;
    dave.vanish();
}
