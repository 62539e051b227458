//! Offline push: the platform `push` on the wire (SIGNALING §7).
//!
//! Bob's push channel is a connection of its own; his ordinary devices come and go beside it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::team::{self, Team};
use super::{ring, standing};
use crate::lasting::Program;
use crate::raw::{Wire, fresh};
use crate::server::TestServer;
use crate::signature::claims;

/// Logs a push channel in.
async fn push_channel(server: &TestServer, user: &str) -> Wire {
    log_in(&server.url(), user, "push-1", "push").await
}

async fn log_in(url: &str, user: &str, device: &str, platform: &str) -> Wire {
    let mut wire = Wire::open(url).await;
    let params = json!({
        "userID": user, "userSig": claims(user).sign(), "deviceID": device, "platform": platform,
    });
    wire.snapshot = wire.ask("login", params).await;
    wire
}

/// Push information that asks for a push.
fn wanted() -> Value {
    json!({"title": "Alice", "description": "calls you", "extension": "{\"a\":1}"})
}

/// Alice on a1, and bob's push channel; bob has an account and no device.
async fn away() -> (TestServer, Wire, Wire) {
    let server = TestServer::start().await;
    let alice = server.wire("alice", "a1").await;
    let bob = push_channel(&server, "bob").await;
    (server, alice, bob)
}

/// §7: to an invitee none of whose devices is connected, with everything he needs to ring.
#[tokio::test]
async fn an_invitee_without_a_device_is_pushed_to() {
    let (_server, mut alice, mut bob) = away().await;
    let params = json!({"offlinePushInfo": wanted(), "data": "hello", "timeout": 30});
    let id = ring(&mut alice, params).await;
    assert_eq!(
        bob.event("pushReceived").await,
        json!({
            "title": "Alice", "description": "calls you", "extension": "{\"a\":1}",
            "signaling": {
                "businessID": 1, "inviteID": id, "inviter": "alice", "inviteeList": ["bob"],
                "actionType": 1, "data": "hello", "timeout": 30, "groupID": "",
                "onlineUserOnly": false,
            },
        })
    );
    bob.hears_nothing().await;
    alice.hears_nothing().await;
}

/// §7: to one whose connected devices have not sent `ringing` within 3 s; and not to one who rings.
#[tokio::test]
async fn a_device_that_does_not_ring_in_three_seconds_is_pushed_to() {
    let (server, mut alice, mut bob) = away().await;
    let mut carol = push_channel(&server, "carol").await;
    let mut asleep = server.wire("bob", "b1").await;
    let mut awake = server.wire("carol", "c1").await;
    let params = json!({"offlinePushInfo": wanted()});
    let begun = tokio::time::Instant::now();
    let id = ring(&mut alice, params.clone()).await;
    asleep.event("newInvitationReceived").await;
    let to_carol = json!({"userID": "carol", "inviteID": fresh(), "offlinePushInfo": wanted()});
    alice.ask("invite", to_carol.clone()).await;
    awake.event("newInvitationReceived").await;
    let rings = json!({"inviteID": to_carol["inviteID"]});
    awake.ask("ringing", rings).await;
    assert_eq!(
        bob.event("pushReceived").await["signaling"]["inviteID"],
        id.as_str()
    );
    assert!(begun.elapsed() >= Duration::from_secs(3), "not before");
    carol.hears_nothing().await;
    asleep.ask("reject", json!({"inviteID": id})).await;
    assert_eq!(
        bob.event("pushWithdrawn").await,
        json!({"inviteID": id, "outcome": "rejected"})
    );
}

/// §5, §7: to one whose only device rang and has been gone for the grace; not to one who came back in it.
#[tokio::test]
async fn an_invitee_whose_device_goes_in_the_ring_is_pushed_to() {
    let server = TestServer::with(|tuning| tuning.grace = Duration::from_secs(1)).await;
    let mut alice = server.wire("alice", "a1").await;
    let mut channels = Vec::new();
    // What falls due of carol comes first.
    for user in ["carol", "bob"] {
        channels.push(push_channel(&server, user).await);
        let mut device = server.wire(user, "d1").await;
        let params = json!({"userID": user, "inviteID": fresh(), "offlinePushInfo": wanted()});
        alice.ask("invite", params.clone()).await;
        device.event("newInvitationReceived").await;
        let id = &params["inviteID"];
        device.ask("ringing", json!({"inviteID": id})).await;
        device.vanish();
    }
    let _back = server.wire("carol", "d1").await;
    channels[1].event("pushReceived").await;
    channels[1].hears_nothing().await;
    channels[0].hears_nothing().await;
}

