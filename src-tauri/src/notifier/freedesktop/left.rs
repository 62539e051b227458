//! The rings on the screen, as files: a process that is killed leaves its notifications there, on desktops
//! that do not take them off by themselves, and another one takes them off.
//!
//! Each process has a file of its own, and a lock on it while it lives.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

const FOLDER: &str = "on-screen";
/// How much one file may hold, in bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// What a process has on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Rings {
    /// The notification service that numbers them, by its unique name on the bus.
    pub(super) service: String,
    /// Their numbers.
    pub(super) numbers: BTreeSet<u32>,
}

/// The files of a profile.
#[derive(Debug)]
pub(super) struct Left {
    folder: PathBuf,
    /// That of this process, since its first ring.
    own: Option<(PathBuf, File)>,
    rings: Rings,
}

impl Left {
    /// Those in a profile's folder.
    pub(super) fn of(profile: &Path) -> Self {
        Self {
            folder: profile.join(FOLDER),
            own: None,
            rings: Rings::default(),
        }
    }

    /// This process shows a ring.
    pub(super) fn put(&mut self, service: &str, number: u32) {
        if self.rings.service != service {
            self.rings = Rings::default();
            service.clone_into(&mut self.rings.service);
        }
        if self.rings.numbers.insert(number) {
            self.keep();
        }
    }

    /// It does not any more.
    pub(super) fn take(&mut self, number: u32) {
        if self.rings.numbers.remove(&number) {
            self.keep();
        }
    }

    /// Takes over what processes have left that live no longer.
    pub(super) fn of_the_dead(&self) -> Vec<Rings> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
            Err(error) => {
                tracing::warn!(%error, "what is left on the screen is not known");
                return Vec::new();
            }
        };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let left = paths.filter_map(|path| {
            take_over(&path).unwrap_or_else(|error| {
                tracing::warn!(file = %path.display(), %error, "what is left on the screen stays");
                None
            })
        });
        left.collect()
    }

    fn keep(&mut self) {
        if let Err(error) = self.write() {
            tracing::warn!(%error, "a ring would be left on the screen by a crash");
        }
    }

    fn write(&mut self) -> io::Result<()> {
        if self.own.is_none() {
            crate::profile::make_private_folder(&self.folder)?;
            let path = self.folder.join(format!("{}.json", uuid::Uuid::new_v4()));
            let file = File::create_new(&path)?;
            file.lock()?;
            self.own = Some((path, file));
        }
        if let Some((_, file)) = &mut self.own {
            file.rewind()?;
            file.set_len(0)?;
            file.write_all(&serde_json::to_vec(&self.rings)?)?;
        }
        Ok(())
    }
}

impl Drop for Left {
    fn drop(&mut self) {
        if let Some((path, _)) = &self.own
            && let Err(error) = fs::remove_file(path)
        {
            tracing::debug!(%error, "another process has taken it away");
        }
    }
}

/// Takes a file away whose process lives no longer, and gives what it says.
fn take_over(path: &Path) -> io::Result<Option<Rings>> {
    let mut file = File::options().read(true).write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let mut bytes = Vec::new();
    (&mut file).take(MOST_BYTES).read_to_end(&mut bytes)?;
    fs::remove_file(path)?;
    Ok(serde_json::from_slice(&bytes).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rings(numbers: &[u32]) -> Rings {
        Rings {
            service: ":1.7".to_owned(),
            numbers: numbers.iter().copied().collect(),
        }
    }

    #[test]
    fn what_a_killed_process_has_left_is_taken_over_once() {
        let profile = tempfile::tempdir().unwrap();
        let mut killed = Left::of(profile.path());
        for number in [3, 4, 5] {
            killed.put(":1.7", number);
        }
        killed.take(4);
        let other = Left::of(profile.path());
        assert_eq!(other.of_the_dead(), [], "it lives");
        // Its lock goes with it, and its file stays.
        let own = killed.own.take();
        drop(own);
        drop(killed);
        assert_eq!(other.of_the_dead(), [rings(&[3, 5])]);
        assert_eq!(other.of_the_dead(), []);
    }

    #[test]
    fn a_process_that_ends_in_order_leaves_nothing() {
        let profile = tempfile::tempdir().unwrap();
        let mut ends = Left::of(profile.path());
        ends.put(":1.7", 3);
        drop(ends);
        assert_eq!(Left::of(profile.path()).of_the_dead(), []);
    }

    #[test]
    fn numbers_of_a_service_that_is_gone_are_forgotten() {
        let profile = tempfile::tempdir().unwrap();
        let mut left = Left::of(profile.path());
        left.put(":1.6", 9);
        left.put(":1.7", 3);
        drop(left.own.take());
        assert_eq!(Left::of(profile.path()).of_the_dead(), [rings(&[3])]);
    }

    #[test]
    fn junk_is_nothing() {
        let profile = tempfile::tempdir().unwrap();
        let folder = profile.path().join(FOLDER);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("junk.json"), "{").unwrap();
        assert_eq!(Left::of(profile.path()).of_the_dead(), []);
        assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
    }
}
