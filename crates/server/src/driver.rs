//! The one driver: load, decide, commit; on a conflict load and decide again.
//!
//! Knows no socket, no async runtime and no clock: time, names and waiting come from a [`World`],
//! state from a store, and who is connected from a [`Presence`]. It has no opinion about calls; the
//! engine decides.

mod asks;
mod reads;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bellhop_engine::{
    Actor, Command, Context, Decision, Draft, Invitation, Refusal, Reply, Thread, call,
};
use bellhop_protocol::{CallId, Code, DeviceId, Failure, InviteId, Reason, Timestamp, UserId};

pub use self::reads::{Snapshot, Standing};
use crate::messages;
use crate::ports::{OpKey, PortError, SharedStore, Transition};

/// How long a request is tried before its asker is told to try again.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// How many invitations of one inviter to one invitee are live at most.
pub const MAX_RINGS: u32 = 128;

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

/// Carries out what is asked of invitations, calls and histories.
pub struct Driver {
    store: SharedStore,
    presence: Arc<dyn Presence>,
    world: Arc<dyn World>,
}

/// Something asked that changes what is stored.
enum Ask {
    Invitation(InviteId, Command),
    Call(CallId, call::Command),
    Message(Actor, bellhop_protocol::request::SendMessage),
    Read(UserId, Thread),
}

/// Under which names a request is remembered; none for a timer's.
#[derive(Default)]
struct Memory {
    keys: Vec<OpKey>,
    fingerprint: String,
}

