//! Notifications of Linux desktops, over D-Bus.
//!
//! One connection is kept for the app's life, because what is pressed is told to the connection that
//! notified, and some desktops close its notifications when it goes away. It is spoken through zbus:
//! `notify_rust` opens a connection for each notification, and loses the choice of a button when the
//! desktop tells something else just before it, such as the activation token (4 of 40 presses, measured
//! with version 4.19).

mod left;
mod service;

use std::fs;
use std::path::Path;

use zbus::DBusError;

use self::left::Left;
use self::service::{Hints, Service, Urgency};
use super::desk::{Buttons, Heard, Note, Refused, SHOW, System};
use super::text::{Text, escaped};
use crate::view::{Fate, NotificationKind};

const ICON: &[u8] = include_bytes!("../../../icons/128x128.png");
/// What errors are called that say that the app may not notify.
const DENIALS: [&str; 3] = [
    "org.freedesktop.DBus.Error.AccessDenied",
    "org.freedesktop.DBus.Error.AuthFailed",
    "org.freedesktop.Notifications.Error.ExcessNotificationGeneration",
];

/// The notifications of a Linux desktop.
pub(super) struct Freedesktop {
    icon: String,
    service: Option<Service>,
    left: Left,
}

impl Freedesktop {
    /// Keeps the app's picture in `folder`, and which rings are on the screen.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            icon: icon(folder),
            service: None,
            left: Left::of(folder),
        }
    }

    async fn service(&mut self) -> zbus::Result<&Service> {
        let service = match self.service.take() {
            Some(service) => service.ask_again().await?,
            None => Service::connect().await?,
        };
        Ok(self.service.insert(service))
    }

    /// Takes off the screen what a process has left there that was killed.
    async fn clear(&self) {
        let Some(service) = &self.service else {
            return;
        };
        for rings in self.left.of_the_dead() {
            if service.name.as_deref() != Some(&rings.service) {
                continue;
            }
            for number in rings.numbers {
                tracing::info!(number, "a ring was left on the screen");
                close(service, number).await;
            }
        }
    }
}

async fn close(service: &Service, number: u32) {
    if let Err(error) = service.close(number).await {
        tracing::debug!(%error, "the notification was closed already");
    }
}

impl System for Freedesktop {
    type Id = u32;

    async fn ask(&mut self) -> Result<Buttons, Refused> {
        let service = self.service().await.map_err(|error| refused(&error))?;
        let buttons = if service.has_actions {
            Buttons::Drawn
        } else {
            Buttons::NotDrawn
        };
        self.clear().await;
        Ok(buttons)
    }

    async fn show(&mut self, note: &Note, replaces: Option<&u32>) -> Result<u32, Refused> {
        let Some(service) = &self.service else {
            return Err(refused(&zbus::Error::Unsupported));
        };
        let text = note.text(service.body_is_markup);
        let actions: Vec<&str> = if service.has_actions {
            // Some draw a button for the notification itself too.
            let offered = note.buttons().iter().chain(&[(SHOW, "Show")]);
            offered.flat_map(|(key, label)| [*key, *label]).collect()
        } else {
            Vec::new()
        };
        let hints = match note.kind {
            NotificationKind::Ring => Hints {
                urgency: Urgency::Critical,
                category: "call.incoming",
                stays: true,
            },
            NotificationKind::Missed => Hints {
                urgency: Urgency::Normal,
                category: "call.unanswered",
                stays: false,
            },
        };
        let replaces = replaces.copied().unwrap_or_default();
        let shown = service
            .show(replaces, &self.icon, &text, &actions, &hints)
            .await;
        let number = shown.map_err(|error| refused(&error))?;
        match (note.kind, &service.name) {
            (NotificationKind::Ring, Some(name)) => self.left.put(name, number),
            (NotificationKind::Ring, None) => {}
            (NotificationKind::Missed, _) => self.left.take(number),
        }
        Ok(number)
    }

    async fn tell(&mut self, text: &Text) -> Result<(), Refused> {
        let Some(service) = &self.service else {
            return Err(refused(&zbus::Error::Unsupported));
        };
        let hints = Hints {
            urgency: Urgency::Normal,
            category: "device",
            stays: false,
        };
        let text = Text {
            title: text.title.clone(),
            body: if service.body_is_markup {
                escaped(&text.body)
            } else {
                text.body.clone()
            },
        };
        let shown = service.show(0, &self.icon, &text, &[], &hints).await;
        shown.map(drop).map_err(|error| refused(&error))
    }

    async fn close(&mut self, id: &u32) {
        if let Some(service) = &self.service {
            close(service, *id).await;
        }
        self.left.take(*id);
    }

    async fn hear(&mut self) -> Heard<u32> {
        let heard = service::hear(&mut self.service).await;
        match &heard {
            Heard::Chosen { .. } => {}
            Heard::Closed { id, .. } => self.left.take(*id),
            Heard::Gone => {
                tracing::warn!("the session bus is gone");
                self.service = None;
            }
        }
        heard
    }
}

fn refused(error: &zbus::Error) -> Refused {
    tracing::warn!(%error, "no notification");
    let name = if let zbus::Error::MethodError(name, _, _) = error {
        Some(name.to_string())
    } else if let zbus::Error::FDO(error) = error {
        Some(error.name().to_string())
    } else {
        None
    };
    if name.is_some_and(|name| DENIALS.contains(&name.as_str())) {
        return Refused {
            fate: Fate::Denied,
            reason: "This desktop does not let Bellhop show notifications. Incoming calls are shown \
                     in a window of their own.",
        };
    }
    Refused {
        fate: Fate::NoDaemon,
        reason: "This desktop has no notification service that answers. Incoming calls are shown in \
                 a window of their own.",
    }
}

/// The app's picture as a file, because an icon's name is known only where the app is installed; the
/// name where the file cannot be written.
fn icon(folder: &Path) -> String {
    let path = folder.join("icon.png");
    let written = fs::write(&path, ICON);
    match (written, tauri::Url::from_file_path(&path)) {
        (Ok(()), Ok(url)) => url.into(),
        (Err(error), _) => {
            tracing::warn!(%error, "no picture for notifications");
            "bellhop-desktop".to_owned()
        }
        (Ok(()), Err(())) => "bellhop-desktop".to_owned(),
    }
}
