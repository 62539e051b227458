//! Ringing several members of a group: each invitee has a part of his own (SIGNALING §1–§4, §6).
//!
//! Alice invites bob and carol; dave is a member and not invited, erin is no member.

use bellhop_engine::command::Invite;
use bellhop_engine::refusal::Past;
use bellhop_engine::{Command, Context, Decision, Refusal, Reply, decide, view};
use bellhop_protocol::{
    Code, Event, Failure, InvitationState, InviteeState, InviteeState as State, Timestamp,
};

use crate::cast::{
    MEMBERS, START, World, accept, after, cancel, invite_in_group, modify, reject, ringing, told,
    user,
};

fn states(world: &World, now: Timestamp) -> Vec<InviteeState> {
    let shown = view(world.invitation.as_ref().unwrap(), None, now);
    shown.invitees.iter().map(|it| it.state).collect()
}

fn body(decision: &Decision) -> serde_json::Value {
    let message = decision.message.as_ref().unwrap();
    serde_json::from_str(message.payload["data"].as_str().unwrap()).unwrap()
}

/// §1, §2, §3: one ring of several invitees of a group, in the inviter's order, with every field.
#[test]
fn every_field_of_a_group_ring_is_shown() {
    let mut world = World::of_a_group();
    let invite = Command::Invite(invite_in_group("alice/laptop", &["carol", "bob"]));
    let decision = world.does(&invite, START).unwrap();
    let Event::NewInvitationReceived(shown) = &decision.notices[0].event else {
        panic!("another event");
    };
    assert_eq!(shown.group_id, Some("team".parse().unwrap()));
    assert_eq!(shown.invitee_list, [user("carol"), user("bob")]);
    let invitees: Vec<_> = shown
        .invitees
        .iter()
        .map(|it| (&it.user, it.state))
        .collect();
    assert_eq!(
        invitees,
        [
            (&user("carol"), State::Pending),
            (&user("bob"), State::Pending)
        ]
    );
    assert_eq!((shown.rev, shown.remaining_ms), (1, Some(30_000)));
    let deadline = Some(after(30_000));
    assert_eq!(
        decision.reply,
        Reply::Invited("i1".parse().unwrap(), deadline, None)
    );
}

/// §1: live while somebody is pending and the deadline has not passed.
#[test]
fn a_group_ring_is_live_until_the_last_pending_one_ends() {
    let is_live = |world: &World, ms| world.invitation.as_ref().unwrap().is_live(after(ms));
    let mut world = World::ringing_in_a_group();
    assert!(is_live(&world, 29_999) && !is_live(&world, 30_000));
    world.does(&accept("bob/phone"), after(1)).unwrap();
    assert!(is_live(&world, 2));
    assert_eq!(states(&world, after(2)), [State::Accepted, State::Pending]);
    world.does(&reject("carol/phone", None), after(3)).unwrap();
    assert!(!is_live(&world, 4));
    assert_eq!(world.invitation.unwrap().ended, Some(after(3)));
}

/// §1, §3: +1 with each transition, and every event and view carries it: all see the same order.
#[test]
fn every_transition_is_one_revision_later() {
    let mut world = World::of_a_group();
    let invite = Command::Invite(invite_in_group("alice/laptop", &["bob", "carol"]));
    let steps = [
        invite,
        ringing("bob/phone"),
        modify("alice/laptop", "video"),
        accept("bob/phone"),
        ringing("carol/phone"),
        cancel("alice/laptop"),
    ];
    for (step, expected) in steps.iter().zip(1..) {
        let decision = world.does(step, after(expected)).unwrap();
        for notice in &decision.notices {
            let rev = notice.event.revision().map(|(_, rev)| rev);
            assert_eq!(rev, Some(expected), "{:?}", notice.event);
        }
        let invitation = world.invitation.as_ref().unwrap();
        assert_eq!(view(invitation, None, after(expected)).rev, expected);
    }
}

