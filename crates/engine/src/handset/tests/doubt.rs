//! A server that cannot say what it has done, and apps that do not know what was asked before them
//! (SIGNALING §4, 6012).

use bellhop_protocol::event::Ringing;
use bellhop_protocol::request::{Invite, RingTime};

use super::super::Role;
use super::super::link::no_reply;
use super::*;

/// Repeated under the same ids, each time after a longer wait.
#[test]
fn what_the_server_could_not_do_is_asked_again() {
    let mut phone = Phone::ringing();
    phone.ask(1, accept("ring"));
    for wait in [250, 500, 1_000, 2_000, 4_000, 4_000] {
        assert_eq!(phone.reply(3, Err(try_again())), []);
        assert_eq!(phone.wait(wait - 1), []);
        assert_eq!(phone.wait(1), [send_request(3, &accept("ring"))]);
    }
    let reply = json!({"inviteID": "ring"});
    assert_eq!(
        phone.reply(3, Ok(reply.clone())),
        [done(1, Ok(reply)), parties(4, "ring")]
    );
}

/// Until its own 30 s are over; what became of it is then asked.
#[test]
fn it_is_given_up_after_thirty_seconds() {
    let mut phone = Phone::ringing();
    phone.ask(1, cancel("ring"));
    let begun = phone.now;
    let refused = loop {
        let effects = phone.reply(3, Err(try_again()));
        if !effects.is_empty() {
            break effects;
        }
        let due = phone.handset.next_deadline().unwrap().as_millis();
        phone.wait(due - phone.now);
    };
    assert_eq!(refused, [done(1, Err(try_again())), standing(4, "ring")]);
    assert!(phone.now - begun > 25_000 && phone.now - begun < 30_000);
}

#[test]
fn other_refusals_are_believed() {
    let mut phone = Phone::ringing();
    for (ticket, refusal) in [
        (1, past(Reason::Cancelled)),
        (2, no_reply()),
        (
            3,
            Failure::new(Code::TooManyRequests, Reason::TooManyRequests, "Slower."),
        ),
    ] {
        phone.ask(ticket, accept("ring"));
        assert_eq!(
            phone.reply(ticket + 2, Err(refusal.clone())),
            [done(ticket, Err(refusal))]
        );
    }
}

/// The invitation existed although the server said 6012: what was heard of it meanwhile is not lost.
#[test]
fn a_ring_that_began_in_doubt_is_followed() {
    let mut phone = Phone::online();
    phone.ask(1, invite("own", "ann"));
    phone.reply(2, Err(try_again()));
    let own = between("bob", &["ann"], "own", 1);
    let accepted = Event::InviteeAccepted(answered(&own, 3, "ann", "pad"));
    assert_eq!(phone.hear(accepted.clone()), []);
    assert_eq!(phone.wait(250), [send_request(2, &invite("own", "ann"))]);
    let reply = json!({"inviteID": "own", "remainingMs": 29_750});
    assert_eq!(
        phone.reply(2, Ok(reply.clone())),
        [done(1, Ok(reply)), standing(3, "own")]
    );
    let mut stands = after(own, 3, InviteeState::Accepted);
    stands.invitees[0].device = Some("pad".parse().unwrap());
    let effects = phone.reply(3, told(&stands));
    assert_eq!(effects, [tell(accepted), parties(4, "own")]);
    assert!(phone.handset.calls().next().unwrap().here);
}

