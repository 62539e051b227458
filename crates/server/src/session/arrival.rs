//! Login: who it is, and how everything stands (SIGNALING §5).
//!
//! The device is attached first; what arrives is buffered while the snapshot is read, and what the
//! snapshot has already is dropped.

use std::collections::HashMap;
use std::sync::Arc;

use bellhop_engine::Actor;
use bellhop_protocol::request::{Conversation, LoggedIn, Login};
use bellhop_protocol::{Code, ConversationId, Event, Failure, InviteId, Reason, Timestamp, time};
use serde_json::Value;

use super::{Speaker, Then, departure};
use crate::driver::{Snapshot, Standing};
use crate::fabric::Mailbox;
use crate::hub::Hub;
use crate::ports::PortError;
use crate::user_sig;

/// How often the snapshot is read at most, where calls keep beginning meanwhile.
const MAX_READINGS: usize = 8;

/// Up to which place in each conversation a snapshot has counted the unread messages.
type Counted = HashMap<ConversationId, u64>;

/// A device that is logged in.
pub(super) struct Arrival {
    pub(super) speaker: Speaker,
    pub(super) mailbox: Mailbox,
    /// The result of `login`.
    pub(super) result: Value,
    /// What arrived meanwhile and is not in the result.
    pub(super) backlog: Vec<Arc<Event>>,
    /// When the signature expires.
    pub(super) expires: Timestamp,
}

/// Logs in.
pub(super) async fn log_in(hub: &Hub, login: Login) -> Result<Arrival, Failure> {
    let expires = expiry(hub, &login)?;
    hub.store
        .ensure_user(&login.user)
        .await
        .map_err(unavailable)?;
    let actor = Actor {
        user: login.user,
        device: login.device,
        platform: login.platform,
    };
    let (attachment, mut mailbox) = hub.fabric.attach(&actor, hub.world.now());
    let speaker = Speaker {
        actor,
        attachment: Arc::new(attachment),
    };
    let mut since = speaker.attachment.replaced;
    let known = &login.known_invitations;
    let (snapshot, backlog) = match catch_up(hub, &speaker, &mut mailbox, known, &mut since).await {
        Ok(caught_up) => caught_up,
        Err(failure) => {
            // It has heard nothing, so it was last connected when it was before.
            let last_heard = since.unwrap_or_else(|| speaker.attachment.last_heard());
            drop(mailbox);
            departure::leave(hub, speaker, last_heard).await;
            return Err(failure);
        }
    };
    let actor = &speaker.actor;
    tracing::debug!(user = %actor.user, device = %actor.device, "logged in");
    let result = LoggedIn {
        user: actor.user.clone(),
        server_time: hub.world.now(),
        grace_ms: time::millis(hub.tuning.grace),
        invitations: snapshot.invitations,
        ended: snapshot.ended,
        calls: snapshot.calls,
        unread_total: snapshot.unread_total,
    };
    Ok(Arrival {
        result: serde_json::to_value(result).expect("results have string keys"),
        speaker,
        mailbox,
        backlog,
        expires,
    })
}

fn empty(mailbox: &mut Mailbox, arrived: &mut Vec<Arc<Event>>) {
    while let Ok(event) = mailbox.try_recv() {
        arrived.push(event);
    }
}

/// Checks the signature on wall time, on which it was made; when it expires, on the hub's clock.
fn expiry(hub: &Hub, login: &Login) -> Result<Timestamp, Failure> {
    let wall = hub.world.wall_time();
    let expires = user_sig::check(&hub.credentials, &login.user, &login.user_sig, wall)?;
    Ok(hub.world.now().after(expires.since(wall)))
}

/// Whether a failed login counts towards the five: not when the server could not carry it out.
pub(super) fn counts(failure: &Failure) -> Then {
    if failure.data.reason == Reason::TryAgain {
        Then::GoOn
    } else {
        Then::LogInFailed
    }
}

