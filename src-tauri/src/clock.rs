//! What the clock on this machine's wall says.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970-01-01 UTC.
pub(crate) fn wall_ms() -> u64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH);
    let passed = passed.unwrap_or_default().as_millis();
    u64::try_from(passed).unwrap_or(u64::MAX)
}
