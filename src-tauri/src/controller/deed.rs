//! What each request of the protocol means to this app, in one place.
//!
//! Pure: names what a request is about; does nothing.

use bellhop_client::call_layer;
use bellhop_protocol::request::Receiver;
use bellhop_protocol::{
    CallId, Code, ConversationId, Failure, GroupId, InviteId, OfflinePushInfo, Request, UserId,
};

use crate::controller::talk::{Talk, media_of};
use crate::view::Direction;

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Rings somebody.
    Ring {
        /// The call it makes, or joins.
        talk: Talk,
        /// Who is rung.
        callees: Vec<UserId>,
    },
    /// Gives a ring up.
    Cancel(InviteId),
    /// Answers a ring with yes.
    Accept(InviteId),
    /// Answers a ring with no.
    Reject {
        /// The ring.
        invite: InviteId,
        /// In these words, when there are any.
        words: Option<String>,
    },
    /// Leaves a call.
    HangUp(CallId),
    /// Adds something to a conversation, or looks at it.
    Conversation(ConversationId),
    /// Changes a group, or who is in it.
    Groups,
    /// Becomes a member of a group.
    JoinGroup(GroupId),
    /// Leaves a group.
    QuitGroup(GroupId),
    /// Changes whom this user blocks.
    Blocks,
    /// Changes what this user shows of himself.
    Profile,
    /// Something else that is wished for, and that nothing is drawn of.
    Wish,
    /// Only asks.
    Question,
}

impl Deed {
    /// What this request is about. An invitation without a name is given this one; one to a call that
    /// says nothing of push is described in the name of the caller.
    pub(crate) fn of(request: &mut Request, name: impl FnOnce() -> InviteId, caller: &str) -> Self {
        match request {
            Request::Invite(invite) => {
                let id = invite.invite_id.get_or_insert_with(name).clone();
                describe(&mut invite.offline_push_info, &invite.data, caller);
                let with = ConversationId::C2C(invite.user.clone());
                let callees = vec![invite.user.clone()];
                ring(id, invite.call_id.clone(), with, callees, &invite.data)
            }
            Request::InviteInGroup(invite) => {
                let id = invite.invite_id.get_or_insert_with(name).clone();
                describe(&mut invite.offline_push_info, &invite.data, caller);
                let with = ConversationId::Group(invite.group.clone());
                let callees = invite.invitees.clone();
                ring(id, invite.call_id.clone(), with, callees, &invite.data)
            }
            Request::Cancel(asked) => Self::Cancel(asked.invite_id.clone()),
            Request::Accept(asked) => Self::Accept(asked.invite_id.clone()),
            Request::Reject(asked) => Self::Reject {
                invite: asked.invite_id.clone(),
                words: call_layer::reply(&asked.data),
            },
            Request::HangUp(asked) => Self::HangUp(asked.call_id.clone()),
            Request::SendMessage(asked) => Self::Conversation(match &asked.to {
                Receiver::User(user) => ConversationId::C2C(user.clone()),
                Receiver::Group(group) => ConversationId::Group(group.clone()),
            }),
            Request::SetMessageRead(asked) => Self::Conversation(asked.conversation_id.clone()),
            Request::CreateGroup(_)
            | Request::DismissGroup(_)
            | Request::AddGroupMember(_)
            | Request::DeleteGroupMember(_) => Self::Groups,
            Request::JoinGroup(asked) => Self::JoinGroup(asked.group.clone()),
            Request::QuitGroup(asked) => Self::QuitGroup(asked.group.clone()),
            Request::AddToBlacklist(_) | Request::RemoveFromBlacklist(_) => Self::Blocks,
            Request::UpdateMyProfile(_) => Self::Profile,
            Request::ModifyInvitation(_)
            | Request::Ringing(_)
            | Request::SendSignal(_)
            | Request::Login(_)
            | Request::Logout(_) => Self::Wish,
            Request::GetInvitation(_)
            | Request::GetCall(_)
            | Request::GetMessageList(_)
            | Request::GetConversationList(_)
            | Request::GetJoinedGroupList(_)
            | Request::GetGroupMemberList(_)
            | Request::GetUserProfile(_)
            | Request::GetBlacklist(_)
            | Request::GetUserStatus(_)
            | Request::SubscribeUserStatus(_) => Self::Question,
        }
    }

    /// Whether this refusal says that there is nothing left to do: what was to be answered or ended is
    /// answered or over (SIGNALING §4), here or elsewhere. Asking twice is no mistake of anybody's.
    pub(crate) fn is_done_by(&self, refusal: &Failure) -> bool {
        match self {
            Self::Cancel(_) | Self::Accept(_) | Self::Reject { .. } | Self::HangUp(_) => {
                refusal.code == Code::NotPending
            }
            Self::Ring { .. }
            | Self::Conversation(_)
            | Self::Groups
            | Self::JoinGroup(_)
            | Self::QuitGroup(_)
            | Self::Blocks
            | Self::Profile
            | Self::Wish
            | Self::Question => false,
        }
    }

    /// Whether somebody wished for it, and should read it when it is refused.
    pub(crate) fn is_wish(&self) -> bool {
        *self != Self::Question
    }
}

fn describe(push: &mut Option<Box<OfflinePushInfo>>, data: &str, caller: &str) {
    if push.is_none() {
        *push = call_layer::push_info(data, caller).map(Box::new);
    }
}

fn ring(
    invite: InviteId,
    call: Option<CallId>,
    with: ConversationId,
    callees: Vec<UserId>,
    data: &str,
) -> Deed {
    Deed::Ring {
        talk: Talk {
            call: call.unwrap_or_else(|| CallId::from(invite.clone())),
            invite,
            with,
            media: media_of(data),
            direction: Direction::Outgoing,
        },
        callees,
    }
}
