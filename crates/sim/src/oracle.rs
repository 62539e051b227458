//! Who looks on: what the ledger really holds, and whether each commit may follow the one before.
//!
//! Judges by the specification alone and by the world's own time; asks neither engine nor driver.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use bellhop_engine::invitation::Fate;
use bellhop_engine::{Call, Draft, Group, Invitation};
use bellhop_protocol::signaling::signaling_info;
use bellhop_protocol::{CallId, GroupId, InviteId, InviteeState, MessageType, UserId};
use bellhop_server::ports::{OpKey, Transition};

use crate::verdict::{Breach, Invariant};
use crate::world::BEGINNING;

/// Everything that was ever committed.
#[derive(Default)]
pub(crate) struct Truth {
    pub(crate) invitations: BTreeMap<InviteId, Invitation>,
    pub(crate) calls: BTreeMap<CallId, Call>,
    pub(crate) groups: BTreeMap<GroupId, Group>,
    /// Who was in a group when it was dismissed.
    pub(crate) witnesses: BTreeMap<GroupId, BTreeSet<UserId>>,
    /// Who was ever in a group.
    pub(crate) ever_in: BTreeMap<GroupId, BTreeSet<UserId>>,
    /// Who may have heard of an invitation.
    pub(crate) hearers: BTreeMap<InviteId, BTreeSet<UserId>>,
    /// Who was in the invitation's group ever since it was made.
    pub(crate) loyal: BTreeMap<InviteId, BTreeSet<UserId>>,
    /// Who hears of a revision of an invitation.
    pub(crate) audience: BTreeMap<(InviteId, u64), BTreeSet<UserId>>,
    /// Who has blocked whom, and since when.
    pub(crate) blocks: BTreeMap<(UserId, UserId), u64>,
    /// In the order they were made.
    pub(crate) made: Vec<InviteId>,
    /// When each was written.
    pub(crate) begun: BTreeMap<InviteId, u64>,
    ops: BTreeMap<OpKey, u64>,
    /// What each request changed.
    changed: BTreeMap<OpKey, (Option<InviteId>, Option<CallId>)>,
    /// When a server first heard a request.
    heard: BTreeMap<OpKey, u64>,
    breach: Option<Breach>,
    /// What happened, in words, when somebody wants to read it.
    journal: Option<Vec<String>>,
    /// Ends that were told of by the time alone; the ledger has to keep the promise.
    promised: BTreeMap<(InviteId, UserId), InviteeState>,
    commits: u64,
}

/// The truth, shared.
#[derive(Clone, Default)]
pub(crate) struct Oracle(Arc<Mutex<Truth>>);

impl Oracle {
    pub(crate) fn truth(&self) -> MutexGuard<'_, Truth> {
        self.0
            .lock()
            .expect("nothing panics while it holds the truth")
    }

    /// Something must not be. The first breach counts.
    pub(crate) fn blame(&self, invariant: Invariant, what: impl FnOnce() -> String) {
        self.truth().blame(invariant, what);
    }

    /// What must not have been, if anything.
    pub(crate) fn breach(&self) -> Option<Breach> {
        self.truth().breach.clone()
    }
}

impl Truth {
    pub(crate) fn blame(&mut self, invariant: Invariant, what: impl FnOnce() -> String) {
        self.breach.get_or_insert_with(|| Breach {
            invariant,
            what: what(),
        });
    }

    /// From here on, what happens is written down.
    pub(crate) fn keep_journal(&mut self) {
        self.journal = Some(Vec::new());
    }

    /// Writes down what happens, if that is wanted.
    pub(crate) fn write(&mut self, now: u64, what: impl FnOnce() -> String) {
        if let Some(journal) = &mut self.journal {
            let secs = now - BEGINNING;
            journal.push(format!("{:>8}.{:03}  {}", secs / 1000, secs % 1000, what()));
        }
    }

    /// What was written down.
    pub(crate) fn journal(&mut self) -> Vec<String> {
        self.journal.take().unwrap_or_default()
    }

