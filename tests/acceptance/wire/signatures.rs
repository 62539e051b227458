//! User signatures (PROTOCOL "User signatures"): what is refused, and with which number.

use serde_json::json;

use crate::raw::{Refused, Wire, refusal};
use crate::server::TestServer;
use crate::signature::{APP_ID, claims, packed, seconds_now};

async fn refused_login(server: &TestServer, signature: &str) -> Refused {
    let mut wire = Wire::open(&server.url()).await;
    let refused = wire
        .refused("login", server.login("bob", "b1", signature))
        .await;
    let before_login = wire.refused("getConversationList", json!({})).await;
    assert_eq!(before_login, refusal(6014, "notLoggedIn"), "still outside");
    refused
}

/// §4, 70001: it was made longer ago than it is good for.
#[tokio::test]
async fn an_expired_signature_is_refused() {
    let server = TestServer::start().await;
    let mut expired = claims("bob");
    expired.time = seconds_now() - 100;
    expired.expire = 50;
    let refused = refused_login(&server, &expired.sign()).await;
    assert_eq!(refused, refusal(70001, "signatureExpired"));
}

/// 70003: signed with another secret, changed after signing, or no signature at all.
#[tokio::test]
async fn a_forged_or_malformed_signature_is_refused() {
    let server = TestServer::start().await;
    let mut forged = claims("bob");
    forged.secret = "another".to_owned();
    let good = claims("bob").sign();
    let bomb = packed(&vec![b' '; 10 * 1024 * 1024]);
    for signature in [
        forged.sign(),
        String::new(),
        "no signature".to_owned(),
        good[..good.len() / 2].to_owned(),
        packed(b"no JSON"),
        packed(b"{}"),
        packed(br#"{"TLS.ver":"2.0","TLS.identifier":"bob","TLS.sig":""}"#),
        bomb.chars().take(12_000).collect(),
    ] {
        let refused = refused_login(&server, &signature).await;
        assert_eq!(refused, refusal(70003, "signatureInvalid"), "{signature}");
    }
}

/// 70003: dated more than five minutes ahead; a little ahead is a clock that runs fast.
#[tokio::test]
async fn a_signature_from_the_future_is_refused() {
    let server = TestServer::start().await;
    let mut ahead = claims("bob");
    ahead.time = seconds_now() + 600;
    let refused = refused_login(&server, &ahead.sign()).await;
    assert_eq!(refused, refusal(70003, "signatureInvalid"));
    ahead.time = seconds_now() + 120;
    let mut wire = Wire::open(&server.url()).await;
    wire.ask("login", server.login("bob", "b1", &ahead.sign()))
        .await;
}

/// 70013: a good signature, but of somebody else.
#[tokio::test]
async fn a_signature_of_another_user_is_refused() {
    let server = TestServer::start().await;
    let refused = refused_login(&server, &claims("alice").sign()).await;
    assert_eq!(refused, refusal(70013, "signatureOfAnotherUser"));
}

/// 70014: a good signature, but of another application.
#[tokio::test]
async fn a_signature_of_another_application_is_refused() {
    let server = TestServer::start().await;
    let mut other = claims("bob");
    other.app_id = APP_ID + 1;
    let refused = refused_login(&server, &other.sign()).await;
    assert_eq!(refused, refusal(70014, "signatureOfAnotherApp"));
}

/// PROTOCOL "The connection", 4007: a refused login leaves the socket open; the fifth closes it.
#[tokio::test]
async fn five_failed_logins_close_the_connection() {
    let server = TestServer::start().await;
    let mut wire = Wire::open(&server.url()).await;
    let params = server.login("bob", "b1", &claims("alice").sign());
    for _ in 0..5 {
        let refused = wire.refused("login", params.clone()).await;
        assert_eq!(refused.0, 70013);
    }
    assert_eq!(wire.close_code().await, 4007);

    let mut patient = Wire::open(&server.url()).await;
    for _ in 0..4 {
        patient.refused("login", params.clone()).await;
    }
    let good = server.login("bob", "b1", &claims("bob").sign());
    patient.ask("login", good).await;
}

/// PROTOCOL "The connection", 4006: the server closes when the signature runs out.
#[tokio::test]
async fn a_connection_ends_with_its_signature() {
    let server = TestServer::start().await;
    let mut short = claims("bob");
    short.expire = 3;
    let mut wire = Wire::open(&server.url()).await;
    wire.ask("login", server.login("bob", "b1", &short.sign()))
        .await;
    assert_eq!(wire.close_code().await, 4006);
}
