//! Requests: waiting, repeated, given up (SIGNALING §4, §5).

use bellhop_protocol::request::{ByInvite, ByUsers, Nothing};

use super::super::link::{no_reply, unreachable};
use super::*;

fn invited(name: &str) -> Value {
    json!({"inviteID": name, "remainingMs": 30_000})
}

#[test]
fn what_is_asked_without_a_connection_is_sent_after_the_login_in_order() {
    let mut phone = Phone::new();
    assert_eq!(phone.ask(1, invite("a", "ann")), []);
    phone.feed(Input::Start);
    assert_eq!(phone.ask(2, cancel("x")), []);
    assert_eq!(
        phone.log_in(&nothing()),
        [
            online(),
            send_request(1, &invite("a", "ann")),
            send_request(2, &cancel("x")),
        ]
    );
}

/// §5: repeats what was not answered, with the same ids.
#[test]
fn what_was_not_answered_is_sent_again_after_a_reconnect() {
    let mut phone = Phone::online();
    assert_eq!(
        phone.ask(1, invite("a", "ann")),
        [send_request(2, &invite("a", "ann"))]
    );
    phone.lose();
    assert_eq!(
        phone.return_to(&nothing()),
        [online(), send_request(2, &invite("a", "ann"))]
    );
    assert_eq!(
        phone.reply(2, Ok(invited("a"))),
        [done(1, Ok(invited("a")))]
    );
    assert_eq!(phone.reply(2, Ok(invited("a"))), []);
}

/// §4: 6012 `noReply` when no reply came in time, offline too.
#[test]
fn a_request_is_given_up_after_thirty_seconds() {
    let mut phone = Phone::new();
    phone.feed(Input::Start);
    phone.lose();
    phone.ask(1, cancel("x"));
    phone.now += 30_000;
    let effects = phone.feed(Input::Tick);
    assert_eq!(effects, [done(1, Err(no_reply())), Effect::Connect]);
    assert_eq!(no_reply().data.reason, Reason::NoReply);
    assert_eq!(no_reply().code.number(), 6012);
}

/// A server that leaves a request unanswered cannot be believed: the snapshot tells what became of it.
#[test]
fn a_server_that_does_not_answer_is_left() {
    let mut phone = Phone::online();
    phone.ask(1, cancel("x"));
    phone.now += 30_000;
    let effects = phone.feed(Input::Tick);
    assert_eq!(effects[..2], [done(1, Err(no_reply())), Effect::Disconnect]);
}

/// §4: 6200 before the first login, 9508 after it.
#[test]
fn the_queue_has_a_bound() {
    let mut phone = Phone::new();
    for ticket in 0..256 {
        assert_eq!(phone.ask(ticket, cancel("x")), []);
    }
    let cause = "too many requests wait for it; try again in a moment";
    assert_eq!(
        phone.ask(256, cancel("x")),
        [done(256, Err(unreachable(false, cause)))]
    );
    assert_eq!(unreachable(false, cause).code, Code::NoNetwork);
    assert_eq!(unreachable(true, cause).code, Code::Disconnected);
}

/// PROTOCOL: more than 64 unanswered requests close the connection.
#[test]
fn no_more_than_the_server_allows_are_on_the_connection_at_once() {
    let mut phone = Phone::online();
    let sent: usize = (0..100).map(|t| phone.ask(t, cancel("x")).len()).sum();
    assert_eq!(sent, 48);
    let effects = phone.reply(2, Ok(json!({"inviteID": "x"})));
    assert_eq!(
        effects,
        [
            done(0, Ok(json!({"inviteID": "x"}))),
            send_request(50, &cancel("x"))
        ]
    );
}

/// PROTOCOL: a frame over 80 KiB closes the connection; repeating it would do so for ever.
#[test]
fn what_does_not_fit_into_a_frame_is_refused_here() {
    let mut phone = Phone::online();
    let Request::Cancel(mut cancel) = cancel("x") else {
        panic!("another request");
    };
    cancel.data = "x".repeat(rpc::MAX_FRAME);
    let effects = phone.ask(1, Request::Cancel(cancel));
    let [
        Effect::Done {
            outcome: Err(failure),
            ..
        },
    ] = effects.as_slice()
    else {
        panic!("{effects:?}");
    };
    assert_eq!(failure.code, Code::TooLong);
}

#[test]
fn the_app_is_told_about_a_refusal_as_it_is() {
    let mut phone = Phone::ringing();
    phone.ask(1, accept("ring"));
    let refusal = Failure::new(Code::NotPending, Reason::AcceptedElsewhere, "Late.");
    assert_eq!(
        phone.reply(3, Err(refusal.clone())),
        [done(1, Err(refusal))]
    );
}

