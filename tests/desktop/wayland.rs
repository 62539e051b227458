//! Wayland, where no window may come to the front by itself: the notification is the ring screen.

use crate::harness::until::{so, until};
use crate::harness::{App, Desk, Person, Shown};

/// Waits until the ring window is to be seen, or is not.
async fn ring_window_is(app: &App, state: &str) {
    until(format!("the ring window is {state}"), async || {
        let told = app
            .ring
            .run("return document.visibilityState", vec![])
            .await;
        let told = told.map_err(|cause| cause.to_string())?;
        so(told == state, told)
    })
    .await;
}

/// What is told of Wayland in the settings.
async fn tells(app: &App, words: &str) {
    app.main.press("settings-tab").await;
    app.main.press_in_list("settings-diagnostics").await;
    let told = app.main.sees("wayland").await.text;
    assert!(told.contains(words), "{told}");
}

#[tokio::test]
async fn on_wayland_the_notification_is_the_ring_screen_and_the_app_says_so() {
    let desk = Desk::set_up_on_wayland("wayland").await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");
    tells(&bob, "the notification is the ring screen").await;

    carol.calls("bob", 30).await;
    bob.ring.sees("ring").await;
    let is_ring = |shown: &Shown| bob.is_ring(shown);
    let ring = desk.notifications.sees("a ring", is_ring).await;
    ring_window_is(&bob, "hidden").await;
    desk.photograph_as("rings", &[&bob]).await;
    ring_window_is(&bob, "hidden").await;
    desk.notifications.press(&ring, ring.key("Accept")).await;

    bob.is_in_call().await;
    desk.notifications.sees_gone(&ring).await;
    desk.photograph(&[&bob]).await;
    bob.main.press("hang-up").await;
    bob.tells_the_end("answered", "Call ended").await;
}

#[tokio::test]
async fn on_wayland_the_ring_window_rings_where_no_notification_can() {
    let desk = Desk::set_up_on_wayland("wayland-window").await;
    desk.notifications.stop().await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");

    let call = carol.calls("bob", 30).await;
    bob.ring.sees("ring").await;
    ring_window_is(&bob, "visible").await;
    tells(&bob, "the ring window may be behind others").await;
    desk.photograph(&[&bob]).await;
    carol.cancels(&call).await;
    ring_window_is(&bob, "hidden").await;
}
