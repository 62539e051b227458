//! Who may be rung in a group, and what becomes of a ring whose people leave it (SIGNALING §2, §4).
//!
//! Alice invites bob and carol; dave is a member and not invited, erin is no member.

use bellhop_engine::command::Invite;
use bellhop_engine::group::{Group, welcome};
use bellhop_engine::invitation::Devices;
use bellhop_engine::refusal::Past;
use bellhop_engine::{Command, Context, Decision, Invitation, Refusal, Reply, decide, view};
use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::request::JoinOption;
use bellhop_protocol::{Code, Event, Failure, InviteeState, InviteeState as State};

use crate::cast::{
    MEMBERS, START, World, accept, after, cancel, hang_up, invite, invite_in_group, reject, told,
    user,
};

fn states(world: &World) -> Vec<InviteeState> {
    let shown = view(world.invitation.as_ref().unwrap(), None, after(3));
    shown.invitees.iter().map(|it| it.state).collect()
}

/// §2, §4: the inviter must be a member (10007), every invitee too (10004), of a group that is there
/// (10010); else the whole invitation fails.
#[test]
fn only_members_are_rung_and_ring_in_a_group() {
    let refused = |world: &mut World, by, whom: &[&str]| {
        let invite = Command::Invite(invite_in_group(by, whom));
        Failure::from(world.does(&invite, START).unwrap_err()).code
    };
    let mut world = World::of_a_group();
    assert_eq!(
        refused(&mut world, "erin/phone", &["bob"]),
        Code::NotInGroup
    );
    assert_eq!(
        refused(&mut world, "alice/laptop", &["bob", "erin"]),
        Code::InviteeNotInGroup
    );
    assert_eq!(
        refused(&mut World::default(), "alice/laptop", &["bob"]),
        Code::NoSuchGroup
    );
    assert!(world.invitation.is_none() && world.call.is_none());
}

