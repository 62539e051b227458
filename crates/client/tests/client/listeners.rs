//! Signaling listeners (SIGNALING §3).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bellhop_client::protocol::event::{Answered, Cancelled, Modified, TimedOut};
use bellhop_client::protocol::{Event, Invitation, SignalingInfo};
use bellhop_client::{Client, SignalingListener, SignalingListeners, Source};
use serde_json::json;

use crate::peer::{Line, Peer, cancelled, new, nothing, online, ring, soon, until_online};

/// Writes down what it hears, under its own name.
struct Diary {
    name: &'static str,
    pages: Arc<Mutex<Vec<String>>>,
}

impl Diary {
    fn note(&self, what: &str, about: &impl std::fmt::Display) {
        let page = format!("{} {what} {about}", self.name);
        self.pages.lock().unwrap().push(page);
    }
}

impl SignalingListener for Diary {
    fn on_receive_new_invitation(&self, invitation: &Invitation) {
        self.note("new", &invitation.invite_id);
    }

    fn on_invitee_accepted(&self, answer: &Answered) {
        self.note("accepted", &answer.invite_id);
    }

    fn on_invitee_rejected(&self, answer: &Answered) {
        self.note("rejected", &answer.invite_id);
    }

    fn on_invitation_cancelled(&self, cancelled: &Cancelled) {
        self.note("cancelled", &cancelled.invite_id);
    }

    fn on_invitation_timeout(&self, timed_out: &TimedOut) {
        self.note("timedOut", &timed_out.invite_id);
    }

    fn on_invitation_modified(&self, modified: &Modified) {
        self.note("modified", &modified.invite_id);
    }
}

/// Cares for nothing but invitations, and those it cannot bear.
struct Fragile;

impl SignalingListener for Fragile {
    fn on_receive_new_invitation(&self, invitation: &Invitation) {
        panic!("{} was too much", invitation.invite_id);
    }
}

#[derive(Clone, Default)]
struct Pages(Arc<Mutex<Vec<String>>>);

impl Pages {
    fn of(&self, name: &'static str) -> Diary {
        let pages = self.0.clone();
        Diary { name, pages }
    }

