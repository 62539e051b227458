//! What is noted when a connection ends: when its device was last connected, and that it is gone.

use bellhop_protocol::{Party, Timestamp};

use super::Speaker;
use crate::hub::Hub;

/// Takes the connection out of the fabric and notes the absence of its device, which was last
/// connected at `last_heard`.
pub(super) async fn leave(hub: &Hub, speaker: Speaker, last_heard: Timestamp) {
    let Speaker { actor, attachment } = speaker;
    drop(attachment);
    if actor.platform.is_push() || hub.fabric.is_attached(&actor.user, &actor.device) {
        return;
    }
    note_absence(hub, &actor.into(), last_heard).await;
    hub.nudge.notify_one();
}

/// Each part is tried whatever became of the others; the absence first, since rings wait for it.
async fn note_absence(hub: &Hub, party: &Party, last_heard: Timestamp) {
    let Party { user, device, .. } = party;
    let due = hub.clock.now().after(hub.tuning.grace);
    if let Err(error) = hub.store.set_absence(party, due).await {
        tracing::error!(%error, %user, "an absence was not recorded");
    }
    if let Err(error) = hub.store.set_last_seen(user, device, last_heard).await {
        tracing::error!(%error, %user, "when a device was last connected was not recorded");
    }
    // A login that came meanwhile has noted the contrary, and must have the last word.
    if !hub.fabric.is_attached(user, device) {
        return;
    }
    let now = hub.clock.now();
    if let Err(error) = hub.store.set_connected(user, device, now).await {
        tracing::error!(%error, %user, "that a device is connected again was not recorded");
    }
    if let Err(error) = hub.store.clear_absence(user, device).await {
        tracing::error!(%error, %user, "an absence was not cleared");
    }
}
