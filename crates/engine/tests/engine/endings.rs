//! Cancelling, timing out, and an inviter who vanishes.

use bellhop_engine::refusal::Past;
use bellhop_engine::{Command, Refusal};
use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::request::CancelReason;
use bellhop_protocol::{CallOutcome, Event};

use crate::cast::{START, World, accept, after, cancel, cancel_for, heard, told, user};

const DEVICES: [&str; 4] = ["alice/laptop", "alice/phone", "bob/phone", "bob/desk"];

/// §3, row "A1 cancels": everybody but A1 hears it, with the reason.
#[test]
fn a_cancel_is_heard_by_all_but_the_one_who_cancelled() {
    let mut world = World::ringing();
    let command = cancel_for("alice/laptop", Some(CancelReason::Glare));
    let decision = world.does(&command, after(1)).unwrap();
    let devices: Vec<_> = heard(&decision.notices, &DEVICES)
        .into_iter()
        .map(|(d, _)| d)
        .collect();
    assert_eq!(devices, ["alice/phone", "bob/phone", "bob/desk"]);
    let Event::InvitationCancelled(cancelled) = &decision.notices[0].event else {
        panic!("another event");
    };
    assert_eq!(cancelled.invitee_list, [user("bob")]);
    assert_eq!(cancelled.reason, Some(EndReason::Glare));
    assert_eq!(cancelled.data, "never mind");
    assert_eq!(
        decision.edits[0].call.as_ref().unwrap().outcome,
        CallOutcome::Cancelled
    );
}

/// §2: missed calls are counted by the reason: of two calls that crossed, none was missed.
#[test]
fn a_call_that_crossed_another_is_not_missed() {
    let read_by = |reason| {
        let mut world = World::ringing();
        let decision = world.does(&cancel_for("alice/laptop", reason), after(1));
        decision.unwrap().edits[0].read_by.clone()
    };
    assert_eq!(read_by(Some(CancelReason::Glare)), [user("bob")]);
    assert_eq!(read_by(None), []);
}

/// §2: any device of the inviter may cancel; §4: nobody else, and only while somebody is pending.
#[test]
fn only_the_inviter_cancels_and_only_while_it_rings() {
    let mut world = World::ringing();
    assert_eq!(
        world.does(&cancel("bob/phone"), after(1)),
        Err(Refusal::NotInviter)
    );
    assert_eq!(
        world.does(&cancel("carol/phone"), after(1)),
        Err(Refusal::UnknownInvitation)
    );
    let late = Err(Refusal::NotPending(Past::TimedOut));
    assert_eq!(world.does(&cancel("alice/laptop"), after(30_000)), late);
    world.does(&cancel("alice/phone"), after(2)).unwrap();
    let again = Err(Refusal::NotPending(Past::Cancelled));
    assert_eq!(world.does(&cancel("alice/laptop"), after(3)), again);
    assert_eq!(world.does(&cancel("bob/phone"), after(3)), again);

    let mut answered = World::ringing();
    answered.does(&accept("bob/phone"), after(1)).unwrap();
    let taken = Err(Refusal::NotPending(Past::Accepted));
    assert_eq!(answered.does(&cancel("alice/laptop"), after(2)), taken);
}

/// §3, row "deadline passes": one event for all, true of itself only for who is in the list.
#[test]
fn a_time_out_is_heard_by_everybody_once() {
    let mut world = World::ringing();
    let early = world.does(&Command::TimeOut, after(29_999)).unwrap();
    assert_eq!((early.invitation, early.notices), (None, Vec::new()));

    let decision = world.does(&Command::TimeOut, after(30_000)).unwrap();
    let own: Vec<_> = decision
        .notices
        .iter()
        .map(|notice| {
            let Event::InvitationTimeout(timed_out) = &notice.event else {
                panic!("another event");
            };
            assert_eq!(timed_out.invitee_list, [user("bob")]);
            (
                notice.to.user.clone(),
                timed_out.is_self_timeout,
                timed_out.rev,
            )
        })
        .collect();
    assert_eq!(own, [(user("alice"), false, 2), (user("bob"), true, 2)]);
    assert_eq!(heard(&decision.notices, &DEVICES).len(), DEVICES.len());

    let again = world.does(&Command::TimeOut, after(40_000)).unwrap();
    assert_eq!(
        (again.invitation, again.notices, again.message),
        (None, Vec::new(), None)
    );
}

/// §6: the time-out's message is from the inviter, goes to all, and repeats the invitation's data.
#[test]
fn a_time_out_leaves_a_message_from_the_inviter() {
    let mut world = World::ringing();
    let message = world
        .does(&Command::TimeOut, after(30_000))
        .unwrap()
        .message
        .unwrap();
    assert_eq!(message.from, user("alice"));
    assert!(message.to.iter().all(|audience| audience.except.is_none()));
    let body: serde_json::Value =
        serde_json::from_str(message.payload["data"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&body["actionType"], &body["data"]),
        (&5.into(), &"hello".into())
    );
    assert_eq!(message.unread_for, []);
}

/// §5: a vanished inviter ends the ring as cancelled, `inviterOffline`; at the deadline it is late.
#[test]
fn a_vanished_inviter_ends_the_ring() {
    let mut world = World::ringing();
    let decision = world.does(&Command::InviterGone, after(15_000)).unwrap();
    let Event::InvitationCancelled(cancelled) = &decision.notices[0].event else {
        panic!("another event");
    };
    assert_eq!(cancelled.reason, Some(EndReason::InviterOffline));
    assert_eq!(heard(&decision.notices, &DEVICES).len(), DEVICES.len());
    assert_eq!(
        world
            .does(&Command::InviterGone, after(15_001))
            .unwrap()
            .invitation,
        None
    );

    let mut late = World::ringing();
    let decision = late.does(&Command::InviterGone, after(30_000)).unwrap();
    assert!(matches!(
        decision.notices[0].event,
        Event::InvitationTimeout(_)
    ));
}

/// ARCHITECTURE, invariants: nobody hears of an invitation he has no part in.
#[test]
fn strangers_hear_nothing() {
    for command in [
        cancel("alice/laptop"),
        accept("bob/phone"),
        Command::InviterGone,
    ] {
        let mut world = World::ringing();
        let decision = world.does(&command, START).unwrap();
        assert_eq!(told(&decision.notices), [user("alice"), user("bob")].into());
    }
}

/// `decide` is total: without an invitation a timer is harmless and everybody else is told so.
#[test]
fn nothing_comes_of_an_invitation_that_is_not_there() {
    let mut world = World::default();
    assert_eq!(
        world.does(&Command::TimeOut, START).unwrap().invitation,
        None
    );
    assert_eq!(
        world.does(&Command::InviterGone, START).unwrap().invitation,
        None
    );
    assert_eq!(
        world.does(&accept("bob/phone"), START),
        Err(Refusal::UnknownInvitation)
    );
}
