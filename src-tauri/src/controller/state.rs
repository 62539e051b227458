//! What the controller knows besides the client's own view: the profile, and what is under way here.
//!
//! Plain data and the rules that keep it consistent with the client's view; no I/O, no clock.

use std::collections::{BTreeMap, BTreeSet};

use bellhop_client::{LiveInvitation, Role, RunningCall, View, call_layer};
use bellhop_protocol::event::Status;
use bellhop_protocol::{CallId, ConversationId, GroupId, InviteId, UserId};

use crate::controller::recents::Recents;
use crate::profile::Profile;
use crate::test_contacts;
use crate::view::{
    Direction, EndedView, Ending, GroupRefView, Hosting, MediaType, NotificationsView, PeerView,
    PersonView,
};

/// A call this device is in, or answers: who with, and how it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Talk {
    /// The call.
    pub(crate) call: CallId,
    /// The invitation it began with.
    pub(crate) invite: InviteId,
    /// The conversation it is in, and so the other person or the group.
    pub(crate) with: ConversationId,
    /// Sound or picture.
    pub(crate) media: MediaType,
    /// Who called.
    pub(crate) direction: Direction,
}

impl Talk {
    /// The call that an invitation makes when it is accepted.
    pub(crate) fn of(live: &LiveInvitation, own: &UserId) -> Self {
        let invitation = &live.invitation;
        let is_outgoing = invitation.inviter == *own;
        let with = match &invitation.group_id {
            Some(group) => ConversationId::Group(group.clone()),
            None if is_outgoing => {
                let callee = invitation.invitee_list.first();
                ConversationId::C2C(callee.unwrap_or(own).clone())
            }
            None => ConversationId::C2C(invitation.inviter.clone()),
        };
        Self {
            call: invitation.call_id.clone(),
            invite: invitation.invite_id.clone(),
            with,
            media: media_of(&invitation.data),
            direction: if is_outgoing {
                Direction::Outgoing
            } else {
                Direction::Incoming
            },
        }
    }
}

/// The call this device places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placing {
    /// What it becomes when it is accepted.
    pub(crate) talk: Talk,
    /// Who is rung.
    pub(crate) callees: Vec<UserId>,
    /// The server has it.
    pub(crate) confirmed: bool,
    /// A device of the callee has said that it rings.
    pub(crate) rang: bool,
    /// Cancel has been asked for.
    pub(crate) cancelling: bool,
}

/// What the controller knows besides the client's view.
#[derive(Debug)]
pub(crate) struct State {
    /// The profile that is open.
    pub(crate) profile: Profile,
    /// What hosts the server.
    pub(crate) hosting: Hosting,
    /// Its address; empty until it is known.
    pub(crate) server: String,
    /// Why there is no server to connect to.
    pub(crate) no_server: Option<String>,
    /// Users of other profiles of this machine.
    pub(crate) siblings: Vec<UserId>,
    /// Who can be reached, as far as it was told.
    pub(crate) presence: BTreeMap<UserId, Status>,
    /// Past calls.
    pub(crate) recents: Recents,
    /// The call this device places.
    pub(crate) placing: Option<Placing>,
    /// What is live, in the order in which it came.
    pub(crate) arrived: Vec<InviteId>,
    /// Rings that were answered with yes here, until the server has confirmed it.
    pub(crate) accepting: BTreeMap<InviteId, Talk>,
    /// Rings that were answered with no here, until the server has confirmed it.
    pub(crate) rejecting: BTreeSet<InviteId>,
    /// Rings that the person asked to be quiet.
    pub(crate) silenced: BTreeSet<InviteId>,
    /// The call this device is in, until its end was told.
    pub(crate) talk: Option<Talk>,
    /// Hanging up has been asked for.
    pub(crate) hanging_up: bool,
    /// How the last call ended.
    pub(crate) ended: Option<EndedView>,
    /// What went wrong last.
    pub(crate) problem: Option<String>,
    /// How it stands with notifications.
    pub(crate) notifications: NotificationsView,
}

