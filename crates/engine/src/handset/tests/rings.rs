//! Invitations as they come, ring and end (SIGNALING §3, §5).

use bellhop_protocol::event::{CallEnded, Ringing};
use bellhop_protocol::request::Invite;

use super::super::Role;
use super::*;

fn role_of(phone: &Phone, name: &str) -> Role {
    let mut live = phone.handset.live();
    let entry = live.find(|entry| entry.invitation.invite_id == id(name));
    entry.unwrap().role
}

/// §3: this device received it and rings; once.
#[test]
fn a_ring_is_told_and_receipted_once() {
    let mut phone = Phone::online();
    assert_eq!(
        phone.hear(new(ring("ring", 1))),
        [tell(new(ring("ring", 1))), receipt(2, "ring")]
    );
    assert_eq!(phone.ring_of("ring"), Some(Ring::Sounds));
    assert_eq!(role_of(&phone, "ring"), Role::Invitee);
    assert_eq!(phone.hear(new(ring("ring", 1))), []);
}

/// §3: a call of one's own on another device is shown and never rung, so is a call to others.
#[test]
fn nothing_rings_that_is_not_for_this_user() {
    let mut phone = Phone::online();
    let own = between("bob", &["ann"], "own", 1);
    assert_eq!(phone.hear(new(own.clone())), [tell(new(own))]);
    let others = between("ann", &["cat", "dan"], "others", 1);
    assert_eq!(phone.hear(new(others.clone())), [tell(new(others))]);
    assert_eq!(phone.ring_of("own"), Some(Ring::Silent));
    assert_eq!(role_of(&phone, "own"), Role::InviterElsewhere);
    assert_eq!(phone.ring_of("others"), Some(Ring::Silent));
    assert_eq!(role_of(&phone, "others"), Role::Observer);
}

#[test]
fn each_end_is_told_once_and_stops_the_ring() {
    let was = ring("ring", 1);
    let mut rejected = answered(&was, 2, "bob", "desk");
    rejected.data = "no".to_owned();
    for end in [
        cancelled(&was, 2, None),
        timed_out(&was, 2),
        Event::InviteeRejected(rejected),
    ] {
        let mut phone = Phone::ringing();
        assert_eq!(phone.hear(end.clone()), [tell(end.clone())]);
        assert_eq!(phone.ring_of("ring"), None);
        assert_eq!(phone.hear(end), []);
        assert_eq!(phone.hear(new(ring("ring", 1))), []);
    }
}

/// §3: B2 hears `inviteeAccepted` with himself as the invitee: stop ringing.
#[test]
fn an_answer_on_another_device_silences_this_one() {
    let mut phone = Phone::ringing();
    let elsewhere = Event::InviteeAccepted(answered(&ring("ring", 1), 2, "bob", "desk"));
    assert_eq!(phone.hear(elsewhere.clone()), [tell(elsewhere)]);
    assert_eq!(phone.ring_of("ring"), Some(Ring::Silent));
    let call = phone.handset.calls().next().unwrap();
    assert!(!call.here);
    assert_eq!(call.parties, [party("bob", "desk")]);
}

/// §3: after a user's own terminal state the other invitees' outcomes still arrive.
#[test]
fn the_others_of_a_group_are_followed_after_the_own_answer() {
    let group = between("ann", &["bob", "cat"], "ring", 1);
    let mut phone = Phone::online();
    phone.hear(new(group.clone()));
    let own = Event::InviteeRejected(answered(&group, 2, "bob", "desk"));
    assert_eq!(phone.hear(own.clone()), [tell(own)]);
    assert_eq!(phone.ring_of("ring"), Some(Ring::Silent));
    let other = Event::InviteeAccepted(answered(&group, 3, "cat", "pad"));
    assert_eq!(phone.hear(other.clone()), [tell(other)]);
    assert_eq!(phone.handset.calls().count(), 0);
}

/// An event that is not later than what is known is an echo.
#[test]
fn events_out_of_order_are_dropped() {
    let group = between("ann", &["bob", "cat"], "ring", 1);
    let mut phone = Phone::online();
    phone.hear(new(group.clone()));
    let later = Event::InviteeRejected(answered(&group, 3, "cat", "pad"));
    phone.hear(later);
    let earlier = Event::InviteeRejected(answered(&group, 2, "bob", "desk"));
    assert_eq!(phone.hear(earlier), []);
}

