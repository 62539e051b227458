//! Where and how loud calls are heard, as it is kept.

use serde::{Deserialize, Serialize};

use crate::view::SoundView;

/// No sound system names a device at greater length, in bytes.
const LONGEST_NAME: usize = 512;

/// Why sound cannot be set so.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidSound {
    /// Louder than the device plays.
    #[error("The volume must be 0 to 100 percent.")]
    Volume,
    /// A name that no device has.
    #[error("That is no audio device. Choose one from the list.")]
    Device,
}

/// Where and how loud calls are heard, known to be possible; the devices need not be there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SoundView", into = "SoundView")]
pub(crate) struct SoundSettings(SoundView);

impl TryFrom<SoundView> for SoundSettings {
    type Error = InvalidSound;

    fn try_from(sound: SoundView) -> Result<Self, InvalidSound> {
        if sound.volume > 100 {
            return Err(InvalidSound::Volume);
        }
        let mut devices = sound.output.iter().chain(&sound.second);
        if devices.any(|device| device.is_empty() || device.len() > LONGEST_NAME) {
            return Err(InvalidSound::Device);
        }
        Ok(Self(sound))
    }
}

impl From<SoundSettings> for SoundView {
    fn from(settings: SoundSettings) -> Self {
        settings.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impossible_volume_or_device_is_refused() {
        let checked = |volume, output: &str| {
            let sound = SoundView {
                volume,
                output: Some(output.to_owned()),
                second: None,
            };
            SoundSettings::try_from(sound).map_err(|invalid| invalid.to_string())
        };
        assert!(checked(100, "pulseaudio:desk").is_ok());
        let volume = "The volume must be 0 to 100 percent.".to_owned();
        assert_eq!(checked(101, "pulseaudio:desk"), Err(volume));
        let device = "That is no audio device. Choose one from the list.".to_owned();
        assert_eq!(checked(100, ""), Err(device.clone()));
        assert_eq!(checked(100, &"x".repeat(513)), Err(device));
    }
}