/// What the person has cancelled is not placed by a repetition, whichever of the two is answered first.
#[test]
fn what_is_cancelled_while_it_is_in_doubt_is_not_placed_later() {
    let unwanted = Failure::new(
        Code::TimedOut,
        Reason::TryAgain,
        "It was cancelled before the server said that it was placed.",
    );
    let unknown = || Err(past(Reason::Unknown));

    let mut phone = Phone::online();
    phone.ask(1, invite("own", "ann"));
    phone.reply(2, Err(try_again()));
    assert_eq!(
        phone.ask(2, cancel("own")),
        [
            done(1, Err(unwanted)),
            send_request(3, &cancel("own")),
            standing(4, "own")
        ]
    );
    assert_eq!(phone.reply(3, unknown()), [done(2, unknown())]);
    assert_eq!(phone.reply(4, unknown()), []);
    assert_eq!(phone.wait(5_000), []);

    let mut phone = Phone::online();
    phone.ask(1, invite("own", "ann"));
    phone.ask(2, cancel("own"));
    assert_eq!(
        phone.reply(2, Err(try_again())),
        [done(1, Err(try_again())), standing(4, "own")]
    );
    assert_eq!(phone.reply(3, unknown()), [done(2, unknown())]);
    assert_eq!(phone.reply(4, unknown()), []);
    assert_eq!(phone.wait(5_000), []);

    let mut phone = Phone::online();
    phone.ask(1, invite("own", "ann"));
    phone.ask(2, cancel("own"));
    assert_eq!(phone.reply(3, unknown()), []);
    assert_eq!(
        phone.reply(2, Err(try_again())),
        [done(1, Err(try_again())), standing(4, "own")]
    );
    assert_eq!(phone.wait(250), [send_request(3, &cancel("own"))]);
    assert_eq!(phone.reply(3, unknown()), [done(2, unknown())]);
}

/// A restarted app repeats an invitation that has ended: it is never shown as live.
#[test]
fn a_repeated_invitation_that_has_ended_is_not_shown() {
    let mut phone = Phone::online();
    phone.ask(1, invite("own", "ann"));
    let reply = json!({"inviteID": "own", "remainingMs": 21_000});
    assert_eq!(
        phone.reply(2, Ok(reply.clone())),
        [done(1, Ok(reply)), standing(3, "own")]
    );
    assert_eq!(phone.handset.live().count(), 0);
    let own = between("bob", &["ann"], "own", 1);
    let ended = after(own.clone(), 2, InviteeState::Rejected);
    let rejected = Event::InviteeRejected(answered(&own, 2, "ann", "desk"));
    assert_eq!(phone.reply(3, told(&ended)), [tell(rejected)]);
    assert_eq!(phone.handset.live().count(), 0);
}

/// One that rings for ever cannot be told from its repetition by its time.
#[test]
fn an_invitation_without_a_deadline_is_asked_about() {
    let mut phone = Phone::online();
    let mut endless = Invite::to(user("ann"));
    endless.invite_id = Some(id("own"));
    endless.timeout = RingTime::try_from(0).unwrap();
    phone.ask(1, Request::Invite(endless));
    let reply = json!({"inviteID": "own"});
    assert_eq!(
        phone.reply(2, Ok(reply.clone())),
        [done(1, Ok(reply)), standing(3, "own")]
    );
    let mut own = between("bob", &["ann"], "own", 1);
    (own.timeout, own.remaining_ms) = (0, None);
    assert_eq!(phone.entry("own").unwrap().invitation, own);
    let ended = after(own.clone(), 4, InviteeState::Cancelled);
    assert_eq!(
        phone.reply(3, told(&ended)),
        [tell(cancelled(&own, 4, None))]
    );
    assert_eq!(phone.handset.live().count(), 0);
}

/// What the app before this one on the same device had asked is told to every device but this one.
#[test]
fn an_invitation_of_the_app_before_is_learnt_of() {
    let mut phone = Phone::online();
    let rings = Event::InviteeRinging(Ringing {
        invite_id: id("own"),
        rev: 2,
        invitee: user("ann"),
        device: "pad".parse().unwrap(),
        platform: "linux".parse().unwrap(),
    });
    assert_eq!(phone.hear(rings), [standing(2, "own")]);
    let mut own = between("bob", &["ann"], "own", 2);
    own.invitees[0].ringing = true;
    assert_eq!(phone.reply(2, told(&own)), [tell(new(own))]);
    let entry = phone.entry("own").unwrap();
    assert_eq!(
        (entry.role, entry.ring),
        (Role::InviterElsewhere, Ring::Silent)
    );
}

#[test]
fn a_call_of_the_app_before_is_learnt_of() {
    let mut phone = Phone::online();
    let own = between("bob", &["ann"], "own", 1);
    phone.hear(Event::InviteeAccepted(answered(&own, 3, "ann", "pad")));
    let taken = after(own, 3, InviteeState::Accepted);
    assert_eq!(phone.reply(2, told(&taken)), [parties(3, "own")]);
    let call = call_of(&taken, &[party("bob", "phone"), party("ann", "pad")]);
    assert_eq!(
        phone.reply(3, Ok(serde_json::to_value(&call).unwrap())),
        [Effect::Tell(ClientEvent::CallRunning(call))]
    );
    assert!(phone.handset.calls().next().unwrap().here);
}

