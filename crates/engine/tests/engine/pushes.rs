//! Who is pushed to, and when a push is withdrawn (SIGNALING §7).

use bellhop_engine::invitation::Devices;
use bellhop_engine::{Command, Context, Decision, Invitation, decide, push};
use bellhop_protocol::request::RejectReason;
use bellhop_protocol::{CallOutcome, Event, OfflinePushInfo, Timestamp};

use crate::cast::{
    START, World, accept, after, cancel, invite, invite_in_group, reject, ringing, user,
};

/// The push information that asks for a push.
fn wanted() -> OfflinePushInfo {
    OfflinePushInfo {
        title: Some("Alice".to_owned()),
        description: Some("calls you".to_owned()),
        extension: Some("{}".to_owned()),
        ..OfflinePushInfo::default()
    }
}

fn connected(devices: &[(&str, &str)]) -> Devices {
    let mut connected = Devices::new();
    for (name, device) in devices {
        let of = connected.entry(user(name)).or_default();
        of.insert(device.parse().unwrap());
    }
    connected
}

/// Alice rings bob with this push information while these are connected.
fn rung(info: OfflinePushInfo, devices: &[(&str, &str)]) -> Decision {
    let mut invite = invite("alice/laptop", "bob");
    invite.push = Some(Box::new(info));
    made(Command::Invite(invite), devices)
}

/// Alice rings bob and carol in the group.
fn rung_in_group(devices: &[(&str, &str)], blocked_by: &[&str]) -> Decision {
    let mut invite = invite_in_group("alice/laptop", &["bob", "carol"]);
    invite.push = Some(Box::new(wanted()));
    let context = Context {
        connected: connected(devices),
        members: World::of_a_group().members,
        blocked_by: blocked_by.iter().map(|name| user(name)).collect(),
        ..Context::default()
    };
    decide(None, &Command::Invite(invite), &context, START).unwrap()
}

fn made(command: Command, devices: &[(&str, &str)]) -> Decision {
    let context = Context {
        connected: connected(devices),
        ..Context::default()
    };
    decide(None, &command, &context, START).unwrap()
}

fn looked_at(ring: &Invitation, devices: &[(&str, &str)], now: Timestamp) -> Decision {
    hears(ring, &Command::Push, devices, now)
}

fn hears(
    ring: &Invitation,
    command: &Command,
    devices: &[(&str, &str)],
    now: Timestamp,
) -> Decision {
    let context = Context {
        connected: connected(devices),
        ..Context::default()
    };
    decide(Some(ring), command, &context, now).unwrap()
}

fn does(decision: Decision, command: &Command, now: Timestamp) -> Decision {
    let mut world = World {
        invitation: decision.invitation,
        call: decision.call,
        ..World::default()
    };
    world.does(command, now).unwrap()
}

/// Who is pushed to.
fn pushed(decision: &Decision) -> Vec<&str> {
    let pushes = decision.notices.iter().filter(|notice| {
        let is_push = matches!(notice.event, Event::PushReceived(_));
        assert_eq!(notice.to.is_push, is_push);
        is_push
    });
    pushes.map(|notice| notice.to.user.as_str()).collect()
}

/// Whose push is withdrawn, and what for.
fn withdrawn(decision: &Decision) -> Vec<(&str, CallOutcome)> {
    let mut found = Vec::new();
    for notice in &decision.notices {
        if let Event::PushWithdrawn(told) = &notice.event {
            assert!(notice.to.is_push, "only the push channel hears of it");
            assert_eq!(told.invite_id.as_str(), "i1");
            found.push((notice.to.user.as_str(), told.outcome));
        }
    }
    found
}

