//! Reconciling the live table with what the server says at once (SIGNALING §5): the snapshot of a
//! login, or one invitation. What changed meanwhile becomes the events that told of it.

use std::collections::BTreeSet;
use std::time::Duration;

use bellhop_protocol::event::{Answered, Cancelled, Modified, TimedOut};
use bellhop_protocol::invitation::{EndReason, InvitationState};
use bellhop_protocol::request::LoggedIn;
use bellhop_protocol::{
    CallId, DeviceId, Event, Invitation, InviteId, Invitee, InviteeState, Platform, Timestamp,
    UserId,
};

use super::ClientEvent;
use super::placing::pending;
use super::table::Table;

/// What the app knows of the beginning of an invitation that is not in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beginning {
    /// Nothing.
    News,
    /// That it has asked for it: the reply is to tell it.
    Awaited,
    /// That it rings: the reply has told it.
    Told,
}

impl Table {
    /// Brings the table to the snapshot; tells what is news, ends first. `placing` are this device's
    /// own invitations whose outcome it does not know.
    pub(super) fn reconcile(
        &mut self,
        snapshot: &LoggedIn,
        placing: &BTreeSet<InviteId>,
        now: Timestamp,
    ) -> Vec<ClientEvent> {
        let known: Vec<InviteId> = self.live.keys().cloned().collect();
        let all = || snapshot.ended.iter().chain(&snapshot.invitations);
        let mut running: BTreeSet<CallId> = self.calls.keys().cloned().collect();
        for entry in self.live.values() {
            if entry.invitation.state == InvitationState::InCall {
                running.insert(entry.invitation.call_id.clone());
            }
        }

        let mut told = Vec::new();
        for invitation in &snapshot.ended {
            told.extend(
                self.learn_ended(invitation, placing, now)
                    .into_iter()
                    .map(ClientEvent::Signaling),
            );
        }
        let mentioned: BTreeSet<&InviteId> =
            all().map(|invitation| &invitation.invite_id).collect();
        for id in known.iter().filter(|id| !mentioned.contains(id)) {
            let was_live = self
                .live
                .get(id)
                .is_some_and(super::LiveInvitation::is_live);
            self.forget(id);
            told.extend(was_live.then(|| ClientEvent::InvitationLost(id.clone())));
        }
        let mut begun = Vec::new();
        for invitation in &snapshot.invitations {
            let is_placing = placing.contains(&invitation.invite_id);
            let beginning = self.beginning_of(&invitation.invite_id, is_placing);
            begun.extend(self.learn_live(invitation, beginning, now));
        }
        running.extend(self.calls.keys().cloned());
        told.extend(self.drop_calls(running, snapshot));
        told.extend(begun);
        for call in &snapshot.calls {
            if !self.calls.contains_key(&call.call_id) {
                told.push(ClientEvent::CallRunning(call.clone()));
            }
            self.learn_call(call, now);
        }
        told
    }

    /// What the app knows of the beginning of an invitation that is not in the table.
    pub(super) fn beginning_of(&self, id: &InviteId, is_placing: bool) -> Beginning {
        if is_placing {
            Beginning::Awaited
        } else if self.has_placed(id) {
            Beginning::Told
        } else {
            Beginning::News
        }
    }

    /// An invitation that has ended: known here, being placed here, or timed out while away.
    fn learn_ended(
        &mut self,
        told: &Invitation,
        placing: &BTreeSet<InviteId>,
        now: Timestamp,
    ) -> Vec<Event> {
        let id = &told.invite_id;
        if self.live.contains_key(id) {
            return self.merge(told, now);
        }
        if self.has_ended(id) {
            return Vec::new();
        }
        if placing.contains(id) || self.has_placed(id) {
            return self.learn_placed(told, now).1;
        }
        self.forget(id);
        let timed_out = told
            .invitees
            .iter()
            .filter(|i| i.state == InviteeState::TimedOut);
        self.outcomes(told, &timed_out.collect::<Vec<_>>())
    }

    /// How an invitation stands, most often live or in call.
    pub(super) fn learn_live(
        &mut self,
        told: &Invitation,
        beginning: Beginning,
        now: Timestamp,
    ) -> Vec<ClientEvent> {
        let id = &told.invite_id;
        if self.live.contains_key(id) {
            let events = self.merge(told, now);
            let confirmed = self.confirm(id, now);
            return events
                .into_iter()
                .map(ClientEvent::Signaling)
                .chain(confirmed)
                .collect();
        }
        if self.has_ended(id) {
            return Vec::new();
        }
        if beginning != Beginning::News {
            let (first, events) = self.learn_placed(told, now);
            let awaited = (beginning == Beginning::Awaited).then_some(first);
            let told = awaited.into_iter().chain(events);
            return told.map(ClientEvent::Signaling).collect();
        }
        self.insert(told.clone(), now);
        match told.state {
            InvitationState::Live => {
                vec![ClientEvent::Signaling(Event::NewInvitationReceived(
                    Box::new(told.clone()),
                ))]
            }
            // Its call is told with the calls.
            InvitationState::InCall => Vec::new(),
            InvitationState::Ended => {
                self.forget(id);
                Vec::new()
            }
        }
    }

    /// An invitation that this device placed without hearing how it went on: its beginning, and all
    /// that followed.
    fn learn_placed(&mut self, told: &Invitation, now: Timestamp) -> (Event, Vec<Event>) {
        let mut fresh = told.clone();
        fresh.rev = 1;
        fresh.state = InvitationState::Live;
        for invitee in &mut fresh.invitees {
            *invitee = pending(&invitee.user);
        }
        self.insert(fresh.clone(), now);
        let events = self.merge(told, now);
        (Event::NewInvitationReceived(Box::new(fresh)), events)
    }

