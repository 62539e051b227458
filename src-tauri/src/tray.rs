//! The icon in the tray and its menu: everything that can be done there, and what it tells.
//!
//! [`tray_of`] takes from a snapshot what the tray shows, [`menu`] words it; both are pure. [`drawn`]
//! knows Tauri's tray, [`host`] whether this desktop has one.

pub(crate) mod drawn;
pub(crate) mod host;
mod menu;
mod picture;
mod press;

use crate::notifier::clean;
use crate::view::{AppView, ByHand, ConnectionView, QuietNowView};

pub(crate) use press::{Press, QuietFor};

/// How many rings the menu offers to answer.
const MOST_RINGS: usize = 4;
/// The most missed calls that the icon has a number for; it shows more as `9+`.
const MOST_COUNTED: u32 = 10;

/// What the tray shows of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tray {
    /// The profile's name, unless it is the usual one.
    profile: Option<String>,
    connection: ConnectionView,
    quiet: QuietNowView,
    by_hand: ByHand,
    rings: Vec<Ringing>,
    call: Option<Busy>,
    missed: u32,
}

/// A ring that can be answered in the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ringing {
    invite_id: String,
    /// Who calls, made harmless.
    name: String,
}

/// What keeps this device busy, and how it is ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Busy {
    /// In this call.
    Talks(String),
    /// Rings somebody by this invitation.
    Calls(String),
}

/// What the tray shows of this snapshot.
pub(crate) fn tray_of(view: &AppView) -> Tray {
    let waits = |ring: &&crate::view::RingView| !ring.answering;
    let rings = view.rings.iter().filter(waits).take(MOST_RINGS);
    let talks = view.call.as_ref().filter(|call| !call.hanging_up);
    let calls = view.outgoing.as_ref().filter(|call| !call.cancelling);
    let talks = talks.map(|call| Busy::Talks(call.call_id.clone()));
    let calls = calls.map(|call| Busy::Calls(call.invite_id.clone()));
    let profile = &view.profile.profile;
    Tray {
        profile: (profile != "default").then(|| profile.clone()),
        connection: view.connection.clone(),
        quiet: view.quiet.clone(),
        by_hand: view.settings.quiet.by_hand,
        rings: rings
            .map(|ring| Ringing {
                invite_id: ring.invite_id.clone(),
                name: clean(&ring.name),
            })
            .collect(),
        call: talks.or(calls),
        missed: view.missed,
    }
}

#[cfg(test)]
mod tests;
