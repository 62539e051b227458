//! A group: who is in it, and how that changes (SIGNALING §2, PROTOCOL "Requests").
//!
//! A group is an aggregate of its own, decided on like an invitation. Its members in the order of
//! joining are its whole state of interest: a group without members is dismissed, and its name stays
//! taken, because its history is still there.

use std::collections::BTreeSet;

use bellhop_protocol::event::{GroupChange, GroupChanged};
use bellhop_protocol::request::{GroupInfo, JoinOption};
use bellhop_protocol::{Event, GroupId, GroupName, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::MAX_MEMBERS;
use crate::command::Actor;
use crate::decide::view;
use crate::decision::{Audience, Decision, Notice, Reply};
use crate::invitation::Invitation;
use crate::refusal::Refusal;

/// People who can call each other together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Revision, from 1, +1 with each transition.
    pub rev: u64,
    /// Its name for people to read.
    pub name: GroupName,
    /// Who may dismiss it and take members out; the longest there once the owner has quit.
    pub owner: UserId,
    /// Who may join by himself.
    pub join_option: JoinOption,
    /// In the order of joining; empty once it is dismissed.
    pub members: Vec<UserId>,
    /// Who was in it when it was dismissed: they hear how its rings end.
    #[serde(default)]
    pub witnesses: Vec<UserId>,
}

/// What is asked of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Make it.
    Create {
        /// Who asks, and owns it.
        by: Actor,
        /// Its id.
        id: GroupId,
        /// Its name for people to read.
        name: GroupName,
        /// Its first members; the owner need not be among them.
        members: Vec<UserId>,
        /// Who may join by himself.
        join_option: JoinOption,
    },
    /// The owner ends it.
    Dismiss(Actor),
    /// Somebody joins by himself.
    Join(Actor),
    /// A member leaves.
    Quit(Actor),
    /// A member makes others members.
    Add(Actor, Vec<UserId>),
    /// The owner takes members out.
    Remove(Actor, Vec<UserId>),
}

impl Group {
    /// Whether this user is a member.
    pub fn has(&self, user: &UserId) -> bool {
        self.members.contains(user)
    }

    /// Whether there is no such group any more.
    pub fn is_dismissed(&self) -> bool {
        self.members.is_empty()
    }

    /// The members, in the order of their ids.
    pub fn member_set(&self) -> BTreeSet<UserId> {
        self.members.iter().cloned().collect()
    }

    /// The group as the wire shows it.
    pub fn info(&self) -> GroupInfo {
        GroupInfo {
            group: self.id.clone(),
            name: self.name.clone(),
            owner: self.owner.clone(),
            join_option: self.join_option,
            member_count: self.members.len(),
        }
    }
}

/// What becomes of a group when somebody asks something of it.
///
/// `unknown` are those named in the command who have no account.
pub fn decide(
    state: Option<&Group>,
    command: &Command,
    unknown: &BTreeSet<UserId>,
) -> Result<Decision, Refusal> {
    match command {
        Command::Create {
            by,
            id,
            name,
            members,
            join_option,
        } => {
            if state.is_some() {
                return Err(Refusal::GroupIdTaken);
            }
            let empty = Group {
                id: id.clone(),
                rev: 0,
                name: name.clone(),
                owner: by.user.clone(),
                join_option: *join_option,
                members: Vec::new(),
                witnesses: Vec::new(),
            };
            create(&empty, by, members, unknown)
        }
        Command::Dismiss(by) => dismiss(owned(state, by)?, by),
        Command::Join(by) => join(existing(state)?, by),
        Command::Quit(by) => Ok(without(
            joined(state, by)?,
            by,
            std::slice::from_ref(&by.user),
        )),
        Command::Add(by, users) => add(joined(state, by)?, by, users, unknown),
        Command::Remove(by, users) => remove(owned(state, by)?, by, users),
    }
}

/// The decision that also shows whoever joins by it what rings in the group, so that he hears of its
/// beginning before he hears how it goes on (SIGNALING §3, column D).
///
/// `open` are the group's invitations that have not ended. Who has a part in one knows it already, and
/// one that is online-only reaches nobody who was not there.
pub fn welcome(
    before: Option<&Group>,
    decision: Decision,
    open: &[Invitation],
    now: Timestamp,
) -> Decision {
    let after = decision.group.iter().flat_map(|group| &group.members);
    let is_new = |user: &&UserId| before.is_none_or(|group| !group.has(user));
    let newcomers: Vec<&UserId> = after.filter(is_new).collect();
    let mut shown = Vec::new();
    for invitation in open {
        if !invitation.is_live(now) || invitation.is_online_only() {
            continue;
        }
        let event = Event::NewInvitationReceived(Box::new(view(invitation, None, now)));
        let strangers = newcomers.iter().filter(|it| !invitation.has(it));
        shown.extend(strangers.map(|user| Notice {
            to: Audience::of(user, None),
            event: event.clone(),
        }));
    }
    Decision {
        notices: [decision.notices, shown].concat(),
        ..decision
    }
}

fn existing(state: Option<&Group>) -> Result<&Group, Refusal> {
    state
        .filter(|group| !group.is_dismissed())
        .ok_or(Refusal::NoSuchGroup)
}

