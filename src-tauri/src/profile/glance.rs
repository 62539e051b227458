//! What a profile's files say at a moment, for a process that does not have it open.
//!
//! Reads only: what makes no sense is left for the app to keep aside.

use std::io;
use std::path::Path;

use bellhop_protocol::DeviceId;
use serde::de::DeserializeOwned;

use super::{CONTACTS, Contacts, SETTINGS, STATE, Settings, State};

/// What a profile's files say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glance {
    /// What the person has set.
    pub(crate) settings: Settings,
    /// The address book.
    pub(crate) contacts: Contacts,
    /// The device that the profile is.
    pub(crate) device: DeviceId,
}

impl Glance {
    /// Reads the files of a profile's folder; nothing when there is no profile in it yet.
    pub(crate) fn at(folder: &Path) -> io::Result<Option<Self>> {
        let settings = read(&folder.join(SETTINGS))?;
        let state: Option<State> = read(&folder.join(STATE))?;
        let contacts: Option<Contacts> = read(&folder.join(CONTACTS))?;
        Ok(settings.zip(state).map(|(settings, state)| Self {
            settings,
            contacts: contacts.unwrap_or_default(),
            device: state.device,
        }))
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Profile;
    use super::*;

    #[test]
    fn a_profile_that_another_process_has_open_can_be_looked_at() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("bob");
        assert_eq!(Glance::at(&folder).unwrap(), None);
        let (mut profile, _) = Profile::open(root.path(), "bob".parse().unwrap(), None).unwrap();
        let mut contacts = profile.contacts().clone();
        contacts.mute("carol".parse().unwrap(), true).unwrap();
        profile.set_contacts(contacts.clone()).unwrap();
        let seen = Glance::at(&folder).unwrap().unwrap();
        let is_there = Glance {
            settings: profile.settings().clone(),
            contacts,
            device: profile.device().clone(),
        };
        assert_eq!(seen, is_there);
    }

    #[test]
    fn what_makes_no_sense_is_said_and_left_where_it_is() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join(SETTINGS);
        std::fs::write(&path, "{").unwrap();
        assert!(Glance::at(root.path()).is_err());
        assert!(path.exists());
    }
}
