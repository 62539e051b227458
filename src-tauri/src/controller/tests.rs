//! The controller with a recording shell, its own in-process server, and other people on it.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bellhop_client::{Client, ClientEvent, Config, Events};
use bellhop_protocol::request::{Invite, RejectReason, RingTime};
use bellhop_protocol::{Code, Event, InviteId, UserId};
use bellhop_server::{Credentials, Data, Server, ServerConfig, user_sig, wall_time};
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::local_server;
use crate::shell::{Caller, Step};
use crate::view::{
    ConnectionView, Direction, Ending, Hosting, MediaType, PeerView, PersonView, Presence,
    Progress, RecentView, Theme,
};

const PATIENCE: Duration = Duration::from_secs(15);

/// Writes down what it is told to do.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Step>>>);

impl Shell for Recorder {
    fn carry_out(&mut self, step: Step) {
        self.0.lock().unwrap().push(step);
    }
}

/// An app without windows.
struct App {
    controller: Controller,
    recorder: Recorder,
    views: Views,
}

impl App {
    /// The app of a profile below `root`.
    async fn start(root: &Path, name: &str) -> Self {
        let (profile, _) = Profile::open(root, name.parse().unwrap(), None).unwrap();
        let recorder = Recorder::default();
        let shell = recorder.clone();
        let controller = Controller::start(profile, root.to_owned(), Opening::default(), |_| shell);
        let (_, views) = controller.subscribe().await.unwrap();
        Self {
            controller,
            recorder,
            views,
        }
    }

    /// The same, connected.
    async fn online(root: &Path, name: &str) -> Self {
        let mut app = Self::start(root, name).await;
        app.shows("online", |view| view.connection == ConnectionView::Online)
            .await;
        app
    }

    /// The first snapshot from here on of which this is so.
    async fn shows(&mut self, what: &str, is_so: impl Fn(&AppView) -> bool) -> Arc<AppView> {
        let found = self.views.wait_for(|view| is_so(view));
        if let Ok(view) = tokio::time::timeout(PATIENCE, found).await {
            return view.unwrap().clone();
        }
        panic!("never {what}: {:#?}", self.views.borrow().clone());
    }

    /// That was asked for in vain, and what was said.
    async fn refused(&self, request: Request) -> Failure {
        self.controller.request(request).await.unwrap_err()
    }

    async fn requests(&self, request: Request) -> Value {
        self.controller.request(request).await.unwrap()
    }

    async fn asks(&self, ask: Ask) {
        self.controller.ask(ask).await.unwrap();
    }

    async fn calls(&mut self, user: &str) -> String {
        self.requests(invite(user)).await;
        let view = self.shows("outgoing", |view| view.outgoing.is_some()).await;
        view.outgoing.as_ref().unwrap().invite_id.clone()
    }

    async fn ended(&mut self) -> (Ending, Direction) {
        let view = self.shows("ended", |view| view.ended.is_some()).await;
        let ended = view.ended.as_ref().unwrap();
        (ended.ending, ended.direction)
    }

    async fn newest_recent(&mut self, ending: Ending) -> RecentView {
        let is_so = |view: &AppView| {
            view.recents
                .first()
                .is_some_and(|r| r.ending == Some(ending))
        };
        let view = self.shows("in the recent calls", is_so).await;
        view.recents[0].clone()
    }

    /// Everything that was carried out, but for the theme.
    fn steps(&self) -> Vec<Step> {
        let steps = self.recorder.0.lock().unwrap().clone();
        let is_call = |step: &Step| *step != Step::Theme(Theme::System);
        steps.into_iter().filter(is_call).collect()
    }
}

fn user(id: &str) -> PeerView {
    PeerView::User(PersonView {
        user_id: id.to_owned(),
        name: id.to_owned(),
    })
}

/// A request as a page makes it.
fn request(method: &str, params: Value) -> Request {
    api::request(method, params).unwrap()
}

fn invite(user: &str) -> Request {
    let data = api::call_data(MediaType::Audio);
    request("invite", json!({"userID": user, "data": data}))
}

fn on(method: &str, invite_id: &str) -> Request {
    request(method, json!({ "inviteID": invite_id }))
}

fn hang_up(call_id: &str) -> Request {
    request("hangUp", json!({ "callID": call_id }))
}

