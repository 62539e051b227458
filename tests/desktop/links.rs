//! Links: they prepare a call and place none, wherever they come from.

use futures_util::StreamExt;
use serde_json::json;
use zbus::fdo::{DBusProxy, NameOwnerChangedStream};

use crate::harness::until::{PATIENCE, so, until};
use crate::harness::{App, Desk};

/// What stands in the dial field, what has the keyboard, and what places the call.
const DIAL: &str = r#"
return [
    document.querySelector("[data-testid=dial-input]")?.value,
    document.activeElement?.dataset.testid,
    document.querySelector("form:has([data-testid=dial-input]) [type=submit]")?.dataset.testid,
];
"#;

/// Hands a link to the app that runs, as a browser does.
async fn follow(desk: &Desk, link: &str) {
    let mut second = desk.start_with("alice", &[link]);
    let status = until("the second one ends", async || {
        second.ended().ok_or("it runs still")
    })
    .await;
    assert!(status.success(), "{status}");
}

/// The keyboard is on what tells of it, where no key places it.
async fn has_prepared(app: &App, user: &str, button: &str) {
    until(format!("{user} is in the dial field"), async || {
        let told = app.main.run(DIAL, vec![]).await;
        let told = told.map_err(|cause| cause.to_string())?;
        so(told == json!([user, "dial-prepared", button]), told)
    })
    .await;
    app.main.sees("dial-prepared").await;
}

async fn calls_nobody(app: &App) {
    assert_eq!(app.main.all("outgoing").await.len(), 0);
    assert_eq!(app.main.all("call").await.len(), 0);
}

#[tokio::test]
async fn a_link_in_a_second_start_prepares_the_call_for_the_person_to_place() {
    let desk = Desk::set_up("link").await;
    let alice = desk.app("alice").await;
    alice.main.press("recents-tab").await;
    alice.main_window.minimize().await;

    follow(&desk, "bellhop:call/echo?media=video").await;
    alice.main_window.is_shown().await;
    has_prepared(&alice, "echo", "dial-video").await;
    calls_nobody(&alice).await;
    desk.photograph(&[&alice]).await;

    alice.main.press("dial-video").await;
    alice.is_in_call().await;
    alice.main.no_longer_sees("dial-prepared").await;
}

#[tokio::test]
async fn a_link_that_is_wrong_brings_the_window_says_why_and_does_nothing() {
    let desk = Desk::set_up("wrong-link").await;
    let alice = desk.app("alice").await;
    for (link, why) in [
        (
            "bellhop:call/echo%0A--qa",
            "the user ID in it must be 1 to 32 bytes without control characters",
        ),
        (
            "bellhop:accept/echo",
            "a bellhop: link has to go on with call/ and a user ID",
        ),
        (
            "javascript:alert(1)",
            "it does not begin with bellhop:, tel: or callto:",
        ),
    ] {
        alice.main_window.minimize().await;
        follow(&desk, link).await;
        alice.main_window.is_shown().await;
        let sentence = format!("A link was not opened, because {why}.");
        alice.main.reads("problem", &sentence).await;
        assert_eq!(alice.main.all("dial-prepared").await.len(), 0);
        calls_nobody(&alice).await;
    }
    desk.photograph(&[&alice]).await;
}

#[tokio::test]
async fn the_app_can_be_started_with_a_link() {
    let desk = Desk::set_up("start-link").await;
    let alice = App::start(&desk, "alice", &["tel:+49-30-1234"]).await;
    alice.is_online().await;
    has_prepared(&alice, "+49301234", "dial-call").await;
    calls_nobody(&alice).await;
}

/// Hands words to an app as another start of it does, as soon as it can be found: it is then still opening
/// the profile.
async fn hand_over_early(
    mut starts: NameOwnerChangedStream,
    bus: &zbus::Connection,
    words: &[&str],
) {
    let name = loop {
        let changed = starts.next().await.expect("the bus is there");
        let args = changed.args().expect("a name and its owners");
        if args.name.ends_with(".SingleInstance") && args.new_owner.is_some() {
            break args.name.to_string();
        }
    };
    let path = format!("/{}", name.replace('.', "/"));
    let app = zbus::Proxy::new(bus, name, path, "org.SingleInstance.DBus");
    let app = app.await.expect("it can be called");
    let told: Result<(), _> = app.call("ExecuteCallback", &(words, "/")).await;
    told.expect("it hears of another start");
}

#[tokio::test]
async fn a_link_that_comes_while_the_app_starts_is_opened_when_it_runs() {
    let desk = Desk::set_up("early-link").await;
    let bus = zbus::connection::Builder::address(desk.bus_address());
    let bus = bus.build().await.expect("the session bus is there");
    let names = DBusProxy::new(&bus).await.expect("a bus");
    let starts = names.receive_name_owner_changed().await.expect("a stream");
    let early = hand_over_early(starts, &bus, &["bellhop-desktop", "bellhop:call/echo"]);
    let (alice, early) = tokio::join!(
        App::start(&desk, "alice", &[]),
        tokio::time::timeout(PATIENCE, early),
    );
    early.expect("the app is on the bus");
    has_prepared(&alice, "echo", "dial-call").await;
    calls_nobody(&alice).await;
}
