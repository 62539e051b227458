//! The call that follows an accept (SIGNALING §8).

use bellhop_engine::command::Invite;
use bellhop_engine::{Command, Context, Refusal, Reply, call, decide};
use bellhop_protocol::{CallOutcome, Event, Party};

use crate::cast::{START, World, accept, after, hang_up, heard, invite, on, user};

const DEVICES: [&str; 4] = ["alice/laptop", "alice/phone", "bob/phone", "bob/desk"];

fn in_call() -> World {
    let mut world = World::ringing();
    world.does(&accept("bob/phone"), after(1_000)).unwrap();
    world
}

/// §8: hanging up leaves the call; when one is left it ends, and the others hear it.
#[test]
fn hanging_up_ends_a_call_of_two() {
    let mut world = in_call();
    let decision = world
        .call_does(&hang_up("bob/phone", None), after(11_000))
        .unwrap();
    let devices: Vec<_> = heard(&decision.notices, &DEVICES)
        .into_iter()
        .map(|(d, _)| d)
        .collect();
    assert_eq!(devices, ["alice/laptop", "alice/phone", "bob/desk"]);
    let Event::CallEnded(ended) = &decision.notices[0].event else {
        panic!("another event")
    };
    assert_eq!(
        (&ended.user, ended.duration_ms, ended.over),
        (&user("bob"), 10_000, true)
    );
    assert_eq!(ended.reason.as_str(), "hangUp");
    assert_eq!(decision.reply, Reply::HungUp("i1".parse().unwrap(), 10_000));
    let call = world.call.unwrap();
    assert_eq!((call.present().count(), call.is_running()), (0, false));
    assert_eq!(
        decision.edits[0].call.as_ref().unwrap().outcome,
        CallOutcome::Answered
    );
    assert_eq!(
        decision.edits[0].call.as_ref().unwrap().duration_ms,
        Some(10_000)
    );
    assert_eq!(
        decision.edits[0].call.as_ref().unwrap().answered_by,
        Some(on("bob/phone").into())
    );
}

/// §8: any device of a party's user leaves it; the reason given is passed on.
#[test]
fn any_device_of_a_party_hangs_up() {
    let mut world = in_call();
    let reason = Some("lunch".parse().unwrap());
    let decision = world
        .call_does(&hang_up("alice/phone", reason), after(2_000))
        .unwrap();
    let devices: Vec<_> = heard(&decision.notices, &DEVICES)
        .into_iter()
        .map(|(d, _)| d)
        .collect();
    assert_eq!(devices, ["alice/laptop", "bob/phone", "bob/desk"]);
    let Event::CallEnded(ended) = &decision.notices[0].event else {
        panic!("another event")
    };
    assert_eq!(ended.reason.as_str(), "lunch");
}

/// §8: strangers cannot hang up, before the accept nobody can, afterwards it is over.
#[test]
fn only_a_party_of_a_running_call_hangs_up() {
    let mut world = World::ringing();
    let early = world.call_does(&hang_up("alice/laptop", None), after(1));
    assert_eq!(early, Err(Refusal::UnknownCall));
    world.does(&accept("bob/phone"), after(1_000)).unwrap();
    let stranger = world.call_does(&hang_up("carol/phone", None), after(2_000));
    assert_eq!(stranger, Err(Refusal::UnknownCall));
    world
        .call_does(&hang_up("alice/laptop", None), after(3_000))
        .unwrap();
    let late = world.call_does(&hang_up("bob/phone", None), after(4_000));
    assert_eq!(late, Err(Refusal::CallEnded));
}

/// §8: a party whose device is gone for the grace is hung up; anybody else's going changes nothing.
#[test]
fn a_party_whose_device_is_gone_is_hung_up() {
    let mut world = in_call();
    let other = call::Command::PartyGone(on("bob/desk").into());
    assert_eq!(world.call_does(&other, after(2_000)).unwrap().call, None);
    let gone = call::Command::PartyGone(on("bob/phone").into());
    let decision = world.call_does(&gone, after(16_000)).unwrap();
    let Event::CallEnded(ended) = &decision.notices[0].event else {
        panic!("another event")
    };
    assert_eq!((ended.reason.as_str(), ended.over), ("deviceGone", true));
    assert_eq!(heard(&decision.notices, &DEVICES).len(), DEVICES.len());
    assert_eq!(world.call_does(&gone, after(17_000)).unwrap().call, None);
}

