//! Accepting and rejecting.

use bellhop_engine::refusal::Past;
use bellhop_engine::{Refusal, Reply};
use bellhop_protocol::request::RejectReason;
use bellhop_protocol::{CallOutcome, Code, Event, Failure, InvitationState, Reason};

use crate::cast::{World, accept, after, cancel, heard, on, reject, user};

const DEVICES: [&str; 5] = [
    "alice/laptop",
    "alice/phone",
    "bob/phone",
    "bob/desk",
    "carol/phone",
];

fn expected(rows: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    rows.iter()
        .map(|(device, event)| ((*device).to_owned(), *event))
        .collect()
}

/// §3, row "B1 accepts": B1 gets the result, everybody else of the two hears who answered where.
#[test]
fn an_accept_is_heard_by_all_but_the_one_who_accepted() {
    let mut world = World::ringing();
    let decision = world.does(&accept("bob/phone"), after(500)).unwrap();
    assert_eq!(
        heard(&decision.notices, &DEVICES),
        expected(&[
            ("alice/laptop", "inviteeAccepted"),
            ("alice/phone", "inviteeAccepted"),
            ("bob/desk", "inviteeAccepted"),
        ])
    );
    let Event::InviteeAccepted(told) = &decision.notices[0].event else {
        panic!("another")
    };
    assert_eq!(
        (&told.invitee, &told.device),
        (&user("bob"), &on("bob/phone").device)
    );
    assert_eq!((told.rev, told.data.as_str()), (2, "yes"));
    assert_eq!(decision.reply, Reply::Done("i1".parse().unwrap(), None));
}

/// §8: an accept makes a call between the inviter's device that invited and the one that accepted.
#[test]
fn an_accept_makes_a_call_of_the_two_devices() {
    let mut world = World::ringing();
    world.does(&accept("bob/phone"), after(500)).unwrap();
    let call = world.call.clone().unwrap();
    let parties: Vec<_> = call.present().map(|member| member.party.clone()).collect();
    assert_eq!(parties, [on("alice/laptop").into(), on("bob/phone").into()]);
    assert_eq!(call.started, Some(after(500)));
    let shown = bellhop_engine::view(&world.invitation.unwrap(), Some(&call), after(600));
    assert_eq!(shown.state, InvitationState::InCall);
}

/// §2 and §4: exactly one device wins; the other learns which operation was made, and where.
#[test]
fn the_second_answer_is_told_what_the_first_one_was() {
    let refused = |world: &mut World, by, now| {
        let failure = Failure::from(world.does(&accept(by), after(now)).unwrap_err());
        (failure.code, failure.data.reason)
    };
    let mut world = World::ringing();
    world.does(&accept("bob/phone"), after(1)).unwrap();
    assert_eq!(
        refused(&mut world, "bob/desk", 2),
        (Code::NotPending, Reason::AcceptedElsewhere)
    );
    assert_eq!(
        refused(&mut world, "bob/phone", 2),
        (Code::NotPending, Reason::Accepted)
    );

    let mut world = World::ringing();
    world.does(&reject("bob/phone", None), after(1)).unwrap();
    assert_eq!(
        refused(&mut world, "bob/desk", 2),
        (Code::NotPending, Reason::RejectedElsewhere)
    );
    assert_eq!(
        refused(&mut world, "bob/phone", 2),
        (Code::NotPending, Reason::Rejected)
    );
}

/// §3, row "B1 rejects", and §2: the reason travels with it.
#[test]
fn a_reject_is_heard_by_all_but_the_one_who_rejected() {
    let mut world = World::ringing();
    let decision = world
        .does(&reject("bob/desk", Some(RejectReason::Declined)), after(1))
        .unwrap();
    assert_eq!(
        heard(&decision.notices, &DEVICES),
        expected(&[
            ("alice/laptop", "inviteeRejected"),
            ("alice/phone", "inviteeRejected"),
            ("bob/phone", "inviteeRejected"),
        ])
    );
    assert_eq!(world.invitation.unwrap().ended, Some(after(1)));
    assert_eq!(
        decision.edits[0].call.as_ref().unwrap().outcome,
        CallOutcome::Rejected
    );
    assert_eq!(decision.edits[0].read_by, [user("bob")]);
}

/// §6, §8: a busy reject leaves the invite counting as unread.
#[test]
fn a_busy_reject_stays_a_missed_call() {
    let mut world = World::ringing();
    let decision = world
        .does(&reject("bob/desk", Some(RejectReason::Busy)), after(1))
        .unwrap();
    assert_eq!(
        decision.edits[0].call.as_ref().unwrap().outcome,
        CallOutcome::Busy
    );
    assert_eq!(decision.edits[0].read_by, []);
}

/// §2: at the deadline an accept is late, whether or not the timer has fired; just before, it is not.
#[test]
fn an_answer_at_the_deadline_is_late() {
    let mut world = World::ringing();
    let late = Err(Refusal::NotPending(Past::TimedOut));
    assert_eq!(world.does(&accept("bob/phone"), after(30_000)), late);
    assert_eq!(world.does(&reject("bob/phone", None), after(30_001)), late);
    world.does(&accept("bob/phone"), after(29_999)).unwrap();
}

/// §2, and §4, 8011: the inviter cannot answer; 8010 `unknown` for whoever takes no part, live or ended.
#[test]
fn only_an_invitee_answers() {
    let mut world = World::ringing();
    assert_eq!(
        world.does(&accept("alice/phone"), after(1)),
        Err(Refusal::NotInvitee)
    );
    assert_eq!(
        world.does(&accept("carol/phone"), after(1)),
        Err(Refusal::UnknownInvitation)
    );
    world.does(&cancel("alice/laptop"), after(2)).unwrap();
    let past = Err(Refusal::NotPending(Past::Cancelled));
    assert_eq!(world.does(&accept("alice/phone"), after(3)), past);
    assert_eq!(
        world.does(&accept("carol/phone"), after(3)),
        Err(Refusal::UnknownInvitation)
    );
}

/// §3, last row: the inviter's devices hear that one rings, once for each device.
#[test]
fn a_ringing_device_is_heard_by_the_inviter_once() {
    let mut world = World::ringing();
    let ringing = bellhop_engine::Command::Ringing {
        by: on("bob/phone"),
    };
    let decision = world.does(&ringing, after(1)).unwrap();
    assert_eq!(
        heard(&decision.notices, &DEVICES),
        expected(&[
            ("alice/laptop", "inviteeRinging"),
            ("alice/phone", "inviteeRinging")
        ])
    );
    assert_eq!(decision.message, None);
    let again = world.does(&ringing, after(2)).unwrap();
    assert_eq!((again.invitation, again.notices), (None, Vec::new()));
}
