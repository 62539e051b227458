//! Contacts, accounts, servers and other profiles.

use std::time::Duration;

use bellhop_protocol::{Event, Request};
use bellhop_server::{Credentials, Data, Server, ServerConfig, user_sig, wall_time};
use serde_json::json;

use super::cast::*;
use super::*;
use crate::local_server;
use crate::shell::Step;
use crate::view::{ConnectionView, Hosting, Presence, Theme};

#[tokio::test]
async fn contacts_come_and_go_with_their_presence() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    let (user_id, name) = ("bob".to_owned(), "Bob".to_owned());
    alice.asks(Ask::AddContact { user_id, name }).await;
    let presence = |presence| {
        move |view: &AppView| {
            let bob = view.contacts.iter().find(|contact| contact.name == "Bob");
            bob.is_some_and(|bob| bob.presence == presence)
        }
    };
    alice.shows("bob online", presence(Presence::Online)).await;
    bob.client.close().await;
    alice
        .shows("bob offline", presence(Presence::Offline))
        .await;
    for user_id in ["bob", "echo"] {
        let user_id = user_id.to_owned();
        alice.asks(Ask::RemoveContact { user_id }).await;
    }
    let view = alice.shows("anything", |_| true).await;
    let tests: Vec<&str> = view.contacts.iter().map(|c| &*c.name).collect();
    assert_eq!(
        tests,
        [
            "Busy",
            "Declines",
            "Never answers",
            "Calls you back",
            "Hangs up on you"
        ]
    );
}

#[tokio::test]
async fn a_second_profile_joins_and_takes_over_when_the_first_quits() {
    let root = tempfile::tempdir().unwrap();
    let mut alice = App::online(root.path(), "alice").await;
    let mut bob = App::online(root.path(), "bob").await;
    let view = bob.shows("anything", |_| true).await;
    assert_eq!(view.profile.hosting, Hosting::OtherProfile);
    let lists = |name: &'static str| {
        move |view: &AppView| {
            let mut contacts = view.contacts.iter();
            contacts.any(|c| c.user_id == name && c.presence == Presence::Online)
        }
    };
    alice.shows("bob", lists("bob")).await;
    bob.shows("alice", lists("alice")).await;
    alice.calls("bob").await;
    bob.shows("a ring", |view| !view.rings.is_empty()).await;

    alice.controller.quit().await;
    bob.shows("quiet", |view| view.rings.is_empty()).await;
    let hosts = |view: &AppView| {
        view.profile.hosting == Hosting::ThisApp && view.connection == ConnectionView::Online
    };
    bob.shows("hosting", hosts).await;
    let mut alice = App::online(root.path(), "alice").await;
    let view = alice.shows("anything", |_| true).await;
    assert_eq!(view.profile.hosting, Hosting::OtherProfile);
}

#[tokio::test]
async fn a_server_in_the_settings_is_used_with_the_pasted_signature() {
    let (_root, mut alice, _bob) = alice_and_bob().await;
    let credentials = Credentials::random();
    let listen = "127.0.0.1:0".parse().unwrap();
    let config = ServerConfig::new(listen, Data::Memory, credentials.clone());
    let server = Server::start(config).await.unwrap();
    let user = "alice-2".parse().unwrap();
    let signature = user_sig::sign(&credentials, &user, wall_time(), Duration::from_secs(60));
    let form = |user_sig: &str| {
        Ask::SaveSettings(Box::new(SettingsView {
            user_id: user.to_string(),
            server: server.url(),
            user_sig: user_sig.to_owned(),
            theme: Theme::Dark,
            ..SettingsView::default()
        }))
    };
    alice.asks(form("wrong")).await;
    let is_stopped = |view: &AppView| matches!(view.connection, ConnectionView::Stopped { .. });
    alice.shows("stopped", is_stopped).await;
    alice.asks(form(&signature)).await;
    let is_there = |view: &AppView| {
        view.connection == ConnectionView::Online && view.profile.hosting == Hosting::Remote
    };
    let view = alice.shows("online there", is_there).await;
    assert_eq!(view.profile.user_id, "alice-2");
    assert_eq!(view.contacts, []);
    assert_eq!(view.settings.user_sig, "");
    assert_eq!(alice.steps(), [Step::Theme(Theme::Dark)]);
    server.shutdown().await;
}

#[tokio::test]
async fn quitting_gives_up_what_was_placed_and_takes_the_server_down() {
    let (root, mut alice, mut bob) = alice_and_bob().await;
    alice.calls("bob").await;
    bob.is_rung().await;
    alice.controller.quit().await;
    bob.hears_signal(|event| matches!(event, Event::InvitationCancelled(_)).then_some(()))
        .await;
    assert_eq!(local_server::hosts(root.path()).unwrap(), []);
    assert_eq!(alice.refused(invite("bob")).await.code, Code::Internal);
}

/// Whoever calls is shown by the name of today.
#[tokio::test]
async fn a_name_that_was_changed_is_known_when_its_user_calls() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    for nick in ["Bob B.", "Bobby"] {
        let renamed = Request::parse("updateMyProfile", json!({ "nick": nick }));
        bob.client.request(renamed.unwrap()).await.unwrap();
        let id = bob.calls("alice", 30).await;
        let is_named = |view: &AppView| view.rings.iter().any(|ring| ring.name == nick);
        alice.shows(nick, is_named).await;
        bob.client.cancel(&id, "").await.unwrap();
        alice.shows("quiet", |view| view.rings.is_empty()).await;
    }
}

/// A call that an earlier link has prepared is not placed for the one that was refused.
#[tokio::test]
async fn a_link_that_is_refused_leaves_no_call_prepared() {
    let root = tempfile::tempdir().unwrap();
    let mut alice = App::start(root.path(), "alice").await;
    alice.hears(News::Opened("bellhop:call/bob".parse())).await;
    alice.shows("prepared", |view| view.dial.is_some()).await;
    alice.hears(News::Opened("bellhop:call/".parse())).await;
    let is_refused = |view: &AppView| view.problem.is_some() && view.dial.is_none();
    alice.shows("refused", is_refused).await;
}
