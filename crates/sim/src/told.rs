//! What one app was told by its handset, from its start to its end, and what must not be told.

use std::collections::{BTreeMap, BTreeSet};

use bellhop_engine::handset::{ClientEvent, LiveInvitation, Ring};
use bellhop_engine::invitation::Fate;
use bellhop_protocol::{Event, InviteId, InviteeState, OpId, Party, Request, UserId};

use crate::oracle::Truth;
use crate::verdict::Invariant;

/// What an app knows because it was told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    begun: BTreeSet<InviteId>,
    /// Who had ended when it was told that an invitation began.
    begun_ended: BTreeSet<(InviteId, UserId)>,
    ends: BTreeMap<(InviteId, UserId), InviteeState>,
    revs: BTreeMap<InviteId, u64>,
    /// Media negotiation that came.
    signals: BTreeSet<OpId>,
    /// Requests that were carried out.
    done: BTreeSet<OpId>,
}

impl Told {
    /// The handset told the app something.
    pub(crate) fn hear(&mut self, truth: &mut Truth, me: &Party, event: &ClientEvent) {
        match event {
            ClientEvent::Signaling(event) => self.signal(truth, me, event),
            ClientEvent::RingConfirmed(id) => {
                let own = (id.clone(), me.user.clone());
                if self.ends.contains_key(&own) {
                    truth.blame(Invariant::SilentAfterEnd, || {
                        format!("{id} rings again at {me:?}")
                    });
                }
            }
            // Who only looks on, and leaves the group, loses sight of it.
            ClientEvent::InvitationLost(id) if truth.fate(id, &me.user).is_none() => {}
            ClientEvent::InvitationLost(id) => {
                truth.blame(Invariant::Agreement, || {
                    format!("{me:?} lost {id}, which no server forgot")
                });
            }
            ClientEvent::Connection(_)
            | ClientEvent::RingOverdue(_)
            | ClientEvent::RingUnconfirmed(_)
            | ClientEvent::CallRunning(_)
            | ClientEvent::CallGone(_) => {}
        }
    }

    fn signal(&mut self, truth: &mut Truth, me: &Party, event: &Event) {
        match event {
            Event::NewInvitationReceived(told) => {
                let id = &told.invite_id;
                self.advance(truth, me, id, told.rev);
                let has_ended = self.ends.keys().any(|(ended, _)| ended == id);
                if !self.begun.insert(id.clone()) || has_ended {
                    truth.blame(Invariant::InOrder, || format!("{id} began again at {me:?}"));
                }
                for invitee in told.invitees.iter().filter(|it| it.state.is_terminal()) {
                    let own = (id.clone(), invitee.user.clone());
                    self.begun_ended.insert(own);
                    self.end(truth, me, id, &invitee.user, invitee.state);
                }
            }
            Event::InviteeAccepted(told) => {
                self.advance(truth, me, &told.invite_id, told.rev);
                self.end(
                    truth,
                    me,
                    &told.invite_id,
                    &told.invitee,
                    InviteeState::Accepted,
                );
                let by = truth.fate(&told.invite_id, &told.invitee);
                if let Some(Fate::Accepted(answer)) = by
                    && answer.by.device != told.device
                {
                    let what = format!("{told:?} but {answer:?}");
                    truth.blame(Invariant::SameEnd, || what);
                }
            }
            Event::InviteeRejected(told) => {
                self.advance(truth, me, &told.invite_id, told.rev);
                self.end(
                    truth,
                    me,
                    &told.invite_id,
                    &told.invitee,
                    InviteeState::Rejected,
                );
            }
            Event::InvitationCancelled(told) => {
                self.advance(truth, me, &told.invite_id, told.rev);
                for user in &told.invitee_list {
                    self.end(truth, me, &told.invite_id, user, InviteeState::Cancelled);
                }
            }
            Event::InvitationTimeout(told) => {
                self.advance(truth, me, &told.invite_id, told.rev);
                if told.is_self_timeout != told.invitee_list.contains(&me.user) {
                    truth.blame(Invariant::SameEnd, || format!("{me:?} was told {told:?}"));
                }
                for user in &told.invitee_list {
                    self.end(truth, me, &told.invite_id, user, InviteeState::TimedOut);
                }
            }
            Event::InvitationModified(told) => {
                self.advance(truth, me, &told.invite_id, told.rev);
            }
            Event::SignalReceived(told) => {
                if !self.signals.insert(told.op_id.clone()) {
                    truth.blame(Invariant::OneEffect, || {
                        format!("{me:?} heard {told:?} twice")
                    });
                }
            }
            Event::InviteeRinging(_)
            | Event::CallEnded(_)
            | Event::GroupChanged(_)
            | Event::PushReceived(_)
            | Event::PushWithdrawn(_)
            | Event::MessageReceived(_)
            | Event::UserStatusChanged(_)
            | Event::KickedOffline(_) => {}
        }
    }