/// §7: to an invitee none of whose devices is connected, at once, with everything he needs to ring.
#[test]
fn an_invitee_without_a_device_is_pushed_to_at_once() {
    let decision = rung(wanted(), &[("alice", "laptop")]);
    assert_eq!(pushed(&decision), ["bob"]);
    let ring = decision.invitation.unwrap();
    assert_eq!((ring.asleep_at, ring.rev), (None, 1));
    let last = decision.notices.last().unwrap();
    let Event::PushReceived(told) = &last.event else {
        panic!("another event");
    };
    let texts = (told.title.as_str(), told.description.as_str());
    assert_eq!(texts, ("Alice", "calls you"));
    assert_eq!(told.extension, "{}");
    assert_eq!(told.signaling.invite_id.as_str(), "i1");
    assert_eq!(told.signaling.inviter, user("alice"));
    assert_eq!(told.signaling.invitee_list, [user("bob")]);
    assert_eq!(
        (&told.signaling.data[..], told.signaling.timeout),
        ("hello", 30)
    );
    let heard = |device: &str| last.to.includes(&device.parse().unwrap());
    assert!(!heard("phone"), "an ordinary device hears no push");
}

/// §7: also to one whose devices have all gone while it rang there, once.
#[test]
fn an_invitee_whose_devices_have_gone_in_the_ring_is_pushed_to() {
    let gone = Command::InviteeGone;
    let there = [("bob", "phone")];
    let rung = rung(wanted(), &there);
    let ring = does(rung, &ringing("bob/phone"), after(100));
    let ring = ring.invitation.unwrap();
    assert!(!hears(&ring, &gone, &there, after(17_000)).changes());
    let pushed_to = hears(&ring, &gone, &[], after(17_000));
    assert_eq!(pushed(&pushed_to), ["bob"]);
    let told = pushed_to.invitation.unwrap();
    assert_eq!(told.rev, ring.rev + 1);
    assert!(!hears(&told, &gone, &[], after(18_000)).changes());
    assert!(!hears(&ring, &gone, &[], after(30_000)).changes());
    let unwanted = made(Command::Invite(invite("alice/laptop", "bob")), &there);
    let unwanted = unwanted.invitation.unwrap();
    assert!(!hears(&unwanted, &gone, &[], after(17_000)).changes());
}

/// §5, §7: a server that starts has lost every device; one that rang before may not come back.
#[test]
fn after_a_servers_start_those_who_rang_are_looked_for_once_more() {
    let there = [("bob", "phone")];
    let start = Command::ServerStarted {
        back_by: after(19_000),
    };
    let ring = rung(wanted(), &there).invitation.unwrap();
    let ring = hears(&ring, &ringing("bob/phone"), &there, after(100));
    let ring = ring.invitation.unwrap();
    assert!(
        !hears(&ring, &start, &[], after(1_000)).changes(),
        "it is looked at sooner"
    );
    let ring = looked_at(&ring, &there, after(3_000)).invitation.unwrap();
    let started = hears(&ring, &start, &[], after(4_000)).invitation.unwrap();
    assert_eq!(
        (started.rev, started.asleep_at),
        (ring.rev + 1, Some(after(19_000)))
    );
    assert!(
        !hears(&started, &start, &[], after(4_000)).changes(),
        "once"
    );
    assert!(!looked_at(&started, &[], after(18_999)).changes());
    assert_eq!(
        pushed(&looked_at(&started, &there, after(19_000))),
        [] as [&str; 0]
    );
    let gone = looked_at(&started, &[], after(19_000));
    assert_eq!(pushed(&gone), ["bob"]);
    let gone = gone.invitation.unwrap();
    assert!(!hears(&gone, &start, &[], after(19_500)).changes());
    let late = Command::ServerStarted {
        back_by: after(30_000),
    };
    assert!(!hears(&ring, &late, &[], after(15_000)).changes());
}

/// §7: to one whose connected devices have not said for three seconds that they ring; not earlier,
/// and not again.
#[test]
fn a_device_that_does_not_ring_in_three_seconds_is_asleep() {
    let there = [("bob", "phone"), ("bob", "tablet")];
    let decision = rung(wanted(), &there);
    assert_eq!(pushed(&decision), Vec::<&str>::new());
    let ring = decision.invitation.unwrap();
    assert_eq!(ring.asleep_at, Some(after(3000)));
    assert!(!looked_at(&ring, &there, after(2999)).changes());
    let late = looked_at(&ring, &there, after(3000));
    assert_eq!(pushed(&late), ["bob"]);
    let ring = late.invitation.unwrap();
    assert_eq!((ring.rev, ring.asleep_at), (2, None));
    assert!(
        !looked_at(&ring, &there, after(9000)).changes(),
        "once per invitation"
    );
}

