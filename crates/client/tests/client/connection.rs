//! The client's connection over real sockets: what SIGNALING §4 and §5 promise the app.

use std::sync::atomic::{AtomicUsize, Ordering};

use bellhop_client::protocol::request::{Invite, Invited};
use bellhop_client::protocol::{Code, Event, Failure, Reason, rpc};
use bellhop_client::{Client, ClientEvent, Connection, Ring, UserSig};
use serde_json::json;
use tokio::io::AsyncReadExt;

use crate::peer::{Peer, cancelled, new, nothing, online, ring, soon, until_online, user};

#[tokio::test]
async fn tells_what_arrives_and_says_that_it_rings() {
    let peer = Peer::listen().await;
    let (client, mut events, mut line) = online(&peer).await;
    line.event(&new(&ring("a"))).await;
    assert_eq!(
        soon("the ring", events.next()).await,
        Some(ClientEvent::Signaling(new(&ring("a"))))
    );
    let view = client.view();
    assert_eq!(view.invitations[0].ring, Ring::Sounds);
    assert!(view.invitations[0].deadline > Some(client.now()));
    let receipt = line.request("ringing").await;
    assert_eq!(receipt.params, json!({"inviteID": "a"}));
}

/// The one who accepts learns the inviter's device from the server; a later reply proves it read.
#[tokio::test]
async fn the_view_knows_who_is_in_a_call_that_was_accepted_here() {
    let peer = Peer::listen().await;
    let (client, mut events, mut line) = online(&peer).await;
    line.event(&new(&ring("a"))).await;
    soon("the ring", events.next()).await;
    let outcome = client.accept(&"a".parse().unwrap(), "");
    let accept = line.serve_until("accept").await;
    line.reply(&accept, Ok(json!({"inviteID": "a"}))).await;
    soon("the outcome", outcome).await.unwrap();
    let asked = line.request("getCall").await;
    let parties = json!([
        {"userID": "ann", "deviceID": "pad", "platform": "web"},
        {"userID": "bob", "deviceID": "phone", "platform": "linux"},
    ]);
    let call = json!({
        "callID": "a", "groupID": "", "startedMsAgo": 5, "parties": parties, "invitations": ["a"],
    });
    line.reply(&asked, Ok(call)).await;
    let read = client.set_message_read(&"C2Cann".to_owned().try_into().unwrap());
    let asked = line.request("setMessageRead").await;
    line.reply(&asked, Ok(json!({}))).await;
    soon("the outcome", read).await.unwrap();
    let view = client.view();
    assert!(view.calls[0].here);
    assert_eq!(json!(view.calls[0].parties), parties);
}

/// The client takes every reply that a server may send.
#[tokio::test]
async fn takes_the_longest_reply() {
    let peer = Peer::listen().await;
    let (client, _events, mut line) = online(&peer).await;
    let read = client.set_message_read(&"C2Cann".to_owned().try_into().unwrap());
    let asked = line.request("setMessageRead").await;
    let id = asked.id.clone().unwrap();
    let room = rpc::MAX_REPLY - rpc::encode_reply(&id, &Ok(json!({"more": ""}))).len();
    line.reply(&asked, Ok(json!({"more": "x".repeat(room)})))
        .await;
    soon("the outcome", read).await.unwrap();
}

/// §4, §5: a request without a reply is repeated with the same ids, and has one outcome.
#[tokio::test]
async fn repeats_what_was_not_answered_on_the_next_connection() {
    let peer = Peer::listen().await;
    let (client, _events, mut line) = online(&peer).await;
    let (invite_id, outcome) = client.invite(Invite::to(user("ann")));
    let first = line.request("invite").await;
    drop(line);

    let mut line = peer.accept().await;
    let login = line.request("login").await;
    assert_eq!(
        login.params["knownInvitations"],
        json!([invite_id.as_str()])
    );
    line.reply(&login, Ok(serde_json::to_value(nothing()).unwrap()))
        .await;
    let again = line.request("invite").await;
    assert_eq!(again.params, first.params);
    let reply = json!({"inviteID": invite_id, "remainingMs": 30_000});
    line.reply(&again, Ok(reply)).await;
    let invited: Invited = soon("the outcome", outcome).await.unwrap();
    assert_eq!(invited.invite_id, invite_id);
}

#[tokio::test]
async fn what_is_asked_before_the_login_waits_for_it() {
    let peer = Peer::listen().await;
    let (client, _events) = Client::start(peer.config());
    let outcome = client.cancel(&"x".parse().unwrap(), "bye");
    let mut line = peer.log_in().await;
    let call = line.request("cancel").await;
    assert_eq!(call.params["data"], "bye");
    let refusal = Failure::new(Code::NotPending, Reason::Unknown, "Never heard of it.");
    line.reply(&call, Err(refusal.clone())).await;
    assert_eq!(soon("the refusal", outcome).await, Err(refusal));
}

/// §5: a ring that died while the connection was gone stops with its true reason.
#[tokio::test]
async fn hears_after_a_reconnect_what_ended_meanwhile() {
    let peer = Peer::listen().await;
    let (_client, mut events, mut line) = online(&peer).await;
    line.event(&new(&ring("a"))).await;
    soon("the ring", events.next()).await;
    drop(line);
    let mut snapshot = nothing();
    let mut ended = ring("a");
    ended.rev = 2;
    ended.state = serde_json::from_value(json!("ended")).unwrap();
    ended.invitees[0].state = serde_json::from_value(json!("cancelled")).unwrap();
    snapshot.ended.push(ended);
    let _line = peer.log_in_with(&snapshot).await;
    let lost = soon("the loss", events.next()).await.unwrap();
    assert!(matches!(
        lost,
        ClientEvent::Connection(Connection::Reconnecting { .. })
    ));
    assert_eq!(
        soon("the end", events.next()).await,
        Some(ClientEvent::Signaling(cancelled("a")))
    );
}

