//! Invitations in groups: placed, mirrored, observed, ended in part, and left (SIGNALING §2, §3 column
//! D).

use bellhop_protocol::event::{GroupChange, GroupChanged};
use bellhop_protocol::request::{ByGroup, InviteInGroup};

use super::super::Role;
use super::*;

fn in_group(name: &str, invitees: &[&str]) -> Request {
    let users = invitees.iter().map(|name| user(name)).collect();
    let mut invite = InviteInGroup::to("team".parse().unwrap(), users);
    invite.invite_id = Some(id(name));
    Request::InviteInGroup(invite)
}

fn changed(change: GroupChange, users: &[&str], by: &str) -> Event {
    Event::GroupChanged(GroupChanged {
        group_id: "team".parse().unwrap(),
        change,
        users: users.iter().map(|name| user(name)).collect(),
        by: user(by),
    })
}

/// A call of Ann's to Cat and Dan, which Bob only sees.
fn of_others(rev: u64) -> Invitation {
    between("ann", &["cat", "dan"], "others", rev)
}

/// The invitation with this invitee in that state.
fn with(mut invitation: Invitation, who: &str, state: InviteeState) -> Invitation {
    for invitee in &mut invitation.invitees {
        if invitee.user == user(who) {
            invitee.state = state;
        }
    }
    invitation
}

/// §2: the invitees in the inviter's order; §3: A1 gets the result and no event.
#[test]
fn an_invitation_in_a_group_is_live_when_the_server_has_it() {
    let mut phone = Phone::online();
    let request = in_group("own", &["cat", "ann"]);
    assert_eq!(phone.ask(1, request.clone()), [send_request(2, &request)]);
    let reply = json!({"inviteID": "own", "remainingMs": 30_000});
    assert_eq!(phone.reply(2, Ok(reply.clone())), [done(1, Ok(reply))]);
    let entry = phone.entry("own").unwrap();
    assert_eq!(entry.role, Role::Inviter);
    assert_eq!(entry.invitation, between("bob", &["cat", "ann"], "own", 1));
}

/// §3: A2 sees the call of its own user and does not ring.
#[test]
fn a_group_call_of_ones_own_on_another_device_is_mirrored() {
    let mut phone = Phone::online();
    let own = between("bob", &["ann", "cat"], "own", 1);
    assert_eq!(phone.hear(new(own.clone())), [tell(new(own))]);
    let entry = phone.entry("own").unwrap();
    assert_eq!(
        (entry.role, entry.ring),
        (Role::InviterElsewhere, Ring::Silent)
    );
}

/// §3: each invitee ends by himself, and the invitation is live until the last one has.
#[test]
fn invitees_end_one_by_one() {
    let mut phone = Phone::online();
    phone.ask(1, in_group("own", &["ann", "cat", "dan"]));
    phone.reply(2, Ok(json!({"inviteID": "own", "remainingMs": 30_000})));
    let own = between("bob", &["ann", "cat", "dan"], "own", 1);
    let states = |phone: &Phone| {
        let invitees = phone.entry("own").unwrap().invitation.invitees;
        invitees.iter().map(|it| it.state).collect::<Vec<_>>()
    };
    let accepted = Event::InviteeAccepted(answered(&own, 2, "cat", "pad"));
    assert_eq!(phone.hear(accepted.clone()), [tell(accepted)]);
    assert!(phone.entry("own").unwrap().is_live());
    let rejected = Event::InviteeRejected(answered(&own, 3, "ann", "pad"));
    phone.hear(rejected);
    let mut late = own.clone();
    late.invitee_list = vec![user("dan")];
    let timed_out = timed_out(&late, 4);
    assert_eq!(phone.hear(timed_out.clone()), [tell(timed_out)]);
    assert_eq!(
        states(&phone),
        [
            InviteeState::Rejected,
            InviteeState::Accepted,
            InviteeState::TimedOut
        ]
    );
    assert_eq!(
        phone.entry("own").unwrap().invitation.state,
        InvitationState::InCall
    );
}