/// Somebody else on the server that an app below `root` hosts.
struct Person {
    client: Client,
    events: Events,
}

impl Person {
    async fn join(root: &Path, user: &str, device: &str) -> Self {
        let host = local_server::hosts(root).unwrap().remove(0);
        let user: UserId = user.parse().unwrap();
        let (client, events) = Client::start(Config {
            url: host.server_url().unwrap(),
            user_sig: host.sign(&user),
            user,
            device: device.parse().unwrap(),
            platform: "test".parse().unwrap(),
        });
        let mut person = Self { client, events };
        person
            .hears(|event| {
                let ClientEvent::Connection(connection) = event else {
                    return None;
                };
                matches!(connection, bellhop_client::Connection::Online { .. }).then_some(())
            })
            .await;
        person
    }

    async fn hears<T>(&mut self, which: impl Fn(&ClientEvent) -> Option<T>) -> T {
        let hearing = async {
            loop {
                let event = self.events.next().await.expect("the client runs");
                if let Some(heard) = which(&event) {
                    return heard;
                }
            }
        };
        let heard = tokio::time::timeout(PATIENCE, hearing).await;
        heard.expect("it was heard in time")
    }

    async fn hears_signal<T>(&mut self, which: impl Fn(&Event) -> Option<T>) -> T {
        self.hears(|event| match event {
            ClientEvent::Signaling(event) => which(event),
            ClientEvent::Connection(_)
            | ClientEvent::RingOverdue(_)
            | ClientEvent::RingUnconfirmed(_)
            | ClientEvent::RingConfirmed(_)
            | ClientEvent::InvitationLost(_)
            | ClientEvent::CallRunning(_)
            | ClientEvent::CallGone(_) => None,
        })
        .await
    }

    async fn is_rung(&mut self) -> InviteId {
        self.hears_signal(|event| {
            let Event::NewInvitationReceived(invitation) = event else {
                return None;
            };
            Some(invitation.invite_id.clone())
        })
        .await
    }

    async fn calls(&self, user: &str, timeout: u32) -> InviteId {
        let (id, pending) = self.client.invite(Invite {
            user: user.parse().unwrap(),
            data: String::new(),
            timeout: RingTime::try_from(timeout).unwrap(),
            online_user_only: false,
            offline_push_info: None,
            invite_id: None,
            call_id: None,
            op_id: None,
        });
        pending.await.unwrap();
        id
    }
}

fn caller(id: &InviteId, user: &str) -> Caller {
    Caller {
        invite_id: id.to_string(),
        user_id: user.to_owned(),
        name: user.to_owned(),
        media: MediaType::Audio,
    }
}

async fn alice_and_bob() -> (TempDir, App, Person) {
    let root = tempfile::tempdir().unwrap();
    let alice = App::online(root.path(), "alice").await;
    let bob = Person::join(root.path(), "bob", "bob-1").await;
    (root, alice, bob)
}

#[tokio::test]
async fn a_call_is_answered_and_hung_up_here() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    alice.calls("bob").await;
    let id = bob.is_rung().await;
    let rings = |view: &AppView| {
        let outgoing = view.outgoing.as_ref();
        outgoing.is_some_and(|o| o.progress == Progress::Ringing && o.timeout_ms == Some(30_000))
    };
    alice.shows("ringing", rings).await;
    bob.client.accept(&id, "").await.unwrap();
    let view = alice.shows("in a call", |view| view.call.is_some()).await;
    assert_eq!(view.outgoing, None);
    let call = view.call.as_ref().unwrap();
    assert_eq!((&call.with, call.hanging_up), (&user("bob"), false));

    let call_id = call.call_id.clone();
    alice.requests(hang_up(&call_id)).await;
    assert_eq!(alice.ended().await, (Ending::Answered, Direction::Outgoing));
    let recent = alice.newest_recent(Ending::Answered).await;
    assert!(recent.duration_ms.is_some());
    assert!(!recent.missed);
    assert_eq!(alice.steps(), [Step::PresentMain]);

    alice.asks(Ask::DismissEnded).await;
    alice.shows("put away", |view| view.ended.is_none()).await;
}

