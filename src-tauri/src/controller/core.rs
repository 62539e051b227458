//! The task that owns everything: one thing after another, and a new snapshot after each.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bellhop_client::{Client, ClientEvent, Config, Events, View};
use bellhop_media::Sound;
use bellhop_protocol::Timestamp;
use jiff::Zoned;
use tokio::sync::{mpsc, oneshot, watch};

use crate::controller::api::Followers;
use crate::controller::fold::Want;
use crate::controller::quiet::{Quiet, quiet};
use crate::controller::reading::{self, Loaded, Queue, Read};
use crate::controller::state::{Group, State};
use crate::controller::talk::{Placing, Talk};
use crate::controller::{Mail, Report};
use crate::line::{self, Goal, Line};
use crate::profile;
use crate::shell::{Projector, Shell, Step};
use crate::sound::Audible;
use crate::view::{AppView, Hosting};

/// How often the other profiles of this machine are looked for.
const SIBLINGS_EVERY: Duration = Duration::from_secs(2);
/// How often the clock is looked at while the time alone makes this device quiet or loud: a timer set
/// for then would sleep through a suspended machine's hours.
const CLOCK_EVERY: Duration = Duration::from_secs(1);
/// How long ending what is under way may take when the app quits.
const CALLS_END_WITHIN: Duration = Duration::from_secs(1);
/// How long closing connection and server may take when the app quits.
const QUIT_WITHIN: Duration = Duration::from_secs(3);

/// A client and what it tells.
pub(crate) struct Connected {
    pub(crate) client: Client,
    /// Nothing when there will be no more.
    events: Option<Events>,
}

/// Everything the controller's task owns.
pub(crate) struct Core<S> {
    shell: S,
    projector: Projector,
    audible: Audible,
    followers: Followers,
    pub(crate) views: watch::Sender<Arc<AppView>>,
    pub(crate) state: State,
    root: PathBuf,
    mail: mpsc::Sender<Mail>,
    pub(crate) connected: Option<Connected>,
    line: Option<Line>,
    /// Numbers the servers in use one after another, so that late news of an earlier one are told.
    line_number: u64,
    reading: bool,
    to_read: Queue,
    checking_host: bool,
}

impl<S: Shell> Core<S> {
    /// Everything at rest.
    pub(crate) fn new(
        shell: S,
        state: State,
        qa: bool,
        root: PathBuf,
        mail: mpsc::Sender<Mail>,
    ) -> Self {
        let first = state.draw(&View::default(), Timestamp::from_millis(0), 0);
        Self {
            shell,
            projector: Projector::default(),
            audible: Audible::default(),
            followers: Followers::new(state.own().clone(), state.profile.device().clone(), qa),
            views: watch::Sender::new(Arc::new(first)),
            state,
            root,
            mail,
            connected: None,
            line: None,
            line_number: 0,
            reading: false,
            to_read: Queue::default(),
            checking_host: false,
        }
    }

    /// Runs until it is told to quit.
    pub(crate) async fn run(
        mut self,
        mut mailbox: mpsc::Receiver<Mail>,
        mut quits: mpsc::Receiver<oneshot::Sender<()>>,
    ) {
        let mut siblings = tokio::time::interval(SIBLINGS_EVERY);
        siblings.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut clock = tokio::time::interval(CLOCK_EVERY);
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        self.seek_line();
        self.publish();
        loop {
            tokio::select! {
                Some(done) = quits.recv() => {
                    self.quit().await;
                    if done.send(()).is_err() {
                        tracing::debug!("nobody waits for the end");
                    }
                    return;
                }
                Some(mail) = mailbox.recv() => self.receive(mail),
                event = next_event(&mut self.connected) => self.happened(event),
                _ = siblings.tick() => if !self.siblings_changed() { continue },
                _ = clock.tick(), if self.state.quiet.changes.is_some() => {
                    if self.quiet() == self.state.quiet { continue }
                }
            }
            self.publish();
        }
    }

