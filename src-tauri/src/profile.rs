//! A profile: who uses the app, and everything it keeps, in a folder of its own.
//!
//! Owns the files of the folder; knows no server, no call and no window.

mod contacts;
mod glance;
mod json_file;
mod quiet_settings;
mod settings;
mod sound_settings;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use bellhop_protocol::{DeviceId, UserId};
use serde::{Deserialize, Serialize};

use crate::test_contacts;
pub(crate) use contacts::Contacts;
pub(crate) use glance::Glance;
pub(crate) use json_file::{FileError, load, save};
pub(crate) use quiet_settings::{QuietSettings, Schedule};
pub(crate) use settings::{Remote, Settings};

const SETTINGS: &str = "settings.json";
const CONTACTS: &str = "contacts.json";
const STATE: &str = "state.json";

/// A profile's name: 1 to 32 of the characters a–z, 0–9, `-` and `_`, so that it is a folder's name on
/// every system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProfileName(String);

impl ProfileName {
    /// The name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is that of an app started without `--profile`.
    pub(crate) fn is_default(&self) -> bool {
        self.0 == "default"
    }
}

/// Why a text is no profile's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a profile's name has 1 to 32 of the characters a-z, 0-9, - and _")]
pub(crate) struct InvalidProfileName;

impl FromStr for ProfileName {
    type Err = InvalidProfileName;

    fn from_str(text: &str) -> Result<Self, InvalidProfileName> {
        let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        if (1..=32).contains(&text.len()) && text.chars().all(is_allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidProfileName)
        }
    }
}

/// What the app remembers for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct State {
    /// The same at every start.
    #[serde(rename = "deviceID")]
    device: DeviceId,
    /// Missed calls up to this moment on the server's clock have been looked at.
    #[serde(default)]
    seen_ms: u64,
    /// The person has left the group of the test contacts.
    #[serde(default)]
    left_test_group: bool,
}

impl State {
    fn new() -> Self {
        let device = uuid::Uuid::new_v4().to_string();
        Self {
            device: device.parse().expect("a UUID is an id"),
            seen_ms: 0,
            left_test_group: false,
        }
    }
}

/// Why a profile cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    /// Another process has it open.
    #[error("another Bellhop uses the profile \"{0}\" already")]
    InUse(String),
    /// The folder cannot be made.
    #[error("the folder {} cannot be used: {cause}", folder.display())]
    Folder {
        /// Which folder.
        folder: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// A file of it cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A profile that is open in this process, and in no other.
#[derive(Debug)]
pub(crate) struct Profile {
    name: ProfileName,
    folder: PathBuf,
    settings: Settings,
    contacts: Contacts,
    state: State,
    /// Held for as long as the profile is open; the system releases it when the process ends.
    _lock: File,
}

impl Profile {
    /// Opens the profile of that name below `root`, and says what had to be kept aside.
    ///
    /// `os_user` is the name of the operating system's user, where there is one.
    pub(crate) fn open(
        root: &Path,
        name: ProfileName,
        os_user: Option<&str>,
    ) -> Result<(Self, Vec<String>), OpenError> {
        let folder = root.join(name.as_str());
        let lock = make_private_folder(&folder)
            .and_then(|()| lock(&folder.join("instance.lock")))
            .map_err(|cause| {
                if cause.kind() == io::ErrorKind::WouldBlock {
                    return OpenError::InUse(name.as_str().to_owned());
                }
                let folder = folder.clone();
                OpenError::Folder { folder, cause }
            })?;
        let settings = load(&folder.join(SETTINGS), || {
            Settings::of(default_user(&name, os_user))
        })?;
        let contacts = load(&folder.join(CONTACTS), Contacts::default)?;
        let state = load(&folder.join(STATE), State::new)?;
        let notices = [settings.notice, contacts.notice, state.notice];
        let profile = Self {
            name,
            folder,
            settings: settings.content,
            contacts: contacts.content,
            state: state.content,
            _lock: lock,
        };
        save(&profile.folder.join(SETTINGS), &profile.settings)?;
        save(&profile.folder.join(STATE), &profile.state)?;
        Ok((profile, notices.into_iter().flatten().collect()))
    }

    /// Its name.
    pub(crate) fn name(&self) -> &ProfileName {
        &self.name
    }

    /// The folder with everything it keeps.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the person has set.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The address book.
    pub(crate) fn contacts(&self) -> &Contacts {
        &self.contacts
    }

    /// The device that this profile is, the same at every start.
    pub(crate) fn device(&self) -> &DeviceId {
        &self.state.device
    }

    /// Missed calls up to this moment on the server's clock have been looked at.
    pub(crate) fn seen_ms(&self) -> u64 {
        self.state.seen_ms
    }

    /// Whether the person has left the group of the test contacts.
    pub(crate) fn has_left_test_group(&self) -> bool {
        self.state.left_test_group
    }

    /// Keeps other settings.
    pub(crate) fn set_settings(&mut self, settings: Settings) -> Result<(), FileError> {
        save(&self.folder.join(SETTINGS), &settings)?;
        self.settings = settings;
        Ok(())
    }

    /// Keeps another address book.
    pub(crate) fn set_contacts(&mut self, contacts: Contacts) -> Result<(), FileError> {
        save(&self.folder.join(CONTACTS), &contacts)?;
        self.contacts = contacts;
        Ok(())
    }

    /// Keeps up to when missed calls have been looked at.
    pub(crate) fn set_seen_ms(&mut self, seen_ms: u64) -> Result<(), FileError> {
        self.set_state(State {
            seen_ms,
            ..self.state.clone()
        })
    }

    /// Keeps whether the person has left the group of the test contacts.
    pub(crate) fn set_left_test_group(&mut self, left: bool) -> Result<(), FileError> {
        self.set_state(State {
            left_test_group: left,
            ..self.state.clone()
        })
    }

    fn set_state(&mut self, state: State) -> Result<(), FileError> {
        save(&self.folder.join(STATE), &state)?;
        self.state = state;
        Ok(())
    }
}

/// The users of the other profiles below `root` that use this machine's own server, by user ID.
///
/// A profile whose settings cannot be read is not listed.
pub(crate) fn siblings(root: &Path, own: &ProfileName) -> io::Result<Vec<UserId>> {
    let mut users = Vec::new();
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        if entry.file_name() == own.as_str() {
            continue;
        }
        let Ok(bytes) = fs::read(entry.path().join(SETTINGS)) else {
            continue;
        };
        match serde_json::from_slice::<Settings>(&bytes) {
            Ok(settings) if settings.remote.is_none() => users.push(settings.user),
            Ok(_) | Err(_) => {}
        }
    }
    users.sort();
    users.dedup();
    Ok(users)
}