/// §2: reads apply the time too: past the deadline nobody is shown as pending, nothing as live.
#[test]
fn a_view_past_the_deadline_shows_the_pending_as_timed_out() {
    let mut world = World::ringing_in_a_group();
    world.does(&reject("bob/phone", None), after(1)).unwrap();
    let shown = view(world.invitation.as_ref().unwrap(), None, after(30_000));
    assert_eq!(shown.state, InvitationState::Ended);
    assert_eq!(shown.remaining_ms, Some(0));
    assert_eq!(
        states(&world, after(30_000)),
        [State::Rejected, State::TimedOut]
    );
}

/// §2: possible while at least one is pending, also after others accepted; it ends the pending ones.
#[test]
fn a_cancel_ends_those_still_pending_and_leaves_the_others() {
    let mut world = World::ringing_in_a_group();
    world.does(&accept("bob/phone"), after(1)).unwrap();
    let decision = world.does(&cancel("alice/laptop"), after(2)).unwrap();
    for notice in &decision.notices {
        let Event::InvitationCancelled(cancelled) = &notice.event else {
            panic!("another event");
        };
        assert_eq!(cancelled.invitee_list, [user("carol")]);
        assert_eq!(cancelled.group_id, Some("team".parse().unwrap()));
    }
    assert_eq!(
        states(&world, after(3)),
        [State::Accepted, State::Cancelled]
    );
    assert_eq!(decision.call, None);
    assert_eq!(decision.edits, [], "the call was answered, and stays so");
    let again = world.does(&cancel("alice/laptop"), after(4));
    assert_eq!(again, Err(Refusal::NotPending(Past::Cancelled)));
}

/// §3, column D, and §4: accept and reject are 8011; what is past comes first.
#[test]
fn a_member_who_was_not_invited_may_not_answer() {
    let mut world = World::ringing_in_a_group();
    for command in [
        accept("dave/phone"),
        reject("dave/phone", None),
        ringing("dave/phone"),
    ] {
        assert_eq!(world.does(&command, after(1)), Err(Refusal::NotInvitee));
    }
    assert_eq!(
        world.does(&cancel("dave/phone"), after(1)),
        Err(Refusal::NotInviter)
    );
    assert_eq!(
        world.does(&accept("erin/phone"), after(1)),
        Err(Refusal::UnknownInvitation)
    );
    let late = Err(Refusal::NotPending(Past::TimedOut));
    assert_eq!(world.does(&accept("dave/phone"), after(30_000)), late);
    assert_eq!(Failure::from(Refusal::NotInvitee).code, Code::NoPermission);
}

/// §3, §6: one event and one message for all who are late, never naming one who answered; it is one's
/// own time-out for those in the list alone.
#[test]
fn a_time_out_names_all_who_did_not_answer_in_one_event() {
    let mut world = World::of_a_group();
    let invite = invite_in_group("alice/laptop", &["bob", "carol", "dave"]);
    world.does(&Command::Invite(invite), START).unwrap();
    world.does(&accept("carol/phone"), after(1)).unwrap();
    let decision = world.does(&Command::TimeOut, after(30_000)).unwrap();
    let heard: Vec<_> = decision
        .notices
        .iter()
        .map(|notice| {
            let Event::InvitationTimeout(late) = &notice.event else {
                panic!("another event");
            };
            assert_eq!(late.invitee_list, [user("bob"), user("dave")]);
            (notice.to.user.as_str(), late.is_self_timeout)
        })
        .collect();
    assert_eq!(
        heard,
        [
            ("alice", false),
            ("bob", true),
            ("carol", false),
            ("dave", true)
        ]
    );
    let body = body(&decision);
    assert_eq!(body["actionType"], 5);
    assert_eq!(body["inviteeList"], serde_json::json!(["bob", "dave"]));
    let again = world.does(&Command::TimeOut, after(30_001)).unwrap();
    assert_eq!((again.message, again.notices), (None, Vec::new()));
}

/// §3: after a user's own terminal state the others' outcomes still arrive.
#[test]
fn the_others_outcomes_are_heard_after_the_own_answer() {
    let mut world = World::ringing_in_a_group();
    world.does(&reject("bob/phone", None), after(1)).unwrap();
    let others = world.does(&accept("carol/phone"), after(2)).unwrap();
    assert_eq!(told(&others.notices), MEMBERS.map(user).into());
}

