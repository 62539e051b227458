//! The snapshot, as a pure function of what is known.

mod calls;
mod conversations;

use std::collections::BTreeSet;

use bellhop_client::{Connection, View};
use bellhop_protocol::event::Status;
use bellhop_protocol::request;
use bellhop_protocol::{ConversationId, Timestamp, UserId};

use crate::controller::state::{Group, State};
use crate::test_contacts;
use crate::view::{
    AppView, ConnectionView, ContactView, GroupRole, GroupView, JoinOption, MemberView, PersonView,
    Presence, ProfileView,
};

impl State {
    /// Everything the app shows at `now`, on the clock of the client's view.
    pub(crate) fn draw(&self, view: &View, now: Timestamp, revision: u32) -> AppView {
        let placing = self.placing.as_ref();
        AppView {
            revision,
            profile: self.own_profile(),
            connection: self.connection(view),
            contacts: self.contacts(),
            groups: self.group_views(view),
            blocked: self.blocked(),
            recents: self.recents(),
            missed: self.history.missed_since(self.profile.seen_ms()),
            conversations: self.conversations(),
            unread: self.unread(),
            open_conversation: self.open_conversation(),
            rings: self.rings(view, now),
            outgoing: placing.map(|placing| self.outgoing(placing, view, now)),
            call: self.call(view, now),
            ended: self.ended.clone(),
            problem: self.problem.clone(),
            settings: self.profile.settings().view(),
            notifications: self.notifications.clone(),
            audio: self.audio.clone(),
            quiet: self.quiet.view(),
            question: self.question_view(view),
            dial: self.dial.clone(),
            shortcuts: self.profile.settings().shortcuts.views(),
            desktop: self.desktop.clone(),
            deliveries: self.deliveries.view(),
        }
    }

    fn own_profile(&self) -> ProfileView {
        ProfileView {
            profile: self.profile.name().as_str().to_owned(),
            user_id: self.own().to_string(),
            nick: self.nicks.get(self.own()).cloned().unwrap_or_default(),
            server: self.server.clone(),
            hosting: self.hosting,
        }
    }

    fn connection(&self, view: &View) -> ConnectionView {
        if let Some(reason) = self.no_server.clone() {
            return ConnectionView::Stopped { reason };
        }
        match &view.connection {
            None | Some(Connection::Connecting) => ConnectionView::Connecting,
            Some(Connection::Online { .. }) => ConnectionView::Online,
            Some(Connection::Reconnecting { .. } | Connection::SignatureExpired) => {
                ConnectionView::Reconnecting
            }
            Some(Connection::Stopped(failure)) => ConnectionView::Stopped {
                reason: failure.message.clone(),
            },
        }
    }

    fn contacts(&self) -> Vec<ContactView> {
        let book = self.profile.contacts();
        let mut listed = BTreeSet::from([self.own().clone()]);
        let mut contacts = Vec::new();
        for contact in book.iter() {
            let test = self.test_text(&contact.user);
            if test.is_none() && listed.insert(contact.user.clone()) {
                contacts.push(self.contact(&contact.user, None));
            }
        }
        if !self.is_local() {
            return contacts;
        }
        for user in &self.siblings {
            if !book.hides(user) && listed.insert(user.clone()) {
                contacts.push(self.contact(user, None));
            }
        }
        for test in &test_contacts::ALL {
            let user = test.id();
            if !book.hides(&user) && listed.insert(user.clone()) {
                contacts.push(self.contact(&user, Some(test.what)));
            }
        }
        contacts
    }

    fn test_text(&self, user: &UserId) -> Option<&'static str> {
        let mut all = test_contacts::ALL.iter().filter(|_| self.is_local());
        Some(all.find(|test| test.user_id == user.as_str())?.what)
    }

    fn contact(&self, user: &UserId, test: Option<&str>) -> ContactView {
        ContactView {
            user_id: user.to_string(),
            name: self.name_of(user),
            presence: self.presence_of(user),
            blocked: self.blocked.contains(user),
            muted: self.profile.contacts().mutes(user),
            test: test.map(str::to_owned),
        }
    }

    fn presence_of(&self, user: &UserId) -> Presence {
        match self.presence.get(user) {
            None => Presence::Unknown,
            Some(Status::Online) => Presence::Online,
            Some(Status::Offline) => Presence::Offline,
            Some(Status::InCall) => Presence::InCall,
        }
    }

    fn blocked(&self) -> Vec<PersonView> {
        let mut blocked: Vec<_> = self.blocked.iter().map(|user| self.person(user)).collect();
        blocked.sort_by(|a, b| (&a.name, &a.user_id).cmp(&(&b.name, &b.user_id)));
        blocked
    }

    fn group_views(&self, view: &View) -> Vec<GroupView> {
        let groups = self.groups.values();
        let mut views: Vec<_> = groups.map(|group| self.group(group, view)).collect();
        views.sort_by(|a, b| (&a.name, &a.group_id).cmp(&(&b.name, &b.group_id)));
        views
    }

    fn group(&self, group: &Group, view: &View) -> GroupView {
        let info = &group.info;
        GroupView {
            group_id: info.group.to_string(),
            conversation_id: ConversationId::Group(info.group.clone()).to_string(),
            name: info.name.to_string(),
            owner: info.owner.to_string(),
            role: if info.owner == *self.own() {
                GroupRole::Owner
            } else {
                GroupRole::Member
            },
            join_option: match info.join_option {
                request::JoinOption::InviteOnly => JoinOption::InviteOnly,
                request::JoinOption::Free => JoinOption::Free,
            },
            member_count: u32::try_from(info.member_count).unwrap_or(u32::MAX),
            members: group.members.iter().map(|one| self.member(one)).collect(),
            calls: self.group_calls(&info.group, view),
        }
    }

    fn member(&self, member: &request::GroupMember) -> MemberView {
        MemberView {
            user_id: member.user.to_string(),
            name: self.name_of(&member.user),
            role: match member.role {
                request::GroupRole::Owner => GroupRole::Owner,
                request::GroupRole::Member => GroupRole::Member,
            },
            presence: self.presence_of(&member.user),
            blocked: self.blocked.contains(&member.user),
            own: member.user == *self.own(),
        }
    }
}
