//! The callee accepts at the very deadline.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bellhop_client::protocol::InviteId;
use bellhop_client::protocol::invitation::{InvitationState, InviteeState};
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::super::dice::Dice;
use super::super::phone::{Phone, Refused, inviting, new_ring, refused};
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

/// How many calls of a pair ring at the same time.
const AT_ONCE: usize = 10;

/// A call that was accepted about when its time was up.
struct Close {
    id: InviteId,
    began: Instant,
    refused: Option<Refused>,
}

async fn accept_at_the_deadline(track: Track) -> Vec<String> {
    let mut a1 = track.alice("a1").await;
    let mut b1 = track.bob("b1").await;
    let ring = format!("ring by {}", track.alice);
    let mut outcomes = Vec::new();
    let mut stories: [Story; 2] = Default::default();
    for seeds in track.seeds.chunks(AT_ONCE) {
        for close in close_calls(&a1, &mut b1, &track, seeds).await {
            let (standing, of_alice, of_bob) = expected(&close);
            let id = &close.id;
            a1.hears(id, of_alice).await;
            let mut told = vec![ring.as_str()];
            if let Some(end) = of_bob {
                b1.hears(id, end).await;
                told.push(end);
            }
            stories[0].add(id, &[of_alice]);
            stories[1].add(id, &told);
            for phone in [&a1, &b1] {
                assert_eq!(phone.standing(id).await, standing, "{id}");
            }
            outcomes.push(format!("{:?}", standing.1));
        }
    }
    for (phone, story) in [&mut a1, &mut b1].into_iter().zip(&stories) {
        story.is_what_was_told(phone).await;
    }
    let recorded = actions(&a1, &track.bob).await;
    assert_eq!(actions(&b1, &track.alice).await, recorded);
    for (action, outcome) in [(3, "Accepted"), (5, "TimedOut")] {
        let count = outcomes.iter().filter(|it| *it == outcome).count();
        let recorded = recorded.get(&action).copied().unwrap_or(0);
        assert_eq!(recorded, count, "{outcome}");
    }
    outcomes
}

/// Rings for a second, once for each seed, and accepts when that is over, more or less.
async fn close_calls(a1: &Phone, b1: &mut Phone, track: &Track, seeds: &[u64]) -> Vec<Close> {
    let mut ringing = BTreeMap::new();
    let mut invites = Vec::new();
    for &seed in seeds {
        let began = Instant::now();
        let (id, outcome) = a1.client.invite(inviting(&track.bob, 1));
        ringing.insert(id, (began, Dice::new(seed)));
        invites.push(outcome);
    }
    let mut answers = JoinSet::new();
    while let Some(entry) = ringing.first_key_value() {
        let awaited = format!("ring {}", entry.0);
        let id = b1.until(&awaited, new_ring).await;
        let (began, mut dice) = ringing.remove(&id).expect("it rings once");
        // Half of them within 10 ms of the deadline, the others 200 ms before to 50 ms after it.
        let micros = match dice.below(2) {
            0 => 990_000 + dice.below(20_000),
            _ => 800_000 + dice.below(250_000),
        };
        let client = b1.client.clone();
        answers.spawn(async move {
            sleep_until((began + Duration::from_micros(micros)).into()).await;
            let accepted = client.accept(&id, "").await;
            let refused = accepted.err().map(refused);
            Close { id, began, refused }
        });
    }
    for invite in invites {
        invite.await.unwrap();
    }
    answers.join_all().await
}

/// How a call must have ended by what the callee was told, and what both sides hear of it.
fn expected(
    call: &Close,
) -> (
    (InvitationState, InviteeState),
    &'static str,
    Option<&'static str>,
) {
    let Some(told) = &call.refused else {
        let accepted = (InvitationState::InCall, InviteeState::Accepted);
        return (accepted, "accepted on b1", None);
    };
    assert_eq!(*told, refusal(8010, "timedOut"), "{}", call.id);
    let rang = call.began.elapsed();
    assert!(rang >= Duration::from_millis(999), "too early: {rang:?}");
    let timed_out = (InvitationState::Ended, InviteeState::TimedOut);
    (timed_out, "timed out", Some("timed out for me"))
}
