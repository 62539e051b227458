//! Cases of commits, of what is remembered of requests, and of finding invitations and calls.

use bellhop_engine::{Command, Decision, Reply};
use bellhop_protocol::CallId;
use bellhop_protocol::request::RingTime;

use super::play::{
    accept, at, cancel, decided, done, hung_up, invite, invite_id, kept, kept_call, on, op, ring,
    transition, user,
};
use super::{Told, World};
use crate::ports::{OP_LIFETIME, OpRecord, PortError, Transition};

/// ARCHITECTURE, ports: a transition is one unit, told in the order notices, message, call.
pub async fn a_transition_is_kept_and_told_whole(world: World) {
    let store = world.store.as_ref();
    let command = Command::Invite(invite("ann", "bob", "i"));
    let ops = [op("ann", "1"), op("ann", "2")];
    let transition = decided(store, &invite_id("i"), &command, &ops, at(0)).await;
    let transition = transition.expect("allowed");
    let Decision {
        invitation,
        call,
        notices,
        message,
        ..
    } = transition.decision.clone();
    let (invitation, call) = (invitation.expect("made"), call.expect("founded"));
    let draft = message.expect("an invite leaves a message");

    let reply = store.commit(transition).await.expect("commits");

    let stored = draft.stored(1);
    let expected = Reply::Invited(
        invite_id("i"),
        Some(at(30_000)),
        Some(Box::new(stored.clone())),
    );
    assert_eq!(reply, expected);
    assert_eq!(kept(store, "i").await, invitation);
    assert_eq!(kept_call(store, "i").await, call);
    let record = OpRecord {
        fingerprint: "fingerprint".into(),
        reply,
    };
    for key in &ops {
        assert_eq!(store.op(key, at(1)).await, Ok(Some(record.clone())));
    }
    let mut told: Vec<Told> = notices.into_iter().map(Told::Notice).collect();
    told.extend(draft.to.iter().map(|to| {
        Told::Notice(bellhop_engine::Notice {
            to: to.clone(),
            event: bellhop_protocol::Event::MessageReceived(stored.seen_by(&to.user)),
        })
    }));
    told.push(Told::Call(call));
    assert_eq!(world.heard.take(), told);
}

/// ARCHITECTURE, ports: what was decided on an older revision changes and tells nothing.
pub async fn a_stale_revision_writes_nothing(world: World) {
    let store = world.store.as_ref();
    ring(store, invite("ann", "bob", "i"), at(0)).await;
    let id = invite_id("i");
    let key = op("bob", "late");
    let late = decided(
        store,
        &id,
        &accept(&on("bob", 2)),
        std::slice::from_ref(&key),
        at(1),
    )
    .await;
    done(store, "i", &accept(&on("bob", 1)), at(1)).await;
    let before = (kept(store, "i").await, kept_call(store, "i").await);
    world.heard.take();

    let refused = store
        .commit(late.expect("allowed when it was decided"))
        .await;

    assert_eq!(refused, Err(PortError::Conflict));
    assert_eq!(
        (kept(store, "i").await, kept_call(store, "i").await),
        before
    );
    assert_eq!(store.op(&key, at(1)).await, Ok(None));
    assert_eq!(world.heard.take(), []);
    let thread = bellhop_engine::Thread::between(&user("ann"), &user("bob"));
    let (page, _) = store.page(&thread, None, 10).await.expect("reads");
    assert_eq!(page.iter().map(|m| m.seq).collect::<Vec<_>>(), [2, 1]);
}

/// ARCHITECTURE, ports: the call's revision guards the whole unit, the invitation's being right.
pub async fn a_stale_call_writes_nothing_of_its_invitation(world: World) {
    let store = world.store.as_ref();
    ring(store, invite("ann", "bob", "first"), at(0)).await;
    let into = |id: &str, to: &str| {
        let mut invite = invite("ann", to, id);
        invite.call = CallId::from(invite_id("first"));
        invite
    };
    let command = Command::Invite(into("late", "cat"));
    let key = op("ann", "late");
    let late = decided(
        store,
        &invite_id("late"),
        &command,
        std::slice::from_ref(&key),
        at(1),
    )
    .await;
    ring(store, into("second", "dan"), at(1)).await;
    world.heard.take();

    let refused = store
        .commit(late.expect("allowed when it was decided"))
        .await;

    assert_eq!(refused, Err(PortError::Conflict));
    assert_eq!(store.invitation(&invite_id("late")).await, Ok(None));
    assert_eq!(store.op(&key, at(1)).await, Ok(None));
    assert_eq!(store.open_invitations(&user("cat")).await, Ok(Vec::new()));
    assert_eq!(store.conversations(&user("cat")).await, Ok(Vec::new()));
    assert_eq!(world.heard.take(), []);
    assert_eq!(kept_call(store, "first").await.rev, 2);
}