    /// Draws the snapshot of this moment, and has everything follow it.
    fn publish(&mut self) {
        let revision = self.views.borrow().revision.wrapping_add(1);
        let (view, now) = match &self.connected {
            Some(Connected { client, .. }) => (client.view(), client.now()),
            None => (Arc::new(View::default()), Timestamp::from_millis(0)),
        };
        self.state.follow(&view);
        self.state.quiet = self.quiet();
        for id in self.state.refusals(&view) {
            self.refuse_as_busy(id);
        }
        self.go_on(&view);
        self.go_on_with_handed(&view);
        let view = Arc::new(self.state.draw(&view, now, revision));
        self.views.send_replace(view.clone());
        let heard = self.audible.steps(&view);
        for step in heard.into_iter().chain(self.projector.steps(&view)) {
            self.shell.carry_out(step);
        }
    }

    /// Whether this device is quiet at this moment.
    fn quiet(&self) -> Quiet {
        let set = &self.state.profile.settings().quiet;
        let desktop = self.state.desktop.do_not_disturb;
        quiet(set, desktop, &self.shell.local_time())
    }

    /// The time of day and the date.
    pub(crate) fn local_time(&self) -> Zoned {
        self.shell.local_time()
    }

    /// Has the desktop do something that no snapshot shows.
    pub(crate) fn carry_out(&mut self, step: Step) {
        self.shell.carry_out(step);
    }

    fn receive(&mut self, mail: Mail) {
        match mail {
            Mail::Ask(ask, reply) => self.act(ask, reply),
            Mail::Request(operation, answer) => self.request(operation, answer),
            Mail::Follow(reply) => {
                if reply.send(self.followers.follow()).is_err() {
                    tracing::debug!("a page went away");
                }
            }
            Mail::Subscribe(reply) => {
                self.publish();
                let views = self.views.subscribe();
                let view = views.borrow().clone();
                if reply.send((view, views)).is_err() {
                    tracing::debug!("a subscriber went away");
                }
            }
            Mail::News(news) => self.hear(news),
            Mail::Report(line, report) if line == self.line_number => self.reported(*report),
            Mail::Report(_, report) => tracing::debug!(?report, "news of an earlier server"),
        }
    }

    fn reported(&mut self, report: Report) {
        match report {
            Report::Line(found) => match *found {
                Ok(line) => self.connect(line),
                Err(error) => {
                    tracing::error!(%error, "there is no server");
                    let sentence = format!("{error}.");
                    self.followers.without_server(sentence.clone());
                    self.state.no_server = Some(sentence);
                }
            },
            Report::HostIsThere(is_there) => {
                self.checking_host = false;
                if !is_there {
                    self.seek_line();
                }
            }
            Report::Answered(deed, outcome, answer) => self.answered(&deed, outcome, answer),
            Report::Refused(id, outcome) => self.refused(&id, outcome),
            Report::Presence(Ok(list)) => {
                for status in list.status_list {
                    self.state.presence.insert(status.user, status.status);
                }
            }
            Report::Presence(Err(error)) => tracing::warn!(%error, "presence is not known"),
            Report::Loaded(outcome) => {
                self.reading = false;
                match outcome {
                    Ok(loaded) => self.loaded(loaded),
                    Err(error) => {
                        tracing::warn!(%error, "something cannot be read");
                        if let Some(opened) = &mut self.state.opened {
                            opened.loading = false;
                        }
                    }
                }
                self.read_next();
            }
            Report::Marked(outcome) => self.marked(outcome),
            Report::Written(with, outcome) => self.written(with, outcome),
            Report::InTestGroup(Ok(())) => self.read(Read::Groups),
            Report::InTestGroup(Err(error)) => {
                tracing::warn!(%error, "the group of the test contacts cannot be joined");
            }
        }
    }