    /// The app was told that its own request was carried out.
    pub(crate) fn done(&mut self, truth: &mut Truth, me: &Party, request: &Request) {
        let (id, op, state) = if let Request::Accept(asked) = request {
            (&asked.invite_id, &asked.op_id, InviteeState::Accepted)
        } else if let Request::Reject(asked) = request {
            (&asked.invite_id, &asked.op_id, InviteeState::Rejected)
        } else {
            return;
        };
        // What it answered without knowing it may have begun as answered, before the reply came.
        if self.begun_ended.contains(&(id.clone(), me.user.clone())) {
            return;
        }
        // An app that asks twice under one name is told twice; in which order, nobody says.
        if op.as_ref().is_some_and(|op| !self.done.insert(op.clone())) {
            return;
        }
        self.end(truth, me, id, &me.user, state);
    }

    fn advance(&mut self, truth: &mut Truth, me: &Party, id: &InviteId, rev: u64) {
        let before = self.revs.insert(id.clone(), rev).unwrap_or(0);
        if rev < before {
            truth.blame(Invariant::InOrder, || {
                format!("{me:?} went from rev {before} of {id} back to {rev}")
            });
        }
    }

    fn end(
        &mut self,
        truth: &mut Truth,
        me: &Party,
        id: &InviteId,
        user: &UserId,
        state: InviteeState,
    ) {
        let before = self.ends.insert((id.clone(), user.clone()), state);
        if let Some(before) = before {
            truth.blame(Invariant::EndsOnce, || {
                format!("{me:?} was told that {user} of {id} {before:?}, then {state:?}")
            });
        }
        let fate = truth.fate(id, user).map(Fate::state);
        if fate != Some(state) && !truth.promise(id, user, state) {
            truth.blame(Invariant::SameEnd, || {
                format!("{me:?} was told that {user} of {id} {state:?}; the ledger says {fate:?}")
            });
        }
    }

    /// A ring that sounds has not ended as far as the app knows, and is one of its user's.
    pub(crate) fn check_ring(&self, truth: &mut Truth, me: &Party, entry: &LiveInvitation) {
        if entry.ring != Ring::Sounds {
            return;
        }
        let id = &entry.invitation.invite_id;
        if self.ends.contains_key(&(id.clone(), me.user.clone())) {
            truth.blame(Invariant::SilentAfterEnd, || {
                format!("{id} rings on at {me:?}")
            });
        }
        if truth.fate(id, &me.user).is_none() {
            truth.blame(Invariant::OnlyParticipants, || {
                format!("{id} rings at {me:?}")
            });
        }
    }
}

/// What came over one connection: in order, by revision, for those who take part.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    revs: BTreeMap<InviteId, u64>,
    /// On a push channel: what is over.
    withdrawn: BTreeSet<InviteId>,
}

impl Stream {
    /// The snapshot of the login had this invitation.
    pub(crate) fn shown(
        &mut self,
        truth: &mut Truth,
        me: &Party,
        told: &bellhop_protocol::Invitation,
    ) {
        self.revs.insert(told.invite_id.clone(), told.rev);
        check_part(truth, me, &told.invite_id, told.rev);
    }

