//! Asks whatever shows notifications on a Linux desktop.
//!
//! It is asked by its name: KDE and those who do as KDE tell it as the property `Inhibited` of the
//! notification service, Xfce keeps it in its settings, GNOME in GSettings. It is asked anew whenever
//! one of them says that something has changed, and when another one takes over.

#[cfg(test)]
mod tests;

use futures_util::{Stream, StreamExt, stream};
use tokio::sync::{mpsc, watch};
use zbus::fdo::DBusProxy;
use zbus::names::WellKnownName;
use zbus::{Connection, MessageStream, OwnedVariant, Variant};

const NOTIFICATIONS: &str = "org.freedesktop.Notifications";
/// Those signals after which the answer may be another, as the bus is asked for them: a property of
/// the notification service, the setting of Xfce, and another notification service.
const CHANGES: [&str; 3] = [
    "type='signal',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',\
     path='/org/freedesktop/Notifications',arg0='org.freedesktop.Notifications'",
    "type='signal',interface='org.xfce.Xfconf',path='/org/xfce/Xfconf',arg0='xfce4-notifyd',\
     arg1='/do-not-disturb'",
    "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',\
     member='NameOwnerChanged',arg0='org.freedesktop.Notifications'",
];
const XFCE_CHANNEL: &str = "xfce4-notifyd";
const XFCE_PROPERTY: &str = "/do-not-disturb";
/// What Xfce's settings answer about something that was never set.
const NEVER_SET: &str = "org.xfce.Xfconf.Error.PropertyNotFound";

#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications"
)]
trait Notifications {
    fn get_server_information(&self) -> zbus::Result<(String, String, String, String)>;

    #[zbus(property(emits_changed_signal = "false"))]
    fn inhibited(&self) -> zbus::Result<bool>;
}

#[zbus::proxy(
    interface = "org.xfce.Xfconf",
    default_service = "org.xfce.Xfconf",
    default_path = "/org/xfce/Xfconf"
)]
trait Xfconf {
    fn get_property(&self, channel: &str, property: &str) -> zbus::Result<OwnedVariant>;
}

/// Whether GNOME shows banners, as it changes; `None` where GNOME's settings are not installed.
pub(super) type ShowsBanners = watch::Receiver<Option<bool>>;

/// Tells what the desktop on this bus says until nobody listens or the bus is gone. `gnome` begins to
/// follow GNOME's settings, where that is needed.
pub(super) async fn follow(
    bus: &Connection,
    gnome: impl FnOnce() -> ShowsBanners,
    told: mpsc::Sender<Option<bool>>,
) -> zbus::Result<()> {
    let mut changes = changes(bus).await?;
    let mut desktop = Desktop {
        daemon: DBusProxy::new(bus).await?,
        notifications: NotificationsProxy::new(bus).await?,
        xfconf: XfconfProxy::new(bus).await?,
        gnome: Gnome::NotNeeded(gnome),
    };
    let mut last = None;
    loop {
        let is_on = desktop.do_not_disturb().await;
        if is_on != last {
            last = is_on;
            if told.send(is_on).await.is_err() {
                return Ok(());
            }
        }
        tokio::select! {
            change = changes.next() => if change.is_none() { return Ok(()) },
            () = desktop.gnome.changed() => {}
            () = told.closed() => return Ok(()),
        }
    }
}

/// Tells that the answer may be another, each time.
async fn changes(bus: &Connection) -> zbus::Result<impl Stream<Item = ()> + Unpin> {
    let mut all = Vec::new();
    for rule in CHANGES {
        let signals = MessageStream::for_match_rule(rule, bus, None).await?;
        all.push(signals.map(|signal| {
            if let Err(error) = signal {
                tracing::debug!(%error, "the desktop said something unreadable");
            }
        }));
    }
    Ok(stream::select_all(all))
}

/// Those who may know.
struct Desktop<F> {
    daemon: DBusProxy<'static>,
    notifications: NotificationsProxy<'static>,
    xfconf: XfconfProxy<'static>,
    gnome: Gnome<F>,
}

impl<F: FnOnce() -> ShowsBanners> Desktop<F> {
    async fn do_not_disturb(&mut self) -> Option<bool> {
        match self.ask().await {
            Ok(is_on) => is_on,
            Err(error) => {
                tracing::debug!(%error, "this desktop does not tell its do-not-disturb");
                None
            }
        }
    }

    /// Asks those who are there; starts nobody.
    async fn ask(&mut self) -> zbus::Result<Option<bool>> {
        let name = WellKnownName::from_static_str_unchecked(NOTIFICATIONS);
        if !self.daemon.name_has_owner(name.into()).await? {
            return Ok(None);
        }
        let (server, ..) = self.notifications.get_server_information().await?;
        match server.as_str() {
            "gnome-shell" => Ok(self.gnome.shows_banners().map(|shown| !shown)),
            "Xfce Notify Daemon" => self.ask_xfce().await.map(Some),
            _ => self.notifications.inhibited().await.map(Some),
        }
    }

    async fn ask_xfce(&self) -> zbus::Result<bool> {
        let asked = self.xfconf.get_property(XFCE_CHANNEL, XFCE_PROPERTY).await;
        match asked {
            Ok(value) => {
                let is_on = matches!(&*value, Variant::Bool(true));
                Ok(is_on)
            }
            Err(zbus::Error::MethodError(name, ..)) if name.as_str() == NEVER_SET => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// GNOME's settings, which are followed from when GNOME is first met.
enum Gnome<F> {
    NotNeeded(F),
    Followed(ShowsBanners),
    /// There are none, or they are not followed any more.
    Lost,
}

impl<F: FnOnce() -> ShowsBanners> Gnome<F> {
    fn shows_banners(&mut self) -> Option<bool> {
        let banners = match std::mem::replace(self, Self::Lost) {
            Self::NotNeeded(follow) => follow(),
            Self::Followed(banners) => banners,
            Self::Lost => return None,
        };
        let shown = *banners.borrow();
        *self = Self::Followed(banners);
        shown
    }

    /// Waits until they have changed; for ever where they are not followed.
    async fn changed(&mut self) {
        if let Self::Followed(banners) = self {
            if banners.changed().await.is_ok() {
                return;
            }
            let last = *banners.borrow();
            *self = Self::Lost;
            if last.is_some() {
                return;
            }
        }
        std::future::pending().await
    }
}