/// §3, column D: shown as a call in the group, never rung, and followed to its end.
#[test]
fn a_call_to_others_in_the_group_is_seen_and_never_rings() {
    let mut phone = Phone::online();
    assert_eq!(phone.hear(new(of_others(1))), [tell(new(of_others(1)))]);
    assert_eq!(phone.entry("others").unwrap().role, Role::Observer);
    let accepted = Event::InviteeAccepted(answered(&of_others(1), 2, "cat", "pad"));
    assert_eq!(phone.hear(accepted.clone()), [tell(accepted)]);
    let rejected = Event::InviteeRejected(answered(&of_others(1), 3, "dan", "pad"));
    phone.hear(rejected);
    let entry = phone.entry("others").unwrap();
    assert_eq!(
        (entry.invitation.state, entry.ring),
        (InvitationState::InCall, Ring::Silent)
    );
    assert_eq!(phone.handset.calls().count(), 0);
}

/// §2, §3, column D: whoever has left hears nothing more, and what he only saw is gone, in call or not;
/// of a group that was dismissed he hears how its rings end.
#[test]
fn what_was_only_seen_is_gone_with_the_group() {
    let left = changed(GroupChange::Left, &["bob"], "ann");
    let dismissed = changed(GroupChange::Dismissed, &["ann", "bob", "cat", "dan"], "ann");
    for (event, is_left) in [(left, true), (dismissed, false)] {
        let mut phone = Phone::online();
        phone.hear(new(of_others(1)));
        let running = between("ann", &["eve"], "running", 1);
        let mut running = after(running, 2, InviteeState::Accepted);
        running.group_id = Some("team".parse().unwrap());
        let mut beginning = running.clone();
        (beginning.rev, beginning.state) = (1, InvitationState::Live);
        beginning.invitees[0].state = InviteeState::Pending;
        phone.hear(new(beginning));
        phone.hear(Event::InviteeAccepted(answered(&running, 2, "eve", "pad")));
        let call_gone = Effect::Tell(ClientEvent::CallGone(running.call_id));
        let end = cancelled(&of_others(1), 2, Some(EndReason::LeftGroup));
        if is_left {
            let told = [tell(event.clone()), lost("others"), call_gone];
            assert_eq!(phone.hear(event), told);
            assert_eq!(phone.hear(end), []);
        } else {
            assert_eq!(phone.hear(event.clone()), [tell(event), call_gone]);
            assert_eq!(phone.hear(end.clone()), [tell(end)]);
        }
        assert_eq!(phone.handset.live().count(), 0);
    }
}

/// §8: a call that some had joined is gone with the ring that the dismissal ended: nobody says how it ends.
#[test]
fn a_call_of_others_is_gone_when_its_ring_ends_after_the_group() {
    let mut phone = Phone::online();
    phone.hear(new(of_others(1)));
    phone.hear(Event::InviteeAccepted(answered(
        &of_others(1),
        2,
        "cat",
        "pad",
    )));
    let event = changed(GroupChange::Dismissed, &["ann", "bob", "cat", "dan"], "ann");
    assert_eq!(phone.hear(event.clone()), [tell(event)]);
    let mut end = of_others(1);
    end.invitee_list = vec![user("dan")];
    let end = cancelled(&end, 3, Some(EndReason::LeftGroup));
    assert_eq!(phone.hear(end.clone()), [tell(end)]);
    assert_eq!(phone.handset.live().count(), 0);
}

/// §2: an invitee who leaves while pending ends as `cancelled` with reason `leftGroup`; the server says
/// so.
#[test]
fn a_ring_goes_on_until_the_server_has_ended_it_for_leaving() {
    let group = between("ann", &["bob", "cat"], "ring", 1);
    let mut phone = Phone::online();
    phone.hear(new(group.clone()));
    let left = changed(GroupChange::Left, &["bob"], "bob");
    assert_eq!(phone.hear(left.clone()), [tell(left)]);
    assert_eq!(phone.ring_of("ring"), Some(Ring::Sounds));
    let mut ended = group;
    ended.invitee_list = vec![user("bob")];
    let ended = cancelled(&ended, 2, Some(EndReason::LeftGroup));
    assert_eq!(phone.hear(ended.clone()), [tell(ended)]);
    assert_eq!(phone.ring_of("ring"), Some(Ring::Silent));
}

