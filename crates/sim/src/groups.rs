//! What groups add to a world: what people do in them, and who may hear what.
//!
//! Judges by the specification alone, as the oracle does.

use std::collections::BTreeSet;

use bellhop_engine::handset::Role;
use bellhop_engine::invitation::Fate;
use bellhop_engine::{Actor, Call, Group, Invitation};
use bellhop_protocol::event::{CallEnded, GroupChanged, Signal};
use bellhop_protocol::invitation::EndReason;
use bellhop_protocol::request::{
    ByGroup, ChangeMembers, ChangeUsers, CreateGroup, Invite, InviteInGroup, JoinOption,
    ModifyInvitation, Receiver, RingTime, SendMessage, SendSignal,
};
use bellhop_protocol::{
    CallId, ConversationId, GroupId, InviteId, MessageType, Party, Request, UserId,
};
use bellhop_server::ports::{OpKey, PeopleChange};
use serde_json::json;

use crate::action::Social;
use crate::oracle::Truth;
use crate::verdict::Invariant;
use crate::world::{USERS, World};

/// The groups of all worlds.
const GROUPS: [&str; 2] = ["team", "club"];

fn group(place: usize) -> GroupId {
    let name = GROUPS[place % GROUPS.len()];
    name.parse().expect("a word is an id")
}

fn user(place: usize) -> UserId {
    let name = USERS[place % USERS.len()];
    name.parse().expect("a word is an id")
}

/// Those of all users whose bit is set.
fn users(bits: usize) -> Vec<UserId> {
    let is_in = |place: &usize| (bits >> place) & 1 == 1;
    (0..USERS.len()).filter(is_in).map(user).collect()
}

impl World {
    /// Somebody does what needs more than two.
    pub(crate) fn socialize(&mut self, phone: usize, what: &Social) {
        let op_id = self.op();
        let request = match *what {
            Social::Gather {
                group: which,
                members,
                free,
            } => Some(Request::CreateGroup(CreateGroup {
                group: Some(group(which)),
                name: "people".parse().expect("a word is a name"),
                members: users(members),
                join_option: if free {
                    JoinOption::Free
                } else {
                    JoinOption::InviteOnly
                },
                op_id,
            })),
            Social::Ring {
                group: which,
                invitees,
                timeout,
                online,
            } => {
                let mut invitees = users(invitees);
                invitees.retain(|it| *it != self.phones[phone].me.user);
                let mut invite = InviteInGroup::to(group(which), invitees);
                invite.timeout = RingTime::try_from(timeout).expect("less than a day");
                invite.online_user_only = online;
                invite.invite_id = Some(self.invite_id());
                invite.op_id = op_id;
                invite.offline_push_info = self.push_info();
                Some(Request::InviteInGroup(invite))
            }
            Social::Join(which) => Some(Request::JoinGroup(by_group(which, op_id))),
            Social::Quit(which) => Some(Request::QuitGroup(by_group(which, op_id))),
            Social::Dismiss(which) => Some(Request::DismissGroup(by_group(which, op_id))),
            Social::Add(which, who) => Some(Request::AddGroupMember(ChangeMembers {
                group: group(which),
                users: vec![user(who)],
                op_id,
            })),
            Social::Remove(which, who) => Some(Request::DeleteGroupMember(ChangeMembers {
                group: group(which),
                users: vec![user(who)],
                op_id,
            })),
            Social::Say(which) => Some(Request::SendMessage(SendMessage {
                to: Receiver::Group(group(which)),
                kind: MessageType::Text,
                payload: json!({"text": "hello, all"}),
                op_id,
            })),
            Social::Block(who) => Some(Request::AddToBlacklist(ChangeUsers {
                users: vec![user(who)],
                op_id,
            })),
            Social::Unblock(who) => Some(Request::RemoveFromBlacklist(ChangeUsers {
                users: vec![user(who)],
                op_id,
            })),
            Social::Modify(which) => self.modification(phone, which),
            Social::Signal(which) => self.signal(phone, which),
            Social::InviteInto(which, who) => self.invitation_into(phone, which, user(who)),
        };
        if let Some(request) = request {
            self.ask(phone, request, true);
        }
    }

