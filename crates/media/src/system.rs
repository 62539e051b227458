//! The sound system: what devices it has, and voices on them.
//!
//! The one file that knows cpal and rodio. Every call may wait for the sound system, so only the ringer's
//! own thread comes here.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{BufferSize, ErrorKind, SupportedBufferSize};
use rodio::{DeviceSinkBuilder, MixerDeviceSink, Source};

use crate::config::{Device, DeviceId};
use crate::event::Trouble;
use crate::plan::Found;
use crate::voice::{Cue, Part, Voice};

/// Two of these lie between a voice and the ear: small enough to fall silent in time, large enough not to
/// stutter on a busy machine.
const BUFFER: Duration = Duration::from_millis(20);
/// How long what a voice left in the buffers may take to be heard.
const LINGER: Duration = Duration::from_millis(300);

/// A connection to the sound system of this machine.
pub(crate) struct System {
    host: cpal::Host,
}

impl System {
    /// Connects to the best there is: PulseAudio or PipeWire before bare ALSA on Linux.
    pub(crate) fn connect() -> Self {
        Self {
            host: cpal::default_host(),
        }
    }

    /// Whether a better one may come, such as PulseAudio after ALSA at login.
    pub(crate) fn is_makeshift(&self) -> bool {
        self.host.id().to_string() == "alsa"
    }

    /// The devices that are there now.
    pub(crate) fn look(&self) -> Result<Found, Trouble> {
        let devices = self
            .host
            .output_devices()
            .map_err(|error| Trouble::NoSoundSystem(error.to_string()))?;
        let devices: Vec<Device> = devices.filter_map(described).collect();
        // ALSA lists its plug-ins also when there is no card for them to play on.
        let has_card = |device: &Device| device.id.as_str().starts_with("alsa:hw:");
        if self.is_makeshift() && !devices.iter().any(has_card) {
            return Ok(Found::default());
        }
        let default = self.host.default_output_device();
        Ok(Found {
            devices,
            default: default.and_then(described).map(|device| device.id),
        })
    }
}

/// What a device is called; `None` for those that stand in for having none.
fn described(device: cpal::Device) -> Option<Device> {
    let id = device.id().ok()?;
    // PulseAudio and PipeWire make up this one when there is no other.
    if matches!(id.id(), "auto_null" | "null") {
        return None;
    }
    let description = device.description().ok()?;
    Some(Device {
        name: description.name().lines().next()?.to_owned(),
        id: DeviceId::new(id.to_string()),
    })
}

fn open_sink(
    device: &cpal::Device,
    is_lost: &Arc<AtomicBool>,
    on_loss: impl Fn() + Clone + Send + 'static,
) -> Result<MixerDeviceSink, rodio::DeviceSinkError> {
    let is_lost = Arc::clone(is_lost);
    let on_error = move |error: cpal::Error| {
        if is_fatal(error.kind()) {
            is_lost.store(true, Relaxed);
            on_loss();
        } else {
            tracing::debug!(%error, "an audio device stutters");
        }
    };
    let config = device
        .default_output_config()
        .map_err(rodio::DeviceSinkError::DefaultSinkConfigError)?;
    let wanted = (u128::from(config.sample_rate()) * BUFFER.as_millis() / 1_000) as u32;
    let size = match config.buffer_size() {
        SupportedBufferSize::Range { min, max } => wanted.clamp(*min, *max),
        SupportedBufferSize::Unknown => wanted,
    };
    let open = |size: BufferSize| {
        DeviceSinkBuilder::from_device(device.clone())?
            .with_buffer_size(size)
            .with_error_callback(on_error.clone())
            .open_stream()
    };
    let mut sink = open(BufferSize::Fixed(size)).or_else(|error| {
        tracing::debug!(%error, "an audio device keeps its own buffer size");
        open(BufferSize::Default)
    })?;
    sink.log_on_drop(false);
    Ok(sink)
}

/// Whether nothing more will be heard after an error of this kind.
fn is_fatal(kind: ErrorKind) -> bool {
    !matches!(
        kind,
        ErrorKind::DeviceBusy
            | ErrorKind::DeviceChanged
            | ErrorKind::RealtimeDenied
            | ErrorKind::Xrun
    )
}

/// An open device.
pub(crate) struct Speaker {
    device: DeviceId,
    /// There until it is closed.
    sink: Option<MixerDeviceSink>,
    is_lost: Arc<AtomicBool>,
    /// Shared with every voice that sounds.
    voices: Arc<()>,
    last_heard: Instant,
    turn: Option<u64>,
}

impl Speaker {
    /// Opens a device; `on_loss` is called, from another thread, when it goes away.
    pub(crate) fn open(
        id: &DeviceId,
        on_loss: impl Fn() + Clone + Send + 'static,
    ) -> Result<Self, Trouble> {
        // A connection of its own: PulseAudio lets the streams of one connection play on one device only,
        // since cpal asks for them all to be synchronised.
        let host = cpal::default_host();
        let known = id.as_str().parse().ok();
        let device = known.and_then(|known| host.device_by_id(&known));
        let device = device.ok_or_else(|| Trouble::NotConnected(id.clone()))?;
        let is_lost = Arc::new(AtomicBool::new(false));
        let sink = open_sink(&device, &is_lost, on_loss).map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            Trouble::DoesNotPlay {
                device: id.clone(),
                cause: cause.unwrap_or_else(|| error.to_string()),
            }
        })?;
        Ok(Self {
            device: id.clone(),
            sink: Some(sink),
            is_lost,
            voices: Arc::new(()),
            last_heard: Instant::now(),
            turn: None,
        })
    }

    /// Which device it is.
    pub(crate) fn device(&self) -> &DeviceId {
        &self.device
    }

    /// Whether the device went away.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost.load(Relaxed)
    }

    /// Whether everything that was sung has been heard.
    pub(crate) fn is_done(&mut self, now: Instant) -> bool {
        if Arc::strong_count(&self.voices) > 1 {
            self.last_heard = now;
        }
        now.duration_since(self.last_heard) > LINGER
    }

    /// Whether it has sung in this turn.
    pub(crate) fn sings(&self, turn: u64) -> bool {
        self.turn == Some(turn)
    }

    /// Sings a part, once in each turn.
    pub(crate) fn sing(&mut self, part: Part, cue: &Arc<Cue>) {
        if self.turn.replace(part.turn) == Some(part.turn) {
            return;
        }
        let sink = self.sink.as_ref().expect("it is open until it is dropped");
        let rate = sink.config().sample_rate().get();
        sink.mixer().add(Sung {
            voice: Voice::new(part, Arc::clone(cue), rate),
            _voices: Arc::clone(&self.voices),
        });
        self.last_heard = Instant::now();
    }
}

impl Drop for Speaker {
    /// Closes the device on a thread that nobody waits for: cpal waits for ever for the end of a stream that
    /// PulseAudio ended itself, as it does when a device is unplugged.
    fn drop(&mut self) {
        let sink = self.sink.take();
        let closing = thread::Builder::new().name("closing".to_owned());
        if let Err(error) = closing.spawn(move || drop(sink)) {
            tracing::warn!(%error, "an audio device was closed without a thread");
        }
    }
}

/// A voice as rodio hears it: one channel, which it spreads over those of the device.
struct Sung {
    voice: Voice,
    _voices: Arc<()>,
}

impl Iterator for Sung {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        self.voice.next()
    }
}

impl Source for Sung {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> rodio::ChannelCount {
        NonZero::<u16>::MIN
    }

    fn sample_rate(&self) -> rodio::SampleRate {
        NonZero::new(self.voice.rate()).expect("the rate is that of an open device")
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}
