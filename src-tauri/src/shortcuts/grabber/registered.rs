//! Keys registered with macOS or Windows, by Tauri's plugin.

use std::collections::{BTreeMap, BTreeSet};

use tauri::AppHandle;
use tauri_plugin_global_shortcut::{Builder, GlobalShortcutExt, Shortcut, ShortcutState};
use tokio::sync::{mpsc, watch};

use super::Told;
use crate::shortcuts::{Grabs, Keys};
use crate::view::Action;

/// How many presses may wait to be told.
const PRESSES: usize = 16;

/// The keys that are registered.
struct Registered {
    app: AppHandle,
    held: BTreeMap<Action, Keys>,
    press: mpsc::Sender<Action>,
}

/// Holds what is asked for until nobody asks any more. On the main thread, which macOS wants the plugin
/// to be made on.
pub(super) fn follow(app: &AppHandle, asked: watch::Receiver<Grabs>, told: Told) {
    if let Err(error) = app.plugin(Builder::new().build()) {
        tracing::warn!(%error, "shortcuts work in the app's windows alone");
        tokio::spawn(async move {
            told.unavailable("The system does not let Bellhop have keys of other windows.")
                .await;
        });
        return;
    }
    let (press, presses) = mpsc::channel(PRESSES);
    let registered = Registered {
        app: app.clone(),
        held: BTreeMap::new(),
        press,
    };
    tokio::spawn(serve(registered, asked, presses, told));
}

async fn serve(
    mut registered: Registered,
    mut asked: watch::Receiver<Grabs>,
    mut presses: mpsc::Receiver<Action>,
    mut told: Told,
) {
    loop {
        tokio::select! {
            Some(action) = presses.recv() => told.pressed(action).await,
            changed = asked.changed() => {
                if changed.is_err() {
                    return;
                }
                let grabs = asked.borrow_and_update().clone();
                // Each key is registered on the main thread, which is waited for.
                let taken = tokio::task::block_in_place(|| registered.hold(&grabs));
                told.taken(taken).await;
            }
        }
    }
}

impl Registered {
    /// Holds these keys and no others; gives those that another program has. The ones that are not
    /// wanted are tried all the same, so that the settings tell of them before somebody rings.
    fn hold(&mut self, grabs: &Grabs) -> BTreeSet<Action> {
        let is_wanted = |action: &Action, keys: &Keys| {
            grabs.wanted.contains(action) && grabs.keys.get(action) == Some(keys)
        };
        let held = std::mem::take(&mut self.held);
        let (kept, gone): (BTreeMap<_, _>, BTreeMap<_, _>) = held
            .into_iter()
            .partition(|(action, keys)| is_wanted(action, keys));
        self.held = kept;
        gone.into_values().for_each(|keys| self.let_go(keys));
        let mut taken = BTreeSet::new();
        for (action, keys) in &grabs.keys {
            if self.held.contains_key(action) {
                continue;
            }
            match self.register(*action, *keys) {
                Ok(()) if grabs.wanted.contains(action) => {
                    self.held.insert(*action, *keys);
                }
                Ok(()) => self.let_go(*keys),
                Err(error) => {
                    tracing::info!(?action, %keys, %error, "a key is not to be had");
                    taken.insert(*action);
                }
            }
        }
        taken
    }

    fn register(
        &self,
        action: Action,
        keys: Keys,
    ) -> Result<(), tauri_plugin_global_shortcut::Error> {
        let press = self.press.clone();
        let shortcuts = self.app.global_shortcut();
        shortcuts.on_shortcut(shortcut(keys), move |_, _, event| match event.state {
            ShortcutState::Pressed => {
                if let Err(error) = press.try_send(action) {
                    tracing::warn!(?action, %error, "a press is not told");
                }
            }
            ShortcutState::Released => {}
        })
    }

    fn let_go(&self, keys: Keys) {
        if let Err(error) = self.app.global_shortcut().unregister(shortcut(keys)) {
            tracing::warn!(%error, "a key is held still");
        }
    }
}

fn shortcut(keys: Keys) -> Shortcut {
    let text = keys.to_string();
    text.parse().expect("the plugin reads these names of keys")
}
