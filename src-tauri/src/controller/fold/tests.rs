//! What each event means here: the endings that no second device and no patience can bring about.

use bellhop_protocol::event::Ringing;
use tempfile::TempDir;

use super::*;
use crate::controller::talk::{Placing, Talk};
use crate::profile::Profile;
use crate::view::DesktopSession;
use crate::view::{Direction, MediaType};

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn talk(direction: Direction) -> Talk {
    Talk {
        call: id("call"),
        invite: id("invite"),
        with: ConversationId::C2C(id("bob")),
        media: MediaType::Audio,
        direction,
    }
}

fn state() -> (TempDir, State) {
    let root = tempfile::tempdir().unwrap();
    let (profile, notices) = Profile::open(root.path(), id("alice"), None).unwrap();
    (root, State::new(profile, notices, DesktopSession::X11))
}

/// A state in which bob is called.
fn placing() -> (TempDir, State) {
    let (root, mut state) = state();
    state.placing = Some(Placing {
        confirmed: true,
        ..Placing::new(talk(Direction::Outgoing), vec![id("bob")])
    });
    (root, state)
}

/// A state in which this device is in a call that bob began.
fn talking() -> (TempDir, State) {
    let (root, mut state) = state();
    state.talk = Some(talk(Direction::Incoming));
    (root, state)
}

fn ended(state: &State) -> Option<(Ending, Option<u64>)> {
    let ended = state.ended.as_ref()?;
    assert_eq!((&state.placing, &state.talk), (&None, &None));
    Some((ended.ending, ended.duration_ms))
}

fn cancelled(reason: Option<EndReason>) -> ClientEvent {
    ClientEvent::Signaling(Event::InvitationCancelled(Cancelled {
        invite_id: id("invite"),
        rev: 2,
        inviter: id("alice"),
        group_id: None,
        invitee_list: vec![id("bob")],
        data: String::new(),
        reason,
    }))
}

fn timed_out() -> ClientEvent {
    ClientEvent::Signaling(Event::InvitationTimeout(TimedOut {
        invite_id: id("invite"),
        rev: 2,
        inviter: id("alice"),
        group_id: None,
        invitee_list: vec![id("bob")],
        is_self_timeout: false,
    }))
}

fn call_ended(user: &str, reason: &str, over: bool) -> ClientEvent {
    ClientEvent::Signaling(Event::CallEnded(CallEnded {
        call_id: id("call"),
        invite_id: id("invite"),
        user: id(user),
        duration_ms: 1234,
        reason: id(reason),
        over,
    }))
}

/// §3: a time-out of a call that rang somewhere is no answer; otherwise nobody was reached.
#[test]
fn a_time_out_tells_whether_it_rang() {
    let (_root, mut state) = placing();
    assert_eq!(state.fold(timed_out()), []);
    assert_eq!(ended(&state), Some((Ending::Unreachable, None)));

    let (_root, mut state) = placing();
    state.fold(ClientEvent::Signaling(Event::InviteeRinging(Ringing {
        invite_id: id("invite"),
        rev: 1,
        invitee: id("bob"),
        device: id("phone"),
        platform: id("linux"),
    })));
    state.fold(timed_out());
    assert_eq!(ended(&state), Some((Ending::TimedOut, None)));
}

/// §5: cancelled by the server as `inviterOffline`, by glare without a word, or by another device.
#[test]
fn a_cancellation_from_elsewhere_tells_why() {
    for (reason, ending) in [
        (Some(EndReason::InviterOffline), Some(Ending::InviterGone)),
        (Some(EndReason::Glare), None),
        (None, Some(Ending::Cancelled)),
    ] {
        let (_root, mut state) = placing();
        state.fold(cancelled(reason));
        assert_eq!(ended(&state), ending.map(|ending| (ending, None)));
        assert_eq!(state.placing, None);
    }
}

#[test]
fn a_call_that_the_server_does_not_know_any_more_has_failed() {
    let (_root, mut state) = placing();
    let wants = state.fold(ClientEvent::InvitationLost(id("invite")));
    assert_eq!(wants, [Want::Read(Read::Conversations)]);
    assert_eq!(ended(&state), Some((Ending::Failed, None)));
}

/// §8: whoever hangs up, and a party whose device is gone for the grace.
#[test]
fn the_end_of_a_call_tells_how_long_it_was_and_whether_it_was_kept() {
    let bobs = ConversationId::C2C(id("bob"));
    for (reason, ending) in [("hangUp", Ending::Answered), ("deviceGone", Ending::Failed)] {
        let (_root, mut state) = talking();
        let wants = state.fold(call_ended("bob", reason, true));
        assert_eq!(wants, [Want::Read(Read::Conversation(bobs.clone()))]);
        assert_eq!(ended(&state), Some((ending, Some(1234))));
    }
}

#[test]
fn somebody_else_who_leaves_does_not_end_the_call() {
    let (_root, mut state) = talking();
    state.fold(call_ended("carol", "hangUp", false));
    assert!(state.talk.is_some());
    state.fold(call_ended("alice", "hangUp", false));
    assert_eq!(ended(&state), Some((Ending::Answered, Some(1234))));
}

#[test]
fn a_call_that_ended_while_away_is_over() {
    let (_root, mut state) = talking();
    state.fold(ClientEvent::CallGone(id("call")));
    assert_eq!(ended(&state), Some((Ending::Answered, None)));
}

#[test]
fn a_call_that_ends_before_its_accept_is_confirmed_is_shown_as_ended() {
    let (_root, mut state) = state();
    let talk = talk(Direction::Incoming);
    state.accepting.insert(talk.invite.clone(), talk);
    state.fold(call_ended("bob", "hangUp", true));
    assert_eq!(ended(&state), Some((Ending::Answered, Some(1234))));
    assert!(state.accepting.is_empty());
}

#[test]
fn a_connection_that_is_over_ends_what_was_under_way() {
    let kicked = bellhop_protocol::Failure::new(
        bellhop_protocol::Code::Kicked,
        bellhop_protocol::Reason::Kicked,
        "Signed in elsewhere.",
    );
    let stopped = || ClientEvent::Connection(Connection::Stopped(kicked.clone()));
    let (_root, mut state) = placing();
    state.fold(stopped());
    assert_eq!(ended(&state), Some((Ending::Failed, None)));
    let (_root, mut state) = talking();
    state.fold(stopped());
    assert_eq!(ended(&state), Some((Ending::Failed, None)));
}

#[test]
fn a_lost_connection_makes_one_look_for_the_other_app_that_hosts() {
    let lost = || {
        ClientEvent::Connection(Connection::Reconnecting {
            failure: bellhop_protocol::Failure::bad_parameter("Lost."),
            retry_at: bellhop_protocol::Timestamp::from_millis(0),
        })
    };
    let (_root, mut state) = state();
    assert_eq!(state.fold(lost()), []);
    state.hosting = Hosting::OtherProfile;
    assert_eq!(state.fold(lost()), [Want::CheckHost]);
}
