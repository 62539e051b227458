//! The server's clock, and what else the driver takes from outside.
//!
//! Wall time is read once; from there a clock that counts suspend advances it, so that neither a
//! sleeping laptop nor somebody who sets the clock can move a deadline.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bellhop_protocol::{InviteId, Timestamp, time};

use crate::driver::World;

/// Wall time, anchored once and advanced by a clock that counts suspend.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    wall: Timestamp,
    anchor: boot_time::Instant,
}

impl Clock {
    /// A clock that is right at this moment.
    pub(crate) fn start() -> Self {
        Self {
            wall: wall_time(),
            anchor: boot_time::Instant::now(),
        }
    }

    /// A clock that somebody has set to this time.
    #[cfg(test)]
    pub(crate) fn set_to(wall: Timestamp) -> Self {
        Self {
            wall,
            anchor: boot_time::Instant::now(),
        }
    }

    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        self.wall.after(self.anchor.elapsed())
    }
}

/// What the machine's clock says; for a signature, not for deadlines.
pub fn wall_time() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    Timestamp::from_millis(time::millis(since))
}

#[async_trait]
impl World for Clock {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    fn wall_time(&self) -> Timestamp {
        wall_time()
    }

    fn mint(&self) -> InviteId {
        let id = uuid::Uuid::new_v4().to_string();
        id.parse().expect("a UUID is an inviteID")
    }

    async fn pause(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
