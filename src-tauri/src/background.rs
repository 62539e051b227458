//! The process of a profile that stays when the app is closed: it keeps the push channel, and raises,
//! withdraws and answers notifications (SIGNALING §7).
//!
//! It is the app's own program, started before anything of a window is (`--background`); it decides
//! nothing about calls, hosts no server, and leaves the profile to the app, whose files it reads. What a
//! person chooses that needs a window is handed over to the app ([`handoff`]).

mod asking;
mod channel;
mod processes;
mod rings;

use std::io;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::{Duration, Instant};

use bellhop_client::{ClientEvent, Connection};
use bellhop_protocol::event::Push;
use bellhop_protocol::{CallOutcome, Event, InviteId};
use jiff::Zoned;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use self::asking::Answer;
use self::channel::Channel;
use self::rings::{Rings, Step};
use crate::clock::wall_ms;
use crate::controller::quiet::quiet;
use crate::do_not_disturb;
use crate::handoff::{self, Handoff, Inbox};
use crate::notifier::{self, Fates, News, Notifier};
use crate::profile::{Glance, ProfileName};

pub(crate) use self::processes::{AppIsHere, start, this_program};

/// How often the settings, the app and the server are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How many answers of the server may wait.
const ANSWERS: usize = 64;
/// How long the app may take to come for what was handed over, before it is started once more.
const COMES_WITHIN: Duration = Duration::from_secs(10);
/// How often it is started for it.
const STARTS: u32 = 3;

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
    wait_for(stay(root.to_owned(), folder, profile.clone(), glance))?;
    Ok(())
}

/// Waits for the end of this, on this thread.
#[cfg(not(target_os = "macos"))]
fn wait_for(end: impl Future<Output = ()>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(end);
    Ok(())
}

/// Waits for the end of this while the thread's run loop runs, which tells what is pressed.
#[cfg(target_os = "macos")]
fn wait_for(end: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    if let Err(error) = mac_usernotifications::block_on_main(runtime.spawn(end)) {
        tracing::error!(%error, "the background process has failed");
    }
    Ok(())
}

