//! The ringer of this machine, and what it tells.

use bellhop_media::{
    Audio, Device, DeviceId, Output, Ringer, RingerConfig, RingerEvent, Sound, Trouble, Volume,
};
use tokio::runtime::Handle;

use crate::controller::{Controller, News};
use crate::view::{AudioDeviceView, AudioView, SoundView};

/// The ringer, if this machine gives it a thread.
pub(crate) struct Bell {
    ringer: Option<Ringer>,
}

impl Bell {
    /// Starts the ringer, which tells the controller what it finds. Waits for no device.
    pub(crate) fn start(controller: Controller) -> Self {
        let runtime = Handle::current();
        let told = controller.clone();
        // The ringer has a thread to itself, and the controller never waits for it.
        let tell = move |event: RingerEvent| runtime.block_on(tell(&told, event));
        match Ringer::start(RingerConfig::default(), tell) {
            Ok(ringer) => Self {
                ringer: Some(ringer),
            },
            Err(error) => {
                let cause = Trouble::NoSoundSystem(error.to_string());
                let absent = RingerEvent::Audio(Audio::Absent { cause });
                tokio::spawn(async move { self::tell(&controller, absent).await });
                Self { ringer: None }
            }
        }
    }

    /// From now on this is to be heard.
    pub(crate) fn play(&self, sound: Sound) {
        if let Some(ringer) = &self.ringer {
            ringer.play(sound);
        }
    }

    /// From now on it is heard there, and as loud.
    pub(crate) fn set(&self, sound: &SoundView) {
        if let Some(ringer) = &self.ringer {
            ringer.configure(RingerConfig {
                output: output(sound.output.as_deref()),
                second: sound.second.as_deref().map(DeviceId::new),
                volume: Volume::percent(sound.volume),
            });
        }
    }

    /// Lets the ring be heard for a moment on a device, or on the one that the desktop plays on.
    pub(crate) fn test(&self, device: Option<&str>) {
        if let Some(ringer) = &self.ringer {
            ringer.test(output(device));
        }
    }
}

fn output(device: Option<&str>) -> Output {
    match device {
        Some(id) => Output::Device(DeviceId::new(id)),
        None => Output::SystemDefault,
    }
}

async fn tell(controller: &Controller, event: RingerEvent) {
    tracing::debug!(%event, "the ringer tells");
    if let Err(error) = controller.hear(News::Ringer(event)).await {
        tracing::debug!(%error, "not told");
    }
}

impl AudioView {
    /// Takes over what the ringer tells; gives the sentence if something the person wanted did not work.
    pub(crate) fn hear(&mut self, event: RingerEvent) -> Option<String> {
        let sentence = event.to_string();
        match event {
            RingerEvent::Devices(devices) => {
                self.devices = devices.into_iter().map(AudioDeviceView::from).collect();
                None
            }
            RingerEvent::Audio(Audio::Ready { .. }) => {
                self.trouble = None;
                None
            }
            RingerEvent::Audio(Audio::Elsewhere { .. } | Audio::Absent { .. }) => {
                self.trouble = Some(sentence);
                None
            }
            RingerEvent::Tested {
                outcome: Ok(()), ..
            } => None,
            RingerEvent::Tested {
                outcome: Err(_), ..
            } => Some(sentence),
        }
    }
}

impl From<Device> for AudioDeviceView {
    fn from(device: Device) -> Self {
        Self {
            id: device.id.to_string(),
            name: device.name,
        }
    }
}
