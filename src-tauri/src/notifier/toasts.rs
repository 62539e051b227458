//! Notifications of Windows: toasts in the form of an incoming call.
//!
//! They are spoken to through the `windows` crate: `tauri-winrt-notification` 0.8 gives a toast a tag
//! only together with a progress bar, and what has no tag cannot be withdrawn. Never run so far: it has
//! been type-checked for `x86_64-pc-windows-gnu`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tokio::sync::mpsc;
use windows::Data::Xml::Dom::XmlDocument;
use windows::Foundation::TypedEventHandler;
use windows::UI::Notifications::{
    NotificationSetting, ToastActivatedEventArgs, ToastDismissalReason, ToastDismissedEventArgs,
    ToastFailedEventArgs, ToastNotification, ToastNotificationManager, ToastNotifier,
};
use windows::core::{HSTRING, IInspectable, Interface, Ref};

use super::desk::{Buttons, Heard, Note, Refused, SHOW, System};
use super::text::Text;
use super::toast_xml;
use crate::view::Fate;

/// Under which name Windows knows the app; the installer gives its shortcut the same.
const APP_ID: &str = "io.bellhop.desktop";
const APP: &str = "Bellhop";
/// How much of what Windows says may wait.
const HEARD: usize = 64;
/// The most toasts whose presses are listened to.
const MOST: usize = 64;
const ICON: &[u8] = include_bytes!("../../../icons/128x128.png");

/// The notifications of Windows.
pub(super) struct Toasts {
    notifier: Option<ToastNotifier>,
    /// Tells the toasts of this process from those of others of the same app.
    group: HSTRING,
    last: u32,
    /// Kept, because presses are told only as long as somebody has them.
    shown: BTreeMap<u32, ToastNotification>,
    says: mpsc::Sender<Heard<u32>>,
    said: mpsc::Receiver<Heard<u32>>,
}

impl Toasts {
    /// Makes the app known to Windows; keeps its picture in `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        if let Err(error) = register(folder) {
            tracing::warn!(%error, "notifications are without name and picture");
        }
        let (says, said) = mpsc::channel(HEARD);
        Self {
            notifier: None,
            group: HSTRING::from(std::process::id().to_string()),
            last: 0,
            shown: BTreeMap::new(),
            says,
            said,
        }
    }

    fn notifier(&mut self) -> windows::core::Result<&ToastNotifier> {
        let notifier = match self.notifier.take() {
            Some(notifier) => notifier,
            None => ToastNotificationManager::CreateToastNotifierWithId(&HSTRING::from(APP_ID))?,
        };
        Ok(self.notifier.insert(notifier))
    }

    fn put(&mut self, id: u32, note: &Note) -> windows::core::Result<()> {
        let toast = toast(&toast_xml::toast(note))?;
        toast.SetTag(&tag(id))?;
        toast.SetGroup(&self.group)?;
        self.listen(id, &toast)?;
        self.notifier()?.Show(&toast)?;
        self.shown.insert(id, toast);
        while self.shown.len() > MOST {
            self.shown.pop_first();
        }
        Ok(())
    }

    fn listen(&self, id: u32, toast: &ToastNotification) -> windows::core::Result<()> {
        let says = self.says.clone();
        toast.Activated(&TypedEventHandler::new(
            move |_: Ref<'_, ToastNotification>, pressed: Ref<'_, IInspectable>| {
                let action = action(pressed.as_ref());
                let chosen = Heard::Chosen {
                    id,
                    action,
                    activation: None,
                };
                say(&says, chosen);
                Ok(())
            },
        ))?;
        let says = self.says.clone();
        toast.Dismissed(&TypedEventHandler::new(
            move |_: Ref<'_, ToastNotification>, told: Ref<'_, ToastDismissedEventArgs>| {
                let reason = told.ok()?.Reason()?;
                // One that has had its time is still there, in the list of notifications.
                if reason != ToastDismissalReason::TimedOut {
                    let by_person = reason == ToastDismissalReason::UserCanceled;
                    say(&says, Heard::Closed { id, by_person });
                }
                Ok(())
            },
        ))?;
        let says = self.says.clone();
        toast.Failed(&TypedEventHandler::new(
            move |_: Ref<'_, ToastNotification>, told: Ref<'_, ToastFailedEventArgs>| {
                let code = told.ok()?.ErrorCode()?;
                tracing::warn!(?code, "Windows does not show a notification");
                let by_person = false;
                say(&says, Heard::Closed { id, by_person });
                Ok(())
            },
        ))?;
        Ok(())
    }

    fn remove(&mut self, id: u32) -> windows::core::Result<()> {
        self.shown.remove(&id);
        let history = ToastNotificationManager::History()?;
        history.RemoveGroupedTagWithId(&tag(id), &self.group, &HSTRING::from(APP_ID))
    }
}

