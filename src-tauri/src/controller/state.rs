//! What the controller knows besides the client's own view: the profile, and what is under way here.
//!
//! Plain data and the rules that keep it consistent with the client's view; no I/O, no clock.

use std::collections::{BTreeMap, BTreeSet};

use bellhop_client::View;
use bellhop_protocol::event::Status;
use bellhop_protocol::request::{GroupInfo, GroupMember, SendMessage};
use bellhop_protocol::{CallId, ConversationId, GroupId, InviteId, UserId};

use crate::controller::handed::Handed;
use crate::controller::history::History;
use crate::controller::question::Question;
use crate::controller::quiet::Quiet;
use crate::controller::reading::Read;
use crate::controller::talk::{Placing, Talk, find, running_here, talk_of};
use crate::link::Link;
use crate::notifier::Fates;
use crate::profile::Profile;
use crate::test_contacts;
use crate::view::{
    AudioView, DesktopSession, DesktopView, DialView, EndedView, Ending, GroupRefView, Hosting,
    NotificationsView, PeerView, PersonView, RungState,
};

/// The most people whose presence is asked for: their IDs have to fit into one request.
const MOST_WATCHED: usize = 350;

/// A group of this user's, and who is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// What the server says of it.
    pub(crate) info: GroupInfo,
    /// In the order of joining; empty until they are known.
    pub(crate) members: Vec<GroupMember>,
}

/// The conversation that is on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    /// Which one.
    pub(crate) id: ConversationId,
    /// Messages of it are being read.
    pub(crate) loading: bool,
    /// Its read mark is being moved.
    pub(crate) marking: bool,
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
    /// The conversations, and the past calls in them.
    pub(crate) history: History,
    /// The groups of this user.
    pub(crate) groups: BTreeMap<GroupId, Group>,
    /// Whom this user blocks.
    pub(crate) blocked: BTreeSet<UserId>,
    /// What users call themselves, as far as it was asked; empty for whoever has said nothing.
    pub(crate) nicks: BTreeMap<UserId, String>,
    /// The conversation that is on the screen.
    pub(crate) opened: Option<Opened>,
    /// The call this device places.
    pub(crate) placing: Option<Placing>,
    /// What is live, in the order in which it came.
    pub(crate) arrived: Vec<InviteId>,
    /// Rings that were answered with yes here, until the server has confirmed it.
    pub(crate) accepting: BTreeMap<InviteId, Talk>,
    /// Rings that were answered with no here, until the server has confirmed it, with the words to leave
    /// then.
    pub(crate) rejecting: BTreeMap<InviteId, Option<SendMessage>>,
    /// Rings that the person asked to be quiet.
    pub(crate) silenced: BTreeSet<InviteId>,
    /// Rings that came while this user was in a call, as long as they wait.
    pub(crate) came_in_call: BTreeSet<InviteId>,
    /// Rings that this device refuses by itself, until the server has confirmed it.
    pub(crate) refusing: BTreeSet<InviteId>,
    /// Whether this device is quiet at this moment.
    pub(crate) quiet: Quiet,
    /// The call this device is in, until its end was told.
    pub(crate) talk: Option<Talk>,
    /// This user's invitations into that call.
    pub(crate) invited: BTreeSet<InviteId>,
    /// How it ended with those who were rung into that call and did not come.
    pub(crate) fates: BTreeMap<UserId, RungState>,
    /// Who has left a call that runs.
    pub(crate) left: BTreeSet<(CallId, UserId)>,
    /// Hanging up has been asked for.
    pub(crate) hanging_up: bool,
    /// How the last call ended.
    pub(crate) ended: Option<EndedView>,
    /// What went wrong last.
    pub(crate) problem: Option<String>,
    /// How it stands with notifications.
    pub(crate) notifications: NotificationsView,
    /// What calls can be heard on.
    pub(crate) audio: AudioView,
    /// Something the app asks before it goes on.
    pub(crate) question: Option<Question>,
    /// A ring to be answered as soon as this device is in no other call.
    pub(crate) answer_next: Option<InviteId>,
    /// What was chosen on notifications before this app was there.
    pub(crate) handed: Handed,
    /// A call that a link or another program has prepared.
    pub(crate) dial: Option<DialView>,
    /// How many of them there were.
    dials: u32,
    /// What the desktop around the app can do.
    pub(crate) desktop: DesktopView,
    /// There is no icon for the tray, whether or not the desktop has one.
    pub(crate) no_tray_icon: bool,
    /// What became of the last notifications, newest first.
    pub(crate) deliveries: Fates,
}

