//! The snapshot, as a pure function of what is known.

use std::collections::BTreeSet;

use bellhop_client::{Connection, LiveInvitation, Ring, Role, View};
use bellhop_protocol::event::Status;
use bellhop_protocol::{Timestamp, UserId, time};

use crate::controller::state::{Placing, State, find, media_of, running_here};
use crate::test_contacts;
use crate::view::{
    AppView, CallView, ConnectionView, ContactView, OutgoingView, Presence, ProfileView, Progress,
    RingView,
};

impl State {
    /// Everything the app shows at `now`, on the clock of the client's view.
    pub(crate) fn draw(&self, view: &View, now: Timestamp, revision: u32) -> AppView {
        let settings = self.profile.settings();
        AppView {
            revision,
            profile: ProfileView {
                profile: self.profile.name().as_str().to_owned(),
                user_id: settings.user.to_string(),
                nick: String::new(),
                server: self.server.clone(),
                hosting: self.hosting,
            },
            connection: self.connection(view),
            contacts: self.contacts(),
            groups: Vec::new(),
            blocked: Vec::new(),
            recents: self.recents.views(|user| self.person(user)),
            missed: self.recents.missed_since(self.profile.seen_ms()),
            conversations: Vec::new(),
            unread: 0,
            open_conversation: None,
            rings: self.rings(view, now),
            outgoing: self
                .placing
                .as_ref()
                .map(|placing| self.outgoing(placing, view, now)),
            call: self.call(view, now),
            ended: self.ended.clone(),
            problem: self.problem.clone(),
            settings: settings.view(),
            notifications: self.notifications.clone(),
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
            presence: match self.presence.get(user) {
                None => Presence::Unknown,
                Some(Status::Online) => Presence::Online,
                Some(Status::Offline) => Presence::Offline,
                Some(Status::InCall) => Presence::InCall,
            },
            blocked: false,
            test: test.map(str::to_owned),
        }
    }

    fn rings(&self, view: &View, now: Timestamp) -> Vec<RingView> {
        let arrived = self.arrived.iter().filter_map(|id| find(view, id));
        let rings = arrived.filter(|live| self.rings_here(live));
        rings.map(|live| self.ring(live, now)).collect()
    }

    /// Whether an invitation waits for an answer here. One that gives way to a call the other way by
    /// itself does not, nor one that may be over already.
    fn rings_here(&self, live: &LiveInvitation) -> bool {
        let may_sound = match live.ring {
            Ring::Sounds => true,
            Ring::Overdue | Ring::Unconfirmed | Ring::Silent => false,
        };
        may_sound
            && live.role == Role::Invitee
            && live.glare_with.is_none()
            && live.is_pending_for(self.own())
    }

    fn ring(&self, live: &LiveInvitation, now: Timestamp) -> RingView {
        let invitation = &live.invitation;
        let id = &invitation.invite_id;
        RingView {
            invite_id: id.to_string(),
            user_id: invitation.inviter.to_string(),
            name: self.name_of(&invitation.inviter),
            group: None,
            others: Vec::new(),
            media_type: media_of(&invitation.data),
            remaining_ms: remaining(live.deadline, now),
            timeout_ms: whole_time(live),
            silenced: self.silenced.contains(id),
            answering: self.accepting.contains_key(id) || self.rejecting.contains(id),
        }
    }

    fn outgoing(&self, placing: &Placing, view: &View, now: Timestamp) -> OutgoingView {
        let talk = &placing.talk;
        let live = find(view, &talk.invite);
        OutgoingView {
            invite_id: talk.invite.to_string(),
            with: self.peer(&talk.with),
            people: Vec::new(),
            media_type: talk.media,
            progress: self.progress(placing),
            remaining_ms: live.and_then(|live| remaining(live.deadline, now)),
            timeout_ms: live.and_then(whole_time),
            cancelling: placing.cancelling,
        }
    }

    fn progress(&self, placing: &Placing) -> Progress {
        if !placing.confirmed {
            return Progress::Calling;
        }
        let is_offline = |user| self.presence.get(user) == Some(&Status::Offline);
        if placing.callees.iter().all(is_offline) {
            Progress::NotReachable
        } else if placing.rang {
            Progress::Ringing
        } else {
            Progress::Sent
        }
    }

    fn call(&self, view: &View, now: Timestamp) -> Option<CallView> {
        let running = running_here(view)?;
        let talk = self.talk.as_ref()?;
        Some(CallView {
            call_id: talk.call.to_string(),
            with: self.peer(&talk.with),
            people: Vec::new(),
            ringing_invite_ids: Vec::new(),
            media_type: talk.media,
            elapsed_ms: time::millis(now.since(running.started)),
            hanging_up: self.hanging_up,
        })
    }
}

fn remaining(deadline: Option<Timestamp>, now: Timestamp) -> Option<u64> {
    Some(time::millis(deadline?.since(now)))
}

fn whole_time(live: &LiveInvitation) -> Option<u64> {
    let secs = live.invitation.timeout;
    (secs > 0).then(|| u64::from(secs) * 1000)
}