    /// Brings a known invitation to what the server says; the events that this means, in order.
    pub(super) fn merge(&mut self, told: &Invitation, now: Timestamp) -> Vec<Event> {
        let id = &told.invite_id;
        let Some(entry) = self.live.get(id) else {
            return Vec::new();
        };
        let known = &entry.invitation;
        let is_pending = |user: &UserId| {
            let invitee = known.invitees.iter().find(|invitee| invitee.user == *user);
            invitee.is_none_or(|invitee| !invitee.state.is_terminal())
        };
        let is_stale = told.rev < known.rev
            || told
                .invitees
                .iter()
                .any(|i| !i.state.is_terminal() && !is_pending(&i.user));
        if is_stale {
            return Vec::new();
        }
        let news: Vec<&Invitee> = told
            .invitees
            .iter()
            .filter(|invitee| invitee.state.is_terminal() && is_pending(&invitee.user))
            .collect();
        let mut events = Vec::new();
        if told.rev > known.rev && known.state == InvitationState::Live && told.data != known.data {
            events.push(Event::InvitationModified(Modified {
                invite_id: id.clone(),
                rev: told.rev,
                data: told.data.clone(),
            }));
        }
        events.extend(self.outcomes(told, &news));
        let accepted: Vec<UserId> = news
            .iter()
            .filter(|invitee| invitee.state == InviteeState::Accepted)
            .map(|invitee| invitee.user.clone())
            .collect();
        let is_taken_out =
            |it: &&Invitee| it.user == self.me.user && it.reason == Some(EndReason::LeftGroup);
        if let (Some(group), true) = (&told.group_id, news.iter().any(is_taken_out)) {
            self.left.put(group.clone(), true);
        }
        let entry = self.live.get_mut(id).expect("it was found above");
        entry.invitation = told.clone();
        if let Some(ms) = told.remaining_ms {
            entry.deadline = Some(now.after(Duration::from_millis(ms)));
        }
        if told.state == InvitationState::InCall {
            self.over.remove(&told.call_id);
        }
        self.join(id, &accepted, now);
        self.settle(id);
        events
    }

    /// The events that told of these invitees' outcomes: answers first, then those who gave none.
    fn outcomes(&self, told: &Invitation, news: &[&Invitee]) -> Vec<Event> {
        let mut events = Vec::new();
        for invitee in news {
            match invitee.state {
                InviteeState::Accepted => {
                    events.push(Event::InviteeAccepted(answer(told, invitee)));
                }
                InviteeState::Rejected => {
                    events.push(Event::InviteeRejected(answer(told, invitee)));
                }
                InviteeState::Pending | InviteeState::Cancelled | InviteeState::TimedOut => {}
            }
        }
        let with = |state| news.iter().filter(move |invitee| invitee.state == state);
        if let Some(first) = with(InviteeState::Cancelled).next() {
            events.push(Event::InvitationCancelled(Cancelled {
                invite_id: told.invite_id.clone(),
                rev: told.rev,
                inviter: told.inviter.clone(),
                group_id: told.group_id.clone(),
                invitee_list: with(InviteeState::Cancelled)
                    .map(|i| i.user.clone())
                    .collect(),
                data: first.data.clone().unwrap_or_default(),
                reason: first.reason,
            }));
        }
        let timed_out: Vec<UserId> = with(InviteeState::TimedOut)
            .map(|i| i.user.clone())
            .collect();
        if !timed_out.is_empty() {
            events.push(Event::InvitationTimeout(TimedOut {
                invite_id: told.invite_id.clone(),
                rev: told.rev,
                inviter: told.inviter.clone(),
                group_id: told.group_id.clone(),
                is_self_timeout: timed_out.contains(&self.me.user),
                invitee_list: timed_out,
            }));
        }
        events
    }

    /// Ends the calls that the snapshot does not have; tells about each.
    fn drop_calls(&mut self, running: BTreeSet<CallId>, snapshot: &LoggedIn) -> Vec<ClientEvent> {
        let mut told = Vec::new();
        for id in running {
            let is_in = snapshot.calls.iter().any(|call| call.call_id == id);
            let of_call = || snapshot.invitations.iter().filter(|i| i.call_id == id);
            let runs = of_call().any(|i| i.state == InvitationState::InCall);
            // One that goes on without this user is a call of others.
            if is_in || (runs && !self.calls.contains_key(&id)) {
                continue;
            }
            self.leave(&id, of_call().next().is_none());
            told.push(ClientEvent::CallGone(id));
        }
        told
    }
}

fn answer(told: &Invitation, invitee: &Invitee) -> Answered {
    let unnamed_device = || "unknown".parse::<DeviceId>().expect("a word is an id");
    let unnamed_platform = || "unknown".parse::<Platform>().expect("a word is an id");
    Answered {
        invite_id: told.invite_id.clone(),
        rev: told.rev,
        inviter: told.inviter.clone(),
        group_id: told.group_id.clone(),
        invitee: invitee.user.clone(),
        data: invitee.data.clone().unwrap_or_default(),
        device: invitee.device.clone().unwrap_or_else(unnamed_device),
        platform: invitee.platform.clone().unwrap_or_else(unnamed_platform),
        reason: invitee.reason,
    }
}