/// What is to be written.
enum Work {
    Commit(Box<Decision>),
    Append(Draft),
    MarkRead(UserId, Thread),
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
    async fn settle(&self, ask: &Ask, memory: &Memory) -> Result<Reply, Failure> {
        let begun = self.world.now();
        let mut uncertain = None;
        // Whether it may have been written: then it is not said to have failed without a look.
        let mut in_doubt = false;
        let mut tries = 0;
        let failure = loop {
            // The deadline of an invitation counts from when it was asked for.
            let now = match ask {
                Ask::Invitation(_, Command::Invite(_)) => begun,
                Ask::Invitation(..) | Ask::Call(..) | Ask::Message(..) | Ask::Read(..) => {
                    self.world.now()
                }
            };
            match self.attempt(ask, memory, now, &mut uncertain).await {
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
            Ask::Call(..) | Ask::Message(..) | Ask::Read(..) => failure,
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
        memory: &Memory,
        now: Timestamp,
        uncertain: &mut Option<Box<Decision>>,
    ) -> Result<Reply, Stop> {
        if let Some(reply) = self.remembered(memory, now).await? {
            return Ok(reply);
        }
        if let Some(decision) = uncertain.take()
            && self.has_landed(&decision).await?
        {
            return Ok(decision.reply);
        }
        let work = match self.decide(ask, now).await {
            // What it is refused for may be its own doing, written since it was looked for.
            Err(Stop::Refused(failure)) => {
                let done = self.remembered(memory, now).await?;
                return done.ok_or(Stop::Refused(failure));
            }
            decided => decided?,
        };
        match work {
            Work::Append(draft) => {
                let (ops, fingerprint) = (memory.keys.clone(), memory.fingerprint.clone());
                Ok(self.store.append(draft, ops, fingerprint).await?)
            }
            Work::MarkRead(user, thread) => {
                let (ops, fingerprint) = (memory.keys.clone(), memory.fingerprint.clone());
                let mark = self.store.mark_read(&user, &thread, ops, fingerprint, now);
                Ok(mark.await?)
            }
            Work::Commit(decision) if decision.invitation.is_none() && decision.call.is_none() => {
                Ok(decision.reply)
            }
            Work::Commit(decision) => {
                let transition = Transition {
                    decision: (*decision).clone(),
                    ops: memory.keys.clone(),
                    fingerprint: memory.fingerprint.clone(),
                    now,
                };
                let outcome = self.store.commit(transition).await;
                // A request that is remembered is found under its name; another by what it wrote.
                if matches!(outcome, Err(PortError::Unknown(_))) && memory.keys.is_empty() {
                    *uncertain = Some(decision);
                }
                Ok(outcome?)
            }
        }
    }

    /// The reply of the first time; a refusal when the name was used for something else.
    async fn remembered(&self, memory: &Memory, now: Timestamp) -> Result<Option<Reply>, Stop> {
        for key in &memory.keys {
            let Some(record) = self.store.op(key, now).await? else {
                continue;
            };
            if record.fingerprint == memory.fingerprint {
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
        match (&decision.invitation, &decision.call) {
            (Some(next), _) => Ok(self.store.invitation(&next.id).await?.as_ref() == Some(next)),
            (None, Some(next)) => Ok(self.store.call(&next.id).await?.as_ref() == Some(next)),
            (None, None) => Ok(false),
        }
    }

    async fn decide(&self, ask: &Ask, now: Timestamp) -> Result<Work, Stop> {
        let decision = match ask {
            Ask::Invitation(id, command) => {
                let state = self.store.invitation(id).await?;
                if let (None, Command::Invite(invite)) = (&state, command) {
                    self.check_rings(&invite.by.user, &invite.invitees).await?;
                }
                let context = self.context(state.as_ref(), command, now).await?;
                bellhop_engine::decide(state.as_ref(), command, &context, now)?
            }
            Ask::Call(id, command) => {
                let state = self.store.call(id).await?;
                call::decide(state.as_ref(), command, now)?
            }
            Ask::Message(by, request) => {
                let is_known = self.store.has_user(&request.user).await?;
                let draft = messages::draft(by, request, is_known, now);
                return draft.map(Work::Append).map_err(Stop::Refused);
            }
            Ask::Read(user, thread) => return Ok(Work::MarkRead(user.clone(), thread.clone())),
        };
        Ok(Work::Commit(Box::new(decision)))
    }

    /// Refuses one ring more where the inviter has [`MAX_RINGS`] with an invitee already.
    async fn check_rings(&self, inviter: &UserId, invitees: &[UserId]) -> Result<(), Stop> {
        for invitee in invitees {
            let count = self.store.count_open_between(inviter, invitee, MAX_RINGS);
            if count.await? >= MAX_RINGS {
                return Err(Stop::Refused(too_many_rings(invitee)));
            }
        }
        Ok(())
    }

    /// What the engine wants to know for this command.
    async fn context(
        &self,
        state: Option<&Invitation>,
        command: &Command,
        now: Timestamp,
    ) -> Result<Context, PortError> {
        let mut context = Context::default();
        match command {
            Command::Invite(invite) => {
                let mut connected = BTreeMap::new();
                for user in std::iter::once(&invite.by.user).chain(&invite.invitees) {
                    connected.insert(user.clone(), self.presence.connected(user).await);
                    if !self.store.has_user(user).await? {
                        context.unknown_users.insert(user.clone());
                    }
                }
                context.connected = connected;
                context.call = self.store.call(&invite.call).await?;
                if let (None, [invitee]) = (&invite.group, &invite.invitees[..]) {
                    let other_way = self.store.open_between(invitee, &invite.by.user).await?;
                    context.glare = other_way.filter(|it| it.is_live(now)).map(|it| it.id);
                }
            }
            Command::Accept { .. } => {
                if let Some(state) = state {
                    context.call = self.store.call(&state.call).await?;
                }
            }
            Command::Cancel { .. }
            | Command::Reject { .. }
            | Command::Ringing { .. }
            | Command::TimeOut
            | Command::InviterGone => {}
        }
        Ok(context)
    }
}

/// 7008: an invitee has enough rings of the same inviter.
fn too_many_rings(invitee: &UserId) -> Failure {
    let message = format!(
        "{MAX_RINGS} invitations of yours to \"{invitee}\" are live already. Cancel some, or wait \
         until they end."
    );
    let mut failure = Failure::new(Code::TooManyRequests, Reason::TooManyRequests, message);
    failure.data.retry_after_ms = Some(1000);
    failure
}

/// 6012: the store has not done it; the same request may be repeated.
fn try_again(error: &PortError) -> Failure {
    tracing::error!(%error, "the store did not carry out a request");
    Failure::new(
        Code::TimedOut,
        Reason::TryAgain,
        "The server could not do this just now. Try again in a moment.",
    )
}

#[cfg(test)]
mod tests;
