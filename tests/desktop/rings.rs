//! What a ring looks like and does on the desktop, whoever calls.

use crate::harness::{Closed, Desk, Person};

/// SIGNALING §3: a time-out ends the ring, and the call was missed (§6).
#[tokio::test]
async fn a_ring_that_times_out_goes_away_and_was_missed() {
    let desk = Desk::set_up("time-out").await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");

    carol.calls("bob", 3).await;
    let ring = bob.rings(&desk, "carol").await;
    bob.is_quiet(&desk, &ring).await;

    bob.tells_of_a_missed_call(&desk, "carol").await;
    bob.main.press("recents-tab").await;
    let recent = bob.main.sees("recent").await;
    assert_eq!(recent.data["ending"], "timedOut");
    assert_eq!(recent.data["missed"], "true");
    desk.photograph(&[&bob]).await;
}

#[tokio::test]
async fn rings_stack_and_leave_the_keyboard_where_it_was() {
    let desk = Desk::set_up("focus").await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");
    let dave = Person::at(&desk, "dave");
    bob.main_window.activate().await;
    let display = desk.display();
    let before = (display.active().await, display.keyboard().await);
    let keeps_the_keyboard = async || {
        assert_eq!((display.active().await, display.keyboard().await), before);
    };

    carol.calls("bob", 30).await;
    let first = bob.rings(&desk, "carol").await;
    keeps_the_keyboard().await;
    dave.calls("bob", 30).await;
    let second = bob.rings(&desk, "dave").await;
    keeps_the_keyboard().await;
    assert_eq!(bob.ring.all("ring").await.len(), 2);
    bob.ring_fits().await;

    // Somebody who types on does not answer.
    for key in ["space", "Return", "Escape", "a"] {
        display.press_key(key).await;
    }
    assert_eq!(bob.ring.all("ring").await.len(), 2);
    assert!(bob.is_ring(&first) && bob.is_ring(&second));
    desk.photograph(&[&bob]).await;

    bob.clicks_in_ring(&desk, "ring-reject").await;
    assert_eq!(
        desk.notifications.sees_gone(&first).await,
        Closed::Withdrawn
    );
    bob.ring_fits().await;
    assert_eq!(bob.ring.all("ring").await.len(), 1);
    bob.clicks_in_ring(&desk, "ring-reject").await;
    bob.is_quiet(&desk, &second).await;
}

#[tokio::test]
async fn a_missed_call_can_be_called_back_from_its_notification() {
    let desk = Desk::set_up("call-back").await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");

    let call = carol.calls("bob", 30).await;
    bob.rings(&desk, "carol").await;
    carol.cancels(&call).await;
    let missed = bob.tells_of_a_missed_call(&desk, "carol").await;
    desk.notifications
        .press(&missed, missed.key("Call back"))
        .await;

    bob.main.reads("outgoing-progress", "Ringing…").await;
    desk.photograph(&[&bob]).await;
}

#[tokio::test]
async fn rings_without_a_notification_daemon_and_says_so() {
    let desk = Desk::set_up("no-notifications").await;
    desk.notifications.stop().await;
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");

    carol.calls("bob", 30).await;
    bob.ring.sees("ring").await;
    bob.ring_window.is_shown().await;
    bob.main.press("settings-tab").await;
    bob.main.press_in_list("settings-diagnostics").await;
    let told = bob.main.sees("about-notifications").await.text;
    assert!(told.contains("no notification service"), "{told}");
    desk.photograph(&[&bob]).await;
}

#[tokio::test]
async fn markup_in_a_callers_id_is_shown_as_it_was_written() {
    let desk = Desk::set_up("hostile").await;
    let bob = desk.app("bob").await;
    let hostile = "<img src=x onerror=alert(1)>";
    let mallory = Person::at(&desk, hostile);

    mallory.calls("bob", 30).await;
    let ring = bob.rings(&desk, hostile).await;

    for page in [&bob.ring, &bob.main] {
        let script = "return document.images.length";
        assert_eq!(page.run(script, vec![]).await.unwrap(), 0, "{page}");
    }
    assert_eq!(ring.summary, hostile);
    assert!(!ring.body.contains('<'), "{}", ring.body);
    desk.photograph(&[&bob]).await;

    bob.presses_in_ring("ring-reject").await;
    bob.is_quiet(&desk, &ring).await;
}

#[tokio::test]
async fn what_reorders_and_hides_text_in_a_callers_id_is_taken_out() {
    let desk = Desk::set_up("hidden").await;
    let bob = desk.app("bob").await;
    let mallory = Person::at(&desk, "<b>ecila\u{202e}</b>\u{200b}\u{2066}!");

    mallory.calls("bob", 30).await;
    let ring = bob.rings(&desk, "<b>ecila</b>!").await;

    assert_eq!(ring.summary, "<b>ecila</b>!");
    desk.photograph(&[&bob]).await;
}
