//! Cases of many tasks at once: who wins, and in what order it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bellhop_engine::{Actor, Audience, Command, Notice, Refusal, group};
use bellhop_protocol::event::{GroupChange, Status, UserStatus};
use bellhop_protocol::{Event, InviteId, UserId};
use futures_util::future::join_all;

use super::play::{
    accept, ask, at, cancel, create, done, group_id, invite, invite_id, invite_in, kept,
    kept_group, on, regrouped, reject, ring, sent, text, user,
};
use super::{World, revision};
use crate::ports::SharedStore;

/// Invitations that are raced for.
const RACES: usize = 24;

/// ARCHITECTURE, invariants: each invitation ends exactly once, and everyone is told the same end.
pub async fn one_of_all_who_race_for_an_invitation_wins_and_all_hear_the_same(world: World) {
    for n in 0..RACES {
        ring(
            world.store.as_ref(),
            invite("ann", "bob", &n.to_string()),
            at(0),
        )
        .await;
    }
    world.heard.take();
    let mut racers = Vec::new();
    for n in 0..RACES {
        let id = invite_id(&n.to_string());
        for command in [
            accept(&on("bob", 1)),
            cancel(&on("ann", 1)),
            accept(&on("bob", 2)),
            reject(&on("bob", 3), None),
            accept(&on("bob", 4)),
        ] {
            racers.push(race(world.store.clone(), id.clone(), command));
        }
    }
    let outcomes = join_all(racers.into_iter().map(tokio::spawn)).await;

    let mut wins: BTreeMap<InviteId, usize> = BTreeMap::new();
    for outcome in outcomes {
        let (id, result) = outcome.expect("no racer panics");
        *wins.entry(id).or_default() += usize::from(result.is_ok());
    }
    assert!(wins.values().all(|wins| *wins == 1), "{wins:?}");
    let mut ends: BTreeMap<InviteId, Vec<Event>> = BTreeMap::new();
    for notice in world.heard.notices() {
        if let Some((id, 2)) = revision(&notice.event) {
            ends.entry(id.clone()).or_default().push(notice.event);
        } else {
            assert!(
                matches!(notice.event, Event::MessageReceived(_)),
                "{notice:?}"
            );
        }
    }
    assert_eq!(ends.len(), RACES);
    for (id, events) in ends {
        let [to_inviter, to_invitee] = &events[..] else {
            panic!("each side hears one end of {id}: {events:?}");
        };
        assert_eq!(to_inviter, to_invitee);
        assert!(
            kept(world.store.as_ref(), id.as_str())
                .await
                .ended
                .is_some()
        );
    }
}

async fn race(
    store: SharedStore,
    id: InviteId,
    command: Command,
) -> (InviteId, Result<bellhop_engine::Reply, Refusal>) {
    let outcome = ask(store.as_ref(), &id, &command, at(1)).await;
    (id, outcome)
}

/// ARCHITECTURE, ports: published in commit order, for each invitation and over all of them.
pub async fn everything_is_told_in_the_order_it_was_committed(world: World) {
    let mut tasks = Vec::new();
    for pair in 0..8 {
        let store = world.store.clone();
        tasks.push(tokio::spawn(async move {
            let store = store.as_ref();
            let (caller, callee) = (format!("a{pair}"), format!("b{pair}"));
            for n in 0..6 {
                let id = format!("{pair}-{n}");
                ring(store, invite(&caller, &callee, &id), at(0)).await;
                let rings = [on(&callee, 1), on(&callee, 2), on(&callee, 3)];
                join_all(rings.iter().map(|by| ringing(store, &id, by))).await;
                sent(store, text(&caller, &callee, "meanwhile", at(1))).await;
                done(store, &id, &accept(&on(&callee, 1)), at(2)).await;
            }
        }));
    }
    for task in join_all(tasks).await {
        task.expect("no pair panics");
    }

    let mut revisions: BTreeMap<InviteId, u64> = BTreeMap::new();
    let mut last_seq = 0;
    for notice in world.heard.notices() {
        if let Some((id, rev)) = revision(&notice.event) {
            let last = revisions.entry(id.clone()).or_default();
            assert!(rev == *last || rev == *last + 1, "{id}: {rev} after {last}");
            *last = rev;
        }
        if let Event::MessageReceived(message) = notice.event {
            assert!(message.seq >= last_seq, "{} after {last_seq}", message.seq);
            last_seq = message.seq;
        }
    }
    // Made, three times ringing, accepted.
    assert!(revisions.values().all(|rev| *rev == 5), "{revisions:?}");
    assert_eq!(revisions.len(), 48);
    assert_eq!(last_seq, 48 * 3);
}

