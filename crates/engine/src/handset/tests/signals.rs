//! Signals between the parties of a call (SIGNALING §8).

use bellhop_protocol::event::{CallEnded, Sender, Signal};
use bellhop_protocol::request::SendSignal;

use super::super::link::maybe_done;
use super::*;

fn received(op: &str) -> Event {
    Event::SignalReceived(Signal {
        call_id: "ring".parse().unwrap(),
        from: Sender {
            user: user("ann"),
            device: "pad".parse().unwrap(),
        },
        op_id: op.parse().unwrap(),
        data: "offer".to_owned(),
    })
}

fn signal(call: &str, op: &str) -> Request {
    Request::SendSignal(SendSignal {
        call_id: call.parse().unwrap(),
        data: "answer".to_owned(),
        to: None,
        op_id: Some(op.parse().unwrap()),
    })
}

/// Bob in a call with Ann; the next request is number 5.
fn in_call() -> Phone {
    let mut phone = Phone::ringing();
    phone.ask(1, accept("ring"));
    phone.reply(3, Ok(json!({"inviteID": "ring"})));
    let call = call_of(
        &ring("ring", 1),
        &[party("ann", "pad"), party("bob", "phone")],
    );
    phone.reply(4, Ok(serde_json::to_value(call).unwrap()));
    phone
}

/// The snapshot while that call runs.
fn call_runs() -> LoggedIn {
    let mut taken = after(ring("ring", 1), 3, InviteeState::Accepted);
    taken.invitees[0].device = Some("phone".parse().unwrap());
    let mut snapshot = snapshot(std::slice::from_ref(&taken), &[]);
    let parties = [party("ann", "pad"), party("bob", "phone")];
    snapshot.calls.push(call_of(&taken, &parties));
    snapshot
}

fn call_is_over() -> LoggedIn {
    let mut over = after(ring("ring", 1), 3, InviteeState::Accepted);
    over.state = InvitationState::Ended;
    snapshot(&[], &[over])
}

fn call_ended() -> Failure {
    crate::Refusal::CallEnded.into()
}

/// §8: receivers de-duplicate by `opID`, of each sender's own.
#[test]
fn a_signal_is_told_once() {
    let mut phone = in_call();
    assert_eq!(phone.hear(received("1")), [tell(received("1"))]);
    assert_eq!(phone.hear(received("2")), [tell(received("2"))]);
    assert_eq!(phone.hear(received("1")), []);
    let Event::SignalReceived(mut other) = received("1") else {
        panic!("another event");
    };
    other.from.user = user("cat");
    let other = Event::SignalReceived(other);
    assert_eq!(phone.hear(other.clone()), [tell(other)]);
}

/// The memory has a bound: the oldest is forgotten.
#[test]
fn so_many_signals_are_remembered() {
    let mut phone = in_call();
    for number in 0..=1024 {
        assert_eq!(phone.hear(received(&number.to_string())).len(), 1);
    }
    assert_eq!(phone.hear(received("1")), []);
    assert_eq!(phone.hear(received("0")).len(), 1);
}

/// §8: in order, also when the server could not pass one on at once.
#[test]
fn signals_of_a_call_go_one_by_one() {
    let mut phone = in_call();
    assert_eq!(
        phone.ask(2, signal("ring", "1")),
        [send_request(5, &signal("ring", "1"))]
    );
    assert_eq!(phone.ask(3, signal("ring", "2")), []);
    assert_eq!(
        phone.ask(4, signal("other", "3")),
        [send_request(7, &signal("other", "3"))]
    );
    assert_eq!(phone.reply(5, Err(try_again())), []);
    assert_eq!(phone.wait(250), [send_request(5, &signal("ring", "1"))]);
    assert_eq!(
        phone.reply(5, Ok(json!({}))),
        [
            done(2, Ok(json!({}))),
            send_request(6, &signal("ring", "2"))
        ]
    );
}

/// §5: repeated after a reconnect, under the same name, while the call runs.
#[test]
fn a_signal_is_repeated_while_the_call_runs() {
    let mut phone = in_call();
    phone.ask(2, signal("ring", "1"));
    phone.lose();
    assert_eq!(
        phone.return_to(&call_runs()),
        [online(), send_request(5, &signal("ring", "1"))]
    );
}

#[test]
fn a_signal_is_not_repeated_after_the_call_is_over() {
    let mut phone = in_call();
    phone.ask(2, signal("ring", "1"));
    phone.lose();
    assert_eq!(
        phone.return_to(&call_is_over()),
        [
            Effect::Tell(ClientEvent::CallGone("ring".parse().unwrap())),
            online(),
            done(2, Err(call_ended()))
        ]
    );

    let mut phone = in_call();
    phone.ask(2, signal("ring", "1"));
    phone.reply(5, Err(try_again()));
    let over = Event::CallEnded(CallEnded {
        call_id: "ring".parse().unwrap(),
        invite_id: id("ring"),
        user: user("ann"),
        duration_ms: 5,
        reason: "hangUp".parse().unwrap(),
        over: true,
    });
    assert_eq!(
        phone.hear(over.clone()),
        [tell(over), done(2, Err(call_ended()))]
    );
    assert_eq!(phone.wait(250), []);
}

/// Without an `opID` its receivers could not tell the repetition.
#[test]
fn what_has_no_name_is_not_sent_twice() {
    let mut phone = in_call();
    let Request::SendSignal(mut nameless) = signal("ring", "1") else {
        panic!("another request");
    };
    nameless.op_id = None;
    phone.ask(2, Request::SendSignal(nameless));
    assert_eq!(phone.lose()[0], done(2, Err(maybe_done())));
    assert_eq!(phone.return_to(&call_runs()), [online()]);
}
