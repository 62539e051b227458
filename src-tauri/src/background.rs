//! The process of a profile that stays when the app is closed: it keeps the push channel, and raises,
//! withdraws and answers notifications (SIGNALING §7).
//!
//! It is the app's own program, started before anything of a window is (`--background`); it decides
//! nothing about calls, hosts no server, and leaves the profile to the app, whose files it reads. What a
//! person chooses that needs a window is handed over to the app ([`handoff`]).

mod channel;
mod processes;
mod rings;

use std::io;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::Duration;

use bellhop_client::{ClientEvent, Connection};
use bellhop_protocol::event::Push;
use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::request::RejectReason;
use bellhop_protocol::{
    CallOutcome, Code, Event, Failure, Invitation, InvitationState, InviteId, InviteeState, UserId,
};
use jiff::Zoned;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use self::channel::Channel;
use self::rings::{Rings, Step};
use crate::controller::quiet::quiet;
use crate::do_not_disturb;
use crate::handoff::{self, Handoff, wall_ms};
use crate::notifier::{self, News, Notifier};
use crate::profile::{Glance, ProfileName};

pub(crate) use self::processes::{AppIsHere, start, this_program};

/// How often the settings, the app and the server are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long withdrawing what is on the screen may take when this ends.
const WITHDRAW_WITHIN: Duration = Duration::from_secs(1);
/// How many answers of the server may wait.
const ANSWERS: usize = 64;

/// Why there is no background process.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BackgroundError {
    /// The system has no room for one.
    #[error("the background process cannot run: {0}")]
    System(#[from] io::Error),
}

/// Stays until the person no longer wants it, the desktop's session ends, or the system says so. Ends at
/// once when another one is there already.
pub(crate) fn run(root: &Path, profile: &ProfileName) -> Result<(), BackgroundError> {
    let folder = root.join(profile.as_str());
    if !folder.is_dir() {
        tracing::info!("there is no such profile");
        return Ok(());
    }
    let Some(_lock) = processes::lock(&folder)? else {
        tracing::debug!("another background process is there already");
        return Ok(());
    };
    let Some(glance) = Glance::at(&folder)?.filter(is_wanted) else {
        tracing::info!("this profile does not ring while the app is closed");
        return Ok(());
    };
    // While the program is where it was: the app is started from there, also after an update.
    this_program()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(stay(root, folder, profile.clone(), glance));
    Ok(())
}

async fn stay(root: &Path, folder: PathBuf, profile: ProfileName, glance: Glance) {
    let (told, notifications) = mpsc::channel(notifier::NEWS);
    let (answer, answers) = mpsc::channel(ANSWERS);
    let (told_of_desktop, desktop) = mpsc::channel(do_not_disturb::CHANGES);
    do_not_disturb::watch(told_of_desktop);
    let resident = Resident {
        profile,
        notifier: notifier::of_this_system(told, &folder),
        channel: Channel::new(root, &folder, &glance),
        rings: Rings::default(),
        app_runs: processes::app_runs(&folder),
        folder,
        glance,
        desktop: None,
        answer,
    };
    let ears = Ears {
        notifications,
        answers,
        desktop,
    };
    resident.run(ears).await;
}

fn is_wanted(glance: &Glance) -> bool {
    glance.settings.presence.ring_when_closed
}

/// How an invitation stands, as the server was asked.
type Standing = (InviteId, Result<Invitation, Failure>);

/// Where news come in.
struct Ears {
    notifications: mpsc::Receiver<News>,
    answers: mpsc::Receiver<Standing>,
    /// The desktop's own do-not-disturb.
    desktop: mpsc::Receiver<Option<bool>>,
}

/// Everything the process owns.
struct Resident {
    profile: ProfileName,
    folder: PathBuf,
    glance: Glance,
    notifier: Box<dyn Notifier>,
    channel: Channel,
    rings: Rings,
    app_runs: bool,
    /// Whether the desktop's own do-not-disturb is on, as far as that is known.
    desktop: Option<bool>,
    answer: mpsc::Sender<Standing>,
}

