//! What was chosen on a notification before the app was there (SIGNALING §7).

use std::path::Path;

use tempfile::TempDir;

use super::cast::*;
use super::*;
use crate::handoff::{self, Handoff, Wanted};
use crate::notifier::Fates;
use crate::shell::Step;
use crate::view::{ConnectionView, DeliveryView, Fate, NotificationKind, QuestionView};

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

/// Has alice's app find what is known of carol's ring by a push that came so long ago.
async fn hands(root: &Path, alice: &App, id: &InviteId, action: Wanted, ago_ms: i64) {
    let handoff = handoff_of(id, action, ago_ms);
    handoff::put(&root.join("alice"), &handoff).unwrap();
    alice.hears(News::HandedOver).await;
}

fn handoff_of(id: &InviteId, action: Wanted, ago_ms: i64) -> Handoff {
    let noon: jiff::civil::DateTime = NOON.parse().unwrap();
    let noon = noon.in_tz("Europe/Berlin").unwrap();
    let now_ms = noon.timestamp().as_millisecond();
    let signaling = serde_json::json!({
        "businessID": 1, "inviteID": id, "inviter": "carol", "inviteeList": ["alice"],
        "actionType": 1, "data": "", "timeout": 30, "groupID": "", "onlineUserOnly": false,
    });
    Handoff {
        signaling: serde_json::from_value(signaling).unwrap(),
        action,
        received_at_ms: u64::try_from(now_ms - ago_ms).unwrap(),
    }
}

fn rang(step: &Step) -> bool {
    matches!(step, Step::ShowRings | Step::Ring(_))
}

#[tokio::test]
async fn a_ring_rings_for_what_is_left_of_its_time_and_once() {
    let (root, _host, carol, id) = ring_while_away().await;
    let mut alice = starts(root.path()).await;
    hands(root.path(), &alice, &id, Wanted::Show, 10_000).await;
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
    hands(root.path(), &alice, &id, Wanted::Accept, 1_000).await;
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
    hands(root.path(), &alice, &id, Wanted::Show, 30_000).await;
    let is_missed = |view: &AppView| view.recents.iter().any(|recent| recent.missed);
    let view = alice.shows("missed", is_missed).await;
    assert_eq!(view.problem, None);

    for ago_ms in [30_000, 1_000] {
        hands(root.path(), &alice, &id, Wanted::Accept, ago_ms).await;
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
    hands(root.path(), &alice, &id, Wanted::CallBack, 0).await;
    alice.shows("calls", |view| view.outgoing.is_some()).await;
    carol.is_rung().await;
}

/// Nobody is called long after the person has asked for it.
#[tokio::test]
async fn calling_back_is_given_up_after_a_while() {
    let (root, _host, carol, id) = ring_while_away().await;
    carol.client.cancel(&id, "").await.unwrap();
    let mut alice = starts(root.path()).await;
    hands(root.path(), &alice, &id, Wanted::CallBack, 60_000).await;
    let view = alice
        .shows("not called", |view| view.problem.is_some())
        .await;
    let sentence =
        "The missed call was not called back, because there was no connection to the server.";
    assert_eq!(view.problem.as_deref(), Some(sentence));
    assert_eq!(view.outgoing, None);
}

/// DESKTOP, Ringing: accepting a second call asks, also on a notification of the background process.
#[tokio::test]
async fn a_ring_that_is_accepted_in_the_middle_of_a_call_asks_first() {
    let (root, _host, _carol, id) = ring_while_away().await;
    let mut alice = starts(root.path()).await;
    let online = |view: &AppView| view.connection == ConnectionView::Online;
    alice.shows("online", online).await;
    let mut dave = Person::join(root.path(), "dave", "dave-1").await;
    alice.calls("dave").await;
    let called = dave.is_rung().await;
    dave.client.accept(&called, "").await.unwrap();
    alice.shows("in a call", |view| view.call.is_some()).await;

    hands(root.path(), &alice, &id, Wanted::Accept, 1_000).await;
    let asks = |view: &AppView| view.question.is_some();
    let view = alice.shows("a question", asks).await;
    let expected = QuestionView::AnswerInstead {
        invite_id: id.to_string(),
        name: "carol".to_owned(),
    };
    assert_eq!(view.question, Some(expected));
}

/// What is left for an app that quits is left for the next one.
#[tokio::test]
async fn what_is_handed_over_to_an_app_that_quits_waits_for_the_next() {
    let (root, _host, _carol, id) = ring_while_away().await;
    let alice = starts(root.path()).await;
    alice.controller.quit().await;
    let handoff = handoff_of(&id, Wanted::Accept, 1_000);
    handoff::put(&root.path().join("alice"), &handoff).unwrap();
    assert!(alice.controller.hear(News::HandedOver).await.is_err());
    drop(alice);

    let mut alice = starts(root.path()).await;
    alice.hears(News::HandedOver).await;
    alice.shows("in a call", |view| view.call.is_some()).await;
}

#[tokio::test]
async fn what_became_of_notifications_while_the_app_was_closed_is_told() {
    let root = tempfile::tempdir().unwrap();
    let alice = App::start(root.path(), "alice").await;
    alice.controller.quit().await;
    drop(alice);
    let delivery = DeliveryView {
        invite_id: "i".to_owned(),
        name: "Carol".to_owned(),
        kind: NotificationKind::Ring,
        fate: Fate::NoDaemon,
        at_ms: 1,
    };
    let mut fates = Fates::default();
    fates.add(delivery.clone());
    fates.keep(&root.path().join("alice")).unwrap();

    let mut alice = App::start(root.path(), "alice").await;
    let view = alice.shows("anything", |_| true).await;
    assert_eq!(view.deliveries, [delivery]);
}
