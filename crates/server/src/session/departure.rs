//! What is noted when a connection ends: when its device was last connected, and that it is gone.

use std::sync::Arc;
use std::time::Duration;

use bellhop_protocol::{DeviceId, Party, Timestamp, UserId};

use super::Speaker;
use crate::hub::Hub;
use crate::ports::PortError;

/// How long to wait before another attempt to record an absence.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Takes the connection out of the fabric and notes the absence of its device.
pub(super) async fn leave(hub: &Hub, speaker: Speaker) {
    let Speaker { actor, attachment } = speaker;
    let last_heard = attachment.last_heard();
    debug_assert_eq!(
        Arc::strong_count(&attachment),
        1,
        "no request is in the works"
    );
    drop(attachment);
    if actor.platform.is_push() || is_connected(hub, &actor.user, &actor.device).await {
        return;
    }
    let party: Party = actor.into();
    // Without the record, nobody would ever end what waits for this device.
    while let Err(error) = note_absence(hub, &party, last_heard).await {
        tracing::error!(%error, user = %party.user, "an absence is not recorded");
        if hub.is_going_down() {
            break;
        }
        hub.world.pause(AGAIN_AFTER).await;
    }
    hub.nudge.notify_one();
}

async fn note_absence(hub: &Hub, party: &Party, last_heard: Timestamp) -> Result<(), PortError> {
    let Party { user, device, .. } = party;
    hub.store.set_last_seen(user, device, last_heard).await?;
    let due = hub.world.now().after(hub.tuning.grace);
    hub.store.set_absence(party, due).await?;
    // A login that came meanwhile has noted the contrary, and must have the last word.
    if is_connected(hub, user, device).await {
        hub.store
            .set_connected(user, device, hub.world.now())
            .await?;
        hub.store.clear_absence(user, device).await?;
    }
    Ok(())
}

/// Whether the device is connected, on whatever connection.
async fn is_connected(hub: &Hub, user: &UserId, device: &DeviceId) -> bool {
    hub.presence.connected(user).await.contains(device)
}