async fn ringing(store: &dyn crate::ports::Store, id: &str, by: &Actor) {
    done(store, id, &Command::Ringing { by: by.clone() }, at(1)).await;
}

/// §8, signals: whoever asks for two things one after the other is told of in that order, whether
/// they are stored or not.
pub async fn what_is_not_stored_is_told_in_an_order_with_what_is(world: World) {
    let mut tasks = Vec::new();
    for pair in 0..8 {
        let store = world.store.clone();
        tasks.push(tokio::spawn(async move {
            let store = store.as_ref();
            let (from, to) = (format!("a{pair}"), format!("b{pair}"));
            for n in 0..6 {
                sent(store, text(&from, &to, "stored", at(n))).await;
                let status = Event::UserStatusChanged(UserStatus {
                    user: user(&from),
                    status: Status::Online,
                });
                let notice = Notice {
                    to: Audience::of(&user(&to), None),
                    event: status,
                };
                let told = store.tell(vec![notice.clone(), notice]).await;
                told.expect("tells");
            }
        }));
    }
    for task in join_all(tasks).await {
        task.expect("no pair panics");
    }

    let mut heard: BTreeMap<UserId, String> = BTreeMap::new();
    for notice in world.heard.notices() {
        let is_stored = matches!(notice.event, Event::MessageReceived(_));
        let word = if is_stored { "stored " } else { "told " };
        *heard.entry(notice.to.user).or_default() += word;
    }
    assert_eq!(heard.len(), 8);
    let expected = "stored told told ".repeat(6);
    assert!(heard.values().all(|words| *words == expected), "{heard:?}");
}

/// §2, §3: once the group was told that somebody has left, no invitation of it names him.
pub async fn nobody_is_invited_once_it_was_told_that_he_left(world: World) {
    let all = ["ann", "b0", "b1", "b2", "b3", "b4", "b5"];
    regrouped(world.store.as_ref(), "team", &create("team", &all), at(0)).await;
    let inviting = (0..24).map(|n| {
        let store = world.store.clone();
        tokio::spawn(async move {
            let (id, to) = (n.to_string(), format!("b{}", n % 6));
            let invite = invite_in("team", "ann", &[&to], &id);
            // Refused once he has left.
            ask(
                store.as_ref(),
                &invite_id(&id),
                &Command::Invite(invite),
                at(1),
            )
            .await
            .is_ok()
        })
    });
    let inviting: Vec<_> = inviting.collect();
    let leaving = (0..6).map(|n| {
        let store = world.store.clone();
        tokio::spawn(async move {
            let quit = group::Command::Quit(on(&format!("b{n}"), 1));
            regrouped(store.as_ref(), "team", &quit, at(1)).await;
            true
        })
    });
    let leaving: Vec<_> = leaving.collect();
    let mut made = 0;
    for invited in join_all(inviting).await {
        made += usize::from(invited.expect("no inviter panics"));
    }
    for left in join_all(leaving).await {
        assert!(left.expect("nobody who leaves panics"));
    }

    let store = world.store.as_ref();
    let mut gone = BTreeSet::new();
    for notice in world.heard.notices() {
        if let Event::GroupChanged(change) = &notice.event
            && change.change == GroupChange::Left
        {
            gone.extend(change.users.clone());
        }
        if let Event::NewInvitationReceived(invitation) = notice.event {
            let named = &invitation.invitee_list[0];
            assert!(!gone.contains(named), "{named} has left");
        }
    }
    assert_eq!(gone.len(), 6);
    let open = store.open_in_group(&group_id("team")).await.expect("reads");
    assert_eq!(open.len(), made);
    assert_eq!(kept_group(store, "team").await.members, [user("ann")]);
}

/// ARCHITECTURE, ports: told before it returns, and readable by then.
pub async fn what_was_answered_has_been_told(world: World) {
    let world = Arc::new(world);
    let tasks = (0..32).map(|n| {
        let world = world.clone();
        tokio::spawn(async move {
            let message = sent(world.store.as_ref(), text("ann", "bob", "hello", at(n))).await;
            let place = usize::try_from(message.seq).expect("a few messages");
            assert!(world.heard.count() >= place);
            let before = Some(message.seq + 1);
            let page = world.store.page(&message.thread, before, 1).await;
            assert_eq!(page.expect("reads").0, [message]);
        })
    });
    for task in join_all(tasks).await {
        task.expect("each finds its own message told and kept");
    }
    assert_eq!(world.store.unread_total(&user("bob")).await, Ok(32));
}
