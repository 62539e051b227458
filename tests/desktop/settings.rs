//! What the person sets, and what then rings.

use crate::harness::{Desk, Person, Seen};

/// Issue 4: do not disturb keeps ring window and notification away; the missed call is recorded all the
/// same (SIGNALING §6).
#[tokio::test]
async fn do_not_disturb_keeps_rings_away_and_records_what_was_missed() {
    let desk = Desk::set_up("do-not-disturb").await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");

    bob.main.press("quiet-menu").await;
    bob.main.press_in_list("quiet-now-on").await;
    bob.main.reads("quiet-menu", "Do not disturb").await;
    bob.main.press("settings-tab").await;
    bob.main.press_in_list("settings-quiet").await;
    bob.main.sees("quiet-by-hand").await;

    let call = carol.calls("bob", 30).await;
    let banner = bob.main.sees("ring-banner").await;
    assert_eq!(banner.data["manner"], "quietly");
    assert_eq!(bob.ring.all("ring").await.len(), 0);
    desk.photograph(&[&bob]).await;
    carol.cancels(&call).await;
    bob.main.no_longer_sees("ring-banner").await;

    bob.main.press("recents-tab").await;
    let recent = bob.main.sees("recent").await;
    assert_eq!(recent.data["missed"], "true");
    assert_eq!(recent.data["ending"], "cancelled");

    // Notifications are shown in their order: what was not shown before the second ring never is.
    bob.main.press("quiet-menu").await;
    bob.main.press_in_list("quiet-now-off").await;
    carol.calls("bob", 30).await;
    bob.rings(&desk, "carol").await;
    assert_eq!(bob.ring.all("ring").await.len(), 1);
    let all = desk.notifications.all();
    assert_eq!(all.iter().filter(|shown| bob.is_ring(shown)).count(), 1);
}

/// Issue 4: only one call is active, and accepting a second asks.
#[tokio::test]
async fn accepting_a_second_ring_asks_before_the_call_ends() {
    let desk = Desk::set_up("answer-instead").await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");
    let dave = Person::at(&desk, "dave");

    carol.calls("bob", 30).await;
    bob.rings(&desk, "carol").await;
    bob.presses_in_ring("ring-accept").await;
    bob.is_in_call().await;
    dave.calls("bob", 60).await;
    bob.ring.sees("ring").await;

    bob.presses_in_ring("ring-accept").await;
    let asked = bob.main.sees("question").await;
    assert_eq!(asked.data["kind"], "answerInstead");
    assert!(asked.text.contains("carol") && asked.text.contains("dave"));
    bob.main.press("question-no").await;
    bob.main.no_longer_sees("question").await;
    assert_eq!(bob.main.all("call-duration").await.len(), 1);

    bob.presses_in_ring("ring-accept").await;
    bob.main.sees("question").await;
    bob.main.is_drawn().await;
    desk.display().photograph("answer-instead-asked").await;
    bob.main.press("question-yes").await;
    bob.main.no_longer_sees("question").await;
    let is_dave = |seen: &Seen| seen.text.contains("dave");
    bob.main.sees_that("call", "is with dave", is_dave).await;
}
