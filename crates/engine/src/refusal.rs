//! Why a command is not carried out, and what the asker is told (SIGNALING §4).

use bellhop_protocol::{Code, Failure, Reason, UserId};

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
    #[error("Only the one who sent this invitation can cancel it.")]
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
    /// 20003: no such user.
    #[error("There is no user \"{0}\". Check the user ID; somebody exists after the first login.")]
    NoSuchUser(UserId),
    /// 20007: the receiver has blocked the sender.
    #[error("\"{0}\" does not take calls or messages from you.")]
    Blocked(UserId),
    /// 8011: the call is somebody else's.
    #[error("You are not in this call, so you cannot invite into it.")]
    NotInCall,
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
            Refusal::SelfInvite => (Code::BadParameter, Reason::BadParameter),
            Refusal::NoSuchUser(_) => (Code::NoSuchUser, Reason::NoSuchUser),
            Refusal::Blocked(_) => (Code::Blocked, Reason::Blocked),
            Refusal::NotInCall => (Code::NoPermission, Reason::NotInCall),
            Refusal::CallEnded => (Code::NotPending, Reason::Ended),
        };
        Self::new(code, reason, message)
    }
}
