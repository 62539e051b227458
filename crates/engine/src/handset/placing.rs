//! Invitations that this device places, one to one and in groups.

use std::time::Duration;

use bellhop_protocol::request::{Invited, RingTime};
use bellhop_protocol::{
    CallId, Code, Failure, GroupId, Invitation, InvitationState, InviteId, Invitee, InviteeState,
    OfflinePushInfo, Reason, Request, Timestamp, UserId, time,
};

use super::Handset;
use super::requests::Outstanding;

/// An invitation that has lost no more of its time than this was made by this very request.
const PROMPT: Duration = Duration::from_millis(100);
/// One that has lost more than this was made by an earlier one: an app that was restarted repeats it,
/// or another device does.
const SLOW: Duration = Duration::from_secs(2);

/// What a request to ring somebody asks for.
pub(super) struct Placement<'a> {
    /// The invitation's name, where the asker has given one.
    pub(super) id: Option<&'a InviteId>,
    call_id: Option<&'a CallId>,
    group: Option<&'a GroupId>,
    invitees: &'a [UserId],
    data: &'a str,
    timeout: RingTime,
    online_user_only: bool,
    push: Option<&'a OfflinePushInfo>,
}

impl<'a> Placement<'a> {
    /// What this request asks for, if it is one to ring somebody.
    pub(super) fn of(request: &'a Request) -> Option<Self> {
        if let Request::Invite(invite) = request {
            return Some(Self {
                id: invite.invite_id.as_ref(),
                call_id: invite.call_id.as_ref(),
                group: None,
                invitees: std::slice::from_ref(&invite.user),
                data: &invite.data,
                timeout: invite.timeout,
                online_user_only: invite.online_user_only,
                push: invite.offline_push_info.as_deref(),
            });
        }
        let Request::InviteInGroup(invite) = request else {
            return None;
        };
        Some(Self {
            id: invite.invite_id.as_ref(),
            call_id: invite.call_id.as_ref(),
            group: Some(&invite.group),
            invitees: &invite.invitees,
            data: &invite.data,
            timeout: invite.timeout,
            online_user_only: invite.online_user_only,
            push: invite.offline_push_info.as_deref(),
        })
    }

    /// How much of its time the invitation has lost; nothing where it has no deadline to tell it by.
    fn age(&self, remaining: Option<Duration>) -> Option<Duration> {
        let whole = self.timeout.limit()?;
        Some(whole.saturating_sub(remaining.unwrap_or(whole)))
    }

    /// The invitation as the server has it at its first revision.
    fn invitation(&self, id: InviteId, inviter: UserId, remaining: Option<Duration>) -> Invitation {
        let left = remaining.or(self.timeout.limit());
        let call_id = self.call_id.cloned();
        Invitation {
            rev: 1,
            call_id: call_id.unwrap_or_else(|| CallId::from(id.clone())),
            inviter,
            group_id: self.group.cloned(),
            invitee_list: self.invitees.to_vec(),
            data: self.data.to_owned(),
            timeout: self.timeout.as_secs(),
            online_user_only: self.online_user_only,
            remaining_ms: left.map(time::millis),
            state: InvitationState::Live,
            invitees: self.invitees.iter().map(pending).collect(),
            offline_push_info: self.push.cloned().map(Box::new),
            glare_with: None,
            invite_id: id,
        }
    }
}

/// Why an invitation is placed no more that the app has cancelled; an earlier try may have placed it.
fn cancelled_meanwhile() -> Failure {
    Failure::new(
        Code::TimedOut,
        Reason::TryAgain,
        "It was cancelled before the server said that it was placed.",
    )
}

/// An invitee who has not answered.
pub(super) fn pending(user: &UserId) -> Invitee {
    Invitee {
        user: user.clone(),
        state: InviteeState::Pending,
        device: None,
        platform: None,
        data: None,
        reason: None,
        ringing: false,
    }
}

impl Handset {
    /// The app cancels an invitation: its placing is not asked of the server once more, which would make
    /// what nobody wants any longer.
    pub(super) fn give_up_placing(&mut self, id: &InviteId, now: Timestamp) {
        for placing in self.requests.take_waiting_to_place(id) {
            self.settle(placing, Err(cancelled_meanwhile()), now);
        }
    }

    /// Whether the app cancels meanwhile what this request is to place.
    pub(super) fn is_unwanted(&self, placing: &Outstanding) -> bool {
        let placed = Placement::of(&placing.request).and_then(|it| it.id);
        placed.is_some_and(|id| self.requests.is_cancelling(id))
    }

    /// An invitation of this device's was made, now or, when this is a repetition, some time ago: then
    /// the server is asked how it stands, and one that is old is not shown as live before.
    pub(super) fn placed(&mut self, placement: &Placement<'_>, invited: Invited, now: Timestamp) {
        let id = invited.invite_id;
        self.table.place(id.clone(), true);
        if self.table.live.contains_key(&id) || self.table.has_ended(&id) {
            return;
        }
        let remaining = invited.remaining_ms.map(Duration::from_millis);
        let age = placement.age(remaining);
        let is_old = age.is_some_and(|age| age > SLOW);
        if is_old || self.table.heard_of(&id).is_some() {
            return self.ask_standing(&id, now);
        }
        let inviter = self.table.me.user.clone();
        let invitation = placement.invitation(id.clone(), inviter, remaining);
        self.table.insert(invitation, now);
        self.look_for_glare(&id, now);
        if age.is_none_or(|age| age > PROMPT) {
            self.ask_standing(&id, now);
        }
    }
}
