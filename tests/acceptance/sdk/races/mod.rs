//! Who is first, a thousand times over: never two winners, and all sides agree.
//!
//! Many pairs race at once on one server; each seed is one call with hesitations of its own.

mod cancel;
mod deadline;
mod devices;

use std::collections::BTreeMap;

use bellhop_client::protocol::InviteId;
use tokio::task::JoinSet;

use super::phone::Phone;
use crate::server::TestServer;

/// How many calls each race is run with.
const SEEDS: u64 = 1000;

/// Where a pair of users races, and over which seeds.
struct Track {
    url: String,
    alice: String,
    bob: String,
    seeds: Vec<u64>,
}

impl Track {
    async fn alice(&self, device: &str) -> Phone {
        Phone::connect(&self.url, &self.alice, device).await
    }

    async fn bob(&self, device: &str) -> Phone {
        Phone::connect(&self.url, &self.bob, device).await
    }
}

/// Runs every seed once, on so many pairs of users side by side; tells how often each outcome was.
async fn race<F>(
    server: TestServer,
    pairs: u64,
    each: impl Fn(Track) -> F,
) -> BTreeMap<String, usize>
where
    F: Future<Output = Vec<String>> + Send + 'static,
{
    let mut racing = JoinSet::new();
    for pair in 0..pairs {
        racing.spawn(each(Track {
            url: server.url(),
            alice: format!("alice-{pair}"),
            bob: format!("bob-{pair}"),
            seeds: (0..SEEDS).filter(|seed| seed % pairs == pair).collect(),
        }));
    }
    let mut outcomes = BTreeMap::new();
    while let Some(raced) = racing.join_next().await {
        for outcome in raced.unwrap() {
            *outcomes.entry(outcome).or_default() += 1;
        }
    }
    assert_eq!(outcomes.values().sum::<usize>() as u64, SEEDS);
    outcomes
}

/// What a device must have been told, call by call, in order.
#[derive(Default)]
struct Story(Vec<(InviteId, Vec<String>)>);

impl Story {
    fn add(&mut self, id: &InviteId, told: &[&str]) {
        let told = told.iter().map(|word| (*word).to_owned()).collect();
        self.0.push((id.clone(), told));
    }

    /// Checks that the device was told exactly this.
    async fn is_what_was_told(&self, phone: &mut Phone) {
        phone.catch_up().await;
        for (id, told) in &self.0 {
            assert_eq!(
                phone.heard_so_far(id),
                *told,
                "{id}; lost: {:?}",
                phone.lost
            );
        }
    }
}

/// How often the conversation with this user records each signaling action.
async fn actions(phone: &Phone, with: &str) -> BTreeMap<u8, usize> {
    use bellhop_client::protocol::signaling::signaling_info;

    let mut actions = BTreeMap::new();
    for message in phone.messages(with).await {
        let info = signaling_info(&message).expect("these users write no messages");
        *actions.entry(info.action_type.into()).or_default() += 1;
    }
    actions
}
