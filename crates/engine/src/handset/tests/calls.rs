//! Calls of several parties, as the handset follows them (SIGNALING §8).

use bellhop_protocol::event::CallEnded;
use bellhop_protocol::request::HangUp;

use super::*;

fn left(call: &str, who: &str, duration_ms: u64, over: bool) -> Event {
    Event::CallEnded(CallEnded {
        call_id: call.parse().unwrap(),
        invite_id: id(call),
        user: user(who),
        duration_ms,
        reason: "hangUp".parse().unwrap(),
        over,
    })
}

fn hang_up(call: &str) -> Request {
    Request::HangUp(HangUp {
        call_id: call.parse().unwrap(),
        reason: None,
        op_id: Some("op".parse().unwrap()),
    })
}

/// Bob in a group call of Ann's with her and Cat, while Dan is still rung.
fn in_call() -> Phone {
    let group = between("ann", &["bob", "cat", "dan"], "call", 1);
    let mut phone = Phone::online();
    phone.hear(new(group.clone()));
    phone.reply(2, Ok(json!({})));
    phone.ask(1, accept("call"));
    phone.reply(3, Ok(json!({"inviteID": "call"})));
    let parties = [party("ann", "pad"), party("bob", "phone")];
    phone.reply(
        4,
        Ok(serde_json::to_value(call_of(&group, &parties)).unwrap()),
    );
    let cat = Event::InviteeAccepted(answered(&group, 3, "cat", "desk"));
    assert_eq!(phone.hear(cat.clone()), [tell(cat)]);
    phone
}

fn parties_of(phone: &Phone) -> Vec<Party> {
    let call = phone.handset.calls().next();
    call.map(|call| call.parties.clone()).unwrap_or_default()
}

/// The one who accepts does not hear of the inviter's device until the server has told who is there; the
/// inviter hears of everybody.
#[test]
fn everybody_is_known_once_the_server_has_told() {
    let known = |phone: &Phone| phone.handset.calls().next().map(|call| call.complete);
    let group = between("ann", &["bob", "cat"], "call", 1);
    let mut phone = Phone::online();
    phone.hear(new(group.clone()));
    phone.reply(2, Ok(json!({})));
    phone.hear(Event::InviteeAccepted(answered(&group, 2, "cat", "desk")));
    assert_eq!(known(&phone), None);
    phone.ask(1, accept("call"));
    phone.reply(3, Ok(json!({"inviteID": "call"})));
    assert_eq!(known(&phone), Some(false));
    let parties = [
        party("ann", "pad"),
        party("cat", "desk"),
        party("bob", "phone"),
    ];
    let told = call_of(&group, &parties);
    phone.reply(4, Ok(serde_json::to_value(told).unwrap()));
    assert_eq!(known(&phone), Some(true));
    assert_eq!(parties_of(&phone), parties);
}

/// §8: a hang-up leaves the call, and ends it when one is left.
#[test]
fn parties_come_and_leave_until_it_is_over() {
    let mut phone = in_call();
    assert_eq!(
        parties_of(&phone),
        [
            party("ann", "pad"),
            party("bob", "phone"),
            party("cat", "desk")
        ]
    );
    let one = left("call", "ann", 5_000, false);
    assert_eq!(phone.hear(one.clone()), [tell(one.clone())]);
    assert_eq!(phone.hear(one), []);
    assert_eq!(
        parties_of(&phone),
        [party("bob", "phone"), party("cat", "desk")]
    );
    let over = left("call", "cat", 9_000, true);
    assert_eq!(phone.hear(over.clone()), [tell(over)]);
    assert_eq!(phone.handset.calls().count(), 0);
}

/// The call is over while Dan is still rung: when he does not come, nothing is left of it; when he does,
/// it begins anew.
#[test]
fn an_invitation_outlives_its_call_as_long_as_somebody_is_asked() {
    let group = between("ann", &["bob", "cat", "dan"], "call", 1);
    let mut late = group.clone();
    late.invitee_list = vec![user("dan")];
    let mut phone = in_call();
    phone.hear(left("call", "cat", 9_000, true));
    assert!(phone.entry("call").unwrap().is_live());
    let end = timed_out(&late, 4);
    assert_eq!(phone.hear(end.clone()), [tell(end)]);
    assert_eq!(phone.handset.live().count(), 0);

    let mut phone = in_call();
    phone.hear(left("call", "cat", 9_000, true));
    phone.hear(Event::InviteeAccepted(answered(&group, 4, "dan", "desk")));
    let entry = phone.entry("call").unwrap();
    assert_eq!(entry.invitation.state, InvitationState::InCall);
}