    fn modification(&mut self, phone: usize, which: usize) -> Option<Request> {
        let app = self.phones[phone].app.as_ref()?;
        let own = app
            .handset
            .live()
            .filter(|it| it.is_live() && matches!(it.role, Role::Inviter | Role::InviterElsewhere));
        let own: Vec<InviteId> = own.map(|it| it.invitation.invite_id.clone()).collect();
        let invite_id = own.get(which.checked_rem(own.len())?)?.clone();
        let op_id = self.op();
        Some(Request::ModifyInvitation(ModifyInvitation {
            invite_id,
            data: format!("modified {}", self.named),
            op_id,
        }))
    }

    fn call_of(&self, phone: usize, which: usize) -> Option<(CallId, Option<GroupId>)> {
        let app = self.phones[phone].app.as_ref()?;
        let calls: Vec<_> = app.handset.calls().collect();
        let call = calls.get(which.checked_rem(calls.len())?)?;
        Some((call.call_id.clone(), call.group_id.clone()))
    }

    fn signal(&mut self, phone: usize, which: usize) -> Option<Request> {
        let (call_id, _) = self.call_of(phone, which)?;
        let op_id = self.op();
        Some(Request::SendSignal(SendSignal {
            call_id,
            data: format!("signal {}", self.named),
            to: None,
            op_id,
        }))
    }

    fn invitation_into(&mut self, phone: usize, which: usize, who: UserId) -> Option<Request> {
        let (call_id, group) = self.call_of(phone, which)?;
        let timeout = RingTime::try_from(10).expect("less than a day");
        let (invite_id, op_id) = (Some(self.invite_id()), self.op());
        Some(match group {
            Some(group) => Request::InviteInGroup(InviteInGroup {
                timeout,
                invite_id,
                call_id: Some(call_id),
                op_id,
                ..InviteInGroup::to(group, vec![who])
            }),
            None => Request::Invite(Invite {
                timeout,
                invite_id,
                call_id: Some(call_id),
                op_id,
                ..Invite::to(who)
            }),
        })
    }
}

fn actor(me: &Party) -> Actor {
    Actor {
        user: me.user.clone(),
        device: me.device.clone(),
        platform: me.platform.clone(),
    }
}

fn by_group(which: usize, op_id: Option<bellhop_protocol::OpId>) -> ByGroup {
    ByGroup {
        group: group(which),
        op_id,
    }
}

/// What a device has to know of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stake {
    /// It must not know it.
    None,
    /// It may know it: it came to the group later, or it is not in the call that was made.
    Glimpse,
    /// It must know it.
    Part,
}

impl Truth {
    /// What this device has to know of the invitation.
    pub(crate) fn stake(&self, it: &Invitation, call: Option<&Call>, me: &Party) -> Stake {
        let members: BTreeSet<UserId> = self.members(it.group.as_ref()).cloned().collect();
        if !it.is_for(&actor(me), &members) {
            return Stake::None;
        }
        let takes_part = it.listeners().any(|user| *user == me.user);
        let is_loyal = self
            .loyal
            .get(&it.id)
            .is_some_and(|all| all.contains(&me.user));
        let is_in_call = call.is_some_and(|call| call.has(&me.user));
        match it.ended {
            None if takes_part || is_loyal => Stake::Part,
            Some(_) if takes_part && is_in_call => Stake::Part,
            None | Some(_) => Stake::Glimpse,
        }
    }

