//! The one task that watches the time: deadlines of invitations, absences of devices, old records.
//!
//! Decides nothing: it tells the driver that a moment has come, and the engine says what of it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bellhop_protocol::{Failure, Party};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::hub::{Hub, gone_down};
use crate::ports::{Due, OP_LIFETIME, Outlet, PortError};

/// How long it sleeps at most: shorter than the shortest ring, so that none is missed.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);
/// How long it sleeps at least where what is due was carried out but is still there.
const SHORTEST_SLEEP: Duration = Duration::from_millis(5);
/// How many due entries are read at once.
const BATCH: usize = 256;
/// How many of them are carried out at once.
const AT_ONCE: usize = 64;
/// How often old records are removed.
const PURGE_EVERY: Duration = Duration::from_secs(60 * 60);

/// Why a due entry was not carried out; it stays due.
#[derive(Debug, thiserror::Error)]
enum Missed {
    #[error(transparent)]
    Port(#[from] PortError),
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Brings the store up to date with what passed while no server ran; for the start.
///
/// Devices recorded as connected are not; every absence begins anew; overdue deadlines time out.
pub(crate) async fn catch_up(hub: &Hub) -> Result<(), PortError> {
    let now = hub.world.now();
    hub.store.purge(now.before(OP_LIFETIME)).await?;
    hub.store.devices_lost(now).await?;
    let back_by = now.after(hub.tuning.grace);
    let mut rings = BTreeSet::new();
    for party in hub.store.awaited_parties().await? {
        hub.store.set_absence(&party, back_by).await?;
        let open = hub.store.open_invitations(&party.user).await?;
        rings.extend(open.into_iter().map(|invitation| invitation.id));
        for call in hub.store.running_calls(&party.user).await? {
            hub.fabric.call_changed(&call);
        }
    }
    stream::iter(rings.into_iter().map(Ok))
        .try_for_each_concurrent(AT_ONCE, async |id| {
            let told = hub.driver.server_started(&id, back_by).await;
            told.map_err(|failure| PortError::Failed(failure.to_string()))
        })
        .await?;
    // What is more than one batch follows as soon as the time is watched.
    carry_out_due(hub).await.map(drop)
}

/// Watches the time until the server goes down.
pub(crate) async fn watch(hub: Arc<Hub>) {
    let mut going_down = hub.going_down.subscribe();
    tokio::select! {
        () = gone_down(&mut going_down) => {}
        () = tick(&hub) => {}
    }
}

async fn tick(hub: &Hub) {
    let mut purge_at = hub.world.now().after(PURGE_EVERY);
    loop {
        let sleep = match carry_out_due(hub).await {
            Ok(sleep) => sleep,
            Err(error) => {
                tracing::error!(%error, "the store does not say what is due");
                LONGEST_SLEEP
            }
        };
        let now = hub.world.now();
        if now >= purge_at {
            purge_at = now.after(PURGE_EVERY);
            if let Err(error) = hub.store.purge(now.before(OP_LIFETIME)).await {
                tracing::error!(%error, "old records were not removed");
            }
        }
        tokio::select! {
            () = hub.world.pause(sleep) => {}
            () = hub.nudge.notified() => {}
        }
    }
}

/// Carries out what is due; how long nothing will be.
async fn carry_out_due(hub: &Hub) -> Result<Duration, PortError> {
    let due = hub.store.due(hub.world.now(), BATCH).await?;
    let is_full = due.len() == BATCH;
    let missed = stream::iter(due)
        .map(|due| carry_out(hub, due))
        .buffer_unordered(AT_ONCE)
        .fold(0, async |missed, done| match done {
            Ok(()) => missed,
            Err(error) => {
                tracing::error!(%error, "something due was not carried out");
                missed + 1
            }
        })
        .await;
    if missed > 0 {
        return Ok(LONGEST_SLEEP);
    }
    if is_full {
        return Ok(SHORTEST_SLEEP);
    }
    let next = hub.store.next_due().await?;
    let until = next.map_or(LONGEST_SLEEP, |at| at.since(hub.world.now()));
    Ok(until.clamp(SHORTEST_SLEEP, LONGEST_SLEEP))
}

async fn carry_out(hub: &Hub, due: Due) -> Result<(), Missed> {
    match due {
        Due::Deadline(id) => Ok(hub.driver.time_out(&id).await?),
        Due::Push(id) => Ok(hub.driver.push(&id).await?),
        Due::Departures(group, rev) => Ok(hub.driver.members_left(&group, rev).await?),
        Due::Absence(party) => {
            let settled = absent_for_the_grace(hub, &party).await;
            if settled.is_err() {
                // It was cleared and must not be lost, however long the store fails.
                while let Err(error) = again(hub, &party, LONGEST_SLEEP).await {
                    tracing::error!(%error, "an absence is not recorded");
                    hub.world.pause(LONGEST_SLEEP).await;
                }
            }
            settled
        }
    }
}

/// A device has been gone for the grace, or has come back meanwhile.
async fn absent_for_the_grace(hub: &Hub, party: &Party) -> Result<(), Missed> {
    let Party { user, device, .. } = party;
    // First, so that it is no reason to wait for itself.
    hub.store.clear_absence(user, device).await?;
    let connected = hub.presence.connected(user).await;
    if connected.contains(device) {
        return Ok(());
    }
    let now = hub.world.now();
    let open = hub.store.open_invitations(user).await?;
    let (own, others): (Vec<_>, Vec<_>) = open
        .into_iter()
        .partition(|invitation| invitation.inviter.user == *user);
    let others_until = hub.store.absent_until(user).await?.filter(|at| *at > now);
    if connected.is_empty() && others_until.is_none() {
        for invitation in own {
            hub.driver.inviter_gone(&invitation.id).await?;
        }
        for invitation in others {
            hub.driver.invitee_gone(&invitation.id).await?;
        }
    } else if own.iter().any(|it| it.inviter.device == *device) {
        // Its ring goes on while others of this user are there, or waited for. Who accepts it finds
        // this device in the call: it is looked for again, with the last of those waited for, so that
        // no two of them wait for each other.
        let due = others_until.filter(|_| connected.is_empty());
        let due = due.unwrap_or(now.after(hub.tuning.grace));
        hub.store.set_absence(party, due).await?;
    }
    // After the rings: an accept that was quicker has made a call.
    for call in hub.store.running_calls(user).await? {
        hub.driver.party_gone(&call.id, party).await?;
    }
    Ok(())
}

/// The device's absence falls due again after this time.
async fn again(hub: &Hub, party: &Party, after: Duration) -> Result<(), PortError> {
    let due = hub.world.now().after(after);
    hub.store.set_absence(party, due).await
}