/// §5, §7: to one whose device rang, and does not come back within the grace to a server that was killed.
#[tokio::test]
async fn an_invitee_who_does_not_come_back_after_a_crash_is_pushed_to() {
    let mut program = Program::start().await;
    let mut alice = log_in(&program.url(), "alice", "a1", "cli").await;
    let mut bob = log_in(&program.url(), "bob", "b1", "cli").await;
    let params = json!({"offlinePushInfo": wanted(), "timeout": 60});
    let id = ring(&mut alice, params).await;
    bob.event("newInvitationReceived").await;
    bob.ask("ringing", json!({"inviteID": id})).await;
    // With the third revision it has been seen that he rings.
    while standing(&mut alice, &id).await["rev"] != 3 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut channel = log_in(&program.url(), "bob", "push-1", "push").await;
    channel.hears_nothing().await;

    program.kill();
    program.start_again().await;
    let _back = log_in(&program.url(), "alice", "a1", "cli").await;
    let mut channel = log_in(&program.url(), "bob", "push-1", "push").await;
    let started = Instant::now();
    let told = channel.event("pushReceived").await;
    assert_eq!(told["signaling"]["inviteID"], id.as_str());
    let waited = started.elapsed();
    assert!(waited > Duration::from_secs(12), "too early: {waited:?}");
    channel.hears_nothing().await;
}

/// §7: once per invitation, also when the channel comes back: told again, because it may not have
/// been heard, and never twice on one connection.
#[tokio::test]
async fn a_push_waits_for_its_channel() {
    let (server, mut alice, bob) = away().await;
    server.logout(bob).await;
    let id = ring(&mut alice, json!({"offlinePushInfo": wanted()})).await;
    for _ in 0..2 {
        let mut back = push_channel(&server, "bob").await;
        let told = back.event("pushReceived").await;
        assert_eq!(told["signaling"]["inviteID"], id.as_str());
        back.hears_nothing().await;
        server.logout(back).await;
    }
    alice.ask("cancel", json!({"inviteID": id})).await;
    let mut late = push_channel(&server, "bob").await;
    late.hears_nothing().await;
}

/// §7: withdrawn when the ring ends, with how it ended.
#[tokio::test]
async fn a_push_is_withdrawn_when_the_ring_ends() {
    let (server, mut alice, mut bob) = away().await;
    let id = ring(&mut alice, json!({"offlinePushInfo": wanted()})).await;
    bob.event("pushReceived").await;
    alice.ask("cancel", json!({"inviteID": id})).await;
    assert_eq!(
        bob.event("pushWithdrawn").await,
        json!({"inviteID": id, "outcome": "cancelled"})
    );
    let late = json!({"offlinePushInfo": wanted(), "timeout": 1});
    let id = ring(&mut alice, late).await;
    bob.event("pushReceived").await;
    assert_eq!(
        bob.event("pushWithdrawn").await,
        json!({"inviteID": id, "outcome": "timedOut"})
    );
    let id = ring(&mut alice, json!({"offlinePushInfo": wanted()})).await;
    bob.event("pushReceived").await;
    let mut device = server.wire("bob", "b1").await;
    device.ask("accept", json!({"inviteID": id})).await;
    assert_eq!(
        bob.event("pushWithdrawn").await,
        json!({"inviteID": id, "outcome": "answered"})
    );
    bob.hears_nothing().await;
}

/// §2, §7: not without a description, with `disablePush`, online-only, or without push information.
#[tokio::test]
async fn what_is_not_to_be_pushed_is_not() {
    let (_server, mut alice, mut bob) = away().await;
    for besides in [
        json!({}),
        json!({"offlinePushInfo": {"title": "Alice"}}),
        json!({"offlinePushInfo": {"title": "Alice", "description": ""}}),
        json!({"offlinePushInfo": {"description": "calls", "disablePush": true}}),
        json!({"offlinePushInfo": wanted(), "onlineUserOnly": true}),
    ] {
        ring(&mut alice, besides).await;
    }
    bob.hears_nothing().await;
}

/// §2, §7: a connection of platform `push` counts for nothing: it is not rung, not present, and an
/// online-only ring does not reach it.
#[tokio::test]
async fn a_push_channel_counts_for_nothing() {
    let (_server, mut alice, mut bob) = away().await;
    let status = alice
        .ask("getUserStatus", json!({"userIDList": ["bob"]}))
        .await;
    assert_eq!(status["statusList"][0]["status"], "offline");
    ring(&mut alice, json!({})).await;
    ring(&mut alice, json!({"onlineUserOnly": true})).await;
    let text = json!({"userID": "bob", "type": "text", "payload": {"text": "hi"}});
    alice.ask("sendMessage", text).await;
    bob.hears_nothing().await;
}

/// §7: group invitations push too, to each invitee who is away.
#[tokio::test]
async fn a_ring_in_a_group_is_pushed() {
    let mut team = Team::enter().await;
    let mut carol = push_channel(&team.server, "carol").await;
    let mut dave = push_channel(&team.server, "dave").await;
    let device = std::mem::replace(&mut team.carol, Wire::open(&team.server.url()).await);
    team.server.logout(device).await;
    let id = team::ring(&mut team.a1, json!({"offlinePushInfo": wanted()})).await;
    let told = carol.event("pushReceived").await;
    assert_eq!(told["signaling"]["groupID"], "team");
    assert_eq!(told["signaling"]["inviteeList"], json!(["bob", "carol"]));
    team.a1.ask("cancel", json!({"inviteID": id})).await;
    carol.event("pushWithdrawn").await;
    dave.hears_nothing().await;
    let shown = standing(&mut team.b1, &id).await;
    assert_eq!(shown["offlinePushInfo"]["title"], "Alice");
}