/// §8: an invitation with the callID of a call that the inviter is in invites into it, nobody else's.
#[test]
fn a_party_invites_into_the_running_call() {
    let mut world = in_call();
    let into = |by: &str, whom: &str| Invite {
        id: "i2".parse().unwrap(),
        ..invite(by, whom)
    };
    let context = Context {
        call: world.call.clone(),
        ..Context::default()
    };
    let ask = |by: &str, whom: &str, context: &Context| {
        decide(
            None,
            &Command::Invite(into(by, whom)),
            context,
            after(5_000),
        )
    };
    assert_eq!(
        ask("carol/phone", "alice", &context),
        Err(Refusal::NotInCall)
    );

    let decision = ask("bob/phone", "carol", &context).unwrap();
    let call = decision.call.unwrap();
    assert_eq!(
        call.invitations,
        ["i1".parse().unwrap(), "i2".parse().unwrap()]
    );
    let mut joined = World {
        invitation: decision.invitation,
        call: Some(call),
        ..World::default()
    };
    joined.does(&accept("carol/phone"), after(6_000)).unwrap();
    let call = joined.call.clone().unwrap();
    let users: Vec<_> = call
        .present()
        .map(|member| member.party.user.clone())
        .collect();
    assert_eq!(users, [user("alice"), user("bob"), user("carol")]);
    assert_eq!(call.started, Some(after(1_000)));

    // Three are in it: one leaves, two go on; the next one ends it.
    let first = joined
        .call_does(&hang_up("alice/laptop", None), after(7_000))
        .unwrap();
    let Event::CallEnded(ended) = &first.notices[0].event else {
        panic!("another event")
    };
    assert!(!ended.over);
    assert_eq!(first.edits, []);
    let second = joined
        .call_does(&hang_up("bob/phone", None), after(8_000))
        .unwrap();
    assert_eq!(second.edits.len(), 2);

    world
        .call_does(&hang_up("alice/laptop", None), after(9_000))
        .unwrap();
    let over = Context {
        call: world.call,
        ..Context::default()
    };
    assert_eq!(ask("alice/laptop", "carol", &over), Err(Refusal::CallEnded));
    assert_eq!(ask("carol/phone", "alice", &over), Err(Refusal::NotInCall));
}

/// §8: until a call begins, its name belongs to whoever invited first.
#[test]
fn a_call_that_has_not_begun_belongs_to_its_founder() {
    let world = World::ringing();
    let context = Context {
        call: world.call,
        ..Context::default()
    };
    let ask = |by: &str| {
        let invite = Invite {
            id: "i2".parse().unwrap(),
            ..invite(by, "carol")
        };
        decide(None, &Command::Invite(invite), &context, START).map(|_| ())
    };
    assert_eq!(ask("bob/phone"), Err(Refusal::NotInCall));
    assert_eq!(ask("alice/phone"), Ok(()));
}

/// §8: a device that came back as another platform and went again is the same device.
#[test]
fn a_party_is_told_by_its_device_and_not_by_its_platform() {
    let mut world = in_call();
    let mut party: Party = on("bob/phone").into();
    party.platform = "web".parse().unwrap();
    let gone = world.call_does(&call::Command::PartyGone(party), after(16_000));
    assert!(gone.unwrap().call.unwrap().ended.is_some());
}

/// §1, §8: an invitation that is live can be accepted, though the call it leads into is over.
#[test]
fn an_accept_begins_a_call_anew_that_was_over() {
    let mut world = in_call();
    let context = Context {
        call: world.call.clone(),
        ..Context::default()
    };
    let invite = Invite {
        id: "i2".parse().unwrap(),
        ..invite("alice/laptop", "carol")
    };
    let invited = decide(None, &Command::Invite(invite), &context, after(2_000)).unwrap();
    world.call = invited.call;
    world
        .call_does(&hang_up("bob/phone", None), after(3_000))
        .unwrap();

    world.invitation = invited.invitation;
    world.does(&accept("carol/phone"), after(5_000)).unwrap();
    let call = world.call.clone().unwrap();
    let users: Vec<_> = call
        .present()
        .map(|member| member.party.user.clone())
        .collect();
    assert_eq!(users, [user("alice"), user("carol")]);
    assert_eq!((call.started, call.ended), (Some(after(5_000)), None));
    let ended = world
        .call_does(&hang_up("carol/phone", None), after(6_000))
        .unwrap();
    let edited: Vec<_> = ended
        .edits
        .iter()
        .map(|edit| {
            (
                edit.invite.as_str(),
                edit.call.as_ref().unwrap().duration_ms,
            )
        })
        .collect();
    assert_eq!(edited, [("i2", Some(1_000))]);
}

/// §2: of an online-only invitation's call, too, only the devices hear that it reached.
#[test]
fn an_online_only_call_ends_for_those_it_reached() {
    let connected = ["alice/laptop", "bob/phone"].map(|it| (on(it).user, [on(it).device].into()));
    let context = Context {
        connected: connected.into(),
        ..Context::default()
    };
    let invite = Invite {
        online_user_only: true,
        ..invite("alice/laptop", "bob")
    };
    let invited = decide(None, &Command::Invite(invite), &context, START).unwrap();
    let mut world = World {
        invitation: invited.invitation,
        call: invited.call,
        ..World::default()
    };
    let late = world.does(&accept("bob/desk"), after(1));
    assert_eq!(late, Err(Refusal::UnknownInvitation));
    world.does(&accept("bob/phone"), after(2)).unwrap();
    let ended = world
        .call_does(&hang_up("bob/phone", None), after(3))
        .unwrap();
    assert_eq!(
        heard(&ended.notices, &DEVICES),
        [("alice/laptop".to_owned(), "callEnded")]
    );
}
