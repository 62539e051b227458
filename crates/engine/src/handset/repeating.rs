//! Which requests may be sent again, and when (SIGNALING §4, 6012).

use std::time::Duration;

use bellhop_protocol::{Code, Failure, Reason, Request};

use super::requests::{Asker, Outstanding};

/// How long to wait before the first repetition of what the server could not do; then twice as long
/// each time.
pub(super) const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest of these waits is the first one times two to this power.
const MOST_DOUBLINGS: u32 = 4;

/// Whether sending this request again cannot do a second time what it did already: it reads, has a
/// name that the server remembers, or leaves things as they are when they are so already.
pub(super) fn is_repeatable(request: &Request) -> bool {
    match request {
        Request::Invite(asked) => asked.op_id.is_some() || asked.invite_id.is_some(),
        Request::InviteInGroup(asked) => asked.op_id.is_some() || asked.invite_id.is_some(),
        Request::SendSignal(asked) => asked.op_id.is_some(),
        Request::SendMessage(asked) => asked.op_id.is_some(),
        Request::CreateGroup(asked) => asked.op_id.is_some() || asked.group.is_some(),
        Request::Login(_)
        | Request::Logout(_)
        | Request::Cancel(_)
        | Request::Accept(_)
        | Request::Reject(_)
        | Request::ModifyInvitation(_)
        | Request::GetInvitation(_)
        | Request::Ringing(_)
        | Request::HangUp(_)
        | Request::GetCall(_)
        | Request::GetMessageList(_)
        | Request::GetConversationList(_)
        | Request::SetMessageRead(_)
        | Request::DismissGroup(_)
        | Request::JoinGroup(_)
        | Request::QuitGroup(_)
        | Request::AddGroupMember(_)
        | Request::DeleteGroupMember(_)
        | Request::GetJoinedGroupList(_)
        | Request::GetGroupMemberList(_)
        | Request::UpdateMyProfile(_)
        | Request::GetUserProfile(_)
        | Request::AddToBlacklist(_)
        | Request::RemoveFromBlacklist(_)
        | Request::GetBlacklist(_)
        | Request::GetUserStatus(_)
        | Request::SubscribeUserStatus(_) => true,
    }
}

/// Whether the server could not do it just now, and may have done it all the same.
pub(super) fn is_in_doubt(failure: &Failure) -> bool {
    failure.code == Code::TimedOut && failure.data.reason == Reason::TryAgain
}

/// How long to wait before the handset itself asks again; nothing when the refusal is to be believed.
pub(super) fn wait_after(failure: &Failure, outstanding: &Outstanding) -> Option<Duration> {
    let is_own = !matches!(outstanding.asker, Asker::App(_));
    let may_pass = is_in_doubt(failure) || (is_own && failure.code == Code::TooManyRequests);
    if !may_pass || !is_repeatable(&outstanding.request) {
        return None;
    }
    let told = failure.data.retry_after_ms.map(Duration::from_millis);
    let doublings = outstanding.attempts.saturating_sub(1).min(MOST_DOUBLINGS);
    Some((FIRST_WAIT * 2_u32.pow(doublings)).max(told.unwrap_or_default()))
}
