//! Two people with an app each.

use crate::harness::{Desk, Seen};

/// SIGNALING §3: the inviter hears of the answer, and both are in the call.
#[tokio::test]
async fn a_call_rings_is_accepted_in_the_ring_window_and_is_hung_up() {
    let desk = Desk::set_up("accept").await;
    let (alice, bob) = desk.alice_and_bob().await;

    alice.calls("bob").await;
    let ring = bob.rings(&desk, "alice").await;
    alice.main.reads("outgoing-progress", "Ringing…").await;
    bob.ring_fits().await;
    desk.photograph(&[&alice, &bob]).await;

    bob.presses_in_ring("ring-accept").await;
    bob.is_quiet(&desk, &ring).await;
    alice.is_in_call().await;
    bob.is_in_call().await;
    desk.photograph_as("in-call", &[&alice, &bob]).await;

    alice.main.press("hang-up").await;
    alice.tells_the_end("answered", "Call ended").await;
    bob.tells_the_end("answered", "Call ended").await;
    desk.photograph_as("ended", &[&alice, &bob]).await;
    bob.main.press("recents-tab").await;
    let recent = bob.main.sees("recent").await;
    assert_eq!(recent.data["ending"], "answered");
    assert_eq!(recent.data["missed"], "false");
    assert_eq!(desk.notifications.all().len(), 1, "{}", desk.notifications);
}

/// SIGNALING §3: the inviter hears of the rejection.
#[tokio::test]
async fn a_call_that_is_rejected_in_the_ring_window_ends_on_both_sides() {
    let desk = Desk::set_up("reject").await;
    let (alice, bob) = desk.alice_and_bob().await;

    alice.calls("bob").await;
    let ring = bob.rings(&desk, "alice").await;
    bob.presses_in_ring("ring-reject").await;

    bob.is_quiet(&desk, &ring).await;
    alice.tells_the_end("rejected", "Declined").await;
    desk.photograph(&[&alice, &bob]).await;
    assert_eq!(desk.notifications.all().len(), 1, "{}", desk.notifications);
}

/// SIGNALING §3: the invitee hears of the cancellation, and has missed the call (§6).
#[tokio::test]
async fn a_call_that_is_cancelled_stops_ringing_and_was_missed() {
    let desk = Desk::set_up("cancel").await;
    let (alice, bob) = desk.alice_and_bob().await;

    alice.calls("bob").await;
    let ring = bob.rings(&desk, "alice").await;
    alice.main.press("outgoing-cancel").await;

    bob.is_quiet(&desk, &ring).await;
    bob.tells_of_a_missed_call(&desk, "alice").await;
    alice.tells_the_end("cancelled", "Cancelled").await;
    bob.main.press("recents-tab").await;
    let recent = bob.main.sees("recent").await;
    assert_eq!(recent.data["missed"], "true");
    desk.photograph(&[&alice, &bob]).await;
}

/// SIGNALING §5: what is stored outlives the server, whichever app hosts it next.
#[tokio::test]
async fn calls_and_history_go_on_when_the_app_that_hosts_the_server_dies_and_comes_back() {
    let desk = Desk::set_up("host-restarts").await;
    let (alice, bob) = desk.alice_and_bob().await;
    alice.calls("bob").await;
    bob.rings(&desk, "alice").await;
    bob.presses_in_ring("ring-reject").await;
    alice.tells_the_end("rejected", "Declined").await;

    alice.dies().await;
    let took_over = |seen: &Seen| seen.data["hosting"] == "thisApp";
    bob.main
        .sees_that("hosting", "says that this app is the host", took_over)
        .await;
    let alice = desk.app("alice").await;
    for app in [&alice, &bob] {
        app.main.press("recents-tab").await;
        let rejected = |seen: &Seen| seen.data["ending"] == "rejected";
        app.main.sees_that("recent", "was rejected", rejected).await;
    }
    desk.photograph(&[&alice, &bob]).await;

    alice.calls("bob").await;
    let ring = bob.rings(&desk, "alice").await;
    bob.presses_in_ring("ring-accept").await;
    bob.is_quiet(&desk, &ring).await;
    alice.is_in_call().await;
}
