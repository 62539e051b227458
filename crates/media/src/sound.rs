//! What is to be heard at a moment, as a plain value.

use std::time::Duration;

use crate::tone::Tone;

/// What is to be heard now; it follows from the state of the calls and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sound {
    /// Nothing.
    #[default]
    Silence,
    /// Somebody calls.
    Ring {
        /// How long the ring takes to grow from soft to full; with zero it is full at once.
        ramp: Duration,
    },
    /// The called device rings.
    Ringback,
    /// Whoever was called is busy; a few beeps, however long this is the sound.
    Busy,
    /// The call is over; heard once, however long this is the sound.
    Ended,
    /// Somebody calls during a call.
    CallWaiting,
}

impl Sound {
    /// The tone it is heard as; `None` for silence.
    pub fn tone(self) -> Option<Tone> {
        match self {
            Self::Silence => None,
            Self::Ring { .. } => Some(Tone::Ring),
            Self::Ringback => Some(Tone::Ringback),
            Self::Busy => Some(Tone::Busy),
            Self::Ended => Some(Tone::Ended),
            Self::CallWaiting => Some(Tone::CallWaiting),
        }
    }

    /// How long it takes to grow to full volume.
    pub(crate) fn ramp(self) -> Duration {
        match self {
            Self::Ring { ramp } => ramp,
            Self::Silence | Self::Ringback | Self::Busy | Self::Ended | Self::CallWaiting => {
                Duration::ZERO
            }
        }
    }

    /// Whether it is to be heard in the room, hence on the second device as well.
    pub(crate) fn is_for_the_room(self) -> bool {
        match self {
            Self::Ring { .. } => true,
            Self::Silence | Self::Ringback | Self::Busy | Self::Ended | Self::CallWaiting => false,
        }
    }
}
