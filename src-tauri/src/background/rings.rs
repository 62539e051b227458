//! The rings that were pushed, and what is to be done about each: shown, withdrawn, answered, handed over.
//!
//! Pure: it is told what happens and what time it is; it does nothing of it.

use std::collections::{BTreeMap, VecDeque};

use bellhop_client::call_layer;
use bellhop_protocol::{CallOutcome, InviteId, SignalingInfo};

use crate::handoff::{Handoff, Wanted};
use crate::notifier::Choice;
use crate::shell::Caller;
use crate::view::MediaType;

/// The most rings, and the most that are over, that are remembered.
const MOST: usize = 64;
/// How long after its time a ring counts as over that the server has said nothing of.
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
        if is_over || self.going_on.contains_key(&id) || self.going_on.len() >= MOST {
            return Vec::new();
        }
        let caller = caller(&signaling, name);
        let pushed = Pushed {
            signaling,
            caller: caller.clone(),
            received_ms: now_ms,
            is_shown: !is_quiet,
            ends_quietly: is_quiet,
        };
        self.going_on.insert(id, pushed);
        if is_quiet {
            Vec::new()
        } else {
            vec![Step::Ring(caller)]
        }
    }

    /// A ring has ended like this for the user. An app that runs tells of missed calls itself.
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
        if is_missed(outcome) && !pushed.ends_quietly && !app_runs {
            steps.push(Step::Missed(pushed.caller));
        }
        self.over.push_back((id.clone(), pushed.signaling));
        while self.over.len() > MOST {
            self.over.pop_front();
        }
        steps
    }

    /// The rings that go on, as far as is known here.
    pub(super) fn going_on(&self) -> Vec<InviteId> {
        self.going_on.keys().cloned().collect()
    }

    /// The rings whose time has been over for a while, and whose end has not been told.
    pub(super) fn overdue(&self, now_ms: u64) -> Vec<InviteId> {
        let is_overdue = |pushed: &Pushed| {
            let whole_ms = u64::from(pushed.signaling.timeout) * 1000;
            let passed_ms = now_ms.saturating_sub(pushed.received_ms);
            whole_ms > 0 && passed_ms > whole_ms + LATE_MS
        };
        let overdue = self.going_on.iter().filter(|(_, it)| is_overdue(it));
        overdue.map(|(id, _)| id.clone()).collect()
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
