//! Two users invite each other at once (SIGNALING §5, glare).

use super::*;

/// Bob's own invitation to Ann rings, and Ann's to Bob arrives; the effects of the latter.
fn cross(phone: &mut Phone, own: &str, theirs: &str) -> Vec<Effect> {
    phone.ask(1, invite(own, "ann"));
    phone.reply(2, Ok(json!({"inviteID": own, "remainingMs": 30_000})));
    phone.hear(new(ring(theirs, 1)))
}

fn give_way(number: u64, own: &str) -> Effect {
    let params = json!({
        "inviteID": own, "data": "", "reason": "glare", "opID": format!("glare-cancel-{own}"),
    });
    send(number, "cancel", params)
}

/// §5: the device that placed the larger id cancels it and, if that succeeded, accepts the smaller.
#[test]
fn the_larger_invitation_gives_way_to_the_smaller() {
    let mut phone = Phone::online();
    assert_eq!(
        cross(&mut phone, "b", "a"),
        [tell(new(ring("a", 1))), receipt(3, "a"), give_way(4, "b")]
    );
    let view = phone.handset.view();
    assert_eq!(view.invitations[0].glare_with, Some(id("b")));
    assert_eq!(view.invitations[1].glare_with, Some(id("a")));

    let own = between("bob", &["ann"], "b", 1);
    let accept = json!({"inviteID": "a", "data": "", "opID": "glare-accept-b"});
    assert_eq!(
        phone.reply(4, Ok(json!({"inviteID": "b"}))),
        [
            tell(cancelled(&own, 2, Some(EndReason::Glare))),
            send(5, "accept", accept)
        ]
    );
    let accepted = Event::InviteeAccepted(answered(&ring("a", 1), 2, "bob", "phone"));
    assert_eq!(
        phone.reply(5, Ok(json!({"inviteID": "a"}))),
        [tell(accepted), send(6, "getCall", json!({"callID": "a"}))]
    );
    let call = phone.handset.calls().next().unwrap();
    assert!(call.here);
}

#[test]
fn the_smaller_invitation_waits_for_the_larger_to_give_way() {
    let mut phone = Phone::online();
    assert_eq!(
        cross(&mut phone, "a", "b"),
        [tell(new(ring("b", 1))), receipt(3, "b")]
    );
    let gone = cancelled(&ring("b", 1), 2, Some(EndReason::Glare));
    assert_eq!(phone.hear(gone.clone()), [tell(gone)]);
    assert_eq!(phone.handset.view().invitations[0].glare_with, None);
}

#[test]
fn glare_is_seen_when_the_reply_comes_after_the_other_invitation() {
    let mut phone = Phone::online();
    phone.ask(1, invite("b", "ann"));
    phone.hear(new(ring("a", 1)));
    let reply = json!({"inviteID": "b", "remainingMs": 30_000});
    assert_eq!(
        phone.reply(2, Ok(reply.clone())),
        [done(1, Ok(reply)), give_way(4, "b")]
    );
}

/// Ann answered it meanwhile: that is the call, and nothing is accepted.
#[test]
fn an_invitation_that_could_not_give_way_is_the_call() {
    let mut phone = Phone::online();
    cross(&mut phone, "b", "a");
    let refusal = Failure::new(Code::NotPending, Reason::Accepted, "Answered.");
    assert_eq!(phone.reply(4, Err(refusal)), []);
}

#[test]
fn nothing_gives_way_to_a_group_to_another_user_or_on_another_device() {
    let mut phone = Phone::online();
    phone.ask(1, invite("z", "ann"));
    phone.reply(2, Ok(json!({"inviteID": "z", "remainingMs": 30_000})));
    let group = between("ann", &["bob", "cat"], "g", 1);
    assert_eq!(
        phone.hear(new(group.clone())),
        [tell(new(group)), receipt(3, "g")]
    );
    let stranger = between("cat", &["bob"], "c", 1);
    assert_eq!(
        phone.hear(new(stranger.clone())),
        [tell(new(stranger)), receipt(4, "c")]
    );

    let mut other_device = Phone::online();
    other_device.hear(new(between("bob", &["ann"], "z", 1)));
    assert_eq!(
        other_device.hear(new(ring("a", 1))),
        [tell(new(ring("a", 1))), receipt(2, "a")]
    );
}

/// §5: the repetition after a reconnect carries the same ids.
#[test]
fn giving_way_is_repeated_after_a_reconnect() {
    let mut phone = Phone::online();
    cross(&mut phone, "b", "a");
    phone.lose();
    let own = between("bob", &["ann"], "b", 1);
    let effects = phone.return_to(&snapshot(&[ring("a", 1), own], &[]));
    assert_eq!(effects, [online(), receipt(3, "a"), give_way(4, "b")]);
}

/// 6012: whether one gave way is found out, and the other is accepted.
#[test]
fn giving_way_is_insisted_on_when_the_server_cannot_say() {
    let mut phone = Phone::online();
    cross(&mut phone, "b", "a");
    assert_eq!(phone.reply(4, Err(try_again())), []);
    assert_eq!(phone.wait(250), [give_way(4, "b")]);
    let own = between("bob", &["ann"], "b", 1);
    let accept = json!({"inviteID": "a", "data": "", "opID": "glare-accept-b"});
    assert_eq!(
        phone.reply(4, Ok(json!({"inviteID": "b"}))),
        [
            tell(cancelled(&own, 2, Some(EndReason::Glare))),
            send(5, "accept", accept.clone())
        ]
    );
    assert_eq!(phone.reply(5, Err(try_again())), []);
    assert_eq!(phone.wait(250), [send(5, "accept", accept)]);
}

/// The cancel was carried out and its reply was lost: the snapshot tells it, and one call results.
#[test]
fn a_giving_way_whose_reply_was_lost_is_finished() {
    let mut phone = Phone::online();
    cross(&mut phone, "b", "a");
    phone.lose();
    let own = between("bob", &["ann"], "b", 1);
    let mut gone = after(own.clone(), 2, InviteeState::Cancelled);
    gone.invitees[0].reason = Some(EndReason::Glare);
    let effects = phone.return_to(&snapshot(&[ring("a", 1)], &[gone]));
    assert_eq!(effects, [online(), receipt(3, "a"), give_way(4, "b")]);
    let accept = json!({"inviteID": "a", "data": "", "opID": "glare-accept-b"});
    assert_eq!(
        phone.reply(4, Ok(json!({"inviteID": "b"}))),
        [
            tell(cancelled(&own, 2, Some(EndReason::Glare))),
            send(6, "accept", accept)
        ]
    );
}

/// A glare that was left open when a request was given up is seen again after the next login.
#[test]
fn a_glare_that_is_left_open_is_resolved_after_the_login() {
    let mut phone = Phone::online();
    cross(&mut phone, "b", "a");
    phone.wait(29_999);
    let mut own = between("bob", &["ann"], "b", 1);
    let mut theirs = ring("a", 1);
    (own.remaining_ms, theirs.remaining_ms) = (Some(60_000), Some(60_000));
    phone.hear(new(own.clone()));
    phone.hear(new(theirs.clone()));
    phone.wait(1);
    let effects = phone.return_to(&snapshot(&[theirs, own], &[]));
    assert!(effects.contains(&give_way(5, "b")), "{effects:?}");
}
