//! `addInvitedSignaling`: invitations that came by another road (SIGNALING §2).

use std::time::Duration;

use bellhop_protocol::SignalingInfo;

use super::super::Source;
use super::super::link::{logged_out, no_reply};
use super::*;
use crate::refusal::{Past, Refusal};

/// By push, this very moment.
const PUSH: Source = Source::Push {
    age: Duration::ZERO,
};

/// What is told of Ann's invitation of Bob.
fn info(name: &str) -> SignalingInfo {
    let shown = ring(name, 1);
    serde_json::from_value(json!({
        "businessID": 1, "inviteID": name, "inviter": shown.inviter, "inviteeList": ["bob"],
        "actionType": 1, "data": "", "timeout": 30, "groupID": "", "onlineUserOnly": false,
    }))
    .unwrap()
}

fn add(phone: &mut Phone, ticket: u64, info: &SignalingInfo, source: Source) -> Vec<Effect> {
    phone.feed(Input::AddInvited {
        ticket: Ticket(ticket),
        info: info.clone(),
        source,
    })
}

fn failed(ticket: u64, refusal: Refusal) -> Effect {
    done(ticket, Err(Failure::from(refusal).about(id("ring"))))
}

fn known_already(name: &str) -> Failure {
    let message = "This invitation is known here already. There is nothing to add.";
    Failure::new(Code::AlreadyKnown, Reason::AlreadyKnown, message).about(id(name))
}

/// §2: only one that came by push may ring before the server has confirmed it.
#[test]
fn what_came_by_push_rings_at_once_and_is_confirmed() {
    let mut phone = Phone::online();
    assert_eq!(
        add(&mut phone, 1, &info("ring"), PUSH),
        [
            tell(new(ring("ring", 0))),
            receipt(2, "ring"),
            standing(3, "ring")
        ]
    );
    assert_eq!(phone.ring_of("ring"), Some(Ring::Sounds));
    assert_eq!(phone.hear(new(ring("ring", 1))), []);
    let mut live = ring("ring", 1);
    live.remaining_ms = Some(12_000);
    assert_eq!(phone.reply(3, told(&live)), [done(1, told(&live))]);
    let entry = phone.entry("ring").unwrap();
    assert_eq!(entry.deadline.unwrap().as_millis(), phone.now + 12_000);
    assert_eq!(entry.invitation, live);
}

#[test]
fn what_came_by_another_road_rings_when_it_is_confirmed() {
    let mut phone = Phone::online();
    assert_eq!(
        add(&mut phone, 1, &info("ring"), Source::Other),
        [standing(2, "ring")]
    );
    assert_eq!(phone.handset.live().count(), 0);
    let live = ring("ring", 3);
    assert_eq!(
        phone.reply(2, told(&live)),
        [
            tell(new(live.clone())),
            done(1, told(&live)),
            receipt(3, "ring")
        ]
    );
    assert_eq!(phone.ring_of("ring"), Some(Ring::Sounds));
}

/// §4, 8012: known already, and no second ring.
#[test]
fn a_known_invitation_is_not_added() {
    let mut phone = Phone::ringing();
    for source in [PUSH, Source::Other] {
        assert_eq!(
            add(&mut phone, 1, &info("ring"), source),
            [done(1, Err(known_already("ring")))]
        );
    }
    add(&mut phone, 2, &info("b"), Source::Other);
    assert_eq!(
        add(&mut phone, 3, &info("b"), PUSH),
        [done(3, Err(known_already("b")))]
    );
}

