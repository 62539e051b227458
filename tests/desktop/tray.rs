//! The tray: what its menu offers, and that choosing does the same as a screen.

use crate::harness::tray::Tray;
use crate::harness::until::{so, until};
use crate::harness::{Desk, Person};

#[tokio::test]
async fn a_ring_is_answered_and_the_call_ended_in_the_tray() {
    let desk = Desk::set_up("tray-answer").await;
    let tray = Tray::start(&desk).await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "<b>_carol_&");
    tray.offers("Online").await;
    let at_rest = tray.picture().await;

    carol.calls("bob", 30).await;
    let ring = bob.rings(&desk, "<b>_carol_&").await;
    tray.offers("Reject <b>_carol_&").await;
    desk.photograph(&[&bob]).await;
    tray.press("Answer <b>_carol_&").await;

    bob.is_quiet(&desk, &ring).await;
    bob.is_in_call().await;
    tray.press("Hang up").await;
    bob.tells_the_end("answered", "Call ended").await;
    assert_eq!(tray.picture().await, at_rest);
}

#[tokio::test]
async fn do_not_disturb_is_set_in_the_tray_and_a_call_is_missed_quietly() {
    let desk = Desk::set_up("tray-quiet").await;
    let tray = Tray::start(&desk).await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");
    let marked = async |label: &str| {
        until(format!("\"{label}\" is marked in the tray"), async || {
            let menu = tray.offers(label).await;
            let marked: Vec<_> = menu.iter().filter(|entry| entry.marked).collect();
            so(
                matches!(marked[..], [entry] if entry.label == label),
                format!("{marked:?}"),
            )
        })
        .await;
    };
    tray.offers("Online").await;
    marked("Off").await;
    let rings = tray.picture().await;

    tray.press("Until I turn it off").await;
    tray.offers("Do not disturb").await;
    marked("Until I turn it off").await;
    let call = carol.calls("bob", 30).await;
    // It is told there, and nowhere else by itself.
    tray.offers("Answer carol").await;
    assert!(!bob.ring_window.is_on_screen().await);
    carol.cancels(&call).await;
    tray.offers("Missed calls (1)").await;
    assert_eq!(desk.notifications.all(), []);
    assert!(tray.picture().await != rings);

    tray.press("Off").await;
    marked("Off").await;
    tray.press("Missed calls (1)").await;
    bob.main.sees("recent").await;
    desk.photograph(&[&bob]).await;
}