    /// Somebody was told that an invitee timed out, since his deadline has passed; it has to come so.
    pub(crate) fn promise(&mut self, id: &InviteId, user: &UserId, state: InviteeState) -> bool {
        let is_due = |it: &Invitation| it.deadline.is_some();
        let can_come = state == InviteeState::TimedOut
            && self.fate(id, user) == Some(&Fate::Pending)
            && self.invitations.get(id).is_some_and(is_due);
        if can_come {
            self.promised.insert((id.clone(), user.clone()), state);
        }
        can_come
    }

    /// How many transitions were committed.
    pub(crate) fn commits(&self) -> u64 {
        self.commits
    }

    /// A server hears a request of this name.
    pub(crate) fn heard(&mut self, key: OpKey, now: u64) {
        self.heard.entry(key).or_insert(now);
    }

    /// Whether the request of this name was carried out.
    pub(crate) fn is_done(&self, key: &OpKey) -> bool {
        self.ops.contains_key(key)
    }

    /// Invitations and calls that these requests changed.
    pub(crate) fn changed_by(
        &self,
        keys: &BTreeSet<OpKey>,
    ) -> (BTreeSet<InviteId>, BTreeSet<CallId>) {
        let changed = keys.iter().filter_map(|key| self.changed.get(key));
        let (invitations, calls): (Vec<_>, Vec<_>) = changed.cloned().unzip();
        (
            invitations.into_iter().flatten().collect(),
            calls.into_iter().flatten().collect(),
        )
    }

    /// What became of an invitee; nothing when he is not invited.
    pub(crate) fn fate(&self, id: &InviteId, user: &UserId) -> Option<&Fate> {
        let invitee = self.invitations.get(id)?.invitee(user)?;
        Some(&invitee.fate)
    }

    /// A transition was written.
    pub(crate) fn committed(&mut self, transition: &Transition, now: u64) {
        self.commits += 1;
        self.write(now, || {
            let next = transition.decision.invitation.as_ref();
            let next = next.map(|it| (&it.id, it.rev, it.invitees.iter().map(|i| i.fate.state())));
            let next = next.map(|(id, rev, fates)| (id, rev, fates.collect::<Vec<_>>()));
            let call = transition.decision.call.as_ref();
            let call = call.map(|it| (&it.id, it.rev, it.is_running()));
            format!("ledger: {next:?} call {call:?} by {:?}", transition.ops)
        });
        for key in &transition.ops {
            let decision = &transition.decision;
            let invitation = decision.invitation.as_ref().map(|it| it.id.clone());
            let call = decision.call.as_ref().map(|it| it.id.clone());
            self.changed.insert(key.clone(), (invitation, call));
            let times = self.ops.entry(key.clone()).or_default();
            *times += 1;
            if *times > 1 {
                self.blame(Invariant::OneEffect, || {
                    format!("{key:?} was carried out twice")
                });
            }
        }
        let decision = &transition.decision;
        if let Some(next) = &decision.group {
            self.group_changed(next);
        }
        if let Some(next) = &decision.invitation {
            self.check_invitation(next, transition, now);
            self.check_group(next);
            if let Some(draft) = decision.message.as_ref().filter(|_| next.is_online_only()) {
                self.blame(Invariant::NoTrace, || format!("{} left {draft:?}", next.id));
            }
            if !self.invitations.contains_key(&next.id) {
                self.made.push(next.id.clone());
                self.begun.insert(next.id.clone(), now);
            }
            self.invitations.insert(next.id.clone(), next.clone());
        }
        if let Some(next) = &decision.call {
            let before = self.calls.insert(next.id.clone(), next.clone());
            let expected = before.map_or(0, |before| before.rev) + 1;
            if next.rev != expected {
                self.blame(Invariant::EndsOnce, || {
                    format!(
                        "call {} went to rev {} instead of {expected}",
                        next.id, next.rev
                    )
                });
            }
        }
    }

    /// A message was written.
    pub(crate) fn appended(&mut self, draft: &Draft, ops: &[OpKey]) {
        self.carried_out(ops);
        debug_assert!(draft.kind == MessageType::Text || draft.invite.is_none());
    }

