//! What is on the screen, what a press on it means, and what became of it: the same on every system.
//!
//! One task owns all of it and the [`System`] that shows it, and carries out orders one after another.

mod board;
#[cfg(test)]
mod tests;

use std::pin::Pin;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use self::board::Board;
use super::text::{self, Text};
use super::{Choice, News, Notifier, WITHDRAW_WITHIN};
use crate::clock::wall_ms;
use crate::shell::Caller;
use crate::view::{DeliveryView, Fate, NotificationKind, NotificationsView};

/// How many orders may wait.
const ORDERS: usize = 64;
/// What was pressed when it was no button: the notification itself.
pub(super) const SHOW: &str = "default";
const ACCEPT: &str = "accept";
const REJECT: &str = "reject";
const CALL_BACK: &str = "call-back";

/// How one operating system shows notifications.
pub(super) trait System: Send + 'static {
    /// Its own name for a notification.
    type Id: Clone + Ord + Send + Sync;

    /// Asks whether notifications are shown at this moment, and how.
    fn ask(&mut self) -> impl Future<Output = Result<Buttons, Refused>> + Send;

    /// Shows one, in the place of another if there is one to replace.
    fn show(
        &mut self,
        note: &Note,
        replaces: Option<&Self::Id>,
    ) -> impl Future<Output = Result<Self::Id, Refused>> + Send;

    /// Tells something of the app itself, with nothing to press.
    fn tell(&mut self, text: &Text) -> impl Future<Output = Result<(), Refused>> + Send;

    /// Takes one off the screen, if it is there.
    fn close(&mut self, id: &Self::Id) -> impl Future<Output = ()> + Send;

    /// What the system says next; waits for ever where it says nothing.
    fn hear(&mut self) -> impl Future<Output = Heard<Self::Id>> + Send;
}

/// Whether notifications have buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Buttons {
    /// The system draws them.
    Drawn,
    /// It does not.
    #[cfg_attr(
        not(target_os = "linux"),
        allow(dead_code, reason = "others always do")
    )]
    NotDrawn,
}

/// Why a notification is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) fate: Fate,
    /// A sentence for the person.
    pub(super) reason: &'static str,
}

/// What the system says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard<Id> {
    /// A button was pressed, or the notification itself.
    Chosen {
        id: Id,
        action: String,
        /// What lets a window come to the front for it.
        activation: Option<String>,
    },
    /// A notification is no longer there.
    Closed { id: Id, by_person: bool },
    /// Nothing that was shown is there any more.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "others stay"))]
    Gone,
}

/// A notification to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) kind: NotificationKind,
    pub(super) caller: Caller,
}

impl Note {
    /// What it says; `body_is_markup` where the system reads markup in the body.
    pub(super) fn text(&self, body_is_markup: bool) -> Text {
        match self.kind {
            NotificationKind::Ring => text::ring(&self.caller, body_is_markup),
            NotificationKind::Missed => text::missed(&self.caller, body_is_markup),
        }
    }

    /// The keys and labels of its buttons.
    pub(super) fn buttons(&self) -> &'static [(&'static str, &'static str)] {
        match self.kind {
            NotificationKind::Ring => &[(ACCEPT, "Accept"), (REJECT, "Reject")],
            NotificationKind::Missed => &[(CALL_BACK, "Call back")],
        }
    }

    /// What this action means, if it was offered.
    fn chosen(&self, action: &str) -> Option<Choice> {
        let invite_id = self.caller.invite_id.clone();
        match (self.kind, action) {
            (NotificationKind::Ring | NotificationKind::Missed, SHOW) => {
                Some(Choice::Show(invite_id))
            }
            (NotificationKind::Ring, ACCEPT) => Some(Choice::Accept(invite_id)),
            (NotificationKind::Ring, REJECT) => Some(Choice::Reject(invite_id)),
            (NotificationKind::Missed, CALL_BACK) => Some(Choice::CallBack(self.caller.clone())),
            (NotificationKind::Ring | NotificationKind::Missed, _) => None,
        }
    }

    fn delivery(&self, fate: Fate) -> DeliveryView {
        DeliveryView {
            invite_id: self.caller.invite_id.clone(),
            name: text::clean(&self.caller.name),
            kind: self.kind,
            fate,
            at_ms: wall_ms(),
        }
    }
}

/// Puts this system's notifications to work in the background.
pub(super) fn start(system: impl System, told: mpsc::Sender<News>) -> impl Notifier {
    let (orders, received) = mpsc::channel(ORDERS);
    let desk = Desk {
        told,
        system,
        board: Board::default(),
    };
    Orders {
        orders,
        desk: tokio::spawn(desk.run(received)),
    }
}

#[derive(Debug)]
enum Order {
    Show(Note),
    Withdraw(String),
    Tell(Text),
}

struct Orders {
    orders: mpsc::Sender<Order>,
    desk: JoinHandle<()>,
}

impl Orders {
    fn give(&self, order: Order) {
        if let Err(error) = self.orders.try_send(order) {
            tracing::error!(%error, "the desktop does not keep up with notifications");
        }
    }
}