async fn stay(root: PathBuf, folder: PathBuf, profile: ProfileName, glance: Glance) {
    let (told, notifications) = mpsc::channel(notifier::NEWS);
    let (answer, answers) = mpsc::channel(ANSWERS);
    let (told_of_desktop, desktop) = mpsc::channel(do_not_disturb::CHANGES);
    do_not_disturb::watch(told_of_desktop);
    let fates = Fates::of_background(&folder);
    let resident = Resident {
        profile,
        notifier: notifier::of_this_system(told, &folder),
        channel: Channel::new(&root, &folder, &glance),
        rings: Rings::default(),
        app_runs: processes::app_runs(&folder),
        folder,
        glance,
        desktop: None,
        answer,
        started: None,
        activation: None,
        fates,
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

/// Where news come in.
struct Ears {
    notifications: mpsc::Receiver<News>,
    answers: mpsc::Receiver<(InviteId, Answer)>,
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
    answer: mpsc::Sender<(InviteId, Answer)>,
    /// The app has been started for what was handed over so many times, the last time then.
    started: Option<(u32, Instant)>,
    /// What lets the app come to the front when it is started next.
    activation: Option<String>,
    fates: Fates,
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
                Some((id, answer)) = ears.answers.recv() => self.answered(&id, answer),
                Some(is_on) = ears.desktop.recv() => {
                    self.desktop = is_on;
                    self.hush();
                }
                _ = looks.tick() => if !self.look_around() {
                    tracing::info!("not wanted any more");
                    break;
                },
                () = &mut session => break,
                quit = &mut told => {
                    match quit {
                        Ok(()) => tracing::info!("told to quit"),
                        Err(error) => tracing::warn!(%error, "signals are not heard"),
                    }
                    break;
                }
            }
        }
        self.notifier.close().await;
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
        let was_running = std::mem::replace(&mut self.app_runs, processes::app_runs(&self.folder));
        let of_app = match (was_running, self.app_runs) {
            (false, true) => self.rings.withdraw_all(),
            (true, true) => self.rings.ask_shown(),
            (true | false, false) => Vec::new(),
        };
        self.carry_out(of_app);
        self.hush();
        let overdue = self.rings.overdue(wall_ms());
        self.carry_out(overdue);
        let untold = self.rings.ask_again();
        self.carry_out(untold);
        self.see_that_app_comes();
        self.channel.seek();
        true
    }

    fn happened(&mut self, event: ClientEvent) {
        match event {
            ClientEvent::Signaling(Event::PushReceived(push)) => self.pushed(push),
            ClientEvent::Signaling(Event::PushWithdrawn(told)) => {
                self.ended(&told.invite_id, told.outcome);
            }
            ClientEvent::Connection(connection) => {
                tracing::debug!(?connection, "the push channel");
                if matches!(connection, Connection::Online { .. }) {
                    let steps = self.rings.ask_all();
                    self.carry_out(steps);
                }
            }
            ClientEvent::Signaling(_)
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
        let is_quiet = self.is_quiet() || self.glance.contacts.mutes(inviter);
        tracing::info!(invite_id = %push.signaling.invite_id, is_quiet, "pushed");
        let steps = self.rings.pushed(push.signaling, name, is_quiet, wall_ms());
        self.carry_out(steps);
    }

    /// Whether do not disturb is on, whoever rings.
    fn is_quiet(&self) -> bool {
        let set = &self.glance.settings.quiet;
        quiet(set, self.desktop, &Zoned::now()).because.is_some()
    }

    /// Takes off the screen what is to be quiet by now.
    fn hush(&mut self) {
        let (is_quiet, contacts) = (self.is_quiet(), &self.glance.contacts);
        let steps = self
            .rings
            .hush(|inviter| is_quiet || contacts.mutes(inviter));
        self.carry_out(steps);
    }

    fn ended(&mut self, id: &InviteId, outcome: CallOutcome) {
        let app_runs = processes::app_runs(&self.folder);
        let steps = self.rings.ended(id, outcome, app_runs);
        self.carry_out(steps);
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Able(able) => tracing::debug!(?able, "notifications"),
            News::Delivered(delivery) => {
                tracing::info!(
                    invite_id = delivery.invite_id,
                    kind = ?delivery.kind,
                    fate = ?delivery.fate,
                    "notified"
                );
                self.fates.add(delivery);
                if let Err(error) = self.fates.keep(&self.folder) {
                    tracing::warn!(%error, "what became of a notification is not kept");
                }
            }
            News::Chosen { choice, activation } => {
                self.activation = activation;
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
                Step::Ask(id) => self.ask(id),
                Step::Reject(id) => self.reject(id),
                Step::HandOver(handoff) => self.hand_over(&handoff),
                Step::Open => self.start_app(),
            }
        }
    }

    fn hand_over(&mut self, handoff: &Handoff) {
        if let Err(error) = handoff::put(&self.folder, handoff) {
            tracing::error!(%error, "the app is started without the call");
            self.rings.not_done(&handoff.signaling.invite_id);
        }
        self.started = Some((1, Instant::now()));
        self.start_app();
    }

    /// Starts the app once more for what was handed over: the one that ran may just have been quitting.
    fn see_that_app_comes(&mut self) {
        let Some((starts, last)) = self.started else {
            return;
        };
        if !Inbox::of(&self.folder).is_waiting() || starts == STARTS {
            self.started = None;
        } else if !self.app_runs && last.elapsed() > COMES_WITHIN {
            self.started = Some((starts + 1, Instant::now()));
            self.start_app();
        }
    }

    fn start_app(&mut self) {
        if let Err(error) = processes::start_app(&self.profile, self.activation.take()) {
            tracing::error!(%error, "the app does not start");
        }
    }
}
