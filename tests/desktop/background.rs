//! The app is closed, and rings all the same (SIGNALING §7).

use rustix::process::Signal;
use serde_json::json;

use crate::harness::away::{Away, BOB};
use crate::harness::display::XWindow;
use crate::harness::notifications::Notifications;
use crate::harness::running::{freezes, signal, was_given};
use crate::harness::until::{so, until};
use crate::harness::{App, Closed};

/// §7: push, notification, Accept, and the app starts in the call: there is no second ring.
#[tokio::test]
async fn accept_on_the_notification_starts_the_app_in_the_call() {
    let mut away = Away::with_background("background-accept").await;
    let background = away.background().pid();
    let carol = away.person("carol");

    carol.calls(BOB, 60).await;
    let ring = away.rings(background, "carol").await;
    assert!(!away.app_runs());
    let notifications = &away.desk.notifications;
    notifications.press(&ring, ring.key("Accept")).await;

    carol.is_in_call().await;
    let app = away.app_starts().await;
    let token = Notifications::ACTIVATION;
    assert!(was_given(app, "DESKTOP_STARTUP_ID", token));
    assert!(was_given(app, "XDG_ACTIVATION_TOKEN", token));
    XWindow::new(app, "Bellhop").is_shown().await;
    assert_eq!(notifications.sees_gone(&ring).await, Closed::Withdrawn);
    assert_eq!(away.rings_of(app), 0, "{notifications}");
    assert!(!XWindow::new(app, "Incoming call").is_on_screen().await);
}

/// §7: a click on the notification starts the app, which rings from what was pushed.
#[tokio::test]
async fn a_click_on_the_notification_starts_the_app_in_the_ring() {
    let mut away = Away::with_background("background-show").await;
    let background = away.background().pid();
    let carol = away.person("carol");

    carol.calls(BOB, 60).await;
    let ring = away.rings(background, "carol").await;
    let notifications = &away.desk.notifications;
    notifications.press(&ring, "default").await;

    let app = away.app_starts().await;
    XWindow::new(app, "Incoming call").is_shown().await;
    let of_the_app = away.rings(app, "carol").await;
    assert_eq!(notifications.sees_gone(&ring).await, Closed::Withdrawn);

    let accept = of_the_app.key("Accept");
    notifications.press(&of_the_app, accept).await;
    carol.is_in_call().await;
    assert_eq!(away.rings_of(background), 1, "{notifications}");
    assert_eq!(away.rings_of(app), 1, "{notifications}");
}

/// §7: when the ring ends unanswered, the notification becomes a missed call.
#[tokio::test]
async fn a_ring_that_is_cancelled_becomes_a_missed_call_that_can_be_called_back() {
    let mut away = Away::with_background("background-missed").await;
    let background = away.background().pid();
    let carol = away.person("carol");

    let call = carol.calls(BOB, 60).await;
    let ring = away.rings(background, "carol").await;
    carol.cancels(&call).await;
    let notifications = &away.desk.notifications;
    assert_eq!(notifications.sees_gone(&ring).await, Closed::Withdrawn);
    let missed = away.misses(background, "carol").await;
    assert!(!away.app_runs());

    notifications.press(&missed, missed.key("Call back")).await;
    carol.is_rung().await;
    let app = away.app_starts().await;
    XWindow::new(app, "Bellhop").is_shown().await;
}

#[tokio::test]
async fn reject_on_the_notification_needs_no_app() {
    let mut away = Away::with_background("background-reject").await;
    let background = away.background().pid();
    let carol = away.person("carol");

    let call = carol.calls(BOB, 60).await;
    let ring = away.rings(background, "carol").await;
    let notifications = &away.desk.notifications;
    notifications.press(&ring, ring.key("Reject")).await;

    carol.is_declined(&call).await;
    assert_eq!(notifications.sees_gone(&ring).await, Closed::Withdrawn);
    assert!(!away.app_runs());
    assert_eq!(notifications.all().len(), 1, "{notifications}");
}

/// §7, at least once: a channel that was lost hears of the ring again.
#[tokio::test]
async fn a_ring_that_goes_on_is_shown_once_more_after_the_background_process_was_killed() {
    let mut away = Away::with_background("background-killed").await;
    let first = away.background().pid();
    let carol = away.person("carol");

    let call = carol.calls(BOB, 60).await;
    away.rings(first, "carol").await;
    signal(first, Signal::KILL);
    away.ends(first).await;
    away.starts_background();
    let second = away.background().pid();

    let ring = away.rings(second, "carol").await;
    carol.cancels(&call).await;
    let notifications = &away.desk.notifications;
    assert_eq!(notifications.sees_gone(&ring).await, Closed::Withdrawn);
    away.misses(second, "carol").await;
    assert_eq!(away.rings_of(second), 1, "{notifications}");
}

