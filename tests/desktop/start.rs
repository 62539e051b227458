//! Starting, starting again, and what is there afterwards.

use crate::harness::until::{so, until};
use crate::harness::{Desk, Shown, Theme};

#[tokio::test]
async fn starts_with_a_main_window_and_a_ring_window_that_nobody_sees() {
    let desk = Desk::set_up("start").await;
    let alice = desk.app("alice").await;

    assert!(!alice.ring_window.is_on_screen().await);
    alice.main.sees("contact-echo").await;
    desk.photograph(&[&alice]).await;
}

#[tokio::test]
async fn a_second_start_of_a_profile_brings_the_first_ones_window_and_ends() {
    let desk = Desk::set_up("second-start").await;
    let alice = desk.app("alice").await;
    alice.main_window.minimize().await;

    let mut second = desk.start_with("alice", &["--activation", "of-a-press"]);
    let status = until("the second one ends", async || {
        second.ended().ok_or("it runs still")
    })
    .await;
    assert!(status.success(), "{status}");
    let window = alice.main_window.is_shown().await;
    until("the first one's window has the keyboard", async || {
        let active = desk.display().active().await;
        so(active == window, active)
    })
    .await;
    alice.main_window.shows_token("of-a-press").await;
    desk.photograph(&[&alice]).await;
}

#[tokio::test]
async fn contacts_recents_and_settings_outlive_a_restart() {
    let desk = Desk::set_up("restart").await;
    let alice = desk.app("alice").await;
    alice.wears(Theme::Dark).await;
    alice.main.press("contact-add").await;
    alice.main.types("add-user-id", "carol").await;
    alice.main.types("add-name", "Carol C.").await;
    alice.main.press("add-save").await;
    alice.main.sees("contact-carol").await;
    alice.main.press("call-audio-busy").await;
    alice.tells_the_end("busy", "Busy").await;

    alice.quits().await;
    let alice = desk.app("alice").await;

    let carol = alice.main.sees("contact-carol").await;
    assert!(carol.text.contains("Carol C."), "{}", carol.text);
    alice.main.press("recents-tab").await;
    assert_eq!(alice.main.sees("recent").await.data["ending"], "busy");
    let script = "return document.documentElement.dataset.theme";
    assert_eq!(alice.main.run(script, vec![]).await.unwrap(), "dark");
    desk.photograph(&[&alice]).await;
}

/// Whoever has chosen the app in a menu sees no terminal.
#[tokio::test]
async fn why_it_does_not_start_is_told_as_a_notification() {
    let desk = Desk::set_up("start-fails").await;
    let contacts = desk.data().join("bellhop/alice/contacts.json");
    std::fs::create_dir_all(&contacts).unwrap();

    let mut alice = desk.start_again("alice");
    let status = until("it ends", async || alice.ended().ok_or("it runs")).await;
    assert!(!status.success(), "{status}");
    let told = |shown: &Shown| shown.summary == "Bellhop does not start";
    let shown = desk.notifications.sees("why", told).await;
    let path = contacts.display().to_string();
    assert!(shown.body.contains(&path), "{}", shown.body);
    assert!(shown.actions.is_empty());
}
