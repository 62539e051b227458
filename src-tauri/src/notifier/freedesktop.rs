//! Notifications of Linux desktops, over D-Bus.
//!
//! One task owns one connection for the app's life, because a desktop closes the notifications of a
//! connection that goes away. It speaks to D-Bus through zbus: `notify_rust` opens a connection for
//! each notification, and loses the choice of a button when the desktop tells something else just
//! before it, such as the activation token (4 of 40 presses, measured with version 4.19).

mod service;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tokio::sync::mpsc;

use self::service::{Heard, Service, Urgency};
use super::{Choice, News, Notifier, text};
use crate::shell::Caller;
use crate::view::NotificationsView;

const ACCEPT: &str = "accept";
const REJECT: &str = "reject";
const CALL_BACK: &str = "call-back";
/// How many orders may wait.
const ORDERS: usize = 64;
/// The most notifications that are listened to.
const MOST: usize = 64;
const ICON: &[u8] = include_bytes!("../../../icons/128x128.png");

/// The notifications of a Linux desktop.
pub(super) struct Freedesktop {
    orders: mpsc::Sender<Order>,
}

#[derive(Debug)]
enum Order {
    Ring(Caller),
    Withdraw(String),
    Missed(Caller),
}

impl Freedesktop {
    /// Asks what the desktop can do, in the background; keeps the app's picture in `folder`.
    pub(super) fn start(told: mpsc::Sender<News>, folder: &Path) -> Self {
        let (orders, received) = mpsc::channel(ORDERS);
        let desk = Desk {
            told,
            icon: icon(folder),
            service: None,
            shown: BTreeMap::new(),
        };
        tokio::spawn(desk.run(received));
        Self { orders }
    }

    fn order(&self, order: Order) {
        if let Err(error) = self.orders.try_send(order) {
            tracing::error!(%error, "the desktop does not keep up with notifications");
        }
    }
}

impl Notifier for Freedesktop {
    fn ring(&mut self, caller: Caller) {
        self.order(Order::Ring(caller));
    }

    fn withdraw(&mut self, invite_id: &str) {
        self.order(Order::Withdraw(invite_id.to_owned()));
    }

    fn missed(&mut self, caller: Caller) {
        self.order(Order::Missed(caller));
    }
}

/// A notification that is on the screen, as far as the desktop has told.
enum Shown {
    Ring(Caller),
    Missed(Caller),
}

/// What the task owns.
struct Desk {
    told: mpsc::Sender<News>,
    icon: String,
    service: Option<Service>,
    shown: BTreeMap<u32, Shown>,
}

impl Desk {
    async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        self.ask_desktop().await;
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Ring(caller)) => self.ring(caller).await,
                    Some(Order::Withdraw(invite_id)) => self.withdraw(&invite_id).await,
                    Some(Order::Missed(caller)) => self.missed(caller).await,
                    None => return,
                },
                heard = service::hear(&mut self.service) => self.heard(heard).await,
            }
        }
    }

    async fn ring(&mut self, caller: Caller) {
        self.ask_desktop().await;
        let Some(service) = &self.service else { return };
        let text = text::ring(&caller, service.body_is_markup);
        let note = service::Note {
            icon: &self.icon,
            title: &text.title,
            body: &text.body,
            actions: &[(ACCEPT, "Accept"), (REJECT, "Reject")],
            urgency: Urgency::Critical,
            category: "call.incoming",
            stays: true,
        };
        let shown = service.show(&note).await;
        self.remember(shown, Shown::Ring(caller)).await;
    }

    async fn missed(&mut self, caller: Caller) {
        self.ask_desktop().await;
        let Some(service) = &self.service else { return };
        let text = text::missed(&caller, service.body_is_markup);
        let note = service::Note {
            icon: &self.icon,
            title: &text.title,
            body: &text.body,
            actions: &[(CALL_BACK, "Call back")],
            urgency: Urgency::Normal,
            category: "call.unanswered",
            stays: false,
        };
        let shown = service.show(&note).await;
        self.remember(shown, Shown::Missed(caller)).await;
    }

    async fn remember(&mut self, shown: zbus::Result<u32>, what: Shown) {
        match shown {
            Ok(id) => {
                self.shown.insert(id, what);
                if self.shown.len() > MOST {
                    self.shown.pop_first();
                }
            }
            Err(error) => self.unavailable(&error).await,
        }
    }

    async fn withdraw(&mut self, invite_id: &str) {
        let is_it = |shown: &Shown| match shown {
            Shown::Ring(caller) => caller.invite_id == invite_id,
            Shown::Missed(_) => false,
        };
        let found = self.shown.iter().find(|(_, shown)| is_it(shown));
        let Some(id) = found.map(|(id, _)| *id) else {
            return;
        };
        self.shown.remove(&id);
        if let Some(service) = &self.service
            && let Err(error) = service.close(id).await
        {
            tracing::debug!(%error, "the notification was closed already");
        }
    }

    async fn heard(&mut self, heard: Heard) {
        match heard {
            Heard::Chosen { id, action } => {
                let chosen = match (self.shown.get(&id), action.as_str()) {
                    (Some(Shown::Ring(caller)), ACCEPT) => Choice::Accept(caller.invite_id.clone()),
                    (Some(Shown::Ring(caller)), REJECT) => Choice::Reject(caller.invite_id.clone()),
                    (Some(Shown::Missed(caller)), CALL_BACK) => Choice::CallBack(caller.clone()),
                    (Some(_), other) => {
                        tracing::debug!(other, "an action that was not offered");
                        return;
                    }
                    (None, _) => return,
                };
                self.tell(News::Chosen(chosen)).await;
            }
            Heard::Closed { id, by_person } => match self.shown.remove(&id) {
                Some(Shown::Ring(caller)) if by_person => {
                    self.tell(News::Chosen(Choice::Silence(caller.invite_id)))
                        .await;
                }
                Some(Shown::Ring(_) | Shown::Missed(_)) | None => {}
            },
            Heard::Gone => {
                tracing::warn!("the session bus is gone");
                self.service = None;
                self.shown.clear();
            }
        }
    }

    /// Asks what the desktop can do, since its notification service may be another one by now.
    async fn ask_desktop(&mut self) {
        let asked = match self.service.take() {
            Some(service) => service.ask_again().await,
            None => Service::connect().await,
        };
        match asked {
            Ok(service) => {
                let told = if service.has_actions {
                    NotificationsView::WithActions
                } else {
                    NotificationsView::WithoutActions
                };
                self.service = Some(service);
                self.tell(News::Able(told)).await;
            }
            Err(error) => self.unavailable(&error).await,
        }
    }

    async fn unavailable(&self, error: &zbus::Error) {
        tracing::warn!(%error, "no notifications");
        let reason = "This desktop has no notification service that answers. Incoming calls are \
                      shown in a window of their own.";
        self.tell(News::Able(NotificationsView::Unavailable {
            reason: reason.to_owned(),
        }))
        .await;
    }

    async fn tell(&self, news: News) {
        if let Err(error) = self.told.send(news).await {
            tracing::debug!(%error, "nobody listens any more");
        }
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
