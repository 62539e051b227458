//! When this device is quiet, and what becomes of a ring then.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// When this device does not ring, as the person has set it. Missed calls are recorded all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct QuietView {
    /// Do not disturb, chosen by hand.
    pub by_hand: ByHand,
    /// Do not disturb at certain hours.
    pub schedule: ScheduleView,
    /// Quiet while the desktop's own do-not-disturb is on.
    pub follow_desktop: bool,
    /// Never rings on this device; the others of this user ring.
    pub not_here: bool,
}

/// Do not disturb, chosen by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[ts(export)]
pub enum ByHand {
    /// Rings.
    #[default]
    Off,
    /// Quiet until it is switched off.
    On,
    /// Quiet until this moment.
    Until {
        /// In milliseconds since 1970-01-01 UTC, on this machine's clock.
        #[serde(rename = "atMs")]
        #[ts(type = "number")]
        at_ms: u64,
    },
}

/// Do not disturb at certain hours, local time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct ScheduleView {
    /// Whether it is kept to.
    pub enabled: bool,
    /// When it begins, as `HH:MM`.
    pub from: String,
    /// When it ends, as `HH:MM`; the next day when that is not after `from`.
    pub to: String,
    /// The days on which it begins: 1 is Monday, 7 is Sunday.
    pub days: Vec<u8>,
}

impl Default for ScheduleView {
    fn default() -> Self {
        Self {
            enabled: false,
            from: "22:00".to_owned(),
            to: "07:00".to_owned(),
            days: (1..=7).collect(),
        }
    }
}

/// What becomes of a ring while this device is in a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum CallWaiting {
    /// It is shown, and a soft tone is heard.
    #[default]
    RingSoftly,
    /// The caller is told that this user is busy; the call is recorded as missed.
    RefuseAsBusy,
    /// Nothing is shown or heard; it times out, and is recorded as missed.
    Ignore,
}

/// Whether this device is quiet at this moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct QuietNowView {
    /// Why; absent when it rings.
    pub because: Option<QuietBecause>,
    /// Until when, in milliseconds since 1970-01-01 UTC; absent when that is not known.
    #[ts(type = "number | null")]
    pub until_ms: Option<u64>,
}

/// Why this device is quiet; the first that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum QuietBecause {
    /// It never rings here.
    NotHere,
    /// The person said so.
    ByHand,
    /// The schedule says so.
    Schedule,
    /// The desktop's do-not-disturb is on.
    Desktop,
}

/// How a ring reaches the person on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Manner {
    /// With the ringtone, a window of its own and a notification.
    Aloud,
    /// The same with a soft tone, because this device is in a call.
    Softly,
    /// Only on a screen that is open already: no sound, no window, no notification.
    Quietly,
}
