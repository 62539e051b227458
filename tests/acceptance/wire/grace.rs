//! Inviters that vanish and parties that are gone: what happens after the grace (SIGNALING §5, §8).

use std::time::Duration;

use serde_json::json;

use super::team::{self, Team};
use super::{Cast, actions, body, fate, messages, ring};
use crate::raw::{Wire, take_ms};
use crate::server::TestServer;

/// Short, where somebody stays away.
const GRACE: Duration = Duration::from_secs(1);
/// Longer, where somebody has to be back in time.
const LONG_GRACE: Duration = Duration::from_secs(2);

async fn enter(grace: Duration) -> Cast {
    Cast::enter_at(TestServer::with(|tuning| tuning.grace = grace).await).await
}

/// Both devices of alice's are gone; bob hears the end of the ring.
async fn hear_inviter_offline(wire: &mut Wire, id: &str) {
    wire.event("newInvitationReceived").await;
    assert_eq!(
        wire.event("invitationCancelled").await,
        json!({
            "inviteID": id, "rev": 2, "inviter": "alice", "groupID": "", "inviteeList": ["bob"],
            "data": "", "reason": "inviterOffline",
        })
    );
}

/// §5: all of the inviter's devices unreachable for the grace: cancelled as `inviterOffline`; also
/// without a timeout, so that nothing rings for ever.
#[tokio::test]
async fn a_ring_ends_when_its_inviter_has_vanished() {
    for timeout in [0, 30] {
        let mut cast = enter(GRACE).await;
        assert_eq!(cast.a1.snapshot["graceMs"], 1000);
        let id = ring(&mut cast.a1, json!({"timeout": timeout})).await;
        cast.a1.vanish();
        cast.a2.vanish();
        hear_inviter_offline(&mut cast.b1, &id).await;
        hear_inviter_offline(&mut cast.b2, &id).await;
        assert_eq!(actions(&mut cast.b1, "C2Calice").await, [1, 2]);
        let listed = messages(&mut cast.b1, "C2Calice").await;
        assert_eq!(listed[0]["from"], "alice");
        assert_eq!(listed[1]["call"], json!({"outcome": "inviterOffline"}));
        assert_eq!(body(&listed[0])["data"], "");
        let mut back = cast.server.wire("alice", "a1").await;
        assert_eq!(back.snapshot["invitations"], json!([]));
        assert_eq!(fate(&mut back, &id).await.1, "cancelled");
    }
}

/// §5: a logout counts as gone.
#[tokio::test]
async fn a_ring_ends_when_its_inviter_has_logged_out() {
    let mut cast = enter(GRACE).await;
    let id = ring(&mut cast.a1, json!({})).await;
    cast.server.logout(cast.a1).await;
    cast.server.logout(cast.a2).await;
    hear_inviter_offline(&mut cast.b1, &id).await;
}

/// §5: one device of the inviter's is enough, also one that comes back within the grace.
#[tokio::test]
async fn a_ring_goes_on_while_any_device_of_its_inviter_is_there() {
    let mut cast = enter(LONG_GRACE).await;
    let id = ring(&mut cast.a1, json!({"timeout": 3})).await;
    cast.a1.vanish();
    let stays = ring(&mut cast.carol, json!({"timeout": 3})).await;
    cast.carol.vanish();
    let back = cast.server.wire("carol", "c2").await;
    assert_eq!(back.snapshot["invitations"][0]["inviteID"], stays.as_str());
    for _ in 0..2 {
        cast.b1.event("newInvitationReceived").await;
    }
    for _ in 0..2 {
        let heard = cast.b1.event("invitationTimeout").await;
        let ended = heard["inviteID"].as_str().unwrap().to_owned();
        assert!([&id, &stays].contains(&&ended));
    }
}

/// §5: the grace runs from when the last device went.
#[tokio::test]
async fn an_absence_is_forgotten_when_the_inviter_comes_back() {
    let mut cast = enter(LONG_GRACE).await;
    let id = ring(&mut cast.a1, json!({"timeout": 0})).await;
    cast.b1.event("newInvitationReceived").await;
    cast.a2.vanish();
    cast.a1.vanish();
    let mut back = cast.server.wire("alice", "a1").await;
    // A ring that another inviter leaves now ends after alice's would have ended.
    ring(&mut cast.carol, json!({"timeout": 0})).await;
    cast.b1.event("newInvitationReceived").await;
    cast.carol.vanish();
    let heard = cast.b1.event("invitationCancelled").await;
    assert_eq!(heard["inviter"], "carol");
    assert_eq!(fate(&mut back, &id).await.1, "pending");
    back.ask("cancel", json!({"inviteID": id})).await;
    assert_eq!(
        cast.b1.event("invitationCancelled").await.get("reason"),
        None
    );
}