    fn happened(&mut self, event: Option<ClientEvent>) {
        let Some(event) = event else {
            if let Some(connected) = &mut self.connected {
                connected.events = None;
            }
            return;
        };
        match &event {
            ClientEvent::Signaling(event) => self.followers.tell(event.clone()),
            ClientEvent::Connection(connection) => self.followers.connection(connection),
            ClientEvent::RingOverdue(_)
            | ClientEvent::RingUnconfirmed(_)
            | ClientEvent::RingConfirmed(_)
            | ClientEvent::InvitationLost(_)
            | ClientEvent::CallRunning(_)
            | ClientEvent::CallGone(_) => {}
        }
        let wants = self.state.fold(event);
        for want in wants {
            match want {
                Want::Read(read) => self.read(read),
                Want::TestGroup => self.join_test_group(),
                Want::Presence => self.ask_presence(),
                Want::CheckHost => self.check_host(),
            }
        }
    }

    /// Leaves the server in use, if any, and looks for the one that the settings say.
    pub(crate) fn seek_line(&mut self) {
        self.line_number += 1;
        self.followers.seeking(self.state.own().clone());
        self.state.server_changes();
        self.reading = false;
        self.to_read.clear();
        self.checking_host = false;
        let earlier = (self.connected.take(), self.line.take());
        let goal = Goal::of(&self.state.profile, &self.root);
        self.later(async move {
            let (connected, line) = earlier;
            leave(connected.map(|connected| connected.client), line).await;
            Report::Line(Box::new(line::find(goal).await))
        });
    }

    fn connect(&mut self, line: Line) {
        tracing::info!(server = %line.url, hosting = ?line.hosting, "server found");
        self.state.hosting = line.hosting;
        self.state.server = line.url.to_string();
        let (client, events) = Client::start(Config {
            url: line.url.clone(),
            user: self.state.own().clone(),
            device: self.state.profile.device().clone(),
            platform: std::env::consts::OS
                .parse()
                .expect("a system's name is a platform"),
            user_sig: line.user_sig.clone(),
        });
        self.connected = Some(Connected {
            client,
            events: Some(events),
        });
        self.line = Some(line);
        self.take_over();
    }

    /// Invitations and calls at this moment.
    pub(crate) fn client_view(&self) -> Arc<View> {
        self.client().map(Client::view).unwrap_or_default()
    }

    fn client(&self) -> Option<&Client> {
        self.connected.as_ref().map(|connected| &connected.client)
    }

    /// Runs something beside the controller, and has it told the outcome.
    pub(crate) fn later(&self, work: impl Future<Output = Report> + Send + 'static) {
        let mail = self.mail.clone();
        let line = self.line_number;
        tokio::spawn(async move {
            let report = Box::new(work.await);
            if mail.send(Mail::Report(line, report)).await.is_err() {
                tracing::debug!("the app quits");
            }
        });
    }

    pub(crate) fn ask_presence(&self) {
        let Some(client) = self.client() else { return };
        let asked = client.subscribe_user_status(self.state.watched());
        self.later(async move { Report::Presence(asked.await) });
    }

    fn check_host(&mut self) {
        let host = self.line.as_ref().and_then(Line::host).cloned();
        let Some(host) = host.filter(|_| !self.checking_host) else {
            return;
        };
        self.checking_host = true;
        let root = self.root.clone();
        self.later(async move { Report::HostIsThere(line::is_there(&root, &host).await) });
    }

    /// Reads something again; what is asked meanwhile is read afterwards, once.
    pub(crate) fn read(&mut self, read: Read) {
        self.to_read.add(read);
        self.read_next();
    }

    fn read_next(&mut self) {
        if self.reading {
            return;
        }
        let Some(client) = self.client().cloned() else {
            self.to_read.clear();
            return;
        };
        if let Some(read) = self.to_read.take() {
            self.reading = true;
            self.later(async move { Report::Loaded(reading::load(&client, read).await) });
        }
    }

