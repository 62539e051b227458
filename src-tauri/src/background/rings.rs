//! The rings that were pushed, and what is to be done about each: shown, withdrawn, answered, handed over.
//!
//! Pure: it is told what happens and what time it is; it does nothing of it.

use std::collections::{BTreeMap, VecDeque};

use bellhop_client::call_layer;
use bellhop_protocol::{CallOutcome, InviteId, SignalingInfo, UserId};

use crate::handoff::{Handoff, Wanted};
use crate::notifier::Choice;
use crate::shell::Caller;
use crate::view::MediaType;

/// The most rings, and the most that are over, that are remembered.
const MOST: usize = 64;
/// How long after its time a ring leaves the screen that the server has said nothing of.
const LATE_MS: u64 = 10_000;

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Notify of a ring.
    Ring(Caller),
    /// Withdraw its notification.
    Withdraw(InviteId),
    /// Notify of a missed call.
    Missed(Caller),
    /// Ask the server how a ring stands.
    Ask(InviteId),
    /// Tell the server that the person does not want this call.
    Reject(InviteId),
    /// Start the app, which does this.
    HandOver(Handoff),
    /// Start the app.
    Open,
}

/// A ring that was pushed.
#[derive(Debug)]
struct Pushed {
    signaling: SignalingInfo,
    caller: Caller,
    received_ms: u64,
    /// Its notification is on the screen, as far as is known here.
    is_shown: bool,
    /// Its time has been over for a while. How it ended, only the server knows: it may have been answered
    /// elsewhere while this machine was asleep or without a network.
    is_overdue: bool,
    /// The server was asked how it stands, and has not said.
    is_untold: bool,
    /// Nothing is told of its end: it came quietly, the app has been started to answer it, or the person
    /// has rejected it.
    ends_quietly: bool,
}

/// Every ring that was pushed and goes on, and the last ones that are over.
#[derive(Debug, Default)]
pub(super) struct Rings {
    going_on: BTreeMap<InviteId, Pushed>,
    over: VecDeque<(InviteId, SignalingInfo)>,
}

impl Rings {
    /// Somebody rings. The same push may come again, at any time, and is then nothing new. Of a ring that
    /// is quiet here nothing is shown, nor that it was missed: as in the app, the recent calls tell.
    pub(super) fn pushed(
        &mut self,
        signaling: SignalingInfo,
        name: String,
        is_quiet: bool,
        now_ms: u64,
    ) -> Vec<Step> {
        let id = signaling.invite_id.clone();
        let is_over = self.over.iter().any(|(over, _)| *over == id);
        if is_over || self.going_on.contains_key(&id) {
            return Vec::new();
        }
        if self.going_on.len() >= MOST && !self.forget_overdue() {
            tracing::warn!(invite_id = %id, "too many ring");
            return Vec::new();
        }
        let caller = caller(&signaling, name);
        let pushed = Pushed {
            signaling,
            caller: caller.clone(),
            received_ms: now_ms,
            is_shown: !is_quiet,
            is_overdue: false,
            is_untold: false,
            ends_quietly: is_quiet,
        };
        self.going_on.insert(id, pushed);
        if is_quiet {
            Vec::new()
        } else {
            vec![Step::Ring(caller)]
        }
    }

    /// Forgets a ring whose end is not known and that cannot ring any more; whether there was one.
    fn forget_overdue(&mut self) -> bool {
        let mut going_on = self.going_on.iter();
        let overdue = going_on.find(|(_, it)| it.is_overdue);
        let id = overdue.map(|(id, _)| id.clone());
        id.is_some_and(|id| self.going_on.remove(&id).is_some())
    }

    /// A ring has ended like this for the user. An app that runs tells of missed calls itself, but for those
    /// that never came to it: it may hang.
    pub(super) fn ended(
        &mut self,
        id: &InviteId,
        outcome: CallOutcome,
        app_runs: bool,
    ) -> Vec<Step> {
        let Some(pushed) = self.going_on.remove(id) else {
            return Vec::new();
        };
        let mut steps = Vec::new();
        if pushed.is_shown {
            steps.push(Step::Withdraw(id.clone()));
        }
        let is_of_app = app_runs && !pushed.is_shown;
        if is_missed(outcome) && !pushed.ends_quietly && !is_of_app {
            steps.push(Step::Missed(pushed.caller));
        }
        self.over.push_back((id.clone(), pushed.signaling));
        while self.over.len() > MOST {
            self.over.pop_front();
        }
        steps
    }

    /// What ended meanwhile was told to nobody: asks about every ring.
    pub(super) fn ask_all(&self) -> Vec<Step> {
        self.going_on.keys().cloned().map(Step::Ask).collect()
    }

    /// The server has not said how this one stands.
    pub(super) fn not_told(&mut self, id: &InviteId) {
        if let Some(pushed) = self.going_on.get_mut(id) {
            pushed.is_untold = true;
        }
    }

    /// Asks once more about those of which the server has not said how they stand: if they are over, it
    /// tells nobody a second time.
    pub(super) fn ask_again(&mut self) -> Vec<Step> {
        let going_on = self.going_on.iter_mut();
        let asked = going_on.filter_map(|(id, pushed)| {
            let is_untold = std::mem::take(&mut pushed.is_untold);
            is_untold.then(|| Step::Ask(id.clone()))
        });
        asked.collect()
    }

    /// The app runs: asks about what rings here, which the app may show by now.
    pub(super) fn ask_shown(&self) -> Vec<Step> {
        let shown = self.going_on.iter().filter(|(_, it)| it.is_shown);
        shown.map(|(id, _)| Step::Ask(id.clone())).collect()
    }