/// §2: the error says which; §5: nothing dead is delivered as a new invitation.
#[test]
fn what_is_over_does_not_ring_and_the_error_says_why() {
    for (state, device, past) in [
        (InviteeState::TimedOut, "desk", Past::TimedOut),
        (InviteeState::Cancelled, "desk", Past::Cancelled),
        (InviteeState::Accepted, "desk", Past::AcceptedElsewhere),
        (InviteeState::Accepted, "phone", Past::Accepted),
        (InviteeState::Rejected, "desk", Past::RejectedElsewhere),
        (InviteeState::Rejected, "phone", Past::Rejected),
    ] {
        let mut phone = Phone::online();
        add(&mut phone, 1, &info("ring"), Source::Other);
        let mut over = after(ring("ring", 1), 3, state);
        over.invitees[0].device = over.invitees[0]
            .device
            .is_some()
            .then(|| device.parse().unwrap());
        assert_eq!(
            phone.reply(2, told(&over)),
            [failed(1, Refusal::NotPending(past))]
        );
        assert_eq!(phone.handset.live().count(), 0);
    }
}

#[test]
fn what_the_server_does_not_know_does_not_ring() {
    let mut phone = Phone::online();
    add(&mut phone, 1, &info("ring"), Source::Other);
    let refusal = past(Reason::Unknown);
    assert_eq!(
        phone.reply(2, Err(refusal.clone())),
        [done(1, Err(refusal.clone()))]
    );

    add(&mut phone, 2, &info("ring"), PUSH);
    assert_eq!(
        phone.reply(4, Err(refusal.clone())),
        [lost("ring"), done(2, Err(refusal))]
    );
    assert_eq!(phone.handset.live().count(), 0);
}

/// §2: not addressed to this user.
#[test]
fn what_is_for_others_does_not_ring() {
    let to_cat = |info: &mut SignalingInfo| info.invitee_list = vec![user("cat")];
    let mut of_strangers = info("ring");
    to_cat(&mut of_strangers);
    let mut of_the_group = of_strangers.clone();
    of_the_group.group_id = Some("team".parse().unwrap());
    let mut own = of_strangers.clone();
    own.inviter = user("bob");
    for (told, refusal) in [
        (of_strangers, Refusal::UnknownInvitation),
        (of_the_group, Refusal::NotInvitee),
        (own, Refusal::NotInvitee),
    ] {
        let mut phone = Phone::online();
        for source in [PUSH, Source::Other] {
            assert_eq!(
                add(&mut phone, 1, &told, source),
                [failed(1, refusal.clone())]
            );
        }
    }
    // Information of other makers may not say who is invited: the server does.
    let mut silent = info("ring");
    silent.invitee_list.clear();
    let mut phone = Phone::online();
    assert_eq!(add(&mut phone, 1, &silent, PUSH), [standing(2, "ring")]);
    let others = between("ann", &["cat", "dan"], "ring", 1);
    assert_eq!(
        phone.reply(2, told(&others)),
        [failed(1, Refusal::NotInvitee)]
    );
}

/// Answers and ends are no invitations, and the older way to hang up does not ring (§8).
#[test]
fn what_is_no_invitation_is_not_added() {
    let mut phone = Phone::online();
    let mut answer = info("ring");
    answer.action_type = 3.into();
    let effects = add(&mut phone, 1, &answer, PUSH);
    let message = "This is no invitation: its actionType must be 1.";
    let failure = Failure::bad_parameter(message).about(id("ring"));
    assert_eq!(effects, [done(1, Err(failure))]);

    let mut hang_up = info("ring");
    hang_up.timeout = 0;
    hang_up.data = r#"{"call_end":12}"#.to_owned();
    assert_eq!(
        add(&mut phone, 2, &hang_up, PUSH),
        [failed(2, Refusal::CallEnded)]
    );
}

/// The push rings before the connection stands; the login confirms it, and the receipt follows.
#[test]
fn a_push_rings_before_there_is_a_connection() {
    let mut phone = Phone::new();
    assert_eq!(
        add(&mut phone, 1, &info("ring"), PUSH),
        [tell(new(ring("ring", 0)))]
    );
    phone.feed(Input::Start);
    let number = phone.login_number();
    let reply = serde_json::to_value(snapshot(&[ring("ring", 2)], &[])).unwrap();
    assert_eq!(
        phone.reply(number, Ok(reply)),
        [online(), receipt(1, "ring"), standing(2, "ring")]
    );
    let live = ring("ring", 2);
    assert_eq!(phone.reply(2, told(&live)), [done(1, told(&live))]);
}

