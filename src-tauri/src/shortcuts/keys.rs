//! Keys that are pressed together: modifiers and one key, as in `Ctrl+Alt+A`.

use std::fmt;
use std::str::FromStr;

/// The longest text that is read as keys, in bytes.
const LONGEST: usize = 64;
/// What the keys of a keyboard that write something write without Shift, besides letters and digits.
const MARKS: &str = ",./;'[]\\`-=";
/// What the key with the system's logo is called on this system.
const LOGO: &str = if cfg!(target_os = "macos") {
    "Cmd"
} else {
    "Super"
};
const LAST_FUNCTION_KEY: u8 = 24;

/// The key that is pressed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// The one that writes this: an upper-case ASCII letter, a digit or a mark.
    Character(char),
    /// F1 to F24.
    Function(u8),
    /// The space bar.
    Space,
    /// Enter.
    Enter,
    /// Page Up.
    PageUp,
    /// Page Down.
    PageDown,
}

/// Keys that are pressed together. There is one text for the same keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Keys {
    /// With Ctrl.
    pub(crate) ctrl: bool,
    /// With Alt, which is Option on a Mac.
    pub(crate) alt: bool,
    /// With Shift.
    pub(crate) shift: bool,
    /// With the key that has the system's logo: Command on a Mac.
    pub(crate) logo: bool,
    /// The key that is pressed last.
    pub(crate) key: Key,
}

/// Why something is no shortcut, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeysError {
    #[error("A shortcut is written as modifiers and one key, as in Ctrl+Alt+A.")]
    Written,
    #[error("Shortcuts are letters, digits, marks, F1 to F24, Space, Enter, PageUp and PageDown.")]
    Key,
    #[error("{0} alone would be pressed by whoever writes. Press Ctrl, Alt or {LOGO} with it.")]
    Writes(Keys),
    #[error("{0} is for editing text. Choose other keys.")]
    Edits(Keys),
}

impl Keys {
    fn checked(self) -> Result<Self, KeysError> {
        let stands_alone = matches!(self.key, Key::Function(_));
        if !(self.ctrl || self.alt || self.logo || stands_alone) {
            return Err(KeysError::Writes(self));
        }
        let commands = if cfg!(target_os = "macos") {
            self.logo
        } else {
            self.ctrl
        };
        let edits = matches!(self.key, Key::Character('A' | 'C' | 'V' | 'X' | 'Y' | 'Z'));
        let besides = self.alt || self.shift || (self.ctrl && self.logo);
        if commands && edits && !besides {
            return Err(KeysError::Edits(self));
        }
        Ok(self)
    }
}

impl FromStr for Keys {
    type Err = KeysError;

    fn from_str(text: &str) -> Result<Self, KeysError> {
        if text.len() > LONGEST {
            return Err(KeysError::Written);
        }
        let mut words: Vec<String> = text.split('+').map(str::to_ascii_lowercase).collect();
        let key = words.pop().ok_or(KeysError::Written)?;
        let mut keys = Self {
            ctrl: false,
            alt: false,
            shift: false,
            logo: false,
            key: key_called(&key)?,
        };
        for word in words {
            let modifier = match word.as_str() {
                "ctrl" | "control" => &mut keys.ctrl,
                "alt" | "option" => &mut keys.alt,
                "shift" => &mut keys.shift,
                "super" | "cmd" | "command" | "meta" | "win" => &mut keys.logo,
                _ => return Err(KeysError::Written),
            };
            if std::mem::replace(modifier, true) {
                return Err(KeysError::Written);
            }
        }
        keys.checked()
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let modifiers = [
            (self.ctrl, "Ctrl"),
            (self.alt, "Alt"),
            (self.shift, "Shift"),
            (self.logo, LOGO),
        ];
        for (_, name) in modifiers.iter().filter(|(pressed, _)| *pressed) {
            write!(f, "{name}+")?;
        }
        match self.key {
            Key::Character(character) => write!(f, "{character}"),
            Key::Function(number) => write!(f, "F{number}"),
            Key::Space => f.write_str("Space"),
            Key::Enter => f.write_str("Enter"),
            Key::PageUp => f.write_str("PageUp"),
            Key::PageDown => f.write_str("PageDown"),
        }
    }
}