    fn read(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn event(method: &str, params: serde_json::Value) -> Event {
    serde_json::from_value(json!({"method": method, "params": params})).unwrap()
}

fn answer(method: &str, name: &str) -> Event {
    let params = json!({
        "inviteID": name, "rev": 3, "inviter": "ann", "groupID": "", "invitee": "bob", "data": "",
        "deviceID": "desk", "platform": "linux",
    });
    event(method, params)
}

/// Sends the events, and waits until the client has handled them.
async fn tell(client: &Client, line: &mut Line, events: &[Event]) {
    for event in events {
        line.event(event).await;
    }
    let read = client.conversation_list();
    let asked = line.serve_until("getConversationList").await;
    line.reply(&asked, Ok(json!({"conversations": []}))).await;
    soon("the reply", read).await.unwrap();
}

/// Each event of the API, once and in order.
#[tokio::test]
async fn a_listener_hears_each_event_by_name() {
    let peer = Peer::listen().await;
    let (client, _events, mut line) = online(&peer).await;
    let pages = Pages::default();
    client.add_signaling_listener(pages.of("a"));
    let late = json!({
        "inviteID": "d", "rev": 2, "inviter": "ann", "groupID": "", "inviteeList": ["bob"],
        "isSelfTimeout": true,
    });
    let events = [
        new(&ring("a")),
        event(
            "invitationModified",
            json!({"inviteID": "a", "rev": 2, "data": "video"}),
        ),
        answer("inviteeAccepted", "a"),
        new(&ring("b")),
        answer("inviteeRejected", "b"),
        new(&ring("c")),
        cancelled("c"),
        new(&ring("d")),
        event("invitationTimeout", late.clone()),
        event("invitationTimeout", late),
    ];
    tell(&client, &mut line, &events).await;
    assert_eq!(
        pages.read(),
        [
            "a new a",
            "a modified a",
            "a accepted a",
            "a new b",
            "a rejected b",
            "a new c",
            "a cancelled c",
            "a new d",
            "a timedOut d"
        ]
    );
}

/// §3: a listener that throws does not stop the others.
#[tokio::test]
async fn a_listener_that_panics_stops_no_other() {
    let peer = Peer::listen().await;
    let (client, _events, mut line) = online(&peer).await;
    let pages = Pages::default();
    client.add_signaling_listener(pages.of("a"));
    client.add_signaling_listener(Fragile);
    client.add_signaling_listener(pages.of("b"));
    tell(&client, &mut line, &[new(&ring("x")), new(&ring("y"))]).await;
    assert_eq!(pages.read(), ["a new x", "b new x", "a new y", "b new y"]);
}

/// §3: adding the same one twice and removing it once leaves one.
#[tokio::test]
async fn the_same_listener_can_be_there_twice() {
    let peer = Peer::listen().await;
    let (client, _events, mut line) = online(&peer).await;
    let pages = Pages::default();
    let diary = Arc::new(pages.of("a"));
    let first = client.add_signaling_listener(diary.clone());
    let second = client.add_signaling_listener(diary);
    tell(&client, &mut line, &[new(&ring("x"))]).await;
    assert_eq!(pages.read(), ["a new x", "a new x"]);
    assert!(client.remove_signaling_listener(first));
    assert!(!client.remove_signaling_listener(first));
    tell(&client, &mut line, &[new(&ring("y"))]).await;
    assert_eq!(pages.read(), ["a new y"]);
    assert!(client.remove_signaling_listener(second));
    tell(&client, &mut line, &[new(&ring("z"))]).await;
    assert!(pages.read().is_empty());
}

/// §3: listeners may be added before login, and survive logout and login.
#[tokio::test]
async fn listeners_are_there_before_the_login_and_after_the_logout() {
    let peer = Peer::listen().await;
    let pages = Pages::default();
    let listeners = SignalingListeners::default();
    let diary = listeners.add(pages.of("a"));

    let (client, mut events) = Client::start_with(peer.config(), listeners);
    let mut snapshot = nothing();
    snapshot.invitations.push(ring("x"));
    let mut line = peer.log_in_with(&snapshot).await;
    until_online(&mut events).await;
    assert_eq!(pages.read(), ["a new x"]);
    let logout = client.logout();
    let asked = line.serve_until("logout").await;
    line.reply(&asked, Ok(json!({}))).await;
    soon("the logout", logout).await.unwrap();

    let (client, mut events) = Client::start_with(peer.config(), client.listeners());
    let mut line = peer.log_in().await;
    until_online(&mut events).await;
    tell(&client, &mut line, &[new(&ring("y"))]).await;
    assert_eq!(pages.read(), ["a new y"]);
    assert!(client.remove_signaling_listener(diary));
}

/// A listener may act on the client that calls it, and the view is as new as what it hears.
#[tokio::test]
async fn a_listener_may_use_the_client() {
    struct Accepts(Client);

    impl SignalingListener for Accepts {
        fn on_receive_new_invitation(&self, invitation: &Invitation) {
            assert_eq!(self.0.view().invitations.len(), 1);
            drop(self.0.accept(&invitation.invite_id, "yes"));
            self.0.add_signaling_listener(Fragile);
        }
    }

    let peer = Peer::listen().await;
    let (client, _events, mut line) = online(&peer).await;
    client.add_signaling_listener(Accepts(client.clone()));
    line.event(&new(&ring("x"))).await;
    let accept = line.serve_until("accept").await;
    assert_eq!(accept.params["data"], "yes");
}

/// §2: one that came by push rings once, and is confirmed over the connection.
#[tokio::test]
async fn an_added_invitation_is_heard_of_once() {
    let peer = Peer::listen().await;
    let (client, _events, mut line) = online(&peer).await;
    let pages = Pages::default();
    client.add_signaling_listener(pages.of("a"));
    let info: SignalingInfo = serde_json::from_value(json!({
        "businessID": 1, "inviteID": "x", "inviter": "ann", "inviteeList": ["bob"],
        "actionType": 1, "data": "", "timeout": 30, "groupID": "", "onlineUserOnly": false,
    }))
    .unwrap();
    let age = Duration::ZERO;
    let added = client.add_invited_signaling(info.clone(), Source::Push { age });
    let asked = line.serve_until("getInvitation").await;
    line.event(&new(&ring("x"))).await;
    line.reply(&asked, Ok(serde_json::to_value(ring("x")).unwrap()))
        .await;
    assert_eq!(soon("the answer", added).await.unwrap(), ring("x"));
    assert_eq!(pages.read(), ["a new x"]);
    let again = client.add_invited_signaling(info, Source::Push { age });
    let refused = soon("the refusal", again).await.unwrap_err();
    assert_eq!(refused.code.number(), 8012);
}
