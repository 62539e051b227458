//! What offline push adds to a world: a push channel for each user, what may be pushed, and who has to
//! be pushed to (SIGNALING §7).
//!
//! Judges by the specification alone, as the oracle does.

use std::collections::BTreeSet;
use std::time::Duration;

use bellhop_engine::Invitation;
use bellhop_engine::handset::{ClientEvent, Connection};
use bellhop_engine::invitation::{Fate, Invitee};
use bellhop_protocol::event::Push;
use bellhop_protocol::push::OfflinePushInfo;
use bellhop_protocol::request::{ByInvite, Request};
use bellhop_protocol::{CallOutcome, Code, Event, Failure, InviteId, Party, Timestamp, UserId};
use serde_json::Value;

use crate::oracle::Truth;
use crate::phone::Phone;
use crate::verdict::Invariant;
use crate::world::World;

/// How long a connected device has to say that it rings.
const ASLEEP_AFTER_MS: u64 = 3_000;
/// How late a timer may be, and what it has to say.
const SLACK_MS: u64 = 3_000;

/// What one app on a push channel was told, from its start to its end.
#[derive(Debug, Default)]
pub(crate) struct Pushes {
    /// What rings, as far as it knows.
    ringing: BTreeSet<InviteId>,
    /// What is over.
    over: BTreeSet<InviteId>,
}

impl Pushes {
    fn begin(&mut self, id: &InviteId) {
        // The same push may come again at any time.
        if !self.over.contains(id) {
            self.ringing.insert(id.clone());
        }
    }

    fn end(&mut self, id: &InviteId) {
        if self.ringing.remove(id) {
            self.over.insert(id.clone());
        }
    }
}

impl World {
    /// What an invitation says of push: nothing in worlds without; else, as a rule, that it is wanted.
    pub(crate) fn push_info(&self) -> Option<Box<OfflinePushInfo>> {
        if !self.has_pushes {
            return None;
        }
        let kind = self.handle.draw(|chance| chance.below(10));
        let description = (kind != 1).then(|| "somebody calls".to_owned());
        (kind != 0).then(|| {
            Box::new(OfflinePushInfo {
                disable_push: kind == 2,
                title: Some("a call".to_owned()),
                description,
                ..OfflinePushInfo::default()
            })
        })
    }

    /// A push channel answers one of the rings that it knows.
    pub(crate) fn answer_pushed(&mut self, channel: usize, ring: usize, yes: bool) {
        let channels = self.phones.len() - self.in_hand();
        let Some(channel) = channel.checked_rem(channels) else {
            return;
        };
        let channel = self.in_hand() + channel;
        let Some(app) = &self.phones[channel].app else {
            return;
        };
        let rings: Vec<&InviteId> = app.pushes.ringing.iter().collect();
        let Some(place) = ring.checked_rem(rings.len()) else {
            return;
        };
        let id = rings[place].clone();
        let request = self.answer_to(id, yes);
        self.ask(channel, request, true);
    }

    /// The handset of a push channel told its app something.
    pub(crate) fn tell_push_channel(&mut self, phone: usize, event: &ClientEvent) {
        let Some(app) = &mut self.phones[phone].app else {
            return;
        };
        match event {
            ClientEvent::Signaling(Event::PushReceived(push)) => {
                app.pushes.begin(&push.signaling.invite_id);
            }
            ClientEvent::Signaling(Event::PushWithdrawn(told)) => app.pushes.end(&told.invite_id),
            ClientEvent::Connection(Connection::Online { .. }) => {
                // What ended meanwhile was told to nobody.
                let ringing: Vec<InviteId> = app.pushes.ringing.iter().cloned().collect();
                for id in ringing {
                    self.ask_how_it_stands(phone, id);
                }
            }
            ClientEvent::Connection(_)
            | ClientEvent::Signaling(_)
            | ClientEvent::RingConfirmed(_)
            | ClientEvent::RingOverdue(_)
            | ClientEvent::RingUnconfirmed(_)
            | ClientEvent::InvitationLost(_)
            | ClientEvent::CallRunning(_)
            | ClientEvent::CallGone(_) => {}
        }
    }

    fn ask_how_it_stands(&mut self, phone: usize, id: InviteId) {
        let request = Request::GetInvitation(ByInvite {
            invite_id: id,
            op_id: None,
        });
        self.ask(phone, request, false);
    }

