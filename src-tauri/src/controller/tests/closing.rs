//! Closing the main window, by what is known of the tray, and bringing it back.

use super::cast::*;
use super::*;
use crate::notifier::{self, Choice};
use crate::shell::Step;

#[tokio::test]
async fn without_an_icon_closing_tells_how_to_come_back_whatever_tray_comes() {
    let root = tempfile::tempdir().unwrap();
    let alice = App::start(root.path(), "alice").await;
    alice.hears(News::Tray(TrayState::Shown)).await;
    alice
        .hears(News::NoTrayIcon("Start it again.".to_owned()))
        .await;
    for tray in [TrayState::Unknown, TrayState::Shown] {
        alice.hears(News::Tray(tray)).await;
        alice.hears(News::Closing).await;
    }
    // Whatever was told before has been heard when something is answered.
    alice.asks(Ask::DismissDial).await;
    let told = Step::CloseMain(Some("Start it again.".to_owned()));
    assert_eq!(alice.steps(), [told.clone(), told]);
}

#[tokio::test]
async fn a_click_on_a_notification_brings_it_with_what_lets_it_come_to_the_front() {
    let root = tempfile::tempdir().unwrap();
    let alice = App::start(root.path(), "alice").await;
    let clicked = notifier::News::Chosen {
        choice: Choice::Show("i".to_owned()),
        activation: Some("token".to_owned()),
    };
    alice.hears(News::Notifier(clicked)).await;
    alice.asks(Ask::DismissDial).await;
    let token = Step::Activation("token".to_owned());
    assert_eq!(alice.steps(), [token, Step::PresentMain]);
}
