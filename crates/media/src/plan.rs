//! Which devices to sound on, given what was chosen and what is there. No I/O.

use crate::config::{Device, DeviceId, Output, RingerConfig};
use crate::event::Audio;
use crate::event::Trouble;

/// The output devices at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// All that are there.
    pub(crate) devices: Vec<Device>,
    /// The one that the desktop plays on.
    pub(crate) default: Option<DeviceId>,
}

impl Found {
    /// The same without one that turned out not to play.
    pub(crate) fn without(mut self, device: &DeviceId) -> Self {
        self.devices.retain(|known| known.id != *device);
        self
    }

    /// The device with this id, if it is there.
    pub(crate) fn device(&self, id: &DeviceId) -> Option<&Device> {
        self.devices.iter().find(|device| device.id == *id)
    }

    /// The desktop's own device, or any when that is not among those that play.
    pub(crate) fn default_device(&self) -> Option<&Device> {
        let default = self.default.as_ref().and_then(|id| self.device(id));
        default.or(self.devices.first())
    }
}

/// Where to sound; `Absent` for want of a device.
pub(crate) fn plan(config: &RingerConfig, found: &Found) -> Audio {
    let mut missing = Vec::new();
    let first = match &config.output {
        Output::SystemDefault => found.default_device(),
        Output::Device(id) => found.device(id).or_else(|| {
            missing.push(id.clone());
            found.default_device()
        }),
    };
    let Some(first) = first else {
        return Audio::Absent {
            cause: Trouble::NoDevice,
        };
    };
    let mut on = vec![first.clone()];
    if let Some(id) = &config.second {
        match found.device(id) {
            Some(device) if device.id != first.id => on.push(device.clone()),
            Some(_) => {}
            None => missing.push(id.clone()),
        }
    }
    if missing.is_empty() {
        Audio::Ready { on }
    } else {
        Audio::Elsewhere { missing, on }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Volume;

    fn device(id: &str) -> Device {
        Device {
            id: DeviceId::new(id),
            name: id.to_uppercase(),
        }
    }

    fn found(ids: &[&str], default: &str) -> Found {
        Found {
            devices: ids.iter().copied().map(device).collect(),
            default: Some(DeviceId::new(default)),
        }
    }

    fn chosen(output: Option<&str>, second: Option<&str>) -> RingerConfig {
        RingerConfig {
            output: output.map_or(Output::SystemDefault, |id| {
                Output::Device(DeviceId::new(id))
            }),
            second: second.map(DeviceId::new),
            volume: Volume::FULL,
        }
    }

    #[test]
    fn sounds_on_the_default_when_nothing_is_chosen() {
        let audio = plan(
            &chosen(None, None),
            &found(&["speakers", "headset"], "headset"),
        );
        assert_eq!(
            audio,
            Audio::Ready {
                on: vec![device("headset")]
            }
        );
    }

    #[test]
    fn sounds_on_what_is_chosen_and_rings_on_the_second() {
        let all = found(&["speakers", "headset"], "speakers");
        let audio = plan(&chosen(Some("headset"), Some("speakers")), &all);
        assert_eq!(
            audio,
            Audio::Ready {
                on: vec![device("headset"), device("speakers")]
            }
        );
    }

    #[test]
    fn sounds_once_on_a_device_that_is_chosen_twice() {
        let all = found(&["speakers"], "speakers");
        let audio = plan(&chosen(None, Some("speakers")), &all);
        assert_eq!(
            audio,
            Audio::Ready {
                on: vec![device("speakers")]
            }
        );
    }

    #[test]
    fn sounds_on_the_default_while_the_chosen_one_is_away() {
        let all = found(&["speakers"], "speakers");
        let audio = plan(&chosen(Some("headset"), Some("screen")), &all);
        let missing = vec![DeviceId::new("headset"), DeviceId::new("screen")];
        assert_eq!(
            audio,
            Audio::Elsewhere {
                missing,
                on: vec![device("speakers")]
            }
        );
    }

    #[test]
    fn takes_any_device_when_the_default_does_not_play() {
        let all = found(&["speakers", "headset"], "speakers").without(&DeviceId::new("speakers"));
        let audio = plan(&chosen(None, None), &all);
        assert_eq!(
            audio,
            Audio::Ready {
                on: vec![device("headset")]
            }
        );
    }

    #[test]
    fn says_so_when_there_is_none() {
        let audio = plan(&chosen(Some("headset"), None), &found(&[], "headset"));
        assert_eq!(
            audio,
            Audio::Absent {
                cause: Trouble::NoDevice
            }
        );
    }
}
