//! Several devices of one user, and several connections of one device (SIGNALING §5).

use serde_json::json;

use super::{Cast, fate, ring};
use crate::raw::refusal;
use crate::server::TestServer;

/// §5, and §4, 6208: same user and deviceID: the older connection is kicked and closed with 4002; the ring and
/// the call stay as they are, and belong to the newer one.
#[tokio::test]
async fn a_second_login_of_a_device_kicks_the_first() {
    let (mut cast, id) = Cast::with_ring(30).await;
    let mut newer = cast.server.wire("bob", "b1").await;
    assert_eq!(newer.snapshot["invitations"][0]["inviteID"], id.as_str());
    assert_eq!(
        cast.b1.event("kickedOffline").await,
        json!({"code": 6208, "reason": "kicked"})
    );
    assert_eq!(cast.b1.close_code().await, 4002);
    newer.ask("accept", json!({"inviteID": id})).await;
    cast.a1.event("inviteeAccepted").await;

    let mut again = cast.server.wire("bob", "b1").await;
    assert_eq!(again.snapshot["calls"][0]["callID"], id.as_str());
    assert_eq!(newer.close_code().await, 4002);
    cast.a1.message().await;
    cast.a1.hears_nothing().await;
    let call = again.ask("getCall", json!({"callID": id})).await;
    assert_eq!(call["parties"][1]["deviceID"], "b1");
}

/// §5: the kick of an inviter's device does not end the ring for others.
#[tokio::test]
async fn a_kicked_inviter_keeps_ringing() {
    let server =
        TestServer::with(|tuning| tuning.grace = std::time::Duration::from_millis(200)).await;
    let mut cast = Cast::enter_at(server).await;
    let id = ring(&mut cast.a1, json!({"timeout": 1})).await;
    cast.b1.event("newInvitationReceived").await;
    let mut newer = cast.server.wire("alice", "a1").await;
    assert_eq!(cast.a1.close_code().await, 4002);
    let heard = cast.b1.event("invitationTimeout").await;
    assert_eq!(
        heard["inviteID"],
        id.as_str(),
        "not cancelled as inviterOffline"
    );
    newer.event("invitationTimeout").await;
}

/// §5: at most ten devices; the oldest goes.
#[tokio::test]
async fn an_eleventh_device_kicks_the_oldest() {
    let server = TestServer::start().await;
    let mut devices = Vec::new();
    for number in 0..10 {
        devices.push(server.wire("bob", &format!("b{number}")).await);
    }
    for wire in &mut devices {
        wire.hears_nothing().await;
    }
    devices.push(server.wire("bob", "b10").await);
    let mut oldest = devices.remove(0);
    assert_eq!(
        oldest.event("kickedOffline").await,
        json!({"code": 6208, "reason": "kicked"})
    );
    assert_eq!(oldest.close_code().await, 4002);
    let mut alice = server.wire("alice", "a1").await;
    let id = ring(&mut alice, json!({})).await;
    for wire in &mut devices {
        let heard = wire.event("newInvitationReceived").await;
        assert_eq!(heard["inviteID"], id.as_str());
    }
}

/// §1, §5: several devices ring together, and one answer stops all of them, each told once.
#[tokio::test]
async fn ten_devices_ring_and_one_answers() {
    let server = TestServer::start().await;
    let mut alice = server.wire("alice", "a1").await;
    let mut devices = Vec::new();
    for number in 0..10 {
        devices.push(server.wire("bob", &format!("b{number}")).await);
    }
    let id = ring(&mut alice, json!({})).await;
    let params = json!({"inviteID": id});
    let mut asked = Vec::new();
    for wire in &mut devices {
        asked.push(wire.send("accept", params.clone()).await);
    }
    let mut winners = Vec::new();
    for (number, wire) in devices.iter_mut().enumerate() {
        match wire.reply(asked[number]).await {
            Ok(_) => winners.push(number),
            Err(error) => {
                assert_eq!(error["code"], 8010);
                assert_eq!(error["data"]["reason"], "acceptedElsewhere");
                assert_eq!(error["data"]["inviteID"], id.as_str());
            }
        }
    }
    let [winner] = winners[..] else {
        panic!("{winners:?} won");
    };
    let device = format!("b{winner}");
    assert_eq!(alice.event("inviteeAccepted").await["deviceID"], device);
    for (number, wire) in devices.iter_mut().enumerate() {
        wire.event("newInvitationReceived").await;
        if number != winner {
            assert_eq!(wire.event("inviteeAccepted").await["deviceID"], device);
        }
        wire.forget().await;
    }
    assert_eq!(fate(&mut alice, &id).await.0, "inCall");
}

/// §4, 6014: a connection that was kicked may not act.
#[tokio::test]
async fn a_kicked_connection_may_not_act() {
    let (mut cast, id) = Cast::with_ring(30).await;
    let _newer = cast.server.wire("bob", "b1").await;
    let asked = cast.b1.try_send("accept", json!({"inviteID": id})).await;
    assert_eq!(cast.b1.close_code().await, 4002);
    if let Some(outcome) = cast.b1.replied(asked) {
        let error = outcome.expect_err("a kicked connection does not answer a call");
        assert_eq!(error["code"], 6014);
    }
    assert_eq!(fate(&mut cast.a1, &id).await.1, "pending");
    cast.a1.hears_nothing().await;
    let refused = cast.b2.refused("cancel", json!({"inviteID": id})).await;
    assert_eq!(refused, refusal(8011, "notInviter"));
}
