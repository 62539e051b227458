//! Keys held of an X11 display.
//!
//! On a connection of its own, where something happens only when a key is pressed or another is wanted. (The crate
//! that the other systems' plugin is made of looks every 50 ms for as long as the app runs, and keeps
//! the main thread waiting for as long with each key, which is when the ring window is to be drawn.)

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ConnectionExt, GrabMode, Keycode, Keysym, ModMask, Timestamp, Window,
};
use x11rb::rust_connection::RustConnection;

use super::Told;
use crate::shortcuts::keys::Key;
use crate::shortcuts::{Grabs, Keys};
use crate::view::Action;

/// How many events may wait to be looked at.
const EVENTS: usize = 64;
/// The locks, which count as modifiers, in every combination: CapsLock and, on nearly every keyboard,
/// NumLock.
const LOCKS: [u16; 4] = [0, LOCK, NUM_LOCK, LOCK | NUM_LOCK];
const LOCK: u16 = 1 << 1;
const NUM_LOCK: u16 = 1 << 4;

/// Why a key is not held.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("no key of the keyboard writes it")]
    NoSuchKey,
    #[error(transparent)]
    Display(#[from] ReplyError),
}

/// A key that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    action: Action,
    keys: Keys,
    code: Keycode,
    modifiers: u16,
}

/// The connection and what is held through it.
struct Display {
    connection: Arc<RustConnection>,
    root: Window,
    held: Vec<Held>,
    /// The key that was let go of last, and when: a key that is kept down is let go of and pressed in
    /// the same moment, over and over.
    released: Option<(Keycode, Timestamp)>,
}

/// Holds what is asked for until nobody asks any more.
pub(super) async fn follow(mut asked: watch::Receiver<Grabs>, mut told: Told) {
    let (happened, mut events) = mpsc::channel(EVENTS);
    let mut display = match Display::connect(happened) {
        Ok(display) => display,
        Err(error) => {
            tracing::warn!(%error, "shortcuts work in the app's windows alone");
            told.unavailable("The display does not let Bellhop have keys of other windows.")
                .await;
            return;
        }
    };
    loop {
        tokio::select! {
            Some(event) = events.recv() => {
                if let Some(action) = display.pressed(&event) {
                    told.pressed(action).await;
                }
            }
            changed = asked.changed() => {
                if changed.is_err() {
                    return;
                }
                let grabs = asked.borrow_and_update().clone();
                let taken = display.hold(&grabs);
                told.taken(taken).await;
            }
        }
    }
}

