//! The app and its background process, as each sees the other: who is there, and how one starts the other.
//!
//! Owns the locks by which they know; knows no call.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use crate::profile::{self, ProfileName};

/// Held by the background process of a profile.
const BACKGROUND: &str = "background.lock";
/// Held by the app of a profile besides its own lock, which nobody else may touch even for a moment.
const APP: &str = "app.lock";

/// Where a program that is started finds what lets its window come to the front: of old, and of today.
const ACTIVATION: [&str; 2] = ["DESKTOP_STARTUP_ID", "XDG_ACTIVATION_TOKEN"];

/// How long a background process that is not wanted may take to leave.
const LEAVES_WITHIN: Duration = Duration::from_secs(3);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The program to start. Read once, because a program that was replaced meanwhile has another name.
static PROGRAM: LazyLock<io::Result<PathBuf>> = LazyLock::new(program);

/// An AppImage goes by its own name, because what is in it is gone when it ends.
fn program() -> io::Result<PathBuf> {
    match std::env::var_os("APPIMAGE").filter(|path| !path.is_empty()) {
        Some(image) => Ok(image.into()),
        None => std::env::current_exe(),
    }
}

/// The program to start.
pub(crate) fn this_program() -> io::Result<&'static Path> {
    match &*PROGRAM {
        Ok(path) => Ok(path),
        Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
    }
}

/// Takes the place of the profile's background process; nothing when there is one, which is waited for a
/// while: it may be about to leave, as the person did not want it a moment ago.
pub(super) fn lock(folder: &Path) -> io::Result<Option<File>> {
    let started = Instant::now();
    loop {
        match profile::lock(&folder.join(BACKGROUND)) {
            Ok(file) => return Ok(Some(file)),
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            Err(_) if started.elapsed() >= LEAVES_WITHIN => return Ok(None),
            Err(_) => std::thread::sleep(LOOK_AGAIN),
        }
    }
}

/// Says that the app of a profile is there, until it is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct AppIsHere {
    _lock: File,
}

impl AppIsHere {
    /// Says so, of the profile in this folder.
    pub(crate) fn say(folder: &Path) -> io::Result<Self> {
        let lock = open(&folder.join(APP))?;
        // Whoever looks holds it for a moment.
        lock.lock()?;
        Ok(Self { _lock: lock })
    }
}

/// Whether the app of the profile in this folder is there.
pub(super) fn app_runs(folder: &Path) -> bool {
    match open(&folder.join(APP)).map(|file| file.try_lock_shared()) {
        Ok(Ok(())) => false,
        Ok(Err(TryLockError::WouldBlock)) => true,
        Ok(Err(TryLockError::Error(error))) | Err(error) => {
            tracing::warn!(%error, "whether the app runs is not known");
            false
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
}

/// Starts the background process of a profile; it ends by itself when there is one.
pub(crate) fn start(profile: &ProfileName) -> io::Result<()> {
    spawn(&["--background", "--profile", profile.as_str()], None)
}

/// Starts the app of a profile, or has it come to the person when it runs. `activation` lets its window
/// come to the front.
pub(super) fn start_app(profile: &ProfileName, activation: Option<String>) -> io::Result<()> {
    let words = ["--profile", profile.as_str()];
    match &activation {
        // For the app that runs, which the environment of another start does not reach.
        Some(token) => spawn(
            &[&words[..], &["--activation", token]].concat(),
            activation.as_deref(),
        ),
        None => spawn(&words, None),
    }
}

/// Starts this program with these words so that it outlives the process that starts it.
fn spawn(words: &[&str], activation: Option<&str>) -> io::Result<()> {
    let mut command = Command::new(this_program()?);
    command.args(words).stdin(Stdio::null());
    for variable in ACTIVATION {
        match activation {
            Some(token) => command.env(variable, token),
            // The one that this process was started with is used up.
            None => command.env_remove(variable),
        };
    }
    if std::env::var_os("BELLHOP_LOG").is_none_or(|wanted| wanted.is_empty()) {
        // A terminal that this was started from is somebody else's by then.
        command.stdout(Stdio::null()).stderr(Stdio::null());
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn()?;
    std::thread::Builder::new()
        .name("waits for a child".to_owned())
        .spawn(move || match child.wait() {
            Ok(status) => tracing::debug!(%status, "what was started from here has ended"),
            Err(error) => tracing::debug!(%error, "what was started cannot be waited for"),
        })?;
    Ok(())
}

/// Returns when the desktop's session has ended that this process was started in: the next one starts a
/// process of its own.
#[cfg(target_os = "linux")]
pub(super) async fn session_ends() {
    use futures_util::StreamExt;
    let bus = match zbus::Connection::session().await {
        Ok(bus) => bus,
        Err(error) => {
            tracing::warn!(%error, "there is no session bus");
            return std::future::pending().await;
        }
    };
    let mut messages = zbus::MessageStream::from(bus);
    while let Some(Ok(_)) = messages.next().await {}
    tracing::info!("the session bus is gone");
}

/// The system ends the processes of a session itself.
#[cfg(not(target_os = "linux"))]
pub(super) async fn session_ends() {
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_has_one_background_process() {
        let folder = tempfile::tempdir().unwrap();
        let first = lock(folder.path()).unwrap();
        assert!(first.is_some());
        assert!(lock(folder.path()).unwrap().is_none());
        drop(first);
        assert!(lock(folder.path()).unwrap().is_some());
    }

    #[test]
    fn the_app_is_there_until_it_ends_however_often_it_is_looked_for() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!app_runs(folder.path()));
        let app = AppIsHere::say(folder.path()).unwrap();
        assert!(app_runs(folder.path()));
        assert!(app_runs(folder.path()));
        drop(app);
        assert!(!app_runs(folder.path()));
        AppIsHere::say(folder.path()).unwrap();
    }
}
