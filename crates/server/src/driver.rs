//! The one driver: load, decide, commit; on a conflict load and decide again.
//!
//! Knows no socket, no async runtime and no clock: time, names and waiting come from a [`World`],
//! state from a store, and who is connected from a [`Presence`]. It has no opinion about calls; the
//! engine decides.

mod asks;
mod groups;
mod judge;
mod people;
mod reads;
mod snapshot;
mod talk;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bellhop_engine::{
    Actor, Command, ConnectionId, Decision, Draft, Refusal, Reply, Thread, call, group,
};
use bellhop_protocol::request::SendMessage;
use bellhop_protocol::{
    CallId, Code, ConversationId, DeviceId, Failure, GroupId, InviteId, Reason, Timestamp, UserId,
};

pub use self::judge::MAX_RINGS;
pub use self::people::{MAX_BLOCKED, MAX_PROFILES};
pub use self::snapshot::{Snapshot, Standing};
use crate::ports::{OpKey, PeopleChange, PortError, SharedStore, Transition};

/// How long a request is tried before its asker is told to try again.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// Who is connected.
#[async_trait]
pub trait Presence: Send + Sync + 'static {
    /// The user's connected devices, without those of the push channel.
    async fn connected(&self, user: &UserId) -> BTreeSet<DeviceId>;
}

/// What the driver takes from outside: time and names.
#[async_trait]
pub trait World: Send + Sync + 'static {
    /// The server's time.
    fn now(&self) -> Timestamp;

    /// What the calendar says, for signatures: it may be set while the server's time goes on.
    fn wall_time(&self) -> Timestamp;

    /// A name nobody has used.
    fn mint(&self) -> InviteId;

    /// Waits.
    async fn pause(&self, duration: Duration);
}

/// Who asks, on which connection the reply leaves, and when the request was received.
#[derive(Clone, Debug)]
pub struct Asker {
    /// The user and the device.
    pub actor: Actor,
    /// The connection; none when the reply leaves on none.
    pub connection: Option<ConnectionId>,
    /// When the server received it.
    pub received: Timestamp,
}

/// Carries out what is asked of invitations, calls, groups, histories and people.
pub struct Driver {
    store: SharedStore,
    presence: Arc<dyn Presence>,
    world: Arc<dyn World>,
}

/// Something asked that changes what is stored.
enum Ask {
    Invitation(InviteId, Command),
    Call(CallId, call::Command),
    Group(GroupId, group::Command),
    Message(Actor, SendMessage),
    Read(UserId, ConversationId),
    People(UserId, PeopleChange),
}

/// Where an ask comes from, and under which names it is remembered; nothing of it for a timer's.
#[derive(Default)]
struct Origin {
    keys: Vec<OpKey>,
    fingerprint: String,
    connection: Option<ConnectionId>,
    received: Option<Timestamp>,
}

/// What is to be written.
enum Work {
    /// With the group, and its revision, on whose members the decision stands.
    Commit(Box<Decision>, Option<(GroupId, u64)>),
    Append(Draft),
    MarkRead(UserId, Thread),
    ChangePeople(UserId, PeopleChange),
}

/// Why an attempt led to no reply.
enum Stop {
    Refused(Failure),
    Port(PortError),
}

impl From<PortError> for Stop {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refused(failure) => failure,
            Stop::Port(error) => try_again(&error),
        }
    }
}

impl Driver {
    /// A driver on these ports.
    pub fn new(store: SharedStore, presence: Arc<dyn Presence>, world: Arc<dyn World>) -> Self {
        Self {
            store,
            presence,
            world,
        }
    }

    /// Tries until there is a reply, a refusal, or no patience left.
    async fn settle(&self, ask: &Ask, origin: &Origin) -> Result<Reply, Failure> {
        let begun = self.world.now();
        let mut uncertain = None;
        // Whether it may have been written: then it is not said to have failed without a look.
        let mut in_doubt = false;
        let mut tries = 0;
        let failure = loop {
            // The deadline of an invitation counts from when its request was received.
            let now = match ask {
                Ask::Invitation(_, Command::Invite(_)) => origin.received.unwrap_or(begun),
                Ask::Invitation(..)
                | Ask::Call(..)
                | Ask::Group(..)
                | Ask::Message(..)
                | Ask::Read(..)
                | Ask::People(..) => self.world.now(),
            };
            match self.attempt(ask, origin, now, &mut uncertain).await {
                Ok(reply) => return Ok(reply),
                Err(Stop::Refused(failure)) => break failure,
                Err(Stop::Port(error @ PortError::Failed(_))) if !in_doubt => {
                    break try_again(&error);
                }
                Err(Stop::Port(error)) => {
                    in_doubt |= matches!(error, PortError::Unknown(_));
                    if self.world.now().since(begun) >= PATIENCE {
                        break try_again(&error);
                    }
                    self.back_off(&error, tries).await;
                    tries += 1;
                }
            }
        };
        Err(match ask {
            Ask::Invitation(id, _) => failure.about(id.clone()),
            Ask::Call(..) | Ask::Group(..) | Ask::Message(..) | Ask::Read(..) | Ask::People(..) => {
                failure
            }
        })
    }

