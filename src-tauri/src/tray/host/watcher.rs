//! Trays that are told of icons over D-Bus, by the StatusNotifierItem specification.

use futures_util::StreamExt;
use futures_util::stream::select_all;
use tokio::sync::watch;
use zbus::fdo::DBusProxy;
use zbus::proxy::CacheProperties;
use zbus::{Connection, Proxy};

/// Who is told of icons, and tells the trays.
const NAME: &str = "org.kde.StatusNotifierWatcher";
const PATH: &str = "/StatusNotifierWatcher";

/// Tells whether there is such a tray whenever that changes, as long as anybody listens.
pub(super) async fn watch(told: watch::Sender<Option<bool>>) {
    if let Err(error) = follow(&told).await {
        tracing::debug!(%error, "no tray over D-Bus");
    }
    told.send_replace(Some(false));
}

async fn follow(told: &watch::Sender<Option<bool>>) -> zbus::Result<()> {
    let connection = Connection::session().await?;
    let bus = DBusProxy::new(&connection).await?;
    let watcher = zbus::proxy::Builder::<Proxy<'_>>::new(&connection)
        .destination(NAME)
        .path(PATH)
        .interface(NAME)
        .cache_properties(CacheProperties::No)
        .build()
        .await?;
    let owners = bus
        .receive_name_owner_changed_with_args(&[(0, NAME)])
        .await?;
    let comes = watcher
        .receive_signal("StatusNotifierHostRegistered")
        .await?;
    let goes = watcher
        .receive_signal("StatusNotifierHostUnregistered")
        .await?;
    let mut changes = select_all([
        owners.map(|_| ()).boxed(),
        comes.map(|_| ()).boxed(),
        goes.map(|_| ()).boxed(),
    ]);
    loop {
        told.send_replace(Some(has_tray(&bus, &watcher).await?));
        tokio::select! {
            change = changes.next() => if change.is_none() { return Ok(()) },
            () = told.closed() => return Ok(()),
        }
    }
}

async fn has_tray(bus: &DBusProxy<'_>, watcher: &Proxy<'_>) -> zbus::Result<bool> {
    if !bus.name_has_owner(NAME.try_into()?).await? {
        return Ok(false);
    }
    // Some do not tell; then the icon is taken to be shown.
    let shown = watcher.get_property("IsStatusNotifierHostRegistered").await;
    Ok(shown.unwrap_or(true))
}
