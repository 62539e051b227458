//! Notifications of Linux desktops, over D-Bus.
//!
//! A notification lives as long as the connection that sent it, which `notify_rust` keeps in the
//! notification's handle; each handle is owned by a task of its own until it is closed.

use std::collections::{BTreeMap, VecDeque};

use notify_rust::{
    CloseReason, Hint, Notification, NotificationHandle, NotificationResponse, Timeout, Urgency,
};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::{Notifier, text};
use crate::controller::{Ask, Controller};
use crate::shell::Caller;
use crate::view::NotificationsView;

const ACCEPT: &str = "accept";
const REJECT: &str = "reject";
const CALL_BACK: &str = "call-back";
/// The most notifications of missed calls that are kept at once.
const MOST_MISSED: usize = 16;

/// The notifications of a Linux desktop.
pub(super) struct Freedesktop {
    controller: Controller,
    rings: BTreeMap<String, oneshot::Sender<()>>,
    missed: VecDeque<AbortHandle>,
}

impl Freedesktop {
    /// Asks what the desktop can do, in the background.
    pub(super) fn start(controller: Controller) -> Self {
        let asking = controller.clone();
        tokio::spawn(async move {
            let desktop = Desktop::ask().await;
            tell(&asking, &desktop).await;
        });
        Self {
            controller,
            rings: BTreeMap::new(),
            missed: VecDeque::new(),
        }
    }
}

impl Notifier for Freedesktop {
    fn ring(&mut self, caller: Caller) {
        let (withdraw, withdrawn) = oneshot::channel();
        self.rings.insert(caller.invite_id.clone(), withdraw);
        tokio::spawn(ring(self.controller.clone(), caller, withdrawn));
    }

    fn withdraw(&mut self, invite_id: &str) {
        if let Some(withdraw) = self.rings.remove(invite_id)
            && withdraw.send(()).is_err()
        {
            tracing::debug!(invite_id, "its notification is closed already");
        }
    }

    fn missed(&mut self, caller: Caller) {
        let task = tokio::spawn(missed(self.controller.clone(), caller));
        self.missed.push_back(task.abort_handle());
        if self.missed.len() > MOST_MISSED
            && let Some(oldest) = self.missed.pop_front()
        {
            oldest.abort();
        }
    }
}

/// What the desktop's notification service can do.
struct Desktop {
    actions: bool,
    body_is_markup: bool,
}

impl Desktop {
    async fn ask() -> Result<Self, String> {
        let asked = tokio::task::spawn_blocking(notify_rust::get_capabilities).await;
        let capabilities = asked
            .map_err(|error| error.to_string())?
            .map_err(|error| error.to_string())?;
        let can = |what: &str| capabilities.iter().any(|capability| capability == what);
        Ok(Self {
            actions: can("actions"),
            body_is_markup: can("body-markup"),
        })
    }
}

/// Shows a ring until it is withdrawn or closed, and passes on what is chosen.
async fn ring(controller: Controller, caller: Caller, mut withdrawn: oneshot::Receiver<()>) {
    let asked = Desktop::ask().await;
    let Ok(desktop) = &asked else {
        return tell(&controller, &asked).await;
    };
    let text = text::ring(&caller, desktop.body_is_markup);
    let mut notification = notification(text, Urgency::Critical, "call.incoming");
    notification
        .hint(Hint::Resident(true))
        .timeout(Timeout::Never);
    if desktop.actions {
        notification
            .action(ACCEPT, "Accept")
            .action(REJECT, "Reject");
    }
    let Some(handle) = show(&controller, &notification, &asked).await else {
        return;
    };
    loop {
        let response = tokio::select! {
            response = response(&handle) => response,
            _ = &mut withdrawn => return handle.close_async().await,
        };
        let invite_id = caller.invite_id.clone();
        let ask = match response {
            Some(NotificationResponse::Action(action)) if action == ACCEPT => {
                Some(Ask::Accept { invite_id })
            }
            Some(NotificationResponse::Action(action)) if action == REJECT => Some(Ask::Reject {
                invite_id,
                reason: None,
            }),
            Some(NotificationResponse::Closed(reason)) => {
                return match reason {
                    CloseReason::Dismissed => act(&controller, Ask::Silence { invite_id }).await,
                    CloseReason::Expired | CloseReason::CloseAction | CloseReason::Other(_) => {}
                };
            }
            Some(
                NotificationResponse::Action(_)
                | NotificationResponse::Default
                | NotificationResponse::Reply(_),
            ) => None,
            None => return,
        };
        if let Some(ask) = ask {
            act(&controller, ask).await;
        }
    }
}

/// Shows a missed call until it is closed, and calls back when that is chosen.
async fn missed(controller: Controller, caller: Caller) {
    let asked = Desktop::ask().await;
    let Ok(desktop) = &asked else {
        return tell(&controller, &asked).await;
    };
    let text = text::missed(&caller, desktop.body_is_markup);
    let mut notification = notification(text, Urgency::Normal, "call.unanswered");
    if desktop.actions {
        notification.action(CALL_BACK, "Call back");
    }
    let Some(handle) = show(&controller, &notification, &asked).await else {
        return;
    };
    if let Some(NotificationResponse::Action(action)) = response(&handle).await
        && action == CALL_BACK
    {
        let ask = Ask::Invite {
            user_id: caller.user_id,
            media: caller.media,
        };
        act(&controller, ask).await;
    }
}

fn notification(text: text::Text, urgency: Urgency, category: &str) -> Notification {
    let mut notification = Notification::new();
    notification
        .appname("Bellhop")
        .icon("bellhop-desktop")
        .summary(&text.title)
        .body(&text.body)
        .urgency(urgency)
        .hint(Hint::Category(category.to_owned()))
        .hint(Hint::DesktopEntry("Bellhop".to_owned()));
    notification
}

/// Shows a notification, and tells the controller whether it was.
async fn show(
    controller: &Controller,
    notification: &Notification,
    desktop: &Result<Desktop, String>,
) -> Option<NotificationHandle> {
    match notification.show_async().await {
        Ok(handle) => {
            tell(controller, desktop).await;
            Some(handle)
        }
        Err(error) => {
            tell(controller, &Err(error.to_string())).await;
            None
        }
    }
}

/// What was chosen, or how it was closed; nothing when the desktop does not tell any more.
async fn response(handle: &NotificationHandle) -> Option<NotificationResponse> {
    let mut told = None;
    let hear = |response: &NotificationResponse| told = Some(response.clone());
    handle.wait_for_action_async(hear).await;
    told
}

async fn act(controller: &Controller, ask: Ask) {
    if let Err(error) = controller.ask(ask).await {
        tracing::info!(%error, "what was chosen on a notification was refused");
    }
}

async fn tell(controller: &Controller, desktop: &Result<Desktop, String>) {
    let notifications = match desktop {
        Ok(Desktop { actions: true, .. }) => NotificationsView::WithActions,
        Ok(Desktop { actions: false, .. }) => NotificationsView::WithoutActions,
        Err(cause) => {
            tracing::warn!(cause, "no notifications");
            NotificationsView::Unavailable {
                reason: "This desktop has no notification service that answers. Incoming calls \
                         are shown in a window of their own."
                    .to_owned(),
            }
        }
    };
    if let Err(error) = controller.notifications(notifications).await {
        tracing::debug!(%error, "not told");
    }
}
