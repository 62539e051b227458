//! Shortcuts: from other windows while there is something to answer or to end, and in the app's own.

use serde_json::json;

use crate::harness::until::{so, until};
use crate::harness::{App, Desk, Person};

/// Opens the list of shortcuts in the settings.
async fn lists_shortcuts(app: &App) {
    app.main.press("settings-tab").await;
    app.main.press_in_list("settings-shortcuts").await;
    app.main.sees("shortcuts").await;
}

/// Gives an action other keys by pressing them.
async fn remaps(desk: &Desk, app: &App, action: &str, keys: &str, written: &str) {
    let change = format!("shortcut-change-{action}");
    app.main.press_in_list(&change).await;
    app.main.sees(&format!("shortcut-press-{action}")).await;
    app.main_window.activate().await;
    desk.display().press_key(keys).await;
    let has_them = |seen: &crate::harness::Seen| seen.data["keys"] == written;
    let said = format!("has {written}");
    app.main
        .sees_that(&format!("shortcut-{action}"), &said, has_them)
        .await;
}

#[tokio::test]
async fn a_ring_is_answered_and_ended_by_keys_while_another_window_has_the_keyboard() {
    let desk = Desk::set_up("global-shortcuts").await;
    let (alice, bob) = desk.alice_and_bob().await;
    let carol = Person::at(&desk, "carol");

    carol.calls("bob", 30).await;
    let ring = bob.rings(&desk, "carol").await;
    alice.main_window.activate().await;
    desk.display().press_key("ctrl+alt+a").await;
    bob.is_in_call().await;
    bob.is_quiet(&desk, &ring).await;
    assert_eq!(alice.main.all("call").await.len(), 0);

    alice.main_window.activate().await;
    desk.display().press_key("ctrl+alt+e").await;
    bob.main.no_longer_sees("call-duration").await;
}

#[tokio::test]
async fn keys_that_another_program_has_are_told_in_the_settings() {
    let desk = Desk::set_up("taken-shortcuts").await;
    let (alice, bob) = desk.alice_and_bob().await;
    let carol = Person::at(&desk, "carol");
    lists_shortcuts(&alice).await;
    assert_eq!(alice.main.all("shortcut-taken").await.len(), 0);

    carol.calls("bob", 60).await;
    bob.rings(&desk, "carol").await;
    remaps(&desk, &alice, "hangUp", "ctrl+alt+k", "Ctrl+Alt+K").await;
    until("three of the keys are bob's", async || {
        let taken = alice.main.all("shortcut-taken").await.len();
        so(taken == 3, taken)
    })
    .await;
}

#[tokio::test]
async fn a_shortcut_that_was_changed_works_in_the_window() {
    let desk = Desk::set_up("own-shortcut").await;
    let alice = desk.app("alice").await;
    lists_shortcuts(&alice).await;
    remaps(&desk, &alice, "chats", "ctrl+j", "Ctrl+J").await;
    desk.photograph(&[&alice]).await;

    alice.main_window.activate().await;
    desk.display().press_key("ctrl+j").await;
    until("the conversations are open", async || {
        let script =
            "return document.querySelector('[role=tab][aria-selected=true]').dataset.testid";
        let told = alice.main.run(script, vec![]).await;
        let tab = told.map_err(|cause| cause.to_string())?;
        so(tab == json!("chats-tab"), tab)
    })
    .await;

    lists_shortcuts(&alice).await;
    alice.main.press_in_list("shortcut-change-dial").await;
    alice.main_window.activate().await;
    desk.display().press_key("ctrl+j").await;
    let why = "Ctrl+J is the shortcut for \"Chats\" already. \
               Choose other keys, or clear that one first.";
    alice.main.reads("shortcut-refused", why).await;
}