/// §3: the device that acts gets the result and no event, also where the result comes over another
/// connection than the request left on.
#[test]
fn what_was_done_on_the_connection_before_is_told_by_the_reply() {
    let mut phone = Phone::ringing();
    phone.ask(1, accept("ring"));
    phone.lose();
    phone.return_to(&snapshot(&[ring("ring", 1)], &[]));
    let own = Event::InviteeAccepted(answered(&ring("ring", 1), 2, "bob", "phone"));
    assert_eq!(phone.hear(own), []);
    assert_eq!(phone.ring_of("ring"), Some(Ring::Silent));
    let reply = json!({"inviteID": "ring"});
    assert_eq!(
        phone.reply(3, Ok(reply.clone())),
        [done(1, Ok(reply)), parties(5, "ring")]
    );
}

#[test]
fn an_invitation_made_on_the_connection_before_is_told_by_the_reply() {
    let mut phone = Phone::online();
    phone.ask(1, invite("own", "ann"));
    phone.lose();
    phone.return_to(&nothing());
    let own = between("bob", &["ann"], "own", 1);
    assert_eq!(phone.hear(new(own.clone())), []);
    assert_eq!(phone.entry("own").unwrap().role, Role::Inviter);
    let rejected = Event::InviteeRejected(answered(&own, 2, "ann", "pad"));
    assert_eq!(phone.hear(rejected.clone()), []);
    let reply = json!({"inviteID": "own", "remainingMs": 29_000});
    assert_eq!(
        phone.reply(2, Ok(reply.clone())),
        [done(1, Ok(reply)), tell(rejected)]
    );
    assert_eq!(phone.handset.live().count(), 0);
}

/// When the reply is a refusal after all, it was somebody else's doing.
#[test]
fn what_looked_like_ones_own_is_told_with_the_refusal() {
    let mut phone = Phone::online();
    let group = json!({"groupID": "team", "userIDList": ["cat"], "opID": "op"});
    let add = Request::parse("addGroupMember", group).unwrap();
    phone.ask(1, add);
    let joined: Event = serde_json::from_value(json!({"method": "groupChanged", "params": {
        "groupID": "team", "change": "joined", "userIDList": ["cat"], "by": "bob",
    }}))
    .unwrap();
    assert_eq!(phone.hear(joined.clone()), []);
    let refusal = Failure::new(Code::NotInGroup, Reason::NotInGroup, "No.");
    assert_eq!(
        phone.reply(2, Err(refusal.clone())),
        [tell(joined), done(1, Err(refusal))]
    );
}

/// §6: messages go to every device but the acting one.
#[test]
fn an_own_message_is_told_by_the_reply() {
    let mut phone = Phone::online();
    let message = json!({"userID": "ann", "type": "text", "payload": {"text": "hi"}, "opID": "op"});
    phone.ask(1, Request::parse("sendMessage", message).unwrap());
    let told = |name: &str, text: &str| -> Event {
        serde_json::from_value(json!({"method": "messageReceived", "params": {
            "messageID": name, "conversationID": "C2Cann", "seq": 1, "from": "bob", "to": "ann",
            "timeMs": 5, "type": "text", "payload": {"text": text},
        }}))
        .unwrap()
    };
    assert_eq!(phone.hear(told("m1", "hi")), []);
    assert_eq!(phone.hear(told("m2", "ho")), [tell(told("m2", "ho"))]);
    let reply = json!({"message": {"messageID": "m1"}});
    assert_eq!(phone.reply(2, Ok(reply.clone())), [done(1, Ok(reply))]);

    // The same words, written on another device.
    let message = json!({"userID": "ann", "type": "text", "payload": {"text": "hi"}, "opID": "op"});
    phone.ask(2, Request::parse("sendMessage", message).unwrap());
    assert_eq!(phone.hear(told("m3", "hi")), []);
    let reply = json!({"message": {"messageID": "m4"}});
    assert_eq!(
        phone.reply(3, Ok(reply.clone())),
        [done(2, Ok(reply)), tell(told("m3", "hi"))]
    );
}
