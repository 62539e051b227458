//! What the shipping engine makes of each question, asked once and judged by the specification.
//!
//! States of the aggregates are numbered, so that a state of the world is small. The same question
//! about the same states at the same time has the same answer: the engine is pure.

use std::collections::BTreeMap;
use std::rc::Rc;

use bellhop_engine::invitation::Fate;
use bellhop_engine::{Call, Decision, Invitation, call, decide};
use bellhop_protocol::{Event, UserId};

use super::cast::{Ask, Device, INVITEES, PARTIES, Question, context, moment, user};
use super::device::Heard;
use crate::verdict::{Breach, Invariant};

/// A state of the invitation, or of the call, by its number; 0 when there is none.
pub(super) type Number = u16;

/// What comes of a question.
#[derive(Debug)]
pub(super) enum Answer {
    Refused,
    Unchanged,
    Changes(Change),
}

/// What is to be committed.
#[derive(Debug)]
pub(super) struct Change {
    /// The invitation's next state, if it changes.
    pub(super) invitation: Option<Number>,
    /// The call's next state, if it changes.
    pub(super) call: Option<Number>,
    /// Who hears what.
    pub(super) heard: Vec<(Device, Heard)>,
}

/// The engine, and all that it was asked.
#[derive(Default)]
pub(super) struct Rules {
    invitations: Numbered<Invitation>,
    calls: Numbered<Call>,
    asked: BTreeMap<(Number, Number, Ask, bool), Rc<Answer>>,
}

struct Numbered<T> {
    all: Vec<T>,
    numbers: BTreeMap<String, Number>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            numbers: BTreeMap::new(),
        }
    }
}

impl<T: std::fmt::Debug> Numbered<T> {
    fn number(&mut self, value: T) -> Number {
        let next = Number::try_from(self.all.len() + 1).expect("the small world is small");
        let number = *self.numbers.entry(format!("{value:?}")).or_insert(next);
        if number == next {
            self.all.push(value);
        }
        number
    }

    fn at(&self, number: Number) -> Option<&T> {
        self.all.get(usize::from(number).checked_sub(1)?)
    }
}

impl Rules {
    pub(super) fn invitation(&self, number: Number) -> Option<&Invitation> {
        self.invitations.at(number)
    }

    pub(super) fn call(&self, number: Number) -> Option<&Call> {
        self.calls.at(number)
    }

    /// The revision of a state of the invitation; 0 of none.
    pub(super) fn rev(&self, invitation: Number) -> u8 {
        let rev = self.invitation(invitation).map_or(0, |it| it.rev);
        u8::try_from(rev).expect("the small world is small")
    }

    /// The revision of a state of the call; 0 of none.
    pub(super) fn call_rev(&self, call: Number) -> u8 {
        let rev = self.call(call).map_or(0, |it| it.rev);
        u8::try_from(rev).expect("the small world is small")
    }

    /// Whether somebody is pending after the deadline.
    pub(super) fn is_overdue(&self, invitation: Number, late: bool) -> bool {
        late && self
            .invitation(invitation)
            .is_some_and(|it| it.ended.is_none())
    }

    /// How many questions the engine was asked.
    pub(super) fn questions(&self) -> usize {
        self.asked.len()
    }

    /// What the engine says.
    pub(super) fn ask(
        &mut self,
        ask: Ask,
        invitation: Number,
        call: Number,
        late: bool,
    ) -> Result<Rc<Answer>, Breach> {
        let key = (invitation, call, ask, late);
        if let Some(answer) = self.asked.get(&key) {
            return Ok(Rc::clone(answer));
        }
        let answer = Rc::new(self.put(ask, invitation, call, late)?);
        self.asked.insert(key, Rc::clone(&answer));
        Ok(answer)
    }

    fn put(
        &mut self,
        ask: Ask,
        invitation: Number,
        call: Number,
        late: bool,
    ) -> Result<Answer, Breach> {
        let now = moment(ask, late);
        let before = self.invitation(invitation).cloned();
        let running = self.call(call).cloned();
        let decided = match ask.command() {
            Question::OfInvitation(command) => {
                let context = context(running.clone());
                decide(before.as_ref(), &command, &context, now)
            }
            Question::OfCall(command) => {
                let members = context(None).members;
                call::decide(running.as_ref(), &command, &members, now)
            }
        };
        let Ok(decision) = decided else {
            return Ok(Answer::Refused);
        };
        if decision.invitation.is_none() && decision.call.is_none() {
            return Ok(Answer::Unchanged);
        }
        judge_states(ask, before.as_ref(), running.as_ref(), &decision)?;
        judge_words(ask, &decision)?;
        let heard = heard(&decision);
        Ok(Answer::Changes(Change {
            invitation: decision.invitation.map(|it| self.invitations.number(it)),
            call: decision.call.map(|it| self.calls.number(it)),
            heard,
        }))
    }
}

