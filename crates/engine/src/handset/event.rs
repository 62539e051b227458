//! What a handset tells its app, and what is in its app's view: shapes only.

use bellhop_protocol::invitation::InvitationState;
use bellhop_protocol::{
    Call, CallId, Event, Failure, GroupId, Invitation, InviteId, InviteeState, Party, Timestamp,
};

/// Something the app should know, told once and in order.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientEvent {
    /// The connection to the server changed.
    Connection(Connection),
    /// An event of the signaling API: sent by the server, or made from the snapshot of a login for
    /// what happened while this device was away.
    Signaling(Event),
    /// The ring's deadline has passed on this device's clock: be silent. Its true end follows from
    /// the server, as an event of its own.
    RingOverdue(InviteId),
    /// The ring may be over already (the machine was asleep, or the server has been out of reach for
    /// long): be silent until `RingConfirmed` or the end.
    RingUnconfirmed(InviteId),
    /// The server says that the ring is live: it may sound (again).
    RingConfirmed(InviteId),
    /// The server does not know the invitation any more, or not for this user, who has left its group:
    /// it ended as `unknown`.
    InvitationLost(InviteId),
    /// A call of this user that runs, and that this device had not heard of before this login.
    CallRunning(Call),
    /// A call that ended while this device was away, or that this user hears of no more because he has
    /// left its group; the history knows how long it was.
    CallGone(CallId),
}

/// How it stands with the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connection {
    /// The first connection is being made.
    Connecting,
    /// Logged in. What was missed has been told before this.
    Online {
        /// Unread messages of all conversations together, when this device logged in. A message that
        /// came in that moment may be among them and be told too: read the list of conversations
        /// rather than count messages.
        unread_total: u64,
    },
    /// The connection was lost, or could not be made; it is tried again without being asked.
    Reconnecting {
        /// Why, with 6200 (never connected) or 9508 (connection lost).
        failure: Failure,
        /// When the next attempt begins, on this device's clock.
        retry_at: Timestamp,
    },
    /// The user signature has expired and a new one is being asked for.
    SignatureExpired,
    /// Over for good: logged out, kicked, or refused. Nothing rings any more, and every request
    /// fails with this.
    Stopped(Failure),
}

/// What this device has to do with an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It was placed on this device.
    Inviter,
    /// It was placed by this user on another device (or before a restart): shown, never rung.
    InviterElsewhere,
    /// This user is invited.
    Invitee,
    /// A call in a group of this user's, to others: shown, never rung.
    Observer,
}

/// Whether a ring may sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ring {
    /// It may.
    Sounds,
    /// Its deadline has passed on this device's clock.
    Overdue,
    /// The server has to confirm it first.
    Unconfirmed,
    /// There is nothing to ring: not invited, or answered.
    Silent,
}

/// An invitation that is live or in call, as this device knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveInvitation {
    /// The invitation with the latest known state of its invitees. Its `remaining_ms` is that of
    /// when it was received: use [`LiveInvitation::deadline`].
    pub invitation: Invitation,
    /// What this device has to do with it.
    pub role: Role,
    /// When it times out, on this device's clock; nothing when it rings for ever.
    pub deadline: Option<Timestamp>,
    /// Whether it may sound.
    pub ring: Ring,
    /// The invitation the other way that is live too: one of the two gives way by itself (SIGNALING
    /// §5, glare).
    pub glare_with: Option<InviteId>,
}

impl LiveInvitation {
    /// Whether somebody is still asked for an answer.
    pub fn is_live(&self) -> bool {
        self.invitation.state == InvitationState::Live
    }

    /// Whether this user is asked and has not answered.
    pub fn is_pending_for(&self, user: &bellhop_protocol::UserId) -> bool {
        self.is_live()
            && self
                .invitation
                .invitees
                .iter()
                .any(|invitee| invitee.user == *user && invitee.state == InviteeState::Pending)
    }
}

/// A call that this user is in, as this device knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningCall {
    /// Its name.
    pub call_id: CallId,
    /// The group it is in; nothing for one to one.
    pub group_id: Option<GroupId>,
    /// When it was answered, on this device's clock.
    pub started: Timestamp,
    /// Who is in it, as far as this device has heard.
    pub parties: Vec<Party>,
    /// Whether that is everybody: the one who accepts does not hear of the inviter's device, nor of
    /// those who came before him, until the server has told.
    pub complete: bool,
    /// The invitations into it, first one first.
    pub invitations: Vec<InviteId>,
    /// Whether this device is a party, rather than another one of this user.
    pub here: bool,
}

/// All that a screen needs, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The latest state of the connection; nothing before the start.
    pub connection: Option<Connection>,
    /// Invitations that are live or in call, by their id.
    pub invitations: Vec<LiveInvitation>,
    /// The calls this user is in.
    pub calls: Vec<RunningCall>,
}