impl Display {
    /// A connection whose events are told on this channel, from a thread that waits for them.
    fn connect(happened: mpsc::Sender<Event>) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let (connection, screen) = RustConnection::connect(None)?;
        let root = connection.setup().roots[screen].root;
        let connection = Arc::new(connection);
        let waiting = connection.clone();
        std::thread::Builder::new()
            .name("shortcuts".to_owned())
            .spawn(move || wait(&waiting, &happened))?;
        Ok(Self {
            connection,
            root,
            held: Vec::new(),
            released: None,
        })
    }

    /// Holds these keys and no others; gives those that another program has. The ones that are not
    /// wanted are tried all the same, so that the settings tell of them before somebody rings.
    fn hold(&mut self, grabs: &Grabs) -> BTreeSet<Action> {
        let is_wanted = |held: &Held| {
            grabs.wanted.contains(&held.action) && grabs.keys.get(&held.action) == Some(&held.keys)
        };
        let (kept, gone) = self.held.drain(..).partition(is_wanted);
        self.held = kept;
        gone.iter().for_each(|held| self.let_go(held));
        let mut taken = BTreeSet::new();
        for (action, keys) in &grabs.keys {
            if self.held.iter().any(|held| held.action == *action) {
                continue;
            }
            match self.grab(*action, *keys) {
                Ok(held) if grabs.wanted.contains(action) => self.held.push(held),
                Ok(held) => self.let_go(&held),
                Err(error) => {
                    tracing::info!(?action, %keys, %error, "a key is not to be had");
                    taken.insert(*action);
                }
            }
        }
        taken
    }

    fn grab(&self, action: Action, keys: Keys) -> Result<Held, Refused> {
        let code = self.code_of(keys.key)?.ok_or(Refused::NoSuchKey)?;
        let held = Held {
            action,
            keys,
            code,
            modifiers: modifiers(keys),
        };
        for locks in LOCKS {
            let mask = ModMask::from(held.modifiers | locks);
            let (keyboard, pointer) = (GrabMode::ASYNC, GrabMode::ASYNC);
            let asked = self
                .connection
                .grab_key(false, self.root, mask, code, pointer, keyboard)
                .map_err(ReplyError::from)?;
            if let Err(error) = asked.check() {
                self.let_go(&held);
                return Err(error.into());
            }
        }
        Ok(held)
    }

    /// Lets another program have a key; what was not held is no harm.
    fn let_go(&self, held: &Held) {
        for locks in LOCKS {
            let mask = ModMask::from(held.modifiers | locks);
            let asked = self.connection.ungrab_key(held.code, self.root, mask);
            match asked.map_err(ReplyError::from).map(|asked| asked.check()) {
                Ok(Ok(())) => {}
                Ok(Err(error)) | Err(error) => tracing::warn!(%error, "a key is held still"),
            }
        }
    }

    /// The action whose keys were pressed by this, if it is the first of its kind.
    fn pressed(&mut self, event: &Event) -> Option<Action> {
        if let Event::KeyRelease(released) = event {
            self.released = Some((released.detail, released.time));
        }
        let Event::KeyPress(press) = event else {
            return None;
        };
        if self.released == Some((press.detail, press.time)) {
            return None;
        }
        let pressed = u16::from(press.state) & ALL_MODIFIERS;
        let is_it = |held: &&Held| held.code == press.detail && held.modifiers == pressed;
        self.held.iter().find(is_it).map(|held| held.action)
    }

    /// The key of this keyboard that writes this.
    fn code_of(&self, key: Key) -> Result<Option<Keycode>, ReplyError> {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let mapping = self
            .connection
            .get_keyboard_mapping(first, last - first + 1)?
            .reply()?;
        let wanted = symbol(key);
        let per_key = usize::from(mapping.keysyms_per_keycode).max(1);
        let mut keys = (first..=last).zip(mapping.keysyms.chunks(per_key));
        Ok(keys.find_map(|(code, symbols)| symbols.contains(&wanted).then_some(code)))
    }
}

/// Tells each event until the display or the app is gone.
fn wait(connection: &RustConnection, happened: &mpsc::Sender<Event>) {
    loop {
        match connection.wait_for_event() {
            Ok(event) => {
                if happened.blocking_send(event).is_err() {
                    return;
                }
            }
            Err(error) => {
                tracing::debug!(%error, "the display is gone");
                return;
            }
        }
    }
}

const SHIFT: u16 = 1 << 0;
const CTRL: u16 = 1 << 2;
const ALT: u16 = 1 << 3;
const LOGO: u16 = 1 << 6;
const ALL_MODIFIERS: u16 = SHIFT | CTRL | ALT | LOGO;

fn modifiers(keys: Keys) -> u16 {
    let pressed = [
        (keys.shift, SHIFT),
        (keys.ctrl, CTRL),
        (keys.alt, ALT),
        (keys.logo, LOGO),
    ];
    let pressed = pressed.into_iter().filter(|(pressed, _)| *pressed);
    pressed.fold(0, |all, (_, modifier)| all | modifier)
}

/// The number X11 has for what a key writes: that of Latin-1 for what is in it.
fn symbol(key: Key) -> Keysym {
    const F1: Keysym = 0xFFBE;
    match key {
        Key::Character(character) => Keysym::from(character.to_ascii_lowercase()),
        Key::Function(number) => F1 + Keysym::from(number) - 1,
        Key::Space => 0x0020,
        Key::Enter => 0xFF0D,
        Key::PageUp => 0xFF55,
        Key::PageDown => 0xFF56,
    }
}
