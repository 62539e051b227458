//! Who plays in these tests: apps without windows, and other people on their server.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bellhop_client::{Client, ClientEvent, Config, Events};
use bellhop_media::Sound;
use bellhop_protocol::request::{Invite, RingTime};
use bellhop_protocol::{Event, InviteId, UserId};
use jiff::Zoned;
use serde_json::json;
use tempfile::TempDir;

use crate::controller::*;
use crate::local_server;
use crate::shell::{Caller, Step};
use crate::view::{
    ConnectionView, Direction, Ending, GroupView, MediaType, OpenConversationView, PeerView,
    PersonView, RecentView, RungState, RungView, Theme,
};

pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// Writes down what it is told to do; its clock stands until it is set.
#[derive(Clone)]
pub(super) struct Recorder {
    steps: Arc<Mutex<Vec<Step>>>,
    clock: Arc<Mutex<Zoned>>,
}

impl Shell for Recorder {
    fn carry_out(&mut self, step: Step) {
        self.steps.lock().unwrap().push(step);
    }

    async fn close(self) {}

    fn local_time(&self) -> Zoned {
        self.clock.lock().unwrap().clone()
    }
}

fn in_berlin(text: &str) -> Zoned {
    let local: jiff::civil::DateTime = text.parse().unwrap();
    local.in_tz("Europe/Berlin").unwrap()
}

/// An app without windows.
pub(super) struct App {
    pub(super) controller: Controller,
    recorder: Recorder,
    views: Views,
}

