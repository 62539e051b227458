//! Where and how loud to sound: devices by name, volume.

use std::fmt;

/// The lasting name of an output device, as the sound system gives it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceId(String);

impl DeviceId {
    /// An id that was kept since it was heard of in a [`Device`].
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as it may be kept in a file.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An output device that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its lasting name.
    pub id: DeviceId,
    /// What to call it before people.
    pub name: String,
}

/// Which device to sound on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// The one that the desktop plays on.
    #[default]
    SystemDefault,
    /// This one; the desktop's own for as long as this one is not there.
    Device(DeviceId),
}

/// A volume from 0 to 100 percent, even to the ear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Volume(u8);

impl Volume {
    /// As loud as the device plays.
    pub const FULL: Self = Self(100);

    /// A volume in percent; what is above 100 is full.
    pub fn percent(percent: u8) -> Self {
        Self(percent.min(100))
    }

    /// The volume in percent.
    pub fn as_percent(self) -> u8 {
        self.0
    }

    /// What to multiply amplitudes with: squared, since the ear hears ratios.
    pub(crate) fn gain(self) -> f32 {
        let linear = f32::from(self.0) / 100.0;
        linear * linear
    }
}

/// Where the ringer sounds, and how loud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingerConfig {
    /// Where everything is heard.
    pub output: Output,
    /// Where calls ring besides, such as speakers next to a headset.
    pub second: Option<DeviceId>,
    /// How loud, for all sounds.
    pub volume: Volume,
}

impl Default for RingerConfig {
    fn default() -> Self {
        Self {
            output: Output::SystemDefault,
            second: None,
            volume: Volume::percent(80),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_is_at_most_full() {
        assert_eq!(Volume::percent(250), Volume::FULL);
        assert_eq!(Volume::percent(35).as_percent(), 35);
    }

    #[test]
    fn half_the_volume_is_a_quarter_of_the_amplitude() {
        assert_eq!(Volume::percent(0).gain(), 0.0);
        assert_eq!(Volume::percent(50).gain(), 0.25);
        assert_eq!(Volume::FULL.gain(), 1.0);
    }
}
