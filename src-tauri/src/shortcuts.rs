//! Shortcuts: what can be done by one, the keys each has, and which work from everywhere.
//!
//! Owns the list and its rules. What an action does is the controller's and the screens'; what the
//! desktop lets a program have is [`grabber`]'s.

mod grabber;
mod grabs;
mod keys;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(crate) use grabber::Grabber;
pub(crate) use grabs::{GrabProjector, Grabs};
pub(crate) use keys::{Keys, KeysError};

use crate::view::{Action, ShortcutView};

/// Every action, in the order in which they are listed.
const LISTED: [Action; 10] = [
    Action::Answer,
    Action::Reject,
    Action::Silence,
    Action::HangUp,
    Action::Dial,
    Action::Contacts,
    Action::Chats,
    Action::Settings,
    Action::DoNotDisturb,
    Action::Quit,
];

/// Why keys cannot be an action's, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ShortcutError {
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error(
        "{keys} is the shortcut for \"{by}\" already. Choose other keys, or clear that one first."
    )]
    Taken {
        /// The keys.
        keys: Keys,
        /// Whose they are, in words.
        by: &'static str,
    },
}

/// The form of what the person has chosen: an action that is not named has its usual keys.
type Form = BTreeMap<Action, Option<String>>;

/// What the person has chosen instead of the usual keys. No two actions have the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Form", into = "Form")]
pub(crate) struct Shortcuts(BTreeMap<Action, Option<Keys>>);

impl Shortcuts {
    /// What a form asks for instead, or why it cannot be.
    pub(crate) fn changed(&self, form: Form) -> Result<Self, ShortcutError> {
        let mut chosen = BTreeMap::new();
        for (action, keys) in form {
            let keys = keys.map(|keys| keys.parse()).transpose()?;
            if keys != Some(usual(action)) {
                chosen.insert(action, keys);
            }
        }
        let shortcuts = Self(chosen);
        let mut whose = BTreeMap::new();
        // Whoever has had his keys before is named as the one who has them.
        let is_new = |action: &Action| shortcuts.of(*action) != self.of(*action);
        let (new, old): (Vec<_>, Vec<_>) = LISTED.into_iter().partition(is_new);
        for action in old.into_iter().chain(new) {
            let Some(keys) = shortcuts.of(action) else {
                continue;
            };
            if let Some(by) = whose.insert(keys, action) {
                let by = title(by);
                return Err(ShortcutError::Taken { keys, by });
            }
        }
        Ok(shortcuts)
    }

    /// The keys of an action.
    pub(crate) fn of(&self, action: Action) -> Option<Keys> {
        match self.0.get(&action) {
            Some(chosen) => *chosen,
            None => Some(usual(action)),
        }
    }

    /// The form to send back.
    pub(crate) fn form(&self) -> Form {
        self.clone().into()
    }

    /// The list as the screens draw it.
    pub(crate) fn views(&self) -> Vec<ShortcutView> {
        let view = |action| ShortcutView {
            action,
            keys: self.of(action).map(|keys| keys.to_string()),
            usual: usual(action).to_string(),
            global: is_global(action),
        };
        LISTED.into_iter().map(view).collect()
    }
}

/// What a file says. It may be of another system or an older version, so keys that cannot be read are
/// the usual ones again, and where two actions have the same the one that was not chosen has none.
impl From<Form> for Shortcuts {
    fn from(form: Form) -> Self {
        let mut chosen: BTreeMap<Action, Option<Keys>> = BTreeMap::new();
        let mut given = BTreeSet::new();
        for (action, keys) in form {
            let keys: Option<Keys> = match keys.map(|keys| keys.parse()).transpose() {
                Ok(keys) => keys,
                Err(error) => {
                    tracing::warn!(?action, %error, "a shortcut that was kept is not one");
                    continue;
                }
            };
            chosen.insert(action, keys.filter(|keys| given.insert(*keys)));
        }
        for action in LISTED {
            if !chosen.contains_key(&action) && !given.insert(usual(action)) {
                chosen.insert(action, None);
            }
        }
        chosen.retain(|action, keys| *keys != Some(usual(*action)));
        Self(chosen)
    }
}

impl From<Shortcuts> for Form {
    fn from(shortcuts: Shortcuts) -> Self {
        let chosen = shortcuts.0.into_iter();
        let text = |keys: Option<Keys>| keys.map(|keys| keys.to_string());
        chosen.map(|(action, keys)| (action, text(keys))).collect()
    }
}

/// Whether an action is meant to work from everywhere, while there is something to answer or to end.
fn is_global(action: Action) -> bool {
    match action {
        Action::Answer | Action::Reject | Action::Silence | Action::HangUp => true,
        Action::Dial
        | Action::Contacts
        | Action::Chats
        | Action::Settings
        | Action::DoNotDisturb
        | Action::Quit => false,
    }
}

/// The keys that an action has unless the person chooses others. On Windows Ctrl+Alt is the AltGr key,
/// with which people write letters.
fn usual(action: Action) -> Keys {
    let [mac, windows, other] = match action {
        Action::Answer => ["Alt+Cmd+A", "Ctrl+Shift+A", "Ctrl+Alt+A"],
        Action::Reject => ["Alt+Cmd+R", "Ctrl+Shift+R", "Ctrl+Alt+R"],
        Action::Silence => ["Alt+Cmd+S", "Ctrl+Shift+S", "Ctrl+Alt+S"],
        Action::HangUp => ["Alt+Cmd+E", "Ctrl+Shift+E", "Ctrl+Alt+E"],
        Action::Dial => ["Cmd+D", "Ctrl+D", "Ctrl+D"],
        Action::Contacts => ["Cmd+1", "Ctrl+1", "Ctrl+1"],
        Action::Chats => ["Cmd+2", "Ctrl+2", "Ctrl+2"],
        Action::Settings => ["Cmd+,", "Ctrl+,", "Ctrl+,"],
        Action::DoNotDisturb => ["Shift+Cmd+D", "Ctrl+Shift+D", "Ctrl+Shift+D"],
        Action::Quit => ["Cmd+Q", "Ctrl+Q", "Ctrl+Q"],
    };
    let text = if cfg!(target_os = "macos") {
        mac
    } else if cfg!(windows) {
        windows
    } else {
        other
    };
    text.parse().expect("the usual keys are keys")
}

/// What an action is called where two want the same keys.
fn title(action: Action) -> &'static str {
    match action {
        Action::Answer => "Answer",
        Action::Reject => "Reject",
        Action::Silence => "Silence the ring",
        Action::HangUp => "Hang up",
        Action::Dial => "Call by user ID",
        Action::Contacts => "Contacts",
        Action::Chats => "Chats",
        Action::Settings => "Settings",
        Action::DoNotDisturb => "Do not disturb",
        Action::Quit => "Quit",
    }
}

#[cfg(test)]
mod tests;
