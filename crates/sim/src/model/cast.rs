//! Who is in the small world, and what they ask.

use bellhop_engine::{Actor, Command, Context, call, command};
use bellhop_protocol::request::RingTime;
use bellhop_protocol::{Timestamp, UserId};

/// A device of the small world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Device {
    /// The inviter's, which invites.
    A1,
    /// The inviter's other one.
    A2,
    /// The first invitee's.
    B1,
    /// The first invitee's other one.
    B2,
    /// The second invitee's.
    C1,
    /// The second invitee's other one.
    C2,
    /// Of a member of the group who is not invited.
    D1,
    /// Of somebody outside.
    E1,
}

impl Device {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::A1,
        Self::A2,
        Self::B1,
        Self::B2,
        Self::C1,
        Self::C2,
        Self::D1,
        Self::E1,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::A1 => "a1",
            Self::A2 => "a2",
            Self::B1 => "b1",
            Self::B2 => "b2",
            Self::C1 => "c1",
            Self::C2 => "c2",
            Self::D1 => "d1",
            Self::E1 => "e1",
        }
    }

    pub(super) fn actor(self) -> Actor {
        Actor {
            user: user(&self.name()[..1]),
            device: self.name().parse().expect("a word is an id"),
            platform: "linux".parse().expect("a word is an id"),
        }
    }

    /// Whether it is its user's second.
    pub(super) fn is_second(self) -> bool {
        match self {
            Self::A2 | Self::B2 | Self::C2 => true,
            Self::A1 | Self::B1 | Self::C1 | Self::D1 | Self::E1 => false,
        }
    }

    /// Which of the invitees its user is.
    pub(super) fn invitee(self) -> Option<usize> {
        match self {
            Self::B1 | Self::B2 => Some(0),
            Self::C1 | Self::C2 => Some(1),
            Self::A1 | Self::A2 | Self::D1 | Self::E1 => None,
        }
    }
}

/// The users who are invited, in the inviter's order.
pub(super) const INVITEES: [&str; 2] = ["b", "c"];
/// The users who may be in the call.
pub(super) const PARTIES: [&str; 3] = ["a", "b", "c"];

/// Something that is asked, always under the same name, so that asking again is repeating it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ask {
    /// `A1` invites both.
    Invite,
    /// A device of the inviter's cancels.
    Cancel(Device),
    /// A device of an invitee's accepts.
    Accept(Device),
    /// A device of an invitee's rejects.
    Reject(Device),
    /// A device says that it rings.
    Ringing(Device),
    /// A device leaves the call.
    HangUp(Device),
    /// The timer says that the deadline may have passed.
    TimeOut,
}

impl Ask {
    /// Who asks; nobody for the timer.
    pub(super) fn by(self) -> Option<Device> {
        match self {
            Self::Invite => Some(Device::A1),
            Self::Cancel(by)
            | Self::Accept(by)
            | Self::Reject(by)
            | Self::Ringing(by)
            | Self::HangUp(by) => Some(by),
            Self::TimeOut => None,
        }
    }

    /// Whether it is remembered under its name.
    pub(super) fn has_name(self) -> bool {
        match self {
            Self::Invite
            | Self::Cancel(_)
            | Self::Accept(_)
            | Self::Reject(_)
            | Self::HangUp(_) => true,
            Self::Ringing(_) | Self::TimeOut => false,
        }
    }

    /// Whether the driver reads the call besides the invitation.
    pub(super) fn reads_the_call(self) -> bool {
        match self {
            Self::Invite | Self::Accept(_) => true,
            Self::Cancel(_)
            | Self::Reject(_)
            | Self::Ringing(_)
            | Self::HangUp(_)
            | Self::TimeOut => false,
        }
    }

    /// In the engine's words.
    pub(super) fn command(self) -> Question {
        let data = String::new();
        Question::OfInvitation(match self {
            Self::Invite => Command::Invite(invite()),
            Self::Cancel(by) => Command::Cancel {
                by: by.actor(),
                data,
                reason: None,
            },
            Self::Accept(by) => Command::Accept {
                by: by.actor(),
                data,
            },
            Self::Reject(by) => Command::Reject {
                by: by.actor(),
                data,
                reason: None,
            },
            Self::Ringing(by) => Command::Ringing { by: by.actor() },
            Self::TimeOut => Command::TimeOut,
            Self::HangUp(by) => {
                return Question::OfCall(call::Command::HangUp {
                    by: by.actor(),
                    reason: None,
                });
            }
        })
    }
}

/// What is asked of which aggregate.
pub(super) enum Question {
    OfInvitation(Command),
    OfCall(call::Command),
}

/// When the invitation is made, and all else that is not late.
pub(super) const EARLY: Timestamp = Timestamp::from_millis(1_800_000_000_000);
/// How long it rings.
const TIMEOUT_SECS: u32 = 30;

/// The moment of the deadline for what is late, a moment before it for what is not.
pub(super) fn moment(ask: Ask, late: bool) -> Timestamp {
    let limit = ring_time().limit().expect("it is not 0");
    match (late, ask) {
        (true, _) => EARLY.after(limit),
        (false, Ask::Invite) => EARLY,
        (false, _) => EARLY
            .after(limit)
            .before(std::time::Duration::from_millis(1)),
    }
}

pub(super) fn user(name: &str) -> UserId {
    name.parse().expect("a word is an id")
}

fn ring_time() -> RingTime {
    RingTime::try_from(TIMEOUT_SECS).expect("it is less than a day")
}

fn invite() -> command::Invite {
    command::Invite {
        by: Device::A1.actor(),
        id: "i".parse().expect("a word is an id"),
        call: "k".parse().expect("a word is an id"),
        group: Some("g".parse().expect("a word is an id")),
        invitees: INVITEES.map(user).to_vec(),
        data: String::new(),
        timeout: ring_time(),
        online_user_only: false,
        push: None,
    }
}

/// What the shell looks up: the group's members, all but the stranger.
pub(super) fn context(call: Option<bellhop_engine::Call>) -> Context {
    Context {
        call,
        members: ["a", "b", "c", "d"].map(user).into(),
        ..Context::default()
    }
}