/// The key that is called this, in lower case.
fn key_called(name: &str) -> Result<Key, KeysError> {
    match name {
        "" => return Err(KeysError::Written),
        "space" => return Ok(Key::Space),
        "enter" => return Ok(Key::Enter),
        "pageup" => return Ok(Key::PageUp),
        "pagedown" => return Ok(Key::PageDown),
        _ => {}
    }
    let mut characters = name.chars();
    if let (Some(one), None) = (characters.next(), characters.next()) {
        let is_one = one.is_ascii_alphanumeric() || MARKS.contains(one);
        let key = Key::Character(one.to_ascii_uppercase());
        return is_one.then_some(key).ok_or(KeysError::Key);
    }
    let number = name
        .strip_prefix('f')
        .filter(|rest| !rest.starts_with(['0', '+']));
    match number.and_then(|rest| rest.parse().ok()) {
        Some(number) if number <= LAST_FUNCTION_KEY => Ok(Key::Function(number)),
        Some(_) | None => Err(KeysError::Key),
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    fn normal(text: &str) -> Result<String, KeysError> {
        text.parse::<Keys>().map(|keys| keys.to_string())
    }

    #[test]
    fn the_same_keys_have_one_text() {
        let super_b = format!("{LOGO}+B");
        for (text, keys) in [
            ("Ctrl+Alt+A", "Ctrl+Alt+A"),
            ("alt+control+a", "Ctrl+Alt+A"),
            ("Shift+Option+Ctrl+F5", "Ctrl+Alt+Shift+F5"),
            ("cmd+b", &super_b),
            ("Meta+b", &super_b),
            ("f24", "F24"),
            ("ctrl+,", "Ctrl+,"),
            ("Ctrl+Space", "Ctrl+Space"),
            ("alt+pageup", "Alt+PageUp"),
            ("Alt+Shift+1", "Alt+Shift+1"),
        ] {
            assert_eq!(normal(text), Ok(keys.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_shortcut_is_refused() {
        for text in [
            "",
            "+",
            "Ctrl+",
            "Ctrl+A+B",
            "Ctrl+Ctrl+A",
            "Fn+A",
            "Ctrl + A",
        ] {
            let wrong = normal(text).unwrap_err();
            let is_so = matches!(wrong, KeysError::Written | KeysError::Key);
            assert!(is_so, "{text}: {wrong}");
        }
        for key in [
            "Ctrl", "Escape", "Tab", "F0", "F25", "F+5", "F05", "ä", "+", "AA",
        ] {
            assert!(normal(&format!("Ctrl+Alt+{key}")).is_err(), "{key}");
        }
        assert_eq!(
            normal(&format!("Ctrl+{}", "a".repeat(99))),
            Err(KeysError::Written)
        );
    }

    #[test]
    fn what_people_write_with_is_refused() {
        let sentence = |text| normal(text).unwrap_err().to_string();
        let needs = format!(
            "Shift+A alone would be pressed by whoever writes. Press Ctrl, Alt or {LOGO} with it."
        );
        assert_eq!(sentence("Shift+A"), needs);
        assert!(normal("Enter").is_err() && normal("7").is_err());
        let (copy, paste) = if cfg!(target_os = "macos") {
            ("Cmd+C", "Cmd+V")
        } else {
            ("Ctrl+C", "Ctrl+V")
        };
        assert_eq!(
            sentence(copy),
            format!("{copy} is for editing text. Choose other keys.")
        );
        assert!(normal(paste).is_err());
        assert!(normal("Ctrl+Alt+C").is_ok());
    }

    #[test]
    fn any_text_is_refused_or_means_what_it_says() {
        const WORDS: [&str; 16] = [
            "ctrl", "Alt", "shift", "super", "Cmd", "Option", "a", "Z", "9", ",", "F", "F1", "F24",
            "Space", "PageUp", "",
        ];
        let rng = &mut StdRng::seed_from_u64(1);
        let mut understood = 0;
        for _ in 0..100_000 {
            let mut words: Vec<String> = (0..rng.random_range(1..5))
                .map(|_| WORDS[rng.random_range(0..WORDS.len())].to_owned())
                .collect();
            if rng.random_range(0..4) == 0 {
                words.push(rng.random::<char>().to_string());
            }
            let text = words.join("+");
            if let Ok(keys) = text.parse::<Keys>() {
                assert_eq!(keys.to_string().parse(), Ok(keys), "{text}");
                understood += 1;
            }
        }
        assert!(understood > 1_000, "{understood}");
    }
}