#[test]
fn an_end_that_overtakes_its_beginning_leaves_nothing_to_ring() {
    let mut phone = Phone::online();
    assert_eq!(phone.hear(cancelled(&ring("ring", 1), 2, None)), []);
    assert_eq!(phone.hear(new(ring("ring", 1))), []);
    assert_eq!(phone.handset.live().count(), 0);
}

/// At the deadline a ring is silent, with or without a connection; its end is the server's to tell.
#[test]
fn a_ring_is_silent_at_its_deadline() {
    for is_connected in [true, false] {
        let mut phone = Phone::ringing();
        if !is_connected {
            phone.lose();
        }
        phone.now += 29_999;
        let early = phone.feed(Input::Tick);
        assert!(!early.contains(&Effect::Tell(ClientEvent::RingOverdue(id("ring")))));
        phone.now += 1;
        let overdue = Effect::Tell(ClientEvent::RingOverdue(id("ring")));
        assert_eq!(phone.feed(Input::Tick)[0], overdue);
        assert_eq!(phone.ring_of("ring"), Some(Ring::Overdue));
        assert!(!phone.feed(Input::Tick).contains(&overdue));
    }
}

/// §5: nothing rings for ever by accident.
#[test]
fn a_ring_without_a_deadline_is_doubted_when_the_server_stays_away() {
    let mut phone = Phone::online();
    let mut endless = ring("ring", 1);
    endless.timeout = 0;
    endless.remaining_ms = None;
    phone.hear(new(endless));
    phone.lose();
    phone.now += 45_000;
    let effects = phone.feed(Input::Tick);
    assert_eq!(
        effects[0],
        Effect::Tell(ClientEvent::RingUnconfirmed(id("ring")))
    );
    assert_eq!(phone.ring_of("ring"), Some(Ring::Unconfirmed));
}

#[test]
fn the_inviter_hears_that_it_rings_that_it_is_answered_and_that_it_is_over() {
    let mut phone = Phone::online();
    phone.ask(1, invite("own", "ann"));
    phone.reply(2, Ok(json!({"inviteID": "own", "remainingMs": 30_000})));
    assert_eq!(role_of(&phone, "own"), Role::Inviter);
    let rings = Event::InviteeRinging(Ringing {
        invite_id: id("own"),
        rev: 2,
        invitee: user("ann"),
        device: "pad".parse().unwrap(),
        platform: "linux".parse().unwrap(),
    });
    assert_eq!(phone.hear(rings.clone()), [tell(rings)]);
    let own = between("bob", &["ann"], "own", 1);
    let accepted = Event::InviteeAccepted(answered(&own, 3, "ann", "pad"));
    assert_eq!(phone.hear(accepted.clone()), [tell(accepted)]);
    let call = phone.handset.calls().next().unwrap().clone();
    assert!(call.here);
    assert_eq!(call.parties, [party("bob", "phone"), party("ann", "pad")]);

    let over = Event::CallEnded(CallEnded {
        call_id: call.call_id,
        invite_id: id("own"),
        user: user("ann"),
        duration_ms: 5,
        reason: "hangUp".parse().unwrap(),
        over: true,
    });
    assert_eq!(phone.hear(over.clone()), [tell(over.clone())]);
    assert_eq!(phone.handset.live().count(), 0);
    assert_eq!(phone.handset.calls().count(), 0);
    assert_eq!(phone.hear(over), []);
}

#[test]
fn the_data_of_an_own_invitation_is_in_the_view() {
    let mut phone = Phone::online();
    let mut request = Invite::to(user("ann"));
    request.invite_id = Some(id("own"));
    request.data = "📞".to_owned();
    phone.ask(1, Request::Invite(request));
    phone.reply(2, Ok(json!({"inviteID": "own", "remainingMs": 29_950})));
    let view = phone.handset.view();
    assert_eq!(view.invitations[0].invitation.data, "📞");
    assert_eq!(
        view.invitations[0].deadline,
        Some(Timestamp::from_millis(phone.now + 29_950))
    );
}