impl App {
    /// The app of a profile below `root`.
    pub(super) async fn start(root: &Path, name: &str) -> Self {
        let (profile, _) = Profile::open(root, name.parse().unwrap(), None).unwrap();
        let recorder = Recorder {
            steps: Arc::default(),
            clock: Arc::new(Mutex::new(in_berlin("2026-11-23 12:00"))),
        };
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
    pub(super) async fn online(root: &Path, name: &str) -> Self {
        let mut app = Self::start(root, name).await;
        app.shows("online", |view| view.connection == ConnectionView::Online)
            .await;
        app
    }

    /// The first snapshot from here on of which this is so.
    pub(super) async fn shows(
        &mut self,
        what: &str,
        is_so: impl Fn(&AppView) -> bool,
    ) -> Arc<AppView> {
        let found = self.views.wait_for(|view| is_so(view));
        if let Ok(view) = tokio::time::timeout(PATIENCE, found).await {
            return view.unwrap().clone();
        }
        panic!("never {what}: {:#?}", self.views.borrow().clone());
    }

    /// That was asked for in vain, and what was said.
    pub(super) async fn refused(&self, operation: Operation) -> Failure {
        self.controller.request(operation).await.unwrap_err()
    }

    pub(super) async fn requests(&self, operation: Operation) -> Value {
        self.controller.request(operation).await.unwrap()
    }

    pub(super) async fn asks(&self, ask: Ask) {
        self.controller.ask(ask).await.unwrap();
    }

    /// Sets the clock on the wall, in Berlin. The 23rd of November 2026 is a Monday.
    pub(super) fn clock_says(&self, text: &str) {
        *self.recorder.clock.lock().unwrap() = in_berlin(text);
    }

    pub(super) async fn hears(&self, news: News) {
        self.controller.hear(news).await.unwrap();
    }

    /// Changes what is set.
    pub(super) async fn sets(&mut self, change: impl FnOnce(&mut SettingsView)) {
        let view = self.shows("anything", |_| true).await;
        let mut form = view.settings.clone();
        change(&mut form);
        self.asks(Ask::SaveSettings(Box::new(form))).await;
    }

    pub(super) async fn calls(&mut self, user: &str) -> String {
        self.requests(invite(user)).await;
        let view = self.shows("outgoing", |view| view.outgoing.is_some()).await;
        view.outgoing.as_ref().unwrap().invite_id.clone()
    }

    pub(super) async fn ended(&mut self) -> (Ending, Direction) {
        let view = self.shows("ended", |view| view.ended.is_some()).await;
        let ended = view.ended.as_ref().unwrap();
        (ended.ending, ended.direction)
    }

    pub(super) async fn newest_recent(&mut self, ending: Ending) -> RecentView {
        let is_so = |view: &AppView| {
            view.recents
                .first()
                .is_some_and(|r| r.ending == Some(ending))
        };
        let view = self.shows("in the recent calls", is_so).await;
        view.recents[0].clone()
    }

    /// Makes a group with these members and this user, and waits until it is shown.
    pub(super) async fn founds(&mut self, group: &str, members: &[&str]) -> GroupView {
        let params = json!({"groupID": group, "name": "Team", "memberList": members});
        self.requests(request("createGroup", params)).await;
        self.sees_group(group, |shown| !shown.members.is_empty())
            .await
    }

    /// Waits until a group is shown of which this is so.
    pub(super) async fn sees_group(
        &mut self,
        group: &str,
        is_so: impl Fn(&GroupView) -> bool,
    ) -> GroupView {
        let find = |view: &AppView| {
            let mut groups = view.groups.iter();
            groups
                .find(|shown| shown.group_id == group && is_so(shown))
                .cloned()
        };
        let view = self.shows("the group", |view| find(view).is_some()).await;
        find(&view).unwrap()
    }

    /// Opens a conversation, and waits until it is shown and this is so of it.
    pub(super) async fn opens(
        &mut self,
        conversation: &str,
        is_so: impl Fn(&OpenConversationView) -> bool,
    ) -> OpenConversationView {
        let conversation_id = conversation.to_owned();
        self.asks(Ask::OpenConversation { conversation_id }).await;
        self.reads_open(is_so).await
    }

    /// Waits until this is so of the open conversation.
    pub(super) async fn reads_open(
        &mut self,
        is_so: impl Fn(&OpenConversationView) -> bool,
    ) -> OpenConversationView {
        let found = |view: &AppView| {
            let opened = view.open_conversation.as_ref();
            opened.is_some_and(|opened| !opened.loading && is_so(opened))
        };
        let view = self.shows("the open conversation", found).await;
        view.open_conversation.clone().unwrap()
    }

    /// Everything that was carried out, but for the theme, the keys, the tray and what is heard.
    pub(super) fn steps(&self) -> Vec<Step> {
        let steps = self.recorder.steps.lock().unwrap().clone();
        let is_heard =
            |step: &Step| matches!(step, Step::Sound(_) | Step::SoundOn(_) | Step::TestSound(_));
        let is_set = |step: &Step| {
            matches!(
                step,
                Step::Theme(Theme::System) | Step::GlobalShortcuts(_) | Step::Tray(_)
            )
        };
        let is_call = |step: &Step| !is_set(step) && !is_heard(step);
        steps.into_iter().filter(is_call).collect()
    }

    /// Every sound that was to be heard, one after the other.
    pub(super) fn sounds(&self) -> Vec<Sound> {
        let steps = self.recorder.steps.lock().unwrap().clone();
        let sounds = steps.into_iter().filter_map(|step| {
            let Step::Sound(sound) = step else {
                return None;
            };
            Some(sound)
        });
        sounds.collect()
    }
}

pub(super) fn user(id: &str) -> PeerView {
    PeerView::User(PersonView {
        user_id: id.to_owned(),
        name: id.to_owned(),
    })
}

/// Who is how far, by user ID.
pub(super) fn people(rung: &[RungView]) -> Vec<(&str, RungState)> {
    let people = rung.iter();
    people
        .map(|one| (one.user_id.as_str(), one.state))
        .collect()
}

/// A request as a page makes it.
pub(super) fn request(method: &str, params: Value) -> Operation {
    api::operation(method, params).unwrap()
}

pub(super) fn invite(user: &str) -> Operation {
    let data = api::call_data(MediaType::Audio);
    request("invite", json!({"userID": user, "data": data}))
}

pub(super) fn on(method: &str, invite_id: &str) -> Operation {
    request(method, json!({ "inviteID": invite_id }))
}

pub(super) fn hang_up(call_id: &str) -> Operation {
    request("hangUp", json!({ "callID": call_id }))
}

/// Somebody else on the server that an app below `root` hosts.
pub(super) struct Person {
    pub(super) client: Client,
    events: Events,
}

impl Person {
    pub(super) async fn join(root: &Path, user: &str, device: &str) -> Self {
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

    pub(super) async fn hears<T>(&mut self, which: impl Fn(&ClientEvent) -> Option<T>) -> T {
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

    pub(super) async fn hears_signal<T>(&mut self, which: impl Fn(&Event) -> Option<T>) -> T {
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

    pub(super) async fn is_rung(&mut self) -> InviteId {
        self.hears_signal(|event| {
            let Event::NewInvitationReceived(invitation) = event else {
                return None;
            };
            Some(invitation.invite_id.clone())
        })
        .await
    }

    pub(super) async fn calls(&self, user: &str, timeout: u32) -> InviteId {
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

pub(super) fn caller(id: &InviteId, user: &str) -> Caller {
    Caller {
        invite_id: id.to_string(),
        user_id: user.to_owned(),
        name: user.to_owned(),
        group: None,
        media: MediaType::Audio,
    }
}

pub(super) async fn alice_and_bob() -> (TempDir, App, Person) {
    let root = tempfile::tempdir().unwrap();
    let alice = App::online(root.path(), "alice").await;
    let bob = Person::join(root.path(), "bob", "bob-1").await;
    (root, alice, bob)
}
