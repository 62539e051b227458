//! The ring as a notification of the operating system: shown, answered, put away, withdrawn.

use crate::harness::notifications::Notifications;
use crate::harness::until::{so, until};
use crate::harness::{Closed, Desk, Person, Shown};

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
    assert_eq!(labels(&ring), ["Accept", "Reject", "Show"]);
    assert_eq!(ring.urgency, Some(2));
    assert_eq!(ring.timeout_ms, 0);
    assert!(ring.resident);
    assert!(ring.silent);
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

#[tokio::test]
async fn a_click_on_the_notification_itself_shows_the_app_and_answers_nothing() {
    let desk = Desk::set_up("notification-click").await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");
    bob.main_window.minimize().await;

    carol.calls("bob", 30).await;
    let ring = bob.rings(&desk, "carol").await;
    desk.notifications.press(&ring, ring.key("Show")).await;

    bob.main_window.is_shown().await;
    let token = Notifications::ACTIVATION;
    bob.main_window.shows_token(token).await;
    assert!(bob.ring_window.is_on_screen().await);
    assert!(bob.is_ring(&ring));
    desk.photograph(&[&bob]).await;
    bob.presses_in_ring("ring-reject").await;
    bob.is_quiet(&desk, &ring).await;
}

#[tokio::test]
async fn a_name_made_to_deceive_is_harmless_on_the_notification() {
    let desk = Desk::set_up("notification-hostile").await;
    let bob = desk.app("bob").await;
    let mallory = Person::at(&desk, "mallory");
    let tower = "\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}";
    let nick = format!("<b>A</b>\u{202e}&\u{2066}\u{200b}\u{200d} o{tower}\u{e0041}\u{3164}");
    mallory.is_known_as(&nick).await;

    mallory.calls("bob", 30).await;
    // The name comes after the ring, whose notification then takes it over.
    let named = |shown: &Shown| bob.is_ring(shown) && shown.summary != "mallory";
    let ring = desk.notifications.sees("a ring with a name", named).await;

    assert_eq!(ring.summary, "<b>A</b>& o\u{301}\u{302}\u{303}\u{304}");
    assert_eq!(ring.body, "Incoming audio call\nmallory");
    bob.ring_window.is_shown().await;
    desk.photograph(&[&bob]).await;
    bob.presses_in_ring("ring-reject").await;
    bob.is_quiet(&desk, &ring).await;
}

#[tokio::test]
async fn the_desktops_do_not_disturb_is_followed_when_that_is_set() {
    let desk = Desk::set_up("notification-inhibited").await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");
    bob.main.press("settings-tab").await;
    bob.main.press("settings-quiet").await;
    bob.main.press("quiet-follow-desktop").await;
    desk.notifications.inhibit(true).await;
    bob.main
        .reads("quiet-menu", "The desktop’s do not disturb is on")
        .await;

    let call = carol.calls("bob", 3).await;
    carol.gave_up(&call).await;
    assert_eq!(desk.notifications.all(), []);
    assert!(!bob.ring_window.is_on_screen().await);

    desk.notifications.inhibit(false).await;
    bob.main.reads("quiet-menu", "").await;
    carol.calls("bob", 30).await;
    let ring = bob.rings(&desk, "carol").await;
    bob.presses_in_ring("ring-reject").await;
    bob.is_quiet(&desk, &ring).await;
}

#[tokio::test]
async fn what_became_of_each_notification_is_told() {
    let desk = Desk::set_up("notification-fates").await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");
    bob.main.press("settings-tab").await;
    bob.main.press("settings-diagnostics").await;
    let fates = async |expected: &[&str]| {
        let until_last = expected.len();
        until("the last fate is told", async || {
            let told = bob.main.all("delivery").await;
            so(told.len() == until_last, format!("{told:#?}"))
        })
        .await;
        let told = bob.main.all("delivery").await;
        let told: Vec<&str> = told.iter().map(|row| row.data["fate"].as_str()).collect();
        assert_eq!(told, expected, "newest first");
    };

    let call = carol.calls("bob", 30).await;
    bob.rings(&desk, "carol").await;
    fates(&["shown"]).await;
    carol.cancels(&call).await;
    bob.tells_of_a_missed_call(&desk, "carol").await;
    fates(&["shown", "replaced", "shown"]).await;

    desk.notifications.stop().await;
    carol.calls("bob", 30).await;
    bob.ring.sees("ring").await;
    fates(&["noDaemon", "shown", "replaced", "shown"]).await;
}

/// A desktop does not take notifications off by itself when their program has ended.
#[tokio::test]
async fn quitting_while_it_rings_takes_the_ring_off_the_screen() {
    let desk = Desk::set_up("notification-quit").await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");
    carol.calls("bob", 30).await;
    let ring = bob.rings(&desk, "carol").await;
    bob.quits().await;
    assert_eq!(desk.notifications.sees_gone(&ring).await, Closed::Withdrawn);
}

/// Whoever comes next takes it off: the desktop does not.
#[tokio::test]
async fn a_ring_that_a_killed_app_has_left_on_the_screen_is_taken_off() {
    let desk = Desk::set_up("notification-killed").await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");
    carol.calls("bob", 60).await;
    let left = bob.rings(&desk, "carol").await;
    bob.dies().await;

    let bob = desk.app("bob").await;
    let ring = bob.rings(&desk, "carol").await;
    assert_eq!(desk.notifications.sees_gone(&left).await, Closed::Withdrawn);
    bob.presses_in_ring("ring-reject").await;
    bob.is_quiet(&desk, &ring).await;
}