impl State {
    /// What is known at the start; `notices` is what the person should read about the profile, and
    /// `session` draws the windows.
    pub(crate) fn new(profile: Profile, notices: Vec<String>, session: DesktopSession) -> Self {
        let own = profile.settings().user.clone();
        let deliveries = Fates::of_background(profile.folder());
        Self {
            hosting: hosting_before_known(&profile),
            history: History::new(own, profile.device().clone()),
            profile,
            server: String::new(),
            no_server: None,
            siblings: Vec::new(),
            presence: BTreeMap::new(),
            groups: BTreeMap::new(),
            blocked: BTreeSet::new(),
            nicks: BTreeMap::new(),
            opened: None,
            placing: None,
            arrived: Vec::new(),
            accepting: BTreeMap::new(),
            rejecting: BTreeMap::new(),
            silenced: BTreeSet::new(),
            came_in_call: BTreeSet::new(),
            refusing: BTreeSet::new(),
            quiet: Quiet::default(),
            talk: None,
            invited: BTreeSet::new(),
            fates: BTreeMap::new(),
            left: BTreeSet::new(),
            hanging_up: false,
            ended: None,
            problem: (!notices.is_empty()).then(|| notices.join(" ")),
            notifications: NotificationsView::Unknown,
            audio: AudioView::default(),
            question: None,
            answer_next: None,
            handed: Handed::default(),
            dial: None,
            dials: 0,
            desktop: DesktopView::before_known(session),
            no_tray_icon: false,
            deliveries,
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
        let nick = self.nicks.get(user).map(String::as_str);
        let nick = nick.filter(|nick| !nick.is_empty());
        known.or(test).or(nick).unwrap_or(user.as_str()).to_owned()
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
        let known = self.groups.get(group);
        GroupRefView {
            group_id: group.to_string(),
            name: known
                .map_or(group.as_str(), |known| known.info.name.as_str())
                .to_owned(),
        }
    }

    /// Whom a conversation is with.
    pub(crate) fn peer(&self, conversation: &ConversationId) -> PeerView {
        match conversation {
            ConversationId::C2C(user) => PeerView::User(self.person(user)),
            ConversationId::Group(group) => PeerView::Group(self.group_ref(group)),
        }
    }

    /// What to read when something has become of an invitation.
    pub(crate) fn reading_of(&self, invite: &InviteId) -> Read {
        let known = self.history.conversation_of(invite).cloned();
        known.map_or(Read::Conversations, Read::Conversation)
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
        let callees = self.placing.iter().flat_map(|p| p.callees.iter().cloned());
        let mut watched: BTreeSet<UserId> = own_contacts.chain(callees).collect();
        if self.is_local() {
            watched.extend(self.siblings.iter().cloned());
            watched.extend(
                test_contacts::ALL
                    .iter()
                    .map(test_contacts::TestContact::id),
            );
        }
        let members = self.groups.values().flat_map(|group| &group.members);
        watched.extend(members.map(|member| member.user.clone()));
        watched.extend(self.history.conversations().filter_map(one_to_one));
        watched.remove(self.own());
        watched.into_iter().take(MOST_WATCHED).collect()
    }

    /// Everybody who is shown, this user included.
    pub(crate) fn shown(&self) -> Vec<UserId> {
        let mut shown: BTreeSet<UserId> = self.watched().into_iter().collect();
        shown.insert(self.own().clone());
        shown.extend(self.blocked.iter().cloned());
        shown.into_iter().collect()
    }

    /// Those who are shown and whose own names are not known.
    pub(crate) fn unnamed(&self) -> Vec<UserId> {
        let mut unnamed = self.shown();
        unnamed.retain(|user| !self.nicks.contains_key(user));
        unnamed
    }

    /// Whether this device is in a call, or about to be.
    pub(crate) fn is_busy(&self) -> bool {
        self.talk.is_some() || self.placing.is_some() || !self.accepting.is_empty()
    }

    /// Whether this device is in a call other than that of this invitation, or about to be.
    pub(crate) fn is_busy_besides(&self, id: &InviteId, view: &View) -> bool {
        let call = find(view, id).map(|live| &live.invitation.call_id);
        let is_other = |talk: &Talk| talk.invite != *id && Some(&talk.call) != call;
        self.talk.as_ref().is_some_and(is_other)
            || self.placing.is_some()
            || self.accepting.values().any(is_other)
    }

    /// Whether this device is in that call.
    pub(crate) fn is_in(&self, call: &CallId) -> bool {
        self.talk.as_ref().is_some_and(|talk| talk.call == *call)
    }

    /// Whether this device places a call to whomever that conversation is with.
    pub(crate) fn is_calling(&self, with: &ConversationId) -> bool {
        let placing = self.placing.as_ref();
        placing.is_some_and(|placing| placing.talk.with == *with)
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
            let id = &live.invitation.invite_id;
            if self.arrived.contains(id) {
                continue;
            }
            self.arrived.push(id.clone());
            if self.is_engaged_besides(live, view) {
                self.came_in_call.insert(id.clone());
            }
        }
        self.follow_talk(view);
        let own = self.profile.settings().user.clone();
        let is_asked = |id: &InviteId| find(view, id).is_some_and(|live| live.is_pending_for(&own));
        self.silenced.retain(&is_asked);
        self.came_in_call.retain(&is_asked);
        self.refusing.retain(&is_asked);
    }