impl Resident {
    async fn run(mut self, mut ears: Ears) {
        let mut told = pin!(crate::told_to_quit());
        let mut session = pin!(processes::session_ends());
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                event = self.channel.next() => self.happened(event),
                Some(news) = ears.notifications.recv() => self.hear(news),
                Some((id, standing)) = ears.answers.recv() => self.stands(&id, standing),
                Some(is_on) = ears.desktop.recv() => self.desktop = is_on,
                _ = looks.tick() => if !self.look_around() { break },
                () = &mut session => break,
                quit = &mut told => {
                    if let Err(error) = quit {
                        tracing::warn!(%error, "signals are not heard");
                    }
                    break;
                }
            }
        }
        self.leave(ears).await;
    }

    /// Takes what is on the screen off it, and closes the connection.
    async fn leave(mut self, mut ears: Ears) {
        let withdrawn = self.rings.withdraw_all();
        self.carry_out(withdrawn);
        drop(self.notifier);
        let withdrawing = async { while ears.notifications.recv().await.is_some() {} };
        let withdrawn = tokio::time::timeout(WITHDRAW_WITHIN, withdrawing).await;
        if withdrawn.is_err() {
            tracing::warn!("the desktop did not withdraw the notifications");
        }
        self.channel.close().await;
    }

    /// Follows the settings, the app and the time; whether this process is wanted still.
    fn look_around(&mut self) -> bool {
        match Glance::at(&self.folder) {
            Ok(Some(glance)) if is_wanted(&glance) => {
                self.channel.follow(&glance);
                self.glance = glance;
            }
            Ok(_) => return false,
            Err(error) => tracing::debug!(%error, "the settings make no sense at this moment"),
        }
        let app_runs = processes::app_runs(&self.folder);
        if app_runs && !self.app_runs {
            let steps = self.rings.withdraw_all();
            self.carry_out(steps);
        }
        self.app_runs = app_runs;
        for id in self.rings.overdue(wall_ms()) {
            self.ended(&id, CallOutcome::TimedOut);
        }
        self.channel.seek();
        true
    }

    fn happened(&mut self, event: ClientEvent) {
        match event {
            ClientEvent::Signaling(Event::PushReceived(push)) => self.pushed(push),
            ClientEvent::Signaling(Event::PushWithdrawn(told)) => {
                self.ended(&told.invite_id, told.outcome);
            }
            ClientEvent::Connection(Connection::Online { .. }) => {
                // What ended meanwhile was told to nobody.
                for id in self.rings.going_on() {
                    self.ask(id);
                }
            }
            ClientEvent::Connection(_)
            | ClientEvent::Signaling(_)
            | ClientEvent::RingOverdue(_)
            | ClientEvent::RingUnconfirmed(_)
            | ClientEvent::RingConfirmed(_)
            | ClientEvent::InvitationLost(_)
            | ClientEvent::CallRunning(_)
            | ClientEvent::CallGone(_) => {}
        }
    }

    /// Somebody rings, and no device of this user says that it rings too.
    fn pushed(&mut self, push: Push) {
        let inviter = &push.signaling.inviter;
        let title = Some(push.title).filter(|title| !title.trim().is_empty());
        let known = self.glance.contacts.name_of(inviter).map(str::to_owned);
        let name = known.or(title).unwrap_or_else(|| inviter.to_string());
        let set = &self.glance.settings.quiet;
        let is_quiet = quiet(set, self.desktop, &Zoned::now()).because.is_some()
            || self.glance.contacts.mutes(inviter);
        tracing::info!(invite_id = %push.signaling.invite_id, is_quiet, "pushed");
        let steps = self.rings.pushed(push.signaling, name, is_quiet, wall_ms());
        self.carry_out(steps);
    }

    fn ended(&mut self, id: &InviteId, outcome: CallOutcome) {
        let app_runs = processes::app_runs(&self.folder);
        let steps = self.rings.ended(id, outcome, app_runs);
        self.carry_out(steps);
    }

    /// Asks the server how a ring stands.
    fn ask(&self, id: InviteId) {
        let Some(client) = self.channel.client() else {
            return;
        };
        let (asked, answer) = (client.invitation(&id), self.answer.clone());
        tokio::spawn(async move {
            if answer.send((id, asked.await)).await.is_err() {
                tracing::debug!("the process ends");
            }
        });
    }

    /// How a ring stands; one that the server knows nothing of is over.
    fn stands(&mut self, id: &InviteId, standing: Result<Invitation, Failure>) {
        match standing {
            Ok(invitation) => {
                if let Some(outcome) = outcome(&invitation, &self.glance.settings.user) {
                    self.ended(id, outcome);
                }
            }
            Err(failure) if failure.code == Code::NotPending => {
                self.ended(id, CallOutcome::Cancelled);
            }
            Err(failure) => tracing::info!(%id, %failure, "how it stands is not known"),
        }
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Able(able) => tracing::debug!(?able, "notifications"),
            News::Delivered(delivery) => tracing::info!(
                invite_id = delivery.invite_id,
                kind = ?delivery.kind,
                fate = ?delivery.fate,
                "notified"
            ),
            News::Chosen(choice) => {
                let steps = self.rings.chosen(choice, wall_ms());
                self.carry_out(steps);
            }
        }
    }

    fn carry_out(&mut self, steps: Vec<Step>) {
        for step in steps {
            match step {
                Step::Ring(caller) => self.notifier.ring(caller),
                Step::Withdraw(id) => self.notifier.withdraw(id.as_str()),
                Step::Missed(caller) => self.notifier.missed(caller),
                Step::Reject(id) => self.reject(&id),
                Step::HandOver(handoff) => self.hand_over(&handoff),
                Step::Open => processes::start_app(&self.profile),
            }
        }
    }

    fn hand_over(&self, handoff: &Handoff) {
        if let Err(error) = handoff::put(&self.folder, handoff) {
            tracing::error!(%error, "the app is started without the call");
        }
        processes::start_app(&self.profile);
    }

    fn reject(&self, id: &InviteId) {
        let Some(client) = self.channel.client() else {
            tracing::warn!(%id, "not rejected: there is no connection");
            return;
        };
        let rejected = client.reject(id, "", Some(RejectReason::Declined));
        let id = id.clone();
        tokio::spawn(async move {
            if let Err(failure) = rejected.await {
                tracing::info!(%id, %failure, "not rejected");
            }
        });
    }
}

/// How a ring has ended for this user, if it has.
fn outcome(invitation: &Invitation, user: &UserId) -> Option<CallOutcome> {
    let mut invitees = invitation.invitees.iter();
    let Some(own) = invitees.find(|invitee| invitee.user == *user) else {
        return Some(CallOutcome::Cancelled);
    };
    match (own.state, own.reason) {
        (InviteeState::Pending, _) if invitation.state == InvitationState::Live => None,
        (InviteeState::Pending | InviteeState::TimedOut, _) => Some(CallOutcome::TimedOut),
        (InviteeState::Accepted, _) => Some(CallOutcome::Answered),
        (InviteeState::Rejected, Some(EndReason::Busy)) => Some(CallOutcome::Busy),
        (InviteeState::Rejected, _) => Some(CallOutcome::Rejected),
        (InviteeState::Cancelled, Some(EndReason::InviterOffline)) => {
            Some(CallOutcome::InviterOffline)
        }
        (InviteeState::Cancelled, _) => Some(CallOutcome::Cancelled),
    }
}