#[tokio::test]
async fn whoever_is_muted_does_not_ring_while_the_app_is_closed_either() {
    let mut away = Away::set_up("background-muted").await;
    let contacts = json!({ "contacts": [], "muted": ["carol"] });
    away.replaces("contacts.json", &contacts);
    away.starts_background();
    let background = away.background().pid();
    let (carol, dave) = (away.person("carol"), away.person("dave"));

    carol.calls(BOB, 60).await;
    dave.calls(BOB, 60).await;
    away.rings(background, "dave").await;
    let notifications = &away.desk.notifications;
    assert_eq!(notifications.all().len(), 1, "{notifications}");
}

#[tokio::test]
async fn a_second_background_process_of_a_profile_ends_at_once() {
    let mut away = Away::with_background("background-twice").await;
    let first = away.background().pid();
    let carol = away.person("carol");
    carol.calls(BOB, 60).await;
    away.rings(first, "carol").await;

    let mut second = away.one_more();
    let status = until("the second one ends", async || {
        second.ended().ok_or("it runs still")
    })
    .await;
    assert!(status.success(), "{status}");
    assert_eq!(away.background_runs().await, first);
    let notifications = &away.desk.notifications;
    assert_eq!(notifications.all().len(), 1, "{notifications}");
}

/// §7: an app that does not say within 3 s that it rings is asleep, also when it looks connected.
#[tokio::test]
async fn a_ring_that_a_hanging_app_does_not_show_is_shown_by_the_background_process() {
    let mut away = Away::with_background("background-hang").await;
    let background = away.background().pid();
    let bob = App::start(&away.desk, BOB, &[]).await;
    bob.is_online().await;
    let app = away.app_starts().await;
    freezes(app).await;

    let carol = away.person("carol");
    let call = carol.calls(BOB, 60).await;
    let ring = away.rings(background, "carol").await;
    let notifications = &away.desk.notifications;
    notifications.press(&ring, ring.key("Reject")).await;
    carol.is_declined(&call).await;
    signal(app, Signal::CONT);
    bob.quits().await;
}

/// §7: what is handed over too late is a missed call.
#[tokio::test]
async fn a_ring_that_is_handed_over_too_late_does_not_ring_and_was_missed() {
    let away = Away::set_up("background-late").await;
    let carol = away.person("carol");
    let call = carol.calls(BOB, 1).await;
    carol.gave_up(&call).await;
    let handoff = json!({
        "signaling": {
            "businessID": 1, "inviteID": call, "inviter": "carol", "inviteeList": [BOB],
            "actionType": 1, "data": "", "timeout": 1, "groupID": "", "onlineUserOnly": false,
        },
        "action": "show",
        "receivedAtMs": 1_700_000_000_000_u64,
    });
    away.replaces("handoff/late.json", &handoff);

    let bob = away.desk.app(BOB).await;
    bob.main.press("recents-tab").await;
    let recent = bob.main.sees("recent").await;
    assert_eq!(recent.data["missed"], "true");
    assert_eq!(recent.data["ending"], "timedOut");
    assert!(!bob.ring_window.is_on_screen().await);
    let notifications = &away.desk.notifications;
    assert_eq!(notifications.all().len(), 0, "{notifications}");
    let left = std::fs::read_dir(away.profile().join("handoff"));
    assert_eq!(left.expect("it is a folder").count(), 0);
    away.desk.photograph(&[&bob]).await;
}

/// The app starts the background process, writes the entry for the next login, and leaves both behind;
/// the process ends when it is no longer wanted.
#[tokio::test]
async fn the_background_process_outlives_the_app_until_it_is_not_wanted() {
    let away = Away::set_up("background-stays").await;
    let bob = App::start(&away.desk, BOB, &[]).await;
    bob.is_online().await;
    let background = away.background_runs().await;
    let entries = away.desk.home().join(".config/autostart");
    let entry = entries.join("Bellhop in the background (bob).desktop");
    let program = away.desk.program().display();
    let exec = format!("Exec=\"{program}\" --background --profile bob\n");
    until("the entry is written", async || {
        let written = std::fs::read_to_string(&entry).unwrap_or_default();
        so(written.contains(&exec), written)
    })
    .await;
    assert!(!entries.join("Bellhop (bob).desktop").exists());
    bob.quits().await;

    let carol = away.person("carol");
    carol.calls(BOB, 60).await;
    let ring = away.rings(background, "carol").await;
    assert_eq!(away.background_runs().await, background);

    away.keeps(false);
    away.ends(background).await;
    let notifications = &away.desk.notifications;
    assert_eq!(notifications.sees_gone(&ring).await, Closed::Withdrawn);
    let bob = away.desk.app(BOB).await;
    until("the entry is gone", async || {
        so(!entry.exists(), "it is there")
    })
    .await;
    bob.quits().await;
}
