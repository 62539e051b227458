//! What happens to a ring when the pages that draw it die.

use std::time::{Duration, Instant};

use crate::harness::sound::{RING, Speakers};
use crate::harness::until::{so, until};
use crate::harness::{Closed, Desk, Person};

/// As long as the ring takes until it begins again.
const CYCLE: Duration = Duration::from_secs(5);

/// DESKTOP.md, Ringing: what is heard, and the notification, follow the state and not a page.
#[tokio::test]
async fn a_ring_is_heard_and_can_be_answered_when_its_pages_die() {
    let desk = Desk::set_up("pages-die").await;
    let speakers = Speakers::plug_in(&desk).await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");

    let silent = speakers.recorded();
    carol.calls("bob", 60).await;
    let ring = bob.rings(&desk, "carol").await;
    speakers.plays(RING, silent).await;
    bob.loses_its_pages().await;
    let pages_died = speakers.recorded();
    speakers.listens_on(pages_died, CYCLE).await;
    speakers.plays(RING, speakers.recorded()).await;
    assert!(
        desk.notifications.all().contains(&ring),
        "{}",
        desk.notifications
    );

    desk.notifications.press(&ring, ring.key("Accept")).await;
    assert_eq!(desk.notifications.sees_gone(&ring).await, Closed::Withdrawn);
    carol.is_in_call().await;
    let answered = Instant::now();
    speakers.listens_on(speakers.recorded(), CYCLE).await;
    let silent_after = speakers.silent_after(answered).await;
    assert!(
        silent_after < Duration::from_millis(500),
        "{silent_after:?}"
    );
    assert!(bob.runs());
}

#[tokio::test]
async fn the_pages_that_died_come_back_with_the_ring() {
    let desk = Desk::set_up("pages-come-back").await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");

    carol.calls("bob", 60).await;
    let ring = bob.rings(&desk, "carol").await;
    bob.points_in_ring("ring-reject").await;
    bob.loses_its_pages().await;
    // Nobody can ask the new page when it is there, so the person clicks until something happens.
    until("Reject is there again", async || {
        desk.display().click().await;
        so(!desk.notifications.all().contains(&ring), "it rings on")
    })
    .await;

    bob.ring_window.is_hidden().await;
    assert_eq!(desk.notifications.sees_gone(&ring).await, Closed::Withdrawn);
    assert_eq!(desk.notifications.all().len(), 1, "{}", desk.notifications);
}