/// §8: a party whose device is gone for the grace is hung up, even if his other devices are there.
#[tokio::test]
async fn a_call_ends_when_the_device_of_a_party_is_gone() {
    for gone in ["alice", "bob"] {
        let mut cast = enter(GRACE).await;
        let id = ring(&mut cast.a1, json!({})).await;
        cast.b1.ask("accept", json!({"inviteID": id})).await;
        cast.forget().await;
        let stays = if gone == "alice" {
            cast.a1.vanish();
            &mut cast.b1
        } else {
            cast.b1.vanish();
            &mut cast.a1
        };
        for wire in [stays, &mut cast.a2, &mut cast.b2] {
            let mut heard = wire.event("callEnded").await;
            let duration = heard.as_object_mut().unwrap().remove("durationMs").unwrap();
            assert!(duration.as_u64().unwrap() >= 999, "{duration}");
            assert_eq!(
                heard,
                json!({
                    "callID": id, "inviteID": id, "userID": gone, "reason": "deviceGone",
                    "over": true,
                })
            );
            wire.hears_nothing().await;
        }
        assert_eq!(fate(&mut cast.a2, &id).await.0, "ended");
    }
}

/// §8: a party that comes back within the grace is in the call as before.
#[tokio::test]
async fn a_party_that_comes_back_stays_in_the_call() {
    let mut cast = enter(LONG_GRACE).await;
    let id = ring(&mut cast.a1, json!({})).await;
    cast.b1.ask("accept", json!({"inviteID": id})).await;
    cast.forget().await;
    cast.b1.vanish();
    let mut back = cast.server.wire("bob", "b1").await;
    assert_eq!(back.snapshot["calls"][0]["callID"], id.as_str());
    // A ring whose inviter leaves now ends after the call would have ended.
    ring(&mut cast.carol, json!({})).await;
    cast.carol.vanish();
    back.event("newInvitationReceived").await;
    back.event("invitationCancelled").await;
    let call = cast.a1.ask("getCall", json!({"callID": id})).await;
    assert_eq!(call["parties"].as_array().unwrap().len(), 2);
    cast.a1.hears_nothing().await;
}

/// §5, §3: a ring in a group ends so too, for all its members.
#[tokio::test]
async fn a_ring_in_a_group_ends_when_its_inviter_has_vanished() {
    let server = TestServer::with(|tuning| tuning.grace = GRACE).await;
    let mut team = Team::enter_at(server).await;
    let id = team::ring(&mut team.a1, json!({"timeout": 0})).await;
    team.forget().await;
    team.b1.ask("reject", json!({"inviteID": id})).await;
    team.forget().await;
    team.a1.vanish();
    team.a2.vanish();
    for wire in [&mut team.b1, &mut team.b2, &mut team.carol, &mut team.dave] {
        assert_eq!(
            wire.event("invitationCancelled").await,
            json!({
                "inviteID": id, "rev": 3, "inviter": "alice", "groupID": "team",
                "inviteeList": ["carol"], "data": "", "reason": "inviterOffline",
            })
        );
        let message = wire.message().await;
        assert_eq!(body(&message)["inviteeList"], json!(["carol"]));
        assert_eq!(message["groupID"], "team");
        wire.hears_nothing().await;
    }
    team.eve.hears_nothing().await;
}

/// §8: the group hears of a party who is gone, as it hears of one who hangs up.
#[tokio::test]
async fn a_group_hears_when_the_device_of_a_party_is_gone() {
    let server = TestServer::with(|tuning| tuning.grace = GRACE).await;
    let mut team = Team::enter_at(server).await;
    let id = team::ring(&mut team.a1, json!({})).await;
    team.b1.ask("accept", json!({"inviteID": id})).await;
    team.forget().await;
    team.b1.vanish();
    for wire in [
        &mut team.a1,
        &mut team.a2,
        &mut team.b2,
        &mut team.carol,
        &mut team.dave,
    ] {
        let mut heard = wire.event("callEnded").await;
        take_ms(&mut heard, "durationMs", 999..=20_000);
        assert_eq!(
            heard,
            json!({
                "callID": id, "inviteID": id, "userID": "bob", "reason": "deviceGone", "over": true,
            })
        );
        wire.hears_nothing().await;
    }
    team.eve.hears_nothing().await;
    let invitation = super::standing(&mut team.a1, &id).await;
    assert_eq!(invitation["state"], "live", "carol is still rung");
}
