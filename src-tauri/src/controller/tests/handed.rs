//! What was chosen on a notification before the app was there (SIGNALING §7).

use std::path::Path;

use tempfile::TempDir;

use super::cast::*;
use super::*;
use crate::handoff::{Handoff, Wanted};
use crate::shell::Step;
use crate::view::ConnectionView;

/// What the clock says.
const NOON: &str = "2026-11-23T12:00";

/// Carol, who rings alice; alice has an app, and has closed it. The server is bob's app's.
async fn ring_while_away() -> (TempDir, App, Person, InviteId) {
    let root = tempfile::tempdir().unwrap();
    let host = App::online(root.path(), "bob").await;
    let alice = App::online(root.path(), "alice").await;
    alice.controller.quit().await;
    drop(alice);
    let carol = Person::join(root.path(), "carol", "carol-1").await;
    let id = carol.calls("alice", 30).await;
    (root, host, carol, id)
}

/// Alice's app, just started.
async fn starts(root: &Path) -> App {
    let alice = App::start(root, "alice").await;
    alice.clock_says(NOON);
    alice
}

/// What is known of carol's ring by a push that came so long ago.
fn handed(id: &InviteId, action: Wanted, ago_ms: i64) -> News {
    let noon: jiff::civil::DateTime = NOON.parse().unwrap();
    let noon = noon.in_tz("Europe/Berlin").unwrap();
    let now_ms = noon.timestamp().as_millisecond();
    let signaling = serde_json::json!({
        "businessID": 1, "inviteID": id, "inviter": "carol", "inviteeList": ["alice"],
        "actionType": 1, "data": "", "timeout": 30, "groupID": "", "onlineUserOnly": false,
    });
    News::HandedOver(Box::new(Handoff {
        signaling: serde_json::from_value(signaling).unwrap(),
        action,
        received_at_ms: u64::try_from(now_ms - ago_ms).unwrap(),
    }))
}

fn rang(step: &Step) -> bool {
    matches!(step, Step::ShowRings | Step::Ring(_))
}

#[tokio::test]
async fn a_ring_rings_for_what_is_left_of_its_time_and_once() {
    let (root, _host, carol, id) = ring_while_away().await;
    let mut alice = starts(root.path()).await;
    alice.hears(handed(&id, Wanted::Show, 10_000)).await;
    let view = alice.shows("rings", |view| !view.rings.is_empty()).await;
    let remaining = view.rings[0].remaining_ms.unwrap();
    assert!(remaining <= 20_000, "{remaining}");
    let online = |view: &AppView| view.connection == ConnectionView::Online;
    alice.shows("online", online).await;
    carol.client.cancel(&id, "").await.unwrap();
    alice.shows("quiet", |view| view.rings.is_empty()).await;
    let steps = alice.steps();
    let rings = steps.iter().filter(|step| matches!(step, Step::Ring(_)));
    assert_eq!(rings.count(), 1, "{steps:?}");
}

#[tokio::test]
async fn a_ring_that_was_accepted_is_answered_and_never_shown() {
    let (root, _host, _carol, id) = ring_while_away().await;
    let mut alice = starts(root.path()).await;
    alice.hears(handed(&id, Wanted::Accept, 1_000)).await;
    let view = alice.shows("in a call", |view| view.call.is_some()).await;
    assert_eq!(view.call.as_ref().unwrap().with, user("carol"));
    assert_eq!(view.problem, None);
    assert!(!alice.steps().iter().any(rang), "{:?}", alice.steps());
}

/// What became of it, the recent calls tell; whoever has accepted it reads why there is no call.
#[tokio::test]
async fn what_is_over_does_not_ring_and_cannot_be_answered() {
    let (root, _host, carol, id) = ring_while_away().await;
    carol.client.cancel(&id, "").await.unwrap();
    let mut alice = starts(root.path()).await;
    alice.hears(handed(&id, Wanted::Show, 30_000)).await;
    let is_missed = |view: &AppView| view.recents.iter().any(|recent| recent.missed);
    let view = alice.shows("missed", is_missed).await;
    assert_eq!(view.problem, None);

    for ago_ms in [30_000, 1_000] {
        alice.hears(handed(&id, Wanted::Accept, ago_ms)).await;
        let view = alice.shows("too late", |view| view.problem.is_some()).await;
        let sentence = "The call was over before it could be answered.";
        assert_eq!(view.problem.as_deref(), Some(sentence));
        alice.asks(Ask::DismissProblem).await;
    }
    assert!(!alice.steps().iter().any(rang), "{:?}", alice.steps());
}

#[tokio::test]
async fn calling_back_waits_for_the_connection() {
    let (root, _host, mut carol, id) = ring_while_away().await;
    carol.client.cancel(&id, "").await.unwrap();
    let mut alice = starts(root.path()).await;
    alice.hears(handed(&id, Wanted::CallBack, 0)).await;
    alice.shows("calls", |view| view.outgoing.is_some()).await;
    carol.is_rung().await;
}

/// Nobody is called long after the person has asked for it.
#[tokio::test]
async fn calling_back_is_given_up_after_a_while() {
    let (root, _host, carol, id) = ring_while_away().await;
    carol.client.cancel(&id, "").await.unwrap();
    let mut alice = starts(root.path()).await;
    alice.hears(handed(&id, Wanted::CallBack, 60_000)).await;
    let view = alice
        .shows("not called", |view| view.problem.is_some())
        .await;
    let sentence =
        "The missed call was not called back, because there was no connection to the server.";
    assert_eq!(view.problem.as_deref(), Some(sentence));
    assert_eq!(view.outgoing, None);
}