#[test]
fn the_group_goes_on_when_others_leave_or_come() {
    let mut phone = Phone::online();
    phone.hear(new(of_others(1)));
    for event in [
        changed(GroupChange::Left, &["cat"], "cat"),
        changed(GroupChange::Joined, &["bob"], "ann"),
        changed(GroupChange::Created, &["ann", "bob"], "ann"),
    ] {
        assert_eq!(phone.hear(event.clone()), [tell(event)]);
    }
    assert!(phone.entry("others").is_some());
}

/// The device that acts hears of it through the reply.
#[test]
fn quitting_and_dismissing_here_end_what_was_only_seen() {
    let team = || ByGroup {
        group: "team".parse().unwrap(),
        op_id: None,
    };
    let carried_out = |request| {
        let mut phone = Phone::online();
        phone.hear(new(of_others(1)));
        phone.ask(1, request);
        let told = phone.reply(2, Ok(json!({})));
        (phone, told)
    };
    let (_, told) = carried_out(Request::QuitGroup(team()));
    assert_eq!(told, [lost("others"), done(1, Ok(json!({})))]);
    let (mut phone, told) = carried_out(Request::DismissGroup(team()));
    assert_eq!(told, [done(1, Ok(json!({})))]);
    let end = cancelled(&of_others(1), 2, Some(EndReason::LeftGroup));
    assert_eq!(phone.hear(end.clone()), [tell(end)]);
}

/// Whoever joins the group later did not hear the beginning: the server is asked once, and the call is
/// shown from there.
#[test]
fn a_call_that_began_before_one_joined_is_asked_about() {
    let mut phone = Phone::online();
    let accepted = Event::InviteeAccepted(answered(&of_others(1), 2, "cat", "pad"));
    assert_eq!(phone.hear(accepted), [standing(2, "others")]);
    let rejected = Event::InviteeRejected(answered(&of_others(1), 3, "dan", "pad"));
    assert_eq!(phone.hear(rejected), []);

    // Read before the rejection: asked again.
    let before = with(of_others(2), "cat", InviteeState::Accepted);
    assert_eq!(phone.reply(2, told(&before)), [standing(3, "others")]);
    let mut now = with(before, "dan", InviteeState::Rejected);
    (now.rev, now.state) = (3, InvitationState::InCall);
    assert_eq!(phone.reply(3, told(&now)), []);
    assert_eq!(phone.entry("others").unwrap().role, Role::Observer);
    assert_eq!(phone.entry("others").unwrap().invitation, now);
}

#[test]
fn a_live_call_that_one_learns_of_late_is_told_as_it_stands() {
    let mut phone = Phone::online();
    let accepted = Event::InviteeAccepted(answered(&of_others(1), 2, "cat", "pad"));
    phone.hear(accepted);
    let live = with(of_others(2), "cat", InviteeState::Accepted);
    assert_eq!(phone.reply(2, told(&live)), [tell(new(live))]);
}

#[test]
fn what_cannot_be_read_any_more_stays_unknown() {
    let mut phone = Phone::online();
    let accepted = Event::InviteeAccepted(answered(&of_others(1), 2, "cat", "pad"));
    phone.hear(accepted);
    assert_eq!(phone.reply(2, Err(past(Reason::Unknown))), []);
    assert_eq!(phone.handset.live().count(), 0);
}

/// §5: the snapshot has group calls that one only observes, and not those of groups one has left.
#[test]
fn a_login_shows_the_calls_of_others() {
    let mut phone = Phone::new();
    phone.feed(Input::Start);
    assert_eq!(
        phone.log_in(&snapshot(&[of_others(3)], &[])),
        [tell(new(of_others(3))), online()]
    );
    phone.lose();
    assert_eq!(phone.return_to(&nothing()), [lost("others"), online()]);
}
