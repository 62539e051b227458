//! Why a command is not carried out, and what the asker is told (SIGNALING §4).

use bellhop_protocol::{Code, Failure, Reason, UserId};

use crate::{MAX_INVITEES, MAX_MEMBERS};

/// Why a command is not carried out. A refusal changes nothing and tells nobody else.
///
/// It names the invitation nowhere: the shell knows which one was asked about and adds it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 8010: no such invitation, or none the asker takes part in.
    #[error("There is no such invitation for you. It may be old, or meant for somebody else.")]
    UnknownInvitation,
    /// 8010: nobody is pending any more, or the asker is not.
    #[error("{}", .0.sentence())]
    NotPending(Past),
    /// 8011: only the inviter may.
    #[error("Only the one who sent this invitation can cancel or modify it.")]
    NotInviter,
    /// 8011: only an invitee may.
    #[error("Only somebody who was invited can answer this invitation.")]
    NotInvitee,
    /// 8011: the name of the new invitation is taken by somebody else.
    #[error("This inviteID is in use by somebody else. Make a new one.")]
    InviteIdTaken,
    /// 6017: the name of the new invitation is taken by a live one of the same inviter.
    #[error("This inviteID was used before with other parameters. Make a new one.")]
    InviteIdReused,
    /// 6017: one cannot ring oneself.
    #[error("You cannot invite yourself. Name another user.")]
    SelfInvite,
    /// 6017: nobody is invited, somebody twice, or too many.
    #[error("The inviteeList must name 1 to {MAX_INVITEES} members of the group, each once.")]
    BadInvitees,
    /// 6017: an online-only invitation leaves nothing that could be modified.
    #[error("An onlineUserOnly invitation cannot be modified. Cancel it and invite again.")]
    OnlineOnly,
    /// 10010: no such group.
    #[error("There is no such group. It may have been dismissed.")]
    NoSuchGroup,
    /// 10007: not a member of the group.
    #[error("You are not a member of this group.")]
    NotInGroup,
    /// 10004: an invitee outside the group.
    #[error("\"{0}\" is not a member of this group.")]
    OutsideGroup(UserId),
    /// 10007: only the owner may.
    #[error("Only the owner of this group can do this.")]
    NotOwner,
    /// 10007: a member has to add whoever wants to join.
    #[error("This group is not open to all. Ask a member to add you.")]
    InviteOnly,
    /// 6017: the group's id is in use.
    #[error("This groupID is in use. Choose another, or leave it out.")]
    GroupIdTaken,
    /// 6017: nobody is named.
    #[error("The userIDList must name at least one user.")]
    NobodyNamed,
    /// 6017: a group is left with `quitGroup` or ended with `dismissGroup`.
    #[error("You cannot take yourself out of a group. Quit or dismiss it.")]
    RemovesOwner,
    /// 6017: a group has so many members at most.
    #[error("A group has at most {MAX_MEMBERS} members.")]
    GroupFull,
    /// 20003: no such user.
    #[error("There is no user \"{0}\". Check the user ID; somebody exists after the first login.")]
    NoSuchUser(UserId),
    /// 20007: the receiver has blocked the sender.
    #[error("\"{0}\" does not take calls or messages from you.")]
    Blocked(UserId),
    /// 8011: the call is somebody else's.
    #[error("You are not in this call, so you cannot invite into it.")]
    NotInCall,
    /// 8011: a signal is sent by a party, from the device that is in the call.
    #[error("This device is not in this call.")]
    NotAParty,
    /// 8011: a signal goes to a party.
    #[error("\"{0}\" is not in this call on that device.")]
    ReceiverNotInCall(UserId),
    /// 8010: no such call for the asker.
    #[error("There is no such call for you.")]
    UnknownCall,
    /// 8010: the call is over.
    #[error("This call is over.")]
    CallEnded,
}

/// Why an invitation, or one's own part in it, is not pending any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// Accepted.
    Accepted,
    /// Accepted by the asker on another device.
    AcceptedElsewhere,
    /// Rejected.
    Rejected,
    /// Rejected by the asker on another device.
    RejectedElsewhere,
    /// Cancelled.
    Cancelled,
    /// Timed out.
    TimedOut,
}

impl Past {
    fn sentence(self) -> &'static str {
        match self {
            Self::Accepted => "This invitation was already accepted.",
            Self::AcceptedElsewhere => "You already accepted this invitation on another device.",
            Self::Rejected => "This invitation was already rejected.",
            Self::RejectedElsewhere => "You already rejected this invitation on another device.",
            Self::Cancelled => "This invitation was already cancelled.",
            Self::TimedOut => "This invitation has timed out.",
        }
    }

    fn reason(self) -> Reason {
        match self {
            Self::Accepted => Reason::Accepted,
            Self::AcceptedElsewhere => Reason::AcceptedElsewhere,
            Self::Rejected => Reason::Rejected,
            Self::RejectedElsewhere => Reason::RejectedElsewhere,
            Self::Cancelled => Reason::Cancelled,
            Self::TimedOut => Reason::TimedOut,
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        let (code, reason) = match refusal {
            Refusal::UnknownInvitation | Refusal::UnknownCall => {
                (Code::NotPending, Reason::Unknown)
            }
            Refusal::NotPending(past) => (Code::NotPending, past.reason()),
            Refusal::NotInviter => (Code::NoPermission, Reason::NotInviter),
            Refusal::NotInvitee => (Code::NoPermission, Reason::NotInvitee),
            Refusal::InviteIdTaken => (Code::NoPermission, Reason::NotYours),
            Refusal::InviteIdReused => (Code::BadParameter, Reason::Reused),
            Refusal::SelfInvite
            | Refusal::BadInvitees
            | Refusal::NobodyNamed
            | Refusal::RemovesOwner
            | Refusal::GroupFull => (Code::BadParameter, Reason::BadParameter),
            Refusal::NoSuchUser(_) => (Code::NoSuchUser, Reason::NoSuchUser),
            Refusal::Blocked(_) => (Code::Blocked, Reason::Blocked),
            Refusal::NotInCall | Refusal::NotAParty | Refusal::ReceiverNotInCall(_) => {
                (Code::NoPermission, Reason::NotInCall)
            }
            Refusal::OnlineOnly => (Code::BadParameter, Reason::OnlineUserOnly),
            Refusal::NoSuchGroup => (Code::NoSuchGroup, Reason::NoSuchGroup),
            Refusal::NotInGroup => (Code::NotInGroup, Reason::NotInGroup),
            Refusal::OutsideGroup(_) => (Code::InviteeNotInGroup, Reason::NotInGroup),
            Refusal::NotOwner => (Code::NotInGroup, Reason::NotOwner),
            Refusal::InviteOnly => (Code::NotInGroup, Reason::InviteOnly),
            Refusal::GroupIdTaken => (Code::BadParameter, Reason::Taken),
            Refusal::CallEnded => (Code::NotPending, Reason::Ended),
        };
        Self::new(code, reason, message)
    }
}
