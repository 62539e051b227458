//! The ring as a notification of the operating system: shown, answered, put away, withdrawn.

use crate::harness::{Desk, Person, Shown};

fn labels(ring: &Shown) -> Vec<&str> {
    ring.actions
        .iter()
        .map(|(_, label)| label.as_str())
        .collect()
}

#[tokio::test]
async fn accept_on_the_notification_takes_the_call() {
    let desk = Desk::set_up("notification-accept").await;
    let (alice, bob) = desk.alice_and_bob().await;

    alice.calls("bob").await;
    let ring = bob.rings(&desk, "alice").await;
    assert_eq!(labels(&ring), ["Show", "Accept", "Reject"]);
    assert_eq!(ring.urgency, Some(2));
    assert_eq!(ring.timeout_ms, 0);
    assert!(ring.resident);
    desk.notifications.press(&ring, ring.key("Accept")).await;

    bob.is_quiet(&desk, &ring).await;
    alice.is_in_call().await;
    bob.is_in_call().await;
    desk.photograph(&[&alice, &bob]).await;
    bob.main.press("hang-up").await;
    alice.tells_the_end("answered", "Call ended").await;
}

#[tokio::test]
async fn reject_on_the_notification_declines_the_call() {
    let desk = Desk::set_up("notification-reject").await;
    let (alice, bob) = desk.alice_and_bob().await;

    alice.calls("bob").await;
    let ring = bob.rings(&desk, "alice").await;
    desk.notifications.press(&ring, ring.key("Reject")).await;

    bob.is_quiet(&desk, &ring).await;
    alice.tells_the_end("rejected", "Declined").await;
    desk.photograph(&[&alice, &bob]).await;
}

#[tokio::test]
async fn a_notification_put_away_silences_the_ring_and_does_not_reject_it() {
    let desk = Desk::set_up("notification-dismissed").await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");

    let call = carol.calls("bob", 30).await;
    let ring = bob.rings(&desk, "carol").await;
    desk.notifications.dismiss(&ring).await;

    bob.ring.reads("ring-silence", "Silenced").await;
    assert!(bob.ring_window.is_on_screen().await);
    assert!(bob.ring.sees("ring-accept").await.enabled);
    desk.photograph(&[&bob]).await;

    carol.cancels(&call).await;
    bob.ring_window.is_hidden().await;
    bob.tells_of_a_missed_call(&desk, "carol").await;
}
