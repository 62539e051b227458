//! The server goes down and comes back on the same data, in order: what rang rings on, what ended
//! meanwhile ended once (SIGNALING §5).

use std::time::Duration;

use bellhop_client::protocol::invitation::{InvitationState, InviteeState};
use bellhop_client::protocol::{InviteId, MessageType};
use bellhop_client::{ClientEvent, Ring};
use futures_util::FutureExt;
use serde_json::json;

use super::phone::{Phone, inviting};
use crate::lasting::LastingServer;

async fn pair(server: &LastingServer) -> (Phone, Phone) {
    let url = server.url();
    (
        Phone::connect(&url, "alice", "a1").await,
        Phone::connect(&url, "bob", "b1").await,
    )
}

/// Waits until the ring's deadline has passed on this phone's clock.
pub(super) async fn overdue(phone: &mut Phone, id: &InviteId) {
    phone
        .until("the deadline", |event| {
            matches!(event, ClientEvent::RingOverdue(of) if of == id).then_some(())
        })
        .await;
}

/// §5, "Server restart" and "Reconnect": a ring goes on with its remaining time, is told to nobody
/// again, and can be answered.
#[tokio::test]
async fn a_ring_goes_on_after_a_restart() {
    let mut server = LastingServer::start().await;
    let (mut alice, mut bob) = pair(&server).await;
    let id = alice.ring("bob", 25).await;
    bob.hears(&id, "ring by alice").await;
    let before = bob.client.view().invitations[0].deadline.unwrap();

    server.shut_down().await;
    for phone in [&mut alice, &mut bob] {
        phone.offline().await;
    }
    server.start_again().await;
    for phone in [&mut alice, &mut bob] {
        phone.online().await;
    }
    let ring = bob.client.view().invitations[0].clone();
    assert_eq!(ring.ring, Ring::Sounds);
    let after = ring.deadline.unwrap();
    let moved = before.since(after).max(after.since(before));
    assert!(
        moved < Duration::from_secs(2),
        "the deadline moved by {moved:?}"
    );

    bob.client.accept(&id, "").await.unwrap();
    alice.hears(&id, "accepted on b1").await;
    assert_eq!(alice.heard(&id).await, ["accepted on b1"]);
    assert_eq!(bob.heard(&id).await, ["ring by alice"]);
    assert_eq!(alice.recorded("bob", &id).await, [1, 3]);
}

/// §5, "Server restart": a deadline that passes while the server is down times out once, at start.
#[tokio::test]
async fn a_deadline_that_passed_meanwhile_times_out_once() {
    let mut server = LastingServer::start().await;
    let (mut alice, mut bob) = pair(&server).await;
    let id = alice.ring("bob", 1).await;
    bob.hears(&id, "ring by alice").await;
    server.shut_down().await;
    overdue(&mut bob, &id).await;
    assert_eq!(bob.client.view().invitations[0].ring, Ring::Overdue);
    server.start_again().await;
    alice.hears(&id, "timed out").await;
    bob.hears(&id, "timed out for me").await;

    server.shut_down().await;
    for phone in [&mut alice, &mut bob] {
        phone.offline().await;
    }
    server.start_again().await;
    for phone in [&mut alice, &mut bob] {
        phone.online().await;
    }
    assert_eq!(alice.heard(&id).await, ["timed out"]);
    assert_eq!(bob.heard(&id).await, ["ring by alice", "timed out for me"]);
    for (phone, other) in [(&alice, "bob"), (&bob, "alice")] {
        let timed_out = (InvitationState::Ended, InviteeState::TimedOut);
        assert_eq!(phone.standing(&id).await, timed_out);
        assert_eq!(phone.recorded(other, &id).await, [1, 5]);
        phone.is_idle();
    }
}

