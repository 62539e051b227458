//! What the stores in memory keep, and how a commit changes it.
//!
//! Knows nothing of locks and of who is told.

use std::collections::{BTreeMap, BTreeSet};

use bellhop_engine::{
    Call, Decision, Draft, Group, Invitation, MessageEdit, Reply, Stored, Thread,
};
use bellhop_protocol::request::{Avatar, Nick, Profile};
use bellhop_protocol::{CallId, DeviceId, GroupId, InviteId, Party, Platform, Timestamp, UserId};

use crate::ports::{DEVICE_LIFETIME, Due, OP_LIFETIME, OpKey, OpRecord, PortError, readers};

#[derive(Default)]
pub(super) struct State {
    /// Counts invitations and calls in the order they were made.
    pub(super) made: u64,
    pub(super) invitations: BTreeMap<InviteId, Placed<Invitation>>,
    pub(super) calls: BTreeMap<CallId, Placed<Call>>,
    pub(super) groups: BTreeMap<GroupId, Group>,
    /// Up to which revision members have left a group, and since when that is due.
    pub(super) departures: BTreeMap<GroupId, (u64, Timestamp)>,
    pub(super) ops: BTreeMap<OpKey, (Timestamp, OpRecord)>,
    pub(super) absences: BTreeMap<(UserId, DeviceId), (Platform, Timestamp)>,
    pub(super) last_seq: u64,
    pub(super) talks: BTreeMap<Thread, Talk>,
    /// Where the message of an invite is.
    pub(super) invites: BTreeMap<InviteId, (Thread, u64)>,
    pub(super) unread: BTreeSet<(UserId, Thread, u64)>,
    pub(super) users: BTreeMap<UserId, (Nick, Avatar)>,
    /// Whom each user has blocked.
    pub(super) blocks: BTreeMap<UserId, BTreeSet<UserId>>,
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
    /// Who has written an ordinary message in it.
    pub(super) writers: BTreeSet<UserId>,
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
        stands_on: Option<&(GroupId, u64)>,
    ) -> Result<(), PortError> {
        let invitation = decision.invitation.as_ref().is_none_or(|next| {
            let stored = self.invitations.get(&next.id);
            next.rev == stored.map_or(0, |kept| kept.value.rev) + 1
        });
        let call = decision.call.as_ref().is_none_or(|next| {
            let stored = self.calls.get(&next.id);
            next.rev == stored.map_or(0, |kept| kept.value.rev) + 1
        });
        let rev_of = |id| self.groups.get(id).map_or(0, |group| group.rev);
        let group = decision
            .group
            .as_ref()
            .is_none_or(|next| next.rev == rev_of(&next.id) + 1);
        let stands = stands_on.is_none_or(|(id, rev)| rev_of(id) == *rev);
        let fresh = ops.iter().all(|key| self.op(key, now).is_none());
        if invitation && call && group && stands && fresh {
            Ok(())
        } else {
            Err(PortError::Conflict)
        }
    }

    pub(super) fn apply(&mut self, decision: &Decision, now: Timestamp) -> Option<Stored> {
        if let Some(next) = &decision.invitation {
            place(&mut self.invitations, &mut self.made, &next.id, next);
        }
        if let Some(next) = &decision.call {
            place(&mut self.calls, &mut self.made, &next.id, next);
        }
        if let Some(next) = &decision.group {
            self.groups.insert(next.id.clone(), next.clone());
            self.depart(next, &decision.departed, now);
        }
        for edit in &decision.edits {
            self.edit(edit);
        }
        decision.message.as_ref().map(|draft| self.write(draft))
    }

    fn depart(&mut self, group: &Group, departed: &[UserId], now: Timestamp) {
        if departed.is_empty() {
            return;
        }
        let thread = Thread::Group(group.id.clone());
        if let Some(talk) = self.talks.get_mut(&thread) {
            talk.readers.retain(|reader| !departed.contains(reader));
        }
        self.unread
            .retain(|(reader, of, _)| *of != thread || !departed.contains(reader));
        let due = self.departures.entry(group.id.clone()).or_insert((0, now));
        *due = (group.rev, due.1.min(now));
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

    /// Notes that the writer of an ordinary message has written in its thread.
    pub(super) fn note_writer(&mut self, draft: &Draft) {
        let talk = self.talks.entry(draft.thread.clone()).or_default();
        talk.writers.insert(draft.from.clone());
    }

    fn edit(&mut self, edit: &MessageEdit) {
        let Some((thread, seq)) = self.invites.get(&edit.invite) else {
            return;
        };
        let talk = self.talks.get_mut(thread);
        if let Some(message) = talk.and_then(|talk| talk.messages.get_mut(seq)) {
            if let Some(call) = &edit.call {
                message.call = Some(call.clone());
            }
            if let Some(payload) = &edit.payload {
                message.payload = payload.clone();
            }
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

    pub(super) fn profile(&self, user: &UserId) -> Option<Profile> {
        let (nick, avatar) = self.users.get(user)?.clone();
        Some(Profile {
            user: user.clone(),
            nick,
            avatar,
        })
    }

    pub(super) fn describe(
        &mut self,
        user: &UserId,
        nick: Option<Nick>,
        avatar: Option<Avatar>,
    ) -> Profile {
        let kept = self.users.entry(user.clone()).or_default();
        if let Some(nick) = nick {
            kept.0 = nick;
        }
        if let Some(avatar) = avatar {
            kept.1 = avatar;
        }
        self.profile(user).expect("it has just been written")
    }

    /// Blocks these; who of them was not before.
    pub(super) fn block(&mut self, user: &UserId, mut others: Vec<UserId>) -> Vec<UserId> {
        let blocked = self.blocks.entry(user.clone()).or_default();
        others.retain(|other| blocked.insert(other.clone()));
        others
    }

    /// Blocks these no more; who of them was before.
    pub(super) fn unblock(&mut self, user: &UserId, mut others: Vec<UserId>) -> Vec<UserId> {
        let blocked = self.blocks.entry(user.clone()).or_default();
        others.retain(|other| blocked.remove(other));
        others
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
        let pushes = self.open().filter_map(|kept| {
            let at = kept.value.asleep_at?;
            Some((at, Due::Push(kept.value.id.clone())))
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
        let departures = self.departures.iter().map(|(group, (rev, at))| {
            let due = Due::Departures(group.clone(), *rev);
            (*at, due)
        });
        deadlines.chain(pushes).chain(absences).chain(departures)
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
