//! The callee accepts at the very deadline.

use std::time::{Duration, Instant};

use bellhop_client::Client;
use bellhop_client::protocol::InviteId;
use bellhop_client::protocol::invitation::{InvitationState, InviteeState};
use tokio::task::JoinSet;

use super::super::dice::Dice;
use super::super::phone::{Refused, inviting, refused};
use super::{Story, Track, actions, race};
use crate::raw::refusal;
use crate::server::TestServer;

/// §2, §4: it is accepted or timed out, never both and never too early, and both sides are told the
/// same.
#[tokio::test(flavor = "multi_thread")]
async fn of_an_accept_and_the_deadline_exactly_one_happens() {
    let outcomes = race(TestServer::on_disk().await, 20, accept_at_the_deadline).await;
    let expected = |it: &String| it == "Accepted" || it == "TimedOut";
    assert!(outcomes.keys().all(expected), "{outcomes:?}");
}

/// A call that was accepted about when its time was up.
struct Close {
    id: InviteId,
    began: Instant,
    refused: Option<Refused>,
}

/// Rings for a second, and accepts on the other side when that is over, more or less.
async fn call(caller: Client, callee: Client, bob: String, seed: u64) -> Close {
    let mut dice = Dice::new(seed);
    let began = Instant::now();
    let (id, outcome) = caller.invite(inviting(&bob, 1));
    outcome.await.unwrap();
    // Half of them within 10 ms of the deadline, the others from 200 ms before to 50 ms after it.
    let micros = match dice.below(2) {
        0 => 990_000 + dice.below(20_000),
        _ => 800_000 + dice.below(250_000),
    };
    tokio::time::sleep_until((began + Duration::from_micros(micros)).into()).await;
    let accepted = callee.accept(&id, "").await;
    Close {
        id,
        began,
        refused: accepted.err().map(refused),
    }
}

async fn accept_at_the_deadline(track: Track) -> Vec<String> {
    let mut a1 = track.alice("a1").await;
    let mut b1 = track.bob("b1").await;
    let mut calls = JoinSet::new();
    for &seed in &track.seeds {
        let (caller, callee) = (a1.client.clone(), b1.client.clone());
        calls.spawn(call(caller, callee, track.bob.clone(), seed));
    }
    let ring = format!("ring by {}", track.alice);
    let mut outcomes = Vec::new();
    let mut stories: [Story; 2] = Default::default();
    while let Some(call) = calls.join_next().await {
        let Close { id, began, refused } = call.unwrap();
        let (standing, of_alice) = match &refused {
            None => {
                let accepted = (InvitationState::InCall, InviteeState::Accepted);
                (accepted, "accepted on b1")
            }
            Some(told) => {
                assert_eq!(*told, refusal(8010, "timedOut"), "{id}");
                assert!(began.elapsed() >= Duration::from_millis(999), "too early");
                let timed_out = (InvitationState::Ended, InviteeState::TimedOut);
                (timed_out, "timed out")
            }
        };
        a1.hears(&id, of_alice).await;
        stories[0].add(&id, &[of_alice]);
        let end = refused.map(|_| "timed out for me");
        if let Some(end) = end {
            b1.hears(&id, end).await;
        }
        let of_bob: Vec<&str> = std::iter::once(ring.as_str()).chain(end).collect();
        stories[1].add(&id, &of_bob);
        for phone in [&a1, &b1] {
            assert_eq!(phone.standing(&id).await, standing, "{id}");
        }
        outcomes.push(format!("{:?}", standing.1));
    }
    for (phone, story) in [&mut a1, &mut b1].into_iter().zip(&stories) {
        story.is_what_was_told(phone).await;
    }
    let recorded = actions(&a1, &track.bob).await;
    assert_eq!(actions(&b1, &track.alice).await, recorded);
    for (action, outcome) in [(3, "Accepted"), (5, "TimedOut")] {
        let count = outcomes.iter().filter(|it| *it == outcome).count();
        assert_eq!(
            recorded.get(&action).copied().unwrap_or(0),
            count,
            "{outcome}"
        );
    }
    outcomes
}