    /// Waits before the next try: not at all for the first conflicts, then longer each time.
    async fn back_off(&self, error: &PortError, tries: u32) {
        let free = match error {
            PortError::Conflict => 4,
            PortError::Unknown(_) | PortError::Failed(_) => 0,
        };
        if tries >= free {
            let ms = 2_u64 << (tries - free).min(7);
            self.world.pause(Duration::from_millis(ms)).await;
        }
    }

    async fn attempt(
        &self,
        ask: &Ask,
        origin: &Origin,
        now: Timestamp,
        uncertain: &mut Option<Box<Decision>>,
    ) -> Result<Reply, Stop> {
        if let Some(reply) = self.remembered(origin, now).await? {
            return Ok(reply);
        }
        if let Some(decision) = uncertain.take()
            && self.has_landed(&decision).await?
        {
            return Ok(decision.reply);
        }
        match self.judge(ask, now).await {
            // What it is refused for may be its own doing, written since it was looked for.
            Err(Stop::Refused(failure)) => {
                let done = self.remembered(origin, now).await?;
                done.ok_or(Stop::Refused(failure))
            }
            judged => self.write(judged?, origin, now, uncertain).await,
        }
    }

    /// Writes what was decided; what was committed with an unknown outcome is left in `uncertain`.
    async fn write(
        &self,
        work: Work,
        origin: &Origin,
        now: Timestamp,
        uncertain: &mut Option<Box<Decision>>,
    ) -> Result<Reply, Stop> {
        let (ops, fingerprint) = (origin.keys.clone(), origin.fingerprint.clone());
        let (decision, stands_on) = match work {
            Work::Append(mut draft) => {
                for to in &mut draft.to {
                    to.answered_on = origin.connection;
                }
                return Ok(self.store.append(draft, ops, fingerprint).await?);
            }
            Work::MarkRead(user, thread) => {
                let mark = self.store.mark_read(&user, &thread, ops, fingerprint, now);
                return Ok(mark.await?);
            }
            Work::ChangePeople(user, change) => {
                let change = self
                    .store
                    .change_people(&user, change, ops, fingerprint, now);
                return Ok(change.await?);
            }
            Work::Commit(decision, stands_on) => (decision, stands_on),
        };
        // A request that changes nothing is remembered as any other: repeated later, it might.
        if !decision.changes() && decision.message.is_none() && origin.keys.is_empty() {
            return Ok(decision.reply);
        }
        let told_at = self.world.now();
        if decision.comes_too_late(told_at) {
            tracing::warn!("a ring was over before it could be written");
            return Err(Stop::Refused(busy()));
        }
        let told = decision.as_ref().clone().answered_on(origin.connection);
        let transition = Transition {
            decision: told.told_at(told_at),
            ops,
            fingerprint,
            now,
            stands_on,
        };
        let outcome = self.store.commit(transition).await;
        // A request that is remembered is found under its name; another by what it wrote.
        if matches!(outcome, Err(PortError::Unknown(_))) && origin.keys.is_empty() {
            *uncertain = Some(decision);
        }
        Ok(outcome?)
    }

    /// The reply of the first time; a refusal when the name was used for something else.
    async fn remembered(&self, origin: &Origin, now: Timestamp) -> Result<Option<Reply>, Stop> {
        for key in &origin.keys {
            let Some(record) = self.store.op(key, now).await? else {
                continue;
            };
            if record.fingerprint == origin.fingerprint {
                return Ok(Some(record.reply));
            }
            let what = if key.name.starts_with("op:") {
                "opID"
            } else {
                "inviteID"
            };
            return Err(Stop::Refused(Failure::new(
                Code::BadParameter,
                Reason::Reused,
                format!("This {what} was used before with other parameters. Make a new one."),
            )));
        }
        Ok(None)
    }

    /// Whether a commit of unknown outcome was written: what is stored is what it would have left.
    async fn has_landed(&self, decision: &Decision) -> Result<bool, PortError> {
        if let Some(next) = &decision.invitation {
            return Ok(self.store.invitation(&next.id).await?.as_ref() == Some(next));
        }
        if let Some(next) = &decision.call {
            return Ok(self.store.call(&next.id).await?.as_ref() == Some(next));
        }
        match &decision.group {
            Some(next) => Ok(self.store.group(&next.id).await?.as_ref() == Some(next)),
            None => Ok(false),
        }
    }
}

/// 6012: the store has not done it; the same request may be repeated.
fn try_again(error: &PortError) -> Failure {
    tracing::error!(%error, "the store did not carry out a request");
    busy()
}

fn busy() -> Failure {
    Failure::new(
        Code::TimedOut,
        Reason::TryAgain,
        "The server could not do this just now. Try again in a moment.",
    )
}

#[cfg(test)]
mod tests;