/// §2: the name of an invitation is taken by whoever is first.
pub async fn an_invitation_is_made_once(world: World) {
    let store = world.store.as_ref();
    let command = Command::Invite(invite("eve", "bob", "i"));
    let late = decided(store, &invite_id("i"), &command, &[], at(0)).await;
    ring(store, invite("ann", "bob", "i"), at(0)).await;

    let refused = store
        .commit(late.expect("allowed when it was decided"))
        .await;

    assert_eq!(refused, Err(PortError::Conflict));
    assert_eq!(kept(store, "i").await.inviter, on("ann", 1));
}

/// §4: a repetition returns the first result for 24 h; afterwards the name is free again.
pub async fn a_request_is_remembered_for_24_hours(world: World) {
    let store = world.store.as_ref();
    let key = op("ann", "1");
    let nothing = |now| {
        transition(
            Decision::unchanged(Reply::Nothing),
            std::slice::from_ref(&key),
            now,
        )
    };
    store.commit(nothing(at(0))).await.expect("commits");
    let day = u64::try_from(OP_LIFETIME.as_millis()).expect("a day is short");

    let record = OpRecord {
        fingerprint: "fingerprint".into(),
        reply: Reply::Nothing,
    };
    assert_eq!(store.op(&key, at(0)).await, Ok(Some(record.clone())));
    assert_eq!(store.op(&key, at(day - 1)).await, Ok(Some(record)));
    assert_eq!(store.op(&key, at(day)).await, Ok(None));
    assert_eq!(store.op(&op("bob", "1"), at(0)).await, Ok(None));

    let early = store.commit(nothing(at(day - 1))).await;
    assert_eq!(early, Err(PortError::Conflict));
    let again = Transition {
        fingerprint: "another".into(),
        ..nothing(at(day))
    };
    assert_eq!(store.commit(again).await, Ok(Reply::Nothing));
    let found = store.op(&key, at(day)).await.expect("reads");
    assert_eq!(found.expect("remembered").fingerprint, "another");
}

/// §4: of two requests with the same `opID` one is carried out, whatever else they ask.
pub async fn a_repeated_request_writes_nothing(world: World) {
    let store = world.store.as_ref();
    let key = op("ann", "1");
    let first = Command::Invite(invite("ann", "bob", "first"));
    let second = Command::Invite(invite("ann", "bob", "second"));
    let first = decided(
        store,
        &invite_id("first"),
        &first,
        std::slice::from_ref(&key),
        at(0),
    )
    .await;
    let both = [op("ann", "fresh"), key];
    let second = decided(store, &invite_id("second"), &second, &both, at(0)).await;
    store
        .commit(first.expect("allowed"))
        .await
        .expect("commits");
    world.heard.take();

    let refused = store.commit(second.expect("allowed")).await;

    assert_eq!(refused, Err(PortError::Conflict));
    assert_eq!(store.invitation(&invite_id("second")).await, Ok(None));
    assert_eq!(store.op(&op("ann", "fresh"), at(0)).await, Ok(None));
    assert_eq!(store.unread_total(&user("bob")).await, Ok(1));
    assert_eq!(world.heard.take(), []);
}

/// §5: the snapshot has the open invitations of the user, as inviter and as invitee.
pub async fn open_invitations_are_those_one_takes_part_in(world: World) {
    let store = world.store.as_ref();
    for (from, to, id) in [
        ("ann", "bob", "z"),
        ("bob", "cat", "y"),
        ("cat", "ann", "x"),
        ("dan", "bob", "w"),
    ] {
        ring(store, invite(from, to, id), at(0)).await;
    }
    done(store, "w", &cancel(&on("dan", 1)), at(1)).await;
    let ringing = Command::Ringing { by: on("bob", 2) };
    done(store, "z", &ringing, at(1)).await;

    let open = store.open_invitations(&user("bob")).await;
    let expected = vec![kept(store, "z").await, kept(store, "y").await];
    assert_eq!(open, Ok(expected));
    assert_eq!(store.open_invitations(&user("dan")).await, Ok(Vec::new()));
}

