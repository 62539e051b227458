//! `kill -9` of the real program in mid-ring: after the restart the ring ends once, at its deadline,
//! on both sides, and nothing that was acknowledged is lost (ARCHITECTURE "Tests, by layer").

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use bellhop_client::Ring;
use bellhop_client::protocol::invitation::{InvitationState, InviteeState};
use bellhop_client::protocol::signaling::signaling_info;
use bellhop_client::protocol::{InviteId, MessageType};
use serde_json::json;
use tokio::task::JoinSet;

use super::phone::{Phone, inviting, new_ring};
use super::restart::overdue;
use crate::lasting::Program;

/// How many calls are in flight when the server is killed.
const CALLS: usize = 60;
/// And how many messages.
const TEXTS: usize = 100;

async fn pair(program: &Program) -> (Phone, Phone) {
    let url = program.url();
    (
        Phone::connect(&url, "alice", "a1").await,
        Phone::connect(&url, "bob", "b1").await,
    )
}

async fn timed_out_once(alice: &mut Phone, bob: &mut Phone, id: &InviteId) {
    assert_eq!(alice.heard(id).await, ["timed out"]);
    assert_eq!(bob.heard(id).await, ["ring by alice", "timed out for me"]);
    for (phone, other) in [(alice, "bob"), (bob, "alice")] {
        let timed_out = (InvitationState::Ended, InviteeState::TimedOut);
        assert_eq!(phone.standing(id).await, timed_out);
        assert_eq!(phone.recorded(other, id).await, [1, 5]);
        phone.is_idle();
    }
}

/// §5, "Server restart": killed and started at once, the ring goes on to its own deadline.
#[tokio::test]
async fn a_ring_ends_at_its_deadline_although_the_server_was_killed() {
    let mut program = Program::start().await;
    let (mut alice, mut bob) = pair(&program).await;
    let began = Instant::now();
    let id = alice.ring("bob", 8).await;
    bob.hears(&id, "ring by alice").await;
    program.kill();
    for phone in [&mut alice, &mut bob] {
        phone.offline().await;
    }
    program.start_again().await;
    for phone in [&mut alice, &mut bob] {
        phone.online().await;
    }
    assert_eq!(bob.client.view().invitations[0].ring, Ring::Sounds);
    alice.hears(&id, "timed out").await;
    bob.hears(&id, "timed out for me").await;
    let rang = began.elapsed();
    assert!(rang >= Duration::from_millis(7_950), "too early: {rang:?}");
    assert!(rang < Duration::from_secs(12), "too late: {rang:?}");
    timed_out_once(&mut alice, &mut bob, &id).await;
}

/// §5, "Server restart": killed until after the deadline, it times out once, at start.
#[tokio::test]
async fn a_ring_ends_once_although_the_server_was_killed_until_after_its_deadline() {
    let mut program = Program::start().await;
    let (mut alice, mut bob) = pair(&program).await;
    let id = alice.ring("bob", 1).await;
    bob.hears(&id, "ring by alice").await;
    program.kill();
    overdue(&mut bob, &id).await;
    program.start_again().await;
    alice.hears(&id, "timed out").await;
    bob.hears(&id, "timed out for me").await;
    program.kill();
    for phone in [&mut alice, &mut bob] {
        phone.offline().await;
    }
    program.start_again().await;
    for phone in [&mut alice, &mut bob] {
        phone.online().await;
    }
    timed_out_once(&mut alice, &mut bob, &id).await;
}

/// §4, ARCHITECTURE: what was acknowledged survives, and what was not is carried out once when the
/// SDK repeats it: invites, accepts and messages in full flight.
#[tokio::test]
async fn nothing_acknowledged_is_lost_and_nothing_is_done_twice() {
    let mut program = Program::start().await;
    let (mut alice, mut bob) = pair(&program).await;
    let invites: Vec<_> = (0..CALLS)
        .map(|_| alice.client.invite(inviting("bob", 60)).1)
        .collect();
    let mut texts = JoinSet::new();
    for number in 0..TEXTS {
        let writer = alice.client.clone();
        texts.spawn(async move {
            let text = number.to_string();
            let payload = json!({"text": text});
            let to = "bob".parse().unwrap();
            let sent = writer.send_message(&to, MessageType::Text, payload);
            (text, sent.await.unwrap().message)
        });
    }
    let mut answers = JoinSet::new();
    let mut sent = BTreeMap::new();
    let mut accepted = BTreeSet::new();
    let (mut rang, mut was_killed) = (0, false);
    while accepted.len() < CALLS || sent.len() < TEXTS {
        tokio::select! {
            id = bob.until("a ring", new_ring), if rang < CALLS => {
                rang += 1;
                let callee = bob.client.clone();
                answers.spawn(async move {
                    callee.accept(&id, "").await.unwrap();
                    id
                });
            }
            Some(text) = texts.join_next() => sent.extend([text.unwrap()]),
            Some(id) = answers.join_next() => assert!(accepted.insert(id.unwrap())),
        }
        if !was_killed && accepted.len() >= 5 && sent.len() >= 5 {
            program.kill();
            program.start_again().await;
            was_killed = true;
        }
    }
    for invite in invites {
        invite.await.unwrap();
    }
    let mut written = BTreeMap::new();
    let mut recorded: BTreeMap<InviteId, Vec<u8>> = BTreeMap::new();
    for message in bob.messages("alice").await {
        if let Some(info) = signaling_info(&message) {
            let actions = recorded.entry(info.invite_id).or_default();
            actions.insert(0, info.action_type.into());
            continue;
        }
        let text = message.payload["text"].as_str().unwrap().to_owned();
        let place = (message.seq, message.message_id);
        assert_eq!(written.insert(text.clone(), place), None, "{text} twice");
    }
    let told = sent
        .into_iter()
        .map(|(text, it)| (text, (it.seq, it.message_id)));
    assert_eq!(written, told.collect(), "each as it was acknowledged");
    assert_eq!(recorded.len(), accepted.len());
    for phone in [&mut alice, &mut bob] {
        phone.catch_up().await;
    }
    for id in &accepted {
        let in_call = (InvitationState::InCall, InviteeState::Accepted);
        assert_eq!(alice.standing(id).await, in_call);
        assert_eq!(recorded[id], [1, 3]);
        assert_eq!(alice.heard_so_far(id), ["accepted on b1"]);
        assert_eq!(bob.heard_so_far(id), ["ring by alice"]);
    }
}