/// §4, 8010: for whoever did not answer himself, the reason is the last end.
#[test]
fn what_is_past_is_the_last_end() {
    let mut world = World::ringing_in_a_group();
    world.does(&accept("bob/phone"), after(1)).unwrap();
    let pending = world.does(&cancel("bob/phone"), after(2));
    assert_eq!(pending, Err(Refusal::NotInviter), "carol is pending");
    world.does(&reject("carol/phone", None), after(2)).unwrap();
    let past = |world: &mut World, by| world.does(&cancel(by), after(3));
    for (by, reason) in [
        ("alice/laptop", Past::Rejected),
        ("dave/phone", Past::Rejected),
        ("carol/phone", Past::Rejected),
        ("carol/desk", Past::RejectedElsewhere),
    ] {
        assert_eq!(
            past(&mut world, by),
            Err(Refusal::NotPending(reason)),
            "{by}"
        );
    }
    // Of his own part everybody is told how he himself ended it.
    let own = world.does(&reject("bob/phone", None), after(3));
    assert_eq!(own, Err(Refusal::NotPending(Past::Accepted)));
    let own = world.does(&accept("bob/desk"), after(3));
    assert_eq!(own, Err(Refusal::NotPending(Past::AcceptedElsewhere)));
}

/// §6: all invitees (invite), the one who answered (accept, reject), those ended (cancel, time-out).
#[test]
fn messages_name_all_invitees_the_one_who_answered_or_those_ended() {
    let mut world = World::of_a_group();
    let invite = invite_in_group("alice/laptop", &["bob", "carol", "dave"]);
    for (command, expected) in [
        (Command::Invite(invite), (1, vec!["bob", "carol", "dave"])),
        (accept("carol/phone"), (3, vec!["carol"])),
        (reject("bob/phone", None), (4, vec!["bob"])),
        (cancel("alice/laptop"), (2, vec!["dave"])),
    ] {
        let decision = world.does(&command, after(1)).unwrap();
        let body = body(&decision);
        let (action, invitees) = expected;
        assert_eq!(body["actionType"], action);
        assert_eq!(body["inviteeList"], serde_json::json!(invitees));
        assert_eq!(
            (&body["inviter"], &body["groupID"]),
            (&"alice".into(), &"team".into())
        );
        let to = decision.message.unwrap().to;
        let users: Vec<_> = to.iter().map(|it| it.user.as_str()).collect();
        assert_eq!(users, MEMBERS);
    }
}

/// §6: the invite counts for those who were invited, and for nobody else in the group.
#[test]
fn an_invite_counts_for_those_who_are_invited() {
    let mut world = World::of_a_group();
    let invite = Command::Invite(invite_in_group("alice/laptop", &["bob", "carol"]));
    let message = world.does(&invite, START).unwrap().message.unwrap();
    assert_eq!(message.unread_for, [user("bob"), user("carol")]);
    let readers: Vec<_> = message.to.iter().map(|it| it.user.as_str()).collect();
    assert_eq!(readers, MEMBERS, "the others of the group read it too");
    let answered = world.does(&accept("bob/phone"), after(1)).unwrap();
    assert_eq!(answered.edits[0].read_by, [user("bob")]);
}

/// §2: online-only in a group: the connected devices of all members, and no message.
#[test]
fn an_online_only_ring_in_a_group_reaches_connected_devices() {
    let invite = Invite {
        online_user_only: true,
        ..invite_in_group("alice/laptop", &["bob", "carol"])
    };
    let context = Context {
        members: MEMBERS.map(user).into(),
        connected: [(user("bob"), ["phone".parse().unwrap()].into())].into(),
        ..Context::default()
    };
    let decision = decide(None, &Command::Invite(invite), &context, START).unwrap();
    let devices = [
        "alice/laptop",
        "alice/phone",
        "bob/phone",
        "bob/desk",
        "carol/phone",
    ];
    assert_eq!(
        crate::cast::heard(&decision.notices, &devices),
        [("bob/phone".to_owned(), "newInvitationReceived")]
    );
    assert_eq!(decision.message, None);
}
