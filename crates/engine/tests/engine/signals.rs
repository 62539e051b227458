//! Media negotiation between the parties of a call (SIGNALING §8, `sendSignal`).

use bellhop_engine::command::Invite;
use bellhop_engine::{Actor, Call, Command, Context, Notice, Refusal, call, decide};
use bellhop_protocol::event::{Sender, Signal};
use bellhop_protocol::request::SignalTo;
use bellhop_protocol::{Code, Failure};

use crate::cast::{World, accept, after, hang_up, heard, invite, on, user};

const DEVICES: [&str; 5] = [
    "alice/laptop",
    "alice/phone",
    "bob/phone",
    "bob/desk",
    "carol/phone",
];

/// Alice on her laptop and bob on his phone.
fn in_call() -> World {
    let mut world = World::ringing();
    world.does(&accept("bob/phone"), after(1)).unwrap();
    world
}

/// The same, with carol on her phone.
fn three_in_call() -> Call {
    let world = in_call();
    let context = Context {
        call: world.call,
        ..Context::default()
    };
    let into = Invite {
        id: "i2".parse().unwrap(),
        ..invite("alice/laptop", "carol")
    };
    let invited = decide(None, &Command::Invite(into), &context, after(2)).unwrap();
    let mut third = World {
        invitation: invited.invitation,
        call: invited.call,
        ..World::default()
    };
    third.does(&accept("carol/phone"), after(3)).unwrap();
    third.call.unwrap()
}

fn to(name: &str, device: Option<&str>) -> SignalTo {
    SignalTo {
        user: user(name),
        device: device.map(|it| it.parse().unwrap()),
    }
}

fn send(call: Option<&Call>, by: &str, to: Option<&SignalTo>) -> Result<Vec<Notice>, Refusal> {
    let by: Actor = on(by);
    let signal = Signal {
        call_id: "i1".parse().unwrap(),
        from: Sender {
            user: by.user.clone(),
            device: by.device.clone(),
        },
        op_id: "op".parse().unwrap(),
        data: "offer".to_owned(),
    };
    call::signal(call, &by, to, &signal)
}

fn reached(call: &Call, by: &str, to: Option<&SignalTo>) -> Vec<String> {
    let notices = send(Some(call), by, to).unwrap();
    heard(&notices, &DEVICES)
        .into_iter()
        .map(|it| it.0)
        .collect()
}

/// §8: to the party's device alone; without an addressee to all other parties.
#[test]
fn a_signal_reaches_the_devices_that_are_in_the_call() {
    let call = three_in_call();
    let from = "alice/laptop";
    assert_eq!(reached(&call, from, None), ["bob/phone", "carol/phone"]);
    assert_eq!(reached(&call, from, Some(&to("bob", None))), ["bob/phone"]);
    let device = to("bob", Some("phone"));
    assert_eq!(reached(&call, from, Some(&device)), ["bob/phone"]);
    assert_eq!(
        reached(&call, "bob/phone", Some(&to("alice", None))),
        ["alice/laptop"]
    );
}

/// §8, §4: between parties only, from the device that is in the call: 8011; to strangers no such call.
#[test]
fn only_parties_of_a_call_send_signals() {
    let call = in_call().call.unwrap();
    let refused = |by, to: Option<&SignalTo>| send(Some(&call), by, to).unwrap_err();
    assert_eq!(refused("alice/phone", None), Refusal::NotAParty);
    assert_eq!(refused("carol/phone", None), Refusal::UnknownCall);
    for nobody in [to("carol", None), to("bob", Some("desk"))] {
        let refusal = refused("alice/laptop", Some(&nobody));
        assert_eq!(refusal, Refusal::ReceiverNotInCall(nobody.user.clone()));
        assert_eq!(Failure::from(refusal).code, Code::NoPermission);
    }
    assert_eq!(send(None, "alice/laptop", None), Err(Refusal::UnknownCall));
    let ringing = World::ringing().call;
    let early = send(ringing.as_ref(), "alice/laptop", None);
    assert_eq!(early, Err(Refusal::UnknownCall), "a ring is no call yet");
}

/// §8: after the end there is nobody to negotiate with; nor for one who has left.
#[test]
fn a_call_that_is_over_carries_no_signals() {
    let mut world = in_call();
    world
        .call_does(&hang_up("bob/phone", None), after(2))
        .unwrap();
    for by in ["alice/laptop", "bob/phone"] {
        let late = send(world.call.as_ref(), by, None);
        assert_eq!(late, Err(Refusal::CallEnded));
    }
    let mut three = World {
        call: Some(three_in_call()),
        ..World::default()
    };
    three
        .call_does(&hang_up("bob/desk", None), after(4))
        .unwrap();
    let left = send(three.call.as_ref(), "bob/phone", None);
    assert_eq!(left, Err(Refusal::CallEnded));
    let call = three.call.unwrap();
    assert_eq!(reached(&call, "alice/laptop", None), ["carol/phone"]);
}
