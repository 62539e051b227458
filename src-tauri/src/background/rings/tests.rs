//! What becomes of a push (SIGNALING §7).

use super::*;
use crate::handoff::tests::ring;

fn id(name: &str) -> InviteId {
    name.parse().unwrap()
}

fn ann(name: &str) -> Caller {
    Caller {
        invite_id: name.to_owned(),
        user_id: "ann".to_owned(),
        name: "Ann".to_owned(),
        group: None,
        media: MediaType::Audio,
    }
}

/// Ann's ring is on the screen since the first second.
fn ringing() -> Rings {
    let mut rings = Rings::default();
    let steps = rings.pushed(ring("a"), "Ann".to_owned(), false, 1_000);
    assert_eq!(steps, [Step::Ring(ann("a"))]);
    rings
}

fn handoff(action: Wanted, received_at_ms: u64) -> Step {
    Step::HandOver(Handoff {
        signaling: ring("a"),
        action,
        received_at_ms,
    })
}

/// §7: once per invitation, however often its push arrives.
#[test]
fn the_same_push_rings_once() {
    let mut rings = ringing();
    assert_eq!(rings.pushed(ring("a"), "Ann".to_owned(), false, 2_000), []);
    rings.ended(&id("a"), CallOutcome::Answered, false);
    assert_eq!(rings.pushed(ring("a"), "Ann".to_owned(), false, 3_000), []);
}

/// §7: the notification is withdrawn and replaced by a missed call, unless the call was answered.
#[test]
fn a_ring_that_ends_is_withdrawn_and_missed_unless_it_was_answered() {
    for (outcome, is_missed) in [
        (CallOutcome::Cancelled, true),
        (CallOutcome::TimedOut, true),
        (CallOutcome::InviterOffline, true),
        (CallOutcome::Busy, true),
        (CallOutcome::Answered, false),
        (CallOutcome::Rejected, false),
    ] {
        let mut expected = vec![Step::Withdraw(id("a"))];
        expected.extend(is_missed.then(|| Step::Missed(ann("a"))));
        let mut rings = ringing();
        assert_eq!(rings.ended(&id("a"), outcome, false), expected);
        assert_eq!(rings.ended(&id("a"), outcome, false), []);
    }
}

#[test]
fn nothing_is_shown_of_a_quiet_ring() {
    let mut rings = Rings::default();
    assert_eq!(rings.pushed(ring("a"), "Ann".to_owned(), true, 0), []);
    assert_eq!(rings.withdraw_all(), []);
    assert_eq!(rings.ended(&id("a"), CallOutcome::Cancelled, false), []);
}

#[test]
fn the_app_takes_over_what_rings_when_it_starts() {
    let mut rings = ringing();
    assert_eq!(rings.withdraw_all(), [Step::Withdraw(id("a"))]);
    assert_eq!(rings.withdraw_all(), []);
    assert_eq!(rings.ended(&id("a"), CallOutcome::Cancelled, true), []);
}

#[test]
fn accepting_hands_the_ring_over_with_its_age_and_is_no_missed_call() {
    let mut rings = ringing();
    let steps = rings.chosen(Choice::Accept("a".to_owned()), 5_000);
    assert_eq!(
        steps,
        [handoff(Wanted::Accept, 1_000), Step::Withdraw(id("a"))]
    );
    assert_eq!(rings.ended(&id("a"), CallOutcome::TimedOut, false), []);
}

#[test]
fn a_click_hands_the_ring_over_and_leaves_the_notification_until_the_app_is_there() {
    let mut rings = ringing();
    let steps = rings.chosen(Choice::Show("a".to_owned()), 5_000);
    assert_eq!(steps, [handoff(Wanted::Show, 1_000)]);
    assert_eq!(rings.withdraw_all(), [Step::Withdraw(id("a"))]);
}

#[test]
fn rejecting_needs_no_app() {
    let mut rings = ringing();
    let steps = rings.chosen(Choice::Reject("a".to_owned()), 5_000);
    assert_eq!(steps, [Step::Reject(id("a")), Step::Withdraw(id("a"))]);
    assert_eq!(rings.ended(&id("a"), CallOutcome::Rejected, false), []);
}

#[test]
fn a_missed_call_is_called_back_and_a_click_on_it_only_opens_the_app() {
    let mut rings = ringing();
    rings.ended(&id("a"), CallOutcome::Cancelled, false);
    assert_eq!(
        rings.chosen(Choice::Show("a".to_owned()), 9_000),
        [Step::Open]
    );
    assert_eq!(
        rings.chosen(Choice::CallBack(ann("a")), 9_000),
        [handoff(Wanted::CallBack, 9_000)]
    );
}

