//! Calls of two people, from the first ring to the history.

use std::time::Duration;

use bellhop_media::Sound;
use bellhop_protocol::Event;
use bellhop_protocol::request::RejectReason;
use serde_json::json;

use super::cast::*;
use super::*;
use crate::shell::Step;
use crate::view::{Direction, Ending, Progress};

#[tokio::test]
async fn a_call_is_answered_and_hung_up_here() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    alice.calls("bob").await;
    let id = bob.is_rung().await;
    let rings = |view: &AppView| {
        let outgoing = view.outgoing.as_ref();
        outgoing.is_some_and(|o| o.progress == Progress::Ringing && o.timeout_ms == Some(30_000))
    };
    alice.shows("ringing", rings).await;
    bob.client.accept(&id, "").await.unwrap();
    let view = alice.shows("in a call", |view| view.call.is_some()).await;
    assert_eq!(view.outgoing, None);
    let call = view.call.as_ref().unwrap();
    assert_eq!((&call.with, call.hanging_up), (&user("bob"), false));

    let call_id = call.call_id.clone();
    alice.requests(hang_up(&call_id)).await;
    assert_eq!(alice.ended().await, (Ending::Answered, Direction::Outgoing));
    let recent = alice.newest_recent(Ending::Answered).await;
    assert!(recent.duration_ms.is_some());
    assert!(!recent.missed);
    assert_eq!(alice.steps(), [Step::PresentMain]);

    alice.asks(Ask::DismissEnded).await;
    alice.shows("put away", |view| view.ended.is_none()).await;
}

#[tokio::test]
async fn a_call_ends_as_the_callee_rejects_it() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    for (reason, ending) in [
        (Some(RejectReason::Busy), Ending::Busy),
        (Some(RejectReason::Declined), Ending::Rejected),
        (None, Ending::Rejected),
    ] {
        alice.calls("bob").await;
        let id = bob.is_rung().await;
        bob.client.reject(&id, "", reason).await.unwrap();
        assert_eq!(alice.ended().await, (ending, Direction::Outgoing));
        alice.newest_recent(ending).await;
    }
}

#[tokio::test]
async fn a_call_that_is_given_up_ends_cancelled() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    let invite_id = alice.calls("bob").await;
    let id = bob.is_rung().await;
    assert_eq!(id.as_str(), invite_id);
    alice.requests(on("cancel", &invite_id)).await;
    assert_eq!(
        alice.ended().await,
        (Ending::Cancelled, Direction::Outgoing)
    );
    alice.newest_recent(Ending::Cancelled).await;
    let again = alice.refused(on("cancel", &invite_id)).await;
    assert_eq!(again.code, Code::NotPending);
}

#[tokio::test]
async fn a_callee_without_devices_is_not_reachable() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    bob.client.close().await;
    alice.calls("bob").await;
    let is_so = |view: &AppView| {
        let outgoing = view.outgoing.as_ref();
        outgoing.is_some_and(|outgoing| outgoing.progress == Progress::NotReachable)
    };
    alice.shows("not reachable", is_so).await;
}

#[tokio::test]
async fn nobody_of_that_name_is_said_and_nothing_is_placed() {
    let (_root, mut alice, _bob) = alice_and_bob().await;
    let refused = alice.refused(invite("nobody")).await;
    assert_eq!(refused.code, Code::NoSuchUser);
    let view = alice
        .shows("a problem", |view| view.problem.is_some())
        .await;
    assert_eq!(view.problem.as_ref(), Some(&refused.message));
    assert_eq!((&view.outgoing, &view.ended), (&None, &None));
    assert_eq!(
        alice.refused(invite("alice")).await.code,
        Code::BadParameter
    );
}

#[tokio::test]
async fn a_ring_is_answered_and_hung_up_there() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    let id = bob.calls("alice", 30).await;
    let view = alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let ring = &view.rings[0];
    assert_eq!(ring.timeout_ms, Some(30_000));
    assert!(ring.remaining_ms.unwrap() > 20_000);

    alice.requests(on("accept", id.as_str())).await;
    let again = alice.refused(on("accept", id.as_str())).await;
    assert_eq!(again.data.reason, Reason::Accepted);
    let view = alice.shows("in a call", |view| view.call.is_some()).await;
    assert_eq!(view.problem, None);
    bob.hears_signal(|event| matches!(event, Event::InviteeAccepted(_)).then_some(()))
        .await;
    let call = bob.client.view().calls[0].call_id.clone();
    bob.client.hang_up(&call, None).await.unwrap();
    assert_eq!(alice.ended().await, (Ending::Answered, Direction::Incoming));
    assert_eq!(
        alice.steps(),
        [
            Step::ShowRings,
            Step::Ring(caller(&id, "bob")),
            Step::HideRings,
            Step::Withdraw(id.to_string()),
            Step::PresentMain,
        ]
    );
    let ramp = Duration::from_secs(4);
    let sounds = [Sound::Ring { ramp }, Sound::Silence, Sound::Ended];
    assert_eq!(alice.sounds(), sounds);
}