fn joined<'a>(state: Option<&'a Group>, by: &Actor) -> Result<&'a Group, Refusal> {
    let group = existing(state)?;
    if group.has(&by.user) {
        return Ok(group);
    }
    Err(Refusal::NotInGroup)
}

fn owned<'a>(state: Option<&'a Group>, by: &Actor) -> Result<&'a Group, Refusal> {
    let group = joined(state, by)?;
    if group.owner == by.user {
        return Ok(group);
    }
    Err(Refusal::NotOwner)
}

fn create(
    empty: &Group,
    by: &Actor,
    members: &[UserId],
    unknown: &BTreeSet<UserId>,
) -> Result<Decision, Refusal> {
    let all: Vec<UserId> = std::iter::once(&by.user).chain(members).cloned().collect();
    let (next, come) = with(empty, &all, unknown)?;
    let reply = Reply::Group(next.info());
    Ok(changed(empty, next, by, GroupChange::Created, come, reply))
}

fn dismiss(group: &Group, by: &Actor) -> Result<Decision, Refusal> {
    let mut next = group.clone();
    next.rev += 1;
    let gone = std::mem::take(&mut next.members);
    next.witnesses = gone.clone();
    let change = GroupChange::Dismissed;
    Ok(Decision {
        departed: gone.clone(),
        ..changed(group, next, by, change, gone, Reply::Nothing)
    })
}

fn join(group: &Group, by: &Actor) -> Result<Decision, Refusal> {
    if group.has(&by.user) {
        return Ok(Decision::unchanged(Reply::Nothing));
    }
    match group.join_option {
        JoinOption::InviteOnly => Err(Refusal::InviteOnly),
        JoinOption::Free => {
            let joiner = std::slice::from_ref(&by.user);
            let (next, come) = with(group, joiner, &BTreeSet::new())?;
            let change = GroupChange::Joined;
            Ok(changed(group, next, by, change, come, Reply::Nothing))
        }
    }
}

fn add(
    group: &Group,
    by: &Actor,
    users: &[UserId],
    unknown: &BTreeSet<UserId>,
) -> Result<Decision, Refusal> {
    if users.is_empty() {
        return Err(Refusal::NobodyNamed);
    }
    let (next, come) = with(group, users, unknown)?;
    if come.is_empty() {
        return Ok(Decision::unchanged(Reply::Nothing));
    }
    let change = GroupChange::Joined;
    Ok(changed(group, next, by, change, come, Reply::Nothing))
}

fn remove(group: &Group, by: &Actor, users: &[UserId]) -> Result<Decision, Refusal> {
    if users.is_empty() {
        return Err(Refusal::NobodyNamed);
    }
    if users.contains(&group.owner) {
        return Err(Refusal::RemovesOwner);
    }
    if let Some(user) = users.iter().find(|user| !group.has(user)) {
        return Err(Refusal::OutsideGroup(user.clone()));
    }
    Ok(without(group, by, users))
}

/// The group with these users in it, and who of them was not before.
fn with(
    group: &Group,
    users: &[UserId],
    unknown: &BTreeSet<UserId>,
) -> Result<(Group, Vec<UserId>), Refusal> {
    if let Some(user) = users.iter().find(|user| unknown.contains(*user)) {
        return Err(Refusal::NoSuchUser(user.clone()));
    }
    let mut next = group.clone();
    next.rev += 1;
    let mut come = Vec::new();
    for user in users {
        if !next.has(user) {
            next.members.push(user.clone());
            come.push(user.clone());
        }
    }
    if next.members.len() > MAX_MEMBERS {
        return Err(Refusal::GroupFull);
    }
    Ok((next, come))
}

/// The group without these members. The last one who leaves dismisses it; an owner who leaves hands
/// it to whoever has been there longest.
fn without(group: &Group, by: &Actor, users: &[UserId]) -> Decision {
    let mut next = group.clone();
    next.rev += 1;
    next.members.retain(|member| !users.contains(member));
    if let (false, Some(eldest)) = (next.has(&next.owner), next.members.first()) {
        next.owner = eldest.clone();
    }
    let left = group
        .members
        .iter()
        .filter(|member| users.contains(member))
        .cloned()
        .collect::<Vec<_>>();
    let change = if next.is_dismissed() {
        next.witnesses = left.clone();
        GroupChange::Dismissed
    } else {
        GroupChange::Left
    };
    Decision {
        departed: left.clone(),
        ..changed(group, next, by, change, left, Reply::Nothing)
    }
}

/// The decision that tells everybody who was or is a member.
fn changed(
    before: &Group,
    next: Group,
    by: &Actor,
    change: GroupChange,
    users: Vec<UserId>,
    reply: Reply,
) -> Decision {
    let event = Event::GroupChanged(GroupChanged {
        group_id: next.id.clone(),
        change,
        users,
        by: by.user.clone(),
    });
    let come = next.members.iter().filter(|it| !before.has(it));
    let notices = before
        .members
        .iter()
        .chain(come)
        .map(|user| Notice {
            to: Audience::of(user, Some(by)),
            event: event.clone(),
        })
        .collect();
    Decision {
        group: Some(next),
        notices,
        ..Decision::unchanged(reply)
    }
}