impl State {
    /// What is known at the start; `notices` is what the person should read about the profile.
    pub(crate) fn new(profile: Profile, notices: Vec<String>) -> Self {
        Self {
            hosting: hosting_before_known(&profile),
            profile,
            server: String::new(),
            no_server: None,
            siblings: Vec::new(),
            presence: BTreeMap::new(),
            recents: Recents::default(),
            placing: None,
            arrived: Vec::new(),
            accepting: BTreeMap::new(),
            rejecting: BTreeSet::new(),
            silenced: BTreeSet::new(),
            talk: None,
            hanging_up: false,
            ended: None,
            problem: (!notices.is_empty()).then(|| notices.join(" ")),
            notifications: NotificationsView::Unknown,
        }
    }

    /// Who uses the app.
    pub(crate) fn own(&self) -> &UserId {
        &self.profile.settings().user
    }

    /// The name to show for somebody.
    pub(crate) fn name_of(&self, user: &UserId) -> String {
        let known = self.profile.contacts().name_of(user);
        let test = test_contacts::ALL
            .iter()
            .find(|contact| self.is_local() && contact.user_id == user.as_str())
            .map(|contact| contact.name);
        known.or(test).unwrap_or(user.as_str()).to_owned()
    }

    /// Somebody, with the name to show.
    pub(crate) fn person(&self, user: &UserId) -> PersonView {
        PersonView {
            user_id: user.to_string(),
            name: self.name_of(user),
        }
    }

    /// A group, with the name to show.
    pub(crate) fn group_ref(&self, group: &GroupId) -> GroupRefView {
        GroupRefView {
            group_id: group.to_string(),
            name: group.to_string(),
        }
    }

    /// Whom a conversation is with.
    pub(crate) fn peer(&self, conversation: &ConversationId) -> PeerView {
        match conversation {
            ConversationId::C2C(user) => PeerView::User(self.person(user)),
            ConversationId::Group(group) => PeerView::Group(self.group_ref(group)),
        }
    }

    /// Whether the server is one of this machine's apps.
    pub(crate) fn is_local(&self) -> bool {
        match self.hosting {
            Hosting::ThisApp | Hosting::OtherProfile => true,
            Hosting::Remote => false,
        }
    }

    /// Everybody whose presence is shown.
    pub(crate) fn watched(&self) -> Vec<UserId> {
        let own_contacts = self.profile.contacts().iter().map(|c| c.user.clone());
        let callee = self.placing.iter().flat_map(|p| p.callees.iter().cloned());
        let mut watched: BTreeSet<UserId> = own_contacts.chain(callee).collect();
        if self.is_local() {
            watched.extend(self.siblings.iter().cloned());
            watched.extend(
                test_contacts::ALL
                    .iter()
                    .map(test_contacts::TestContact::id),
            );
        }
        watched.into_iter().collect()
    }

    /// Whether this device is in a call, or about to be.
    pub(crate) fn is_busy(&self) -> bool {
        self.talk.is_some() || self.placing.is_some() || !self.accepting.is_empty()
    }

    /// Whether this device is in a call other than that of this invitation, or about to be.
    pub(crate) fn is_busy_besides(&self, id: &InviteId) -> bool {
        let is_other = |talk: &Talk| talk.invite != *id;
        self.talk.as_ref().is_some_and(is_other)
            || self.placing.is_some()
            || self.accepting.values().any(is_other)
    }

    /// Whether this device is in that call.
    pub(crate) fn is_in(&self, call: &CallId) -> bool {
        self.talk.as_ref().is_some_and(|talk| talk.call == *call)
    }

    /// The call this device places, if it does so with that invitation.
    pub(crate) fn placing_of(&mut self, id: &InviteId) -> Option<&mut Placing> {
        let placing = self.placing.as_mut();
        placing.filter(|placing| placing.talk.invite == *id)
    }