    /// Whether this user was there when the invitation was made.
    pub(crate) fn heard_its_beginning(&self, id: &InviteId, me: &Party) -> bool {
        let takes_part = |it: &Invitation| it.listeners().any(|user| *user == me.user);
        let is_loyal = |all: &BTreeSet<UserId>| all.contains(&me.user);
        self.invitations.get(id).is_some_and(takes_part) || self.loyal.get(id).is_some_and(is_loyal)
    }

    /// A group was changed: from here on others hear of what happens in it.
    pub(crate) fn group_changed(&mut self, next: &Group) {
        let before = self.groups.insert(next.id.clone(), next.clone());
        if let (Some(before), []) = (&before, &next.members[..]) {
            let witnesses = before.members.iter().cloned().collect();
            self.witnesses.insert(next.id.clone(), witnesses);
        }
        let expected = before.as_ref().map_or(0, |before| before.rev) + 1;
        if next.rev != expected {
            self.blame(Invariant::EndsOnce, || {
                format!("group {} went to rev {}, not {expected}", next.id, next.rev)
            });
        }
        let ever = self.ever_in.entry(next.id.clone()).or_default();
        ever.extend(next.members.iter().cloned());
        for invitation in self.invitations.values() {
            if invitation.group.as_ref() == Some(&next.id) {
                let hearers = self.hearers.entry(invitation.id.clone()).or_default();
                hearers.extend(next.members.iter().cloned());
                let loyal = self.loyal.entry(invitation.id.clone()).or_default();
                loyal.retain(|user| next.members.contains(user));
            }
        }
    }

    /// An invitation was written: who hears of it now, and whether its group let it be so.
    pub(crate) fn check_group(&mut self, next: &Invitation) {
        let members: BTreeSet<UserId> = self.members(next.group.as_ref()).cloned().collect();
        let is_new = !self.invitations.contains_key(&next.id);
        let mut heard: BTreeSet<UserId> = next.listeners().cloned().collect();
        // Of a group that was dismissed, whoever was in it hears how its rings end.
        let witnesses = next.group.as_ref().and_then(|it| self.witnesses.get(it));
        let observers = members
            .iter()
            .chain(witnesses.into_iter().flatten())
            .filter(|it| next.users().all(|user| user != *it));
        heard.extend(observers.cloned());
        self.hearers
            .entry(next.id.clone())
            .or_default()
            .extend(heard.iter().cloned());
        self.audience.insert((next.id.clone(), next.rev), heard);
        let Some(group) = &next.group else {
            return;
        };
        if is_new {
            self.loyal.insert(next.id.clone(), members.clone());
            let outsider = next.users().find(|it| !members.contains(*it)).cloned();
            if let Some(outsider) = outsider {
                self.blame(Invariant::OnlyParticipants, || {
                    format!("{outsider} of {} is not in {group}", next.id)
                });
            }
            return;
        }
        let before = self.invitations.get(&next.id);
        let was_pending = |user: &UserId| {
            let invitee = before.and_then(|it| it.invitee(user));
            invitee.is_some_and(|it| it.fate == Fate::Pending)
        };
        let inviter_left = !members.contains(&next.inviter.user);
        let wrong = next.invitees.iter().find(|it| {
            let has_left = inviter_left || !members.contains(&it.user);
            was_pending(&it.user)
                && matches!(it.fate, Fate::Cancelled(_, Some(EndReason::LeftGroup)))
                && !has_left
        });
        if let Some(wrong) = wrong.map(|it| it.user.clone()) {
            self.blame(Invariant::SameEnd, || {
                format!("{wrong} of {} has not left {group}", next.id)
            });
        }
    }

    /// Who is in the group now.
    pub(crate) fn members(&self, group: Option<&GroupId>) -> impl Iterator<Item = &UserId> {
        let group = group.and_then(|id| self.groups.get(id));
        group.into_iter().flat_map(|group| &group.members)
    }

