//! What the stores in memory keep, and how a commit changes it.
//!
//! Knows nothing of locks and of who is told.

use std::collections::{BTreeMap, BTreeSet};

use bellhop_engine::{Call, Decision, Draft, Invitation, MessageEdit, Reply, Stored, Thread};
use bellhop_protocol::{CallId, DeviceId, InviteId, Party, Platform, Timestamp, UserId};

use crate::ports::{DEVICE_LIFETIME, Due, OP_LIFETIME, OpKey, OpRecord, PortError, readers};

#[derive(Default)]
pub(super) struct State {
    /// Counts invitations and calls in the order they were made.
    pub(super) made: u64,
    pub(super) invitations: BTreeMap<InviteId, Placed<Invitation>>,
    pub(super) calls: BTreeMap<CallId, Placed<Call>>,
    pub(super) ops: BTreeMap<OpKey, (Timestamp, OpRecord)>,
    pub(super) absences: BTreeMap<(UserId, DeviceId), (Platform, Timestamp)>,
    pub(super) last_seq: u64,
    pub(super) talks: BTreeMap<Thread, Talk>,
    /// Where the message of an invite is.
    pub(super) invites: BTreeMap<InviteId, (Thread, u64)>,
    pub(super) unread: BTreeSet<(UserId, Thread, u64)>,
    pub(super) users: BTreeSet<UserId>,
    pub(super) devices: BTreeMap<(UserId, DeviceId), Seen>,
}

pub(super) struct Placed<T> {
    pub(super) place: u64,
    pub(super) value: T,
}

/// A thread and those who have it in their list.
#[derive(Default)]
pub(super) struct Talk {
    pub(super) readers: BTreeSet<UserId>,
    pub(super) messages: BTreeMap<u64, Stored>,
    pub(super) shown: Option<u64>,
}

pub(super) struct Seen {
    pub(super) at: Timestamp,
    pub(super) connected: bool,
}

impl State {
    pub(super) fn op(&self, key: &OpKey, now: Timestamp) -> Option<&OpRecord> {
        let (at, record) = self.ops.get(key)?;
        (now.since(*at) < OP_LIFETIME).then_some(record)
    }

    pub(super) fn check(
        &self,
        decision: &Decision,
        ops: &[OpKey],
        now: Timestamp,
    ) -> Result<(), PortError> {
        let invitation = decision.invitation.as_ref().is_none_or(|next| {
            let stored = self.invitations.get(&next.id);
            next.rev == stored.map_or(0, |kept| kept.value.rev) + 1
        });
        let call = decision.call.as_ref().is_none_or(|next| {
            let stored = self.calls.get(&next.id);
            next.rev == stored.map_or(0, |kept| kept.value.rev) + 1
        });
        let fresh = ops.iter().all(|key| self.op(key, now).is_none());
        if invitation && call && fresh {
            Ok(())
        } else {
            Err(PortError::Conflict)
        }
    }

    pub(super) fn apply(&mut self, decision: &Decision) -> Option<Stored> {
        if let Some(next) = &decision.invitation {
            place(&mut self.invitations, &mut self.made, &next.id, next);
        }
        if let Some(next) = &decision.call {
            place(&mut self.calls, &mut self.made, &next.id, next);
        }
        for edit in &decision.edits {
            self.edit(edit);
        }
        decision.message.as_ref().map(|draft| self.write(draft))
    }

    pub(super) fn remember(
        &mut self,
        ops: Vec<OpKey>,
        fingerprint: String,
        reply: &Reply,
        now: Timestamp,
    ) {
        for key in ops {
            let record = OpRecord {
                fingerprint: fingerprint.clone(),
                reply: reply.clone(),
            };
            self.ops.insert(key, (now, record));
        }
    }

