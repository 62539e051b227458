//! Playing on groups: who is in them, who writes to them, who invites in them.

use std::collections::BTreeSet;

use bellhop_engine::command::Invite;
use bellhop_engine::{Audience, Decision, Draft, Group, Refusal, Reply, Stored, Thread, group};
use bellhop_protocol::request::JoinOption;
use bellhop_protocol::{GroupId, MessageType, Timestamp, UserId};
use serde_json::json;

use super::{invite, on, settled, transition, user, written};
use crate::ports::{Store, Transition};

/// The group of that name.
pub fn group_id(name: &str) -> GroupId {
    name.parse().expect("a short name is a groupID")
}

/// The first device of a member invites others of a group for 30 seconds.
pub fn invite_in(group: &str, from: &str, to: &[&str], id: &str) -> Invite {
    Invite {
        group: Some(group_id(group)),
        invitees: to.iter().map(|to| user(to)).collect(),
        ..invite(from, "nobody", id)
    }
}

/// A text to all of these in a group, which counts for all but who writes it.
pub fn text_in(group: &str, from: &str, members: &[&str], now: Timestamp) -> Draft {
    let members: Vec<UserId> = members.iter().map(|member| user(member)).collect();
    let from = on(from, 1);
    Draft {
        thread: Thread::Group(group_id(group)),
        from: from.user.clone(),
        time: now,
        kind: MessageType::Text,
        payload: json!({ "text": "to all" }),
        invite: None,
        unread_for: members
            .iter()
            .filter(|it| **it != from.user)
            .cloned()
            .collect(),
        shown_last: true,
        to: members
            .iter()
            .map(|member| Audience::of(member, Some(&from)))
            .collect(),
    }
}

/// What the engine decides on a group that is stored, ready to be committed; everybody has an account.
pub async fn decided_of_group(
    store: &dyn Store,
    id: &GroupId,
    command: &group::Command,
    now: Timestamp,
) -> Result<Transition, Refusal> {
    let state = store.group(id).await.expect("the store reads");
    let decision = group::decide(state.as_ref(), command, &BTreeSet::new())?;
    Ok(transition(decision, &[], now))
}

/// Asks something of a group, which must succeed.
pub async fn regrouped(
    store: &dyn Store,
    id: &str,
    command: &group::Command,
    now: Timestamp,
) -> Reply {
    loop {
        let transition = decided_of_group(store, &group_id(id), command, now).await;
        let transition = transition.expect("the command is allowed");
        if let Some(reply) = settled(store, transition).await {
            return reply;
        }
    }
}

/// The first of these makes a group of that name with all of them in it.
pub fn create(id: &str, members: &[&str]) -> group::Command {
    group::Command::Create {
        by: on(members[0], 1),
        id: group_id(id),
        name: id
            .to_owned()
            .try_into()
            .expect("a short name names a group"),
        members: members.iter().map(|member| user(member)).collect(),
        join_option: JoinOption::Free,
    }
}

/// A member adds these.
pub fn add(by: &str, who: &[&str]) -> group::Command {
    group::Command::Add(on(by, 1), who.iter().map(|name| user(name)).collect())
}

/// The owner takes these out.
pub fn remove(by: &str, who: &[&str]) -> group::Command {
    group::Command::Remove(on(by, 1), who.iter().map(|name| user(name)).collect())
}

/// The group, which must be there.
pub async fn kept_group(store: &dyn Store, id: &str) -> Group {
    let found = store.group(&group_id(id)).await;
    found.expect("the store reads").expect("the group is kept")
}

/// Writes an ordinary message to a group as its members are, which must succeed.
pub async fn say_in(store: &dyn Store, group: &str, draft: Draft) -> Stored {
    let now = draft.time;
    let decision = Decision {
        message: Some(draft),
        ..Decision::unchanged(Reply::Sent(None))
    };
    let group = kept_group(store, group).await;
    let transition = Transition {
        stands_on: Some((group.id, group.rev)),
        ..transition(decision, &[], now)
    };
    written(store.commit(transition).await)
}
