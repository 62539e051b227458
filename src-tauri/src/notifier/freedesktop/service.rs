//! The desktop's notification service, as the Desktop Notifications Specification has it.
//!
//! Knows D-Bus; knows no call.

use std::collections::HashMap;

use futures_util::StreamExt;
use zbus::Variant;
use zbus::fdo::DBusProxy;
use zbus::proxy::SignalStream;

use crate::notifier::desk::Heard;
use crate::notifier::text::Text;

const APP: &str = "Bellhop";
/// Why a notification was closed: the person put it away.
const DISMISSED: u32 = 2;
/// The timeout that means never, and the one that means as the desktop likes.
const NEVER: i32 = 0;
const AS_THE_DESKTOP_LIKES: i32 = -1;

#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications"
)]
trait Notifications {
    fn get_capabilities(&self) -> zbus::Result<Vec<String>>;

    #[expect(clippy::too_many_arguments, reason = "the specification's")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: HashMap<&str, Variant<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;

    fn close_notification(&self, id: u32) -> zbus::Result<()>;
}

/// How much a notification matters, as the specification numbers it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Urgency {
    Normal = 1,
    Critical = 2,
}

/// What a notification tells the desktop about itself.
#[derive(Debug)]
pub(super) struct Hints<'a> {
    pub(super) urgency: Urgency,
    pub(super) category: &'a str,
    /// It stays until it is closed, also after a button was pressed.
    pub(super) stays: bool,
}

/// A connection to the notification service, and what it can do.
pub(super) struct Service {
    proxy: NotificationsProxy<'static>,
    /// All its signals as one stream, because their order matters: a button is pressed, and then the
    /// notification is closed.
    signals: SignalStream<'static>,
    pub(super) has_actions: bool,
    pub(super) body_is_markup: bool,
    /// What was told to let a window come to the front for what is chosen next on this notification.
    activation: Option<(u32, String)>,
    /// Its unique name on the bus: another service numbers anew.
    pub(super) name: Option<String>,
}

impl Service {
    /// Connects, and asks what it can do.
    pub(super) async fn connect() -> zbus::Result<Self> {
        let connection = zbus::Connection::session().await?;
        let proxy = NotificationsProxy::new(&connection).await?;
        let service = Self {
            signals: proxy.inner().receive_all_signals().await?,
            proxy,
            has_actions: false,
            body_is_markup: false,
            activation: None,
            name: None,
        };
        service.ask_again().await
    }

    /// Asks again what it can do.
    pub(super) async fn ask_again(mut self) -> zbus::Result<Self> {
        let capabilities = self.proxy.get_capabilities().await?;
        let bus = DBusProxy::new(self.proxy.inner().connection()).await?;
        let owner = bus.get_name_owner(self.proxy.inner().destination().clone());
        self.name = owner.await.ok().map(|name| name.to_string());
        let can = |what: &str| capabilities.iter().any(|capability| capability == what);
        self.has_actions = can("actions");
        self.body_is_markup = can("body-markup");
        Ok(self)
    }

    /// Shows a notification in the place of the one with this number, or of none for 0, and gives its
    /// number. `actions` are keys and labels in turn. The desktop makes no sound: the app rings itself.
    pub(super) async fn show(
        &self,
        replaces: u32,
        icon: &str,
        text: &Text,
        actions: &[&str],
        hints: &Hints<'_>,
    ) -> zbus::Result<u32> {
        let timeout = if hints.stays {
            NEVER
        } else {
            AS_THE_DESKTOP_LIKES
        };
        let hints = HashMap::from([
            ("urgency", Variant::from(hints.urgency as u8)),
            ("category", Variant::from(hints.category)),
            ("resident", Variant::from(hints.stays)),
            ("suppress-sound", Variant::from(true)),
            ("desktop-entry", Variant::from(APP)),
        ]);
        let (title, body) = (&text.title, &text.body);
        self.proxy
            .notify(APP, replaces, icon, title, body, actions, hints, timeout)
            .await
    }

    /// Closes a notification.
    pub(super) async fn close(&self, id: u32) -> zbus::Result<()> {
        self.proxy.close_notification(id).await
    }

    fn understand(&mut self, signal: &zbus::Message) -> zbus::Result<Option<Heard<u32>>> {
        let header = signal.header();
        let body = signal.body();
        match header.member().map(|member| member.as_str()) {
            Some("ActivationToken") => {
                self.activation = Some(body.deserialize()?);
                Ok(None)
            }
            Some("ActionInvoked") => {
                let (id, action) = body.deserialize()?;
                let told = self.activation.take();
                Ok(Some(Heard::Chosen {
                    id,
                    action,
                    activation: told.filter(|(of, _)| *of == id).map(|(_, token)| token),
                }))
            }
            Some("NotificationClosed") => {
                let (id, reason): (u32, u32) = body.deserialize()?;
                let by_person = reason == DISMISSED;
                Ok(Some(Heard::Closed { id, by_person }))
            }
            Some(_) | None => Ok(None),
        }
    }
}

/// What the desktop says next; waits for ever where there is no service.
pub(super) async fn hear(service: &mut Option<Service>) -> Heard<u32> {
    let Some(service) = service else {
        return std::future::pending().await;
    };
    while let Some(signal) = service.signals.next().await {
        match service.understand(&signal) {
            Ok(Some(heard)) => return heard,
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "the desktop said something unreadable"),
        }
    }
    Heard::Gone
}
