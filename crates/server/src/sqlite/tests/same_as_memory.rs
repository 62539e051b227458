//! Any story told to both stores is seen alike, step by step, and again after reopening.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;

use super::{file_in, open};
use crate::conformance::Heard;
use crate::conformance::story::{
    Company, Event, GROUPS, NAMES, OPS, Regroup, Ring, Step, Teller, USERS, What,
};
use crate::memory::MemoryStore;
use crate::sqlite::SqliteStore;

fn who() -> impl Strategy<Value = usize> {
    0..USERS.len()
}

fn name() -> impl Strategy<Value = usize> {
    0..NAMES.len()
}

fn group() -> impl Strategy<Value = usize> {
    0..GROUPS.len()
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
        What::Modify,
        What::TimeOut,
        What::Push,
        What::InviterGone,
        What::InviteeGone,
        What::ServerStarted,
        What::MembersLeft,
    ])
}

fn ring() -> impl Strategy<Value = Ring> {
    let people = (who(), 1..USERS.len(), name(), name());
    let kind = (select(vec![0, 5, 30]), any::<bool>(), any::<bool>());
    let odd = (
        prop::bool::weighted(0.2),
        any::<bool>(),
        prop::option::of(group()),
    );
    (people, kind, odd, request()).prop_map(|(people, kind, odd, op)| {
        let (from, further, name, call) = people;
        let (timeout, own_call, excluded) = kind;
        let (online, pushed, group) = odd;
        Ring {
            from,
            to: (from + further) % USERS.len(),
            group,
            name,
            call: if own_call { name } else { call },
            timeout,
            online,
            pushed,
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

fn regroup() -> impl Strategy<Value = Regroup> {
    prop_oneof![
        2 => who().prop_map(Regroup::Create),
        2 => Just(Regroup::Join),
        2 => Just(Regroup::Quit),
        3 => who().prop_map(Regroup::Add),
        2 => who().prop_map(Regroup::Remove),
        1 => Just(Regroup::Dismiss),
    ]
}

fn company() -> impl Strategy<Value = Company> {
    prop_oneof![
        6 => (who(), group(), regroup()).prop_map(|(by, group, what)| {
            Company::Regroup(by, group, what)
        }),
        3 => (who(), group()).prop_map(|(from, group)| Company::Say(from, group)),
        1 => (who(), group()).prop_map(|(by, group)| Company::Read(by, group)),
        1 => (group(), 1..8_u64).prop_map(|(group, rev)| Company::LookThrough(group, rev)),
        1 => (who(), "[a-c\u{1f514}]{0,2}", request()).prop_map(|(by, name, op)| {
            Company::TakeName(by, name, op)
        }),
        2 => (who(), who(), any::<bool>(), request()).prop_map(|(by, other, blocks, op)| {
            Company::Block(by, other, blocks, op)
        }),
        1 => who().prop_map(Company::Tell),
    ]
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
        6 => company().prop_map(Step::Meet),
        2 => company().prop_map(Step::MeetLate),
        2 => event().prop_map(Step::Happen),
    ]
}

/// Every other story begins with a group of everybody.
fn story() -> impl Strategy<Value = Vec<Step>> {
    let group = |by, what| Step::Meet(Company::Regroup(by, 1, what));
    let company = [Regroup::Create(1), Regroup::Add(2)].map(|what| group(0, what));
    let steps = prop::collection::vec(step(), 1..60);
    (any::<bool>(), steps).prop_map(move |(is_grouped, mut steps)| {
        if is_grouped {
            steps.splice(0..0, company.clone());
        }
        steps
    })
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
    fn any_story_reads_like_memory(story in story()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(told_to_both(&story))?;
    }
}
