//! The way to the one owner of the app's state, which folds what happens into snapshots and acts for
//! the person.
//!
//! A single task ([`core`]) owns everything; whatever wants something of it sends a message to its
//! bounded mailbox. Knows no Tauri: windows and notifications are behind [`Shell`], webviews follow a
//! watch.

mod act;
pub(crate) mod api;
mod conversing;
mod core;
mod deed;
mod draw;
mod entries;
mod fold;
mod handed;
mod history;
mod news;
mod question;
pub(crate) mod quiet;
mod reading;
mod requests;
mod state;
mod talk;
#[cfg(test)]
mod tests;
mod waiting;

use std::path::PathBuf;
use std::sync::Arc;

use bellhop_media::RingerEvent;
use bellhop_protocol::request::{Nothing, StatusList};
use bellhop_protocol::{Code, ConversationId, Failure, InviteId, Reason};
use serde_json::Value;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use crate::controller::api::{Operation, Session, Told};
use crate::controller::core::Core;
use crate::controller::deed::Deed;
use crate::controller::reading::Loaded;
use crate::controller::state::State;
use crate::line::{Line, LineError};
use crate::link::{Link, LinkError};
use crate::notifier;
use crate::profile::Profile;
use crate::shell::Shell;
use crate::view::{Action, AppView, DesktopSession, GlobalShortcuts, SettingsView, TrayState};

/// How many messages may wait for the controller.
const MAILBOX: usize = 256;

/// Something a person wants of the app itself, whichever way they asked for it.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// Show a conversation.
    OpenConversation {
        /// Which one.
        conversation_id: String,
    },
    /// Put the shown conversation away.
    CloseConversation,
    /// Read older messages of the shown conversation.
    ReadOlder,
    /// Stop the sound of a ring.
    Silence {
        /// Which one.
        invite_id: String,
    },
    /// Put the last call's ending away.
    DismissEnded,
    /// Put the shown problem away.
    DismissProblem,
    /// Add somebody to the address book.
    AddContact {
        /// Whom.
        user_id: String,
        /// Under which name.
        name: String,
    },
    /// Take somebody out of the address book.
    RemoveContact {
        /// Whom.
        user_id: String,
    },
    /// Let somebody's calls be quiet on this device, or loud again.
    MuteContact {
        /// Whose.
        user_id: String,
        /// Whether they are quiet.
        muted: bool,
    },
    /// Set everything that can be set.
    SaveSettings(Box<SettingsView>),
    /// Hear the ring for a moment.
    TestSound {
        /// On which device; absent for the one that the desktop plays on.
        device: Option<String>,
    },
    /// The missed calls have been looked at.
    SeenMissed,
    /// Answer what the app asks.
    AnswerQuestion {
        /// Whether to go on.
        yes: bool,
    },
    /// Put the call away that a link or another program has prepared.
    DismissDial,
}

/// How it went.
pub(crate) type Outcome = Result<(), Failure>;
type Reply = oneshot::Sender<Outcome>;
/// The way back to whoever made a request.
type Answer = oneshot::Sender<Result<Value, Failure>>;
/// Snapshots, each newer than the last.
pub(crate) type Views = watch::Receiver<Arc<AppView>>;
/// The events of the API, in order.
pub(crate) type Telling = broadcast::Receiver<Arc<Told>>;

/// What the controller's task is told.
#[derive(Debug)]
enum Mail {
    Ask(Ask, Reply),
    Request(Operation, Answer),
    Subscribe(oneshot::Sender<(Arc<AppView>, Views)>),
    Follow(oneshot::Sender<(Session, Telling)>),
    News(News),
    /// What became of a request or a search, by the number of the line it was made on.
    Report(u64, Box<Report>),
}

/// What the desktop around the app tells.
#[derive(Debug)]
pub(crate) enum News {
    /// How it stands with notifications, or what was chosen on one.
    Notifier(notifier::News),
    /// What the ringer found out.
    Ringer(RingerEvent),
    /// The desktop's own do-not-disturb; absent where it cannot be read.
    DoNotDisturb(Option<bool>),
    /// Whether there is an icon in the tray.
    Tray(TrayState),
    /// No icon can be put into any tray, and why, for the person; it stays so.
    NoTrayIcon(String),
    /// Whether shortcuts work from everywhere.
    GlobalShortcuts(GlobalShortcuts),
    /// The person closes the main window.
    Closing,
    /// What was chosen by a shortcut, in the tray or in a menu.
    Pressed(Action),
    /// The link that the app was opened with, or why it is none.
    Opened(Result<Link, LinkError>),
    /// Something was chosen on a notification while this app was not there.
    HandedOver,
    /// Why something does not start at login or in the background, for the person.
    NotArranged(String),
}

