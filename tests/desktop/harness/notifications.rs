//! A notification daemon that draws nothing, remembers everything, and presses buttons on demand.
//!
//! It answers as one that draws buttons and markup, and tells only the sender what became of a
//! notification, as real ones do. Do not disturb is a property of it, as on KDE.

use std::collections::HashMap;
use std::fmt;
use std::time::Instant;

use tokio::sync::watch;
use zbus::message::Header;
use zbus::names::OwnedUniqueName;
use zbus::{Connection, OwnedVariant, Variant, fdo};

use super::bus::Bus;
use super::until::{PATIENCE, until};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// Why a notification is no longer shown, as the desktop notifications specification numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// The person put it away.
    Dismissed = 2,
    /// Its sender withdrew it.
    Withdrawn = 3,
}

/// One notification as it was asked for last, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    /// The daemon's number for it.
    pub(crate) id: u32,
    /// The process that asked for it.
    pub(crate) pid: u32,
    /// The first line, always plain text.
    pub(crate) summary: String,
    /// The rest, in which daemons read markup.
    pub(crate) body: String,
    /// The buttons: key and label.
    pub(crate) actions: Vec<(String, String)>,
    /// 0 low, 1 normal, 2 critical.
    pub(crate) urgency: Option<u8>,
    /// What kind it is, such as `call.incoming`.
    pub(crate) category: Option<String>,
    /// Whether it stays when a button is pressed.
    pub(crate) resident: bool,
    /// Whether the daemon is asked to make no sound of its own.
    pub(crate) silent: bool,
    /// Milliseconds until it goes by itself: 0 never, -1 as the daemon likes.
    pub(crate) timeout_ms: i32,
    /// When it was asked for.
    pub(crate) asked: Instant,
    /// Why it is gone, if it is.
    pub(crate) closed: Option<Closed>,
    /// When it went, if it did.
    pub(crate) gone: Option<Instant>,
    sender: OwnedUniqueName,
}

impl Shown {
    /// The key of the button with this label.
    pub(crate) fn key(&self, label: &str) -> &str {
        let found = self.actions.iter().find(|(_, other)| other == label);
        &found.unwrap_or_else(|| panic!("no {label}: {self:#?}")).0
    }
}

/// The notification daemon of one test.
#[derive(Debug)]
pub(crate) struct Notifications {
    connection: Connection,
    shown: watch::Sender<Vec<Shown>>,
}

impl Notifications {
    /// What lets a window come to the front for whatever is pressed here.
    pub(crate) const ACTIVATION: &str = "bellhop-test-1";

    /// Takes the daemon's name on a bus that may be starting still.
    pub(crate) async fn start(bus: &Bus) -> Self {
        let shown = watch::Sender::new(Vec::new());
        let connection = until("the session bus", async || {
            let daemon = Daemon {
                shown: shown.clone(),
                inhibited: false,
            };
            zbus::connection::Builder::address(bus.address())
                .serve_at(PATH, daemon)
                .name(NAME)
                .build()
                .await
        })
        .await;
        Self { connection, shown }
    }

    /// Gives the daemon's name away, as when none is installed.
    pub(crate) async fn stop(&self) {
        let released = self.connection.release_name(NAME).await;
        assert!(released.expect("the session bus is there"));
    }

    /// Waits for a notification that is so, and gives the newest.
    pub(crate) async fn sees(&self, what: &str, is_it: impl Fn(&Shown) -> bool) -> Shown {
        let mut changes = self.shown.subscribe();
        let found = changes.wait_for(|shown| shown.iter().any(&is_it));
        let Ok(Ok(shown)) = tokio::time::timeout(PATIENCE, found).await else {
            panic!("never saw a notification: {what}. All there was: {self}");
        };
        let newest = shown.iter().rfind(|shown| is_it(shown)).cloned();
        newest.expect("one was found")
    }

    /// Waits until this one is gone, and tells why.
    pub(crate) async fn sees_gone(&self, gone: &Shown) -> Closed {
        let is_gone = |shown: &Shown| shown.id == gone.id && shown.closed.is_some();
        let seen = self.sees("that one withdrawn", is_gone).await;
        seen.closed.expect("it was just seen closed")
    }

    /// Everything shown so far, oldest first.
    pub(crate) fn all(&self) -> Vec<Shown> {
        self.shown.borrow().clone()
    }