/// §2, §4: nobody, somebody twice, the inviter himself, or more than 100 are 6017.
#[test]
fn an_invitee_list_names_1_to_100_others_once() {
    let names: Vec<String> = (0..101).map(|n| format!("m{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut members: std::collections::BTreeSet<_> = MEMBERS.map(user).into();
    members.extend(names.iter().map(|name| user(name)));
    let ask = |whom: &[&str]| {
        let context = Context {
            members: members.clone(),
            ..Context::default()
        };
        let invite = Command::Invite(invite_in_group("alice/laptop", whom));
        let made = decide(None, &invite, &context, START);
        made.map(|_| ()).map_err(|it| Failure::from(it).code)
    };
    for bad in [
        &[][..],
        &["bob", "carol", "bob"],
        &["bob", "alice"],
        &names[..],
    ] {
        assert_eq!(ask(bad), Err(Code::BadParameter), "{bad:?}");
    }
    assert_eq!(ask(&names[..100]), Ok(()));
}

/// §2: an invitee who leaves the group while pending ends as cancelled, `leftGroup`; he still hears it.
#[test]
fn an_invitee_who_leaves_the_group_is_cancelled() {
    let mut world = World::ringing_in_a_group();
    world.members.remove(&user("carol"));
    let decision = world.does(&Command::MembersLeft, after(1)).unwrap();
    assert_eq!(told(&decision.notices), MEMBERS.map(user).into());
    for notice in &decision.notices {
        let Event::InvitationCancelled(cancelled) = &notice.event else {
            panic!("another event");
        };
        assert_eq!(cancelled.invitee_list, [user("carol")]);
        assert_eq!(cancelled.reason, Some(EndReason::LeftGroup));
    }
    assert_eq!(states(&world), [State::Pending, State::Cancelled]);
    assert!(world.invitation.as_ref().unwrap().is_live(after(2)));
    let again = world.does(&Command::MembersLeft, after(2)).unwrap();
    assert!(!again.changes() && again.notices.is_empty());
    world.does(&accept("bob/phone"), after(3)).unwrap();
}

/// §2: when the inviter leaves or the group is dismissed, all pending ones end so, and no others; §3,
/// column D: whoever was in it hears it.
#[test]
fn a_ring_ends_with_its_inviter_or_its_group() {
    for dismissed in [false, true] {
        let mut world = World::ringing_in_a_group();
        world.does(&accept("bob/phone"), after(1)).unwrap();
        if dismissed {
            world.witnesses = std::mem::take(&mut world.members);
        } else {
            world.members.remove(&user("alice"));
        }
        let decision = world.does(&Command::MembersLeft, after(2)).unwrap();
        assert_eq!(told(&decision.notices), MEMBERS.map(user).into());
        let Event::InvitationCancelled(cancelled) = &decision.notices[0].event else {
            panic!("another event");
        };
        assert_eq!(cancelled.reason, Some(EndReason::LeftGroup));
        assert_eq!(states(&world), [State::Accepted, State::Cancelled]);
    }
}

/// §2, §3, column D: whatever ends a ring of a group that was dismissed, whoever was in it hears it.
#[test]
fn whoever_saw_a_ring_hears_its_end_after_the_group() {
    for (command, at) in [
        (Command::MembersLeft, 2),
        (cancel("alice/laptop"), 2),
        (Command::InviterGone, 2),
        (Command::TimeOut, 30_000),
    ] {
        let mut world = World::ringing_in_a_group();
        world.witnesses = std::mem::take(&mut world.members);
        let decision = world.does(&command, after(at)).unwrap();
        let heard = told(&decision.notices);
        assert_eq!(heard, MEMBERS.map(user).into(), "{command:?}");
    }
}

/// §2: time is applied first: past the deadline whoever leaves has timed out.
#[test]
fn who_leaves_the_group_after_the_deadline_has_timed_out() {
    let mut world = World::ringing_in_a_group();
    world.members.clear();
    let decision = world.does(&Command::MembersLeft, after(30_000)).unwrap();
    assert!(matches!(
        decision.notices[0].event,
        Event::InvitationTimeout(_)
    ));
}

/// §4, 20007: in a group whoever has blocked the inviter is simply not rung: nothing fails, he hears
/// nothing, counts nothing, and for him there is no such invitation.
#[test]
fn who_has_blocked_the_inviter_is_not_rung_in_a_group() {
    let mut world = World::of_a_group();
    world.blocked_by = [user("bob")].into();
    let invite = Command::Invite(invite_in_group("alice/laptop", &["bob", "carol"]));
    let decision = world.does(&invite, START).unwrap();
    let others = ["alice", "carol", "dave"].map(user).into();
    assert_eq!(told(&decision.notices), others);
    assert_eq!(decision.message.unwrap().unread_for, [user("carol")]);
    assert_eq!(
        world.does(&accept("bob/phone"), after(1)),
        Err(Refusal::UnknownInvitation)
    );
    let late = world.does(&Command::TimeOut, after(30_000)).unwrap();
    assert_eq!(told(&late.notices), others);
}

/// §4, 20007: nor does he hear of the call that it becomes.
#[test]
fn who_has_blocked_the_inviter_hears_nothing_of_the_call() {
    let mut world = World::of_a_group();
    world.blocked_by = [user("bob")].into();
    let invite = Command::Invite(invite_in_group("alice/laptop", &["bob", "carol"]));
    world.does(&invite, START).unwrap();
    world.does(&accept("carol/phone"), after(1)).unwrap();
    let ended = world
        .call_does(&hang_up("carol/phone", None), after(2))
        .unwrap();
    let others = ["alice", "carol", "dave"].map(user).into();
    assert_eq!(told(&ended.notices), others);
}

/// §2: whoever left while pending, or was rung by one who left, may answer no more, whether or not
/// the group's rings have been looked through since.
#[test]
fn whoever_left_may_answer_no_more() {
    for left in ["bob", "alice"] {
        let mut world = World::ringing_in_a_group();
        world.members.remove(&user(left));
        for answer in [accept("bob/phone"), reject("bob/phone", None)] {
            let refused = world.does(&answer, after(1)).unwrap_err();
            assert_eq!(refused, Refusal::NotPending(Past::Cancelled), "{left}");
        }
    }
}

/// §8: the group hears how a call goes on that some of it were invited into later.
#[test]
fn a_call_that_a_group_is_invited_into_is_followed_by_the_group() {
    let mut world = World::of_a_group();
    let first = Command::Invite(invite("alice/laptop", "bob"));
    world.does(&first, START).unwrap();
    world.does(&accept("bob/phone"), after(1)).unwrap();
    let context = Context {
        call: world.call.clone(),
        members: world.members.clone(),
        ..Context::default()
    };
    let into = Invite {
        id: "i2".parse().unwrap(),
        ..invite_in_group("alice/laptop", &["carol"])
    };
    let invited = decide(None, &Command::Invite(into), &context, after(2)).unwrap();
    world.call = invited.call;
    let ended = world
        .call_does(&hang_up("bob/phone", None), after(3))
        .unwrap();
    assert_eq!(told(&ended.notices), MEMBERS.map(user).into());
}

/// §3, column D: who joins is shown what rings, as it stands; not who has a part in it already, not what
/// is online-only or over.
#[test]
fn whoever_joins_is_shown_what_rings() {
    let world = World::ringing_in_a_group();
    let rings = world.invitation.clone().unwrap();
    let group = |members: &[&str]| Group {
        id: "team".parse().unwrap(),
        rev: 1,
        name: "Team".to_owned().try_into().unwrap(),
        owner: user("alice"),
        join_option: JoinOption::InviteOnly,
        members: members.iter().map(|name| user(name)).collect(),
        witnesses: Vec::new(),
    };
    let before = group(&["alice", "carol", "dave"]);
    let joined = group(&["alice", "carol", "dave", "bob", "erin"]);
    let shown = |open: &Invitation, at: u64| {
        let decision = Decision {
            group: Some(joined.clone()),
            ..Decision::unchanged(Reply::Nothing)
        };
        let welcomed = welcome(
            Some(&before),
            decision,
            std::slice::from_ref(open),
            after(at),
        );
        welcomed.notices
    };
    let notices = shown(&rings, 1000);
    assert_eq!(told(&notices), [user("erin")].into());
    let expected = view(&rings, None, after(1000));
    let event = Event::NewInvitationReceived(Box::new(expected));
    assert_eq!(notices[0].event, event);

    let online_only = Invitation {
        reach: Some(Devices::new()),
        ..rings.clone()
    };
    assert_eq!(shown(&online_only, 1000), []);
    assert_eq!(shown(&rings, 86_400_000), []);
}
