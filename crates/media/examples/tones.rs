//! Plays each tone on the device that the desktop plays on, and prints what the ringer tells.

use std::thread;
use std::time::Duration;

use bellhop_media::{Ringer, RingerConfig, Sound};

fn main() -> std::io::Result<()> {
    let ringer = Ringer::start(RingerConfig::default(), |event| println!("{event}"))?;
    let ramp = Duration::from_secs(6);
    let programme = [
        ("Ring, growing", Sound::Ring { ramp }, 12),
        ("Ringback", Sound::Ringback, 8),
        ("Busy", Sound::Busy, 5),
        ("Ended", Sound::Ended, 1),
        ("Call waiting", Sound::CallWaiting, 5),
    ];
    for (name, sound, seconds) in programme {
        println!("{name}");
        ringer.play(sound);
        thread::sleep(Duration::from_secs(seconds));
        ringer.play(Sound::Silence);
        thread::sleep(Duration::from_secs(1));
    }
    Ok(())
}
