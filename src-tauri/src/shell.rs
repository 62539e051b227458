//! What the desktop around the app has to show, as a projection of the snapshot.
//!
//! [`Projector`] compares each snapshot with what is shown and says what has to change; a [`Shell`]
//! changes it. Neither keeps anything of a call.

use std::collections::{BTreeMap, VecDeque};

use bellhop_media::Sound;
use jiff::Zoned;

use crate::shortcuts::{GrabProjector, Grabs};
use crate::tray::{Tray, tray_of};
use crate::view::{AppView, Manner, MediaType, RingScreen, RingView, SoundView, Theme, TrayState};

/// Somebody who rings, as a notification tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The invitation.
    pub(crate) invite_id: String,
    /// Who calls.
    pub(crate) user_id: String,
    /// The caller's name, as the caller or somebody else wrote it.
    pub(crate) name: String,
    /// The name of the group it is in, as somebody wrote it.
    pub(crate) group: Option<String>,
    /// Sound or picture.
    pub(crate) media: MediaType,
}

impl From<&RingView> for Caller {
    fn from(ring: &RingView) -> Self {
        Self {
            invite_id: ring.invite_id.clone(),
            user_id: ring.user_id.clone(),
            name: ring.name.clone(),
            group: ring.group.as_ref().map(|group| group.name.clone()),
            media: ring.media_type,
        }
    }
}

/// Something around the app that has to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Show the ring window.
    ShowRings,
    /// Hide the ring window.
    HideRings,
    /// Notify of a ring.
    Ring(Caller),
    /// Withdraw the notification of this invitation's ring.
    Withdraw(String),
    /// Notify of a call that rang here and was missed.
    Missed(Caller),
    /// Bring the main window to the person.
    PresentMain,
    /// Show the desktop this token when the main window is brought next: a person has asked for it.
    Activation(String),
    /// Unload the main window, which the person has closed; the app goes on. Where there is no tray to
    /// come back by, this sentence says how.
    CloseMain(Option<String>),
    /// Show this in the tray.
    Tray(Box<Tray>),
    /// End the app in order, without asking.
    Quit,
    /// Hold these keys of other programs' windows, and no others.
    GlobalShortcuts(Grabs),
    /// Draw windows light, dark, or as the desktop says.
    Theme(Theme),
    /// Let this be heard.
    Sound(Sound),
    /// Let everything be heard there, and as loud.
    SoundOn(SoundView),
    /// Let the ring be heard for a moment on this device, or on the one that the desktop plays on.
    TestSound(Option<String>),
}

/// What carries the steps out on a real desktop and has its clock, or stands in for both in a test.
pub(crate) trait Shell: Send + 'static {
    /// Carries a step out. Must not wait.
    fn carry_out(&mut self, step: Step);

    /// Takes off the screen what would stay there without the app, and is done when that is done. What
    /// becomes of windows is the process's end.
    fn close(self) -> impl Future<Output = ()> + Send;

    /// What the clock on this machine's wall says.
    fn local_time(&self) -> Zoned;
}

/// What is shown around the app, compared with each snapshot.
#[derive(Debug, Default)]
pub(crate) struct Projector {
    ringing: BTreeMap<String, Caller>,
    /// Rings that have stopped, until the recent calls say how they ended; the oldest are forgotten.
    stopped: VecDeque<Caller>,
    /// Whether the ring window is on the screen.
    rings_shown: bool,
    in_call: bool,
    theme: Option<Theme>,
    grabs: GrabProjector,
    tray: Option<Tray>,
}

/// How many rings with an end not known yet are remembered.
const MOST_STOPPED: usize = 64;

impl Projector {
    /// What has to change so that everything around the app shows this snapshot.
    pub(crate) fn steps(&mut self, view: &AppView) -> Vec<Step> {
        let mut steps = Vec::new();
        self.theme(view, &mut steps);
        steps.extend(self.grabs.change(view).map(Step::GlobalShortcuts));
        self.rings(view, &mut steps);
        self.missed(view, &mut steps);
        let in_call = view.call.is_some() || view.outgoing.is_some();
        if in_call && !self.in_call {
            steps.push(Step::PresentMain);
        }
        self.in_call = in_call;
        let tray = tray_of(view);
        if self.tray.as_ref() != Some(&tray) {
            self.tray = Some(tray.clone());
            steps.push(Step::Tray(Box::new(tray)));
        }
        steps
    }

    fn theme(&mut self, view: &AppView, steps: &mut Vec<Step>) {
        let theme = view.settings.theme;
        if self.theme != Some(theme) {
            self.theme = Some(theme);
            steps.push(Step::Theme(theme));
        }
    }

    fn rings(&mut self, view: &AppView, steps: &mut Vec<Step>) {
        let manners = view
            .rings
            .iter()
            .map(|ring| (ring.invite_id.as_str(), is_loud(ring)));
        let manners: BTreeMap<&str, bool> = manners.collect();
        let shown = view.desktop.ring_screen == RingScreen::Window
            && manners.values().any(|is_loud| *is_loud);
        if self.rings_shown != shown {
            self.rings_shown = shown;
            steps.push(if shown {
                Step::ShowRings
            } else {
                Step::HideRings
            });
        }
        self.ringing.retain(|id, caller| {
            let is_loud = manners.get(id.as_str()).copied();
            match is_loud {
                Some(true) => return true,
                // It has become quiet: whether it is missed is told by the recent calls and the tray.
                Some(false) => {}
                None => self.stopped.push_back(caller.clone()),
            }
            steps.push(Step::Withdraw(id.clone()));
            false
        });
        for ring in view.rings.iter().filter(|ring| is_loud(ring)) {
            let caller = Caller::from(ring);
            // Also when a name is learnt late, which the notification then takes over.
            if self.ringing.get(&ring.invite_id) != Some(&caller) {
                self.stopped
                    .retain(|stopped| stopped.invite_id != ring.invite_id);
                self.ringing.insert(ring.invite_id.clone(), caller.clone());
                steps.push(Step::Ring(caller));
            }
        }
        while self.stopped.len() > MOST_STOPPED {
            self.stopped.pop_front();
        }
    }

    /// Notifies of each ring that the recent calls say was missed, once.
    fn missed(&mut self, view: &AppView, steps: &mut Vec<Step>) {
        if self.stopped.is_empty() {
            return;
        }
        let ended = view.recents.iter().filter(|recent| recent.ending.is_some());
        for recent in ended {
            let mut stopped = self.stopped.iter();
            if let Some(place) = stopped.position(|caller| caller.invite_id == recent.invite_id)
                && let Some(caller) = self.stopped.remove(place)
                && recent.missed
                && !view
                    .blocked
                    .iter()
                    .any(|person| person.user_id == caller.user_id)
            {
                steps.push(Step::Missed(caller));
            }
        }
    }
}

/// What closing the main window does, as the app goes on: it is unloaded.
pub(crate) fn close_main(view: &AppView) -> Step {
    Step::CloseMain(match &view.desktop.tray {
        TrayState::Absent { reason } => Some(reason.clone()),
        TrayState::Unknown | TrayState::Shown => None,
    })
}

/// Whether a ring may come to the person by itself.
fn is_loud(ring: &RingView) -> bool {
    match ring.manner {
        Manner::Aloud | Manner::Softly => true,
        Manner::Quietly => false,
    }
}

#[cfg(test)]
pub(crate) mod examples;
#[cfg(test)]
mod tests;
