//! What a login tells of the time the device was away (SIGNALING §5).

use super::*;

#[test]
fn what_began_meanwhile_rings_before_the_connection_is_called_online() {
    let mut phone = Phone::new();
    phone.feed(Input::Start);
    assert_eq!(
        phone.log_in(&snapshot(&[ring("ring", 4)], &[])),
        [tell(new(ring("ring", 4))), online(), receipt(2, "ring")]
    );
}

#[test]
fn what_is_live_as_before_is_no_news() {
    let mut phone = Phone::ringing();
    phone.lose();
    assert_eq!(
        phone.return_to(&snapshot(&[ring("ring", 1)], &[])),
        [online()]
    );
}

/// §5: a ring that died meanwhile stops with its true reason, exactly once.
#[test]
fn what_ended_meanwhile_ends_with_its_true_reason() {
    let was = ring("ring", 1);
    for (state, told) in [
        (InviteeState::Cancelled, cancelled(&was, 3, None)),
        (InviteeState::TimedOut, timed_out(&was, 3)),
        (
            InviteeState::Rejected,
            Event::InviteeRejected(answered(&was, 3, "bob", "desk")),
        ),
    ] {
        let mut phone = Phone::ringing();
        phone.lose();
        let ended = snapshot(&[], &[after(was.clone(), 3, state)]);
        assert_eq!(phone.return_to(&ended), [tell(told.clone()), online()]);
        assert_eq!(phone.handset.live().count(), 0);
        phone.lose();
        assert_eq!(phone.return_to(&ended), [online()]);
        assert_eq!(phone.hear(told), []);
    }
}

#[test]
fn a_cancel_while_away_keeps_its_reason() {
    let mut phone = Phone::ringing();
    phone.lose();
    let mut ended = after(ring("ring", 1), 3, InviteeState::Cancelled);
    ended.invitees[0].reason = Some(EndReason::InviterOffline);
    let told = cancelled(&ring("ring", 1), 3, Some(EndReason::InviterOffline));
    assert_eq!(
        phone.return_to(&snapshot(&[], &[ended])),
        [tell(told), online()]
    );
}

#[test]
fn what_another_device_answered_meanwhile_is_a_call_elsewhere() {
    let mut phone = Phone::ringing();
    phone.lose();
    let taken = after(ring("ring", 1), 3, InviteeState::Accepted);
    let parties = [party("ann", "pad"), party("bob", "desk")];
    let mut snapshot = snapshot(std::slice::from_ref(&taken), &[]);
    snapshot.calls.push(call_of(&taken, &parties));
    let told = Event::InviteeAccepted(answered(&ring("ring", 1), 3, "bob", "desk"));
    assert_eq!(phone.return_to(&snapshot), [tell(told), online()]);
    assert_eq!(phone.ring_of("ring"), Some(Ring::Silent));
    let call = phone.handset.calls().next().unwrap();
    assert_eq!((call.here, call.parties.as_slice()), (false, &parties[..]));
}

#[test]
fn a_call_that_began_and_ended_while_away_is_told_as_both() {
    let mut phone = Phone::ringing();
    phone.lose();
    let mut over = after(ring("ring", 1), 3, InviteeState::Accepted);
    over.state = InvitationState::Ended;
    let told = Event::InviteeAccepted(answered(&ring("ring", 1), 3, "bob", "desk"));
    assert_eq!(
        phone.return_to(&snapshot(&[], &[over])),
        [
            tell(told),
            Effect::Tell(ClientEvent::CallGone(CallId::from(id("ring")))),
            online()
        ]
    );
    assert_eq!(phone.handset.calls().count(), 0);
    assert_eq!(phone.handset.live().count(), 0);
}

/// §5: what the server does not know any more ends as `unknown`.
#[test]
fn what_the_server_has_forgotten_is_lost() {
    let mut phone = Phone::ringing();
    phone.lose();
    assert_eq!(
        phone.return_to(&nothing()),
        [
            Effect::Tell(ClientEvent::InvitationLost(id("ring"))),
            online()
        ]
    );
    assert_eq!(phone.hear(new(ring("ring", 1))), []);
}

/// §5: the SDK raises `invitationTimeout` once, and nothing rings.
#[test]
fn what_timed_out_while_away_is_told_once_and_never_rings() {
    let missed = after(ring("missed", 1), 2, InviteeState::TimedOut);
    let mut phone = Phone::new();
    phone.feed(Input::Start);
    assert_eq!(
        phone.log_in(&snapshot(&[], std::slice::from_ref(&missed))),
        [tell(timed_out(&ring("missed", 1), 2)), online()]
    );
    phone.lose();
    assert_eq!(phone.return_to(&snapshot(&[], &[missed])), [online()]);
}