/// §3: the device that acts hears of it through the reply, and of a call it joins it asks the rest.
#[test]
fn an_accept_makes_a_call_on_this_device() {
    let mut phone = Phone::ringing();
    phone.ask(1, accept("ring"));
    let reply = json!({"inviteID": "ring"});
    assert_eq!(
        phone.reply(3, Ok(reply.clone())),
        [
            done(1, Ok(reply)),
            send(4, "getCall", json!({"callID": "ring"}))
        ]
    );
    assert_eq!(phone.ring_of("ring"), Some(Ring::Silent));
    let told = call_of(
        &ring("ring", 1),
        &[party("ann", "pad"), party("bob", "phone")],
    );
    assert_eq!(phone.reply(4, Ok(serde_json::to_value(&told).unwrap())), []);
    let call = phone.handset.calls().next().unwrap();
    assert!(call.here);
    assert_eq!(call.parties, told.parties);
    assert_eq!(call.started.as_millis(), phone.now - 1_000);
}

#[test]
fn an_end_that_this_device_made_is_forgotten_without_an_event() {
    let mut phone = Phone::online();
    phone.ask(1, invite("a", "ann"));
    phone.reply(2, Ok(invited("a")));
    phone.ask(2, cancel("a"));
    let reply = json!({"inviteID": "a"});
    assert_eq!(phone.reply(3, Ok(reply.clone())), [done(2, Ok(reply))]);
    assert_eq!(phone.handset.live().count(), 0);
}

#[test]
fn what_is_read_of_an_invitation_is_news_unless_it_is_older_than_what_was_heard() {
    let group = between("ann", &["bob", "cat", "dan"], "ring", 1);
    let read = Request::GetInvitation(ByInvite {
        invite_id: id("ring"),
        op_id: None,
    });
    let mut phone = Phone::online();
    phone.hear(new(group.clone()));
    phone.reply(2, Ok(json!({})));
    phone.hear(Event::InviteeRejected(answered(&group, 3, "cat", "pad")));

    let mut older = group.clone();
    older.rev = 2;
    older.remaining_ms = Some(9_000);
    older.invitees[1].state = InviteeState::Rejected;
    phone.ask(2, read.clone());
    let older = serde_json::to_value(&older).unwrap();
    assert_eq!(phone.reply(3, Ok(older.clone())), [done(2, Ok(older))]);
    let deadline = Timestamp::from_millis(phone.now + 30_000);
    assert_eq!(phone.handset.view().invitations[0].deadline, Some(deadline));

    let mut newer = group.clone();
    newer.rev = 4;
    for invitee in &mut newer.invitees[1..] {
        invitee.state = InviteeState::Rejected;
        invitee.device = Some("pad".parse().unwrap());
        invitee.platform = Some("linux".parse().unwrap());
    }
    phone.ask(3, read);
    let newer = serde_json::to_value(&newer).unwrap();
    let told = Event::InviteeRejected(answered(&group, 4, "dan", "pad"));
    assert_eq!(
        phone.reply(4, Ok(newer.clone())),
        [tell(told), done(3, Ok(newer))]
    );
}

/// An answer of this device's own has no revision yet: an older state of it does not undo it.
#[test]
fn an_own_answer_is_not_undone_by_a_read_from_before_it() {
    let mut phone = Phone::ringing();
    phone.ask(1, accept("ring"));
    phone.reply(3, Ok(json!({"inviteID": "ring"})));
    let read = Request::GetInvitation(ByInvite {
        invite_id: id("ring"),
        op_id: None,
    });
    phone.ask(2, read);
    let before = serde_json::to_value(ring("ring", 1)).unwrap();
    assert_eq!(phone.reply(5, Ok(before.clone())), [done(2, Ok(before))]);
    assert_eq!(phone.ring_of("ring"), Some(Ring::Silent));
}

/// §5: a subscription outlives the connection; what changed meanwhile is told once.
#[test]
fn subscribes_again_after_a_reconnect() {
    let list = |status: &str| json!({"statusList": [{"userID": "ann", "status": status}]});
    let mut phone = Phone::online();
    let request = Request::SubscribeUserStatus(ByUsers {
        users: vec![user("ann")],
    });
    phone.ask(1, request.clone());
    phone.reply(2, Ok(list("online")));
    phone.lose();
    assert_eq!(
        phone.return_to(&nothing()),
        [online(), send_request(4, &request)]
    );
    let changed: Event = serde_json::from_value(json!({
        "method": "userStatusChanged", "params": {"userID": "ann", "status": "offline"},
    }))
    .unwrap();
    assert_eq!(phone.reply(4, Ok(list("offline"))), [tell(changed.clone())]);
    assert_eq!(phone.hear(changed), []);
}

#[test]
fn the_same_message_is_told_once() {
    let message: Event = serde_json::from_value(json!({
        "method": "messageReceived",
        "params": {"messageID": "m", "conversationID": "C2Cann", "seq": 1, "from": "ann",
            "timeMs": 5, "type": "text", "payload": {"text": "hi"}},
    }))
    .unwrap();
    let mut phone = Phone::online();
    assert_eq!(phone.hear(message.clone()), [tell(message.clone())]);
    assert_eq!(phone.hear(message), []);
}

#[test]
fn a_read_is_repeated_too() {
    let mut phone = Phone::online();
    let read = Request::GetConversationList(Nothing {});
    phone.ask(1, read.clone());
    phone.lose();
    assert_eq!(
        phone.return_to(&nothing()),
        [online(), send_request(2, &read)]
    );
}
