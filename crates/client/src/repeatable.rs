//! The names that make repeating a request harmless (SIGNALING §4): given here to every request that
//! changes something and came without one.

use bellhop_protocol::{InviteId, OpId, Request};

/// The request under a name of its own, by which the server knows a repetition.
pub(crate) fn named(mut request: Request) -> Request {
    let op_id = match &mut request {
        Request::Invite(invite) => {
            invite.invite_id.get_or_insert_with(mint_invite_id);
            Some(&mut invite.op_id)
        }
        Request::InviteInGroup(invite) => {
            invite.invite_id.get_or_insert_with(mint_invite_id);
            Some(&mut invite.op_id)
        }
        Request::Cancel(asked) => Some(&mut asked.op_id),
        Request::Accept(asked) => Some(&mut asked.op_id),
        Request::Reject(asked) => Some(&mut asked.op_id),
        Request::ModifyInvitation(asked) => Some(&mut asked.op_id),
        Request::Ringing(asked) => Some(&mut asked.op_id),
        Request::HangUp(asked) => Some(&mut asked.op_id),
        Request::SendSignal(asked) => Some(&mut asked.op_id),
        Request::SendMessage(asked) => Some(&mut asked.op_id),
        Request::SetMessageRead(asked) => Some(&mut asked.op_id),
        Request::CreateGroup(asked) => Some(&mut asked.op_id),
        Request::DismissGroup(asked) | Request::JoinGroup(asked) | Request::QuitGroup(asked) => {
            Some(&mut asked.op_id)
        }
        Request::AddGroupMember(asked) | Request::DeleteGroupMember(asked) => {
            Some(&mut asked.op_id)
        }
        Request::UpdateMyProfile(asked) => Some(&mut asked.op_id),
        Request::AddToBlacklist(asked) | Request::RemoveFromBlacklist(asked) => {
            Some(&mut asked.op_id)
        }
        Request::Login(_)
        | Request::Logout(_)
        | Request::GetInvitation(_)
        | Request::GetCall(_)
        | Request::GetMessageList(_)
        | Request::GetConversationList(_)
        | Request::GetJoinedGroupList(_)
        | Request::GetGroupMemberList(_)
        | Request::GetUserProfile(_)
        | Request::GetBlacklist(_)
        | Request::GetUserStatus(_)
        | Request::SubscribeUserStatus(_) => None,
    };
    if let Some(op_id) = op_id {
        op_id.get_or_insert_with(mint);
    }
    request
}

fn mint() -> OpId {
    uuid::Uuid::new_v4()
        .to_string()
        .parse()
        .expect("a UUID is an id")
}

/// A name for an invitation that no other has.
pub(crate) fn mint_invite_id() -> InviteId {
    uuid::Uuid::new_v4()
        .to_string()
        .parse()
        .expect("a UUID is an id")
}
