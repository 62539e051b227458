//! Notifications of macOS, through its `UNUserNotificationCenter`.
//!
//! They are spoken to through `mac_usernotifications`, which is what `notify_rust` calls its preview of
//! that center: `notify_rust` itself lets nobody wait for a press and withdraw at the same time, and
//! builds the center's predecessor in, which withdraws nothing. Presses are told on the main thread,
//! whose run loop the app must run. Never run so far: it has been type-checked for
//! `aarch64-apple-darwin`.

use std::collections::BTreeMap;

use mac_usernotifications::{
    Action, AuthorizationStatus, Error, InterruptionLevel, Notification, NotificationHandle,
    check_bundle, close_delivered, get_notification_settings, request_auth,
};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use uuid::Uuid;

use super::desk::{Buttons, Heard, Note, Refused, SHOW, System};
use super::text::Text;
use crate::view::{Fate, NotificationKind};

/// How much of what macOS says may wait.
const HEARD: usize = 64;
/// The most notifications whose presses are waited for.
const MOST: usize = 64;

/// The notifications of macOS.
pub(super) struct UserNotifications {
    /// Who waits for a press on which.
    waiting: BTreeMap<String, AbortHandle>,
    says: mpsc::Sender<Heard<String>>,
    said: mpsc::Receiver<Heard<String>>,
}

impl UserNotifications {
    /// Asks nothing of macOS yet.
    pub(super) fn new() -> Self {
        let (says, said) = mpsc::channel(HEARD);
        Self {
            waiting: BTreeMap::new(),
            says,
            said,
        }
    }

    fn wait_for_press(&mut self, id: &str, shown: NotificationHandle) {
        let waits = tokio::spawn(tell_press(id.to_owned(), shown, self.says.clone()));
        self.waiting.insert(id.to_owned(), waits.abort_handle());
        self.waiting.retain(|_, waits| !waits.is_finished());
        while self.waiting.len() > MOST
            && let Some((_, waits)) = self.waiting.pop_first()
        {
            waits.abort();
        }
    }
}

impl System for UserNotifications {
    type Id = String;

    async fn ask(&mut self) -> Result<Buttons, Refused> {
        // macOS ends a process that asks its notification center from outside of a bundle.
        check_bundle().map_err(|error| refused(&error))?;
        let settings = get_notification_settings().await;
        let settings = settings.map_err(|error| refused(&error))?;
        let may = match settings.authorization_status {
            AuthorizationStatus::NotDetermined => {
                request_auth().await.map_err(|error| refused(&error))?
            }
            AuthorizationStatus::Denied => false,
            AuthorizationStatus::Authorized
            | AuthorizationStatus::Provisional
            | AuthorizationStatus::Ephemeral
            | AuthorizationStatus::Unknown => true,
        };
        if may {
            return Ok(Buttons::Drawn);
        }
        Err(Refused {
            fate: Fate::Denied,
            reason: "macOS does not let Bellhop show notifications. Allow them in System Settings, \
                     Notifications. Incoming calls are shown in a window of their own.",
        })
    }

    async fn show(&mut self, note: &Note, replaces: Option<&String>) -> Result<String, Refused> {
        let id = Uuid::new_v4().to_string();
        let text = note.text(false);
        let level = match note.kind {
            NotificationKind::Ring => InterruptionLevel::TimeSensitive,
            NotificationKind::Missed => InterruptionLevel::Active,
        };
        let mut notification = Notification::new()
            .id(&id)
            .title(text.title)
            .message(text.body)
            .interruption_level(level);
        for (key, label) in note.buttons() {
            notification = notification.action(Action::button(*key, *label));
        }
        let shown = notification.send().await.map_err(|error| refused(&error))?;
        self.wait_for_press(&id, shown);
        if let Some(before) = replaces {
            self.close(before).await;
        }
        Ok(id)
    }

    async fn tell(&mut self, text: &Text) -> Result<(), Refused> {
        let notification = Notification::new().title(&text.title).message(&text.body);
        let shown = notification.send().await;
        shown.map(drop).map_err(|error| refused(&error))
    }

    async fn close(&mut self, id: &String) {
        if let Some(waits) = self.waiting.remove(id) {
            waits.abort();
        }
        close_delivered(id).await;
    }

    async fn hear(&mut self) -> Heard<String> {
        let heard = self.said.recv().await;
        heard.expect("this has a sender of its own")
    }
}

/// Waits for what the person does with it, which is one thing: macOS takes it off the screen then.
async fn tell_press(id: String, shown: NotificationHandle, says: mpsc::Sender<Heard<String>>) {
    let heard = match shown.response().await {
        Ok(response) if response.is_dismiss_action() => Heard::Closed {
            id,
            by_person: true,
        },
        Ok(response) if response.is_default_action() => Heard::Chosen {
            id,
            action: SHOW.to_owned(),
            activation: None,
        },
        Ok(response) => Heard::Chosen {
            id,
            action: response.action_identifier,
            activation: None,
        },
        Err(error) => {
            tracing::debug!(%error, "nothing will be told of a notification");
            return;
        }
    };
    if let Err(error) = says.send(heard).await {
        tracing::debug!(%error, "nobody listens any more");
    }
}

fn refused(error: &Error) -> Refused {
    tracing::warn!(%error, "no notification");
    let reason = if *error == Error::NoBundleIdentifier {
        "macOS shows notifications of a signed application alone: start Bellhop from Bellhop.app. \
         Incoming calls are shown in a window of their own."
    } else {
        "macOS took no notification. Incoming calls are shown in a window of their own."
    };
    Refused {
        fate: Fate::NoDaemon,
        reason,
    }
}