/// §5, "Inviter vanishes": absence begins anew when a server starts.
#[tokio::test]
async fn an_inviter_who_does_not_come_back_ends_his_ring() {
    let mut server = LastingServer::start().await;
    server.tuning.grace = Duration::from_secs(1);
    let (alice, mut bob) = pair(&server).await;
    let id = alice.ring("bob", 30).await;
    bob.hears(&id, "ring by alice").await;
    server.shut_down().await;
    alice.close().await;
    server.start_again().await;
    bob.hears(&id, "cancelled inviterOffline").await;
    let told = bob.heard(&id).await;
    assert_eq!(told, ["ring by alice", "cancelled inviterOffline"]);
    bob.is_idle();
}

/// §5, §8: a call goes on when its parties come back.
#[tokio::test]
async fn a_call_goes_on_after_a_restart() {
    let mut server = LastingServer::start().await;
    let (mut alice, mut bob) = pair(&server).await;
    let id = alice.ring("bob", 30).await;
    bob.hears(&id, "ring by alice").await;
    bob.client.accept(&id, "").await.unwrap();
    alice.hears(&id, "accepted on b1").await;
    server.shut_down().await;
    for phone in [&mut alice, &mut bob] {
        phone.offline().await;
    }
    server.start_again().await;
    for phone in [&mut alice, &mut bob] {
        phone.online().await;
        assert_eq!(phone.client.view().calls.len(), 1);
    }
    assert_eq!(bob.call(&id).await.unwrap().parties.len(), 2);
    alice.hang_up(&id).await;
    bob.hears(&id, "call ended by alice").await;
    assert_eq!(alice.heard(&id).await, ["accepted on b1"]);
    assert_eq!(
        bob.heard(&id).await,
        ["ring by alice", "call ended by alice"]
    );
}

/// §5, "Reconnect": what is asked while the server is down is asked again when it is back.
#[tokio::test]
async fn what_was_asked_meanwhile_is_carried_out_once() {
    let mut server = LastingServer::start().await;
    let (mut alice, mut bob) = pair(&server).await;
    let id = alice.ring("bob", 25).await;
    bob.hears(&id, "ring by alice").await;
    server.shut_down().await;
    bob.offline().await;
    let accepted = bob.client.accept(&id, "");
    let text = json!({"text": "in a minute"});
    let alice_id = "alice".parse().unwrap();
    let sent = bob
        .client
        .send_message(&alice_id, MessageType::Text, text.clone());
    server.start_again().await;
    accepted.await.unwrap();
    let sent = sent.await.unwrap().message;
    alice.hears(&id, "accepted on b1").await;
    assert_eq!(alice.heard(&id).await, ["accepted on b1"]);
    assert_eq!(alice.recorded("bob", &id).await, [1, 3]);
    let written = alice.messages("bob").await;
    let same: Vec<_> = written.iter().filter(|it| it.payload == text).collect();
    assert_eq!(same.len(), 1);
    assert_eq!(
        (same[0].seq, &same[0].message_id),
        (sent.seq, &sent.message_id)
    );
}

/// §2: the native-style `invite` has its name at once, and its outcome when the server has said so.
#[tokio::test]
async fn an_invite_has_its_name_at_once_and_its_outcome_later() {
    let mut server = LastingServer::start().await;
    let (mut alice, mut bob) = pair(&server).await;
    server.shut_down().await;
    alice.offline().await;
    let (id, mut outcome) = alice.client.invite(inviting("bob", 25));
    assert_eq!(id.as_str().len(), 36, "a UUID: {id}");
    assert!(
        (&mut outcome).now_or_never().is_none(),
        "nobody has answered"
    );
    server.start_again().await;
    assert_eq!(outcome.await.unwrap().invite_id, id);
    bob.hears(&id, "ring by alice").await;
}

/// A server that was shut down leaves its folder to the next, also while this process starts others:
/// each of those holds all open files for a moment.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_shut_down_holds_nothing() {
    let (going_on, others) = std::sync::mpsc::channel::<()>();
    let starts_others = std::thread::spawn(move || {
        while others.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
            let status = std::process::Command::new("true").status();
            assert!(status.unwrap().success());
        }
    });
    let mut server = LastingServer::start().await;
    for _ in 0..25 {
        server.shut_down().await;
        server.start_again().await;
    }
    drop(going_on);
    starts_others.join().unwrap();
}