    /// Somebody blocked somebody, or does no more.
    pub(crate) fn people_changed(
        &mut self,
        user: &UserId,
        change: &PeopleChange,
        now: u64,
        ops: &[OpKey],
    ) {
        self.carried_out(ops);
        match change {
            PeopleChange::Block(others) => {
                for other in others {
                    let pair = (user.clone(), other.clone());
                    self.blocks.entry(pair).or_insert(now);
                }
            }
            PeopleChange::Unblock(others) => {
                for other in others {
                    self.blocks.remove(&(user.clone(), other.clone()));
                }
            }
            PeopleChange::Profile(..) => {}
        }
    }

    /// Whoever had blocked the inviter before he asked is not rung.
    pub(crate) fn check_blocks(&mut self, next: &Invitation, heard: Option<u64>) {
        for invitee in &next.invitees {
            let pair = (invitee.user.clone(), next.inviter.user.clone());
            let has_blocked = self
                .blocks
                .get(&pair)
                .is_some_and(|since| heard.is_some_and(|heard| *since < heard));
            if has_blocked && !next.unaware.contains(&invitee.user) {
                self.blame(Invariant::OnlyParticipants, || {
                    format!("{} rings {}, who has blocked him", next.id, invitee.user)
                });
            }
        }
    }

    /// Who leaves a call is told to those in it and those of its group.
    pub(crate) fn check_call_ended(&mut self, me: &Party, told: &CallEnded) {
        let may_hear = self.calls.get(&told.call_id).is_some_and(|call| {
            let ever = call.group.as_ref().and_then(|id| self.ever_in.get(id));
            call.reaches(&me.user, &me.device)
                && (call.was_in(&me.user) || ever.is_some_and(|ever| ever.contains(&me.user)))
        });
        if !may_hear {
            self.blame(Invariant::OnlyParticipants, || {
                format!("{me:?} heard {told:?}")
            });
        }
    }

    /// Media negotiation reaches the parties of a call, and comes from one.
    pub(crate) fn check_signal(&mut self, me: &Party, told: &Signal) {
        let has = |user: &UserId, device: &bellhop_protocol::DeviceId| {
            let call = self.calls.get(&told.call_id);
            call.is_some_and(|call| {
                let mut parties = call.members.iter().map(|it| &it.party);
                parties.any(|it| it.user == *user && it.device == *device)
            })
        };
        if !has(&me.user, &me.device) || !has(&told.from.user, &told.from.device) {
            self.blame(Invariant::OnlyParticipants, || {
                format!("{me:?} heard {told:?}")
            });
        }
    }

    /// A change of a group is told to those who are or were in it.
    pub(crate) fn check_group_changed(&mut self, me: &Party, told: &GroupChanged) {
        let ever = self.ever_in.get(&told.group_id);
        if !ever.is_some_and(|ever| ever.contains(&me.user)) {
            self.blame(Invariant::OnlyParticipants, || {
                format!("{me:?} heard {told:?}")
            });
        }
    }

    /// A message of a group is for those who are or were in it.
    pub(crate) fn check_reader(&mut self, me: &Party, conversation: &ConversationId) {
        let ConversationId::Group(group) = conversation else {
            return;
        };
        let ever = self.ever_in.get(group);
        if !ever.is_some_and(|ever| ever.contains(&me.user)) {
            self.blame(Invariant::OnlyParticipants, || {
                format!("{me:?} reads in {group}")
            });
        }
    }

    /// An open invitation is between members of its group.
    pub(crate) fn check_departures(&mut self) {
        let has_left = |it: &&Invitation| {
            let members: BTreeSet<&UserId> = self.members(it.group.as_ref()).collect();
            it.ended.is_none()
                && it.group.is_some()
                && (!members.contains(&it.inviter.user)
                    || it.pending().any(|it| !members.contains(&it.user)))
        };
        let found = self.invitations.values().find(has_left);
        if let Some(found) = found.map(|it| it.id.clone()) {
            self.blame(Invariant::Quiet, || {
                format!("{found} rings on for somebody who has left the group")
            });
        }
    }
}
