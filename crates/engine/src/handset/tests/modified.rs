//! `modifyInvitation`: data alone changes, in the order of revisions (SIGNALING §2, §3).

use bellhop_protocol::event::Modified;
use bellhop_protocol::request::ModifyInvitation;

use super::*;

fn modify(name: &str, data: &str) -> Request {
    Request::ModifyInvitation(ModifyInvitation {
        invite_id: id(name),
        data: data.to_owned(),
        op_id: Some("op".parse().unwrap()),
    })
}

fn modified(name: &str, rev: u64, data: &str) -> Event {
    Event::InvitationModified(Modified {
        invite_id: id(name),
        rev,
        data: data.to_owned(),
    })
}

fn data_of(phone: &Phone, name: &str) -> String {
    phone.entry(name).unwrap().invitation.data
}

/// Bob's own invitation to Ann, live.
fn inviting() -> Phone {
    let mut phone = Phone::online();
    phone.ask(1, invite("own", "ann"));
    phone.reply(2, Ok(json!({"inviteID": "own", "remainingMs": 30_000})));
    phone
}

/// §3: B, A2 and the group hear `invitationModified`; the ring, the deadline and the rest stay.
#[test]
fn an_invitee_hears_of_other_data_and_rings_on() {
    let mut phone = Phone::ringing();
    let before = phone.entry("ring").unwrap();
    let event = modified("ring", 2, "video");
    assert_eq!(phone.hear(event.clone()), [tell(event.clone())]);
    assert_eq!(phone.hear(event), []);
    assert_eq!(phone.hear(modified("ring", 1, "older")), []);
    let mut expected = before;
    expected.invitation.data = "video".to_owned();
    expected.invitation.rev = 2;
    assert_eq!(phone.entry("ring").unwrap(), expected);
}

/// §3: A1 gets the result, and no event.
#[test]
fn the_inviter_changes_his_own_by_the_reply() {
    let mut phone = inviting();
    assert_eq!(
        phone.ask(2, modify("own", "video")),
        [send_request(3, &modify("own", "video"))]
    );
    assert_eq!(data_of(&phone, "own"), "");
    let reply = json!({"inviteID": "own"});
    assert_eq!(
        phone.reply(3, Ok(reply.clone())),
        [done(2, Ok(reply)), standing(4, "own")]
    );
    assert_eq!(data_of(&phone, "own"), "video");
    let other = modified("own", 3, "audio");
    assert_eq!(phone.hear(other.clone()), [tell(other)]);
    assert_eq!(data_of(&phone, "own"), "audio");
}

#[test]
fn a_refused_change_changes_nothing() {
    let mut phone = inviting();
    phone.ask(2, modify("own", "video"));
    let refusal = past(Reason::Accepted);
    assert_eq!(
        phone.reply(3, Err(refusal.clone())),
        [done(2, Err(refusal))]
    );
    assert_eq!(data_of(&phone, "own"), "");
}

/// §5: what changed while away is told once, before what ended.
#[test]
fn a_change_while_away_is_told_after_the_login() {
    let mut phone = Phone::ringing();
    phone.lose();
    let mut changed = ring("ring", 2);
    changed.data = "video".to_owned();
    assert_eq!(
        phone.return_to(&snapshot(std::slice::from_ref(&changed), &[])),
        [tell(modified("ring", 2, "video")), online()]
    );
    phone.lose();
    changed.data = "audio".to_owned();
    let ended = after(changed, 4, InviteeState::Cancelled);
    assert_eq!(
        phone.return_to(&snapshot(&[], &[ended])),
        [
            tell(modified("ring", 4, "audio")),
            tell(cancelled(&ring("ring", 1), 4, None)),
            online()
        ]
    );
}

/// §4: the repetition answers as the first time; the change is told by the reply, not by the snapshot.
#[test]
fn a_change_whose_reply_was_lost_is_told_by_the_reply() {
    let mut phone = inviting();
    phone.ask(2, modify("own", "video"));
    phone.lose();
    let mut changed = between("bob", &["ann"], "own", 2);
    changed.data = "video".to_owned();
    assert_eq!(
        phone.return_to(&snapshot(&[changed], &[])),
        [online(), send_request(3, &modify("own", "video"))]
    );
    let reply = json!({"inviteID": "own"});
    assert_eq!(phone.reply(3, Ok(reply.clone())), [done(2, Ok(reply))]);
    assert_eq!(data_of(&phone, "own"), "video");
}

/// A repetition may have been carried out the first time, before somebody else's change.
#[test]
fn a_repeated_change_does_not_hide_a_later_one() {
    let mut phone = inviting();
    phone.ask(2, modify("own", "video"));
    phone.reply(3, Err(try_again()));
    let other = modified("own", 3, "audio");
    assert_eq!(phone.hear(other.clone()), [tell(other)]);
    phone.wait(250);
    let reply = json!({"inviteID": "own"});
    assert_eq!(
        phone.reply(3, Ok(reply.clone())),
        [done(2, Ok(reply)), standing(4, "own")]
    );
    let mut stands = between("bob", &["ann"], "own", 3);
    stands.data = "audio".to_owned();
    phone.reply(4, told(&stands));
    assert_eq!(data_of(&phone, "own"), "audio");
}
