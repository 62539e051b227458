//! Conversations: what people write, and how their calls went.

use crate::harness::until::{so, until};
use crate::harness::{App, Desk, Seen};

async fn opens(app: &App, conversation: &str) {
    app.main.press("chats-tab").await;
    app.main.press(&format!("chat-{conversation}")).await;
}

/// Waits until the open conversation has these entries, in this order.
async fn reads(app: &App, words: &[&str]) {
    until("the conversation says it all", async || {
        let entries = app.main.all("entry").await;
        let texts: Vec<_> = entries.iter().map(|seen| seen.text.clone()).collect();
        let is_so = |(text, words): (&String, &&str)| text.contains(*words);
        let all = texts.len() == words.len() && texts.iter().zip(words).all(is_so);
        so(all, format!("{texts:#?}"))
    })
    .await;
}

/// SIGNALING §6 and §8: quick replies are words for the caller at once, and messages for later.
#[tokio::test]
async fn a_call_that_is_declined_with_words_leaves_them_with_the_caller() {
    let desk = Desk::set_up("quick-reply").await;
    let (alice, bob) = desk.alice_and_bob().await;
    alice.calls("bob").await;
    let ring = bob.rings(&desk, "alice").await;
    bob.presses_in_ring("ring-reply").await;
    let reply = bob.ring.sees("ring-reply-0").await.text;
    bob.ring_fits().await;
    desk.photograph(&[&alice, &bob]).await;
    bob.presses_in_ring("ring-reply-0").await;
    bob.is_quiet(&desk, &ring).await;
    let says_so = |seen: &Seen| seen.text.contains(reply.trim());
    alice
        .main
        .sees_that("ended-reply", "has the words", says_so)
        .await;
    desk.photograph_as("ended", &[&alice, &bob]).await;
    for (app, other) in [(&alice, "C2Cbob"), (&bob, "C2Calice")] {
        opens(app, other).await;
        reads(app, &["Declined", reply.trim()]).await;
    }
}

/// SIGNALING §6: "12:03", missed, cancelled, and what was written in between.
#[tokio::test]
async fn a_conversation_tells_how_each_call_went() {
    let desk = Desk::set_up("conversation").await;
    let (alice, bob) = desk.alice_and_bob().await;
    alice.calls("bob").await;
    bob.rings(&desk, "alice").await;
    alice.main.press("outgoing-cancel").await;
    alice.tells_the_end("cancelled", "Cancelled").await;
    bob.tells_of_a_missed_call(&desk, "alice").await;
    let is_unread = |seen: &Seen| seen.data["unread"] == "1";
    bob.main.press("chats-tab").await;
    bob.main
        .sees_that("chat-C2Calice", "is unread", is_unread)
        .await;

    alice.calls("bob").await;
    bob.rings(&desk, "alice").await;
    bob.presses_in_ring("ring-accept").await;
    alice.is_in_call().await;
    alice.main.press("hang-up").await;
    bob.tells_the_end("answered", "Call ended").await;
    bob.main.press("ended-close").await;

    opens(&bob, "C2Calice").await;
    bob.main.types("write", "Sorry, I was out").await;
    bob.main.press("send").await;
    reads(&bob, &["Missed call", "0:0", "Sorry, I was out"]).await;
    alice.main.press("ended-close").await;
    opens(&alice, "C2Cbob").await;
    reads(&alice, &["Cancelled", "0:0", "Sorry, I was out"]).await;
    let is_read = |seen: &Seen| seen.data["unread"] == "0";
    bob.main
        .sees_that("chat-C2Calice", "is read", is_read)
        .await;
    desk.photograph(&[&alice, &bob]).await;
}