/// §5, glare: only the newest that is open, in this direction.
pub async fn the_newest_open_invitation_between_two_is_found(world: World) {
    let store = world.store.as_ref();
    let (ann, bob) = (user("ann"), user("bob"));
    assert_eq!(store.open_between(&ann, &bob).await, Ok(None));
    for (from, to, id) in [
        ("ann", "bob", "2"),
        ("ann", "bob", "1"),
        ("ann", "bob", "3"),
        ("bob", "ann", "4"),
    ] {
        ring(store, invite(from, to, id), at(0)).await;
    }
    done(store, "3", &cancel(&on("ann", 1)), at(1)).await;

    assert_eq!(
        store.open_between(&ann, &bob).await,
        Ok(Some(kept(store, "1").await))
    );
    assert_eq!(
        store.open_between(&bob, &ann).await,
        Ok(Some(kept(store, "4").await))
    );
}

/// §4, 7008: what is open between two is counted in its direction, as far as it matters.
pub async fn open_invitations_between_two_are_counted(world: World) {
    let store = world.store.as_ref();
    for (from, to, id) in [
        ("ann", "bob", "1"),
        ("ann", "bob", "2"),
        ("ann", "bob", "3"),
        ("ann", "cat", "4"),
        ("bob", "ann", "5"),
    ] {
        ring(store, invite(from, to, id), at(0)).await;
    }
    done(store, "3", &cancel(&on("ann", 1)), at(1)).await;

    let (ann, bob) = (user("ann"), user("bob"));
    for (enough, counted) in [(0, 0), (1, 1), (2, 2), (9, 2)] {
        let count = store.count_open_between(&ann, &bob, enough).await;
        assert_eq!(count, Ok(counted));
    }
    assert_eq!(store.count_open_between(&bob, &ann, 9).await, Ok(1));
    assert_eq!(store.count_open_between(&bob, &user("cat"), 9).await, Ok(0));
}

/// §8: a call runs from the first accept until fewer than two are left.
pub async fn running_calls_are_those_one_is_in(world: World) {
    let store = world.store.as_ref();
    for (from, to, id) in [
        ("ann", "bob", "y"),
        ("cat", "bob", "x"),
        ("bob", "ann", "w"),
    ] {
        ring(store, invite(from, to, id), at(0)).await;
    }
    assert_eq!(store.running_calls(&user("bob")).await, Ok(Vec::new()));
    done(store, "x", &accept(&on("bob", 1)), at(1)).await;
    done(store, "y", &accept(&on("bob", 2)), at(2)).await;

    let both = vec![kept_call(store, "y").await, kept_call(store, "x").await];
    assert_eq!(store.running_calls(&user("bob")).await, Ok(both));
    let one = vec![kept_call(store, "y").await];
    assert_eq!(store.running_calls(&user("ann")).await, Ok(one));

    hung_up(store, "x", &on("cat", 1), at(3)).await;
    let left = vec![kept_call(store, "y").await];
    assert_eq!(store.running_calls(&user("bob")).await, Ok(left));
    assert_eq!(store.running_calls(&user("cat")).await, Ok(Vec::new()));
    assert_eq!(kept_call(store, "x").await.ended, Some(at(3)));
}

/// §5: a device hears of the time-outs since it was last connected, and of no other endings.
pub async fn time_outs_are_found_since_a_moment(world: World) {
    let store = world.store.as_ref();
    for (from, to, id, secs) in [
        ("ann", "bob", "late", 20),
        ("bob", "cat", "early", 10),
        ("ann", "bob", "cancelled", 10),
        ("cat", "dan", "others", 10),
    ] {
        let mut invite = invite(from, to, id);
        invite.timeout = RingTime::try_from(secs).expect("a short time");
        ring(store, invite, at(0)).await;
    }
    done(store, "cancelled", &cancel(&on("ann", 1)), at(1)).await;
    for (id, ms) in [("early", 10_000), ("others", 10_000), ("late", 20_000)] {
        done(store, id, &Command::TimeOut, at(ms)).await;
    }

    let (early, late) = (kept(store, "early").await, kept(store, "late").await);
    let bob = user("bob");
    let since = |ms| store.timed_out_since(&bob, at(ms));
    assert_eq!(since(0).await, Ok(vec![early.clone(), late.clone()]));
    assert_eq!(since(10_000).await, Ok(vec![early, late.clone()]));
    assert_eq!(since(10_001).await, Ok(vec![late]));
    assert_eq!(since(20_001).await, Ok(Vec::new()));
}