/// §8: the group hears of it too; a member who only observes has nothing of it afterwards.
#[test]
fn observers_hear_that_a_call_is_over() {
    let group = between("ann", &["cat"], "call", 1);
    let mut group = after(group, 1, InviteeState::Pending);
    group.group_id = Some("team".parse().unwrap());
    group.state = InvitationState::Live;
    let mut phone = Phone::online();
    phone.hear(new(group.clone()));
    phone.hear(Event::InviteeAccepted(answered(&group, 2, "cat", "pad")));
    let over = left("call", "cat", 9_000, true);
    assert_eq!(phone.hear(over.clone()), [tell(over.clone())]);
    assert_eq!(phone.handset.live().count(), 0);
    assert_eq!(phone.hear(over), []);
}

/// The device that hangs up is told by the reply, which does not say whether others go on: a call in a
/// group is asked about.
#[test]
fn who_hangs_up_in_a_group_finds_out_whether_the_call_goes_on() {
    for goes_on in [true, false] {
        let mut phone = in_call();
        phone.ask(2, hang_up("call"));
        let reply = json!({"callID": "call", "durationMs": 5});
        assert_eq!(
            phone.reply(5, Ok(reply.clone())),
            [done(2, Ok(reply)), parties(6, "call")]
        );
        let group = between("ann", &["bob", "cat", "dan"], "call", 1);
        let rest = call_of(&group, &[party("ann", "pad"), party("cat", "desk")]);
        let outcome = if goes_on {
            Ok(serde_json::to_value(rest).unwrap())
        } else {
            Err(past(Reason::Ended))
        };
        assert_eq!(phone.reply(6, outcome), []);
        assert_eq!(phone.handset.calls().count(), 0);
        let mut late = group;
        late.invitee_list = vec![user("dan")];
        phone.hear(timed_out(&late, 4));
        assert_eq!(phone.entry("call").is_some(), goes_on);
    }
}

/// Whether the call of an invitation that is still live runs, the snapshot does not say.
#[test]
fn a_login_asks_about_the_call_of_a_live_invitation() {
    let mut group = between("ann", &["cat", "dan"], "call", 4);
    group.invitees[0].state = InviteeState::Accepted;
    let mut phone = Phone::new();
    phone.feed(Input::Start);
    assert_eq!(
        phone.log_in(&snapshot(std::slice::from_ref(&group), &[])),
        [tell(new(group.clone())), online(), parties(2, "call")]
    );
    assert_eq!(phone.reply(2, Err(past(Reason::Ended))), []);
    phone.hear(Event::InviteeRejected(answered(&group, 5, "dan", "pad")));
    assert_eq!(phone.handset.live().count(), 0);
}

/// The news of an end may come a moment after a reply that knows it; without it, the call is gone.
#[test]
fn a_call_that_is_over_when_it_is_asked_about_ends_once() {
    for news_comes in [true, false] {
        let mut phone = Phone::ringing();
        phone.ask(1, accept("ring"));
        phone.reply(3, Ok(json!({"inviteID": "ring"})));
        assert_eq!(phone.reply(4, Err(past(Reason::Ended))), []);
        let over = left("ring", "ann", 7, true);
        if news_comes {
            assert_eq!(phone.hear(over.clone()), [tell(over.clone())]);
        }
        assert_eq!(phone.wait(1_000), [parties(4, "ring")]);
        let gone = Effect::Tell(ClientEvent::CallGone("ring".parse().unwrap()));
        let told = phone.reply(4, Err(past(Reason::Ended)));
        assert_eq!(told, if news_comes { vec![] } else { vec![gone] });
        assert_eq!(phone.handset.calls().count(), 0);
        assert_eq!(phone.hear(over), []);
    }
}
