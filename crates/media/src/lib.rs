//! What a call sounds like: the ringtone and the tones of the telephone, on the devices of this machine.
//!
//! [`Ringer::start`] gives a handle and from then on plays what it is asked for, on a thread of its own.
//! [`Ringer::play`] takes a [`Sound`], a plain value: whoever shows calls works out the sound from what
//! it shows, and hands it over whenever that changes. The handle never waits: not for a device, not for
//! the sound system. Silence reaches the devices even while the thread waits for one of them.
//!
//! - [`RingerConfig`] says where and how loud; it may change at any time, also in mid-ring.
//! - [`RingerEvent`] tells what devices there are, and whether there is one to ring on. Having none is a
//!   message and no failure: the ringer looks again and sounds as soon as there is one.
//! - [`Tone`] is how each sound is made, from time to amplitude, without any file.
//!
//! It knows no calls and decides nothing about them.
//!
//! ```no_run
//! use std::time::Duration;
//! use bellhop_media::{Ringer, RingerConfig, Sound};
//!
//! # fn main() -> std::io::Result<()> {
//! let ringer = Ringer::start(RingerConfig::default(), |event| println!("{event}"))?;
//! ringer.play(Sound::Ring { ramp: Duration::from_secs(8) });
//! // Somebody answered:
//! ringer.play(Sound::Silence);
//! # Ok(())
//! # }
//! ```

mod config;
mod event;
mod plan;
mod player;
mod ringer;
mod sound;
mod system;
#[cfg(feature = "testing")]
pub mod testing;
mod tone;
mod voice;

pub use config::{Device, DeviceId, Output, RingerConfig, Volume};
pub use event::{Audio, RingerEvent, Trouble};
pub use ringer::Ringer;
pub use sound::Sound;
pub use tone::{Repetition, Tone};
