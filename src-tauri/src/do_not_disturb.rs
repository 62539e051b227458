//! The desktop's own do-not-disturb, followed live.
//!
//! Owns how each desktop is asked; knows nothing of what Bellhop does about it. Windows and macOS do
//! not let programs read theirs.

#[cfg(target_os = "linux")]
mod gnome;
#[cfg(target_os = "linux")]
mod linux;

use tokio::sync::mpsc;

/// How many changes may wait for whoever listens.
pub(crate) const CHANGES: usize = 8;

/// Tells whether the desktop's do-not-disturb is on, at the start and whenever that changes; `None`
/// where it cannot be read. Tells nothing on systems on which it never can. Needs a running runtime.
#[cfg(target_os = "linux")]
pub(crate) fn watch(told: mpsc::Sender<Option<bool>>) {
    tokio::spawn(async move {
        let followed = match zbus::Connection::session().await {
            Ok(bus) => linux::follow(&bus, gnome::shows_banners, told).await,
            Err(error) => Err(error),
        };
        if let Err(error) = followed {
            tracing::info!(%error, "the desktop's do-not-disturb is not known");
        }
    });
}

/// Tells nothing: this system does not let programs read it.
#[cfg(not(target_os = "linux"))]
pub(crate) fn watch(told: mpsc::Sender<Option<bool>>) {
    drop(told);
}