    /// Presses a button on it. As desktops do, it tells before what lets a window come to the front.
    pub(crate) async fn press(&self, shown: &Shown, action: &str) {
        let token = (shown.id, Self::ACTIVATION);
        self.tell(shown, "ActivationToken", &token).await;
        self.tell(shown, "ActionInvoked", &(shown.id, action)).await;
    }

    /// Puts it away, as a person does who does not want to see it.
    pub(crate) async fn dismiss(&self, shown: &Shown) {
        close(&self.shown, shown.id, Closed::Dismissed);
        let body = (shown.id, Closed::Dismissed as u32);
        self.tell(shown, "NotificationClosed", &body).await;
    }

    /// Switches the desktop's do-not-disturb, and says so.
    pub(crate) async fn inhibit(&self, inhibited: bool) {
        let objects = self.connection.object_server();
        let daemon = objects.interface::<_, Daemon>(PATH).await;
        let daemon = daemon.expect("it is served");
        daemon.get_mut().await.inhibited = inhibited;
        let shown = daemon.get().await;
        let told = shown.inhibited_changed(daemon.signal_emitter()).await;
        told.expect("the session bus is there");
    }

    async fn tell<B>(&self, shown: &Shown, signal: &str, body: &B)
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        let to = Some(&shown.sender);
        let told = self.connection.emit_signal(to, PATH, NAME, signal, body);
        told.await.expect("the session bus is there");
    }
}

impl fmt::Display for Notifications {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#?}", self.all())
    }
}

/// Marks it closed and gives it, if it was open.
fn close(shown: &watch::Sender<Vec<Shown>>, id: u32, why: Closed) -> Option<Shown> {
    let mut found = None;
    shown.send_modify(|shown| {
        let open = |shown: &&mut Shown| shown.id == id && shown.closed.is_none();
        if let Some(shown) = shown.iter_mut().find(open) {
            shown.closed = Some(why);
            shown.gone = Some(Instant::now());
            found = Some(shown.clone());
        }
    });
    found
}

struct Daemon {
    shown: watch::Sender<Vec<Shown>>,
    /// Whether the person does not want to be disturbed.
    inhibited: bool,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    fn get_capabilities(&self) -> Vec<&str> {
        vec!["actions", "body", "body-markup", "persistence"]
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("remembering", "bellhop-tests", "1", "1.2")
    }

    #[expect(clippy::too_many_arguments, reason = "the specification's")]
    async fn notify(
        &self,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
        _app_name: String,
        replaces_id: u32,
        _app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedVariant>,
        expire_timeout: i32,
    ) -> fdo::Result<u32> {
        let asked = Instant::now();
        let sender =
            OwnedUniqueName::from(header.sender().expect("a bus names senders").to_owned());
        let bus = fdo::DBusProxy::new(connection).await?;
        let pid = bus
            .get_connection_unix_process_id(sender.as_ref().into())
            .await?;
        let mut id = replaces_id;
        self.shown.send_modify(|all| {
            let replaced = all.iter().position(|shown| shown.id == replaces_id);
            id = match replaced {
                Some(at) => all.remove(at).id,
                None => u32::try_from(all.len()).expect("they are few") + 100,
            };
            all.push(Shown {
                id,
                pid,
                summary,
                body,
                actions: pairs(&actions),
                urgency: hint(&hints, "urgency"),
                category: hint(&hints, "category"),
                resident: hint(&hints, "resident").unwrap_or(false),
                silent: hint(&hints, "suppress-sound").unwrap_or(false),
                timeout_ms: expire_timeout,
                asked,
                closed: None,
                gone: None,
                sender,
            });
        });
        Ok(id)
    }

    /// Whether do not disturb is on, as KDE tells it.
    #[zbus(property)]
    fn inhibited(&self) -> bool {
        self.inhibited
    }

    async fn close_notification(&self, #[zbus(connection)] connection: &Connection, id: u32) {
        if let Some(shown) = close(&self.shown, id, Closed::Withdrawn) {
            let body = (id, Closed::Withdrawn as u32);
            let to = Some(&shown.sender);
            let told = connection.emit_signal(to, PATH, NAME, "NotificationClosed", &body);
            told.await.expect("the session bus is there");
        }
    }
}

fn pairs(actions: &[String]) -> Vec<(String, String)> {
    let pairs = actions.chunks_exact(2);
    pairs
        .map(|pair| (pair[0].clone(), pair[1].clone()))
        .collect()
}

fn hint<'h, T: TryFrom<&'h Variant<'h>>>(
    hints: &'h HashMap<String, OwnedVariant>,
    name: &str,
) -> Option<T> {
    T::try_from(hints.get(name)?).ok()
}
