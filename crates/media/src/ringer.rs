//! The handle of the ringer, and the desk between it and the thread that plays.
//!
//! On the desk lies the newest wish only, so there is no queue that could fill up.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::config::{Output, RingerConfig};
use crate::event::RingerEvent;
use crate::player::Player;
use crate::sound::Sound;
use crate::tone::Tone;
use crate::voice::Cue;

/// Plays what it is asked for, and falls silent when it is dropped. No method waits for a device.
#[derive(Debug)]
pub struct Ringer {
    desk: Arc<Desk>,
}

impl Ringer {
    /// Starts the thread that plays; `tell` is called on it, and so must not wait long.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(
        config: RingerConfig,
        tell: impl FnMut(RingerEvent) + Send + 'static,
    ) -> io::Result<Self> {
        let desk = Arc::new(Desk::new(config));
        let player = Player::new(Arc::clone(&desk), tell);
        thread::Builder::new()
            .name("ringer".to_owned())
            .spawn(move || player.run())?;
        Ok(Self { desk })
    }

    /// From now on this is to be heard. The same again changes nothing: a ring goes on, and what was heard
    /// once is not heard again.
    pub fn play(&self, sound: Sound) {
        let mut wishes = self.desk.lock();
        if wishes.wish.sound == sound {
            return;
        }
        wishes.wish.sound = sound;
        wishes.wish.since = Instant::now();
        wishes.wish.turn = self.desk.cue.next_turn();
        self.desk.ring_for_attention(wishes);
    }

    /// Plays elsewhere or at another volume from now on.
    pub fn configure(&self, config: RingerConfig) {
        let mut wishes = self.desk.lock();
        self.desk.cue.set_volume(config.volume);
        wishes.wish.config = config;
        self.desk.ring_for_attention(wishes);
    }

    /// Lets one chord of the ring be heard on a device; [`RingerEvent::Tested`] tells how that went.
    pub fn test(&self, output: Output) {
        let mut wishes = self.desk.lock();
        if wishes.wish.tone_at(Instant::now()).is_none() {
            wishes.wish.turn = self.desk.cue.next_turn();
        }
        wishes.trial = Some(output);
        self.desk.ring_for_attention(wishes);
    }
}

impl Drop for Ringer {
    fn drop(&mut self) {
        let mut wishes = self.desk.lock();
        self.desk.cue.next_turn();
        wishes.is_over = true;
        self.desk.ring_for_attention(wishes);
    }
}

/// What is to be heard, where, and since when.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// What.
    pub(crate) sound: Sound,
    /// When it was asked for.
    pub(crate) since: Instant,
    /// Where and how loud.
    pub(crate) config: RingerConfig,
    /// The turn of its voices.
    pub(crate) turn: u64,
}

impl Wish {
    /// The tone to be heard at this time; `None` also when its last cycle is over.
    pub(crate) fn tone_at(&self, now: Instant) -> Option<Tone> {
        let tone = self.sound.tone()?;
        let is_over = tone
            .length()
            .is_some_and(|length| now.duration_since(self.since) >= length);
        (!is_over).then_some(tone)
    }
}

#[derive(Debug)]
struct Wishes {
    wish: Wish,
    trial: Option<Output>,
    calls_for_attention: bool,
    is_over: bool,
}

/// Where wishes lie until the thread that plays takes them up.
#[derive(Debug)]
pub(crate) struct Desk {
    wishes: Mutex<Wishes>,
    bell: Condvar,
    /// What the voices obey, whatever the thread that plays is waiting for.
    pub(crate) cue: Arc<Cue>,
}

impl Desk {
    fn new(config: RingerConfig) -> Self {
        Self {
            cue: Arc::new(Cue::new(config.volume)),
            wishes: Mutex::new(Wishes {
                wish: Wish {
                    sound: Sound::Silence,
                    since: Instant::now(),
                    config,
                    turn: 0,
                },
                trial: None,
                calls_for_attention: true,
                is_over: false,
            }),
            bell: Condvar::new(),
        }
    }

    /// Waits for something new, though not for longer than `patience`; `None` when all is over.
    pub(crate) fn wait(&self, patience: Duration) -> Option<(Wish, Option<Output>)> {
        let is_quiet = |wishes: &mut Wishes| !wishes.calls_for_attention && !wishes.is_over;
        let (mut wishes, _) = self
            .bell
            .wait_timeout_while(self.lock(), patience, is_quiet)
            .unwrap_or_else(PoisonError::into_inner);
        wishes.calls_for_attention = false;
        (!wishes.is_over).then(|| (wishes.wish.clone(), wishes.trial.take()))
    }

    /// Wakes the thread that plays, because a device went away.
    pub(crate) fn ring(&self) {
        self.ring_for_attention(self.lock());
    }

    fn lock(&self) -> MutexGuard<'_, Wishes> {
        self.wishes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring_for_attention(&self, mut wishes: MutexGuard<'_, Wishes>) {
        wishes.calls_for_attention = true;
        self.bell.notify_one();
    }
}