#[tokio::test]
async fn a_ring_that_is_silenced_goes_on_unheard() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    let id = bob.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let invite_id = id.to_string();
    alice.asks(Ask::Silence { invite_id }).await;
    let is_silenced = |view: &AppView| view.rings.iter().any(|ring| ring.silenced);
    alice.shows("silenced", is_silenced).await;
    let ramp = Duration::from_secs(4);
    assert_eq!(alice.sounds(), [Sound::Ring { ramp }, Sound::Silence]);
}

#[tokio::test]
async fn rings_stay_in_the_order_in_which_they_came() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    let mut called = Vec::new();
    for _ in 0..5 {
        called.push(bob.calls("alice", 30).await.to_string());
        let shown = |view: &AppView| view.rings.len() == called.len();
        let view = alice.shows("one more ring", shown).await;
        let rings: Vec<_> = view
            .rings
            .iter()
            .map(|ring| ring.invite_id.clone())
            .collect();
        assert_eq!(rings, called);
    }
}

#[tokio::test]
async fn a_ring_that_is_rejected_is_no_missed_call_and_fills_no_screen() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    let id = bob.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let declined = json!({"inviteID": id, "reason": "declined"});
    alice.requests(request("reject", declined)).await;
    let reason = bob
        .hears_signal(|event| {
            let Event::InviteeRejected(rejected) = event else {
                return None;
            };
            Some(rejected.reason)
        })
        .await;
    assert_eq!(reason, Some(RejectReason::Declined.into()));
    alice.newest_recent(Ending::Rejected).await;
    let view = alice.shows("quiet", |view| view.rings.is_empty()).await;
    assert_eq!((&view.ended, view.missed), (&None, 0));
    assert_eq!(alice.steps().last(), Some(&Step::Withdraw(id.to_string())));
}

#[tokio::test]
async fn rings_that_end_unanswered_are_missed_until_they_are_seen() {
    let (root, mut alice, bob) = alice_and_bob().await;
    let cancelled = bob.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let invite_id = cancelled.to_string();
    alice.asks(Ask::Silence { invite_id }).await;
    alice.shows("silenced", |view| view.rings[0].silenced).await;
    bob.client.cancel(&cancelled, "").await.unwrap();
    alice.newest_recent(Ending::Cancelled).await;

    let timed_out = bob.calls("alice", 1).await;
    alice.newest_recent(Ending::TimedOut).await;
    let view = alice.shows("two missed", |view| view.missed == 2).await;
    assert_eq!(view.ended, None);
    let steps = alice.steps();
    let missed: Vec<&Step> = steps
        .iter()
        .filter(|step| matches!(step, Step::Missed(_)))
        .collect();
    let expected = [&cancelled, &timed_out].map(|id| Step::Missed(caller(id, "bob")));
    assert_eq!(missed, expected.each_ref());

    alice.asks(Ask::SeenMissed).await;
    alice.shows("none missed", |view| view.missed == 0).await;
    alice.controller.quit().await;
    drop(alice);
    let mut alice = App::online(root.path(), "alice").await;
    let view = alice.shows("recents", |view| view.recents.len() == 2).await;
    assert_eq!(view.missed, 0);
    assert!(view.recents.iter().all(|recent| recent.missed));
}

#[tokio::test]
async fn only_one_call_is_active() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    alice.calls("bob").await;
    let id = bob.is_rung().await;
    bob.client.accept(&id, "").await.unwrap();
    alice.shows("in a call", |view| view.call.is_some()).await;

    let refused = alice.refused(invite("carol")).await;
    assert_eq!(
        refused.message,
        "You are in a call. Hang up before you call somebody else."
    );
    let view = alice
        .shows("a problem", |view| view.problem.is_some())
        .await;
    assert_eq!(view.problem.as_ref(), Some(&refused.message));
    assert!(view.call.is_some());
}

/// §5: one answer wins, and the other devices of the user stop ringing.
#[tokio::test]
async fn a_ring_that_is_answered_elsewhere_stops_and_was_not_missed() {
    let (root, mut alice, bob) = alice_and_bob().await;
    let other = Person::join(root.path(), "alice", "phone").await;
    for (n, ending) in [Ending::AnsweredElsewhere, Ending::Rejected]
        .iter()
        .enumerate()
    {
        let id = bob.calls("alice", 30).await;
        alice.shows("a ring", |view| !view.rings.is_empty()).await;
        if n == 0 {
            other.client.accept(&id, "").await.unwrap();
        } else {
            other.client.reject(&id, "", None).await.unwrap();
        }
        alice.shows("quiet", |view| view.rings.is_empty()).await;
        alice.newest_recent(*ending).await;
    }
    let view = alice.shows("anything", |_| true).await;
    assert_eq!((&view.ended, &view.call, view.missed), (&None, &None, 0));
    let steps = alice.steps();
    assert!(!steps.iter().any(|step| matches!(step, Step::Missed(_))));
}