    /// The app shows this ring.
    pub(super) fn taken_over(&mut self, id: &InviteId) -> Vec<Step> {
        let Some(pushed) = self.going_on.get_mut(id).filter(|it| it.is_shown) else {
            return Vec::new();
        };
        pushed.is_shown = false;
        vec![Step::Withdraw(id.clone())]
    }

    /// What the person has chosen could not be done: the ring is a call that may be missed.
    pub(super) fn not_done(&mut self, id: &InviteId) {
        if let Some(pushed) = self.going_on.get_mut(id) {
            pushed.ends_quietly = false;
        }
    }

    /// Takes off the screen what cannot ring any more, of which the server has said nothing, and asks.
    pub(super) fn overdue(&mut self, now_ms: u64) -> Vec<Step> {
        let mut steps = Vec::new();
        for (id, pushed) in &mut self.going_on {
            let whole_ms = u64::from(pushed.signaling.timeout) * 1000;
            let passed_ms = now_ms.saturating_sub(pushed.received_ms);
            let is_overdue = whole_ms > 0 && passed_ms > whole_ms + LATE_MS;
            if !is_overdue || std::mem::replace(&mut pushed.is_overdue, true) {
                continue;
            }
            if std::mem::replace(&mut pushed.is_shown, false) {
                steps.push(Step::Withdraw(id.clone()));
            }
            steps.push(Step::Ask(id.clone()));
        }
        steps
    }

    /// Takes the rings of these inviters off the screen: this device has become quiet to them.
    pub(super) fn hush(&mut self, is_quiet: impl Fn(&UserId) -> bool) -> Vec<Step> {
        let going_on = self.going_on.iter_mut();
        let hushed = going_on.filter(|(_, it)| it.is_shown && is_quiet(&it.signaling.inviter));
        let withdrawn = hushed.map(|(id, pushed)| {
            pushed.is_shown = false;
            pushed.ends_quietly = true;
            Step::Withdraw(id.clone())
        });
        withdrawn.collect()
    }

    /// Takes everything off the screen that rings: the app has started, and raises notifications of its
    /// own.
    pub(super) fn withdraw_all(&mut self) -> Vec<Step> {
        let shown = self.going_on.iter_mut().filter(|(_, it)| it.is_shown);
        let withdrawn = shown.map(|(id, pushed)| {
            pushed.is_shown = false;
            Step::Withdraw(id.clone())
        });
        withdrawn.collect()
    }

    /// The person has chosen something on a notification.
    pub(super) fn chosen(&mut self, choice: Choice, now_ms: u64) -> Vec<Step> {
        match choice {
            Choice::Show(id) => match self.handed_over(&id, Wanted::Show) {
                Some(handoff) => vec![Step::HandOver(handoff)],
                None => vec![Step::Open],
            },
            Choice::Accept(id) => match self.handed_over(&id, Wanted::Accept) {
                Some(handoff) => self.answered(&id, Step::HandOver(handoff)),
                None => vec![Step::Open],
            },
            Choice::Reject(id) => match id.parse::<InviteId>() {
                Ok(invite) => self.answered(&id, Step::Reject(invite)),
                Err(_) => Vec::new(),
            },
            Choice::Silence(id) => {
                if let Some(pushed) = self.find(&id) {
                    pushed.is_shown = false;
                }
                Vec::new()
            }
            Choice::CallBack(caller) => {
                let mut over = self.over.iter();
                let missed = over.find(|(id, _)| id.as_str() == caller.invite_id);
                match missed {
                    Some((_, signaling)) => vec![Step::HandOver(Handoff {
                        signaling: signaling.clone(),
                        action: Wanted::CallBack,
                        received_at_ms: now_ms,
                    })],
                    None => vec![Step::Open],
                }
            }
        }
    }

    /// The ring's notification has done its work.
    fn answered(&mut self, id: &str, step: Step) -> Vec<Step> {
        let mut steps = vec![step];
        if let Some(pushed) = self.find(id) {
            pushed.ends_quietly = true;
            pushed.is_shown = false;
            steps.push(Step::Withdraw(pushed.signaling.invite_id.clone()));
        }
        steps
    }

    fn handed_over(&mut self, id: &str, action: Wanted) -> Option<Handoff> {
        let pushed = self.find(id)?;
        Some(Handoff {
            signaling: pushed.signaling.clone(),
            action,
            received_at_ms: pushed.received_ms,
        })
    }

    fn find(&mut self, id: &str) -> Option<&mut Pushed> {
        let mut going_on = self.going_on.iter_mut();
        let found = going_on.find(|(known, _)| known.as_str() == id);
        found.map(|(_, pushed)| pushed)
    }
}

/// Whether a ring that ends like this was missed (SIGNALING §6).
fn is_missed(outcome: CallOutcome) -> bool {
    match outcome {
        CallOutcome::Answered | CallOutcome::Rejected => false,
        CallOutcome::Busy
        | CallOutcome::Cancelled
        | CallOutcome::InviterOffline
        | CallOutcome::TimedOut => true,
    }
}

fn caller(signaling: &SignalingInfo, name: String) -> Caller {
    Caller {
        invite_id: signaling.invite_id.to_string(),
        user_id: signaling.inviter.to_string(),
        name,
        group: signaling.group_id.as_ref().map(ToString::to_string),
        media: match call_layer::media_type(&signaling.data) {
            call_layer::MediaType::Audio => MediaType::Audio,
            call_layer::MediaType::Video => MediaType::Video,
        },
    }
}

#[cfg(test)]
mod tests;
