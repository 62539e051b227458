//! Any story told to both stores is seen alike, step by step, and again after reopening.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;

use super::{file_in, open};
use crate::conformance::Heard;
use crate::conformance::story::{Event, NAMES, OPS, Ring, Step, Teller, USERS, What};
use crate::memory::MemoryStore;
use crate::sqlite::SqliteStore;

fn who() -> impl Strategy<Value = usize> {
    0..USERS.len()
}

fn name() -> impl Strategy<Value = usize> {
    0..NAMES.len()
}

fn request() -> impl Strategy<Value = Option<usize>> {
    prop_oneof![3 => Just(None), 1 => (0..OPS.len()).prop_map(Some)]
}

fn what() -> impl Strategy<Value = What> {
    select(vec![
        What::Accept,
        What::Accept,
        What::Reject,
        What::RejectBusy,
        What::Cancel,
        What::Ringing,
        What::TimeOut,
        What::InviterGone,
    ])
}

fn ring() -> impl Strategy<Value = Ring> {
    let people = (who(), 1..USERS.len(), name(), name());
    let kind = (select(vec![0, 5, 30]), any::<bool>(), any::<bool>());
    let odd = prop::bool::weighted(0.2);
    (people, kind, odd, request()).prop_map(|(people, kind, online, op)| {
        let (from, further, name, call) = people;
        let (timeout, own_call, excluded) = kind;
        Ring {
            from,
            to: (from + further) % USERS.len(),
            name,
            call: if own_call { name } else { call },
            timeout,
            online,
            excluded,
            op,
        }
    })
}

fn event() -> impl Strategy<Value = Event> {
    (who(), 1..=2_u32, 0..6).prop_map(|(user, device, kind)| match kind {
        0 => Event::Absent(user, device),
        1 => Event::Back(user, device),
        2 => Event::Connect(user, device),
        3 => Event::Leave(user, device),
        4 => Event::Crash,
        _ => Event::Purge,
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => select(vec![1, 5_000, 31_000, 90_000_000]).prop_map(Step::Wait),
        4 => ring().prop_map(Step::Invite),
        8 => (who(), 1..=2_u32, name(), what(), request()).prop_map(|(by, device, name, what, op)| {
            Step::Ask { by, device, name, what, op }
        }),
        1 => (who(), name(), what()).prop_map(|(by, name, what)| Step::AskLate { by, name, what }),
        1 => Just(Step::CommitLate),
        2 => (who(), name()).prop_map(|(by, name)| Step::HangUp(by, name)),
        2 => (who(), 1..USERS.len(), request()).prop_map(|(from, further, op)| {
            Step::Say { from, to: (from + further) % USERS.len(), op }
        }),
        1 => (who(), who(), request()).prop_map(|(by, from, op)| Step::Read(by, from, op)),
        2 => event().prop_map(Step::Happen),
    ]
}

async fn told_to_both(story: &[Step]) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    let (plain_heard, heard) = (Arc::new(Heard::default()), Arc::new(Heard::default()));
    let plain = MemoryStore::new(plain_heard.clone());
    let store = SqliteStore::open(&file_in(folder.path()), heard.clone()).unwrap();
    let (mut plain_teller, mut teller) = (Teller::default(), Teller::default());
    for step in story {
        let expected = plain_teller.tell(&plain, step).await;
        prop_assert_eq!(teller.tell(&store, step).await, expected, "{:?}", step);
        prop_assert_eq!(heard.take(), plain_heard.take(), "{:?}", step);
    }
    let expected = plain_teller.see(&plain).await;
    prop_assert_eq!(teller.see(&store).await, expected.clone());
    drop(store);
    prop_assert_eq!(teller.see(&open(folder.path())).await, expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..Default::default() })]

    /// ARCHITECTURE, ports: one behaviour, whatever the implementation.
    #[test]
    fn any_story_reads_like_memory(story in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(told_to_both(&story))?;
    }
}
