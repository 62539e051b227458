//! What a call sounds like, recorded where it plays.

use std::time::{Duration, Instant};

use crate::harness::sound::{RING, Speakers};
use crate::harness::{Desk, Person};

/// SIGNALING §3: a cancelled invitation ends the ring; within 100 ms nothing of it is heard.
#[tokio::test]
async fn a_ring_is_heard_and_falls_silent_when_it_is_cancelled() {
    let desk = Desk::set_up("sound").await;
    let speakers = Speakers::plug_in(&desk).await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");

    let mut silent_after = Vec::new();
    for _ in 0..5 {
        let before = speakers.recorded();
        let call = carol.calls("bob", 30).await;
        speakers.plays(RING, before).await;
        let cancelled = Instant::now();
        carol.cancels(&call).await;
        silent_after.push(speakers.silent_after(cancelled).await);
    }
    silent_after.sort_unstable();
    println!("silent after {silent_after:?}, from asking to cancel on");
    assert!(
        silent_after[2] < Duration::from_millis(100),
        "{silent_after:?}"
    );

    bob.main.press("settings-tab").await;
    bob.main.press_in_list("settings-sound").await;
    bob.main.no_longer_sees("audio-trouble").await;
    bob.main.sees("sound-output").await;
    desk.photograph(&[&bob]).await;
}
