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

use super::{Speaker, Then, departure};
use crate::driver::{Snapshot, Standing};
use crate::fabric::{Attachment, Mailbox};
use crate::hub::Hub;
use crate::ports::PortError;
use crate::user_sig;

/// How often the snapshot is read at most, where calls keep beginning meanwhile.
const MAX_READINGS: u32 = 8;

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
    let known = &login.known_invitations;
    let found = look_around(hub, &actor, &attachment, &mut mailbox, known).await;
    let attachment = Arc::new(attachment);
    let speaker = Speaker {
        actor: actor.clone(),
        attachment,
    };
    let (snapshot, backlog) = match found {
        Ok(found) => found,
        Err(failure) => {
            // It was there for a moment, and is gone again.
            departure::leave(hub, speaker).await;
            return Err(failure);
        }
    };
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

/// How everything stands, and what arrived meanwhile and is not in it.
async fn look_around(
    hub: &Hub,
    actor: &Actor,
    attachment: &Attachment,
    mailbox: &mut Mailbox,
    known: &[InviteId],
) -> Result<(Snapshot, Vec<Arc<Event>>), Failure> {
    let since = note_connected(hub, actor, attachment)
        .await
        .map_err(unavailable)?;
    let mut arrived = Vec::new();
    let mut tries = 0;
    loop {
        let snapshot = hub.driver.snapshot(actor, known, since).await?;
        empty(mailbox, &mut arrived);
        // What arrives while it is judged what arrived may be of the same invitations.
        while let Some(news) = news(hub, &arrived, &snapshot).await? {
            let judged = arrived.len();
            empty(mailbox, &mut arrived);
            if arrived.len() == judged {
                return Ok((snapshot, news));
            }
        }
        tries += 1;
        if tries == MAX_READINGS {
            // As when the server cannot answer: the client comes again.
            return Err(too_busy());
        }
    }
}

fn empty(mailbox: &mut Mailbox, arrived: &mut Vec<Arc<Event>>) {
    while let Ok(event) = mailbox.try_recv() {
        arrived.push(event);
    }
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

/// What arrived while the snapshot was read, without what it has already; nothing when a call began
/// that it should have: then it has to be read again.
async fn news(
    hub: &Hub,
    arrived: &[Arc<Event>],
    snapshot: &Snapshot,
) -> Result<Option<Vec<Arc<Event>>>, Failure> {
    let shown = snapshot.invitations.iter().chain(&snapshot.ended);
    let mut known: HashMap<InviteId, u64> =
        shown.map(|it| (it.invite_id.clone(), it.rev)).collect();
    let mut news = Vec::new();
    for event in arrived {
        let Some((id, rev)) = revision(event) else {
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
    too_busy()
}

fn too_busy() -> Failure {
    let message = "The server could not log you in just now. Try again in a moment.";
    Failure::new(Code::TimedOut, Reason::TryAgain, message)
}