/// The next revision; nobody's fate changes twice, and each only by what can change it.
fn judge_states(
    ask: Ask,
    before: Option<&Invitation>,
    running: Option<&Call>,
    decision: &Decision,
) -> Result<(), Breach> {
    let revs = [
        (
            decision.invitation.as_ref().map(|it| it.rev),
            before.map_or(0, |it| it.rev),
        ),
        (
            decision.call.as_ref().map(|it| it.rev),
            running.map_or(0, |it| it.rev),
        ),
    ];
    for (next, before) in revs {
        if next.is_some_and(|next| next != before + 1) {
            return Err(breach(Invariant::EndsOnce, ask, decision));
        }
    }
    let (Some(before), Some(next)) = (before, &decision.invitation) else {
        return Ok(());
    };
    for (was, is) in before.invitees.iter().zip(&next.invitees) {
        if was.fate == is.fate {
            continue;
        }
        if was.fate != Fate::Pending {
            return Err(breach(Invariant::EndsOnce, ask, decision));
        }
        let may_be = match (&is.fate, ask) {
            (Fate::Accepted(answer), Ask::Accept(by))
            | (Fate::Rejected(answer, _), Ask::Reject(by)) => {
                answer.by == by.actor() && is.user == by.actor().user
            }
            (Fate::Cancelled(..), Ask::Cancel(_)) | (Fate::TimedOut(_), Ask::TimeOut) => true,
            (
                Fate::Pending
                | Fate::Accepted(_)
                | Fate::Rejected(..)
                | Fate::Cancelled(..)
                | Fate::TimedOut(_),
                _,
            ) => false,
        };
        if !may_be {
            return Err(breach(Invariant::SameEnd, ask, decision));
        }
    }
    Ok(())
}

/// SIGNALING §3, cell by cell: who hears of what was asked, and nobody else.
fn judge_words(ask: Ask, decision: &Decision) -> Result<(), Breach> {
    for device in Device::ALL {
        let heard: Vec<&Event> = decision
            .notices
            .iter()
            .filter(|notice| notice.to.user == device.actor().user)
            .filter(|notice| notice.to.includes(&device.actor().device))
            .map(|notice| &notice.event)
            .collect();
        let hears_of_it = match ask {
            Ask::Ringing(_) => matches!(device, Device::A1 | Device::A2),
            Ask::Invite
            | Ask::Cancel(_)
            | Ask::Accept(_)
            | Ask::Reject(_)
            | Ask::HangUp(_)
            | Ask::TimeOut => device != Device::E1,
        };
        let expected = usize::from(hears_of_it && ask.by() != Some(device));
        if heard.len() != expected || !heard.iter().all(|event| tells_of(event, ask)) {
            return Err(breach(Invariant::OnlyParticipants, ask, decision));
        }
    }
    let message = decision.message.iter().flat_map(|draft| &draft.to);
    if message.into_iter().any(|to| to.user == user("e")) {
        return Err(breach(Invariant::OnlyParticipants, ask, decision));
    }
    Ok(())
}

/// Whether the event is the one that tells of what was asked.
fn tells_of(event: &Event, ask: Ask) -> bool {
    match ask {
        Ask::Invite => matches!(event, Event::NewInvitationReceived(_)),
        Ask::Cancel(_) => matches!(event, Event::InvitationCancelled(_)),
        Ask::Accept(_) => matches!(event, Event::InviteeAccepted(_)),
        Ask::Reject(_) => matches!(event, Event::InviteeRejected(_)),
        Ask::Ringing(_) => matches!(event, Event::InviteeRinging(_)),
        Ask::HangUp(_) => matches!(event, Event::CallEnded(_)),
        Ask::TimeOut => matches!(event, Event::InvitationTimeout(_)),
    }
}

fn heard(decision: &Decision) -> Vec<(Device, Heard)> {
    let mut heard = Vec::new();
    let call_rev = decision.call.as_ref().map_or(0, |call| call.rev);
    for notice in &decision.notices {
        for device in Device::ALL {
            let actor = device.actor();
            if actor.user == notice.to.user && notice.to.includes(&actor.device) {
                heard.push((device, Heard::of(&notice.event, call_rev)));
            }
        }
    }
    heard
}

fn breach(invariant: Invariant, ask: Ask, decision: &Decision) -> Breach {
    Breach {
        invariant,
        what: format!("{ask:?} leads to {decision:?}"),
    }
}

/// Those of these users, one bit each.
pub(super) fn among<'a>(names: &[&str], users: impl IntoIterator<Item = &'a UserId>) -> u8 {
    let mut bits = 0;
    for user in users {
        let at = names.iter().position(|name| *name == user.as_str());
        bits |= at.map_or(0, |at| 1 << at);
    }
    bits
}

/// Invitees, one bit each.
pub(super) fn invitees<'a>(users: impl IntoIterator<Item = &'a UserId>) -> u8 {
    among(&INVITEES, users)
}

/// Who is in the call, one bit each.
pub(super) fn parties(call: Option<&Call>) -> u8 {
    let present = call.into_iter().flat_map(Call::present);
    among(&PARTIES, present.map(|member| &member.party.user))
}
