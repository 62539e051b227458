//! Windows that are closed, brought back and kept in their place, while the app goes on.

use crate::harness::display::XWindow;
use crate::harness::tray::Tray;
use crate::harness::until::{so, until};
use crate::harness::{Desk, Person, Seen, Shown};

/// Where it is put: neither in the middle nor in a corner.
const PLACE: (i64, i64) = (140, 90);

#[tokio::test]
async fn the_app_rings_without_its_main_window_which_comes_back_to_its_place() {
    let desk = Desk::set_up("closed").await;
    let _tray = Tray::start(&desk).await;
    let mut bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");
    bob.main_window.lay(PLACE.0 as u32, PLACE.1 as u32).await;
    bob.main_window.is_sized(800, 600).await;
    let before = bob.main_window.geometry().await;

    let open = bob.memory_mb();
    bob.main_window.close().await;
    bob.main_window.is_hidden().await;
    until("the page's memory is given back", async || {
        let closed = bob.memory_mb();
        eprintln!("{open} MB open, {closed} MB closed");
        so(closed + 60 < open, format!("{closed} MB of {open}"))
    })
    .await;

    let call = carol.calls("bob", 30).await;
    let ring = bob.rings(&desk, "carol").await;
    carol.cancels(&call).await;
    bob.is_quiet(&desk, &ring).await;
    bob.tells_of_a_missed_call(&desk, "carol").await;

    let mut second = desk.start_again("bob");
    until("the second one ends", async || {
        second.ended().ok_or("it runs still")
    })
    .await;
    bob.comes_back().await;
    bob.is_online().await;
    assert_eq!(bob.main_window.geometry().await, before);
    assert!(bob.main.all("contact-echo").await.len() == 1);
    bob.quits().await;

    let bob = desk.app("bob").await;
    assert_eq!(bob.main_window.geometry().await, before);
    desk.photograph(&[&bob]).await;
}

#[tokio::test]
async fn without_a_tray_closing_tells_once_how_to_come_back() {
    let desk = Desk::set_up("no-tray").await;
    let bob = desk.app("bob").await;

    bob.main_window.close().await;
    bob.main_window.is_hidden().await;
    tells_how_to_come_back(&desk).await;
    assert!(bob.runs());
}

/// The desktop has a tray, but what puts icons into it is not installed.
#[tokio::test]
async fn without_an_icon_in_the_tray_closing_tells_how_to_come_back() {
    let desk = Desk::set_up("no-icon").await;
    for library in ["libayatana-appindicator3", "libappindicator3"] {
        desk.breaks_library(&format!("{library}.so.1"));
        desk.breaks_library(&format!("{library}.so"));
    }
    let _tray = Tray::start(&desk).await;
    let said = || std::fs::read_to_string(desk.log("bob")).unwrap_or_default();
    let before = said().len();
    let bob = desk.app("bob").await;
    let carol = Person::at(&desk, "carol");
    bob.main.press("settings-tab").await;
    bob.main.press_in_list("settings-diagnostics").await;
    let is_why = |seen: &Seen| {
        seen.text
            .contains("libayatana-appindicator3 is not installed")
    };
    bob.main
        .sees_that("about-tray", "says what is missing", is_why)
        .await;

    let call = carol.calls("bob", 30).await;
    bob.rings(&desk, "carol").await;
    carol.cancels(&call).await;
    bob.tells_of_a_missed_call(&desk, "carol").await;
    bob.main_window.close().await;
    bob.main_window.is_hidden().await;
    tells_how_to_come_back(&desk).await;
    let said = said().split_off(before);
    assert_eq!(said.matches("no icon in the tray").count(), 1, "{said}");
}

async fn tells_how_to_come_back(desk: &Desk) {
    let is_told = |shown: &Shown| shown.summary == "Bellhop is still running";
    let told = desk.notifications.sees("how to come back", is_told).await;
    assert!(told.body.contains("start it again"), "{}", told.body);
}

#[tokio::test]
async fn an_app_that_starts_hidden_shows_its_window_when_it_is_started_again() {
    let desk = Desk::set_up("start-hidden").await;
    let tray = Tray::start(&desk).await;
    let log = desk.log("bob-again");
    let said = || std::fs::read_to_string(&log).unwrap_or_default();
    let before = said().len();
    let bob = desk.start_with("bob", &["--hidden"]);
    let window = XWindow::new(bob.pid(), "Bellhop");
    tray.offers("Online").await;
    let mut hidden = desk.start_with("bob", &["--hidden"]);
    until("the second one ends", async || {
        hidden.ended().ok_or("it runs still")
    })
    .await;
    assert!(!window.is_on_screen().await);

    let mut shown = desk.start_again("bob");
    window.is_shown().await;
    until("the third one ends", async || {
        shown.ended().ok_or("it runs still")
    })
    .await;
    // Wishes to see the window are heard and followed one after the other, so none of those before is
    // still to come when this one is followed.
    tray.press("Settings…").await;
    let shows = until("the settings are shown", async || {
        let said = said().split_off(before);
        let followed = said.split("window comes to the person").skip(1);
        let screens: Vec<_> = followed.filter_map(|line| line.lines().next()).collect();
        let is_last = screens.last().is_some_and(|line| line.contains("Settings"));
        so(is_last, &said).map(|()| screens.len())
    })
    .await;
    assert_eq!(shows, 2, "the third start, and the settings");
}

#[tokio::test]
async fn quitting_in_a_call_asks_first() {
    let desk = Desk::set_up("quit").await;
    let tray = Tray::start(&desk).await;
    let bob = desk.app("bob").await;
    bob.calls("echo").await;
    bob.is_in_call().await;

    tray.press("Quit Bellhop").await;
    bob.main.sees("question").await;
    desk.display().photograph("quit").await;
    bob.main.press("question-no").await;
    bob.main.no_longer_sees("question").await;
    assert!(bob.runs());
    tray.press("Quit Bellhop").await;
    bob.main.sees("question-yes").await;
    let script = "document.querySelector('[data-testid=question-yes]').click()";
    if let Err(cause) = bob.main.run(script, vec![]).await {
        println!("the page was gone before it could tell that it was pressed: {cause}");
    }
    until("the app has ended", async || so(!bob.runs(), "it runs")).await;
}
