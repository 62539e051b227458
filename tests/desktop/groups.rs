//! Calls of a group, among several people's apps.

use crate::harness::until::{so, until};
use crate::harness::{App, Desk, Person, Seen};

async fn state_of(app: &App, user: &str, state: &str) {
    let is_so = |seen: &Seen| seen.data.get("state").is_some_and(|told| told == state);
    let what = format!("is {state}");
    app.main
        .sees_that(&format!("rung-{user}"), &what, is_so)
        .await;
}

async fn opens(app: &App, group: &str) {
    app.main.press("groups-tab").await;
    app.main.press(&format!("group-{group}")).await;
}

/// SIGNALING §3: one is rung and comes, one is rung and declines, one was not invited and sees a call.
#[tokio::test]
async fn a_group_call_rings_those_chosen_and_the_others_see_it() {
    let desk = Desk::set_up("group-call").await;
    let alice = desk.app("alice").await;
    let bob = desk.app("bob").await;
    let carol = desk.app("carol").await;
    alice.main_window.lay(0, 0).await;
    bob.main_window.lay(960, 0).await;
    carol.main_window.lay(480, 300).await;
    let dave = Person::at(&desk, "dave");
    dave.founds("team", "Rescue team", &["alice", "bob", "carol"])
        .await;

    opens(&alice, "team").await;
    alice.main.press("group-choose").await;
    for user in ["bob", "dave"] {
        alice.main.press_in_list(&format!("pick-{user}")).await;
    }
    alice.main.press("choice-call-video").await;
    let ring = bob.rings(&desk, "alice").await;
    bob.ring.sees("rung-dave").await;
    bob.ring_fits().await;
    state_of(&alice, "bob", "ringing").await;
    desk.photograph(&[&alice, &bob]).await;

    opens(&carol, "team").await;
    let others = |seen: &Seen| seen.data["place"] == "others";
    carol
        .main
        .sees_that("group-call", "is among others", others)
        .await;
    dave.rejects_the_ring().await;
    state_of(&alice, "dave", "rejected").await;
    bob.presses_in_ring("ring-accept").await;
    bob.is_quiet(&desk, &ring).await;
    alice.is_in_call().await;
    state_of(&alice, "bob", "inCall").await;
    state_of(&carol, "bob", "inCall").await;
    carol.main_window.lay(960, 0).await;
    carol.main_window.activate().await;
    desk.photograph_as("in-call", &[&alice, &carol]).await;
    assert!(!carol.ring_window.is_on_screen().await, "carol is rung");

    alice.main.press("hang-up").await;
    bob.tells_the_end("answered", "Call ended").await;
    carol.main.no_longer_sees("group-call").await;
}

/// DESKTOP "First run": the test contacts are a group that can be called.
#[tokio::test]
async fn the_group_of_the_test_contacts_answers_each_in_his_way() {
    let desk = Desk::set_up("test-group").await;
    let alice = desk.app("alice").await;
    opens(&alice, "test-contacts").await;
    alice.main.press("group-choose").await;
    for user in ["echo", "busy", "declines", "never-answers"] {
        alice.main.press_in_list(&format!("pick-{user}")).await;
    }
    alice.main.press("choice-call-audio").await;
    alice.is_in_call().await;
    let states = [
        ("echo", "inCall"),
        ("busy", "busy"),
        ("declines", "rejected"),
        ("never-answers", "ringing"),
    ];
    for (user, state) in states {
        state_of(&alice, user, state).await;
    }
    desk.photograph(&[&alice]).await;
    alice.main.press("stop-ringing").await;
    state_of(&alice, "never-answers", "cancelled").await;
    alice.main.press("hang-up").await;
    let is_over = |seen: &Seen| seen.text.contains("Call ended");
    alice
        .main
        .sees_that("call-bar", "tells the end", is_over)
        .await;
    until("the recent call is the group's", async || {
        alice.main.press("recents-tab").await;
        let recents = alice.main.all("recent").await;
        let first = recents.first().map(|seen| seen.text.clone());
        let text = first.unwrap_or_default();
        so(text.contains("Test contacts"), text)
    })
    .await;
}
