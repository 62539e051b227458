//! `login`, `logout` and what the server does without them.

use std::time::{Duration, Instant};

use bellhop_server::Tuning;
use serde_json::json;

use super::{Cast, ring};
use crate::raw::{Wire, refusal, take_ms};
use crate::server::TestServer;
use crate::signature::{claims, seconds_now};

/// PROTOCOL "Logging in": every field of the reply.
#[tokio::test]
async fn a_login_is_answered_with_a_snapshot() {
    let server = TestServer::start().await;
    let mut bob = server.wire("bob", "b1").await;
    assert_eq!(bob.subprotocol.as_deref(), Some("bellhop.v1"));
    let mut snapshot = bob.snapshot.take();
    let now = seconds_now() * 1000;
    take_ms(&mut snapshot, "serverTimeMs", now - 60_000..=now + 60_000);
    assert_eq!(
        snapshot,
        json!({
            "userID": "bob", "graceMs": 15_000, "invitations": [], "ended": [], "calls": [],
            "unreadTotal": 0,
        })
    );
    bob.hears_nothing().await;
}

/// §2: the first valid login creates the account; before it the user does not exist.
#[tokio::test]
async fn the_first_login_creates_the_account() {
    let server = TestServer::start().await;
    let mut alice = server.wire("alice", "a1").await;
    let params = json!({"userID": "bob"});
    let refused = alice.refused("invite", params.clone()).await;
    assert_eq!(refused, refusal(20003, "noSuchUser"));

    let mut stranger = Wire::open(&server.url()).await;
    let mut forged = claims("bob");
    forged.secret = "another".to_owned();
    let refused = stranger
        .refused("login", server.login("bob", "b1", &forged.sign()))
        .await;
    assert_eq!(refused.0, 70003);
    let refused = alice.refused("invite", params.clone()).await;
    assert_eq!(refused.0, 20003, "a refused login creates nobody");

    let bob = server.wire("bob", "b1").await;
    server.logout(bob).await;
    alice.ask("invite", params).await;
}

/// §4, 6014: before the login, nothing but the login.
#[tokio::test]
async fn nothing_is_answered_before_the_login() {
    let mut cast = Cast::enter().await;
    let id = ring(&mut cast.a1, json!({})).await;
    cast.forget().await;
    let mut stranger = Wire::open(&cast.server.url()).await;
    for (method, params) in [
        ("invite", json!({"userID": "bob"})),
        ("accept", json!({"inviteID": id})),
        ("reject", json!({"inviteID": id})),
        ("cancel", json!({"inviteID": id})),
        ("ringing", json!({"inviteID": id})),
        ("getInvitation", json!({"inviteID": id})),
        ("hangUp", json!({"callID": id})),
        ("getCall", json!({"callID": id})),
        (
            "sendMessage",
            json!({"userID": "bob", "type": "text", "payload": {"text": "x"}}),
        ),
        ("getMessageList", json!({"conversationID": "C2Cbob"})),
        ("getConversationList", json!({})),
        ("setMessageRead", json!({"conversationID": "C2Cbob"})),
        ("getUserStatus", json!({"userIDList": ["bob"]})),
        ("subscribeUserStatus", json!({"userIDList": ["bob"]})),
        ("logout", json!({})),
    ] {
        let refused = stranger.refused(method, params).await;
        assert_eq!(refused, refusal(6014, "notLoggedIn"), "{method}");
    }
    for method in crate::rules::methods() {
        if method != "login" {
            let refused = stranger.refused(method, json!({})).await;
            assert_eq!(refused, refusal(6014, "notLoggedIn"), "{method}");
        }
    }
    cast.hear_nothing().await;
}

/// PROTOCOL "Requests": `logout` is answered with `{}`, then the server closes.
#[tokio::test]
async fn a_logout_ends_the_connection() {
    let server = TestServer::start().await;
    let mut bob = server.wire("bob", "b1").await;
    assert_eq!(bob.ask("logout", json!({})).await, json!({}));
    bob.close_code().await;
    let mut alice = server.wire("alice", "a1").await;
    let params = json!({"userIDList": ["bob"]});
    let status = alice.ask("getUserStatus", params).await;
    assert_eq!(status["statusList"][0]["status"], "offline");
}

/// §4: one login per connection.
#[tokio::test]
async fn a_connection_logs_in_once() {
    let server = TestServer::start().await;
    let mut bob = server.wire("bob", "b1").await;
    for user in ["bob", "alice"] {
        let params = server.login(user, "d9", &claims(user).sign());
        let refused = bob.refused("login", params).await;
        assert_eq!(refused, refusal(6017, "alreadyLoggedIn"));
    }
    let mut alice = server.wire("alice", "a1").await;
    ring(&mut alice, json!({})).await;
    bob.event("newInvitationReceived").await;
}

/// §1, PROTOCOL "Logging in": ids and platform are bounded; missing fields are refused, and the
/// connection stays open.
#[tokio::test]
async fn a_bad_login_is_refused() {
    let server = TestServer::start().await;
    let good = server.login("bob", "b1", &claims("bob").sign());
    for (field, bad) in [
        ("userID", json!("")),
        ("userID", json!("x".repeat(33))),
        ("userID", json!("a\u{7}b")),
        ("userID", json!(7)),
        ("deviceID", json!("")),
        ("deviceID", json!("x".repeat(65))),
        ("platform", json!("")),
        ("platform", json!(null)),
        ("userSig", json!(null)),
        ("knownInvitations", json!("x")),
        ("knownInvitations", json!([""])),
    ] {
        let mut wire = Wire::open(&server.url()).await;
        let mut params = good.clone();
        params[field] = bad;
        let shown = params.to_string();
        let refused = wire.refused("login", params).await;
        assert_eq!(refused, refusal(6017, "badParameter"), "{shown}");
        let mut params = good.clone();
        params.as_object_mut().unwrap().remove(field);
        if field != "knownInvitations" {
            let refused = wire.refused("login", params).await;
            assert_eq!(refused, refusal(6017, "badParameter"), "no {field}");
        }
        wire.ask("login", good.clone()).await;
    }
}

/// PROTOCOL "The connection", 4000: without a login in time, whatever else is asked.
#[tokio::test]
async fn a_connection_that_does_not_log_in_is_closed() {
    let within = Duration::from_secs(2);
    let server = TestServer::with(|tuning| tuning.login_within = within).await;
    let began = Instant::now();
    let mut silent = Wire::open(&server.url()).await;
    let mut busy = Wire::open(&server.url()).await;
    let mut bob = server.wire("bob", "b1").await;
    busy.refused("getConversationList", json!({})).await;
    assert_eq!(silent.close_code().await, 4000);
    assert_eq!(busy.close_code().await, 4000);
    assert!(began.elapsed() >= within - Duration::from_millis(1));
    bob.hears_nothing().await;
}

/// PROTOCOL "The connection", SIGNALING §5: the times that hold where no test sets others.
#[test]
fn the_times_of_a_server_are_those_of_the_protocol() {
    let tuning = Tuning::default();
    assert_eq!(tuning.login_within, Duration::from_secs(10));
    assert_eq!(tuning.ping_every, Duration::from_secs(20));
    assert_eq!(tuning.silent_after, Duration::from_secs(45));
    assert_eq!(tuning.grace, Duration::from_secs(15));
}