/// When the server later says that it is over, it ends once with its true reason.
#[test]
fn a_push_that_was_late_ends_with_its_true_reason() {
    let mut phone = Phone::new();
    add(&mut phone, 1, &info("ring"), PUSH);
    phone.feed(Input::Start);
    let mut over = after(ring("ring", 1), 3, InviteeState::Cancelled);
    over.invitees[0].reason = Some(EndReason::InviterOffline);
    let told_once = cancelled(&ring("ring", 1), 3, Some(EndReason::InviterOffline));
    assert_eq!(
        phone.log_in(&snapshot(&[], std::slice::from_ref(&over))),
        [tell(told_once.clone()), online(), standing(2, "ring")]
    );
    assert_eq!(
        phone.reply(2, told(&over)),
        [failed(1, Refusal::NotPending(Past::Cancelled))]
    );
    assert_eq!(phone.hear(told_once), []);
    assert_eq!(phone.hear(new(ring("ring", 1))), []);
}

/// Its time begins when it came, until the server says otherwise; nothing rings for ever by accident.
#[test]
fn a_push_that_nobody_confirms_falls_silent() {
    let mut phone = Phone::new();
    add(&mut phone, 1, &info("ring"), PUSH);
    let effects = phone.wait(30_000);
    assert_eq!(
        effects,
        [
            Effect::Tell(ClientEvent::RingOverdue(id("ring"))),
            done(1, Err(no_reply()))
        ]
    );
    let mut endless = info("b");
    endless.timeout = 0;
    add(&mut phone, 2, &endless, PUSH);
    phone.wait(45_000);
    assert_eq!(phone.ring_of("b"), Some(Ring::Unconfirmed));
}

/// §7: a push that has waited for this device rings for what is left of its time.
#[test]
fn the_time_of_a_push_that_has_waited_does_not_begin_anew() {
    let mut phone = Phone::new();
    let aged = |secs| Source::Push {
        age: Duration::from_secs(secs),
    };
    let mut late = ring("ring", 0);
    late.remaining_ms = Some(10_000);
    assert_eq!(
        add(&mut phone, 1, &info("ring"), aged(20)),
        [tell(new(late))]
    );
    assert_eq!(
        phone.wait(10_000),
        [Effect::Tell(ClientEvent::RingOverdue(id("ring")))]
    );
    // One whose time is over does not ring; the server is asked what became of it.
    assert_eq!(add(&mut phone, 2, &info("b"), aged(30)), []);
    assert_eq!(phone.ring_of("b"), None);
    let mut endless = info("c");
    endless.timeout = 0;
    add(&mut phone, 3, &endless, aged(86_400));
    assert_eq!(phone.ring_of("c"), Some(Ring::Sounds));
}

#[test]
fn nothing_is_added_after_the_end() {
    let mut phone = Phone::online();
    phone.feed(Input::Close);
    assert_eq!(
        add(&mut phone, 1, &info("ring"), PUSH),
        [done(1, Err(logged_out()))]
    );
}

/// An invitation that has ended here is asked about all the same: the server knows how.
#[test]
fn what_has_ended_here_does_not_ring_again() {
    let mut phone = Phone::ringing();
    phone.hear(cancelled(&ring("ring", 1), 2, None));
    assert_eq!(
        add(&mut phone, 1, &info("ring"), PUSH),
        [standing(3, "ring")]
    );
    let over = after(ring("ring", 1), 2, InviteeState::Cancelled);
    assert_eq!(
        phone.reply(3, told(&over)),
        [failed(1, Refusal::NotPending(Past::Cancelled))]
    );
}