    pub(super) fn write(&mut self, draft: &Draft) -> Stored {
        self.last_seq += 1;
        let seq = self.last_seq;
        let stored = draft.stored(seq);
        let talk = self.talks.entry(draft.thread.clone()).or_default();
        talk.readers.extend(readers(draft));
        talk.messages.insert(seq, stored.clone());
        if draft.shown_last {
            talk.shown = Some(seq);
        }
        for user in &draft.unread_for {
            let unread = (user.clone(), draft.thread.clone(), seq);
            self.unread.insert(unread);
        }
        if let Some(id) = &draft.invite {
            self.invites.insert(id.clone(), (draft.thread.clone(), seq));
        }
        stored
    }

    fn edit(&mut self, edit: &MessageEdit) {
        let Some((thread, seq)) = self.invites.get(&edit.invite) else {
            return;
        };
        let talk = self.talks.get_mut(thread);
        if let Some(message) = talk.and_then(|talk| talk.messages.get_mut(seq)) {
            message.call = Some(edit.call.clone());
        }
        for user in &edit.read_by {
            self.unread.remove(&(user.clone(), thread.clone(), *seq));
        }
    }

    pub(super) fn unread_in(&self, user: &UserId, thread: &Thread) -> u64 {
        let from = (user.clone(), thread.clone(), 0);
        let to = (user.clone(), thread.clone(), u64::MAX);
        self.unread.range(from..=to).count() as u64
    }

    pub(super) fn see(&mut self, user: &UserId, device: &DeviceId, at: Timestamp, connected: bool) {
        let device = (user.clone(), device.clone());
        self.devices.insert(device, Seen { at, connected });
    }

    pub(super) fn open(&self) -> impl Iterator<Item = &Placed<Invitation>> {
        self.invitations
            .values()
            .filter(|kept| kept.value.ended.is_none())
    }

    pub(super) fn open_between(
        &self,
        inviter: &UserId,
        invitee: &UserId,
    ) -> impl Iterator<Item = &Placed<Invitation>> {
        self.open().filter(move |kept| {
            kept.value.group.is_none()
                && kept.value.inviter.user == *inviter
                && kept.value.invitee(invitee).is_some()
        })
    }

    pub(super) fn dues(&self) -> impl Iterator<Item = (Timestamp, Due)> {
        let deadlines = self.open().filter_map(|kept| {
            let at = kept.value.deadline?;
            Some((at, Due::Deadline(kept.value.id.clone())))
        });
        let absences = self
            .absences
            .iter()
            .map(|((user, device), (platform, at))| {
                let party = Party {
                    user: user.clone(),
                    device: device.clone(),
                    platform: platform.clone(),
                };
                (*at, Due::Absence(party))
            });
        deadlines.chain(absences)
    }

    pub(super) fn purge(&mut self, before: Timestamp) {
        self.ops.retain(|_, (at, _)| *at >= before);
        let last = before.before(DEVICE_LIFETIME);
        self.devices
            .retain(|_, seen| seen.connected || seen.at >= last);
        let calls = &self.calls;
        self.invitations.retain(|_, kept| {
            let running = calls.get(&kept.value.call);
            kept.value.ended.is_none_or(|at| at >= before)
                || running.is_some_and(|call| call.value.is_running())
        });
        let kept: BTreeSet<&CallId> = self.invitations.values().map(|i| &i.value.call).collect();
        self.calls.retain(|id, call| {
            call.value.is_running()
                || call.value.ended.is_some_and(|at| at >= before)
                || kept.contains(id)
        });
    }
}

fn place<I: Ord + Clone, T: Clone>(
    map: &mut BTreeMap<I, Placed<T>>,
    made: &mut u64,
    id: &I,
    next: &T,
) {
    if let Some(kept) = map.get_mut(id) {
        kept.value = next.clone();
        return;
    }
    *made += 1;
    let value = next.clone();
    map.insert(
        id.clone(),
        Placed {
            place: *made,
            value,
        },
    );
}

pub(super) fn in_order<'a, T: Clone + 'a>(kept: impl Iterator<Item = &'a Placed<T>>) -> Vec<T> {
    let mut kept: Vec<&Placed<T>> = kept.collect();
    kept.sort_by_key(|kept| kept.place);
    kept.into_iter().map(|kept| kept.value.clone()).collect()
}
