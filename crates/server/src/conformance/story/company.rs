//! What happens in company: in groups, and between people.

use bellhop_engine::{Audience, Decision, Notice, Refusal, Reply, Thread, group};

use bellhop_protocol::event::{Status, UserStatus};
use bellhop_protocol::{Event, Timestamp};

use super::{GROUPS, OPS, USERS};
use crate::conformance::play::{
    add, create, decided_of_group, group_id, nick, on, op, remove, text_in, transition, user,
};
use crate::ports::{OpKey, PeopleChange, Store, Transition};

/// Something that happens in company; numbers choose from users, groups and requests.
#[derive(Clone, Debug)]
pub enum Company {
    /// Somebody asks something of a group.
    Regroup(usize, usize, Regroup),
    /// Somebody writes to whoever is in a group.
    Say(usize, usize),
    /// Somebody reads what is written in a group.
    Read(usize, usize),
    /// The invitations of a group are looked through, for departures up to a revision.
    LookThrough(usize, u64),
    /// Somebody takes this name, under which request.
    TakeName(usize, String, Option<usize>),
    /// Somebody blocks somebody, or blocks him no more, under which request.
    Block(usize, usize, bool, Option<usize>),
    /// Somebody's devices hear what is not stored.
    Tell(usize),
}

/// What can be asked of a group.
#[derive(Clone, Copy, Debug)]
pub enum Regroup {
    /// Make it, with this one besides.
    Create(usize),
    /// Join.
    Join,
    /// Leave.
    Quit,
    /// Add this one.
    Add(usize),
    /// Take this one out.
    Remove(usize),
    /// Dismiss it.
    Dismiss,
}

impl Company {
    /// Lets it happen; what came of it, in words.
    pub(super) async fn happen(&self, store: &dyn Store, now: Timestamp) -> String {
        if let Some(judged) = self.judged(store, now).await {
            return match judged {
                Ok(transition) => format!("{:?}", store.commit(transition).await),
                Err(refusal) => format!("{refusal:?}"),
            };
        }
        match self {
            Self::Regroup(..) | Self::Say(..) => String::new(),
            Self::Read(by, group) => {
                let (by, thread) = (user(USERS[*by]), Thread::Group(group_id(GROUPS[*group])));
                let read = store.mark_read(&by, &thread, Vec::new(), String::new(), now);
                format!("{:?}", read.await)
            }
            Self::LookThrough(group, rev) => {
                let group = group_id(GROUPS[*group]);
                format!("{:?}", store.clear_departures(&group, *rev).await)
            }
            Self::TakeName(by, name, request) => {
                let change = PeopleChange::Profile(Some(nick(name)), None);
                changed(store, *by, change, *request, now).await
            }
            Self::Block(by, other, blocks, request) => {
                let others = vec![user(USERS[*other])];
                let change = if *blocks {
                    PeopleChange::Block(others)
                } else {
                    PeopleChange::Unblock(others)
                };
                changed(store, *by, change, *request, now).await
            }
            Self::Tell(to) => {
                let user = user(USERS[*to]);
                let notice = Notice {
                    to: Audience::of(&user, None),
                    event: Event::UserStatusChanged(UserStatus {
                        user,
                        status: Status::Online,
                    }),
                };
                format!("{:?}", store.tell(vec![notice]).await)
            }
        }
    }

    /// What is to be committed, where that is how it happens.
    pub(super) async fn judged(
        &self,
        store: &dyn Store,
        now: Timestamp,
    ) -> Option<Result<Transition, Refusal>> {
        match self {
            Self::Regroup(by, group, regroup) => {
                let command = command(USERS[*by], GROUPS[*group], *regroup);
                let id = group_id(GROUPS[*group]);
                Some(decided_of_group(store, &id, &command, now).await)
            }
            Self::Say(from, group) => {
                let name = GROUPS[*group];
                let group = store.group(&group_id(name)).await;
                let group = group.expect("the store reads")?;
                let members: Vec<&str> = group.members.iter().map(|it| it.as_str()).collect();
                let decision = Decision {
                    message: Some(text_in(name, USERS[*from], &members, now)),
                    ..Decision::unchanged(Reply::Sent(None))
                };
                Some(Ok(Transition {
                    stands_on: Some((group.id, group.rev)),
                    ..transition(decision, &[], now)
                }))
            }
            Self::Read(..)
            | Self::LookThrough(..)
            | Self::TakeName(..)
            | Self::Block(..)
            | Self::Tell(_) => None,
        }
    }
}

fn command(by: &str, group: &str, regroup: Regroup) -> group::Command {
    match regroup {
        Regroup::Create(other) => create(group, &[by, USERS[other]]),
        Regroup::Join => group::Command::Join(on(by, 1)),
        Regroup::Quit => group::Command::Quit(on(by, 1)),
        Regroup::Add(other) => add(by, &[USERS[other]]),
        Regroup::Remove(other) => remove(by, &[USERS[other]]),
        Regroup::Dismiss => group::Command::Dismiss(on(by, 1)),
    }
}

async fn changed(
    store: &dyn Store,
    by: usize,
    change: PeopleChange,
    request: Option<usize>,
    now: Timestamp,
) -> String {
    let ops: Vec<OpKey> = Vec::from_iter(request.map(|n| op(USERS[by], OPS[n])));
    let by = user(USERS[by]);
    let changed = store.change_people(&by, change, ops, "changed".into(), now);
    format!("{:?}", changed.await)
}
