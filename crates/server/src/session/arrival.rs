//! Login: who it is, and how everything stands (SIGNALING §5).
//!
//! The device is attached first; what arrives is buffered while the snapshot is read, and what the
//! snapshot has already is dropped.

use std::collections::HashMap;
use std::sync::Arc;

use bellhop_engine::Actor;
use bellhop_protocol::request::{LoggedIn, Login};
use bellhop_protocol::{Code, Event, Failure, InviteId, Reason, Timestamp, time};
use serde_json::Value;

use super::{Speaker, Then};
use crate::driver::Snapshot;
use crate::fabric::{Attachment, Mailbox};
use crate::hub::Hub;
use crate::ports::PortError;
use crate::user_sig;

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
    let now = hub.world.now();
    let expires = user_sig::check(&hub.credentials, &login.user, &login.user_sig, now)?;
    hub.store
        .ensure_user(&login.user)
        .await
        .map_err(unavailable)?;
    let actor = Actor {
        user: login.user,
        device: login.device,
        platform: login.platform,
    };
    let (attachment, mut mailbox) = hub.fabric.attach(&actor, now);
    let since = note_connected(hub, &actor, &attachment)
        .await
        .map_err(unavailable)?;
    let known = &login.known_invitations;
    let snapshot = hub.driver.snapshot(&actor, known, since).await?;
    let backlog = news(hub, &mut mailbox, &snapshot).await?;
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
        speaker: Speaker {
            actor,
            attachment: Arc::new(attachment),
        },
        mailbox,
        backlog,
        expires,
    })
}

/// Whether a failed login counts towards the five: not when the server could not carry it out.
pub(super) fn counts(failure: &Failure) -> Then {
    if failure.data.reason == Reason::TryAgain {
        Then::GoOn
    } else {
        Then::LogInFailed
    }
}

/// Records that the device is connected; when it was so before, if it ever was.
async fn note_connected(
    hub: &Hub,
    actor: &Actor,
    attachment: &Attachment,
) -> Result<Option<Timestamp>, PortError> {
    let Actor {
        user,
        device,
        platform,
    } = actor;
    if platform.is_push() {
        return Ok(None);
    }
    let since = match attachment.replaced {
        Some(heard) => Some(heard),
        None => hub.store.last_seen(user, device).await?,
    };
    hub.store
        .set_connected(user, device, hub.world.now())
        .await?;
    hub.store.clear_absence(user, device).await?;
    Ok(since)
}

/// What arrived while the snapshot was read, without what it has already.
async fn news(
    hub: &Hub,
    mailbox: &mut Mailbox,
    snapshot: &Snapshot,
) -> Result<Vec<Arc<Event>>, Failure> {
    let shown = snapshot.invitations.iter().chain(&snapshot.ended);
    let mut known: HashMap<InviteId, u64> =
        shown.map(|it| (it.invite_id.clone(), it.rev)).collect();
    let mut news = Vec::new();
    while let Ok(event) = mailbox.try_recv() {
        let Some((id, rev)) = revision(&event) else {
            news.push(event);
            continue;
        };
        // One that is over and that the snapshot left out never rings here.
        let seen = match known.get(id) {
            Some(seen) => *seen,
            None => hub.driver.ended_at(id).await?.unwrap_or(0),
        };
        known.insert(id.clone(), seen);
        if rev > seen {
            news.push(event);
        }
    }
    Ok(news)
}

/// The invitation an event is of, and its revision.
fn revision(event: &Event) -> Option<(&InviteId, u64)> {
    match event {
        Event::NewInvitationReceived(it) => Some((&it.invite_id, it.rev)),
        Event::InviteeAccepted(it) | Event::InviteeRejected(it) => Some((&it.invite_id, it.rev)),
        Event::InvitationCancelled(it) => Some((&it.invite_id, it.rev)),
        Event::InvitationTimeout(it) => Some((&it.invite_id, it.rev)),
        Event::InviteeRinging(it) => Some((&it.invite_id, it.rev)),
        Event::CallEnded(_)
        | Event::MessageReceived(_)
        | Event::UserStatusChanged(_)
        | Event::KickedOffline(_) => None,
    }
}

fn unavailable(error: PortError) -> Failure {
    tracing::error!(%error, "the store failed at a login");
    let message = "The server could not log you in just now. Try again in a moment.";
    Failure::new(Code::TimedOut, Reason::TryAgain, message)
}
