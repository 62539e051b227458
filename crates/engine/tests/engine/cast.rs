//! The people of these tests and short ways to say what they do.

use std::collections::BTreeSet;
use std::time::Duration;

use bellhop_engine::command::Invite;
use bellhop_engine::{
    Actor, Call, Command, Context, Decision, Invitation, Notice, Refusal, call, decide,
};
use bellhop_protocol::id::HangUpReason;
use bellhop_protocol::request::{CancelReason, RejectReason, RingTime};
use bellhop_protocol::{Event, Timestamp, UserId};

/// The moment at which the first invitation is made.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_000_000);

pub(crate) fn user(name: &str) -> UserId {
    name.parse().unwrap()
}

/// `alice/phone` is alice on her phone.
pub(crate) fn on(name: &str) -> Actor {
    let (user, device) = name.split_once('/').unwrap();
    Actor {
        user: user.parse().unwrap(),
        device: device.parse().unwrap(),
        platform: "cli".parse().unwrap(),
    }
}

pub(crate) fn after(ms: u64) -> Timestamp {
    START.after(Duration::from_millis(ms))
}

pub(crate) fn invite(by: &str, whom: &str) -> Invite {
    Invite {
        by: on(by),
        id: "i1".parse().unwrap(),
        call: "i1".parse().unwrap(),
        group: None,
        invitees: vec![user(whom)],
        data: "hello".to_owned(),
        timeout: RingTime::try_from(30).unwrap(),
        online_user_only: false,
        push: None,
    }
}

/// To these members of the group.
pub(crate) fn invite_in_group(by: &str, whom: &[&str]) -> Invite {
    Invite {
        group: Some("team".parse().unwrap()),
        invitees: whom.iter().map(|name| user(name)).collect(),
        ..invite(by, "nobody")
    }
}

pub(crate) fn accept(by: &str) -> Command {
    Command::Accept {
        by: on(by),
        data: "yes".to_owned(),
    }
}

pub(crate) fn reject(by: &str, reason: Option<RejectReason>) -> Command {
    Command::Reject {
        by: on(by),
        data: "no".to_owned(),
        reason,
    }
}

pub(crate) fn cancel(by: &str) -> Command {
    cancel_for(by, None)
}

pub(crate) fn cancel_for(by: &str, reason: Option<CancelReason>) -> Command {
    Command::Cancel {
        by: on(by),
        data: "never mind".to_owned(),
        reason,
    }
}

pub(crate) fn modify(by: &str, data: &str) -> Command {
    Command::Modify {
        by: on(by),
        data: data.to_owned(),
    }
}

pub(crate) fn ringing(by: &str) -> Command {
    Command::Ringing { by: on(by) }
}

pub(crate) fn hang_up(by: &str, reason: Option<HangUpReason>) -> call::Command {
    call::Command::HangUp { by: on(by), reason }
}

/// The people of the group of these tests: dave is a member and never invited.
pub(crate) const MEMBERS: [&str; 4] = ["alice", "bob", "carol", "dave"];

/// One invitation and its call, as a store would hold them.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) invitation: Option<Invitation>,
    pub(crate) call: Option<Call>,
    /// Who is in the group.
    pub(crate) members: BTreeSet<UserId>,
    /// Who was in the group when it was dismissed.
    pub(crate) witnesses: BTreeSet<UserId>,
    /// Who has blocked alice.
    pub(crate) blocked_by: BTreeSet<UserId>,
}

impl World {
    /// Alice on her laptop rings bob for 30 s.
    pub(crate) fn ringing() -> Self {
        let mut world = Self::default();
        world
            .does(&Command::Invite(invite("alice/laptop", "bob")), START)
            .unwrap();
        world
    }

    /// A group in which nobody has invited anybody.
    pub(crate) fn of_a_group() -> Self {
        Self {
            members: MEMBERS.map(user).into(),
            ..Self::default()
        }
    }

    /// Alice on her laptop rings bob and carol in the group for 30 s.
    pub(crate) fn ringing_in_a_group() -> Self {
        let mut world = Self::of_a_group();
        let invite = Command::Invite(invite_in_group("alice/laptop", &["bob", "carol"]));
        world.does(&invite, START).unwrap();
        world
    }

    /// Decides and keeps what was decided.
    pub(crate) fn does(&mut self, command: &Command, now: Timestamp) -> Result<Decision, Refusal> {
        let context = Context {
            call: self.call.clone(),
            members: self.members.clone(),
            witnesses: self.witnesses.clone(),
            blocked_by: self.blocked_by.clone(),
            ..Context::default()
        };
        let decision = decide(self.invitation.as_ref(), command, &context, now)?;
        self.keep(&decision);
        Ok(decision)
    }

    /// The same for its call.
    pub(crate) fn call_does(
        &mut self,
        command: &call::Command,
        now: Timestamp,
    ) -> Result<Decision, Refusal> {
        let decision = call::decide(self.call.as_ref(), command, &self.members, now)?;
        self.keep(&decision);
        Ok(decision)
    }

    fn keep(&mut self, decision: &Decision) {
        let next_rev = |rev: Option<u64>| rev.unwrap_or(0) + 1;
        if let Some(next) = &decision.invitation {
            assert_eq!(next.rev, next_rev(self.invitation.as_ref().map(|i| i.rev)));
            self.invitation = Some(next.clone());
        }
        if let Some(next) = &decision.call {
            assert_eq!(next.rev, next_rev(self.call.as_ref().map(|c| c.rev)));
            self.call = Some(next.clone());
        }
    }
}

/// Who of these devices hears which event, in order: `("bob/phone", "inviteeAccepted")`.
pub(crate) fn heard(notices: &[Notice], devices: &[&str]) -> Vec<(String, &'static str)> {
    notices
        .iter()
        .flat_map(|notice| {
            let listening = devices.iter().filter(|device| {
                let device = on(device);
                notice.to.user == device.user && notice.to.includes(&device.device)
            });
            listening.map(|device| ((*device).to_owned(), name(&notice.event)))
        })
        .collect()
}

/// Everybody who is told anything.
pub(crate) fn told(notices: &[Notice]) -> BTreeSet<UserId> {
    notices
        .iter()
        .map(|notice| notice.to.user.clone())
        .collect()
}

fn name(event: &Event) -> &'static str {
    match event {
        Event::NewInvitationReceived(_) => "newInvitationReceived",
        Event::InviteeAccepted(_) => "inviteeAccepted",
        Event::InviteeRejected(_) => "inviteeRejected",
        Event::InvitationCancelled(_) => "invitationCancelled",
        Event::InvitationTimeout(_) => "invitationTimeout",
        Event::InvitationModified(_) => "invitationModified",
        Event::InviteeRinging(_) => "inviteeRinging",
        Event::CallEnded(_) => "callEnded",
        Event::SignalReceived(_) => "signalReceived",
        Event::MessageReceived(_) => "messageReceived",
        Event::UserStatusChanged(_) => "userStatusChanged",
        Event::GroupChanged(_) => "groupChanged",
        Event::PushReceived(_) => "pushReceived",
        Event::PushWithdrawn(_) => "pushWithdrawn",
        Event::KickedOffline(_) => "kickedOffline",
    }
}