    /// A push channel was told how an invitation stands.
    pub(crate) fn hear_how_it_stands(
        &mut self,
        phone: usize,
        id: &InviteId,
        outcome: Result<&Value, &Failure>,
    ) {
        let Phone { me, app, .. } = &mut self.phones[phone];
        let Some(app) = app else {
            return;
        };
        match outcome {
            Ok(told) => {
                let told: Result<bellhop_protocol::Invitation, _> =
                    serde_json::from_value(told.clone());
                let Ok(told) = told else {
                    return self.oracle.blame(Invariant::Pushed, || {
                        format!("{me:?} cannot read how {id} stands")
                    });
                };
                let mut own = told.invitees.iter().filter(|it| it.user == me.user);
                if own.all(|it| it.state.is_terminal()) {
                    app.pushes.end(id);
                }
            }
            Err(failure) if failure.code == Code::NotPending => app.pushes.end(id),
            // Asked again with the next login, or at once while there is a connection.
            Err(_) if self.phones[phone].is_online() => self.ask_how_it_stands(phone, id.clone()),
            Err(_) => {}
        }
    }

    /// When all is calm, a push channel knows what rings that was pushed, and nothing else.
    pub(crate) fn check_push_channel(&self, phone: usize) {
        let Phone { me, app, .. } = &self.phones[phone];
        let Some(app) = app else {
            return;
        };
        let now = Timestamp::from_millis(self.handle.now());
        let mut truth = self.oracle.truth();
        let rings = |it: &&Invitation| {
            it.is_live(now) && it.pushed.contains(&me.user) && is_pending(it, &me.user)
        };
        let invitations = truth.invitations.values();
        let rung: BTreeSet<InviteId> = invitations.filter(rings).map(|it| it.id.clone()).collect();
        // The word that one is over may be on its way.
        let lately = now.before(Duration::from_millis(SLACK_MS));
        let is_recent = |id: &&InviteId| {
            let invitation = truth.invitations.get(*id);
            invitation.is_some_and(|it| !it.is_due(lately) && it.ended.is_none_or(|at| at > lately))
        };
        let unknown: Vec<_> = rung.difference(&app.pushes.ringing).cloned().collect();
        let stale = app.pushes.ringing.difference(&rung);
        let stale: Vec<_> = stale.filter(|id| !is_recent(id)).cloned().collect();
        if !unknown.is_empty() || !stale.is_empty() {
            truth.blame(Invariant::Pushed, || {
                format!("{me:?} does not know that {unknown:?} ring, and that {stale:?} are over")
            });
        }
    }

    /// Whoever is rung and none of whose devices has said that it rings was pushed to, after 3 s.
    pub(crate) fn check_silence(&self) {
        let now = self.handle.now();
        if !self.has_pushes || self.is_in_trouble || now < self.well_since + SLACK_MS {
            return;
        }
        self.check_rung(ASLEEP_AFTER_MS + SLACK_MS, |_, invitee| {
            !invitee.ringing.is_empty()
        });
    }

    /// Whoever is rung has a device that rings and is there, or was pushed to, after graces.
    pub(crate) fn check_absence(&self, rest_ms: u64) {
        self.check_rung(rest_ms, |world, invitee| {
            let user = &invitee.user;
            let mut ringing = invitee.ringing.iter();
            ringing.any(|device| world.is_there(user, Some(device.as_str())))
        });
    }

    /// Of everything that has rung for so long, whoever does not hear it was pushed to.
    fn check_rung(&self, after_ms: u64, hears: impl Fn(&Self, &Invitee) -> bool) {
        let now = self.handle.now();
        let mut truth = self.oracle.truth();
        let has_rung = |it: &&Invitation| {
            let begun = truth.begun.get(&it.id).copied().unwrap_or(now);
            it.is_live(Timestamp::from_millis(now)) && is_wanted(it) && now >= begun + after_ms
        };
        let rings = truth.invitations.values().filter(has_rung);
        let forgotten = rings.clone().find_map(|it| {
            let mut pending = it.pending().filter(|invitee| may_be_pushed_to(it, invitee));
            let invitee = pending
                .find(|invitee| !it.pushed.contains(&invitee.user) && !hears(self, invitee))?;
            Some((it.id.clone(), invitee.user.clone()))
        });
        if let Some((id, user)) = forgotten {
            truth.blame(Invariant::Pushed, || {
                format!("{id} rings for {user}, who neither hears it nor was pushed to")
            });
        }
    }
}