    /// Remembers who was invited into the call this device is in, and who left which call, for as long
    /// as that is of use.
    fn follow_talk(&mut self, view: &View) {
        let call = self.talk.as_ref().map(|talk| &talk.call);
        if call.is_none() {
            self.invited.clear();
            self.fates.clear();
        }
        let is_shown = |call: &CallId| {
            let mut invitations = view.invitations.iter();
            view.calls.iter().any(|running| running.call_id == *call)
                || invitations.any(|live| live.invitation.call_id == *call)
        };
        self.left.retain(|(call, _)| is_shown(call));
        for live in &view.invitations {
            if Some(&live.invitation.call_id) == call {
                self.invited.insert(live.invitation.invite_id.clone());
            }
        }
    }

    /// Puts the call that was placed away, and shows how it ended.
    pub(crate) fn end_placing(&mut self, ending: Ending) {
        if let Some(placing) = self.placing.take() {
            self.ended = Some(self.ended_view(&placing.talk, ending, None));
        }
    }

    /// The same, of a call that was declined with these words.
    pub(crate) fn end_declined(&mut self, ending: Ending, reply: Option<String>) {
        if let Some(placing) = self.placing.take() {
            let ended = self.ended_view(&placing.talk, ending, None);
            self.ended = Some(EndedView { reply, ..ended });
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
        self.came_in_call.clear();
        self.refusing.clear();
        self.answer_next = None;
    }

    /// Another server is used, or another user's: nothing that one said holds.
    pub(crate) fn server_changes(&mut self) {
        self.line_lost();
        self.no_server = None;
        self.server.clear();
        self.hosting = hosting_before_known(&self.profile);
        self.presence.clear();
        self.history = History::new(self.own().clone(), self.profile.device().clone());
        self.groups.clear();
        self.blocked.clear();
        self.nicks.clear();
        self.opened = None;
    }

    /// Prepares a call for the person to place.
    pub(crate) fn prepare(&mut self, link: &Link) {
        self.dials = self.dials.wrapping_add(1);
        self.dial = Some(DialView {
            user_id: link.user.to_string(),
            media_type: link.media,
            number: self.dials,
        });
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

fn one_to_one(conversation: &ConversationId) -> Option<UserId> {
    match conversation {
        ConversationId::C2C(user) => Some(user.clone()),
        ConversationId::Group(_) => None,
    }
}

/// What hosts the server, as far as the settings say.
pub(crate) fn hosting_before_known(profile: &Profile) -> Hosting {
    match profile.settings().remote {
        Some(_) => Hosting::Remote,
        None => Hosting::ThisApp,
    }
}