    /// The server told an event.
    pub(crate) fn hear(&mut self, truth: &mut Truth, me: &Party, event: &Event) {
        if me.platform.is_push() {
            return self.hear_push(truth, me, event);
        }
        let (id, rev) = match event {
            Event::NewInvitationReceived(it) => (&it.invite_id, it.rev),
            Event::InviteeAccepted(it) | Event::InviteeRejected(it) => (&it.invite_id, it.rev),
            Event::InvitationCancelled(it) => (&it.invite_id, it.rev),
            Event::InvitationTimeout(it) => (&it.invite_id, it.rev),
            Event::InviteeRinging(it) => (&it.invite_id, it.rev),
            Event::MessageReceived(message) => {
                truth.check_reader(me, &message.conversation_id);
                return truth.check_message(message);
            }
            Event::InvitationModified(it) => (&it.invite_id, it.rev),
            Event::CallEnded(told) => return truth.check_call_ended(me, told),
            Event::SignalReceived(told) => return truth.check_signal(me, told),
            Event::GroupChanged(told) => return truth.check_group_changed(me, told),
            Event::PushReceived(_) | Event::PushWithdrawn(_) => {
                return truth.blame(Invariant::OnlyParticipants, || {
                    format!("{me:?}, which is no push channel, heard {event:?}")
                });
            }
            Event::UserStatusChanged(_) | Event::KickedOffline(_) => return,
        };
        check_part(truth, me, id, rev);
        let is_beginning = matches!(event, Event::NewInvitationReceived(_));
        // Whoever joins the group is shown what rings in it, at whatever revision, and perhaps again.
        let audience = truth.audience.get(&(id.clone(), rev));
        let is_meant = audience.is_none_or(|audience| audience.contains(&me.user));
        if !is_meant && !is_beginning {
            truth.blame(Invariant::OnlyParticipants, || {
                format!("{me:?} heard rev {rev} of {id}, which is not for him")
            });
        }
        match self.revs.insert(id.clone(), rev) {
            Some(before) if before == rev && is_beginning => {}
            Some(before) if before >= rev => truth.blame(Invariant::InOrder, || {
                format!("{me:?} heard rev {rev} of {id} after {before}")
            }),
            None if !is_beginning
                && !is_own(truth, me, id)
                && truth.heard_its_beginning(id, me) =>
            {
                truth.blame(Invariant::InOrder, || {
                    format!("the first that {me:?} heard of {id} is {event:?}")
                });
            }
            Some(_) | None => {}
        }
    }
}

impl Stream {
    fn hear_push(&mut self, truth: &mut Truth, me: &Party, event: &Event) {
        truth.check_push(me, event);
        if let Event::PushWithdrawn(told) = event {
            self.withdrawn.insert(told.invite_id.clone());
        }
        if let Event::PushReceived(push) = event
            && self.withdrawn.contains(&push.signaling.invite_id)
        {
            truth.blame(Invariant::InOrder, || {
                format!("{me:?} heard {push:?} after its end")
            });
        }
    }
}

/// Whether the invitation was placed on this device: its beginning was told by a reply.
fn is_own(truth: &Truth, me: &Party, id: &InviteId) -> bool {
    let invitation = truth.invitations.get(id);
    invitation.is_some_and(|it| it.inviter.user == me.user && it.inviter.device == me.device)
}

/// The device may hear of it, and the ledger has it.
fn check_part(truth: &mut Truth, me: &Party, id: &InviteId, rev: u64) {
    let Some(invitation) = truth.invitations.get(id) else {
        return truth.blame(Invariant::SameEnd, || {
            format!("{me:?} heard of {id}, which is not")
        });
    };
    let hearers = truth.hearers.get(id);
    let takes_part = hearers.is_some_and(|hearers| hearers.contains(&me.user));
    let is_reached = invitation.reaches(&me.user, &me.device);
    let written = invitation.rev;
    if !takes_part || !is_reached {
        truth.blame(Invariant::OnlyParticipants, || {
            format!("{me:?} heard of {id}")
        });
    }
    if rev > written {
        truth.blame(Invariant::SameEnd, || {
            format!("{me:?} heard of rev {rev} of {id}; the ledger has {written}")
        });
    }
}
