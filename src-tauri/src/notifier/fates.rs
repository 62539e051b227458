//! What became of the last notifications, for Diagnostics.
//!
//! The background process keeps its own in a file of the profile, which the app reads when it starts.

use std::collections::VecDeque;
use std::io;
use std::path::Path;

use crate::profile::{self, FileError};
use crate::view::DeliveryView;

/// The most that are remembered.
const MOST: usize = 50;
const FILE: &str = "notified.json";

/// What became of the last notifications, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fates(VecDeque<DeliveryView>);

impl Fates {
    /// What the background process has written down in this profile's folder.
    pub(crate) fn of_background(folder: &Path) -> Self {
        let path = folder.join(FILE);
        let read = std::fs::read(&path)
            .and_then(|bytes| Ok(serde_json::from_slice::<Vec<DeliveryView>>(&bytes)?));
        let mut fates = match read {
            Ok(fates) => VecDeque::from(fates),
            Err(error) if error.kind() == io::ErrorKind::NotFound => VecDeque::new(),
            Err(error) => {
                tracing::warn!(file = %path.display(), %error, "what was notified is forgotten");
                VecDeque::new()
            }
        };
        fates.truncate(MOST);
        Self(fates)
    }

    /// Writes them down as those of the background process.
    pub(crate) fn keep(&self, folder: &Path) -> Result<(), FileError> {
        profile::save(&folder.join(FILE), &self.0)
    }

    /// One more.
    pub(crate) fn add(&mut self, delivery: DeliveryView) {
        self.0.push_front(delivery);
        self.0.truncate(MOST);
    }

    /// As Diagnostics shows them.
    pub(crate) fn view(&self) -> Vec<DeliveryView> {
        self.0.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Fate, NotificationKind};

    fn delivery(at_ms: u64) -> DeliveryView {
        DeliveryView {
            invite_id: "i".to_owned(),
            name: "Bob".to_owned(),
            kind: NotificationKind::Ring,
            fate: Fate::NoDaemon,
            at_ms,
        }
    }

    #[test]
    fn the_last_ones_are_read_as_they_were_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut fates = Fates::of_background(folder.path());
        assert_eq!(fates, Fates::default());
        for at_ms in 0..60 {
            fates.add(delivery(at_ms));
        }
        fates.keep(folder.path()).unwrap();
        let read = Fates::of_background(folder.path());
        assert_eq!(read, fates);
        let newest_first: Vec<_> = read.view().iter().map(|it| it.at_ms).collect();
        assert_eq!(newest_first, (10..60).rev().collect::<Vec<_>>());
    }

    #[test]
    fn junk_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "[{\"name\": 1}]").unwrap();
        assert_eq!(Fates::of_background(folder.path()), Fates::default());
    }
}