    /// Something was done under these names, and never before.
    pub(crate) fn carried_out(&mut self, ops: &[OpKey]) {
        for key in ops {
            let times = self.ops.entry(key.clone()).or_default();
            *times += 1;
            if *times > 1 {
                self.blame(Invariant::OneEffect, || format!("{key:?} was done twice"));
            }
        }
    }

    fn check_invitation(&mut self, next: &Invitation, transition: &Transition, now: u64) {
        let id = &next.id;
        let before = self.invitations.get(id).cloned();
        self.check_pushed(before.as_ref(), next);
        let expected = before.as_ref().map_or(0, |before| before.rev) + 1;
        if next.rev != expected {
            self.blame(Invariant::EndsOnce, || {
                format!("{id} went to rev {} instead of {expected}", next.rev)
            });
        }
        let heard = transition.ops.iter().filter_map(|key| self.heard.get(key));
        let heard = heard.copied().min();
        let Some(before) = before else {
            return self.check_beginning(next, heard, now);
        };
        let deadline = before.deadline.map(|at| at.as_millis());
        if (next.deadline, &next.inviter, next.timeout)
            != (before.deadline, &before.inviter, before.timeout)
        {
            self.blame(Invariant::EndsOnce, || {
                format!("{id} became another: {next:?}")
            });
        }
        for (was, is) in before.invitees.iter().zip(&next.invitees) {
            let user = &is.user;
            if was.fate == is.fate {
                continue;
            }
            let (was, is) = (&was.fate, &is.fate);
            let promised = self.promised.get(&(id.clone(), user.clone())).copied();
            if promised.is_some_and(|promised| promised != is.state()) {
                self.blame(Invariant::SameEnd, || {
                    format!("{user} of {id} is {is:?}; somebody was told that he {promised:?}")
                });
            }
            if *was != Fate::Pending {
                let is_answer = |fate| matches!(fate, &Fate::Accepted(_) | &Fate::Rejected(..));
                let invariant = if is_answer(was) && is_answer(is) {
                    Invariant::OneAnswer
                } else {
                    Invariant::EndsOnce
                };
                self.blame(invariant, || {
                    format!("{user} of {id} was {was:?} and is {is:?}")
                });
            }
            let is_late = deadline.is_some_and(|at| heard.is_some_and(|heard| heard >= at));
            match is {
                Fate::TimedOut(_) if deadline.is_none_or(|at| now < at) => {
                    self.blame(Invariant::Deadlines, || {
                        format!("{id} timed out early at {now}")
                    });
                }
                Fate::Accepted(_) | Fate::Rejected(..) | Fate::Cancelled(..) if is_late => {
                    self.blame(Invariant::Deadlines, || {
                        format!("{id} was {is:?} by what came at {heard:?}, after {deadline:?}")
                    });
                }
                Fate::Pending
                | Fate::TimedOut(_)
                | Fate::Accepted(_)
                | Fate::Rejected(..)
                | Fate::Cancelled(..) => {}
            }
        }
    }

    fn check_beginning(&mut self, next: &Invitation, heard: Option<u64>, now: u64) {
        self.check_blocks(next, heard);
        let (Some(deadline), Some(limit), Some(heard)) =
            (next.deadline, next.timeout.limit(), heard)
        else {
            return;
        };
        let counted_from = deadline.before(limit).as_millis();
        if counted_from < heard || counted_from > now {
            self.blame(Invariant::Deadlines, || {
                let id = &next.id;
                format!("{id} came at {heard} and counts from {counted_from}; it is {now}")
            });
        }
    }

    /// Messages of a conversation: none of them is of an online-only invitation.
    pub(crate) fn check_message(&mut self, message: &bellhop_protocol::Message) {
        let Some(info) = signaling_info(message) else {
            return;
        };
        let invitation = self.invitations.get(&info.invite_id);
        if invitation.is_some_and(Invitation::is_online_only) {
            self.blame(Invariant::NoTrace, || {
                format!("{} left a message", info.invite_id)
            });
        }
    }
}