impl Truth {
    /// An invitation was written: nobody is pushed to whom nothing is to be pushed.
    pub(crate) fn check_pushed(&mut self, before: Option<&Invitation>, next: &Invitation) {
        let nobody = BTreeSet::new();
        let before = before.map_or(&nobody, |before| &before.pushed);
        let wrong = next.pushed.difference(before).find(|user| {
            let invitee = next.invitee(user);
            let may_be = |invitee: &Invitee| may_be_pushed_to(next, invitee);
            !is_wanted(next) || !invitee.is_some_and(may_be)
        });
        let wrong = wrong.map(|user| format!("{} was pushed to {user}", next.id));
        let forgotten = before.difference(&next.pushed).next();
        let forgotten = forgotten.map(|user| format!("{} forgets that {user} knows", next.id));
        if let Some(what) = wrong.or(forgotten) {
            self.blame(Invariant::Pushed, || what);
        }
    }

    /// A push channel was told something.
    pub(crate) fn check_push(&mut self, me: &Party, event: &Event) {
        match event {
            Event::PushReceived(push) => self.check_received(me, push),
            Event::PushWithdrawn(told) => {
                let invitation = self.invitations.get(&told.invite_id);
                let was_pushed = invitation.is_some_and(|it| it.pushed.contains(&me.user));
                let fate = self.fate(&told.invite_id, &me.user);
                if !was_pushed || !fate.is_some_and(|fate| is_outcome(told.outcome, fate)) {
                    let what = format!("{me:?} heard {told:?}; the ledger says {fate:?}");
                    self.blame(Invariant::Pushed, || what);
                }
            }
            Event::KickedOffline(_) => {}
            Event::NewInvitationReceived(_)
            | Event::InviteeAccepted(_)
            | Event::InviteeRejected(_)
            | Event::InvitationCancelled(_)
            | Event::InvitationTimeout(_)
            | Event::InvitationModified(_)
            | Event::InviteeRinging(_)
            | Event::CallEnded(_)
            | Event::SignalReceived(_)
            | Event::MessageReceived(_)
            | Event::UserStatusChanged(_)
            | Event::GroupChanged(_) => self.blame(Invariant::OnlyParticipants, || {
                format!("{me:?}, which is a push channel, heard {event:?}")
            }),
        }
    }

    fn check_received(&mut self, me: &Party, push: &Push) {
        let told = &push.signaling;
        let Some(it) = self.invitations.get(&told.invite_id) else {
            return self.blame(Invariant::Pushed, || {
                format!("{me:?} heard of {}, which is not", told.invite_id)
            });
        };
        let description = it.push.as_ref().and_then(|it| it.description.as_deref());
        let is_so = it.pushed.contains(&me.user)
            && told.inviter == it.inviter.user
            && told.timeout == u32::from(it.timeout)
            && told.group_id == it.group
            && Some(push.description.as_str()) == description;
        if !is_so {
            self.blame(Invariant::Pushed, || format!("{me:?} heard {push:?}"));
        }
    }
}

/// Whether anybody is pushed to for this invitation.
fn is_wanted(it: &Invitation) -> bool {
    let says_so = it.push.as_ref().is_some_and(|push| {
        let has_words = push.description.as_ref().is_some_and(|it| !it.is_empty());
        !push.disable_push && has_words
    });
    says_so && !it.is_online_only()
}

/// Whether this invitee is one whom a push may reach: he is rung.
fn may_be_pushed_to(it: &Invitation, invitee: &Invitee) -> bool {
    invitee.fate == Fate::Pending && !it.unaware.contains(&invitee.user)
}

fn is_pending(it: &Invitation, user: &UserId) -> bool {
    it.invitee(user)
        .is_some_and(|invitee| invitee.fate == Fate::Pending)
}

fn is_outcome(told: CallOutcome, fate: &Fate) -> bool {
    match fate {
        Fate::Pending => false,
        Fate::Accepted(_) => told == CallOutcome::Answered,
        Fate::Rejected(..) => matches!(told, CallOutcome::Rejected | CallOutcome::Busy),
        Fate::Cancelled(..) => {
            matches!(told, CallOutcome::Cancelled | CallOutcome::InviterOffline)
        }
        Fate::TimedOut(_) => told == CallOutcome::TimedOut,
    }
}
