//! What the background process hands over to the app: a choice on a notification, with all that the app
//! needs to act on it before it has heard of the ring from the server.
//!
//! Owns the folder `handoff` of a profile, one file for each choice; knows no call. What is read there is
//! read strictly and is gone afterwards, whatever it was.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bellhop_protocol::SignalingInfo;
use serde::{Deserialize, Serialize};

use crate::profile::{self, FileError};

const FOLDER: &str = "handoff";
/// How much one file may hold, in bytes: more than any invitation.
const MOST_BYTES: u64 = 256 * 1024;
/// How many files are read at once; there is one for each press of a button.
const MOST_FILES: usize = 32;
/// After how long a file that was never finished is taken away.
const UNFINISHED_FOR: Duration = Duration::from_secs(60);

/// What a person wants who has chosen something on a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Wanted {
    /// See the ring in the app.
    Show,
    /// Be in the call.
    Accept,
    /// Call whoever was missed.
    CallBack,
}

/// A choice on a notification of the background process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Handoff {
    /// The invitation, as the push has told it.
    pub(crate) signaling: SignalingInfo,
    /// What was chosen.
    pub(crate) action: Wanted,
    /// When the push came, or the missed call was chosen, in milliseconds since 1970-01-01 UTC on this
    /// machine's clock.
    pub(crate) received_at_ms: u64,
}

impl Handoff {
    /// How long ago that was; nothing when the clock was set back.
    pub(crate) fn age(&self, now_ms: u64) -> Duration {
        Duration::from_millis(now_ms.saturating_sub(self.received_at_ms))
    }

    /// Whether it cannot ring any more.
    pub(crate) fn is_over(&self, now_ms: u64) -> bool {
        let whole = Duration::from_secs(self.signaling.timeout.into());
        !whole.is_zero() && self.age(now_ms) >= whole
    }
}

/// Why nothing could be handed over.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PutError {
    /// The folder cannot be made.
    #[error("the folder {} cannot be used: {cause}", folder.display())]
    Folder {
        /// Which folder.
        folder: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Hands something over: the app of this profile finds it when it starts, or starts again.
pub(crate) fn put(profile: &Path, handoff: &Handoff) -> Result<(), PutError> {
    let folder = profile.join(FOLDER);
    profile::make_private_folder(&folder).map_err(|cause| PutError::Folder {
        folder: folder.clone(),
        cause,
    })?;
    let name = format!("{}.json", uuid::Uuid::new_v4());
    Ok(profile::save(&folder.join(name), handoff)?)
}

/// Where a profile's app finds what is handed over to it.
#[derive(Debug)]
pub(crate) struct Inbox(PathBuf);

impl Inbox {
    /// That of the profile in this folder.
    pub(crate) fn of(profile: &Path) -> Self {
        Self(profile.join(FOLDER))
    }

    /// Takes everything that was handed over, oldest first.
    pub(crate) fn take(&self) -> Vec<Handoff> {
        let files = self.files();
        let mut taken: Vec<Handoff> = files.iter().filter_map(|file| take_one(file)).collect();
        taken.sort_by_key(|handoff| handoff.received_at_ms);
        taken
    }

    /// Whether nobody has taken something yet.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.files().is_empty()
    }

    fn files(&self) -> Vec<PathBuf> {
        let unreadable = |error: io::Error| {
            tracing::warn!(folder = %self.0.display(), %error, "nothing can be taken over");
        };
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
            Err(error) => {
                unreadable(error);
                return Vec::new();
            }
        };
        let paths = entries.filter_map(|entry| entry.map_err(unreadable).ok());
        let finished = paths.map(|entry| entry.path()).filter(|it| is_finished(it));
        finished.take(MOST_FILES).collect()
    }
}

/// Whether a file is not being written at this moment.
fn is_finished(path: &Path) -> bool {
    if path.extension().is_some_and(|it| it == "json") {
        return true;
    }
    let written = fs::symlink_metadata(path).and_then(|file| file.modified());
    let passed = written.ok().and_then(|written| written.elapsed().ok());
    passed.is_some_and(|passed| passed > UNFINISHED_FOR)
}

/// Reads a file and takes it away; junk is nothing.
fn take_one(path: &Path) -> Option<Handoff> {
    let read = read(path);
    if let Err(error) = remove(path) {
        // It would be acted on again and again.
        tracing::warn!(file = %path.display(), %error, "cannot be taken away");
        return None;
    }
    match read {
        Ok(handoff) => Some(handoff),
        Err(error) => {
            tracing::warn!(file = %path.display(), %error, "junk was handed over");
            None
        }
    }
}

fn read(path: &Path) -> io::Result<Handoff> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path)?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(io::Error::other("it is too large"));
    }
    Ok(serde_json::from_slice(&bytes)?)
}

fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

#[cfg(test)]
pub(crate) mod tests;
