//! GNOME's do-not-disturb, which is a setting: whether banners are shown.

use std::thread;

use gio::glib::{MainContext, MainLoop};
use gio::prelude::*;
use tokio::sync::watch;

use super::linux::ShowsBanners;

const SCHEMA: &str = "org.gnome.desktop.notifications";
const KEY: &str = "show-banners";

/// Follows the setting of the person's own settings.
pub(super) fn shows_banners() -> ShowsBanners {
    follow(|| gio::Settings::new(SCHEMA))
}

/// Follows it for the rest of the process, on a thread of its own: GSettings tells changes to a main
/// loop, and not every process has one.
fn follow(settings: impl FnOnce() -> gio::Settings + Send + 'static) -> ShowsBanners {
    let (tell, told) = watch::channel(None);
    if !is_installed() {
        tracing::info!("GNOME's settings are not installed");
        return told;
    }
    let started = thread::Builder::new()
        .name("desktop settings".to_owned())
        .spawn(move || {
            let context = MainContext::new();
            let followed = context.with_thread_default(|| {
                let settings = settings();
                let tell_again = tell.clone();
                settings.connect_changed(Some(KEY), move |settings, _| {
                    tell_again.send_replace(Some(settings.boolean(KEY)));
                });
                // It tells changes only of what has been read.
                tell.send_replace(Some(settings.boolean(KEY)));
                MainLoop::new(Some(&context), false).run();
            });
            if let Err(error) = followed {
                tracing::warn!(%error, "GNOME's settings are not followed");
            }
        });
    if let Err(error) = started {
        tracing::warn!(%error, "GNOME's settings are not followed");
    }
    told
}

/// Asked first, because GLib ends the process when it is asked for settings that nobody describes.
fn is_installed() -> bool {
    let source = gio::SettingsSchemaSource::default();
    let schema = source.and_then(|source| source.lookup(SCHEMA, true));
    schema.is_some_and(|schema| schema.has_key(KEY))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Waits until it is so.
    async fn becomes(banners: &mut ShowsBanners, shown: bool) {
        let so = banners.wait_for(|now| *now == Some(shown));
        let so = tokio::time::timeout(std::time::Duration::from_secs(10), so).await;
        so.expect("within ten seconds").expect("it is followed");
    }

    #[tokio::test]
    async fn follows_whether_banners_are_shown() {
        assert!(is_installed(), "install gsettings-desktop-schemas");
        let (person, mut sets) = tokio::sync::mpsc::channel(1);
        let mut banners = follow(move || {
            let backend = gio::memory_settings_backend_new();
            let theirs = gio::Settings::with_backend(SCHEMA, &backend);
            let context = MainContext::thread_default().expect("it is followed here");
            context.spawn_local(async move {
                while let Some(shown) = sets.recv().await {
                    theirs.set_boolean(KEY, shown).expect("it can be written");
                }
            });
            gio::Settings::with_backend(SCHEMA, &backend)
        });

        becomes(&mut banners, true).await;
        for shown in [false, true] {
            person.send(shown).await.expect("it is followed");
            becomes(&mut banners, shown).await;
        }
    }
}
