//! The callee accepts while the caller cancels.

use super::super::dice::Dice;
use super::super::phone::refused;
use super::{Story, Track, actions, race};
use crate::raw::refusal;
use crate::server::TestServer;

/// §2, §3, §4: one of both happens, and all are told the same, onlooking devices of both sides too.
#[tokio::test(flavor = "multi_thread")]
async fn of_an_accept_and_a_cancel_exactly_one_happens() {
    let outcomes = race(TestServer::start().await, 25, accept_against_cancel).await;
    let happened: Vec<&str> = outcomes.keys().map(String::as_str).collect();
    assert_eq!(
        happened,
        ["Accepted", "Cancelled"],
        "either happens sometimes"
    );
}

async fn accept_against_cancel(track: Track) -> Vec<String> {
    let mut a1 = track.alice("a1").await;
    let mut a2 = track.alice("a2").await;
    let mut b1 = track.bob("b1").await;
    let mut b2 = track.bob("b2").await;
    let ring = format!("ring by {}", track.alice);
    let over = format!("call ended by {}", track.alice);
    let (yes, no) = ("accepted on b1", "cancelled");
    let mut stories: [Story; 4] = Default::default();
    let mut outcomes = Vec::new();
    for &seed in &track.seeds {
        let mut dice = Dice::new(seed);
        let waits = [dice.hesitation(), dice.hesitation()];
        let id = a1.ring(&track.bob, 30).await;
        b1.hears(&id, &ring).await;
        let (accepted, cancelled) = tokio::join!(
            async {
                waits[0].pass().await;
                b1.client.accept(&id, "").await
            },
            async {
                waits[1].pass().await;
                a1.client.cancel(&id, "").await
            }
        );
        let told: [&[&str]; 4] = match (accepted, cancelled) {
            (Ok(_), Err(failure)) => {
                assert_eq!(refused(failure), refusal(8010, "accepted"), "seed {seed}");
                a1.hang_up(&id).await;
                b1.hears(&id, &over).await;
                [
                    &[yes],
                    &[&ring, yes, &over],
                    &[&ring, &over],
                    &[&ring, yes, &over],
                ]
            }
            (Err(failure), Ok(_)) => {
                assert_eq!(refused(failure), refusal(8010, "cancelled"), "seed {seed}");
                b1.hears(&id, no).await;
                [&[], &[&ring, no], &[&ring, no], &[&ring, no]]
            }
            (accepted, cancelled) => panic!("seed {seed}: {accepted:?} and {cancelled:?}"),
        };
        let standing = a1.standing(&id).await;
        assert_eq!(b2.standing(&id).await, standing, "seed {seed}");
        outcomes.push(format!("{:?}", standing.1));
        for (story, told) in stories.iter_mut().zip(told) {
            story.add(&id, told);
        }
    }
    for (phone, story) in [&mut a1, &mut a2, &mut b1, &mut b2]
        .into_iter()
        .zip(&stories)
    {
        story.is_what_was_told(phone).await;
        phone.is_idle();
    }
    let recorded = actions(&a2, &track.bob).await;
    assert_eq!(actions(&b2, &track.alice).await, recorded);
    let ends: usize = [2, 3].iter().filter_map(|it| recorded.get(it)).sum();
    assert_eq!((recorded[&1], ends), (track.seeds.len(), track.seeds.len()));
    outcomes
}
