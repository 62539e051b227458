//! The clock of a device: wall time read once, advanced by a clock that goes on during suspend.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bellhop_protocol::Timestamp;
use bellhop_protocol::time::millis;
use boot_time::Instant;

/// Tells the time, never backwards, and through suspend.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    anchor: Timestamp,
    started: Instant,
}

impl Clock {
    /// A clock that is right now, and as good as the machine's oscillator from here on.
    pub(crate) fn start() -> Self {
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        Self {
            anchor: Timestamp::from_millis(millis(wall)),
            started: Instant::now(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.anchor.after(self.started.elapsed())
    }
}