#[test]
fn a_call_that_runs_without_this_device_knowing_is_told() {
    let taken = after(ring("ring", 1), 3, InviteeState::Accepted);
    let call = call_of(&taken, &[party("ann", "pad"), party("bob", "phone")]);
    let mut snapshot = snapshot(&[taken], &[]);
    snapshot.calls.push(call.clone());
    let mut phone = Phone::new();
    phone.feed(Input::Start);
    assert_eq!(
        phone.log_in(&snapshot),
        [Effect::Tell(ClientEvent::CallRunning(call)), online()]
    );
    assert!(phone.handset.calls().next().unwrap().here);
    phone.lose();
    assert_eq!(
        phone.return_to(&nothing()),
        [
            Effect::Tell(ClientEvent::CallGone(CallId::from(id("ring")))),
            online()
        ]
    );
}

/// §4: the reply to the repeated accept is what tells the app; the snapshot must not say it first.
#[test]
fn an_own_answer_whose_reply_was_lost_is_told_by_the_reply() {
    let mut phone = Phone::ringing();
    phone.ask(1, accept("ring"));
    phone.lose();
    let mut own = after(ring("ring", 1), 3, InviteeState::Accepted);
    own.invitees[0].device = Some("phone".parse().unwrap());
    let mut snapshot = snapshot(std::slice::from_ref(&own), &[]);
    snapshot.calls.push(call_of(&own, &[party("bob", "phone")]));
    assert_eq!(
        phone.return_to(&snapshot),
        [online(), send_request(3, &accept("ring"))]
    );
    let reply = json!({"inviteID": "ring"});
    let effects = phone.reply(3, Ok(reply.clone()));
    assert_eq!(effects[0], done(1, Ok(reply)));
    assert!(phone.handset.calls().next().unwrap().here);
}

/// §3: in the order of revisions, although the own answer is told by its reply.
#[test]
fn what_follows_an_own_answer_waits_for_its_reply() {
    let group = between("ann", &["bob", "cat"], "ring", 1);
    let mut phone = Phone::online();
    phone.hear(new(group.clone()));
    phone.reply(2, Ok(json!({})));
    phone.ask(1, accept("ring"));
    phone.lose();
    let mut own = after(group.clone(), 2, InviteeState::Accepted);
    own.state = InvitationState::Live;
    own.invitees[0].device = Some("phone".parse().unwrap());
    let mut snapshot = snapshot(std::slice::from_ref(&own), &[]);
    snapshot.calls.push(call_of(&own, &[party("bob", "phone")]));
    phone.return_to(&snapshot);
    let later = Event::InviteeRejected(answered(&group, 3, "cat", "pad"));
    assert_eq!(phone.hear(later.clone()), []);
    let reply = json!({"inviteID": "ring"});
    let effects = phone.reply(3, Ok(reply.clone()));
    assert_eq!(effects[..2], [done(1, Ok(reply)), tell(later)]);
}

/// A cancel of another own device looks like this one's, until the reply says otherwise.
#[test]
fn an_end_that_was_not_ours_after_all_is_told_with_the_refusal() {
    let mut phone = Phone::online();
    phone.ask(1, invite("own", "ann"));
    phone.reply(2, Ok(json!({"inviteID": "own", "remainingMs": 30_000})));
    phone.ask(2, cancel("own"));
    phone.lose();
    let own = between("bob", &["ann"], "own", 1);
    let ended = after(own.clone(), 2, InviteeState::Cancelled);
    assert_eq!(
        phone.return_to(&snapshot(&[], &[ended])),
        [online(), send_request(3, &cancel("own"))]
    );
    let refusal = Failure::new(Code::NotPending, Reason::Cancelled, "Over.");
    assert_eq!(
        phone.reply(3, Err(refusal.clone())),
        [tell(cancelled(&own, 2, None)), done(2, Err(refusal))]
    );
}

/// An invitation whose reply was lost: the login names it, and its outcome is news.
#[test]
fn an_own_invitation_is_followed_although_its_reply_was_lost() {
    let mut phone = Phone::online();
    phone.ask(1, invite("own", "ann"));
    phone.lose();
    phone.wait_for_attempt();
    let effects = phone.feed(Input::Connected);
    let login = json!({
        "userID": "bob", "userSig": "sig", "deviceID": "phone", "platform": "linux",
        "knownInvitations": ["own"],
    });
    assert_eq!(effects, [send(3, "login", login)]);
    let own = between("bob", &["ann"], "own", 1);
    let mut rejected = after(own.clone(), 3, InviteeState::Rejected);
    rejected.invitees[0].reason = Some(EndReason::Busy);
    let mut told = answered(&own, 3, "ann", "desk");
    told.reason = Some(EndReason::Busy);
    let reply = serde_json::to_value(snapshot(&[], &[rejected])).unwrap();
    assert_eq!(
        phone.reply(3, Ok(reply)),
        [
            tell(Event::InviteeRejected(told)),
            online(),
            send_request(2, &invite("own", "ann"))
        ]
    );
    let reply = json!({"inviteID": "own"});
    assert_eq!(phone.reply(2, Ok(reply.clone())), [done(1, Ok(reply))]);
    assert_eq!(phone.handset.live().count(), 0);
}
