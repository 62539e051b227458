//! Random lives of a phone against a model of a server: what must hold whatever happens (SIGNALING
//! §3, §5).

mod server;
mod told;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::placing::Placement;
use super::*;
use server::Server;
use told::Told;
use world::{Mood, World};

/// What happens in the world.
#[derive(Clone, Debug)]
enum Step {
    /// Somebody is invited: Bob, Bob and Cat, Ann by Bob's desk, or others in a group.
    Invite(u8),
    /// The next pending invitee of an invitation answers elsewhere, or all are cancelled or time out.
    End(usize, u8),
    /// The inviter changes the data.
    Modify(usize),
    /// A call is over.
    HangUp(usize),
    /// Bob leaves the group, or comes back.
    Move,
    /// Something that the server has sent arrives, not always the oldest.
    Deliver(usize),
    /// An event arrives again.
    Repeat(usize),
    /// Bob answers on this phone.
    Answer(usize, bool),
    /// Bob invites on this phone: Ann, or Cat and Ann in the group.
    Place(bool),
    /// Bob cancels an invitation of his on this phone, or changes its data.
    Change(usize, bool),
    /// The server gets to the oldest request.
    Serve(Mood),
    /// The server carries out what came over a connection that is no more.
    Land,
    Lose,
    Return,
    Wait(u64),
    Sleep,
}

fn step() -> impl Strategy<Value = Step> {
    let mood = prop_oneof![
        4 => Just(Mood::Good), 1 => Just(Mood::Weak), 1 => Just(Mood::Confused),
    ];
    prop_oneof![
        3 => prop_oneof![Just(1), 0u8..4].prop_map(Step::Invite),
        5 => (0usize..4, 0u8..4).prop_map(|(which, how)| Step::End(which, how)),
        1 => (0usize..4).prop_map(Step::Modify),
        1 => (0usize..4).prop_map(Step::HangUp),
        1 => Just(Step::Move),
        8 => prop_oneof![8 => Just(0), 1 => 0usize..4].prop_map(Step::Deliver),
        1 => prop::option::weighted(0.3, 0usize..16)
            .prop_map(|which| which.map_or(Step::Serve(Mood::Good), Step::Repeat)),
        2 => (0usize..8, any::<bool>()).prop_map(|(which, yes)| Step::Answer(which, yes)),
        2 => any::<bool>().prop_map(Step::Place),
        2 => (0usize..8, any::<bool>()).prop_map(|(which, no)| Step::Change(which, no)),
        6 => mood.prop_map(Step::Serve),
        1 => Just(Step::Land),
        2 => Just(Step::Lose),
        4 => Just(Step::Return),
        1 => prop_oneof![1u64..2_000, 10_000u64..50_000].prop_map(Step::Wait),
        1 => Just(Step::Sleep),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    /// Each end is told exactly once, in the order of revisions, and nothing rings after it.
    #[test]
    fn every_end_is_told_once_whatever_happens(steps in vec(step(), 0..60)) {
        let mut world = World::new();
        for step in steps {
            world.step(step);
        }
        world.come_to_rest();
    }
}
