//! The push channel: the server that the profile uses, as it is at this moment, and the connection to it.
//!
//! Hosts nothing: while no app of this machine has a server, it looks for one from time to time.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bellhop_client::{Client, ClientEvent, Config, Connection, Events};
use bellhop_protocol::{DeviceId, UserId};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::line::{self, Goal, Line, LineError};
use crate::profile::Glance;
use crate::view::Hosting;

/// The platform that makes a connection a push channel (SIGNALING §7).
const PLATFORM: &str = "push";
/// How long to wait before a server is looked for again: the first time, and at most.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How long after a refusal the server is tried again.
const AFTER_REFUSAL: Duration = Duration::from_secs(300);

/// What the profile asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Whom {
    user: UserId,
    device: DeviceId,
    goal: Goal,
}

/// A connection, and the way to it.
struct Open {
    line: Line,
    client: Client,
    events: Events,
}

/// What is waited for.
type Seeking = JoinHandle<Result<Option<Line>, LineError>>;

/// The push channel.
pub(super) struct Channel {
    root: PathBuf,
    folder: PathBuf,
    whom: Whom,
    open: Option<Open>,
    seeking: Option<Seeking>,
    next: Instant,
    wait: Duration,
}

impl Channel {
    /// The one of a profile; it is not open yet.
    pub(super) fn new(root: &Path, folder: &Path, glance: &Glance) -> Self {
        Self {
            root: root.to_owned(),
            folder: folder.to_owned(),
            whom: whom(root, folder, glance),
            open: None,
            seeking: None,
            next: Instant::now(),
            wait: FIRST_WAIT,
        }
    }

    /// The client, while there is one.
    pub(super) fn client(&self) -> Option<&Client> {
        self.open.as_ref().map(|open| &open.client)
    }

    /// Goes by what the profile says: another account is another channel.
    pub(super) fn follow(&mut self, glance: &Glance) {
        let whom = whom(&self.root, &self.folder, glance);
        if whom != self.whom {
            self.whom = whom;
            self.open = None;
            self.drop_search();
            self.next = Instant::now();
        }
    }

    /// Looks for the server when it is time: while there is none, and while the one of another app does
    /// not answer, whose place a third may have taken.
    pub(super) fn seek(&mut self) {
        let is_settled = self.open.as_ref().is_some_and(|open| {
            let connection = &open.client.view().connection;
            let is_online = matches!(connection, Some(Connection::Online { .. }));
            is_online || open.line.hosting == Hosting::Remote
        });
        if is_settled || self.seeking.is_some() || Instant::now() < self.next {
            return;
        }
        self.seeking = Some(tokio::spawn(line::look(self.whom.goal.clone())));
    }

    /// What happens next on the connection; waits for ever while there is none.
    pub(super) async fn next(&mut self) -> ClientEvent {
        loop {
            tokio::select! {
                found = found(&mut self.seeking) => {
                    self.seeking = None;
                    self.found(found);
                }
                event = next_event(&mut self.open) => match event {
                    Some(ClientEvent::Connection(Connection::Stopped(failure))) => {
                        tracing::warn!(%failure, "the server does not want this device");
                        self.open = None;
                        self.next = Instant::now() + AFTER_REFUSAL;
                    }
                    Some(event) => return event,
                    None => self.open = None,
                },
            }
        }
    }

    /// Closes the connection.
    pub(super) async fn close(mut self) {
        self.drop_search();
        if let Some(open) = self.open {
            open.client.close().await;
        }
    }

    fn found(&mut self, found: Option<Line>) {
        let Some(line) = found else {
            self.next = Instant::now() + self.wait;
            self.wait = (self.wait * 2).min(LONGEST_WAIT);
            return;
        };
        self.next = Instant::now() + LONGEST_WAIT;
        self.wait = FIRST_WAIT;
        let is_same = |open: &Open| open.line.host() == line.host();
        if self.open.as_ref().is_some_and(is_same) {
            return;
        }
        tracing::info!(server = %line.url, "server found");
        let (client, events) = Client::start(Config {
            url: line.url.clone(),
            user: self.whom.user.clone(),
            device: self.whom.device.clone(),
            platform: PLATFORM.parse().expect("a word is a platform"),
            user_sig: line.user_sig.clone(),
        });
        self.open = Some(Open {
            line,
            client,
            events,
        });
    }

    fn drop_search(&mut self) {
        if let Some(seeking) = self.seeking.take() {
            seeking.abort();
        }
    }
}

fn whom(root: &Path, folder: &Path, glance: &Glance) -> Whom {
    let device = format!("{}-push", glance.device);
    Whom {
        user: glance.settings.user.clone(),
        // There is no room behind a name of 64 bytes; one that was minted here has 36.
        device: device.parse().unwrap_or_else(|_| glance.device.clone()),
        goal: Goal::set(&glance.settings, folder, root),
    }
}

/// The line that was looked for, if it was found; waits for ever when nothing is looked for.
async fn found(seeking: &mut Option<Seeking>) -> Option<Line> {
    let Some(seeking) = seeking else {
        return std::future::pending().await;
    };
    match seeking.await {
        Ok(Ok(line)) => line,
        Ok(Err(error)) => {
            tracing::warn!(%error, "there is no server");
            None
        }
        Err(error) => {
            tracing::debug!(%error, "not looked for any more");
            None
        }
    }
}

/// The next event of the client, or that there will be no more; waits for ever without a client.
async fn next_event(open: &mut Option<Open>) -> Option<ClientEvent> {
    match open {
        Some(open) => open.events.next().await,
        None => std::future::pending().await,
    }
}