#[tokio::test]
async fn a_call_ends_as_the_callee_rejects_it() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    for (reason, ending) in [
        (Some(RejectReason::Busy), Ending::Busy),
        (Some(RejectReason::Declined), Ending::Rejected),
        (None, Ending::Rejected),
    ] {
        alice.calls("bob").await;
        let id = bob.is_rung().await;
        bob.client.reject(&id, "", reason).await.unwrap();
        assert_eq!(alice.ended().await, (ending, Direction::Outgoing));
        alice.newest_recent(ending).await;
    }
}

#[tokio::test]
async fn a_call_that_is_given_up_ends_cancelled() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    let invite_id = alice.calls("bob").await;
    let id = bob.is_rung().await;
    assert_eq!(id.as_str(), invite_id);
    alice.requests(on("cancel", &invite_id)).await;
    assert_eq!(
        alice.ended().await,
        (Ending::Cancelled, Direction::Outgoing)
    );
    alice.newest_recent(Ending::Cancelled).await;
    let again = alice.refused(on("cancel", &invite_id)).await;
    assert_eq!(again.code, Code::NotPending);
}

#[tokio::test]
async fn a_callee_without_devices_is_not_reachable() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    bob.client.close().await;
    alice.calls("bob").await;
    let is_so = |view: &AppView| {
        let outgoing = view.outgoing.as_ref();
        outgoing.is_some_and(|outgoing| outgoing.progress == Progress::NotReachable)
    };
    alice.shows("not reachable", is_so).await;
}

#[tokio::test]
async fn nobody_of_that_name_is_said_and_nothing_is_placed() {
    let (_root, mut alice, _bob) = alice_and_bob().await;
    let refused = alice.refused(invite("nobody")).await;
    assert_eq!(refused.code, Code::NoSuchUser);
    let view = alice
        .shows("a problem", |view| view.problem.is_some())
        .await;
    assert_eq!(view.problem.as_ref(), Some(&refused.message));
    assert_eq!((&view.outgoing, &view.ended), (&None, &None));
    assert_eq!(
        alice.refused(invite("alice")).await.code,
        Code::BadParameter
    );
}

#[tokio::test]
async fn a_ring_is_answered_and_hung_up_there() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    let id = bob.calls("alice", 30).await;
    let view = alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let ring = &view.rings[0];
    assert_eq!(ring.timeout_ms, Some(30_000));
    assert!(ring.remaining_ms.unwrap() > 20_000);

    alice.requests(on("accept", id.as_str())).await;
    let again = alice.refused(on("accept", id.as_str())).await;
    assert_eq!(again.data.reason, Reason::Accepted);
    let view = alice.shows("in a call", |view| view.call.is_some()).await;
    assert_eq!(view.problem, None);
    bob.hears_signal(|event| matches!(event, Event::InviteeAccepted(_)).then_some(()))
        .await;
    let call = bob.client.view().calls[0].call_id.clone();
    bob.client.hang_up(&call, None).await.unwrap();
    assert_eq!(alice.ended().await, (Ending::Answered, Direction::Incoming));
    assert_eq!(
        alice.steps(),
        [
            Step::ShowRings,
            Step::Ring(caller(&id, "bob")),
            Step::HideRings,
            Step::Withdraw(id.to_string()),
            Step::PresentMain,
        ]
    );
}

#[tokio::test]
async fn rings_stay_in_the_order_in_which_they_came() {
    let (_root, mut alice, bob) = alice_and_bob().await;
    let mut called = Vec::new();
    for _ in 0..5 {
        called.push(bob.calls("alice", 30).await.to_string());
        let shown = |view: &AppView| view.rings.len() == called.len();
        let view = alice.shows("one more ring", shown).await;
        let rings: Vec<_> = view
            .rings
            .iter()
            .map(|ring| ring.invite_id.clone())
            .collect();
        assert_eq!(rings, called);
    }
}

#[tokio::test]
async fn a_ring_that_is_rejected_is_no_missed_call_and_fills_no_screen() {
    let (_root, mut alice, mut bob) = alice_and_bob().await;
    let id = bob.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let declined = json!({"inviteID": id, "reason": "declined"});
    alice.requests(request("reject", declined)).await;
    let reason = bob
        .hears_signal(|event| {
            let Event::InviteeRejected(rejected) = event else {
                return None;
            };
            Some(rejected.reason)
        })
        .await;
    assert_eq!(reason, Some(RejectReason::Declined.into()));
    alice.newest_recent(Ending::Rejected).await;
    let view = alice.shows("quiet", |view| view.rings.is_empty()).await;
    assert_eq!((&view.ended, view.missed), (&None, 0));
    assert_eq!(alice.steps().last(), Some(&Step::Withdraw(id.to_string())));
}