/// Takes a lock file for this process, or says `WouldBlock` when another has it.
pub(crate) fn lock(path: &Path) -> io::Result<File> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Makes the folder, for this user alone, if it is not there yet.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The user ID of a new profile: the profile's name, or for the default profile that of the
/// operating system's user, as far as it may stand in one.
fn default_user(name: &ProfileName, os_user: Option<&str>) -> UserId {
    let wanted = if name.is_default() {
        let mut user = String::new();
        for c in os_user.unwrap_or_default().trim().chars() {
            if !c.is_control() && user.len() + c.len_utf8() <= 32 {
                user.push(c);
            }
        }
        user
    } else {
        name.as_str().to_owned()
    };
    match wanted.parse() {
        Ok(user) if !test_contacts::is_one(&user) => user,
        Ok(_) | Err(_) => "me".parse().expect("two letters are a user ID"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ProfileName {
        text.parse().unwrap()
    }

    #[test]
    fn a_profiles_name_is_a_folders_name_everywhere() {
        for good in ["default", "bob", "bob-2_x", "0"] {
            assert!(good.parse::<ProfileName>().is_ok(), "{good}");
        }
        for bad in ["", "Bob", "..", "a/b", "a b", "é", &"a".repeat(33)] {
            assert!(bad.parse::<ProfileName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_new_profiles_user_is_named_after_it() {
        assert_eq!(default_user(&name("bob"), Some("root")).as_str(), "bob");
        assert_eq!(
            default_user(&name("default"), Some("root")).as_str(),
            "root"
        );
        assert_eq!(default_user(&name("default"), None).as_str(), "me");
        assert_eq!(default_user(&name("echo"), Some("root")).as_str(), "me");
        let long = "é".repeat(40);
        assert_eq!(
            default_user(&name("default"), Some(&long)).as_str(),
            "é".repeat(16)
        );
    }

    #[test]
    fn a_profile_remembers_device_settings_contacts_and_what_was_seen() {
        let root = tempfile::tempdir().unwrap();
        let (mut profile, notices) = Profile::open(root.path(), name("bob"), None).unwrap();
        assert_eq!(notices, Vec::<String>::new());
        let device = profile.device().clone();
        profile.set_seen_ms(5).unwrap();
        let mut contacts = Contacts::default();
        contacts.add("carol".parse().unwrap(), "Carol").unwrap();
        profile.set_contacts(contacts.clone()).unwrap();
        let settings = Settings::of("robert".parse().unwrap());
        profile.set_settings(settings.clone()).unwrap();
        drop(profile);

        let (profile, notices) = Profile::open(root.path(), name("bob"), None).unwrap();
        assert_eq!(notices, Vec::<String>::new());
        assert_eq!(profile.device(), &device);
        assert_eq!(profile.seen_ms(), 5);
        assert_eq!(profile.contacts(), &contacts);
        assert_eq!(profile.settings(), &settings);
    }

    #[test]
    fn a_profile_is_open_once() {
        let root = tempfile::tempdir().unwrap();
        let first = Profile::open(root.path(), name("bob"), None).unwrap();
        let second = Profile::open(root.path(), name("bob"), None).unwrap_err();
        assert_eq!(
            second.to_string(),
            "another Bellhop uses the profile \"bob\" already"
        );
        drop(first);
        Profile::open(root.path(), name("bob"), None).unwrap();
    }

    #[test]
    fn corrupt_settings_are_kept_aside_and_the_app_starts() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("bob");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(SETTINGS), "{\"userID\":7}").unwrap();
        let (profile, notices) = Profile::open(root.path(), name("bob"), None).unwrap();
        assert_eq!(profile.settings().user.as_str(), "bob");
        assert_eq!(
            notices,
            [
                "settings.json could not be understood. It was kept as settings.json.corrupt-1, and \
              the defaults are used."
            ]
        );
        assert!(folder.join("settings.json.corrupt-1").exists());
    }

    #[test]
    fn siblings_are_the_users_of_other_local_profiles() {
        let root = tempfile::tempdir().unwrap();
        let open = |text| Profile::open(root.path(), name(text), None).unwrap().0;
        let (_bob, _alice, mut carol) = (open("bob"), open("alice"), open("carol"));
        let form = crate::view::SettingsView {
            user_id: "carol".to_owned(),
            server: "ws://a:1".to_owned(),
            user_sig: "s".to_owned(),
            ..Default::default()
        };
        let remote = carol.settings().changed(form).unwrap();
        carol.set_settings(remote).unwrap();
        fs::write(root.path().join("stray"), "x").unwrap();
        let users = siblings(root.path(), &name("bob")).unwrap();
        assert_eq!(users, ["alice".parse().unwrap()]);
    }
}