    /// Takes over what the client's view knows better.
    pub(crate) fn follow(&mut self, view: &View) {
        if let Some(running) = running_here(view)
            && self
                .talk
                .as_ref()
                .is_none_or(|talk| talk.call != running.call_id)
        {
            self.talk = talk_of(running, view, self.own());
            self.hanging_up = false;
        }
        if let Some(talk) = &self.talk {
            self.placing
                .take_if(|placing| placing.talk.call == talk.call);
            self.accepting.remove(&talk.invite);
        }
        if let Some(placing) = &mut self.placing
            && let Some(live) = find(view, &placing.talk.invite)
        {
            placing.confirmed = true;
            placing.rang |= live
                .invitation
                .invitees
                .iter()
                .any(|invitee| invitee.ringing);
        }
        self.arrived.retain(|id| find(view, id).is_some());
        for live in &view.invitations {
            if !self.arrived.contains(&live.invitation.invite_id) {
                self.arrived.push(live.invitation.invite_id.clone());
            }
        }
        let own = self.profile.settings().user.clone();
        let is_asked = |id: &InviteId| find(view, id).is_some_and(|live| live.is_pending_for(&own));
        self.silenced.retain(&is_asked);
        self.rejecting.retain(&is_asked);
    }

    /// Puts the call that was placed away, and shows how it ended.
    pub(crate) fn end_placing(&mut self, ending: Ending) {
        if let Some(placing) = self.placing.take() {
            self.ended = Some(self.ended_view(&placing.talk, ending, None));
        }
    }

    /// Puts the call this device was in away, and shows how it ended.
    pub(crate) fn end_talk(&mut self, ending: Ending, duration_ms: Option<u64>) {
        self.hanging_up = false;
        if let Some(talk) = self.talk.take() {
            self.ended = Some(self.ended_view(&talk, ending, duration_ms));
        }
    }

    /// The connection is over: nothing of it is under way any more.
    pub(crate) fn line_lost(&mut self) {
        self.end_placing(Ending::Failed);
        self.end_talk(Ending::Failed, None);
        self.accepting.clear();
        self.rejecting.clear();
        self.silenced.clear();
    }

    fn ended_view(&self, talk: &Talk, ending: Ending, duration_ms: Option<u64>) -> EndedView {
        EndedView {
            invite_id: talk.invite.to_string(),
            with: self.peer(&talk.with),
            direction: talk.direction,
            ending,
            duration_ms,
            media_type: talk.media,
            reply: None,
        }
    }
}

/// What hosts the server, as far as the settings say.
pub(crate) fn hosting_before_known(profile: &Profile) -> Hosting {
    match profile.settings().remote {
        Some(_) => Hosting::Remote,
        None => Hosting::ThisApp,
    }
}

/// The invitation, if it is live or in call.
pub(crate) fn find<'a>(view: &'a View, id: &InviteId) -> Option<&'a LiveInvitation> {
    let mut all = view.invitations.iter();
    all.find(|live| live.invitation.invite_id == *id)
}

/// The call that this device is in.
pub(crate) fn running_here(view: &View) -> Option<&RunningCall> {
    view.calls.iter().find(|running| running.here)
}

/// What an invitation's data asks for.
pub(crate) fn media_of(data: &str) -> MediaType {
    match call_layer::media_type(data) {
        call_layer::MediaType::Audio => MediaType::Audio,
        call_layer::MediaType::Video => MediaType::Video,
    }
}

fn talk_of(running: &RunningCall, view: &View, own: &UserId) -> Option<Talk> {
    let mut of_call = view
        .invitations
        .iter()
        .filter(|live| live.invitation.call_id == running.call_id);
    let is_mine = |live: &&LiveInvitation| live.role != Role::Observer;
    if let Some(live) = of_call.find(is_mine) {
        return Some(Talk::of(live, own));
    }
    let other = running.parties.iter().find(|party| party.user != *own)?;
    let with = match &running.group_id {
        Some(group) => ConversationId::Group(group.clone()),
        None => ConversationId::C2C(other.user.clone()),
    };
    Some(Talk {
        call: running.call_id.clone(),
        invite: running.invitations.first()?.clone(),
        with,
        media: MediaType::Audio,
        direction: Direction::Incoming,
    })
}