/// PROTOCOL, close code 4002.
#[tokio::test]
async fn stops_for_good_when_it_is_kicked() {
    let peer = Peer::listen().await;
    let (client, mut events, mut line) = online(&peer).await;
    let outcome = client.accept(&"x".parse().unwrap(), "");
    line.request("accept").await;
    line.close(4002).await;
    let failure = soon("the failure", outcome).await.unwrap_err();
    assert_eq!(failure.code, Code::Kicked);
    assert_eq!(
        soon("the stop", events.next()).await,
        Some(ClientEvent::Connection(Connection::Stopped(failure)))
    );
    assert_eq!(soon("the end", events.next()).await, None);
    let late = soon("the refusal", client.conversation_list()).await;
    assert_eq!(late.unwrap_err().code, Code::NotLoggedIn);
}

/// PROTOCOL, 70001: the source of signatures is asked again.
#[tokio::test]
async fn asks_for_another_signature_when_one_has_expired() {
    let peer = Peer::listen().await;
    let mut config = peer.config();
    let asked = AtomicUsize::new(0);
    config.user_sig = UserSig::renewed(move || {
        let number = asked.fetch_add(1, Ordering::Relaxed);
        std::future::ready(Ok(format!("sig{number}")))
    });
    let (_client, mut events) = Client::start(config);
    let line = peer.log_in().await;
    until_online(&mut events).await;
    line.close(4006).await;
    assert_eq!(
        soon("the question", events.next()).await,
        Some(ClientEvent::Connection(Connection::SignatureExpired))
    );
    let mut line = peer.accept().await;
    let login = line.request("login").await;
    assert_eq!(login.params["userSig"], "sig1");
}

#[tokio::test]
async fn a_fixed_signature_that_has_expired_stops_it() {
    let peer = Peer::listen().await;
    let (_client, mut events, line) = online(&peer).await;
    line.close(4006).await;
    soon("the question", events.next()).await;
    let stopped = soon("the stop", events.next()).await.unwrap();
    let ClientEvent::Connection(Connection::Stopped(failure)) = stopped else {
        panic!("{stopped:?}");
    };
    assert_eq!(failure.code, Code::SignatureExpiredAtClient);
}

/// An app that does not take its events holds the server back, and misses nothing.
#[tokio::test]
async fn a_slow_app_gets_every_event_in_order() {
    let peer = Peer::listen().await;
    let (_client, mut events, mut line) = online(&peer).await;
    let count = 5_000;
    let message = |n: u64| -> Event {
        serde_json::from_value(json!({"method": "messageReceived", "params": {
            "messageID": format!("m{n}"), "conversationID": "C2Cann", "seq": n, "from": "ann",
            "timeMs": 5, "type": "text", "payload": {"text": "x".repeat(1_000)},
        }}))
        .unwrap()
    };
    let server = tokio::spawn(async move {
        for n in 0..count {
            line.event(&message(n)).await;
        }
        line
    });
    for n in 0..count {
        let event = soon("a message", events.next()).await;
        assert_eq!(event, Some(ClientEvent::Signaling(message(n))));
    }
    server.await.unwrap();
}

#[tokio::test]
async fn a_close_ends_the_events_and_what_is_under_way() {
    let peer = Peer::listen().await;
    let (client, mut events, mut line) = online(&peer).await;
    let outcome = client.conversation_list();
    line.request("getConversationList").await;
    soon("the close", client.close()).await;
    let failure = soon("the failure", outcome).await.unwrap_err();
    assert_eq!(failure.code, Code::NotLoggedIn);
    assert_eq!(
        soon("the stop", events.next()).await,
        Some(ClientEvent::Connection(Connection::Stopped(failure)))
    );
    assert_eq!(soon("the end", events.next()).await, None);
    assert!(line.any_request().await.is_none());
}

#[tokio::test]
async fn the_connection_ends_with_the_last_handle() {
    let peer = Peer::listen().await;
    let (client, _events, mut line) = online(&peer).await;
    drop(client);
    assert!(line.any_request().await.is_none());
}

#[tokio::test]
async fn says_why_a_server_cannot_be_reached() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let mut config = Peer::listen().await.config();
    config.url = format!("ws://{address}").parse().unwrap();
    let (_client, mut events) = Client::start(config);
    soon("the attempt", events.next()).await;
    let event = soon("the failure", events.next()).await.unwrap();
    let ClientEvent::Connection(Connection::Reconnecting { failure, .. }) = event else {
        panic!("{event:?}");
    };
    assert_eq!(failure.code, Code::NoNetwork);
    assert!(failure.message.contains("refused"), "{failure}");
}

/// A `wss://` address is TLS from the first byte.
#[tokio::test]
async fn speaks_tls_where_the_address_says_so() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut config = Peer::listen().await.config();
    let address = listener.local_addr().unwrap();
    config.url = format!("wss://{address}").parse().unwrap();
    let (_client, _events) = Client::start(config);
    let (mut stream, _) = soon("a connection", listener.accept()).await.unwrap();
    let mut first = [0; 2];
    soon("a first byte", stream.read_exact(&mut first))
        .await
        .unwrap();
    assert_eq!(first, [0x16, 0x03], "a TLS handshake record");
}
