//! What is noted when a connection ends: when its device was last connected, and that it is gone.

use std::time::Duration;

use bellhop_engine::Actor;
use bellhop_protocol::{DeviceId, Party, Timestamp, UserId};

use super::Speaker;
use crate::hub::Hub;

/// How often it is tried to record an absence, each time after twice as long.
const MAX_TRIES: u32 = 6;
/// How long to wait before the second try.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// Takes the connection out of the fabric and notes the absence of its device, which was last
/// connected at `last_heard`.
pub(super) async fn leave(hub: &Hub, speaker: Speaker, last_heard: Timestamp) {
    let Speaker { actor, attachment } = speaker;
    drop(attachment);
    if actor.platform.is_push() || is_connected(hub, &actor.user, &actor.device).await {
        return;
    }
    note_absence(hub, &actor.into(), last_heard).await;
    hub.nudge.notify_one();
}

/// Notes that a device which acted over the push channel is not there, unless it is connected too: it
/// is waited for like one that was and is gone.
pub(super) async fn note_away(hub: &Hub, actor: &Actor) {
    if is_connected(hub, &actor.user, &actor.device).await {
        return;
    }
    let party = actor.clone().into();
    record_absence(hub, &party).await;
    // A login that came meanwhile has cleared it before.
    if is_connected(hub, &actor.user, &actor.device).await
        && let Err(error) = hub.store.clear_absence(&actor.user, &actor.device).await
    {
        tracing::error!(%error, user = %actor.user, "an absence was not cleared");
    }
    hub.nudge.notify_one();
}

/// Each part is tried whatever became of the others; the absence first, since rings wait for it.
async fn note_absence(hub: &Hub, party: &Party, last_heard: Timestamp) {
    let Party { user, device, .. } = party;
    record_absence(hub, party).await;
    if let Err(error) = hub.store.set_last_seen(user, device, last_heard).await {
        tracing::error!(%error, %user, "when a device was last connected was not recorded");
    }
    // A login that came meanwhile has noted the contrary, and must have the last word.
    if !is_connected(hub, user, device).await {
        return;
    }
    let now = hub.world.now();
    if let Err(error) = hub.store.set_connected(user, device, now).await {
        tracing::error!(%error, %user, "that a device is connected again was not recorded");
    }
    if let Err(error) = hub.store.clear_absence(user, device).await {
        tracing::error!(%error, %user, "an absence was not cleared");
    }
}

/// Without the record, nobody would end what waits for this device: it is tried more than once.
async fn record_absence(hub: &Hub, party: &Party) {
    for tries in 0..MAX_TRIES {
        let due = hub.world.now().after(hub.tuning.grace);
        let Err(error) = hub.store.set_absence(party, due).await else {
            return;
        };
        tracing::error!(%error, user = %party.user, "an absence was not recorded");
        hub.world.pause(FIRST_WAIT * 2_u32.pow(tries)).await;
    }
}

/// Whether the device is connected, on whatever connection.
async fn is_connected(hub: &Hub, user: &UserId, device: &DeviceId) -> bool {
    hub.presence.connected(user).await.contains(device)
}