/// How everything stands for a device that has been attached, and what arrived meanwhile; `since`
/// becomes when it was last connected.
async fn catch_up(
    hub: &Hub,
    speaker: &Speaker,
    mailbox: &mut Mailbox,
    known: &[InviteId],
    since: &mut Option<Timestamp>,
) -> Result<(Snapshot, Vec<Arc<Event>>), Failure> {
    let actor = &speaker.actor;
    note_connected(hub, actor, since)
        .await
        .map_err(unavailable)?;
    let mut arrived = Vec::new();
    if actor.platform.is_push() {
        let pushes = hub.driver.outstanding_pushes(&actor.user).await?;
        arrived.extend(pushes.into_iter().map(Arc::new));
    }
    for _ in 0..MAX_READINGS {
        let mut snapshot = hub.driver.snapshot(actor, known, *since).await?;
        let counted = count(hub, actor, mailbox, &mut arrived, &mut snapshot).await;
        let counted = counted.map_err(unavailable)?;
        // What arrives while it is judged what arrived may be of the same invitations.
        while let Some(news) = news(hub, &arrived, &snapshot, &counted).await? {
            let judged = arrived.len();
            empty(mailbox, &mut arrived);
            if arrived.len() == judged {
                return Ok((snapshot, news));
            }
        }
    }
    // As when the server cannot answer: the client comes again.
    Err(too_busy())
}

/// Waits until everything that the snapshot has seen has arrived, and counts the unread messages
/// again where messages are among it: up to which place in each conversation they are counted.
async fn count(
    hub: &Hub,
    by: &Actor,
    mailbox: &mut Mailbox,
    arrived: &mut Vec<Arc<Event>>,
    snapshot: &mut Snapshot,
) -> Result<Counted, PortError> {
    // Nothing is told, but after everything that was committed before.
    hub.store.tell(Vec::new()).await?;
    empty(mailbox, arrived);
    let is_message = |event: &Arc<Event>| matches!(**event, Event::MessageReceived(_));
    if !arrived.iter().any(is_message) {
        return Ok(Counted::new());
    }
    let conversations = hub.store.conversations(&by.user).await?;
    snapshot.unread_total = conversations.iter().map(|it| it.unread_count).sum();
    hub.store.tell(Vec::new()).await?;
    empty(mailbox, arrived);
    let last = |it: Conversation| Some((it.conversation_id, it.last_message?.seq));
    Ok(conversations.into_iter().filter_map(last).collect())
}

/// Records that the device is connected, and finds out when it was so before, if it ever was.
async fn note_connected(
    hub: &Hub,
    actor: &Actor,
    since: &mut Option<Timestamp>,
) -> Result<(), PortError> {
    let Actor {
        user,
        device,
        platform,
    } = actor;
    if platform.is_push() {
        *since = None;
        return Ok(());
    }
    if since.is_none() {
        *since = hub.store.last_seen(user, device).await?;
    }
    hub.store
        .set_connected(user, device, hub.world.now())
        .await?;
    hub.store.clear_absence(user, device).await
}

/// What arrived while the snapshot was read, without what it has already; nothing when a call began
/// that it should have: then it has to be read again.
async fn news(
    hub: &Hub,
    arrived: &[Arc<Event>],
    snapshot: &Snapshot,
    counted: &Counted,
) -> Result<Option<Vec<Arc<Event>>>, Failure> {
    let shown = snapshot.invitations.iter().chain(&snapshot.ended);
    let mut known: HashMap<InviteId, u64> =
        shown.map(|it| (it.invite_id.clone(), it.rev)).collect();
    let mut news = Vec::new();
    for event in arrived {
        if let Event::MessageReceived(message) = event.as_ref()
            && counted.get(&message.conversation_id) >= Some(&message.seq)
        {
            continue;
        }
        let Some((id, rev)) = event.revision() else {
            news.push(Arc::clone(event));
            continue;
        };
        // One that is over and that the snapshot left out never rings here.
        let seen = match known.get(id) {
            Some(seen) => *seen,
            None => match hub.driver.standing(id).await? {
                Standing::Open => 0,
                Standing::InCall => return Ok(None),
                Standing::Over(rev) => rev,
            },
        };
        known.insert(id.clone(), seen);
        if rev > seen {
            news.push(Arc::clone(event));
        }
    }
    Ok(Some(news))
}

fn unavailable(error: PortError) -> Failure {
    tracing::error!(%error, "the store failed at a login");
    too_busy()
}

fn too_busy() -> Failure {
    let message = "The server could not log you in just now. Try again in a moment.";
    Failure::new(Code::TimedOut, Reason::TryAgain, message)
}

#[cfg(test)]
mod tests;