    /// Keeps what was read; whoever appears in it is asked about in turn.
    fn loaded(&mut self, loaded: Loaded) {
        match loaded {
            Loaded::Conversations(list, pages) => {
                self.state.history.list(list);
                for (id, page) in pages {
                    self.state.history.newest(&id, page);
                    if !self.state.has_loaded(&id) {
                        self.state.history.close(&id);
                    }
                }
                // One that is not in the list is as empty as it looks.
                if let Some(opened) = &mut self.state.opened {
                    opened.loading &= self.state.history.lists(&opened.id);
                }
                self.mark_opened();
            }
            Loaded::Older(id, page) => {
                self.state.history.older(&id, page);
                self.state.has_loaded(&id);
            }
            Loaded::Groups(groups) => {
                let by_id = groups.into_iter().map(|(info, members)| {
                    let id = info.group.clone();
                    (id, Group { info, members })
                });
                self.state.groups = by_id.collect();
            }
            Loaded::Blocks(users) => self.state.blocked = users.into_iter().collect(),
            Loaded::Names(asked, profiles) => return self.state.named(asked, profiles),
        }
        let unnamed = self.state.unnamed();
        if !unnamed.is_empty() {
            self.read(Read::Names(unnamed));
            self.ask_presence();
        }
    }

    /// Looks for other profiles of this machine; whether there are others than before.
    fn siblings_changed(&mut self) -> bool {
        if self.state.hosting == Hosting::Remote {
            return false;
        }
        match profile::siblings(&self.root, self.state.profile.name()) {
            Ok(siblings) if siblings != self.state.siblings => {
                self.state.siblings = siblings;
                self.ask_presence();
                true
            }
            Ok(_) => false,
            Err(error) => {
                tracing::warn!(%error, "other profiles cannot be looked for");
                false
            }
        }
    }

    /// Ends what is under way, on the screen and at the server.
    async fn quit(mut self) {
        self.carry_out(Step::Sound(Sound::Silence));
        let client = self.connected.take().map(|connected| connected.client);
        let placing = self.state.placing.take();
        let talk = self.state.talk.take();
        let leaving = async {
            if let Some(client) = &client {
                within(CALLS_END_WITHIN, end_calls(client, placing, talk)).await;
            }
            within(QUIT_WITHIN, leave(client, self.line)).await;
        };
        tokio::join!(self.shell.close(), leaving);
    }
}

/// Cancels the call that is placed, and hangs up the one that this device is in.
async fn end_calls(client: &Client, placing: Option<Placing>, talk: Option<Talk>) {
    let cancelling = placing.map(|placing| client.cancel(&placing.talk.invite, ""));
    let hanging_up = talk.map(|talk| client.hang_up(&talk.call, None));
    if let Some(Err(error)) = or_nothing(cancelling).await {
        tracing::info!(%error, "the call that was placed is over");
    }
    if let Some(Err(error)) = or_nothing(hanging_up).await {
        tracing::info!(%error, "the call is over");
    }
}

async fn or_nothing<F: Future>(future: Option<F>) -> Option<F::Output> {
    match future {
        Some(future) => Some(future.await),
        None => None,
    }
}

async fn within(time: Duration, work: impl Future<Output = ()>) {
    if tokio::time::timeout(time, work).await.is_err() {
        tracing::warn!("quitting took too long");
    }
}

/// Closes a connection, and then the server if it is this app's.
async fn leave(client: Option<Client>, line: Option<Line>) {
    if let Some(client) = client {
        client.close().await;
    }
    if let Some(line) = line {
        line.close().await;
    }
}

/// The next event of the client, or that there will be no more; waits for ever without a client.
async fn next_event(connected: &mut Option<Connected>) -> Option<ClientEvent> {
    let events = connected
        .as_mut()
        .and_then(|connected| connected.events.as_mut());
    match events {
        Some(events) => events.next().await,
        None => std::future::pending().await,
    }
}