/// §7: one device that rings is enough, while it is connected.
#[test]
fn who_rings_is_not_pushed_to() {
    let there = [("bob", "phone"), ("bob", "tablet")];
    let decision = rung(wanted(), &there);
    let by = crate::cast::on("bob/phone");
    let ring = does(decision, &Command::Ringing { by }, after(100))
        .invitation
        .unwrap();
    assert_eq!(
        pushed(&looked_at(&ring, &there, after(3000))),
        Vec::<&str>::new()
    );
    let gone = looked_at(&ring, &[("bob", "tablet")], after(3000));
    assert_eq!(pushed(&gone), ["bob"], "the one that rang is gone");
}

/// §2, §7: not when push is disabled, without a description, online-only, or without push information.
#[test]
fn what_is_not_to_be_pushed_is_not() {
    let disabled = OfflinePushInfo {
        disable_push: true,
        ..wanted()
    };
    let silent = OfflinePushInfo {
        description: None,
        ..wanted()
    };
    let empty = OfflinePushInfo {
        description: Some(String::new()),
        ..wanted()
    };
    for info in [disabled, silent, empty] {
        let decision = rung(info, &[]);
        assert_eq!(pushed(&decision), Vec::<&str>::new());
        assert_eq!(decision.invitation.unwrap().asleep_at, None);
    }
    let mut online = invite("alice/laptop", "bob");
    online.push = Some(Box::new(wanted()));
    online.online_user_only = true;
    let plain = invite("alice/laptop", "bob");
    for invite in [online, plain] {
        let decision = made(Command::Invite(invite), &[]);
        assert_eq!(pushed(&decision), Vec::<&str>::new());
    }
}

/// §7: withdrawn when the ring ends, with how it ended for that user; never for one not pushed to.
#[test]
fn a_push_is_withdrawn_when_the_ring_ends() {
    let outcomes = [
        (accept("bob/phone"), after(10), CallOutcome::Answered),
        (reject("bob/phone", None), after(10), CallOutcome::Rejected),
        (
            reject("bob/phone", Some(RejectReason::Busy)),
            after(10),
            CallOutcome::Busy,
        ),
        (cancel("alice/laptop"), after(10), CallOutcome::Cancelled),
        (Command::InviterGone, after(10), CallOutcome::InviterOffline),
        (Command::TimeOut, after(30_000), CallOutcome::TimedOut),
    ];
    for (command, now, outcome) in outcomes {
        let ended = does(rung(wanted(), &[]), &command, now);
        assert_eq!(withdrawn(&ended), [("bob", outcome)], "{command:?}");
        let awake = does(rung(wanted(), &[("bob", "phone")]), &command, now);
        assert_eq!(withdrawn(&awake), [], "{command:?}");
    }
}

/// §7: group invitations push too, to each invitee by himself; whoever blocked the inviter is left in
/// peace, and so are observers.
#[test]
fn a_ring_in_a_group_is_pushed() {
    let decision = rung_in_group(&[("carol", "phone")], &[]);
    assert_eq!(pushed(&decision), ["bob"]);
    let ring = decision.invitation.unwrap();
    let late = looked_at(&ring, &[("carol", "phone")], after(3000));
    assert_eq!(pushed(&late), ["carol"]);
    let decision = rung_in_group(&[], &["bob"]);
    assert_eq!(pushed(&decision), ["carol"]);
    assert_eq!(decision.invitation.unwrap().asleep_at, None);
}

/// §7: a push channel that comes back is told of the rings that were pushed and go on, and no others.
#[test]
fn a_push_is_outstanding_while_the_ring_goes_on() {
    let ring = rung(wanted(), &[]).invitation.unwrap();
    let told = |ring: &Invitation, name: &str, now| push::outstanding(ring, &user(name), now);
    assert!(matches!(
        told(&ring, "bob", after(1)),
        Some(Event::PushReceived(_))
    ));
    assert_eq!(told(&ring, "alice", after(1)), None);
    assert_eq!(
        told(&ring, "bob", after(30_000)),
        None,
        "its deadline has passed"
    );
    let awake = rung(wanted(), &[("bob", "phone")]).invitation.unwrap();
    assert_eq!(told(&awake, "bob", after(1)), None);
}