/// A notification that was put away is not withdrawn a second time, and the call is missed.
#[test]
fn what_was_put_away_is_missed() {
    let mut rings = ringing();
    assert_eq!(rings.chosen(Choice::Silence("a".to_owned()), 5_000), []);
    let steps = rings.ended(&id("a"), CallOutcome::Cancelled, false);
    assert_eq!(steps, [Step::Missed(ann("a"))]);
}

/// §6: a call that was answered elsewhere, while this machine was asleep, is no missed call.
#[test]
fn a_ring_whose_end_was_not_told_leaves_the_screen_and_how_it_ended_is_asked() {
    for (outcome, missed) in [
        (CallOutcome::Answered, vec![]),
        (CallOutcome::Cancelled, vec![Step::Missed(ann("a"))]),
    ] {
        let mut rings = ringing();
        assert_eq!(rings.overdue(41_000), []);
        let late = [Step::Withdraw(id("a")), Step::Ask(id("a"))];
        assert_eq!(rings.overdue(41_001), late);
        assert_eq!(rings.overdue(60_000), []);
        assert_eq!(rings.ask_all(), [Step::Ask(id("a"))]);
        assert_eq!(rings.ended(&id("a"), outcome, false), missed);
    }
}

/// A push may come while the app starts, or comes back to the server.
#[test]
fn a_ring_is_withdrawn_when_the_running_app_shows_it() {
    let mut rings = ringing();
    assert_eq!(rings.ask_shown(), [Step::Ask(id("a"))]);
    assert_eq!(rings.taken_over(&id("a")), [Step::Withdraw(id("a"))]);
    assert_eq!(rings.taken_over(&id("a")), []);
    assert_eq!(rings.ask_shown(), []);
}

#[test]
fn a_rejection_that_did_not_reach_the_server_leaves_a_missed_call() {
    let mut rings = ringing();
    rings.chosen(Choice::Reject("a".to_owned()), 5_000);
    rings.not_done(&id("a"));
    let steps = rings.ended(&id("a"), CallOutcome::TimedOut, false);
    assert_eq!(steps, [Step::Missed(ann("a"))]);
}

#[test]
fn no_more_rings_are_kept_than_anybody_can_look_at() {
    let mut rings = Rings::default();
    for n in 0..100 {
        rings.pushed(ring(&format!("r{n}")), "Ann".to_owned(), false, 0);
    }
    assert_eq!(rings.ask_all().len(), MOST);
    // What cannot ring any more makes room.
    rings.overdue(60_000);
    let steps = rings.pushed(ring("a"), "Ann".to_owned(), false, 60_000);
    assert_eq!(steps, [Step::Ring(ann("a"))]);
    assert_eq!(rings.ask_all().len(), MOST);
}

/// DESKTOP, Ringing: do not disturb also ends what rings already, and tells of no missed call.
#[test]
fn a_ring_is_withdrawn_once_when_this_device_becomes_quiet_to_its_inviter() {
    let mut rings = ringing();
    assert_eq!(rings.hush(|inviter| inviter.as_str() != "ann"), []);
    assert_eq!(rings.hush(|_| true), [Step::Withdraw(id("a"))]);
    assert_eq!(rings.hush(|_| true), []);
    assert_eq!(rings.ended(&id("a"), CallOutcome::TimedOut, false), []);
}

/// An app that hangs while it rings has told nothing of it, and tells nothing when it wakes.
#[test]
fn a_ring_that_never_came_to_the_running_app_is_missed_here() {
    let mut rings = ringing();
    let steps = rings.ended(&id("a"), CallOutcome::Cancelled, true);
    assert_eq!(steps, [Step::Withdraw(id("a")), Step::Missed(ann("a"))]);
}

/// What ended while there was no connection is told to nobody: an answer that failed must not be the last.
#[test]
fn the_server_is_asked_again_until_it_says_how_a_ring_stands() {
    let mut rings = ringing();
    assert_eq!(rings.ask_all(), [Step::Ask(id("a"))]);
    assert_eq!(rings.ask_again(), []);
    rings.not_told(&id("a"));
    assert_eq!(rings.ask_again(), [Step::Ask(id("a"))]);
    assert_eq!(rings.ask_again(), []);
    rings.not_told(&id("a"));
    rings.ended(&id("a"), CallOutcome::Cancelled, false);
    assert_eq!(rings.ask_again(), []);
}