impl System for Toasts {
    type Id = u32;

    async fn ask(&mut self) -> Result<Buttons, Refused> {
        let notifier = self.notifier().map_err(|error| broken(&error))?;
        match notifier.Setting() {
            Ok(NotificationSetting::Enabled) => Ok(Buttons::Drawn),
            Ok(setting) => {
                tracing::warn!(?setting, "no notification");
                Err(Refused {
                    fate: Fate::Denied,
                    reason: "Windows does not let Bellhop show notifications. Allow them in Settings, \
                             System, Notifications. Incoming calls are shown in a window of their own.",
                })
            }
            // It has no answer before the first notification of an app.
            Err(error) => {
                tracing::debug!(%error, "Windows does not tell whether it lets the app notify");
                Ok(Buttons::Drawn)
            }
        }
    }

    async fn show(&mut self, note: &Note, replaces: Option<&u32>) -> Result<u32, Refused> {
        self.last += 1;
        let id = self.last;
        self.put(id, note).map_err(|error| broken(&error))?;
        // Not by showing it under the same tag: the end of the one before would be told as its own.
        if let Some(before) = replaces {
            self.close(before).await;
        }
        Ok(id)
    }

    async fn tell(&mut self, text: &Text) -> Result<(), Refused> {
        let shown = toast(&toast_xml::notice(text)).and_then(|toast| self.notifier()?.Show(&toast));
        shown.map_err(|error| broken(&error))
    }

    async fn close(&mut self, id: &u32) {
        if let Err(error) = self.remove(*id) {
            tracing::debug!(%error, "the notification was closed already");
        }
    }

    async fn hear(&mut self) -> Heard<u32> {
        let heard = self.said.recv().await;
        heard.expect("this has a sender of its own")
    }
}

fn toast(xml: &str) -> windows::core::Result<ToastNotification> {
    let content = XmlDocument::new()?;
    content.LoadXml(&HSTRING::from(xml))?;
    ToastNotification::CreateToastNotification(&content)
}

fn tag(id: u32) -> HSTRING {
    HSTRING::from(id.to_string())
}

/// Which button was pressed; the toast itself, where Windows names none.
fn action(pressed: Option<&IInspectable>) -> String {
    let told = pressed.and_then(|pressed| pressed.cast::<ToastActivatedEventArgs>().ok());
    let key = told.and_then(|told| told.Arguments().ok());
    match key {
        Some(key) if !key.is_empty() => key.to_string(),
        Some(_) | None => SHOW.to_owned(),
    }
}

fn say(says: &mpsc::Sender<Heard<u32>>, heard: Heard<u32>) {
    if let Err(error) = says.try_send(heard) {
        tracing::error!(%error, "what was done to a notification is lost");
    }
}

fn broken(error: &windows::core::Error) -> Refused {
    tracing::warn!(%error, "no notification");
    Refused {
        fate: Fate::NoDaemon,
        reason: "Windows has no notification service that answers. Incoming calls are shown in a \
                 window of their own.",
    }
}

/// Tells Windows the name and the picture of an app that no installer has put there.
fn register(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let icon = folder.join("icon.png");
    fs::write(&icon, ICON)?;
    let path = format!(r"Software\Classes\AppUserModelId\{APP_ID}");
    let key = windows_registry::CURRENT_USER.create(path)?;
    key.set_string("DisplayName", APP)?;
    key.set_string("IconUri", icon.display().to_string())?;
    Ok(())
}