#[derive(Debug)]
enum Report {
    Line(Box<Result<Line, LineError>>),
    HostIsThere(bool),
    Answered(Deed, Result<Value, Failure>, Answer),
    /// A ring was refused as busy.
    Refused(InviteId, Result<(), Failure>),
    Presence(Result<StatusList, Failure>),
    Loaded(Result<Loaded, Failure>),
    /// A read mark was moved.
    Marked(Result<Nothing, Failure>),
    /// The words that a ring was declined with were written.
    Written(ConversationId, Result<Value, Failure>),
    InTestGroup(Result<(), Failure>),
}

/// How the app was opened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Opening {
    /// What the person should read about the profile.
    pub(crate) notices: Vec<String>,
    /// Whether the JavaScript API is offered in the console.
    pub(crate) qa: bool,
    /// What draws the windows.
    pub(crate) session: DesktopSession,
}

/// A handle on the controller; clones mean the same one.
#[derive(Clone, Debug)]
pub(crate) struct Controller {
    mail: mpsc::Sender<Mail>,
    quit: mpsc::Sender<oneshot::Sender<()>>,
}

impl Controller {
    /// Starts the controller of an open profile.
    ///
    /// `root` is the folder that all profiles are in.
    pub(crate) fn start<S: Shell>(
        profile: Profile,
        root: PathBuf,
        opening: Opening,
        shell: impl FnOnce(&Self) -> S + Send + 'static,
    ) -> Self {
        let (mail, mailbox) = mpsc::channel(MAILBOX);
        let (quit, quits) = mpsc::channel(1);
        let controller = Self {
            mail: mail.clone(),
            quit,
        };
        let shell = shell(&controller);
        let state = State::new(profile, opening.notices, opening.session);
        let core = Core::new(shell, state, opening.qa, root, mail);
        tokio::spawn(core.run(mailbox, quits));
        controller
    }

    /// Does what a person wants; the screen follows by itself.
    pub(crate) async fn ask(&self, ask: Ask) -> Outcome {
        let (reply, outcome) = oneshot::channel();
        self.send(Mail::Ask(ask, reply)).await?;
        outcome.await.map_err(|_| quitting())?
    }

    /// Asks the server, if the rules of this device allow it; the screen follows by itself.
    pub(crate) async fn request(&self, operation: Operation) -> Result<Value, Failure> {
        let (answer, outcome) = oneshot::channel();
        self.send(Mail::Request(operation, answer)).await?;
        outcome.await.map_err(|_| quitting())?
    }

    /// Who is logged in and how it stands, and the events of the API from there on.
    pub(crate) async fn follow(&self) -> Result<(Session, Telling), Failure> {
        let (reply, answer) = oneshot::channel();
        self.send(Mail::Follow(reply)).await?;
        answer.await.map_err(|_| quitting())
    }

    /// A snapshot of this moment, and the ones that follow.
    pub(crate) async fn subscribe(&self) -> Result<(Arc<AppView>, Views), Failure> {
        let (reply, answer) = oneshot::channel();
        self.send(Mail::Subscribe(reply)).await?;
        answer.await.map_err(|_| quitting())
    }

    /// Takes over what the desktop tells.
    pub(crate) async fn hear(&self, news: News) -> Outcome {
        self.send(Mail::News(news)).await
    }

    /// Ends what is under way, logs out, and closes the server if this app hosts it.
    pub(crate) async fn quit(&self) {
        let (reply, done) = oneshot::channel();
        if self.quit.send(reply).await.is_ok() && done.await.is_err() {
            tracing::warn!("the controller ended while quitting");
        }
    }

    async fn send(&self, mail: Mail) -> Outcome {
        self.mail.send(mail).await.map_err(|_| quitting())
    }
}

fn quitting() -> Failure {
    Failure::new(
        Code::Internal,
        Reason::TryAgain,
        "Bellhop is quitting. Start it again.",
    )
}
