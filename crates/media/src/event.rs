//! What the ringer tells: which devices there are, and whether there is one to sound on.

use std::fmt;

use crate::config::{Device, DeviceId, Output};

/// Something the ringer found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RingerEvent {
    /// The output devices that are there now; told first of all, and whenever they change.
    Devices(Vec<Device>),
    /// Where sounds are heard now; told after the first devices, and whenever it changes.
    Audio(Audio),
    /// A device that was to be tried out: it sounds now, or it does not.
    Tested {
        /// Which one.
        output: Output,
        /// Why it cannot be heard, if so.
        outcome: Result<(), Trouble>,
    },
}

/// Where sounds are heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audio {
    /// On every device that was chosen.
    Ready {
        /// The devices, the first of which plays all sounds and the others the ring.
        on: Vec<Device>,
    },
    /// On others than were chosen.
    Elsewhere {
        /// What was chosen and is not there or does not play.
        missing: Vec<DeviceId>,
        /// Where it sounds instead.
        on: Vec<Device>,
    },
    /// Nowhere; the ringer goes on looking.
    Absent {
        /// What is in the way.
        cause: Trouble,
    },
}

/// Why a device cannot be heard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The sound system shows no device that plays.
    #[error("no audio device is connected")]
    NoDevice,
    /// The sound system does not answer.
    #[error("the sound system does not answer: {0}")]
    NoSoundSystem(String),
    /// The device is not there.
    #[error("{0} is not connected")]
    NotConnected(DeviceId),
    /// The device is there and does not play.
    #[error("{device} does not play: {cause}")]
    DoesNotPlay {
        /// Which one.
        device: DeviceId,
        /// What the sound system says of it.
        cause: String,
    },
    /// A call is to be heard now, and goes first.
    #[error("a call is to be heard now")]
    InUse,
}

impl fmt::Display for RingerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Devices(devices) => write!(f, "Audio devices: {}.", names(devices)),
            Self::Audio(audio) => audio.fmt(f),
            Self::Tested {
                outcome: Ok(()), ..
            } => f.write_str("The test sound plays."),
            Self::Tested {
                outcome: Err(trouble),
                ..
            } => write!(f, "The test sound cannot play: {trouble}."),
        }
    }
}

impl fmt::Display for Audio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready { on } => write!(f, "Calls ring on {}.", names(on)),
            Self::Elsewhere { on, .. } => {
                let on = names(on);
                write!(f, "A chosen audio device is missing; calls ring on {on}.")
            }
            Self::Absent { cause } => {
                write!(f, "Calls are shown but not heard: {cause}.")
            }
        }
    }
}

fn names(devices: &[Device]) -> String {
    if devices.is_empty() {
        return "none".to_owned();
    }
    let names: Vec<&str> = devices.iter().map(|device| device.name.as_str()).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_in_one_sentence_that_there_is_no_device() {
        let event = RingerEvent::Audio(Audio::Absent {
            cause: Trouble::NoDevice,
        });
        assert_eq!(
            event.to_string(),
            "Calls are shown but not heard: no audio device is connected."
        );
    }
}
