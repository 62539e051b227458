//! Frames that end the connection, and connections that are none (PROTOCOL "The connection").

use std::time::Duration;

use bellhop_server::{Data, Server};
use serde_json::json;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::Cast;
use crate::raw::Wire;
use crate::server::{TestServer, config};

/// 1009: a frame over 80 KiB; one of exactly 80 KiB is read.
#[tokio::test]
async fn a_frame_of_a_megabyte_closes_the_connection() {
    let mut cast = Cast::enter().await;
    for length in [80 * 1024 + 1, 1024 * 1024, 10 * 1024 * 1024] {
        for logged_in in [false, true] {
            let mut wire = if logged_in {
                cast.server.wire("dave", "d1").await
            } else {
                Wire::open(&cast.server.url()).await
            };
            wire.send_frame(Message::text(padded(length))).await;
            assert_eq!(wire.close_code().await, 1009, "{length}");
        }
    }
    let params = json!({"userIDList": ["dave"]});
    let status = cast.a1.ask("getUserStatus", params).await;
    assert_eq!(status["statusList"][0]["status"], "offline");
    cast.hear_nothing().await;
    let request = padded(80 * 1024);
    let (_, refused) = cast.a1.refused_frame(&request).await;
    assert_eq!(refused.0, 8001, "it was read, and its strings are too long");
}

/// A request of exactly so many bytes.
fn padded(length: usize) -> String {
    let start = r#"{"jsonrpc":"2.0","id":null,"method":"invite","params":{"userID":"bob","data":""#;
    let end = r#""}}"#;
    format!(
        "{start}{}{end}",
        "x".repeat(length - start.len() - end.len())
    )
}

/// 1009 holds for the whole of a message that comes in pieces.
#[tokio::test]
async fn pieces_that_are_too_long_together_close_the_connection() {
    use tokio_tungstenite::tungstenite::protocol::frame::Frame;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

    let server = TestServer::start().await;
    let mut wire = server.wire("bob", "b1").await;
    for (index, kind) in [Data::Text, Data::Continue, Data::Continue]
        .into_iter()
        .enumerate()
    {
        let piece = vec![b' '; 40 * 1024];
        let frame = Frame::message(piece, OpCode::Data(kind), index == 2);
        wire.send_frame(Message::Frame(frame)).await;
    }
    assert_eq!(wire.close_code().await, 1009);
}

/// 1003: a binary frame, whatever is in it.
#[tokio::test]
async fn a_binary_frame_closes_the_connection() {
    let server = TestServer::start().await;
    let request = r#"{"jsonrpc":"2.0","id":1,"method":"getConversationList"}"#;
    for bytes in [Vec::new(), vec![0, 255], request.as_bytes().to_vec()] {
        let mut wire = server.wire("bob", "b1").await;
        wire.send_frame(Message::binary(bytes)).await;
        assert_eq!(wire.close_code().await, 1003);
    }
}

/// 4001: more than 64 unanswered requests.
#[tokio::test]
async fn too_many_unanswered_requests_close_the_connection() {
    let server = TestServer::on_disk().await;
    let _alice = server.wire("alice", "a1").await;
    let mut wire = server.wire("bob", "b1").await;
    let text = json!({"userID": "alice", "type": "text", "payload": {"text": "x"}});
    let request = json!({"jsonrpc": "2.0", "id": 7, "method": "sendMessage", "params": text});
    // Each takes a commit, and they come faster than that.
    wire.flood(&request.to_string(), 20_000).await;
    assert_eq!(wire.close_code().await, 4001);
}

/// As many as 64 unanswered requests are answered.
#[tokio::test]
async fn requests_may_be_sent_before_earlier_ones_are_answered() {
    let server = TestServer::start().await;
    let mut wire = server.wire("bob", "b1").await;
    let mut ids = Vec::new();
    for _ in 0..64 {
        ids.push(wire.send("getConversationList", json!({})).await);
    }
    for id in ids {
        wire.reply(id).await.unwrap();
    }
}

/// 4004: a peer that is silent, even when pinged.
#[tokio::test]
async fn a_silent_connection_is_closed() {
    let server = TestServer::with(|tuning| {
        tuning.ping_every = Duration::from_millis(300);
        tuning.silent_after = Duration::from_millis(900);
    })
    .await;
    let mut alice = server.wire("alice", "a1").await;
    let mut bob = server.wire("bob", "b1").await;
    let params = json!({"userIDList": ["bob"]});
    alice.ask("subscribeUserStatus", params).await;
    // Bob's side answers pings only while it reads, which it does not.
    let heard = alice.event("userStatusChanged").await;
    assert_eq!(heard, json!({"userID": "bob", "status": "offline"}));
    assert_eq!(bob.close_code().await, 4004);
}

/// 4003: who reads too slowly is dropped, and nobody waits for him; what he missed is in the
/// snapshot of his next login.
#[tokio::test]
async fn who_reads_too_slowly_is_dropped() {
    let server = TestServer::with(|tuning| {
        tuning.rate_limits.others = bellhop_server::Rate {
            per_second: 100_000,
            burst: 100_000,
        };
    })
    .await;
    let mut alice = server.wire("alice", "a1").await;
    let mut carol = server.wire("carol", "c1").await;
    let _slow = server.wire("bob", "b1").await;
    let params = json!({"userIDList": ["bob"]});
    carol.ask("subscribeUserStatus", params).await;
    let text = json!({"text": "x".repeat(12_000)});
    let params = json!({"userID": "bob", "type": "text", "payload": text});
    let mut sent = 0;
    while carol.unheard().await.is_empty() {
        for _ in 0..100 {
            alice.ask("sendMessage", params.clone()).await;
            sent += 1;
        }
        assert!(sent < 20_000, "the slow one is never dropped");
    }
    let heard = carol.event("userStatusChanged").await;
    assert_eq!(heard, json!({"userID": "bob", "status": "offline"}));
    let back = server.wire("bob", "b1").await;
    assert_eq!(back.snapshot["unreadTotal"], sent);
}

/// 4005: a server that goes down says so.
#[tokio::test]
async fn a_server_that_goes_down_says_so() {
    let server = TestServer::start().await;
    let mut stranger = Wire::open(&server.url()).await;
    stranger.refused("getConversationList", json!({})).await;
    let mut bob = server.wire("bob", "b1").await;
    let goodbyes = async {
        assert_eq!(bob.close_code().await, 4005);
        assert_eq!(stranger.close_code().await, 4005);
    };
    tokio::join!(server.shut_down(), goodbyes);
}

/// "Off loopback, the server refuses to listen without TLS".
#[tokio::test]
async fn a_server_does_not_speak_plain_text_to_other_machines() {
    let everywhere = "0.0.0.0:0".parse().unwrap();
    let started = Server::start(config(everywhere, Data::Memory)).await;
    let Err(refused) = started else {
        panic!("it listens");
    };
    let sentence = refused.to_string();
    assert!(sentence.contains("--insecure-plaintext"), "{sentence}");
}

/// "One endpoint": other paths, and other subprotocols, are no WebSocket.
#[tokio::test]
async fn there_is_nothing_at_other_addresses() {
    let server = TestServer::start().await;
    for path in ["/v1", "/v1/signaling/", "/v2/signaling", "/v1/admin"] {
        let Err(Error::Http(response)) = connect_async(format!("{}{path}", server.url())).await
        else {
            panic!("{path} is answered as a WebSocket");
        };
        assert_eq!(response.status(), 404, "{path}");
    }
}