#[tokio::test]
async fn rings_that_end_unanswered_are_missed_until_they_are_seen() {
    let (root, mut alice, bob) = alice_and_bob().await;
    let cancelled = bob.calls("alice", 30).await;
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let invite_id = cancelled.to_string();
    alice.asks(Ask::Silence { invite_id }).await;
    alice.shows("silenced", |view| view.rings[0].silenced).await;
    bob.client.cancel(&cancelled, "").await.unwrap();
    alice.newest_recent(Ending::Cancelled).await;

    let timed_out = bob.calls("alice", 1).await;
    alice.newest_recent(Ending::TimedOut).await;
    let view = alice.shows("two missed", |view| view.missed == 2).await;
    assert_eq!(view.ended, None);
    let steps = alice.steps();
    let missed: Vec<&Step> = steps
        .iter()
        .filter(|step| matches!(step, Step::Missed(_)))
        .collect();
    let expected = [&cancelled, &timed_out].map(|id| Step::Missed(caller(id, "bob")));
    assert_eq!(missed, expected.each_ref());

    alice.asks(Ask::SeenMissed).await;
    alice.shows("none missed", |view| view.missed == 0).await;
    alice.controller.quit().await;
    drop(alice);
    let mut alice = App::online(root.path(), "alice").await;
    let view = alice.shows("recents", |view| view.recents.len() == 2).await;
    assert_eq!(view.missed, 0);
    assert!(view.recents.iter().all(|recent| recent.missed));
}

#[tokio::test]
async fn only_one_call_is_active() {
    let (root, mut alice, mut bob) = alice_and_bob().await;
    let carol = Person::join(root.path(), "carol", "carol-1").await;
    alice.calls("bob").await;
    let id = bob.is_rung().await;
    bob.client.accept(&id, "").await.unwrap();
    alice.shows("in a call", |view| view.call.is_some()).await;

    let refused = alice.refused(invite("carol")).await;
    assert_eq!(
        refused.message,
        "You are in a call. Hang up before you call somebody else."
    );
    let invite_id = carol.calls("alice", 30).await.to_string();
    alice.shows("a ring", |view| !view.rings.is_empty()).await;
    let refused = alice.refused(on("accept", &invite_id)).await;
    assert_eq!(
        refused.message,
        "You are in a call. Hang up before you answer another one."
    );
    let view = alice
        .shows("a problem", |view| view.problem.is_some())
        .await;
    assert_eq!(view.problem.as_ref(), Some(&refused.message));
    assert_eq!(view.rings.len(), 1);
    assert!(view.call.is_some());
}

/// §5: one answer wins, and the other devices of the user stop ringing.
#[tokio::test]
async fn a_ring_that_is_answered_elsewhere_stops_and_was_not_missed() {
    let (root, mut alice, bob) = alice_and_bob().await;
    let other = Person::join(root.path(), "alice", "phone").await;
    for (n, ending) in [Ending::AnsweredElsewhere, Ending::Rejected]
        .iter()
        .enumerate()
    {
        let id = bob.calls("alice", 30).await;
        alice.shows("a ring", |view| !view.rings.is_empty()).await;
        if n == 0 {
            other.client.accept(&id, "").await.unwrap();
        } else {
            other.client.reject(&id, "", None).await.unwrap();
        }
        alice.shows("quiet", |view| view.rings.is_empty()).await;
        alice.newest_recent(*ending).await;
    }
    let view = alice.shows("anything", |_| true).await;
    assert_eq!((&view.ended, &view.call, view.missed), (&None, &None, 0));
    let steps = alice.steps();
    assert!(!steps.iter().any(|step| matches!(step, Step::Missed(_))));
}

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
        Ask::SaveSettings(SettingsView {
            user_id: user.to_string(),
            server: server.url(),
            user_sig: user_sig.to_owned(),
            theme: Theme::Dark,
        })
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
