//! Random command sequences against a reference model that is simple enough to be seen to be right.
//!
//! The model knows one ring between alice and bob as a person would tell it: it rings until the first
//! thing that ends it, and that thing is what everybody is told ever after.

use bellhop_engine::refusal::Past;
use bellhop_engine::{Command, Refusal};
use bellhop_protocol::{Event, InviteeState, Timestamp};
use proptest::prelude::*;

use crate::cast::{START, World, accept, cancel, hang_up, on, reject, told, user};

/// What somebody does, and how long after the thing before.
#[derive(Clone, Debug)]
struct Step {
    after_ms: u64,
    device: &'static str,
    act: Act,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Accept,
    Reject,
    Cancel,
    Ring,
    Timer,
    InviterGone,
    HangUp,
}

/// How the ring ended, by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Accepted(&'static str),
    Rejected(&'static str),
    Cancelled,
    TimedOut,
}

/// The ring as a person would tell it.
#[derive(Debug, Default)]
struct Model {
    end: Option<End>,
    rang: Vec<&'static str>,
    hung_up: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Expected {
    Changes,
    NoChange,
    Refused(Refusal),
}

const DEADLINE_MS: u64 = 30_000;

impl Model {
    fn does(&mut self, step: &Step, at_ms: u64) -> Expected {
        let who = step.device.split('/').next().unwrap();
        let due = at_ms >= DEADLINE_MS;
        match step.act {
            Act::Timer | Act::InviterGone => self.by_itself(step.act, due),
            Act::HangUp => self.hang_up(who),
            Act::Accept | Act::Reject | Act::Cancel | Act::Ring => self.asked(step, who, due),
        }
    }

    fn by_itself(&mut self, act: Act, due: bool) -> Expected {
        if self.end.is_some() || (act == Act::Timer && !due) {
            return Expected::NoChange;
        }
        self.end = Some(if due { End::TimedOut } else { End::Cancelled });
        Expected::Changes
    }

    fn hang_up(&mut self, who: &str) -> Expected {
        let answered = matches!(self.end, Some(End::Accepted(_)));
        if !answered || who == "carol" {
            return Expected::Refused(Refusal::UnknownCall);
        }
        if std::mem::replace(&mut self.hung_up, true) {
            return Expected::Refused(Refusal::CallEnded);
        }
        Expected::Changes
    }

    fn asked(&mut self, step: &Step, who: &str, due: bool) -> Expected {
        if who == "carol" {
            return Expected::Refused(Refusal::UnknownInvitation);
        }
        let elsewhere = |device: &str| who == "bob" && device != step.device;
        let past = match self.end {
            Some(End::Accepted(device)) if elsewhere(device) => Some(Past::AcceptedElsewhere),
            Some(End::Accepted(_)) => Some(Past::Accepted),
            Some(End::Rejected(device)) if elsewhere(device) => Some(Past::RejectedElsewhere),
            Some(End::Rejected(_)) => Some(Past::Rejected),
            Some(End::Cancelled) => Some(Past::Cancelled),
            Some(End::TimedOut) => Some(Past::TimedOut),
            None => due.then_some(Past::TimedOut),
        };
        if let Some(past) = past {
            return Expected::Refused(Refusal::NotPending(past));
        }
        match (step.act, who) {
            (Act::Cancel, "alice") => self.end = Some(End::Cancelled),
            (Act::Cancel, _) => return Expected::Refused(Refusal::NotInviter),
            (_, "alice") => return Expected::Refused(Refusal::NotInvitee),
            (Act::Accept, _) => self.end = Some(End::Accepted(step.device)),
            (Act::Reject, _) => self.end = Some(End::Rejected(step.device)),
            _ if self.rang.contains(&step.device) => return Expected::NoChange,
            _ => self.rang.push(step.device),
        }
        Expected::Changes
    }

    fn state(&self) -> InviteeState {
        match self.end {
            None => InviteeState::Pending,
            Some(End::Accepted(_)) => InviteeState::Accepted,
            Some(End::Rejected(_)) => InviteeState::Rejected,
            Some(End::Cancelled) => InviteeState::Cancelled,
            Some(End::TimedOut) => InviteeState::TimedOut,
        }
    }
}

fn command(step: &Step) -> Option<Command> {
    match step.act {
        Act::Accept => Some(accept(step.device)),
        Act::Reject => Some(reject(step.device, None)),
        Act::Cancel => Some(cancel(step.device)),
        Act::Ring => Some(Command::Ringing {
            by: on(step.device),
        }),
        Act::Timer => Some(Command::TimeOut),
        Act::InviterGone => Some(Command::InviterGone),
        Act::HangUp => None,
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let device = prop::sample::select(vec![
        "alice/laptop",
        "alice/phone",
        "bob/phone",
        "bob/desk",
        "carol/phone",
    ]);
    let act = prop::sample::select(vec![
        Act::Accept,
        Act::Reject,
        Act::Cancel,
        Act::Ring,
        Act::Ring,
        Act::Timer,
        Act::InviterGone,
        Act::HangUp,
    ]);
    let after_ms = prop_oneof![3 => 0..2_000_u64, 1 => 0..31_000_u64];
    let step = (after_ms, device, act).prop_map(|(after_ms, device, act)| Step {
        after_ms,
        device,
        act,
    });
    prop::collection::vec(step, 1..20)
}

fn is_end(event: &Event) -> bool {
    matches!(
        event,
        Event::InviteeAccepted(_)
            | Event::InviteeRejected(_)
            | Event::InvitationCancelled(_)
            | Event::InvitationTimeout(_)
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// §1–§4, §8: every answer is the model's, each side hears one end, and strangers hear nothing.
    #[test]
    fn every_sequence_goes_as_the_model_says(steps in steps()) {
        let mut world = World::ringing();
        let mut model = Model::default();
        let mut at_ms = 0;
        let mut ends_heard = 0;
        for step in &steps {
            at_ms += step.after_ms;
            let now: Timestamp = crate::cast::after(at_ms);
            prop_assert!(now >= START);
            let expected = model.does(step, at_ms);
            let outcome = match command(step) {
                Some(command) => world.does(&command, now),
                None => world.call_does(&hang_up(step.device, None), now),
            };
            match outcome {
                Err(refusal) => prop_assert_eq!(Expected::Refused(refusal), expected),
                Ok(decision) => {
                    let changed = decision.invitation.is_some() || decision.call.is_some();
                    prop_assert_eq!(changed, expected == Expected::Changes);
                    prop_assert!(changed || decision.notices.is_empty());
                    let known = [user("alice"), user("bob")].into();
                    prop_assert!(told(&decision.notices).is_subset(&known));
                    ends_heard += decision
                        .notices
                        .iter()
                        .filter(|n| n.to.user == user("bob") && is_end(&n.event))
                        .count();
                }
            }
            let invitation = world.invitation.as_ref().unwrap();
            prop_assert_eq!(invitation.invitees[0].fate.state(), model.state());
            prop_assert_eq!(invitation.ended.is_some(), model.end.is_some());
        }
        prop_assert_eq!(ends_heard, usize::from(model.end.is_some()));
    }
}
