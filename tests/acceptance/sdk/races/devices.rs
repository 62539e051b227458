//! Two devices of the callee answer at once.

use bellhop_client::protocol::{Failure, InviteId};

use super::super::dice::{Dice, Hesitation};
use super::super::phone::{Phone, refused};
use super::{Story, Track, actions, race};
use crate::raw::refusal;
use crate::server::TestServer;

/// §2, §3, §4: exactly one device wins; the other is told `acceptedElsewhere` or
/// `rejectedElsewhere`; the caller hears of the winner alone, and all of the same end.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_devices_that_answer_at_once_exactly_one_wins() {
    let outcomes = race(TestServer::on_disk().await, 25, answer_at_once).await;
    let devices = |word: &str| outcomes.keys().filter(|it| it.starts_with(word)).count();
    assert_eq!(
        (devices("accepted"), devices("rejected")),
        (2, 2),
        "either device wins sometimes, in either way: {outcomes:?}"
    );
}

/// What a device does when it rings.
struct Plan {
    waits: Hesitation,
    accepts: bool,
}

impl Plan {
    fn draw(dice: &mut Dice) -> Self {
        Self {
            waits: dice.hesitation(),
            accepts: dice.below(4) > 0,
        }
    }

    async fn carry_out(&self, phone: &mut Phone, id: &InviteId, ring: &str) -> Option<Failure> {
        phone.hears(id, ring).await;
        self.waits.pass().await;
        let answer = if self.accepts {
            phone.client.accept(id, "")
        } else {
            phone.client.reject(id, "", None)
        };
        answer.await.err()
    }
}

async fn answer_at_once(track: Track) -> Vec<String> {
    let mut a1 = track.alice("a1").await;
    let mut b1 = track.bob("b1").await;
    let mut b2 = track.bob("b2").await;
    let ring = format!("ring by {}", track.alice);
    let mut stories: [Story; 3] = Default::default();
    let mut outcomes = Vec::new();
    for &seed in &track.seeds {
        let mut dice = Dice::new(seed);
        let plans = [Plan::draw(&mut dice), Plan::draw(&mut dice)];
        let id = a1.ring(&track.bob, 30).await;
        let (first, second) = tokio::join!(
            plans[0].carry_out(&mut b1, &id, &ring),
            plans[1].carry_out(&mut b2, &id, &ring),
        );
        let winner = winner(seed, &plans, [first, second]);
        let device = ["b1", "b2"][winner];
        let word = plans[winner].word();
        let answered = format!("{word} on {device}");
        a1.hears(&id, &answered).await;
        outcomes.push(answered.clone());
        let mut told = [vec![answered.as_str()], vec![&ring], vec![&ring]];
        told[2 - winner].push(&answered);
        let over;
        if plans[winner].accepts {
            let call = a1.call(&id).await.unwrap();
            assert_eq!(call.parties[1].device.as_str(), device, "seed {seed}");
            let hangs_up = usize::try_from(dice.below(3)).unwrap();
            [&a1, &b1, &b2][hangs_up].hang_up(&id).await;
            let by = [&track.alice, &track.bob, &track.bob][hangs_up];
            over = format!("call ended by {by}");
            for (number, phone) in [&mut a1, &mut b1, &mut b2].into_iter().enumerate() {
                if number != hangs_up {
                    phone.hears(&id, &over).await;
                    told[number].push(&over);
                }
            }
        }
        for (story, told) in stories.iter_mut().zip(&told) {
            story.add(&id, told);
        }
    }
    for (phone, story) in [&mut a1, &mut b1, &mut b2].into_iter().zip(&stories) {
        story.is_what_was_told(phone).await;
        phone.is_idle();
    }
    let recorded = actions(&a1, &track.bob).await;
    assert_eq!(actions(&b2, &track.alice).await, recorded);
    let answers: usize = [3, 4].iter().filter_map(|it| recorded.get(it)).sum();
    assert_eq!(
        (recorded[&1], answers),
        (track.seeds.len(), track.seeds.len())
    );
    outcomes
}

impl Plan {
    fn word(&self) -> &'static str {
        if self.accepts { "accepted" } else { "rejected" }
    }
}

/// The one device that was not refused; the other one must have been told so.
fn winner(seed: u64, plans: &[Plan; 2], failures: [Option<Failure>; 2]) -> usize {
    let winner = match &failures {
        [None, Some(_)] => 0,
        [Some(_), None] => 1,
        [None, None] => panic!("seed {seed}: both won"),
        [Some(first), Some(second)] => panic!("seed {seed}: {first} and {second}"),
    };
    let told = failures.into_iter().flatten().map(refused).next();
    let reason = format!("{}Elsewhere", plans[winner].word());
    assert_eq!(told, Some(refusal(8010, &reason)), "seed {seed}");
    winner
}