impl Notifier for Orders {
    fn ring(&mut self, caller: Caller) {
        let kind = NotificationKind::Ring;
        self.give(Order::Show(Note { kind, caller }));
    }

    fn withdraw(&mut self, invite_id: &str) {
        self.give(Order::Withdraw(invite_id.to_owned()));
    }

    fn missed(&mut self, caller: Caller) {
        let kind = NotificationKind::Missed;
        self.give(Order::Show(Note { kind, caller }));
    }

    fn tell(&mut self, title: &'static str, words: String) {
        let title = title.to_owned();
        self.give(Order::Tell(Text { title, body: words }));
    }

    fn close(self: Box<Self>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let Self { orders, desk } = *self;
        drop(orders);
        Box::pin(async {
            match tokio::time::timeout(WITHDRAW_WITHIN, desk).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "notifications have failed"),
                Err(_) => tracing::warn!("the desktop did not withdraw the notifications"),
            }
        })
    }
}

/// What the task owns.
struct Desk<S: System> {
    told: mpsc::Sender<News>,
    system: S,
    board: Board<S::Id>,
}

impl<S: System> Desk<S> {
    async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        if let Err(refused) = self.ask().await {
            self.unavailable(&refused).await;
        }
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Show(note)) => self.show(note).await,
                    Some(Order::Withdraw(invite_id)) => self.withdraw(&invite_id).await,
                    Some(Order::Tell(text)) => self.tell_of_app(&text).await,
                    None => break,
                },
                heard = self.system.hear() => self.heard(heard).await,
            }
        }
        for ring in self.board.rings() {
            self.system.close(&ring).await;
        }
    }

    /// Asks again each time, since what shows notifications may be something else by now.
    async fn ask(&mut self) -> Result<Fate, Refused> {
        let (able, fate) = match self.system.ask().await? {
            Buttons::Drawn => (NotificationsView::WithActions, Fate::Shown),
            Buttons::NotDrawn => (NotificationsView::WithoutActions, Fate::NoActions),
        };
        self.tell(News::Able(able)).await;
        Ok(fate)
    }

    /// Shows it. A ring that is there already takes over what has been learnt of it.
    async fn show(&mut self, note: Note) {
        if self.board.is_put_away(&note) {
            return;
        }
        let before = self.board.ring(&note.caller.invite_id);
        let is_there = before.is_some() && note.kind == NotificationKind::Ring;
        let shown = match self.ask().await {
            Ok(fate) => {
                let shown = self.system.show(&note, before.as_ref()).await;
                shown.map(|id| (id, fate))
            }
            Err(refused) => Err(refused),
        };
        match shown {
            Ok((id, fate)) => {
                if let Some(ring) = self.board.follows(&note, before.as_ref())
                    && ring.kind != note.kind
                {
                    let replaced = ring.delivery(Fate::Replaced);
                    self.tell(News::Delivered(replaced)).await;
                }
                let delivery = note.delivery(fate);
                self.board.put(id, note);
                if !is_there {
                    self.tell(News::Delivered(delivery)).await;
                }
            }
            Err(refused) => {
                self.unavailable(&refused).await;
                self.tell(News::Delivered(note.delivery(refused.fate)))
                    .await;
            }
        }
    }

    async fn withdraw(&mut self, invite_id: &str) {
        if let Some(id) = self.board.withdraw(invite_id) {
            self.system.close(&id).await;
        }
    }

    async fn tell_of_app(&mut self, text: &Text) {
        let told = match self.ask().await {
            Ok(_) => self.system.tell(text).await,
            Err(refused) => Err(refused),
        };
        if let Err(refused) = told {
            self.unavailable(&refused).await;
        }
    }

    async fn heard(&mut self, heard: Heard<S::Id>) {
        match heard {
            Heard::Chosen {
                id,
                action,
                activation,
            } => {
                let Some(note) = self.board.note(&id) else {
                    return;
                };
                match note.chosen(&action) {
                    Some(choice) => self.chosen(choice, activation).await,
                    None => tracing::debug!(action, "an action that was not offered"),
                }
            }
            Heard::Closed { id, by_person } if by_person => {
                if let Some(invite_id) = self.board.put_away(&id) {
                    self.chosen(Choice::Silence(invite_id), None).await;
                }
            }
            Heard::Closed { id, .. } => drop(self.board.take(&id)),
            Heard::Gone => self.board = Board::default(),
        }
    }

    /// A token that brings no window would be in the way of the next one.
    async fn chosen(&mut self, choice: Choice, activation: Option<String>) {
        let activation = activation.filter(|_| choice.brings_app());
        self.tell(News::Chosen { choice, activation }).await;
    }

    async fn unavailable(&mut self, refused: &Refused) {
        let reason = refused.reason.to_owned();
        self.tell(News::Able(NotificationsView::Unavailable { reason }))
            .await;
    }

    async fn tell(&mut self, news: News) {
        if let Err(error) = self.told.send(news).await {
            tracing::debug!(%error, "nobody listens any more");
        }
    }
}
