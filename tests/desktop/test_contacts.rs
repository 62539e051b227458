//! The contacts that answer by themselves, as a newcomer meets them.

use crate::harness::until::{so, until};
use crate::harness::{App, Desk};

async fn calls(app: &App, contact: &str) {
    app.main.press(&format!("call-audio-{contact}")).await;
}

#[tokio::test]
async fn echo_answers_and_stays() {
    let desk = Desk::set_up("echo").await;
    let alice = desk.app("alice").await;

    calls(&alice, "echo").await;
    alice.main.reads("outgoing-progress", "Ringing…").await;
    desk.photograph(&[&alice]).await;
    alice.is_in_call().await;
    alice.main.press("hang-up").await;
    alice.tells_the_end("answered", "Call ended").await;
}

#[tokio::test]
async fn whoever_is_called_back_rings_and_can_answer() {
    let desk = Desk::set_up("calls-you-back").await;
    let alice = desk.app("alice").await;

    calls(&alice, "calls-you-back").await;
    alice.tells_the_end("rejected", "Declined").await;
    let ring = alice.rings(&desk, "Calls you back").await;
    desk.photograph(&[&alice]).await;
    alice.presses_in_ring("ring-accept").await;
    alice.is_quiet(&desk, &ring).await;
    alice.is_in_call().await;
}

#[tokio::test]
async fn the_others_are_busy_decline_hang_up_and_never_answer() {
    let desk = Desk::set_up("test-contacts").await;
    let alice = desk.app("alice").await;

    calls(&alice, "busy").await;
    alice.tells_the_end("busy", "Busy").await;
    calls(&alice, "declines").await;
    alice.tells_the_end("rejected", "Declined").await;
    calls(&alice, "hangs-up-on-you").await;
    alice.is_in_call().await;
    alice.tells_the_end("answered", "Call ended").await;
    calls(&alice, "never-answers").await;
    alice.main.reads("outgoing-progress", "Ringing…").await;
    alice.main.press("outgoing-cancel").await;
    alice.tells_the_end("cancelled", "Cancelled").await;

    alice.main.press("recents-tab").await;
    until("recents tell of all four, the newest first", async || {
        let recents = alice.main.all("recent").await;
        let endings: Vec<_> = recents.iter().map(|seen| &*seen.data["ending"]).collect();
        let all = ["cancelled", "answered", "rejected", "busy"];
        so(endings == all, format!("{endings:?}"))
    })
    .await;
    desk.photograph(&[&alice]).await;
}
